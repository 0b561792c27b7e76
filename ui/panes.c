#include "pane.h"
#include "panes.h"

const struct pane_kind *const pane_kinds[] = {
	&pane_pods,
	&pane_yaml,
	&pane_help,
	NULL,
};

const struct pane_kind *pane_kind_named(const char *name)
{
	for (const struct pane_kind *const *k = pane_kinds; *k; k++)
		if (g_str_equal((*k)->name, name) || g_strcmp0((*k)->alias, name) == 0)
			return *k;
	return NULL;
}

const struct pane_kind *pane_kind_opened(const struct pane_kind *kind, enum command command)
{
	for (gsize i = 0; i < PANE_OPENS && kind->opens[i].pane; i++)
		if (kind->opens[i].command == command)
			return pane_kind_named(kind->opens[i].pane);
	return NULL;
}

guint pane_kind_place(const struct pane_kind *kind)
{
	guint place = kind->shape->place | kind->place | (kind->needs ? KEYS_IN_DETAIL : 0);

	for (gsize i = 0; i < PANE_OPENS && kind->opens[i].pane; i++)
		place |= KEYS_THAT_OPEN(kind->opens[i].command);
	return place;
}

char *pane_kind_title(const struct pane_kind *kind, const struct item *item)
{
	if (item->name)
		return g_strdup_printf("%s › %s", item->name, kind->title);
	return g_strdup(kind->title_all ? kind->title_all : kind->title);
}

void pane_told_clear(struct pane_told *told)
{
	g_free(told->title);
	g_free(told->coverage);
	g_free(told->line);
	*told = (struct pane_told){ 0 };
}
