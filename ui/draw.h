/*
 * draw - what a terminal is sent to show a canvas.  Pure; any thread.
 *
 * Cells that are as they were are not sent.  What is sent takes effect at the places it names, whatever the terminal thinks
 * of a character's width: after every character that terminals may disagree on the next place is named anew.
 *
 * Source: ECMA-48 (CUP, SGR); xterm's ctlseqs (DECAWM, colours 38;5 and 38;2).
 */
#pragma once

#include "canvas.h"

/* Append what makes a screen that shows `before` (of the canvas' size; NULL: not known) show `canvas`. */
void draw_canvas(GString *out, const struct canvas *canvas, const struct canvas_cell *before,
		 enum theme_depth depth);
