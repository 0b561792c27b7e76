/*
 * The console's loop: a terminal, a screen, and what wakes them.
 *
 * What wakes: a key, a new size, a commit (by the case's live file), an answer of a worker, and timers: one to the next minute,
 * and one of a second while there is an engine, or where nothing tells of a commit.  Otherwise the thread sleeps.
 *
 * At most FRAMES frames are drawn in any FRAMES_US, 60 a second.  Within that a frame answers its key at once, and what comes by
 * itself keeps its distance from the frame before and leaves the rest of them to keys.
 */
#include <kase/console.h>
#include <kase/stamp.h>

#include <glib-unix.h>
#include <signal.h>
#include <string.h>

#include "frame-log.h"
#include "screen.h"
#include "tty.h"

#define FRAMES    6
#define FRAMES_US 100000
#define FRAME_US  (FRAMES_US / FRAMES)
#define TICK_MS   1000
#define MINUTE_NS (60 * STAMP_SECOND)

struct console {
	const struct console_plan *plan;
	const struct console_places *places; /* of home; NULL where there is a case */
	GMainLoop *loop;
	struct tty *tty;
	struct screen *screen;
	struct canvas canvas;
	struct live_watch *watch;
	struct frame_log *log;
	/* The frame that is due. */
	guint frame;
	gint64 due_us, caused_us;
	const char *cause;
	gint64 key_us;           /* when the key came that is at work; 0: none is */
	guint keys;              /* how many ever came */
	gint64 drawn_us[FRAMES]; /* when the last were, in turn */
	guint drawn;             /* how many ever */
	guint minute, tick, look, term, hup, interrupt;
};

/* --- frames -------------------------------------------------------------------------------------- */

static gboolean draw(void *data)
{
	struct console *c = data;
	g_autofree char *copied = screen_take_copied(c->screen);
	int lines, columns;

	c->frame = 0;
	if (screen_take_redraw(c->screen))
		tty_forget(c->tty);
	tty_size(c->tty, &lines, &columns);
	canvas_begin(&c->canvas, lines, columns);
	screen_draw(c->screen, &c->canvas);
	if (copied)
		tty_copy(c->tty, copied);
	tty_draw(c->tty, &c->canvas);
	c->drawn_us[c->drawn++ % FRAMES] = g_get_monotonic_time();
	if (c->log)
		frame_log_add(c->log, c->caused_us, c->cause, screen_rows(c->screen),
			      c->keys - screen_ahead(c->screen));
	c->cause = NULL;
	return G_SOURCE_REMOVE;
}

/* A frame that waits tells the key, where there is one, or else its first cause. */
static void note_cause(struct console *c, const char *cause)
{
	if (c->cause && (!g_str_equal(cause, "key") || g_str_equal(c->cause, "key")))
		return;
	c->cause = cause;
	c->caused_us = c->key_us ? c->key_us : g_get_monotonic_time();
}

/* When the frame that was drawn `before` frames ago was; 1: the last. */
static gint64 drawn_us(const struct console *c, guint before)
{
	return c->drawn < before ? 0 : c->drawn_us[(c->drawn - before) % FRAMES];
}

static gint64 due_us(const struct console *c, gboolean is_key)
{
	if (is_key)
		return c->drawn < FRAMES ? 0 : drawn_us(c, FRAMES) + FRAMES_US;
	return MAX(drawn_us(c, 1) + FRAME_US, drawn_us(c, FRAMES / 2) + FRAMES_US);
}

static void changed(void *user, const char *cause)
{
	struct console *c = user;
	gint64 now_us = g_get_monotonic_time();
	gint64 at_us = due_us(c, g_str_equal(cause, "key"));

	/* What is typed ahead may end it long after its key. */
	if (c->screen && screen_ended(c->screen))
		g_main_loop_quit(c->loop);
	note_cause(c, cause);
	if (c->frame && at_us >= c->due_us)
		return;
	if (c->frame)
		g_source_remove(c->frame);
	c->due_us = at_us;
	if (at_us <= now_us)
		c->frame = g_idle_add_full(G_PRIORITY_HIGH_IDLE, draw, c, NULL);
	else
		c->frame = g_timeout_add_full(
			G_PRIORITY_DEFAULT, (guint)((at_us - now_us + 999) / 1000), draw, c, NULL);
}

/* --- what wakes ---------------------------------------------------------------------------------- */

static void key_pressed(void *user, gunichar key)
{
	struct console *c = user;

	c->keys++;
	c->key_us = g_get_monotonic_time();
	screen_key(c->screen, key);
	c->key_us = 0;
}

static void pasted(void *user, const char *text, gsize characters)
{
	screen_pasted(((struct console *)user)->screen, text, characters);
}

static void unended(void *user, const char *line)
{
	struct console *c = user;

	screen_say(c->screen, "%s", line);
	changed(c, "paste");
}

static void resized(void *user)
{
	changed(user, "size");
}

static void hung_up(void *user)
{
	g_main_loop_quit(((struct console *)user)->loop);
}

static gboolean told_to_end(void *user)
{
	g_main_loop_quit(((struct console *)user)->loop);
	return G_SOURCE_CONTINUE;
}

static gboolean looked(void *user)
{
	screen_notice(((struct console *)user)->screen);
	return G_SOURCE_CONTINUE;
}

/* Said once: the next key takes the line away. */
static void look_where_nothing_is_heard(struct console *c)
{
	if (c->look || live_watch_hears(c->watch))
		return;
	c->look = g_timeout_add(TICK_MS, looked, c);
	screen_say(c->screen, "looking once a second: no inotify watch is left (see sysctl "
			      "fs.inotify)");
}

static gboolean noticed(void *user)
{
	look_where_nothing_is_heard(user);
	return looked(user);
}

static gboolean ticked(void *user)
{
	screen_tick(((struct console *)user)->screen);
	return G_SOURCE_CONTINUE;
}

static gboolean minute_came(void *user)
{
	struct console *c = user;
	gint64 left_ms = (MINUTE_NS - stamp_now() % MINUTE_NS) / 1000000;

	if (c->minute)
		changed(c, "minute");
	c->minute = g_timeout_add((guint)left_ms + 1, minute_came, c);
	return G_SOURCE_REMOVE;
}

/* --- life ---------------------------------------------------------------------------------------- */

static void progress_of(void *host, struct engine_progress *out)
{
	engine_host_progress(host, out);
}

static void halt_engine(void *host)
{
	engine_host_halt(host);
}

static void follow_logs(void *host, const char *subject)
{
	engine_host_follow_logs(host, subject);
}

static gboolean open_all(struct console *c, GError **error)
{
	const struct console_plan *plan = c->plan;
	struct screen_plan screen = {
		.path = plan->path,
		.places = c->places,
		.person = plan->person,
		.recorder = plan->recorder,
		.live = plan->engine != NULL,
		.engine = plan->engine,
		.progress = progress_of,
		.halt = halt_engine,
		.follow = follow_logs,
		.changed = changed,
		.user = c,
	};
	struct tty_calls calls = {
		.key = key_pressed,
		.pasted = pasted,
		.unended = unended,
		.resized = resized,
		.hung_up = hung_up,
		.user = c,
	};

	c->screen = screen_new(&screen, error);
	c->tty = c->screen ? tty_open(&calls, error) : NULL;
	if (!c->tty)
		return FALSE;
	canvas_init(&c->canvas, tty_is_plain(c->tty));
	if (plan->path) {
		c->watch = live_watch_new(plan->path, NULL, noticed, c, NULL);
		look_where_nothing_is_heard(c);
	}
	return TRUE;
}

static void listen(struct console *c)
{
	c->term = g_unix_signal_add(SIGTERM, told_to_end, c);
	c->hup = g_unix_signal_add(SIGHUP, told_to_end, c);
	c->interrupt = g_unix_signal_add(SIGINT, told_to_end, c);
	if (c->plan->engine)
		c->tick = g_timeout_add(TICK_MS, ticked, c);
	minute_came(c);
}

static void close_all(struct console *c)
{
	guint *const sources[] = { &c->term, &c->hup,    &c->interrupt, &c->tick,
				   &c->look, &c->minute, &c->frame };

	for (gsize i = 0; i < G_N_ELEMENTS(sources); i++)
		if (*sources[i])
			g_source_remove(*sources[i]);
	/* A window that closes hangs up twice: its shell, then the kernel. */
	signal(SIGHUP, SIG_IGN);
	live_watch_free(c->watch);
	tty_close(c->tty);
	screen_free(c->screen);
	canvas_clear(&c->canvas);
	frame_log_close(c->log);
	g_main_loop_unref(c->loop);
}

static gboolean run(struct console *c, GError **error)
{
	gboolean opened;

	c->loop = g_main_loop_new(NULL, FALSE);
	c->log = frame_log_open();
	opened = open_all(c, error);
	if (opened) {
		listen(c);
		note_cause(c, "start");
		draw(c);
		g_main_loop_run(c->loop);
	}
	return opened;
}

gboolean console_run(const struct console_plan *plan, GError **error)
{
	struct console c = { .plan = plan };
	gboolean opened = run(&c, error);

	close_all(&c);
	return opened;
}

gboolean console_choose(const struct console_places *places, int *chosen, GError **error)
{
	struct console_plan none = { 0 };
	struct console c = { .plan = &none, .places = places };
	gboolean opened = run(&c, error);

	*chosen = c.screen ? screen_chosen(c.screen) : -1;
	close_all(&c);
	return opened;
}
