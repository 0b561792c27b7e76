/*
 * trail - where one has been: panes in the order in which they were opened, one of which is seen.
 *
 * Back and forward go along it and free nothing; what is opened from its middle takes the place of what lay ahead.  It has
 * TRAIL_PANES places at most: where there are more the oldest but the first goes.  Panes of one subject share a
 * place.  Main
 * thread.
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
/* Turn the one that is seen away: `pane`, of the same subject, comes into its place, where both stay. */
void trail_turn(struct trail *t, struct pane *pane);
/* The same with one of this kind that was turned away before.  FALSE where there is none. */
gboolean trail_turn_back(struct trail *t, const struct pane_kind *kind);
/* Free those that were turned away from in the place of the one that is seen: it shows another subject. */
void trail_forget_beside(struct trail *t);
/* Tell `each` every pane, also those that were turned away from. */
void trail_each(const struct trail *t, void (*each)(struct pane *pane));
/* One on (`by` 1) or back (-1).  FALSE where it ends. */
gboolean trail_step(struct trail *t, int by);
/* Free what lies ahead of the one that is seen. */
void trail_cut(struct trail *t);
