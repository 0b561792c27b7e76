#include <string.h>

#include "inside.h"
#include "items.h"
#include "owners.h"

/*
 * Pods of a workload: those that its selector finds and that its owners lead to.  Some workloads
 * own their pods through objects between; those are listed first, and then count as owners of pods,
 * too.  Where they cannot be listed, their names must do.
 */
struct workload {
	struct capture *capture;
	char *namespace, *selector, *subject, *name;
	GHashTable *owners; /* of char *: UIDs whose pods are its own */
	/* of pods that are its own where the owner's name says so; NULL: UIDs alone count */
	const struct kube_resource *named;
};

static const struct between {
	const char *kind;             /* of the workload */
	const char *group, *resource; /* of what stands between */
	const char *pods;             /* a selector, where the workload has none of its own */
} betweens[] = {
	{ "Deployment", "apps", "replicasets", NULL },
	{ "Rollout", "apps", "replicasets", NULL },
	{ "CronJob", "batch", "jobs", "job-name" },
};

static const struct between *between_of(const char *kind)
{
	for (gsize i = 0; i < G_N_ELEMENTS(betweens); i++)
		if (!strcmp(betweens[i].kind, kind))
			return &betweens[i];
	return NULL;
}

static void workload_free(void *data)
{
	struct workload *w = data;

	g_free(w->namespace);
	g_free(w->selector);
	g_free(w->subject);
	g_free(w->name);
	g_hash_table_unref(w->owners);
	g_free(w);
}

static gboolean is_named(const struct workload *w, const struct owner *owner)
{
	return w->named && !strcmp(w->named->kind, owner->kind) &&
	       !g_strcmp0(w->named->group, owner->group) &&
	       owner_is_named_after(owner->name, w->name);
}

static gboolean is_own(const struct workload *w, const struct cJSON *object)
{
	struct owner owner;
	gboolean own = owner_of(object, &owner) &&
		       ((owner.uid && g_hash_table_contains(w->owners, owner.uid)) ||
			is_named(w, &owner));

	owner_clear(&owner);
	return own;
}

/* --- pods ------------------------------------------------------------------------------------ */

static void found_pod(void *user, const struct cJSON *pod, const struct answer *a)
{
	struct capture *c = user;

	(void)a;
	if (!pod)
		return;
	capture_enter(c, kinds_built_in("", "Pod"), pod);
	pod_take(c, pod);
}

static void take_pod(struct capture *c, const struct cJSON *pod)
{
	struct object_plan plan = { .resource = kinds_built_in("", "Pod"),
				    .namespace = json_string(pod, "metadata.namespace"),
				    .name = json_string(pod, "metadata.name"),
				    .priority = PRIORITY_POD,
				    .found = found_pod,
				    .user = c };

	if (plan.namespace && plan.name)
		object_ask(c->engine, c, &plan);
}

static void take_own_pod(void *user, const struct cJSON *pod)
{
	struct workload *w = user;

	if (is_own(w, pod))
		take_pod(w->capture, pod);
}

static void on_pods(void *user, GBytes *page)
{
	items_each(page, take_own_pod, user);
}

static void list_pods(struct workload *w)
{
	struct listing_plan plan = { .resource = kinds_built_in("", "Pod"),
				     .namespace = w->namespace,
				     .label_selector = w->selector,
				     .priority = PRIORITY_POD,
				     .page = on_pods,
				     .user = w };

	listing_add(w->capture->engine, w->capture, &plan);
}

/* --- what stands between --------------------------------------------------------------------- */

static void take_between(void *user, const struct cJSON *object)
{
	struct workload *w = user;
	const char *uid = json_string(object, "metadata.uid");

	if (uid && is_own(w, object))
		g_hash_table_add(w->owners, g_strdup(uid));
}

static void on_between(void *user, GBytes *page)
{
	items_each(page, take_between, user);
}

static void go_by_names(struct workload *w, const struct kube_resource *between)
{
	g_autofree char *detail = g_strdup_printf("which %s are its own is not known: pods are "
						  "taken whose owner is named after it",
						  between->resource);
	struct gap gap = { .scope = w->subject,
			   .reason = "not-listed",
			   .detail = detail,
			   .subject = w->subject,
			   .namespace = w->namespace,
			   .verb = "list",
			   .resource = between->resource };

	w->named = between;
	record_gap(w->capture->engine, w->capture, &gap);
}

static void between_ended(void *user, const struct listing_plan *plan, enum listing_state state,
			  const char *rv)
{
	struct workload *w = user;

	(void)rv;
	if (state != LISTING_COMPLETE)
		go_by_names(w, plan->resource);
	list_pods(w);
}

void workload_take(struct capture *c, const struct kube_resource *r, const struct cJSON *object)
{
	const struct between *b = between_of(r->kind);
	const char *uid = json_string(object, "metadata.uid");
	struct workload *w = g_new0(struct workload, 1);
	struct listing_plan plan = {
		.priority = PRIORITY_POD, .page = on_between, .ended = between_ended, .user = w
	};

	w->capture = c;
	w->namespace = g_strdup(json_string(object, "metadata.namespace"));
	w->name = g_strdup(json_string(object, "metadata.name"));
	w->subject = subject_of(c->engine, r, w->namespace, w->name);
	w->selector = b && b->pods ? g_strdup(b->pods)
				   : selector_text(json_at(object, "spec.selector"));
	w->owners = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	capture_own(c, w, workload_free);
	if (uid)
		g_hash_table_add(w->owners, g_strdup(uid));
	other_take(c, r, object);
	if (!b) {
		list_pods(w);
		return;
	}
	plan.resource = kinds_built_in(b->group, b->resource);
	plan.namespace = w->namespace;
	plan.label_selector = b->pods ? NULL : w->selector;
	listing_add(c->engine, c, &plan);
}

/* --- nodes and the rest ---------------------------------------------------------------------- */

void node_take(struct capture *c, const struct kube_resource *r, const struct cJSON *object)
{
	g_autofree char *selector = g_strdup_printf("spec.nodeName=%s",
						    json_string(object, "metadata.name"));
	struct listing_plan plan = { .resource = kinds_built_in("", "Pod"),
				     .field_selector = selector,
				     .priority = PRIORITY_POD };

	other_take(c, r, object);
	listing_add(c->engine, c, &plan);
}

void other_take(struct capture *c, const struct kube_resource *r, const struct cJSON *object)
{
	events_take(c, json_string(object, "metadata.namespace"), r->kind,
		    json_string(object, "metadata.name"));
	owners_take(c, object);
}
