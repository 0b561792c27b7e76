#include <string.h>

#include "inside.h"

/*
 * One list of one kind in one scope.  It is asked (list set), waits to be asked again (timer set),
 * or has ended.  Its entry `listing` comes with its first page, so that a listing that had to be
 * tried often is one; `listed` closes each that was entered.  With a selector there is no entry:
 * what such a list does not hold may well be there.
 */
struct listing {
	struct task task;
	struct listing_plan plan;
	char *namespace, *field_selector, *label_selector;
	char *subject;
	struct kube_list *list;
	GSource *timer;
	struct retry retry;
	struct ticket *entry; /* of `listing`, or NULL */
	gint64 as_of;
	gint64 rows, expected; /* as the progress holds them */
	gboolean restarted;
};

static const struct listing_word {
	const char *state, *reason; /* of `listed` */
} listing_words[] = {
	[LISTING_COMPLETE] = { "complete", NULL },
	[LISTING_NOT_SERVED] = { "complete", "not served: the cluster has no such kind" },
	[LISTING_DENIED] = { "denied", NULL },
	[LISTING_FAILED] = { "failed", NULL },
	[LISTING_CUT] = { "partial", NULL },
};

static gboolean selects(const struct listing *l)
{
	return l->plan.field_selector || l->plan.label_selector;
}

static gboolean is_of_namespaces(const struct listing *l)
{
	return spaces_are(l->plan.resource) && !selects(l);
}

static const char *list_accept(const struct listing *l)
{
	return kube_accept(l->plan.resource, TRUE);
}

/* --- entries --------------------------------------------------------------------------------- */

static void enter_listing(struct listing *l)
{
	const struct kube_resource *r = l->plan.resource;
	g_autofree char *summary = g_strdup_printf("listing of %s", l->subject);
	struct cJSON *entry;

	if (l->entry || selects(l))
		return;
	entry = json_new_object();
	json_set_string(entry, "kind", "listing");
	json_set_string(entry, "subject", l->subject);
	json_set_string(entry, "summary", summary);
	json_set_string(entry, "cluster", l->task.engine->cluster.name);
	about_object(entry, r, l->as_of);
	json_set_string(entry, "namespace", l->namespace ? l->namespace : "");
	l->entry = recorder_enter(l->task.engine->recorder, entry, NULL, NULL);
}

static void enter_listed(struct listing *l, const char *state, const char *reason, const char *rv)
{
	g_autofree char *summary = NULL;
	struct cJSON *entry;

	enter_listing(l);
	if (!l->entry)
		return;
	summary = g_strdup_printf("%s: %s, %" G_GINT64_FORMAT " rows", l->subject, state, l->rows);
	entry = json_new_object();
	json_set_string(entry, "kind", "listed");
	json_set_string(entry, "subject", l->subject);
	json_set_string(entry, "summary", summary);
	json_set_string(entry, "cluster", l->task.engine->cluster.name);
	json_set_string(entry, "rv", rv);
	json_set_string(entry, "state", state);
	json_set_string(entry, "reason", reason);
	json_set_int(entry, "rows", l->rows);
	ticket_unref(recorder_enter(l->task.engine->recorder, entry, "listing", l->entry));
	g_clear_pointer(&l->entry, ticket_unref);
}

static void count_rows(struct listing *l, gint64 rows, gint64 expected)
{
	progress_rows(l->task.engine, rows - l->rows, expected - l->expected);
	l->rows = rows;
	l->expected = expected;
}

/* --- what comes ------------------------------------------------------------------------------ */

static void record_page(struct listing *l, const struct kube_page *page)
{
	struct engine *e = l->task.engine;
	g_autofree char *summary = g_strdup_printf("page %u of %s", page->n + 1, l->subject);
	struct cJSON *about = about_new(e, class_cluster_state, "list", l->subject, summary);

	about_object(about, l->plan.resource, l->as_of);
	about_request(about, page->url, list_accept(l));
	json_set_int(about, "page", page->n);
	if (page->withheld)
		json_set_int(about, "withheld", page->withheld);
	record_whole(e, about, l->entry, page->body, outcome_new("complete", page->head, NULL));
}

static void on_page(void *user, const struct kube_page *page)
{
	struct listing *l = user;
	gint64 rows = l->rows + (gint64)page->items;

	progress_heard(l->task.engine, page->head);
	trouble_end(l->task.engine, l);
	tasks_go_full(l->task.engine);
	enter_listing(l);
	record_page(l, page);
	count_rows(l, rows, page->remaining >= 0 ? rows + page->remaining : MAX(l->expected, rows));
	if (is_of_namespaces(l))
		spaces_page(l->task.engine, page->body);
	if (l->plan.page)
		l->plan.page(l->plan.user, page->body);
}

static void on_restart(void *user)
{
	struct listing *l = user;

	enter_listed(l, "partial",
		     "expired: the list took longer than the server keeps it; begun again", NULL);
	count_rows(l, 0, 0);
	l->as_of = recorder_head(l->task.engine->recorder);
	l->restarted = TRUE;
}

static void on_waits(void *user, const GError *error, gint64 ms)
{
	struct listing *l = user;

	trouble_of(l->task.engine, l, error, ms);
}

static void resume(void *data)
{
	struct listing *l = data;

	if (l->list)
		kube_list_continue(l->list);
}

static gboolean on_room(void *user)
{
	struct listing *l = user;

	return room_or_wait(l->task.engine, resume, l);
}

/* --- how it ends ----------------------------------------------------------------------------- */

/* Every API server has the core group: what does not know its kinds is a gateway's answer. */
static gboolean is_not_served(const struct listing *l, const struct kube_list_end *end)
{
	return *l->plan.resource->group && kube_is_not_found(end->body) &&
	       g_error_matches(end->error, KUBE_ERROR, KUBE_ERROR_NOT_FOUND);
}

static enum listing_state state_of(const struct listing *l, const struct kube_list_end *end)
{
	if (!end->error)
		return LISTING_COMPLETE;
	if (is_not_served(l, end))
		return LISTING_NOT_SERVED;
	if (g_error_matches(end->error, KUBE_ERROR, KUBE_ERROR_DENIED))
		return LISTING_DENIED;
	return LISTING_FAILED;
}

static void record_end(struct listing *l, enum listing_state state, const struct kube_list_end *end)
{
	struct engine *e = l->task.engine;
	const struct listing_word *word = &listing_words[state];
	struct answer a = { end->url, end->head, end->body, end->error, l->as_of };
	gboolean pages = l->rows > 0 && state == LISTING_FAILED;
	gboolean news = !end->error || state != l->plan.told;

	if (!news && !l->entry)
		return;
	if (end->error && news)
		record_refusal(e, &a, l->subject, list_accept(l));
	enter_listed(l, pages ? "partial" : word->state,
		     word->reason ? word->reason
		     : end->error ? retry_reason(end->error)
				  : NULL,
		     end->resource_version);
	if (news && (state == LISTING_DENIED || state == LISTING_FAILED))
		record_refused_gap(e, l->task.capture, l->plan.resource, "list", l->namespace, NULL,
				   &a);
}

static void tell_end(struct listing *l, enum listing_state state, const char *rv)
{
	struct engine *e = l->task.engine;

	if (is_of_namespaces(l))
		spaces_listed(e);
	if (state == LISTING_DENIED && l->plan.resource->namespaced && !l->namespace)
		spaces_spread(e, l->task.capture, &l->plan);
	else if (l->plan.ended)
		l->plan.ended(l->plan.user, &l->plan, state, rv);
}

static void ask(struct listing *l);

static gboolean again(void *data)
{
	struct listing *l = data;

	engine_timer_stop(&l->timer);
	ask(l);
	return G_SOURCE_REMOVE;
}

/* Ask for all of it again, later.  FALSE: it is no use. */
static gboolean try_again(struct listing *l, const struct kube_list_end *end)
{
	gint64 wait = retry_next(l->task.engine, &l->retry, l, end->error, end->head);

	if (wait < 0)
		return FALSE;
	if (l->entry)
		enter_listed(l, "partial", retry_reason(end->error), NULL);
	count_rows(l, 0, 0);
	l->timer = engine_timer(l->task.engine, wait, again, l);
	return TRUE;
}

static void on_done(void *user, const struct kube_list_end *end)
{
	struct listing *l = user;
	enum listing_state state = state_of(l, end);

	l->list = NULL;
	if (end->head && state != LISTING_FAILED)
		progress_heard(l->task.engine, end->head);
	if (state == LISTING_FAILED && try_again(l, end))
		return;
	record_end(l, state, end);
	tell_end(l, state, end->resource_version);
	task_end(&l->task);
}

/* --- the task -------------------------------------------------------------------------------- */

static void ask(struct listing *l)
{
	struct kube_list_call call = {
		.resource = l->plan.resource,
		.namespace = l->namespace,
		.field_selector = l->plan.field_selector,
		.label_selector = l->plan.label_selector,
		.room = on_room,
		.page = on_page,
		.restart = on_restart,
		.waits = on_waits,
		.done = on_done,
		.user = l,
	};

	l->as_of = recorder_head(l->task.engine->recorder);
	l->list = kube_list_start(l->task.engine->http, &call);
}

static void listing_run(struct task *t)
{
	struct listing *l = (struct listing *)t;

	l->subject = subject_of_all(t->engine, l->plan.resource, l->namespace);
	progress_listings(t->engine, 1);
	ask(l);
}

static void stop(struct listing *l)
{
	engine_timer_stop(&l->timer);
	g_clear_pointer(&l->list, kube_list_cancel);
}

static void listing_cut(struct task *t)
{
	struct listing *l = (struct listing *)t;
	gboolean asked = l->list || l->timer;

	stop(l);
	if (asked && t->engine->cluster.name)
		enter_listed(l, listing_words[LISTING_CUT].state, "halted", NULL);
}

static void listing_free(struct task *t)
{
	struct listing *l = (struct listing *)t;

	stop(l);
	if (l->subject) /* it was begun */
		progress_listings(t->engine, -1);
	ticket_unref(l->entry);
	g_free(l->subject);
	g_free(l->namespace);
	g_free(l->field_selector);
	g_free(l->label_selector);
	g_free(l);
}

static const struct task_class listing_class = { listing_run, listing_cut, listing_free };

int listing_priority(const struct kube_resource *r)
{
	if (!strcmp(r->resource, "namespaces"))
		return PRIORITY_LIST + 1;
	for (gsize i = 0; i < kube_inventory_count; i++)
		if (r == &kube_inventory[i])
			return PRIORITY_LIST + (int)i;
	return PRIORITY_LIST + (int)kube_inventory_count;
}

void listing_add(struct engine *e, struct capture *c, const struct listing_plan *plan)
{
	struct listing *l = g_new0(struct listing, 1);

	l->plan = *plan;
	l->plan.namespace = l->namespace = g_strdup(plan->namespace);
	l->plan.field_selector = l->field_selector = g_strdup(plan->field_selector);
	l->plan.label_selector = l->label_selector = g_strdup(plan->label_selector);
	l->retry.patience_s = c ? RETRY_CAPTURE_S : RETRY_FOR_EVER;
	l->task.class = &listing_class;
	l->task.capture = c;
	l->task.priority = plan->priority;
	g_snprintf(l->task.doing, sizeof(l->task.doing), "%s%s%s", plan->resource->resource,
		   l->namespace ? " in " : "", l->namespace ? l->namespace : "");
	if (is_of_namespaces(l))
		spaces_asked(e);
	task_add(e, &l->task);
}
