#include "layout.h"

#include <string.h>

#include "pods-fixture.h"
#include "screen-fixture.h"

static gboolean lies_within(const struct rect *r, int lines, int columns)
{
	return r->line >= 0 && r->column >= 0 && r->lines > 0 && r->columns > 0 &&
	       r->line + r->lines <= lines && r->column + r->columns <= columns;
}

static void parts_lie_within_the_screen_and_on_lines_of_their_own(void)
{
	for (int lines = 1; lines <= 70; lines++)
		for (int columns = 1; columns <= 220; columns++) {
			struct layout l;
			const struct rect *const parts[] = { &l.header, &l.title, &l.pane, &l.state,
							     &l.footer };
			int next = 0;

			layout_of(&l, lines, columns, 1 + columns % LAYOUT_STATE_LINES);
			g_assert_cmpint(l.too_small, ==, lines < 20 || columns < 60);
			for (gsize i = 0; !l.too_small && i < G_N_ELEMENTS(parts); i++) {
				g_assert_true(lies_within(parts[i], lines, columns));
				g_assert_cmpint(parts[i]->line, ==, next);
				next += parts[i]->lines;
			}
			g_assert_cmpint(l.too_small ? lines : next, ==, lines);
		}
}

static void a_screen_that_is_too_small_says_what_it_needs(void)
{
	static const struct {
		int lines, columns;
		const char *text;
	} rows[] = {
		{ 10, 70, "kase needs 60x20, this is 70x10; nothing is lost, make it larger" },
		{ 19, 80, "this is 80x19" },
		{ 20, 59, "kase needs 60x20, this is 59x20" },
		{ 10, 40, "kase needs 60x20, this is 40x10; nothing" },
		{ 3, 12, "kase needs 6" },
		{ 1, 1, "k" },
	};
	g_auto(screen_fixture) f = { 0 };

	screen_fixture_init(&f, "c");
	screen_fixture_open(&f, FALSE, 20, 60);
	screen_fixture_until(&f, "Pods, all namespaces");
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		screen_fixture_resize(&f, rows[i].lines, rows[i].columns);
		g_test_message("%s", rows[i].text);
		g_assert_true(screen_fixture_shows(&f, rows[i].text));
		g_assert_false(screen_fixture_shows(&f, "Pods, all namespaces"));
	}
	screen_fixture_resize(&f, 20, 60);
	g_assert_true(screen_fixture_shows(&f, "Pods, all namespaces"));
}

/* --- columns of a table -------------------------------------------------------------------------- */

static void shop_open(struct screen_fixture *f, gboolean plain, int lines, int columns)
{
	struct recorder *r;

	screen_fixture_init(f, "INC-2026-041 miner in checkout");
	r = pods_record(f->path);
	pods_list(r, fixture_shop, "", "complete", NULL);
	g_assert_true(recorder_stop(r, NULL));
	screen_fixture_open(f, plain, lines, columns);
	screen_fixture_until(f, "ledger-0");
}

/* The words of the line of titles. */
static char **titles_of(struct screen_fixture *f)
{
	g_autofree char *text = screen_fixture_text(f);
	g_auto(GStrv) lines = g_strsplit(text, "\n", 4);

	return g_strsplit(lines[2], " ", -1);
}

/* How many there are; each is one of the view's, whole, and one bears the arrow. */
static guint count_titles(char **titles)
{
	static const char *const known[] = { "NAMESPACE", "NAME", "READY", "STATUS", "↻", "RS",
					     "IMAGE",     "SA",   "NODE",  "AGE",    NULL };
	guint n = 0;

	for (char **title = titles; *title; title++) {
		g_autofree char *bare = NULL;

		if (!**title || g_str_equal(*title, "│") || g_str_equal(*title, "|"))
			continue;
		bare = g_str_has_suffix(*title, "↑")   ? g_strndup(*title, strlen(*title) - 3)
		       : g_str_has_suffix(*title, "^") ? g_strndup(*title, strlen(*title) - 1)
						       : g_strdup(*title);
		g_test_message("%s", *title);
		g_assert_true(g_strv_contains(known, bare));
		n++;
	}
	return n;
}

static void at_every_width_titles_are_whole_and_what_matters_stays(void)
{
	static const char *const stay[] = { "NAME", "STATUS", "AGE" };
	g_auto(screen_fixture) f = { 0 };
	guint before = 0;

	shop_open(&f, FALSE, 24, 60);
	for (int columns = 60; columns <= 200; columns++) {
		g_auto(GStrv) titles = NULL;
		guint n;

		screen_fixture_resize(&f, 24, columns);
		titles = titles_of(&f);
		n = count_titles(titles);
		g_assert_cmpuint(n, >=, before);
		for (gsize i = 0; i < G_N_ELEMENTS(stay); i++)
			g_assert_true(g_strv_contains((const char *const *)titles, stay[i]));
		before = n;
	}
	g_assert_cmpuint(before, ==, 9);
}

static void whatever_it_is_sorted_by_titles_are_whole(void)
{
	for (int plain = 0; plain < 2; plain++) {
		g_auto(screen_fixture) f = { 0 };

		shop_open(&f, plain, 24, 60);
		for (int sorted = 0; sorted < 9; sorted++) {
			for (int columns = 60; columns <= 120; columns++) {
				g_auto(GStrv) titles = NULL;

				screen_fixture_resize(&f, 24, columns);
				titles = titles_of(&f);
				g_assert_cmpuint(count_titles(titles), >=, 4);
			}
			screen_key(f.screen, '>');
		}
	}
}

/* A column begins at the same cell in every line: what is to the left of it is never too long. */
static void at_every_width_names_begin_below_their_title(void)
{
	g_auto(screen_fixture) f = { 0 };

	shop_open(&f, FALSE, 40, 60);
	for (int columns = 60; columns <= 200; columns++) {
		g_auto(GStrv) lines = NULL;
		g_autofree char *text = NULL;
		glong at;

		screen_fixture_resize(&f, 40, columns);
		text = screen_fixture_text(&f);
		lines = g_strsplit(text, "\n", -1);
		at = g_utf8_strlen(lines[2], strstr(lines[2], " NAME ") + 1 - lines[2]);
		for (int i = 3; i < 9; i++) {
			const char *cell = g_utf8_offset_to_pointer(lines[i], at);

			g_assert_cmpint(cell[-1], ==, ' ');
			g_assert_true(g_ascii_islower(*cell));
		}
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/layout/" #name, name }
		TEST(parts_lie_within_the_screen_and_on_lines_of_their_own),
		TEST(a_screen_that_is_too_small_says_what_it_needs),
		TEST(at_every_width_titles_are_whole_and_what_matters_stays),
		TEST(whatever_it_is_sorted_by_titles_are_whole),
		TEST(at_every_width_names_begin_below_their_title),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
