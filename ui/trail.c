#include "trail.h"

static void free_pane(gpointer data)
{
	struct pane *pane = data, *beside;

	for (; pane; pane = beside) {
		beside = pane->beside;
		pane->kind->shape->free(pane);
	}
}

void trail_init(struct trail *t)
{
	*t = (struct trail){ .panes = g_ptr_array_new_with_free_func(free_pane) };
}

void trail_clear(struct trail *t)
{
	g_clear_pointer(&t->panes, g_ptr_array_unref);
}

struct pane *trail_seen(const struct trail *t)
{
	return t->panes->len ? t->panes->pdata[t->at] : NULL;
}

struct pane *trail_below(const struct trail *t)
{
	return t->at ? t->panes->pdata[t->at - 1] : NULL;
}

/* Who is not seen asks for nothing, and is not answered. */
static void leave(const struct trail *t)
{
	struct pane *pane = trail_seen(t);

	if (!pane)
		return;
	pane->away = TRUE;
	if (pane->kind->shape->leave)
		pane->kind->shape->leave(pane);
}

/* The one seen comes back, and catches up with the case. */
static void come(const struct trail *t)
{
	struct pane *pane = trail_seen(t);

	pane->away = FALSE;
	if (pane->behind)
		pane->kind->shape->refresh(pane);
	pane->behind = FALSE;
}

void trail_cut(struct trail *t)
{
	g_ptr_array_set_size(t->panes, MIN((gint)t->panes->len, (gint)t->at + 1));
}

/* What was opened from a row of it has no list any more. */
static void drop_oldest(struct trail *t)
{
	for (struct pane *pane = t->panes->pdata[2]; pane; pane = pane->beside)
		pane->from_row = FALSE;
	g_ptr_array_remove_index(t->panes, 1);
	t->at--;
}

void trail_open(struct trail *t, struct pane *pane)
{
	leave(t);
	trail_cut(t);
	g_ptr_array_add(t->panes, pane);
	t->at = t->panes->len - 1;
	if (t->panes->len > TRAIL_PANES)
		drop_oldest(t);
}

void trail_turn(struct trail *t, struct pane *pane)
{
	leave(t);
	trail_cut(t);
	pane->beside = trail_seen(t);
	t->panes->pdata[t->at] = pane;
}

gboolean trail_turn_back(struct trail *t, const struct pane_kind *kind)
{
	struct pane **at = &trail_seen(t)->beside, *pane;

	while (*at && (*at)->kind != kind)
		at = &(*at)->beside;
	pane = *at;
	if (!pane)
		return FALSE;
	*at = pane->beside;
	trail_turn(t, pane);
	come(t);
	return TRUE;
}

void trail_forget_beside(struct trail *t)
{
	struct pane *pane = trail_seen(t);

	free_pane(g_steal_pointer(&pane->beside));
}

void trail_each(const struct trail *t, void (*each)(struct pane *pane))
{
	for (guint i = 0; i < t->panes->len; i++)
		for (struct pane *pane = t->panes->pdata[i]; pane; pane = pane->beside)
			each(pane);
}

gboolean trail_step(struct trail *t, int by)
{
	if (by < 0 ? t->at == 0 : t->at + 1 >= t->panes->len)
		return FALSE;
	leave(t);
	t->at += (guint)by;
	come(t);
	return TRUE;
}
