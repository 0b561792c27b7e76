#include "frame.h"

#include <kase/stamp.h>

#include <string.h>

#include "prose.h"

/* --- header -------------------------------------------------------------------------------------- */

/* Draws parts one after the other, with a bar between them, as long as there is room. */
struct pen {
	struct canvas *c;
	int line, at, end;
	enum role between;
};

static void pen_text(struct pen *p, enum role role, const char *text)
{
	p->at += canvas_text(p->c, p->line, p->at, p->end - p->at, role, text, CANVAS_CUT_END);
}

static void pen_glyph(struct pen *p, enum role role, enum glyph glyph)
{
	if (p->at < p->end)
		p->at += canvas_glyph(p->c, p->line, p->at, role, glyph);
}

static void pen_bar(struct pen *p)
{
	pen_text(p, ROLE_TEXT, " ");
	pen_glyph(p, p->between, GLYPH_UPRIGHT);
	pen_text(p, ROLE_TEXT, " ");
}

static const struct {
	enum role role;
	enum glyph glyph;
	const char *word;
} links[] = {
	[FRAME_ASKING] = { ROLE_DIM, GLYPH_STALE, "asking" },
	[FRAME_LIVE] = { ROLE_GOOD, GLYPH_LIVE, "live" },
	[FRAME_STALE] = { ROLE_DECIDE, GLYPH_STALE, "stale" },
};

static void draw_link(struct pen *p, const struct layout *l, const struct frame *f)
{
	if (f->cluster) {
		pen_text(p, ROLE_TEXT, f->cluster);
		pen_text(p, ROLE_TEXT, " ");
	}
	if (f->link == FRAME_OFFLINE) {
		pen_text(p, ROLE_DIM, "offline");
		return;
	}
	pen_glyph(p, links[f->link].role, links[f->link].glyph);
	if (!l->folded || f->link != FRAME_LIVE) {
		pen_text(p, ROLE_TEXT, " ");
		pen_text(p, links[f->link].role, links[f->link].word);
	}
}

static void draw_head(struct pen *p, const struct layout *l, const struct frame *f)
{
	g_autofree char *head = l->folded ? g_strdup_printf("#%" G_GINT64_FORMAT " ", f->head)
					  : g_strdup_printf("#%" G_GINT64_FORMAT " %.6s%s ",
							    f->head, f->hash,
							    glyph_text(GLYPH_MORE, p->c->plain));

	pen_text(p, ROLE_TEXT, head);
	if (f->trouble)
		pen_glyph(p, ROLE_DANGER, GLYPH_TROUBLE);
	else
		pen_glyph(p, ROLE_GOOD, GLYPH_DONE);
}

/* " 14:03Z", or " 15:03" by this machine's time. */
static void minute_of(const struct frame *f, char out[static 9])
{
	g_autoptr(GDateTime) moment = NULL;
	g_autofree char *local = NULL;
	char stamp[STAMP_CHARS];

	stamp_format_seconds(f->now, stamp);
	g_snprintf(out, 9, " %.5sZ", strlen(stamp) > 16 ? stamp + 11 : "?");
	moment = f->local ? g_date_time_new_from_unix_local(f->now / STAMP_SECOND) : NULL;
	local = moment ? g_date_time_format(moment, " %H:%M") : NULL;
	if (local)
		g_strlcpy(out, local, 9);
}

/* Everything but the title has its place first: the title takes what is left. */
static void draw_case(struct pen *p, const struct layout *l, const struct frame *f)
{
	int others = 40 + (f->cluster ? canvas_cells(p->c, f->cluster) : 0) - (l->folded ? 14 : 0);

	pen_bar(p);
	p->at += canvas_text(p->c, p->line, p->at, MAX(p->end - p->at - others, 12), ROLE_TEXT,
			     f->title, CANVAS_CUT_END);
	pen_bar(p);
	draw_link(p, l, f);
	pen_bar(p);
	draw_head(p, l, f);
}

static void draw_header(struct canvas *c, const struct layout *l, const struct frame *f)
{
	struct pen p = { c, l->header.line, l->header.column, l->header.column + l->header.columns,
			 ROLE_FOCUS };
	char minute[9];

	minute_of(f, minute);
	p.end -= (int)strlen(minute);
	pen_text(&p, ROLE_TITLE, "kase");
	if (f->title)
		draw_case(&p, l, f);
	pen_text(&p, ROLE_TEXT, " ");
	if (!l->folded)
		canvas_repeat(c, p.line, p.at, p.end - p.at, ROLE_FOCUS, GLYPH_ACROSS);
	canvas_text(c, p.line, p.end, 9, ROLE_DIM, minute, CANVAS_CLIP);
}

/* --- the rest ------------------------------------------------------------------------------------ */

static void draw_borders(struct canvas *c, const struct layout *l)
{
	int right = c->columns - 1, bottom = c->lines - 1;

	if (l->folded)
		return;
	canvas_repeat(c, 0, 0, c->columns, ROLE_FOCUS, GLYPH_ACROSS);
	canvas_repeat(c, bottom, 0, c->columns, ROLE_FOCUS, GLYPH_ACROSS);
	for (int line = 1; line < bottom; line++) {
		canvas_glyph(c, line, 0, ROLE_FOCUS, GLYPH_UPRIGHT);
		canvas_glyph(c, line, right, ROLE_FOCUS, GLYPH_UPRIGHT);
	}
	canvas_glyph(c, 0, 0, ROLE_FOCUS, GLYPH_TOP_LEFT);
	canvas_glyph(c, 0, right, ROLE_FOCUS, GLYPH_TOP_RIGHT);
	canvas_glyph(c, bottom, 0, ROLE_FOCUS, GLYPH_BOTTOM_LEFT);
	canvas_glyph(c, bottom, right, ROLE_FOCUS, GLYPH_BOTTOM_RIGHT);
	canvas_text(c, 0, 1, 1, ROLE_TEXT, " ", CANVAS_CLIP);
	canvas_text(c, 0, right - 1, 1, ROLE_TEXT, " ", CANVAS_CLIP);
}

static void draw_title(struct canvas *c, const struct layout *l, const struct frame *f)
{
	const char *coverage = f->told->coverage ? f->told->coverage : "";
	int room = l->title.columns;
	int right = MIN(canvas_cells(c, coverage), room * 2 / 3);

	canvas_text(c, l->title.line, l->title.column, room - right - 2, ROLE_TITLE, f->told->title,
		    CANVAS_CUT_MIDDLE);
	canvas_text(c, l->title.line, l->title.column + room - right, right, ROLE_DIM, coverage,
		    CANVAS_CUT_END);
}

/* Where a row that begins at `at` ends: before a word that does not fit. */
static const char *end_of_row(const char *at, int cells)
{
	const char *end = prose_fit(at, cells), *space = end;

	while (*end && space > at && *space != ' ')
		space--;
	return space > at ? space : end;
}

/* In rows, each in the middle. */
static void draw_centred(struct canvas *c, const struct rect *r, enum role role, const char *text)
{
	g_autofree char *safe = text_safe(text, -1);
	g_autofree char *shown = c->plain ? glyph_plain(safe) : g_strdup(safe);
	int line = r->line + r->lines / 2;

	for (const char *at = shown; *at && line < r->line + r->lines; line++) {
		const char *end = end_of_row(at, r->columns);
		g_autofree char *row = g_strndup(at, (gsize)(end - at));

		canvas_text(c, line, r->column + (r->columns - text_cells(row)) / 2, r->columns,
			    role, row, CANVAS_CLIP);
		at = end + (*end == ' ');
	}
}

/* A screen full of nothing says why in its middle. */
static void draw_nothing(struct canvas *c, const struct layout *l, const struct frame *f)
{
	if (f->told->rows || !f->told->line ||
	    (f->told->state != PANE_EMPTY && f->told->state != PANE_DENIED))
		return;
	draw_centred(c, &l->pane, f->told->state == PANE_DENIED ? ROLE_DECIDE : ROLE_DIM,
		     f->told->line);
}

/* In two rows, of which the second is cut. */
static void draw_broken(struct canvas *c, const struct rect *r, enum role role, const char *text)
{
	g_autofree char *safe = text_safe(text, -1);
	const char *end = end_of_row(safe, r->columns);
	g_autofree char *row = g_strndup(safe, (gsize)(end - safe));

	canvas_text(c, r->line, r->column, r->columns, role, row, CANVAS_CLIP);
	canvas_text(c, r->line + 1, r->column, r->columns, role, end + (*end == ' '),
		    CANVAS_CUT_END);
}

/* What is typed scrolls in one. */
int frame_state_lines(const struct canvas *c, const struct layout *l, const struct frame *f)
{
	return !f->typed && canvas_cells(c, f->line) > l->state.columns ? LAYOUT_STATE_LINES : 1;
}

static void draw_state(struct canvas *c, const struct layout *l, const struct frame *f)
{
	struct pen p = { c, l->state.line, l->state.column, l->state.column + l->state.columns,
			 ROLE_FOCUS };
	int hidden;

	if (l->state.lines > 1) {
		draw_broken(c, &l->state, f->role, f->line);
		return;
	}
	pen_text(&p, f->role, f->line);
	if (!f->typed)
		return;
	/* Of what is too long the end is seen: that is where one types. */
	hidden = MAX(canvas_cells(c, f->typed) + 1 - (p.end - p.at), 0);
	p.at += canvas_text_from(c, p.line, p.at, p.end - p.at - 1, ROLE_TEXT, f->typed, hidden);
	p.at += canvas_text(c, p.line, p.at, 1, ROLE_HIT, " ", CANVAS_CLIP);
	if (f->hint)
		canvas_text(c, p.line, p.at + 1, p.end - p.at - 1, ROLE_DIM, f->hint,
			    CANVAS_CUT_END);
}

/* With the space after it. */
static int cells_of_key(const struct canvas *c, const struct key_row *row, gboolean is_last)
{
	return canvas_cells(c, row->written) + canvas_cells(c, row->word) + (is_last ? 2 : 3);
}

/* The last two, help and back, are always there: of the others those that matter least go where there is no room.  How many
 * are left. */
static gsize keep_keys(const struct canvas *c, const struct key_row **rows, gsize n, int room)
{
	int cells = 0;

	for (gsize i = 0; i < n; i++)
		cells += cells_of_key(c, rows[i], i + 1 == n);
	for (; cells > room && n > 2; n--) {
		cells -= cells_of_key(c, rows[n - 3], FALSE);
		memmove(&rows[n - 3], &rows[n - 2], 2 * sizeof *rows);
	}
	return n;
}

static void draw_footer(struct canvas *c, const struct layout *l, const struct frame *f)
{
	struct pen p = { c, l->footer.line, l->footer.column, l->footer.column + l->footer.columns,
			 ROLE_FOCUS };
	const struct key_row *rows[16];
	gsize n = key_footer(f->place, rows, G_N_ELEMENTS(rows));

	if (!l->folded)
		p.at += canvas_text(c, p.line, p.at - 1, 1, ROLE_TEXT, " ", CANVAS_CLIP) - 1;
	n = keep_keys(c, rows, n, p.end - p.at);
	for (gsize i = 0; i < n; i++) {
		g_autofree char *word = g_strdup_printf(":%s%s", rows[i]->word,
							i + 1 < n ? "  " : " ");

		pen_text(&p, ROLE_PLACE, rows[i]->written);
		pen_text(&p, ROLE_DIM, word);
	}
}

void frame_draw(struct canvas *c, const struct layout *l, const struct frame *f)
{
	draw_borders(c, l);
	draw_header(c, l, f);
	draw_title(c, l, f);
	draw_nothing(c, l, f);
	draw_state(c, l, f);
	draw_footer(c, l, f);
}

void frame_draw_too_small(struct canvas *c)
{
	g_autofree char *text = g_strdup_printf(
		"kase needs %dx%d, this is %dx%d; nothing is lost, make it larger",
		LAYOUT_MIN_COLUMNS, LAYOUT_MIN_LINES, c->columns, c->lines);

	for (int line = 0; line < c->lines; line++)
		canvas_text_from(c, line, 0, c->columns, ROLE_TEXT, text, line * c->columns);
}
