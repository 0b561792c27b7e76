#include <string.h>

#include "inside.h"

/* A kind that nobody knew may have been defined since: then the server is asked again, at most so
 * often. */
#define DISCOVERY_FRESH_US (60 * G_USEC_PER_SEC)

struct seeker {
	struct capture *capture;
	char *group, *kind;
	void (*found)(void *user, const struct kube_resource *r, const GError *error);
	void *user;
};

/* Resources are handed out by address, so a discovery is kept as long as the engine. */
struct kinds {
	GPtrArray *discoveries; /* of struct kube_discovery *, the newest last */
	GPtrArray *seekers;     /* of struct seeker *: while the server is asked */
	gint64 asked_us;
	gboolean asking; /* or waiting to ask again: `timer` */
	struct retry retry;
	GSource *timer;
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
		e->kinds->retry.patience_s = RETRY_CAPTURE_S;
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

/* --- what is recorded ------------------------------------------------------------------------ */

/* FALSE: whoever seeks it misses nothing, though `stale` ("a.b/v1"; NULL: all) was not told. */
static gboolean misses(struct engine *e, const struct seeker *s, const char *stale)
{
	if (!stale)
		return TRUE;
	if (discovered(e, s->group, s->kind))
		return FALSE;
	return !s->group || (g_str_has_prefix(stale, s->group) && stale[strlen(s->group)] == '/');
}

/* Once for each capture that it keeps from being whole; where there is none, for the case alone. */
static void record_missing(struct engine *e, GPtrArray *seekers, const char *stale,
			   const struct gap *gap)
{
	g_autoptr(GHashTable) told = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < seekers->len; i++) {
		const struct seeker *s = seekers->pdata[i];

		if (misses(e, s, stale) && g_hash_table_add(told, s->capture))
			record_gap(e, s->capture, gap);
	}
	if (!g_hash_table_size(told))
		record_gap(e, NULL, gap);
}

static void record_discovery(struct engine *e, const struct kube_discovery *d, GPtrArray *seekers)
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

		record_missing(e, seekers, d->stale->pdata[i], &gap);
	}
}

/* --- asking ---------------------------------------------------------------------------------- */

static void tell(struct engine *e, GPtrArray *seekers, const GError *error)
{
	for (guint i = 0; i < seekers->len; i++) {
		struct seeker *s = seekers->pdata[i];
		struct capture *c = s->capture;

		s->found(s->user, error ? NULL : discovered(e, s->group, s->kind), error);
		capture_release(c);
	}
}

static void ask(struct engine *e);

static gboolean again(void *data)
{
	struct engine *e = data;

	engine_timer_stop(&e->kinds->timer);
	ask(e);
	return G_SOURCE_REMOVE;
}

/* Nobody is asked, and nobody waits for it. */
static void rest(struct engine *e)
{
	struct kinds *k = e->kinds;

	engine_timer_stop(&k->timer);
	trouble_end(e, k);
	k->retry = (struct retry){ .patience_s = RETRY_CAPTURE_S };
	k->asking = FALSE;
}

/* FALSE: it is no use, or nobody seeks any more. */
static gboolean try_again(struct engine *e, const struct http_head *head, const GError *error)
{
	struct kinds *k = e->kinds;
	gint64 wait = k->seekers->len ? retry_next(e, &k->retry, k, error, head) : -1;

	if (wait >= 0)
		k->timer = engine_timer(e, wait, again, e);
	return wait >= 0;
}

static void on_discovered(void *user, struct kube_discovery *found, const struct http_head *head,
			  const GError *error)
{
	struct engine *e = user;
	struct kinds *k = e->kinds;
	g_autoptr(GPtrArray) seekers = NULL;

	if (error && try_again(e, head, error))
		return;
	seekers = k->seekers;
	k->seekers = g_ptr_array_new_with_free_func(seeker_free);
	rest(e);
	if (found) {
		progress_heard(e, head);
		k->asked_us = g_get_monotonic_time();
		g_ptr_array_add(k->discoveries, found);
		record_discovery(e, found, seekers);
	} else {
		struct gap gap = { .scope = "kinds of the cluster",
				   .reason = retry_reason(error),
				   .detail = error ? error->message : "no answer",
				   .verb = "get" };

		record_missing(e, seekers, NULL, &gap);
	}
	tell(e, seekers, error);
}

static void ask(struct engine *e)
{
	e->kinds->asking = TRUE;
	kube_discover(e->http, on_discovered, e);
}

void kinds_find(struct engine *e, struct capture *c, const char *group, const char *kind,
		void (*found)(void *user, const struct kube_resource *r, const GError *error),
		void *user)
{
	struct kinds *k = kinds_of(e);
	const struct kube_resource *r = kinds_built_in(group, kind);
	struct seeker *s;

	if (!r)
		r = discovered(e, group, kind);
	if (r || (k->asked_us && g_get_monotonic_time() - k->asked_us < DISCOVERY_FRESH_US)) {
		found(user, r, NULL);
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
		ask(e);
}

void kinds_forget(struct engine *e, struct capture *c)
{
	struct kinds *k = kinds_of(e);

	for (guint i = k->seekers->len; i-- > 0;)
		if (!c || ((struct seeker *)k->seekers->pdata[i])->capture == c)
			g_ptr_array_remove_index(k->seekers, i);
	if (k->seekers->len)
		return;
	trouble_end(e, k);
	if (k->timer)
		rest(e);
}

void kinds_free(struct engine *e)
{
	struct kinds *k = e->kinds;

	if (!k)
		return;
	engine_timer_stop(&k->timer);
	g_ptr_array_unref(k->discoveries);
	g_ptr_array_unref(k->seekers);
	g_clear_pointer(&e->kinds, g_free);
}
