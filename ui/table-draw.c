#include "table.h"

/* Cells before the first column: here or gone and, where any row is, marked. */
static int margin(const struct table *t)
{
	return table_marks(t) ? 3 : 2;
}

/* --- columns ------------------------------------------------------------------------------------- */

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
	int cells = margin(t);

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
	return c->form == VIEW_NUMBER || c->form == VIEW_MOMENT || c->form == VIEW_RATIO;
}

/* --- lines --------------------------------------------------------------------------------------- */

static void draw_titles(struct table *t, struct canvas *canvas, struct rect where)
{
	int at = where.column + margin(t);

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

/* A value as it is written; NULL: not known.  Caller owns. */
static char *written(struct table *t, int column)
{
	enum view_form form = t->view->columns[column].form;
	int field = VIEW_FIRST + column;

	if (query_is_null(t->row, field))
		return NULL;
	if (form == VIEW_MOMENT)
		return screen_moment(t->pane.screen, query_int(t->row, field));
	if (form == VIEW_IMAGES)
		return view_images(query_text(t->row, field));
	return g_strdup(query_text(t->row, field));
}

static enum canvas_cut cut_of(const struct view_column *c)
{
	if (is_right(c))
		return CANVAS_RIGHT;
	return c->form == VIEW_NAME || c->form == VIEW_IMAGES ? CANVAS_CUT_MIDDLE : CANVAS_CUT_END;
}

static void draw_cell(struct table *t, struct canvas *canvas, int line, int at, int column,
		      gboolean gone)
{
	const struct view_column *c = &t->view->columns[column];
	g_autofree char *text = written(t, column);
	const char *tinted_by = query_text(t->row, view_tint_field(t->view, column));

	canvas_text(canvas, line, at, t->shown[column], gone ? ROLE_GONE : view_tint(c, tinted_by),
		    text ? text : "?", cut_of(c));
}

/* "gone 13:51:40Z", or the date, where it is gone, in the cells of the columns that mean nothing any more. */
static void draw_gone(struct table *t, struct canvas *canvas, int line, int column)
{
	g_autofree char *when = screen_time(t->pane.screen, query_int(t->row, VIEW_GONE));
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
	gboolean gone = !query_is_null(t->row, VIEW_GONE);
	int at = where.column + margin(t);

	if (gone) {
		canvas_glyph(canvas, line, where.column, ROLE_GONE, GLYPH_GONE);
		draw_gone(t, canvas, line, at);
	}
	for (int i = 0; i < t->columns; i++) {
		if (!t->shown[i])
			continue;
		if (!gone || !t->view->columns[i].over_gone)
			draw_cell(t, canvas, line, at, i, gone);
		at += t->shown[i] + 1;
	}
}

/* What the filter matched, in the columns that it looks at. */
static void paint_matches(struct table *t, struct canvas *canvas, int line, struct rect where,
			  enum role role)
{
	g_auto(GStrv) words = g_strsplit(t->filter, " ", -1);
	int at = where.column + margin(t);

	for (int i = 0; i < t->columns; i++) {
		if (!t->shown[i])
			continue;
		for (char **word = words; *word && t->view->columns[i].searched; word++)
			canvas_paint_word(canvas, line, at, t->shown[i], *word, role);
		at += t->shown[i] + 1;
	}
}

static void draw_fetched(struct table *t, struct canvas *canvas, int line, struct rect where,
			 int row)
{
	struct query *q = table_row_query(t);

	if (q) {
		query_bind_int(q, 1, table_id_at(t, row));
		if (query_step(q, NULL))
			draw_row(t, canvas, line, where);
		else
			canvas_text(canvas, line, where.column + margin(t), 1, ROLE_DIM, "?",
				    CANVAS_CLIP);
		query_reset(q);
	}
	if (table_is_marked(t, table_id_at(t, row)))
		canvas_glyph(canvas, line, where.column + 1, ROLE_MARKED, GLYPH_MARKED);
	if (row == t->cursor) {
		canvas_glyph(canvas, line, where.column, ROLE_CURSOR, GLYPH_HERE);
		canvas_paint(canvas, line, where.column, where.columns, ROLE_CURSOR);
	}
	if (*t->filter)
		paint_matches(t, canvas, line, where, row == t->cursor ? ROLE_HIT : ROLE_MATCH);
}

void table_draw(struct pane *pane, struct canvas *canvas, struct rect where)
{
	struct table *t = (struct table *)pane;

	t->page = where.lines - 1;
	table_keep_in_sight(t);
	lay_out(t, canvas, where.columns);
	draw_titles(t, canvas, where);
	for (int i = 0; i < t->page && t->top + i <= table_last_row(t); i++)
		draw_fetched(t, canvas, where.line + 1 + i, where, t->top + i);
}
