/* What is followed again: after a restart, a hand-over, or history that the server forgot. */
#include <string.h>

#include <kase/json.h>

#include "../../src/engine/inside.h"
#include "../lib/engine-fixture.h"

#define N(x)          (sizeof(x) / sizeof((x)[0]))
#define SUBJECTS(...) ((const char *const[]){ __VA_ARGS__, NULL })

#define LEDGER "pod/payments/ledger-0"

static void expect(struct engine_fixture *f, const char *sql, const char *value)
{
	g_autofree char *told = engine_fixture_ask(f, sql);

	g_test_message("%s", sql);
	g_assert_cmpstr(told, ==, value);
}

/* --- logs ---------------------------------------------------------------------------------- */

/* Requests for logs that go on, from number `first` on: how many, and how many say since when. */
static guint count_logs(struct engine_fixture *f, guint first, guint *resumed)
{
	g_auto(GStrv) requests = drill_requests(f->server);
	guint count = 0;

	*resumed = 0;
	for (guint i = first; i < g_strv_length(requests); i++) {
		if (!strstr(requests[i], "/log?") || !strstr(requests[i], "follow=true"))
			continue;
		count++;
		*resumed += strstr(requests[i], "sinceTime=") != NULL;
	}
	return count;
}

static guint requests_so_far(struct engine_fixture *f)
{
	g_auto(GStrv) requests = drill_requests(f->server);

	return g_strv_length(requests);
}

static void a_log_that_the_case_holds_goes_on_after_a_restart(void)
{
	static const char logs[] =
		"SELECT count(*) FROM evidence WHERE kind = 'log' AND request LIKE '%follow=true%'";
	struct engine_fixture f;
	guint first, resumed, count;

	engine_fixture_init(&f, NULL, 0);
	engine_fixture_capture(&f, SUBJECTS(LEDGER));
	first = requests_so_far(&f);
	for (guint i = 0; i < 2; i++) {
		g_autofree char *before = engine_fixture_ask(&f, logs);
		g_autofree char *more = g_strdup_printf("SELECT (%s) > %s", logs, before);

		engine_fixture_engine(&f, NULL);
		engine_follow(f.engine, SUBJECTS("pods"));
		engine_fixture_until(&f, more);
	}
	count = count_logs(&f, first, &resumed);
	g_assert_cmpuint(count, >=, 2);
	g_assert_cmpuint(resumed, ==, count);
	expect(&f,
	       "SELECT count(*) FROM (SELECT 1 FROM lines GROUP BY subject, container, instance, "
	       "at_ns, text HAVING count(*) > 1)",
	       "0");
	engine_fixture_clear(&f);
}

/* A line of long ago, of an instance that a pod's status names, and whose log begins later. */
static void bring_old_line(struct engine_fixture *f)
{
	g_autofree char *uid = engine_fixture_ask(
		f, "SELECT uid FROM pods WHERE name = 'ledger-0' AND namespace = 'payments'");
	g_autofree char *container = engine_fixture_ask(
		f, "SELECT container FROM d_instance i JOIN d_subject s ON s.id = i.subject"
		   " WHERE s.name = 'ledger-0' AND NOT i.previous AND i.finished IS NULL LIMIT 1");
	g_autofree char *instance = engine_fixture_ask(
		f, "SELECT instance FROM d_instance i JOIN d_subject s ON s.id = i.subject"
		   " WHERE s.name = 'ledger-0' AND NOT i.previous AND i.finished IS NULL LIMIT 1");
	struct cJSON *about = about_new(f->engine, class_workload_logs, "log", LEDGER,
					"log, long ago");
	g_autoptr(GBytes)
		line = g_bytes_new_static("2020-01-01T00:00:00.000000001Z begun\n",
					  strlen("2020-01-01T00:00:00.000000001Z begun\n"));

	json_set_string(about, "namespace", "payments");
	json_set_string(about, "pod", "ledger-0");
	json_set_string(about, "uid", uid);
	json_set_string(about, "container", container);
	json_set_string(about, "instance", instance);
	record_whole(f->engine, about, NULL, line, outcome_new("complete", NULL, NULL));
	engine_fixture_until(f, "SELECT count(*) FROM lines WHERE text = 'begun'");
}

static void a_log_that_was_rotated_between_two_runs_is_a_gap(void)
{
	struct engine_fixture f;

	engine_fixture_init(&f, NULL, 0);
	engine_fixture_capture(&f, SUBJECTS("pods"));
	bring_old_line(&f);
	engine_follow(f.engine, SUBJECTS("pods"));
	g_assert_true(engine_follow_logs(f.engine, LEDGER));
	engine_fixture_until(&f, "SELECT count(*) > 1 FROM d_line WHERE instance ="
				 " (SELECT instance FROM d_line WHERE text = 'begun')");
	expect(&f, "SELECT count(*) FROM gaps WHERE reason = 'rotated'", "1");
	engine_fixture_clear(&f);
}

/* --- watches ------------------------------------------------------------------------------- */

static void who_is_answered_410_again_and_again_waits_longer(void)
{
	static const struct {
		guint expiries;
		gint64 ms;
	} rows[] = { { 1, 800 }, { 2, 1600 }, { 6, 25600 }, { 7, 30000 }, { 1000, 30000 } };

	for (gsize i = 0; i < N(rows); i++)
		g_assert_cmpint(follow_gone_ms(rows[i].expiries), ==, rows[i].ms);
}

static void a_server_that_forgets_every_watch_is_one_gap(void)
{
	static const struct drill_fault faults[] = {
		{ .path = "/api/v1/pods*watch=*", .kind = DRILL_STATUS, .amount = 410 },
	};
	struct engine_fixture f;

	engine_fixture_init(&f, faults, N(faults));
	engine_follow(f.engine, SUBJECTS("pods"));
	engine_fixture_until(
		&f,
		"SELECT count(*) >= 4 FROM listing WHERE resource = 'pods' AND state = 'complete'");
	expect(&f, "SELECT count(*) FROM gaps WHERE reason = 'expired'", "1");
	/* what was lost since is told when it ends */
	engine_free(g_steal_pointer(&f.engine));
	engine_fixture_until(&f, "SELECT count(*) = 2 FROM gaps WHERE reason = 'expired'");
	engine_fixture_clear(&f);
}

static void what_nobody_followed_between_two_runs_is_one_gap(void)
{
	static const char both[] = "SELECT count(DISTINCT subject) = 2 FROM evidence"
				   " WHERE kind = 'watch' AND state = 'open'";
	struct engine_fixture f;

	engine_fixture_init(&f, NULL, 0);
	engine_follow(f.engine, SUBJECTS("pods", "services"));
	engine_fixture_until(&f, both);
	engine_free(g_steal_pointer(&f.engine));
	engine_fixture_until(&f, "SELECT count(*) = 0 FROM evidence WHERE state = 'open'");
	expect(&f, "SELECT count(*) FROM gaps", "0");
	engine_fixture_engine(&f, NULL);
	engine_follow(f.engine, SUBJECTS("pods", "services"));
	engine_fixture_until(&f, both);
	engine_free(g_steal_pointer(&f.engine));
	engine_fixture_until(&f, "SELECT count(*) = 0 FROM evidence WHERE state = 'open'");
	expect(&f, "SELECT reason FROM gaps", "not-followed");
	expect(&f,
	       "SELECT count(*) FROM gaps WHERE scope IN"
	       " ('versions of pods/*, services/*', 'versions of services/*, pods/*')",
	       "1");
	/* it begins where the first of the watches ended, and has an end */
	expect(&f,
	       "SELECT g.entry ->> 'from' = (SELECT min(entry ->> 'at') FROM entry c"
	       " WHERE entry ->> 'kind' = 'closed' AND entry ->> 'evidence' IN (SELECT min(id)"
	       " FROM evidence WHERE kind = 'watch' GROUP BY subject)) AND"
	       " g.entry ->> 'to' > g.entry ->> 'from'"
	       " FROM entry g WHERE entry ->> 'kind' = 'gap'",
	       "1");
	engine_fixture_clear(&f);
}

/* --- suspects ------------------------------------------------------------------------------ */

static void lives(void *user, const char *namespace)
{
	g_assert_cmpstr(namespace, ==, "payments");
	++*(guint *)user;
}

static void a_workload_that_was_captured_often_is_looked_for_once(void)
{
	struct engine_fixture f;
	struct suspects *s;
	g_autofree char *told = NULL;
	guint seen = 0;

	engine_fixture_init(&f, NULL, 0);
	for (guint i = 0; i < 3; i++)
		engine_fixture_capture(&f, SUBJECTS("deployment/payments/checkout"));
	engine_fixture_capture(&f, SUBJECTS("statefulset/payments/ledger"));
	expect(&f,
	       "SELECT count(*) FROM ledger WHERE kind = 'captured' AND subject NOT LIKE 'pod/%'",
	       "4");
	told = engine_fixture_ask(&f, "SELECT count(*) FROM ledger WHERE kind = 'captured'");
	s = suspects_new(f.engine, lives, &seen);
	while (seen < g_ascii_strtoull(told, NULL, 10))
		g_main_context_iteration(f.context, TRUE);
	g_assert_cmpuint(suspects_workloads(s), ==, 2);
	suspects_free(s);
	engine_fixture_clear(&f);
}

/* A case that was followed for long has hundreds of thousands of entries. */
static void entries_that_name_a_subject_are_kept_apart(void)
{
	struct engine_fixture f;

	engine_fixture_init(&f, NULL, 0);
	engine_fixture_capture(&f, SUBJECTS("statefulset/payments/ledger"));
	g_assert_true(engine_follow_logs(f.engine, "pod/payments/ledger-0"));
	expect(&f,
	       "SELECT count(*) FROM (SELECT seq, kind FROM ledger WHERE kind IN ('cluster',"
	       " 'captured', 'followed') EXCEPT SELECT seq, kind FROM d_named)",
	       "0");
	expect(&f, "SELECT count(*) > 2 FROM d_named", "1");
	engine_fixture_clear(&f);
}

/* --- trouble ------------------------------------------------------------------------------- */

/* At most so many seconds are told: how many of them have passed by then is not looked at. */
static void of_many_that_wait_the_first_to_try_again_is_told(void)
{
	static const struct {
		gint64 waits_s[3];
		int told_s;
	} rows[] = {
		{ { 3600, 7200, 10800 }, 3600 },
		{ { 7200, 3600, 10800 }, 3600 },
		{ { 10800, 7200, 3600 }, 3600 },
	};

	for (gsize i = 0; i < N(rows); i++) {
		struct engine_fixture f;
		struct engine_progress p;

		engine_fixture_init(&f, NULL, 0);
		for (gsize k = 0; k < N(rows[i].waits_s); k++)
			trouble_set(f.engine, &rows[i].waits_s[k], FALSE, rows[i].waits_s[k] * 1000,
				    "no connection");
		engine_progress(f.engine, &p);
		g_assert_cmpint(p.retry_s, >=, 0);
		g_assert_cmpint(p.retry_s, <=, rows[i].told_s);
		engine_fixture_clear(&f);
	}
}

#define ADD(name) g_test_add_func("/engine-follow/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(a_log_that_the_case_holds_goes_on_after_a_restart);
	ADD(a_log_that_was_rotated_between_two_runs_is_a_gap);
	ADD(who_is_answered_410_again_and_again_waits_longer);
	ADD(a_server_that_forgets_every_watch_is_one_gap);
	ADD(what_nobody_followed_between_two_runs_is_one_gap);
	ADD(a_workload_that_was_captured_often_is_looked_for_once);
	ADD(entries_that_name_a_subject_are_kept_apart);
	ADD(of_many_that_wait_the_first_to_try_again_is_told);
	return g_test_run();
}
