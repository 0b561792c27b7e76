#include "kube-script.h"

#include "../lib/loop.h"

#include <string.h>

#define NO_ERROR -1

/* --- discovery ----------------------------------------------------------------------------------- */

struct discovering {
	gboolean done;
	struct kube_discovery *found;
	GError *error;
};

static void on_found(void *user, struct kube_discovery *found, const struct http_head *head,
		     const GError *error)
{
	struct discovering *d = user;

	d->done = TRUE;
	d->found = found;
	d->error = error ? g_error_copy(error) : NULL;
}

#define VERBS "\"verbs\":[\"get\",\"list\"]"
#define PLAIN(name, kind) \
	"{\"name\":\"" name "\",\"kind\":\"" kind "\",\"namespaced\":true," VERBS "}"

static const struct {
	const char *name;
	struct script_answer answers[5];
	int error;
	const char *found, *stale; /* with spaces between */
} discoveries[] = {
	{ "aggregated, one group stale",
	  { { .path = "/apis ",
	      .bytes = SCRIPT_OK(
		      "{\"kind\":\"APIGroupDiscoveryList\",\"items\":[{\"metadata\":{\"name\":"
		      "\"a.b\"},\"versions\":[{\"version\":\"v2\",\"resources\":[{\"resource\":"
		      "\"ws\",\"scope\":\"Cluster\",\"responseKind\":{\"kind\":\"W\"}," VERBS
		      "}]},{\"version\":\"v1\",\"freshness\":\"Stale\"}]}]}") },
	    { .path = "/api ",
	      .bytes = SCRIPT_OK(
		      "{\"kind\":\"APIGroupDiscoveryList\",\"items\":[{\"metadata\":{},"
		      "\"versions\":[{\"version\":\"v1\",\"resources\":[{\"resource\":\"secrets\","
		      "\"scope\":\"Namespaced\",\"responseKind\":{\"kind\":\"Secret\"}," VERBS
		      "}]}]}]}") } },
	  NO_ERROR,
	  "secrets:v1:metadata ws.a.b:v2 ",
	  "a.b/v1 " },
	{ "one by one, one of them away",
	  { { .path = "/apis ",
	      .bytes = SCRIPT_OK(
		      "{\"kind\":\"APIGroupList\",\"groups\":[{\"name\":\"a.b\",\"versions\":[{"
		      "\"groupVersion\":\"a.b/v1\"},{\"groupVersion\":\"a.b/v2\"}],"
		      "\"preferredVersion\":{\"groupVersion\":\"a.b/v2\"}}]}") },
	    { .path = "/api ",
	      .bytes = SCRIPT_OK("{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}") },
	    { .path = "/api/v1 ",
	      .bytes = SCRIPT_OK(
		      "{\"kind\":\"APIResourceList\",\"groupVersion\":\"v1\",\"resources\":[" PLAIN(
			      "pods",
			      "Pod") "," PLAIN("pods/log",
					       "Pod") ",{\"name\":\"bindings\",\"kind\":"
						      "\"Binding\",\"verbs\":[\"create\"]}]}") },
	    { .path = "/apis/a.b/v1 ",
	      .bytes = SCRIPT_OK("{\"kind\":\"APIResourceList\",\"groupVersion\":\"a.b/"
				 "v1\",\"resources\":[" PLAIN("ws", "W") "]}") },
	    { .path = "/apis/a.b/v2 ", .bytes = SCRIPT_JSON("503 Away") "\r\n{}" } },
	  NO_ERROR,
	  "pods:v1 ws.a.b:v1 ",
	  "a.b/v2 " },
	{ "each in its own form, one of them something else",
	  { { .path = "/apis ",
	      .bytes = SCRIPT_OK(
		      "{\"kind\":\"APIGroupList\",\"groups\":[{\"name\":\"a.b\",\"versions\":[{"
		      "\"groupVersion\":\"a.b/v1\"}],\"preferredVersion\":{\"groupVersion\":"
		      "\"a.b/v1\"}}]}") },
	    { .path = "/apis/a.b/v1 ", .bytes = SCRIPT_OK("{\"ok\":true}") },
	    { .path = "/api ",
	      .bytes = SCRIPT_OK(
		      "{\"kind\":\"APIGroupDiscoveryList\",\"items\":[{\"metadata\":{},"
		      "\"versions\":[{\"version\":\"v1\",\"resources\":[{\"resource\":\"nodes\","
		      "\"scope\":\"Cluster\",\"responseKind\":{\"kind\":\"Node\"}," VERBS
		      "},{\"resource\":\"pods\",\"scope\":\"Namespaced\",\"verbs\":[\"get\"]}]}]}]"
		      "}") } },
	  NO_ERROR,
	  "nodes:v1 ",
	  "a.b/v1 " },
	{ "denied",
	  { { .path = "/api", .bytes = SCRIPT_JSON("403 No") "\r\n{}" } },
	  KUBE_ERROR_DENIED,
	  NULL,
	  NULL },
	{ "something else",
	  { { .path = "/api", .bytes = SCRIPT_OK("{\"ok\":true}") } },
	  KUBE_ERROR_GARBLED,
	  NULL,
	  NULL },
	{ "no JSON",
	  { { .path = "/api", .bytes = SCRIPT_OK("ok") } },
	  KUBE_ERROR_GARBLED,
	  NULL,
	  NULL },
};

static char *found_names(const struct kube_discovery *d)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < d->resources->len; i++) {
		const struct kube_resource *r = d->resources->pdata[i];
		g_autofree char *name = kube_resource_name(r);

		g_string_append_printf(names, "%s:%s%s ", name, r->version,
				       r->metadata_only ? ":metadata" : "");
	}
	return g_string_free(names, FALSE);
}

static char *stale_names(const struct kube_discovery *d)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < d->stale->len; i++)
		g_string_append_printf(names, "%s ", (char *)d->stale->pdata[i]);
	return g_string_free(names, FALSE);
}

static void kinds_are_found_in_either_form(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(discoveries); i++) {
		g_autoptr(script) s = script_start(discoveries[i].answers, 5);
		struct discovering d = { 0 };

		g_test_message("%s", discoveries[i].name);
		kube_discover(s->http, on_found, &d);
		g_assert_true(loop_until(&d.done));
		if (discoveries[i].error == NO_ERROR) {
			g_autofree char *found = found_names(d.found),
					*stale = stale_names(d.found);

			g_assert_no_error(d.error);
			g_assert_cmpstr(found, ==, discoveries[i].found);
			g_assert_cmpstr(stale, ==, discoveries[i].stale);
		} else {
			g_assert_error(d.error, KUBE_ERROR, discoveries[i].error);
			g_assert_null(d.found);
		}
		kube_discovery_free(d.found);
		g_clear_error(&d.error);
	}
}

static void a_discovery_ends_with_its_http(void)
{
	static const struct script_answer row = { .path = "/", .hold = TRUE };
	g_autoptr(script) s = script_start(&row, 1);
	struct discovering d = { 0 };

	kube_discover(s->http, on_found, &d);
	while (!script_asked(s))
		g_main_context_iteration(NULL, FALSE);
	http_free(g_steal_pointer(&s->http));
	g_assert_false(d.done);
}

#define ADD(name) g_test_add_func("/discovery/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(kinds_are_found_in_either_form);
	ADD(a_discovery_ends_with_its_http);
	return g_test_run();
}
