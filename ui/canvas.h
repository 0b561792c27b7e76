/*
 * canvas - a screen in memory: cells of safe text, each with a role.
 *
 * canvas_text is the one way for text to come onto a screen.  Whatever it is handed it makes safe first, so nothing that draws
 * has to think of it.  A canvas is shown by tty_draw, or printed as plain text.  One thread.
 *
 * Lines and columns count from 0.  What lies outside the canvas is not drawn.
 */
#pragma once

#include <kase/text.h>

#include "glyph.h"
#include "theme.h"

struct canvas_cell {
	gunichar
		text[1 + TEXT_MAX_MARKS]; /* a character and its marks; 0 where there are no more */
	guint8 cells;                     /* 1 or 2; 0 for the right half of a wide character */
	guint8 role;
};

struct canvas {
	int lines, columns;
	gboolean plain; /* draw with ASCII alone */
	struct canvas_cell *cells;
};

/* A place on the canvas. */
struct rect {
	int line, column, lines, columns;
};

void canvas_init(struct canvas *c, gboolean plain);
void canvas_clear(struct canvas *c); /* frees */
/* Make it of this size, empty. */
void canvas_begin(struct canvas *c, int lines, int columns);
const struct canvas_cell *canvas_at(const struct canvas *c, int line, int column);

enum canvas_cut {
	CANVAS_CLIP,       /* what does not fit is not drawn */
	CANVAS_CUT_END,    /* with … at its end */
	CANVAS_CUT_MIDDLE, /* with … in its middle: names */
	CANVAS_RIGHT,      /* to the right of its cells; cut at its end */
};
/* Draw text within `cells` cells.  How many it took. */
int canvas_text(struct canvas *c, int line, int column, int cells, enum role role, const char *text,
		enum canvas_cut cut);
/* Draw text from its cell `skip` on. */
int canvas_text_from(struct canvas *c, int line, int column, int cells, enum role role,
		     const char *text, int skip);
int canvas_glyph(struct canvas *c, int line, int column, enum role role, enum glyph glyph);
/* How many cells a text takes here. */
int canvas_cells(const struct canvas *c, const char *text);
/* Of one character of safe text: 0 for a mark. */
int canvas_character_cells(gunichar character);
/* Paint each place where `word` stands within these cells, without regard to the case of ASCII letters. */
void canvas_paint_word(struct canvas *c, int line, int column, int cells, const char *word,
		       enum role role);
void canvas_paint(struct canvas *c, int line, int column, int cells, enum role role);
void canvas_repeat(struct canvas *c, int line, int column, int cells, enum role role,
		   enum glyph glyph);

/* Lines with a newline after each, without spaces at their ends.  Caller owns. */
char *canvas_print(const struct canvas *c);
