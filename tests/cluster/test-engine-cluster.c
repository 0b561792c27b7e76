/* The engine against the real cluster that KASE_TEST_KUBECONFIG names; its users ana and ben stand beside it. */
#include <stdlib.h>
#include <string.h>

#include "../lib/engine-fixture.h"

#define SUBJECTS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static char *config_of(const char *name)
{
	const char *admin = getenv("KASE_TEST_KUBECONFIG");
	g_autofree char *folder = admin ? g_path_get_dirname(admin) : NULL;
	char *path = folder ? g_build_filename(folder, name, NULL) : NULL;

	if (path && g_file_test(path, G_FILE_TEST_EXISTS))
		return path;
	g_free(path);
	g_test_skip("no cluster: KASE_TEST_KUBECONFIG names none");
	return NULL;
}

static gboolean start(struct engine_fixture *f, const char *name, const char *const *namespaces)
{
	g_autofree char *config = config_of(name);

	if (!config)
		return FALSE;
	engine_fixture_init_real(f, config, namespaces);
	return TRUE;
}

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
	g_autofree char *gaps = engine_fixture_ask(f, "SELECT scope || ': ' || reason FROM gaps");

	g_test_message("verdict %d, line %s\n%s", f->verdict, f->line, gaps);
}

#define PREVIOUS_LINES \
	"SELECT count(*) FROM lines WHERE subject = 'pod/payments/ledger-0' AND previous = 1"

/* A container that has just been started anew has no previous log for a moment, and a young one none at all. */
static void capture_previous(struct engine_fixture *f)
{
	gint64 end = g_get_monotonic_time() + 120 * G_USEC_PER_SEC;

	while (!number(f, PREVIOUS_LINES) && g_get_monotonic_time() < end)
		engine_fixture_capture(f, SUBJECTS("pod/payments/ledger-0"));
	g_assert_cmpint(number(f, PREVIOUS_LINES), >, 0);
}

static void all_of_a_cluster_is_held(void)
{
	struct engine_fixture f;

	if (!start(&f, "admin.conf", NULL))
		return;
	engine_fixture_capture(&f, SUBJECTS("cluster", "statefulset/payments/ledger",
					    "deployment/payments/checkout"));
	show_gaps(&f);
	g_assert_cmpint(f.verdict, !=, ENGINE_NOT_DONE);
	expect(&f, "SELECT count(*) FROM coverage WHERE state <> 'complete'", "0");
	expect(&f, "SELECT count(*) FROM evidence WHERE state = 'open'", "0");
	expect(&f, "SELECT count(*) FROM gaps WHERE reason = 'not-understood'", "0");
	g_assert_cmpint(number(&f, "SELECT count(DISTINCT subject) FROM lines WHERE subject LIKE "
				   "'pod/payments/checkout-%'"),
			>=, 3);
	capture_previous(&f);
	engine_fixture_verify(&f);
	engine_fixture_clear(&f);
}

static void each_line_is_held_once_however_often_it_is_fetched(void)
{
	struct engine_fixture f;

	if (!start(&f, "admin.conf", NULL))
		return;
	for (int i = 0; i < 3; i++)
		engine_fixture_capture(&f, SUBJECTS("deployment/payments/checkout"));
	expect(&f,
	       "SELECT count(*) FROM (SELECT 1 FROM lines GROUP BY subject, container, instance, "
	       "at_ns, text HAVING "
	       "count(*) > 1)",
	       "0");
	g_assert_cmpint(number(&f, "SELECT count(*) FROM evidence WHERE kind = 'log'"), >=, 18);
	engine_fixture_clear(&f);
}

static void an_analyst_gets_gaps_for_what_she_may_not_see(void)
{
	struct engine_fixture f;

	if (!start(&f, "analyst.conf", NULL))
		return;
	engine_fixture_capture(&f, SUBJECTS("cluster"));
	show_gaps(&f);
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE_GAPS);
	expect(&f, "SELECT state FROM coverage WHERE resource = 'pods' AND namespace = ''",
	       "complete");
	expect(&f,
	       "SELECT state FROM coverage WHERE resource = 'secrets' AND namespace = 'payments'",
	       "denied");
	expect(&f,
	       "SELECT count(*) FROM gaps WHERE reason = 'denied' AND scope = 'list secrets in "
	       "payments' AND detail LIKE "
	       "'%kubectl get secrets -o yaml -n payments%'",
	       "1");
	engine_fixture_clear(&f);
}

static void who_may_see_two_namespaces_gets_these(void)
{
	struct engine_fixture f;

	if (!start(&f, "partial.conf", SUBJECTS("payments", "storefront")))
		return;
	engine_fixture_capture(&f, SUBJECTS("cluster"));
	show_gaps(&f);
	g_assert_cmpint(f.verdict, ==, ENGINE_DONE_GAPS);
	expect(&f, "SELECT DISTINCT namespace FROM pods ORDER BY namespace",
	       "payments\nstorefront");
	expect(&f, "SELECT state FROM coverage WHERE resource = 'pods' AND namespace = ''",
	       "denied");
	expect(&f, "SELECT state FROM coverage WHERE resource = 'pods' AND namespace = 'payments'",
	       "complete");
	expect(&f, "SELECT entry ->> 'known_by' FROM entry WHERE entry ->> 'kind' = 'cluster'",
	       "ca");
	expect(&f, "SELECT entry ->> 'user' FROM entry WHERE entry ->> 'kind' = 'cluster'", "ben");
	engine_fixture_clear(&f);
}

static void a_log_that_is_followed_has_each_line_once(void)
{
	struct engine_fixture f;
	g_autofree char *more = NULL;

	if (!start(&f, "admin.conf", NULL))
		return;
	engine_fixture_capture(&f, SUBJECTS("deployment/payments/checkout"));
	more = g_strdup_printf("SELECT count(*) > %" G_GINT64_FORMAT
			       " FROM lines WHERE container = 'app'",
			       number(&f, "SELECT count(*) FROM lines WHERE container = 'app'"));
	engine_follow(f.engine, SUBJECTS("pods"));
	engine_fixture_until(&f, more);
	expect(&f,
	       "SELECT count(*) FROM (SELECT 1 FROM lines GROUP BY subject, container, instance, "
	       "at_ns, text HAVING "
	       "count(*) > 1)",
	       "0");
	engine_fixture_clear(&f);
}

#define ADD(name) g_test_add_func("/engine-cluster/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(all_of_a_cluster_is_held);
	ADD(each_line_is_held_once_however_often_it_is_fetched);
	ADD(an_analyst_gets_gaps_for_what_she_may_not_see);
	ADD(who_may_see_two_namespaces_gets_these);
	ADD(a_log_that_is_followed_has_each_line_once);
	return g_test_run();
}
