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
