/*
 * scan - the work behind a table: which rows it has, in order, and how far the case knows them.  A job for a worker.
 */
#pragma once

#include "coverage.h"
#include "view.h"
#include "worker.h"

struct scan {
	struct job job;
	const struct view *view;
	/* Asked. */
	struct item item; /* what it is narrowed to */
	int sorted;
	gboolean inverted;
	char *filter;
	/* Found. */
	GArray *ids;              /* of gint64 */
	gint64 alive, gone;       /* among them */
	gint64 total;             /* that live, without the filter */
	int widths[VIEW_COLUMNS]; /* cells of the widest text */
	struct coverage coverage;
	char *images; /* the last that were measured */
	int images_cells;
	gint64 newest; /* ns: when something was recorded last; STAMP_NONE */
	gint64 took_us;
	/* Given back: `user` is the asker's. */
	void (*found)(struct scan *scan, const GError *error);
	void *user;
};

struct scan *scan_new(const struct view *view, const struct item *item, int sorted,
		      gboolean inverted, const char *filter);
/* Nobody waits for it any more: it is told to nobody, nor made where that has not begun.  Accepts NULL. */
void scan_drop(struct scan *s);
