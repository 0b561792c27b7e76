/*
 * The table shape.
 *
 * It holds the ids of its rows, sorted and filtered by a worker, and fetches those that are seen by their id.  What holds:
 *
 * 1  One scan is under way at most; what is asked for meanwhile is asked once, after it.
 * 2  The cursor is on an id, not on a number.  While nobody has moved it, it stays on the first row.
 * 3  Who types ahead opens the row that is there once the rows are those that were asked for, not one of those before.
 * 4  A scan is asked no sooner after the last than SCAN_MS, and than SCAN_SHARE times what that one took: loading does not eat
 *    the machine.
 */
#include "pane.h"
#include "scan.h"
#include "screen.h"

#include <kase/stamp.h>

#include <string.h>

#define SCAN_MS    100
#define SCAN_SHARE 4
#define MARGIN     2 /* cells before the first column: here, gone */

struct table {
	struct pane pane;
	const struct view *view;
	GArray *ids;
	int cursor, top, page; /* rows */
	gint64 here;           /* id under the cursor; 0: none */
	gboolean moved;
	int sorted, skipped;
	gboolean inverted;
	char *filter;
	struct scan *pending; /* under way; the worker's */
	gboolean again, scanned;
	gboolean stale;   /* its rows are not yet those that were asked for */
	gboolean opening; /* open the row under the cursor once they are */
	gint64 scanned_us, took_us;
	guint timer;
	int widths[VIEW_COLUMNS];
	gint64 alive, gone, total;
	struct coverage coverage;
	char *trouble;
	struct query *row;       /* on main's connection, until the next refresh */
	int shown[VIEW_COLUMNS]; /* cells of each column as drawn last; 0: no room */
	int least[VIEW_COLUMNS]; /* fewer than these it never has: its title is read whole */
	int columns;
};

static void scan(struct table *t);
static gboolean scan_now(void *data);
static gboolean open_row(struct table *t, int unused);

/* --- rows: what a worker found ------------------------------------------------------------------- */

static int last_row(const struct table *t)
{
	return (int)t->ids->len - 1;
}

static gint64 id_at(const struct table *t, int row)
{
	return row >= 0 && row <= last_row(t) ? g_array_index(t->ids, gint64, row) : 0;
}

static int row_of(const struct table *t, gint64 id)
{
	for (guint i = 0; i < t->ids->len; i++)
		if (g_array_index(t->ids, gint64, i) == id)
			return (int)i;
	return -1;
}

static void keep_in_sight(struct table *t)
{
	int page = MAX(t->page, 1);

	t->cursor = CLAMP(t->cursor, 0, MAX(last_row(t), 0));
	t->top = CLAMP(t->top, t->cursor - page + 1, t->cursor);
	t->top = CLAMP(t->top, 0, MAX(last_row(t) + 1 - page, 0));
	t->here = id_at(t, t->cursor);
}

/* Other rows: the cursor's stays on its line of the screen. */
static void take_ids(struct table *t, struct scan *s)
{
	int line = t->cursor - t->top, row;

	g_array_unref(t->ids);
	t->ids = g_steal_pointer(&s->ids);
	row = t->moved ? row_of(t, t->here) : 0;
	if (row >= 0)
		t->cursor = row;
	t->top = t->cursor - line;
	keep_in_sight(t);
}

static void take_coverage(struct table *t, struct scan *s)
{
	g_free(t->coverage.reason);
	g_free(t->coverage.cluster);
	t->coverage = s->coverage;
	s->coverage.reason = s->coverage.cluster = NULL;
}

static gboolean is_asked(const struct table *t, const struct scan *s)
{
	return s->sorted == t->sorted && s->inverted == t->inverted &&
	       g_str_equal(s->filter, t->filter);
}

static void found(struct scan *s, const GError *error)
{
	struct table *t = s->user;

	if (!t)
		return; /* its pane was closed */
	t->pending = NULL;
	t->scanned = TRUE;
	t->scanned_us = g_get_monotonic_time();
	t->took_us = s->took_us;
	g_free(t->trouble);
	t->trouble = error ? g_strdup(error->message) : NULL;
	if (!error) {
		screen_found_newest(t->pane.screen, s->newest, s->coverage.cluster);
		take_ids(t, s);
		take_coverage(t, s);
		memcpy(t->widths, s->widths, sizeof t->widths);
		t->alive = s->alive;
		t->gone = s->gone;
		t->total = s->total;
	}
	t->stale = !is_asked(t, s);
	if (t->opening && !t->stale)
		open_row(t, 0);
	screen_changed(t->pane.screen, "rows");
	if (t->again && t->stale)
		scan_now(t);
	else if (t->again)
		scan(t);
}

static gboolean scan_now(void *data)
{
	struct table *t = data;
	struct scan *s = scan_new(t->view, t->sorted, t->inverted, t->filter);

	t->timer = 0;
	t->again = FALSE;
	t->pending = s;
	s->found = found;
	s->user = t;
	worker_post(screen_lists(t->pane.screen), &s->job);
	return G_SOURCE_REMOVE;
}

static void scan(struct table *t)
{
	/* The first rows are what somebody waits for. */
	gint64 wait_us = t->ids->len ? MAX(SCAN_MS * 1000, SCAN_SHARE * t->took_us) : 0;
	gint64 ago_us = g_get_monotonic_time() - t->scanned_us;

	if (t->pending) {
		t->again = TRUE;
		return;
	}
	if (t->timer)
		return;
	if (!t->scanned || ago_us >= wait_us)
		scan_now(t);
	else
		t->timer = g_timeout_add((guint)((wait_us - ago_us) / 1000 + 1), scan_now, t);
}

/* What a person asks for does not wait. */
static void scan_at_once(struct table *t)
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

/* --- drawing ------------------------------------------------------------------------------------- */

static int wanted_cells(const struct table *t, int column)
{
	const struct view_column *c = &t->view->columns[column];
	int least = t->least[column];

	if (c->form == VIEW_MOMENT)
		return screen_shows_times(t->pane.screen) ? 10 : least;
	return CLAMP(t->widths[column], least, MAX(c->max, least));
}

static gboolean is_skipped(const struct table *t, int column)
{
	int nth = 0;

	for (int i = 0; i <= column; i++)
		nth += t->view->columns[i].keep < 8;
	return t->view->columns[column].keep < 8 && nth <= t->skipped;
}

static int cells_of_all(const struct table *t)
{
	int cells = MARGIN;

	for (int i = 0; i < t->columns; i++)
		cells += t->shown[i] ? t->shown[i] + 1 : 0;
	return cells - 1;
}

/* Take a cell from the widest that can spare one. */
static gboolean narrow_one(struct table *t)
{
	int widest = -1;

	for (int i = 0; i < t->columns; i++)
		if (t->shown[i] > t->least[i] && t->view->columns[i].form != VIEW_MOMENT &&
		    (widest < 0 || t->shown[i] > t->shown[widest]))
			widest = i;
	if (widest >= 0)
		t->shown[widest]--;
	return widest >= 0;
}

static gboolean drop_one(struct table *t)
{
	int least = -1;

	for (int i = 0; i < t->columns; i++)
		if (t->shown[i] && t->view->columns[i].keep < 9 &&
		    (least < 0 || t->view->columns[i].keep < t->view->columns[least].keep))
			least = i;
	if (least >= 0)
		t->shown[least] = 0;
	return least >= 0;
}

/* A title, and the arrow of the column that is sorted by. */
static int title_cells(const struct table *t, const struct canvas *canvas, int column)
{
	return canvas_cells(canvas, t->view->columns[column].title) + (column == t->sorted);
}

static void lay_out(struct table *t, const struct canvas *canvas, int cells)
{
	t->columns = view_columns(t->view);
	for (int i = 0; i < t->columns; i++)
		t->least[i] = MAX(t->view->columns[i].min, title_cells(t, canvas, i));
	for (int i = 0; i < t->columns; i++)
		t->shown[i] = is_skipped(t, i) ? 0 : wanted_cells(t, i);
	while (cells_of_all(t) > cells && (narrow_one(t) || drop_one(t)))
		;
	/* A dropped column leaves more room than was missing. */
	for (int i = 0; i < t->columns; i++)
		while (t->shown[i] && t->shown[i] < wanted_cells(t, i) && cells_of_all(t) < cells)
			t->shown[i]++;
}

static gboolean is_right(const struct view_column *c)
{
	return c->form == VIEW_NUMBER || c->form == VIEW_MOMENT || c->form == VIEW_READY;
}

static void draw_titles(struct table *t, struct canvas *canvas, struct rect where)
{
	int at = where.column + MARGIN;

	for (int i = 0; i < t->columns; i++) {
		const struct view_column *c = &t->view->columns[i];
		gboolean sorted = i == t->sorted;
		g_autofree char *title = g_strconcat(c->title,
						     !sorted ? ""
						     : t->inverted
							     ? glyph_text(GLYPH_DOWN, canvas->plain)
							     : glyph_text(GLYPH_UP, canvas->plain),
						     NULL);

		if (!t->shown[i])
			continue;
		canvas_text(canvas, where.line, at, t->shown[i], sorted ? ROLE_TITLE : ROLE_DIM,
			    title, is_right(c) ? CANVAS_RIGHT : CANVAS_CLIP);
		at += t->shown[i] + 1;
	}
}

static gboolean all_ready(const char *ready)
{
	const char *slash = strchr(ready, '/');

	return slash && strlen(slash + 1) == (gsize)(slash - ready) &&
	       strncmp(ready, slash + 1, (gsize)(slash - ready)) == 0;
}

/* The status of the row that is being drawn; "" where it has none. */
static const char *status_of(const struct table *t)
{
	const char *status = NULL;

	for (int i = 0; i < t->columns && !status; i++)
		if (t->view->columns[i].form == VIEW_STATUS)
			status = query_text(t->row, i + 1);
	return status ? status : "";
}

static enum role role_of(const struct table *t, const struct view_column *c, const char *text)
{
	static const char *const quiet[] = { "Running", "Succeeded", "Completed", NULL };
	static const char *const ended[] = { "Succeeded", "Completed", NULL };

	if (c->form == VIEW_STATUS && !g_strv_contains(quiet, text))
		return g_str_equal(text, "Failed") ? ROLE_DANGER : ROLE_DECIDE;
	/* What has done its work is not ready, and need not be. */
	if (c->form == VIEW_READY && !all_ready(text) && !g_strv_contains(ended, status_of(t)))
		return ROLE_DECIDE;
	return ROLE_TEXT;
}

static void draw_cell(struct table *t, struct canvas *canvas, int line, int at, int column,
		      int field, gboolean gone)
{
	const struct view_column *c = &t->view->columns[column];
	g_autofree char *made = NULL;
	const char *text;

	if (c->form == VIEW_MOMENT)
		made = screen_moment(t->pane.screen,
				     query_is_null(t->row, field) ? STAMP_NONE
								  : query_int(t->row, field),
				     t->shown[column]);
	else if (c->form == VIEW_IMAGES)
		made = view_images(query_text(t->row, field) ? query_text(t->row, field) : "");
	text = made ? made : query_text(t->row, field);
	if (!text)
		text = "?";
	canvas_text(canvas, line, at, t->shown[column], gone ? ROLE_GONE : role_of(t, c, text),
		    text,
		    is_right(c)                                      ? CANVAS_RIGHT
		    : c->form == VIEW_NAME || c->form == VIEW_IMAGES ? CANVAS_CUT_MIDDLE
								     : CANVAS_CUT_END);
}

/* "gone 13:51:40Z", or the date, where it is gone, in the cells of the columns that mean nothing any more. */
static void draw_gone(struct table *t, struct canvas *canvas, int line, int column)
{
	g_autofree char *when = screen_time(t->pane.screen, query_int(t->row, 0));
	g_autofree char *text = g_strdup_printf("gone %s", when);
	int at = column, from = -1, cells = 0;

	for (int i = 0; i < t->columns; i++) {
		if (t->shown[i] && t->view->columns[i].over_gone) {
			from = from < 0 ? at : from;
			cells = at + t->shown[i] - from;
		}
		at += t->shown[i] ? t->shown[i] + 1 : 0;
	}
	if (from < 0)
		return;
	canvas_text(canvas, line, from, cells, ROLE_GONE, text, CANVAS_CUT_END);
}

static void draw_row(struct table *t, struct canvas *canvas, int line, struct rect where)
{
	gboolean gone = !query_is_null(t->row, 0);
	int at = where.column + MARGIN;

	if (gone) {
		canvas_glyph(canvas, line, where.column, ROLE_GONE, GLYPH_GONE);
		draw_gone(t, canvas, line, at);
	}
	for (int i = 0; i < t->columns; i++) {
		if (!t->shown[i])
			continue;
		if (!gone || !t->view->columns[i].over_gone)
			draw_cell(t, canvas, line, at, i, i + 1, gone);
		at += t->shown[i] + 1;
	}
}

static struct query *row_query(struct table *t)
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

static void draw_fetched(struct table *t, struct canvas *canvas, int line, struct rect where,
			 int row)
{
	struct query *q = row_query(t);

	if (q) {
		query_bind_int(q, 1, id_at(t, row));
		if (query_step(q, NULL))
			draw_row(t, canvas, line, where);
		else
			canvas_text(canvas, line, where.column + MARGIN, 1, ROLE_DIM, "?",
				    CANVAS_CLIP);
		query_reset(q);
	}
	if (row == t->cursor) {
		canvas_glyph(canvas, line, where.column, ROLE_CURSOR, GLYPH_HERE);
		canvas_paint(canvas, line, where.column, where.columns, ROLE_CURSOR);
	}
}

static void table_draw(struct pane *pane, struct canvas *canvas, struct rect where)
{
	struct table *t = (struct table *)pane;

	t->page = where.lines - 1;
	keep_in_sight(t);
	lay_out(t, canvas, where.columns);
	draw_titles(t, canvas, where);
	for (int i = 0; i < t->page && t->top + i <= last_row(t); i++)
		draw_fetched(t, canvas, where.line + 1 + i, where, t->top + i);
}

/* --- telling ------------------------------------------------------------------------------------- */

static char *coverage_text(const struct table *t)
{
	const struct coverage *v = &t->coverage;
	GString *out = g_string_new(NULL);

	if (!t->scanned)
		return g_string_free(out, FALSE);
	if (v->state == COVERAGE_NONE && !t->ids->len && !*t->filter)
		g_string_append_printf(out, "%s ?", t->view->noun);
	else
		g_string_append_printf(out, "%s %" G_GINT64_FORMAT, t->view->noun, t->alive);
	if (v->state == COVERAGE_COMPLETE || *t->filter)
		g_string_append_printf(out, " of %" G_GINT64_FORMAT, t->total);
	if (v->namespaces && !v->everywhere) {
		g_string_append_printf(out, " in %" G_GINT64_FORMAT " of ", v->namespaces);
		if (v->namespaces_of < 0)
			g_string_append_printf(out, "? namespaces%s",
					       v->unnamed ? " (list namespaces denied)" : "");
		else
			g_string_append_printf(out, "%" G_GINT64_FORMAT " namespaces",
					       v->namespaces_of);
	}
	if (t->gone)
		g_string_append_printf(out, ", %" G_GINT64_FORMAT " gone", t->gone);
	return g_string_free(out, FALSE);
}

static char *title_of(const struct table *t)
{
	if (!*t->filter)
		return g_strdup(t->pane.kind->title);
	return g_strdup_printf("%s /%s", t->pane.kind->title, t->filter);
}

static char *line_of(const struct table *t)
{
	const struct coverage *v = &t->coverage;

	if (t->trouble)
		return g_strdup(t->trouble);
	if (t->ids->len == 0 && *t->filter)
		return g_strdup_printf("no %s with \"%s\"; Esc drops the filter", t->view->noun,
				       t->filter);
	if (v->state == COVERAGE_DENIED)
		return g_strdup_printf("denied: list %s in all namespaces (403). Kept as a gap. "
				       "Ask for list %s, or go on",
				       t->view->noun, t->view->noun);
	if (v->state == COVERAGE_PARTIAL && v->everywhere)
		return g_strdup_printf("partial%s%s", v->reason && *v->reason ? ": " : "",
				       v->reason ? v->reason : "");
	if (v->state == COVERAGE_PARTIAL)
		return g_strdup_printf("partial: list %s in all namespaces is not allowed",
				       t->view->noun);
	return t->ids->len ? NULL : g_strdup(t->view->empty);
}

static enum pane_state state_of(const struct table *t)
{
	const struct coverage *v = &t->coverage;

	if (!t->scanned || (v->running && screen_live(t->pane.screen)))
		return PANE_LOADING;
	if (v->running)
		return PANE_PARTIAL;
	if (t->ids->len == 0 && *t->filter)
		return PANE_EMPTY;
	if (v->state == COVERAGE_DENIED)
		return PANE_DENIED;
	if (v->state == COVERAGE_PARTIAL || t->trouble)
		return PANE_PARTIAL;
	return t->ids->len ? PANE_COMPLETE : PANE_EMPTY;
}

static void table_tell(struct pane *pane, struct pane_told *told)
{
	struct table *t = (struct table *)pane;

	told->title = title_of(t);
	told->coverage = coverage_text(t);
	told->state = state_of(t);
	told->line = line_of(t);
	told->rows = t->ids->len;
	if (t->coverage.running && !screen_live(pane->screen)) {
		g_free(told->line);
		told->line = g_strdup("partial: whoever listed them stopped in the middle");
	}
}

/* --- commands ------------------------------------------------------------------------------------ */

static gboolean move_to(struct table *t, int row)
{
	t->cursor = row;
	keep_in_sight(t);
	t->moved = t->cursor > 0;
	return TRUE;
}

static gboolean page_by(struct table *t, int rows)
{
	t->top += rows;
	return move_to(t, t->cursor + rows);
}

static gboolean sort_by(struct table *t, int column)
{
	int n = view_columns(t->view);

	t->sorted = (column + n) % n;
	t->inverted = FALSE;
	scan_at_once(t);
	return TRUE;
}

static gboolean invert(struct table *t, int unused)
{
	t->inverted = !t->inverted;
	scan_at_once(t);
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
	scan_at_once(t);
}

/* FALSE where there is no row. */
static gboolean item_here(struct table *t, struct pane_item *item)
{
	struct query *q = row_query(t);

	*item = (struct pane_item){ .subject = t->here };
	if (!q || !t->here)
		return FALSE;
	query_bind_int(q, 1, t->here);
	if (query_step(q, NULL))
		item->name = g_strdup_printf("%s/%s", query_text(q, 1), query_text(q, 2));
	query_reset(q);
	return item->name != NULL;
}

static gboolean open_row(struct table *t, int unused)
{
	struct pane_item item;

	t->opening = t->stale;
	if (t->stale)
		return TRUE;
	if (item_here(t, &item))
		screen_open(t->pane.screen, t->pane.kind->opens, &item);
	else
		screen_say(t->pane.screen, "no row is there to open");
	g_free(item.name);
	return TRUE;
}

static gboolean drop_filter(struct table *t, int unused)
{
	if (!*t->filter)
		return FALSE;
	set_filter(t, "");
	return TRUE;
}

/* One argument each, so that commands are rows. */
static gboolean down(struct table *t, int rows)
{
	return move_to(t, t->cursor + rows);
}

static gboolean pages(struct table *t, int by)
{
	return page_by(t, by * MAX(t->page - 1, 1));
}

static gboolean half_pages(struct table *t, int by)
{
	return page_by(t, by * MAX(t->page / 2, 1));
}

static gboolean last(struct table *t, int unused)
{
	return move_to(t, last_row(t));
}

static gboolean sort_beside(struct table *t, int by)
{
	return sort_by(t, t->sorted + by);
}

static const struct {
	gboolean (*run)(struct table *t, int argument);
	int argument;
} runs[COMMANDS] = {
	[COMMAND_DOWN] = { down, 1 },
	[COMMAND_UP] = { down, -1 },
	[COMMAND_PAGE_DOWN] = { pages, 1 },
	[COMMAND_PAGE_UP] = { pages, -1 },
	[COMMAND_HALF_DOWN] = { half_pages, 1 },
	[COMMAND_HALF_UP] = { half_pages, -1 },
	[COMMAND_FIRST] = { move_to, 0 },
	[COMMAND_LAST] = { last, 0 },
	[COMMAND_LEFT] = { shift, -1 },
	[COMMAND_RIGHT] = { shift, 1 },
	[COMMAND_SORT_BEFORE] = { sort_beside, -1 },
	[COMMAND_SORT_AFTER] = { sort_beside, 1 },
	[COMMAND_SORT_INVERT] = { invert, 0 },
	[COMMAND_OPEN] = { open_row, 0 },
	[COMMAND_YAML] = { open_row, 0 },
	[COMMAND_ESCAPE] = { drop_filter, 0 },
};

static gboolean table_run(struct pane *pane, enum command command)
{
	struct table *t = (struct table *)pane;

	t->opening = FALSE;
	return runs[command].run && runs[command].run(t, runs[command].argument);
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

static gboolean table_step(struct pane *pane, int rows, struct pane_item *item)
{
	struct table *t = (struct table *)pane;
	int row = t->cursor + rows;

	if (row < 0 || row > last_row(t))
		return FALSE;
	move_to(t, row);
	return item_here(t, item);
}

static void table_refresh(struct pane *pane)
{
	struct table *t = (struct table *)pane;

	g_clear_pointer(&t->row, query_free);
	scan(t);
}

static struct pane *table_new(struct screen *screen, const struct pane_kind *kind,
			      const struct pane_item *item)
{
	struct table *t = g_new0(struct table, 1);

	t->pane = (struct pane){ kind, screen };
	t->view = kind->view;
	t->ids = g_array_new(FALSE, FALSE, sizeof(gint64));
	t->sorted = kind->view->sorted;
	t->filter = g_strdup("");
	scan(t);
	return &t->pane;
}

static void table_free(struct pane *pane)
{
	struct table *t = (struct table *)pane;

	if (t->timer)
		g_source_remove(t->timer);
	if (t->pending)
		t->pending->user = NULL;
	query_free(t->row);
	g_array_unref(t->ids);
	g_free(t->filter);
	g_free(t->trouble);
	g_free(t->coverage.reason);
	g_free(t->coverage.cluster);
	g_free(t);
}

const struct shape table_shape = {
	.place = KEYS_IN_TABLE,
	.new = table_new,
	.free = table_free,
	.draw = table_draw,
	.run = table_run,
	.refresh = table_refresh,
	.tell = table_tell,
	.find = table_find,
	.found = table_found,
	.step = table_step,
};
