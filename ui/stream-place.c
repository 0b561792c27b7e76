#include "stream.h"

#include "prose.h"

int stream_count(const struct stream *s)
{
	return (int)s->rows->len;
}

gboolean stream_has_lines(const struct stream *s)
{
	return s->facts && s->facts->lines;
}

struct log_row *stream_row(const struct stream *s, int row)
{
	return g_ptr_array_index(s->rows, row);
}

/* Of the screen. */
static int rows_of(struct stream *s, int row)
{
	struct log_row *r = stream_row(s, row);

	if (!s->wraps || r->kind != LOG_ROW_LINE || s->cells <= 0)
		return 1;
	if (r->rows && r->rows_cells == s->cells)
		return r->rows;
	r->rows_cells = s->cells;
	r->rows = prose_wrapped(r->text, s->cells);
	return r->rows;
}

/* Rows of the screen from the top to the end of `row`. */
static int rows_to(struct stream *s, int row)
{
	int rows = -s->part;

	for (int i = s->top; i <= row && rows <= s->page; i++)
		rows += rows_of(s, i);
	return rows;
}

static void step_down(struct stream *s)
{
	if (++s->part < rows_of(s, s->top))
		return;
	s->top++;
	s->part = 0;
}

static gboolean step_up(struct stream *s)
{
	if (--s->part >= 0)
		return TRUE;
	s->part = 0;
	if (s->top == 0)
		return FALSE;
	s->top--;
	s->part = rows_of(s, s->top) - 1;
	return TRUE;
}

/* The last page is full. */
static void fill_page(struct stream *s)
{
	int rows = rows_to(s, stream_count(s) - 1);

	for (; rows < s->page && step_up(s); rows++)
		;
}

void stream_keep_in_sight(struct stream *s)
{
	if (!stream_count(s)) {
		s->cursor = s->top = s->part = 0;
		return;
	}
	s->cursor = CLAMP(s->cursor, 0, stream_count(s) - 1);
	s->top = CLAMP(s->top, 0, stream_count(s) - 1);
	s->part = CLAMP(s->part, 0, rows_of(s, s->top) - 1);
	if (s->cursor < s->top) {
		s->top = s->cursor;
		s->part = 0;
	}
	if (s->cursor - s->top > s->page) { /* no row takes less than one */
		s->top = s->cursor - s->page;
		s->part = 0;
	}
	while (s->top < s->cursor && rows_to(s, s->cursor) > s->page)
		step_down(s);
	fill_page(s);
}

/* Within a line that is higher than the screen, by its rows. */
static gboolean move_within(struct stream *s, int by)
{
	int rows;

	if (s->cursor != s->top)
		return FALSE;
	rows = rows_of(s, s->cursor);
	if (by > 0 ? rows - s->part <= s->page : s->part == 0)
		return FALSE;
	s->part += by;
	return TRUE;
}

void stream_move(struct stream *s, int rows)
{
	if (!stream_count(s) || (ABS(rows) == 1 && move_within(s, rows)))
		return;
	s->cursor = CLAMP(s->cursor + rows, 0, stream_count(s) - 1);
	stream_keep_in_sight(s);
}

void stream_page(struct stream *s, int rows)
{
	int by = rows < 0 ? -1 : 1, to = s->cursor;

	if (!stream_count(s))
		return;
	for (rows = ABS(rows); rows > 0 && to + by >= 0 && to + by < stream_count(s);
	     rows -= rows_of(s, to))
		to += by;
	for (int i = s->cursor; i != to; i += by)
		by > 0 ? (void)step_down(s) : (void)step_up(s);
	s->top = MIN(s->top, stream_count(s) - 1);
	s->cursor = to;
	stream_keep_in_sight(s);
}

int stream_row_at(const struct stream *s, const struct log_key *key)
{
	int low = 0, high = stream_count(s);

	while (low < high) {
		int middle = low + (high - low) / 2;

		if (log_key_compare(&stream_row(s, middle)->key, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return MIN(low, MAX(stream_count(s) - 1, 0));
}
