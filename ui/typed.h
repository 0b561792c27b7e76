/*
 * typed - what can be typed after a colon: a pane's name, with what it takes, or the name of a key's command.  Rows of panes.c and
 * keys.c; nothing is listed here again but short names.
 */
#pragma once

#include "pane.h"
#include "worker.h"

/* What a line means: one of the two. */
struct typed {
	const struct pane_kind *pane; /* to be opened with `argument` */
	const char *command;          /* a name in key_rows */
	const char *argument;         /* within the line; "" where there is none */
};

/* FALSE and a line for the analyst where it is not understood. */
gboolean typed_read(const char *line, struct typed *out, char **trouble);
/* What could follow what is typed, or what it means: names that begin so, or what one takes and shows.  Caller owns; may be "". */
char *typed_hint(const char *line);
/* A line for each pane that can be typed, for the help.  Caller owns. */
char *typed_help(void);
/* The item that an argument names.  FALSE and a line where there is none.  Main's thread. */
gboolean typed_item(const struct pane_kind *pane, const char *argument, struct casefile *c,
		    struct item *item, char **trouble);

/* Completing: a job for a worker, for subjects may be many. */
struct completion {
	struct job job;
	char *line;
	char *completed;  /* the line with all that its candidates share */
	char *candidates; /* in one line; "" where it is whole */
	void (*found)(struct completion *c);
	void *user;
};
struct completion *completion_new(const char *line);
