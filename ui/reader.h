/*
 * reader - what the files of the text shape share: reader.c (commands, documents and life), reader-place.c (where one is),
 * reader-draw.c, reader-find.c, reader-marks.c.  Nobody else includes it.
 */
#pragma once

#include "bookmarks.h"
#include "pane.h"
#include "prose.h"
#include "screen.h"

struct reader {
	struct pane pane;
	struct document *pending; /* the worker's */
	gboolean again;
	gint64 version;
	struct prose *lines; /* NULL: not there yet */
	GByteArray *roles;   /* of enum role, one a line; or NULL */
	char *about, *trouble;
	int top, part;        /* the first line seen, and the row of it */
	int page, cells;      /* as drawn last */
	int skipped;          /* cells to the left of what is seen */
	gboolean wrap, plain; /* plain: the terminal has no Unicode */
	char *find;
	int hit;  /* line of the match last gone to; -1 */
	int here; /* line that was gone to, until one moves; -1 */
	struct bookmarks bookmarks;
};

/* Where one is: reader-place.c. */
int reader_count(const struct reader *r);
int reader_rows_of(const struct reader *r, int line);
void reader_bound(struct reader *r); /* the last page is full */
gboolean reader_scroll(struct reader *r, int rows);
gboolean reader_sees(const struct reader *r, int line, int part); /* this row of this line */

int reader_here(
	const struct reader *r); /* the line that was gone to, where it is seen; else the top one */

/* What is searched: reader-find.c. */
/* The next place of what is searched, without regard to case; NULL: none. */
const char *reader_match(const char *text, const char *find);
int reader_cells(const char *begin, const char *end); /* that text up to `end` takes */
void reader_go_to(struct reader *r,
		  int line); /* so that it is seen, and is the one that one is on */
gboolean reader_next_match(struct reader *r, int by);
void reader_find(struct pane *pane, const char *text, enum pane_find how);

/* Bookmarks: reader-marks.c. */
gboolean reader_is_marked(const struct reader *r, int line);
gboolean reader_mark(struct reader *r, int unused);
gboolean reader_next_mark(struct reader *r, int by);
/* Other lines are to take the place of those that are there; NULL: of another text. */
void reader_keep_marks(struct reader *r, struct prose *lines);

void reader_draw(struct pane *pane, struct canvas *canvas, struct rect where);
void reader_tell(struct pane *pane, struct pane_told *told);
