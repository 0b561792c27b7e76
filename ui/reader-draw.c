#include "reader.h"

#include <string.h>

#define MARGIN 2 /* cells before the text, where a line is bookmarked */

/* A row of the screen: cells of it before the text, where that begins and ends, and where its line begins. */
struct row {
	int line, over;
	const char *text, *begin, *end;
};

/* What is searched may begin in the row before, and end in the next one. */
static void paint_matches(struct reader *r, struct canvas *canvas, int at, struct rect where,
			  const struct row *row)
{
	gsize length = strlen(r->find), before = (gsize)(row->begin - row->text);
	const char *from = row->begin - MIN(before, length);
	gsize size = strnlen(from, (gsize)(row->end - from) + length);
	g_autofree char *near = g_strndup(from, size);
	enum role role = row->line == r->hit ? ROLE_HIT : ROLE_MATCH;
	const char *seen = row->begin;
	int cells = row->over;

	for (const char *m = reader_match(near, r->find); m;
	     m = reader_match(m + length, r->find)) {
		const char *first = CLAMP(from + (m - near), seen, row->end);
		const char *last = CLAMP(from + (m - near) + length, first, row->end);
		int taken = reader_cells(first, last);

		cells += reader_cells(seen, first);
		canvas_paint(canvas, at, where.column + cells, taken, role);
		cells += taken;
		seen = last;
	}
}

static enum role role_of(const struct reader *r, int line)
{
	return r->roles && line < (int)r->roles->len ? (enum role)r->roles->data[line] : ROLE_TEXT;
}

static void draw_row(struct reader *r, struct canvas *canvas, int at, struct rect where,
		     const struct row *row)
{
	g_autofree char *text = g_strndup(row->begin, (gsize)(row->end - row->begin));

	canvas_text(canvas, at, where.column + row->over, where.columns - row->over,
		    role_of(r, row->line), text, CANVAS_CLIP);
	if (!r->wrap && prose_cells(r->lines, row->line) - r->skipped > where.columns)
		canvas_glyph(canvas, at, where.column + where.columns - (canvas->plain ? 2 : 1),
			     ROLE_DIM, GLYPH_MORE);
	if (*r->find)
		paint_matches(r, canvas, at, where, row);
}

/* A row that follows another of its line begins where that one ends: the line is not read from its start again. */
static void begin_row(struct reader *r, struct row *row, int line, int part)
{
	gboolean follows = row->end && row->line == line;

	row->line = line;
	row->over = 0;
	row->text = prose_text(r->lines, line);
	if (!r->wrap)
		row->begin = prose_skip(row->text, r->skipped, &row->over);
	else if (follows)
		row->begin = row->end;
	else
		row->begin = prose_row(r->lines, line, part, r->cells);
	row->end = prose_fit(row->begin, r->cells - row->over);
}

void reader_draw(struct pane *pane, struct canvas *canvas, struct rect where)
{
	struct reader *r = (struct reader *)pane;
	struct row row = { 0 };
	int line, part;

	struct rect text = where;

	if (bookmarks_count(&r->bookmarks)) {
		text.column += MARGIN;
		text.columns -= MARGIN;
	}
	r->page = text.lines;
	r->cells = text.columns;
	r->plain = canvas->plain;
	if (canvas->plain && r->lines)
		prose_make_plain(r->lines);
	reader_bound(r);
	line = r->top;
	part = r->part;
	for (int i = 0; i < text.lines && line < reader_count(r); i++) {
		if (part == 0 && reader_is_marked(r, line))
			canvas_glyph(canvas, text.line + i, where.column, ROLE_MARKED,
				     GLYPH_MARKED);
		begin_row(r, &row, line, part);
		draw_row(r, canvas, text.line + i, text, &row);
		if (++part >= reader_rows_of(r, line)) {
			line++;
			part = 0;
		}
	}
}

/* --- telling ------------------------------------------------------------------------------------- */

static char *coverage_text(const struct reader *r)
{
	int last = MIN(r->top + r->page, reader_count(r));

	if (!r->lines)
		return NULL;
	return g_strdup_printf("%s%slines %d to %d of %d", r->about ? r->about : "",
			       r->about ? "; " : "", MIN(r->top + 1, reader_count(r)), last,
			       reader_count(r));
}

void reader_tell(struct pane *pane, struct pane_told *told)
{
	struct reader *r = (struct reader *)pane;

	told->title = pane_kind_title(pane->kind, &r->pane.item);
	told->coverage = coverage_text(r);
	told->line = g_strdup(r->trouble);
	if (r->trouble)
		told->state = PANE_PARTIAL;
	else
		told->state = r->lines ? PANE_COMPLETE : PANE_LOADING;
}
