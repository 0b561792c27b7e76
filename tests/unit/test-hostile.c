/*
 * Every character that could move, hide, reorder or overflow, in every place where text from outside is shown: the screen keeps its
 * size and its borders, and a terminal is sent no sequence but our own.
 */
#include <kase/project.h>
#include <kase/stamp.h>

#include <locale.h>
#include <string.h>

#include "draw.h"
#include "layout.h"
#include "loop.h"
#include "pods-fixture.h"
#include "screen-fixture.h"
#include "specimens.h"

/* --- what holds of every screen --------------------------------------------------------------------- */

static gboolean is_visible(gunichar c)
{
	char text[12] = "a";

	if (c >= 0x20 && c < 0x7f)
		return TRUE;
	text[1 + g_unichar_to_utf8(c, text + 1)] = '\0';
	return text_is_safe(text, -1);
}

static void assert_cells(const struct canvas *c)
{
	for (int line = 0; line < c->lines; line++)
		for (int column = 0; column < c->columns; column++) {
			const struct canvas_cell *cell = canvas_at(c, line, column);

			if (cell->cells == 2)
				g_assert_cmpint(canvas_at(c, line, column + 1)->cells, ==, 0);
			if (cell->cells == 0) {
				g_assert_cmpint(canvas_at(c, line, column - 1)->cells, ==, 2);
				continue;
			}
			g_assert_true(is_visible(cell->text[0]));
			g_assert_cmpint(canvas_character_cells(cell->text[0]), ==, cell->cells);
			g_assert_true(!c->plain || cell->text[0] < 0x7f);
			for (gsize i = 1; i < G_N_ELEMENTS(cell->text) && cell->text[i]; i++)
				g_assert_true(is_visible(cell->text[i]) &&
					      canvas_character_cells(cell->text[i]) == 0);
		}
}

static void assert_stands(const struct canvas *c, int line, int column, enum glyph glyph)
{
	const char *sign = glyph_text(glyph, c->plain);

	g_assert_cmpuint(canvas_at(c, line, column)->text[0], ==, g_utf8_get_char(sign));
}

static void assert_borders(const struct canvas *c)
{
	int right = c->columns - 1, bottom = c->lines - 1;
	struct layout l;

	layout_of(&l, c->lines, c->columns, 1);
	if (l.too_small || l.folded)
		return;
	assert_stands(c, 0, 0, GLYPH_TOP_LEFT);
	assert_stands(c, 0, right, GLYPH_TOP_RIGHT);
	assert_stands(c, bottom, 0, GLYPH_BOTTOM_LEFT);
	assert_stands(c, bottom, right, GLYPH_BOTTOM_RIGHT);
	for (int line = 1; line < bottom; line++) {
		assert_stands(c, line, 0, GLYPH_UPRIGHT);
		assert_stands(c, line, right, GLYPH_UPRIGHT);
	}
}

/* A place, a look, or lines that wrap or not; and between them what is seen. */
static void assert_sent(const struct canvas *c, enum theme_depth depth)
{
	g_autoptr(GString) sent = g_string_new(NULL);
	g_autoptr(GRegex)
		ours = g_regex_new("\033\\[(?:[0-9]+;[0-9]+H|[0-9;]+m|\\?7[lh])", 0, 0, NULL);
	g_autofree char *rest = NULL;

	draw_canvas(sent, c, NULL, depth);
	g_assert_true(g_utf8_validate(sent->str, (gssize)sent->len, NULL));
	rest = g_regex_replace_literal(ours, sent->str, (gssize)sent->len, 0, "", 0, NULL);
	for (const char *at = rest; *at; at = g_utf8_next_char(at))
		g_assert_true(canvas_character_cells(g_utf8_get_char(at)) == 0 ||
			      is_visible(g_utf8_get_char(at)));
}

/* At each size; the plain ones last, since a stream that was drawn plain stays so. */
static void assert_right(struct screen_fixture *f, const char *what)
{
	static const struct {
		int lines, columns;
		gboolean plain;
		enum theme_depth depth;
	} sizes[] = {
		{ 20, 60, FALSE, THEME_MONO },    { 24, 80, FALSE, THEME_16 },
		{ 60, 200, FALSE, THEME_DIRECT }, { 24, 80, TRUE, THEME_MONO },
		{ 40, 120, TRUE, THEME_256 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
		f->canvas.plain = sizes[i].plain;
		screen_fixture_resize(f, sizes[i].lines, sizes[i].columns);
		g_test_message("%s at %dx%d%s", what, sizes[i].columns, sizes[i].lines,
			       sizes[i].plain ? ", plain" : "");
		assert_cells(&f->canvas);
		assert_borders(&f->canvas);
		assert_sent(&f->canvas, sizes[i].depth);
	}
	f->canvas.plain = FALSE;
	screen_fixture_resize(f, 24, 80);
}

/* --- a case full of it ------------------------------------------------------------------------------ */

/* As a string of JSON.  What is no UTF-8 stands there as it is. */
static char *quoted(const char *text)
{
	GString *out = g_string_new("\"");

	for (; *text; text++) {
		guchar c = (guchar)*text;

		if (c < 0x20 || c == 0x7f || c == '"' || c == '\\')
			g_string_append_printf(out, "\\u%04x", c);
		else
			g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
	return g_string_free(out, FALSE);
}

/* T stands for the text, and @ for its number. */
static const char pod_form[] =
	"{\"metadata\": {\"namespace\": T, \"name\": T, \"uid\": \"u-@\","
	" \"resourceVersion\": \"7\", \"creationTimestamp\": \"2026-11-24T08:03:20Z\","
	" \"labels\": {T: T}, \"annotations\": {T: T}, \"ownerReferences\": [{\"kind\": T,"
	"  \"name\": T, \"uid\": \"o-@\", \"controller\": true}]},"
	" \"spec\": {\"nodeName\": T, \"serviceAccountName\": T, \"containers\": [{\"name\": T,"
	"  \"image\": T, \"command\": [T, T], \"env\": [{\"name\": T, \"value\": T}]}],"
	"  \"volumes\": [{\"name\": T, \"hostPath\": {\"path\": T}}]},"
	" \"status\": {\"phase\": T, \"reason\": T, \"message\": T, \"podIP\": T,"
	"  \"containerStatuses\": [{\"name\": T, \"ready\": true, \"restartCount\": 0,"
	"   \"image\": T, \"containerID\": T, \"state\": {\"waiting\": {\"reason\": T,"
	"   \"message\": T}}}]}}";
static const char event_form[] =
	"{\"metadata\": {\"namespace\": T, \"name\": \"e-@\", \"uid\": \"e-@\","
	" \"resourceVersion\": \"5\", \"creationTimestamp\": \"2026-11-24T08:11:20Z\"},"
	" \"type\": T, \"reason\": T, \"count\": 2, \"lastTimestamp\": \"2026-11-24T08:11:20Z\","
	" \"source\": {\"component\": T}, \"involvedObject\": {\"kind\": \"Pod\","
	"  \"apiVersion\": \"v1\", \"namespace\": T, \"name\": T}, \"message\": T}";

static char *filled(const char *form, const char *text, guint number)
{
	g_autofree char *string = quoted(text);
	GString *out = g_string_new(NULL);

	for (; *form; form++)
		if (*form == 'T' && !g_ascii_isalnum(form[-1]) && !g_ascii_isalnum(form[1]))
			g_string_append(out, string);
		else if (*form == '@')
			g_string_append_printf(out, "%u", number);
		else
			g_string_append_c(out, *form);
	return g_string_free(out, FALSE);
}

static char *list_of(const char *kind, const char *form, GPtrArray *texts)
{
	GString *out = g_string_new(NULL);

	g_string_printf(out, "{\"kind\": \"%s\", \"apiVersion\": \"v1\", \"items\": [", kind);
	for (guint i = 0; i < texts->len; i++) {
		g_autofree char *item = filled(form, texts->pdata[i], i);

		g_string_append_printf(out, "%s%s", i ? ", " : "", item);
	}
	g_string_append(out, "]}");
	return g_string_free(out, FALSE);
}

/* Each specimen of a bundle in a line of its own, and all in one. */
static void record_log(struct recorder *r, const char *text, guint number)
{
	g_autofree char *uid = g_strdup_printf("u-%u", number);
	g_autoptr(GPtrArray) all = specimens_each(TRUE);
	g_autofree char *whole = g_strdelimit(g_strdup(text), "\n", ' ');
	GString *log = g_string_new(NULL);

	for (guint i = number * SPECIMENS_BUNDLE;
	     i < MIN((number + 1) * SPECIMENS_BUNDLE, all->len); i++)
		g_string_append_printf(log, "2026-11-24T08:09:%02u.000000000Z %u<%s>\n",
				       i % SPECIMENS_BUNDLE, i, (char *)all->pdata[i]);
	g_string_append_printf(log, "2026-11-24T08:10:00.000000000Z %s\n", whole);
	pods_log(r, &(struct fixture_log){ text, text, uid, text, "c1" }, log->str);
	g_string_free(log, TRUE);
}

static void record_all(struct screen_fixture *f, GPtrArray *texts)
{
	g_autofree char *pods = list_of("PodList", pod_form, texts);
	g_autofree char *events = list_of("EventList", event_form, texts);
	struct recorder *r;

	screen_fixture_init(f, "hostile");
	r = pods_record(f->path);
	pods_list_text(r, pods);
	pods_list_kind(r, &(struct fixture_kind){ "events", "Event" }, events, "complete", NULL);
	for (guint i = 0; i < texts->len; i++) {
		record_log(r, texts->pdata[i], i);
		pods_gap(r, texts->pdata[i], texts->pdata[i], texts->pdata[i]);
	}
	g_assert_true(recorder_stop(r, NULL));
}

/* --- every pane ------------------------------------------------------------------------------------- */

/* From a row of pods: what is pressed, what is seen then, and how many steps lead back. */
static const struct {
	const char *name, *keys, *shown;
	int steps;
} panes[] = {
	{ "pods", "", "Pods, all namespaces", 0 },
	{ "yaml", "y", "› YAML", 1 },
	{ "yaml, wrapped", "yw", "› YAML", 1 },
	{ "describe", "d", "› Describe", 1 },
	{ "events", "y\t", "› Events", 1 },
	{ "events of all", ":events\r", "Events", 1 },
	{ "logs", "lg", "08:09:0", 1 },
	{ "logs, cut", "lgw", "08:09:0", 1 },
	{ "line", "l\r", "as it was received", 2 },
	{ "evidence", "o", "› Evidence", 1 },
	{ "bytes", "o\r", "sha256", 2 },
	{ "versions", "D", "› Versions", 1 },
	{ "diff", "D\r", "› ", 2 },
	{ "gaps", ":gaps\r", "Gaps", 1 },
	{ "gap", ":gaps\r\r", "Gap", 2 },
	{ "ledger", "L", "Ledger", 1 },
	{ "entry", "L\r", "Entry", 2 },
	{ "jobs", ":jobs\r", "Jobs", 1 },
};

static void visit(struct screen_fixture *f, gsize i)
{
	screen_fixture_keys(f, panes[i].keys);
	screen_fixture_until(f, panes[i].shown);
	assert_right(f, panes[i].name);
	for (int step = 0; step < panes[i].steps; step++)
		screen_fixture_key(f, 'q');
	screen_fixture_until(f, "Pods, all namespaces");
}

static void no_pane_is_moved_by_what_it_shows(void)
{
	g_autoptr(GPtrArray) texts = specimens_bundles(TRUE);
	g_auto(screen_fixture) f = { 0 };

	record_all(&f, texts);
	screen_fixture_open(&f, FALSE, 24, 80);
	screen_fixture_until(&f, "u0-");
	for (guint row = 0; row < texts->len; row++) {
		for (gsize i = 0; i < G_N_ELEMENTS(panes); i++)
			visit(&f, i);
		screen_fixture_key(&f, 'j');
	}
}

/* The specimens of a bundle, on the screen with the log of its pod. */
static void assert_seen(struct screen_fixture *f, GPtrArray *all, guint bundle)
{
	g_autofree char *filter = g_strdup_printf("/\x15u%u-\rlg", bundle), *shown = NULL;
	guint end = MIN((bundle + 1) * SPECIMENS_BUNDLE, all->len);

	screen_fixture_keys(f, filter);
	screen_fixture_until(f, "08:09:00.000");
	shown = canvas_print(&f->canvas);
	for (guint i = bundle * SPECIMENS_BUNDLE; i < end; i++) {
		g_autofree char *line = g_strdup_printf("%u<%s>", i, (char *)all->pdata[i]);
		g_autofree char *safe = text_safe(line, -1);

		g_test_message("%s", safe);
		g_assert_true(strchr(line, '\n') || strstr(shown, safe));
	}
	screen_fixture_key(f, 'q');
}

/* Else the test above could pass on screens that show nothing of it. */
static void each_is_seen_in_a_log_by_name_or_as_it_is(void)
{
	g_autoptr(GPtrArray) texts = specimens_bundles(TRUE), all = specimens_each(TRUE);
	g_auto(screen_fixture) f = { 0 };

	record_all(&f, texts);
	screen_fixture_open(&f, FALSE, 60, 200);
	screen_fixture_until(&f, "u0-");
	for (guint bundle = 0; bundle < texts->len; bundle++)
		assert_seen(&f, all, bundle);
}

/* --- what stands round a pane ----------------------------------------------------------------------- */

/* A case refuses titles that are not safe, or long. */
static char *title_of(const char *text)
{
	g_autofree char *safe = text_safe(text, -1);

	return g_utf8_substring(safe, 0, MIN(g_utf8_strlen(safe, -1), 50));
}

static void record_person(struct screen_fixture *f, const char *text)
{
	g_autofree char *title = title_of(text);
	struct case_person person = { text, text, text, 1000, text, text };
	struct case_plan plan = { .title = title, .context = text };
	g_autoptr(GError) error = NULL;
	struct recorder *r;

	*f = (struct screen_fixture){ .folder = scratch_make() };
	screen_clock = SCREEN_CLOCK;
	f->path = scratch_path(f->folder, "c.kase");
	casefile_create(f->path, &plan, &person, &project_projector, &error);
	g_assert_no_error(error);
	r = recorder_start(f->path, &person, &project_projector, &error);
	g_assert_no_error(error);
	fixture_cluster = text;
	pods_list(r, fixture_shop, "", "complete", NULL);
	fixture_cluster = "prod-eu-1";
	g_assert_true(recorder_stop(r, NULL));
}

static void no_header_is_moved_by_title_cluster_or_person(void)
{
	static const char *const keys[] = { "", "o", "\x1bL", "\r", "\x1b\x1b\rd", ":gaps\r" };
	g_autoptr(GPtrArray) texts = specimens_bundles(FALSE);

	for (guint i = 0; i < texts->len; i++) {
		g_auto(screen_fixture) f = { 0 };

		record_person(&f, texts->pdata[i]);
		screen_fixture_open(&f, FALSE, 60, 200);
		screen_fixture_until(&f, "ledger-0");
		for (gsize k = 0; k < G_N_ELEMENTS(keys); k++) {
			screen_fixture_keys(&f, keys[k]);
			assert_right(&f, keys[k]);
		}
	}
}

static void home_is_not_moved_by_its_places(void)
{
	g_autoptr(GPtrArray) texts = specimens_bundles(TRUE);

	for (guint i = 0; i < texts->len; i++) {
		const char *text = texts->pdata[i];
		const struct console_place place[] = {
			{ CONSOLE_CASE, text, text, text, text, SCREEN_CLOCK, FALSE },
			{ CONSOLE_CONTEXT, text, text, text, text, STAMP_NONE, TRUE },
		};
		const struct console_places places = { place, G_N_ELEMENTS(place), text };
		struct screen_plan plan = { .places = &places };
		struct screen_fixture f = { 0 };

		f.screen = screen_new(&plan, NULL);
		canvas_init(&f.canvas, FALSE);
		assert_right(&f, text);
		screen_free(f.screen);
		canvas_clear(&f.canvas);
	}
}

static void nothing_moves_by_what_is_typed_or_pasted(void)
{
	static const char *const prompts[] = { "/", ":", "\rl/", "\x1b\x1b\ry/", "" };
	g_autoptr(GPtrArray) texts = specimens_bundles(FALSE);
	g_auto(screen_fixture) f = { 0 };

	record_person(&f, "typed");
	screen_fixture_open(&f, FALSE, 24, 80);
	screen_fixture_until(&f, "ledger-0");
	for (guint i = 0; i < texts->len; i++)
		for (gsize k = 0; k < G_N_ELEMENTS(prompts); k++) {
			const char *text = texts->pdata[i];

			screen_fixture_keys(&f, prompts[k]);
			for (const char *at = text; *prompts[k] && *at; at = g_utf8_next_char(at))
				if (!g_unichar_iscntrl(g_utf8_get_char(at)))
					screen_key(f.screen, g_utf8_get_char(at));
			assert_right(&f, prompts[k]);
			screen_pasted(f.screen, text, (gsize)g_utf8_strlen(text, -1));
			assert_right(&f, prompts[k]);
			screen_fixture_keys(&f, *prompts[k] ? "\r" : "\x1b");
			assert_right(&f, prompts[k]);
		}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (!setlocale(LC_ALL, "C.UTF-8"))
		return 77;
#define ADD(name) g_test_add_func("/hostile/" #name, name)
	ADD(no_pane_is_moved_by_what_it_shows);
	ADD(each_is_seen_in_a_log_by_name_or_as_it_is);
	ADD(no_header_is_moved_by_title_cluster_or_person);
	ADD(home_is_not_moved_by_its_places);
	ADD(nothing_moves_by_what_is_typed_or_pasted);
#undef ADD
	return g_test_run();
}
