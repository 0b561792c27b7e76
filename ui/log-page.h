/*
 * log-page - a stretch of a pod's logs, all its containers' lines merged in time, with the notes
 * between them: a job for a worker.
 *
 * It is fetched by the key that it goes on from, so that its cost is its own and not the log's.
 * Where only lines with a text are wanted, one page looks through `budget` lines at most: who wants
 * more asks on from where it ended, and can stop.
 */
#pragma once

#include <kase/stamp.h>

#include "log-facts.h"
#include "worker.h"

#define LOG_ROW_BYTES 8192 /* of a line's text; the evidence has the rest */

enum log_row_kind { LOG_ROW_LINE, LOG_ROW_NOTE, LOG_ROW_GAP };
struct log_row {
	struct log_key key;
	enum log_row_kind kind;
	int container; /* index in the facts; -1: of none in particular */
	gint64 gap;    /* d_gap.id, of a gap */
	gboolean previous;
	char *text; /* safe */
	gboolean cut, plain;
	int rows, rows_cells; /* how many it takes of so many cells, as measured last; 0: not yet */
};

/* What is seen of the logs. */
struct log_choice {
	char *container;   /* only of this; NULL: of all */
	gboolean previous; /* only of instances before the last */
	char *find;        /* only what holds this, without regard to case; NULL: all */
};
void log_choice_clear(struct log_choice *choice);

struct log_page {
	struct job job;
	/* Asked. */
	gint64 subject;
	struct log_facts *facts; /* as they were; NULL: read them */
	struct log_choice choice;
	struct log_key from; /* without what stands there */
	int by;              /* 1: what comes after it; -1: what came before, the latest first */
	guint want, budget;  /* rows; lines looked at */
	int purpose;         /* the asker's */
	/* Found. */
	GPtrArray *rows;        /* of struct log_row *, in the order of the walk */
	struct log_key reached; /* the last that was looked at */
	gboolean end;           /* there is no more that way */
	guint64 looked;
	/* Given back: `user` is the asker's. */
	void (*found)(struct log_page *page, const GError *error);
	void *user;
};

#define LOG_START ((struct log_key){ STAMP_NONE, G_MININT64 / 2 })
#define LOG_END   ((struct log_key){ G_MAXINT64, G_MAXINT64 / 2 })

struct log_page *log_page_new(gint64 subject, struct log_facts *facts,
			      const struct log_choice *choice);
void log_row_free(void *row);
