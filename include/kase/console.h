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
