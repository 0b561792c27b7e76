#include "config.h"

#include "rows.h"

#include <kase/stamp.h>
#include <string.h>

gint64 entry_at(const struct cJSON *entry)
{
	const char *text = json_string(entry, "at");
	gint64 ns = 0;

	if (text)
		stamp_parse(text, -1, &ns);
	return ns;
}

/* --- clusters -------------------------------------------------------------------------------------- */

/* What was brought before the case knew a cluster is of the first that it meets. */
static gboolean adopt_all(struct projection *p, const char *cluster, GError **error)
{
	struct query *q = projection_query(
		p,
		"UPDATE OR IGNORE d_subject SET cluster = ? WHERE cluster "
		"= '' AND kind <> 'File' AND (SELECT count(*) FROM "
		"d_cluster) = 1",
		error);

	if (!q)
		return FALSE;
	bind_text(q, 1, cluster);
	return query_run(q, error);
}

/* The engine reads these, of which a case has few, without a look at all other entries. */
static gboolean add_named(struct projection *p, gint64 seq, const struct cJSON *entry,
			  GError **error)
{
	struct query *q = projection_query(p, "INSERT INTO d_named (seq, kind) VALUES (?, ?)",
					   error);

	if (!q)
		return FALSE;
	query_bind_int(q, 1, seq);
	query_bind_text(q, 2, json_string(entry, "kind"));
	return query_run(q, error);
}

static gboolean add_cluster(struct projection *p, gint64 seq, const struct cJSON *entry,
			    GError **error)
{
	static const char *const members[] = { "server", "ca", "version", "known_by", "user" };
	struct query *q = projection_query(p,
					   "INSERT INTO d_cluster (name, uid, server, ca, version, "
					   "known_by, user) VALUES (?, ?, ?, ?, ?, ?, ?)"
					   " ON CONFLICT (name) DO UPDATE SET uid = "
					   "coalesce(excluded.uid, uid), server = excluded.server,"
					   " ca = excluded.ca, version = excluded.version, "
					   "known_by = excluded.known_by, user = excluded.user",
					   error);

	if (!q)
		return FALSE;
	bind_text(q, 1, json_string(entry, "cluster"));
	query_bind_text(q, 2, json_string(entry, "uid"));
	for (gsize i = 0; i < G_N_ELEMENTS(members); i++)
		bind_text(q, i + 3, json_string(entry, members[i]));
	return query_run(q, error) && adopt_all(p, json_string(entry, "cluster"), error) &&
	       add_named(p, seq, entry, error);
}

/* --- listings -------------------------------------------------------------------------------------- */

static gboolean begin_listing(struct projection *p, gint64 seq, const struct cJSON *entry,
			      GError **error)
{
	static const char *const members[] = { "cluster", "resource",  "group",
					       "object",  "namespace", "selector" };
	struct query *q = projection_query(
		p,
		"INSERT INTO d_listing (id, cluster, resource, group_, kind, namespace, selector, "
		"as_of, first_at,"
		" last_at, rv, state, pages, rows, reason)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, '', 'running', 0, 0, '')",
		error);

	if (!q)
		return FALSE;
	query_bind_int(q, 1, seq);
	for (gsize i = 0; i < G_N_ELEMENTS(members); i++)
		bind_text(q, i + 2, json_string(entry, members[i]));
	query_bind_int(q, 8, json_int(entry, "as_of", 0));
	query_bind_int(q, 9, entry_at(entry));
	return query_run(q, error);
}

gboolean listing_page(const struct source *s, gsize rows, GError **error)
{
	struct query *q;

	if (!s->listing)
		return TRUE;
	q = projection_query(
		s->p,
		"UPDATE d_listing SET first_at = iif(pages = 0, ?1, first_at), last_at = ?1,"
		" pages = pages + 1, rows = rows + ?2 WHERE id = ?3",
		error);
	if (!q)
		return FALSE;
	query_bind_int(q, 1, s->at);
	query_bind_int(q, 2, rows);
	query_bind_int(q, 3, s->listing);
	return query_run(q, error);
}

static gboolean end_listing(struct projection *p, gint64 listing, const struct cJSON *entry,
			    GError **error)
{
	struct query *q = projection_query(p,
					   "UPDATE d_listing SET state = ?1, rv = ?2, reason = ?3,"
					   " last_at = iif(pages = 0, ?4, last_at) WHERE id = ?5",
					   error);

	if (!q)
		return FALSE;
	bind_text(q, 1, json_string(entry, "state"));
	bind_text(q, 2, json_string(entry, "rv"));
	bind_text(q, 3, json_string(entry, "reason"));
	query_bind_int(q, 4, entry_at(entry));
	query_bind_int(q, 5, listing);
	return query_run(q, error);
}

/* A listing of some objects only covers nothing, and tells of none that it is gone. */
static gboolean run_for_listing(struct projection *p, const char *sql, gint64 listing,
				GError **error)
{
	struct query *q = projection_query(p, sql, error);

	if (!q)
		return FALSE;
	query_bind_int(q, 1, listing);
	return query_run(q, error);
}

#define COVER                                                                                      \
	"INSERT INTO d_coverage (cluster, resource, namespace, state, rows, as_of, reason)"        \
	" SELECT cluster, resource, namespace, state, rows, as_of, reason FROM d_listing"          \
	" WHERE id = ? AND selector = '' ON CONFLICT (cluster, resource, namespace) DO UPDATE SET" \
	" state = excluded.state, rows = excluded.rows, as_of = excluded.as_of, reason = "         \
	"excluded.reason"                                                                          \
	" WHERE excluded.as_of >= as_of"

/* What is gone is so as of the listing: older evidence that comes late does not bring it back. */
#define SWEEP                                                                                      \
	"UPDATE d_object SET gone = l.first_at, as_of = l.as_of FROM d_listing l JOIN d_subject s" \
	" ON s.cluster = l.cluster AND s.group_ = l.group_ AND s.kind = l.kind"                    \
	" AND (l.namespace = '' OR s.namespace = l.namespace) WHERE l.id = ? AND l.state = "       \
	"'complete'"                                                                               \
	" AND l.selector = '' AND d_object.subject = s.id AND d_object.gone IS NULL"               \
	" AND d_object.as_of <= l.as_of AND coalesce(d_object.listing, 0) < l.id"

static gboolean add_listed(struct projection *p, gint64 seq, const struct cJSON *entry,
			   GError **error)
{
	gint64 listing = json_int(entry, "listing", 0);

	return end_listing(p, listing, entry, error) && run_for_listing(p, COVER, listing, error) &&
	       run_for_listing(p, SWEEP, listing, error);
}

/* --- gaps ------------------------------------------------------------------------------------------ */

gboolean gap_add(struct projection *p, const struct gap *g, GError **error)
{
	struct query *q = projection_query(
		p, "INSERT INTO d_gap (at, scope, reason, detail) VALUES (?, ?, ?, ?)", error);

	if (!q)
		return FALSE;
	query_bind_int(q, 1, g->at);
	bind_text(q, 2, g->scope);
	bind_text(q, 3, g->reason);
	bind_text(q, 4, g->detail);
	return query_run(q, error);
}

gboolean gap_not_understood(const struct source *s, guint64 offset, const char *why, GError **error)
{
	g_autofree char *detail = g_strdup_printf("e%" G_GINT64_FORMAT "@%" G_GUINT64_FORMAT ": %s",
						  s->evidence, offset, why);
	struct gap g = {
		.at = s->at, .scope = s->scope, .reason = "not-understood", .detail = detail
	};

	return gap_add(s->p, &g, error);
}

static gboolean add_gap(struct projection *p, gint64 seq, const struct cJSON *entry, GError **error)
{
	struct gap g = {
		.at = entry_at(entry),
		.scope = json_string(entry, "scope"),
		.reason = json_string(entry, "reason"),
		.detail = json_string(entry, "detail"),
	};

	return gap_add(p, &g, error);
}

static const struct {
	const char *kind;
	gboolean (*add)(struct projection *p, gint64 seq, const struct cJSON *entry,
			GError **error);
} entries[] = {
	{ "cluster", add_cluster },   { "captured", add_named }, { "followed", add_named },
	{ "listing", begin_listing }, { "listed", add_listed },  { "gap", add_gap },
};

gboolean ledger_entry(struct projection *p, gint64 seq, const struct cJSON *entry, GError **error)
{
	const char *kind = json_string(entry, "kind");

	for (gsize i = 0; i < G_N_ELEMENTS(entries); i++)
		if (!g_strcmp0(kind, entries[i].kind))
			return entries[i].add(p, seq, entry, error);
	return TRUE;
}
