/*
 * table - what the files of the table shape share: table.c (commands and life), table-rows.c (what a worker found),
 * table-marks.c, table-copy.c, table-draw.c, table-tell.c.  Nobody else includes it.
 */
#pragma once

#include "pane.h"
#include "scan.h"
#include "screen.h"

struct table {
	struct pane pane;
	const struct view *view;
	GArray *ids;
	int cursor, top, page; /* rows */
	gint64 here;           /* id under the cursor; 0: none */
	gboolean moved;
	int sorted, skipped;
	gboolean inverted;
	char *filter;
	GHashTable *marks;    /* of gint64: ids */
	int marks_hidden;     /* of them, mostly by the filter */
	struct scan *pending; /* under way; the worker's */
	gboolean again, scanned;
	gboolean paused; /* no row comes, goes or moves by itself */
	gboolean held;   /* the case has grown since it was paused */
	gboolean stale;  /* its rows are not yet those that were asked for */
	enum command
		awaited; /* run on the row under the cursor once they are; COMMAND_NONE: nothing */
	gint64 scanned_us, took_us;
	guint timer;
	int widths[VIEW_COLUMNS];
	gint64 alive, gone, total;
	int above; /* rows that came above the cursor and were not gone to yet */
	struct coverage coverage;
	char *trouble;
	struct query *row;       /* on main's connection, until the next refresh */
	int shown[VIEW_COLUMNS]; /* cells of each column as drawn last; 0: no room */
	int least[VIEW_COLUMNS]; /* fewer than these it never has: its title is read whole */
	int columns;
};

gboolean table_move_to(struct table *t, int row);
gboolean table_run(struct pane *pane, enum command command);

/* Rows: table-rows.c. */
int table_last_row(const struct table *t);
gint64 table_id_at(const struct table *t, int row);
void table_keep_in_sight(struct table *t);
void table_scan(struct table *t);
/* When the next scan is due after one that took so long: a multiple of SCAN_MS of the monotonic clock. */
gint64 table_scan_due(gint64 scanned_us, gint64 took_us);
void table_scan_at_once(struct table *t); /* what a person asks for does not wait */
/* The statement for one row, on main's connection; NULL where the case cannot be read. */
struct query *table_row_query(struct table *t);

/* Marks: table-marks.c. */
void table_marks_init(struct table *t);
int table_marks(const struct table *t);
gboolean table_is_marked(const struct table *t, gint64 id);
/* Mark the row one is on, or take its mark off; and go to the next. */
gboolean table_mark(struct table *t, int unused);
void table_mark_none(struct table *t);
void table_mark_typed(struct table *t, const char *which); /* "all", "none" */
/* Ids of marked rows that are not among those shown, in order.  Caller owns. */
GArray *table_marks_not_shown(const struct table *t);
/* Other rows are there. */
void table_count_marks(struct table *t);

gboolean table_copy(struct table *t, int unused);

void table_draw(struct pane *pane, struct canvas *canvas, struct rect where);
void table_tell(struct pane *pane, struct pane_told *told);
