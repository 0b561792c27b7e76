#include <string.h>

#include "inside.h"

/*
 * Following: each kind is listed, then watched from the list's resourceVersion; kinds that may not
 * be seen in all namespaces at once, in each for itself.  A scope is one kind in one namespace or
 * in all:
 *
 *	listing	a task of its own; its end begins the watch
 *	watched	`watch` is set; `evidence` while a stream is open
 *	waiting	the watch was denied or the listing failed: it is listed again after AGAIN_MS; where
 *		it is denied after follow_denied_ms, and each time after twice as long
 *
 * A watch whose history the server has forgotten (410) is listed anew after follow_gone_ms.  The
 * first of a run is a gap at once; the others are one together, when a stream lasts again.
 *
 * What is denied is one gap for each verb and scope, until it is allowed.  Namespaces that come
 * later get their scopes from spaces.c; secrets are followed where suspects live, as soon as it is
 * known that one does.
 *
 * Only the process that leads the case follows (lead.c).
 */

#define AGAIN_MS      30000
#define DENIED_MAX_MS (16 * 60 * 1000)
#define GONE_MIN_MS   800
#define GONE_MAX_MS   30000
#define LASTED_NS     (30 * STAMP_SECOND)

gint64 follow_denied_ms = 2 * 60 * 1000; /* somebody may grant it */

struct scope {
	struct follow *follow;
	const struct kube_resource *resource;
	char *namespace; /* NULL: all */
	char *subject;
	struct kube_watch *watch;
	struct evidence *evidence;
	struct http_head *head;
	GSource *timer;
	gboolean expired; /* its history is lost since `lost_ns`, and no gap says so yet */
	gint64 lost_ns;
	guint expiries;          /* one after another, without a stream that lasted */
	gint64 begun_ns;         /* of the newest stream */
	gint64 listed_ns;        /* of the newest whole list */
	gint64 seen_ns;          /* when it was known to be whole last */
	gboolean denied;         /* to be watched, and said so */
	guint denials;           /* of either verb, one after another */
	enum listing_state told; /* how the list ended last */
	guint64 events;
	guint withheld; /* in the stream that is open */
};

struct follow {
	struct engine *engine;
	char **resources;  /* those asked for, or NULL for all */
	GPtrArray *scopes; /* of struct scope * */
	struct suspects *suspects;
	struct between *between; /* while it leads */
	struct lead *lead;
};

static void list_scope(struct follow *f, const struct kube_resource *r, const char *namespace);

/* --- scopes ---------------------------------------------------------------------------------- */

static void close_watch(struct scope *s, const char *state, const char *reason)
{
	struct cJSON *outcome = s->evidence ? outcome_new(state, s->head, reason) : NULL;

	if (outcome && s->withheld)
		json_set_int(outcome, "withheld", s->withheld);
	if (outcome)
		evidence_close(g_steal_pointer(&s->evidence), outcome);
	s->withheld = 0;
	g_clear_pointer(&s->head, head_free);
}

/* The server forgot what happened since the watch broke off: what is there now was listed, what was
 * between is lost. */
static void say_lost(struct scope *s)
{
	g_autofree char *scope = g_strdup_printf("versions of %s", s->subject);
	struct gap gap = {
		.scope = scope,
		.reason = "expired",
		.detail = "the watch could not be resumed (410): changes between these two that "
			  "were undone or "
			  "replaced since are lost; all that is there now was listed again",
		.subject = s->subject,
		.namespace = s->namespace,
		.verb = "watch",
		.resource = s->resource->resource,
		.from_ns = s->lost_ns,
		.to_ns = s->listed_ns > s->lost_ns ? s->listed_ns : stamp_now()
	};

	if (s->expired)
		record_gap(s->follow->engine, NULL, &gap);
	s->expired = FALSE;
}

static void scope_free(void *data)
{
	struct scope *s = data;

	kube_watch_stop(s->watch);
	engine_timer_stop(&s->timer);
	close_watch(s, "complete", "halted");
	say_lost(s);
	trouble_end(s->follow->engine, s);
	g_free(s->namespace);
	g_free(s->subject);
	g_free(s);
}

static struct scope *scope_find(struct follow *f, const struct kube_resource *r,
				const char *namespace)
{
	for (guint i = 0; i < f->scopes->len; i++) {
		struct scope *s = f->scopes->pdata[i];

		if (s->resource == r && !g_strcmp0(s->namespace, namespace))
			return s;
	}
	return NULL;
}

static struct scope *scope_of(struct follow *f, const struct kube_resource *r,
			      const char *namespace)
{
	struct scope *s = scope_find(f, r, namespace);

	if (s)
		return s;
	s = g_new0(struct scope, 1);
	s->follow = f;
	s->resource = r;
	s->namespace = g_strdup(namespace);
	s->subject = subject_of_all(f->engine, r, namespace);
	g_ptr_array_add(f->scopes, s);
	return s;
}

static gboolean list_again(void *data)
{
	struct scope *s = data;

	engine_timer_stop(&s->timer);
	list_scope(s->follow, s->resource, s->namespace);
	return G_SOURCE_REMOVE;
}

static void later(struct scope *s, gint64 ms)
{
	engine_timer_stop(&s->timer);
	s->timer = engine_timer(s->follow->engine, ms, list_again, s);
}

gint64 follow_gone_ms(guint expiries)
{
	return MIN((gint64)GONE_MIN_MS << MIN(expiries - 1, 16), GONE_MAX_MS);
}

static void expire(struct scope *s)
{
	if (!s->expired)
		s->lost_ns = s->seen_ns;
	s->expired = TRUE;
	later(s, follow_gone_ms(++s->expiries));
}

/* A stream that lasts ends a run of those that were answered with 410. */
static void look_if_lasted(struct scope *s)
{
	if (!s->expiries || stamp_now() - s->begun_ns < LASTED_NS)
		return;
	say_lost(s);
	s->expiries = 0;
}

static void when_allowed(struct scope *s)
{
	later(s, MIN(follow_denied_ms << MIN(s->denials, 16), DENIED_MAX_MS));
	s->denials++;
}

/* --- the watch ------------------------------------------------------------------------------- */

static void on_begun(void *user, const char *url, const struct http_head *head)
{
	struct scope *s = user;
	struct engine *e = s->follow->engine;
	g_autofree char *summary = g_strdup_printf("watch of %s", s->subject);
	struct cJSON *about = about_new(e, class_cluster_state, "watch", s->subject, summary);

	progress_heard(e, head);
	trouble_end(e, s);
	close_watch(s, "complete", NULL);
	about_object(about, s->resource, recorder_head(e->recorder));
	json_set_string(about, "namespace", s->namespace ? s->namespace : "");
	about_request(about, url, kube_accept(s->resource, FALSE));
	if (s->resource->metadata_only)
		json_set_bool(about, "metadata_only", TRUE);
	s->head = head_copy(head);
	s->evidence = evidence_open(e->recorder, about, NULL);
	s->seen_ns = s->begun_ns = stamp_now();
	s->denied = FALSE;
	s->denials = 0;
}

static void on_segment(void *user, GBytes *lines, guint events, guint withheld)
{
	struct scope *s = user;

	progress_heard(s->follow->engine, NULL);
	look_if_lasted(s);
	s->events += events;
	s->withheld += withheld;
	s->seen_ns = stamp_now();
	if (s->evidence && g_bytes_get_size(lines))
		evidence_add(s->evidence, lines);
	if (spaces_are(s->resource))
		spaces_watched(s->follow->engine, lines);
}

static void denied(struct scope *s, const GError *error)
{
	struct answer a = { .error = error };

	if (s->denied)
		return;
	s->denied = TRUE;
	record_refused_gap(s->follow->engine, NULL, s->resource, "watch", s->namespace, NULL, &a);
}

/* What a stream's end means.  WAITING: it comes again by itself. */
static void on_ended(void *user, enum kube_watch_state state, const GError *error, gint64 retry_s)
{
	struct scope *s = user;
	struct engine *e = s->follow->engine;

	if (s->evidence)
		look_if_lasted(s);
	close_watch(s, error ? "cut" : "complete", error ? retry_reason(error) : NULL);
	if (state == KUBE_WATCH_LIVE || state == KUBE_WATCH_WAITING) {
		if (error)
			trouble_of(e, s, error, retry_s * 1000);
		return;
	}
	/* The watch itself is let go of when the next one begins: not from inside its own call. */
	if (state == KUBE_WATCH_DENIED) {
		denied(s, error);
		when_allowed(s);
		return;
	}
	expire(s);
}

/* --- the listing ----------------------------------------------------------------------------- */

static void watch(struct scope *s, const char *rv)
{
	struct kube_watch_call call = { .resource = s->resource,
					.namespace = s->namespace,
					.resource_version = rv,
					.begun = on_begun,
					.segment = on_segment,
					.ended = on_ended,
					.user = s };

	if (!s->watch)
		between_add(s->follow->between, s->subject);
	kube_watch_stop(s->watch);
	s->watch = kube_watch_start(s->follow->engine->http, &call);
	s->seen_ns = stamp_now();
}

static void on_listed(void *user, const struct listing_plan *plan, enum listing_state state,
		      const char *rv)
{
	struct follow *f = user;
	struct scope *s = scope_of(f, plan->resource, plan->namespace);

	s->told = state;
	if (state == LISTING_COMPLETE && rv && *rv && strcmp(rv, "0")) {
		s->listed_ns = stamp_now();
		if (s->expiries < 2)
			say_lost(s);
		watch(s, rv);
	} else if (state == LISTING_FAILED || state == LISTING_COMPLETE) {
		later(s, AGAIN_MS);
	} else if (state == LISTING_DENIED) {
		when_allowed(s);
	}
}

static void list_scope(struct follow *f, const struct kube_resource *r, const char *namespace)
{
	const struct scope *s = scope_find(f, r, namespace);
	struct listing_plan plan = { .resource = r,
				     .namespace = namespace,
				     .priority = listing_priority(r),
				     .told = s ? s->told : LISTING_COMPLETE,
				     .ended = on_listed,
				     .user = f };

	listing_add(f->engine, NULL, &plan);
}

/* --- what is followed ------------------------------------------------------------------------ */

static gboolean is_asked_for(const struct follow *f, const struct kube_resource *r)
{
	g_autofree char *name = kube_resource_name(r);

	return !f->resources || g_strv_contains((const char *const *)f->resources, name) ||
	       g_strv_contains((const char *const *)f->resources, r->resource);
}

/*
 * A list of all secrets is the loudest line in an audit log: unless they were asked for by name,
 * they are followed where suspects live, and nowhere else.
 */
static gboolean is_loud(const struct follow *f, const struct kube_resource *r)
{
	return !f->resources && !strcmp(r->resource, "secrets");
}

static void suspect_lives(void *user, const char *namespace)
{
	struct follow *f = user;

	spaces_add(f->engine, namespace);
	for (gsize i = 0; i < kube_inventory_count; i++) {
		const struct kube_resource *r = &kube_inventory[i];

		if (!is_loud(f, r) || scope_find(f, r, namespace))
			continue;
		scope_of(f, r, namespace);
		list_scope(f, r, namespace);
	}
}

static void begin(struct follow *f)
{
	for (gsize i = 0; i < kube_inventory_count; i++) {
		const struct kube_resource *r = &kube_inventory[i];

		if (is_asked_for(f, r) && !is_loud(f, r))
			list_scope(f, r, NULL);
	}
	f->between = between_new(f->engine);
	f->suspects = suspects_new(f->engine, suspect_lives, f);
}

static void end(struct follow *f)
{
	suspects_free(g_steal_pointer(&f->suspects));
	g_ptr_array_set_size(f->scopes, 0);
	between_free(g_steal_pointer(&f->between));
	tasks_cut(f->engine, NULL);
	spaces_forget(f->engine, NULL);
}

static void lead_changed(void *user, gboolean leads)
{
	if (leads)
		begin(user);
	else
		end(user);
}

void engine_follow(struct engine *e, const char *const *resources)
{
	struct follow *f;

	if (e->follow)
		return;
	f = e->follow = g_new0(struct follow, 1);
	f->engine = e;
	f->resources = g_strdupv((char **)resources);
	f->scopes = g_ptr_array_new_with_free_func(scope_free);
	birth_begin(e);
	f->lead = lead_new(e, lead_changed, f);
}

void follow_free(struct engine *e)
{
	struct follow *f = e->follow;

	if (!f)
		return;
	lead_free(f->lead);
	end(f);
	g_ptr_array_unref(f->scopes);
	g_strfreev(f->resources);
	g_clear_pointer(&e->follow, g_free);
}
