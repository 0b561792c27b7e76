/*
 * view - tables of the case as they are shown: one row a view, from which its statements are made.
 *
 * To add a table to the console, add a row to view.c and a pane to pane.c.  Any thread.
 */
#pragma once

#include <glib.h>

enum view_form {
	VIEW_WORD,   /* cut at its end */
	VIEW_NAME,   /* cut in its middle */
	VIEW_IMAGES, /* without registry and path */
	VIEW_NUMBER,
	VIEW_READY, /* "1/2": looks different where not all are */
	VIEW_STATUS,
	VIEW_MOMENT, /* ns: an age, or a time */
};

struct view_column {
	const char *title;
	const char *source; /* SQL, of `from`; NULL ends the columns */
	const char *sort;   /* SQL to sort by; NULL: as `source` */
	enum view_form form;
	int min, max;       /* cells */
	int keep;           /* columns of a lower number go first where there is no room; 9 stays */
	gboolean searched;  /* by the filter */
	gboolean over_gone; /* gives its cells to `gone 13:51:40Z` where the row is gone */
};

#define VIEW_COLUMNS 16
struct view {
	const char *noun;     /* of many, as on the coverage line: "pods" */
	const char *resource; /* in d_coverage and d_listing */
	const char *from;
	const char *id;    /* SQL: the row's id, that of its subject */
	const char *gone;  /* SQL: when it was gone, ns; or NULL */
	const char *order; /* SQL: the last to sort by, so that the order is always the same */
	const char *empty; /* what would be here, and how it comes */
	int sorted;        /* the column that it is sorted by at first */
	struct view_column columns[VIEW_COLUMNS];
};

extern const struct view view_pods;

int view_columns(const struct view *v);
/* Rows in order: id, whether it is gone, then the length of each column's text (images: the text).  The parameters are the words of a filter, as view_word
 * writes them.  Caller owns. */
char *view_scan_sql(const struct view *v, int sorted, gboolean inverted, guint words);
/* One row of parameter 1: gone, then each column.  Caller owns. */
char *view_row_sql(const struct view *v);
/* A word of a filter as a pattern for LIKE.  Caller owns. */
char *view_word(const char *word);

/* `images` without registries and paths, digests cut, separated by commas.  Caller owns. */
char *view_images(const char *images);
