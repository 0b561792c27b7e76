/*
 * The chain: seq from 1 without a hole; prev is the hash before; hash is that of prev and entry, of
 * all their bytes; each transaction ends with a batch entry.
 */
#include "verify-private.h"

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
		check_growing(c, c->seq);
}

gboolean check_records(struct check *c, verify_progress progress, void *data, GError **error)
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
	check_unnamed_chunks(c);
	return TRUE;
}
