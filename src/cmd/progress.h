/*
 * progress - how far a command is: one line on stderr, written over in place, where that is a
 * terminal.
 *
 * Main thread only.
 */
#pragma once

#include <kase/engine.h>

/* What an engine does, in at most `cells` cells.  `seconds`: since the start.  Caller owns. */
char *progress_engine_line(const struct engine_progress *p, double seconds, int cells);

/* Bytes in at most seven cells: "12 B", "83.1 MB".  Caller owns. */
char *progress_bytes(guint64 bytes);

/* 20215 as "20,215".  Caller owns. */
char *progress_count(guint64 count);

/* Write `line` over what stood there.  Nothing where stderr is no terminal. */
void progress_show(const char *line);
/* A line that stays, terminal or not; what is shown next comes below it. */
void progress_say(const char *line);
/* Leave an empty line where it stood; for what is printed next. */
void progress_end(void);
/* How wide the terminal is; 0 where stderr is none. */
int progress_cells(void);
