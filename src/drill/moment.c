/*
 * moment - a kind as it was at a moment: what its list had brought, and what its watch had told by
 * then.  Nothing is kept: the same moment is made anew for whoever asks for it.
 */
#include "parts.h"

#include <string.h>

static gboolean line_due(const struct watch_line *line, gint64 at_ms)
{
	return line->at_ms <= at_ms;
}

gint64 listing_version(const struct listing *l, gint64 at_ms)
{
	gint64 version = l->resource_version;

	for (guint i = 0; i < l->lines->len; i++) {
		const struct watch_line *line = &g_array_index(l->lines, struct watch_line, i);

		if (!line_due(line, at_ms))
			break;
		version = MAX(version, line->resource_version);
	}
	return version;
}

/* Where that key stands, or would. */
static guint place_of(const struct moment *m, const char *key, gboolean *there)
{
	guint low = 0, high = m->items->len;

	*there = FALSE;
	while (low < high) {
		guint middle = low + (high - low) / 2;
		const struct item *i = m->items->pdata[middle];
		int order = strcmp(i->key, key);

		*there = *there || order == 0;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void tell(struct moment *m, const struct watch_line *line)
{
	gboolean there;
	guint place;

	if (line->bookmark || !line->item.key)
		return;
	place = place_of(m, line->item.key, &there);
	if (there && line->deleted)
		g_ptr_array_remove_index(m->items, place);
	else if (there)
		m->items->pdata[place] = (void *)&line->item;
	else if (!line->deleted)
		g_ptr_array_insert(m->items, place, (void *)&line->item);
}

void moment_init(struct moment *m, const struct listing *l, gint64 at_ms)
{
	m->ms = at_ms;
	m->resource_version = listing_version(l, at_ms);
	m->items = g_ptr_array_sized_new(l->items->len);
	for (guint i = 0; i < l->items->len; i++)
		g_ptr_array_add(m->items, &g_array_index(l->items, struct item, i));
	for (guint i = 0; i < l->lines->len; i++) {
		const struct watch_line *line = &g_array_index(l->lines, struct watch_line, i);

		if (!line_due(line, at_ms))
			break;
		tell(m, line);
	}
}

void moment_clear(struct moment *m)
{
	g_clear_pointer(&m->items, g_ptr_array_unref);
}

const struct item *moment_find(const struct moment *m, const char *namespace, const char *name)
{
	g_autofree char *key = g_strconcat(namespace ? namespace : "", "/", name, NULL);
	gboolean there;
	guint place = place_of(m, key, &there);

	return there ? m->items->pdata[place] : NULL;
}
