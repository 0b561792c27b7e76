#include <kase/kube.h>

#include <string.h>

static const struct kube_resource pods = {
	.group = "", .version = "v1", .resource = "pods", .namespaced = TRUE
};

struct reading {
	struct kube_log_call call;
	struct transfer *transfer;
};

static gboolean on_data(void *user, const struct http_head *head, const char *bytes, gsize size)
{
	struct reading *r = user;

	r->call.data(r->call.user, head, bytes, size);
	return TRUE;
}

static void on_done(void *user, const struct http_head *head, GBytes *body, const GError *error)
{
	struct reading *r = user;

	r->call.done(r->call.user, transfer_url(r->transfer), head, body, error);
}

static char *log_path(const struct kube_log_call *call)
{
	g_autofree char *pod = kube_path(&pods, call->namespace, call->pod);
	GString *path = g_string_new(pod);

	g_string_append(path, "/log?timestamps=true&container=");
	g_string_append_uri_escaped(path, call->container, NULL, FALSE);
	if (call->previous)
		g_string_append(path, "&previous=true");
	if (call->follow)
		g_string_append(path, "&follow=true");
	if (call->since) {
		g_string_append(path, "&sinceTime=");
		g_string_append_uri_escaped(path, call->since, NULL, FALSE);
	}
	return g_string_free(path, FALSE);
}

struct transfer *kube_log_start(struct http *h, const struct kube_log_call *call)
{
	struct reading *r = g_new0(struct reading, 1);
	g_autofree char *path = log_path(call);
	struct http_call get = {
		.path = path,
		.accept = "text/plain, application/json",
		.idle_s = call->follow ? -1 : 0,
		.lasting = call->follow,
		.data = on_data,
		.done = on_done,
		.user = r,
		.user_free = g_free,
	};

	r->call = *call;
	r->transfer = http_get(h, &get);
	return r->transfer;
}
