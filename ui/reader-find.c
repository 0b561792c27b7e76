#include "reader.h"

#include <string.h>

const char *reader_match(const char *text, const char *find)
{
	return *find ? strcasestr(text, find) : NULL;
}

int reader_cells(const char *begin, const char *end)
{
	g_autofree char *text = g_strndup(begin, (gsize)(MAX(end, begin) - begin));

	return text_cells(text);
}

/* Bring the line's first match onto the screen. */
static void show_match(struct reader *r, int line)
{
	const char *text = prose_text(r->lines, line);
	const char *match = reader_match(text, r->find);
	int part = r->wrap ? prose_row_of(r->lines, line, match, MAX(r->cells, 1)) : 0;
	int first = reader_cells(text, match), cells = reader_cells(match, match + strlen(r->find));

	if (!r->wrap && (first < r->skipped || first + cells >= r->skipped + r->cells))
		r->skipped = first + cells < r->cells ? 0 : MAX(first - r->cells / 3, 0);
	if (reader_sees(r, line, part))
		return;
	r->top = line;
	r->part = part;
	reader_scroll(r, -(r->page / 3));
}

void reader_go_to(struct reader *r, int line)
{
	r->here = line;
	if (reader_sees(r, line, 0))
		return;
	r->top = line;
	r->part = 0;
	reader_scroll(r, -(r->page / 3));
}

static gboolean go_to_match(struct reader *r, int from, int by)
{
	int n = reader_count(r);

	for (int i = 0; i < n; i++) {
		int line = ((from + i * by) % n + n) % n;

		if (!reader_match(prose_text(r->lines, line), r->find))
			continue;
		r->hit = r->here = line;
		show_match(r, line);
		return TRUE;
	}
	r->hit = -1;
	return FALSE;
}

gboolean reader_next_match(struct reader *r, int by)
{
	if (!*r->find)
		screen_say(r->pane.screen, "nothing is searched for: / searches");
	else if (!go_to_match(r, (r->hit < 0 ? r->top - (by > 0) : r->hit) + by, by))
		screen_say(r->pane.screen, "no \"%s\" in this text", r->find);
	return TRUE;
}

void reader_find(struct pane *pane, const char *text, enum pane_find how)
{
	struct reader *r = (struct reader *)pane;

	g_free(r->find);
	r->find = g_strdup(how == PANE_FIND_DROPPED ? "" : text);
	r->hit = -1;
	if (*r->find && !go_to_match(r, r->top, 1) && how == PANE_FIND_DONE)
		screen_say(pane->screen, "no \"%s\" in this text", r->find);
}
