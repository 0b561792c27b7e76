#include "scan.h"

#include <kase/stamp.h>
#include <kase/text.h>

#include <string.h>

/* Nearly all is ASCII without controls, which takes a cell a byte. */
static int cells_of(const char *text)
{
	const char *at = text;
	g_autofree char *safe = NULL;

	while (*at >= ' ' && *at < 0x7f)
		at++;
	if (!*at)
		return (int)(at - text);
	safe = text_safe(text, -1);
	return text_cells(safe);
}

/* Most rows have an image that rows before them had, so the last one's answer is kept. */
static int width_of(struct scan *s, int column, struct query *q)
{
	const char *text = query_text(q, 2 + column);

	if (!text)
		return 1; /* ? */
	if (s->view->columns[column].form != VIEW_IMAGES)
		return cells_of(text);
	if (g_strcmp0(text, s->images) != 0) {
		g_autofree char *written = view_images(text);

		g_free(s->images);
		s->images = g_strdup(text);
		s->images_cells = cells_of(written);
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
	sql = view_scan_sql(s->view, &s->item, s->sorted, s->inverted, n);
	q = casefile_query(c, sql, error);
	if (!q)
		return FALSE;
	view_bind(s->view, &s->item, q);
	n = VIEW_WORDS;
	for (char **word = words; *word; word++) {
		g_autofree char *pattern = view_word(*word);

		if (**word)
			query_bind_text(q, (int)n++, pattern);
	}
	return found_rows(s, q, error);
}

static gboolean find_number(struct query *q, gint64 *number)
{
	if (!q || !query_step(q, NULL) || query_is_null(q, 0))
		return FALSE;
	*number = query_int(q, 0);
	return TRUE;
}

static void find_total(struct scan *s, struct casefile *c)
{
	g_autofree char *sql = NULL;
	g_autoptr(query) q = NULL;

	s->total = s->alive;
	if (!*s->filter)
		return;
	sql = view_count_sql(s->view, &s->item);
	q = casefile_query(c, sql, NULL);
	if (q)
		view_bind(s->view, &s->item, q);
	find_number(q, &s->total);
}

static void find_newest(struct scan *s, struct casefile *c)
{
	g_autoptr(query) q = casefile_query(c, "SELECT max(at) FROM d_evidence", NULL);

	s->newest = STAMP_NONE;
	find_number(q, &s->newest);
}

static gboolean scan_work(struct job *job, struct casefile *c, GError **error)
{
	struct scan *s = (struct scan *)job;
	gint64 began_us = g_get_monotonic_time();

	if (!find_rows(s, c, error))
		return FALSE;
	find_total(s, c);
	coverage_find(&s->coverage, c, s->view->resource, s->item.space);
	find_newest(s, c);
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
	coverage_clear(&s->coverage);
	item_clear(&s->item);
	if (s->ids)
		g_array_unref(s->ids);
	g_free(s);
}

struct scan *scan_new(const struct view *view, const struct item *item, int sorted,
		      gboolean inverted, const char *filter)
{
	struct scan *s = g_new0(struct scan, 1);

	s->job = (struct job){ .work = scan_work, .done = scan_done, .free = scan_free };
	s->view = view;
	item_copy(&s->item, item);
	s->sorted = sorted;
	s->inverted = inverted;
	s->filter = g_strdup(filter);
	s->ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	return s;
}

void scan_drop(struct scan *s)
{
	if (!s)
		return;
	s->user = NULL;
	worker_drop(&s->job);
}
