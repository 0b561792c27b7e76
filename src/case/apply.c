/*
 * From records to derived tables.  Recording, making them anew and verify all come through here, in
 * the same order: entries and chunks as they were appended.
 */
#include "private.h"

#include <kase/stamp.h>

#include <string.h>

struct open_evidence {
	const struct projector *projector;
	struct cJSON *about;
	void *state;     /* the projector's */
	gboolean broken; /* a chunk was skipped: no later one is applied */
};

static void drop_state(struct open_evidence *o)
{
	if (o->state && o->projector->state_free)
		o->projector->state_free(o->state);
	o->state = NULL;
}

static void open_evidence_free(void *data)
{
	struct open_evidence *o = data;

	drop_state(o);
	json_free(o->about);
	g_free(o);
}

void projection_init(struct projection *p, sqlite3 *db, const struct projector *projector)
{
	static const struct projector nothing = { 0 };

	*p = (struct projection){ .db = db, .projector = projector ? projector : &nothing };
	p->statements = g_hash_table_new_full(NULL, NULL, NULL, (GDestroyNotify)query_free);
	p->open = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, open_evidence_free);
}

void projection_clear(struct projection *p)
{
	g_clear_pointer(&p->statements, g_hash_table_unref);
	g_clear_pointer(&p->open, g_hash_table_unref);
}

struct query *projection_query(struct projection *p, const char *sql, GError **error)
{
	struct query *q = g_hash_table_lookup(p->statements, sql);

	if (q) {
		query_reset(q);
		return q;
	}
	q = sql_prepare(p->db, sql, error);
	if (q)
		g_hash_table_insert(p->statements, (void *)sql, q);
	return q;
}

static void bind_time(struct query *q, int parameter, gint64 ns)
{
	if (ns == STAMP_NONE)
		query_bind_null(q, parameter);
	else
		query_bind_int(q, parameter, ns);
}

/* As a server sent it; in cases of older ones also RFC 3339. */
static gint64 server_date(const char *text)
{
	gint64 ns = stamp_of_http(text);

	return ns == STAMP_NONE ? stamp_of(text) : ns;
}

static gboolean evidence_opened(struct projection *p, gint64 seq, struct cJSON **entry,
				GError **error)
{
	static const char insert[] =
		"INSERT INTO d_evidence(id, class, type, source, cluster, subject, uid, at,"
		" request, person, visit, state)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')";
	static const char *const members[] = { "class",   "type",    "source",
					       "cluster", "subject", "uid" };
	const char *brought_by = json_string(*entry, "brought_by"); /* not by who entered it */
	struct query *q = projection_query(p, insert, error);
	struct open_evidence *o;
	gint64 *id;

	if (!q)
		return FALSE;
	query_bind_int(q, 1, seq);
	for (gsize i = 0; i < G_N_ELEMENTS(members); i++)
		query_bind_text(q, 2 + (int)i, json_string(*entry, members[i]));
	bind_time(q, 8, stamp_of(json_string(*entry, "at")));
	query_bind_text(q, 9, json_string(*entry, "request"));
	query_bind_text(q, 10, brought_by ? brought_by : json_string(*entry, "person"));
	query_bind_int(q, 11, json_int(*entry, "visit", 0));
	if (!query_run(q, error))
		return FALSE;
	o = g_new0(struct open_evidence, 1);
	o->projector = p->projector;
	o->about = g_steal_pointer(entry);
	id = g_memdup2(&seq, sizeof seq);
	g_hash_table_insert(p->open, id, o);
	return !p->projector->entry || p->projector->entry(p, seq, o->about, error);
}

/* The entry that opened evidence which another process recorded.  Caller owns. */
static struct cJSON *read_about(struct projection *p, gint64 evidence, GError **error)
{
	struct query *q = projection_query(p, "SELECT entry FROM entry WHERE seq = ?", error);
	struct cJSON *about = NULL;

	if (!q)
		return NULL;
	query_bind_int(q, 1, evidence);
	if (query_step(q, error))
		about = sql_entry(q, 0, error);
	else if (error && !*error)
		g_set_error(error, CASE_ERROR, CASE_ERROR_CORRUPT,
			    "entry #%" G_GINT64_FORMAT " is missing", evidence);
	/* What is read on holds the state that it saw, and no transaction begins on an old one. */
	query_reset(q);
	return about;
}

static gboolean tell_closed(struct projection *p, gint64 evidence, const struct cJSON *entry,
			    GError **error)
{
	struct open_evidence *o = g_hash_table_lookup(p->open, &evidence);
	g_autoptr(json_tree) read = NULL;
	void *nothing = NULL;

	if (!p->projector->closed)
		return TRUE;
	if (!o) {
		read = read_about(p, evidence, error);
		return read && p->projector->closed(p, evidence, read, &nothing, entry, error);
	}
	/* Whoever closes it for a dead process has no state: so it is then when it is told again,
	 * too. */
	if (json_int(o->about, "visit", 0) != json_int(entry, "visit", 0))
		drop_state(o);
	return p->projector->closed(p, evidence, o->about, &o->state, entry, error);
}

static gboolean evidence_closed(struct projection *p, const struct cJSON *entry, GError **error)
{
	static const char update[] =
		"UPDATE d_evidence SET state = ?, status = ?, server_date = ?, sha256 = ?,"
		" size = ? WHERE id = ?";
	gint64 evidence = json_int(entry, "evidence", 0);
	struct query *q = projection_query(p, update, error);

	if (!q)
		return FALSE;
	query_bind_text(q, 1, json_string(entry, "state") ?: "complete");
	if (json_at(entry, "status"))
		query_bind_int(q, 2, json_int(entry, "status", 0));
	bind_time(q, 3, server_date(json_string(entry, "server_date")));
	query_bind_text(q, 4, json_string(entry, "sha256"));
	query_bind_int(q, 5, json_int(entry, "size", 0));
	query_bind_int(q, 6, evidence);
	if (!query_run(q, error) || !tell_closed(p, evidence, entry, error))
		return FALSE;
	g_hash_table_remove(p->open, &evidence);
	return TRUE;
}

gboolean apply_entry(struct projection *p, gint64 seq, struct cJSON **entry, GError **error)
{
	const char *kind = json_string(*entry, "kind");

	if (g_strcmp0(kind, "evidence") == 0)
		return evidence_opened(p, seq, entry, error);
	if (g_strcmp0(kind, "closed") == 0 && !evidence_closed(p, *entry, error))
		return FALSE;
	return !p->projector->entry || p->projector->entry(p, seq, *entry, error);
}

gboolean apply_chunk(struct projection *p, gint64 evidence, gint64 at, gint64 after, guint64 offset,
		     const char *data, gsize size, GError **error)
{
	struct open_evidence *o = g_hash_table_lookup(p->open, &evidence);
	struct projection_chunk chunk = { .evidence = evidence,
					  .at = at,
					  .after = after,
					  .offset = offset,
					  .data = data,
					  .size = size };

	if (!o || o->broken || !p->projector->chunk)
		return TRUE;
	chunk.about = o->about;
	chunk.state = &o->state;
	return p->projector->chunk(p, &chunk, error);
}

/* --- all of it, again ------------------------------------------------------------------------- */

struct replay {
	struct projection *to;
	struct query *entries, *chunk;
	GPtrArray *batch;         /* of struct cJSON *: the entries of one transaction */
	gint64 first;             /* seq of the first of them */
	const struct cJSON *next; /* chunk of its batch entry that comes next */
	GArray *broken; /* of struct broken_chunk: those that were skipped; NULL: none may */
};

/* A chunk's plain bytes, if they are what was recorded.  Caller owns. */
static GBytes *read_chunk(struct replay *r, const struct cJSON *told, GError **error)
{
	gint64 evidence = json_int(told, "evidence", 0);
	g_autoptr(GBytes) plain = NULL;
	char sha256[DIGEST_CHARS];
	const void *data;
	gsize size;

	query_reset(r->chunk);
	query_bind_int(r->chunk, 1, evidence);
	query_bind_int(r->chunk, 2, json_int(told, "n", -1));
	if (!query_step(r->chunk, error)) {
		if (error && !*error)
			g_set_error(error, CASE_ERROR, CASE_ERROR_CORRUPT,
				    "a chunk of e%" G_GINT64_FORMAT " is missing", evidence);
		return NULL;
	}
	data = query_bytes(r->chunk, 1, &size);
	plain = chain_unpack(query_text(r->chunk, 0), data, size, (gsize)json_int(told, "size", 0),
			     error);
	if (!plain)
		return NULL;
	data = g_bytes_get_data(plain, &size);
	if (g_strcmp0(digest_of(data, size, sha256), json_string(told, "sha256")) == 0)
		return g_steal_pointer(&plain);
	g_set_error(error, CASE_ERROR, CASE_ERROR_CORRUPT,
		    "a chunk of e%" G_GINT64_FORMAT " was changed", evidence);
	return NULL;
}

/* What a projector kept of the bytes before has no sense without those that are lost. */
static gboolean skip_chunk(struct replay *r, const struct cJSON *told, GError *why, GError **error)
{
	struct broken_chunk broken = { json_int(told, "evidence", 0), json_int(told, "n", -1) };
	struct open_evidence *o = g_hash_table_lookup(r->to->open, &broken.evidence);

	if (!r->broken) {
		g_propagate_error(error, why);
		return FALSE;
	}
	g_error_free(why);
	if (o && o->broken)
		return TRUE;
	g_array_append_val(r->broken, broken);
	if (o) {
		o->broken = TRUE;
		drop_state(o);
	}
	return TRUE;
}

static gboolean replay_chunk(struct replay *r, const struct cJSON *told, GError **error)
{
	GError *failed = NULL;
	g_autoptr(GBytes) plain = read_chunk(r, told, &failed);
	const void *data;
	gsize size;

	if (!plain)
		return skip_chunk(r, told, failed, error);
	data = g_bytes_get_data(plain, &size);
	return apply_chunk(r->to, json_int(told, "evidence", 0), stamp_of(json_string(told, "at")),
			   json_int(told, "after", 0), (guint64)json_int(told, "offset", 0), data,
			   size, error);
}

/* Chunks that came after entry `seq` and before the next one. */
static gboolean replay_chunks_after(struct replay *r, gint64 seq, GError **error)
{
	for (; r->next && json_int(r->next, "after", 0) <= seq; r->next = json_next(r->next))
		if (!replay_chunk(r, r->next, error))
			return FALSE;
	return TRUE;
}

static gboolean replay_batch(struct replay *r, GError **error)
{
	const struct cJSON *last = r->batch->pdata[r->batch->len - 1];
	gboolean ok;

	r->next = json_first(json_at(last, "chunks"));
	ok = replay_chunks_after(r, r->first - 1, error);
	for (guint i = 0; ok && i < r->batch->len; i++) {
		gint64 seq = r->first + i;

		ok = apply_entry(r->to, seq, (struct cJSON **)&r->batch->pdata[i], error) &&
		     (i == r->batch->len - 1 || replay_chunks_after(r, seq, error));
	}
	r->first += r->batch->len;
	g_ptr_array_set_size(r->batch, 0);
	return ok;
}

/* Rows made with another entry's number would be false, and what is written for them, too. */
static gboolean comes_next(struct replay *r, GError **error)
{
	gint64 seq = query_int(r->entries, 0), next = r->first + r->batch->len;

	if (seq == next)
		return TRUE;
	g_set_error(error, CASE_ERROR, CASE_ERROR_CORRUPT,
		    "entry #%" G_GINT64_FORMAT " is missing (#%" G_GINT64_FORMAT
		    " follows); kase verify names all that is; go on with a copy that is whole",
		    next, seq);
	return FALSE;
}

static gboolean replay_each(struct replay *r, void (*progress)(void *, guint64, guint64),
			    void *data, gint64 total, GError **error)
{
	g_autoptr(GError) failed = NULL;

	while (query_step(r->entries, &failed)) {
		struct cJSON *entry = comes_next(r, error) ? sql_entry(r->entries, 1, error) : NULL;

		if (!entry)
			return FALSE;
		g_ptr_array_add(r->batch, entry);
		if (g_strcmp0(json_string(entry, "kind"), "batch") != 0)
			continue;
		if (!replay_batch(r, error))
			return FALSE;
		if (progress)
			progress(data, (guint64)r->first, (guint64)total);
	}
	if (!failed)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failed));
	return FALSE;
}

gboolean apply_all(sqlite3 *from, struct projection *to, GArray *broken,
		   void (*progress)(void *data, guint64 done, guint64 total), void *data,
		   GError **error)
{
	g_autoptr(query)
		entries = sql_prepare(from, "SELECT seq, entry FROM entry ORDER BY seq", error);
	g_autoptr(query) chunk =
		entries ? sql_prepare(from,
				      "SELECT codec, data FROM chunk WHERE evidence = ? AND n = ?",
				      error)
			: NULL;
	g_autoptr(GPtrArray) batch = g_ptr_array_new_with_free_func((GDestroyNotify)json_free);
	struct replay r = { .to = to,
			    .entries = entries,
			    .chunk = chunk,
			    .batch = batch,
			    .first = 1,
			    .broken = broken };

	return chunk &&
	       replay_each(&r, progress, data, sql_int(from, "SELECT max(seq) FROM entry"), error);
}
