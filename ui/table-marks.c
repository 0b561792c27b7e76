/*
 * Marked rows.
 *
 * A mark is on a row's id, so that it stays on it through sorting, filtering and growth.  A step back does not take marks off, since
 * many of them are work that one Esc would undo: the pane stays on the trail with them.
 */
#include "table.h"

#include <string.h>

static void add(struct table *t, gint64 id)
{
	g_hash_table_add(t->marks, g_memdup2(&id, sizeof id));
}

void table_marks_init(struct table *t)
{
	t->marks = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
}

gboolean table_is_marked(const struct table *t, gint64 id)
{
	return g_hash_table_contains(t->marks, &id);
}

int table_marks(const struct table *t)
{
	return (int)g_hash_table_size(t->marks);
}

gboolean table_mark(struct table *t, int unused)
{
	gint64 id = t->here;

	if (!id) {
		screen_say(t->pane.screen, "no row is there to mark");
		return TRUE;
	}
	if (!g_hash_table_remove(t->marks, &id))
		add(t, id);
	return table_move_to(t, t->cursor + 1);
}

static void mark_all(struct table *t)
{
	for (int i = 0; i <= table_last_row(t); i++)
		add(t, table_id_at(t, i));
}

void table_mark_none(struct table *t)
{
	g_hash_table_remove_all(t->marks);
	t->marks_hidden = 0;
}

void table_mark_typed(struct table *t, const char *which)
{
	if (strcmp(which, "none") == 0)
		table_mark_none(t);
	else if (strcmp(which, "all") == 0)
		mark_all(t);
	else
		screen_say(t->pane.screen, ":mark takes all or none; alone it marks this row");
}

void table_count_marks(struct table *t)
{
	int shown = 0;

	for (int i = 0; table_marks(t) && i <= table_last_row(t); i++)
		shown += table_is_marked(t, table_id_at(t, i));
	t->marks_hidden = table_marks(t) - shown;
}

static gint by_id(gconstpointer a, gconstpointer b)
{
	const gint64 *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

GArray *table_marks_not_shown(const struct table *t)
{
	g_autoptr(GHashTable) shown = g_hash_table_new(g_int64_hash, g_int64_equal);
	GArray *out = g_array_new(FALSE, FALSE, sizeof(gint64));
	GHashTableIter iter;
	gpointer id;

	for (guint i = 0; i < t->ids->len; i++)
		g_hash_table_add(shown, &g_array_index(t->ids, gint64, i));
	g_hash_table_iter_init(&iter, t->marks);
	while (g_hash_table_iter_next(&iter, &id, NULL))
		if (!g_hash_table_contains(shown, id))
			g_array_append_vals(out, id, 1);
	g_array_sort(out, by_id);
	return out;
}
