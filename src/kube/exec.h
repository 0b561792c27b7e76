/*
 * exec - credential plugins: programs that print a credential for us.
 *
 * A plugin is shared by all credentials of one context that ask for the same (command, arguments,
 * environment, cluster): it runs once for all who wait, and what it said is kept as long as
 * someone holds it.  Everything belongs to the thread of that context.
 *
 * Source: kubernetes.io, "Authentication", client-go credential plugins
 * (client.authentication.k8s.io/v1).
 */
#pragma once

#include <kase/kube.h>

/* What a plugin printed.  Immutable and shared. */
struct plugin_output {
	char *token; /* or NULL */
	GBytes *certificate, *key;
	gint64 expires_ns;  /* G_MAXINT64 where it was not told */
	gint64 obtained_ns; /* by plugin_now */
	gboolean renewed;   /* the one before had been refused */
};
struct plugin_output *plugin_output_ref(struct plugin_output *o);
void plugin_output_unref(struct plugin_output *o); /* accepts NULL; wipes */

/* An output is used until so long before it expires, and for so long at least after it came:
 * clocks differ, and a plugin that gives what is about to expire, or is refused, must not run in
 * a loop. */
#define PLUGIN_ALLOWANCE_NS (10 * G_GINT64_CONSTANT(1000000000))
#define PLUGIN_MAX_BYTES    (1024 * 1024)

/* For tests: the clock, and how long a plugin may run. */
extern gint64 (*plugin_now)(void);
extern guint plugin_timeout_ms;

struct plugin;
/* That of access->exec, which is copied.  End with plugin_unref: the last one stops a run under
 * way. */
struct plugin *plugin_take(GMainContext *context, const struct kube_access *access);
void plugin_unref(struct plugin *p); /* accepts NULL */

/* What it said last, where that can be used now; else NULL.  Lent. */
struct plugin_output *plugin_output(const struct plugin *p);
/* Run it, or wait with those who wait for it already.  `done` comes once, later, from the
 * context. */
void plugin_ask(struct plugin *p, void (*done)(void *user, const GError *error), void *user);
void plugin_cancel(struct plugin *p, void *user); /* no callback for that user any more */
/* The server refused `o`: do not give it again.  Another's newer output stays, and so does one
 * that just came because the one before was refused. */
void plugin_refuse(struct plugin *p, const struct plugin_output *o);

/* --- its words (exec-words.c) ----------------------------------------------------------------- */

/* The value of KUBERNETES_EXEC_INFO.  Caller owns. */
char *exec_info(const struct kube_access *access, gboolean with_cluster);
/* Read what a plugin printed.  Caller owns; NULL and KUBE_ERROR_CREDENTIAL. */
struct plugin_output *exec_parse(const char *text, gsize size, const char *api_version,
				 GError **error);
/* The last line of what it wrote to stderr, safe and without tokens; NULL where it wrote none.
 * Caller owns. */
char *exec_last_line(const char *text, gsize size);
