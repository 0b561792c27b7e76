/*
 * Drawing by what every terminal of today takes.  ncurses would do it, but moves its cursor with a write of its own each time:
 * a screen went out in a hundred and more of them, which is seen over a slow line.
 */
#include "draw.h"

#include <string.h>
#include <wchar.h>

#define WRAP_OFF "\033[?7l" /* so that nothing at the right edge spills into the next line */
#define WRAP_ON  "\033[?7h"

struct drawing {
	GString *out;
	enum theme_depth depth;
	int line, column; /* where the terminal writes next; -1: not known */
	int role;         /* as it was set last; -1: not yet */
};

/* Terminals agree that these take one cell. */
static gboolean is_sure(gunichar c)
{
	return (c >= 0x20 && c < 0x7f) || (c >= 0x2500 && c < 0x2580);
}

static void go_to(struct drawing *d, int line, int column)
{
	if (d->line != line || d->column != column)
		g_string_append_printf(d->out, "\033[%d;%dH", line + 1, column + 1);
	d->line = line;
	d->column = column;
}

/* `base`: 30 for text, 40 for ground. */
static void append_colour(struct drawing *d, int base, int colour)
{
	if (colour == THEME_DEFAULT)
		return;
	if (d->depth == THEME_DIRECT)
		g_string_append_printf(d->out, ";%d;2;%d;%d;%d", base + 8, colour >> 16 & 0xff,
				       colour >> 8 & 0xff, colour & 0xff);
	else if (d->depth == THEME_256)
		g_string_append_printf(d->out, ";%d;5;%d", base + 8, colour);
	else
		g_string_append_printf(d->out, ";%d", base + colour);
}

static void set_role(struct drawing *d, int role)
{
	static const struct {
		guint attribute;
		const char *code;
	} attributes[] = {
		{ THEME_BOLD, ";1" },
		{ THEME_FAINT, ";2" },
		{ THEME_UNDERLINE, ";4" },
		{ THEME_REVERSE, ";7" },
	};
	struct theme_style style = theme_style(d->depth, role);

	if (d->role == role)
		return;
	d->role = role;
	g_string_append(d->out, "\033[0");
	for (gsize i = 0; i < G_N_ELEMENTS(attributes); i++)
		if (style.attributes & attributes[i].attribute)
			g_string_append(d->out, attributes[i].code);
	append_colour(d, 30, style.text);
	append_colour(d, 40, style.ground);
	g_string_append_c(d->out, 'm');
}

/* A character that the C library counts otherwise than the canvas did would be drawn who knows how: ? stands for it. */
static void append_character(struct drawing *d, const struct canvas_cell *cell)
{
	gboolean agreed = wcwidth((wchar_t)cell->text[0]) == cell->cells;

	if (!agreed) {
		g_string_append(d->out, cell->cells == 2 ? "??" : "?");
		return;
	}
	g_string_append_unichar(d->out, cell->text[0]);
	for (gsize i = 1; i < G_N_ELEMENTS(cell->text) && cell->text[i]; i++)
		if (wcwidth((wchar_t)cell->text[i]) == 0)
			g_string_append_unichar(d->out, cell->text[i]);
}

static void append_cell(struct drawing *d, int line, int column, const struct canvas_cell *cell)
{
	go_to(d, line, column);
	set_role(d, cell->role);
	if (is_sure(cell->text[0]) && !cell->text[1]) {
		g_string_append_unichar(d->out, cell->text[0]);
		d->column += cell->cells;
		return;
	}
	/* What is narrower on the terminal than here leaves nothing of what stood in its cells. */
	g_string_append(d->out, cell->cells == 2 ? "  " : " ");
	d->line = -1;
	go_to(d, line, column);
	append_character(d, cell);
	d->line = -1;
}

/* The right half of a wide character comes with its left one. */
static gboolean is_shown(const struct canvas_cell *cell, const struct canvas_cell *before)
{
	return cell->cells == 0 || (before && memcmp(cell, before, sizeof *cell) == 0);
}

void draw_canvas(GString *out, const struct canvas *canvas, const struct canvas_cell *before,
		 enum theme_depth depth)
{
	struct drawing d = { .out = out, .depth = depth, .line = -1, .role = -1 };
	gsize start = out->len;

	for (int line = 0; line < canvas->lines; line++)
		for (int column = 0; column < canvas->columns; column++) {
			gsize i = (gsize)line * (gsize)canvas->columns + (gsize)column;

			if (!is_shown(&canvas->cells[i], before ? &before[i] : NULL))
				append_cell(&d, line, column, &canvas->cells[i]);
		}
	if (out->len == start)
		return;
	g_string_insert(out, (gssize)start, WRAP_OFF);
	g_string_append(out, "\033[0m" WRAP_ON);
}
