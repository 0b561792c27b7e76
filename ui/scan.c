#include "scan.h"

#include <kase/stamp.h>

#include <string.h>

/* Most rows have an image that rows before them had, so the last one's answer is kept. */
static int width_of(struct scan *s, int column, struct query *q)
{
	const char *text;

	if (s->view->columns[column].form != VIEW_IMAGES)
		return (int)CLAMP(query_int(q, 2 + column), 0, 1000);
	text = query_text(q, 2 + column);
	if (text && g_strcmp0(text, s->images) != 0) {
		g_autofree char *written = view_images(text);

		g_free(s->images);
		s->images = g_strdup(text);
		s->images_cells = (int)g_utf8_strlen(written, -1);
	}
	return s->images_cells;
}

static gboolean found_rows(struct scan *s, struct query *q, GError **error)
{
	int columns = view_columns(s->view);
	g_autoptr(GError) trouble = NULL;

	while (query_step(q, &trouble)) {
		gint64 id = query_int(q, 0);

		g_array_append_val(s->ids, id);
		if (query_int(q, 1))
			s->gone++;
		else
			s->alive++;
		for (int i = 0; i < columns; i++)
			s->widths[i] = MAX(s->widths[i], width_of(s, i, q));
	}
	if (!trouble)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&trouble));
	return FALSE;
}

static gboolean find_rows(struct scan *s, struct casefile *c, GError **error)
{
	g_auto(GStrv) words = g_strsplit_set(s->filter, " ", -1);
	g_autofree char *sql = NULL;
	g_autoptr(query) q = NULL;
	guint n = 0;

	for (char **word = words; *word; word++)
		n += **word != '\0';
	sql = view_scan_sql(s->view, s->sorted, s->inverted, n);
	q = casefile_query(c, sql, error);
	if (!q)
		return FALSE;
	n = 0;
	for (char **word = words; *word; word++) {
		g_autofree char *pattern = view_word(*word);

		if (**word)
			query_bind_text(q, (int)++n, pattern);
	}
	return found_rows(s, q, error);
}

/* One number; `otherwise` where there is none. */
static gint64 number_of(struct casefile *c, const char *sql, const char *parameter,
			gint64 otherwise)
{
	g_autoptr(query) q = casefile_query(c, sql, NULL);

	if (!q)
		return otherwise;
	if (parameter)
		query_bind_text(q, 1, parameter);
	return query_step(q, NULL) && !query_is_null(q, 0) ? query_int(q, 0) : otherwise;
}

static char *text_of(struct casefile *c, const char *sql, const char *parameter)
{
	g_autoptr(query) q = casefile_query(c, sql, NULL);

	if (!q)
		return NULL;
	if (parameter)
		query_bind_text(q, 1, parameter);
	return query_step(q, NULL) ? g_strdup(query_text(q, 0)) : NULL;
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

/* Of a scope that was asked for as a whole. */
static void cover_everywhere(struct coverage *v, struct casefile *c, const char *resource)
{
	g_autofree char *written = text_of(
		c,
		"SELECT state FROM d_coverage WHERE resource = ?1 AND namespace = ''"
		" ORDER BY state = 'complete' LIMIT 1",
		resource);

	v->state = state_of(written);
	v->everywhere = v->state == COVERAGE_COMPLETE || v->state == COVERAGE_PARTIAL;
	if (v->state != COVERAGE_COMPLETE && v->state != COVERAGE_NONE)
		v->reason = text_of(c,
				    "SELECT reason FROM d_coverage WHERE resource = ?1 AND "
				    "namespace = '' AND state <> 'complete' LIMIT 1",
				    resource);
}

/* Of namespaces that were asked for one by one. */
static void cover_namespaces(struct coverage *v, struct casefile *c, const char *resource)
{
	v->namespaces = number_of(c,
				  "SELECT count(*) FROM d_coverage WHERE resource = ?1 AND "
				  "namespace <> '' AND state = 'complete'",
				  resource, 0);
	if (v->namespaces == 0 || v->everywhere)
		return;
	v->state = COVERAGE_PARTIAL;
	v->namespaces_of = number_of(
		c,
		"SELECT (SELECT count(*) FROM d_object o JOIN d_subject s ON s.id = o.subject"
		" WHERE s.kind = 'Namespace' AND s.group_ = '' AND o.gone IS NULL)"
		" FROM d_coverage WHERE resource = 'namespaces' AND namespace = ''"
		" AND state = 'complete'",
		NULL, -1);
	v->unnamed = number_of(c,
			       "SELECT 1 FROM d_coverage WHERE resource = 'namespaces'"
			       " AND namespace = '' AND state = 'denied'",
			       NULL, 0);
}

static void find_coverage(struct scan *s, struct casefile *c)
{
	struct coverage *v = &s->coverage;
	const char *resource = s->view->resource;

	v->namespaces_of = -1;
	v->cluster = text_of(c, "SELECT name FROM d_cluster ORDER BY rowid LIMIT 1", NULL);
	cover_everywhere(v, c, resource);
	cover_namespaces(v, c, resource);
	v->listed = number_of(c,
			      "SELECT rows FROM d_listing WHERE resource = ?1 AND state = 'running'"
			      " ORDER BY id DESC LIMIT 1",
			      resource, -1);
	v->running = v->listed >= 0;
	if (v->running && v->state == COVERAGE_NONE)
		v->state = COVERAGE_RUNNING;
}

static void find_total(struct scan *s, struct casefile *c)
{
	g_autofree char *sql = NULL;

	s->total = s->alive;
	if (!*s->filter)
		return;
	sql = g_strdup_printf("SELECT count(*) FROM %s WHERE %s IS NULL", s->view->from,
			      s->view->gone);
	s->total = number_of(c, sql, NULL, s->alive);
}

static gboolean scan_work(struct job *job, struct casefile *c, GError **error)
{
	struct scan *s = (struct scan *)job;
	gint64 began_us = g_get_monotonic_time();

	if (!find_rows(s, c, error))
		return FALSE;
	find_total(s, c);
	find_coverage(s, c);
	s->newest = number_of(c, "SELECT max(at) FROM d_evidence", NULL, STAMP_NONE);
	s->took_us = g_get_monotonic_time() - began_us;
	return TRUE;
}

static void scan_done(struct job *job, const GError *error)
{
	struct scan *s = (struct scan *)job;

	s->found(s, error);
}

static void scan_free(struct job *job)
{
	struct scan *s = (struct scan *)job;

	g_free(s->filter);
	g_free(s->images);
	g_free(s->coverage.reason);
	g_free(s->coverage.cluster);
	if (s->ids)
		g_array_unref(s->ids);
	g_free(s);
}

struct scan *scan_new(const struct view *view, int sorted, gboolean inverted, const char *filter)
{
	struct scan *s = g_new0(struct scan, 1);

	s->job = (struct job){ scan_work, scan_done, scan_free };
	s->view = view;
	s->sorted = sorted;
	s->inverted = inverted;
	s->filter = g_strdup(filter);
	s->ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	return s;
}
