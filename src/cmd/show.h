/*
 * show - a case on the screen: recorder, engine and console, started and ended in order.
 */
#pragma once

#include "command.h"

struct show_plan {
	const char *path;
	const struct case_person *person;
	const char *kubeconfig, *context; /* or NULL */
	const char *const *namespaces;    /* or NULL */
	gboolean offline;                 /* ask no cluster */
	gboolean read_only;               /* write nothing either */
};

/* Until the analyst leaves. */
enum outcome show_run(const struct show_plan *plan, GError **error);
