/*
 * screen-inside - what the files of the screen share: screen.c (life, and what happens), screen-draw.c (how things stand),
 * screen-run.c (keys and commands), screen-type.c (what is typed), screen-time.c (moments).  Nobody else includes it, but
 * the test that walks over all keys.
 */
#pragma once

#include <kase/digest.h>

#include "prompt.h"
#include "screen.h"
#include "trail.h"
#include "typed.h"

enum screen_times { TIMES_AGES, TIMES_UTC, TIMES_LOCAL, TIMES };

struct screen {
	struct screen_plan plan;
	char *path, *title;
	enum casefile_mode mode;
	struct casefile *c;
	struct worker *lists, *documents;
	struct trail trail;
	gint64 head;
	char hash[DIGEST_CHARS];
	char *cluster;
	gint64 newest;
	struct engine_progress progress;
	gint64 loading_since; /* ns; 0: nothing is loading */
	char *shown;          /* the state line as it was told last */
	int state_lines;      /* that it takes */
	/* What is typed, asked and said. */
	struct prompt prompt;
	char *hint;                    /* after what is typed */
	struct completion *completing; /* the worker's */
	GArray *ahead;                 /* of gunichar: pressed while a pane waits */
	gboolean asked;                /* whether to leave */
	char *said;
	char *copied; /* not yet taken by the terminal */
	enum screen_times times;
	gboolean ended, redraw;
	int chosen; /* of home's places; -1 */
	gint64 noticed_us;
	guint notice;
};

struct pane *screen_top(const struct screen *s);
guint screen_place(const struct screen *s); /* of enum key_place */
/* TRUE where no case is open: then this is said. */
gboolean screen_is_home(struct screen *s);
/* Run the command of a row of key_rows, or say why not. */
void screen_run(struct screen *s, const struct key_row *row);
void screen_run_key(struct screen *s, gunichar key);
void screen_next_times(struct screen *s);
void screen_ask_engine(struct screen *s); /* how it is */

/* What is typed: screen-type.c. */
void screen_type(struct screen *s, gunichar key);
void screen_begin_find(struct screen *s);
void screen_begin_command(struct screen *s);
void screen_begin_time(struct screen *s);
void screen_type_pasted(struct screen *s, const char *text);
void screen_type_clear(struct screen *s);
