#include "../../src/cmd/work.h"

#include <signal.h>
#include <string.h>

#include <kase/project.h>
#include <kase/stamp.h>

/* An engine and a recorder that do what a row says, in the place of the real ones. */
static struct {
	enum engine_verdict verdict;
	const char *line;
	gboolean waits;     /* the capture ends only when it is halted */
	guint interrupts;   /* signals that come while it runs */
	gboolean deaf;      /* halting does not end it */
	gboolean no_engine; /* the kubeconfig is wrong */
	gboolean disk_full;
	gboolean hangs_up; /* the window again, while what was recorded is committed */
	gint64 last_seen_ns;
	guint gaps;
	guint halts, stops; /* counted */
	void (*done)(void *user, enum engine_verdict verdict, const char *line);
	void *user;
	const char *tells; /* while it captures */
	void (*tell)(void *user, const char *line);
	void *tell_user;
} row;

const struct projector project_projector;

struct recorder *recorder_start(const char *path G_GNUC_UNUSED,
				const struct case_person *who G_GNUC_UNUSED,
				const struct projector *projector G_GNUC_UNUSED,
				GError **error G_GNUC_UNUSED)
{
	return (struct recorder *)&row;
}

GError *recorder_trouble(struct recorder *r G_GNUC_UNUSED)
{
	return row.disk_full ? g_error_new(CASE_ERROR, CASE_ERROR_FULL, "the disk is full") : NULL;
}

gboolean recorder_stop(struct recorder *r G_GNUC_UNUSED, GError **error)
{
	row.stops++;
	if (row.hangs_up)
		raise(SIGHUP);
	if (row.disk_full)
		g_set_error(error, CASE_ERROR, CASE_ERROR_FULL, "the disk is full");
	return !row.disk_full;
}

GQuark case_error_quark(void)
{
	return g_quark_from_static_string("case");
}

struct engine *engine_new(GMainContext *context G_GNUC_UNUSED, const struct engine_plan *plan,
			  GError **error)
{
	g_assert_nonnull(plan->recorder);
	row.tell = plan->tell;
	row.tell_user = plan->tell_user;
	if (row.no_engine)
		g_set_error(error, CASE_ERROR, CASE_ERROR_INPUT, "no kubeconfig");
	return row.no_engine ? NULL : (struct engine *)&row;
}

void engine_free(struct engine *e G_GNUC_UNUSED)
{
}

static gboolean interrupt(void *data G_GNUC_UNUSED)
{
	raise(SIGINT);
	row.interrupts--;
	return row.interrupts > 0;
}

static gboolean end(void *data G_GNUC_UNUSED)
{
	if (row.tells)
		row.tell(row.tell_user, row.tells);
	row.done(row.user, row.verdict, row.line);
	return G_SOURCE_REMOVE;
}

void engine_capture(struct engine *e G_GNUC_UNUSED, const char *const *subjects,
		    void (*done)(void *user, enum engine_verdict verdict, const char *line),
		    void *user)
{
	g_assert_cmpstr(subjects[0], ==, "cluster");
	row.done = done;
	row.user = user;
	if (row.interrupts)
		g_idle_add(interrupt, NULL);
	else if (!row.waits)
		g_idle_add(end, NULL);
}

void engine_follow(struct engine *e G_GNUC_UNUSED, const char *const *resources)
{
	g_assert_null(resources);
	g_idle_add(interrupt, NULL);
}

void engine_halt(struct engine *e G_GNUC_UNUSED)
{
	row.halts++;
	if (!row.deaf)
		g_idle_add(end, NULL);
	else if (!row.interrupts) {
		row.interrupts = 1;
		g_idle_add(interrupt, NULL);
	}
}

void engine_progress(struct engine *e G_GNUC_UNUSED, struct engine_progress *out)
{
	*out = (struct engine_progress){ .last_seen_ns = row.last_seen_ns,
					 .gaps = row.gaps,
					 .retry_s = -1 };
}

static const char *const subjects[] = { "cluster", NULL };

/* Run with the row as it is set, and check how it ended; `line` NULL: nothing to say. */
static void check(const char *const *what, enum outcome outcome, const char *line)
{
	struct work_plan plan = { .path = "c.kase", .subjects = what };
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(work_run(&plan, &error), ==, outcome);
	g_assert_cmpstr(error ? error->message : NULL, ==, line);
	g_assert_cmpuint(row.stops, ==, 1);
}

static void the_verdict_of_a_capture_is_its_outcome(void)
{
	static const struct {
		enum engine_verdict verdict;
		const char *line;
		enum outcome outcome;
	} rows[] = {
		{ ENGINE_DONE, NULL, OUTCOME_DONE },
		{ ENGINE_DONE_GAPS, "denied: list secrets", OUTCOME_GAPS },
		{ ENGINE_NOT_DONE, "no such pod", OUTCOME_NOT_DONE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		memset(&row, 0, sizeof(row));
		row.verdict = rows[i].verdict;
		row.line = rows[i].line;
		check(subjects, rows[i].outcome, rows[i].line);
	}
}

static void one_interrupt_ends_a_capture_as_partial(void)
{
	memset(&row, 0, sizeof(row));
	row.waits = TRUE;
	row.interrupts = 1;
	row.verdict = ENGINE_DONE_GAPS;
	row.line = "stopped";
	check(subjects, OUTCOME_GAPS, "stopped");
	g_assert_cmpuint(row.halts, ==, 1);
}

static void a_second_interrupt_ends_the_command(void)
{
	memset(&row, 0, sizeof(row));
	row.waits = row.deaf = TRUE;
	row.interrupts = 1;
	check(subjects, OUTCOME_NOT_DONE,
	      "stopped before it was done; what was recorded until then stays");
	g_assert_cmpuint(row.halts, ==, 1);
}

static void a_follower_is_done_when_it_is_interrupted(void)
{
	static const struct {
		gint64 last_seen_ns;
		guint gaps;
		enum outcome outcome;
		const char *line;
	} rows[] = {
		{ 1, 0, OUTCOME_DONE, NULL },
		{ 1, 2, OUTCOME_GAPS, NULL },
		{ STAMP_NONE, 0, OUTCOME_NOT_DONE, "the cluster never answered" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		memset(&row, 0, sizeof(row));
		row.interrupts = 1;
		row.last_seen_ns = rows[i].last_seen_ns;
		row.gaps = rows[i].gaps;
		check(NULL, rows[i].outcome, rows[i].line);
		g_assert_cmpuint(row.halts, ==, 0);
	}
}

static void what_stopped_a_follower_is_said(void)
{
	if (g_test_subprocess()) {
		memset(&row, 0, sizeof(row));
		row.interrupts = 1;
		row.last_seen_ns = 1;
		check(NULL, OUTCOME_DONE, NULL);
		return;
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_passed();
	g_test_trap_assert_stderr("*kase: stopped by SIGINT: *");
}

static void a_window_that_hangs_up_twice_loses_nothing(void)
{
	if (g_test_subprocess()) {
		memset(&row, 0, sizeof(row));
		row.hangs_up = TRUE;
		check(subjects, OUTCOME_DONE, NULL);
		return;
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_passed();
}

static void what_the_engine_tells_is_said_without_a_terminal(void)
{
	if (g_test_subprocess()) {
		memset(&row, 0, sizeof(row));
		row.tells = "waiting since noon\033[31m";
		check(subjects, OUTCOME_DONE, NULL);
		return;
	}
	g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
	g_test_trap_assert_passed();
	g_test_trap_assert_stderr("*kase: waiting since noon*");
	g_test_trap_assert_stderr_unmatched("*\033*");
}

static void a_disk_that_is_full_ends_what_waits(void)
{
	memset(&row, 0, sizeof(row));
	row.waits = row.disk_full = TRUE;
	check(subjects, OUTCOME_NOT_DONE, "the disk is full");
}

static void without_an_engine_the_recorder_is_ended_all_the_same(void)
{
	memset(&row, 0, sizeof(row));
	row.no_engine = TRUE;
	check(subjects, OUTCOME_NOT_DONE, "no kubeconfig");
}

#define TEST(name) g_test_add_func("/work/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST(the_verdict_of_a_capture_is_its_outcome);
	TEST(one_interrupt_ends_a_capture_as_partial);
	TEST(a_second_interrupt_ends_the_command);
	TEST(a_follower_is_done_when_it_is_interrupted);
	TEST(what_stopped_a_follower_is_said);
	TEST(a_window_that_hangs_up_twice_loses_nothing);
	TEST(what_the_engine_tells_is_said_without_a_terminal);
	TEST(a_disk_that_is_full_ends_what_waits);
	TEST(without_an_engine_the_recorder_is_ended_all_the_same);
	return g_test_run();
}
