#include "screen-inside.h"

static void back_or_leave(struct screen *s)
{
	if (trail_step(&s->trail, -1))
		return;
	/* One q too many shall not end a recording. */
	if (s->plan.live)
		s->asked = TRUE;
	else
		s->ended = TRUE;
}

/* What was marked or searched there is not lost: the pane stays, and ] goes to it. */
static void back(struct screen *s)
{
	if (!trail_step(&s->trail, -1))
		screen_say(s, "this is the first pane: q leaves");
}

static void forward(struct screen *s)
{
	if (!trail_step(&s->trail, 1))
		screen_say(s, "nothing lies ahead: this is where one came to last");
}

/* The next row of the list that this came from. */
static void step(struct screen *s, int rows)
{
	struct pane *list = trail_below(&s->trail), *pane = screen_top(s);
	struct item item = { 0 };

	if (!list || !list->kind->shape->step || !pane->kind->shape->show) {
		screen_say(s, "this did not come from a list");
	} else if (!list->kind->shape->step(list, rows, &item)) {
		screen_say(s, rows > 0 ? "this is the last row of the list"
				       : "this is the first row of the list");
	} else {
		/* It was opened from another row. */
		trail_cut(&s->trail);
		trail_forget_beside(&s->trail);
		pane->kind->shape->show(pane, &item);
	}
	item_clear(&item);
}

/* Another pane of the same subject, in the place of this one. */
static void show_beside(struct screen *s, int by)
{
	const struct pane *pane = screen_top(s);
	const struct pane_kind *kind = pane_kind_beside(pane->kind, by);
	struct pane *beside;

	if (trail_turn_back(&s->trail, kind))
		return;
	beside = kind->shape->new (s, kind, &pane->item);
	beside->from_row = pane->from_row;
	trail_turn(&s->trail, beside);
}

static void next_pane(struct screen *s)
{
	show_beside(s, 1);
}

static void previous_pane(struct screen *s)
{
	show_beside(s, -1);
}

static void help(struct screen *s)
{
	const struct pane_kind *kind = pane_kind_named("help");
	g_autofree char *keys = key_help(screen_place(s)), *typed = typed_help();
	struct item item = { .name = g_strconcat(keys, typed, NULL) };

	if (screen_top(s)->kind == kind)
		screen_say(s, "these are the keys; q goes back");
	else
		screen_open(s, kind, &item);
	item_clear(&item);
}

static void halt(struct screen *s)
{
	if (s->progress.aside && !s->progress.tasks) {
		screen_say(s, "another kase follows this case: z there stops what it fetches");
		return;
	}
	if (!*s->progress.doing) {
		screen_say(s, "nothing is being fetched that could be stopped");
		return;
	}
	s->plan.halt(s->plan.engine);
	screen_say(s, "stopped: %s stays partial, and the case says so; what is held stays",
		   s->progress.doing);
}

static void ask_to_leave(struct screen *s)
{
	s->asked = TRUE;
}

static void redraw(struct screen *s)
{
	s->redraw = TRUE;
}

static void clear(struct screen *s)
{
	screen_say(s, "nothing is typed; Q leaves");
}

static void refuse_to_stop(struct screen *s)
{
	screen_say(s, "kase does not stop in the background, so as to miss nothing; Q leaves");
}

static void ignore(struct screen *s)
{
}

static void next_row(struct screen *s)
{
	step(s, 1);
}

static void previous_row(struct screen *s)
{
	step(s, -1);
}

/* Those that are not the pane's; a pane is asked first. */
static void (*const runs[COMMANDS])(struct screen *s) = {
	[COMMAND_BACK] = back_or_leave,
	[COMMAND_ESCAPE] = back,
	[COMMAND_BACKWARD] = back,
	[COMMAND_FORWARD] = forward,
	[COMMAND_LEAVE] = ask_to_leave,
	[COMMAND_NEXT_ROW] = next_row,
	[COMMAND_PREVIOUS_ROW] = previous_row,
	[COMMAND_NEXT_PANE] = next_pane,
	[COMMAND_PREVIOUS_PANE] = previous_pane,
	[COMMAND_FIND] = screen_begin_find,
	[COMMAND_TIMES] = screen_next_times,
	[COMMAND_HALT] = halt,
	[COMMAND_REDRAW] = redraw,
	[COMMAND_CLEAR] = clear,
	[COMMAND_SUSPEND] = refuse_to_stop,
	[COMMAND_IGNORE] = ignore,
	[COMMAND_TYPE] = screen_begin_command,
	[COMMAND_AT] = screen_begin_time,
	[COMMAND_HELP] = help,
};

static gboolean opens(enum command command)
{
	return command >= COMMAND_OPEN && command <= COMMAND_OPENS_LAST;
}

void screen_open_here(struct screen *s, struct pane *pane, enum command command)
{
	gboolean anywhere;
	const struct pane_kind *kind = pane_kind_opened(pane->kind, command, &anywhere);
	struct item item = { 0 };

	if (screen_is_home(s))
		return;
	if (kind && anywhere && pane->kind == kind && !item_has_any(&pane->item)) {
		screen_say(s, "this is all of it: %s", kind->title);
	} else if (kind && anywhere) {
		screen_open(s, kind, &item);
	} else if (kind && pane->kind->shape->item && pane->kind->shape->item(pane, &item)) {
		screen_open(s, kind, &item);
		screen_top(s)->from_row = pane->kind->shape->step != NULL;
	} else {
		screen_say(s, "no row is there to open");
	}
	item_clear(&item);
}

void screen_run(struct screen *s, const struct key_row *row)
{
	struct pane *pane = screen_top(s);
	guint place = screen_place(s);

	if (!key_works(row, place)) {
		g_autofree char *excuse = key_excuse(row, place);

		screen_say(s, "%s", excuse);
		return;
	}
	if (pane->kind->shape->run(pane, row->command))
		return;
	if (opens(row->command))
		screen_open_here(s, pane, row->command);
	else if (runs[row->command])
		runs[row->command](s);
}

void screen_run_key(struct screen *s, gunichar key)
{
	const struct key_row *row = key_row_of(key, screen_place(s));

	if (row)
		screen_run(s, row);
	else
		screen_say(s, "this key has no use; ? shows those that have");
}
