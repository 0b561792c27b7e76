/*
 * One request, from http_get to its `done`.
 *
 *	http_get	WAITING	the credential is made ready; its callback comes later
 *	on_credential	QUEUED	until the pool has a place
 *	transfer_start	RUNNING	libcurl has it
 *	transfer_ended	a 401 → once more from WAITING, with a new credential
 *			a kept connection that had died → once more, on a fresh one
 *			else DONE: `done` is called
 *	transfer_cancel	DONE from any state, without `done`
 *
 * 1  `done` is called once, or never where it was cancelled.
 * 2  libcurl must not be called from inside its callbacks: what is cancelled there is taken back
 *    later (http_reap).
 */
#include "http-private.h"
#include "source.h"

#define IDLE_SECONDS 60

/* --- running ---------------------------------------------------------------------------------- */

static void drop_easy(struct transfer *t)
{
	source_drop(&t->resuming);
	source_drop(&t->silence);
	if (!t->easy)
		return;
	http_take_back(t->http, t);
	g_clear_pointer(&t->easy, curl_easy_cleanup);
	g_clear_pointer(&t->headers, transport_headers_free);
}

static gint64 idle_seconds(const struct transfer *t)
{
	return t->call.idle_s ? t->call.idle_s : IDLE_SECONDS;
}

static gboolean on_silence(void *data);

static void listen_for(struct transfer *t, gint64 us)
{
	t->silence = g_timeout_source_new_seconds((guint)(us / G_USEC_PER_SEC + 1));
	g_source_set_callback(t->silence, on_silence, t, NULL);
	g_source_attach(t->silence, t->http->context);
}

static gboolean on_silence(void *data)
{
	struct transfer *t = data;
	struct http *h = t->http;
	gint64 now = g_get_monotonic_time(), left;

	source_drop(&t->silence);
	if (t->paused) /* it is us who do not listen */
		t->heard_us = now;
	left = t->heard_us + idle_seconds(t) * G_USEC_PER_SEC - now;
	if (left > 0) {
		listen_for(t, left);
		return G_SOURCE_REMOVE;
	}
	http_enter(h);
	transfer_ended(t, CURLE_OPERATION_TIMEDOUT);
	http_leave(h);
	return G_SOURCE_REMOVE;
}

/* libcurl looks once a second whether bytes come, for each transfer: too often for those that are
 * quiet for hours. */
static void set_idle(struct transfer *t)
{
	gint64 idle = idle_seconds(t);

	if (idle <= 0)
		return;
	if (t->call.lasting) {
		t->heard_us = g_get_monotonic_time();
		listen_for(t, idle * G_USEC_PER_SEC);
		return;
	}
	curl_easy_setopt(t->easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(t->easy, CURLOPT_LOW_SPEED_TIME, (long)idle);
}

static void set_call(struct transfer *t)
{
	g_autofree char *url = g_strconcat(t->http->origin, t->http->prefix, t->path, NULL);

	curl_easy_setopt(t->easy, CURLOPT_URL, url);
	curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
	curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->wrong);
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, answer_on_header);
	curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, answer_on_body);
	curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
	set_idle(t);
	if (t->revived)
		curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L);
}

void transfer_start(struct transfer *t)
{
	answer_clear(&t->answer);
	t->wrong[0] = '\0';
	t->easy = curl_easy_init();
	t->headers = transport_headers(t->http, t->accept);
	transport_configure(t->http, t->easy);
	set_call(t);
	t->state = TRANSFER_RUNNING;
	curl_multi_add_handle(t->http->multi, t->easy);
}

/* The credential is on the stack: callers are told later. */
static void on_credential(void *user, const GError *error)
{
	struct transfer *t = user;

	t->state = TRANSFER_QUEUED;
	if (error) {
		answer_clear(&t->answer);
		t->answer.error = g_error_copy(error);
		http_fail_later(t->http, t);
	} else {
		http_queue(t->http, t);
	}
}

static void await_credential(struct transfer *t)
{
	t->state = TRANSFER_WAITING;
	credential_prepare(t->http->credential, on_credential, t);
}

struct transfer *http_get(struct http *h, const struct http_call *call)
{
	struct transfer *t = g_new0(struct transfer, 1);

	t->http = h;
	t->call = *call;
	t->path = g_strdup(call->path);
	t->accept = g_strdup(call->accept ?: "application/json");
	t->url = g_strconcat(h->base, h->prefix, call->path, NULL);
	t->queued.data = t;
	t->call.path = t->path;
	t->call.accept = t->accept;
	g_hash_table_add(h->transfers, t);
	await_credential(t);
	return t;
}

static void transfer_free(struct transfer *t)
{
	answer_clear(&t->answer);
	if (t->call.user_free)
		t->call.user_free(t->call.user);
	g_free(t->path);
	g_free(t->accept);
	g_free(t->url);
	g_free(t);
}

/* --- ending ----------------------------------------------------------------------------------- */

static void finish(struct transfer *t, const GError *error)
{
	const struct http_head *head = t->answer.whole ? &t->answer.head : NULL;
	g_autoptr(GBytes) body = NULL;

	drop_easy(t);
	t->state = TRANSFER_DONE;
	g_hash_table_remove(t->http->transfers, t);
	if (error && !t->answer.refused)
		g_clear_pointer(&t->answer.body, g_byte_array_unref);
	if (t->answer.body)
		body = g_byte_array_free_to_bytes(g_steal_pointer(&t->answer.body));
	else if (head && (t->answer.refused || (!error && !t->call.data)))
		body = g_bytes_new_static("", 0);
	t->call.done(t->call.user, head, body, error);
	transfer_free(t);
}

void transfer_fail(struct transfer *t)
{
	g_autoptr(GError) error = g_steal_pointer(&t->answer.error);

	finish(t, error);
}

/* A kept connection that the other side had closed meanwhile. */
static gboolean had_died(const struct transfer *t, CURLcode result)
{
	long connections = 1;

	if (t->answer.head_bytes || t->answer.error || t->revived)
		return FALSE;
	curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &connections);
	return !connections && (result == CURLE_GOT_NOTHING || result == CURLE_SEND_ERROR ||
				result == CURLE_RECV_ERROR);
}

/* Of several requests that were sent with one token, the first to be refused may have had it
 * replaced already. */
static gboolean may_be_renewed(struct transfer *t)
{
	if (!t->answer.whole || t->answer.head.status != 401 || t->refused)
		return FALSE;
	return !transport_is_current(t->http, t->headers) ||
	       credential_refused(t->http->credential);
}

static void try_again(struct transfer *t, guint *tries)
{
	++*tries;
	drop_easy(t);
	await_credential(t);
}

void transfer_ended(struct transfer *t, CURLcode result)
{
	g_autoptr(GError) error = NULL;

	if (t->state == TRANSFER_DONE)
		return; /* cancelled; it is reaped */
	if (had_died(t, result)) {
		try_again(t, &t->revived);
		return;
	}
	if (may_be_renewed(t)) {
		try_again(t, &t->refused);
		return;
	}
	answer_read_status(&t->answer);
	error = transfer_verdict(t, result);
	finish(t, error);
}

void transfer_reap(struct transfer *t)
{
	drop_easy(t);
	transfer_free(t);
}

void transfer_cancel(struct transfer *t)
{
	if (!t || t->state == TRANSFER_DONE)
		return;
	if (t->state == TRANSFER_WAITING)
		credential_cancel(t->http->credential, t);
	if (t->state == TRANSFER_QUEUED)
		http_unqueue(t->http, t);
	t->state = TRANSFER_DONE;
	g_hash_table_remove(t->http->transfers, t);
	http_reap(t->http, t);
}

void transfer_pause(struct transfer *t)
{
	t->paused = TRUE;
}

static gboolean go_on(void *data)
{
	struct transfer *t = data;
	struct http *h = t->http;
	CURLcode result;

	g_clear_pointer(&t->resuming, g_source_unref);
	if (!t->easy)
		return G_SOURCE_REMOVE;
	http_enter(h);
	result = curl_easy_pause(t->easy, CURLPAUSE_CONT);
	/* That `data` wants no more of what was held is told here and nowhere else. */
	if (result == CURLE_WRITE_ERROR && t->state == TRANSFER_RUNNING)
		transfer_ended(t, result);
	http_leave(h);
	return G_SOURCE_REMOVE;
}

/* Not at once: libcurl would give the bytes that wait from inside this call. */
void transfer_resume(struct transfer *t)
{
	if (!t->paused)
		return;
	t->paused = FALSE;
	if (t->resuming)
		return;
	t->resuming = g_idle_source_new();
	g_source_set_priority(t->resuming,
			      G_PRIORITY_DEFAULT); /* busy sockets must not starve it */
	g_source_set_callback(t->resuming, go_on, t, NULL);
	g_source_attach(t->resuming, t->http->context);
}

const char *transfer_url(const struct transfer *t)
{
	return t->url;
}
