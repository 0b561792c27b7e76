#include "tail.h"

#include <kase/case.h>
#include <string.h>

#define POD_MAX_BYTES (16 << 20)
#define LOOK_MS       60000 /* a debug container may have come */

static gboolean look(void *data);

void tail_pod_look(struct tail_pod *p, gint64 ms)
{
	gint64 due = g_get_monotonic_time() + ms * 1000;

	if (p->gone || (p->timer && p->due_us <= due))
		return;
	engine_timer_stop(&p->timer);
	p->due_us = due;
	p->timer = engine_timer(p->engine, ms, look, p);
}

static struct tail *tail_of(struct tail_pod *p, const char *container)
{
	struct tail *t;

	for (guint i = 0; i < p->tails->len; i++) {
		t = p->tails->pdata[i];
		if (!strcmp(t->container, container))
			return t;
	}
	t = tail_new(p, container);
	g_ptr_array_add(p->tails, t);
	return t;
}

static void pod_gone(struct tail_pod *p, const char *detail)
{
	struct gap gap = { .scope = p->subject,
			   .reason = "gone",
			   .detail = detail,
			   .subject = p->subject,
			   .namespace = p->namespace,
			   .verb = "get",
			   .resource = "pods/log" };
	gboolean whole = TRUE;

	p->gone = TRUE;
	for (guint i = 0; i < p->tails->len; i++)
		whole &= tail_gone(p->tails->pdata[i]);
	if (!whole)
		record_gap(p->engine, NULL, &gap);
}

static void told(struct tail_pod *p, const struct cJSON *pod, guint number)
{
	g_autoptr(GPtrArray) containers = containers_of(pod);

	for (guint i = 0; i < containers->len; i++) {
		const struct container *c = containers->pdata[i];

		tail_looked(tail_of(p, c->name), c, number);
	}
	tail_pod_look(p, LOOK_MS);
}

/* Recorded where it says anything new. */
static struct cJSON *read_pod(struct tail_pod *p, const struct answer *a)
{
	const char *data = g_bytes_get_data(a->body, NULL);
	gsize size = g_bytes_get_size(a->body);
	g_autofree char *version = json_scan_string(data, size, "metadata.resourceVersion");

	if (version && !g_strcmp0(version, p->version))
		return json_parse(data, (gssize)size, NULL);
	g_free(p->version);
	p->version = g_steal_pointer(&version);
	return object_record(p->engine, NULL, kinds_built_in("", "Pod"), p->namespace, p->name, a);
}

static void looked(void *user, const struct answer *a)
{
	struct tail_pod *p = user;
	g_autoptr(json_tree) pod = NULL;

	p->fetch = NULL;
	if (g_error_matches(a->error, KUBE_ERROR, KUBE_ERROR_NOT_FOUND)) {
		pod_gone(p, "the pod is deleted: lines that came after the last one that is held "
			    "are lost");
		return;
	}
	if (a->error) {
		tail_pod_look(p, LOOK_MS);
		return;
	}
	pod = read_pod(p, a);
	if (pod && g_strcmp0(json_string(pod, "metadata.uid"), p->uid))
		pod_gone(p, "the pod is deleted: another one has its name now");
	else if (pod)
		told(p, pod, p->looks);
	if (p->once_more)
		tail_pod_look(p, 0);
	p->once_more = FALSE;
}

static gboolean look(void *data)
{
	struct tail_pod *p = data;
	g_autofree char *path = kube_path(kinds_built_in("", "Pod"), p->namespace, p->name);
	struct fetch_call call = { .path = path,
				   .max_bytes = POD_MAX_BYTES,
				   .patience_s = RETRY_FOR_EVER,
				   .done = looked,
				   .user = p };

	engine_timer_stop(&p->timer);
	if (p->fetch) {
		p->once_more = TRUE;
		return G_SOURCE_REMOVE;
	}
	p->looks++;
	p->fetch = fetch_start(p->engine, &call);
	return G_SOURCE_REMOVE;
}

gint64 tail_pod_held(const struct tail_pod *p, const char *container, const char *instance)
{
	static const char sql[] =
		"SELECT at FROM d_line WHERE at IS NOT NULL AND instance ="
		" (SELECT i.id FROM d_subject s JOIN d_instance i ON i.subject = s.id"
		" WHERE s.cluster = ? AND s.group_ = '' AND s.kind = 'Pod' AND s.namespace = ?"
		" AND s.name = ? AND s.uid = ? AND i.container = ? AND i.instance = ?)"
		" ORDER BY at DESC LIMIT 1";
	const char *const values[] = {
		p->engine->cluster.name, p->namespace, p->name, p->uid, container, instance
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(query) q = casefile_query(p->engine->file, sql, &error);

	for (gsize i = 0; q && i < G_N_ELEMENTS(values); i++)
		query_bind_text(q, (int)i + 1, values[i]);
	if (q && query_step(q, &error))
		return query_int(q, 0);
	if (error) /* then the whole log comes again, which costs bytes and loses nothing */
		g_debug("%s: %s", p->engine->path, error->message);
	return STAMP_NONE;
}

static void free_tail(void *data)
{
	tail_free(data);
}

struct tail_pod *tail_pod_new(struct engine *e, const char *namespace, const char *name,
			      const char *uid)
{
	struct tail_pod *p = g_new0(struct tail_pod, 1);

	p->engine = e;
	p->namespace = g_strdup(namespace);
	p->name = g_strdup(name);
	p->uid = g_strdup(uid);
	p->subject = subject_of(e, kinds_built_in("", "Pod"), namespace, name);
	p->tails = g_ptr_array_new_with_free_func(free_tail);
	tail_pod_look(p, 0);
	return p;
}

void tail_pod_free(struct tail_pod *p)
{
	if (!p)
		return;
	fetch_cancel(p->fetch);
	g_ptr_array_unref(p->tails);
	engine_timer_stop(&p->timer);
	trouble_end(p->engine, p);
	g_free(p->namespace);
	g_free(p->name);
	g_free(p->uid);
	g_free(p->subject);
	g_free(p->version);
	g_free(p);
}
