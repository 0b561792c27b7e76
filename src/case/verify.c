/*
 * The chain and the chunks, checked one after another; nothing but the case is believed.
 *
 *	entries		seq from 1 without a hole; prev is the hash before; hash is that of prev
 *			and entry, of all their bytes
 *	chunks		each is named by a batch entry with all that its row says, is as long and
 *			has the hash that is said, and its row comes after those named before; none
 *			is there that no batch entry names
 *	evidence	its chunks follow each other without a hole; a closing entry's size and
 *			hash are those of all of them
 */
#include "private.h"

#include <kase/stamp.h>
#include <kase/text.h>

#include <stdarg.h>
#include <string.h>

#define VERIFY_TRIES 3 /* where a writer came in between */

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

void report_finding(struct verify_report *report, const char *format, ...)
{
	g_autofree char *line = NULL;
	va_list args;

	if (report->findings->len >= VERIFY_MAX_FINDINGS)
		return;
	va_start(args, format);
	line = g_strdup_vprintf(format, args);
	va_end(args);
	g_ptr_array_add(report->findings, text_safe(line, -1));
}

void verify_report_clear(struct verify_report *report)
{
	g_clear_pointer(&report->findings, g_ptr_array_unref);
	g_clear_pointer(&report->sealed, g_free);
}

static void growing_free(void *data)
{
	struct growing *g = data;

	digest_free(g->digest);
	g_free(g);
}

static struct growing *find_growing(struct check *c, gint64 evidence)
{
	struct growing *g = g_hash_table_lookup(c->growing, &evidence);

	if (g)
		return g;
	g = g_new0(struct growing, 1);
	g->digest = digest_new();
	g_hash_table_insert(c->growing, g_memdup2(&evidence, sizeof evidence), g);
	return g;
}

/* --- chunks ----------------------------------------------------------------------------------- */

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

static void check_chunk(struct check *c, const struct cJSON *told)
{
	gint64 evidence = json_int(told, "evidence", 0), n = json_int(told, "n", -1);
	struct growing *g = find_growing(c, evidence);
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

static void check_closing(struct check *c, const struct cJSON *entry)
{
	gint64 evidence = json_int(entry, "evidence", 0);
	struct growing *g = find_growing(c, evidence);
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

/* --- entries ---------------------------------------------------------------------------------- */

/* A closing entry comes before the batch entry that names the last chunks of its evidence: both are
 * looked at when the batch is whole. */
static void check_batch(struct check *c, GPtrArray *closings, const struct cJSON *batch)
{
	for (const struct cJSON *told = json_first(json_at(batch, "chunks")); told;
	     told = json_next(told))
		check_chunk(c, told);
	for (guint i = 0; i < closings->len; i++)
		check_closing(c, closings->pdata[i]);
	g_ptr_array_set_size(closings, 0);
	c->in_batch = FALSE;
}

static void check_hash(struct check *c, struct query *q)
{
	char want[DIGEST_CHARS], hash[DIGEST_CHARS];
	gsize size;
	const char *entry = query_bytes(q, 2, &size);

	chain_hash(c->prev, entry, size, want);
	if (query_type(q, 2) != QUERY_TEXT || !chain_read_hash(q, 3, hash)) {
		report_finding(c->report,
			       "entry #%" G_GINT64_FORMAT " was changed: it is not even one",
			       c->seq);
		g_strlcpy(c->prev, want, sizeof c->prev);
		return;
	}
	if (!g_str_equal(hash, want))
		report_finding(c->report,
			       "entry #%" G_GINT64_FORMAT " was changed: its hash is another",
			       c->seq);
	if (c->head && g_ascii_strcasecmp(c->head, hash) == 0)
		c->report->head_found = TRUE;
	g_strlcpy(c->prev, hash, sizeof c->prev);
}

static void check_links(struct check *c, struct query *q)
{
	gint64 seq = query_int(q, 0);

	if (seq != c->seq + 1)
		report_finding(c->report,
			       "entry #%" G_GINT64_FORMAT " is missing: #%" G_GINT64_FORMAT
			       " follows",
			       c->seq + 1, seq);
	c->seq = seq;
	if (!sql_is_text(q, 1, c->prev))
		report_finding(c->report,
			       "entry #%" G_GINT64_FORMAT
			       " does not follow the one before it: one of them was "
			       "changed, removed or put in",
			       seq);
	/* From here on the chain is looked at as it goes on: one break is told once. */
	chain_read_hash(q, 1, c->prev);
	check_hash(c, q);
}

static void check_entry(struct check *c, struct query *q, GPtrArray *closings)
{
	g_autoptr(json_tree) entry = sql_entry(q, 2, NULL);
	const char *kind = json_string(entry, "kind");

	check_links(c, q);
	c->report->entries++;
	c->in_batch = TRUE;
	if (g_strcmp0(kind, "case") == 0 || g_strcmp0(kind, "opened") == 0)
		c->projector = (int)json_int(entry, "projector", c->projector);
	if (!entry)
		report_finding(c->report, "entry #%" G_GINT64_FORMAT " is no JSON", c->seq);
	else if (g_strcmp0(kind, "batch") == 0)
		check_batch(c, closings, entry);
	else if (g_strcmp0(kind, "closed") == 0)
		g_ptr_array_add(closings, g_steal_pointer(&entry));
	else if (g_strcmp0(kind, "evidence") == 0)
		find_growing(c, c->seq);
}

static void find_unnamed_chunks(struct check *c)
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

static gboolean check_records(struct check *c, void (*progress)(void *, guint64, guint64),
			      void *data, GError **error)
{
	g_autoptr(query) q = sql_prepare(
		c->db, "SELECT seq, prev, entry, hash FROM entry ORDER BY seq", error);
	g_autoptr(GPtrArray) closings = g_ptr_array_new_with_free_func((GDestroyNotify)json_free);
	guint64 total = (guint64)sql_int(c->db, "SELECT max(seq) FROM entry");
	g_autoptr(GError) failed = NULL;

	if (!q)
		return FALSE;
	while (query_step(q, &failed)) {
		check_entry(c, q, closings);
		if (!c->in_batch)
			progress(data, (guint64)c->seq, total);
	}
	if (failed)
		report_finding(c->report, "the entries cannot be read to their end: %s",
			       failed->message);
	if (!c->seq)
		report_finding(c->report, "there is no entry at all");
	else if (c->in_batch)
		report_finding(c->report,
			       "the chain ends in the middle of a commit: its tail was cut off");
	find_unnamed_chunks(c);
	return TRUE;
}

/* SQLite's own structure, so that an index that was changed is found, too. */
static void check_structure(struct check *c)
{
	g_autoptr(query) q = sql_prepare(c->db, "PRAGMA integrity_check(10)", NULL);
	g_autoptr(GError) failed = NULL;

	schema_check_records(c->db, c->report);
	while (q && query_step(q, &failed))
		if (!sql_is_text(q, 0, "ok"))
			report_finding(c->report, "the file's structure: %s",
				       query_text(q, 0) ?: "it cannot be read");
	if (failed)
		report_finding(c->report, "the file's structure: %s", failed->message);
}

/* --- derived tables --------------------------------------------------------------------------- */

static sqlite3 *make_anew(struct check *c, const struct projector *projector,
			  void (*progress)(void *, guint64, guint64), void *data, GError **error)
{
	struct projection p;
	sqlite3 *made = NULL;
	gboolean ok;

	/* An empty name is a file of SQLite's own in the folder for temporary files, which goes
	 * when it is closed. */
	if (sqlite3_open_v2("", &made,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK) {
		sql_error(made, "a temporary file", "making the derived tables anew", error);
		sqlite3_close(made);
		return NULL;
	}
	projection_init(&p, made, projector);
	ok = sql_exec(made, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; BEGIN", error) &&
	     schema_make_records(made, error) && schema_make_derived(made, projector, error) &&
	     apply_all(c->db, &p, progress, data, error) && sql_exec(made, "COMMIT", error);
	projection_clear(&p);
	if (ok)
		return made;
	sqlite3_close_v2(made);
	return NULL;
}

static gboolean check_derived(struct check *c, const struct projector *projector,
			      void (*progress)(void *, guint64, guint64), void *data,
			      GError **error)
{
	g_autoptr(GError) failed = NULL;
	sqlite3 *made;
	gboolean ok;

	c->report->derived_version = schema_derived_version(c->db);
	if (!c->report->findings->len && c->report->derived_version != c->projector)
		report_finding(c->report,
			       "table d_version_of says that projector %d made the tables; the "
			       "entries say %d",
			       c->report->derived_version, c->projector);
	if (c->report->findings->len || c->report->derived_version != projector->version)
		return TRUE; /* no tables can be made of records that were changed */
	made = make_anew(c, projector, progress, data, &failed);
	if (!made) {
		report_finding(c->report, "the derived tables cannot be made anew: %s",
			       failed->message);
		return TRUE;
	}
	ok = compare_derived(c->db, made, c->report, error);
	c->report->derived_compared = ok;
	sqlite3_close_v2(made);
	return ok;
}

/* Both parts go over all entries: each is half of the way. */
struct progress {
	void (*tell)(void *data, guint64 done, guint64 total); /* or NULL */
	void *data;
	gboolean second;
};

static void tell_half(void *data, guint64 done, guint64 total)
{
	const struct progress *p = data;

	if (p->tell)
		p->tell(p->data, MIN((p->second ? total + done : done) / 2, total), total);
}

static gboolean check_all(struct check *c, const struct projector *projector,
			  struct progress *progress, GError **error)
{
	struct verify_report *report = c->report;

	progress->second = FALSE;
	if (!check_records(c, tell_half, progress, error))
		return FALSE;
	check_structure(c);
	report->head_seq = c->seq;
	g_strlcpy(report->head, c->prev, sizeof report->head);
	report->evidence_open = g_hash_table_size(c->growing);
	if (c->head && !report->head_found)
		report_finding(report,
			       "the head %.64s is not in this chain: its tail was cut off, or it "
			       "is another case",
			       c->head);
	verify_seals(c->db, report);
	progress->second = TRUE;
	return check_derived(c, projector, tell_half, progress, error);
}

static gboolean verify_once(const char *path, const struct projector *projector, const char *head,
			    struct progress *progress, struct verify_report *report, GError **error)
{
	static const char find[] = "SELECT rowid, offset, size, sha256, codec, data FROM chunk"
				   " WHERE evidence = ? AND n = ?";
	struct check c = { .report = report, .head = head, .prev = CHAIN_ORIGIN };
	struct sql_mark mark;
	char *copy = NULL;
	gboolean ok;

	sql_mark_init(&mark, path);
	c.db = sql_open(path, SQL_READ, &copy, error);
	c.growing = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, growing_free);
	/* One transaction: what another process records meanwhile does not come in between. */
	if (c.db && sql_exec(c.db, "BEGIN", error))
		c.chunk = sql_prepare(c.db, find, error);
	ok = c.chunk && check_all(&c, projector, progress, error);
	if (c.db && !sql_mark_holds(&mark, c.db, NULL)) {
		g_clear_error(error);
		ok = sql_mark_holds(&mark, c.db, error);
	}
	query_free(c.chunk);
	g_hash_table_unref(c.growing);
	sql_close(c.db, copy);
	sql_mark_clear(&mark);
	return ok;
}

gboolean casefile_verify(const char *path, const struct projector *projector, const char *head,
			 void (*progress)(void *data, guint64 done, guint64 total), void *data,
			 struct verify_report *report, GError **error)
{
	struct progress halves = { .tell = progress, .data = data };

	for (guint tries = 0;; tries++) {
		g_autoptr(GError) failed = NULL;

		*report = (struct verify_report){
			.findings = g_ptr_array_new_with_free_func(g_free),
		};
		if (verify_once(path, projector, head, &halves, report, &failed))
			return TRUE;
		verify_report_clear(report);
		if (tries < VERIFY_TRIES && g_error_matches(failed, CASE_ERROR, CASE_ERROR_BUSY))
			continue;
		g_propagate_error(error, g_steal_pointer(&failed));
		return FALSE;
	}
}
