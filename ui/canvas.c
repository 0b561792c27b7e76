#include "canvas.h"

#include <string.h>

void canvas_init(struct canvas *c, gboolean plain)
{
	*c = (struct canvas){ .plain = plain };
}

void canvas_clear(struct canvas *c)
{
	g_clear_pointer(&c->cells, g_free);
	c->lines = c->columns = 0;
}

static const struct canvas_cell blank = { .text = { ' ' }, .cells = 1, .role = ROLE_TEXT };

void canvas_begin(struct canvas *c, int lines, int columns)
{
	gsize n = (gsize)lines * (gsize)columns;

	if (c->lines != lines || c->columns != columns) {
		g_free(c->cells);
		c->cells = g_new0(struct canvas_cell, n);
		c->lines = lines;
		c->columns = columns;
	}
	for (gsize i = 0; i < n; i++)
		c->cells[i] = blank;
}

static struct canvas_cell *cell_at(const struct canvas *c, int line, int column)
{
	if (line < 0 || column < 0 || line >= c->lines || column >= c->columns)
		return NULL;
	return &c->cells[(gsize)line * (gsize)c->columns + (gsize)column];
}

const struct canvas_cell *canvas_at(const struct canvas *c, int line, int column)
{
	return cell_at(c, line, column);
}

/* The one place where what comes from outside becomes what may be seen. */
static char *visible(const struct canvas *c, const char *text)
{
	g_autofree char *safe = text_safe(text, -1);

	return c->plain ? glyph_plain(safe) : g_steal_pointer(&safe);
}

int canvas_cells(const struct canvas *c, const char *text)
{
	g_autofree char *safe = visible(c, text);

	return text_cells(safe);
}

int canvas_character_cells(gunichar character)
{
	char text[8];

	if (character < 0x80)
		return 1;
	text[g_unichar_to_utf8(character, text)] = '\0';
	return text_cells(text);
}

/* Half of a wide character that is drawn over is a space. */
static void put(struct canvas *c, int line, int column, gunichar character, int cells,
		enum role role)
{
	struct canvas_cell *cell = cell_at(c, line, column);
	struct canvas_cell *left = cell_at(c, line, column - 1);
	struct canvas_cell *right = cell_at(c, line, column + cells);

	if (!cell)
		return;
	if (cell->cells == 0 && left)
		*left = blank;
	if (right && right->cells == 0)
		*right = blank;
	memset(cell, 0, sizeof *cell);
	cell->text[0] = character;
	cell->cells = (guint8)cells;
	cell->role = (guint8)role;
	if (cells == 2 && cell_at(c, line, column + 1)) {
		memset(cell + 1, 0, sizeof *cell);
		cell[1].role = (guint8)role;
	}
}

static void put_mark(struct canvas *c, int line, int column, gunichar mark)
{
	struct canvas_cell *cell = cell_at(c, line, column);

	if (cell && cell->cells == 0)
		cell = cell_at(c, line, column - 1);
	for (gsize i = 1; cell && i < G_N_ELEMENTS(cell->text); i++)
		if (!cell->text[i]) {
			cell->text[i] = mark;
			return;
		}
}

/* Cells `skip` to `skip + cells` of visible text. */
static int put_text(struct canvas *c, int line, int column, int cells, enum role role,
		    const char *text, int skip)
{
	int at = -skip;

	for (; *text; text = g_utf8_next_char(text)) {
		gunichar character = g_utf8_get_char(text);
		int width = canvas_character_cells(character);

		if (width == 0) {
			if (at > 0)
				put_mark(c, line, column + at - 1, character);
			continue;
		}
		if (at + width > cells || column + at + width > c->columns)
			break;
		if (at >= 0)
			put(c, line, column + at, character, width, role);
		else if (at + width > 0)
			put(c, line, column, ' ', 1, role);
		at += width;
	}
	return MAX(at, 0);
}

int canvas_text_from(struct canvas *c, int line, int column, int cells, enum role role,
		     const char *text, int skip)
{
	g_autofree char *safe = visible(c, text);

	return put_text(c, line, column, cells, role, safe, skip);
}

int canvas_text(struct canvas *c, int line, int column, int cells, enum role role, const char *text,
		enum canvas_cut cut)
{
	g_autofree char *safe = visible(c, text);
	g_autofree char *fitting = NULL;

	if (cells <= 0)
		return 0;
	if (cut == CANVAS_CUT_MIDDLE)
		fitting = text_cut_middle(safe, cells, c->plain);
	else if (cut != CANVAS_CLIP)
		fitting = text_cut_end(safe, cells, c->plain);
	else
		fitting = g_steal_pointer(&safe);
	if (cut != CANVAS_RIGHT)
		return put_text(c, line, column, cells, role, fitting, 0);
	put_text(c, line, column + MAX(cells - text_cells(fitting), 0), cells, role, fitting, 0);
	return cells;
}

int canvas_glyph(struct canvas *c, int line, int column, enum role role, enum glyph glyph)
{
	return put_text(c, line, column, c->columns, role, glyph_text(glyph, c->plain), 0);
}

void canvas_paint(struct canvas *c, int line, int column, int cells, enum role role)
{
	for (int i = column; i < column + cells; i++) {
		struct canvas_cell *cell = cell_at(c, line, i);

		if (cell)
			cell->role = (guint8)role;
	}
}

/* How many cells a word takes from a place on; 0 where another text stands there. */
static int cells_of_word(const struct canvas *c, int line, int column, int end, const char *word)
{
	int at = column;

	for (; *word; word = g_utf8_next_char(word)) {
		const struct canvas_cell *cell = cell_at(c, line, at);
		gunichar wanted = g_utf8_get_char(word);

		if (!cell || at >= end || !cell->cells)
			return 0;
		if (cell->text[0] != wanted &&
		    (cell->text[0] > 0x7f || wanted > 0x7f ||
		     g_ascii_tolower((char)cell->text[0]) != g_ascii_tolower((char)wanted)))
			return 0;
		at += cell->cells;
	}
	return at - column;
}

void canvas_paint_word(struct canvas *c, int line, int column, int cells, const char *word,
		       enum role role)
{
	int end = column + cells;

	while (*word && column < end) {
		int taken = cells_of_word(c, line, column, end, word);

		canvas_paint(c, line, column, taken, role);
		column += MAX(taken, 1);
	}
}

void canvas_repeat(struct canvas *c, int line, int column, int cells, enum role role,
		   enum glyph glyph)
{
	int end = column + cells;

	while (column < end)
		column += MAX(canvas_glyph(c, line, column, role, glyph), 1);
}

char *canvas_print(const struct canvas *c)
{
	GString *out = g_string_new(NULL);

	for (int line = 0; line < c->lines; line++) {
		for (int column = 0; column < c->columns; column++) {
			const struct canvas_cell *cell = canvas_at(c, line, column);

			for (gsize i = 0; i < G_N_ELEMENTS(cell->text) && cell->text[i]; i++)
				g_string_append_unichar(out, cell->text[i]);
		}
		while (out->len && out->str[out->len - 1] == ' ')
			g_string_truncate(out, out->len - 1);
		g_string_append_c(out, '\n');
	}
	return g_string_free(out, FALSE);
}
