/*
 * The table shape: its commands and its life.  Its rows are table-rows.c's.
 */
#include "table.h"

gboolean table_move_to(struct table *t, int row)
{
	t->cursor = row;
	table_keep_in_sight(t);
	t->moved = t->cursor > 0;
	t->above = MIN(t->above, t->cursor);
	return TRUE;
}

static gboolean page_by(struct table *t, int rows)
{
	t->top += rows;
	return table_move_to(t, t->cursor + rows);
}

static gboolean sort_by(struct table *t, int column)
{
	int n = view_columns(t->view);

	t->sorted = (column + n) % n;
	t->inverted = FALSE;
	table_scan_at_once(t);
	return TRUE;
}

static gboolean invert(struct table *t, int unused)
{
	t->inverted = !t->inverted;
	table_scan_at_once(t);
	return TRUE;
}

static gboolean shift(struct table *t, int columns)
{
	int most = 0;

	for (int i = 0; i < view_columns(t->view); i++)
		most += t->view->columns[i].keep < 8;
	t->skipped = CLAMP(t->skipped + columns, 0, most);
	return TRUE;
}

static void set_filter(struct table *t, const char *text)
{
	if (g_str_equal(t->filter, text))
		return;
	g_free(t->filter);
	t->filter = g_strdup(text);
	table_scan_at_once(t);
}

static gboolean drop_filter(struct table *t, int unused)
{
	if (!*t->filter)
		return FALSE;
	set_filter(t, "");
	return TRUE;
}

/* A scan that waits for its time is for later. */
static gboolean hold(struct table *t, int unused)
{
	t->paused = !t->paused;
	if (t->paused && t->timer) {
		g_clear_handle_id(&t->timer, g_source_remove);
		t->held = TRUE;
	} else if (!t->paused && t->held) {
		t->held = FALSE;
		table_scan_at_once(t);
	}
	return TRUE;
}

/* One argument each, so that commands are rows. */
static gboolean last(struct table *t, int unused)
{
	return table_move_to(t, table_last_row(t));
}

static gboolean sort_beside(struct table *t, int by)
{
	return sort_by(t, t->sorted + by);
}

static const struct {
	gboolean (*run)(struct table *t, int argument);
	int argument;
} runs[COMMANDS] = {
	[COMMAND_FIRST] = { table_move_to, 0 },
	[COMMAND_LAST] = { last, 0 },
	[COMMAND_LEFT] = { shift, -1 },
	[COMMAND_RIGHT] = { shift, 1 },
	[COMMAND_SORT_BEFORE] = { sort_beside, -1 },
	[COMMAND_SORT_AFTER] = { sort_beside, 1 },
	[COMMAND_SORT_INVERT] = { invert, 0 },
	[COMMAND_PAUSE] = { hold, 0 },
	[COMMAND_MARK] = { table_mark, 0 },
	[COMMAND_COPY] = { table_copy, 0 },
	[COMMAND_ESCAPE] = { drop_filter, 0 },
};

/* The row has to be the one that was asked for. */
static gboolean is_of_row(enum command command)
{
	return (command >= COMMAND_OPEN && command <= COMMAND_OPENS_LAST) ||
	       command == COMMAND_MARK || command == COMMAND_COPY;
}

gboolean table_run(struct pane *pane, enum command command)
{
	struct table *t = (struct table *)pane;
	int rows = command_rows(command, t->page);

	t->awaited = is_of_row(command) && t->stale ? command : COMMAND_NONE;
	pane->waits = t->awaited != COMMAND_NONE;
	if (pane->waits)
		return TRUE;
	if (command_pages(command))
		return page_by(t, rows);
	if (rows)
		return table_move_to(t, t->cursor + rows);
	return runs[command].run && runs[command].run(t, runs[command].argument);
}

static gboolean table_run_typed(struct pane *pane, enum command command, const char *argument)
{
	struct table *t = (struct table *)pane;

	if (command == COMMAND_MARK && t->stale)
		screen_say(pane->screen, "the rows that were asked for are not there yet");
	else if (command == COMMAND_MARK)
		table_mark_typed(t, argument);
	return TRUE;
}

static gboolean table_item(struct pane *pane, struct item *item)
{
	struct table *t = (struct table *)pane;
	struct query *q = table_row_query(t);
	gboolean there;

	*item = (struct item){ 0 };
	if (!q || !t->here)
		return FALSE;
	query_bind_int(q, 1, t->here);
	there = query_step(q, NULL);
	for (int i = 0; there && i < ITEM_PARTS; i++)
		item->ids[i] = query_int(q, VIEW_ABOUT + i);
	if (there)
		item->name = g_strdup(query_text(q, VIEW_NAMED));
	query_reset(q);
	return there;
}

static void table_find(struct pane *pane, const char *text, enum pane_find how)
{
	struct table *t = (struct table *)pane;

	set_filter(t, how == PANE_FIND_DROPPED ? "" : text);
}

static const char *table_found(struct pane *pane)
{
	return ((struct table *)pane)->filter;
}

static gboolean table_step(struct pane *pane, int rows, struct item *item)
{
	struct table *t = (struct table *)pane;
	int row = t->cursor + rows;

	if (row < 0 || row > table_last_row(t))
		return FALSE;
	table_move_to(t, row);
	return table_item(pane, item);
}

static void table_show(struct pane *pane, const struct item *item)
{
	struct table *t = (struct table *)pane;

	if (table_marks(t))
		screen_say(pane->screen, "marks dropped: they were on rows of %s",
			   pane->item.name ? pane->item.name : "another");
	table_mark_none(t);
	item_clear(&pane->item);
	item_copy(&pane->item, item);
	/* An answer about the item before is not this one's. */
	scan_drop(t->pending);
	t->pending = NULL;
	g_array_set_size(t->ids, 0);
	t->alive = t->gone = t->total = 0;
	t->cursor = t->top = t->above = 0;
	t->here = 0;
	t->moved = t->scanned = FALSE;
	table_scan_at_once(t);
}

static void table_forget(struct pane *pane)
{
	g_clear_pointer(&((struct table *)pane)->row, query_free);
}

static void table_refresh(struct pane *pane)
{
	table_forget(pane);
	table_scan((struct table *)pane);
}

/* What was to be asked later is asked when one comes back. */
static void table_leave(struct pane *pane)
{
	struct table *t = (struct table *)pane;

	if (!t->timer)
		return;
	g_source_remove(t->timer);
	t->timer = 0;
	pane->behind = TRUE;
}

static struct pane *table_new(struct screen *screen, const struct pane_kind *kind,
			      const struct item *item)
{
	struct table *t = g_new0(struct table, 1);

	t->pane = (struct pane){ .kind = kind, .screen = screen };
	t->view = kind->view;
	item_copy(&t->pane.item, item);
	t->ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	t->sorted = kind->view->sorted;
	t->filter = g_strdup("");
	table_marks_init(t);
	table_scan_at_once(t);
	return &t->pane;
}

static void table_free(struct pane *pane)
{
	struct table *t = (struct table *)pane;

	if (t->timer)
		g_source_remove(t->timer);
	scan_drop(t->pending);
	query_free(t->row);
	g_array_unref(t->ids);
	g_hash_table_unref(t->marks);
	item_clear(&t->pane.item);
	coverage_clear(&t->coverage);
	g_free(t->filter);
	g_free(t->trouble);
	g_free(t);
}

const struct shape table_shape = {
	.place = KEYS_IN_TABLE,
	.new = table_new,
	.free = table_free,
	.draw = table_draw,
	.run = table_run,
	.run_typed = table_run_typed,
	.refresh = table_refresh,
	.forget = table_forget,
	.leave = table_leave,
	.tell = table_tell,
	.find = table_find,
	.found = table_found,
	.item = table_item,
	.step = table_step,
	.show = table_show,
};
