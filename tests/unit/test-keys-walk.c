/*
 * A walk over every pane and every key, live and offline: each key does what its table says, which is seen, or says in one line
 * why not here.  The keys are written here once more, as they were agreed on, so that none gets lost in keys.c.
 */
#include <kase/console.h>
#include <kase/stamp.h>

#include <string.h>

#include "loop.h"
#include "panes.h"
#include "pods-fixture.h"
#include "screen-fixture.h"
#include "screen-inside.h"

/* `first` is pressed before it, so that there is something to do; `motion`: what is whole on the screen has no use for it. */
static const struct {
	gunichar key;
	const char *meaning;
	enum command command;
	gunichar first;
	gboolean motion;
} keys[] = {
	{ '0', "phase 0", COMMAND_NONE, 0, FALSE },
	{ '1', "phase 1", COMMAND_NONE, 0, FALSE },
	{ '2', "phase 2", COMMAND_NONE, 0, FALSE },
	{ '3', "phase 3", COMMAND_NONE, 0, FALSE },
	{ '4', "phase 4", COMMAND_NONE, 0, FALSE },
	{ '5', "phase 5", COMMAND_NONE, 0, FALSE },
	{ '6', "phase 6", COMMAND_NONE, 0, FALSE },
	{ '7', "phase 7", COMMAND_NONE, 0, FALSE },
	{ '8', "phase 8", COMMAND_NONE, 0, FALSE },
	{ '~', "front page", COMMAND_NONE, 0, FALSE },
	{ 'j', "move", COMMAND_DOWN, 'g', TRUE },
	{ 'k', "move", COMMAND_UP, 'G', TRUE },
	{ KEYCODE_DOWN, "move", COMMAND_DOWN, 'g', TRUE },
	{ KEYCODE_UP, "move", COMMAND_UP, 'G', TRUE },
	{ KEYCODE_PAGE_DOWN, "move", COMMAND_PAGE_DOWN, 'g', TRUE },
	{ KEYCODE_PAGE_UP, "move", COMMAND_PAGE_UP, 'G', TRUE },
	{ KEY_CTRL('d'), "half a page down", COMMAND_HALF_DOWN, 'g', TRUE },
	{ KEY_CTRL('u'), "half a page up", COMMAND_HALF_UP, 'G', TRUE },
	{ 'g', "to the first", COMMAND_FIRST, 'G', TRUE },
	{ 'G', "to the last", COMMAND_LAST, 'g', TRUE },
	{ KEYCODE_HOME, "to the first", COMMAND_FIRST, 'G', TRUE },
	{ KEYCODE_END, "to the last", COMMAND_LAST, 'g', TRUE },
	{ KEYCODE_LEFT, "move", COMMAND_LEFT, KEYCODE_RIGHT, TRUE },
	{ KEYCODE_RIGHT, "move", COMMAND_RIGHT, 0, TRUE },
	{ KEY_RETURN, "open", COMMAND_OPEN, 0, FALSE },
	{ KEY_ESC, "one step back", COMMAND_ESCAPE, 0, FALSE },
	{ 'q', "one step back", COMMAND_BACK, 0, FALSE },
	{ 'Q', "leave, after a question", COMMAND_LEAVE, 0, FALSE },
	{ '\t', "next pane", COMMAND_NEXT_PANE, 0, FALSE },
	{ KEYCODE_BACKTAB, "pane before", COMMAND_PREVIOUS_PANE, 0, FALSE },
	{ 'f', "pane alone on the screen", COMMAND_NONE, 0, FALSE },
	{ 'J', "next row of the list", COMMAND_NEXT_ROW, 0, FALSE },
	{ 'K', "previous row of the list", COMMAND_PREVIOUS_ROW, 0, FALSE },
	{ '[', "back", COMMAND_BACKWARD, 0, FALSE },
	{ ']', "forward", COMMAND_FORWARD, 0, FALSE },
	{ ':', "command", COMMAND_TYPE, 0, FALSE },
	{ ';', "SQL", COMMAND_NONE, 0, FALSE },
	{ '/', "filter or search", COMMAND_FIND, 0, FALSE },
	{ 'n', "next match", COMMAND_NEXT_MATCH, 0, FALSE },
	{ 'N', "previous match", COMMAND_PREVIOUS_MATCH, 0, FALSE },
	{ ' ', "mark a row; page down", COMMAND_MARK, 'g', TRUE },
	{ 'm', "mark a row; bookmark the line", COMMAND_BOOKMARK, 0, FALSE },
	{ '+', "make the subject a suspect", COMMAND_NONE, 0, FALSE },
	{ '-', "take it out again", COMMAND_NONE, 0, FALSE },
	{ 'x', "capture now what is missing", COMMAND_NONE, 0, FALSE },
	{ 'd', "describe", COMMAND_DESCRIBE, 0, FALSE },
	{ 'y', "YAML", COMMAND_YAML, 0, FALSE },
	{ 'l', "logs", COMMAND_LOGS, 0, FALSE },
	{ 'p', "previous logs", COMMAND_PREVIOUS_LOGS, 0, FALSE },
	{ 's', "shell", COMMAND_NONE, 0, FALSE },
	{ 'o', "the evidence behind", COMMAND_EVIDENCE, 0, FALSE },
	{ 'v', "its graph", COMMAND_NONE, 0, FALSE },
	{ 'D', "two versions compared", COMMAND_VERSIONS, 0, FALSE },
	{ 'e', "next hit or risk", COMMAND_NONE, 0, FALSE },
	{ 'E', "previous hit or risk", COMMAND_NONE, 0, FALSE },
	{ 'u', "next bookmark", COMMAND_NEXT_BOOKMARK, 0, FALSE },
	{ 'U', "previous bookmark", COMMAND_PREVIOUS_BOOKMARK, 0, FALSE },
	{ 'i', "write a note", COMMAND_NONE, 0, FALSE },
	{ 'P', "paste an alert", COMMAND_NONE, 0, FALSE },
	{ 'c', "copy", COMMAND_COPY, 0, FALSE },
	{ 't', "timeline", COMMAND_NONE, 0, FALSE },
	{ 'a', "actions", COMMAND_NONE, 0, FALSE },
	{ 'L', "ledger", COMMAND_LEDGER, 0, FALSE },
	{ 'S', "search over the whole case", COMMAND_NONE, 0, FALSE },
	{ '!', "the menu of measures", COMMAND_NONE, 0, FALSE },
	{ KEYCODE_F9, "the menu of measures", COMMAND_NONE, 0, FALSE },
	{ '<', "sort by the column before", COMMAND_SORT_BEFORE, 0, FALSE },
	{ '>', "sort by the column after", COMMAND_SORT_AFTER, 0, FALSE },
	{ 'I', "invert", COMMAND_SORT_INVERT, 0, FALSE },
	{ 'T', "age, UTC or local", COMMAND_TIMES, 0, FALSE },
	{ 'w', "wrap", COMMAND_WRAP, 0, FALSE },
	{ '@', "jump to a time", COMMAND_AT, 0, FALSE },
	{ 'F', "follow", COMMAND_FOLLOW, 0, FALSE },
	{ '=', "pause", COMMAND_PAUSE, 0, FALSE },
	{ 'z', "stop this fetch", COMMAND_HALT, 0, FALSE },
	{ 'R', "ask again", COMMAND_NONE, 0, FALSE },
	{ KEYCODE_F5, "ask again", COMMAND_NONE, 0, FALSE },
	{ KEY_CTRL('l'), "redraw", COMMAND_REDRAW, 0, FALSE },
	{ KEY_CTRL(']'), "out of a shell", COMMAND_NONE, 0, FALSE },
	{ KEY_CTRL('c'), "clears what is typed", COMMAND_CLEAR, 0, FALSE },
	{ KEY_CTRL('z'), "refused in a line", COMMAND_SUSPEND, 0, FALSE },
	{ KEY_CTRL('\\'), "ignored", COMMAND_IGNORE, 0, FALSE },
	{ '?', "the keys that work here", COMMAND_HELP, 0, FALSE },
	{ KEYCODE_F1, "the keys that work here", COMMAND_HELP, 0, FALSE },
};

/* What is pressed to come to each pane, in the list of pods or another pane. */
static const struct {
	const char *pane, *from, *typed, *shown;
} ways[] = {
	{ "pods", NULL, "", "Pods, all namespaces" },
	{ "yaml", NULL, "y", "› YAML" },
	{ "events", NULL, ":events\r", "Events, all namespaces" },
	{ "logs", NULL, ":logs pod/payments/ledger-0\r", "line 39" },
	{ "previous", NULL, ":previous pod/payments/ledger-0\r", "old 39" },
	{ "line", "logs", "\r", "› Line" },
	{ "versions", NULL, "jjD", "versions 2" },
	{ "evidence", NULL, "jjo", "› Evidence" },
	{ "describe", NULL, "d", "› Describe" },
	{ "diff", "versions", "D", "› Diff" },
	{ "bytes", "evidence", "\r", "› Evidence" },
	{ "gaps", NULL, ":gaps\r", "gaps 2" },
	{ "gap", "gaps", "\r", "› Gap" },
	{ "ledger", NULL, "L", "Ledger" },
	{ "entry", "ledger", "\r", "› Entry" },
	{ "jobs", NULL, ":jobs\r", "Jobs" },
	{ "help", NULL, "?", "Keys that work here" },
};

/* A second version of one, whose container has had another instance before. */
static const struct fixture_kind pods = { "pods", "Pod" };
static const char restarted[] =
	"{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"items\": [{\"metadata\": {\"namespace\":"
	" \"payments\", \"name\": \"ledger-0\", \"uid\": \"uid-payments-ledger-0\","
	" \"resourceVersion\": \"900\", \"creationTimestamp\": \"2026-11-24T08:00:00Z\"},"
	" \"spec\": {\"containers\": [{\"name\": \"main\", \"image\": \"ledger:3\"}]},"
	" \"status\": {\"phase\": \"Running\", \"containerStatuses\": [{\"name\": \"main\","
	" \"ready\": true, \"restartCount\": 1, \"containerID\": \"1\","
	" \"state\": {\"running\": {\"startedAt\": \"2026-11-24T08:10:00Z\"}},"
	" \"lastState\": {\"terminated\": {\"containerID\": \"0\", \"exitCode\": 2,"
	" \"reason\": \"Error\", \"startedAt\": \"2026-11-24T08:00:00Z\","
	" \"finishedAt\": \"2026-11-24T08:09:59Z\"}}}]}}]}";
static const struct fixture_kind events = { "events", "Event" };
#define EVENT(name)                                                                               \
	"{\"metadata\": {\"namespace\": \"payments\", \"name\": \"" name "\", \"uid\": \"" name   \
	"\", \"resourceVersion\": \"5\", \"creationTimestamp\": \"2026-11-24T08:11:20Z\"},"       \
	" \"type\": \"Warning\", \"reason\": \"BackOff\", \"count\": 3,"                          \
	" \"lastTimestamp\": \"2026-11-24T08:11:20Z\", \"source\": {\"component\": \"kubelet\"}," \
	" \"involvedObject\": {\"kind\": \"Pod\", \"apiVersion\": \"v1\","                        \
	"  \"namespace\": \"payments\", \"name\": \"ledger-0\"}, \"message\": \"Back-off\"}"

struct stage {
	scratch *folder;
	char *path;
	gboolean live;
	struct recorder *recorder;
	struct screen *screen;
	struct canvas canvas;
	char *text; /* as drawn last */
	char *before;
	const char *awaited;
};

static void record_log(struct recorder *r, const char *instance, const char *word, int minute)
{
	g_autoptr(GString) text = g_string_new(NULL);
	const struct fixture_log of = { "payments", "ledger-0", "uid-payments-ledger-0", "main",
					instance };

	for (int i = 0; i < 40; i++)
		g_string_append_printf(text, "2026-11-24T08:%02d:%02d.000000001Z %s %d\n", minute,
				       i, word, i);
	pods_log(r, &of, text->str);
}

/* Of all there are two at least, so that there is a next one. */
static void record(struct stage *s)
{
	struct recorder *r;

	s->folder = scratch_make();
	s->path = scratch_path(s->folder, "c.kase");
	pods_case_new(s->path, "shop");
	r = pods_record(s->path);
	pods_list(r, fixture_shop, "", "complete", NULL);
	pods_list_kind(r, &pods, restarted, "partial", "test");
	pods_list_kind(r, &events,
		       "{\"kind\": \"EventList\", \"apiVersion\": \"v1\", \"items\": [" EVENT(
			       "one") ", " EVENT("two") "]}",
		       "complete", NULL);
	record_log(r, "0", "old", 5);
	record_log(r, "1", "line", 10);
	screen_clock -= 600 * STAMP_SECOND;
	pods_gap(r, "pod/payments/ledger-0", "rotated", "its log begins at 06:40Z");
	screen_clock = SCREEN_CLOCK;
	pods_gap(r, "secrets/*", "denied", "list secrets (403)");
	g_assert_true(recorder_stop(r, NULL));
	s->recorder = s->live ? pods_record(s->path) : NULL;
}

static void progress_of(void *user, struct engine_progress *out)
{
	*out = (struct engine_progress){ .live = TRUE,
					 .last_seen_ns = SCREEN_CLOCK,
					 .retry_s = -1 };
}

static void halt(void *user)
{
}

static void follow(void *user, const char *subject)
{
}

static void draw(struct stage *s)
{
	canvas_begin(&s->canvas, 24, 120);
	screen_draw(s->screen, &s->canvas);
	g_free(s->text);
	s->text = canvas_print(&s->canvas);
}

static gboolean is_settled(void *user)
{
	struct stage *s = user;

	draw(s);
	return !strstr(s->text, "reading the case") && !strstr(s->text, "asking the cluster") &&
	       (!s->awaited || strstr(s->text, s->awaited));
}

static void settle(struct stage *s, const char *awaited)
{
	s->awaited = awaited;
	if (!loop_until_true(is_settled, s))
		g_error("never at rest, or without \"%s\":\n%s", awaited ? awaited : "", s->text);
}

static void open_screen(struct stage *s)
{
	g_autoptr(GError) error = NULL;
	struct screen_plan plan = {
		.path = s->path,
		.recorder = s->recorder,
		.live = s->live,
		.engine = s,
		.progress = progress_of,
		.halt = halt,
		.follow = follow,
	};

	s->screen = screen_new(&plan, &error);
	g_assert_no_error(error);
	canvas_init(&s->canvas, FALSE);
	settle(s, "pods 6");
}

static void close_screen(struct stage *s)
{
	screen_free(s->screen);
	s->screen = NULL;
	canvas_clear(&s->canvas);
	g_clear_pointer(&s->text, g_free);
}

static void clear(struct stage *s)
{
	recorder_stop(s->recorder, NULL);
	g_free(s->path);
	scratch_remove(s->folder);
}

static gsize way_to(const char *pane)
{
	gsize way = 0;

	while (!g_str_equal(ways[way].pane, pane))
		way++;
	return way;
}

static void come_to(struct stage *s, gsize way)
{
	if (ways[way].from)
		come_to(s, way_to(ways[way].from));
	for (const char *key = ways[way].typed; *key; key++) {
		screen_key(s->screen, (gunichar)*key);
		settle(s, NULL);
	}
	settle(s, ways[way].shown);
}

/* --- a key --------------------------------------------------------------------------------------- */

static gboolean is_answered(void *user)
{
	struct stage *s = user;

	draw(s);
	return strcmp(s->text, s->before) != 0;
}

/* All of a text is on the screen already: "lines 1 to 7 of 7". */
static gboolean is_whole(const char *text)
{
	return g_regex_match_simple("lines 1 to ([0-9]+) of \\1\\b", text, 0, 0);
}

/* Goes on: one walk tells all that is amiss. */
static void wrong(struct stage *s, gsize k, const char *what)
{
	g_test_message("%s in %s: %s\n%s", keys[k].meaning, screen_top(s->screen)->kind->name, what,
		       s->text);
	g_test_fail();
}

static gboolean says_why_not(const struct key_row *row, const char *said)
{
	return said && g_str_has_prefix(said, row->written) && !strchr(said, '\n') &&
	       (strstr(said, " works ") || strstr(said, " will work ") ||
		strstr(said, ": needs a cluster"));
}

/* What has nothing to show for it, and what all of is seen already. */
static gboolean may_be_silent(struct stage *s, gsize k)
{
	return screen_ended(s->screen) || keys[k].command == COMMAND_IGNORE ||
	       keys[k].command == COMMAND_REDRAW || (keys[k].motion && is_whole(s->text));
}

/* Of home, what is chosen is opened by who called. */
static gboolean leaves(gsize k, guint place)
{
	return (keys[k].command == COMMAND_BACK && place & KEYS_IN_FIRST &&
		!(place & KEYS_WITH_CLUSTER)) ||
	       (keys[k].command == COMMAND_OPEN && place & KEYS_IN_HOME);
}

/* What opens another pane has opened it, or has said why not. */
static gboolean leads_where_it_says(struct stage *s, const struct pane_kind *from,
				    enum command command)
{
	gboolean anywhere;

	if (command < COMMAND_OPEN || command > COMMAND_OPENS_LAST || s->screen->said ||
	    screen_ended(s->screen))
		return TRUE;
	return screen_top(s->screen)->kind == pane_kind_opened(from, command, &anywhere);
}

static void press(struct stage *s, gsize k, const char *pane)
{
	const struct pane_kind *kind;
	const struct key_row *row;
	guint place;

	if (keys[k].first) {
		screen_key(s->screen, keys[k].first);
		settle(s, NULL);
	}
	kind = screen_top(s->screen)->kind;
	g_assert_cmpstr(kind->name, ==, pane);
	place = screen_place(s->screen);
	row = key_row_of(keys[k].key, place);
	g_assert_nonnull(row);
	g_clear_pointer(&s->screen->said, g_free);
	draw(s);
	s->before = g_strdup(s->text);
	screen_key(s->screen, keys[k].key);
	g_assert_cmpint(screen_ended(s->screen), ==, leaves(k, place));
	if (!may_be_silent(s, k) && !loop_until_true(is_answered, s))
		wrong(s, k, "no answer");
	g_assert_cmpint(screen_take_redraw(s->screen), ==, keys[k].command == COMMAND_REDRAW);
	draw(s);
	if (!key_works(row, place) && !says_why_not(row, s->screen->said))
		wrong(s, k, "no reason");
	if (key_works(row, place) && !leads_where_it_says(s, kind, row->command))
		wrong(s, k, "another pane");
	g_clear_pointer(&s->before, g_free);
}

/* What is typed or asked is dropped, and one step along the trail taken back.  FALSE where that leads elsewhere. */
static gboolean came_back(struct stage *s, gsize way)
{
	guint at = way == 0 ? 0 : ways[way].from ? 2 : 1;

	if (screen_ended(s->screen))
		return FALSE;
	if (s->screen->prompt.open || s->screen->asked)
		screen_key(s->screen, KEY_ESC);
	if (s->screen->trail.at != at)
		screen_key(s->screen, s->screen->trail.at < at ? ']' : '[');
	settle(s, NULL);
	return s->screen->trail.at == at &&
	       g_str_equal(screen_top(s->screen)->kind->name, ways[way].pane);
}

static void walk(gboolean live)
{
	for (gsize way = 0; way < G_N_ELEMENTS(ways); way++) {
		struct stage s = { .live = live };
		g_autoptr(casefile) c = NULL;
		char hash[DIGEST_CHARS];
		gint64 head;

		record(&s);
		c = casefile_open(s.path, live ? CASEFILE_READ_LIVE : CASEFILE_READ, NULL);
		head = casefile_head(c, hash);
		for (gsize k = 0; k < G_N_ELEMENTS(keys); k++) {
			g_test_message("%s, %s: %s", ways[way].pane, live ? "live" : "offline",
				       keys[k].meaning);
			if (!s.screen) {
				open_screen(&s);
				come_to(&s, way);
			}
			press(&s, k, ways[way].pane);
			if (!came_back(&s, way))
				close_screen(&s);
		}
		if (s.screen)
			close_screen(&s);
		/* No key has written to the case. */
		if (s.recorder)
			pods_flush(s.recorder);
		g_assert_cmpint(casefile_head(c, hash), ==, head);
		clear(&s);
	}
}

static void every_key_is_answered_in_every_pane_offline(void)
{
	walk(FALSE);
}

static void every_key_is_answered_in_every_pane_live(void)
{
	walk(TRUE);
}

/* It has no case that could be written to, and no worker. */
static void every_key_is_answered_at_home(void)
{
	static const struct console_place some[] = {
		{ CONSOLE_CASE, "one", "/tmp/one.kase", "prod", "open", STAMP_NONE, FALSE },
		{ CONSOLE_CASE, "two", "/tmp/two.kase", "prod", "open", STAMP_NONE, FALSE },
	};
	static const struct console_places places = { some, G_N_ELEMENTS(some), NULL };
	struct screen_plan plan = { .places = &places };

	for (gsize k = 0; k < G_N_ELEMENTS(keys); k++) {
		struct stage s = { .screen = screen_new(&plan, NULL) };

		g_test_message("home: %s", keys[k].meaning);
		canvas_init(&s.canvas, FALSE);
		settle(&s, "one");
		press(&s, k, "home");
		close_screen(&s);
	}
}

/* --- tables -------------------------------------------------------------------------------------- */

static void every_pane_is_walked(void)
{
	gsize n = 0;

	for (; pane_kinds[n]; n++)
		g_assert_cmpstr(pane_kinds[n]->name, ==, ways[n].pane);
	g_assert_cmpuint(n, ==, G_N_ELEMENTS(ways));
}

static const struct key_row *row_of(gunichar key, enum command command)
{
	for (gsize i = 0; i < key_rows_count; i++)
		for (gsize k = 0; k < G_N_ELEMENTS(key_rows[i].keys); k++)
			if ((gunichar)key_rows[i].keys[k] == key && key_rows[i].command == command)
				return &key_rows[i];
	return NULL;
}

struct told {
	const struct key_row *row;
	gboolean found;
};

static void look_for(void *user, const char *written, const char *help)
{
	struct told *t = user;

	t->found |= g_str_equal(written, t->row->written) && g_str_equal(help, t->row->help);
}

static void every_key_that_was_agreed_on_runs_its_command_and_is_in_the_manual(void)
{
	for (gsize k = 0; k < G_N_ELEMENTS(keys); k++) {
		struct told told = { row_of(keys[k].key, keys[k].command), FALSE };

		g_test_message("%s: %x", keys[k].meaning, keys[k].key);
		g_assert_nonnull(told.row);
		if (keys[k].command == COMMAND_NONE)
			continue;
		console_keys(look_for, &told);
		g_assert_true(told.found);
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/keys-walk/" #name, name }
		TEST(every_pane_is_walked),
		TEST(every_key_that_was_agreed_on_runs_its_command_and_is_in_the_manual),
		TEST(every_key_is_answered_at_home),
		TEST(every_key_is_answered_in_every_pane_offline),
		TEST(every_key_is_answered_in_every_pane_live),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
