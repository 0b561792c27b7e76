/*
 * Each cluster is asked for by itself, for two may be known to different degrees: what holds for all is the least of them.
 */
#include "coverage.h"

/* One number; `otherwise` where there is none. */
static gint64 number_of(struct casefile *c, const char *sql, const char *cluster,
			const char *resource, gint64 otherwise)
{
	g_autoptr(query) q = casefile_query(c, sql, NULL);

	if (!q)
		return otherwise;
	query_bind_text(q, 1, cluster);
	if (resource)
		query_bind_text(q, 2, resource);
	return query_step(q, NULL) && !query_is_null(q, 0) ? query_int(q, 0) : otherwise;
}

static enum coverage_state state_of(const char *written)
{
	static const struct {
		const char *written;
		enum coverage_state state;
	} states[] = {
		{ "complete", COVERAGE_COMPLETE },
		{ "partial", COVERAGE_PARTIAL },
		{ "denied", COVERAGE_DENIED },
		{ "failed", COVERAGE_PARTIAL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(states); i++)
		if (g_strcmp0(written, states[i].written) == 0)
			return states[i].state;
	return COVERAGE_NONE;
}

#define OF_KIND " FROM d_coverage WHERE cluster = ?1 AND resource = ?2"

/* Of a scope that was asked for as a whole: all namespaces, or this one, whichever is known better. */
static void cover_whole(struct coverage *v, struct casefile *c, const char *cluster,
			const char *resource, const char *space)
{
	g_autoptr(query) q = casefile_query(
		c,
		"SELECT state, reason" OF_KIND " AND namespace IN ('', ?3)"
		" ORDER BY state <> 'complete', state <> 'partial', namespace LIMIT 1",
		NULL);

	if (!q)
		return;
	query_bind_text(q, 1, cluster);
	query_bind_text(q, 2, resource);
	query_bind_text(q, 3, space ? space : "");
	if (!query_step(q, NULL))
		return;
	v->state = state_of(query_text(q, 0));
	v->everywhere = v->state == COVERAGE_COMPLETE || v->state == COVERAGE_PARTIAL;
	if (v->state != COVERAGE_COMPLETE)
		v->reason = g_strdup(query_text(q, 1));
}

/* Of namespaces that were asked for one by one. */
static void cover_namespaces(struct coverage *v, struct casefile *c, const char *cluster,
			     const char *resource)
{
	static const char of[] =
		"SELECT (SELECT count(*) FROM d_subject s JOIN d_object o ON o.subject = s.id"
		" WHERE s.cluster = ?1 AND s.group_ = '' AND s.kind = 'Namespace' AND o.gone IS "
		"NULL)"
		" FROM d_coverage WHERE cluster = ?1 AND resource = 'namespaces'"
		" AND namespace = '' AND state = 'complete'";
	static const char denied[] =
		"SELECT 1 FROM d_coverage WHERE cluster = ?1 AND resource = 'namespaces'"
		" AND namespace = '' AND state = 'denied'";

	v->namespaces = number_of(
		c, "SELECT count(*)" OF_KIND " AND namespace <> '' AND state = 'complete'", cluster,
		resource, 0);
	if (v->namespaces == 0 || v->everywhere)
		return;
	v->state = COVERAGE_PARTIAL;
	v->namespaces_of = number_of(c, of, cluster, NULL, -1);
	v->unnamed = number_of(c, denied, cluster, NULL, 0) != 0;
}

static void cover_cluster(struct coverage *v, struct casefile *c, const char *cluster,
			  const char *resource, const char *space)
{
	/* What a killed process was listing runs for ever, and is told until it is listed again. */
	static const char running[] =
		"SELECT 1 FROM d_listing l WHERE cluster = ?1 AND resource = ?2 AND state = "
		"'running'"
		" AND NOT EXISTS (SELECT 1 FROM d_listing n WHERE n.id > l.id AND n.cluster = ?1"
		" AND n.resource = ?2 AND (n.namespace = l.namespace AND n.selector = l.selector"
		" OR n.namespace IN ('', l.namespace) AND n.selector = '' AND n.state = "
		"'complete'))"
		" LIMIT 1";

	v->namespaces_of = -1;
	cover_whole(v, c, cluster, resource, space);
	if (!space)
		cover_namespaces(v, c, cluster, resource);
	v->running = number_of(c, running, cluster, resource, 0) != 0;
	if (v->running && v->state == COVERAGE_NONE)
		v->state = COVERAGE_RUNNING;
}

/* Where one is known to another degree than those before: partial, because of the first that is not complete. */
static void join_state(struct coverage *v, const struct coverage *one)
{
	const struct coverage *less = v->state == COVERAGE_COMPLETE ? one : v;
	g_autofree char *cluster = g_strdup(less->cluster);
	g_autofree char *why = g_strdup(less->reason);

	if (one->state == v->state || v->mixed)
		return;
	v->mixed = TRUE;
	v->state = COVERAGE_PARTIAL;
	g_free(v->reason);
	v->reason = why && *why ? g_strdup_printf("%s: %s", cluster, why)
				: g_strdup_printf("not all of it is known of %s", cluster);
}

static void join(struct coverage *v, const struct coverage *one)
{
	join_state(v, one);
	v->everywhere = v->everywhere || one->everywhere;
	v->running = v->running || one->running;
	v->unnamed = v->unnamed || one->unnamed;
	v->namespaces += one->namespaces;
	v->namespaces_of = v->namespaces_of < 0 || one->namespaces_of < 0
				   ? -1
				   : v->namespaces_of + one->namespaces_of;
}

static void cover_clusters(struct coverage *v, struct casefile *c, const char *resource,
			   const char *space)
{
	g_autoptr(query)
		q = casefile_query(c,
				   "SELECT name FROM d_cluster UNION SELECT cluster FROM "
				   "d_coverage WHERE resource = ?1"
				   " UNION SELECT cluster FROM d_listing WHERE resource = ?1",
				   NULL);

	if (q)
		query_bind_text(q, 1, resource);
	while (q && query_step(q, NULL)) {
		struct coverage one = { .cluster = g_strdup(query_text(q, 0)) };

		cover_cluster(&one, c, one.cluster, resource, space);
		if (v->cluster) {
			join(v, &one);
			coverage_clear(&one);
		} else {
			*v = one;
		}
	}
}

void coverage_find(struct coverage *v, struct casefile *c, const char *resource, const char *space)
{
	g_autoptr(query)
		q = casefile_query(c, "SELECT name FROM d_cluster ORDER BY rowid LIMIT 1", NULL);

	*v = (struct coverage){ .state = resource ? COVERAGE_NONE : COVERAGE_COMPLETE,
				.everywhere = !resource,
				.namespaces_of = -1 };
	if (resource)
		cover_clusters(v, c, resource, space);
	g_free(v->cluster);
	v->cluster = q && query_step(q, NULL) ? g_strdup(query_text(q, 0)) : NULL;
}

void coverage_clear(struct coverage *v)
{
	g_free(v->reason);
	g_free(v->cluster);
	*v = (struct coverage){ 0 };
}
