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

/* Tell each key of the console and what it does, in the order of help: from the table that they are run by, for the manual.  Any
 * thread. */
void console_keys(void (*tell)(void *user, const char *keys, const char *help), void *user);
