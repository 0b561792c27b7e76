/*
 * scratch - a folder for one test, removed with all that is in it:
 *
 *	g_autoptr(scratch) folder = scratch_make();
 *	g_autofree char *path = scratch_write(folder, "token", "t-1\n");
 */
#pragma once

#include <glib.h>

typedef char scratch; /* its path */

scratch *scratch_make(void);
void scratch_remove(scratch *folder); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(scratch, scratch_remove)

/* The path of `name` in it.  Caller owns. */
char *scratch_path(const scratch *folder, const char *name);
/* Write a file there, 0600, and return its path.  Caller owns. */
char *scratch_write(const scratch *folder, const char *name, const char *text);
