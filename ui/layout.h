/*
 * layout - where the parts of a screen lie: arithmetic, no state.  Any thread.
 */
#pragma once

#include "canvas.h"

#define LAYOUT_MIN_COLUMNS 60
#define LAYOUT_MIN_LINES   20
#define LAYOUT_STATE_LINES 2 /* at most */

struct layout {
	gboolean too_small; /* nothing fits; the rest is not set */
	gboolean folded;    /* without side borders, with a short header */
	struct rect header;
	struct rect title; /* of the pane, and its coverage */
	struct rect pane;
	struct rect state; /* how things stand; also what is typed, asked and said */
	struct rect footer;
};

/* `state_lines`: 1 to LAYOUT_STATE_LINES, as frame_state_lines tells; the pane gives them. */
void layout_of(struct layout *l, int lines, int columns, int state_lines);
