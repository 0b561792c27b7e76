#include "prose.h"

#include <string.h>

#include "canvas.h"

/* What was measured of a line; 0: not yet. */
struct measure {
	int cells; /* and one */
	int rows, rows_cells;
};

struct prose {
	GPtrArray *texts;
	GPtrArray *whole; /* as they were before they were made plain; NULL: they were not */
	struct measure *measures;
};

struct prose *prose_new(GPtrArray *texts)
{
	struct prose *l = g_new0(struct prose, 1);

	l->texts = texts;
	l->measures = g_new0(struct measure, texts->len);
	return l;
}

void prose_make_plain(struct prose *l)
{
	if (l->whole)
		return;
	l->whole = l->texts;
	l->texts = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < l->whole->len; i++) {
		g_ptr_array_add(l->texts, glyph_plain(l->whole->pdata[i]));
		l->measures[i] = (struct measure){ 0 };
	}
}

void prose_free(struct prose *l)
{
	if (!l)
		return;
	g_ptr_array_unref(l->texts);
	g_clear_pointer(&l->whole, g_ptr_array_unref);
	g_free(l->measures);
	g_free(l);
}

int prose_count(const struct prose *l)
{
	return l ? (int)l->texts->len : 0;
}

const char *prose_text(const struct prose *l, int line)
{
	return g_ptr_array_index(l->texts, line);
}

const char *prose_whole(const struct prose *l, int line)
{
	return g_ptr_array_index(l->whole ? l->whole : l->texts, line);
}

int prose_cells(struct prose *l, int line)
{
	struct measure *m = &l->measures[line];

	if (!m->cells)
		m->cells = text_cells(prose_text(l, line)) + 1;
	return m->cells - 1;
}

const char *prose_fit(const char *at, int cells)
{
	const char *begin = at;

	for (; *at; at = g_utf8_next_char(at)) {
		int more = canvas_character_cells(g_utf8_get_char(at));

		if (more > cells && at > begin)
			break;
		cells -= more;
	}
	return at;
}

const char *prose_skip(const char *text, int skip, int *over)
{
	int at = 0;

	for (; *text && at < skip; text = g_utf8_next_char(text))
		at += canvas_character_cells(g_utf8_get_char(text));
	/* Marks of what is skipped. */
	while (skip > 0 && *text && canvas_character_cells(g_utf8_get_char(text)) == 0)
		text = g_utf8_next_char(text);
	*over = MAX(at - skip, 0);
	return text;
}

int prose_wrapped(const char *text, int cells)
{
	int rows = 0;

	do {
		text = prose_fit(text, cells);
		rows++;
	} while (*text);
	return rows;
}

int prose_rows(struct prose *l, int line, int cells)
{
	struct measure *m = &l->measures[line];

	if (m->rows && m->rows_cells == cells)
		return m->rows;
	m->rows = prose_wrapped(prose_text(l, line), cells);
	m->rows_cells = cells;
	return m->rows;
}

const char *prose_row(struct prose *l, int line, int row, int cells)
{
	const char *at = prose_text(l, line);

	while (row-- > 0 && *at)
		at = prose_fit(at, cells);
	return at;
}

int prose_row_of(struct prose *l, int line, const char *at, int cells)
{
	const char *end = prose_fit(prose_text(l, line), cells);
	int row = 0;

	for (; *end && end <= at; row++)
		end = prose_fit(end, cells);
	return row;
}
