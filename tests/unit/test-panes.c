/* Each pane that is a table: its states, what opens from it, and that a row of the table of panes is all that it takes. */
#include "pane.h"
#include "panes.h"
#include "table.h"
#include "typed.h"

#include <kase/json.h>
#include <kase/stamp.h>

#include <string.h>

#include "loop.h"
#include "pods-fixture.h"
#include "screen-fixture.h"

#define EVENT(uid, type, reason, pod, at, message)                                            \
	"{\"metadata\": {\"namespace\": \"payments\", \"name\": \"" uid "\", \"uid\": \"" uid \
	"\", \"resourceVersion\": \"5\", \"creationTimestamp\": \"" at "\"},"                 \
	" \"type\": \"" type "\", \"reason\": \"" reason "\", \"count\": 3,"                  \
	" \"lastTimestamp\": \"" at "\", \"source\": {\"component\": \"kubelet\"},"           \
	" \"involvedObject\": {\"kind\": \"Pod\", \"apiVersion\": \"v1\","                    \
	"  \"namespace\": \"payments\", \"name\": \"" pod "\"}, \"message\": \"" message "\"}"
#define LIST(items) "{\"kind\": \"EventList\", \"apiVersion\": \"v1\", \"items\": [" items "]}"
#define BACK_OFF                                                                    \
	EVENT("back-off", "Warning", "BackOff", "ledger-0", "2026-11-24T08:11:20Z", \
	      "Back-off restarting")
#define PULLED                                                                      \
	EVENT("pulled", "Normal", "Pulled", "metrics-7f4c", "2026-11-24T08:03:20Z", \
	      "Image \\u001b[31m")

static const struct fixture_kind events = { "events", "Event" };

static void shop_record(struct screen_fixture *f)
{
	struct recorder *r;

	screen_fixture_init(f, "shop");
	r = pods_record(f->path);
	pods_list(r, fixture_shop, "", "complete", NULL);
	pods_list_kind(r, &events, LIST(BACK_OFF ", " PULLED), "complete", NULL);
	pods_gap(r, "pod/payments/ledger-0", "rotated", "its log begins at 06:40Z");
	g_assert_true(recorder_stop(r, NULL));
}

static void press(struct screen_fixture *f, const char *keys)
{
	for (; *keys; keys = g_utf8_next_char(keys))
		screen_key(f->screen, g_utf8_get_char(keys));
}

static void every_row_of_the_table_is_whole(void)
{
	for (const struct pane_kind *const *k = pane_kinds; *k; k++) {
		const struct pane_kind *kind = *k;

		g_test_message("%s", kind->name);
		g_assert_true(pane_kind_named(kind->name) == kind);
		g_assert_true(!kind->alias || pane_kind_named(kind->alias) == kind);
		g_assert_true(kind->help && kind->title && kind->shape);
		g_assert_false(kind->view && kind->read);
		g_assert_true(!kind->view || kind->shape == &table_shape);
		for (gsize i = 0; i < PANE_OPENS && kind->opens[i].pane; i++) {
			g_assert_cmpint(kind->opens[i].command, >=, COMMAND_OPEN);
			g_assert_cmpint(kind->opens[i].command, <=, COMMAND_OPENS_LAST);
			g_assert_nonnull(pane_kind_named(kind->opens[i].pane));
		}
	}
}

static void prepares(struct casefile *c, char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(query) q = casefile_query(c, sql, &error);

	g_test_message("%s", sql);
	g_assert_no_error(error);
	while (query_step(q, &error))
		;
	g_assert_no_error(error);
	g_free(sql);
}

/* Sorted by each column, narrowed by each part, with a filter. */
static void every_statement_of_every_view_runs(void)
{
	g_auto(screen_fixture) f = { 0 };
	g_autoptr(casefile) c = NULL;
	struct item item = { .ids = { 0, 1, 1, 1, 1, 1 }, .space = NULL };

	shop_record(&f);
	c = casefile_open(f.path, CASEFILE_READ, NULL);
	for (const struct pane_kind *const *k = pane_kinds; *k; k++) {
		const struct view *v = (*k)->view;

		if (!v)
			continue;
		g_assert_true(v->noun && v->from && v->id && v->order && v->empty);
		prepares(c, view_row_sql(v));
		prepares(c, view_count_sql(v, &item));
		for (int i = 0; i < view_columns(v); i++)
			prepares(c, view_scan_sql(v, i % 2 ? &item : NULL, i, i % 3 == 0, 2));
	}
}

static void the_help_lists_what_can_be_typed(void)
{
	g_autofree char *help = typed_help();

	for (const struct pane_kind *const *k = pane_kinds; *k; k++) {
		g_autofree char *name = g_strdup_printf("  :%s ", (*k)->name);
		gboolean typed = ((*k)->view || (*k)->read || (*k)->shape->own) && !(*k)->hidden;

		g_assert_cmpint(strstr(help, name) != NULL, ==, typed);
	}
	g_assert_nonnull(strstr(help, ":events [SUBJECT]"));
	g_assert_nonnull(strstr(help, ":yaml SUBJECT"));
}

struct pressed {
	const char *keys, *shown;
};

/* Each row's keys, pressed in the list of pods of the shop, show its text. */
static void check_pressed(const struct pressed *rows, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_auto(screen_fixture) f = { 0 };

		shop_record(&f);
		screen_fixture_open(&f, FALSE, 40, 160);
		screen_fixture_until(&f, "ledger-0");
		screen_fixture_keys(&f, rows[i].keys);
		g_test_message("%s", rows[i].keys);
		screen_fixture_until(&f, rows[i].shown);
	}
}

static void each_pane_opens_from_where_its_row_says(void)
{
	static const struct pressed rows[] = {
		{ ":ev\r", "events 2 of 2" },
		{ ":events pod/payments/ledger-0\r", "payments/ledger-0 › Events" },
		{ ":events pod/payments/ledger-0\r", "events 1 of 1" },
		{ ":events\r\r", "payments/back-off › YAML" },
		{ ":events\ry", "reason: BackOff" },
		{ ":events\rl", "payments/ledger-0 › Logs" },
		{ "jj\r\t", "payments/ledger-0 › Events" },
		{ "jj\r\t\t", "payments/ledger-0 › Logs" },
		{ "jj\r\t\t\t", "payments/ledger-0 › Versions" },
		{ "jj\r\t\t\t\t", "payments/ledger-0 › Evidence" },
		{ "jj\r\t\t\t\t\t", "payments/ledger-0 › Describe" },
		{ "jj\r\t\t\t\t\t\t", "payments/ledger-0 › YAML" },
		{ "o", "payments/checkout-7d9f6c5b8-p9qk7 › Evidence" },
		{ "oq", "Pods, all namespaces" },
		{ "yo", "payments/checkout-7d9f6c5b8-p9qk7 › Evidence" },
		{ "o\r", "sha256" },
		{ "o\r", "\"kind\":\"PodList\"" },
		{ "D", "current" },
		{ "D\r", "payments/checkout-7d9f6c5b8-p9qk7 at 1" },
		{ "Do", "pieces of evidence 1 of 1" },
		{ ":evidence\r", "Evidence, all of it" },
		{ ":jobs\r", "list  pods" },
		{ ":jobs\r", "1 page, 6 objects" },
		{ ":jobs\r\r", "as it was hashed:" },
		{ ":gaps\r", "rotated" },
		{ ":gaps\r\r", "its log begins at 06:40Z" },
		{ ":gaps pod/payments/ledger-0\r", "gaps 1 of 1" },
		{ ":gaps pod/payments/metrics-7f4c\r", "no gaps: all that was asked for" },
		{ "L", "Ledger" },
		{ "L\r", "as it was hashed:" },
		{ ":ledger pod/payments/ledger-0\r", "entries 1 of 1" },
		{ "yL", "Ledger" },
		{ ":versions pod/payments/ledger-0\r", "versions 1 of 1" },
	};

	check_pressed(rows, G_N_ELEMENTS(rows));
}

static void what_is_being_fetched_stands_before_what_ended(void)
{
	static const char *const states[] = { "running", "denied", "complete" };
	g_auto(screen_fixture) f = { 0 };
	g_autofree char *text = NULL;
	const char *at;
	struct recorder *r;

	screen_fixture_init(&f, "shop");
	r = pods_record(f.path);
	pods_list(r, fixture_shop, "storefront", "complete", NULL);
	pods_list(r, NULL, "payments", "denied", "list pods (403)");
	pods_list(r, fixture_shop, "platform", NULL, NULL);
	pods_list(r, fixture_shop, "other", "complete", NULL);
	g_assert_true(recorder_stop(r, NULL));
	screen_fixture_open(&f, FALSE, 40, 160);
	screen_fixture_keys(&f, ":jobs\r");
	screen_fixture_until(&f, "list pods (403)");
	text = screen_fixture_text(&f);
	at = text;
	for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
		g_test_message("%s in:\n%s", states[i], at);
		at = strstr(at, states[i]);
		g_assert_nonnull(at);
	}
}

static void the_bytes_of_what_is_still_coming_are_shown(void)
{
	g_auto(screen_fixture) f = { 0 };
	g_autoptr(GBytes) bytes = g_bytes_new_static("order 1\norder 2\n", 16);
	struct cJSON *about = json_new_object();
	struct evidence *e;
	struct recorder *r;

	screen_fixture_init(&f, "shop");
	r = pods_record(f.path);
	json_set_string(about, "class", "workload-logs");
	json_set_string(about, "type", "log");
	json_set_string(about, "source", "test");
	json_set_string(about, "summary", "a log that goes on");
	e = evidence_open(r, about, NULL);
	evidence_add(e, bytes);
	pods_flush(r);
	screen_fixture_open(&f, FALSE, 40, 120);
	screen_fixture_keys(&f, ":evidence\r");
	screen_fixture_until(&f, "pieces of evidence 1 of 1");
	screen_fixture_keys(&f, "\r");
	screen_fixture_until(&f, "state    open");
	screen_fixture_until(&f, "bytes    16");
	screen_fixture_until(&f, "order 2");
	evidence_close(e, json_new_object());
	g_assert_true(recorder_stop(r, NULL));
}

static void a_key_that_opens_nothing_here_says_where_it_does(void)
{
	static const struct pressed rows[] = {
		{ "\t", "Tab works in a pane of one subject" },
		{ ":gaps\ry", "y works on an object" },
		{ ":gaps\ro", "o works on what was recorded" },
		{ "Ly", "y works on an object" },
		{ ":gaps\rD", "D works on an object" },
		{ ":gaps\rd", "d works on an object" },
	};

	check_pressed(rows, G_N_ELEMENTS(rows));
}

static void the_next_row_of_the_list_is_shown_in_a_table_too(void)
{
	g_auto(screen_fixture) f = { 0 };

	shop_record(&f);
	screen_fixture_open(&f, FALSE, 40, 120);
	screen_fixture_until(&f, "ledger-0");
	screen_fixture_keys(&f, "yJJ\t");
	screen_fixture_until(&f, "payments/ledger-0 › Events");
	screen_fixture_keys(&f, "J");
	screen_fixture_until(&f, "payments/metrics-7f4c › Events");
	screen_fixture_until(&f, "Pulled");
	screen_fixture_keys(&f, "q");
	g_assert_true(screen_fixture_shows(&f, "▸ payments   metrics-7f4c"));
}

/* --- states -------------------------------------------------------------------------------------- */

static const struct {
	const char *name, *state, *reason, *items;
	gboolean live, seen;
	const char *shown;
} states[] = {
	{ "complete", "complete", NULL, BACK_OFF, TRUE, TRUE, "events 1 of 1" },
	{ "loading", NULL, NULL, BACK_OFF, TRUE, TRUE, "1 of about 12 ░░░░░░░░ 0.0 s, z stops" },
	{ "loading, nothing yet", NULL, NULL, NULL, TRUE, TRUE,
	  "asking the cluster 0.0 s, z stops" },
	{ "stale", "complete", NULL, BACK_OFF, TRUE, FALSE,
	  "○ last seen 08:12:42Z, 38 s ago; trying again in 4 s" },
	{ "partial", "partial", "stopped by ana", BACK_OFF, TRUE, TRUE, "partial: stopped by ana" },
	{ "denied", "denied", "denied", NULL, TRUE, TRUE,
	  "denied: list events in all namespaces (403). Kept as a gap." },
	{ "empty", "complete", NULL, NULL, TRUE, TRUE,
	  "no events: the cluster was asked, and has none; it keeps them for an hour" },
	{ "offline", "complete", NULL, BACK_OFF, FALSE, FALSE,
	  "recorded 2026-11-24 08:13Z; ages are" },
	{ "offline, in the middle", NULL, NULL, BACK_OFF, FALSE, FALSE,
	  "partial: whoever listed them stopped in the middle" },
};

static void consoles_look_for_rows_at_moments_that_they_share(void)
{
	static const struct {
		gint64 scanned_ms, took_ms, due_ms;
	} rows[] = {
		/* The one, and another that was slower. */
		{ 16001, 1, 16100 },
		{ 16020, 20, 16100 },
		{ 16040, 40, 16100 },
		{ 16048, 48, 16100 },
		{ 16070, 70, 16200 },
		{ 16095, 95, 16200 },
		{ 16300, 300, 16800 },
		/* Of those that began between, none sooner than half of what it waits. */
		{ 16050, 1, 16100 },
		{ 16051, 1, 16200 },
		{ 16310, 170, 16400 },
		{ 16331, 170, 16600 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpint(table_scan_due(rows[i].scanned_ms * 1000, rows[i].took_ms * 1000),
				==, rows[i].due_ms * 1000);
}

static void a_list_that_nobody_ended_is_told_until_the_next(void)
{
	g_auto(screen_fixture) f = { .live = FALSE };
	struct recorder *r;

	screen_fixture_init(&f, "shop");
	r = pods_record(f.path);
	pods_list(r, fixture_shop, "", NULL, NULL);
	g_assert_true(recorder_stop(r, NULL));
	f.live = TRUE;
	f.progress = (struct engine_progress){ .live = TRUE, .retry_s = -1 };
	screen_fixture_open(&f, FALSE, 24, 100);
	screen_fixture_until(&f, "z stops");
	r = pods_record(f.path);
	pods_list(r, fixture_shop, "", "complete", NULL);
	g_assert_true(recorder_stop(r, NULL));
	screen_notice(f.screen);
	screen_fixture_until(&f, "pods 6 of 6");
	g_assert_false(screen_fixture_shows(&f, "z stops"));
}

static void a_list_of_one_namespace_that_nobody_ended_is_told_until_all_are_listed(void)
{
	g_auto(screen_fixture) f = { .live = FALSE };
	struct recorder *r;

	screen_fixture_init(&f, "shop");
	r = pods_record(f.path);
	pods_list(r, fixture_shop, "payments", NULL, NULL);
	pods_list(r, fixture_shop, "", "complete", NULL);
	g_assert_true(recorder_stop(r, NULL));
	f.live = TRUE;
	f.progress = (struct engine_progress){ .live = TRUE, .retry_s = -1 };
	screen_fixture_open(&f, FALSE, 24, 100);
	screen_fixture_until(&f, "pods 6 of 6");
	g_assert_false(screen_fixture_shows(&f, "z stops"));
}

static void each_state_is_said_in_one_line(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
		g_auto(screen_fixture) f = { 0 };
		g_autofree char *list = NULL;
		struct recorder *r;

		screen_fixture_init(&f, "shop");
		r = pods_record(f.path);
		list = states[i].items ? g_strdup_printf(LIST("%s"), states[i].items) : NULL;
		pods_list_kind(r, &events, list, states[i].state, states[i].reason);
		g_assert_true(recorder_stop(r, NULL));
		f.live = states[i].live;
		f.progress = (struct engine_progress){
			.live = states[i].seen,
			.rows_expected = 12,
			.last_seen_ns = SCREEN_CLOCK - 38 * STAMP_SECOND,
			.retry_s = states[i].seen ? -1 : 4,
		};
		screen_fixture_open(&f, FALSE, 24, 80);
		press(&f, ":events\r");
		g_test_message("%s", states[i].name);
		screen_fixture_until(&f, "Events, all namespaces");
		screen_fixture_until(&f, states[i].shown);
	}
}

/* --- rows that come ------------------------------------------------------------------------------ */

static void what_came_above_the_cursor_is_counted_until_one_goes_there(void)
{
	g_auto(screen_fixture) f = { 0 };
	struct recorder *r;

	shop_record(&f);
	screen_fixture_open(&f, FALSE, 24, 100);
	screen_fixture_until(&f, "ledger-0");
	screen_fixture_keys(&f, ":gaps\rqL");
	screen_fixture_until(&f, "Ledger");
	screen_fixture_keys(&f, "jj");
	r = pods_record(f.path);
	pods_gap(r, "node/node-1", "unreachable", "a gap that came later");
	g_assert_true(recorder_stop(r, NULL));
	screen_notice(f.screen);
	screen_fixture_until(&f, " new above");
	screen_fixture_keys(&f, "g");
	g_assert_false(screen_fixture_shows(&f, "new above"));
}

static void what_the_filter_matched_is_marked(void)
{
	g_auto(screen_fixture) f = { 0 };

	shop_record(&f);
	screen_fixture_open(&f, FALSE, 24, 100);
	screen_fixture_until(&f, "ledger-0");
	screen_fixture_keys(&f, "/CHECK node\r");
	g_assert_cmpint(screen_fixture_role(&f, "payments   checkout-7d9f6c5b8-p9"), ==,
			ROLE_CURSOR);
	g_assert_cmpint(screen_fixture_role(&f, "checkout-7d9f6c5b8-p9"), ==, ROLE_HIT);
	g_assert_cmpint(screen_fixture_role(&f, "checkout-7d9f6c5b8-x2"), ==, ROLE_MATCH);
	g_assert_cmpint(screen_fixture_role(&f, "out-7d9f6c5b8-x2"), ==, ROLE_TEXT);
	g_assert_cmpint(screen_fixture_role(&f, "node-1"), ==, ROLE_MATCH);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/panes/" #name, name }
		TEST(every_row_of_the_table_is_whole),
		TEST(every_statement_of_every_view_runs),
		TEST(the_help_lists_what_can_be_typed),
		TEST(each_pane_opens_from_where_its_row_says),
		TEST(what_is_being_fetched_stands_before_what_ended),
		TEST(the_bytes_of_what_is_still_coming_are_shown),
		TEST(a_key_that_opens_nothing_here_says_where_it_does),
		TEST(the_next_row_of_the_list_is_shown_in_a_table_too),
		TEST(consoles_look_for_rows_at_moments_that_they_share),
		TEST(a_list_that_nobody_ended_is_told_until_the_next),
		TEST(a_list_of_one_namespace_that_nobody_ended_is_told_until_all_are_listed),
		TEST(each_state_is_said_in_one_line),
		TEST(what_came_above_the_cursor_is_counted_until_one_goes_there),
		TEST(what_the_filter_matched_is_marked),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
