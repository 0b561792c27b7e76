#include "stream.h"

/* Who goes up, or elsewhere, reads, and is not to be taken along. */
static void leave_end(struct stream *s)
{
	if (s->follows && s->facts)
		s->lines_seen = s->facts->lines;
	s->follows = FALSE;
}

static gboolean move(struct stream *s, int rows, gboolean pages)
{
	if (rows < 0)
		leave_end(s);
	if (pages)
		stream_page(s, rows);
	else
		stream_move(s, rows);
	return TRUE;
}

static gboolean to_first(struct stream *s, int unused)
{
	leave_end(s);
	if (s->first && !s->pending) {
		s->cursor = s->top = s->part = 0;
		stream_keep_in_sight(s);
	} else {
		stream_jump(s, LOG_START);
	}
	return TRUE;
}

static gboolean to_last(struct stream *s, int unused)
{
	s->follows = TRUE;
	s->paused = FALSE;
	s->cursor = MAX(stream_count(s) - 1, 0);
	stream_keep_in_sight(s);
	if (!s->last)
		stream_jump(s, LOG_END);
	return TRUE;
}

static gboolean follow(struct stream *s, int unused)
{
	if (!screen_live(s->pane.screen))
		screen_say(s->pane.screen,
			   "this case is open offline: only what another kase records comes");
	if (!s->follows)
		return to_last(s, 0);
	leave_end(s);
	return TRUE;
}

static gboolean hold(struct stream *s, int unused)
{
	s->paused = !s->paused;
	s->lines_seen = s->facts ? s->facts->lines : 0;
	return TRUE;
}

static gboolean shift(struct stream *s, int by)
{
	s->skipped = s->wraps ? 0 : MAX(s->skipped + by * 8, 0);
	return TRUE;
}

static gboolean wrap(struct stream *s, int unused)
{
	s->wraps = !s->wraps;
	screen_say(s->pane.screen,
		   s->wraps ? "long lines are wrapped" : "long lines are cut; → shows more");
	s->part = s->skipped = 0;
	stream_keep_in_sight(s);
	return TRUE;
}

static gboolean hide_times(struct stream *s, int unused)
{
	s->bare = !s->bare;
	return TRUE;
}

static gboolean search(struct stream *s, int by)
{
	stream_search(s, by);
	return TRUE;
}

static gboolean only_matching(struct stream *s, int unused)
{
	if (!*s->find) {
		screen_say(s->pane.screen, "nothing is searched for: / searches, & then shows the "
					   "lines that hold it alone");
		return TRUE;
	}
	stream_filter(s, !s->filters);
	return TRUE;
}

/* That of the line that one is on; then all again. */
static gboolean only_container(struct stream *s, int unused)
{
	int container = stream_count(s) ? stream_row(s, s->cursor)->container : -1;

	if (s->choice.container) {
		g_clear_pointer(&s->choice.container, g_free);
	} else if (container < 0) {
		screen_say(s->pane.screen, "this is no line of a container");
		return TRUE;
	} else {
		const struct log_container *c = s->facts->containers->pdata[container];

		s->choice.container = g_strdup(c->name);
	}
	stream_reset(s);
	return TRUE;
}

static gboolean is_looking(const struct stream *s)
{
	return s->search || (s->choice.find && s->pending && (!s->last || !s->first));
}

static gboolean halt(struct stream *s, int unused)
{
	if (!is_looking(s))
		return FALSE;
	stream_drop_pending(s);
	s->search = 0;
	s->halted = TRUE;
	screen_say(s->pane.screen, "stopped: not all lines were looked through; n goes on");
	stream_ask(s);
	return TRUE;
}

static gboolean drop(struct stream *s, int unused)
{
	if (!*s->find && !s->choice.container)
		return FALSE;
	if (!*s->find) {
		g_clear_pointer(&s->choice.container, g_free);
		stream_reset(s);
		return TRUE;
	}
	g_free(s->find);
	s->find = g_strdup("");
	s->search = 0;
	if (s->filters)
		stream_filter(s, FALSE);
	return TRUE;
}

/* A line's row is a line; what stands between lines is something else. */
static gboolean open_row(struct stream *s, int unused)
{
	const struct log_row *row = stream_count(s) ? stream_row(s, s->cursor) : NULL;
	struct item item = { 0 };

	if (!row || row->kind == LOG_ROW_LINE)
		return FALSE;
	if (row->kind == LOG_ROW_NOTE) {
		screen_say(s->pane.screen, "what the pod's states told; D shows them");
		return TRUE;
	}
	item.ids[ITEM_GAP] = row->gap;
	item.name = g_strdup(s->pane.item.name);
	screen_open(s->pane.screen, pane_kind_named("gap"), &item);
	item_clear(&item);
	return TRUE;
}

static const struct {
	gboolean (*run)(struct stream *s, int argument);
	int argument;
} runs[COMMANDS] = {
	[COMMAND_FIRST] = { to_first, 0 },
	[COMMAND_LAST] = { to_last, 0 },
	[COMMAND_LEFT] = { shift, -1 },
	[COMMAND_RIGHT] = { shift, 1 },
	[COMMAND_WRAP] = { wrap, 0 },
	[COMMAND_FOLLOW] = { follow, 0 },
	[COMMAND_PAUSE] = { hold, 0 },
	[COMMAND_HIDE_TIMES] = { hide_times, 0 },
	[COMMAND_NEXT_MATCH] = { search, 1 },
	[COMMAND_PREVIOUS_MATCH] = { search, -1 },
	[COMMAND_ONLY_MATCHING] = { only_matching, 0 },
	[COMMAND_ONLY_CONTAINER] = { only_container, 0 },
	[COMMAND_HALT] = { halt, 0 },
	[COMMAND_OPEN] = { open_row, 0 },
	[COMMAND_BOOKMARK] = { stream_mark, 0 },
	[COMMAND_NEXT_BOOKMARK] = { stream_next_mark, 1 },
	[COMMAND_PREVIOUS_BOOKMARK] = { stream_next_mark, -1 },
	[COMMAND_COPY] = { stream_copy, 0 },
	[COMMAND_ESCAPE] = { drop, 0 },
};

gboolean stream_run(struct pane *pane, enum command command)
{
	struct stream *s = (struct stream *)pane;
	int rows = command_rows(command, s->page);
	gboolean done = rows ? move(s, rows, command_pages(command))
			     : runs[command].run && runs[command].run(s, runs[command].argument);

	if (done) {
		g_clear_pointer(&s->trouble, g_free);
		stream_ask(s);
	}
	return done;
}

gboolean stream_run_typed(struct pane *pane, enum command command, const char *argument)
{
	if (command != COMMAND_AT)
		return FALSE;
	stream_go_to_time((struct stream *)pane, argument);
	return TRUE;
}
