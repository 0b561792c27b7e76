#include "pane.h"
#include "panes.h"

#include <kase/stamp.h>

static gboolean read_gap(struct document *d, struct casefile *c, GError **error)
{
	g_autoptr(query) q = casefile_query(
		c, "SELECT at, reason, scope, detail FROM d_gap WHERE id = ?1", error);
	g_autofree char *text = NULL;
	char stamp[STAMP_CHARS];

	if (!q)
		return FALSE;
	query_bind_int(q, 1, d->item.ids[ITEM_GAP]);
	/* A gap is never another; it is gone where derived tables were made anew. */
	if (d->version || !query_step(q, error))
		return !error || !*error;
	text = g_strdup_printf("at      %s\nreason  %s\nof      %s\n\n%s\n",
			       stamp_format_seconds(query_int(q, 0), stamp), query_text(q, 1),
			       query_text(q, 2), query_text(q, 3));
	d->lines = document_lines(text);
	d->version = 1;
	return TRUE;
}

const struct pane_kind pane_gap = {
	.name = "gap",
	.help = "one gap, whole",
	.title = "Gap",
	.shape = &reader_shape,
	.read = read_gap,
	.needs = TRUE,
	.hidden = TRUE,
};
