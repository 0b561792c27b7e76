/*
 * Bookmarks of a text.  A line is known by its number; where the document changes, by what stands in it.
 */
#include "reader.h"

#include <string.h>

static struct bookmark of_line(int line)
{
	return (struct bookmark){ .id = line };
}

gboolean reader_is_marked(const struct reader *r, int line)
{
	return bookmarks_has(&r->bookmarks, of_line(line));
}

gboolean reader_mark(struct reader *r, int unused)
{
	g_autofree char *told = NULL;
	int line = reader_here(r);

	if (line >= reader_count(r)) {
		screen_say(r->pane.screen, "no line is there to bookmark");
		return TRUE;
	}
	if (bookmarks_toggle(&r->bookmarks, of_line(line)))
		r->here = line;
	told = bookmarks_told(&r->bookmarks);
	screen_say(r->pane.screen, "line %d: %s", line + 1, told);
	return TRUE;
}

gboolean reader_next_mark(struct reader *r, int by)
{
	int line = reader_here(r);

	if (!bookmarks_count(&r->bookmarks))
		screen_say(r->pane.screen, "nothing is bookmarked here: m bookmarks a line");
	else if (bookmarks_count(&r->bookmarks) == 1 && reader_is_marked(r, line))
		screen_say(r->pane.screen, "line %d is the only bookmark here", line + 1);
	else
		reader_go_to(r, (int)bookmarks_beside(&r->bookmarks, of_line(line), by).id);
	return TRUE;
}

/* The line with this text that is nearest to where it was; -1: none. */
static int line_like(struct prose *lines, const char *text, int line)
{
	int n = prose_count(lines);

	for (int by = 0; by < n || by <= line; by++) {
		if (line - by >= 0 && line - by < n &&
		    g_str_equal(prose_text(lines, line - by), text))
			return line - by;
		if (line + by < n && g_str_equal(prose_text(lines, line + by), text))
			return line + by;
	}
	return -1;
}

void reader_keep_marks(struct reader *r, struct prose *lines)
{
	struct bookmarks before = r->bookmarks;
	guint n = bookmarks_count(&before);

	r->here = lines && r->here >= 0 ? line_like(lines, prose_text(r->lines, r->here), r->here)
					: -1;
	r->bookmarks = (struct bookmarks){ 0 };
	for (guint i = 0; lines && i < n; i++) {
		int line = (int)bookmarks_nth(&before, i).id;
		int now = line_like(lines, prose_text(r->lines, line), line);

		if (now >= 0 && !reader_is_marked(r, now))
			bookmarks_toggle(&r->bookmarks, of_line(now));
	}
	if (bookmarks_count(&r->bookmarks) < n && !r->pane.away)
		screen_say(r->pane.screen, lines ? "a bookmark went: its line is not in this text "
						   "any more"
						 : "bookmarks dropped: they were in another text");
	bookmarks_clear(&before);
}
