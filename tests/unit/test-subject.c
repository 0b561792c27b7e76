#include <kase/subject.h>

#include <string.h>

static void subjects_are_read_and_written(void)
{
	static const struct {
		const char *text, *cluster, *group, *kind, *namespace, *name;
		const char *written; /* NULL: as `text` */
	} rows[] = {
		{ "pod/payments/checkout-7d9f-x2x4", NULL, "", "pod", "payments",
		  "checkout-7d9f-x2x4", NULL },
		{ "node/node-1", NULL, "", "node", NULL, "node-1", NULL },
		{ "deployment.apps/payments/checkout", NULL, "apps", "deployment", "payments",
		  "checkout", NULL },
		{ "prod-eu-1:pod/payments/ledger-0", "prod-eu-1", "", "pod", "payments", "ledger-0",
		  NULL },
		{ "pods/*", NULL, "", "pods", NULL, "*", NULL },
		{ "pods/payments/*", NULL, "", "pods", "payments", "*", NULL },
		{ "a:deployments.apps/*", "a", "apps", "deployments", NULL, "*", NULL },
		/* As kubectl's users type them. */
		{ "po/ns/a", NULL, "", "pod", "ns", "a", "pod/ns/a" },
		{ "PODS/ns/a", NULL, "", "pod", "ns", "a", "pod/ns/a" },
		{ "pod/*", NULL, "", "pods", NULL, "*", "pods/*" },
		{ "deploy/ns/a", NULL, "apps", "deployment", "ns", "a", "deployment.apps/ns/a" },
		{ "Deployment/ns/a", NULL, "apps", "deployment", "ns", "a",
		  "deployment.apps/ns/a" },
		{ "sts/ns/a", NULL, "apps", "statefulset", "ns", "a", "statefulset.apps/ns/a" },
		{ "ds/ns/*", NULL, "apps", "daemonsets", "ns", "*", "daemonsets.apps/ns/*" },
		{ "rs/ns/a", NULL, "apps", "replicaset", "ns", "a", "replicaset.apps/ns/a" },
		{ "cj/ns/a", NULL, "batch", "cronjob", "ns", "a", "cronjob.batch/ns/a" },
		{ "svc/ns/a", NULL, "", "service", "ns", "a", "service/ns/a" },
		{ "sa/ns/default", NULL, "", "serviceaccount", "ns", "default",
		  "serviceaccount/ns/default" },
		{ "ns/payments", NULL, "", "namespace", NULL, "payments", "namespace/payments" },
		{ "no/n1", NULL, "", "node", NULL, "n1", "node/n1" },
		{ "netpol/ns/a", NULL, "networking.k8s.io", "networkpolicy", "ns", "a",
		  "networkpolicy.networking.k8s.io/ns/a" },
		/* Kinds and groups that nobody here knows stay as they are. */
		{ "certificate.cert-manager.io/ns/a", NULL, "cert-manager.io", "certificate", "ns",
		  "a", NULL },
		{ "deployments.example.com/ns/a", NULL, "example.com", "deployments", "ns", "a",
		  NULL },
		/* Names of RBAC hold colons and nearly anything; so may a cluster's name. */
		{ "clusterrole.rbac.authorization.k8s.io/system:node", NULL,
		  "rbac.authorization.k8s.io", "clusterrole", NULL, "system:node", NULL },
		{ "c:role.rbac.authorization.k8s.io/ns/a:b:c", "c", "rbac.authorization.k8s.io",
		  "role", "ns", "a:b:c", NULL },
		{ "arn:aws:eks:eu-west-1:1:cluster/prod:pod/ns/a",
		  "arn:aws:eks:eu-west-1:1:cluster/prod", "", "pod", "ns", "a", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(subject) s = subject_parse(rows[i].text, &error);
		g_autofree char *written = NULL;

		g_assert_no_error(error);
		g_assert_cmpstr(s->cluster, ==, rows[i].cluster);
		g_assert_cmpstr(s->group, ==, rows[i].group);
		g_assert_cmpstr(s->kind, ==, rows[i].kind);
		g_assert_cmpstr(s->namespace, ==, rows[i].namespace);
		g_assert_cmpstr(s->name, ==, rows[i].name);
		written = subject_format(s->cluster, s->group, s->kind, s->namespace, s->name);
		g_assert_cmpstr(written, ==, rows[i].written ? rows[i].written : rows[i].text);
	}
}

static void what_is_no_subject_is_refused_with_why(void)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{ "", "no name in ''" },
		{ "pod", "no name in 'pod'" },
		{ "pod/", "no name in 'pod/'" },
		{ "/a", "no kind in '/a'" },
		{ "pod//a", "no namespace in 'pod//a'" },
		{ "pod/ns/", "no name in" },
		{ "pod/ns/a/b", "too many slashes in" },
		{ ":pod/ns/a", "no cluster before the colon in" },
		{ "p d/ns/a", "no kind in" },
		{ "pod/n s/a", "no namespace in" },
		{ "deployment./ns/a", "no group after the dot in" },
		{ "pod/ns/..", "no name in" },
		{ "pod/ns/a b", "no name in" },
		{ "pod/ns/a%2fb", "no name in" },
		{ "pod/ns/a\033[2J", "no name in 'pod/ns/a␛[2J'" },
		{ "c\033:pod/ns/a", "no cluster before the colon in" },
		{ "pod/ns/\xff", "no name in" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(subject_parse(rows[i].text, &error));
		g_assert_error(error, SUBJECT_ERROR, SUBJECT_ERROR_SYNTAX);
		g_test_message("%s", error->message);
		g_assert_true(g_str_has_prefix(error->message, rows[i].why));
		g_assert_null(strchr(error->message, '\n'));
	}
}

static void a_subject_has_a_ceiling(void)
{
	g_autofree char *name = g_strnfill(5000, 'a'), *text = g_strconcat("pod/ns/", name, NULL);
	g_autoptr(GError) error = NULL;

	g_assert_null(subject_parse(text, &error));
	g_assert_error(error, SUBJECT_ERROR, SUBJECT_ERROR_SYNTAX);
	g_assert_cmpuint(strlen(error->message), <, 300);
}

static void what_is_empty_is_not_written(void)
{
	g_autofree char *pod = subject_format("", "", "Pod", "ns", "a");
	g_autofree char *node = subject_format(NULL, NULL, "Node", "", "n1");
	g_autofree char *set = subject_format("c", "apps", "ReplicaSet", "ns", "A");

	g_assert_cmpstr(pod, ==, "pod/ns/a");
	g_assert_cmpstr(node, ==, "node/n1");
	g_assert_cmpstr(set, ==, "c:replicaset.apps/ns/A");
	subject_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/subject/subjects_are_read_and_written", subjects_are_read_and_written);
	g_test_add_func("/subject/what_is_no_subject_is_refused_with_why",
			what_is_no_subject_is_refused_with_why);
	g_test_add_func("/subject/a_subject_has_a_ceiling", a_subject_has_a_ceiling);
	g_test_add_func("/subject/what_is_empty_is_not_written", what_is_empty_is_not_written);
	return g_test_run();
}
