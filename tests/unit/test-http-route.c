#include "../lib/loop.h"
#include "kube-wire.h"

#include <string.h>

#define CONFIG(more)                                                                              \
	"clusters: [{name: c, cluster: {server: '@URL', certificate-authority-data: '@CA64'" more \
	"}}]\ncontexts: [{name: x, context: {cluster: c}}]\ncurrent-context: x\n"

struct asked {
	gboolean done;
	guint heads;
	int status;
	GError *error;
};

static void on_head(void *user, const struct http_head *head)
{
	struct asked *a = user;

	a->heads++;
	a->status = head->status;
}

static void on_done(void *user, const struct http_head *head, GBytes *body, const GError *error)
{
	struct asked *a = user;

	a->done = TRUE;
	a->error = error ? g_error_copy(error) : NULL;
}

static const struct {
	const char *name, *config;
	int error;
	const char *says;
} rows[] = {
	{ "straight", CONFIG(""), WIRE_OK, NULL },
	{ "through a proxy, whose own head is not the server's", CONFIG(", proxy-url: '@PROXY'"),
	  WIRE_OK, NULL },
	{ "names are resolved by the SOCKS proxy", CONFIG(", proxy-url: '@SOCKS'"), WIRE_OK, NULL },
	{ "by another name that the certificate carries", CONFIG(", tls-server-name: localhost"),
	  WIRE_OK, NULL },
	{ "by a name that it does not carry", CONFIG(", tls-server-name: elsewhere.example"),
	  KUBE_ERROR_CERTIFICATE, "it carries " },
	{ "no proxy there", CONFIG(", proxy-url: 'http://127.0.0.1:1'"), KUBE_ERROR_UNREACHABLE,
	  NULL },
};

/* What is told of it, too, names the server and nothing that stands before it. */
static void the_server_is_reached_as_the_cluster_says(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(wire) w = wire_new(&(struct drill_plan){ 0 });
		g_autofree char *url = g_strconcat(drill_url(w->server), "/version", NULL);
		struct asked a = { 0 };
		struct transfer *t;

		g_test_message("%s", rows[i].name);
		wire_write(w, "config", rows[i].config);
		w->http = wire_open(w, "@D/config", NULL, NULL);
		t = http_get(w->http, &(struct http_call){ .path = "/version",
							   .head = on_head,
							   .done = on_done,
							   .user = &a });
		g_assert_cmpstr(transfer_url(t), ==, url);
		g_assert_true(loop_until(&a.done));
		wire_check_error(a.error, rows[i].error);
		g_assert_cmpuint(a.heads, ==, rows[i].error == WIRE_OK);
		if (rows[i].error == WIRE_OK)
			g_assert_cmpint(a.status, ==, 200);
		if (rows[i].says)
			g_assert_nonnull(strstr(a.error->message, rows[i].says));
		g_clear_error(&a.error);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/http-route/the_server_is_reached_as_the_cluster_says",
			the_server_is_reached_as_the_cluster_says);
	return g_test_run();
}
