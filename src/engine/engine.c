#include <sys/utsname.h>

#include <kase/version.h>

#include "inside.h"

// clang-format off
G_DEFINE_QUARK(kase-engine-error, engine_error)
// clang-format on

/* --- timers ---------------------------------------------------------------------------------- */

GSource *engine_timer(struct engine *e, gint64 ms, GSourceFunc function, void *data)
{
	GSource *timer = g_timeout_source_new((guint)MIN(ms, G_MAXINT));

	g_source_set_callback(timer, function, data, NULL);
	g_source_attach(timer, e->context);
	return timer;
}

void engine_timer_stop(GSource **timer)
{
	if (!*timer)
		return;
	g_source_destroy(*timer);
	g_clear_pointer(timer, g_source_unref);
}

/* --- room in the recorder -------------------------------------------------------------------- */

struct room_waiter {
	void (*resume)(void *data);
	void *data;
};

static gboolean room_came(void *data)
{
	struct engine *e = data;
	g_autoptr(GPtrArray) waiting = e->waiting;

	e->waiting = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < waiting->len; i++) {
		struct room_waiter *w = waiting->pdata[i];

		w->resume(w->data);
	}
	return G_SOURCE_CONTINUE;
}

gboolean room_or_wait(struct engine *e, void (*resume)(void *data), void *data)
{
	struct room_waiter *w;

	if (recorder_room(e->recorder))
		return TRUE;
	room_forget(e, data);
	w = g_new0(struct room_waiter, 1);
	w->resume = resume;
	w->data = data;
	g_ptr_array_add(e->waiting, w);
	return FALSE;
}

void room_forget(struct engine *e, const void *data)
{
	for (guint i = e->waiting->len; i-- > 0;)
		if (((struct room_waiter *)e->waiting->pdata[i])->data == data)
			g_ptr_array_remove_index(e->waiting, i);
}

/* --- life ------------------------------------------------------------------------------------ */

static const struct {
	const char *machine, *name;
} machines[] = {
	{ "x86_64", "amd64" },
	{ "aarch64", "arm64" },
};

static char *user_agent(struct casefile *file)
{
	const char *id = casefile_fact(file, "id");
	struct utsname u;
	const char *machine = "unknown";

	if (uname(&u) == 0)
		machine = u.machine;
	for (gsize i = 0; i < G_N_ELEMENTS(machines); i++)
		if (!g_strcmp0(machine, machines[i].machine))
			machine = machines[i].name;
	return g_strdup_printf("kase/%s (linux/%s) case/%s", KASE_VERSION, machine,
			       id ? id : "unknown");
}

static struct http *connect_http(struct engine *e, const struct engine_plan *plan, GError **error)
{
	const char *path = plan->kubeconfig ? plan->kubeconfig
					    : casefile_fact(e->file, "kubeconfig");
	const char *context = plan->context ? plan->context : casefile_fact(e->file, "context");
	g_autoptr(kubeconfig) config = kubeconfig_load(path, error);
	struct kube_access *access = config ? kubeconfig_access(config, context, error) : NULL;
	g_autofree char *agent = user_agent(e->file);

	return access ? http_new(e->context, access, agent, error) : NULL;
}

struct engine *engine_new(GMainContext *context, const struct engine_plan *plan, GError **error)
{
	g_autoptr(engine) e = g_new0(struct engine, 1);

	relay_lock_init(&e->lock);
	e->context = context ? g_main_context_ref(context) : g_main_context_ref_thread_default();
	e->recorder = plan->recorder;
	e->tell = plan->tell;
	e->tell_user = plan->tell_user;
	e->takes_lead = plan->takes_lead;
	e->told = g_strdupv((char **)plan->namespaces);
	e->running = g_ptr_array_new();
	e->captures = g_ptr_array_new();
	e->waiting = g_ptr_array_new_with_free_func(g_free);
	e->retry_at_us = -1;
	e->trouble.until_us = -1;
	e->shown.last_seen_ns = STAMP_NONE;
	e->file = casefile_open(plan->path, CASEFILE_READ_LIVE, error);
	if (!e->file)
		return NULL;
	e->path = g_strdup(plan->path);
	recorder_on_room(e->recorder, e->context, room_came, e);
	e->http = connect_http(e, plan, error);
	return e->http ? g_steal_pointer(&e) : NULL;
}

static void cluster_clear(struct cluster *c)
{
	g_free(c->name);
	g_free(c->uid);
	g_free(c->user);
	g_free(c->version);
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	follow_free(e);
	while (e->captures->len)
		capture_free(e->captures->pdata[0]);
	birth_free(e);
	naming_forget(e);
	waiting_clear(e);
	kinds_free(e);
	spaces_free(e);
	engine_timer_stop(&e->pump);
	engine_timer_stop(&e->head_start);
	engine_timer_stop(&e->rebirth);
	recorder_on_room(e->recorder, NULL, NULL, NULL);
	http_free(e->http);
	casefile_close(e->file);
	g_ptr_array_unref(e->running);
	g_ptr_array_unref(e->captures);
	g_ptr_array_unref(e->waiting);
	cluster_clear(&e->cluster);
	relay_lock_clear(&e->lock);
	g_main_context_unref(e->context);
	g_strfreev(e->told);
	g_free(e->path);
	g_free(e);
}
