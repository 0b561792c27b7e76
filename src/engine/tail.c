#include "tail.h"

#include <string.h>

#include "logbytes.h"
#include "refusals.h"

#define HELD_MAX      (8 << 20) /* not confirmed; then the stream is paused */
#define FLUSH_MS      100
#define BRIEF_US      G_USEC_PER_SEC /* a stream that ends sooner and empty has failed */
#define WAIT_FIRST_MS 500
#define WAIT_MAX_MS   15000

enum tail_step tail_step(const struct container *c, GHashTable *closed)
{
	if (c->previous && !g_hash_table_contains(closed, c->previous))
		return STEP_PREVIOUS;
	if (!c->current || g_hash_table_contains(closed, c->current))
		return STEP_NOTHING;
	return c->running ? STEP_FOLLOW : STEP_FINAL;
}

static gint64 wait_ms(const struct tail *t)
{
	return MIN(WAIT_MAX_MS, WAIT_FIRST_MS << MIN(t->failures, 5));
}

/* --- gaps ------------------------------------------------------------------------------------ */

static void tail_gap(struct tail *t, const char *reason, const char *detail, gint64 from_ns,
		     gint64 to_ns)
{
	struct tail_pod *p = t->pod;
	g_autofree char *scope = g_strdup_printf("log of %s in %s/%s", t->container, p->namespace,
						 p->name);
	struct gap gap = { .scope = scope,
			   .reason = reason,
			   .detail = detail,
			   .subject = p->subject,
			   .namespace = p->namespace,
			   .verb = "get",
			   .resource = "pods/log",
			   .from_ns = from_ns == STAMP_NONE ? 0 : from_ns,
			   .to_ns = to_ns == STAMP_NONE ? 0 : to_ns };

	record_gap(p->engine, NULL, &gap);
}

/* One that lasts is said once an instance. */
static void tail_gap_once(struct tail *t, const char *reason, const char *detail)
{
	g_autofree char *told = g_strdup_printf("%s %s", reason, t->instance);

	if (!g_strcmp0(t->told, told))
		return;
	g_free(t->told);
	t->told = g_steal_pointer(&told);
	tail_gap(t, reason, detail, t->last_ns, STAMP_NONE);
}

/* --- recording ------------------------------------------------------------------------------- */

static void open_evidence(struct tail *t)
{
	struct tail_pod *p = t->pod;
	gboolean previous = t->step == STEP_PREVIOUS;
	g_autofree char *summary = g_strdup_printf(
		"%slog of %s in %s/%s%s", previous ? "previous " : "", t->container, p->namespace,
		p->name, t->step == STEP_FOLLOW ? ", followed" : "");
	struct cJSON *about = about_new(p->engine, class_workload_logs, "log", p->subject, summary);

	json_set_string(about, "namespace", p->namespace);
	json_set_string(about, "pod", p->name);
	json_set_string(about, "uid", p->uid);
	json_set_string(about, "container", t->container);
	json_set_string(about, "instance", t->instance);
	json_set_bool(about, "previous", previous);
	about_request(about, t->url, "*/*");
	t->evidence = evidence_open(p->engine->recorder, about, NULL);
}

/* A stream that was resumed begins at its last line or before, unless that one is not there any
 * more. */
static void check_resumed(struct tail *t)
{
	gint64 first = logbytes_first((const char *)t->held->data, t->held->len);

	if (first == STAMP_NONE)
		return;
	if (t->resumed && t->last_ns != STAMP_NONE && first > t->last_ns)
		tail_gap(t, "rotated",
			 "the log was rotated: lines between these two are on the node alone, if "
			 "at all",
			 t->last_ns, first);
	t->resumed = FALSE;
}

static void pour(struct tail *t, gsize size)
{
	const char *bytes = (const char *)t->held->data;
	gint64 last = logbytes_last(bytes, size);

	if (!size)
		return;
	if (!t->evidence)
		open_evidence(t);
	if (t->resumed)
		check_resumed(t);
	if (last != STAMP_NONE)
		t->last_ns = last;
	for (gsize at = 0; at < size;) {
		gsize piece = logbytes_piece(bytes + at, size - at);
		g_autoptr(GBytes) part = g_bytes_new(bytes + at, piece);

		evidence_add(t->evidence, part);
		at += piece;
	}
	g_byte_array_remove_range(t->held, 0, (guint)size);
}

/* Whole lines; and what has no end after a mebibyte. */
static void pour_lines(struct tail *t)
{
	gsize whole = logbytes_whole((const char *)t->held->data, t->held->len);

	pour(t, whole || t->held->len < LOGBYTES_PIECE_MAX ? whole : t->held->len);
}

static gboolean flush(void *data)
{
	struct tail *t = data;

	engine_timer_stop(&t->flush);
	pour_lines(t);
	return G_SOURCE_REMOVE;
}

/* --- a stream ends --------------------------------------------------------------------------- */

static void become_idle(struct tail *t)
{
	engine_timer_stop(&t->flush);
	room_forget(t->pod->engine, t);
	t->state = TAIL_IDLE;
	g_byte_array_set_size(t->held, 0);
	g_clear_pointer(&t->head, head_free);
	g_clear_pointer(&t->url, g_free);
	g_clear_pointer(&t->reason, g_free);
}

/*
 * Record what is left of a stream that has ended.  The line that a followed stream broke off in
 * comes again when it is resumed, whole; of other streams, and where nothing comes again, it is
 * kept.
 */
static void close_stream(struct tail *t, gboolean last)
{
	if (t->step != STEP_FOLLOW || last)
		pour(t, t->held->len);
	else
		pour_lines(t);
	if (t->evidence)
		evidence_close(g_steal_pointer(&t->evidence),
			       outcome_new(t->reason ? "cut" : "complete", t->head, t->reason));
	if (t->step != STEP_FOLLOW && !t->reason)
		g_hash_table_add(t->closed, g_strdup(t->instance));
	become_idle(t);
}

static void abandon(struct tail *t)
{
	if (t->transfer)
		transfer_cancel(g_steal_pointer(&t->transfer));
	evidence_close(t->evidence, t->evidence ? outcome_new("cut", t->head, "restarted") : NULL);
	t->evidence = NULL;
	become_idle(t);
}

static void refused(struct tail *t, const struct http_head *head, GBytes *body, const GError *error)
{
	g_autofree char *words = head ? kube_status_message(head, body) : g_strdup(error->message);
	struct refusal refusal = refusal_of(head ? head->status : 0, words);

	if (!head)
		trouble_of(t->pod->engine, t->pod, error, wait_ms(t));
	else if (refusal.gap)
		tail_gap_once(t, refusal.reason, words);
	if (head && head->status >= 400 && head->status < 500 && t->step != STEP_FOLLOW)
		g_hash_table_add(t->closed, g_strdup(t->instance));
	t->failures++;
	become_idle(t);
}

static void on_done(void *user, const char *url, const struct http_head *head, GBytes *status_body,
		    const GError *error)
{
	struct tail *t = user;
	gboolean brief = !t->got && g_get_monotonic_time() - t->begun_us < BRIEF_US;

	t->transfer = NULL;
	if (error && !t->got) {
		refused(t, head, status_body, error);
		tail_pod_look(t->pod, wait_ms(t));
		return;
	}
	t->ended = TRUE;
	t->failures = error || (brief && t->step == STEP_FOLLOW) ? t->failures + 1 : 0;
	t->reason = error ? g_strdup(retry_reason(error)) : NULL;
	if (!t->head)
		t->head = head_copy(head);
	if (!t->url)
		t->url = g_strdup(url);
	if (t->state == TAIL_OPEN && t->got)
		return; /* the look that confirms it is under way */
	close_stream(t, FALSE);
	tail_pod_look(t->pod, t->failures ? wait_ms(t) : 0);
}

/* --- a stream -------------------------------------------------------------------------------- */

static void resume(void *data)
{
	struct tail *t = data;

	if (t->transfer)
		transfer_resume(t->transfer);
}

static void on_data(void *user, const struct http_head *head, const char *bytes, gsize size)
{
	struct tail *t = user;
	struct engine *e = t->pod->engine;

	progress_heard(e, NULL);
	g_byte_array_append(t->held, (const guint8 *)bytes, (guint)size);
	if (!t->got) {
		t->got = TRUE;
		t->look = t->pod->looks;
		t->head = head_copy(head);
		t->url = g_strdup(transfer_url(t->transfer));
		tail_pod_look(t->pod, 0);
	}
	if (t->state == TAIL_OPEN && t->held->len > HELD_MAX)
		transfer_pause(t->transfer);
	if (t->state != TAIL_SURE)
		return;
	if (t->held->len >= LOGBYTES_PIECE_MAX)
		pour_lines(t);
	else if (!t->flush)
		t->flush = engine_timer(e, FLUSH_MS, flush, t);
	if (!room_or_wait(e, resume, t))
		transfer_pause(t->transfer);
}

static void begin(struct tail *t, const struct container *c, enum tail_step step)
{
	char since[STAMP_CHARS];
	struct kube_log_call call = { .namespace = t->pod->namespace,
				      .pod = t->pod->name,
				      .container = t->container,
				      .previous = step == STEP_PREVIOUS,
				      .follow = step == STEP_FOLLOW,
				      .data = on_data,
				      .done = on_done,
				      .user = t };
	const char *instance = container_instance(c, step == STEP_PREVIOUS);

	if (g_strcmp0(t->instance, instance)) {
		g_free(t->instance);
		t->instance = g_strdup(instance);
		t->last_ns = tail_pod_held(t->pod, t->container, instance);
	}
	t->resumed = logbytes_since(t->last_ns, since);
	if (t->resumed)
		call.since = since;
	t->state = TAIL_OPEN;
	t->step = step;
	t->ended = t->got = FALSE;
	t->begun_us = g_get_monotonic_time();
	t->transfer = kube_log_start(t->pod->engine->http, &call);
}

/* --- looks ----------------------------------------------------------------------------------- */

static void count_restarts(struct tail *t, const struct container *c)
{
	if (t->restarts >= 0 && c->restarts > t->restarts + 1)
		tail_gap(t, "lost",
			 "the container started anew more than once: the logs of the instances "
			 "between are gone",
			 t->last_ns, STAMP_NONE);
	t->restarts = c->restarts;
}

static void confirm(struct tail *t, const struct container *c)
{
	const char *now = container_instance(c, t->step == STEP_PREVIOUS);
	/* A follower that reached the end of its instance may find it as the previous one
	 * already. */
	gboolean same = !g_strcmp0(now, t->instance);

	if (!same) {
		abandon(t);
		return;
	}
	t->state = TAIL_SURE;
	pour_lines(t);
	if (t->ended)
		close_stream(t, FALSE);
	else
		transfer_resume(t->transfer);
}

void tail_looked(struct tail *t, const struct container *c, guint look)
{
	enum tail_step step;

	if (!c)
		return;
	if (t->state == TAIL_OPEN && t->got && look > t->look)
		confirm(t, c);
	if (t->state != TAIL_IDLE)
		return;
	count_restarts(t, c);
	step = tail_step(c, t->closed);
	if (step != STEP_NOTHING)
		begin(t, c, step);
	else if (!c->running)
		tail_pod_look(t->pod, WAIT_MAX_MS);
}

gboolean tail_gone(struct tail *t)
{
	gboolean whole = t->state == TAIL_IDLE &&
			 (!t->instance || g_hash_table_contains(t->closed, t->instance));

	if (t->transfer)
		transfer_cancel(g_steal_pointer(&t->transfer));
	if (t->state != TAIL_IDLE)
		close_stream(t, TRUE);
	return whole;
}

/* --- life ------------------------------------------------------------------------------------ */

struct tail *tail_new(struct tail_pod *p, const char *container)
{
	struct tail *t = g_new0(struct tail, 1);

	t->pod = p;
	t->container = g_strdup(container);
	t->closed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	t->held = g_byte_array_new();
	t->last_ns = STAMP_NONE;
	t->restarts = -1;
	return t;
}

void tail_free(struct tail *t)
{
	if (t->transfer)
		transfer_cancel(g_steal_pointer(&t->transfer));
	if (t->state == TAIL_SURE) {
		t->reason = g_strdup("halted");
		close_stream(t, FALSE);
	}
	become_idle(t);
	g_hash_table_unref(t->closed);
	g_byte_array_unref(t->held);
	g_free(t->container);
	g_free(t->instance);
	g_free(t->told);
	g_free(t);
}
