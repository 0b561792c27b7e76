/*
 * What the files of verify share: verify.c goes through a case, verify-entry.c checks the chain,
 * and verify-chunk.c what it names.
 */
#pragma once

#include "private.h"

/* Evidence whose closing entry has not come yet. */
struct growing {
	gint64 n, size;
	struct digest *digest;
};

struct check {
	sqlite3 *db;
	struct verify_report *report;
	struct query *chunk;
	GHashTable *growing; /* evidence → struct growing */
	const char *head;
	char prev[DIGEST_CHARS];
	gint64 seq;
	gint64 chunk_rowid; /* of the last chunk: rows are in the order of the chain */
	int projector;      /* the version that the newest process had */
	gboolean in_batch;  /* entries came after the last batch entry */
};

typedef void (*verify_progress)(void *data, guint64 done, guint64 total);

/* --- verify-chunk.c --------------------------------------------------------------------------- */

void check_init_chunks(struct check *c);
void check_clear_chunks(struct check *c);
struct growing *check_growing(struct check *c, gint64 evidence);
/* A chunk as a batch entry tells of it. */
void check_chunk(struct check *c, const struct cJSON *told);
void check_closing(struct check *c, const struct cJSON *entry);
/* Once all entries were seen. */
void check_unnamed_chunks(struct check *c);

/* --- verify-entry.c --------------------------------------------------------------------------- */

gboolean check_records(struct check *c, verify_progress progress, void *data, GError **error);
