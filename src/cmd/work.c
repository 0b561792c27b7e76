#include "work.h"

#include <signal.h>

#include <glib-unix.h>

#include <kase/project.h>
#include <kase/stamp.h>

#include "progress.h"

#define TICK_MS      200
#define TICK_IDLE_MS 2000 /* nothing comes, or nobody looks */

struct work {
	const struct work_plan *plan;
	struct recorder *recorder;
	struct engine *engine;
	GMainLoop *loop;
	gint64 began_us;
	guint interrupts;
	const char *signal; /* the first that came, or NULL */
	guint64 bytes;      /* when it was looked at last */
	GSource *tick;
	gboolean ended; /* the capture has called back */
	enum outcome outcome;
	char *line; /* what was not done, and why; or NULL */
};

static const enum outcome outcomes[] = {
	[ENGINE_DONE] = OUTCOME_DONE,
	[ENGINE_DONE_GAPS] = OUTCOME_GAPS,
	[ENGINE_NOT_DONE] = OUTCOME_NOT_DONE,
};

static void captured(void *user, enum engine_verdict verdict, const char *line)
{
	struct work *w = user;

	w->ended = TRUE;
	w->outcome = outcomes[verdict];
	w->line = g_strdup(line);
	g_main_loop_quit(w->loop);
}

static void told(void *user, const char *line)
{
	(void)user;
	progress_say(line);
}

struct interrupt {
	struct work *work;
	const char *name;
};

static gboolean interrupted(void *user)
{
	struct work *w = ((struct interrupt *)user)->work;

	if (!w->signal)
		w->signal = ((struct interrupt *)user)->name;

	/* A follower has nothing to finish: its streams end as they end with the engine. */
	if (!w->plan->subjects || ++w->interrupts > 1)
		g_main_loop_quit(w->loop);
	else
		engine_halt(w->engine);
	return G_SOURCE_CONTINUE;
}

static gboolean time_is_up(void *user)
{
	struct work *w = user;

	g_main_loop_quit(w->loop);
	return G_SOURCE_CONTINUE; /* removed with the others */
}

static gboolean tick(void *user);

static void tick_after(struct work *w, guint ms)
{
	w->tick = g_timeout_source_new(ms);
	g_source_set_callback(w->tick, tick, w, NULL);
	g_source_attach(w->tick, NULL);
}

static void tick_stop(struct work *w)
{
	if (w->tick)
		g_source_destroy(w->tick);
	g_clear_pointer(&w->tick, g_source_unref);
}

static void show(struct work *w, const struct engine_progress *p, int cells)
{
	double seconds = (double)(g_get_monotonic_time() - w->began_us) / 1e6;
	g_autofree char *line = progress_engine_line(p, seconds, cells);

	progress_show(line);
}

static gboolean tick(void *user)
{
	struct work *w = user;
	g_autoptr(GError) trouble = recorder_trouble(w->recorder);
	struct engine_progress p;
	int cells = progress_cells();
	gboolean busy;

	tick_stop(w);
	if (trouble) {
		/* recorder_stop says what it was. */
		g_main_loop_quit(w->loop);
		return G_SOURCE_REMOVE;
	}
	engine_progress(w->engine, &p);
	if (cells)
		show(w, &p, cells);
	busy = p.tasks || p.bytes != w->bytes || p.retry_s >= 0;
	w->bytes = p.bytes;
	tick_after(w, cells && busy ? TICK_MS : TICK_IDLE_MS);
	return G_SOURCE_REMOVE;
}

/* A follower is done when it is told to end; what it saw by then says how well. */
static void judge_follow(struct work *w)
{
	struct engine_progress p;

	engine_progress(w->engine, &p);
	if (p.last_seen_ns == STAMP_NONE) {
		w->outcome = OUTCOME_NOT_DONE;
		w->line = g_strdup(*p.trouble ? p.trouble : "the cluster never answered");
	} else {
		w->outcome = p.gaps ? OUTCOME_GAPS : OUTCOME_DONE;
	}
}

static const struct {
	int number;
	const char *name;
} signals[] = { { SIGINT, "SIGINT" }, { SIGTERM, "SIGTERM" }, { SIGHUP, "SIGHUP" } };

static void loop(struct work *w)
{
	struct interrupt interrupts[G_N_ELEMENTS(signals)];
	guint sources[G_N_ELEMENTS(signals) + 1];
	guint n = 0;

	for (; n < G_N_ELEMENTS(signals); n++) {
		interrupts[n] = (struct interrupt){ w, signals[n].name };
		sources[n] = g_unix_signal_add(signals[n].number, interrupted, &interrupts[n]);
	}
	if (w->plan->seconds)
		sources[n++] = g_timeout_add_seconds((guint)w->plan->seconds, time_is_up, w);
	tick_after(w, TICK_MS);
	if (w->plan->subjects)
		engine_capture(w->engine, w->plan->subjects, captured, w);
	else
		engine_follow(w->engine, NULL);
	if (!w->ended)
		g_main_loop_run(w->loop);
	while (n)
		g_source_remove(sources[--n]);
	/* A window that closes hangs up twice: its shell, then the kernel. */
	signal(SIGHUP, SIG_IGN);
	tick_stop(w);
	progress_end();
}

static gboolean start(struct work *w, GError **error)
{
	struct engine_plan plan = {
		.path = w->plan->path,
		.kubeconfig = w->plan->kubeconfig,
		.context = w->plan->context,
		.namespaces = w->plan->namespaces,
		.tell = told,
	};

	w->recorder = recorder_start(w->plan->path, w->plan->person, &project_projector, error);
	if (!w->recorder)
		return FALSE;
	plan.recorder = w->recorder;
	w->engine = engine_new(NULL, &plan, error);
	return w->engine != NULL;
}

static void judge(struct work *w)
{
	if (!w->plan->subjects) {
		judge_follow(w);
	} else if (!w->ended) {
		w->outcome = OUTCOME_NOT_DONE;
		w->line = g_strdup(
			"stopped before it was done; what was recorded until then stays");
	}
}

enum outcome work_run(const struct work_plan *plan, GError **error)
{
	struct work w = { .plan = plan, .outcome = OUTCOME_NOT_DONE };
	g_autoptr(GError) trouble = NULL;

	w.loop = g_main_loop_new(NULL, FALSE);
	w.began_us = g_get_monotonic_time();
	if (start(&w, &trouble)) {
		loop(&w);
		judge(&w);
	}
	engine_free(w.engine);
	if (!recorder_stop(w.recorder, trouble ? NULL : &trouble))
		w.outcome = OUTCOME_NOT_DONE;
	g_main_loop_unref(w.loop);
	if (w.signal && !trouble && !w.line)
		say("stopped by %s: what was under way is closed, and what was recorded stays",
		    w.signal);
	if (trouble)
		g_propagate_error(error, g_steal_pointer(&trouble));
	else if (w.line)
		g_set_error_literal(error, COMMAND_ERROR, COMMAND_ERROR_STOPPED, w.line);
	g_free(w.line);
	return w.outcome;
}
