/*
 * What is done with the line that one is on: it is copied, or bookmarked.
 */
#include "stream.h"

#include <kase/stamp.h>

#include "clipboard.h"

/* All of it: the window holds the start of a long line alone. */
static char *whole(struct stream *s, const struct log_row *row)
{
	struct casefile *c = screen_case(s->pane.screen);
	g_autoptr(query) q = c ? casefile_query(c, "SELECT text FROM d_line WHERE id = ?1", NULL)
			       : NULL;

	if (q)
		query_bind_int(q, 1, row->key.id);
	if (row->kind != LOG_ROW_LINE || !q || !query_step(q, NULL))
		return g_strdup(row->text);
	return g_strdup(query_text(q, 0));
}

static char *name_of(const struct stream *s, const struct log_row *row)
{
	const struct log_container *c = row->container < 0
						? NULL
						: s->facts->containers->pdata[row->container];

	return g_strjoin(c ? "/" : NULL, s->pane.item.name ? s->pane.item.name : "?",
			 c ? c->name : NULL, NULL);
}

/* Its time, its container and its text. */
gboolean stream_copy(struct stream *s, int unused)
{
	const struct log_row *row = stream_count(s) ? stream_row(s, s->cursor) : NULL;
	g_autofree char *text = row ? whole(s, row) : NULL, *name = row ? name_of(s, row) : NULL;
	char stamp[STAMP_CHARS];
	const char *fields[] = { NULL, name, text };
	struct clipping c;

	if (!row) {
		screen_say(s->pane.screen, "no line is there to copy");
		return TRUE;
	}
	if (row->key.at != STAMP_NONE)
		fields[0] = stamp_format(row->key.at, stamp);
	clipping_init(&c);
	clipping_add(&c, fields, G_N_ELEMENTS(fields));
	screen_copy(s->pane.screen, &c, "this line");
	clipping_clear(&c);
	return TRUE;
}

static struct bookmark place_of(const struct log_row *row)
{
	return (struct bookmark){ row->key.at, row->key.id };
}

gboolean stream_is_marked(const struct stream *s, const struct log_row *row)
{
	return bookmarks_has(&s->bookmarks, place_of(row));
}

gboolean stream_mark(struct stream *s, int unused)
{
	const struct log_row *row = stream_count(s) ? stream_row(s, s->cursor) : NULL;
	g_autofree char *told = NULL;

	if (!row || row->kind != LOG_ROW_LINE) {
		screen_say(s->pane.screen, "no line of a log is there to bookmark");
		return TRUE;
	}
	bookmarks_toggle(&s->bookmarks, place_of(row));
	told = bookmarks_told(&s->bookmarks);
	screen_say(s->pane.screen, "%s", told);
	return TRUE;
}

/* The window would hold it, if it were chosen. */
static gboolean is_at_hand(const struct stream *s, const struct log_key *key)
{
	return stream_count(s) && (s->first || log_key_compare(key, &s->before) > 0) &&
	       (s->last || log_key_compare(key, &s->after) < 0);
}

static void go_to(struct stream *s, struct log_key key)
{
	s->follows = FALSE;
	s->search = 0;
	if (!is_at_hand(s, &key)) {
		stream_jump(s, key);
		return;
	}
	s->cursor = stream_row_at(s, &key);
	stream_keep_in_sight(s);
}

/* One that is at hand and is no row is not chosen now. */
gboolean stream_next_mark(struct stream *s, int by)
{
	struct bookmark place = stream_count(s) ? place_of(stream_row(s, s->cursor))
						: (struct bookmark){ 0 };

	if (bookmarks_count(&s->bookmarks) == 1 && bookmarks_has(&s->bookmarks, place)) {
		screen_say(s->pane.screen, "this is the only bookmark here");
		return TRUE;
	}
	for (guint i = bookmarks_count(&s->bookmarks); i; i--) {
		struct log_key key;

		place = bookmarks_beside(&s->bookmarks, place, by);
		key = (struct log_key){ place.at, place.id };
		if (is_at_hand(s, &key) &&
		    log_key_compare(&stream_row(s, stream_row_at(s, &key))->key, &key) != 0)
			continue;
		go_to(s, key);
		return TRUE;
	}
	screen_say(s->pane.screen, bookmarks_count(&s->bookmarks)
					   ? "no bookmark is among the lines shown; Esc shows all"
					   : "nothing is bookmarked here: m bookmarks a line");
	return TRUE;
}
