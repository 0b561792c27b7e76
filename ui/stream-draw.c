#include "stream.h"

#include <kase/stamp.h>

#include <string.h>

#include "prose.h"

#define NAME_CELLS  16  /* at most */
#define DATED_CELLS 110 /* from this width on a time has its date */
#define WIDE        18  /* "11-24 13:58:27.902" */
#define SHORT       12  /* without its date */

/* Cells of a row, from its left. */
struct fields {
	int time, name, text; /* where each begins; time, name: 0 for one that is not drawn */
	int time_cells, name_cells, text_cells;
};

static int name_cells(const struct stream *s, const struct canvas *canvas)
{
	int cells = 0;

	for (guint i = 0; s->facts && i < s->facts->containers->len; i++) {
		const struct log_container *c = s->facts->containers->pdata[i];

		if (c->lines)
			cells = MAX(cells, canvas_cells(canvas, c->name));
	}
	return MIN(cells, NAME_CELLS);
}

static struct fields fields_of(const struct stream *s, const struct canvas *canvas, int columns)
{
	/* Before all stand here and, where any line is, bookmarked. */
	struct fields f = { .text = bookmarks_count(&s->bookmarks) ? 2 : 1 };

	if (!s->bare) {
		f.time = f.text;
		f.time_cells = columns >= DATED_CELLS ? WIDE : SHORT;
		f.text += f.time_cells + 1;
	}
	f.name_cells = name_cells(s, canvas);
	if (f.name_cells) {
		f.name = f.text;
		f.text += f.name_cells + 1;
	}
	f.text_cells = MAX(columns - f.text, 1);
	return f;
}

/* --- times ------------------------------------------------------------------------------------ */

static char *time_text(const struct stream *s, gint64 ns, int cells)
{
	char stamp[STAMP_CHARS];
	g_autoptr(GDateTime) moment = NULL;
	g_autofree char *local = NULL;

	if (ns == STAMP_NONE)
		return g_strdup("?");
	stamp_format(ns, stamp);
	if (screen_is_local(s->pane.screen)) {
		moment = g_date_time_new_from_unix_local(ns / STAMP_SECOND -
							 (ns % STAMP_SECOND < 0));
		local = moment ? g_date_time_format(moment, "%Y-%m-%dT%H:%M:%S") : NULL;
		if (local)
			memcpy(stamp, local, MIN(strlen(local), (gsize)19));
	}
	if (strlen(stamp) < 23)
		return g_strdup("?");
	if (cells == SHORT)
		return g_strndup(stamp + 11, SHORT);
	return g_strdup_printf("%.5s %.12s", stamp + 5, stamp + 11);
}

/* --- names ------------------------------------------------------------------------------------ */

static const struct {
	const char *type;
	enum role role;
} roles[] = {
	{ "app", ROLE_PLACE },
	{ "init", ROLE_DIM },
	{ "ephemeral", ROLE_OWN }, /* somebody put it there by hand */
};

static enum role role_of(const struct log_container *c, gboolean previous)
{
	if (previous)
		return ROLE_GONE;
	for (gsize i = 0; i < G_N_ELEMENTS(roles); i++)
		if (g_str_equal(roles[i].type, c->type))
			return roles[i].role;
	return ROLE_TEXT;
}

/* --- rows ------------------------------------------------------------------------------------- */

/* A row on the screen: of the text, where it begins and ends. */
struct seen {
	int line, column; /* of the screen, where its text begins */
	const char *begin, *end;
	int over; /* cells before it */
};

/* What is searched may begin in the row before, and end in the next one. */
static void paint_matches(const struct stream *s, struct canvas *canvas, const char *text,
			  const struct seen *seen, gboolean here)
{
	gsize length = strlen(s->find), before = (gsize)(seen->begin - text);
	const char *from = seen->begin - MIN(before, length), *at = seen->begin;
	gsize size = strnlen(from, (gsize)(seen->end - from) + length);
	g_autofree char *near = g_strndup(from, size);
	int column = seen->column + seen->over;

	for (const char *m = strcasestr(near, s->find); m; m = strcasestr(m + length, s->find)) {
		const char *first = CLAMP(from + (m - near), at, seen->end);
		const char *last = CLAMP(from + (m - near) + length, first, seen->end);
		g_autofree char *passed = g_strndup(at, (gsize)(first - at));
		g_autofree char *match = g_strndup(first, (gsize)(last - first));

		column += text_cells(passed);
		canvas_paint(canvas, seen->line, column, text_cells(match),
			     here ? ROLE_HIT : ROLE_MATCH);
		column += text_cells(match);
		at = last;
	}
}

static void draw_text(struct stream *s, struct canvas *canvas, struct log_row *row,
		      const struct seen *seen, int cells, gboolean here)
{
	g_autofree char *text = g_strndup(seen->begin, (gsize)(seen->end - seen->begin));
	gboolean more = (!s->wraps && *seen->end) || (row->cut && !*seen->end);

	canvas_text(canvas, seen->line, seen->column + seen->over, cells - seen->over,
		    row->previous ? ROLE_GONE : ROLE_TEXT, text, CANVAS_CLIP);
	if (more)
		canvas_glyph(canvas, seen->line, seen->column + cells - (canvas->plain ? 2 : 1),
			     ROLE_DIM, GLYPH_MORE);
	if (*s->find)
		paint_matches(s, canvas, row->text, seen, here);
}

static void draw_head(struct stream *s, struct canvas *canvas, const struct log_row *row, int line,
		      int column, const struct fields *f)
{
	g_autofree char *time = f->time ? time_text(s, row->key.at, f->time_cells) : NULL;
	const struct log_container *c = row->container < 0
						? NULL
						: s->facts->containers->pdata[row->container];

	if (time)
		canvas_text(canvas, line, column + f->time, f->time_cells, ROLE_DIM, time,
			    CANVAS_CLIP);
	if (stream_is_marked(s, row))
		canvas_glyph(canvas, line, column + 1, ROLE_MARKED, GLYPH_MARKED);
	if (f->name && c && row->kind == LOG_ROW_LINE)
		canvas_text(canvas, line, column + f->name, f->name_cells,
			    role_of(c, row->previous), c->name, CANVAS_CUT_MIDDLE);
}

/* "──── app started anew … ────" over the names and the text. */
static void draw_note(struct canvas *canvas, const struct log_row *row, int line, int column,
		      int cells)
{
	g_autofree char *text = g_strdup_printf(" %s ", row->text);

	canvas_repeat(canvas, line, column, cells, ROLE_DIM, GLYPH_ACROSS);
	canvas_text(canvas, line, column + 4, MAX(cells - 6, 0), ROLE_DECIDE, text, CANVAS_CUT_END);
}

static void make_plain(struct log_row *row)
{
	char *text = row->plain ? NULL : glyph_plain(row->text);

	row->plain = TRUE;
	if (!text)
		return;
	g_free(row->text);
	row->text = text;
	row->rows = 0;
}

/* As many rows of the screen as there is room for, from its row `part` on.  How many. */
static int draw_line(struct stream *s, struct canvas *canvas, struct rect where, int n, int part)
{
	struct log_row *row = stream_row(s, n);
	struct fields f = fields_of(s, canvas, where.columns);
	struct seen seen = { where.line, where.column + f.text, row->text, row->text, 0 };
	int drawn = 0;

	if (part == 0)
		draw_head(s, canvas, row, where.line, where.column, &f);
	if (row->kind != LOG_ROW_LINE) {
		int from = f.name ? f.name : f.text;

		draw_note(canvas, row, where.line, where.column + from, where.columns - from);
		return 1;
	}
	if (!s->wraps)
		seen.begin = prose_skip(row->text, s->skipped, &seen.over);
	for (int i = 0; i < part; i++)
		seen.begin = prose_fit(seen.begin, f.text_cells);
	do {
		seen.end = prose_fit(seen.begin, f.text_cells - seen.over);
		draw_text(s, canvas, row, &seen, f.text_cells, n == s->cursor);
		seen.begin = seen.end;
		seen.line++;
		drawn++;
	} while (s->wraps && *seen.begin && drawn < where.lines);
	return drawn;
}

void stream_draw(struct pane *pane, struct canvas *canvas, struct rect where)
{
	struct stream *s = (struct stream *)pane;
	int part;

	s->page = where.lines;
	s->cells = fields_of(s, canvas, where.columns).text_cells;
	for (int i = 0; canvas->plain && i < stream_count(s); i++)
		make_plain(stream_row(s, i));
	stream_keep_in_sight(s);
	part = s->part;
	for (int n = s->top; n < stream_count(s) && where.lines > 0; n++) {
		int drawn = draw_line(s, canvas, where, n, part);

		if (n == s->cursor) {
			canvas_glyph(canvas, where.line, where.column, ROLE_PLACE, GLYPH_HERE);
			canvas_paint(canvas, where.line, where.column, 1, ROLE_CURSOR);
		}
		where.line += drawn;
		where.lines -= drawn;
		part = 0;
	}
	stream_ask(s);
}
