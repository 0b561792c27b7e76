/*
 * One request, from http_get to its `done`.
 *
 *	http_get	WAITING	the credential is made ready; its callback comes later
 *	transfer_begin	RUNNING	libcurl has it
 *	transfer_ended	a 401 → once more from WAITING, with a new credential
 *			a kept connection that had died → once more, on a fresh one
 *			else DONE: `done` is called
 *	transfer_cancel	DONE from any state, without `done`
 *
 * 1  `done` is called once, or never where it was cancelled.
 * 2  libcurl must not be called from inside its callbacks: what is cancelled there is taken back later (http_reap).
 */
#include "http-private.h"

#include <kase/stamp.h>
#include <kase/text.h>

#include <stdlib.h>
#include <string.h>

#define IDLE_SECONDS     60
#define ERROR_BODY_BYTES (64 << 10) /* of an answer that is no 2xx; the rest is not read */

/* --- errors ---------------------------------------------------------------------------------------- */

static const struct {
	CURLcode result;
	enum kube_error code;
	const char *what;
} failures[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, KUBE_ERROR_UNREACHABLE, "its name is not known" },
	{ CURLE_COULDNT_RESOLVE_PROXY, KUBE_ERROR_UNREACHABLE, "the proxy's name is not known" },
	{ CURLE_COULDNT_CONNECT, KUBE_ERROR_UNREACHABLE, "no connection" },
	{ CURLE_PROXY, KUBE_ERROR_UNREACHABLE, "the proxy did not let it through" },
	{ CURLE_OPERATION_TIMEDOUT, KUBE_ERROR_UNREACHABLE, "no answer in time" },
	{ CURLE_GOT_NOTHING, KUBE_ERROR_UNREACHABLE, "it closed the connection without an answer" },
	{ CURLE_SEND_ERROR, KUBE_ERROR_UNREACHABLE, "the connection broke" },
	{ CURLE_SSL_CONNECT_ERROR, KUBE_ERROR_CERTIFICATE, "no TLS connection" },
	{ CURLE_PEER_FAILED_VERIFICATION, KUBE_ERROR_CERTIFICATE,
	  "its certificate is not to be trusted" },
	{ CURLE_SSL_CACERT_BADFILE, KUBE_ERROR_CERTIFICATE,
	  "the certificate authority cannot be read" },
	{ CURLE_SSL_CERTPROBLEM, KUBE_ERROR_CERTIFICATE,
	  "the client certificate or its key cannot be used" },
	{ CURLE_RECV_ERROR, KUBE_ERROR_CUT, "the connection broke in the middle of the answer" },
	{ CURLE_PARTIAL_FILE, KUBE_ERROR_CUT, "the answer ended early" },
	{ CURLE_BAD_CONTENT_ENCODING, KUBE_ERROR_GARBLED, "the answer says gzip, and is none" },
	{ CURLE_WEIRD_SERVER_REPLY, KUBE_ERROR_GARBLED, "what answers there speaks no HTTP" },
	{ CURLE_UNSUPPORTED_PROTOCOL, KUBE_ERROR_GARBLED, "what answers there speaks no HTTP" },
};

static const struct {
	int status;
	enum kube_error code;
} statuses[] = {
	{ 401, KUBE_ERROR_CREDENTIAL }, { 403, KUBE_ERROR_DENIED }, { 404, KUBE_ERROR_NOT_FOUND },
	{ 410, KUBE_ERROR_GONE },       { 429, KUBE_ERROR_BUSY },   { 503, KUBE_ERROR_BUSY },
	{ 504, KUBE_ERROR_BUSY },
};

static GError *failure_error(const struct transfer *t, CURLcode result)
{
	g_autofree char *detail = text_safe(*t->wrong ? t->wrong : curl_easy_strerror(result), -1);

	for (gsize i = 0; i < G_N_ELEMENTS(failures); i++)
		if (failures[i].result == result)
			return g_error_new(KUBE_ERROR, (int)failures[i].code, "%s: %s (%s)",
					   t->http->shown, failures[i].what, detail);
	return g_error_new(KUBE_ERROR, KUBE_ERROR_UNREACHABLE, "%s: %s", t->http->shown, detail);
}

static GError *status_error(const struct transfer *t, GBytes *body)
{
	g_autofree char *message = kube_status_message(&t->head, body);
	enum kube_error code = KUBE_ERROR_REFUSED;

	for (gsize i = 0; i < G_N_ELEMENTS(statuses); i++)
		if (statuses[i].status == t->head.status)
			code = statuses[i].code;
	return g_error_new(KUBE_ERROR, (int)code, "%s: %s", t->http->shown, message);
}

/* A gateway's page where JSON was wanted. */
static gboolean is_html(const struct transfer *t)
{
	return t->content_type && g_str_has_prefix(t->content_type, "text/html");
}

/* --- the answer ------------------------------------------------------------------------------------- */

static void forget_answer(struct transfer *t)
{
	g_clear_pointer(&t->date, g_free);
	g_clear_pointer(&t->audit_id, g_free);
	g_clear_pointer(&t->content_type, g_free);
	g_clear_pointer(&t->coding, g_free);
	g_clear_pointer(&t->warning, g_free);
	t->head = (struct http_head){ .retry_after_s = -1 };
	t->answered = FALSE;
	g_byte_array_set_size(t->body, 0);
	t->received = 0;
	g_clear_error(&t->error);
}

static void take_date(struct transfer *t, const char *value)
{
	time_t then = curl_getdate(value, NULL);

	g_free(t->date);
	t->date = g_strdup(value);
	t->head.date = t->date;
	if (then > 0)
		t->head.clock_offset_ns = (gint64)then * STAMP_SECOND - stamp_now();
}

static void take_text(char **field, const char **shown, const char *value)
{
	g_free(*field);
	*field = text_safe(value, -1);
	*shown = *field;
}

static void take_header(struct transfer *t, const char *name, const char *value)
{
	if (g_ascii_strcasecmp(name, "date") == 0)
		take_date(t, value);
	else if (g_ascii_strcasecmp(name, "audit-id") == 0)
		take_text(&t->audit_id, &t->head.audit_id, value);
	else if (g_ascii_strcasecmp(name, "content-type") == 0)
		take_text(&t->content_type, &t->head.content_type, value);
	else if (g_ascii_strcasecmp(name, "content-encoding") == 0)
		take_text(&t->coding, &t->head.coding, value);
	else if (g_ascii_strcasecmp(name, "warning") == 0)
		take_text(&t->warning, &t->head.warning, value);
	else if (g_ascii_strcasecmp(name, "retry-after") == 0)
		t->head.retry_after_s = (gint64)g_ascii_strtoull(value, NULL, 10);
}

static void tell_head(struct transfer *t)
{
	if (!t->call.head || t->head.status < 200 || t->head.status > 299 ||
	    t->state == TRANSFER_DONE)
		return;
	t->http->inside++;
	t->call.head(t->call.user, &t->head);
	t->http->inside--;
}

static size_t on_header(char *bytes, size_t one, size_t size, void *data)
{
	struct transfer *t = data;
	g_autofree char *line = g_strndup(bytes, size);
	char *colon = strchr(line, ':');

	g_strchomp(line);
	if (g_str_has_prefix(line, "HTTP/")) {
		const char *space = strchr(line, ' ');

		forget_answer(t);
		t->head.status = space ? atoi(space + 1) : 0;
		t->answered = t->head.status >= 200;
	} else if (colon) {
		*colon = '\0';
		take_header(t, line, g_strchug(colon + 1));
	} else if (!*line) {
		tell_head(t);
	}
	return size;
}

static gboolean too_large(struct transfer *t)
{
	g_set_error(&t->error, KUBE_ERROR, KUBE_ERROR_TOO_LARGE,
		    "%s: the answer to %s is larger than %" G_GSIZE_FORMAT
		    " bytes; it was cut there",
		    t->http->shown, t->path, t->call.max_bytes);
	return FALSE;
}

/* FALSE ends the transfer. */
static gboolean take_body(struct transfer *t, const char *bytes, gsize size)
{
	gboolean good = t->head.status >= 200 && t->head.status < 300;

	if (!good) {
		gsize room = ERROR_BODY_BYTES - t->body->len;

		g_byte_array_append(t->body, (const guint8 *)bytes, (guint)MIN(size, room));
		return size <= room;
	}
	if (t->call.max_bytes && t->received > t->call.max_bytes)
		return too_large(t);
	if (t->call.data)
		return t->call.data(t->call.user, &t->head, bytes, size);
	g_byte_array_append(t->body, (const guint8 *)bytes, (guint)size);
	return TRUE;
}

static size_t on_body(char *bytes, size_t one, size_t size, void *data)
{
	struct transfer *t = data;
	gboolean more;

	if (t->state == TRANSFER_DONE)
		return 0;
	if (t->paused)
		return CURL_WRITEFUNC_PAUSE;
	t->received += size;
	t->http->meter.bytes_received += size;
	t->http->inside++;
	more = take_body(t, bytes, size);
	t->http->inside--;
	return more && t->state != TRANSFER_DONE ? size : 0;
}

/* --- running ---------------------------------------------------------------------------------------- */

static void drop_easy(struct transfer *t)
{
	if (t->resuming) {
		g_source_destroy(t->resuming);
		g_clear_pointer(&t->resuming, g_source_unref);
	}
	if (!t->easy)
		return;
	http_take_back(t->http, t);
	g_clear_pointer(&t->easy, curl_easy_cleanup);
	g_clear_pointer(&t->headers, curl_slist_free_all);
}

static void set_call(struct transfer *t)
{
	gint64 idle = t->call.idle_s ? t->call.idle_s : IDLE_SECONDS;

	curl_easy_setopt(t->easy, CURLOPT_URL, t->url);
	curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t);
	curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->wrong);
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers);
	curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t);
	if (idle > 0) {
		curl_easy_setopt(t->easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
		curl_easy_setopt(t->easy, CURLOPT_LOW_SPEED_TIME, (long)idle);
	}
	if (t->revived)
		curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L);
	/* Connections that were made with another client certificate keep that identity. */
	if (t->http->generation != credential_generation(t->http->credential)) {
		t->http->generation = credential_generation(t->http->credential);
		curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT, 1L);
		curl_multi_setopt(t->http->multi, CURLMOPT_MAXCONNECTS, 0L);
		curl_multi_setopt(t->http->multi, CURLMOPT_MAXCONNECTS, 24L);
	}
}

void transfer_begin(struct transfer *t)
{
	forget_answer(t);
	t->wrong[0] = '\0';
	t->easy = curl_easy_init();
	t->headers = transport_headers(t->http, t->accept);
	transport_configure(t->http, t->easy);
	set_call(t);
	t->state = TRANSFER_RUNNING;
	http_run(t->http, t);
}

static void on_credential(void *user, const GError *error)
{
	struct transfer *t = user;

	if (error)
		transfer_fail(t, error);
	else
		transfer_begin(t);
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
	t->url = g_strconcat(h->origin, h->prefix, call->path, NULL);
	t->body = g_byte_array_new();
	t->call.path = t->path;
	t->call.accept = t->accept;
	g_hash_table_add(h->transfers, t);
	await_credential(t);
	return t;
}

static void transfer_free(struct transfer *t)
{
	forget_answer(t);
	if (t->call.user_free)
		t->call.user_free(t->call.user);
	g_byte_array_unref(t->body);
	g_free(t->path);
	g_free(t->accept);
	g_free(t->url);
	g_free(t);
}

/* --- ending ----------------------------------------------------------------------------------------- */

static void finish(struct transfer *t, const GError *error)
{
	g_autoptr(GBytes) body = NULL;

	drop_easy(t);
	t->state = TRANSFER_DONE;
	g_hash_table_remove(t->http->transfers, t);
	if (t->answered && (t->body->len || !t->call.data)) {
		body = g_byte_array_free_to_bytes(t->body);
		t->body = g_byte_array_new();
	}
	t->call.done(t->call.user, t->answered ? &t->head : NULL, body, error);
	transfer_free(t);
}

void transfer_fail(struct transfer *t, const GError *error)
{
	finish(t, error);
}

/* A kept connection that the other side had closed meanwhile. */
static gboolean had_died(const struct transfer *t, CURLcode result)
{
	long connections = 1;

	if (t->answered || t->revived)
		return FALSE;
	curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &connections);
	return !connections && (result == CURLE_GOT_NOTHING || result == CURLE_SEND_ERROR ||
				result == CURLE_RECV_ERROR || result == CURLE_SSL_CONNECT_ERROR);
}

static GError *verdict(struct transfer *t, CURLcode result)
{
	gboolean good = t->head.status >= 200 && t->head.status < 300;
	g_autoptr(GBytes) body = NULL;

	if (t->error)
		return g_steal_pointer(&t->error);
	if (t->answered && !good && (result == CURLE_OK || result == CURLE_WRITE_ERROR)) {
		body = g_bytes_new(t->body->data, t->body->len);
		return status_error(t, body);
	}
	if (result == CURLE_WRITE_ERROR)
		return g_error_new(KUBE_ERROR, KUBE_ERROR_CANCELLED, "%s: stopped", t->http->shown);
	if (result != CURLE_OK)
		return failure_error(t, result);
	if (is_html(t) && g_str_has_prefix(t->accept, "application/json"))
		return g_error_new(KUBE_ERROR, KUBE_ERROR_GARBLED,
				   "%s: a web page came instead of an answer; a proxy or gateway "
				   "stands between",
				   t->http->shown);
	return NULL;
}

void transfer_ended(struct transfer *t, CURLcode result)
{
	g_autoptr(GError) error = NULL;

	if (t->state == TRANSFER_DONE)
		return; /* cancelled; it is reaped */
	if (had_died(t, result)) {
		t->revived++;
		drop_easy(t);
		await_credential(t);
		return;
	}
	if (t->head.status == 401 && !t->refused && credential_refused(t->http->credential)) {
		t->refused++;
		drop_easy(t);
		await_credential(t);
		return;
	}
	error = verdict(t, result);
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

	g_clear_pointer(&t->resuming, g_source_unref);
	if (t->easy)
		curl_easy_pause(t->easy, CURLPAUSE_CONT);
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
	g_source_set_callback(t->resuming, go_on, t, NULL);
	g_source_attach(t->resuming, t->http->context);
}

const char *transfer_url(const struct transfer *t)
{
	return t->url;
}
