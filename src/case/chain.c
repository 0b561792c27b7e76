/*
 * The chain.
 *
 *	hash(n) = SHA-256(hash(n - 1) ‖ '\n' ‖ entry(n)); hash(0) = 64 zeros
 *
 * with hashes as 64 hexadecimal digits in lower case.
 *
 * A transaction appends entries and chunks in the order in which they came, and ends with a `batch`
 * entry:
 *
 *	{"kind":"batch","at":…,"chunks":[{"evidence","n","offset","size","sha256","codec",
 *	 "packed","after","at"},…]}
 *
 * where `packed` is the SHA-256 of the chunk as it is stored, and `after` the seq of the entry that
 * came just before it.  So the chain holds every byte of every chunk, and the order in which all
 * came.
 */
#include "private.h"

#include <kase/pack.h>
#include <kase/stamp.h>

#include <string.h>

gboolean chain_init(struct chain *c, sqlite3 *db, GError **error)
{
	*c = (struct chain){ .db = db };
	c->insert = sql_prepare(db, "INSERT INTO entry(seq, prev, entry, hash) VALUES (?, ?, ?, ?)",
				error);
	c->insert_chunk = c->insert ? sql_prepare(db,
						  "INSERT INTO chunk(evidence, n, offset, size, "
						  "sha256, codec, data)"
						  " VALUES (?, ?, ?, ?, ?, ?, ?)",
						  error)
				    : NULL;
	return c->insert_chunk != NULL;
}

void chain_clear(struct chain *c)
{
	g_clear_pointer(&c->insert, query_free);
	g_clear_pointer(&c->insert_chunk, query_free);
	g_clear_pointer(&c->chunks, json_free);
}

gboolean chain_read_hash(struct query *q, int column, char out[static DIGEST_CHARS])
{
	gsize size;
	const char *text = query_bytes(q, column, &size);

	if (query_type(q, column) != QUERY_TEXT || size != DIGEST_CHARS - 1)
		return FALSE;
	for (gsize i = 0; i < size; i++)
		if (!g_ascii_isxdigit(text[i]) || g_ascii_isupper(text[i]))
			return FALSE;
	memcpy(out, text, size);
	out[size] = 0;
	return TRUE;
}

gboolean chain_begin(struct chain *c, GError **error)
{
	g_autoptr(query) q = sql_prepare(
		c->db, "SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1", error);
	g_autoptr(GError) failed = NULL;

	if (!q)
		return FALSE;
	g_clear_pointer(&c->chunks, json_free);
	if (query_step(q, &failed)) {
		c->seq = query_int(q, 0);
		if (!chain_read_hash(q, 1, c->hash))
			g_set_error(&failed, CASE_ERROR, CASE_ERROR_CORRUPT,
				    "%s: its newest entry is damaged; run kase verify on it",
				    sqlite3_db_filename(c->db, "main"));
	} else {
		c->seq = 0;
		g_strlcpy(c->hash, CHAIN_ORIGIN, sizeof c->hash);
	}
	if (!failed)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failed));
	return FALSE;
}

void chain_hash(const char *prev, const char *entry, gsize size, char out[static DIGEST_CHARS])
{
	g_autoptr(digest) d = digest_new();

	digest_add(d, prev, strlen(prev));
	digest_add(d, "\n", 1);
	digest_add(d, entry, size);
	digest_peek(d, out);
}

gboolean chain_append(struct chain *c, const struct cJSON *entry, GError **error)
{
	g_autofree char *text = json_print(entry);
	char hash[DIGEST_CHARS];

	chain_hash(c->hash, text, strlen(text), hash);
	query_bind_int(c->insert, 1, c->seq + 1);
	query_bind_text(c->insert, 2, c->hash);
	query_bind_text(c->insert, 3, text);
	query_bind_text(c->insert, 4, hash);
	if (!query_run(c->insert, error))
		return FALSE;
	c->seq++;
	g_strlcpy(c->hash, hash, sizeof c->hash);
	return TRUE;
}

static struct cJSON *describe_chunk(const struct chain *c, const struct chain_chunk *chunk)
{
	struct cJSON *node = json_new_object();
	char at[STAMP_CHARS];

	json_set_int(node, "evidence", chunk->evidence);
	json_set_int(node, "n", chunk->n);
	json_set_int(node, "offset", chunk->offset);
	json_set_int(node, "size", (gint64)chunk->size);
	json_set_string(node, "sha256", chunk->sha256);
	json_set_string(node, "codec", chunk->codec);
	json_set_string(node, "packed", chunk->packed_sha256);
	json_set_int(node, "after", c->seq);
	json_set_string(node, "at", stamp_format(chunk->at, at));
	return node;
}

gboolean chain_add_chunk(struct chain *c, const struct chain_chunk *chunk, GError **error)
{
	gsize size;
	const void *data = g_bytes_get_data(chunk->data, &size);

	query_bind_int(c->insert_chunk, 1, chunk->evidence);
	query_bind_int(c->insert_chunk, 2, chunk->n);
	query_bind_int(c->insert_chunk, 3, chunk->offset);
	query_bind_int(c->insert_chunk, 4, (gint64)chunk->size);
	query_bind_text(c->insert_chunk, 5, chunk->sha256);
	query_bind_text(c->insert_chunk, 6, chunk->codec);
	query_bind_bytes(c->insert_chunk, 7, data, size);
	if (!query_run(c->insert_chunk, error))
		return FALSE;
	if (!c->chunks)
		c->chunks = json_new_array();
	json_add_take(c->chunks, describe_chunk(c, chunk));
	return TRUE;
}

gboolean chain_end(struct chain *c, gint64 at, const char *person, gint64 visit, GError **error)
{
	g_autoptr(json_tree) batch = json_new_object();
	char text[STAMP_CHARS];

	json_set_string(batch, "kind", "batch");
	json_set_string(batch, "at", stamp_format(at, text));
	json_set_string(batch, "person", person);
	json_set_int(batch, "visit", visit);
	json_set_take(batch, "chunks", c->chunks ? g_steal_pointer(&c->chunks) : json_new_array());
	return chain_append(c, batch, error);
}

void chain_pack(GBytes *bytes, const char *sha256, struct chain_chunk *chunk)
{
	gsize size, packed_size;
	const void *data = g_bytes_get_data(bytes, &size);
	g_autoptr(GBytes) packed = pack(data, size);

	chunk->size = size;
	if (sha256)
		g_strlcpy(chunk->sha256, sha256, sizeof chunk->sha256);
	else
		digest_of(data, size, chunk->sha256);
	if (g_bytes_get_size(packed) >= size) {
		chunk->codec = "raw";
		chunk->data = g_bytes_ref(bytes);
		g_strlcpy(chunk->packed_sha256, chunk->sha256, sizeof chunk->packed_sha256);
		return;
	}
	chunk->codec = "zstd";
	chunk->data = g_steal_pointer(&packed);
	data = g_bytes_get_data(chunk->data, &packed_size);
	digest_of(data, packed_size, chunk->packed_sha256);
}

GBytes *chain_unpack(const char *codec, const void *data, gsize size, gsize plain_bytes,
		     GError **error)
{
	if (plain_bytes <= CASE_CHUNK_MAX && g_strcmp0(codec, "zstd") == 0)
		return pack_open(data, size, plain_bytes, error);
	if (g_strcmp0(codec, "raw") == 0 && size == plain_bytes)
		return g_bytes_new(data, size);
	g_set_error(error, CASE_ERROR, CASE_ERROR_CORRUPT,
		    "a chunk's codec or size is not what was recorded");
	return NULL;
}
