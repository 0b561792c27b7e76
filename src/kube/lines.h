/*
 * lines - whole lines out of a stream whose pieces end anywhere.  Any thread, one at a time.
 */
#pragma once

#include <glib.h>

struct lines {
	GByteArray *rest; /* the beginning of a line that is still coming */
	gsize max_bytes;  /* of one line */
};

void lines_init(struct lines *l, gsize max_bytes);
void lines_clear(struct lines *l);
/* What is left of a line will not be completed: another stream begins. */
void lines_drop(struct lines *l);

enum lines_end {
	LINES_MORE,    /* all was taken */
	LINES_STOPPED, /* by `take` */
	LINES_TOO_LONG /* a line of more than max_bytes, which was not given */
};
/* Give each line that is whole now, without its newline, to `take`, in order, until it says FALSE.
 * After anything but LINES_MORE the stream is of no more use: lines_drop. */
enum lines_end lines_feed(struct lines *l, const char *bytes, gsize size,
			  gboolean (*take)(void *user, const char *line, gsize size), void *user);
