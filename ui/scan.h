/*
 * scan - the work behind a table: which rows it has, in order, and how far the case knows them.  A job for a worker.
 */
#pragma once

#include "view.h"
#include "worker.h"

/* How much of a kind is known. */
enum coverage_state {
	COVERAGE_NONE,    /* never asked for */
	COVERAGE_RUNNING, /* a listing is under way, and none has ended */
	COVERAGE_COMPLETE,
	COVERAGE_PARTIAL,
	COVERAGE_DENIED,
};

struct coverage {
	enum coverage_state state;
	gboolean running;     /* a listing is under way */
	gint64 listed;        /* rows that it has brought */
	gboolean everywhere;  /* what is known was asked for all namespaces at once */
	gint64 namespaces;    /* of which it is known, where not everywhere */
	gint64 namespaces_of; /* that there are; -1 where this is not known */
	gboolean unnamed;     /* since they may not be listed */
	char *reason;         /* why it is not complete; or NULL */
	char *cluster;        /* name of the first one; or NULL */
};

struct scan {
	struct job job;
	const struct view *view;
	/* Asked. */
	int sorted;
	gboolean inverted;
	char *filter;
	/* Found. */
	GArray *ids;              /* of gint64 */
	gint64 alive, gone;       /* among them */
	gint64 total;             /* that live, without the filter */
	int widths[VIEW_COLUMNS]; /* of the longest text, in characters */
	struct coverage coverage;
	char *images; /* the last that were measured */
	int images_cells;
	gint64 newest; /* ns: when something was recorded last; STAMP_NONE */
	gint64 took_us;
	/* Given back: `user` is the asker's. */
	void (*found)(struct scan *scan, const GError *error);
	void *user;
};

struct scan *scan_new(const struct view *view, int sorted, gboolean inverted, const char *filter);
