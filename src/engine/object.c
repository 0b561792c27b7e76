#include <string.h>

#include "inside.h"

#define OBJECT_MAX_BYTES (16 << 20)

struct object {
	struct task task;
	struct object_plan plan;
	char *namespace, *name;
	struct fetch *fetch;
};

/* What may be kept of a body.  NULL where nothing may: it cannot be told where its secrets stand.
 * Caller owns. */
static GBytes *keepable(const struct kube_resource *r, GBytes *body, guint *withheld,
			GError **error)
{
	*withheld = 0;
	return r->metadata_only ? kube_withhold(body, withheld, error) : g_bytes_ref(body);
}

static void not_understood(struct engine *e, struct capture *c, const char *written,
			   const char *why)
{
	struct gap gap = { .scope = written,
			   .reason = "not-understood",
			   .detail = why,
			   .subject = written,
			   .verb = "get" };

	record_gap(e, c, &gap);
}

struct cJSON *object_record(struct engine *e, struct capture *c, const struct kube_resource *r,
			    const char *namespace, const char *name, const struct answer *a)
{
	g_autofree char *written = subject_of(e, r, namespace, name);
	g_autoptr(GError) error = NULL;
	guint withheld;
	g_autoptr(GBytes) body = keepable(r, a->body, &withheld, &error);
	struct cJSON *about, *tree;

	if (!body) {
		g_assert(error);
		not_understood(e, c, written, error->message);
		return NULL;
	}
	about = about_new(e, class_cluster_state, "object", written, written);
	about_object(about, r, a->as_of);
	about_request(about, a->url, kube_accept(r, FALSE));
	if (withheld)
		json_set_int(about, "withheld", withheld);
	record_whole(e, about, NULL, body, outcome_new("complete", a->head, NULL));
	tree = json_parse(g_bytes_get_data(body, NULL), (gssize)g_bytes_get_size(body), &error);
	if (!tree)
		not_understood(e, c, written, error->message);
	return tree;
}

static void refused(struct object *o, const struct answer *a)
{
	struct engine *e = o->task.engine;
	const struct object_plan *p = &o->plan;
	g_autofree char *written = subject_of(e, p->resource, p->namespace, p->name);

	record_refusal(e, a, written, kube_accept(p->resource, FALSE));
	if (!g_error_matches(a->error, KUBE_ERROR, KUBE_ERROR_NOT_FOUND))
		record_refused_gap(e, o->task.capture, p->resource, "get", p->namespace, p->name,
				   a);
}

static void object_done(void *user, const struct answer *a)
{
	struct object *o = user;
	const struct object_plan *p = &o->plan;
	g_autoptr(json_tree) tree = NULL;

	o->fetch = NULL;
	if (a->error)
		refused(o, a);
	else
		tree = object_record(o->task.engine, o->task.capture, p->resource, p->namespace,
				     p->name, a);
	if (p->found)
		p->found(p->user, tree, a);
	task_end(&o->task);
}

static void object_run(struct task *t)
{
	struct object *o = (struct object *)t;
	g_autofree char *path = kube_path(o->plan.resource, o->plan.namespace, o->plan.name);
	struct fetch_call call = {
		.path = path,
		.accept = kube_accept(o->plan.resource, FALSE),
		.max_bytes = OBJECT_MAX_BYTES,
		.patience_s = t->capture ? RETRY_CAPTURE_S : RETRY_FOR_EVER,
		.done = object_done,
		.user = o,
	};

	o->fetch = fetch_start(t->engine, &call);
}

static void object_cut(struct task *t)
{
	struct object *o = (struct object *)t;

	g_clear_pointer(&o->fetch, fetch_cancel);
}

static void object_free(struct task *t)
{
	struct object *o = (struct object *)t;

	fetch_cancel(o->fetch);
	g_free(o->namespace);
	g_free(o->name);
	g_free(o);
}

static const struct task_class object_class = { object_run, object_cut, object_free };

gboolean object_ask(struct engine *e, struct capture *c, const struct object_plan *plan)
{
	g_autofree char *path = kube_path(plan->resource, plan->namespace, plan->name);
	struct object *o;

	if (c && !capture_once(c, path) && !plan->always)
		return FALSE;
	o = g_new0(struct object, 1);
	o->plan = *plan;
	o->plan.namespace = o->namespace = g_strdup(plan->resource->namespaced ? plan->namespace
									       : NULL);
	o->plan.name = o->name = g_strdup(plan->name);
	o->task.class = &object_class;
	o->task.capture = c;
	o->task.priority = plan->priority;
	g_snprintf(o->task.doing, sizeof(o->task.doing), "%s %s%s%s", plan->resource->kind,
		   o->namespace ? o->namespace : "", o->namespace ? "/" : "", plan->name);
	task_add(e, &o->task);
	return TRUE;
}
