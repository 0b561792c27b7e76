/*
 * glyph - the signs that kase draws itself, each with a plain form for terminals without Unicode.  Any thread.
 *
 * A sign takes one cell; its plain form may take two.
 */
#pragma once

#include <glib.h>

enum glyph {
	GLYPH_DONE,
	GLYPH_OPEN,
	GLYPH_HERE,
	GLYPH_TROUBLE,
	GLYPH_LOCKED,
	GLYPH_LIVE,
	GLYPH_STALE,
	GLYPH_DANGER,
	GLYPH_GONE,
	GLYPH_MARKED,
	GLYPH_UP,
	GLYPH_DOWN,
	GLYPH_BAR,
	GLYPH_BAR_EMPTY,
	GLYPH_ACROSS,
	GLYPH_UPRIGHT,
	GLYPH_TOP_LEFT,
	GLYPH_TOP_RIGHT,
	GLYPH_BOTTOM_LEFT,
	GLYPH_BOTTOM_RIGHT,
	GLYPH_WITHIN,
	GLYPH_RESTARTS,
	GLYPH_MORE,
	GLYPH_BETWEEN,
	GLYPHS
};

/* Lent for ever. */
const char *glyph_text(enum glyph glyph, gboolean plain);

/* Safe text with ASCII alone: our own signs by their plain form, controls made visible as ^X, all else as ?.  Caller owns. */
char *glyph_plain(const char *safe);
