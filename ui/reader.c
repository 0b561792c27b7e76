/*
 * The text shape: lines that are read, searched and wrapped.  A document's come from a worker, the help's from the keys.
 *
 * A place in the text is a line and, where lines are wrapped, the row of it.
 */
#include "document.h"
#include "prose.h"
#include "pane.h"
#include "screen.h"

#include <string.h>

struct reader {
	struct pane pane;
	struct pane_item item;
	struct document *pending; /* the worker's */
	gboolean again;
	gint64 version;
	struct prose *lines; /* NULL: not there yet */
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
	return prose_count(r->lines);
}

static int rows_of(const struct reader *r, int line)
{
	return r->wrap && r->cells > 0 ? prose_rows(r->lines, line, r->cells) : 1;
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

/* TRUE where this row of this line is on the screen. */
static gboolean is_seen(const struct reader *r, int line, int part)
{
	int rows = part - r->part;

	for (int i = r->top; i < line && rows < r->page; i++)
		rows += rows_of(r, i);
	return line >= r->top && rows >= 0 && rows < r->page;
}

/* --- drawing ------------------------------------------------------------------------------------- */

/* The next place of what is searched, without regard to case. */
static const char *match_in(const char *text, const char *find)
{
	return *find ? strcasestr(text, find) : NULL;
}

/* A row of the screen: cells of it before the text, where that begins and ends, and where its line begins. */
struct row {
	int line, over;
	const char *text, *begin, *end;
};

/* The cells that text up to `end` takes. */
static int cells_to(const char *begin, const char *end)
{
	g_autofree char *text = g_strndup(begin, (gsize)(MAX(end, begin) - begin));

	return text_cells(text);
}

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

	for (const char *m = match_in(near, r->find); m; m = match_in(m + length, r->find)) {
		const char *first = CLAMP(from + (m - near), seen, row->end);
		const char *last = CLAMP(from + (m - near) + length, first, row->end);
		int taken = cells_to(first, last);

		cells += cells_to(seen, first);
		canvas_paint(canvas, at, where.column + cells, taken, role);
		cells += taken;
		seen = last;
	}
}

static void draw_row(struct reader *r, struct canvas *canvas, int at, struct rect where,
		     const struct row *row)
{
	g_autofree char *text = g_strndup(row->begin, (gsize)(row->end - row->begin));

	canvas_text(canvas, at, where.column + row->over, where.columns - row->over, ROLE_TEXT,
		    text, CANVAS_CLIP);
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

static void reader_draw(struct pane *pane, struct canvas *canvas, struct rect where)
{
	struct reader *r = (struct reader *)pane;
	struct row row = { 0 };
	int line, part;

	r->page = where.lines;
	r->cells = where.columns;
	if (canvas->plain && r->lines)
		prose_make_plain(r->lines);
	bound(r);
	line = r->top;
	part = r->part;
	for (int i = 0; i < where.lines && line < count(r); i++) {
		begin_row(r, &row, line, part);
		draw_row(r, canvas, where.line + i, where, &row);
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

static void set_lines(struct reader *r, GPtrArray *texts)
{
	prose_free(r->lines);
	r->lines = texts ? prose_new(texts) : NULL;
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

/* Bring the line's first match onto the screen. */
static void show_match(struct reader *r, int line)
{
	const char *text = prose_text(r->lines, line);
	const char *match = match_in(text, r->find);
	int part = r->wrap ? prose_row_of(r->lines, line, match, MAX(r->cells, 1)) : 0;
	int first = cells_to(text, match), cells = cells_to(match, match + strlen(r->find));

	if (!r->wrap && (first < r->skipped || first + cells >= r->skipped + r->cells))
		r->skipped = first + cells < r->cells ? 0 : MAX(first - r->cells / 3, 0);
	if (is_seen(r, line, part))
		return;
	r->top = line;
	r->part = part;
	scroll(r, -(r->page / 3));
}

static gboolean go_to_match(struct reader *r, int from, int by)
{
	int n = count(r);

	for (int i = 0; i < n; i++) {
		int line = ((from + i * by) % n + n) % n;

		if (!match_in(prose_text(r->lines, line), r->find))
			continue;
		r->hit = line;
		show_match(r, line);
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
		r->lines = prose_new(document_lines(item->name));
	}
	return &r->pane;
}

static void reader_free(struct pane *pane)
{
	struct reader *r = (struct reader *)pane;

	if (r->pending)
		r->pending->user = NULL;
	prose_free(r->lines);
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
