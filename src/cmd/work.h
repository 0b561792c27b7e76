/*
 * work - a recorder and an engine at work in main's thread, for the commands without a screen.
 *
 * Ctrl-C (SIGINT, SIGTERM, SIGHUP) once ends what is under way as partial, and once more ends the
 * command; a third one kills it, which a case survives.  Whatever ended it, what was recorded is
 * folded into the one file.
 */
#pragma once

#include "command.h"

#include <kase/engine.h>

struct work_plan {
	const char *path;
	const struct case_person *person;
	const char *kubeconfig, *context; /* or NULL */
	const char *const *namespaces;    /* or NULL */
	const char *const *subjects;      /* to capture; NULL: follow */
	gint64 seconds;                   /* how long to follow; 0: until it is interrupted */
};

enum outcome work_run(const struct work_plan *plan, GError **error);
