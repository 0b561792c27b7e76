/*
 * logs - what the gathering of one pod's logs holds: a task, and the logs that it wants.
 */
#pragma once

#include "containers.h"
#include "inside.h"

struct wanted_log {
	char *container, *instance;
	gboolean previous;
	guint64 bytes; /* recorded as they came */
	GByteArray *held;
	struct evidence *stream; /* once it is too large to be held */
	struct retry retry;
	struct http_head *head;
	char *url, *reason; /* reason: why it ended early, or NULL */
	gboolean refused;   /* there is no log, and it was said why */
};

struct logs {
	struct task task;
	const struct kube_resource *pods;
	char *namespace, *pod, *uid, *subject;
	GPtrArray *wanted; /* of struct wanted_log * */
	guint next, round;
	struct transfer *transfer;
	struct fetch *fetch;
	GSource *timer;
};

/* The logs that are there, previous ones first: of the containers in `names`, or of all where it is
 * NULL.  Array of struct wanted_log *, owned by it. */
GPtrArray *wanted_logs(GPtrArray *containers, GHashTable *names);
/* Begin to record it as it comes. */
void wanted_log_open(struct logs *l, struct wanted_log *w);
/* Give what is held to its evidence, in pieces that end with a line: all of it, or what is
 * whole. */
void wanted_log_pour(struct logs *l, struct wanted_log *w, gboolean all);
/* Record what is held, and that it ended. */
void wanted_log_record(struct logs *l, struct wanted_log *w);
/* Let go of what is held. */
void wanted_log_drop(struct logs *l, struct wanted_log *w);
void wanted_log_gap(struct logs *l, const struct wanted_log *w, const char *reason,
		    const char *detail);
