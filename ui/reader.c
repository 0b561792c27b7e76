/*
 * The text shape: lines that are read, searched and wrapped.  A document's come from a worker, the help's from the keys.
 *
 * A place in the text is a line and, where lines are wrapped, the row of it.
 */
#include "reader.h"

#include "clipboard.h"

/* --- the document -------------------------------------------------------------------------------- */

static void ask(struct reader *r);

static void set_lines(struct reader *r, GPtrArray *texts, GByteArray *roles)
{
	struct prose *lines = texts ? prose_new(texts) : NULL;

	if (lines && r->plain)
		prose_make_plain(lines);
	reader_keep_marks(r, lines);
	prose_free(r->lines);
	g_clear_pointer(&r->roles, g_byte_array_unref);
	r->roles = roles;
	r->lines = lines;
	r->hit = -1;
	reader_bound(r);
}

static void found(struct document *d, const GError *error)
{
	struct reader *r = d->user;

	if (!r)
		return; /* its pane was closed */
	r->pending = NULL;
	g_free(r->trouble);
	r->trouble = error ? g_strdup(error->message) : NULL;
	if (d->lines) {
		set_lines(r, g_steal_pointer(&d->lines), g_steal_pointer(&d->roles));
		g_free(r->about);
		r->about = g_steal_pointer(&d->about);
		r->version = d->version;
	}
	if (!r->pane.away)
		screen_changed(r->pane.screen, "document");
	if (r->again)
		ask(r);
}

static void ask(struct reader *r)
{
	r->again = r->pending != NULL;
	if (!r->pane.kind->read || r->pending)
		return;
	r->pending = document_new(r->pane.kind->read, &r->pane.item, r->version);
	r->pending->found = found;
	r->pending->user = r;
	worker_post(screen_documents(r->pane.screen), &r->pending->job);
}

static void reader_show(struct pane *pane, const struct item *item)
{
	struct reader *r = (struct reader *)pane;

	item_clear(&r->pane.item);
	item_copy(&r->pane.item, item);
	r->version = 0;
	r->top = r->part = r->skipped = 0;
	g_clear_pointer(&r->trouble, g_free);
	g_clear_pointer(&r->about, g_free);
	set_lines(r, NULL, NULL);
	/* An answer about the item before is not this one's. */
	document_drop(r->pending);
	r->pending = NULL;
	ask(r);
}

/* --- commands ------------------------------------------------------------------------------------ */

static gboolean to_end(struct reader *r, int last)
{
	r->top = last ? reader_count(r) : 0;
	r->part = 0;
	r->here = -1;
	reader_bound(r);
	return TRUE;
}

static gboolean shift(struct reader *r, int by)
{
	r->skipped = r->wrap ? 0 : MAX(r->skipped + by * 8, 0);
	return TRUE;
}

static gboolean wrap(struct reader *r, int unused)
{
	r->wrap = !r->wrap;
	screen_say(r->pane.screen,
		   r->wrap ? "long lines are wrapped" : "long lines are cut; → shows more");
	r->part = r->skipped = 0;
	reader_bound(r);
	return TRUE;
}

static gboolean copy(struct reader *r, int unused)
{
	int line = reader_here(r);
	const char *text = line < reader_count(r) ? prose_whole(r->lines, line) : NULL;
	g_autofree char *what = g_strdup_printf("line %d", line + 1);
	struct clipping c;

	if (!text) {
		screen_say(r->pane.screen, "no line is there to copy");
		return TRUE;
	}
	clipping_init(&c);
	clipping_add(&c, &text, 1);
	screen_copy(r->pane.screen, &c, what);
	clipping_clear(&c);
	return TRUE;
}

static gboolean drop_search(struct reader *r, int unused)
{
	if (!*r->find)
		return FALSE;
	reader_find(&r->pane, "", PANE_FIND_DROPPED);
	return TRUE;
}

static const struct {
	gboolean (*run)(struct reader *r, int argument);
	int argument;
} runs[COMMANDS] = {
	[COMMAND_FIRST] = { to_end, 0 },
	[COMMAND_LAST] = { to_end, 1 },
	[COMMAND_LEFT] = { shift, -1 },
	[COMMAND_RIGHT] = { shift, 1 },
	[COMMAND_WRAP] = { wrap, 0 },
	[COMMAND_NEXT_MATCH] = { reader_next_match, 1 },
	[COMMAND_PREVIOUS_MATCH] = { reader_next_match, -1 },
	[COMMAND_BOOKMARK] = { reader_mark, 0 },
	[COMMAND_NEXT_BOOKMARK] = { reader_next_mark, 1 },
	[COMMAND_PREVIOUS_BOOKMARK] = { reader_next_mark, -1 },
	[COMMAND_COPY] = { copy, 0 },
	[COMMAND_ESCAPE] = { drop_search, 0 },
};

static gboolean reader_run(struct pane *pane, enum command command)
{
	struct reader *r = (struct reader *)pane;
	int rows = command_rows(command, r->page);

	if (!rows)
		return runs[command].run && runs[command].run(r, runs[command].argument);
	r->here = -1;
	return reader_scroll(r, rows);
}

/* --- life ---------------------------------------------------------------------------------------- */

static void reader_refresh(struct pane *pane)
{
	ask((struct reader *)pane);
}

static const char *reader_found(struct pane *pane)
{
	return ((struct reader *)pane)->find;
}

static gboolean reader_item(struct pane *pane, struct item *item)
{
	const struct reader *r = (struct reader *)pane;

	item_copy(item, &r->pane.item);
	return r->pane.kind->read != NULL;
}

static struct pane *reader_new(struct screen *screen, const struct pane_kind *kind,
			       const struct item *item)
{
	struct reader *r = g_new0(struct reader, 1);

	r->pane = (struct pane){ .kind = kind, .screen = screen };
	r->find = g_strdup("");
	r->hit = r->here = -1;
	if (kind->read)
		reader_show(&r->pane, item);
	else if (item) /* a text of our own: its name is the text */
		r->lines = prose_new(document_lines(item->name));
	return &r->pane;
}

static void reader_free(struct pane *pane)
{
	struct reader *r = (struct reader *)pane;

	document_drop(r->pending);
	prose_free(r->lines);
	g_clear_pointer(&r->roles, g_byte_array_unref);
	item_clear(&r->pane.item);
	bookmarks_clear(&r->bookmarks);
	g_free(r->about);
	g_free(r->trouble);
	g_free(r->find);
	g_free(r);
}

const struct shape reader_shape = {
	.place = KEYS_IN_TEXT,
	.new = reader_new,
	.free = reader_free,
	.draw = reader_draw,
	.run = reader_run,
	.refresh = reader_refresh,
	.tell = reader_tell,
	.find = reader_find,
	.found = reader_found,
	.item = reader_item,
	.show = reader_show,
};
