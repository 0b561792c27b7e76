#include <kase/kube.h>

#include <string.h>

static void resources_have_several_names(void)
{
	static const struct {
		const char *name, *resource; /* NULL: none such */
	} rows[] = {
		{ "pods", "pods" },
		{ "pod", "pods" },
		{ "Pod", "pods" },
		{ "deployments", "deployments.apps" },
		{ "deployments.apps", "deployments.apps" },
		{ "Deployment.apps", "deployments.apps" },
		{ "deployment", "deployments.apps" },
		{ "NetworkPolicy", "networkpolicies.networking.k8s.io" },
		{ "event", "events" },
		{ "deployments.batch", NULL },
		{ "pods.", NULL },
		{ "pod.", NULL },
		{ "Pod.v1", NULL },
		{ "deployments.", NULL },
		{ "DEPLOYMENTS.Apps", "deployments.apps" },
		{ "podss", NULL },
		{ "widget", NULL },
		{ "", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct kube_resource *r = kube_resource_find(rows[i].name);
		g_autofree char *name = r ? kube_resource_name(r) : NULL;

		g_test_message("%s", rows[i].name);
		g_assert_cmpstr(name, ==, rows[i].resource);
	}
}

static void the_inventory_is_in_order(void)
{
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	g_assert_cmpstr(kube_inventory[0].resource, ==, "pods");
	g_assert_cmpstr(kube_inventory[1].resource, ==, "events");
	for (gsize i = 0; i < kube_inventory_count; i++) {
		const struct kube_resource *r = &kube_inventory[i];

		g_assert_true(g_hash_table_add(seen, kube_resource_name(r)));
		g_assert_true(kube_resource_find(r->kind) == r);
		g_assert_cmpint(r->metadata_only, ==,
				g_str_equal(r->resource, "secrets") ||
					g_str_equal(r->resource, "configmaps"));
	}
}

static void paths_lead_to_one_place(void)
{
	static const struct {
		const char *resource, *namespace, *name, *path;
	} rows[] = {
		{ "pods", NULL, NULL, "/api/v1/pods" },
		{ "pods", "", NULL, "/api/v1/pods" },
		{ "pods", "payments", NULL, "/api/v1/namespaces/payments/pods" },
		{ "pods", "payments", "a", "/api/v1/namespaces/payments/pods/a" },
		{ "deployments", "p", "d", "/apis/apps/v1/namespaces/p/deployments/d" },
		{ "nodes", "ignored", "n", "/api/v1/nodes/n" },
		{ "namespaces", NULL, "p", "/api/v1/namespaces/p" },
		{ "clusterroles", NULL, "system:node",
		  "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node" },
		{ "pods", "a/b", "c?d=e%f", "/api/v1/namespaces/a%2Fb/pods/c%3Fd%3De%25f" },
		{ "pods", "p", "\xc3\xa9 #", "/api/v1/namespaces/p/pods/%C3%A9%20%23" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = kube_path(kube_resource_find(rows[i].resource),
						  rows[i].namespace, rows[i].name);

		g_assert_cmpstr(path, ==, rows[i].path);
	}
}

#define ADD(name) g_test_add_func("/resource/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(resources_have_several_names);
	ADD(the_inventory_is_in_order);
	ADD(paths_lead_to_one_place);
	return g_test_run();
}
