/*
 * How a process comes in: derived tables of an older kase are made anew, its visit is entered, and
 * what dead processes left open is closed.  One transaction.
 */
#include "recorder-private.h"

#include <kase/stamp.h>

/* What is there of evidence that its process left open. */
struct rest {
	struct digest *whole;
	gint64 chunks, bytes;
};

static gboolean add_chunk(struct rest *rest, struct query *q, GError **error)
{
	gsize size, packed_size;
	const void *packed = query_bytes(q, 2, &packed_size);
	g_autoptr(GBytes) plain = chain_unpack(query_text(q, 0), packed, packed_size,
					       (gsize)query_int(q, 1), error);
	const void *bytes;

	if (!plain)
		return FALSE;
	bytes = g_bytes_get_data(plain, &size);
	digest_add(rest->whole, bytes, size);
	rest->bytes += (gint64)size;
	rest->chunks++;
	return TRUE;
}

static struct cJSON *closing_entry(gint64 evidence, const struct rest *rest, const GError *damage)
{
	struct cJSON *entry = json_new_object();
	g_autofree char *damaged = g_strdup_printf(
		"the process that recorded it ended, and chunk %" G_GINT64_FORMAT
		" is damaged since: run kase verify",
		rest->chunks);
	char sha256[DIGEST_CHARS];

	json_set_string(entry, "kind", "closed");
	json_set_int(entry, "evidence", evidence);
	json_set_string(entry, "state", damage ? "failed" : "cut");
	json_set_string(entry, "reason", damage ? damaged : "the process that recorded it ended");
	json_set_int(entry, "size", rest->bytes);
	json_set_string(entry, "sha256", digest_peek(rest->whole, sha256));
	return entry;
}

/* A chunk that cannot be read must not keep anybody from writing: verify names it. */
static gboolean close_one(struct recorder *r, gint64 evidence, GError **error)
{
	g_autoptr(query) q = sql_prepare(
		r->db, "SELECT codec, size, data FROM chunk WHERE evidence = ? ORDER BY n", error);
	g_autoptr(digest) whole = digest_new();
	struct rest rest = { .whole = whole };
	g_autoptr(GError) damage = NULL;

	if (!q)
		return FALSE;
	query_bind_int(q, 1, evidence);
	while (query_step(q, &damage) && add_chunk(&rest, q, &damage))
		;
	query_reset(q);
	return recorder_append(r, closing_entry(evidence, &rest, damage), error);
}

static gboolean close_abandoned(struct recorder *r, GError **error)
{
	g_autoptr(query) q = sql_prepare(
		r->db, "SELECT id, visit FROM d_evidence WHERE state = 'open' ORDER BY id", error);
	g_autoptr(GArray) dead = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GError) failed = NULL;

	if (!q)
		return FALSE;
	while (query_step(q, &failed)) {
		gint64 id = query_int(q, 0);

		if (!live_visit_held(r->live, query_int(q, 1)))
			g_array_append_val(dead, id);
	}
	if (failed) {
		g_propagate_error(error, g_steal_pointer(&failed));
		return FALSE;
	}
	query_reset(q);
	for (guint i = 0; i < dead->len; i++)
		if (!close_one(r, g_array_index(dead, gint64, i), error))
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

/* Tables made by an older projector, or by none, are made anew of the records. */
static gboolean remake_derived(struct recorder *r, const struct projector *projector,
			       GError **error)
{
	int want = projector ? projector->version : 0, have = schema_derived_version(r->db);

	if (have == want)
		return TRUE;
	if (have > want) {
		g_set_error(error, CASE_ERROR, CASE_ERROR_NEWER,
			    "%s: its tables were made by a newer kase (%d; this one makes %d); use "
			    "that one, or open it "
			    "with --read-only",
			    r->path, have, want);
		return FALSE;
	}
	return schema_drop_derived(r->db, error) && schema_make_derived(r->db, projector, error) &&
	       apply_all(r->db, &r->projection, NULL, NULL, error);
}

gboolean visit_begin(struct recorder *r, const struct case_person *person,
		     const struct projector *projector, GError **error)
{
	if (!query_run(r->begin, error))
		return FALSE;
	if (remake_derived(r, projector, error) && chain_begin(&r->chain, error) &&
	    enter_visit(r, person, projector, error) && close_abandoned(r, error) &&
	    chain_end(&r->chain, stamp_now(), r->person, r->visit, error) &&
	    query_run(r->commit, error)) {
		g_hash_table_remove_all(r->projection.open);
		live_tell(r->live, r->chain.seq);
		return TRUE;
	}
	sqlite3_exec(r->db, "ROLLBACK", NULL, NULL, NULL);
	return FALSE;
}
