/*
 * recent - which cases were opened lately: a file of paths in XDG_STATE_HOME, newest first, each with when that was.  Nobody but the
 * user may read it.
 */
#pragma once

#include <glib.h>

struct recent {
	char *path; /* absolute */
	gint64 at;  /* ns */
};

#define RECENT_MAX 30

/* Put this case first.  What cannot be written is not worth stopping for. */
void recent_note(const char *path);
/* Those that are still there, newest first: an array of struct recent *, which the caller owns. */
GPtrArray *recent_list(void);
