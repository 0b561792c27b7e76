#include "canvas.h"

#include <string.h>

#define COLUMNS 10

struct piece {
	int column, cells;
	enum canvas_cut cut;
	const char *text;
};

static const struct {
	const char *what;
	struct piece pieces[3];
	const char *line, *plain;
} rows[] = {
	{ "text", { { 0, 10, CANVAS_CLIP, "pods" } }, "pods", "pods" },
	{ "past its cells", { { 0, 4, CANVAS_CLIP, "payments" } }, "paym", "paym" },
	{ "past the canvas", { { 8, 10, CANVAS_CLIP, "payments" } }, "        pa", "        pa" },
	{ "cut at its end", { { 0, 5, CANVAS_CUT_END, "payments" } }, "paym…", "pay.." },
	{ "cut in its middle", { { 0, 6, CANVAS_CUT_MIDDLE, "checkout-x2" } }, "che…x2", "ch..x2" },
	{ "to the right", { { 0, 10, CANVAS_RIGHT, "12" } }, "        12", "        12" },
	{ "right and too long", { { 0, 3, CANVAS_RIGHT, "12345" } }, "12…", "1.." },
	{ "no room", { { 0, 0, CANVAS_CUT_END, "x" } }, "", "" },
	{ "wide", { { 0, 10, CANVAS_CLIP, "東京x" } }, "東京x", "??x" },
	{ "half a wide one does not fit", { { 0, 3, CANVAS_CLIP, "東京" } }, "東", "??" },
	{ "nor at the edge", { { 9, 2, CANVAS_CLIP, "東" } }, "", "         ?" },
	{ "over a left half",
	  { { 0, 4, CANVAS_CLIP, "東京" }, { 0, 1, CANVAS_CLIP, "x" } },
	  "x 京",
	  "x?" },
	{ "over a right half",
	  { { 0, 4, CANVAS_CLIP, "東京" }, { 1, 1, CANVAS_CLIP, "x" } },
	  " x京",
	  "?x" },
	{ "wide over two halves",
	  { { 0, 4, CANVAS_CLIP, "東京" }, { 1, 2, CANVAS_CLIP, "宽" } },
	  " 宽",
	  "??" },
	{ "marks sit on their letter", { { 0, 9, CANVAS_CLIP, "e\u0301x" } }, "e\u0301x", "ex" },
	{ "escape", { { 0, 9, CANVAS_CLIP, "\033[2J" } }, "␛[2J", "^[[2J" },
	{ "C1",
	  { { 0, 9, CANVAS_CLIP,
	      "\xc2\x9b"
	      "1" } },
	  "⟨U+009B⟩1",
	  "?U+009B?1" },
	{ "direction", { { 0, 9, CANVAS_CLIP, "\u202etxt" } }, "⟨RLO⟩txt", "?RLO?txt" },
	{ "newline", { { 0, 9, CANVAS_CLIP, "a\nb" } }, "a␊b", "a^Jb" },
	{ "bytes", { { 0, 9, CANVAS_CLIP, "a\xff" } }, "a\ufffd", "a?" },
};

static char *drawn(gsize i, gboolean plain)
{
	struct canvas c;
	char *text;

	canvas_init(&c, plain);
	canvas_begin(&c, 1, COLUMNS);
	for (const struct piece *p = rows[i].pieces; p->text; p++)
		canvas_text(&c, 0, p->column, p->cells, ROLE_TEXT, p->text, p->cut);
	text = canvas_print(&c);
	canvas_clear(&c);
	text[strlen(text) - 1] = '\0';
	return text;
}

static void each_text_is_drawn_as_it_should_be(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *line = drawn(i, FALSE), *plain = drawn(i, TRUE);

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(line, ==, rows[i].line);
		g_assert_cmpstr(plain, ==, rows[i].plain);
	}
}

static void a_wide_character_that_is_cut_on_the_left_leaves_a_space(void)
{
	static const char *const lines[] = { "東京x\n", " 京x\n", "京x\n", " x\n", "x\n", "\n" };

	for (gsize skip = 0; skip < G_N_ELEMENTS(lines); skip++) {
		g_autofree char *text = NULL;
		struct canvas c;

		canvas_init(&c, FALSE);
		canvas_begin(&c, 1, COLUMNS);
		canvas_text_from(&c, 0, 0, COLUMNS, ROLE_TEXT, "東京x", (int)skip);
		text = canvas_print(&c);
		g_assert_cmpstr(text, ==, lines[skip]);
		canvas_clear(&c);
	}
}

static void what_lies_outside_is_not_drawn(void)
{
	static const struct {
		int line, column;
	} places[] = { { -1, 0 }, { 2, 0 }, { 0, COLUMNS }, { 0, COLUMNS + 5 }, { 9, 99 } };
	g_autofree char *text = NULL;
	struct canvas c;

	canvas_init(&c, FALSE);
	canvas_begin(&c, 2, COLUMNS);
	for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
		canvas_text(&c, places[i].line, places[i].column, 5, ROLE_TEXT, "東x",
			    CANVAS_CUT_END);
		canvas_glyph(&c, places[i].line, places[i].column, ROLE_TEXT, GLYPH_MORE);
		canvas_repeat(&c, places[i].line, places[i].column, 5, ROLE_TEXT, GLYPH_ACROSS);
		canvas_paint(&c, places[i].line, places[i].column, 5, ROLE_CURSOR);
		g_assert_null(canvas_at(&c, places[i].line, places[i].column));
	}
	text = canvas_print(&c);
	g_assert_cmpstr(text, ==, "\n\n");
	canvas_clear(&c);
}

static void paint_changes_roles_and_no_text(void)
{
	g_autofree char *text = NULL;
	struct canvas c;

	canvas_init(&c, FALSE);
	canvas_begin(&c, 1, COLUMNS);
	canvas_text(&c, 0, 0, COLUMNS, ROLE_GONE, "0123456789", CANVAS_CLIP);
	canvas_paint(&c, 0, 2, 3, ROLE_CURSOR);
	for (int i = 0; i < COLUMNS; i++)
		g_assert_cmpint(canvas_at(&c, 0, i)->role, ==,
				i >= 2 && i < 5 ? ROLE_CURSOR : ROLE_GONE);
	text = canvas_print(&c);
	g_assert_cmpstr(text, ==, "0123456789\n");
	canvas_clear(&c);
}

static void begin_leaves_nothing_of_what_was_drawn(void)
{
	g_autofree char *text = NULL;
	struct canvas c;

	canvas_init(&c, FALSE);
	canvas_begin(&c, 2, 4);
	canvas_text(&c, 1, 0, 4, ROLE_DANGER, "東京", CANVAS_CLIP);
	canvas_begin(&c, 2, 4);
	for (int i = 0; i < 4; i++) {
		g_assert_cmpint(canvas_at(&c, 1, i)->role, ==, ROLE_TEXT);
		g_assert_cmpint(canvas_at(&c, 1, i)->cells, ==, 1);
	}
	text = canvas_print(&c);
	g_assert_cmpstr(text, ==, "\n\n");
	canvas_clear(&c);
}

static void each_sign_takes_one_cell_and_has_a_plain_form(void)
{
	for (int glyph = 0; glyph < GLYPHS; glyph++) {
		g_test_message("%s", glyph_text(glyph, FALSE));
		g_assert_cmpint(text_cells(glyph_text(glyph, FALSE)), ==, 1);
		g_assert_true(g_str_is_ascii(glyph_text(glyph, TRUE)));
		g_assert_cmpuint(strlen(glyph_text(glyph, TRUE)), <=, 2);
		g_assert_cmpuint(strlen(glyph_text(glyph, TRUE)), >=, 1);
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/canvas/" #name, name }
		TEST(each_text_is_drawn_as_it_should_be),
		TEST(a_wide_character_that_is_cut_on_the_left_leaves_a_space),
		TEST(what_lies_outside_is_not_drawn),
		TEST(paint_changes_roles_and_no_text),
		TEST(begin_leaves_nothing_of_what_was_drawn),
		TEST(each_sign_takes_one_cell_and_has_a_plain_form),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
