/*
 * The loop around libcurl's multi interface: its sockets and its timer are sources of a
 * GMainContext.
 *
 * A transfer is in `transfers` from http_get to its end; http_free ends all that are left.
 */
#include "http-private.h"
#include "source.h"

#include <glib-unix.h>
#include <string.h>

/* Open connections, above which libcurl closes idle ones when one comes back.  Lasting transfers
 * count among them: fewer would leave none to be used again where many kinds are watched. */
#define OPEN_CONNECTIONS 512L

static void look_for_ended(struct http *h)
{
	CURLMsg *message;
	int left;

	while (!h->ending && (message = curl_multi_info_read(h->multi, &left))) {
		struct transfer *t = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
		transfer_ended(t, message->data.result);
	}
}

static gboolean socket_ready(int fd, GIOCondition condition, void *data)
{
	struct http *h = data;
	int what = (condition & (G_IO_IN | G_IO_HUP) ? CURL_CSELECT_IN : 0) |
		   (condition & G_IO_OUT ? CURL_CSELECT_OUT : 0) |
		   (condition & G_IO_ERR ? CURL_CSELECT_ERR : 0);
	int running;

	http_enter(h);
	curl_multi_socket_action(h->multi, fd, what, &running);
	look_for_ended(h);
	http_leave(h);
	return G_SOURCE_CONTINUE;
}

/* `socket_data` is the source of that socket, or NULL. */
static int socket_wanted(CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
	struct http *h = data;
	GSource *source = socket_data;

	source_drop(&source);
	if (what == CURL_POLL_REMOVE)
		return 0;
	source = g_unix_fd_source_new(fd, (what & CURL_POLL_IN ? G_IO_IN : 0) |
						  (what & CURL_POLL_OUT ? G_IO_OUT : 0));
	g_source_set_callback(source, G_SOURCE_FUNC(socket_ready), h, NULL);
	g_source_attach(source, h->context);
	curl_multi_assign(h->multi, fd, source);
	return 0;
}

static gboolean time_came(void *data)
{
	struct http *h = data;
	int running;

	/* The source is set anew by timer_wanted, when libcurl wants another. */
	g_clear_pointer(&h->timer, g_source_unref);
	http_enter(h);
	curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	look_for_ended(h);
	http_leave(h);
	return G_SOURCE_REMOVE;
}

static int timer_wanted(CURLM *multi, long ms, void *data)
{
	struct http *h = data;

	source_drop(&h->timer);
	if (ms < 0)
		return 0;
	h->timer = g_timeout_source_new((guint)ms);
	g_source_set_callback(h->timer, time_came, h, NULL);
	g_source_attach(h->timer, h->context);
	return 0;
}

struct http *http_new(GMainContext *context, struct kube_access *access, const char *user_agent,
		      GError **error)
{
	struct http *h = g_new0(struct http, 1);

	h->context = g_main_context_ref(context ? context : g_main_context_default());
	h->access = access;
	h->user_agent = g_strdup(user_agent);
	h->transfers = g_hash_table_new(NULL, NULL);
	h->cancelled = g_ptr_array_new();
	h->failed = g_ptr_array_new();
	g_queue_init(&h->queue);
	h->multi = curl_multi_init();
	if (!h->multi)
		g_set_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG, "libcurl does not start");
	if (!h->multi || !transport_set_up(h, error)) {
		http_free(h);
		return NULL;
	}
	h->credential = credential_new(h->context, h->access);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, socket_wanted);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, timer_wanted);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, OPEN_CONNECTIONS);
	return h;
}

/* --- what is ended later ---------------------------------------------------------------------- */

static void reap_cancelled(struct http *h)
{
	while (h->cancelled->len)
		transfer_reap(g_ptr_array_steal_index(h->cancelled, h->cancelled->len - 1));
}

static gboolean reap(void *data)
{
	struct http *h = data;

	g_clear_pointer(&h->reaper, g_source_unref);
	http_enter(h);
	reap_cancelled(h);
	while (!h->ending && h->failed->len)
		transfer_fail(g_ptr_array_steal_index(h->failed, 0));
	http_leave(h);
	return G_SOURCE_REMOVE;
}

static void reap_later(struct http *h)
{
	if (h->reaper || h->ending)
		return;
	h->reaper = g_idle_source_new();
	g_source_set_priority(h->reaper, G_PRIORITY_DEFAULT);
	g_source_set_callback(h->reaper, reap, h, NULL);
	g_source_attach(h->reaper, h->context);
}

void http_reap(struct http *h, struct transfer *t)
{
	if (!h->inside) {
		transfer_reap(t);
		return;
	}
	g_ptr_array_add(h->cancelled, t);
	reap_later(h);
}

void http_fail_later(struct http *h, struct transfer *t)
{
	g_ptr_array_add(h->failed, t);
	reap_later(h);
}

/* --- the end ---------------------------------------------------------------------------------- */

static void http_destroy(struct http *h)
{
	reap_cancelled(h);
	source_drop(&h->reaper);
	g_ptr_array_unref(h->cancelled);
	g_ptr_array_unref(h->failed);
	credential_free(h->credential);
	if (h->multi)
		curl_multi_cleanup(h->multi);
	source_drop(&h->timer);
	g_hash_table_unref(h->transfers);
	curl_slist_free_all(h->connect_to);
	kube_access_free(h->access);
	g_main_context_unref(h->context);
	g_free(h->user_agent);
	g_free(h->origin);
	g_free(h->base);
	g_free(h->prefix);
	g_free(h->shown);
	g_free(h->host_header);
	g_free(h);
}

void http_free(struct http *h)
{
	g_autoptr(GList) left = NULL;

	if (!h || h->ending)
		return;
	h->ending = TRUE;
	left = g_hash_table_get_keys(h->transfers);
	for (GList *at = left; at; at = at->next)
		transfer_cancel(at->data);
	if (!h->depth)
		http_destroy(h);
}

void http_enter(struct http *h)
{
	h->depth++;
}

void http_leave(struct http *h)
{
	if (--h->depth == 0 && h->ending)
		http_destroy(h);
}

/* --- the pool --------------------------------------------------------------------------------- */

static void run_queued(struct http *h)
{
	while (!h->ending && h->running < HTTP_POOL && h->queue.head) {
		struct transfer *t = g_queue_pop_head_link(&h->queue)->data;

		h->running++;
		h->meter.requests++;
		transfer_start(t);
	}
}

void http_queue(struct http *h, struct transfer *t)
{
	if (t->call.lasting) {
		h->meter.requests++;
		transfer_start(t);
		return;
	}
	g_queue_push_tail_link(&h->queue, &t->queued);
	run_queued(h);
}

void http_unqueue(struct http *h, struct transfer *t)
{
	if (!g_ptr_array_remove(h->failed, t))
		g_queue_unlink(&h->queue, &t->queued);
}

void http_take_back(struct http *h, struct transfer *t)
{
	long connections = 0;

	if (curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &connections) == CURLE_OK)
		h->meter.connections += (guint64)connections;
	curl_multi_remove_handle(h->multi, t->easy);
	if (t->call.lasting)
		return;
	h->running--;
	run_queued(h);
}

/* --- asked of it ------------------------------------------------------------------------------ */

void http_meter(const struct http *h, struct http_meter *out)
{
	*out = h->meter;
}

const struct kube_access *http_access(const struct http *h)
{
	return h->access;
}

GMainContext *http_context(const struct http *h)
{
	return h->context;
}
