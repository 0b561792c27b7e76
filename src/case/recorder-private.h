/*
 * The recorder's inside, shared by recorder.c (posts, batches, the thread) and visit.c (how a process comes in).
 */
#pragma once

#include "private.h"

#include <kase/relay.h>

struct recorder {
	char *path, *person;
	sqlite3 *db;
	struct chain chain;
	struct projection projection;
	struct live *live;
	gint64 visit;
	struct relay *queue;
	struct relay_thread *thread;
	struct query *begin, *commit;
	gboolean folded;        /* nothing was committed since the -wal was folded in */
	struct relay_lock lock; /* over trouble */
	GError *trouble;
};

/* Append an entry of ours, inside a transaction; "person" and "visit" are added.  `entry` is taken. */
gboolean recorder_append(struct recorder *r, struct cJSON *entry, GError **error);
/* The first transaction of a process. */
gboolean visit_begin(struct recorder *r, const struct case_person *person,
		     const struct projector *projector, GError **error);
