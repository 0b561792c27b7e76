/*
 * How a process comes in: derived tables of an older kase are made anew, its visit is entered, and
 * what dead processes left open is closed.  One transaction.
 */
#include "recorder-private.h"

#include <kase/stamp.h>

/* Begins a statement: `e` is the table of entries, with NULL where a damaged file has no JSON. */
#define RECORDS_THAT_ARE_JSON                                                            \
	"WITH e AS NOT MATERIALIZED (SELECT seq, CASE WHEN json_valid(entry) THEN entry" \
	" END AS entry FROM entry)"

/* What is there of evidence that its process left open. */
struct rest {
	gint64 chunks, bytes;
	char sha256[DIGEST_CHARS];
	GError *damage; /* of the chunk after those; NULL: all can be read */
};

static void rest_free(void *data)
{
	struct rest *rest = data;

	g_clear_error(&rest->damage);
	g_free(rest);
}

static gboolean add_chunk(struct rest *rest, struct digest *whole, struct query *q, GError **error)
{
	gsize size, packed_size;
	const void *packed = query_bytes(q, 2, &packed_size);
	g_autoptr(GBytes) plain = chain_unpack(query_text(q, 0), packed, packed_size,
					       (gsize)query_int(q, 1), error);
	const void *bytes;

	if (!plain)
		return FALSE;
	bytes = g_bytes_get_data(plain, &size);
	digest_add(whole, bytes, size);
	rest->bytes += (gint64)size;
	rest->chunks++;
	return TRUE;
}

/* A chunk that cannot be read must not keep anybody from writing: verify names it. */
static struct rest *read_rest(sqlite3 *db, gint64 evidence, GError **error)
{
	g_autoptr(query) q = sql_prepare(
		db, "SELECT codec, size, data FROM chunk WHERE evidence = ? ORDER BY n", error);
	g_autoptr(digest) whole = digest_new();
	struct rest *rest;

	if (!q)
		return NULL;
	rest = g_new0(struct rest, 1);
	query_bind_int(q, 1, evidence);
	while (query_step(q, &rest->damage) && add_chunk(rest, whole, q, &rest->damage))
		;
	digest_peek(whole, rest->sha256);
	return rest;
}

static struct cJSON *closing_entry(gint64 evidence, const struct rest *rest)
{
	struct cJSON *entry = json_new_object();
	g_autofree char *damaged = g_strdup_printf(
		"the process that recorded it ended, and chunk %" G_GINT64_FORMAT
		" is damaged since: run kase verify",
		rest->chunks);

	json_set_string(entry, "kind", "closed");
	json_set_int(entry, "evidence", evidence);
	json_set_string(entry, "state", rest->damage ? "failed" : "cut");
	json_set_string(entry, "reason",
			rest->damage ? damaged : "the process that recorded it ended");
	json_set_int(entry, "size", rest->bytes);
	json_set_string(entry, "sha256", rest->sha256);
	return entry;
}

/* The tables say fast what may be open; what is written into the chain, only entries may say. */
static GArray *find_open(struct recorder *r, GError **error)
{
	static const char find[] = RECORDS_THAT_ARE_JSON
		" SELECT e.seq, e.entry ->> 'visit' FROM d_evidence AS d CROSS JOIN e ON e.seq = "
		"d.id"
		" WHERE d.state = 'open' AND e.entry ->> 'kind' = 'evidence' ORDER BY d.id";
	g_autoptr(query) q = sql_prepare(r->db, find, error);
	g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GError) failed = NULL;

	if (!q)
		return NULL;
	while (query_step(q, &failed)) {
		gint64 id = query_int(q, 0);

		if (!live_visit_held(r->live, query_int(q, 1)))
			g_array_append_val(open, id);
	}
	if (!failed)
		return g_steal_pointer(&open);
	g_propagate_error(error, g_steal_pointer(&failed));
	return NULL;
}

gboolean visit_closed(sqlite3 *db, gint64 since, gint64 visit, GHashTable *ids, GError **error)
{
	static const char find[] = RECORDS_THAT_ARE_JSON
		" SELECT entry ->> 'evidence' FROM e AS c WHERE seq > ?1"
		" AND entry ->> 'kind' = 'closed' AND (?2 = 0 OR ?2 = (SELECT o.entry ->> 'visit'"
		" FROM e AS o WHERE o.seq = c.entry ->> 'evidence'))";
	g_autoptr(query) q = sql_prepare(db, find, error);
	g_autoptr(GError) failed = NULL;

	if (!q)
		return FALSE;
	query_bind_int(q, 1, since);
	query_bind_int(q, 2, visit);
	while (query_step(q, &failed)) {
		gint64 id = query_int(q, 0);

		g_hash_table_add(ids, g_memdup2(&id, sizeof id));
	}
	if (!failed)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failed));
	return FALSE;
}

/* Open evidence of processes that are no more.  Mostly there is none, and no entry is read for
 * it.  Caller owns. */
static GArray *find_abandoned(struct recorder *r, GError **error)
{
	g_autoptr(GArray) open = find_open(r, error);
	g_autoptr(GArray) dead = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GHashTable)
		closed = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	if (!open || !open->len)
		return g_steal_pointer(&open);
	if (!visit_closed(r->db, g_array_index(open, gint64, 0), 0, closed, error))
		return NULL;
	for (guint i = 0; i < open->len; i++)
		if (!g_hash_table_contains(closed, &g_array_index(open, gint64, i)))
			g_array_append_val(dead, g_array_index(open, gint64, i));
	return g_steal_pointer(&dead);
}

/*
 * Evidence of a dead process grows no more: what is there of it is read before the transaction,
 * since a long stream takes seconds, in which nobody else could write.  What cannot be read now is
 * read in it, or fails there.
 */
static GHashTable *read_abandoned(struct recorder *r)
{
	g_autoptr(GHashTable)
		rests = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, rest_free);
	g_autoptr(GArray) dead = find_abandoned(r, NULL);

	for (guint i = 0; dead && i < dead->len; i++) {
		gint64 id = g_array_index(dead, gint64, i);
		struct rest *rest = read_rest(r->db, id, NULL);

		if (rest)
			g_hash_table_insert(rests, g_memdup2(&id, sizeof id), rest);
	}
	return g_steal_pointer(&rests);
}

static gboolean close_one(struct recorder *r, gint64 evidence, GHashTable *rests, GError **error)
{
	struct rest *rest = g_hash_table_lookup(rests, &evidence);

	if (!rest) { /* its process died just now */
		rest = read_rest(r->db, evidence, error);
		if (!rest)
			return FALSE;
		g_hash_table_insert(rests, g_memdup2(&evidence, sizeof evidence), rest);
	}
	return recorder_append(r, closing_entry(evidence, rest), error);
}

static gboolean close_abandoned(struct recorder *r, GHashTable *rests, GError **error)
{
	g_autoptr(GArray) dead = find_abandoned(r, error);

	if (!dead)
		return FALSE;
	for (guint i = 0; i < dead->len; i++)
		if (!close_one(r, g_array_index(dead, gint64, i), rests, error))
			return FALSE;
	return TRUE;
}

static gboolean enter_visit(struct recorder *r, const struct case_person *person,
			    const struct projector *projector, GError **error)
{
	struct cJSON *entry = json_new_object();
	g_autofree char *summary = g_strdup_printf("kase %s", person->command ?: "");

	r->visit = r->chain.seq + 1;
	json_set_string(entry, "kind", "opened");
	json_set_string(entry, "summary", summary);
	json_set_int(entry, "uid_number", person->uid);
	json_set_string(entry, "login", person->login);
	json_set_string(entry, "host", person->host);
	json_set_string(entry, "version", person->version);
	json_set_int(entry, "projector", projector ? projector->version : 0);
	if (!recorder_append(r, entry, error))
		return FALSE;
	if (live_hold_visit(r->live, r->visit))
		return TRUE;
	g_set_error(error, CASE_ERROR, CASE_ERROR_FAILED,
		    "%s: its -live file takes no lock; put it on another file system", r->path);
	return FALSE;
}

/* What was skipped while the tables were made anew is said where everybody looks for it. */
static gboolean enter_gaps(struct recorder *r, const GArray *broken, GError **error)
{
	for (guint i = 0; i < broken->len; i++) {
		const struct broken_chunk *b = &g_array_index(broken, struct broken_chunk, i);
		struct cJSON *entry = json_new_object();
		g_autofree char *scope = g_strdup_printf("e%" G_GINT64_FORMAT, b->evidence);
		g_autofree char *summary = g_strconcat(scope, ": damaged", NULL);
		g_autofree char *detail = g_strdup_printf(
			"chunk %" G_GINT64_FORMAT " of e%" G_GINT64_FORMAT
			" is damaged: what it and the rest of this evidence held is not in the "
			"tables since they were made anew; kase verify names what is damaged",
			b->n, b->evidence);

		json_set_string(entry, "kind", "gap");
		json_set_string(entry, "summary", summary);
		json_set_string(entry, "scope", scope);
		json_set_string(entry, "reason", "damaged");
		json_set_string(entry, "detail", detail);
		if (!recorder_append(r, entry, error))
			return FALSE;
	}
	return TRUE;
}

/* Tables made by an older projector, by none, or of which some are gone, are made anew of the
 * records: of all that can still be read. */
static gboolean remake_derived(struct recorder *r, const struct projector *projector,
			       GArray *broken, GError **error)
{
	int want = projector ? projector->version : 0, have = schema_derived_version(r->db);

	if (have == want && schema_is_whole(r->db, projector))
		return TRUE;
	if (have > want) {
		g_set_error(error, CASE_ERROR, CASE_ERROR_NEWER,
			    "%s: its tables were made by a newer kase (%d; this one makes %d); use "
			    "that one, or open it "
			    "with --read-only",
			    r->path, have, want);
		return FALSE;
	}
	if (schema_drop_derived(r->db, error) && schema_make_derived(r->db, projector, error) &&
	    apply_all(r->db, &r->projection, broken, NULL, NULL, error))
		return TRUE;
	g_prefix_error(error, "%s: its tables cannot be made anew: ", r->path);
	return FALSE;
}

/* A chain without its beginning would only grow by entries of no case. */
static gboolean begins(struct recorder *r, GError **error)
{
	if (sql_int(r->db, "SELECT count(*) FROM entry WHERE seq = 1"))
		return TRUE;
	g_set_error(error, CASE_ERROR, CASE_ERROR_CORRUPT,
		    "%s: its first entry is not there, so nothing is added; kase verify tells what "
		    "more is damaged; take another copy",
		    r->path);
	return FALSE;
}

/* Nothing is written before the file is known to do with it what its tables say. */
static gboolean come_in(struct recorder *r, const struct case_person *person,
			const struct projector *projector, GHashTable *rests, GError **error)
{
	g_autoptr(GArray) broken = g_array_new(FALSE, FALSE, sizeof(struct broken_chunk));

	if (!format_allows_writing(r->db, error) || !format_raise(r->db, error))
		return FALSE;
	guard_writing(r->db);
	r->format = format_of(r->db);
	return live_keep(r->live, error) && begins(r, error) &&
	       remake_derived(r, projector, broken, error) && chain_begin(&r->chain, error) &&
	       enter_visit(r, person, projector, error) && enter_gaps(r, broken, error) &&
	       close_abandoned(r, rests, error) &&
	       chain_end(&r->chain, stamp_now(), r->person, r->visit, error) &&
	       query_run(r->commit, error);
}

gboolean visit_begin(struct recorder *r, const struct case_person *person,
		     const struct projector *projector, GError **error)
{
	g_autoptr(GHashTable) rests = read_abandoned(r);

	if (!query_run(r->begin, error))
		return FALSE;
	if (come_in(r, person, projector, rests, error)) {
		g_hash_table_remove_all(r->projection.open);
		live_tell(r->live, r->chain.seq);
		return TRUE;
	}
	sqlite3_exec(r->db, "ROLLBACK", NULL, NULL, NULL);
	return FALSE;
}
