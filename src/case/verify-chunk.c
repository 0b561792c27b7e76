/*
 * Chunks and the evidence that they make.
 *
 *	chunks		each is named by a batch entry with all that its row says, is as long and
 *			has the hash that is said, and its row comes after those named before; none
 *			is there that no batch entry names
 *	evidence	its chunks follow each other without a hole; a closing entry's size and
 *			hash are those of all of them
 */
#include "verify-private.h"

static void growing_free(void *data)
{
	struct growing *g = data;

	digest_free(g->digest);
	g_free(g);
}

void check_init_chunks(struct check *c)
{
	c->growing = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, growing_free);
}

void check_clear_chunks(struct check *c)
{
	g_clear_pointer(&c->growing, g_hash_table_unref);
	g_clear_pointer(&c->chunk, query_free);
}

struct growing *check_growing(struct check *c, gint64 evidence)
{
	struct growing *g = g_hash_table_lookup(c->growing, &evidence);

	if (g)
		return g;
	g = g_new0(struct growing, 1);
	g->digest = digest_new();
	g_hash_table_insert(c->growing, g_memdup2(&evidence, sizeof evidence), g);
	return g;
}

enum { CHUNK_ROWID, CHUNK_OFFSET, CHUNK_SIZE, CHUNK_SHA256, CHUNK_CODEC, CHUNK_DATA };

static gboolean is_int(struct query *q, int column, gint64 value)
{
	return query_type(q, column) == QUERY_INT && query_int(q, column) == value;
}

static gboolean same_as_told(struct query *q, const struct cJSON *told)
{
	char sha256[DIGEST_CHARS];
	gsize size;
	const void *data = query_bytes(q, CHUNK_DATA, &size);

	return is_int(q, CHUNK_OFFSET, json_int(told, "offset", -1)) &&
	       is_int(q, CHUNK_SIZE, json_int(told, "size", -1)) &&
	       sql_is_text(q, CHUNK_SHA256, json_string(told, "sha256")) &&
	       sql_is_text(q, CHUNK_CODEC, json_string(told, "codec")) &&
	       query_type(q, CHUNK_DATA) == QUERY_BYTES &&
	       g_strcmp0(digest_of(data, size, sha256), json_string(told, "packed")) == 0;
}

/* What a row packs, if it is what was told.  Caller owns. */
static GBytes *unpack_told(struct query *q, const struct cJSON *told)
{
	gsize size;
	const void *data = query_bytes(q, CHUNK_DATA, &size);
	g_autoptr(GBytes) plain = NULL;
	char sha256[DIGEST_CHARS];

	if (!same_as_told(q, told))
		return NULL;
	plain = chain_unpack(json_string(told, "codec"), data, size,
			     (gsize)json_int(told, "size", 0), NULL);
	if (!plain)
		return NULL;
	data = g_bytes_get_data(plain, &size);
	if (g_strcmp0(digest_of(data, size, sha256), json_string(told, "sha256")) != 0)
		return NULL;
	return g_steal_pointer(&plain);
}

void check_chunk(struct check *c, const struct cJSON *told)
{
	gint64 evidence = json_int(told, "evidence", 0), n = json_int(told, "n", -1);
	struct growing *g = check_growing(c, evidence);
	g_autoptr(GBytes) plain = NULL;
	g_autoptr(GError) failed = NULL;
	const void *data;
	gsize size;

	query_reset(c->chunk);
	query_bind_int(c->chunk, 1, evidence);
	query_bind_int(c->chunk, 2, n);
	if (!query_step(c->chunk, &failed)) {
		report_finding(c->report,
			       "chunk %" G_GINT64_FORMAT " of e%" G_GINT64_FORMAT " is missing%s%s",
			       n, evidence, failed ? ": " : "", failed ? failed->message : "");
		return;
	}
	c->report->chunks++;
	plain = unpack_told(c->chunk, told);
	if (!plain) {
		report_finding(c->report,
			       "chunk %" G_GINT64_FORMAT " of e%" G_GINT64_FORMAT " was changed", n,
			       evidence);
		return;
	}
	if (n != g->n || json_int(told, "offset", -1) != g->size ||
	    query_int(c->chunk, CHUNK_ROWID) <= c->chunk_rowid)
		report_finding(c->report,
			       "chunk %" G_GINT64_FORMAT " of e%" G_GINT64_FORMAT
			       " is out of order",
			       n, evidence);
	data = g_bytes_get_data(plain, &size);
	c->chunk_rowid = query_int(c->chunk, CHUNK_ROWID);
	g->n++;
	g->size += (gint64)size;
	c->report->bytes += size;
	digest_add(g->digest, data, size);
}

void check_closing(struct check *c, const struct cJSON *entry)
{
	gint64 evidence = json_int(entry, "evidence", 0);
	struct growing *g = check_growing(c, evidence);
	char sha256[DIGEST_CHARS];

	if (g->size != json_int(entry, "size", -1) ||
	    g_strcmp0(digest_peek(g->digest, sha256), json_string(entry, "sha256")) != 0)
		report_finding(c->report,
			       "e%" G_GINT64_FORMAT
			       " as a whole is not what entry #%" G_GINT64_FORMAT
			       " says that was recorded",
			       evidence, c->seq);
	g_hash_table_remove(c->growing, &evidence);
}

void check_unnamed_chunks(struct check *c)
{
	static const char sql[] =
		"SELECT evidence, n FROM chunk EXCEPT"
		" SELECT told.value ->> 'evidence', told.value ->> 'n' FROM entry,"
		" json_each(entry.entry, '$.chunks') AS told WHERE entry.entry ->> 'kind' = "
		"'batch' LIMIT 10";
	g_autoptr(query) q = NULL;

	if (sql_int(c->db, "SELECT count(*) FROM chunk") == c->report->chunks)
		return;
	q = sql_prepare(c->db, sql, NULL);
	while (q && query_step(q, NULL))
		report_finding(c->report,
			       "chunk %" G_GINT64_FORMAT " of e%" G_GINT64_FORMAT
			       " was put in: no entry names it",
			       query_int(q, 1), query_int(q, 0));
}
