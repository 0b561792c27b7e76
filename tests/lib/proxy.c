#include "proxy.h"

#include <kase/relay.h>

#include <gio/gio.h>
#include <string.h>

#define HEAD_MAX_BYTES 8192
#define PIECE_BYTES    16384

/* SOCKS5 (RFC 1928) */
#define SOCKS_VERSION 5
#define SOCKS_IPV4    1
#define SOCKS_NAME    3

struct proxy {
	enum proxy_kind kind;
	GSocketListener *listener;
	GCancellable *stop;
	struct relay_thread *acceptor;
	GPtrArray *threads; /* one a connection; the acceptor's until it has ended */
	char *url;
	struct relay_lock lock; /* of `targets` */
	GPtrArray *targets;
};

/* A connection: what its thread owns. */
struct client {
	struct proxy *proxy;
	GSocketConnection *connection;
};

struct ends {
	GInputStream *in;
	GOutputStream *out;
	GCancellable *stop;
};

static gboolean read_bytes(const struct ends *e, void *bytes, gsize size)
{
	gsize n;

	return g_input_stream_read_all(e->in, bytes, size, &n, e->stop, NULL) && n == size;
}

static gboolean write_bytes(const struct ends *e, const void *bytes, gsize size)
{
	return g_output_stream_write_all(e->out, bytes, size, NULL, e->stop, NULL);
}

/* --- what is asked for: "HOST:PORT", or NULL.  Caller owns ------------------------------------ */

static char *read_connect(const struct ends *client)
{
	g_autoptr(GString) head = g_string_new(NULL);
	g_auto(GStrv) words = NULL;
	char byte;

	while (!g_str_has_suffix(head->str, "\r\n\r\n")) {
		if (head->len > HEAD_MAX_BYTES || !read_bytes(client, &byte, 1))
			return NULL;
		g_string_append_c(head, byte);
	}
	words = g_strsplit(head->str, " ", 3);
	if (g_strv_length(words) < 3 || !g_str_equal(words[0], "CONNECT"))
		return NULL;
	return g_strdup(words[1]);
}

static char *read_socks_host(const struct ends *client, guint8 kind)
{
	guint8 size, address[4];
	char name[256] = "";

	if (kind == SOCKS_IPV4)
		return read_bytes(client, address, 4)
			       ? g_strdup_printf("%u.%u.%u.%u", address[0], address[1], address[2],
						 address[3])
			       : NULL;
	if (kind != SOCKS_NAME || !read_bytes(client, &size, 1) || !read_bytes(client, name, size))
		return NULL;
	return g_strdup(name);
}

static char *read_socks(const struct ends *client)
{
	static const guint8 no_password[] = { SOCKS_VERSION, 0 };
	guint8 hello[2], methods[255], request[4], port[2];
	g_autofree char *host = NULL;

	if (!read_bytes(client, hello, 2) || !read_bytes(client, methods, hello[1]) ||
	    !write_bytes(client, no_password, 2) || !read_bytes(client, request, 4))
		return NULL;
	host = read_socks_host(client, request[3]);
	if (!host || !read_bytes(client, port, 2))
		return NULL;
	return g_strdup_printf("%s:%u", host, port[0] << 8 | port[1]);
}

static gboolean say_connected(const struct proxy *p, const struct ends *client)
{
	static const char ok[] = "HTTP/1.1 200 Connection established\r\n\r\n";
	static const guint8 socks_ok[] = { SOCKS_VERSION, 0, 0, SOCKS_IPV4, 127, 0, 0, 1, 0, 0 };

	return p->kind == PROXY_HTTP ? write_bytes(client, ok, sizeof ok - 1)
				     : write_bytes(client, socks_ok, sizeof socks_ok);
}

/* --- passing on ------------------------------------------------------------------------------- */

/* FALSE at the end. */
static gboolean pass(const struct ends *from, const struct ends *to)
{
	char piece[PIECE_BYTES];
	gssize n = g_input_stream_read(from->in, piece, sizeof piece, from->stop, NULL);

	return n > 0 && write_bytes(to, piece, n);
}

static struct ends ends_of(const struct proxy *p, GSocketConnection *connection)
{
	return (struct ends){ g_io_stream_get_input_stream(G_IO_STREAM(connection)),
			      g_io_stream_get_output_stream(G_IO_STREAM(connection)), p->stop };
}

static void pass_both(const struct proxy *p, GSocketConnection *client, GSocketConnection *server)
{
	struct ends near = ends_of(p, client), far = ends_of(p, server);
	GPollFD fds[] = {
		{ .fd = g_socket_get_fd(g_socket_connection_get_socket(client)),
		  .events = G_IO_IN },
		{ .fd = g_socket_get_fd(g_socket_connection_get_socket(server)),
		  .events = G_IO_IN },
		{ .fd = -1 },
	};
	gboolean open = g_cancellable_make_pollfd(p->stop, &fds[2]);

	while (open && g_poll(fds, G_N_ELEMENTS(fds), -1) > 0 && !fds[2].revents)
		open = (!fds[0].revents || pass(&near, &far)) &&
		       (!fds[1].revents || pass(&far, &near));
	g_cancellable_release_fd(p->stop);
}

static void note_target(struct proxy *p, const char *target)
{
	relay_lock_take(&p->lock);
	g_ptr_array_add(p->targets, g_strdup(target));
	relay_lock_leave(&p->lock);
}

static void *serve(void *data)
{
	struct client *c = data;
	struct proxy *p = c->proxy;
	g_autoptr(GSocketConnection) client = c->connection;
	struct ends ends = ends_of(p, client);
	g_autofree char *target = p->kind == PROXY_HTTP ? read_connect(&ends) : read_socks(&ends);
	const char *colon = target ? strrchr(target, ':') : NULL;
	g_autoptr(GSocketClient) dialer = g_socket_client_new();
	g_autoptr(GSocketConnection) server = NULL;

	g_free(c);
	if (!colon)
		return NULL;
	note_target(p, target);
	g_socket_client_set_enable_proxy(dialer, FALSE);
	server = g_socket_client_connect_to_host(
		dialer, "127.0.0.1", g_ascii_strtoull(colon + 1, NULL, 10), p->stop, NULL);
	if (server && say_connected(p, &ends))
		pass_both(p, client, server);
	return NULL;
}

/* --- life ------------------------------------------------------------------------------------- */

static void *accept_all(void *data)
{
	struct proxy *p = data;
	GSocketConnection *connection;

	while ((connection = g_socket_listener_accept(p->listener, NULL, p->stop, NULL))) {
		struct client *c = g_new0(struct client, 1);

		c->proxy = p;
		c->connection = connection;
		g_ptr_array_add(p->threads, relay_thread_new("proxy", serve, c));
	}
	return NULL;
}

struct proxy *proxy_start(enum proxy_kind kind)
{
	struct proxy *p = g_new0(struct proxy, 1);
	g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
	g_autoptr(GSocketAddress) any = g_inet_socket_address_new(loopback, 0), bound = NULL;
	g_autoptr(GError) error = NULL;

	p->kind = kind;
	relay_lock_init(&p->lock);
	p->targets = g_ptr_array_new_with_free_func(g_free);
	p->threads = g_ptr_array_new();
	p->stop = g_cancellable_new();
	p->listener = g_socket_listener_new();
	g_socket_listener_add_address(p->listener, any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
				      NULL, &bound, &error);
	g_assert_no_error(error);
	p->url = g_strdup_printf("%s://127.0.0.1:%u", kind == PROXY_HTTP ? "http" : "socks5",
				 g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound)));
	p->acceptor = relay_thread_new("proxy", accept_all, p);
	return p;
}

void proxy_stop(struct proxy *p)
{
	if (!p)
		return;
	g_cancellable_cancel(p->stop);
	relay_thread_join(p->acceptor);
	for (guint i = 0; i < p->threads->len; i++)
		relay_thread_join(p->threads->pdata[i]);
	g_ptr_array_unref(p->threads);
	g_object_unref(p->listener);
	g_object_unref(p->stop);
	g_ptr_array_unref(p->targets);
	relay_lock_clear(&p->lock);
	g_free(p->url);
	g_free(p);
}

const char *proxy_url(const struct proxy *p)
{
	return p->url;
}

char **proxy_targets(struct proxy *p)
{
	g_autoptr(GStrvBuilder) targets = g_strv_builder_new();

	relay_lock_take(&p->lock);
	for (guint i = 0; i < p->targets->len; i++)
		g_strv_builder_add(targets, p->targets->pdata[i]);
	relay_lock_leave(&p->lock);
	return g_strv_builder_end(targets);
}
