/* The parts of the engine that only think. */
#include "../../src/engine/containers.h"
#include "../../src/engine/inside.h"
#include "../../src/engine/logbytes.h"
#include "../../src/engine/owners.h"
#include "../../src/engine/refusals.h"
#include "../../src/engine/rights.h"
#include "../../src/engine/tail.h"

static struct cJSON *tree(const char *text)
{
	g_autofree char *json = g_strdup(text);
	g_autoptr(GError) error = NULL;
	struct cJSON *parsed;

	g_strdelimit(json, "'", '"');
	parsed = json_parse(json, -1, &error);
	g_assert_no_error(error);
	return parsed;
}

/* --- owners, selectors, bindings ---------------------------------------------------------------- */

static void only_a_controller_is_an_owner(void)
{
	static const struct {
		const char *references, *owner;
	} rows[] = {
		{ "[]", NULL },
		{ "null", NULL },
		{ "[{'apiVersion':'v1','kind':'ConfigMap','name':'a','uid':'1'}]", NULL },
		{ "[{'apiVersion':'v1','kind':'ConfigMap','name':'a','uid':'1'},"
		  "{'apiVersion':'apps/"
		  "v1','kind':'ReplicaSet','name':'b','uid':'2','controller':true}]",
		  "apps ReplicaSet b 2" },
		{ "[{'apiVersion':'v1','kind':'Node','name':'n','uid':'3','controller':true}]",
		  " Node n 3" },
		{ "[{'apiVersion':'shop.example/"
		  "v1','kind':'Till','name':'t','uid':'4','controller':true}]",
		  "shop.example Till t 4" },
		{ "[{'apiVersion':'apps/v1','uid':'2','controller':true}]", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strdup_printf("{'metadata':{'ownerReferences':%s}}",
							rows[i].references);
		g_autoptr(json_tree) object = tree(text);
		struct owner o;
		gboolean found = owner_of(object, &o);
		g_autofree char *told = found ? g_strdup_printf("%s %s %s %s", o.group, o.kind,
								o.name, o.uid)
					      : NULL;

		g_assert_cmpstr(told, ==, rows[i].owner);
		owner_clear(&o);
	}
}

static void a_selector_is_written_as_a_query_wants_it(void)
{
	static const struct {
		const char *selector, *text;
	} rows[] = {
		{ "{}", NULL },
		{ "null", NULL },
		{ "{'matchLabels':{'app':'web','tier':'edge'}}", "app=web,tier=edge" },
		{ "{'app':'web'}", "app=web" }, /* of a ReplicationController */
		{ "{'matchLabels':{'app':'web'},'matchExpressions':[{'key':'k','operator':'In','"
		  "values':['a','b']}]}",
		  "app=web,k in (a,b)" },
		{ "{'matchExpressions':[{'key':'k','operator':'NotIn','values':['a']},{'key':'l','"
		  "operator':'Exists'},"
		  "{'key':'m','operator':'DoesNotExist'}]}",
		  "k notin (a),l,!m" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(json_tree) selector = tree(rows[i].selector);
		g_autofree char *text = selector_text(selector);

		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

static void a_binding_names_an_account_in_four_ways(void)
{
	static const struct {
		const char *subject;
		gboolean names;
	} rows[] = {
		{ "{'kind':'ServiceAccount','name':'checkout','namespace':'payments'}", TRUE },
		{ "{'kind':'ServiceAccount','name':'checkout','namespace':'storefront'}", FALSE },
		{ "{'kind':'ServiceAccount','name':'ledger','namespace':'payments'}", FALSE },
		{ "{'kind':'User','name':'system:serviceaccount:payments:checkout'}", TRUE },
		{ "{'kind':'User','name':'checkout'}", FALSE },
		{ "{'kind':'Group','name':'system:serviceaccounts'}", TRUE },
		{ "{'kind':'Group','name':'system:serviceaccounts:payments'}", TRUE },
		{ "{'kind':'Group','name':'system:serviceaccounts:storefront'}", FALSE },
		{ "{'kind':'Group','name':'system:serviceaccountsx'}", FALSE },
		{ "{'kind':'Group','name':'system:authenticated'}", TRUE },
		{ "{'kind':'Group','name':'system:masters'}", FALSE },
		{ "{'kind':'Group'}", FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strdup_printf(
			"{'subjects':[{'kind':'User','name':'x'},%s]}", rows[i].subject);
		g_autoptr(json_tree) binding = tree(text);

		g_test_message("%s", rows[i].subject);
		g_assert_cmpint(binding_names(binding, "payments", "checkout"), ==, rows[i].names);
	}
}

/* --- logs --------------------------------------------------------------------------------------- */

static char *wanted(const struct cJSON *pod)
{
	g_autoptr(GPtrArray) containers = containers_of(pod);
	GString *out = g_string_new(NULL);

	for (int previous = 1; previous >= 0; previous--)
		for (guint i = 0; i < containers->len; i++) {
			const struct container *c = containers->pdata[i];

			if (container_has_log(c, previous))
				g_string_append_printf(out, "%s%s=%s ", c->name,
						       previous ? "!" : "",
						       container_instance(c, previous));
		}
	return g_string_free(out, FALSE);
}

static void only_instances_that_were_there_are_asked_for(void)
{
	static const struct {
		const char *status, *wanted;
	} rows[] = {
		{ "{}", "" },
		{ "{'containerStatuses':[{'name':'a','containerID':'c://"
		  "2','state':{'running':{}}}]}",
		  "a=c://2 " },
		{ "{'containerStatuses':[{'name':'a','containerID':'c://"
		  "2','state':{'running':{}},'lastState':"
		  "{'terminated':{'containerID':'c://1'}}}]}",
		  "a!=c://1 a=c://2 " },
		/* in back-off both are one */
		{ "{'containerStatuses':[{'name':'a','containerID':'c://"
		  "1','state':{'waiting':{}},'lastState':"
		  "{'terminated':{'containerID':'c://1'}}}]}",
		  "a!=c://1 " },
		{ "{'containerStatuses':[{'name':'a','containerID':'','state':{'waiting':{}}}]}",
		  "" },
		{ "{'initContainerStatuses':[{'name':'i','containerID':'c://"
		  "3','state':{'terminated':{}}}],"
		  "'containerStatuses':[{'name':'a','containerID':'c://4'}],"
		  "'ephemeralContainerStatuses':[{'name':'e','containerID':'c://5'}]}",
		  "i=c://3 a=c://4 e=c://5 " },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strdup_printf("{'status':%s}", rows[i].status);
		g_autoptr(json_tree) pod = tree(text);
		g_autofree char *told = wanted(pod);

		g_assert_cmpstr(told, ==, rows[i].wanted);
	}
}

static void a_tail_takes_what_ends_before_what_runs(void)
{
	static const struct {
		const char *current, *previous, *closed;
		gboolean running;
		enum tail_step step;
	} rows[] = {
		{ NULL, NULL, "", FALSE, STEP_NOTHING }, { "2", NULL, "", TRUE, STEP_FOLLOW },
		{ "2", "1", "", TRUE, STEP_PREVIOUS },   { "2", "1", "1", TRUE, STEP_FOLLOW },
		{ "2", NULL, "", FALSE, STEP_FINAL },    { "2", NULL, "2", FALSE, STEP_NOTHING },
		{ "2", "2", "", FALSE, STEP_PREVIOUS }, /* back-off */
		{ "2", "2", "2", FALSE, STEP_NOTHING },  { "3", "2", "2", FALSE, STEP_FINAL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GHashTable) closed = g_hash_table_new(g_str_hash, g_str_equal);
		struct container c = { .current = (char *)rows[i].current,
				       .previous = (char *)rows[i].previous,
				       .running = rows[i].running };

		g_hash_table_add(closed, (char *)rows[i].closed);
		g_test_message("row %zu", i);
		g_assert_cmpint(tail_step(&c, closed), ==, rows[i].step);
	}
}

static void a_refusal_says_whether_anything_is_missing(void)
{
	static const struct {
		int status;
		const char *message, *reason;
		gboolean gap;
	} rows[] = {
		{ 400, "container \"a\" in pod \"p\" is waiting to start: ContainerCreating",
		  "not-started", FALSE },
		{ 400, "previous terminated container \"a\" in pod \"p\" not found", "lost", TRUE },
		{ 403, "pods \"p\" is forbidden: …", "denied", TRUE },
		{ 404, "pods \"p\" not found", "gone", TRUE },
		{ 404, "the server could not find the requested resource ( pods/log p)", "lost",
		  TRUE },
		{ 500, "Get \"https://10.0.0.1:10250/…\": dial tcp: connect: connection refused",
		  "unreachable", TRUE },
		{ 500, "something else", "failed", TRUE },
		{ 500, NULL, "failed", TRUE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct refusal r = refusal_of(rows[i].status, rows[i].message);

		g_assert_cmpstr(r.reason, ==, rows[i].reason);
		g_assert_cmpint(r.gap, ==, rows[i].gap);
	}
}

static void a_log_is_cut_after_a_line(void)
{
	g_autofree char *long_line = g_malloc(3 * LOGBYTES_PIECE_MAX);

	memset(long_line, 'x', 3 * LOGBYTES_PIECE_MAX);
	g_assert_cmpuint(logbytes_whole("a\nb\nc", 5), ==, 4);
	g_assert_cmpuint(logbytes_whole("abc", 3), ==, 0);
	g_assert_cmpuint(logbytes_whole(NULL, 0), ==, 0);
	g_assert_cmpuint(logbytes_piece("a\nb", 3), ==, 3);
	g_assert_cmpuint(logbytes_piece(long_line, 3 * LOGBYTES_PIECE_MAX), ==, LOGBYTES_PIECE_MAX);
	long_line[100] = '\n';
	g_assert_cmpuint(logbytes_piece(long_line, 3 * LOGBYTES_PIECE_MAX), ==, 101);
}

static void the_first_and_the_last_time_are_those_of_lines_that_have_one(void)
{
	static const struct {
		const char *text, *first, *last;
	} rows[] = {
		{ "", "", "" },
		{ "no time here\n", "", "" },
		{ "2026-01-02T03:04:05.000000001Z a\n2026-01-02T03:04:06.5Z b\n",
		  "2026-01-02T03:04:05.000000001Z", "2026-01-02T03:04:06.500000000Z" },
		{ "unable to\n2026-01-02T03:04:05Z a\nx\n", "2026-01-02T03:04:05.000000000Z",
		  "2026-01-02T03:04:05.000000000Z" },
		{ "2026-01-02T03:04:05Z a\n2026-01-02T03:04:07Z not whole",
		  "2026-01-02T03:04:05.000000000Z", "2026-01-02T03:04:05.000000000Z" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		char first[STAMP_CHARS], last[STAMP_CHARS];

		stamp_format(logbytes_first(rows[i].text, strlen(rows[i].text)), first);
		stamp_format(logbytes_last(rows[i].text, strlen(rows[i].text)), last);
		g_assert_cmpstr(first, ==, rows[i].first);
		g_assert_cmpstr(last, ==, rows[i].last);
	}
}

/* --- rights, namespaces, clusters ----------------------------------------------------------------- */

static void a_gap_names_the_command_and_the_smallest_role(void)
{
	static const struct kube_resource secrets = { "", "v1", "secrets", "Secret", TRUE, TRUE },
					  nodes = { "", "v1", "nodes", "Node", FALSE, FALSE },
					  jobs = { "batch", "v1", "jobs", "Job", TRUE, FALSE },
					  pods = { "", "v1", "pods", "Pod", TRUE, FALSE };
	const struct {
		const struct kube_resource *resource;
		const char *namespace, *name, *verb, *text;
	} rows[] = {
		{ &secrets, NULL, NULL, "list",
		  "to close it: kase import what a colleague gets with `kubectl get secrets -o "
		  "yaml -A` (values are "
		  "withheld), or a ClusterRole with {apiGroups: [\"\"], resources: [secrets], "
		  "verbs: [list]}" },
		{ &jobs, "payments", NULL, "watch",
		  "to close it: kase import what a colleague gets with `kubectl get jobs.batch -o "
		  "yaml -n payments`, or a "
		  "Role in payments with {apiGroups: [\"batch\"], resources: [jobs], verbs: "
		  "[watch]}" },
		{ &nodes, NULL, "n1", "get",
		  "to close it: kase import what a colleague gets with `kubectl get nodes n1 -o "
		  "yaml`, or a ClusterRole "
		  "with {apiGroups: [\"\"], resources: [nodes], resourceNames: [n1], verbs: "
		  "[get]}" },
		{ &pods, "payments", "p", "get logs",
		  "to close it: kase import what a colleague gets with `kubectl logs p "
		  "--all-containers --prefix "
		  "--timestamps -n payments`, or a Role in payments with {apiGroups: [\"\"], "
		  "resources: [pods/log], "
		  "resourceNames: [p], verbs: [get]}" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = rights_that_close(rows[i].resource, rows[i].namespace,
							  rows[i].name, rows[i].verb);

		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

static void a_hostile_name_is_one_word_of_a_shell(void)
{
	static const struct kube_resource pods = { "", "v1", "pods", "Pod", TRUE, FALSE };
	static const struct {
		const char *namespace, *name, *verb, *command;
	} rows[] = {
		{ "a;b", "p`id`", "get", "`kubectl get pods 'p`id`' -o yaml -n 'a;b'`" },
		{ "a", "p$(id)'", "get logs",
		  "`kubectl logs 'p$(id)'\\''' --all-containers --prefix --timestamps -n a`" },
		{ "a b", "-f", "get", "`kubectl get pods -o yaml -n 'a b' -- -f`" },
		{ "a", "", "get", "`kubectl get pods '' -o yaml -n a`" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = rights_that_close(&pods, rows[i].namespace, rows[i].name,
							  rows[i].verb);

		g_test_message("%s", text);
		g_assert_nonnull(strstr(text, rows[i].command));
	}
}

static void namespaces_come_from_whoever_knows_them(void)
{
	char *listed[] = { "a", "b", "c", NULL }, *told[] = { "b", "t", NULL },
	     *subjects[] = { "s", "b", NULL };
	const struct {
		char *const *listed, *const *told, *const *subjects;
		const char *context, *names;
	} rows[] = {
		{ listed, NULL, NULL, "default", "a b c" },
		{ listed, told, subjects, "default", "b t s a c" },
		{ NULL, told, NULL, "default", "b t" },
		{ NULL, told, NULL, "home", "b t home" },
		{ NULL, NULL, subjects, "home", "s b home" },
		{ NULL, NULL, NULL, "home", "home" },
		{ NULL, NULL, NULL, "default", "default" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(GStrv) names = spaces_choose(rows[i].listed, rows[i].told, rows[i].context,
						    rows[i].subjects);
		g_autofree char *joined = g_strjoinv(" ", names);

		g_assert_cmpstr(joined, ==, rows[i].names);
	}
}

static void a_watch_names_the_namespaces_that_came(void)
{
#define EVENT(type, name) \
	"{\"type\":\"" type "\",\"object\":{\"metadata\":{\"name\":\"" name "\"}}}\n"
	static const char lines[] = EVENT("ADDED", "a")
		EVENT("MODIFIED", "b") "no event\n" EVENT("DELETED", "c") EVENT("ADDED", "d");
#undef EVENT
	g_autoptr(GPtrArray) names = spaces_added(lines, sizeof(lines) - 1);
	g_autoptr(GPtrArray) none = spaces_added("", 0);

	g_assert_cmpuint(names->len, ==, 2);
	g_assert_cmpstr(names->pdata[0], ==, "a");
	g_assert_cmpstr(names->pdata[1], ==, "d");
	g_assert_cmpuint(none->len, ==, 0);
}

static void a_cluster_gets_a_name_that_fits_a_subject(void)
{
	static const struct {
		const char *configured, *name;
	} rows[] = {
		{ "prod-eu-1", "prod-eu-1" },
		{ "arn:aws:eks:eu-west-1:111122223333:cluster/prod", "prod" },
		{ "gke_shop_europe-west1_prod", "gke_shop_europe-west1_prod" },
		{ "a b:c\033", "a-b-c-" },
		{ NULL, "cluster" },
		{ "", "cluster" },
		{ "x/", "cluster" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = birth_name(rows[i].configured);

		g_assert_cmpstr(name, ==, rows[i].name);
	}
}

static void a_cluster_known_before_keeps_its_name(void)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func((GDestroyNotify)json_free);
	static const struct {
		const char *uid, *server, *ca, *name;
	} rows[] = {
		{ "1", "https://other", "cc", "prod" }, /* moved, but the same */
		{ NULL, "https://a", "aa", "prod" },    /* may not see its UID now */
		{ "2", "https://b", "bb", "test" },     /* may see its UID now */
		{ "3", "https://a", "aa", NULL },       /* another one where the first had been */
		{ NULL, "https://a", "xx", NULL },
	};

	g_ptr_array_add(entries,
			tree("{'cluster':'prod','uid':'1','server':'https://a','ca':'aa'}"));
	g_ptr_array_add(entries,
			tree("{'cluster':'test','uid':null,'server':'https://b','ca':'bb'}"));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpstr(
			json_string(birth_known(entries, rows[i].uid, rows[i].server, rows[i].ca),
				    "cluster"),
			==, rows[i].name);
}

static void two_clusters_never_share_a_name(void)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func((GDestroyNotify)json_free);
	g_autofree char *first = birth_unique(entries, "prod"), *third = NULL;

	g_assert_cmpstr(first, ==, "prod");
	g_ptr_array_add(entries, tree("{'cluster':'prod'}"));
	g_ptr_array_add(entries, tree("{'cluster':'prod-2'}"));
	third = birth_unique(entries, "prod");
	g_assert_cmpstr(third, ==, "prod-3");
}

/* --- patience ------------------------------------------------------------------------------------- */

static void each_failure_is_tried_again_as_it_deserves(void)
{
	const gint64 s = G_USEC_PER_SEC;
	const struct {
		struct retry retry;
		int code;
		gboolean fresh;
		gint64 now_us, told_s, wait_ms;
	} rows[] = {
		/* the server is gone: ever longer, until patience ends */
		{ { 120, 1 * s, 0 }, KUBE_ERROR_UNREACHABLE, FALSE, 1 * s, -1, 500 },
		{ { 120, 1 * s, 4 }, KUBE_ERROR_UNREACHABLE, FALSE, 9 * s, -1, 8000 },
		{ { 120, 1 * s, 20 }, KUBE_ERROR_UNREACHABLE, FALSE, 80 * s, -1, 10000 },
		{ { 120, 1 * s, 20 }, KUBE_ERROR_UNREACHABLE, FALSE, 115 * s, -1, -1 },
		{ { RETRY_FOR_EVER, 1 * s, 20 },
		  KUBE_ERROR_UNREACHABLE,
		  FALSE,
		  100000 * s,
		  -1,
		  10000 },
		/* what the server tells is heeded */
		{ { 120, 1 * s, 0 }, KUBE_ERROR_BUSY, FALSE, 1 * s, 7, 7000 },
		{ { 120, 1 * s, 0 }, KUBE_ERROR_BUSY, FALSE, 1 * s, 500, -1 },
		/* a credential that stands in a file of ours does not become another one */
		{ { 120, 1 * s, 0 }, KUBE_ERROR_CREDENTIAL, FALSE, 1 * s, -1, -1 },
		{ { 120, 1 * s, 0 }, KUBE_ERROR_CREDENTIAL, TRUE, 1 * s, -1, 500 },
		{ { RETRY_FOR_EVER, 1 * s, 0 }, KUBE_ERROR_CREDENTIAL, FALSE, 1 * s, -1, 500 },
		{ { 120, 1 * s, 0 }, KUBE_ERROR_CERTIFICATE, FALSE, 1 * s, -1, -1 },
		{ { RETRY_FOR_EVER, 1 * s, 0 }, KUBE_ERROR_CERTIFICATE, FALSE, 1 * s, -1, 500 },
		/* answers that will be the same */
		{ { RETRY_FOR_EVER, 1 * s, 0 }, KUBE_ERROR_DENIED, FALSE, 1 * s, -1, -1 },
		{ { RETRY_FOR_EVER, 1 * s, 0 }, KUBE_ERROR_NOT_FOUND, FALSE, 1 * s, -1, -1 },
		/* faults on the way */
		{ { 120, 1 * s, 0 }, KUBE_ERROR_GARBLED, FALSE, 1 * s, -1, 500 },
		{ { 120, 1 * s, 3 }, KUBE_ERROR_GARBLED, FALSE, 5 * s, -1, -1 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("row %zu", i);
		g_assert_cmpint(retry_wait_ms(&rows[i].retry, rows[i].code, rows[i].fresh,
					      rows[i].now_us, rows[i].told_s),
				==, rows[i].wait_ms);
	}
}

static void a_clock_is_noted_once_and_when_it_changes(void)
{
	static const struct {
		gint64 offset_ms;
		gboolean entered;
	} rows[] = {
		{ -500, FALSE },    { -1900, FALSE },  /* late by the way, and whole seconds */
		{ 3600000, FALSE }, { 3599300, TRUE }, /* an hour, said twice */
		{ 3599000, FALSE }, { 3600400, FALSE },
		{ 3590000, FALSE }, { 3590100, TRUE },  /* set */
		{ 9000, FALSE },    { 3590000, FALSE }, /* one late answer is no clock */
		{ -100, FALSE },    { -300, TRUE },     /* mended */
		{ -500, FALSE },
	};
	struct clock_seen clock = { 0 };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("row %zu", i);
		g_assert_cmpint(clock_differs(&clock, rows[i].offset_ms * (STAMP_SECOND / 1000)),
				==, rows[i].entered);
	}
}

#define ADD(name) g_test_add_func("/engine/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(only_a_controller_is_an_owner);
	ADD(a_selector_is_written_as_a_query_wants_it);
	ADD(a_binding_names_an_account_in_four_ways);
	ADD(only_instances_that_were_there_are_asked_for);
	ADD(a_tail_takes_what_ends_before_what_runs);
	ADD(a_refusal_says_whether_anything_is_missing);
	ADD(a_log_is_cut_after_a_line);
	ADD(the_first_and_the_last_time_are_those_of_lines_that_have_one);
	ADD(a_gap_names_the_command_and_the_smallest_role);
	ADD(a_hostile_name_is_one_word_of_a_shell);
	ADD(namespaces_come_from_whoever_knows_them);
	ADD(a_watch_names_the_namespaces_that_came);
	ADD(a_cluster_gets_a_name_that_fits_a_subject);
	ADD(a_cluster_known_before_keeps_its_name);
	ADD(two_clusters_never_share_a_name);
	ADD(each_failure_is_tried_again_as_it_deserves);
	ADD(a_clock_is_noted_once_and_when_it_changes);
	return g_test_run();
}
