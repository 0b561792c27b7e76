/*
 * The text shape: lines that are read, searched and wrapped.  A document's come from a worker, the help's from the keys.
 *
 * A place in the text is a line and, where lines are wrapped, the row of it: so a place stays what it is when the width changes.
 */
#include "document.h"
#include "pane.h"
#include "screen.h"

#include <string.h>

struct reader {
	struct pane pane;
	struct pane_item item;
	struct document *pending; /* the worker's */
	gboolean again;
	gint64 version;
	GPtrArray *lines; /* NULL: not there yet */
	char *about, *trouble;
	int top, part;   /* the first line seen, and the row of it */
	int page, cells; /* as drawn last */
	int skipped;     /* cells to the left of what is seen */
	gboolean wrap;
	char *find;
	int hit; /* line of the match last gone to; -1 */
};

/* --- where one is -------------------------------------------------------------------------------- */

static int count(const struct reader *r)
{
	return r->lines ? (int)r->lines->len : 0;
}

static const char *line_at(const struct reader *r, int line)
{
	return g_ptr_array_index(r->lines, line);
}

static int rows_of(const struct reader *r, int line)
{
	int cells;

	if (!r->wrap || r->cells <= 0)
		return 1;
	cells = text_cells(line_at(r, line));
	return MAX((cells + r->cells - 1) / r->cells, 1);
}

/* The last page is full. */
static void bound(struct reader *r)
{
	int rows = 0, line = count(r);

	while (line > 0 && rows < r->page)
		rows += rows_of(r, --line);
	if (r->top > line || (r->top == line && r->part > rows - r->page)) {
		r->top = line;
		r->part = MAX(rows - r->page, 0);
	}
	if (r->top < 0)
		r->top = r->part = 0;
}

static gboolean scroll(struct reader *r, int rows)
{
	for (; rows > 0 && r->top < count(r); rows--)
		if (++r->part >= rows_of(r, r->top)) {
			r->top++;
			r->part = 0;
		}
	for (; rows < 0 && (r->top > 0 || r->part > 0); rows++)
		if (--r->part < 0) {
			r->top--;
			r->part = rows_of(r, r->top) - 1;
		}
	bound(r);
	return TRUE;
}

/* --- drawing ------------------------------------------------------------------------------------- */

/* The next place of what is searched, without regard to case. */
static const char *match_in(const char *text, const char *find)
{
	return *find ? strcasestr(text, find) : NULL;
}

static void paint_matches(struct reader *r, struct canvas *canvas, int at, struct rect where,
			  int line, int skip)
{
	const char *text = line_at(r, line);
	enum role role = line == r->hit ? ROLE_HIT : ROLE_MATCH;

	for (const char *m = match_in(text, r->find); m;
	     m = match_in(m + strlen(r->find), r->find)) {
		g_autofree char *before = g_strndup(text, (gsize)(m - text));
		g_autofree char *matched = g_strndup(m, strlen(r->find));
		int from = text_cells(before) - skip;
		int to = MIN(from + text_cells(matched), where.columns);

		from = MAX(from, 0);
		if (to > from)
			canvas_paint(canvas, at, where.column + from, to - from, role);
	}
}

static void reader_draw(struct pane *pane, struct canvas *canvas, struct rect where)
{
	struct reader *r = (struct reader *)pane;
	int line, part;

	r->page = where.lines;
	r->cells = where.columns;
	bound(r);
	line = r->top;
	part = r->part;
	for (int i = 0; i < where.lines && line < count(r); i++) {
		int skip = r->wrap ? part * r->cells : r->skipped;

		canvas_text_from(canvas, where.line + i, where.column, where.columns, ROLE_TEXT,
				 line_at(r, line), skip);
		if (!r->wrap && text_cells(line_at(r, line)) - skip > where.columns)
			canvas_glyph(canvas, where.line + i,
				     where.column + where.columns - (canvas->plain ? 2 : 1),
				     ROLE_DIM, GLYPH_MORE);
		paint_matches(r, canvas, where.line + i, where, line, skip);
		if (++part >= rows_of(r, line)) {
			line++;
			part = 0;
		}
	}
}

static char *coverage_text(const struct reader *r)
{
	int last = MIN(r->top + r->page, count(r));

	if (!r->lines)
		return NULL;
	return g_strdup_printf("%s%slines %d to %d of %d", r->about ? r->about : "",
			       r->about ? "; " : "", MIN(r->top + 1, count(r)), last, count(r));
}

static void reader_tell(struct pane *pane, struct pane_told *told)
{
	struct reader *r = (struct reader *)pane;

	told->title = r->item.name ? g_strdup_printf("%s › %s", r->item.name, pane->kind->title)
				   : g_strdup(pane->kind->title);
	told->coverage = coverage_text(r);
	told->line = g_strdup(r->trouble);
	if (r->trouble)
		told->state = PANE_PARTIAL;
	else
		told->state = r->lines ? PANE_COMPLETE : PANE_LOADING;
}

/* --- the document -------------------------------------------------------------------------------- */

static void ask(struct reader *r);

static void set_lines(struct reader *r, GPtrArray *lines)
{
	if (r->lines)
		g_ptr_array_unref(r->lines);
	r->lines = lines;
	r->hit = -1;
	bound(r);
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
		set_lines(r, g_steal_pointer(&d->lines));
		g_free(r->about);
		r->about = g_steal_pointer(&d->about);
		r->version = d->version;
	}
	screen_changed(r->pane.screen, "document");
	if (r->again)
		ask(r);
}

static void ask(struct reader *r)
{
	r->again = r->pending != NULL;
	if (!r->item.subject || r->pending)
		return;
	r->pending = document_new(r->item.subject, r->version);
	r->pending->found = found;
	r->pending->user = r;
	worker_post(screen_documents(r->pane.screen), &r->pending->job);
}

static void reader_show(struct pane *pane, const struct pane_item *item)
{
	struct reader *r = (struct reader *)pane;

	g_free(r->item.name);
	r->item = (struct pane_item){ item->subject, g_strdup(item->name) };
	r->version = 0;
	r->top = r->part = r->skipped = 0;
	g_clear_pointer(&r->trouble, g_free);
	g_clear_pointer(&r->about, g_free);
	set_lines(r, NULL);
	/* An answer about the item before is not this one's. */
	if (r->pending)
		r->pending->user = NULL;
	r->pending = NULL;
	ask(r);
}

/* --- searching ----------------------------------------------------------------------------------- */

static gboolean go_to_match(struct reader *r, int from, int by)
{
	int n = count(r);

	for (int i = 0; i < n; i++) {
		int line = ((from + i * by) % n + n) % n;

		if (!match_in(line_at(r, line), r->find))
			continue;
		r->hit = line;
		if (line < r->top || line >= r->top + r->page) {
			r->top = MAX(line - r->page / 3, 0);
			r->part = 0;
			bound(r);
		}
		return TRUE;
	}
	r->hit = -1;
	return FALSE;
}

static gboolean next_match(struct reader *r, int by)
{
	if (!*r->find)
		screen_say(r->pane.screen, "nothing is searched for: / searches");
	else if (!go_to_match(r, (r->hit < 0 ? r->top - (by > 0) : r->hit) + by, by))
		screen_say(r->pane.screen, "no \"%s\" in this text", r->find);
	return TRUE;
}

static void reader_find(struct pane *pane, const char *text, enum pane_find how)
{
	struct reader *r = (struct reader *)pane;

	g_free(r->find);
	r->find = g_strdup(how == PANE_FIND_DROPPED ? "" : text);
	r->hit = -1;
	if (*r->find && !go_to_match(r, r->top, 1) && how == PANE_FIND_DONE)
		screen_say(pane->screen, "no \"%s\" in this text", r->find);
}

static const char *reader_found(struct pane *pane)
{
	return ((struct reader *)pane)->find;
}

/* --- commands ------------------------------------------------------------------------------------ */

static gboolean pages(struct reader *r, int by)
{
	return scroll(r, by * MAX(r->page - 1, 1));
}

static gboolean half_pages(struct reader *r, int by)
{
	return scroll(r, by * MAX(r->page / 2, 1));
}

static gboolean to_end(struct reader *r, int last)
{
	r->top = last ? count(r) : 0;
	r->part = 0;
	bound(r);
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
	r->part = r->skipped = 0;
	bound(r);
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
	[COMMAND_DOWN] = { scroll, 1 },
	[COMMAND_UP] = { scroll, -1 },
	[COMMAND_PAGE_DOWN] = { pages, 1 },
	[COMMAND_PAGE_UP] = { pages, -1 },
	[COMMAND_HALF_DOWN] = { half_pages, 1 },
	[COMMAND_HALF_UP] = { half_pages, -1 },
	[COMMAND_FIRST] = { to_end, 0 },
	[COMMAND_LAST] = { to_end, 1 },
	[COMMAND_LEFT] = { shift, -1 },
	[COMMAND_RIGHT] = { shift, 1 },
	[COMMAND_WRAP] = { wrap, 0 },
	[COMMAND_NEXT_MATCH] = { next_match, 1 },
	[COMMAND_PREVIOUS_MATCH] = { next_match, -1 },
	[COMMAND_ESCAPE] = { drop_search, 0 },
};

static gboolean reader_run(struct pane *pane, enum command command)
{
	return runs[command].run &&
	       runs[command].run((struct reader *)pane, runs[command].argument);
}

static void reader_refresh(struct pane *pane)
{
	ask((struct reader *)pane);
}

static struct pane *reader_new(struct screen *screen, const struct pane_kind *kind,
			       const struct pane_item *item)
{
	struct reader *r = g_new0(struct reader, 1);

	r->pane = (struct pane){ kind, screen };
	r->find = g_strdup("");
	r->hit = -1;
	if (item && item->subject) {
		reader_show(&r->pane, item);
	} else if (item) {
		/* A text of our own: its name is the text. */
		r->lines = document_lines(item->name);
	}
	return &r->pane;
}

static void reader_free(struct pane *pane)
{
	struct reader *r = (struct reader *)pane;

	if (r->pending)
		r->pending->user = NULL;
	if (r->lines)
		g_ptr_array_unref(r->lines);
	g_free(r->item.name);
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
	.show = reader_show,
};
