#include "layout.h"

/* Narrower or lower than this, the borders' cells are worth more as text. */
#define BORDERED_COLUMNS 100
#define BORDERED_LINES   28

void layout_of(struct layout *l, int lines, int columns, int state_lines)
{
	int margin;

	*l = (struct layout){ .too_small = columns < LAYOUT_MIN_COLUMNS ||
					   lines < LAYOUT_MIN_LINES };
	if (l->too_small)
		return;
	l->folded = columns < BORDERED_COLUMNS || lines < BORDERED_LINES;
	margin = l->folded ? 0 : 2;
	l->header = (struct rect){ 0, margin, 1, columns - 2 * margin };
	l->title = (struct rect){ 1, margin, 1, columns - 2 * margin };
	l->pane = (struct rect){ 2, margin, lines - 3 - state_lines, columns - 2 * margin };
	l->state = (struct rect){ lines - 1 - state_lines, margin, state_lines,
				  columns - 2 * margin };
	l->footer = (struct rect){ lines - 1, margin, 1, columns - 2 * margin };
}
