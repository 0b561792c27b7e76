#include "pane.h"

const struct pane_kind pane_yaml = {
	.name = "yaml",
	.title = "YAML",
	.shape = &reader_shape,
	.place = KEYS_IN_DETAIL,
};

const struct pane_kind pane_pods = {
	.name = "pods",
	.title = "Pods, all namespaces",
	.shape = &table_shape,
	.view = &view_pods,
	.opens = &pane_yaml,
};

const struct pane_kind pane_help = {
	.name = "help",
	.title = "Keys",
	.shape = &reader_shape,
};

guint pane_place(const struct pane *pane)
{
	return pane->kind->shape->place | pane->kind->place;
}

void pane_told_clear(struct pane_told *told)
{
	g_free(told->title);
	g_free(told->coverage);
	g_free(told->line);
	*told = (struct pane_told){ 0 };
}
