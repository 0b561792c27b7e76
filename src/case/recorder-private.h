/*
 * The recorder's inside, shared by recorder.c (batches, the thread), message.c (what is posted) and
 * visit.c (how a process comes in).
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
	GHashTable *closed; /* ids of evidence of ours that others closed */
	gint64 format;      /* of the file, as this process knows it */
	struct relay *queue;
	struct relay_thread *thread;
	struct query *begin, *commit;
	gboolean folded;        /* nothing was committed since the -wal was folded in */
	struct relay_lock lock; /* over trouble */
	GError *trouble;
};

/* Append an entry of ours, inside a transaction; "person" and "visit" are added.  `entry` is
 * taken. */
gboolean recorder_append(struct recorder *r, struct cJSON *entry, GError **error);
/* The first transaction of a process. */
gboolean visit_begin(struct recorder *r, const struct case_person *person,
		     const struct projector *projector, GError **error);
/* Add to `ids` (of gint64) the evidence that was closed after entry `since`: where `visit` is not 0,
 * only what that one opened. */
gboolean visit_closed(sqlite3 *db, gint64 since, gint64 visit, GHashTable *ids, GError **error);

/* --- message.c -------------------------------------------------------------------------------- */

struct ticket {
	gint references;
	gint64 seq;       /* recorder's thread */
	gint64 committed; /* atomic */
};

struct message;
struct message_class {
	gboolean (*prepare)(struct recorder *r, struct message *m, GError **error);
	gboolean (*write)(struct recorder *r, struct message *m, GError **error);
};

struct message {
	const struct message_class *class;
	struct ticket *ticket; /* the entry's, or NULL */
	struct cJSON *entry;   /* of an entry, an opening, a closing */
	char *key;             /* member that names `about` */
	struct ticket *about;
	struct evidence *evidence;
	GBytes *bytes;
	gint64 at;
	GArray *chunks;        /* of struct chain_chunk, once prepared */
	GMainContext *context; /* of a flush */
	GSourceFunc function;
	void *data;
	GDestroyNotify drop; /* of `data`, where `function` will not run; or NULL */
};

void message_free(void *message);
gboolean message_is_flush(const struct message *m);
gsize message_bytes(const struct message *m); /* what it weighs in the queue */
