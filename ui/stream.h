/*
 * stream - what the files of the stream shape share: stream.c (life), stream-run.c (commands),
 * stream-window.c (which rows are at hand), stream-place.c (where one is), stream-find.c,
 * stream-line.c, stream-draw.c, stream-tell.c.  Nobody else includes it.
 *
 * A stream is text that has no end, of which a window is at hand: a few pages around the cursor.
 * What holds:
 *  1. The window holds all that is chosen between `before` and `after`, those two left out.
 *  2. One page is asked for at a time; when it is there, stream_ask decides what is needed next, if
 *     anything.
 *  3. `cursor` and `top` are rows of the window, or 0 where it is empty.
 *  4. While it follows, the cursor is on the last row.
 */
#pragma once

#include "bookmarks.h"
#include "log-page.h"
#include "pane.h"
#include "screen.h"

#define STREAM_PAGE   600   /* rows that are asked for at a time */
#define STREAM_ROWS   2400  /* at hand at most */
#define STREAM_BUDGET 20000 /* lines looked through for one answer */

struct stream {
	struct pane pane;
	struct log_facts *facts; /* NULL: nothing is known yet */
	struct log_choice choice;
	char *find; /* what is searched; "" for nothing */
	struct bookmarks bookmarks;
	/* The window. */
	GPtrArray *rows; /* of struct log_row * */
	struct log_key before, after;
	gboolean first, last; /* there is nothing more that way */
	/* Where one is. */
	int cursor, top, part; /* part: the row of the top line that is seen first */
	int page, cells;       /* as drawn last; cells: of the text */
	int skipped;
	gboolean follows, wraps, bare, paused;
	gboolean filters; /* only lines that hold what is searched are chosen */
	/* What is wanted. */
	struct log_page *pending; /* the worker's */
	gboolean renew, jumps, centred;
	struct log_key jump; /* with what stands there; LOG_END: the end */
	int search;          /* 1, -1: the next match that way; 0: none is wanted */
	struct log_key search_from;
	gboolean search_over; /* it went on from the other end */
	guint64 looked;       /* lines, for what is filtered or searched now */
	gboolean halted;      /* nothing more is looked through until a key asks anew */
	gint64 lines_seen;    /* as many were there when it was paused or left the end */
	gboolean asked;       /* the engine, to follow this pod */
	char *trouble;
};

/* Have what is looked at followed, where it is not yet: stream.c. */
void stream_follow(struct stream *s);

/* The window: stream-window.c. */
void stream_ask(struct stream *s);   /* for what is needed now */
void stream_reset(struct stream *s); /* another choice: what is at hand is not it */
void stream_jump(struct stream *s, struct log_key key);
/* What was asked for is not what is wanted any more; what is still needed is asked for again. */
void stream_drop_pending(struct stream *s);

/* Where one is: stream-place.c. */
int stream_count(const struct stream *s);
gboolean stream_has_lines(const struct stream *s); /* that are held, at hand or not */
struct log_row *stream_row(const struct stream *s, int row);
void stream_keep_in_sight(struct stream *s);
void stream_move(struct stream *s, int rows);
void stream_page(struct stream *s, int rows); /* by as many rows of the screen */
/* The first row at this key or after it. */
int stream_row_at(const struct stream *s, const struct log_key *key);

/* What is searched: stream-find.c. */
void stream_find(struct pane *pane, const char *text, enum pane_find how);
void stream_search(struct stream *s, int by);
gboolean stream_searched(struct stream *s, struct log_page *page); /* TRUE: it was found */
void stream_filter(struct stream *s, gboolean filters);
gboolean stream_go_to_time(struct stream *s, const char *text);

/* The line that one is on: stream-line.c. */
gboolean stream_copy(struct stream *s, int unused); /* as it was received */
gboolean stream_mark(struct stream *s, int unused);
gboolean stream_next_mark(struct stream *s, int by);
gboolean stream_is_marked(const struct stream *s, const struct log_row *row);

gboolean stream_run(struct pane *pane, enum command command);
gboolean stream_run_typed(struct pane *pane, enum command command, const char *argument);
void stream_draw(struct pane *pane, struct canvas *canvas, struct rect where);
void stream_tell(struct pane *pane, struct pane_told *told);
