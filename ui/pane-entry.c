#include "pane.h"
#include "panes.h"

#include <kase/json.h>
#include <kase/yaml.h>

static gboolean read_entry(struct document *d, struct casefile *c, GError **error)
{
	g_autoptr(query)
		q = casefile_query(c, "SELECT entry, prev, hash FROM entry WHERE seq = ?1", error);
	g_autoptr(json_tree) tree = NULL;
	g_autofree char *yaml = NULL, *text = NULL;

	if (!q)
		return FALSE;
	query_bind_int(q, 1, d->item.ids[ITEM_ENTRY]);
	if (d->version || !query_step(q, error))
		return !error || !*error;
	tree = json_parse(query_text(q, 0), -1, error);
	if (!tree)
		return FALSE;
	yaml = yaml_print(tree);
	text = g_strdup_printf("hash %s\nprev %s\n\n%s\nas it was hashed:\n%s\n", query_text(q, 2),
			       query_text(q, 1), yaml, query_text(q, 0));
	d->lines = document_lines(text);
	d->version = 1;
	return TRUE;
}

const struct pane_kind pane_entry = {
	.name = "entry",
	.help = "one entry of the ledger, whole",
	.title = "Entry",
	.shape = &reader_shape,
	.read = read_entry,
	.needs = TRUE,
	.hidden = TRUE,
};
