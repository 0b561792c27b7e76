#include "reader.h"

int reader_count(const struct reader *r)
{
	return prose_count(r->lines);
}

int reader_rows_of(const struct reader *r, int line)
{
	return r->wrap && r->cells > 0 ? prose_rows(r->lines, line, r->cells) : 1;
}

void reader_bound(struct reader *r)
{
	int rows = 0, line = reader_count(r);

	while (line > 0 && rows < r->page)
		rows += reader_rows_of(r, --line);
	if (r->top > line || (r->top == line && r->part > rows - r->page)) {
		r->top = line;
		r->part = MAX(rows - r->page, 0);
	}
	if (r->top < 0)
		r->top = r->part = 0;
}

gboolean reader_scroll(struct reader *r, int rows)
{
	for (; rows > 0 && r->top < reader_count(r); rows--)
		if (++r->part >= reader_rows_of(r, r->top)) {
			r->top++;
			r->part = 0;
		}
	for (; rows < 0 && (r->top > 0 || r->part > 0); rows++)
		if (--r->part < 0) {
			r->top--;
			r->part = reader_rows_of(r, r->top) - 1;
		}
	reader_bound(r);
	return TRUE;
}

gboolean reader_sees(const struct reader *r, int line, int part)
{
	int rows = part - r->part;

	for (int i = r->top; i < line && rows < r->page; i++)
		rows += reader_rows_of(r, i);
	return line >= r->top && rows >= 0 && rows < r->page;
}

int reader_here(const struct reader *r)
{
	int part = r->here == r->top ? r->part : 0;

	return r->here >= 0 && reader_sees(r, r->here, part) ? r->here : r->top;
}
