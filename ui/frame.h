/*
 * frame - what stands round a pane: header, coverage, state, footer.  It alone draws how things stand, so that every pane says it
 * in the same way.  Pure: what it is told is all that it knows.
 */
#pragma once

#include "layout.h"
#include "pane.h"

enum frame_link { FRAME_OFFLINE, FRAME_ASKING, FRAME_LIVE, FRAME_STALE };

struct frame {
	const char *title;   /* of the case, or its file's name; NULL: none is open */
	const char *cluster; /* its name in the case; or NULL */
	enum frame_link link;
	gint64 head;
	const char *hash; /* of the head */
	gboolean trouble; /* what was fetched could not be recorded */
	gint64 now;
	const struct pane_told *told;
	guint place; /* of enum key_place */
	/* The line above the footer. */
	const char *line; /* "" where there is nothing to say */
	enum role role;
	const char *typed; /* what is being typed after `line`; or NULL */
	const char *hint;  /* what could follow it; or NULL */
	gboolean local;    /* times are this machine's */
};

void frame_draw(struct canvas *c, const struct layout *l, const struct frame *f);
/* How many lines `f->line` takes, where these are so wide. */
int frame_state_lines(const struct canvas *c, const struct layout *l, const struct frame *f);
/* In place of everything, on a screen that is too small. */
void frame_draw_too_small(struct canvas *c);
