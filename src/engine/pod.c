#include <string.h>

#include "inside.h"
#include "items.h"
#include "owners.h"

/* --- owners ---------------------------------------------------------------------------------- */

struct step {
	struct capture *capture;
	const struct kube_resource *resource;
	char *namespace, *group, *kind, *name, *uid;
};

static void step_free(void *data)
{
	struct step *s = data;

	g_free(s->namespace);
	g_free(s->group);
	g_free(s->kind);
	g_free(s->name);
	g_free(s->uid);
	g_free(s);
}

static void found_owner(void *user, const struct cJSON *object, const struct answer *a)
{
	struct step *s = user;
	const char *uid = json_string(object, "metadata.uid");
	g_autofree char *written = subject_of(s->capture->engine, s->resource, s->namespace,
					      s->name);
	struct gap gap = { .scope = written, .reason = "gone", .subject = written, .verb = "get" };

	if (!object && !g_error_matches(a->error, KUBE_ERROR, KUBE_ERROR_NOT_FOUND))
		return; /* why, was said where it was asked */
	if (!object)
		gap.detail = "the owner is gone: what it owned outlived it";
	else if (s->uid && g_strcmp0(uid, s->uid))
		gap.detail = "the owner is gone; another object has its name now";
	if (gap.detail)
		record_gap(s->capture->engine, s->capture, &gap);
	else
		owners_take(s->capture, object);
}

static void found_kind(void *user, const struct kube_resource *r, const GError *error)
{
	struct step *s = user;
	struct object_plan plan = { .resource = r,
				    .namespace = s->namespace,
				    .name = s->name,
				    .priority = PRIORITY_OBJECT,
				    .found = found_owner,
				    .user = s };

	(void)error;
	if (r) {
		s->resource = r;
		object_ask(s->capture->engine, s->capture, &plan);
	}
}

void owners_take(struct capture *c, const struct cJSON *object)
{
	struct owner owner;
	struct step *s;

	if (!owner_of(object, &owner))
		return;
	s = g_new0(struct step, 1);
	s->capture = c;
	s->namespace = g_strdup(json_string(object, "metadata.namespace"));
	s->group = g_strdup(owner.group);
	s->kind = g_strdup(owner.kind);
	s->name = g_strdup(owner.name);
	s->uid = g_strdup(owner.uid);
	capture_own(c, s, step_free);
	kinds_find(c->engine, c, s->group, s->kind, found_kind, s);
	owner_clear(&owner);
}

/* --- events ---------------------------------------------------------------------------------- */

/* By name and kind: which has those of its UID in it, and those of one that had its name before. */
void events_take(struct capture *c, const char *namespace, const char *kind, const char *name)
{
	g_autofree char *selector = g_strdup_printf("involvedObject.kind=%s,involvedObject.name=%s",
						    kind, name);
	g_autofree char *key = g_strdup_printf("events %s %s", namespace ? namespace : "",
					       selector);
	struct listing_plan plan = {
		.resource = kinds_built_in("", "events"),
		.namespace = namespace ? namespace
				       : "default", /* where those of cluster-wide objects are */
		.field_selector = selector,
		.priority = PRIORITY_EVENTS,
	};

	if (plan.resource && capture_once(c, key))
		listing_add(c->engine, c, &plan);
}

/* --- rights ---------------------------------------------------------------------------------- */

struct rights {
	struct capture *capture;
	char *namespace, *account;
};

static void rights_free(void *data)
{
	struct rights *r = data;

	g_free(r->namespace);
	g_free(r->account);
	g_free(r);
}

static void take_role(void *user, const struct cJSON *binding)
{
	struct rights *r = user;
	struct object_plan plan = { .name = json_string(binding, "roleRef.name"),
				    .namespace = json_string(binding, "metadata.namespace"),
				    .priority = PRIORITY_OBJECT };

	if (!plan.name || !binding_names(binding, r->namespace, r->account))
		return;
	plan.resource = kinds_built_in("rbac.authorization.k8s.io",
				       json_string(binding, "roleRef.kind"));
	if (plan.resource)
		object_ask(r->capture->engine, r->capture, &plan);
}

static void on_bindings(void *user, GBytes *page)
{
	items_each(page, take_role, user);
}

void rights_take(struct capture *c, const char *namespace, const char *account)
{
	static const char *const bindings[] = { "RoleBinding", "ClusterRoleBinding" };
	g_autofree char *key = g_strdup_printf("rights %s/%s", namespace, account);
	struct rights *r;

	if (!capture_once(c, key))
		return;
	r = g_new0(struct rights, 1);
	r->capture = c;
	r->namespace = g_strdup(namespace);
	r->account = g_strdup(account);
	capture_own(c, r, rights_free);
	for (gsize i = 0; i < G_N_ELEMENTS(bindings); i++) {
		struct listing_plan plan = { .resource = kinds_built_in("rbac.authorization.k8s.io",
									bindings[i]),
					     .priority = PRIORITY_OBJECT,
					     .page = on_bindings,
					     .user = r };

		plan.namespace = plan.resource->namespaced ? namespace : NULL;
		listing_add(c->engine, c, &plan);
	}
}

/* --- a pod ----------------------------------------------------------------------------------- */

static void take_one(struct capture *c, const char *kind, const char *namespace, const char *name)
{
	struct object_plan plan = { .resource = kinds_built_in("", kind),
				    .namespace = namespace,
				    .name = name,
				    .priority = PRIORITY_OBJECT };

	object_ask(c->engine, c, &plan);
}

static void take_policies(struct capture *c, const char *namespace)
{
	struct listing_plan plan = { .resource = kinds_built_in("networking.k8s.io",
								"NetworkPolicy"),
				     .namespace = namespace,
				     .priority = PRIORITY_OBJECT };
	g_autofree char *key = kube_path(plan.resource, namespace, NULL);

	if (capture_once(c, key))
		listing_add(c->engine, c, &plan);
}

void pod_take(struct capture *c, const struct cJSON *pod)
{
	const char *namespace = json_string(pod, "metadata.namespace"),
		   *name = json_string(pod, "metadata.name");
	const char *account = json_string(pod, "spec.serviceAccountName");

	if (!namespace || !name)
		return;
	account = account && *account ? account : "default";
	spaces_add(c->engine, namespace);
	logs_add(c->engine, c, pod);
	events_take(c, namespace, "Pod", name);
	owners_take(c, pod);
	take_one(c, "ServiceAccount", namespace, account);
	take_one(c, "Namespace", NULL, namespace);
	take_policies(c, namespace);
	rights_take(c, namespace, account);
}
