/*
 * How things stand: the frame round the pane that is seen, and its state line.
 */
#include "screen-inside.h"

#include <kase/stamp.h>

#include "frame.h"
#include "state.h"

static enum frame_link link_of(const struct screen *s)
{
	if (!s->plan.live)
		return FRAME_OFFLINE;
	if (s->progress.live)
		return FRAME_LIVE;
	return s->progress.last_seen_ns == STAMP_NONE && !*s->progress.trouble ? FRAME_ASKING
									       : FRAME_STALE;
}

static char *state_line(struct screen *s, struct pane_told *told, enum role *role)
{
	struct state_facts facts = {
		.told = told,
		.link = link_of(s),
		.progress = &s->progress,
		.newest = s->newest,
		.now = screen_now(s),
	};
	g_autoptr(GError) trouble = s->plan.recorder ? recorder_trouble(s->plan.recorder) : NULL;

	facts.trouble = trouble ? trouble->message : NULL;
	if (told->state != PANE_LOADING)
		s->loading_since = 0;
	else if (!s->loading_since)
		s->loading_since = facts.now;
	facts.loading_ns = s->loading_since ? facts.now - s->loading_since : 0;
	told->rows_about = (gint64)s->progress.rows_expected;
	*role = ROLE_TEXT;
	if (s->asked)
		return state_question(s->plan.live, role);
	if (s->prompt.open)
		return g_strdup(prompt_sign(&s->prompt));
	if (s->said) {
		*role = ROLE_DECIDE;
		return g_strdup(s->said);
	}
	return state_text(&facts, role);
}

/* How many lines the state takes. */
static int draw_frame(struct screen *s, struct canvas *canvas, const struct layout *l)
{
	int state_lines;
	struct pane_told told = { 0 };
	struct frame f = {
		.title = s->title,
		.cluster = s->cluster,
		.link = link_of(s),
		.head = s->head,
		.hash = s->hash,
		.now = screen_now(s),
		.told = &told,
		.place = screen_place(s),
		.typed = s->prompt.open ? s->prompt.text->str : NULL,
		.hint = s->hint,
		.local = screen_is_local(s),
	};
	g_autoptr(GError) trouble = s->plan.recorder ? recorder_trouble(s->plan.recorder) : NULL;

	f.trouble = trouble != NULL;
	screen_top(s)->kind->shape->tell(screen_top(s), &told);
	g_free(s->shown);
	s->shown = state_line(s, &told, &f.role);
	f.line = s->shown;
	frame_draw(canvas, l, &f);
	state_lines = frame_state_lines(canvas, l, &f);
	pane_told_clear(&told);
	return state_lines;
}

/* Once more where the state takes more or fewer lines than in the last frame: the pane gives them. */
void screen_draw(struct screen *s, struct canvas *canvas)
{
	struct layout l;
	int drawn, tries = 2;

	do {
		drawn = s->state_lines;
		layout_of(&l, canvas->lines, canvas->columns, drawn);
		if (l.too_small) {
			frame_draw_too_small(canvas);
			return;
		}
		canvas_begin(canvas, canvas->lines, canvas->columns);
		/* First the pane: it learns there how many rows are seen, and may say so. */
		screen_top(s)->kind->shape->draw(screen_top(s), canvas, l.pane);
		s->state_lines = draw_frame(s, canvas, &l);
	} while (s->state_lines != drawn && --tries);
}

void screen_tick(struct screen *s)
{
	struct pane_told told = { 0 };
	enum frame_link before = link_of(s);
	g_autofree char *line = NULL;
	enum role role;

	screen_ask_engine(s);
	screen_top(s)->kind->shape->tell(screen_top(s), &told);
	line = state_line(s, &told, &role);
	pane_told_clear(&told);
	if (link_of(s) != before || g_strcmp0(line, s->shown) != 0)
		screen_changed(s, "engine");
}
