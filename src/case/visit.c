/*
 * How a process comes in: derived tables of an older kase are made anew, its visit is entered, and what dead processes left open
 * is closed.  One transaction.
 */
#include "recorder-private.h"

#include <kase/stamp.h>

/* Evidence that a process left open when it died: what is there of it is closed as cut. */
static gboolean close_one(struct recorder *r, gint64 evidence, GError **error)
{
	g_autoptr(query) q = sql_prepare(
		r->db, "SELECT codec, size, data FROM chunk WHERE evidence = ? ORDER BY n", error);
	g_autoptr(digest) whole = digest_new();
	struct cJSON *entry = json_new_object();
	char sha256[DIGEST_CHARS];
	gint64 total = 0;
	gboolean ok = q != NULL;

	if (q)
		query_bind_int(q, 1, evidence);
	while (ok && query_step(q, NULL)) {
		gsize size, packed_size;
		const void *packed = query_bytes(q, 2, &packed_size);
		g_autoptr(GBytes) plain = chain_unpack(query_text(q, 0), packed, packed_size,
						       (gsize)query_int(q, 1), error);
		const void *bytes = plain ? g_bytes_get_data(plain, &size) : NULL;

		ok = plain != NULL;
		if (!ok)
			break;
		digest_add(whole, bytes, size);
		total += (gint64)size;
	}
	json_set_string(entry, "kind", "closed");
	json_set_int(entry, "evidence", evidence);
	json_set_string(entry, "state", "cut");
	json_set_string(entry, "reason", "the process that recorded it ended");
	json_set_int(entry, "size", total);
	json_set_string(entry, "sha256", digest_peek(whole, sha256));
	if (ok)
		return recorder_append(r, entry, error);
	json_free(entry);
	return FALSE;
}

static gboolean close_abandoned(struct recorder *r, GError **error)
{
	g_autoptr(query) q = sql_prepare(
		r->db, "SELECT id, visit FROM d_evidence WHERE state = 'open' ORDER BY id", error);
	g_autoptr(GArray) dead = g_array_new(FALSE, FALSE, sizeof(gint64));

	if (!q)
		return FALSE;
	while (query_step(q, NULL)) {
		gint64 id = query_int(q, 0);

		if (!live_visit_held(r->live, query_int(q, 1)))
			g_array_append_val(dead, id);
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
	return recorder_append(r, entry, error) && live_hold_visit(r->live, r->visit);
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
