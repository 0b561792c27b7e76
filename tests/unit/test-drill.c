/* What the simulated API server answers, seen by bare libcurl. */
#include <kase/drill.h>
#include <kase/json.h>

#include "../lib/fetch.h"
#include "../lib/loop.h"
#include "../lib/proxy.h"
#include "../lib/scratch.h"

#include <curl/curl.h>
#include <string.h>

#define METADATA_LIST  "Accept: application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
#define METADATA       "Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"
#define FORBIDDEN_PODS "pods is forbidden: User \\\"ben\\\" cannot "

static struct drill_server *start(const struct drill_plan *plan)
{
	g_autoptr(GError) error = NULL;
	struct drill_server *s = drill_start(plan, &error);

	g_assert_no_error(error);
	return s;
}

static struct reply *get_with(const struct drill_server *s, const char *path, const char *header)
{
	g_autofree char *url = g_strconcat(drill_url(s), path, NULL);

	return fetch(&(struct fetch){ .url = url,
				      .ca_pem = drill_ca_pem(s),
				      .headers = (const char *[]){ header, NULL } });
}

static struct reply *get(const struct drill_server *s, const char *path)
{
	return get_with(s, path, NULL);
}

static struct reply *get_lines(const struct drill_server *s, const char *path, guint lines)
{
	g_autofree char *url = g_strconcat(drill_url(s), path, NULL);

	return fetch(&(struct fetch){ .url = url, .ca_pem = drill_ca_pem(s), .max_lines = lines });
}

static struct cJSON *parse(const struct reply *r)
{
	g_autoptr(GError) error = NULL;
	struct cJSON *tree = json_parse(r->body->str, r->body->len, &error);

	g_assert_cmpint(r->code, ==, CURLE_OK);
	g_assert_no_error(error);
	return tree;
}

/* "NS/NAME" of all items.  Caller owns. */
static GPtrArray *names_of(const struct cJSON *list)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	for (const struct cJSON *i = json_first(json_get(list, "items")); i; i = json_next(i))
		g_ptr_array_add(names,
				g_strdup_printf("%s/%s", json_string(i, "metadata.namespace"),
						json_string(i, "metadata.name")));
	return names;
}

static guint count(const struct drill_server *s, const char *path)
{
	g_autoptr(reply) r = get(s, path);
	g_autoptr(json_tree) list = parse(r);

	g_assert_cmpint(r->status, ==, 200);
	return json_count(json_get(list, "items"));
}

/* --- lists ------------------------------------------------------------------------------------ */

static void a_list_comes_with_the_headers_of_a_real_server(void)
{
	static const char *const names[] = { "audit-id", "date", "x-kubernetes-pf-flowschema-uid",
					     "x-kubernetes-pf-prioritylevel-uid" };
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });
	g_autoptr(reply) r = get(s, "/api/v1/pods");
	g_autoptr(json_tree) list = parse(r);

	g_assert_cmpint(r->status, ==, 200);
	g_assert_cmpstr(reply_header(r, "content-type"), ==, "application/json");
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		g_assert_nonnull(reply_header(r, names[i]));
	g_assert_cmpstr(json_string(list, "kind"), ==, "PodList");
	g_assert_cmpstr(json_string(list, "apiVersion"), ==, "v1");
	g_assert_nonnull(json_string(list, "metadata.resourceVersion"));
	g_assert_cmpuint(json_count(json_get(list, "items")), >, 10);
}

static void every_kind_of_the_recording_is_listed(void)
{
	static const struct {
		const char *path;
		gboolean some; /* the recorded cluster has such */
	} rows[] = {
		{ "/api/v1/events", TRUE },
		{ "/api/v1/nodes", TRUE },
		{ "/api/v1/namespaces", TRUE },
		{ "/api/v1/services", TRUE },
		{ "/api/v1/serviceaccounts", TRUE },
		{ "/api/v1/persistentvolumes", FALSE },
		{ "/api/v1/persistentvolumeclaims", FALSE },
		{ "/api/v1/resourcequotas", FALSE },
		{ "/api/v1/limitranges", FALSE },
		{ "/api/v1/replicationcontrollers", FALSE },
		{ "/apis/apps/v1/deployments", TRUE },
		{ "/apis/apps/v1/replicasets", TRUE },
		{ "/apis/apps/v1/statefulsets", TRUE },
		{ "/apis/apps/v1/daemonsets", TRUE },
		{ "/apis/batch/v1/jobs", TRUE },
		{ "/apis/batch/v1/cronjobs", TRUE },
		{ "/apis/discovery.k8s.io/v1/endpointslices", FALSE },
		{ "/apis/rbac.authorization.k8s.io/v1/roles", TRUE },
		{ "/apis/rbac.authorization.k8s.io/v1/rolebindings", TRUE },
		{ "/apis/rbac.authorization.k8s.io/v1/clusterroles", TRUE },
		{ "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", TRUE },
		{ "/apis/networking.k8s.io/v1/networkpolicies", TRUE },
		{ "/apis/networking.k8s.io/v1/ingresses", FALSE },
		{ "/apis/policy/v1/poddisruptionbudgets", TRUE },
		{ "/apis/autoscaling/v2/horizontalpodautoscalers", TRUE },
		{ "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations", FALSE },
		{ "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations", FALSE },
		{ "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicies", FALSE },
		{ "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", FALSE },
	};
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].path);
		g_assert_cmpint(count(s, rows[i].path) > 0, >=, rows[i].some);
	}
}

static void pages_join_to_the_whole_list(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });
	g_autoptr(reply) whole = get(s, "/api/v1/pods");
	g_autoptr(json_tree) list = parse(whole);
	g_autoptr(GPtrArray) all = names_of(list);
	g_autofree char *token = g_strdup("");
	guint n = 0;

	do {
		g_autofree char *path = g_strdup_printf("/api/v1/pods?limit=4&continue=%s", token);
		g_autoptr(reply) r = get(s, path);
		g_autoptr(json_tree) page = parse(r);
		g_autoptr(GPtrArray) names = names_of(page);

		g_assert_cmpuint(names->len, <=, 4);
		for (guint i = 0; i < names->len; i++)
			g_assert_cmpstr(names->pdata[i], ==, all->pdata[n++]);
		g_assert_cmpint(json_int(page, "metadata.remainingItemCount", 0), ==, all->len - n);
		g_assert_cmpstr(json_string(page, "metadata.resourceVersion"), ==,
				json_string(list, "metadata.resourceVersion"));
		g_free(token);
		token = g_strdup(json_string(page, "metadata.continue"));
	} while (token);
	g_assert_cmpuint(n, ==, all->len);
}

static gboolean is_expired(void *data)
{
	void **arguments = data;
	g_autoptr(reply) r = get(arguments[0], arguments[1]);

	g_free(arguments[2]);
	arguments[2] = g_strdup(r->body->str);
	return r->status == 410;
}

static void an_expired_token_brings_another_for_the_rest(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ .continue_ms = 20 });
	g_autoptr(reply) first = get(s, "/api/v1/pods?limit=4"), rest = NULL;
	g_autoptr(json_tree) page = parse(first), status = NULL, last = NULL;
	g_autofree char *path = g_strdup_printf("/api/v1/pods?limit=4&continue=%s",
						json_string(page, "metadata.continue"));
	void *arguments[] = { s, path, NULL };
	g_autofree char *again = NULL;

	g_assert_true(loop_until_true(is_expired, arguments));
	status = json_parse(arguments[2], -1, NULL);
	g_assert_cmpstr(json_string(status, "reason"), ==, "Expired");
	g_assert_true(g_str_has_prefix(json_string(status, "message"),
				       "The provided continue parameter is too old to display"));
	again = g_strdup_printf("/api/v1/pods?continue=%s",
				json_string(status, "metadata.continue"));
	rest = get(s, again);
	if (rest->status == 200) { /* the new one may have expired by now, too */
		last = parse(rest);
		g_assert_cmpuint(json_count(json_get(last, "items")) + 4, ==,
				 count(s, "/api/v1/pods"));
	}
	g_free(arguments[2]);
}

static void selectors_choose_as_a_real_server_does(void)
{
	static const struct {
		const char *path;
		guint items;
	} rows[] = {
		{ "/api/v1/namespaces/storefront/pods", 5 },
		{ "/api/v1/namespaces/nowhere/pods", 0 },
		{ "/api/v1/pods?labelSelector=app%3Dcheckout", 3 },
		{ "/api/v1/pods?labelSelector=app+in+(checkout,web)", 5 },
		{ "/api/v1/pods?labelSelector=app%3Dcheckout,tier!%3Dapi", 0 },
		{ "/api/v1/pods?labelSelector=app,app+notin+(checkout,web,agent,banner)", 1 },
		{ "/api/v1/namespaces/storefront/pods?labelSelector=!app", 2 },
		{ "/api/v1/pods?fieldSelector=metadata.name%3Dledger-0", 1 },
		{ "/api/v1/pods?fieldSelector=metadata.namespace%3Dplatform", 2 },
		{ "/api/v1/pods?fieldSelector=spec.nodeName%3Dnowhere", 0 },
		{ "/api/v1/pods?fieldSelector=metadata.name%3Dledger-0,status.phase!%3DRunning",
		  0 },
		{ "/api/v1/nodes?fieldSelector=metadata.name%3Dnode-1", 1 },
	};
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].path);
		g_assert_cmpuint(count(s, rows[i].path), ==, rows[i].items);
	}
}

static void one_object_says_its_kind(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });
	g_autoptr(reply) r = get(s, "/api/v1/namespaces/payments/pods/ledger-0");
	g_autoptr(json_tree) pod = parse(r);

	g_assert_cmpstr(json_string(pod, "kind"), ==, "Pod");
	g_assert_cmpstr(json_string(pod, "apiVersion"), ==, "v1");
	g_assert_cmpstr(json_string(pod, "metadata.name"), ==, "ledger-0");
	g_assert_nonnull(json_at(pod, "spec.containers"));
}

static void metadata_comes_alone_where_asked_for(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });
	g_autoptr(reply) list_reply = get_with(s, "/api/v1/pods", METADATA_LIST);
	g_autoptr(reply)
		one_reply = get_with(s, "/api/v1/namespaces/payments/pods/ledger-0", METADATA);
	g_autoptr(json_tree) list = parse(list_reply), one = parse(one_reply);
	const struct cJSON *first = json_first(json_get(list, "items"));

	g_assert_cmpstr(json_string(list, "kind"), ==, "PartialObjectMetadataList");
	g_assert_cmpstr(json_string(first, "kind"), ==, "PartialObjectMetadata");
	g_assert_nonnull(json_string(first, "metadata.uid"));
	g_assert_null(json_get(first, "spec"));
	g_assert_cmpstr(json_string(one, "kind"), ==, "PartialObjectMetadata");
	g_assert_null(json_get(one, "status"));
}

/* What was recorded has its values withheld; one Secret, made by hand, shows what comes from a
 * real cluster. */
static void secrets_are_metadata_without_values(void)
{
	static const char last_applied[] = "kubectl.kubernetes.io/last-applied-configuration";
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });
	g_autoptr(reply) refused = get(s, "/api/v1/secrets");
	g_autoptr(reply) r = get_with(s, "/api/v1/secrets", METADATA_LIST);
	g_autoptr(json_tree) list = parse(r);
	guint withheld = 0, made = 0;

	for (const struct cJSON *i = json_first(json_get(list, "items")); i; i = json_next(i)) {
		const char *value = json_text(
			json_get(json_at(i, "metadata.annotations"), last_applied));

		g_assert_null(json_get(i, "data"));
		withheld += value && g_str_has_prefix(value, "withheld:");
		made += value && strstr(value, "drill-made-value-never-to-be-kept");
	}
	g_assert_cmpint(refused->status, ==, 406);
	g_assert_cmpuint(withheld, ==, 3);
	g_assert_cmpuint(made, ==, 1);
}

static void copies_have_names_and_uids_of_their_own(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ .copies = 50 });
	g_autoptr(drill_server) single = start(&(struct drill_plan){ 0 });
	g_autoptr(reply) r = get(s, "/api/v1/pods");
	g_autoptr(reply) one_reply = get(s, "/api/v1/namespaces/payments/pods/ledger-0-c00007");
	g_autoptr(reply) none = get(s, "/api/v1/namespaces/payments/pods/ledger-0-c00050");
	g_autoptr(json_tree) list = parse(r), one = parse(one_reply);
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

	for (const struct cJSON *i = json_first(json_get(list, "items")); i; i = json_next(i)) {
		g_assert_true(g_hash_table_add(seen, (char *)json_string(i, "metadata.uid")));
		g_assert_true(g_hash_table_add(seen, (char *)json_string(i, "metadata.name")));
	}
	g_assert_cmpuint(g_hash_table_size(seen), ==, 2 * 50 * count(single, "/api/v1/pods"));
	g_assert_cmpstr(json_string(one, "metadata.name"), ==, "ledger-0-c00007");
	g_assert_true(g_hash_table_contains(seen, json_string(one, "metadata.uid")));
	g_assert_cmpint(none->status, ==, 404);
	g_assert_cmpuint(count(s, "/api/v1/pods?fieldSelector=metadata.name%3Dledger-0-c00007"), ==,
			 1);
	g_assert_cmpuint(count(s, "/api/v1/pods?limit=7"), ==, 7);
}

static void only_large_bodies_are_packed(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ .copies = 4 });
	g_autoptr(reply) large = get_with(s, "/api/v1/pods", "Accept-Encoding: gzip");
	g_autoptr(reply) small = get_with(s, "/api/v1/namespaces", "Accept-Encoding: gzip");
	g_autoptr(reply) unasked = get(s, "/api/v1/pods");

	g_assert_cmpstr(reply_header(large, "content-encoding"), ==, "gzip");
	g_assert_cmpmem(large->body->str, 2, "\x1f\x8b", 2);
	g_assert_cmpuint(large->body->len, <, unasked->body->len / 2);
	g_assert_null(reply_header(small, "content-encoding"));
	g_assert_null(reply_header(unasked, "content-encoding"));
}

static void the_hostile_pod_is_among_them(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });
	g_autoptr(reply) r = get(s, "/api/v1/namespaces/storefront/pods/banner-0");
	g_autoptr(reply)
		log = get(s, "/api/v1/namespaces/storefront/pods/banner-0/log?tailLines=100");
	g_autoptr(json_tree) pod = parse(r);
	const struct cJSON *annotations = json_at(pod, "metadata.annotations");

	g_assert_cmpstr(json_text(json_get(annotations, "drill.kase.test/clipboard")), ==,
			"\033]52;c;cHduZWQ=\a");
	g_assert_nonnull(strstr(log->body->str, "\033]0;owned\a"));
}

/* --- discovery -------------------------------------------------------------------------------- */

static void discovery_is_plain_or_aggregated(void)
{
	static const char aggregated[] =
		"Accept: "
		"application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/"
		"json";
	static const struct {
		const char *path, *accept, *kind;
	} rows[] = {
		{ "/api", NULL, "APIVersions" },
		{ "/apis", NULL, "APIGroupList" },
		{ "/api", aggregated, "APIGroupDiscoveryList" },
		{ "/apis", aggregated, "APIGroupDiscoveryList" },
		{ "/api/v1", NULL, "APIResourceList" },
		{ "/apis/apps", NULL, "APIGroup" },
		{ "/apis/apps/v1", NULL, "APIResourceList" },
	};
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });
	g_autoptr(reply) version = get(s, "/version"), live = get(s, "/livez");
	g_autoptr(json_tree) tree = parse(version);

	g_assert_cmpstr(json_string(tree, "gitVersion"), ==, "v1.34.4");
	g_assert_cmpstr(live->body->str, ==, "ok");
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(reply) r = get_with(s, rows[i].path, rows[i].accept);
		g_autoptr(json_tree) answer = parse(r);

		g_test_message("%s", rows[i].path);
		g_assert_cmpstr(json_string(answer, "kind"), ==, rows[i].kind);
		if (rows[i].accept)
			g_assert_nonnull(strstr(reply_header(r, "content-type"),
						"as=APIGroupDiscoveryList"));
	}
}

/* --- refusals --------------------------------------------------------------------------------- */

#define STATUS(message, rest)                                                                \
	"{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\"," \
	"\"message\":\"" message "\"," rest "}\n"

static void refusals_are_spelled_as_a_real_server_does(void)
{
	static const struct {
		const char *path;
		long status;
		const char *body;
	} rows[] = {
		{ "/api/v1/pods?limit=x", 400,
		  STATUS("strconv.ParseInt: parsing \\\"x\\\": invalid syntax",
			 "\"reason\":\"BadRequest\",\"code\":400") },
		{ "/api/v1/pods?limit=1&continue=e30&resourceVersion=3", 400,
		  STATUS("specifying resource version is not allowed when using continue",
			 "\"reason\":\"BadRequest\",\"code\":400") },
		{ "/api/v1/pods?fieldSelector=spec.foo%3D1", 400,
		  STATUS("field label not supported: spec.foo",
			 "\"reason\":\"BadRequest\",\"code\":400") },
		{ "/api/v1/namespaces/payments/pods/nope", 404,
		  STATUS("pods \\\"nope\\\" not found",
			 "\"reason\":\"NotFound\",\"details\":{\"name\":\"nope\",\"kind\":\"pods\"}"
			 ",\"code\":404") },
		{ "/apis/apps/v1/namespaces/payments/deployments/nope", 404,
		  STATUS("deployments.apps \\\"nope\\\" not found",
			 "\"reason\":\"NotFound\",\"details\":{\"name\":\"nope\",\"group\":"
			 "\"apps\","
			 "\"kind\":\"deployments\"},\"code\":404") },
		{ "/api/v1/foos", 404,
		  STATUS("the server could not find the requested resource",
			 "\"reason\":\"NotFound\",\"details\":{},\"code\":404") },
		{ "/apis/foo/v1/foos", 404, "404 page not found\n" },
		{ "/nope", 404, "404 page not found\n" },
		{ "/api/v1/namespaces/payments/pods/ledger-0/log?container=x", 400,
		  STATUS("container x is not valid for pod ledger-0",
			 "\"reason\":\"BadRequest\",\"code\":400") },
		{ "/api/v1/namespaces/payments/pods/nope/log", 404,
		  STATUS("pods \\\"nope\\\" not found",
			 "\"reason\":\"NotFound\",\"details\":{\"name\":\"nope\",\"kind\":\"pods\"}"
			 ",\"code\":404") },
		{ "/api/v1/namespaces/payments/pods/metrics-7f4c/log?previous=true", 400,
		  STATUS("previous terminated container \\\"m\\\" in pod \\\"metrics-7f4c\\\" not "
			 "found",
			 "\"reason\":\"BadRequest\",\"code\":400") },
		{ "/api/v1/namespaces/storefront/pods/puller-0/log", 400,
		  STATUS("container \\\"main\\\" in pod \\\"puller-0\\\" is waiting to start: "
			 "trying and failing to pull image",
			 "\"reason\":\"BadRequest\",\"code\":400") },
		{ "/api/v1/namespaces/storefront/pods/unplaced-0/log", 204, "" },
		{ "/api/v1/namespaces/payments/pods/ledger-0/log?tailLines=-1", 422,
		  STATUS("PodLogOptions \\\"ledger-0\\\" is invalid: tailLines: Invalid value: -1: "
			 "must be greater than or "
			 "equal to 0",
			 "\"reason\":\"Invalid\",\"details\":{\"name\":\"ledger-0\",\"kind\":"
			 "\"PodLogOptions\",\"causes\":["
			 "{\"reason\":\"FieldValueInvalid\",\"message\":\"Invalid value: -1: must "
			 "be greater than or equal to "
			 "0\",\"field\":\"tailLines\"}]},\"code\":422") },
		{ "/api/v1/namespaces/payments/pods/ledger-0/log?sinceTime=foo", 400,
		  STATUS("parsing time \\\"foo\\\" as \\\"2006-01-02T15:04:05Z07:00\\\": cannot "
			 "parse \\\"foo\\\" as "
			 "\\\"2006\\\"",
			 "\"reason\":\"BadRequest\",\"code\":400") },
	};
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(reply) r = get(s, rows[i].path);

		g_test_message("%s", rows[i].path);
		g_assert_cmpint(r->status, ==, rows[i].status);
		g_assert_cmpstr(r->body->str, ==, rows[i].body);
	}
}

static void a_pod_with_many_containers_names_them(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });
	g_autoptr(reply) list_reply = get(s, "/api/v1/pods?labelSelector=app%3Dcheckout");
	g_autoptr(json_tree) list = parse(list_reply);
	const char *name = json_string(json_first(json_get(list, "items")), "metadata.name");
	g_autofree char *path = g_strdup_printf("/api/v1/namespaces/payments/pods/%s/log", name);
	g_autofree char *message = g_strdup_printf(
		"a container name must be specified for pod %s, choose one of: [app sidecar]",
		name);
	g_autoptr(reply) r = get(s, path);
	g_autoptr(json_tree) status = parse(r);

	g_assert_cmpint(r->status, ==, 400);
	g_assert_cmpstr(json_string(status, "message"), ==, message);
}

static void nothing_but_reading_is_allowed(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });
	g_autofree char *url = g_strconcat(drill_url(s),
					   "/api/v1/namespaces/payments/pods/ledger-0", NULL);
	g_autoptr(reply) r = fetch(
		&(struct fetch){ .url = url, .ca_pem = drill_ca_pem(s), .method = "DELETE" });

	g_assert_cmpint(r->status, ==, 405);
	g_assert_nonnull(strstr(r->body->str, "\"reason\":\"MethodNotAllowed\""));
}

/* May see two namespaces, and may not list namespaces. */
static const char *const ben[] = { "* * *", "* * platform", "* * kube-*", "* * default", NULL };

static void what_the_plan_denies_is_forbidden(void)
{
	static const struct {
		const char *path;
		long status;
		const char *says;
	} rows[] = {
		{ "/api/v1/pods", 403,
		  FORBIDDEN_PODS
		  "list resource \\\"pods\\\" in API group \\\"\\\" at the cluster scope" },
		{ "/api/v1/pods?watch=1", 403,
		  FORBIDDEN_PODS
		  "watch resource \\\"pods\\\" in API group \\\"\\\" at the cluster scope" },
		{ "/api/v1/namespaces/platform/pods", 403,
		  FORBIDDEN_PODS "list resource \\\"pods\\\" in API group \\\"\\\" in the "
				 "namespace \\\"platform\\\"" },
		{ "/api/v1/namespaces/platform/pods/foo/log", 403,
		  "pods \\\"foo\\\" is forbidden: User \\\"ben\\\" cannot get resource "
		  "\\\"pods/log\\\" in API group \\\"\\\" in "
		  "the namespace \\\"platform\\\"" },
		{ "/api/v1/namespaces", 403,
		  "namespaces is forbidden: User \\\"ben\\\" cannot list resource "
		  "\\\"namespaces\\\" in API group \\\"\\\" at the "
		  "cluster scope" },
		{ "/api/v1/namespaces/platform", 403,
		  "namespaces \\\"platform\\\" is forbidden: User \\\"ben\\\" cannot get resource "
		  "\\\"namespaces\\\" in API "
		  "group \\\"\\\" in the namespace \\\"platform\\\"" },
		{ "/api/v1/nodes/node-1", 403,
		  "nodes \\\"node-1\\\" is forbidden: User \\\"ben\\\" cannot get resource "
		  "\\\"nodes\\\" in API group \\\"\\\" at "
		  "the cluster scope" },
		{ "/apis/apps/v1/deployments", 403,
		  "deployments.apps is forbidden: User \\\"ben\\\" cannot list resource "
		  "\\\"deployments\\\" in API group "
		  "\\\"apps\\\" at the cluster "
		  "scope\",\"reason\":\"Forbidden\",\"details\":{\"group\":\"apps\","
		  "\"kind\":\"deployments\"},\"code\":403" },
		{ "/api/v1/namespaces/payments/pods", 200, "PodList" },
		{ "/api/v1/namespaces/payments", 200, "payments" },
		{ "/api/v1/namespaces/storefront/events", 200, "EventList" },
		{ "/version", 200, "gitVersion" },
		{ "/apis", 200, "APIGroupList" },
	};
	g_autoptr(drill_server) s = start(&(struct drill_plan){ .denied = ben, .user = "ben" });

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(reply) r = get(s, rows[i].path);

		g_test_message("%s", rows[i].path);
		g_assert_cmpint(r->status, ==, rows[i].status);
		g_assert_nonnull(strstr(r->body->str, rows[i].says));
	}
}

static void a_denied_cluster_wide_list_leaves_namespaces_open(void)
{
	static const char *const denied[] = { "list pods *", "get pods/log pay*", NULL };
	static const struct {
		const char *path;
		long status;
	} rows[] = {
		{ "/api/v1/pods", 403 },
		{ "/api/v1/namespaces/payments/pods", 200 },
		{ "/api/v1/events", 200 },
		{ "/api/v1/namespaces/payments/pods/ledger-0/log", 403 },
		{ "/api/v1/namespaces/storefront/pods/banner-0/log", 200 },
	};
	g_autoptr(drill_server) s = start(&(struct drill_plan){ .denied = denied });

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(reply) r = get(s, rows[i].path);

		g_test_message("%s", rows[i].path);
		g_assert_cmpint(r->status, ==, rows[i].status);
	}
}

static void credentials_are_asked_for_as_planned(void)
{
	enum shown { NOTHING, CERTIFICATE, FOREIGN };
	static const struct {
		const char *token; /* the plan's */
		gboolean certificate;
		const char *header;
		enum shown shown;
		const char *path;
		long status;
	} rows[] = {
		{ NULL, FALSE, NULL, NOTHING, "/api/v1/pods", 200 },
		{ "t-1", FALSE, "Authorization: Bearer t-1", NOTHING, "/api/v1/pods", 200 },
		{ "t-1", FALSE, "Authorization: Bearer t-2", NOTHING, "/api/v1/pods", 401 },
		{ "t-1", FALSE, "Authorization: Basic YTpi", NOTHING, "/api/v1/pods", 401 },
		{ "t-1", FALSE, NULL, NOTHING, "/api/v1/pods", 403 },
		{ "t-1", FALSE, NULL, NOTHING, "/apis", 403 },
		{ "t-1", FALSE, NULL, NOTHING, "/version", 200 },
		{ NULL, TRUE, NULL, CERTIFICATE, "/api/v1/pods", 200 },
		{ NULL, TRUE, NULL, FOREIGN, "/api/v1/pods", 401 },
		{ NULL, TRUE, NULL, NOTHING, "/api/v1/pods", 403 },
		{ "t-1", TRUE, "Authorization: Bearer t-1", NOTHING, "/api/v1/pods", 200 },
		{ "t-1", TRUE, "Authorization: Bearer t-2", CERTIFICATE, "/api/v1/pods", 200 },
	};
	g_autoptr(drill_server) other = start(&(struct drill_plan){ 0 });

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(drill_server) s = start(&(struct drill_plan){
			.token = rows[i].token, .client_certificate = rows[i].certificate });
		const struct drill_server *own = rows[i].shown == FOREIGN ? other : s;
		g_autofree char *url = g_strconcat(drill_url(s), rows[i].path, NULL);
		g_autoptr(reply) r = fetch(&(struct fetch){
			.url = url,
			.ca_pem = drill_ca_pem(s),
			.certificate_pem = rows[i].shown ? drill_client_certificate_pem(own) : NULL,
			.key_pem = rows[i].shown ? drill_client_key_pem(own) : NULL,
			.headers = (const char *[]){ rows[i].header, NULL } });

		g_test_message("row %" G_GSIZE_FORMAT, i);
		g_assert_cmpint(r->code, ==, CURLE_OK);
		g_assert_cmpint(r->status, ==, rows[i].status);
	}
}

static void a_token_can_be_replaced(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ .token = "t-1" });
	g_autoptr(reply) before = get_with(s, "/api/v1/pods", "Authorization: Bearer t-1");
	g_autoptr(reply) after = NULL, renewed = NULL;

	drill_set_token(s, "t-2");
	after = get_with(s, "/api/v1/pods", "Authorization: Bearer t-1");
	renewed = get_with(s, "/api/v1/pods", "Authorization: Bearer t-2");
	g_assert_cmpint(before->status, ==, 200);
	g_assert_cmpint(after->status, ==, 401);
	g_assert_cmpint(renewed->status, ==, 200);
}

/* --- watch ------------------------------------------------------------------------------------ */

static char *list_version(const struct drill_server *s, const char *path)
{
	g_autoptr(reply) r = get(s, path);
	g_autoptr(json_tree) list = parse(r);

	return g_strdup(json_string(list, "metadata.resourceVersion"));
}

static char **watch_lines(const struct drill_server *s, const char *path, const char *version,
			  guint lines)
{
	g_autofree char *full = g_strdup_printf("%s&resourceVersion=%s", path, version);
	g_autoptr(reply) r = get_lines(s, full, lines);

	g_assert_cmpint(r->status, ==, 200);
	g_strchomp(r->body->str);
	return g_strsplit(r->body->str, "\n", -1);
}

static char *line_string(const char *line, const char *path)
{
	g_autoptr(json_tree) tree = json_parse(line, -1, NULL);

	g_assert_nonnull(tree);
	return g_strdup(json_string(tree, path));
}

static void a_watch_replays_and_resumes(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ .hurry = 10000 });
	g_autofree char *version = list_version(s, "/api/v1/pods");
	g_auto(GStrv) all = watch_lines(s, "/api/v1/pods?watch=true", version, 10);
	g_autofree char *type = line_string(all[0], "type"),
			*kind = line_string(all[0], "object.kind");
	g_autofree char *fifth = line_string(all[4], "object.metadata.resourceVersion");
	g_auto(GStrv) rest = watch_lines(s, "/api/v1/pods?watch=true", fifth, 5);

	g_assert_cmpuint(g_strv_length(all), ==, 10);
	g_assert_cmpstr(type, ==, "MODIFIED");
	g_assert_cmpstr(kind, ==, "Pod");
	for (guint i = 0; i < 5; i++)
		g_assert_cmpstr(rest[i], ==, all[5 + i]);
}

static void a_namespace_is_watched_alone(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ .hurry = 10000 });
	g_autofree char *version = list_version(s, "/api/v1/pods");
	g_auto(GStrv) lines = watch_lines(
		s, "/api/v1/namespaces/storefront/pods?watch=1&timeoutSeconds=1", version, 0);

	g_assert_cmpuint(g_strv_length(lines), ==, 0);
}

static void bookmarks_come_where_allowed(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ .hurry = 600 });
	g_autofree char *version = list_version(s, "/api/v1/nodes");
	g_auto(GStrv) lines = watch_lines(s, "/api/v1/nodes?watch=1&allowWatchBookmarks=true",
					  version, 2);
	g_autofree char *type = line_string(lines[0], "type");
	g_autofree char *told = line_string(lines[0], "object.metadata.resourceVersion");

	g_assert_cmpstr(type, ==, "BOOKMARK");
	g_assert_cmpstr(told, ==, version);
}

static void a_version_too_old_ends_the_watch_in_its_stream(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });
	g_autoptr(reply) r = get(s, "/api/v1/pods?watch=1&resourceVersion=1");
	g_autofree char *version = list_version(s, "/api/v1/pods");
	g_autofree char *expected = g_strdup_printf(
		"{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"apiVersion\":\"v1\","
		"\"metadata\":{},"
		"\"status\":\"Failure\",\"message\":\"too old resource version: 1 "
		"(%s)\",\"reason\":\"Expired\","
		"\"code\":410}}\n",
		version);

	g_assert_cmpint(r->code, ==, CURLE_OK);
	g_assert_cmpint(r->status, ==, 200);
	g_assert_cmpstr(r->body->str, ==, expected);
}

static void without_a_version_all_are_added_first(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });
	guint pods = count(s, "/api/v1/pods");
	g_autoptr(reply) r = get_lines(s, "/api/v1/pods?watch=1", pods);
	g_auto(GStrv) lines = g_strsplit(r->body->str, "\n", -1);

	for (guint i = 0; i < pods; i++) {
		g_autofree char *type = line_string(lines[i], "type"),
				*kind = line_string(lines[i], "object.kind");

		g_assert_cmpstr(type, ==, "ADDED");
		g_assert_cmpstr(kind, ==, "Pod");
	}
}

static void a_watch_of_metadata_brings_no_more(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ .hurry = 10000 });
	g_autofree char *version = list_version(s, "/api/v1/pods");
	g_autofree char *url = g_strdup_printf("%s/api/v1/pods?watch=1&resourceVersion=%s",
					       drill_url(s), version);
	g_autoptr(reply) r = fetch(&(struct fetch){ .url = url,
						    .ca_pem = drill_ca_pem(s),
						    .headers = (const char *[]){ METADATA, NULL },
						    .max_lines = 1 });
	g_auto(GStrv) lines = g_strsplit(r->body->str, "\n", 2);
	g_autofree char *kind = line_string(lines[0], "object.kind");

	g_assert_cmpstr(kind, ==, "PartialObjectMetadata");
	g_assert_null(strstr(lines[0], "\"status\":"));
}

/* --- logs ------------------------------------------------------------------------------------- */

#define LEDGER "/api/v1/namespaces/payments/pods/ledger-0/log"
#define BANNER "/api/v1/namespaces/storefront/pods/banner-0/log"

static guint count_lines(const char *text)
{
	guint n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void logs_are_cut_as_asked(void)
{
	static const struct {
		const char *path;
		guint lines;
		const char *begins;
	} rows[] = {
		{ LEDGER "?container=migrate", 1, NULL },
		{ LEDGER "?container=migrate&timestamps=true", 1, "2026-11-24T" },
		{ LEDGER "?container=migrate&tailLines=0", 0, NULL },
		{ LEDGER "?container=migrate&sinceTime=2126-01-01T00:00:00Z", 0, NULL },
		{ LEDGER "?previous=true&tailLines=3", 3, NULL },
		{ LEDGER "?previous=true&tailLines=3&timestamps=true", 3, "2026-11-24T" },
		{ LEDGER "?container=migrate&limitBytes=5", 0, NULL },
	};
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(reply) r = get(s, rows[i].path);

		g_test_message("%s", rows[i].path);
		g_assert_cmpint(r->status, ==, 200);
		g_assert_cmpstr(reply_header(r, "content-type"), ==, "text/plain");
		g_assert_cmpuint(count_lines(r->body->str), ==, rows[i].lines);
		if (rows[i].begins)
			g_assert_true(g_str_has_prefix(r->body->str, rows[i].begins));
	}
}

static void the_previous_log_is_another(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });
	g_autoptr(reply) now = get(s, LEDGER "?timestamps=true"),
			 before = get(s, LEDGER "?timestamps=true&previous=true");

	g_assert_cmpuint(count_lines(before->body->str), >, 10);
	g_assert_cmpint(strncmp(before->body->str, now->body->str, 30), <, 0);
}

static void a_finished_container_ends_what_follows_it(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });
	g_autoptr(reply) r = get(s, LEDGER "?container=migrate&follow=true");

	g_assert_cmpint(r->code, ==, CURLE_OK);
	g_assert_cmpuint(count_lines(r->body->str), ==, 1);
}

/* The log holds NUL, which ends a string. */
static char **split_lines(struct reply *r)
{
	for (gsize i = 0; i < r->body->len; i++)
		if (!r->body->str[i])
			r->body->str[i] = '?';
	return g_strsplit(r->body->str, "\n", -1);
}

/* Everybody reads the same log, whenever they come. */
static void a_followed_log_goes_on_and_can_be_taken_up_again(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ .hurry = 100 });
	g_autoptr(reply) first = get_lines(s, BANNER "?timestamps=true&follow=true", 60);
	g_auto(GStrv) lines = split_lines(first);
	g_autofree char *second = g_strndup(lines[30], strlen("2026-11-24T08:30:05"));
	g_autofree char *path = g_strdup_printf(BANNER "?timestamps=true&follow=true&sinceTime=%sZ",
						second);
	g_autoptr(reply) again = get_lines(s, path, 100);
	g_auto(GStrv) repeated = split_lines(again);
	guint at = 0;

	g_assert_cmpstr(lines[10] + 31, ==, "banner 1.0.0 starts"); /* ten were recorded */
	g_assert_cmpstr(lines[20] + 31, ==, "banner 1.0.0 starts");
	while (repeated[at] && !g_str_equal(repeated[at], lines[30]))
		at++;
	g_assert_cmpuint(at + 30, <=, g_strv_length(repeated));
	for (guint i = 0; i < 30; i++)
		g_assert_cmpstr(repeated[at + i], ==, lines[30 + i]);
}

/* --- who asked, and how ----------------------------------------------------------------------- */

static void requests_are_kept_with_their_headers(void)
{
	g_autoptr(drill_server)
		s = start(&(struct drill_plan){ .path_prefix = "/k8s/clusters/c-1" });
	const char *headers[] = { "Impersonate-User: eve", "Impersonate-Group: a",
				  "Impersonate-Group: b", NULL };
	g_autofree char *url = g_strconcat(drill_url(s), "/api/v1/pods?limit=1", NULL);
	g_autofree char *bare = g_strdup_printf("https://127.0.0.1:%u/api/v1/pods", drill_port(s));
	g_autoptr(reply)
		r = fetch(&(struct fetch){ .url = url,
					   .ca_pem = drill_ca_pem(s),
					   .certificate_pem = drill_client_certificate_pem(s),
					   .key_pem = drill_client_key_pem(s),
					   .headers = headers });
	g_autoptr(reply)
		unprefixed = fetch(&(struct fetch){ .url = bare, .ca_pem = drill_ca_pem(s) });
	g_auto(GStrv) requests = drill_requests(s);
	g_autofree char *groups = drill_request_header(s, 0, "impersonate-group");
	g_autofree char *none = drill_request_header(s, 0, "Authorization");
	g_autofree char *certificate = drill_request_certificate(s, 0),
			*uncertified = drill_request_certificate(s, 1);

	g_assert_cmpint(r->status, ==, 200);
	g_assert_cmpint(unprefixed->status, ==, 404);
	g_assert_cmpstr(requests[0], ==, "GET /k8s/clusters/c-1/api/v1/pods?limit=1");
	g_assert_cmpstr(requests[1], ==, "GET /api/v1/pods");
	g_assert_null(requests[2]);
	g_assert_cmpstr(groups, ==, "a, b");
	g_assert_null(none);
	g_assert_cmpstr(certificate, ==, "trainee");
	g_assert_null(uncertified);
}

static void its_other_name_is_seen_by_sni(void)
{
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });
	g_autofree char *url = g_strdup_printf("https://drill.kase.test:%u/version", drill_port(s));
	g_autofree char *to = g_strdup_printf("drill.kase.test:%u:127.0.0.1:%u", drill_port(s),
					      drill_port(s));
	g_autoptr(reply) r = fetch(
		&(struct fetch){ .url = url, .ca_pem = drill_ca_pem(s), .connect_to = to });
	g_autofree char *name = drill_request_server_name(s, 0);

	g_assert_cmpint(r->status, ==, 200);
	g_assert_cmpstr(name, ==, "drill.kase.test");
}

static void it_can_be_reached_through_a_proxy(void)
{
	static const enum proxy_kind kinds[] = { PROXY_HTTP, PROXY_SOCKS5 };
	g_autoptr(drill_server) s = start(&(struct drill_plan){ 0 });
	g_autofree char *url = g_strdup_printf("https://drill.kase.test:%u/api/v1/pods",
					       drill_port(s));
	g_autofree char *asked = g_strdup_printf("drill.kase.test:%u", drill_port(s));

	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autoptr(proxy) p = proxy_start(kinds[i]);
		const char *address = strstr(proxy_url(p), "//");
		g_autofree char *by_name = g_strconcat(
			kinds[i] == PROXY_SOCKS5 ? "socks5h:" : "http:", address, NULL);
		g_autoptr(reply) r = fetch(
			&(struct fetch){ .url = url, .ca_pem = drill_ca_pem(s), .proxy = by_name });
		g_auto(GStrv) targets = proxy_targets(p);

		g_assert_cmpint(r->code, ==, CURLE_OK);
		g_assert_cmpint(r->status, ==, 200);
		g_assert_cmpstr(targets[0], ==, asked);
		g_assert_null(targets[1]);
	}
}

static void its_certificate_can_be_wrong(void)
{
	static const struct {
		enum drill_certificate certificate;
		CURLcode code;
	} rows[] = {
		{ DRILL_CERTIFICATE_GOOD, CURLE_OK },
		{ DRILL_CERTIFICATE_EXPIRED, CURLE_PEER_FAILED_VERIFICATION },
		{ DRILL_CERTIFICATE_WRONG_NAME, CURLE_PEER_FAILED_VERIFICATION },
		{ DRILL_CERTIFICATE_FOREIGN, CURLE_PEER_FAILED_VERIFICATION },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(drill_server)
			s = start(&(struct drill_plan){ .certificate = rows[i].certificate });
		g_autoptr(reply) r = get(s, "/version");

		g_assert_cmpint(r->code, ==, rows[i].code);
	}
}

static void it_listens_on_the_other_loopback(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(drill_server) s = drill_start(&(struct drill_plan){ .ipv6 = TRUE }, &error);
	g_autoptr(reply) r = NULL;

	if (!s) {
		g_assert_error(error, DRILL_ERROR, DRILL_ERROR_START);
		g_test_skip("no IPv6 here");
		return;
	}
	r = get(s, "/version");
	g_assert_true(g_str_has_prefix(drill_url(s), "https://[::1]:"));
	g_assert_cmpint(r->status, ==, 200);
}

static void its_kubeconfig_names_what_it_takes(void)
{
	g_autoptr(drill_server)
		s = start(&(struct drill_plan){ .token = "t-1", .client_certificate = TRUE });
	g_autoptr(scratch) folder = scratch_make();
	g_autofree char *path = scratch_path(folder, "config"), *text = NULL, *ca = NULL;

	g_assert_true(drill_write_kubeconfig(s, path, NULL));
	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	ca = g_base64_encode((const guchar *)drill_ca_pem(s), strlen(drill_ca_pem(s)));
	g_assert_nonnull(strstr(text, drill_url(s)));
	g_assert_nonnull(strstr(text, ca));
	g_assert_nonnull(strstr(text, "token: \"t-1\""));
	g_assert_nonnull(strstr(text, "client-key-data: "));
}

static void a_recording_can_lie_in_a_folder(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *data = g_build_filename(
		g_getenv("top_srcdir") ? g_getenv("top_srcdir") : ".", "data/drill", NULL);
	g_autoptr(drill_server) built_in = start(&(struct drill_plan){ 0 });
	g_autoptr(drill_server) s = start(&(struct drill_plan){ .recording = data });
	g_autoptr(reply) one = get(s, "/api/v1/pods"), other = get(built_in, "/api/v1/pods");

	g_assert_cmpint(one->status, ==, 200);
	g_assert_cmpstr(one->body->str, ==, other->body->str);
	g_assert_null(drill_start(&(struct drill_plan){ .recording = "/nowhere" }, &error));
	g_assert_nonnull(strstr(error->message, "cannot load the recording in /nowhere"));
}

#define ADD(name) g_test_add_func("/drill/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(a_list_comes_with_the_headers_of_a_real_server);
	ADD(every_kind_of_the_recording_is_listed);
	ADD(pages_join_to_the_whole_list);
	ADD(an_expired_token_brings_another_for_the_rest);
	ADD(selectors_choose_as_a_real_server_does);
	ADD(one_object_says_its_kind);
	ADD(metadata_comes_alone_where_asked_for);
	ADD(secrets_are_metadata_without_values);
	ADD(copies_have_names_and_uids_of_their_own);
	ADD(only_large_bodies_are_packed);
	ADD(the_hostile_pod_is_among_them);
	ADD(discovery_is_plain_or_aggregated);
	ADD(refusals_are_spelled_as_a_real_server_does);
	ADD(a_pod_with_many_containers_names_them);
	ADD(nothing_but_reading_is_allowed);
	ADD(what_the_plan_denies_is_forbidden);
	ADD(a_denied_cluster_wide_list_leaves_namespaces_open);
	ADD(credentials_are_asked_for_as_planned);
	ADD(a_token_can_be_replaced);
	ADD(a_watch_replays_and_resumes);
	ADD(a_namespace_is_watched_alone);
	ADD(bookmarks_come_where_allowed);
	ADD(a_version_too_old_ends_the_watch_in_its_stream);
	ADD(without_a_version_all_are_added_first);
	ADD(a_watch_of_metadata_brings_no_more);
	ADD(logs_are_cut_as_asked);
	ADD(the_previous_log_is_another);
	ADD(a_finished_container_ends_what_follows_it);
	ADD(a_followed_log_goes_on_and_can_be_taken_up_again);
	ADD(requests_are_kept_with_their_headers);
	ADD(its_other_name_is_seen_by_sni);
	ADD(it_can_be_reached_through_a_proxy);
	ADD(its_certificate_can_be_wrong);
	ADD(it_listens_on_the_other_loopback);
	ADD(its_kubeconfig_names_what_it_takes);
	ADD(a_recording_can_lie_in_a_folder);
	return g_test_run();
}
