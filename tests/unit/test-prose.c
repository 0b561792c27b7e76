#include "prose.h"

#include <kase/text.h>

#include <string.h>

static struct prose *prose_of(const char *text)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(texts, g_strdup(text));
	return prose_new(texts);
}

/* The rows of a line, with | between. */
static char *wrapped(struct prose *l, int cells)
{
	GString *out = g_string_new(NULL);
	int rows = prose_rows(l, 0, cells);

	for (int row = 0; row < rows; row++) {
		const char *begin = prose_row(l, 0, row, cells);

		g_string_append(out, row ? "|" : "");
		g_string_append_len(out, begin, prose_fit(begin, cells) - begin);
	}
	return g_string_free(out, FALSE);
}

static void a_line_is_wrapped_without_a_loss(void)
{
	static const struct {
		const char *text;
		int cells;
		const char *wrapped;
	} rows[] = {
		{ "", 4, "" },
		{ "abcd", 4, "abcd" },
		{ "abcde", 4, "abcd|e" },
		{ "abcdefgh", 4, "abcd|efgh" },
		{ "東京東京", 4, "東京|東京" },
		{ "a東京b", 4, "a東|京b" },
		{ "ab東c", 3, "ab|東c" },
		{ "e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301|e\u0301" },
		{ "東a", 1, "東|a" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct prose *l = prose_of(rows[i].text);
		g_autofree char *got = wrapped(l, rows[i].cells);

		g_assert_cmpstr(got, ==, rows[i].wrapped);
		prose_free(l);
	}
}

static void a_row_is_found_by_a_place_in_it(void)
{
	static const char text[] = "ab東cde東f";
	struct prose *l = prose_of(text);

	for (int cells = 1; cells < 12; cells++)
		for (const char *at = prose_text(l, 0); *at; at = g_utf8_next_char(at)) {
			int row = prose_row_of(l, 0, at, cells);
			const char *begin = prose_row(l, 0, row, cells);

			g_assert_true(begin <= at && at < prose_fit(begin, cells));
			g_assert_cmpint(row, <, prose_rows(l, 0, cells));
		}
	prose_free(l);
}

static void what_is_measured_is_measured_anew_at_another_width(void)
{
	struct prose *l = prose_of("abcdefgh");

	g_assert_cmpint(prose_rows(l, 0, 4), ==, 2);
	g_assert_cmpint(prose_rows(l, 0, 3), ==, 3);
	g_assert_cmpint(prose_rows(l, 0, 4), ==, 2);
	g_assert_cmpint(prose_cells(l, 0), ==, 8);
	prose_free(l);
}

static void what_is_skipped_leaves_no_half(void)
{
	static const struct {
		const char *text;
		int skip;
		const char *rest;
		int over;
	} rows[] = {
		{ "abc", 0, "abc", 0 },    { "abc", 2, "c", 0 },
		{ "abc", 9, "", 0 },       { "東京", 1, "京", 1 },
		{ "東京", 2, "京", 0 },    { "東京", 3, "", 1 },
		{ "e\u0301x", 1, "x", 0 }, { "e\u0301x", 0, "e\u0301x", 0 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		int over;

		g_assert_cmpstr(prose_skip(rows[i].text, rows[i].skip, &over), ==, rows[i].rest);
		g_assert_cmpint(over, ==, rows[i].over);
	}
}

/* Control characters are two cells there, and one where there is Unicode. */
static void plain_lines_are_as_wide_as_they_are_seen(void)
{
	struct prose *l = prose_of("a␛b東");

	g_assert_cmpint(prose_cells(l, 0), ==, 5);
	prose_make_plain(l);
	g_assert_cmpstr(prose_text(l, 0), ==, "a^[b?");
	g_assert_cmpint(prose_cells(l, 0), ==, 5);
	prose_make_plain(l);
	g_assert_cmpstr(prose_text(l, 0), ==, "a^[b?");
	g_assert_cmpint(prose_rows(l, 0, 2), ==, 3);
	prose_free(l);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/prose/" #name, name)
	ADD(a_line_is_wrapped_without_a_loss);
	ADD(a_row_is_found_by_a_place_in_it);
	ADD(what_is_measured_is_measured_anew_at_another_width);
	ADD(what_is_skipped_leaves_no_half);
	ADD(plain_lines_are_as_wide_as_they_are_seen);
#undef ADD
	return g_test_run();
}
