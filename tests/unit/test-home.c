/* The console without a case. */
#include <kase/stamp.h>

#include <string.h>

#include "kept-screens.h"
#include "screen-fixture.h"

#define AGO(seconds) (SCREEN_CLOCK - (gint64)(seconds)*STAMP_SECOND)

static const struct console_place some[] = {
	{ CONSOLE_CASE, "INC-2026-041", "miner in checkout", "prod-eu-1", "41 MB in /srv/cases",
	  AGO(420), FALSE },
	{ CONSOLE_CASE, "INC-2026-038-a-name-that-is-longer-than-its-place-on-any-screen-0412",
	  "leaked \033]0;CI\007 token", "prod-us-2", "310 MB in /srv/cases", AGO(86400 * 12),
	  FALSE },
	{ CONSOLE_CASE, "broken", NULL, NULL, "this is no case", AGO(86400 * 40), TRUE },
	{ CONSOLE_CONTEXT, "prod-eu-1", "https://10.2.0.1:6443", "as ana", "current context",
	  STAMP_NONE, FALSE },
	{ CONSOLE_CONTEXT, "prod-us-2", "https://172.20.0.1", "as ana",
	  "credential plugin not found: aws-iam-authenticator", STAMP_NONE, TRUE },
	{ CONSOLE_BEGIN, "a drill", NULL, NULL, "practise on a simulated cluster", STAMP_NONE,
	  FALSE },
};
static const struct console_places all = { some, G_N_ELEMENTS(some), NULL };
static const struct console_places contexts = { some + 3, 2, "shop.kase: there is no such case" };
static const struct console_places none = { NULL, 0, NULL };

static void open_at(struct screen_fixture *f, const struct console_places *places, gboolean plain,
		    int lines, int columns, const char *keys)
{
	g_autoptr(GError) error = NULL;
	struct screen_plan plan = { .places = places };

	screen_clock = SCREEN_CLOCK;
	f->screen = screen_new(&plan, &error);
	g_assert_no_error(error);
	canvas_init(&f->canvas, plain);
	screen_fixture_resize(f, lines, columns);
	screen_fixture_keys(f, keys);
}

static void close_it(struct screen_fixture *f)
{
	screen_free(f->screen);
	canvas_clear(&f->canvas);
}

static void screens_are_as_written_down(void)
{
	for (gsize size = 0; size < KEPT_SIZES; size++) {
		struct screen_fixture f = { 0 };
		g_autofree char *text = NULL;

		open_at(&f, &all, kept_sizes[size].plain, kept_sizes[size].lines,
			kept_sizes[size].columns, "");
		text = screen_fixture_text(&f);
		kept_compare("home", &kept_sizes[size], text);
		close_it(&f);
	}
}

static void what_is_under_the_cursor_is_chosen(void)
{
	static const struct {
		const struct console_places *places;
		const char *keys;
		int chosen;
	} rows[] = {
		{ &all, "\r", 0 },
		{ &all, "j\r", 1 },
		{ &all, "jjj\r", 3 }, /* over the title of the next group */
		{ &all, "jjjk\r", 2 },
		{ &all, "G\r", 5 },
		{ &all, "Gg\r", 0 },
		{ &all, "kk\r", 0 },
		{ &all, "jjjjjjjj\r", 5 },
		{ &all, "\x04\r", 5 },
		{ &all, "\x04\x15\r", 0 },
		{ &all, "/us-2\rj\r", 4 },
		{ &all, "/drill\r\r", 5 },
		{ &all, "/PROD us\r\r", 1 },
		{ &all, "jj/in checkout\r\r", 0 },
		{ &all, "Gk/prod\r\r", 4 }, /* it stays where it was */
		{ &all, "/prod\r\x1b\r", 0 },
		{ &all, "T?q\r", 0 },
		{ &contexts, "j\r", 1 },
		{ &all, "q", -1 },
		{ &all, "Qy", -1 },
		{ &all, "?qq", -1 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct screen_fixture f = { 0 };

		open_at(&f, rows[i].places, FALSE, 24, 80, rows[i].keys);
		g_test_message("%s", rows[i].keys);
		g_assert_true(screen_ended(f.screen));
		g_assert_cmpint(screen_chosen(f.screen), ==, rows[i].chosen);
		close_it(&f);
	}
}

static void what_needs_a_case_says_so(void)
{
	static const struct {
		const struct console_places *places;
		const char *keys, *said;
	} rows[] = {
		{ &all, ":pods\r", "no case is open yet: Enter opens one" },
		{ &all, ":describe pod/a/b\r", "no case is open yet" },
		{ &all, ":po\t\r", "no case is open yet" },
		{ &all, "L", "L works in a case" },
		{ &all, "?L", "no case is open yet" },
		{ &all, "y", "y works on an object" },
		{ &all, ">", "> works in a table" },
		{ &all, "z", "z: needs a cluster" },
		{ &all, "\x1b", "this is the first pane: q leaves" },
		{ &all, "/nowhere\r", "nothing matches; Esc drops the filter" },
		{ &all, "/nowhere\r\r", "no row is there to open" },
		{ &none, "", "no case was opened here yet" },
		{ &none, "\r", "no row is there to open" },
		{ &none, "jG\x04", "no case was opened here yet" },
		{ &contexts, "", "shop.kase: there is no such case" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct screen_fixture f = { 0 };

		open_at(&f, rows[i].places, FALSE, 24, 120, rows[i].keys);
		screen_fixture_resize(&f, 24, 120);
		g_test_message("%s", rows[i].keys);
		g_assert_true(screen_fixture_shows(&f, rows[i].said));
		g_assert_false(screen_ended(f.screen));
		close_it(&f);
	}
}

static void the_cursor_is_seen_on_a_screen_of_any_height(void)
{
	for (int lines = 20; lines < 30; lines++) {
		struct console_place many[40];
		struct console_places places = { many, G_N_ELEMENTS(many), NULL };
		struct screen_fixture f = { 0 };

		for (gsize i = 0; i < G_N_ELEMENTS(many); i++)
			many[i] = some[i < 20 ? 0 : 3];
		open_at(&f, &places, FALSE, lines, 80, "");
		for (int n = 0; n < 50; n++) {
			g_assert_true(screen_fixture_shows(&f, "▸"));
			screen_fixture_key(&f, n < 25 ? 'j' : 'k');
		}
		screen_fixture_keys(&f, "g");
		g_assert_true(screen_fixture_shows(&f, "Cases"));
		close_it(&f);
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/home/" #name, name }
		TEST(screens_are_as_written_down),
		TEST(what_is_under_the_cursor_is_chosen),
		TEST(what_needs_a_case_says_so),
		TEST(the_cursor_is_seen_on_a_screen_of_any_height),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
