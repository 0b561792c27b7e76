#include <string.h>

#include <kase/text.h>

#include "inside.h"

/*
 * One subject: from its words to its kind, to the object, to the plan for that kind.
 */

struct wanted {
	struct capture *capture;
	const struct kube_resource *resource;
	struct subject *subject;
	char *text;
};

static void wanted_free(void *data)
{
	struct wanted *w = data;

	subject_free(w->subject);
	g_free(w->text);
	g_free(w);
}

/* How a kind is taken once it is known to be there. */
static const struct taker {
	const char *group, *kind;
	void (*take)(struct capture *c, const struct kube_resource *r, const struct cJSON *object);
} takers[] = {
	{ "", "Node", node_take },
	{ "", "ReplicationController", workload_take },
	{ "apps", "Deployment", workload_take },
	{ "apps", "StatefulSet", workload_take },
	{ "apps", "DaemonSet", workload_take },
	{ "apps", "ReplicaSet", workload_take },
	{ "batch", "Job", workload_take },
	{ "batch", "CronJob", workload_take },
	{ "argoproj.io", "Rollout", workload_take },
};

static void take(struct capture *c, const struct kube_resource *r, const struct cJSON *object)
{
	if (!strcmp(r->kind, "Pod") && !*r->group) {
		pod_take(c, object);
		return;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(takers); i++) {
		if (strcmp(takers[i].kind, r->kind) || strcmp(takers[i].group, r->group))
			continue;
		takers[i].take(c, r, object);
		return;
	}
	other_take(c, r, object);
}

void capture_enter(struct capture *c, const struct kube_resource *r, const struct cJSON *object)
{
	struct engine *e = c->engine;
	struct cJSON *entry = json_new_object();
	const char *namespace = json_string(object, "metadata.namespace"),
		   *name = json_string(object, "metadata.name");
	g_autofree char *written = subject_of(e, r, namespace, name);

	json_set_string(entry, "uid", json_string(object, "metadata.uid"));
	json_set_string(entry, "group", r->group);
	json_set_string(entry, "object", r->kind);
	json_set_string(entry, "namespace", namespace);
	json_set_string(entry, "name", name);
	record_entry(e, "captured", written, written, entry);
}

/* "pod payments/x: not found (404); …" */
static char *missed_line(const struct wanted *w, const struct answer *a)
{
	const struct subject *s = w->subject;
	g_autofree char *name = s->namespace ? g_strdup_printf("%s/%s", s->namespace, s->name)
					     : g_strdup(s->name);
	g_autofree char *safe = text_safe(name, -1);

	if (g_error_matches(a->error, KUBE_ERROR, KUBE_ERROR_NOT_FOUND))
		return g_strdup_printf(
			"%s %s: not found (404); look at what is there with kubectl get %s%s",
			s->kind, safe, w->resource->resource, w->resource->namespaced ? " -A" : "");
	return g_strdup_printf("%s %s: %s", s->kind, safe,
			       a->error ? a->error->message : "not understood");
}

static void found_object(void *user, const struct cJSON *object, const struct answer *a)
{
	struct wanted *w = user;
	struct capture *c = w->capture;

	if (object) {
		c->taken++;
		capture_enter(c, w->resource, object);
		take(c, w->resource, object);
		return;
	}
	capture_missed(c, missed_line(w, a));
	/* What it was is gone, but what was told of it may not be. */
	if (w->subject->namespace && g_error_matches(a->error, KUBE_ERROR, KUBE_ERROR_NOT_FOUND))
		events_take(c, w->subject->namespace, w->resource->kind, w->subject->name);
}

static void ended_all(void *user, const struct listing_plan *plan, enum listing_state state,
		      const char *rv)
{
	struct capture *c = user;

	(void)plan;
	(void)rv;
	c->taken += state == LISTING_COMPLETE || state == LISTING_NOT_SERVED;
}

static void list_all(struct capture *c, const struct kube_resource *r, const char *namespace,
		     int priority)
{
	struct listing_plan plan = { .resource = r,
				     .namespace = namespace,
				     .priority = priority,
				     .ended = ended_all,
				     .user = c };
	g_autofree char *path = kube_path(r, namespace, NULL);

	if (capture_once(c, path))
		listing_add(c->engine, c, &plan);
}

/* Where no namespace is written: the only one that the analyst told, or that of the context. */
static void settle_namespace(struct wanted *w)
{
	struct engine *e = w->capture->engine;
	const char *of_context = http_access(e->http)->namespace;

	if (!w->resource->namespaced) {
		g_clear_pointer(&w->subject->namespace, g_free);
		return;
	}
	if (!w->subject->namespace)
		w->subject->namespace = g_strdup(e->told && e->told[0] && !e->told[1] ? e->told[0]
						 : of_context && *of_context          ? of_context
										      : "default");
	spaces_add(e, w->subject->namespace);
}

static void found_kind(void *user, const struct kube_resource *r, const GError *error)
{
	struct wanted *w = user;
	struct capture *c = w->capture;
	struct object_plan plan = { .resource = r,
				    .priority = PRIORITY_POD,
				    .found = found_object,
				    .user = w,
				    .always = TRUE };
	g_autofree char *path = NULL, *key = NULL;

	if (error) {
		capture_missed(c, g_strdup_printf("%s: %s", w->text, error->message));
		return;
	}
	if (!r) {
		capture_missed(c, g_strdup_printf("%s: the cluster has no kind '%s'; kubectl "
						  "api-resources names those "
						  "that it has",
						  w->text, w->subject->kind));
		return;
	}
	w->resource = r;
	if (!strcmp(w->subject->name, "*")) {
		list_all(c, r, r->namespaced ? w->subject->namespace : NULL, PRIORITY_LIST);
		return;
	}
	settle_namespace(w);
	plan.namespace = w->subject->namespace;
	plan.name = w->subject->name;
	path = kube_path(r, plan.namespace, plan.name);
	key = g_strconcat("subject ", path, NULL);
	if (capture_once(c, key))
		object_ask(c->engine, c, &plan);
}

static void take_cluster(struct capture *c)
{
	spaces_again(c->engine);
	for (gsize i = 0; i < kube_inventory_count; i++)
		list_all(c, &kube_inventory[i], NULL, listing_priority(&kube_inventory[i]));
	record_entry(c->engine, "captured", "cluster", "cluster", NULL);
}

/* A collection may be written as its resource alone. */
static char *whole_subject(const char *text)
{
	return strchr(text, '/') ? g_strdup(text) : g_strconcat(text, "/*", NULL);
}

void subject_take(struct capture *c, const char *text)
{
	g_autofree char *whole = whole_subject(text);
	g_autoptr(GError) error = NULL;
	struct subject *s;
	struct wanted *w;

	if (!strcmp(text, "cluster")) {
		take_cluster(c);
		return;
	}
	s = subject_parse(whole, &error);
	if (!s) {
		capture_missed(c, g_strdup(error->message));
		return;
	}
	w = g_new0(struct wanted, 1);
	w->capture = c;
	w->subject = s;
	w->text = text_safe(text, -1);
	capture_own(c, w, wanted_free);
	kinds_find(c->engine, c, *s->group ? s->group : NULL, s->kind, found_kind, w);
}
