/*
 * What is sent to a terminal, judged by one that takes nothing but what draw.h names.
 */
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "draw.h"

#define LINES_   4
#define COLUMNS_ 12

/* A terminal: cells as they stand there, and where it writes next. */
struct terminal {
	gunichar text[LINES_][COLUMNS_];
	int line, column;
	gboolean wraps;
};

static void assert_known(gboolean known, const char *at)
{
	g_autofree char *rest = g_strescape(at, NULL);

	if (!known)
		g_test_message("not understood: %s", rest);
	g_assert_true(known);
}

/* `at` is after ESC [.  Where it goes on. */
static const char *take_sequence(struct terminal *t, const char *at)
{
	gsize n = strspn(at, "?0123456789;");
	int line, column;

	if (at[n] == 'H') {
		g_assert_cmpint(sscanf(at, "%d;%dH", &line, &column), ==, 2);
		t->line = line - 1;
		t->column = column - 1;
	} else if (g_str_has_prefix(at, "?7l") || g_str_has_prefix(at, "?7h")) {
		t->wraps = at[2] == 'h';
	} else {
		assert_known(at[n] == 'm' && *at != '?', at);
	}
	return at + n + 1;
}

static void take_text(struct terminal *t, gunichar c)
{
	char text[8] = "";
	int cells;

	text[g_unichar_to_utf8(c, text)] = '\0';
	cells = text_cells(text);
	if (cells == 0)
		return;
	g_assert_false(t->wraps);
	g_assert_true(t->line >= 0 && t->line < LINES_);
	g_assert_true(t->column >= 0 && t->column + cells <= COLUMNS_);
	/* What stood on half of a wide one is gone. */
	if (t->text[t->line][t->column] == 0 && t->column > 0)
		t->text[t->line][t->column - 1] = ' ';
	if (t->column + cells < COLUMNS_ && t->text[t->line][t->column + cells] == 0)
		t->text[t->line][t->column + cells] = ' ';
	t->text[t->line][t->column] = c;
	if (cells == 2)
		t->text[t->line][t->column + 1] = 0;
	t->column += cells;
}

static void take(struct terminal *t, const char *sent)
{
	while (*sent) {
		gunichar c = g_utf8_get_char(sent);

		if (g_str_has_prefix(sent, "\033[")) {
			sent = take_sequence(t, sent + 2);
			continue;
		}
		assert_known(!g_unichar_iscntrl(c), sent);
		take_text(t, c);
		sent = g_utf8_next_char(sent);
	}
}

static void assert_shows(const struct terminal *t, const struct canvas *c)
{
	for (int line = 0; line < LINES_; line++)
		for (int column = 0; column < COLUMNS_; column++)
			g_assert_cmpuint(t->text[line][column], ==,
					 canvas_at(c, line, column)->text[0]);
}

static struct terminal blank_terminal(void)
{
	struct terminal t = { .wraps = TRUE };

	for (int line = 0; line < LINES_; line++)
		for (int column = 0; column < COLUMNS_; column++)
			t.text[line][column] = 'x';
	return t;
}

static void draw_at_random(struct canvas *c, GRand *random)
{
	static const char *const texts[] = {
		"payments",           "東京", "e\u0301t\u00e9", "─┐", "●○…",
		"\033]52;c;eA==\007", " ",    "🦀x",
	};
	int n = g_rand_int_range(random, 0, 6);

	canvas_begin(c, LINES_, COLUMNS_);
	for (int i = 0; i < n; i++)
		canvas_text(c, g_rand_int_range(random, 0, LINES_),
			    g_rand_int_range(random, 0, COLUMNS_), COLUMNS_,
			    (enum role)g_rand_int_range(random, 0, ROLES),
			    texts[g_rand_int_range(random, 0, G_N_ELEMENTS(texts))], CANVAS_CLIP);
}

static void a_screen_becomes_any_other(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(6);
	g_autoptr(GString) sent = g_string_new(NULL);
	g_autofree struct canvas_cell *before = NULL;
	struct terminal t = blank_terminal();
	struct canvas c;

	canvas_init(&c, FALSE);
	for (int i = 0; i < 2000; i++) {
		draw_at_random(&c, random);
		g_string_truncate(sent, 0);
		draw_canvas(sent, &c, before, (enum theme_depth)(i % THEME_DEPTHS));
		take(&t, sent->str);
		assert_shows(&t, &c);
		g_assert_true(sent->len == 0 || t.wraps);
		g_free(before);
		before = g_memdup2(c.cells, sizeof *c.cells * LINES_ * COLUMNS_);
	}
	canvas_clear(&c);
}

static void what_is_as_it_was_is_not_sent(void)
{
	g_autoptr(GString) sent = g_string_new(NULL);
	g_autofree struct canvas_cell *before = NULL;
	struct canvas c;

	canvas_init(&c, FALSE);
	canvas_begin(&c, LINES_, COLUMNS_);
	canvas_text(&c, 0, 0, COLUMNS_, ROLE_TEXT, "payments", CANVAS_CLIP);
	before = g_memdup2(c.cells, sizeof *c.cells * LINES_ * COLUMNS_);
	draw_canvas(sent, &c, before, THEME_MONO);
	g_assert_cmpstr(sent->str, ==, "");
	canvas_text(&c, 0, 3, 1, ROLE_TEXT, "M", CANVAS_CLIP);
	draw_canvas(sent, &c, before, THEME_MONO);
	g_assert_cmpstr(sent->str, ==, "\033[?7l\033[1;4H\033[0mM\033[0m\033[?7h");
	canvas_clear(&c);
}

/* Terminals disagree on how wide many characters are: the next one has its place named. */
static void a_doubtful_width_moves_nothing_after_it(void)
{
	static const char *const doubtful[] = { "●", "東", "e\u0301", "é", "🦀" };

	for (gsize i = 0; i < G_N_ELEMENTS(doubtful); i++) {
		g_autoptr(GString) sent = g_string_new(NULL);
		g_autofree char *text = g_strconcat(doubtful[i], "Z", NULL);
		g_autofree char *place = NULL;
		struct canvas c;

		canvas_init(&c, FALSE);
		canvas_begin(&c, 1, 3);
		canvas_text(&c, 0, 0, 3, ROLE_TEXT, text, CANVAS_CLIP);
		draw_canvas(sent, &c, NULL, THEME_MONO);
		place = g_strdup_printf("\033[1;%dHZ", text_cells(doubtful[i]) + 1);
		g_assert_nonnull(strstr(sent->str, place));
		canvas_clear(&c);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (!setlocale(LC_ALL, "C.UTF-8"))
		return 77;
#define ADD(name) g_test_add_func("/draw/" #name, name)
	ADD(a_screen_becomes_any_other);
	ADD(what_is_as_it_was_is_not_sent);
	ADD(a_doubtful_width_moves_nothing_after_it);
#undef ADD
	return g_test_run();
}
