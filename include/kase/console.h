/*
 * console - the full-screen terminal: the door into ui/.  Main thread only.
 */
#pragma once

#include <kase/engine.h>

struct console_plan {
	const char *path;           /* the case */
	const char *person;         /* shown */
	struct recorder *recorder;  /* NULL: read-only */
	struct engine_host *engine; /* NULL: offline */
	gboolean read_only;
};

/* Run until the analyst leaves.  FALSE and `error` where there is no terminal that can show it. */
gboolean console_run(const struct console_plan *plan, GError **error);

/* --- home: without a case ------------------------------------------------------------------------ */

/* What may be chosen there.  Strings are shown, each as its column; NULL where there is none. */
struct console_place {
	enum console_kind { CONSOLE_CASE, CONSOLE_CONTEXT, CONSOLE_BEGIN } kind;
	const char *name, *what, *where, *note;
	gint64 at;        /* ns; STAMP_NONE */
	gboolean trouble; /* its note is one */
};

struct console_places {
	const struct console_place
		*places; /* in the order in which they are shown, the cases first */
	gsize count;
	const char *line; /* to be said at first, or NULL */
};

/* Run until the analyst chooses one of them, or leaves: -1 then. */
gboolean console_choose(const struct console_places *places, int *chosen, GError **error);

/* Tell each key of the console and what it does, in the order of help: from the table that they are run by, for the manual.  Any
 * thread. */
void console_keys(void (*tell)(void *user, const char *keys, const char *help), void *user);
/* The same of all that can be typed after a colon, panes first: ":pods [NAMESPACE], :po [NAMESPACE]". */
void console_commands(void (*tell)(void *user, const char *typed, const char *help), void *user);
