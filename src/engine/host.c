#include "inside.h"

/*
 * An engine in a thread of its own.
 *
 * The thread makes the engine, says so through `ready`, and runs its loop until it is told to stop.
 * What others ask of it is handed to its context; only engine_progress is called from outside,
 * under `lock`, which also holds the engine's end.
 */
struct engine_host {
	GMainContext *context;
	GMainLoop *loop;
	struct relay_thread *thread;
	struct relay *ready; /* one struct birth_note * */
	struct relay_lock lock;
	struct engine *engine; /* NULL once the thread has ended */
	struct engine_progress last;
	char *path, *kubeconfig, *kube_context;
	char **namespaces, **resources;
	struct recorder *recorder;
};

struct birth_note {
	GError *error; /* NULL: it lives */
};

static void note_free(void *data)
{
	struct birth_note *n = data;

	g_clear_error(&n->error);
	g_free(n);
}

static void run(struct engine_host *h, struct engine *e)
{
	relay_lock_take(&h->lock);
	h->engine = e;
	relay_lock_leave(&h->lock);
	engine_follow(e, (const char *const *)h->resources);
	g_main_loop_run(h->loop);
	relay_lock_take(&h->lock);
	engine_progress(e, &h->last);
	h->engine = NULL;
	relay_lock_leave(&h->lock);
	engine_free(e);
}

static void *thread_main(void *data)
{
	struct engine_host *h = data;
	struct engine_plan plan = { .path = h->path,
				    .kubeconfig = h->kubeconfig,
				    .context = h->kube_context,
				    .namespaces = (const char *const *)h->namespaces,
				    .recorder = h->recorder,
				    .takes_lead = TRUE };
	struct birth_note *note = g_new0(struct birth_note, 1);
	struct engine *e;
	gboolean lives;

	g_main_context_push_thread_default(h->context);
	e = engine_new(h->context, &plan, &note->error);
	lives = e != NULL;
	relay_post(h->ready, note, 1);
	if (lives)
		run(h, e);
	g_main_context_pop_thread_default(h->context);
	return NULL;
}

static void host_free(struct engine_host *h)
{
	relay_free(h->ready);
	relay_lock_clear(&h->lock);
	g_main_loop_unref(h->loop);
	g_main_context_unref(h->context);
	g_free(h->path);
	g_free(h->kubeconfig);
	g_free(h->kube_context);
	g_strfreev(h->namespaces);
	g_strfreev(h->resources);
	g_free(h);
}

struct engine_host *engine_host_start(const struct engine_plan *plan, const char *const *resources,
				      GError **error)
{
	struct engine_host *h = g_new0(struct engine_host, 1);
	struct birth_note *note;

	h->context = g_main_context_new();
	h->loop = g_main_loop_new(h->context, FALSE);
	h->ready = relay_new(1, note_free);
	relay_lock_init(&h->lock);
	h->last = (struct engine_progress){ .last_seen_ns = STAMP_NONE, .retry_s = -1 };
	h->path = g_strdup(plan->path);
	h->kubeconfig = g_strdup(plan->kubeconfig);
	h->kube_context = g_strdup(plan->context);
	h->namespaces = g_strdupv((char **)plan->namespaces);
	h->resources = g_strdupv((char **)resources);
	h->recorder = plan->recorder;
	h->thread = relay_thread_new("engine", thread_main, h);
	note = relay_take(h->ready, -1);
	if (!note->error) {
		note_free(note);
		return h;
	}
	g_propagate_error(error, g_steal_pointer(&note->error));
	note_free(note);
	relay_thread_join(h->thread);
	host_free(h);
	return NULL;
}

static gboolean quit(void *data)
{
	g_main_loop_quit(((struct engine_host *)data)->loop);
	return G_SOURCE_REMOVE;
}

void engine_host_stop(struct engine_host *h)
{
	if (!h)
		return;
	relay_call(h->context, quit, h);
	relay_thread_join(h->thread);
	host_free(h);
}

void engine_host_progress(struct engine_host *h, struct engine_progress *out)
{
	relay_lock_take(&h->lock);
	if (h->engine)
		engine_progress(h->engine, out);
	else
		*out = h->last;
	relay_lock_leave(&h->lock);
}

static gboolean halt(void *data)
{
	struct engine_host *h = data;

	if (h->engine)
		engine_halt(h->engine);
	return G_SOURCE_REMOVE;
}

void engine_host_halt(struct engine_host *h)
{
	relay_call(h->context, halt, h);
}

/* What is asked of the engine, in its thread. */
struct order {
	struct engine_host *host;
	char *subject;
};

static gboolean follow_logs(void *data)
{
	struct order *o = data;

	if (o->host->engine)
		engine_follow_logs(o->host->engine, o->subject);
	g_free(o->subject);
	g_free(o);
	return G_SOURCE_REMOVE;
}

void engine_host_follow_logs(struct engine_host *h, const char *written)
{
	struct order *o = g_new0(struct order, 1);

	o->host = h;
	o->subject = g_strdup(written);
	relay_call(h->context, follow_logs, o);
}
