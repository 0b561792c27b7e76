/*
 * The shape of the first pane where no case is open: groups of places, and a cursor that stands on one of them.
 *
 * A line of it is a group's title, an empty line between two, or a place that the filter lets through.
 */
#include "home.h"

#include <kase/stamp.h>

#include <string.h>

#include "screen.h"

#define MARGIN 2 /* cells before the first column */
#define MOMENT 4 /* an age; a time takes more */

enum { TITLE = -1, SPACE = -2 };

enum { NAME, WHAT, WHERE, TEXTS };

struct home {
	struct pane pane;
	GArray *lines; /* of struct line */
	char *filter;
	int cursor, top, page; /* lines */
	int width[TEXTS];      /* cells of each, as drawn last */
};

struct line {
	int place; /* index, or TITLE, SPACE */
	const char *text;
};

static const char *const groups[] = {
	[CONSOLE_CASE] = "Cases",
	[CONSOLE_CONTEXT] = "Clusters",
	[CONSOLE_BEGIN] = "Begin",
};

/* --- lines --------------------------------------------------------------------------------------- */

static const struct console_places *places_of(const struct home *h)
{
	return screen_places(h->pane.screen);
}

static gboolean matches(const struct home *h, const struct console_place *place)
{
	g_autofree char *all = g_strjoin(" ", place->name, place->what, place->where, place->note,
					 NULL);
	g_autofree char *folded = g_utf8_casefold(all, -1);
	g_autofree char *filter = g_utf8_casefold(h->filter, -1);
	g_auto(GStrv) words = g_strsplit(filter, " ", -1);

	for (char **word = words; *word; word++)
		if (!strstr(folded, *word))
			return FALSE;
	return TRUE;
}

static void add_group(struct home *h, int kind)
{
	const struct console_places *places = places_of(h);
	struct line title = { TITLE, groups[kind] }, space = { SPACE, "" };
	guint before = h->lines->len;

	if (before)
		g_array_append_val(h->lines, space);
	g_array_append_val(h->lines, title);
	for (gsize i = 0; i < places->count; i++) {
		struct line line = { (int)i, NULL };

		if ((int)places->places[i].kind == kind && matches(h, &places->places[i]))
			g_array_append_val(h->lines, line);
	}
	/* Nothing of this kind: no title either. */
	if (h->lines->len == before + (before ? 2 : 1))
		g_array_set_size(h->lines, before);
}

static int place_at(const struct home *h, int line)
{
	if (line < 0 || line >= (int)h->lines->len)
		return TITLE;
	return g_array_index(h->lines, struct line, line).place;
}

/* The nearest place from a line on, first in one direction, then in the other. */
static void settle(struct home *h, int line, int by)
{
	int n = (int)h->lines->len;

	line = CLAMP(line, 0, MAX(n - 1, 0));
	for (int turn = 0; turn < 2; turn++, by = -by)
		for (int at = line; at >= 0 && at < n; at += by)
			if (place_at(h, at) >= 0) {
				h->cursor = at;
				return;
			}
	h->cursor = -1;
}

static void list(struct home *h)
{
	int place = place_at(h, h->cursor);

	g_array_set_size(h->lines, 0);
	for (int kind = 0; kind < (int)G_N_ELEMENTS(groups); kind++)
		add_group(h, kind);
	settle(h, 0, 1);
	for (int i = 0; i < (int)h->lines->len; i++)
		if (place >= 0 && place_at(h, i) == place)
			h->cursor = i;
}

/* --- drawing ------------------------------------------------------------------------------------- */

static const char *text_of(const struct console_place *place, int column)
{
	const char *const texts[TEXTS] = { place->name, place->what, place->where };

	return texts[column] ? texts[column] : "";
}

/* As wide as they are, at most a share of the screen; what is left is the note's. */
static void lay_out(struct home *h, const struct canvas *canvas, int cells)
{
	static const int shares[TEXTS] = { 4, 3, 5 };
	const struct console_places *places = places_of(h);

	for (int i = 0; i < TEXTS; i++) {
		h->width[i] = 1;
		for (gsize n = 0; n < places->count; n++)
			h->width[i] = MAX(h->width[i],
					  canvas_cells(canvas, text_of(&places->places[n], i)));
		h->width[i] = MIN(h->width[i], cells / shares[i]);
	}
}

static void draw_place(const struct home *h, struct canvas *canvas, int line, struct rect where,
		       const struct console_place *place)
{
	int at = where.column + MARGIN;
	int moment = screen_shows_times(h->pane.screen) ? 10 : MOMENT;
	g_autofree char *age = place->at == STAMP_NONE ? NULL
						       : screen_moment(h->pane.screen, place->at);

	for (int i = 0; i < TEXTS; i++) {
		canvas_text(canvas, line, at, h->width[i], i == WHERE ? ROLE_DIM : ROLE_TEXT,
			    text_of(place, i), i == NAME ? CANVAS_CUT_MIDDLE : CANVAS_CUT_END);
		at += h->width[i] + 2;
	}
	canvas_text(canvas, line, at, moment, ROLE_DIM, age ? age : "", CANVAS_RIGHT);
	at += moment + 2;
	if (place->trouble)
		at += canvas_glyph(canvas, line, at, ROLE_DECIDE, GLYPH_TROUBLE) + 1;
	canvas_text(canvas, line, at, where.column + where.columns - at,
		    place->trouble ? ROLE_DECIDE : ROLE_DIM, place->note ? place->note : "",
		    CANVAS_CUT_END);
}

static void draw_line(const struct home *h, struct canvas *canvas, int at, struct rect where, int n)
{
	const struct line *line = &g_array_index(h->lines, struct line, n);

	if (line->place < 0) {
		canvas_text(canvas, at, where.column, where.columns, ROLE_TITLE, line->text,
			    CANVAS_CUT_END);
		return;
	}
	draw_place(h, canvas, at, where, &places_of(h)->places[line->place]);
	if (n != h->cursor)
		return;
	canvas_glyph(canvas, at, where.column, ROLE_CURSOR, GLYPH_HERE);
	canvas_paint(canvas, at, where.column, where.columns, ROLE_CURSOR);
}

static void home_draw(struct pane *pane, struct canvas *canvas, struct rect where)
{
	struct home *h = (struct home *)pane;
	int last = MAX((int)h->lines->len - where.lines, 0);

	h->page = where.lines;
	lay_out(h, canvas, where.columns);
	/* The title over the first place is seen with it. */
	if (h->cursor >= 0)
		h->top = CLAMP(h->top, h->cursor - h->page + 1, MAX(h->cursor - 1, 0));
	h->top = CLAMP(h->top, 0, last);
	for (int i = 0; i < where.lines && h->top + i < (int)h->lines->len; i++)
		draw_line(h, canvas, where.line + i, where, h->top + i);
}

static void home_tell(struct pane *pane, struct pane_told *told)
{
	struct home *h = (struct home *)pane;

	told->title = g_strdup(pane->kind->title);
	told->state = h->lines->len ? PANE_COMPLETE : PANE_EMPTY;
	told->rows = h->lines->len;
	if (!h->lines->len)
		told->line = g_strdup(
			*h->filter
				? "nothing matches; Esc drops the filter"
				: "no case was opened here yet, and no kubeconfig was found: kase "
				  "new CASE makes a case, kase drill practises");
}

/* --- commands ------------------------------------------------------------------------------------ */

static gboolean move(struct home *h, int by)
{
	settle(h, h->cursor + by, by < 0 ? -1 : 1);
	return TRUE;
}

static gboolean to_end(struct home *h, int last)
{
	settle(h, last ? (int)h->lines->len - 1 : 0, last ? -1 : 1);
	return TRUE;
}

static gboolean choose(struct home *h, int unused)
{
	if (place_at(h, h->cursor) < 0)
		screen_say(h->pane.screen, "no row is there to open");
	else
		screen_choose(h->pane.screen, place_at(h, h->cursor));
	return TRUE;
}

static void home_find(struct pane *pane, const char *text, enum pane_find how)
{
	struct home *h = (struct home *)pane;

	g_free(h->filter);
	h->filter = g_strdup(how == PANE_FIND_DROPPED ? "" : text);
	list(h);
}

static gboolean drop_filter(struct home *h, int unused)
{
	if (!*h->filter)
		return FALSE;
	home_find(&h->pane, "", PANE_FIND_DROPPED);
	return TRUE;
}

static const struct {
	gboolean (*run)(struct home *h, int argument);
	int argument;
} runs[COMMANDS] = {
	[COMMAND_FIRST] = { to_end, 0 },
	[COMMAND_LAST] = { to_end, 1 },
	[COMMAND_OPEN] = { choose, 0 },
	[COMMAND_ESCAPE] = { drop_filter, 0 },
};

static gboolean home_run(struct pane *pane, enum command command)
{
	struct home *h = (struct home *)pane;
	int rows = command_rows(command, h->page);

	if (rows)
		return move(h, rows);
	return runs[command].run && runs[command].run(h, runs[command].argument);
}

/* --- life ---------------------------------------------------------------------------------------- */

static const char *home_found(struct pane *pane)
{
	return ((struct home *)pane)->filter;
}

static void home_refresh(struct pane *pane)
{
}

static struct pane *home_new(struct screen *screen, const struct pane_kind *kind,
			     const struct item *unused)
{
	struct home *h = g_new0(struct home, 1);

	h->pane = (struct pane){ .kind = kind, .screen = screen };
	h->lines = g_array_new(FALSE, FALSE, sizeof(struct line));
	h->filter = g_strdup("");
	list(h);
	return &h->pane;
}

static void home_free(struct pane *pane)
{
	struct home *h = (struct home *)pane;

	g_array_unref(h->lines);
	g_free(h->filter);
	g_free(h);
}

static const struct shape home_shape = {
	.place = KEYS_IN_HOME,
	.new = home_new,
	.free = home_free,
	.draw = home_draw,
	.run = home_run,
	.refresh = home_refresh,
	.tell = home_tell,
	.find = home_find,
	.found = home_found,
};

const struct pane_kind pane_home = {
	.name = "home",
	.help = "cases that were opened lately, and clusters",
	.title = "Home",
	.shape = &home_shape,
	.place = KEYS_THAT_OPEN(COMMAND_OPEN),
};
