#include "pane.h"
#include "panes.h"

const struct pane_kind *const pane_kinds[] = {
	&pane_pods,     &pane_yaml,     &pane_events,   &pane_logs, &pane_previous, &pane_line,
	&pane_versions, &pane_evidence, &pane_describe, &pane_diff, &pane_bytes,    &pane_gaps,
	&pane_gap,      &pane_ledger,   &pane_entry,    &pane_jobs, &pane_help,     NULL,
};

/* What opens from every pane. */
static const struct pane_opens everywhere[] = {
	{ COMMAND_LEDGER, "ledger" },
};

const struct pane_kind *pane_kind_named(const char *name)
{
	for (const struct pane_kind *const *k = pane_kinds; *k; k++)
		if (g_str_equal((*k)->name, name) || g_strcmp0((*k)->alias, name) == 0)
			return *k;
	return NULL;
}

const struct pane_kind *pane_kind_opened(const struct pane_kind *kind, enum command command,
					 gboolean *anywhere)
{
	*anywhere = FALSE;
	for (gsize i = 0; i < PANE_OPENS && kind->opens[i].pane; i++)
		if (kind->opens[i].command == command)
			return pane_kind_named(kind->opens[i].pane);
	*anywhere = TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(everywhere); i++)
		if (everywhere[i].command == command)
			return pane_kind_named(everywhere[i].pane);
	return NULL;
}

const struct pane_kind *pane_kind_beside(const struct pane_kind *kind, int by)
{
	int n = 0, at = 0;

	while (pane_kinds[n])
		n++;
	while (pane_kinds[at] != kind)
		at++;
	do
		at = (at + n + by) % n;
	while (!pane_kinds[at]->ring);
	return pane_kinds[at];
}

guint pane_place(const struct pane *pane)
{
	const struct pane_kind *kind = pane->kind;
	guint place = kind->shape->place | kind->place;

	for (gsize i = 0; i < PANE_OPENS && kind->opens[i].pane; i++)
		place |= KEYS_THAT_OPEN(kind->opens[i].command);
	if (pane->from_row)
		place |= KEYS_IN_DETAIL;
	if (kind->ring && item_has(&pane->item, ITEM_SUBJECT))
		place |= KEYS_IN_RING;
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
