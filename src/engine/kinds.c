#include <string.h>

#include "inside.h"

/* A kind that nobody knew may have been defined since: then the server is asked again, at most so
 * often. */
#define DISCOVERY_FRESH_US (60 * G_USEC_PER_SEC)

struct seeker {
	struct capture *capture;
	char *group, *kind;
	void (*found)(void *user, const struct kube_resource *r);
	void *user;
};

/* Resources are handed out by address, so a discovery is kept as long as the engine. */
struct kinds {
	GPtrArray *discoveries; /* of struct kube_discovery *, the newest last */
	GPtrArray *seekers;     /* of struct seeker *: while the server is asked */
	gint64 asked_us;
	gboolean asking;
};

static void seeker_free(void *data)
{
	struct seeker *s = data;

	g_free(s->group);
	g_free(s->kind);
	g_free(s);
}

static void discovery_free(void *data)
{
	kube_discovery_free(data);
}

static struct kinds *kinds_of(struct engine *e)
{
	if (!e->kinds) {
		e->kinds = g_new0(struct kinds, 1);
		e->kinds->discoveries = g_ptr_array_new_with_free_func(discovery_free);
		e->kinds->seekers = g_ptr_array_new_with_free_func(seeker_free);
	}
	return e->kinds;
}

static gboolean is_kind(const struct kube_resource *r, const char *group, const char *kind)
{
	if (group && strcmp(group, r->group))
		return FALSE;
	return !g_ascii_strcasecmp(r->kind, kind) || !g_ascii_strcasecmp(r->resource, kind);
}

const struct kube_resource *kinds_built_in(const char *group, const char *kind)
{
	for (gsize i = 0; kind && i < kube_inventory_count; i++)
		if (is_kind(&kube_inventory[i], group, kind))
			return &kube_inventory[i];
	return NULL;
}

static const struct kube_resource *discovered(struct engine *e, const char *group, const char *kind)
{
	GPtrArray *all = kinds_of(e)->discoveries;
	GPtrArray *newest = all->len
				    ? ((struct kube_discovery *)all->pdata[all->len - 1])->resources
				    : NULL;

	for (guint i = 0; newest && i < newest->len; i++)
		if (is_kind(newest->pdata[i], group, kind))
			return newest->pdata[i];
	return NULL;
}

static void record_discovery(struct engine *e, const struct kube_discovery *d)
{
	const struct {
		GBytes *body;
		const char *path, *summary;
	} rows[] = {
		{ d->core, "/api", "the kinds of the core group" },
		{ d->groups, "/apis", "the kinds of all other groups" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *url = g_strconcat(http_access(e->http)->server, rows[i].path,
						   NULL);
		struct cJSON *about = about_new(e, class_cluster_state, "discovery", "cluster",
						rows[i].summary);

		about_request(about, url, NULL);
		record_whole(e, about, NULL, rows[i].body, outcome_new("complete", NULL, NULL));
	}
	for (guint i = 0; i < d->stale->len; i++) {
		g_autofree char *scope = g_strdup_printf("kinds of group %s",
							 (char *)d->stale->pdata[i]);
		struct gap gap = { .scope = scope,
				   .reason = "unreachable",
				   .detail = "the API server behind this group did not answer: its "
					     "kinds may be missing",
				   .verb = "get" };

		record_gap(e, NULL, &gap);
	}
}

static void tell(struct engine *e, GPtrArray *seekers)
{
	for (guint i = 0; i < seekers->len; i++) {
		struct seeker *s = seekers->pdata[i];
		struct capture *c = s->capture;

		s->found(s->user, discovered(e, s->group, s->kind));
		capture_release(c);
	}
}

static void on_discovered(void *user, struct kube_discovery *found, const GError *error)
{
	struct engine *e = user;
	struct kinds *k = kinds_of(e);
	g_autoptr(GPtrArray) seekers = k->seekers;

	k->asking = FALSE;
	k->seekers = g_ptr_array_new_with_free_func(seeker_free);
	if (found) {
		k->asked_us = g_get_monotonic_time();
		g_ptr_array_add(k->discoveries, found);
		record_discovery(e, found);
	} else {
		struct gap gap = { .scope = "kinds of the cluster",
				   .reason = retry_reason(error),
				   .detail = error->message,
				   .verb = "get" };

		record_gap(e, NULL, &gap);
	}
	tell(e, seekers);
}

void kinds_find(struct engine *e, struct capture *c, const char *group, const char *kind,
		void (*found)(void *user, const struct kube_resource *r), void *user)
{
	struct kinds *k = kinds_of(e);
	const struct kube_resource *r = kinds_built_in(group, kind);
	struct seeker *s;

	if (!r)
		r = discovered(e, group, kind);
	if (r || (k->asked_us && g_get_monotonic_time() - k->asked_us < DISCOVERY_FRESH_US)) {
		found(user, r);
		return;
	}
	s = g_new0(struct seeker, 1);
	s->capture = c;
	s->group = g_strdup(group);
	s->kind = g_strdup(kind);
	s->found = found;
	s->user = user;
	g_ptr_array_add(k->seekers, s);
	capture_hold(c);
	if (!k->asking)
		kube_discover(e->http, on_discovered, e);
	k->asking = TRUE;
}

void kinds_forget(struct engine *e, struct capture *c)
{
	struct kinds *k = kinds_of(e);

	for (guint i = k->seekers->len; i-- > 0;)
		if (!c || ((struct seeker *)k->seekers->pdata[i])->capture == c)
			g_ptr_array_remove_index(k->seekers, i);
}

void kinds_free(struct engine *e)
{
	struct kinds *k = e->kinds;

	if (!k)
		return;
	g_ptr_array_unref(k->discoveries);
	g_ptr_array_unref(k->seekers);
	g_clear_pointer(&e->kinds, g_free);
}
