/* The engine at work, against the simulated cluster and what goes wrong with it. */
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <kase/json.h>
#include <kase/kube.h>
#include <kase/project.h>

#include "../../src/engine/inside.h"
#include "../lib/engine-fixture.h"
#include "../lib/scratch.h"

#define N(x)          (sizeof(x) / sizeof((x)[0]))
#define SUBJECTS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void expect(struct engine_fixture *f, const char *sql, const char *value)
{
	g_autofree char *told = engine_fixture_ask(f, sql);

	g_test_message("%s", sql);
	g_assert_cmpstr(told, ==, value);
}

static gint64 number(struct engine_fixture *f, const char *sql)
{
	g_autofree char *told = engine_fixture_ask(f, sql);

	return g_ascii_strtoll(told, NULL, 10);
}

static void show_gaps(struct engine_fixture *f)
{
	g_autofree char *gaps = engine_fixture_ask(
		f, "SELECT scope || ': ' || reason || ': ' || detail FROM gaps");

	g_test_message("verdict %d, line %s\n%s", f->verdict, f->line, gaps);
}

static void check_told(struct engine_fixture *f, guint n, const char *words)
{
	g_assert_cmpuint(f->told->len, >, n);
	g_assert_nonnull(strstr(f->told->pdata[n], words));
}

/* --- the whole ----------------------------------------------------------------------------------- */

static void a_cluster_is_captured_whole(void)
{
	struct engine_fixture f;

	engine_fixture_init(&f, NULL, 0);
	engine_fixture_capture(&f, SUBJECTS("cluster"));
	show_gaps(&f);
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE);
	g_assert_null(f.line);
	g_assert_cmpint(number(&f, "SELECT count(*) FROM pods WHERE gone IS NULL"), >, 10);
	expect(&f, "SELECT count(*) FROM coverage WHERE state <> 'complete'", "0");
	expect(&f, "SELECT count(*) FROM ledger WHERE kind = 'cluster'", "1");
	expect(&f, "SELECT count(*) FROM evidence WHERE state = 'open'", "0");
	engine_fixture_verify(&f);
	engine_fixture_clear(&f);
}

static void a_second_capture_adds_evidence_and_no_versions(void)
{
	struct engine_fixture f;
	gint64 versions, evidence;

	engine_fixture_init(&f, NULL, 0);
	engine_fixture_capture(&f, SUBJECTS("deployments"));
	versions = number(&f, "SELECT count(*) FROM versions WHERE subject LIKE 'deployment%'");
	evidence = number(&f, "SELECT count(*) FROM evidence");
	g_assert_cmpint(versions, >, 0);
	engine_fixture_engine(&f, NULL);
	engine_fixture_capture(&f, SUBJECTS("deployments"));
	g_assert_cmpint(
		number(&f, "SELECT count(*) FROM versions WHERE subject LIKE 'deployment%'"), ==,
		versions);
	g_assert_cmpint(number(&f, "SELECT count(*) FROM evidence"), >, evidence);
	/* and it is the same cluster */
	expect(&f, "SELECT count(DISTINCT cluster) FROM workloads", "1");
	engine_fixture_clear(&f);
}

static void secrets_are_asked_for_as_metadata_alone(void)
{
	struct engine_fixture f;
	g_auto(GStrv) requests = NULL;
	guint asked = 0;

	engine_fixture_init(&f, NULL, 0);
	engine_fixture_capture(&f, SUBJECTS("cluster", "secret/payments/card-processor",
					    "configmap/payments/checkout"));
	requests = drill_requests(f.server);
	for (guint i = 0; requests[i]; i++) {
		g_autofree char *accept = drill_request_header(f.server, i, "Accept");

		if (!strstr(requests[i], "/secrets") && !strstr(requests[i], "/configmaps"))
			continue;
		asked++;
		g_assert_nonnull(strstr(accept, "as=PartialObjectMetadata"));
	}
	g_assert_cmpuint(asked, >=, 4);
	engine_fixture_clear(&f);
}

static void each_request_says_whose_it_is(void)
{
	struct engine_fixture f;
	g_autofree char *agent = NULL, *id = NULL, *wanted = NULL;

	engine_fixture_init(&f, NULL, 0);
	engine_fixture_capture(&f, SUBJECTS("nodes"));
	agent = drill_request_header(f.server, 0, "User-Agent");
	id = engine_fixture_ask(&f, "SELECT entry ->> 'id' FROM entry WHERE seq = 1");
	wanted = g_strconcat("case/", id, NULL);
	g_assert_true(g_str_has_prefix(agent, "kase/"));
	g_assert_true(g_str_has_suffix(agent, wanted));
	engine_fixture_clear(&f);
}

/* --- a pod ----------------------------------------------------------------------------------------- */

#define A_POD                                                                                     \
	"SELECT name FROM pods WHERE namespace = 'payments' AND name LIKE 'checkout-%' ORDER BY " \
	"name LIMIT 1"

static char *some_pod(struct engine_fixture *f)
{
	engine_fixture_capture(f, SUBJECTS("pods"));
	return engine_fixture_ask(f, A_POD);
}

static void a_pod_is_taken_with_all_that_belongs_to_it(void)
{
	static const struct {
		const char *sql;
	} rows[] = {
		{ "SELECT count(*) FROM ledger WHERE kind = 'captured' AND subject LIKE "
		  "'pod/payments/checkout-%'" },
		{ "SELECT count(*) FROM lines WHERE container = 'app'" },
		{ "SELECT count(*) FROM lines WHERE container = 'sidecar'" },
		{ "SELECT count(*) FROM objects WHERE kind = 'ReplicaSet'" },
		{ "SELECT count(*) FROM objects WHERE kind = 'Deployment' AND name = 'checkout'" },
		{ "SELECT count(*) FROM objects WHERE kind = 'ServiceAccount' AND name = "
		  "'checkout'" },
		{ "SELECT count(*) FROM objects WHERE kind = 'RoleBinding' AND name = "
		  "'checkout-ops'" },
		{ "SELECT count(*) FROM objects WHERE kind = 'Role' AND name = 'ops'" },
		{ "SELECT count(*) FROM objects WHERE kind = 'Namespace' AND name = 'payments'" },
		{ "SELECT count(*) FROM objects WHERE kind = 'NetworkPolicy'" },
	};
	struct engine_fixture f;
	g_autofree char *pod = NULL, *subject_text = NULL;

	engine_fixture_init(&f, NULL, 0);
	pod = some_pod(&f);
	subject_text = g_strconcat("pod/payments/", pod, NULL);
	engine_fixture_capture(&f, SUBJECTS(subject_text));
	show_gaps(&f);
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE);
	for (gsize i = 0; i < N(rows); i++) {
		g_test_message("%s", rows[i].sql);
		g_assert_cmpint(number(&f, rows[i].sql), >, 0);
	}
	/* and nothing of the other pods */
	expect(&f, "SELECT count(DISTINCT subject) FROM lines", "1");
	engine_fixture_verify(&f);
	engine_fixture_clear(&f);
}

static void a_crashed_container_has_its_previous_log(void)
{
	struct engine_fixture f;

	engine_fixture_init(&f, NULL, 0);
	engine_fixture_capture(&f, SUBJECTS("pod/payments/ledger-0"));
	show_gaps(&f);
	g_assert_cmpint(
		number(&f, "SELECT count(*) FROM lines WHERE container = 'db' AND previous = 1"), >,
		0);
	g_assert_cmpint(number(&f, "SELECT count(*) FROM lines WHERE container = 'migrate'"), >, 0);
	engine_fixture_clear(&f);
}

static void a_log_without_end_is_cut_and_said_to_be(void)
{
	static const struct drill_fault faults[] = {
		{ .path = "*container=db*", .kind = DRILL_ENDLESS_LINE },
	};
	struct engine_fixture f;

	engine_fixture_init(&f, faults, N(faults));
	engine_fixture_capture(&f, SUBJECTS("pod/payments/ledger-0"));
	show_gaps(&f);
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE_GAPS);
	g_assert_cmpint(number(&f, "SELECT count(*) FROM gaps WHERE reason = 'too-large'"), >, 0);
	engine_fixture_clear(&f);
}

static void logs_that_may_not_be_read_are_one_gap(void)
{
	static const struct drill_fault faults[] = {
		{ .path = "*/log?*", .kind = DRILL_STATUS, .amount = 403 },
	};
	struct engine_fixture f;

	engine_fixture_init(&f, faults, N(faults));
	engine_fixture_capture(&f, SUBJECTS("pod/payments/ledger-0"));
	show_gaps(&f);
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE_GAPS);
	expect(&f, "SELECT scope FROM gaps", "get logs pods/ledger-0 in payments");
	g_assert_cmpint(
		number(&f, "SELECT count(*) FROM gaps WHERE detail LIKE '%resources: [pods/log]%'"),
		==, 1);
	engine_fixture_clear(&f);
}

static void previous_logs_are_asked_for_before_current_ones(void)
{
	struct engine_fixture f;
	g_auto(GStrv) requests = NULL;
	gboolean current = FALSE;

	engine_fixture_init(&f, NULL, 0);
	engine_fixture_capture(&f, SUBJECTS("pod/payments/ledger-0"));
	requests = drill_requests(f.server);
	for (guint i = 0; requests[i]; i++) {
		if (!strstr(requests[i], "/log?"))
			continue;
		g_assert_false(current && strstr(requests[i], "previous=true"));
		current |= !strstr(requests[i], "previous=true");
	}
	g_assert_true(current);
	engine_fixture_clear(&f);
}

static void a_workload_is_taken_with_its_own_pods_alone(void)
{
	static const struct {
		const char *subject, *pods;
		struct drill_fault fault;
		const char *gaps;
	} rows[] = {
		{ "deployment/payments/checkout", "checkout-", { 0 }, NULL },
		{ "statefulset/payments/ledger", "ledger-", { 0 }, NULL },
		{ "cronjob/payments/report", "report-", { 0 }, NULL },
		{ "deployment/payments/checkout",
		  "checkout-",
		  { .path = "/apis/apps/v1/namespaces/payments/replicasets?limit=*",
		    .kind = DRILL_STATUS,
		    .amount = 403 },
		  "deployment.apps/payments/checkout|not-listed" },
	};

	for (gsize i = 0; i < N(rows); i++) {
		struct engine_fixture f;
		g_autofree char *own = g_strdup_printf(
			"SELECT count(DISTINCT subject) FROM lines WHERE subject LIKE "
			"'pod/payments/%s%%'",
			rows[i].pods);

		engine_fixture_init(&f, &rows[i].fault, rows[i].fault.path != NULL);
		engine_fixture_capture(&f, SUBJECTS(rows[i].subject));
		g_test_message("%s", rows[i].subject);
		show_gaps(&f);
		if (rows[i].gaps)
			expect(&f,
			       "SELECT scope || '|' || reason FROM gaps WHERE reason = "
			       "'not-listed'",
			       rows[i].gaps);
		g_assert_cmpint(number(&f, own), >, 0);
		g_assert_cmpint(number(&f, own), ==,
				number(&f, "SELECT count(DISTINCT subject) FROM lines"));
		engine_fixture_clear(&f);
	}
}

static void what_is_not_there_is_said_in_one_line(void)
{
	static const struct {
		const char *subject, *line;
	} rows[] = {
		{ "pod/payments/nobody", "pod payments/nobody: not found (404)" },
		{ "widget/payments/x", "the cluster has no kind 'widget'" },
		{ "pod/", "a subject is written KIND/NAME" },
	};

	for (gsize i = 0; i < N(rows); i++) {
		struct engine_fixture f;

		engine_fixture_init(&f, NULL, 0);
		engine_fixture_capture(&f, SUBJECTS(rows[i].subject));
		g_test_message("%s", f.line);
		g_assert_cmpint(f.verdict, ==, ENGINE_NOT_DONE);
		g_assert_nonnull(strstr(f.line, rows[i].line));
		g_assert_null(strchr(f.line, '\n'));
		engine_fixture_clear(&f);
	}
}

/* --- few rights ------------------------------------------------------------------------------------ */

static void what_is_denied_is_listed_namespace_by_namespace(void)
{
	static const struct drill_fault faults[] = {
		{ .path = "/api/v1/services?limit=*", .kind = DRILL_STATUS, .amount = 403 },
	};
	struct engine_fixture f;

	engine_fixture_init(&f, faults, N(faults));
	engine_fixture_capture(&f, SUBJECTS("services"));
	show_gaps(&f);
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE_GAPS);
	expect(&f, "SELECT state FROM coverage WHERE resource = 'services' AND namespace = ''",
	       "denied");
	expect(&f,
	       "SELECT state FROM coverage WHERE resource = 'services' AND namespace = 'payments'",
	       "complete");
	expect(&f, "SELECT scope || '|' || reason FROM gaps",
	       "list services in all namespaces|denied");
	g_assert_cmpint(number(&f, "SELECT count(*) FROM gaps WHERE detail LIKE '%kubectl get "
				   "services -o yaml -A%' AND detail "
				   "LIKE '%resources: [services], verbs: [list]%'"),
			==, 1);
	g_assert_cmpint(number(&f, "SELECT count(*) FROM evidence WHERE state = 'denied'"), ==, 1);
	engine_fixture_clear(&f);
}

static void without_names_of_namespaces_those_told_are_looked_into(void)
{
	static const struct drill_fault faults[] = {
		{ .path = "/api/v1/namespaces?limit=*", .kind = DRILL_STATUS, .amount = 403 },
		{ .path = "/api/v1/pods*", .kind = DRILL_STATUS, .amount = 403 },
	};
	struct engine_fixture f;

	engine_fixture_init(&f, faults, N(faults));
	engine_fixture_engine(&f, SUBJECTS("payments", "storefront"));
	engine_fixture_capture(&f, SUBJECTS("pods"));
	show_gaps(&f);
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE_GAPS);
	expect(&f,
	       "SELECT DISTINCT namespace FROM pods WHERE namespace <> 'default' ORDER BY "
	       "namespace",
	       "payments\nstorefront");
	expect(&f, "SELECT DISTINCT scope FROM gaps ORDER BY scope",
	       "list namespaces\nlist pods in all namespaces");
	engine_fixture_clear(&f);
}

static void a_kind_that_is_not_served_is_no_gap(void)
{
	static const struct drill_fault faults[] = {
		{ .path = "/apis/policy/v1/*", .kind = DRILL_STATUS, .amount = 404 },
	};
	struct engine_fixture f;

	engine_fixture_init(&f, faults, N(faults));
	engine_fixture_capture(&f, SUBJECTS("poddisruptionbudgets"));
	show_gaps(&f);
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE);
	expect(&f, "SELECT state || '|' || reason FROM coverage",
	       "complete|not served: the cluster has no such kind");
	engine_fixture_clear(&f);
}

/* A 404 of whatever stands between would else be a complete list of nothing, and end every life. */
static void what_a_gateway_does_not_know_is_not_gone(void)
{
	static const struct drill_fault faults[] = {
		{ .path = "/api/v1/pods*", .kind = DRILL_STATUS, .amount = 404, .skip = 1 },
		{ .path = "/apis/apps/v1/deployments*",
		  .kind = DRILL_HTML,
		  .amount = 404,
		  .skip = 1 },
	};
	struct engine_fixture f;

	engine_fixture_init(&f, faults, N(faults));
	engine_fixture_capture(&f, SUBJECTS("pods", "deployments"));
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE);
	engine_fixture_capture(&f, SUBJECTS("pods", "deployments"));
	g_assert_cmpint(f.verdict, ==, ENGINE_NOT_DONE);
	g_assert_cmpint(number(&f, "SELECT count(*) FROM pods WHERE gone IS NULL"), >, 0);
	expect(&f, "SELECT count(*) FROM objects WHERE gone IS NOT NULL", "0");
	expect(&f, "SELECT DISTINCT state FROM coverage", "failed");
	engine_fixture_clear(&f);
}

static void a_server_that_knows_nothing_is_no_cluster(void)
{
	static const struct drill_fault fault = { .path = "*", .kind = DRILL_HTML, .amount = 404 };
	struct engine_fixture f;

	engine_fixture_init(&f, &fault, 1);
	engine_fixture_capture(&f, SUBJECTS("cluster"));
	g_assert_cmpint(f.verdict, ==, ENGINE_NOT_DONE);
	g_assert_nonnull(strstr(f.line, "no Kubernetes API server"));
	expect(&f, "SELECT count(*) FROM coverage", "0");
	engine_fixture_clear(&f);
}

static void an_owner_that_is_gone_is_a_gap(void)
{
	static const struct drill_fault fault = {
		.path = "/apis/apps/v1/namespaces/payments/statefulsets/ledger",
		.kind = DRILL_STATUS,
		.amount = 404,
	};
	struct engine_fixture f;

	engine_fixture_init(&f, &fault, 1);
	engine_fixture_capture(&f, SUBJECTS("pod/payments/ledger-0"));
	show_gaps(&f);
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE_GAPS);
	expect(&f, "SELECT scope || '|' || reason FROM gaps",
	       "statefulset.apps/payments/ledger|gone");
	engine_fixture_clear(&f);
}

/* --- kinds ----------------------------------------------------------------------------------------- */

static void kinds_are_asked_for_again_before_one_is_missing(void)
{
	static const struct drill_fault faults[] = {
		{ .path = "/api", .kind = DRILL_STATUS, .amount = 503, .times = 1 },
		{ .path = "/apis", .kind = DRILL_STATUS, .amount = 429, .times = 1 },
	};
	struct engine_fixture f;

	engine_fixture_init(&f, faults, N(faults));
	engine_fixture_capture(&f, SUBJECTS("leases"));
	show_gaps(&f);
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE);
	g_assert_cmpint(number(&f, "SELECT count(*) FROM objects WHERE kind = 'Lease'"), >, 0);
	expect(&f, "SELECT count(*) FROM gaps", "0");
	engine_fixture_clear(&f);
}

static void kinds_that_are_not_told_are_not_said_to_be_missing(void)
{
	static const struct drill_fault fault = { .path = "/apis",
						  .kind = DRILL_STATUS,
						  .amount = 403 };
	struct engine_fixture f;

	engine_fixture_init(&f, &fault, 1);
	engine_fixture_capture(&f, SUBJECTS("leases"));
	g_assert_cmpint(f.verdict, ==, ENGINE_NOT_DONE);
	g_assert_true(g_str_has_prefix(f.line, "leases: "));
	g_assert_nonnull(strstr(f.line, "denied (403)"));
	expect(&f, "SELECT scope || '|' || reason FROM gaps", "kinds of the cluster|denied");
	engine_fixture_clear(&f);
}

#define CUSTOM_OWNER                                                                             \
	"{\"metadata\":{\"namespace\":\"payments\",\"name\":\"a\",\"ownerReferences\":[{"        \
	"\"apiVersion\":\"argoproj.io/v1\",\"kind\":\"Workflow\",\"name\":\"w\",\"controller\":" \
	"true}]}}"

static void an_owner_whose_kind_is_not_told_is_a_gap_of_the_capture(void)
{
	static const struct drill_fault fault = { .path = "/apis",
						  .kind = DRILL_STATUS,
						  .amount = 403 };
	g_autoptr(json_tree) object = json_parse(CUSTOM_OWNER, -1, NULL);
	struct engine_fixture f;

	engine_fixture_init(&f, &fault, 1);
	engine_fixture_begin(&f, SUBJECTS("nodes"));
	while (!f.engine->cluster.name)
		g_main_context_iteration(f.context, TRUE);
	owners_take(f.engine->captures->pdata[0], object);
	engine_fixture_end(&f);
	show_gaps(&f);
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE_GAPS);
	engine_fixture_clear(&f);
}

/* --- what goes wrong ------------------------------------------------------------------------------- */

static void a_fault_on_the_way_is_met_and_passed(void)
{
	static const struct {
		struct drill_fault fault;
		gint64 partial; /* listings that ended so */
	} rows[] = {
		{ { .path = "/api/v1/pods*", .kind = DRILL_CUT, .amount = 5000, .times = 1 }, -1 },
		{ { .path = "/api/v1/pods*", .kind = DRILL_GARBLED, .times = 1 }, -1 },
		{ { .path = "/api/v1/pods*", .kind = DRILL_STATUS, .amount = 500, .times = 1 },
		  -1 },
		{ { .path = "/api/v1/pods*",
		    .kind = DRILL_STATUS,
		    .amount = 429,
		    .retry_after_s = 1,
		    .times = 1 },
		  -1 },
		{ { .path = "/api/v1/pods*", .kind = DRILL_BAD_GZIP, .times = 1 }, -1 },
		{ { .path = "/api/v1/pods*", .kind = DRILL_HTML, .times = 1 }, -1 },
		{ { .path = "/version", .kind = DRILL_STATUS, .amount = 500, .times = 1 }, -1 },
		{ { .path = "/api/v1/namespaces/kube-system", .kind = DRILL_HTML, .times = 1 },
		  -1 },
	};

	for (gsize i = 0; i < N(rows); i++) {
		struct engine_fixture f;

		engine_fixture_init(&f, &rows[i].fault, 1);
		engine_fixture_capture(&f, SUBJECTS("pods"));
		g_test_message("row %zu", i);
		show_gaps(&f);
		g_assert_cmpint(f.verdict, ==, ENGINE_DONE);
		expect(&f, "SELECT state FROM coverage WHERE resource = 'pods' AND namespace = ''",
		       "complete");
		g_assert_cmpint(number(&f, "SELECT count(*) FROM pods WHERE gone IS NULL"), >, 10);
		engine_fixture_verify(&f);
		engine_fixture_clear(&f);
	}
}

static void a_fault_that_stays_ends_with_a_line(void)
{
	static const struct {
		struct drill_fault fault;
		enum engine_verdict verdict;
		const char *state; /* of the pods, or NULL: the cluster itself could not be asked */
		const char *kept;  /* the state of the evidence of it */
	} rows[] = {
		{ { .path = "*", .kind = DRILL_STATUS, .amount = 401 },
		  ENGINE_NOT_DONE,
		  NULL,
		  NULL },
		{ { .path = "*", .kind = DRILL_HTML }, ENGINE_NOT_DONE, NULL, NULL },
		{ { .path = "/api/v1/pods*", .kind = DRILL_GARBLED },
		  ENGINE_NOT_DONE,
		  "failed",
		  "failed" },
		{ { .path = "/api/v1/pods*", .kind = DRILL_ENDLESS_PAGE },
		  ENGINE_NOT_DONE,
		  "failed",
		  NULL },
		{ { .path = "/api/v1/*pods*", .kind = DRILL_STATUS, .amount = 403 },
		  ENGINE_NOT_DONE,
		  "denied",
		  "denied" },
	};

	for (gsize i = 0; i < N(rows); i++) {
		struct engine_fixture f;
		g_autofree char *state = NULL;

		engine_fixture_init(&f, &rows[i].fault, 1);
		engine_fixture_capture(&f, SUBJECTS("pods"));
		g_test_message("row %zu", i);
		show_gaps(&f);
		g_assert_cmpint(f.verdict, ==, rows[i].verdict);
		g_assert_nonnull(f.line);
		g_assert_null(strchr(f.line, '\n'));
		state = engine_fixture_ask(
			&f,
			"SELECT state FROM coverage WHERE resource = 'pods' AND namespace = ''");
		g_assert_cmpstr(state, ==, rows[i].state ? rows[i].state : "");
		if (rows[i].kept)
			expect(&f, "SELECT DISTINCT state FROM evidence WHERE subject = 'pods/*'",
			       rows[i].kept);
		engine_fixture_clear(&f);
	}
}

static void a_clock_that_is_off_is_noted(void)
{
	static const struct drill_fault faults[] = {
		{ .path = "*", .kind = DRILL_CLOCK, .amount = 3600 }
	};
	struct engine_fixture f;

	engine_fixture_init(&f, faults, N(faults));
	engine_fixture_capture(&f, SUBJECTS("nodes", "pods"));
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE_GAPS);
	expect(&f, "SELECT scope || '|' || reason FROM gaps", "the API server's clock|clock");
	check_told(&f, 0, "s ahead of ours: times that");
	g_assert_cmpint(number(&f, "SELECT count(*) FROM ledger WHERE kind = 'clock'"), ==, 1);
	g_assert_cmpint(ABS(number(&f, "SELECT entry ->> 'offset_ns' FROM entry WHERE entry ->> "
				       "'kind' = 'clock'") /
				    1000000000 -
			    3600),
			<=, 3);
	engine_fixture_clear(&f);
}

static void an_expired_continue_token_begins_the_list_again(void)
{
	static const struct drill_fault faults[] = {
		{ .path = "/api/v1/*continue=*", .kind = DRILL_EXPIRED_CONTINUE, .times = 1 },
	};
	struct engine_fixture f;

	engine_fixture_init(&f, faults, N(faults));
	drill_stop(f.server);
	f.server = drill_start(
		&(struct drill_plan){ .faults = faults, .fault_count = N(faults), .copies = 60 },
		NULL);
	drill_write_kubeconfig(f.server, f.kubeconfig, NULL);
	engine_fixture_engine(&f, NULL);
	engine_fixture_capture(&f, SUBJECTS("pods"));
	show_gaps(&f);
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE);
	expect(&f, "SELECT state FROM listing WHERE resource = 'pods' ORDER BY id",
	       "partial\ncomplete");
	g_assert_cmpint(number(&f, "SELECT count(*) FROM pods WHERE gone IS NULL"), >, 500);
	engine_fixture_clear(&f);
}

static void captured(void *user, enum engine_verdict verdict, const char *line)
{
	*(int *)user = (int)verdict;
}

static void a_server_that_is_gone_is_said_and_asked_again(void)
{
	struct engine_fixture f;
	struct engine_progress p = { 0 };
	int verdict = -1;

	engine_fixture_init(&f, NULL, 0);
	drill_stop(g_steal_pointer(&f.server));
	engine_capture(f.engine, SUBJECTS("pods"), captured, &verdict);
	while (!*p.trouble) {
		g_main_context_iteration(f.context, TRUE);
		engine_progress(f.engine, &p);
	}
	g_test_message("%s", p.trouble);
	g_assert_cmpint(p.retry_s, >=, 0);
	g_assert_false(p.live);
	engine_halt(f.engine);
	while (verdict < 0)
		g_main_context_iteration(f.context, TRUE);
	g_assert_cmpint(verdict, ==, ENGINE_NOT_DONE);
	engine_fixture_clear(&f);
}

#define AWAY "SELECT scope || '|' || reason FROM gaps WHERE detail LIKE 'nothing could be asked %'"

static void a_capture_goes_on_when_the_server_is_back(void)
{
	struct engine_fixture f;
	int verdict = -1;

	engine_fixture_init(&f, NULL, 0);
	drill_leave(f.server);
	engine_capture(f.engine, SUBJECTS("pods"), captured, &verdict);
	engine_fixture_told(&f, 1);
	g_assert_true(drill_return(f.server, NULL));
	engine_fixture_told(&f, 2);
	while (verdict < 0)
		g_main_context_iteration(f.context, TRUE);
	g_assert_cmpint(verdict, ==, ENGINE_DONE_GAPS);
	check_told(&f, 0, "waiting since ");
	check_told(&f, 0, "no connection");
	check_told(&f, 1, "going on after ");
	expect(&f, AWAY, "the API server|unreachable");
	engine_fixture_clear(&f);
}

static void a_server_that_was_away_is_a_gap_of_who_follows(void)
{
	struct engine_fixture f;

	engine_fixture_init(&f, NULL, 0);
	engine_follow(f.engine, SUBJECTS("pods"));
	engine_fixture_until(&f, "SELECT count(*) FROM evidence WHERE kind = 'watch'");
	drill_leave(f.server);
	engine_fixture_told(&f, 1);
	check_told(&f, 0, "waiting since ");
	g_assert_true(drill_return(f.server, NULL));
	engine_fixture_told(&f, 2);
	engine_fixture_until(&f, "SELECT count(*) = 2 FROM evidence WHERE kind = 'watch'");
	expect(&f, AWAY, "the API server|unreachable");
	engine_fixture_clear(&f);
}

static void a_server_that_stays_away_is_a_gap_when_it_ends(void)
{
	struct engine_fixture f;

	engine_fixture_init(&f, NULL, 0);
	drill_leave(f.server);
	engine_follow(f.engine, SUBJECTS("pods"));
	engine_fixture_told(&f, 1);
	engine_free(g_steal_pointer(&f.engine));
	engine_fixture_until(&f, AWAY);
	engine_fixture_clear(&f);
}

static void a_page_that_is_asked_for_again_is_told(void)
{
	static const struct drill_fault faults[] = {
		{ .path = "/api/v1/pods*",
		  .kind = DRILL_STATUS,
		  .amount = 429,
		  .retry_after_s = 4,
		  .times = 1 },
	};
	struct engine_fixture f;

	engine_fixture_init(&f, faults, N(faults));
	engine_fixture_capture(&f, SUBJECTS("pods"));
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE);
	check_told(&f, 0, "(429)");
	check_told(&f, 1, "going on after ");
	expect(&f, "SELECT count(*) FROM gaps", "0");
	engine_fixture_clear(&f);
}

/* It would be waited for longer than a test may take. */
static void a_plugin_that_is_not_there_is_not_waited_for(void)
{
	struct engine_fixture f;
	g_autofree char *text = NULL;

	engine_fixture_init(&f, NULL, 0);
	text = g_strdup_printf("apiVersion: v1\nkind: Config\ncurrent-context: c\n"
			       "clusters: [{name: c, cluster: {server: '%s', "
			       "insecure-skip-tls-verify: true}}]\n"
			       "users: [{name: u, user: {exec: {apiVersion: "
			       "client.authentication.k8s.io/v1, command: /nowhere/plugin, "
			       "interactiveMode: Never}}}]\n"
			       "contexts: [{name: c, context: {cluster: c, user: u}}]\n",
			       drill_url(f.server));
	g_assert_true(g_file_set_contents(f.kubeconfig, text, -1, NULL));
	engine_fixture_engine(&f, NULL);
	engine_fixture_capture(&f, SUBJECTS("cluster"));
	g_assert_cmpint(f.verdict, ==, ENGINE_NOT_DONE);
	g_assert_nonnull(strstr(f.line, "/nowhere/plugin is not there"));
	g_assert_cmpuint(f.told->len, ==, 0);
	engine_fixture_clear(&f);
}

static gboolean is_asked(struct engine_fixture *f, const char *path)
{
	g_auto(GStrv) requests = drill_requests(f->server);
	guint n = 0;

	while (requests[n] && !strstr(requests[n], path))
		n++;
	return requests[n] != NULL;
}

/* Once one of the two listings is in, and the other has begun. */
static gboolean halt(void *data)
{
	struct engine_fixture *f = data;
	struct engine_progress p;

	engine_progress(f->engine, &p);
	if (!p.tasks_done || !is_asked(f, "/api/v1/pods"))
		return G_SOURCE_CONTINUE;
	engine_halt(f->engine);
	return G_SOURCE_REMOVE;
}

static void what_is_halted_ends_as_partial(void)
{
	static const struct drill_fault faults[] = { { .path = "/api/v1/pods*",
						       .kind = DRILL_STALL } };
	struct engine_fixture f;
	GSource *soon = g_timeout_source_new(20);

	engine_fixture_init(&f, faults, N(faults));
	g_source_set_callback(soon, halt, &f, NULL);
	g_source_attach(soon, f.context);
	engine_fixture_capture(&f, SUBJECTS("nodes", "pods"));
	g_source_unref(soon);
	show_gaps(&f);
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE_GAPS);
	expect(&f, "SELECT state FROM coverage WHERE resource = 'pods'", "partial");
	expect(&f, "SELECT state FROM coverage WHERE resource = 'nodes'", "complete");
	g_assert_cmpint(number(&f, "SELECT count(*) FROM gaps WHERE reason = 'halted'"), ==, 1);
	engine_fixture_clear(&f);
}

/* --- following --------------------------------------------------------------------------------------- */

static void kinds_are_watched_and_evidence_grows(void)
{
	struct engine_fixture f;

	engine_fixture_init(&f, NULL, 0);
	engine_follow(f.engine, SUBJECTS("pods", "events"));
	engine_fixture_until(&f, "SELECT count(*) = 2 FROM evidence WHERE kind = 'watch'");
	engine_fixture_until(&f, "SELECT count(*) FROM chunk c JOIN evidence e ON e.id = "
				 "c.evidence WHERE e.kind = 'watch'");
	expect(&f, "SELECT count(*) FROM coverage WHERE state = 'complete'", "2");
	engine_free(g_steal_pointer(&f.engine));
	engine_fixture_until(&f, "SELECT count(*) = 0 FROM evidence WHERE state = 'open'");
	engine_fixture_verify(&f);
	engine_fixture_clear(&f);
}

static void history_that_is_lost_is_listed_again_and_is_a_gap(void)
{
	static const struct drill_fault faults[] = {
		{ .path = "/api/v1/pods*watch=*",
		  .kind = DRILL_WATCH_GONE,
		  .amount = 1,
		  .times = 1 },
	};
	struct engine_fixture f;

	engine_fixture_init(&f, faults, N(faults));
	engine_follow(f.engine, SUBJECTS("pods"));
	engine_fixture_until(&f, "SELECT count(*) FROM gaps WHERE reason = 'expired'");
	engine_fixture_until(
		&f,
		"SELECT count(*) = 2 FROM listing WHERE resource = 'pods' AND state = 'complete'");
	engine_fixture_until(&f, "SELECT count(*) = 2 FROM evidence WHERE kind = 'watch'");
	engine_fixture_clear(&f);
}

static void logs_of_captured_pods_are_followed(void)
{
	struct engine_fixture f;
	g_autofree char *pod = NULL, *subject_text = NULL, *more = NULL;
	gint64 lines;

	engine_fixture_init(&f, NULL, 0);
	pod = some_pod(&f);
	subject_text = g_strconcat("pod/payments/", pod, NULL);
	engine_fixture_capture(&f, SUBJECTS(subject_text));
	lines = number(&f, "SELECT count(*) FROM lines");
	engine_follow(f.engine, SUBJECTS("pods"));
	more = g_strdup_printf("SELECT count(*) > %" G_GINT64_FORMAT " FROM lines", lines);
	engine_fixture_until(&f, more);
	/* however often a line was read, it stands once */
	expect(&f,
	       "SELECT count(*) FROM (SELECT 1 FROM lines GROUP BY subject, container, instance, "
	       "at_ns, text HAVING count(*) > 1)",
	       "0");
	engine_fixture_clear(&f);
}

/* Who looks at a pod's logs has them followed: nothing else of it is taken. */
static void logs_that_are_looked_at_are_followed_once(void)
{
	struct engine_fixture f;
	g_autofree char *pod = NULL, *written = NULL;

	engine_fixture_init(&f, NULL, 0);
	pod = some_pod(&f);
	written = g_strconcat("pod/payments/", pod, NULL);

	engine_follow(f.engine, SUBJECTS("pods"));
	engine_fixture_until(&f, "SELECT count(*) FROM pods");
	for (int i = 0; i < 2; i++) {
		g_assert_true(engine_follow_logs(f.engine, written));
		engine_fixture_until(&f, "SELECT count(*) FROM lines");
	}
	g_assert_true(engine_follow_logs(f.engine, "pod/payments/no-such-pod"));
	g_assert_true(engine_follow_logs(f.engine, "deployment/payments/checkout"));
	g_assert_true(engine_follow_logs(f.engine, "no subject"));
	expect(&f, "SELECT count(*) FROM ledger WHERE kind = 'followed'", "1");
	expect(&f, "SELECT count(DISTINCT subject) FROM lines", "1");
	expect(&f, "SELECT count(*) FROM evidence WHERE subject LIKE 'secrets%'", "0");
	engine_fixture_clear(&f);
}

/* The pauses after a denial, made short. */
static void denials_pass(gint64 ms)
{
	follow_denied_ms = ms;
}

static void what_is_denied_is_followed_once_it_is_allowed(void)
{
	static const struct drill_fault faults[] = {
		{ .path = "/api/v1/pods*", .kind = DRILL_STATUS, .amount = 403 },
		{ .path = "/api/v1/namespaces/payments/pods*",
		  .kind = DRILL_STATUS,
		  .amount = 403,
		  .times = 3 },
	};
	struct engine_fixture f;

	denials_pass(20);
	engine_fixture_init(&f, faults, N(faults));
	engine_follow(f.engine, SUBJECTS("namespaces", "pods"));
	engine_fixture_until(&f, "SELECT count(*) FROM evidence WHERE kind = 'watch' AND subject = "
				 "'pods/payments/*'");
	show_gaps(&f);
	/* three denials are one gap */
	expect(&f, "SELECT scope FROM gaps WHERE scope LIKE '%payments'", "list pods in payments");
	engine_fixture_clear(&f);
	denials_pass(120000);
}

static void a_watch_that_is_denied_is_one_gap(void)
{
	static const struct drill_fault faults[] = {
		{ .path = "/api/v1/pods*watch=*", .kind = DRILL_STATUS, .amount = 403, .times = 3 },
	};
	struct engine_fixture f;

	denials_pass(20);
	engine_fixture_init(&f, faults, N(faults));
	engine_follow(f.engine, SUBJECTS("pods"));
	engine_fixture_until(&f, "SELECT count(*) FROM evidence WHERE kind = 'watch'");
	expect(&f, "SELECT scope FROM gaps", "watch pods in all namespaces");
	engine_fixture_clear(&f);
	denials_pass(120000);
}

static void namespaces_that_come_later_are_followed(void)
{
	static const struct drill_fault faults[] = {
		{ .path = "/api/v1/pods*", .kind = DRILL_STATUS, .amount = 403 },
		{ .path = "/api/v1/namespaces?*", .kind = DRILL_STATUS, .amount = 403, .times = 1 },
	};
	struct engine_fixture f;

	denials_pass(1500);
	engine_fixture_init(&f, faults, N(faults));
	engine_follow(f.engine, SUBJECTS("namespaces", "pods"));
	engine_fixture_until(&f, "SELECT count(*) FROM evidence WHERE kind = 'watch' AND subject = "
				 "'pods/default/*'");
	engine_fixture_until(&f, "SELECT count(*) FROM evidence WHERE kind = 'watch' AND subject = "
				 "'pods/payments/*'");
	engine_fixture_clear(&f);
	denials_pass(120000);
}

static void secrets_are_followed_where_a_suspect_lives(void)
{
	struct engine_fixture f;

	engine_fixture_init(&f, NULL, 0);
	engine_follow(f.engine, NULL);
	engine_fixture_until(&f, "SELECT count(*) FROM evidence WHERE kind = 'watch' AND subject = "
				 "'pods/*'");
	engine_fixture_capture(&f, SUBJECTS("pod/payments/ledger-0"));
	engine_fixture_until(&f, "SELECT count(*) FROM evidence WHERE kind = 'watch' AND subject = "
				 "'secrets/payments/*'");
	expect(&f,
	       "SELECT DISTINCT subject FROM evidence WHERE kind IN ('list', 'watch') AND subject "
	       "LIKE 'secrets%'",
	       "secrets/payments/*");
	engine_fixture_clear(&f);
}

#define EVENT                                                                                   \
	"{\"type\":\"MODIFIED\",\"object\":{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":" \
	"\"meta.k8s.io/"                                                                        \
	"v1\",\"metadata\":{\"name\":\"a\",\"namespace\":\"payments\",\"uid\":\"a\","           \
	"\"resourceVersion\":\"90000%d\",\"annotations\":{\"kubectl.kubernetes.io/"             \
	"last-applied-configuration\":\"{hunter2}\"}}}}\n"

/* The recording, but with a watch in which two secrets come with their values. */
static void record_secrets(const scratch *folder)
{
	const char *top = g_getenv("top_srcdir");
	g_autofree char *data = g_build_filename(top ? top : ".", "data/drill", NULL);
	g_autofree char *from = g_canonicalize_filename(data, NULL);
	g_autofree char *lines = g_strdup_printf(EVENT EVENT, 1, 2);
	g_autofree char *watch = scratch_path(folder, "watch");
	g_autoptr(GDir) dir = g_dir_open(from, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir))) {
		g_autofree char *file = g_build_filename(from, name, NULL);
		g_autofree char *link = scratch_path(folder, name);

		if (strcmp(name, "watch"))
			g_assert_cmpint(symlink(file, link), ==, 0);
	}
	g_assert_cmpint(g_mkdir(watch, 0700), ==, 0);
	g_free(scratch_write(folder, "watch/core_v1_secrets.lines", lines));
	g_free(scratch_write(folder, "watch/core_v1_secrets.ms", "0\n0\n"));
}

static void a_watch_says_how_many_values_were_withheld(void)
{
	g_autoptr(scratch) folder = scratch_make();
	struct engine_fixture f;

	record_secrets(folder);
	engine_fixture_init_drill(&f, &(struct drill_plan){ .recording = folder });
	engine_follow(f.engine, SUBJECTS("secrets"));
	engine_fixture_until(&f, "SELECT count(*) FROM versions WHERE subject = "
				 "'secret/payments/a' AND resource_version = '900002'");
	engine_free(g_steal_pointer(&f.engine));
	engine_fixture_until(&f, "SELECT count(*) = 0 FROM evidence WHERE state = 'open'");
	expect(&f,
	       "SELECT group_concat(c.entry ->> 'withheld') FROM entry c JOIN evidence e ON e.id = "
	       "c.entry ->> 'evidence' WHERE e.kind = 'watch' AND c.entry ->> 'kind' = 'closed'",
	       "2");
	engine_fixture_clear(&f);
}

/* --- in a thread of its own ---------------------------------------------------------------------- */

static void a_host_works_beside_whoever_looks(void)
{
	struct engine_fixture f;
	struct engine_plan plan = { 0 };
	struct engine_progress p;
	g_autoptr(GError) error = NULL;
	struct engine_host *h;

	engine_fixture_init(&f, NULL, 0);
	plan = (struct engine_plan){ .path = f.path,
				     .kubeconfig = f.kubeconfig,
				     .recorder = f.recorder };
	h = engine_host_start(&plan, SUBJECTS("pods"), &error);
	g_assert_no_error(error);
	engine_fixture_until(&f, "SELECT count(*) FROM pods");
	engine_host_progress(h, &p);
	g_assert_true(p.live);
	g_assert_cmpuint(p.requests, >=, 3);
	engine_host_halt(h);
	engine_host_stop(h);
	engine_fixture_verify(&f);
	engine_fixture_clear(&f);
}

static void a_host_that_cannot_begin_says_why(void)
{
	struct engine_fixture f;
	struct engine_plan plan = { 0 };
	g_autoptr(GError) error = NULL;

	engine_fixture_init(&f, NULL, 0);
	plan = (struct engine_plan){ .path = f.path,
				     .kubeconfig = "/nowhere/kubeconfig",
				     .recorder = f.recorder };
	g_assert_null(engine_host_start(&plan, NULL, &error));
	g_assert_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG);
	engine_fixture_clear(&f);
}

static void one_process_follows_and_the_next_takes_over(void)
{
	static const struct case_person ben = {
		.name = "ben@b", .host = "b", .version = "0", .command = "open"
	};
	struct engine_fixture f;
	struct engine_plan plan = { 0 };
	struct engine_progress p;
	g_autoptr(GError) error = NULL;
	struct recorder *other;
	struct engine *second;

	engine_fixture_init(&f, NULL, 0);
	engine_follow(f.engine, SUBJECTS("pods"));
	engine_fixture_until(&f, "SELECT count(*) FROM evidence WHERE kind = 'watch'");
	other = recorder_start(f.path, &ben, &project_projector, &error);
	g_assert_no_error(error);
	plan = (struct engine_plan){ .path = f.path,
				     .kubeconfig = f.kubeconfig,
				     .recorder = other };
	second = engine_new(f.context, &plan, &error);
	g_assert_no_error(error);
	engine_follow(second, SUBJECTS("pods"));
	do {
		g_main_context_iteration(f.context, TRUE);
		engine_progress(second, &p);
	} while (!*p.doing);
	g_assert_cmpstr(p.doing, ==, "another kase follows this case");
	g_assert_true(p.aside);
	engine_free(g_steal_pointer(&f.engine));
	recorder_stop(g_steal_pointer(&f.recorder), &error);
	g_assert_no_error(error);
	f.engine = second;
	f.recorder = other;
	engine_fixture_until(
		&f, "SELECT count(*) FROM evidence WHERE kind = 'watch' AND person = 'ben@b'");
	engine_fixture_clear(&f);
}

static struct engine *start_console(struct engine_fixture *f, struct recorder **r)
{
	static const struct case_person ben = {
		.name = "ben@b", .host = "b", .version = "0", .command = "open"
	};
	struct engine_plan plan = { .path = f->path,
				    .kubeconfig = f->kubeconfig,
				    .takes_lead = TRUE };
	g_autoptr(GError) error = NULL;
	struct engine *e;

	*r = plan.recorder = recorder_start(f->path, &ben, &project_projector, &error);
	g_assert_no_error(error);
	e = engine_new(f->context, &plan, &error);
	g_assert_no_error(error);
	return e;
}

static void a_console_takes_over_and_hands_back(void)
{
	struct engine_fixture f;
	struct recorder *other;
	struct engine *console;
	g_autofree char *open = NULL;

	engine_fixture_init(&f, NULL, 0);
	engine_follow(f.engine, SUBJECTS("pods"));
	engine_fixture_until(&f, "SELECT count(*) FROM evidence WHERE kind = 'watch'");
	console = start_console(&f, &other);
	engine_follow(console, SUBJECTS("pods"));
	engine_fixture_until(&f, "SELECT count(*) FROM evidence WHERE kind = 'watch' AND "
				 "person = 'ben@b' AND state = 'open'");
	/* one watch at a time: the follower's ended first */
	open = engine_fixture_ask(&f, "SELECT group_concat(person) FROM evidence WHERE "
				      "kind = 'watch' AND state = 'open'");
	g_assert_cmpstr(open, ==, "ben@b");
	engine_free(console);
	g_assert_true(recorder_stop(other, NULL));
	engine_fixture_until(&f, "SELECT count(*) FROM evidence WHERE kind = 'watch' AND "
				 "person <> 'ben@b' AND state = 'open'");
	engine_fixture_clear(&f);
}

static GSubprocess *start_follow(const struct engine_fixture *f)
{
	g_autofree char *kase = g_build_filename(g_getenv("top_builddir"), "kase", NULL);
	g_autoptr(GError) error = NULL;
	GSubprocess *child = g_subprocess_new(
		G_SUBPROCESS_FLAGS_STDERR_SILENCE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, kase,
		"follow", f->path, "--kubeconfig", f->kubeconfig, "--person", "cora@c", NULL);

	g_assert_no_error(error);
	return child;
}

/* The program itself, and a console that comes and goes twice. */
static void kase_follow_gives_the_lead_to_a_console_and_takes_it_again(void)
{
	static const char watches[] =
		"SELECT count(*) FROM evidence WHERE kind = 'watch' AND person = 'cora@c'"
		" AND state = 'open'";
	static const char gone[] =
		"SELECT count(*) = 0 FROM evidence WHERE kind = 'watch' AND person = 'cora@c'"
		" AND state = 'open'";
	struct engine_fixture f;
	g_autoptr(GSubprocess) child = NULL;
	g_autoptr(GError) error = NULL;

	if (!g_getenv("top_builddir")) {
		g_test_skip("top_builddir does not say where the program is");
		return;
	}
	engine_fixture_init(&f, NULL, 0);
	child = start_follow(&f);
	engine_fixture_until(&f, watches);
	for (guint i = 0; i < 2; i++) {
		struct recorder *other;
		struct engine *console = start_console(&f, &other);

		engine_follow(console, SUBJECTS("pods"));
		engine_fixture_until(&f, gone);
		engine_fixture_until(&f, "SELECT count(*) FROM evidence WHERE kind = 'watch' AND "
					 "person = 'ben@b' AND state = 'open'");
		engine_free(console);
		g_assert_true(recorder_stop(other, NULL));
		engine_fixture_until(&f, watches);
	}
	g_subprocess_send_signal(child, SIGTERM);
	g_assert_true(g_subprocess_wait(child, NULL, &error));
	g_assert_no_error(error);
	/* what nobody followed at each hand-over is a gap */
	g_assert_cmpint(g_subprocess_get_exit_status(child), ==, 1);
	engine_fixture_verify(&f);
	engine_fixture_clear(&f);
}

#define ADD(name) g_test_add_func("/engine-drill/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(a_cluster_is_captured_whole);
	ADD(a_second_capture_adds_evidence_and_no_versions);
	ADD(secrets_are_asked_for_as_metadata_alone);
	ADD(each_request_says_whose_it_is);
	ADD(a_pod_is_taken_with_all_that_belongs_to_it);
	ADD(a_crashed_container_has_its_previous_log);
	ADD(a_log_without_end_is_cut_and_said_to_be);
	ADD(logs_that_may_not_be_read_are_one_gap);
	ADD(previous_logs_are_asked_for_before_current_ones);
	ADD(a_workload_is_taken_with_its_own_pods_alone);
	ADD(what_is_not_there_is_said_in_one_line);
	ADD(what_is_denied_is_listed_namespace_by_namespace);
	ADD(without_names_of_namespaces_those_told_are_looked_into);
	ADD(a_kind_that_is_not_served_is_no_gap);
	ADD(what_a_gateway_does_not_know_is_not_gone);
	ADD(a_server_that_knows_nothing_is_no_cluster);
	ADD(an_owner_that_is_gone_is_a_gap);
	ADD(kinds_are_asked_for_again_before_one_is_missing);
	ADD(kinds_that_are_not_told_are_not_said_to_be_missing);
	ADD(an_owner_whose_kind_is_not_told_is_a_gap_of_the_capture);
	ADD(a_fault_on_the_way_is_met_and_passed);
	ADD(a_fault_that_stays_ends_with_a_line);
	ADD(a_clock_that_is_off_is_noted);
	ADD(an_expired_continue_token_begins_the_list_again);
	ADD(a_server_that_is_gone_is_said_and_asked_again);
	ADD(a_capture_goes_on_when_the_server_is_back);
	ADD(a_server_that_was_away_is_a_gap_of_who_follows);
	ADD(a_server_that_stays_away_is_a_gap_when_it_ends);
	ADD(a_page_that_is_asked_for_again_is_told);
	ADD(a_plugin_that_is_not_there_is_not_waited_for);
	ADD(what_is_halted_ends_as_partial);
	ADD(kinds_are_watched_and_evidence_grows);
	ADD(history_that_is_lost_is_listed_again_and_is_a_gap);
	ADD(logs_of_captured_pods_are_followed);
	ADD(logs_that_are_looked_at_are_followed_once);
	ADD(what_is_denied_is_followed_once_it_is_allowed);
	ADD(a_watch_that_is_denied_is_one_gap);
	ADD(namespaces_that_come_later_are_followed);
	ADD(secrets_are_followed_where_a_suspect_lives);
	ADD(a_watch_says_how_many_values_were_withheld);
	ADD(a_host_works_beside_whoever_looks);
	ADD(a_host_that_cannot_begin_says_why);
	ADD(one_process_follows_and_the_next_takes_over);
	ADD(a_console_takes_over_and_hands_back);
	ADD(kase_follow_gives_the_lead_to_a_console_and_takes_it_again);
	return g_test_run();
}
