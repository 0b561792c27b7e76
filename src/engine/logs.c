#include <string.h>

#include "logbytes.h"
#include "logs.h"
#include "refusals.h"

/*
 * All logs of one pod, one after the other: previous ones first.
 *
 * A container may start anew between the status that names its instance and the request for its
 * log.  So a log is held back until the pod was looked at again:
 *
 *	asking	each log that is wanted, in order
 *	looking	the pod, again
 *	settle	a log whose instance is the same before and after is recorded under it; the others
 *		are wanted again, as the pod stands now, at most LOGS_ROUNDS times; then they are
 *		recorded with a gap
 *
 * A log that is too large to be held back is recorded as it comes, under the instance that it was
 * asked for.
 */

#define LOGS_ROUNDS        3
#define LOG_HELD_MAX       (16 << 20)  /* of one log */
#define LOGS_HELD_MAX      (48 << 20)  /* of all logs under way */
#define LOG_MAX_BYTES      (256 << 20) /* recorded as it comes, up to this */
#define POD_MAX_BYTES      (16 << 20)
#define KUBELET_PATIENCE_S 20 /* where the API server answers, but the node does not */

/* --- settling -------------------------------------------------------------------------------- */

static void ask_next(struct logs *l);

/* Record those whose instance held; the names of the containers of the others. */
static GHashTable *settle_all(struct logs *l, GPtrArray *containers)
{
	GHashTable *changed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < l->wanted->len; i++) {
		struct wanted_log *w = l->wanted->pdata[i];
		const struct container *c = containers ? container_find(containers, w->container)
						       : NULL;
		gboolean same = !containers ||
				!g_strcmp0(container_instance(c, w->previous), w->instance);

		if (w->refused)
			continue;
		if (!same && !w->stream && l->round < LOGS_ROUNDS) {
			g_hash_table_add(changed, g_strdup(w->container));
			wanted_log_drop(l, w);
			continue;
		}
		wanted_log_record(l, w);
		if (!same)
			wanted_log_gap(
				l, w, "restarted",
				"the container started anew while its log was read: lines may be "
				"another instance's");
	}
	return changed;
}

static void settle(struct logs *l, const struct cJSON *pod)
{
	g_autoptr(GPtrArray) containers = pod ? containers_of(pod) : NULL;
	g_autoptr(GHashTable) changed = settle_all(l, containers);

	if (!containers || !g_hash_table_size(changed)) {
		task_end(&l->task);
		return;
	}
	g_ptr_array_unref(l->wanted);
	l->wanted = wanted_logs(containers, changed);
	l->next = 0;
	l->round++;
	ask_next(l);
}

/* It cannot be told any more whose the logs are: they are recorded as they were asked for. */
static void pod_is_gone(struct logs *l, const char *reason, const char *detail)
{
	struct gap gap = { .scope = l->subject,
			   .reason = reason,
			   .detail = detail,
			   .subject = l->subject,
			   .namespace = l->namespace,
			   .verb = "get",
			   .resource = "pods" };

	record_gap(l->task.engine, l->task.capture, &gap);
	settle(l, NULL);
}

static void looked(void *user, const struct answer *a)
{
	struct logs *l = user;
	struct engine *e = l->task.engine;
	g_autoptr(json_tree) pod = NULL;

	l->fetch = NULL;
	if (a->error) {
		record_refusal(e, a, l->subject, NULL);
		pod_is_gone(l,
			    g_error_matches(a->error, KUBE_ERROR, KUBE_ERROR_NOT_FOUND)
				    ? "gone"
				    : retry_reason(a->error),
			    a->error->message);
		return;
	}
	pod = object_record(e, l->task.capture, l->pods, l->namespace, l->pod, a);
	if (pod && g_strcmp0(json_string(pod, "metadata.uid"), l->uid)) {
		pod_is_gone(l, "gone",
			    "deleted while its logs were read; another pod has its name now");
		return;
	}
	settle(l, pod);
}

static void look(struct logs *l)
{
	g_autofree char *path = kube_path(l->pods, l->namespace, l->pod);
	struct fetch_call call = { .path = path,
				   .max_bytes = POD_MAX_BYTES,
				   .patience_s = RETRY_CAPTURE_S,
				   .done = looked,
				   .user = l };

	l->fetch = fetch_start(l->task.engine, &call);
}

/* --- asking ---------------------------------------------------------------------------------- */

/* It never ends: what came is kept. */
static gboolean stop_endless(void *data)
{
	struct logs *l = data;
	struct wanted_log *w = l->wanted->pdata[l->next];

	engine_timer_stop(&l->timer);
	if (l->transfer)
		transfer_cancel(g_steal_pointer(&l->transfer));
	room_forget(l->task.engine, l);
	w->reason = g_strdup("too-large");
	wanted_log_gap(l, w, w->reason,
		       "the log is larger than 256 MiB: only its beginning is held");
	l->next++;
	ask_next(l);
	return G_SOURCE_REMOVE;
}

static void resume(void *data)
{
	struct logs *l = data;

	if (l->transfer)
		transfer_resume(l->transfer);
}

static void on_data(void *user, const struct http_head *head, const char *bytes, gsize size)
{
	struct logs *l = user;
	struct engine *e = l->task.engine;
	struct wanted_log *w = l->wanted->pdata[l->next];

	(void)head;
	progress_heard(e, NULL);
	g_byte_array_append(w->held, (const guint8 *)bytes, (guint)size);
	e->gathered += size;
	if (!w->stream && w->held->len <= LOG_HELD_MAX && e->gathered <= LOGS_HELD_MAX)
		return;
	if (!w->stream) {
		w->url = g_strdup(transfer_url(l->transfer));
		wanted_log_open(l, w);
	}
	if (w->held->len >= LOGBYTES_PIECE_MAX)
		wanted_log_pour(l, w, FALSE);
	w->bytes += size;
	if (w->bytes > LOG_MAX_BYTES && !l->timer)
		l->timer = engine_timer(e, 0, stop_endless, l);
	if (!room_or_wait(e, resume, l))
		transfer_pause(l->transfer);
}

static gboolean again(void *data)
{
	struct logs *l = data;

	engine_timer_stop(&l->timer);
	ask_next(l);
	return G_SOURCE_REMOVE;
}

/* It is so for each of its containers, and said once. */
static void all_denied(struct logs *l, const struct answer *a)
{
	record_refused_gap(l->task.engine, l->task.capture, l->pods, "get logs", l->namespace,
			   l->pod, a);
	for (; l->next + 1 < l->wanted->len; l->next++)
		((struct wanted_log *)l->wanted->pdata[l->next + 1])->refused = TRUE;
}

static void no_log(struct logs *l, struct wanted_log *w, const struct answer *a)
{
	g_autofree char *words = a->head ? kube_status_message(a->head, a->body)
					 : g_strdup(a->error->message);
	struct refusal refusal = refusal_of(a->head ? a->head->status : 0, words);

	w->refused = TRUE;
	record_refusal(l->task.engine, a, l->subject, "*/*");
	if (a->head && a->head->status == 403)
		all_denied(l, a);
	else if (refusal.gap)
		wanted_log_gap(l, w, a->head ? refusal.reason : retry_reason(a->error), words);
	else
		record_entry(l->task.engine, "noted", l->subject, words, NULL);
}

/* The answer was an error, or broke off.  TRUE: it is asked again, later. */
static gboolean failed(struct logs *l, struct wanted_log *w, const struct answer *a)
{
	gint64 wait;

	w->retry.patience_s = a->head ? KUBELET_PATIENCE_S : RETRY_CAPTURE_S;
	wait = w->stream ? -1 : retry_next(l->task.engine, &w->retry, l, a->error, a->head);
	if (wait >= 0) {
		wanted_log_drop(l, w);
		l->timer = engine_timer(l->task.engine, wait, again, l);
		return TRUE;
	}
	if (w->held->len || w->stream) {
		w->reason = g_strdup(retry_reason(a->error));
		wanted_log_gap(l, w, w->reason, a->error->message);
	} else {
		no_log(l, w, a);
	}
	return FALSE;
}

static void on_done(void *user, const char *url, const struct http_head *head, GBytes *status_body,
		    const GError *error)
{
	struct logs *l = user;
	struct wanted_log *w = l->wanted->pdata[l->next];
	struct answer a = { .url = url, .head = head, .body = status_body, .error = error };

	l->transfer = NULL;
	engine_timer_stop(&l->timer); /* it ended before it could be stopped as endless */
	room_forget(l->task.engine, l);
	if (error && failed(l, w, &a))
		return;
	trouble_end(l->task.engine, l);
	if (!error)
		progress_heard(l->task.engine, head);
	w->head = head_copy(head);
	if (!w->url)
		w->url = g_strdup(url);
	l->next++;
	ask_next(l);
}

static void ask_next(struct logs *l)
{
	struct wanted_log *w;
	struct kube_log_call call = { .namespace = l->namespace,
				      .pod = l->pod,
				      .data = on_data,
				      .done = on_done,
				      .user = l };

	if (l->next == l->wanted->len) {
		look(l);
		return;
	}
	w = l->wanted->pdata[l->next];
	call.container = w->container;
	call.previous = w->previous;
	l->transfer = kube_log_start(l->task.engine->http, &call);
}

/* --- the task -------------------------------------------------------------------------------- */

static void logs_run(struct task *t)
{
	ask_next((struct logs *)t);
}

static void stop(struct logs *l)
{
	engine_timer_stop(&l->timer);
	fetch_cancel(g_steal_pointer(&l->fetch));
	if (l->transfer)
		transfer_cancel(g_steal_pointer(&l->transfer));
}

/* What came whole before the halt is kept, under the instance that it was asked for. */
static void logs_cut(struct task *t)
{
	struct logs *l = (struct logs *)t;

	stop(l);
	for (guint i = 0; i < l->wanted->len; i++) {
		struct wanted_log *w = l->wanted->pdata[i];

		if (i < l->next && !w->refused)
			wanted_log_record(l, w);
		else
			wanted_log_drop(l, w);
	}
}

static void logs_free(struct task *t)
{
	struct logs *l = (struct logs *)t;

	stop(l);
	for (guint i = 0; i < l->wanted->len; i++)
		wanted_log_drop(l, l->wanted->pdata[i]);
	g_ptr_array_unref(l->wanted);
	g_free(l->namespace);
	g_free(l->pod);
	g_free(l->uid);
	g_free(l->subject);
	g_free(l);
}

static const struct task_class logs_class = { logs_run, logs_cut, logs_free };

void logs_add(struct engine *e, struct capture *c, const struct cJSON *pod)
{
	g_autoptr(GPtrArray) containers = containers_of(pod);
	g_autoptr(GPtrArray) wanted = wanted_logs(containers, NULL);
	struct logs *l;

	if (!wanted->len)
		return;
	l = g_new0(struct logs, 1);
	l->pods = kinds_built_in("", "Pod");
	l->wanted = g_steal_pointer(&wanted);
	l->namespace = g_strdup(json_string(pod, "metadata.namespace"));
	l->pod = g_strdup(json_string(pod, "metadata.name"));
	l->uid = g_strdup(json_string(pod, "metadata.uid"));
	l->subject = subject_of(e, l->pods, l->namespace, l->pod);
	l->task.class = &logs_class;
	l->task.capture = c;
	l->task.priority = PRIORITY_LOGS;
	g_snprintf(l->task.doing, sizeof(l->task.doing), "logs of %s/%s", l->namespace, l->pod);
	task_add(e, &l->task);
}
