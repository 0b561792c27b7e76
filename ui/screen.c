#include "screen.h"

#include <kase/digest.h>
#include <kase/stamp.h>

#include <string.h>

#include "frame.h"
#include "state.h"

#define NOTICE_MS 50  /* at most so often is the case looked at anew */
#define TYPED_MAX 256 /* characters */

struct screen {
	struct screen_plan plan;
	char *path, *title;
	enum casefile_mode mode;
	struct casefile *c;
	struct worker *lists, *documents;
	GPtrArray *panes; /* the last one is seen */
	gint64 head;
	char hash[DIGEST_CHARS];
	char *cluster;
	gint64 newest;
	struct engine_progress progress;
	gint64 loading_since; /* ns; 0: nothing is loading */
	char *shown;          /* the state line as it was told last */
	/* What is typed, asked and said. */
	GString *typed; /* NULL: nothing is being typed */
	char *typed_last;
	gboolean asked; /* whether to leave */
	char *said;
	gboolean times, ended, redraw;
	gint64 noticed_us;
	guint notice;
};

static struct pane *top(const struct screen *s)
{
	return g_ptr_array_index(s->panes, s->panes->len - 1);
}

static guint place_of(const struct screen *s)
{
	guint place = pane_place(top(s)) | (s->panes->len > 1 ? KEYS_IN_LATER : KEYS_IN_FIRST);

	return place | (s->plan.live ? KEYS_WITH_CLUSTER : 0);
}

gint64 screen_now(const struct screen *s)
{
	return s->plan.now ? s->plan.now() : stamp_now();
}

/* Ages count from now where the case is live, and from when it was recorded where it is not. */
static gint64 ages_from(const struct screen *s)
{
	return s->plan.live || s->newest == STAMP_NONE ? screen_now(s) : s->newest;
}

/* --- for panes ----------------------------------------------------------------------------------- */

struct casefile *screen_case(struct screen *s)
{
	if (!s->c)
		s->c = casefile_open(s->path, s->mode, NULL);
	return s->c;
}

struct worker *screen_lists(struct screen *s)
{
	return s->lists;
}

struct worker *screen_documents(struct screen *s)
{
	if (!s->documents)
		s->documents = worker_new("kase-documents", s->path, s->mode);
	return s->documents;
}

gboolean screen_live(const struct screen *s)
{
	return s->plan.live;
}

void screen_changed(struct screen *s, const char *cause)
{
	if (s->plan.changed)
		s->plan.changed(s->plan.user, cause);
}

void screen_say(struct screen *s, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_free(s->said);
	s->said = g_strdup_vprintf(format, arguments);
	va_end(arguments);
}

void screen_open(struct screen *s, const struct pane_kind *kind, const struct pane_item *item)
{
	g_ptr_array_add(s->panes, kind->shape->new (s, kind, item));
}

gboolean screen_shows_times(const struct screen *s)
{
	return s->times;
}

char *screen_moment(const struct screen *s, gint64 ns, int cells)
{
	char text[STAMP_CHARS];

	if (ns == STAMP_NONE)
		return g_strdup("?");
	return s->times ? screen_time(s, ns)
			: g_strdup(stamp_format_age(ns, ages_from(s), text));
}

char *screen_time(const struct screen *s, gint64 ns)
{
	char text[STAMP_CHARS];

	stamp_format_seconds(ns, text);
	if (ages_from(s) - ns < 86400 * STAMP_SECOND && strlen(text) == 20)
		return g_strndup(text + 11, 9);
	return g_strndup(text, 10);
}

void screen_found_newest(struct screen *s, gint64 ns, const char *cluster)
{
	s->newest = ns;
	if (cluster && g_strcmp0(cluster, s->cluster) != 0) {
		g_free(s->cluster);
		s->cluster = g_strdup(cluster);
	}
}

/* --- keys ---------------------------------------------------------------------------------------- */

static void begin_typing(struct screen *s)
{
	const struct shape *shape = top(s)->kind->shape;

	s->typed = g_string_new(shape->found ? shape->found(top(s)) : "");
}

static void end_typing(struct screen *s, enum pane_find how)
{
	struct pane *pane = top(s);

	pane->kind->shape->find(pane, s->typed->str, how);
	if (s->typed->len) {
		g_free(s->typed_last);
		s->typed_last = g_strdup(s->typed->str);
	}
	g_string_free(s->typed, TRUE);
	s->typed = NULL;
}

static void erase_one(GString *text)
{
	const char *last = g_utf8_find_prev_char(text->str, text->str + text->len);

	if (last)
		g_string_truncate(text, (gsize)(last - text->str));
}

static void erase_word(GString *text)
{
	while (text->len && text->str[text->len - 1] == ' ')
		g_string_truncate(text, text->len - 1);
	while (text->len && text->str[text->len - 1] != ' ')
		erase_one(text);
}

/* TRUE where the text is another now. */
static gboolean edit(struct screen *s, gunichar key)
{
	if (key == KEY_ERASE || key == '\b')
		erase_one(s->typed);
	else if (key == KEY_CTRL('w'))
		erase_word(s->typed);
	else if (key == KEY_CTRL('u') || key == KEY_CTRL('c'))
		g_string_truncate(s->typed, 0);
	else if (key == KEYCODE_UP && s->typed_last)
		g_string_assign(s->typed, s->typed_last);
	else if (key >= ' ' && key < KEYCODE_UP && g_utf8_strlen(s->typed->str, -1) < TYPED_MAX)
		g_string_append_unichar(s->typed, key);
	else
		return FALSE;
	return TRUE;
}

static void type(struct screen *s, gunichar key)
{
	struct pane *pane = top(s);

	if (key == KEY_ESC)
		end_typing(s, PANE_FIND_DROPPED);
	else if (key == KEY_RETURN || key == '\n')
		end_typing(s, PANE_FIND_DONE);
	else if (edit(s, key))
		pane->kind->shape->find(pane, s->typed->str, PANE_FIND_TYPED);
}

static void go_back(struct screen *s)
{
	struct pane *pane;

	if (s->panes->len == 1) {
		s->ended = TRUE;
		return;
	}
	pane = g_ptr_array_steal_index(s->panes, s->panes->len - 1);
	pane->kind->shape->free(pane);
}

static void escape(struct screen *s)
{
	if (s->panes->len > 1)
		go_back(s);
	else
		screen_say(s, "this is the first pane: q leaves");
}

/* The next row of the list that this came from. */
static void step(struct screen *s, int rows)
{
	struct pane *list = s->panes->len > 1 ? s->panes->pdata[s->panes->len - 2] : NULL;
	struct pane_item item = { 0 };

	if (!list || !list->kind->shape->step || !top(s)->kind->shape->show)
		screen_say(s, "this did not come from a list");
	else if (!list->kind->shape->step(list, rows, &item))
		screen_say(s, rows > 0 ? "this is the last row of the list"
				       : "this is the first row of the list");
	else
		top(s)->kind->shape->show(top(s), &item);
	g_free(item.name);
}

static void help(struct screen *s)
{
	struct pane_item item = { .name = key_help(place_of(s)) };

	if (top(s)->kind != &pane_help)
		screen_open(s, &pane_help, &item);
	g_free(item.name);
}

static void halt(struct screen *s)
{
	if (!*s->progress.doing) {
		screen_say(s, "nothing is being fetched that could be stopped");
		return;
	}
	s->plan.halt(s->plan.engine);
	screen_say(s, "stopped: %s stays partial, and the case says so; what is held stays",
		   s->progress.doing);
}

static void toggle_times(struct screen *s)
{
	s->times = !s->times;
	screen_say(s, s->times ? "times in UTC" : "ages");
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
	[COMMAND_BACK] = go_back,
	[COMMAND_ESCAPE] = escape,
	[COMMAND_LEAVE] = ask_to_leave,
	[COMMAND_NEXT_ROW] = next_row,
	[COMMAND_PREVIOUS_ROW] = previous_row,
	[COMMAND_FIND] = begin_typing,
	[COMMAND_TIMES] = toggle_times,
	[COMMAND_HALT] = halt,
	[COMMAND_REDRAW] = redraw,
	[COMMAND_CLEAR] = clear,
	[COMMAND_SUSPEND] = refuse_to_stop,
	[COMMAND_IGNORE] = ignore,
	[COMMAND_HELP] = help,
};

static void run(struct screen *s, gunichar key)
{
	guint place = place_of(s);
	const struct key_row *row = key_row_of(key, place);
	struct pane *pane = top(s);

	if (!row) {
		screen_say(s, "this key has no use; ? shows those that have");
	} else if (!key_works(row, place)) {
		g_autofree char *excuse = key_excuse(row, place);

		screen_say(s, "%s", excuse);
	} else if (!pane->kind->shape->run(pane, row->command) && runs[row->command]) {
		runs[row->command](s);
	}
}

void screen_key(struct screen *s, gunichar key)
{
	g_clear_pointer(&s->said, g_free);
	if (s->asked) {
		s->asked = FALSE;
		s->ended = key == 'y' || key == 'Y' || key == 'Q';
	} else if (s->typed) {
		type(s, key);
	} else {
		run(s, key);
	}
	screen_changed(s, "key");
}

/* As one line: between what controls part, a space. */
static void type_pasted(struct screen *s, const char *text)
{
	struct pane *pane = top(s);
	glong left = TYPED_MAX - g_utf8_strlen(s->typed->str, -1);
	gboolean parted = FALSE;

	for (; *text && left > 0; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);

		if (g_unichar_iscntrl(c)) {
			parted = s->typed->len > 0;
			continue;
		}
		if (parted)
			g_string_append_c(s->typed, ' ');
		g_string_append_unichar(s->typed, c);
		left -= 1 + parted;
		parted = FALSE;
	}
	pane->kind->shape->find(pane, s->typed->str, PANE_FIND_TYPED);
}

void screen_pasted(struct screen *s, const char *text, gsize characters)
{
	if (s->typed && !s->asked)
		type_pasted(s, text);
	else
		screen_say(s,
			   "%" G_GSIZE_FORMAT " characters pasted, and dropped: nothing here takes "
			   "them; / does",
			   characters);
	screen_changed(s, "paste");
}

/* --- what happens -------------------------------------------------------------------------------- */

static void read_head(struct screen *s)
{
	struct casefile *c = screen_case(s);

	if (c)
		s->head = casefile_head(c, s->hash);
}

static void ask_engine(struct screen *s)
{
	if (s->plan.live)
		s->plan.progress(s->plan.engine, &s->progress);
}

/* A file that nobody recorded into when it was opened may be another now, and is opened anew. */
static gboolean look(void *data)
{
	struct screen *s = data;
	struct casefile *before = s->mode == CASEFILE_READ ? g_steal_pointer(&s->c) : NULL;

	s->notice = 0;
	s->noticed_us = g_get_monotonic_time();
	if (before) {
		worker_reopen(s->lists);
		if (s->documents)
			worker_reopen(s->documents);
	}
	for (guint i = 0; i < s->panes->len; i++) {
		struct pane *pane = s->panes->pdata[i];

		pane->kind->shape->refresh(pane);
	}
	casefile_close(before);
	read_head(s);
	ask_engine(s);
	screen_changed(s, "notice");
	return G_SOURCE_REMOVE;
}

void screen_notice(struct screen *s)
{
	gint64 ago_ms = (g_get_monotonic_time() - s->noticed_us) / 1000;

	if (s->notice)
		return;
	if (!s->noticed_us || ago_ms >= NOTICE_MS)
		look(s);
	else
		s->notice = g_timeout_add((guint)(NOTICE_MS - ago_ms), look, s);
}

/* --- how things stand ---------------------------------------------------------------------------- */

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
	if (s->typed)
		return g_strdup("/");
	if (s->said) {
		*role = ROLE_DECIDE;
		return g_strdup(s->said);
	}
	return state_text(&facts, role);
}

static void draw_frame(struct screen *s, struct canvas *canvas, const struct layout *l)
{
	struct pane_told told = { 0 };
	struct frame f = {
		.title = s->title,
		.cluster = s->cluster,
		.link = link_of(s),
		.head = s->head,
		.hash = s->hash,
		.now = screen_now(s),
		.told = &told,
		.place = place_of(s),
		.typed = s->typed ? s->typed->str : NULL,
	};
	g_autoptr(GError) trouble = s->plan.recorder ? recorder_trouble(s->plan.recorder) : NULL;

	f.trouble = trouble != NULL;
	top(s)->kind->shape->tell(top(s), &told);
	g_free(s->shown);
	s->shown = state_line(s, &told, &f.role);
	f.line = s->shown;
	frame_draw(canvas, l, &f);
	pane_told_clear(&told);
}

void screen_draw(struct screen *s, struct canvas *canvas)
{
	struct layout l;

	layout_of(&l, canvas->lines, canvas->columns);
	if (l.too_small) {
		frame_draw_too_small(canvas);
		return;
	}
	/* First the pane: it learns there how many rows are seen, and may say so. */
	top(s)->kind->shape->draw(top(s), canvas, l.pane);
	draw_frame(s, canvas, &l);
}

void screen_tick(struct screen *s)
{
	struct pane_told told = { 0 };
	enum frame_link before = link_of(s);
	g_autofree char *line = NULL;
	enum role role;

	ask_engine(s);
	top(s)->kind->shape->tell(top(s), &told);
	line = state_line(s, &told, &role);
	pane_told_clear(&told);
	if (link_of(s) != before || g_strcmp0(line, s->shown) != 0)
		screen_changed(s, "engine");
}

gboolean screen_ended(const struct screen *s)
{
	return s->ended;
}

gboolean screen_take_redraw(struct screen *s)
{
	gboolean wanted = s->redraw;

	s->redraw = FALSE;
	return wanted;
}

gint64 screen_rows(struct screen *s)
{
	struct pane_told told = { 0 };
	struct pane *pane = s->panes->pdata[0];
	gint64 rows;

	pane->kind->shape->tell(pane, &told);
	rows = told.rows;
	pane_told_clear(&told);
	return rows;
}

/* The file's name, where it has none. */
static char *title_of(const struct screen *s)
{
	const char *title = casefile_fact(s->c, "title");

	return title && *title ? g_strdup(title) : g_path_get_basename(s->path);
}

/* --- life ---------------------------------------------------------------------------------------- */

struct screen *screen_new(const struct screen_plan *plan, GError **error)
{
	struct screen *s = g_new0(struct screen, 1);

	s->plan = *plan;
	s->path = g_strdup(plan->path);
	s->mode = plan->recorder ? CASEFILE_READ_LIVE : CASEFILE_READ;
	s->newest = STAMP_NONE;
	s->progress.last_seen_ns = STAMP_NONE;
	s->progress.retry_s = -1;
	s->panes = g_ptr_array_new();
	s->c = casefile_open(s->path, s->mode, error);
	if (!s->c) {
		screen_free(s);
		return NULL;
	}
	s->lists = worker_new("kase-lists", s->path, s->mode);
	s->title = title_of(s);
	s->cluster = g_strdup(casefile_fact(s->c, "context"));
	read_head(s);
	ask_engine(s);
	screen_open(s, &pane_pods, NULL);
	return s;
}

void screen_free(struct screen *s)
{
	if (!s)
		return;
	if (s->notice)
		g_source_remove(s->notice);
	/* Panes first: each takes its name off what workers have under way, and workers free that. */
	while (s->panes->len) {
		struct pane *pane = g_ptr_array_steal_index(s->panes, s->panes->len - 1);

		pane->kind->shape->free(pane);
	}
	worker_free(s->lists);
	worker_free(s->documents);
	g_ptr_array_unref(s->panes);
	casefile_close(s->c);
	if (s->typed)
		g_string_free(s->typed, TRUE);
	g_free(s->typed_last);
	g_free(s->said);
	g_free(s->shown);
	g_free(s->cluster);
	g_free(s->title);
	g_free(s->path);
	g_free(s);
}
