/*
 * view - tables of the case as they are shown: which rows, which columns, what each value looks like, and what a row is about.
 * Statements are made from it.  A pane that is a table has one, in its own file.  Any thread.
 */
#pragma once

#include "item.h"
#include "theme.h"

enum view_form {
	VIEW_WORD,   /* cut at its end */
	VIEW_NAME,   /* cut in its middle */
	VIEW_IMAGES, /* without registry and path */
	VIEW_NUMBER,
	VIEW_RATIO,  /* "1/2": to the right */
	VIEW_MOMENT, /* ns: an age, or a time */
};

/* How a value is coloured.  The last row has no value, and is for all others. */
struct view_tint {
	const char *value;
	enum role role;
};

struct view_column {
	const char *title;
	const char *source; /* SQL, of `from`; NULL ends the columns */
	const char *sort;   /* SQL to sort by; NULL: as `source` */
	enum view_form form;
	int min, max;       /* cells */
	int keep;           /* columns of a lower number go first where there is no room; 9 stays */
	gboolean searched;  /* by the filter */
	gboolean by_time;   /* sorted by it, what is new comes at the top */
	gboolean over_gone; /* gives its cells to `gone 13:51:40Z` where the row is gone */
	const struct view_tint *tints; /* or NULL */
	const char *tinted_by;         /* SQL: the value that it is coloured by; NULL: its own */
};

#define VIEW_COLUMNS 16
/* The subject whose id is ?1, as it is written in events, gaps and entries: with <kase/subject.h>. */
#define VIEW_WRITTEN "(SELECT " SUBJECT_SQL " FROM d_subject s WHERE s.id = ?1)"
#define VIEW_CLUSTER "(SELECT x.cluster FROM d_subject x WHERE x.id = ?1)"

struct view {
	const char *noun; /* of many, as on the coverage line: "pods" */
	const char *
		resource; /* in d_coverage and d_listing; NULL: there is no more of it than the case holds */
	const char *from;
	const char *id;    /* SQL: the row's id, an integer */
	const char *gone;  /* SQL: when it was gone, ns; or NULL */
	const char *order; /* SQL: the last to sort by, so that the order is always the same */
	const char *empty; /* what would be here, and how it comes */
	const char *none;  /* the same where all was listed; NULL: as `empty` */
	int sorted;        /* the column that it is sorted by at first */
	/* SQL: true of the rows that are of what the pane was opened with, ?1; NULL: it is not narrowed by such. */
	const char *of[ITEM_PARTS];
	/* SQL: what a row is about, of each that it knows; and what it is called in a title. */
	const char *about[ITEM_PARTS];
	const char *name;
	struct view_column columns[VIEW_COLUMNS];
};

/* Where a row's parts stand in view_row_sql. */
enum {
	VIEW_GONE,
	VIEW_NAMED,
	VIEW_ABOUT, /* one for each of enum item_part */
	VIEW_FIRST = VIEW_ABOUT + ITEM_PARTS,
};

int view_columns(const struct view *v);
/* Rows in order: id, whether it is gone, then each column's text, or at least as much of it as is seen.  `item` narrows them; it
 * is bound by view_bind, then the words of a filter from VIEW_WORDS on, as view_word writes them.  Caller owns. */
#define VIEW_WORDS 2
char *view_scan_sql(const struct view *v, const struct item *item, int sorted, gboolean inverted,
		    guint words);
/* How many there are, alive, without a filter.  Caller owns. */
char *view_count_sql(const struct view *v, const struct item *item);
struct query;
void view_bind(const struct view *v, const struct item *item, struct query *q);
/* One row of parameter 1: fields as above, each column, then each `tinted_by`.  Caller owns. */
char *view_row_sql(const struct view *v);
/* The same row to be copied: when it was gone, then each column, whole.  Caller owns. */
char *view_whole_sql(const struct view *v);
/* The field by which a column is coloured. */
int view_tint_field(const struct view *v, int column);
enum role view_tint(const struct view_column *c, const char *value);
/* A word of a filter as a pattern for LIKE.  Caller owns. */
char *view_word(const char *word);

/* `images` without registries and paths, digests cut, separated by commas.  Caller owns. */
char *view_images(const char *images);
