#include "screen-inside.h"

#include <kase/stamp.h>

#include "clipboard.h"
#include "home.h"

#define AHEAD_MAX 64 /* keys */
/* At most so often is the case looked at anew: at multiples of it by the clock that all processes of the machine share, so that two
 * consoles of one case see the same state of it. */
#define NOTICE_MS 50

struct pane *screen_top(const struct screen *s)
{
	return trail_seen(&s->trail);
}

guint screen_place(const struct screen *s)
{
	guint place = pane_place(screen_top(s)) |
		      (trail_below(&s->trail) ? KEYS_IN_LATER : KEYS_IN_FIRST);

	return place | (s->plan.live ? KEYS_WITH_CLUSTER : 0);
}

gint64 screen_now(const struct screen *s)
{
	return s->plan.now ? s->plan.now() : stamp_now();
}

/* --- for panes ----------------------------------------------------------------------------------- */

struct casefile *screen_case(struct screen *s)
{
	if (!s->c && s->path)
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

const struct console_places *screen_places(const struct screen *s)
{
	return s->plan.places;
}

gboolean screen_is_home(struct screen *s)
{
	if (!s->path)
		screen_say(s, "no case is open yet: Enter opens one, kase new CASE makes one");
	return !s->path;
}

void screen_choose(struct screen *s, int place)
{
	s->chosen = place;
	s->ended = TRUE;
}

int screen_chosen(const struct screen *s)
{
	return s->chosen;
}

gboolean screen_follow(struct screen *s, gint64 subject)
{
	struct casefile *c = screen_case(s);
	g_autoptr(query) q = NULL;

	if (!s->plan.live || !s->plan.follow || !s->progress.live || !c)
		return FALSE;
	q = casefile_query(c,
			   "SELECT 'pod/' || namespace || '/' || name FROM d_subject s"
			   " LEFT JOIN d_object o ON o.subject = s.id WHERE s.id = ?1"
			   " AND s.kind = 'Pod' AND s.group_ = '' AND o.gone IS NULL",
			   NULL);
	if (!q)
		return FALSE;
	query_bind_int(q, 1, subject);
	if (!query_step(q, NULL))
		return FALSE;
	s->plan.follow(s->plan.engine, query_text(q, 0));
	return TRUE;
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

/* Whether a terminal takes it nobody tells. */
void screen_copy(struct screen *s, struct clipping *c, const char *what)
{
	screen_say(s,
		   "copied %s, %ld characters%s, if the terminal allows (tmux: set-clipboard on)",
		   what, g_utf8_strlen(c->text->str, -1), c->full ? " (no more at once)" : "");
	g_free(s->copied);
	s->copied = g_string_free(g_steal_pointer(&c->text), FALSE);
}

char *screen_take_copied(struct screen *s)
{
	return g_steal_pointer(&s->copied);
}

void screen_open(struct screen *s, const struct pane_kind *kind, const struct item *item)
{
	trail_open(&s->trail, kind->shape->new (s, kind, item));
}

void screen_found_newest(struct screen *s, gint64 ns, const char *cluster)
{
	s->newest = ns;
	if (cluster && g_strcmp0(cluster, s->cluster) != 0) {
		g_free(s->cluster);
		s->cluster = g_strdup(cluster);
	}
}

/* --- what is pressed ----------------------------------------------------------------------------- */

/* Who types ahead means what comes: keys wait for it.  Esc, and what takes too long to be meant, go on without. */
static gboolean keep_for_later(struct screen *s, gunichar key)
{
	struct pane *pane = screen_top(s);

	if (!pane->waits || s->prompt.open || s->asked)
		return FALSE;
	if (key != KEY_ESC && s->ahead->len < AHEAD_MAX) {
		g_array_append_val(s->ahead, key);
		return TRUE;
	}
	g_array_set_size(s->ahead, 0);
	return FALSE;
}

void screen_go_on(struct screen *s)
{
	while (s->ahead->len && !screen_top(s)->waits && !s->ended) {
		gunichar key = g_array_index(s->ahead, gunichar, 0);

		g_array_remove_index(s->ahead, 0);
		screen_key(s, key);
	}
}

void screen_key(struct screen *s, gunichar key)
{
	if (keep_for_later(s, key))
		return;
	g_clear_pointer(&s->said, g_free);
	if (s->asked) {
		s->asked = FALSE;
		s->ended = key == 'y' || key == 'Y' || key == 'Q';
	} else if (s->prompt.open) {
		screen_type(s, key);
	} else {
		screen_run_key(s, key);
	}
	screen_changed(s, "key");
}

void screen_pasted(struct screen *s, const char *text, gsize characters)
{
	s->asked = FALSE; /* an answer is a key that was pressed */
	if (s->prompt.open)
		screen_type_pasted(s, text);
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

void screen_ask_engine(struct screen *s)
{
	if (s->plan.live)
		s->plan.progress(s->plan.engine, &s->progress);
}

/* Who is not seen is refreshed when it comes back. */
static void refresh(struct pane *pane)
{
	if (pane->kind->shape->forget)
		pane->kind->shape->forget(pane);
	pane->behind = pane->away;
	if (!pane->behind)
		pane->kind->shape->refresh(pane);
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
	trail_each(&s->trail, refresh);
	casefile_close(before);
	read_head(s);
	screen_ask_engine(s);
	screen_changed(s, "notice");
	return G_SOURCE_REMOVE;
}

void screen_notice(struct screen *s)
{
	gint64 now_ms = g_get_monotonic_time() / 1000;

	if (s->notice)
		return;
	if (!s->noticed_us)
		look(s);
	else
		s->notice = g_timeout_add((guint)(NOTICE_MS - now_ms % NOTICE_MS), look, s);
}

/* --- what is asked of it -------------------------------------------------------------------------- */

gboolean screen_ended(const struct screen *s)
{
	return s->ended;
}

guint screen_ahead(const struct screen *s)
{
	return s->ahead->len;
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
	struct pane *pane = s->trail.panes->pdata[0];
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

static gboolean open_case(struct screen *s, GError **error)
{
	s->c = casefile_open(s->path, s->mode, error);
	if (!s->c)
		return FALSE;
	s->lists = worker_new("kase-lists", s->path, s->mode);
	s->title = title_of(s);
	s->cluster = g_strdup(casefile_fact(s->c, "context"));
	read_head(s);
	screen_ask_engine(s);
	screen_open(s, pane_kinds[0], &(struct item){ 0 });
	return TRUE;
}

struct screen *screen_new(const struct screen_plan *plan, GError **error)
{
	struct screen *s = g_new0(struct screen, 1);

	s->plan = *plan;
	s->path = g_strdup(plan->path);
	s->mode = plan->recorder ? CASEFILE_READ_LIVE : CASEFILE_READ;
	s->newest = STAMP_NONE;
	s->progress.last_seen_ns = STAMP_NONE;
	s->progress.retry_s = -1;
	trail_init(&s->trail);
	s->ahead = g_array_new(FALSE, FALSE, sizeof(gunichar));
	s->chosen = -1;
	s->state_lines = 1;
	prompt_init(&s->prompt);
	if (!s->path) {
		screen_open(s, &pane_home, NULL);
		if (plan->places->line)
			screen_say(s, "%s", plan->places->line);
	} else if (!open_case(s, error)) {
		screen_free(s);
		return NULL;
	}
	return s;
}

void screen_free(struct screen *s)
{
	if (!s)
		return;
	if (s->notice)
		g_source_remove(s->notice);
	/* Panes first: each takes its name off what workers have under way, and workers free that. */
	trail_clear(&s->trail);
	screen_type_clear(s);
	worker_free(s->lists);
	worker_free(s->documents);
	g_array_unref(s->ahead);
	casefile_close(s->c);
	g_free(s->said);
	g_free(s->copied);
	g_free(s->shown);
	g_free(s->cluster);
	g_free(s->title);
	g_free(s->path);
	g_free(s);
}
