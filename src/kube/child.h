/*
 * child - a program run for what it prints: no terminal, bounded output, a time limit.
 *
 * Belongs to the thread of its context.
 */
#pragma once

#include <gio/gio.h>

struct child;

/* `out` and `err`, of which only the end is kept, are what it printed; lent for the length of the
 * call.  `error`, whose message begins with a verb, is NULL where it ended with code 0. */
typedef void child_done(void *user, const char *out, gsize out_size, const GError *error);

/*
 * Run argv[0], an absolute path, with stdin from /dev/null.  `done` comes once, later, from the
 * context.  NULL and `error` where it cannot be run.  Lent until `done` returned.
 */
struct child *child_start(GMainContext *context, const char *const *argv, char **environment,
			  guint timeout_ms, gsize max_bytes, child_done *done, void *user,
			  GError **error);
/* Kill it; no callback any more.  Accepts NULL. */
void child_abandon(struct child *c);
