/*
 * What is copied of a table: the rows that are marked, else the one that one is on; every column, whole, whatever of it is seen.
 */
#include "table.h"

#include <kase/stamp.h>

#include "clipboard.h"

static char *written(struct table *t, struct query *q, int column)
{
	char stamp[STAMP_CHARS];

	if (query_is_null(q, 1 + column))
		return NULL;
	if (t->view->columns[column].form == VIEW_MOMENT)
		return g_strdup(stamp_format(query_int(q, 1 + column), stamp));
	return g_strdup(query_text(q, 1 + column));
}

static char *gone(struct query *q)
{
	char stamp[STAMP_CHARS];

	return query_is_null(q, 0)
		       ? NULL
		       : g_strdup_printf("gone %s", stamp_format(query_int(q, 0), stamp));
}

/* FALSE where no more is taken. */
static gboolean copy_row(struct table *t, struct query *q, gint64 id, struct clipping *c)
{
	char *fields[VIEW_COLUMNS + 1] = { NULL };
	int n = view_columns(t->view);
	gboolean taken = TRUE;

	query_bind_int(q, 1, id);
	if (query_step(q, NULL)) {
		for (int i = 0; i < n; i++)
			fields[i] = written(t, q, i);
		fields[n] = gone(q);
		taken = clipping_add(c, (const char *const *)fields,
				     (gsize)n + (fields[n] != NULL));
	}
	for (int i = 0; i <= n; i++)
		g_free(fields[i]);
	query_reset(q);
	return taken;
}

/* In the order that is shown, then those that are not. */
static void copy_marked(struct table *t, struct query *q, struct clipping *c)
{
	g_autoptr(GArray) others = table_marks_not_shown(t);
	gboolean room = TRUE;

	for (int i = 0; room && i <= table_last_row(t); i++)
		if (table_is_marked(t, table_id_at(t, i)))
			room = copy_row(t, q, table_id_at(t, i), c);
	for (guint i = 0; room && i < others->len; i++)
		room = copy_row(t, q, g_array_index(others, gint64, i), c);
}

static void give(struct table *t, struct clipping *c)
{
	guint wanted = MAX((guint)table_marks(t), 1);
	g_autofree char *what =
		c->rows < wanted ? g_strdup_printf("the first %u of %u rows", c->rows, wanted)
				 : g_strdup_printf("%u row%s", wanted, wanted == 1 ? "" : "s");

	if (c->rows)
		screen_copy(t->pane.screen, c, what);
	else
		screen_say(t->pane.screen, "no row is there to copy");
}

gboolean table_copy(struct table *t, int unused)
{
	struct casefile *file = screen_case(t->pane.screen);
	g_autofree char *sql = view_whole_sql(t->view);
	g_autoptr(query) q = file ? casefile_query(file, sql, NULL) : NULL;
	struct clipping c;

	clipping_init(&c);
	if (q && table_marks(t))
		copy_marked(t, q, &c);
	else if (q && t->here)
		copy_row(t, q, t->here, &c);
	give(t, &c);
	clipping_clear(&c);
	return TRUE;
}
