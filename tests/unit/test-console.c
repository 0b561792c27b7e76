/* The console without a terminal, while things happen: keys go in, text comes out.  Whole screens are test-screens'. */
#include <kase/engine.h>
#include <kase/stamp.h>
#include <string.h>

#include "loop.h"
#include "pods-fixture.h"
#include "scratch.h"
#include "screen.h"

struct stage {
	scratch *folder;
	char *path;
	struct recorder *recorder;
	struct screen *screen;
	struct canvas canvas;
	int lines, columns;
	guint drawn; /* how often something changed */
	struct engine_progress progress;
	guint halts;
};

static gint64 began; /* the wall clock stands still at the start of the test */

static gint64 now(void)
{
	return began + 10 * STAMP_SECOND;
}

static void changed(void *user, const char *cause)
{
	((struct stage *)user)->drawn++;
}

static void progress_of(void *host, struct engine_progress *out)
{
	*out = ((struct stage *)host)->progress;
}

static void halt(void *host)
{
	((struct stage *)host)->halts++;
}

static void set_up(struct stage *s, const struct fixture_pod *pods, const char *state)
{
	*s = (struct stage){ .lines = 24, .columns = 80 };
	began = stamp_now();
	s->folder = scratch_make();
	s->path = scratch_path(s->folder, "c.kase");
	canvas_init(&s->canvas, FALSE);
	s->progress =
		(struct engine_progress){ .live = TRUE, .last_seen_ns = began, .retry_s = -1 };
	pods_case_new(s->path, "INC-2026-041 miner in checkout");
	s->recorder = pods_record(s->path);
	if (pods)
		pods_list(s->recorder, pods, "", state, NULL);
}

static void open_screen(struct stage *s, gboolean live)
{
	g_autoptr(GError) error = NULL;
	struct screen_plan plan = {
		.path = s->path,
		.person = "ana",
		.recorder = s->recorder,
		.live = live,
		.engine = s,
		.progress = progress_of,
		.halt = halt,
		.now = now,
		.changed = changed,
		.user = s,
	};

	s->screen = screen_new(&plan, &error);
	g_assert_no_error(error);
}

static void open_offline(struct stage *s)
{
	g_assert_true(recorder_stop(s->recorder, NULL));
	s->recorder = NULL;
	open_screen(s, FALSE);
}

static void tear_down(struct stage *s)
{
	screen_free(s->screen);
	recorder_stop(s->recorder, NULL);
	canvas_clear(&s->canvas);
	g_free(s->path);
	scratch_remove(s->folder);
}

static char *shown(struct stage *s)
{
	canvas_begin(&s->canvas, s->lines, s->columns);
	screen_draw(s->screen, &s->canvas);
	return canvas_print(&s->canvas);
}

struct wait {
	struct stage *stage;
	const char *text;
	gboolean there;
};

static gboolean is_as_awaited(void *user)
{
	struct wait *w = user;
	g_autofree char *screen = shown(w->stage);

	return (strstr(screen, w->text) != NULL) == w->there;
}

static void wait_for(struct stage *s, const char *text, gboolean there)
{
	struct wait w = { s, text, there };

	if (!loop_until_true(is_as_awaited, &w)) {
		g_autofree char *screen = shown(s);

		g_error("\"%s\" is %s on the screen:\n%s", text, there ? "not" : "still", screen);
	}
}

#define sees(s, text)     wait_for(s, text, TRUE)
#define sees_not(s, text) wait_for(s, text, FALSE)

static void press(struct stage *s, const char *keys)
{
	for (; *keys; keys = g_utf8_next_char(keys))
		screen_key(s->screen, g_utf8_get_char(keys));
}

/* The line of the screen that the cursor is on. */
static char *here(struct stage *s)
{
	g_autofree char *screen = shown(s);
	char *at = strstr(screen, "▸");

	return at ? g_strndup(at, strcspn(at, "\n")) : g_strdup("");
}

#define assert_here(s, text)                          \
	do {                                          \
		g_autofree char *line = here(s);      \
		g_test_message("%s", line);           \
		g_assert_nonnull(strstr(line, text)); \
	} while (0)

/* --- what is shown ------------------------------------------------------------------------------- */

static void hostile_text_is_shown_escaped(void)
{
	struct stage s;
	g_autofree char *screen = NULL;

	set_up(&s, fixture_hostile, "complete");
	open_offline(&s);
	sees(&s, "pods 2 of 2");
	press(&s, "\r");
	sees(&s, "sa⟨RLO⟩nimda");
	screen = shown(&s);
	for (const char *c = screen; *c; c++)
		g_assert_true(*c == '\n' || (guchar)*c >= ' ');
	tear_down(&s);
}

static void a_screen_that_is_too_small_says_so_and_loses_nothing(void)
{
	struct stage s;
	g_autofree char *screen = NULL;

	set_up(&s, fixture_shop, "complete");
	open_offline(&s);
	sees(&s, "pods 6 of 6");
	press(&s, "j");
	s.lines = 18;
	s.columns = 52;
	screen = shown(&s);
	g_assert_true(g_str_has_prefix(
		screen, "kase needs 60x20, this is 52x18; nothing is lost, ma\nke it larger\n"));
	s.lines = 20;
	s.columns = 60;
	assert_here(&s, "x2x4m");
	tear_down(&s);
}

/* --- the table ----------------------------------------------------------------------------------- */

static void keys_move_the_cursor_within_the_rows(void)
{
	static const struct {
		const char *keys, *name;
	} rows[] = {
		{ "", "p9qk7" },         { "j", "x2x4m" },  { "jj", "ledger-0" },
		{ "jjk", "x2x4m" },      { "k", "p9qk7" },  { "G", "zz8lq" },
		{ "Gj", "zz8lq" },       { "Gg", "p9qk7" }, { "\x04", "zz8lq" },
		{ "\x04\x15", "p9qk7" },
	};
	struct stage s;

	set_up(&s, fixture_shop, "complete");
	open_offline(&s);
	sees(&s, "pods 6 of 6");
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		press(&s, "g");
		press(&s, rows[i].keys);
		assert_here(&s, rows[i].name);
	}
	tear_down(&s);
}

static void the_filter_narrows_as_one_types(void)
{
	struct stage s;

	set_up(&s, fixture_shop, "complete");
	open_offline(&s);
	sees(&s, "pods 6 of 6");
	press(&s, "/we");
	sees(&s, "pods 2 of 6");
	press(&s, "b-zzz");
	sees(&s, "no pods with \"web-zzz\"; Esc drops the filter");
	press(&s, "\x7f");
	sees(&s, "pods 0 of 6");
	press(&s, "\x7f\x7f");
	sees(&s, "pods 2 of 6");
	press(&s, "\r");
	sees(&s, "Pods, all namespaces /web-");
	sees_not(&s, "\n/web-");
	/* A step back drops the filter first. */
	press(&s, "\033");
	sees(&s, "pods 6 of 6");
	g_assert_false(screen_ended(s.screen));
	tear_down(&s);
}

static void what_was_typed_is_not_lost_with_escape(void)
{
	struct stage s;

	set_up(&s, fixture_shop, "complete");
	open_offline(&s);
	sees(&s, "pods 6 of 6");
	press(&s, "/ledger\033");
	sees(&s, "pods 6 of 6");
	press(&s, "/");
	screen_key(s.screen, KEYCODE_UP);
	sees(&s, "/ledger");
	sees(&s, "pods 1 of 6");
	tear_down(&s);
}

static void the_cursor_stays_on_its_pod_while_others_come(void)
{
	static const struct fixture_pod more[] = {
		{ "aaa", "first", NULL, 1, 1, 0, "img:1", "sa", "node-1", 60, NULL },
		{ "payments", "a-new-one", NULL, 1, 1, 0, "img:1", "sa", "node-1", 60, NULL },
		{ "payments", "ledger-0", NULL, 0, 1, 9, "img:1", "sa", "node-1", 60, NULL },
		{ 0 },
	};
	struct stage s;

	set_up(&s, fixture_shop, "complete");
	open_screen(&s, TRUE);
	sees(&s, "pods 6 of 6");
	press(&s, "jj");
	assert_here(&s, "ledger-0");
	pods_list(s.recorder, more, "", "partial", "test");
	screen_notice(s.screen);
	sees(&s, "a-new-one");
	assert_here(&s, "ledger-0");
	tear_down(&s);
}

static void a_cursor_that_nobody_moved_stays_on_the_first_row(void)
{
	static const struct fixture_pod more[] = {
		{ "aaa", "first", NULL, 1, 1, 0, "img:1", "sa", "node-1", 60, NULL }, { 0 }
	};
	struct stage s;

	set_up(&s, fixture_shop, "complete");
	open_screen(&s, TRUE);
	sees(&s, "pods 6 of 6");
	pods_list(s.recorder, more, "", "partial", "test");
	screen_notice(s.screen);
	sees(&s, "aaa ");
	assert_here(&s, "first");
	tear_down(&s);
}

static void a_pod_that_is_gone_says_when(void)
{
	struct stage s;

	set_up(&s, fixture_shop, "complete");
	pods_list(s.recorder, fixture_shop + 3, "", "complete", NULL);
	open_screen(&s, TRUE);
	sees(&s, "pods 3 of 3, 3 gone");
	sees(&s, "† payments   ledger-0");
	sees(&s, "gone ");
	tear_down(&s);
}

static void sorting_goes_from_column_to_column_and_back(void)
{
	struct stage s;

	set_up(&s, fixture_shop, "complete");
	s.columns = 120;
	open_offline(&s);
	sees(&s, "NAMESPACE↑");
	press(&s, ">");
	sees(&s, "NAME↑");
	press(&s, "<<");
	sees(&s, "AGE↑");
	press(&s, "I");
	sees(&s, "AGE↓");
	sees(&s, "▸ payments   ledger-0");
	tear_down(&s);
}

/* --- the document -------------------------------------------------------------------------------- */

static void a_pods_yaml_is_read_searched_and_left(void)
{
	struct stage s;

	set_up(&s, fixture_shop, "complete");
	open_offline(&s);
	sees(&s, "pods 6 of 6");
	press(&s, "jj\r");
	sees(&s, "name: ledger-0");
	press(&s, "/restartcount\r");
	sees(&s, "restartCount: 8");
	press(&s, "/\x15nosuchword\r");
	sees(&s, "no \"nosuchword\" in this text");
	press(&s, "J");
	sees(&s, "name: metrics-7f4c");
	press(&s, "KK");
	sees(&s, "payments/checkout-7d9f6c5b8-x2x4m › YAML");
	press(&s, "q");
	sees(&s, "pods 6 of 6");
	assert_here(&s, "x2x4m");
	g_assert_false(screen_ended(s.screen));
	tear_down(&s);
}

static void the_first_and_last_row_of_a_list_have_none_beyond(void)
{
	struct stage s;

	set_up(&s, fixture_shop, "complete");
	open_offline(&s);
	sees(&s, "pods 6 of 6");
	press(&s, "\rK");
	sees(&s, "this is the first row of the list");
	press(&s, "qG\rJ");
	sees(&s, "this is the last row of the list");
	tear_down(&s);
}

static void a_document_that_changes_is_shown_anew(void)
{
	static const struct fixture_pod other[] = {
		{ "payments", "ledger-0", NULL, 0, 1, 9, "img:1", "sa", "node-7", 60, NULL }, { 0 }
	};
	struct stage s;

	set_up(&s, fixture_shop, "complete");
	open_screen(&s, TRUE);
	sees(&s, "pods 6 of 6");
	press(&s, "jj\r");
	sees(&s, "nodeName: node-1");
	pods_list(s.recorder, other, "", "partial", "test");
	screen_notice(s.screen);
	sees(&s, "nodeName: node-7");
	tear_down(&s);
}

/* kubectl's -o yaml of several is one document, in which each has the same place. */
static void what_was_brought_as_yaml_is_read(void)
{
	static const char text[] = "apiVersion: v1\nkind: List\nitems:\n"
				   "- apiVersion: v1\n  kind: Pod\n"
				   "  metadata:\n    name: one\n    namespace: web\n    uid: u1\n"
				   "- apiVersion: v1\n  kind: Pod\n"
				   "  metadata:\n    name: two\n    namespace: web\n    uid: u2\n"
				   "  spec:\n    nodeName: node-9\n";
	struct stage s;
	g_autoptr(GError) error = NULL;
	g_autofree char *path = NULL;

	set_up(&s, NULL, NULL);
	path = scratch_path(s.folder, "pods.yaml");
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	engine_import(s.recorder, path, "ben", NULL, NULL, &error);
	g_assert_no_error(error);
	open_offline(&s);
	sees(&s, "two");
	press(&s, "G\r");
	sees(&s, "nodeName: node-9");
	tear_down(&s);
}

/* A long line is cut with a sign, and whole where it is wrapped. */
static void long_lines_are_cut_or_wrapped(void)
{
	static const struct fixture_pod long_one[] = {
		{ "payments", "long", NULL, 1, 1, 0,
		  "registry.shop.example/a-very-long-path/that-goes-on/and-on/and-on/to-the-right/"
		  "of-the-"
		  "screen/END",
		  "sa", "node-1", 60, NULL },
		{ 0 }
	};
	struct stage s;

	set_up(&s, long_one, "complete");
	open_offline(&s);
	sees(&s, "pods 1 of 1");
	press(&s, "\r");
	sees(&s, "and-on/to…");
	press(&s, "w");
	sees(&s, "screen/END");
	press(&s, "w");
	sees_not(&s, "screen/END");
	for (int i = 0; i < 8; i++)
		screen_key(s.screen, KEYCODE_RIGHT);
	sees(&s, "screen/END");
	tear_down(&s);
}

/* A document whose one annotation is as long as annotations may be.  Whoever reads the line from its start for each row or match
 * takes minutes. */
static void record_long_note(struct stage *s)
{
	g_autoptr(GString) text = g_string_new(
		"{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"items\": [{\"metadata\": {"
		"\"namespace\": \"payments\", \"name\": \"long\", \"uid\": \"u-long\","
		" \"resourceVersion\": \"7\", \"annotations\": {\"note\": \"");

	for (int i = 0; i < 250000; i++)
		g_string_append_c(text, (char)('a' + i % 16));
	g_string_append(text, "NEEDLE\\u6771\"}}, \"spec\": {\"containers\": [{\"name\": \"app\","
			      " \"image\": \"i\"}]}, \"status\": {\"phase\": \"Running\"}}]}");
	pods_list_text(s->recorder, text->str);
}

static void a_line_as_long_as_can_be_is_searched_and_wrapped(void)
{
	struct stage s;

	set_up(&s, NULL, NULL);
	record_long_note(&s);
	open_offline(&s);
	sees(&s, "pods 1 of 1");
	press(&s, "\r");
	sees(&s, "note: abc");
	press(&s, "/needle\r");
	sees(&s, "NEEDLE東");
	press(&s, "gw/abc\r");
	sees(&s, "note: abc");
	press(&s, "/\x15needle\r");
	sees(&s, "NEEDLE東");
	press(&s, "G");
	sees(&s, "phase: Running");
	tear_down(&s);
}

static void a_paste_goes_into_what_is_typed_and_runs_nothing(void)
{
	struct stage s;

	set_up(&s, fixture_shop, "complete");
	open_offline(&s);
	sees(&s, "pods 6 of 6");
	press(&s, "/");
	screen_pasted(s.screen, "\nledger-0\r\nQy\033", 14);
	sees(&s, "/ledger-0 Qy");
	sees(&s, "no pods with \"ledger-0 Qy\"");
	for (int i = 0; i < 4; i++)
		screen_key(s.screen, KEY_ERASE);
	sees(&s, "pods 1 of 6");
	press(&s, "\r");
	screen_pasted(s.screen, "Qy", 2);
	sees(&s, "2 characters pasted, and dropped");
	g_assert_false(screen_ended(s.screen));
	tear_down(&s);
}

/* --- states -------------------------------------------------------------------------------------- */

static void a_listing_under_way_shows_what_is_there_and_how_far_it_is(void)
{
	struct stage s;

	set_up(&s, fixture_shop, NULL);
	s.progress.rows_expected = 12;
	g_strlcpy(s.progress.doing, "pods", sizeof s.progress.doing);
	open_screen(&s, TRUE);
	sees(&s, "6 of about 12 ▇▇▇▇░░░░ 0.0 s, z stops");
	sees(&s, "● ");
	press(&s, "j\r");
	sees(&s, "name: checkout-7d9f6c5b8-x2x4m");
	press(&s, "qz");
	g_assert_cmpuint(s.halts, ==, 1);
	sees(&s, "stopped: pods stays partial, and the case says so; what is held stays");
	tear_down(&s);
}

static void a_cluster_that_is_not_seen_any_more_is_stale(void)
{
	struct stage s;
	guint before;

	set_up(&s, fixture_shop, "complete");
	open_screen(&s, TRUE);
	sees(&s, "pods 6 of 6");
	screen_tick(s.screen);
	before = s.drawn;
	screen_tick(s.screen);
	g_assert_cmpuint(s.drawn, ==, before); /* nothing is drawn where nothing changed */
	s.progress.live = FALSE;
	s.progress.retry_s = 4;
	screen_tick(s.screen);
	g_assert_cmpuint(s.drawn, ==, before + 1);
	sees(&s, "○ stale");
	sees(&s, "10 s ago; trying again in 4 s");
	tear_down(&s);
}

static void a_list_that_is_denied_or_empty_says_so_in_its_middle(void)
{
	static const struct {
		const char *state, *said;
	} rows[] = {
		{ NULL, "no pods: none has been recorded; kase capture CASE cluster lists them" },
		{ "denied",
		  "denied: list pods in all namespaces (403). Kept as a gap. Ask for list pods" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct stage s;

		set_up(&s, NULL, NULL);
		if (rows[i].state)
			pods_list(s.recorder, NULL, "", rows[i].state, "denied");
		open_offline(&s);
		sees(&s, rows[i].said);
		tear_down(&s);
	}
}

static void a_case_read_only_sees_what_another_process_records(void)
{
	struct stage s;
	struct recorder *other;

	set_up(&s, fixture_shop, "complete");
	open_offline(&s);
	sees(&s, "pods 6 of 6");
	other = pods_record(s.path);
	pods_list(other, fixture_hostile, "", "partial", "test");
	screen_notice(s.screen);
	sees(&s, "wide-東京");
	g_assert_true(recorder_stop(other, NULL));
	screen_notice(s.screen);
	sees(&s, "wide-東京");
	tear_down(&s);
}

static void a_list_that_was_not_seen_is_as_it_is_when_it_comes_back(void)
{
	struct stage s;
	struct recorder *other;

	set_up(&s, fixture_shop, "complete");
	open_offline(&s);
	sees(&s, "pods 6 of 6");
	press(&s, "jj\r");
	sees(&s, "name: ledger-0");
	other = pods_record(s.path);
	pods_list(other, fixture_hostile, "", "partial", "test");
	g_assert_true(recorder_stop(other, NULL));
	screen_notice(s.screen);
	sees(&s, "name: ledger-0");
	press(&s, "q");
	sees(&s, "wide-東京");
	assert_here(&s, "ledger-0");
	tear_down(&s);
}

/* --- leaving ------------------------------------------------------------------------------------- */

static void one_q_too_many_ends_no_recording(void)
{
	static const struct {
		const char *keys, *shown;
		gboolean ended;
	} rows[] = {
		{ "q", "Leave kase? Recording ends with it", FALSE },
		{ "qq", "pods 6 of 6", FALSE },
		{ "\rqq", "Leave kase? Recording ends with it", FALSE },
		{ "qy", "", TRUE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct stage s;

		set_up(&s, fixture_shop, "complete");
		s.progress.live = TRUE;
		open_screen(&s, TRUE);
		sees(&s, "pods 6 of 6");
		press(&s, rows[i].keys);
		g_assert_cmpint(screen_ended(s.screen), ==, rows[i].ended);
		sees(&s, rows[i].shown);
		tear_down(&s);
	}
}

static void leaving_is_asked_by_one_key_and_done_by_another(void)
{
	static const struct {
		const char *keys;
		gboolean ended;
	} rows[] = {
		{ "q", TRUE },     { "Q", FALSE },    { "Qn", FALSE },   { "Qy", TRUE },
		{ "\033", FALSE }, { "\rq", FALSE },  { "\rqq", TRUE },  { "?q", FALSE },
		{ "?qq", TRUE },   { "/q\rq", TRUE }, { "\x03", FALSE }, { "\x1a", FALSE },
		{ "\x1c", FALSE }, { "??qq", TRUE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *keys = g_strescape(rows[i].keys, NULL);
		struct stage s;

		set_up(&s, fixture_shop, "complete");
		open_offline(&s);
		sees(&s, "pods 6 of 6");
		press(&s, rows[i].keys);
		g_test_message("%s", keys);
		g_assert_cmpint(screen_ended(s.screen), ==, rows[i].ended);
		tear_down(&s);
	}
}

static void a_key_without_use_says_where_it_has_one(void)
{
	static const struct {
		gunichar key;
		const char *said;
	} rows[] = {
		{ 'z', "z: needs a cluster; this case is open offline" },
		{ 'w', "w works in text" },
		{ 'J', "J works in what was opened from a row of a table" },
		{ 's',
		  "s will work on a container that runs, with a cluster; not in this version" },
		{ 0xe4, "this key has no use; ? shows those that have" },
		{ KEY_CTRL('z'), "kase does not stop in the background" },
		{ KEY_CTRL('c'), "nothing is typed; Q leaves" },
	};
	struct stage s;

	set_up(&s, fixture_shop, "complete");
	open_offline(&s);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		screen_key(s.screen, rows[i].key);
		sees(&s, rows[i].said);
	}
	screen_pasted(s.screen, "payments", 312);
	sees(&s, "312 characters pasted");
	tear_down(&s);
}

static void times_are_ages_or_utc(void)
{
	struct stage s;

	set_up(&s, fixture_shop, "complete");
	s.columns = 120;
	open_offline(&s);
	sees(&s, " 12m");
	press(&s, "T");
	sees_not(&s, " 12m");
	sees(&s, "times in UTC");
	press(&s, "T");
	sees(&s, "times of this machine: ");
	press(&s, "T");
	sees(&s, " 12m");
	tear_down(&s);
}

static void the_help_is_of_the_pane_that_asked(void)
{
	struct stage s;

	set_up(&s, fixture_shop, "complete");
	open_offline(&s);
	sees(&s, "pods 6 of 6");
	press(&s, "?");
	sees(&s, "open the row");
	press(&s, "q\r?");
	sees(&s, "Space       a page down\n");
	tear_down(&s);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/console/" #name, name)
	ADD(hostile_text_is_shown_escaped);
	ADD(a_screen_that_is_too_small_says_so_and_loses_nothing);
	ADD(keys_move_the_cursor_within_the_rows);
	ADD(the_filter_narrows_as_one_types);
	ADD(what_was_typed_is_not_lost_with_escape);
	ADD(the_cursor_stays_on_its_pod_while_others_come);
	ADD(a_cursor_that_nobody_moved_stays_on_the_first_row);
	ADD(a_pod_that_is_gone_says_when);
	ADD(sorting_goes_from_column_to_column_and_back);
	ADD(a_pods_yaml_is_read_searched_and_left);
	ADD(the_first_and_last_row_of_a_list_have_none_beyond);
	ADD(a_document_that_changes_is_shown_anew);
	ADD(what_was_brought_as_yaml_is_read);
	ADD(long_lines_are_cut_or_wrapped);
	ADD(a_line_as_long_as_can_be_is_searched_and_wrapped);
	ADD(a_paste_goes_into_what_is_typed_and_runs_nothing);
	ADD(a_listing_under_way_shows_what_is_there_and_how_far_it_is);
	ADD(a_cluster_that_is_not_seen_any_more_is_stale);
	ADD(a_list_that_is_denied_or_empty_says_so_in_its_middle);
	ADD(a_case_read_only_sees_what_another_process_records);
	ADD(a_list_that_was_not_seen_is_as_it_is_when_it_comes_back);
	ADD(one_q_too_many_ends_no_recording);
	ADD(leaving_is_asked_by_one_key_and_done_by_another);
	ADD(a_key_without_use_says_where_it_has_one);
	ADD(times_are_ages_or_utc);
	ADD(the_help_is_of_the_pane_that_asked);
	return g_test_run();
}
