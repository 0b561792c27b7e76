/*
 * trail - where one has been: panes in the order in which they were opened, one of which is seen.
 *
 * Back and forward go along it and free nothing; what is opened from its middle takes the place of what lay ahead.  It holds
 * TRAIL_PANES at most: where there are more the oldest but the first goes.  Main thread.
 */
#pragma once

#include "pane.h"

#define TRAIL_PANES 32

struct trail {
	GPtrArray *panes;
	guint at; /* the one that is seen */
};

void trail_init(struct trail *t);
void trail_clear(struct trail *t); /* frees its panes; accepts one that was never begun */

struct pane *trail_seen(const struct trail *t);  /* NULL where there is none yet */
struct pane *trail_below(const struct trail *t); /* the one before it; NULL for the first */
void trail_open(struct trail *t, struct pane *pane);
/* In the place of the one that is seen, which is freed. */
void trail_replace(struct trail *t, struct pane *pane);
/* One on (`by` 1) or back (-1).  FALSE where it ends. */
gboolean trail_step(struct trail *t, int by);
/* Free what lies ahead of the one that is seen. */
void trail_cut(struct trail *t);
