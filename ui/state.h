/*
 * state - how things stand, in one line: what is wrong first, then what is not whole, then what goes on.  Pure.
 */
#pragma once

#include <kase/engine.h>

#include "frame.h"

struct state_facts {
	const struct pane_told *told;
	enum frame_link link;
	const struct engine_progress *progress;
	const char *trouble; /* why nothing is recorded any more; or NULL */
	gint64 newest;       /* when the newest thing was recorded; STAMP_NONE */
	gint64 now;
	gint64 loading_ns; /* for how long it has been loading */
};

/* "" where all is well.  Caller owns. */
char *state_text(const struct state_facts *facts, enum role *role);
/* What Q asks.  Caller owns. */
char *state_question(gboolean live, enum role *role);
/* 12500 as "12,500".  Caller owns. */
char *state_number(gint64 number);
