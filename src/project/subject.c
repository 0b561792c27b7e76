/*
 * Subjects: what each object is called, and which cluster it is of.
 *
 * What a person brought need not say its cluster.  It is of the case's only one, or of the one in
 * which its UID is known; until there is such a cluster it has none, and then it is adopted.
 */
#include "config.h"

#include "rows.h"

#include <string.h>

void bind_subject(struct query *q, const struct subject_key *key)
{
	bind_text(q, 1, key->cluster);
	bind_text(q, 2, key->group);
	bind_text(q, 3, key->kind);
	bind_text(q, 4, key->namespace);
	bind_text(q, 5, key->name);
	bind_text(q, 6, key->uid);
}

static gboolean find_subject(struct projection *p, const struct subject_key *key, gint64 *id,
			     GError **error)
{
	struct query *q = projection_query(p, SUBJECT_ID, error);

	if (!q)
		return FALSE;
	bind_subject(q, key);
	return query_value(q, id, error);
}

static gboolean insert_subject(struct projection *p, const struct subject_key *key, gint64 *id,
			       gboolean *made, GError **error)
{
	struct query *q = projection_query(
		p,
		"INSERT INTO d_subject (cluster, group_, kind, namespace, name, uid)"
		" VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id",
		error);
	GError *failed = NULL;

	if (!q)
		return FALSE;
	bind_subject(q, key);
	*made = query_value(q, id, &failed);
	if (failed)
		g_propagate_error(error, failed);
	return !failed;
}

/* What was brought before its cluster was met is of that cluster, if it has the same UID. */
static gboolean adopt(struct projection *p, const struct subject_key *key, GError **error)
{
	struct query *q;

	if (!*key->uid)
		return TRUE;
	q = projection_query(
		p,
		"UPDATE OR IGNORE d_subject SET cluster = ?1 WHERE cluster = '' AND "
		"group_ = ?2 AND kind = ?3 AND namespace = ?4 AND name = ?5 AND uid = ?6",
		error);
	if (!q)
		return FALSE;
	bind_subject(q, key);
	return query_run(q, error);
}

/* The cluster of what does not say it: the case's only one, or the only one in which this UID is
 * known; else "".  Caller owns; NULL and `error` where SQLite fails. */
static char *cluster_of(struct projection *p, const struct subject_key *key, GError **error)
{
	struct query *q = projection_query(
		p,
		"SELECT iif(count(*) = 1, max(c.name), '') FROM d_cluster c WHERE (SELECT count(*) "
		"FROM d_cluster) = 1 OR (?6 <> '' AND EXISTS (SELECT 1 FROM d_subject s WHERE "
		"s.cluster = c.name AND s.cluster <> ?1 AND s.group_ = ?2 AND s.kind = ?3 AND "
		"s.namespace = ?4 AND s.name = ?5 AND s.uid = ?6))",
		error);
	char *cluster;

	if (!q)
		return NULL;
	bind_subject(q, key);
	if (!query_step(q, error))
		return NULL;
	cluster = g_strdup(query_text(q, 0));
	query_reset(q);
	return cluster;
}

/* A file is no object of a cluster. */
static gboolean is_brought(const struct subject_key *key)
{
	return !*key->cluster && strcmp(key->kind, "File");
}

gboolean subject_id(struct projection *p, const struct subject_key *key, gint64 *id,
		    gboolean *fresh, GError **error)
{
	g_autofree char *cluster = is_brought(key) ? cluster_of(p, key, error) : NULL;
	struct subject_key own = *key;
	gboolean made = FALSE;

	if (is_brought(key)) {
		if (!cluster)
			return FALSE;
		own.cluster = cluster;
	} else if (!adopt(p, key, error)) {
		return FALSE;
	}
	if (!insert_subject(p, &own, id, &made, error))
		return FALSE;
	if (fresh)
		*fresh = made;
	return made || find_subject(p, &own, id, error);
}
