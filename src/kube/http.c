/*
 * The loop around libcurl's multi interface: its sockets and its timer are sources of a GMainContext.
 *
 * 1  libcurl is called from sources only, and from http_get's idle source; never from inside its own callbacks.
 * 2  A transfer is in `transfers` from http_get to its end; http_free ends all that are left.
 */
#include "http-private.h"

#include <glib-unix.h>
#include <string.h>

/* Kept connections.  More would only cost the server memory; fewer would make streams fight for them. */
#define KEPT_CONNECTIONS 24L

struct watch {
	struct http *http;
	curl_socket_t fd;
	GSource *source;
};

static void look_for_ended(struct http *h)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(h->multi, &left))) {
		struct transfer *t = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&t);
		transfer_ended(t, message->data.result);
	}
}

static gboolean socket_ready(int fd, GIOCondition condition, void *data)
{
	struct watch *w = data;
	struct http *h = w->http;
	int what = (condition & (G_IO_IN | G_IO_HUP) ? CURL_CSELECT_IN : 0) |
		   (condition & G_IO_OUT ? CURL_CSELECT_OUT : 0) |
		   (condition & G_IO_ERR ? CURL_CSELECT_ERR : 0);
	int running;

	curl_multi_socket_action(h->multi, fd, what, &running);
	look_for_ended(h);
	return G_SOURCE_CONTINUE;
}

static void watch_drop_source(struct watch *w)
{
	if (!w->source)
		return;
	g_source_destroy(w->source);
	g_clear_pointer(&w->source, g_source_unref);
}

static int socket_wanted(CURL *easy, curl_socket_t fd, int what, void *data, void *socket_data)
{
	struct http *h = data;
	struct watch *w = socket_data;

	if (what == CURL_POLL_REMOVE) {
		if (w)
			watch_drop_source(w);
		g_free(w);
		return 0;
	}
	if (!w) {
		w = g_new0(struct watch, 1);
		w->http = h;
		w->fd = fd;
		curl_multi_assign(h->multi, fd, w);
	}
	watch_drop_source(w);
	w->source = g_unix_fd_source_new(fd, (what & CURL_POLL_IN ? G_IO_IN : 0) |
						     (what & CURL_POLL_OUT ? G_IO_OUT : 0));
	g_source_set_callback(w->source, G_SOURCE_FUNC(socket_ready), w, NULL);
	g_source_attach(w->source, h->context);
	return 0;
}

static gboolean time_came(void *data)
{
	struct http *h = data;
	int running;

	/* The source is set anew by timer_wanted, when libcurl wants another. */
	g_clear_pointer(&h->timer, g_source_unref);
	curl_multi_socket_action(h->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	look_for_ended(h);
	return G_SOURCE_REMOVE;
}

static int timer_wanted(CURLM *multi, long ms, void *data)
{
	struct http *h = data;

	if (h->timer) {
		g_source_destroy(h->timer);
		g_clear_pointer(&h->timer, g_source_unref);
	}
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
	h->multi = curl_multi_init();
	if (!h->multi || !transport_set_up(h, error)) {
		http_free(h);
		return NULL;
	}
	h->credential = credential_new(h->context, h->access);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETFUNCTION, socket_wanted);
	curl_multi_setopt(h->multi, CURLMOPT_SOCKETDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERFUNCTION, timer_wanted);
	curl_multi_setopt(h->multi, CURLMOPT_TIMERDATA, h);
	curl_multi_setopt(h->multi, CURLMOPT_MAXCONNECTS, KEPT_CONNECTIONS);
	return h;
}

static gboolean reap(void *data)
{
	struct http *h = data;

	g_clear_pointer(&h->reaper, g_source_unref);
	while (h->cancelled->len)
		transfer_reap(g_ptr_array_steal_index(h->cancelled, h->cancelled->len - 1));
	return G_SOURCE_REMOVE;
}

void http_free(struct http *h)
{
	g_autoptr(GList) left = NULL;

	if (!h)
		return;
	left = g_hash_table_get_keys(h->transfers);
	for (GList *at = left; at; at = at->next)
		transfer_cancel(at->data);
	if (h->reaper)
		g_source_destroy(h->reaper);
	reap(h);
	g_ptr_array_unref(h->cancelled);
	credential_free(h->credential);
	if (h->multi)
		curl_multi_cleanup(h->multi);
	if (h->timer) {
		g_source_destroy(h->timer);
		g_source_unref(h->timer);
	}
	g_hash_table_unref(h->transfers);
	curl_slist_free_all(h->connect_to);
	kube_access_free(h->access);
	g_main_context_unref(h->context);
	g_free(h->user_agent);
	g_free(h->origin);
	g_free(h->prefix);
	g_free(h->shown);
	g_free(h->host_header);
	g_free(h);
}

void http_run(struct http *h, struct transfer *t)
{
	h->meter.requests++;
	curl_multi_add_handle(h->multi, t->easy);
}

void http_take_back(struct http *h, struct transfer *t)
{
	long connections = 0;

	if (curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &connections) == CURLE_OK)
		h->meter.connections += (guint64)connections;
	curl_multi_remove_handle(h->multi, t->easy);
}

void http_reap(struct http *h, struct transfer *t)
{
	if (!h->inside) {
		transfer_reap(t);
		return;
	}
	g_ptr_array_add(h->cancelled, t);
	if (h->reaper)
		return;
	h->reaper = g_idle_source_new();
	g_source_set_callback(h->reaper, reap, h, NULL);
	g_source_attach(h->reaper, h->context);
}

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
