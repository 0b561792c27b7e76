/*
 * The rows of a table.
 *
 * It holds their ids, sorted and filtered by a worker, and fetches those that are seen by their id.  What holds:
 *
 * 1  One scan is under way at most; what is asked for meanwhile is asked once, after it.
 * 2  The cursor is on an id, not on a number.  While nobody has moved it, it stays on the first row.
 * 3  Who types ahead opens, or marks, the row that is there once the rows are those that were asked for, not one of those before.
 * 4  A scan is asked about SCAN_MS after the last, or as long as that one took; while a list loads LOADING_SHARE times that, so that
 *    it does not eat the machine.  The moment is one that all consoles of the machine share, so that two of one case show the
 *    same, however long a scan takes.
 * 5  While it is paused, rows change by what a person asks for alone.
 * 6  While its pane is not seen, nothing is asked but what somebody waits for.
 */
#include "table.h"

#include <string.h>

#define SCAN_MS       100
#define LOADING_SHARE 4

static gboolean scan_now(void *data);

int table_last_row(const struct table *t)
{
	return (int)t->ids->len - 1;
}

gint64 table_id_at(const struct table *t, int row)
{
	return row >= 0 && row <= table_last_row(t) ? g_array_index(t->ids, gint64, row) : 0;
}

static int row_of(const struct table *t, gint64 id)
{
	for (guint i = 0; i < t->ids->len; i++)
		if (g_array_index(t->ids, gint64, i) == id)
			return (int)i;
	return -1;
}

void table_keep_in_sight(struct table *t)
{
	int page = MAX(t->page, 1);

	t->cursor = CLAMP(t->cursor, 0, MAX(table_last_row(t), 0));
	t->top = CLAMP(t->top, t->cursor - page + 1, t->cursor);
	t->top = CLAMP(t->top, 0, MAX(table_last_row(t) + 1 - page, 0));
	t->here = table_id_at(t, t->cursor);
}

static gboolean is_asked(const struct table *t, const struct scan *s)
{
	return s->sorted == t->sorted && s->inverted == t->inverted &&
	       g_str_equal(s->filter, t->filter);
}

/* Where what is new comes at the top, rows above the cursor that were not there before are new. */
static gboolean is_counted(const struct table *t, const struct scan *s)
{
	return is_asked(t, s) && !t->stale && t->moved && !t->inverted &&
	       t->view->columns[t->sorted].by_time;
}

/* Other rows: the cursor's stays on its line of the screen. */
static void take_ids(struct table *t, struct scan *s)
{
	int line = t->cursor - t->top, before = t->cursor, row;

	g_array_unref(t->ids);
	t->ids = g_steal_pointer(&s->ids);
	row = t->moved ? row_of(t, t->here) : 0;
	if (row >= 0)
		t->cursor = row;
	t->top = t->cursor - line;
	table_keep_in_sight(t);
	t->above = is_counted(t, s) ? t->above + MAX(t->cursor - before, 0) : 0;
}

static void take_coverage(struct table *t, struct scan *s)
{
	coverage_clear(&t->coverage);
	t->coverage = s->coverage;
	s->coverage = (struct coverage){ 0 };
}

/* Who typed ahead is on its row now.  What else was typed may free the table. */
static void run_awaited(struct table *t)
{
	struct screen *screen = t->pane.screen;
	enum command command = t->awaited;

	t->awaited = COMMAND_NONE;
	t->pane.waits = FALSE;
	if (!table_run(&t->pane, command))
		screen_open_here(screen, &t->pane, command);
	screen_go_on(screen);
}

static void found(struct scan *s, const GError *error)
{
	struct table *t = s->user;

	if (!t)
		return; /* its pane was closed */
	t->pending = NULL;
	if (t->paused && t->scanned && !t->stale) {
		t->held = TRUE;
		return;
	}
	t->scanned = TRUE;
	t->scanned_us = g_get_monotonic_time();
	t->took_us = s->took_us;
	g_free(t->trouble);
	t->trouble = error ? g_strdup(error->message) : NULL;
	if (!error) {
		screen_found_newest(t->pane.screen, s->newest, s->coverage.cluster);
		take_ids(t, s);
		table_count_marks(t);
		take_coverage(t, s);
		memcpy(t->widths, s->widths, sizeof t->widths);
		t->alive = s->alive;
		t->gone = s->gone;
		t->total = s->total;
	}
	t->stale = !is_asked(t, s);
	if (!t->pane.away)
		screen_changed(t->pane.screen, "rows");
	if (t->again && t->stale)
		scan_now(t);
	else if (t->again)
		table_scan(t);
	if (t->awaited && !t->stale)
		run_awaited(t);
}

static gboolean scan_now(void *data)
{
	struct table *t = data;
	struct scan *s = scan_new(t->view, &t->pane.item, t->sorted, t->inverted, t->filter);

	t->timer = 0;
	t->again = FALSE;
	t->pending = s;
	s->found = found;
	s->user = t;
	worker_post(screen_lists(t->pane.screen), &s->job);
	return G_SOURCE_REMOVE;
}

gint64 table_scan_due(gint64 scanned_us, gint64 took_us)
{
	gint64 wait_us = MAX(SCAN_MS * 1000, took_us), step_us = SCAN_MS * 1000;

	while (step_us < wait_us)
		step_us *= 2;
	/* What the last one took is part of a step, so that less than the whole is waited for. */
	return (scanned_us + wait_us / 2 + step_us - 1) / step_us * step_us;
}

void table_scan(struct table *t)
{
	/* The first rows are what somebody waits for. */
	gint64 took_us = t->took_us * (t->coverage.running ? LOADING_SHARE : 1);
	gint64 due_us = t->ids->len ? table_scan_due(t->scanned_us, took_us) : 0;
	gint64 now_us = g_get_monotonic_time();

	if (t->pane.away) {
		t->pane.behind = TRUE;
		return;
	}
	t->held = t->paused;
	if (t->paused)
		return;
	if (t->pending)
		t->again = TRUE;
	if (t->pending || t->timer)
		return;
	if (!t->scanned || now_us >= due_us)
		scan_now(t);
	else
		t->timer = g_timeout_add((guint)((due_us - now_us) / 1000 + 1), scan_now, t);
}

/* What a person asks for does not wait. */
void table_scan_at_once(struct table *t)
{
	if (t->timer)
		g_source_remove(t->timer);
	t->timer = 0;
	t->stale = TRUE;
	if (t->pending)
		t->again = TRUE;
	else
		scan_now(t);
}

struct query *table_row_query(struct table *t)
{
	struct casefile *c = screen_case(t->pane.screen);
	g_autofree char *sql = NULL;

	if (!c)
		return NULL;
	if (!t->row) {
		sql = view_row_sql(t->view);
		t->row = casefile_query(c, sql, NULL);
	}
	return t->row;
}
