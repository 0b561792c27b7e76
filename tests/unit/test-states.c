/* How things stand with a pane, as it is seen: each state of a table and of a stream, kept in tests/screens. */
#include <kase/stamp.h>

#include <string.h>

#include "kept-screens.h"
#include "loop.h"
#include "pods-fixture.h"
#include "screen-fixture.h"
#include "screen-inside.h"
#include "table.h"

#define TITLE "INC-2026-041 miner in checkout"

static const struct fixture_pod web[] = {
	{ "storefront", "web-69c4b7f9d5-zz8lq", NULL, 1, 1, 0, "registry.shop.example/web:1", "web",
	  "node-2", 60, NULL },
	{ 0 },
};

/* --- what was recorded ------------------------------------------------------------------------------ */

static void record_shop(struct recorder *r)
{
	pods_list(r, fixture_shop, "", "complete", NULL);
}

static void record_some(struct recorder *r)
{
	pods_list(r, fixture_shop, "", NULL, NULL);
}

static void record_nothing(struct recorder *r)
{
	pods_list(r, NULL, "", "complete", NULL);
}

static void record_cut(struct recorder *r)
{
	pods_list(r, fixture_shop, "", "partial", "the server ended the list after 6 of them");
}

static void record_namespaces(struct recorder *r)
{
	pods_list(r, fixture_shop, "payments", "complete", NULL);
	pods_list(r, web, "storefront", "complete", NULL);
	pods_list_kind(r, &(struct fixture_kind){ "namespaces", "Namespace" }, NULL, "denied",
		       "list namespaces (403)");
}

static void record_denied(struct recorder *r)
{
	pods_list(r, NULL, "", "denied", "list pods (403): ana may not");
}

static void record_denied_later(struct recorder *r)
{
	record_shop(r);
	record_denied(r);
}

static const char ledger[] =
	"{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"items\": [{\"metadata\": {\"namespace\":"
	" \"payments\", \"name\": \"ledger-0\", \"uid\": \"u-1\", \"resourceVersion\": \"9\","
	" \"creationTimestamp\": \"2026-11-24T08:00:00Z\"}, \"spec\": {\"containers\": [{\"name\":"
	" \"db\", \"image\": \"ledger:3\"}, {\"name\": \"sidecar\", \"image\": \"proxy:1\"}]},"
	" \"status\": {\"phase\": \"Running\"}}]}";

static void record_log(struct recorder *r, const char *container, const char *text)
{
	pods_log(r, &(struct fixture_log){ "payments", "ledger-0", "u-1", container, container },
		 text);
}

static void record_pod(struct recorder *r)
{
	pods_list_text(r, ledger);
}

static void record_one_log(struct recorder *r)
{
	record_pod(r);
	record_log(r, "db", "2026-11-24T08:05:00Z starting\n2026-11-24T08:05:01Z ready\n");
}

static void record_logs(struct recorder *r)
{
	record_one_log(r);
	record_log(r, "sidecar", "2026-11-24T08:05:00.5Z listening\n");
}

static void record_empty_log(struct recorder *r)
{
	record_pod(r);
	record_log(r, "db", "");
	record_log(r, "sidecar", "");
}

static void record_no_logs(struct recorder *r)
{
	record_pod(r);
	pods_gap(r, "log of db in payments/ledger-0", "denied", "get pods/log (403)");
}

/* --- how the engine stands -------------------------------------------------------------------------- */

#define AGO(seconds) (SCREEN_CLOCK - (seconds)*STAMP_SECOND)

static const struct engine_progress live = { .live = TRUE, .last_seen_ns = AGO(0), .retry_s = -1 };
static const struct engine_progress listing = {
	.live = TRUE, .last_seen_ns = AGO(0), .retry_s = -1, .rows_expected = 20012
};
static const struct engine_progress asking = { .last_seen_ns = STAMP_NONE, .retry_s = -1 };
static const struct engine_progress lost = { .last_seen_ns = AGO(38), .retry_s = 4 };
static const struct engine_progress never = {
	.last_seen_ns = STAMP_NONE,
	.retry_s = 2,
	.trouble = "10.2.0.1:6443 refuses the connection: is the API server up, and the address "
		   "right?",
};

/* --- each state ------------------------------------------------------------------------------------- */

struct state {
	const char *name;
	void (*record)(struct recorder *r);
	const struct engine_progress *engine; /* NULL: offline */
	const char *first, *keys, *shown;     /* what is seen before a key is pressed; and after */
	gint64 later_ms;
};

static const struct state states[] = {
	{ "pods-asking", NULL, &asking, "pods ?", "", "asking the cluster 1.4 s, z stops", 1400 },
	{ "pods-loading", record_some, &listing, "pods 6", "", "6 of about 20,012", 1400 },
	{ "pods-cut", record_cut, &live, "pods 6", "", "partial: the server ended", 0 },
	{ "pods-namespaces", record_namespaces, &live, "pods 5", "", "of ? namespaces", 0 },
	{ "pods-denied", record_denied, &live, "pods ?", "", "denied: list pods", 0 },
	{ "pods-denied-later", record_denied_later, &live, "pods 6", "", "denied: list pods", 0 },
	{ "pods-stale", record_shop, &lost, "pods 6", "", "trying again in 4 s", 0 },
	{ "pods-never", NULL, &never, "pods ?", "", "not reached yet", 0 },
	{ "pods-empty", record_nothing, &live, "pods 0", "", "no pods", 0 },
	{ "pods-offline", record_shop, NULL, "pods 6", "", "recorded 2026-11-24", 0 },
	{ "pods-paused", record_shop, &live, "pods 6", "=", "paused: rows", 0 },
	{ "pods-filtered", record_shop, &live, "pods 6", "/nowhere\r", "Esc drops the filter", 0 },
	{ "logs-asking", record_pod, &live, "ledger-0", "l", "no line yet", 0 },
	{ "logs-partial", record_one_log, &live, "ledger-0", "l", "of: sidecar", 0 },
	{ "logs-denied", record_no_logs, &live, "ledger-0", "l", "denied: get logs", 0 },
	{ "logs-stale", record_logs, &lost, "ledger-0", "l", "3 lines of 2", 0 },
	{ "logs-empty", record_empty_log, &live, "ledger-0", "l", "and hold no line", 0 },
	{ "logs-offline", record_logs, NULL, "ledger-0", "l", "3 lines of 2", 0 },
	{ "logs-none", record_pod, NULL, "ledger-0", "l", "no line is held", 0 },
	{ "logs-paused", record_logs, &live, "ledger-0", "l=", "3 lines of 2", 0 },
	{ "logs-following", record_logs, &live, "ledger-0", "l", "3 lines of 2", 0 },
};

static void show(struct screen_fixture *f, const struct state *state, const struct kept_size *size)
{
	struct recorder *r;

	screen_fixture_init(f, TITLE);
	r = pods_record(f->path);
	if (state->record)
		state->record(r);
	g_assert_true(recorder_stop(r, NULL));
	f->live = state->engine != NULL;
	if (f->live)
		f->progress = *state->engine;
	screen_fixture_open(f, size->plain, size->lines, size->columns);
	screen_fixture_until(f, state->first);
	screen_fixture_keys(f, state->keys);
	screen_clock += state->later_ms * (STAMP_SECOND / 1000);
	screen_fixture_until(f, state->shown);
}

static void each_state_is_seen_as_it_was_written_down(void)
{
	for (gsize size = 0; size < KEPT_SIZES; size++)
		for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
			g_auto(screen_fixture) f = { 0 };
			g_autofree char *text = NULL;

			show(&f, &states[i], &kept_sizes[size]);
			text = screen_fixture_text(&f);
			kept_compare(states[i].name, &kept_sizes[size], text);
		}
}

/* --- what they stand for ---------------------------------------------------------------------------- */

static const struct kept_size wide = { 120, 40, FALSE };

static void the_countdown_runs_and_ends_when_the_cluster_is_back(void)
{
	static const struct state state = {
		"", record_shop, &lost, "pods 6", "", "again in 4 s", 0
	};
	g_auto(screen_fixture) f = { 0 };

	show(&f, &state, &wide);
	for (gint64 left = 3; left >= 0; left--) {
		g_autofree char *said = g_strdup_printf(
			"%" G_GINT64_FORMAT " s ago; trying again in %" G_GINT64_FORMAT " s",
			42 - left, left);

		f.progress.retry_s = left;
		screen_clock += STAMP_SECOND;
		screen_tick(f.screen);
		screen_fixture_until(&f, said);
		g_assert_cmpint(screen_fixture_role(&f, "○ stale"), ==, ROLE_DECIDE);
	}
	f.progress = live;
	screen_tick(f.screen);
	screen_fixture_until(&f, "● live");
	g_assert_false(screen_fixture_shows(&f, "last seen"));
}

static void record_late(struct screen_fixture *f, struct screen_fixture *other, int n)
{
	struct recorder *r = pods_record(f->path);
	g_autofree char *name = g_strdup_printf("a-new-one-%d", n);
	struct fixture_pod late[] = {
		{ "payments", name, NULL, 1, 1, 0, "web:1", "web", "node-2", 1, NULL },
		{ 0 },
	};

	pods_list(r, late, "", "complete", NULL);
	g_assert_true(recorder_stop(r, NULL));
	screen_notice(f->screen);
	screen_notice(other->screen);
	screen_fixture_until(other, name);
}

/* Namespaces and names, from the first row on.  Caller owns. */
static char *names_of(const struct screen_fixture *f)
{
	GString *names = g_string_new(NULL);

	for (int line = 3; line < f->canvas.lines - 2; line++)
		for (int column = 4; column < 40; column++)
			g_string_append_unichar(names,
						canvas_at(&f->canvas, line, column)->text[0]);
	return g_string_free(names, FALSE);
}

/* What rows say may change: that they are gone.  Another screen shows what comes meanwhile. */
static void a_paused_table_holds_its_rows_until_it_goes_on(void)
{
	static const struct state state = { "", record_shop, &live, "pods 6", "=", "paused", 0 };
	g_auto(screen_fixture) f = { 0 };
	struct screen_fixture other = { 0 };
	g_autofree char *before = NULL, *held = NULL;

	show(&f, &state, &wide);
	before = names_of(&f);
	other.path = f.path;
	screen_fixture_open(&other, FALSE, 40, 120);
	for (int n = 0; n < 3; n++)
		record_late(&f, &other, n);
	other.path = NULL;
	screen_fixture_clear(&other);
	screen_fixture_until(&f, "gone 08:13:20Z");
	held = names_of(&f);
	g_assert_cmpstr(held, ==, before);
	screen_fixture_keys(&f, "=");
	screen_fixture_until(&f, "a-new-one-2");
	g_assert_false(screen_fixture_shows(&f, "paused"));
}

static const struct table *table_of(const struct screen_fixture *f)
{
	return (const struct table *)trail_seen(&f->screen->trail);
}

static gboolean is_looking(void *f)
{
	return table_of(f)->pending != NULL;
}

static gboolean is_holding(void *f)
{
	return table_of(f)->held;
}

static void rows_that_are_looked_for_when_it_pauses_are_held(void)
{
	static const struct state state = { "", record_shop, &live, "pods 6", "", "pods 6", 0 };
	static const struct fixture_pod late[] = {
		{ "payments", "a-new-one", NULL, 1, 1, 0, "web:1", "web", "node-2", 1, NULL },
		{ 0 },
	};
	g_auto(screen_fixture) f = { 0 };
	struct recorder *r;

	show(&f, &state, &wide);
	r = pods_record(f.path);
	pods_list(r, late, "", "complete", NULL);
	g_assert_true(recorder_stop(r, NULL));
	screen_notice(f.screen);
	g_assert_true(loop_until_true(is_looking, &f));
	screen_key(f.screen, '=');
	g_assert_true(loop_until_true(is_holding, &f));
	screen_fixture_until(&f, "paused: rows");
	g_assert_false(screen_fixture_shows(&f, "a-new-one"));
	screen_fixture_keys(&f, "=");
	screen_fixture_until(&f, "a-new-one");
}

/* Who filters asks for something: the answer is of now. */
static void what_a_person_asks_for_is_answered_while_paused(void)
{
	static const struct state state = {
		"", record_shop, &live, "pods 6", "=", "paused: rows", 0
	};
	g_auto(screen_fixture) f = { 0 };

	show(&f, &state, &wide);
	screen_fixture_keys(&f, "/ledger\r");
	screen_fixture_until(&f, "pods 1 of 6");
	screen_fixture_until(&f, "paused: rows");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/states/" #name, name)
	ADD(each_state_is_seen_as_it_was_written_down);
	ADD(the_countdown_runs_and_ends_when_the_cluster_is_back);
	ADD(a_paused_table_holds_its_rows_until_it_goes_on);
	ADD(rows_that_are_looked_for_when_it_pauses_are_held);
	ADD(what_a_person_asks_for_is_answered_while_paused);
#undef ADD
	return g_test_run();
}
