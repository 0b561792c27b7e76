#include "kube-script.h"

#include <string.h>

#define HEAD_BYTES 16384
#define ASK_US     1000

/* What a client says first that expects TLS here. */
static void skip_hello(GInputStream *in)
{
	guint8 record[4 + 65535]; /* less its first byte */

	if (g_input_stream_read_all(in, record, 4, NULL, NULL, NULL))
		g_input_stream_read_all(in, record + 4, (gsize)record[2] << 8 | record[3], NULL,
					NULL, NULL);
}

/* A request's head, up to its empty line; NULL at the end of the connection. */
static char *read_head(GInputStream *in)
{
	GString *head = g_string_new(NULL);
	char byte;

	while (head->len < HEAD_BYTES && !g_str_has_suffix(head->str, "\r\n\r\n")) {
		if (g_input_stream_read(in, &byte, 1, NULL, NULL) != 1) {
			g_string_free(head, TRUE);
			return NULL;
		}
		g_string_append_c(head, byte);
		if (head->str[0] == 0x16) {
			skip_hello(in);
			break;
		}
	}
	return g_string_free(head, FALSE);
}

static const struct script_answer *choose(struct script *s, const char *head)
{
	const char *path = strchr(head, ' ');

	path = path ? path + 1 : "";
	for (gsize i = 0; i < s->count; i++) {
		const struct script_answer *a = &s->answers[i];

		if (!g_str_has_prefix(path, a->path) || (a->times && s->used[i] >= a->times))
			continue;
		s->used[i]++;
		return a;
	}
	return NULL;
}

static const struct script_answer *take_request(struct script *s, char *head)
{
	const struct script_answer *answer;

	relay_lock_take(&s->lock);
	answer = choose(s, head);
	g_ptr_array_add(s->requests, head);
	s->asked++;
	s->now++;
	s->most = MAX(s->most, s->now);
	relay_lock_leave(&s->lock);
	return answer;
}

static void wait_for_leave(GInputStream *in)
{
	char bytes[256];

	while (g_input_stream_read(in, bytes, sizeof bytes, NULL, NULL) > 0)
		;
}

static gboolean say(GIOStream *stream, const char *bytes, gsize size)
{
	return g_output_stream_write_all(g_io_stream_get_output_stream(stream), bytes, size, NULL,
					 NULL, NULL);
}

static void wait_while_paused(struct script *s)
{
	gboolean paused = TRUE;

	while (paused) {
		relay_lock_take(&s->lock);
		paused = s->paused && !s->over;
		relay_lock_leave(&s->lock);
		if (paused)
			g_usleep(ASK_US);
	}
}

/* FALSE where so many did not come before the test was over. */
static gboolean wait_for_requests(struct script *s, guint count)
{
	gboolean come = FALSE, over = FALSE;

	while (!come && !over) {
		relay_lock_take(&s->lock);
		come = s->asked >= count;
		over = s->over;
		relay_lock_leave(&s->lock);
		g_usleep(ASK_US);
	}
	return come;
}

/* FALSE where the connection is to be closed. */
static gboolean give(struct script *s, const struct script_answer *a, GIOStream *stream)
{
	gboolean there = TRUE;

	if (!a)
		return FALSE;
	wait_while_paused(s);
	if (a->bytes)
		there = say(stream, a->bytes, a->size ? a->size : strlen(a->bytes));
	if (there && a->rest)
		there = wait_for_requests(s, a->rest_after) &&
			say(stream, a->rest, strlen(a->rest));
	while (there && a->again)
		there = say(stream, a->again, strlen(a->again));
	if (there && a->hold)
		wait_for_leave(g_io_stream_get_input_stream(stream));
	return there && a->keep;
}

static gboolean serve(GThreadedSocketService *service, GSocketConnection *connection,
		      GObject *source, gpointer data)
{
	struct script *s = data;
	GIOStream *stream = G_IO_STREAM(connection);
	gboolean more = TRUE;

	relay_lock_take(&s->lock);
	s->connections++;
	relay_lock_leave(&s->lock);
	while (more) {
		char *head = read_head(g_io_stream_get_input_stream(stream));

		more = head != NULL;
		if (head) {
			more = give(s, take_request(s, head), stream);
			relay_lock_take(&s->lock);
			s->now--;
			relay_lock_leave(&s->lock);
		}
	}
	g_io_stream_close(stream, NULL, NULL);
	relay_post(s->ended, s, 1);
	return TRUE;
}

/* In the main thread, before `serve` gets a thread of its own: script_stop waits for each. */
static gboolean count_thread(GSocketService *service, GSocketConnection *connection,
			     GObject *source, gpointer data)
{
	struct script *s = data;

	s->threads++;
	return FALSE;
}

struct script *script_start(const struct script_answer *answers, gsize count)
{
	struct script *s = g_new0(struct script, 1);
	struct kube_access *access = g_new0(struct kube_access, 1);
	g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
	g_autoptr(GSocketAddress) any = g_inet_socket_address_new(loopback, 0);
	g_autoptr(GSocketAddress) bound = NULL;

	relay_lock_init(&s->lock);
	s->ended = relay_new(G_MAXSIZE, NULL);
	s->answers = answers;
	s->count = count;
	s->used = g_new0(guint, count);
	s->requests = g_ptr_array_new_with_free_func(g_free);
	s->service = g_threaded_socket_service_new(200);
	g_signal_connect(s->service, "incoming", G_CALLBACK(count_thread), s);
	g_signal_connect(s->service, "run", G_CALLBACK(serve), s);
	g_assert_true(g_socket_listener_add_address(G_SOCKET_LISTENER(s->service), any,
						    G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
						    NULL, &bound, NULL));
	s->url = g_strdup_printf("http://127.0.0.1:%d",
				 g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound)));
	access->server = g_strdup(s->url);
	s->http = http_new(NULL, access, "kase/test", NULL);
	g_assert_nonnull(s->http);
	return s;
}

void script_stop(struct script *s)
{
	if (!s)
		return;
	http_free(s->http);
	relay_lock_take(&s->lock);
	s->over = TRUE;
	relay_lock_leave(&s->lock);
	g_socket_service_stop(s->service);
	g_socket_listener_close(G_SOCKET_LISTENER(s->service));
	for (; s->threads; s->threads--)
		relay_take(s->ended, -1);
	g_object_unref(s->service);
	g_ptr_array_unref(s->requests);
	relay_lock_clear(&s->lock);
	relay_free(s->ended);
	g_free(s->used);
	g_free(s->url);
	g_free(s);
}

static guint locked(struct script *s, const guint *value)
{
	guint now;

	relay_lock_take(&s->lock);
	now = *value;
	relay_lock_leave(&s->lock);
	return now;
}

static void set_paused(struct script *s, gboolean paused)
{
	relay_lock_take(&s->lock);
	s->paused = paused;
	relay_lock_leave(&s->lock);
}

void script_pause(struct script *s)
{
	set_paused(s, TRUE);
}

void script_resume(struct script *s)
{
	set_paused(s, FALSE);
}

guint script_connections(struct script *s)
{
	return locked(s, &s->connections);
}

guint script_asked(struct script *s)
{
	return locked(s, &s->asked);
}

guint script_most(struct script *s)
{
	return locked(s, &s->most);
}

char *script_request(struct script *s, guint n)
{
	char *head;

	relay_lock_take(&s->lock);
	head = n < s->requests->len ? g_strdup(s->requests->pdata[n]) : NULL;
	relay_lock_leave(&s->lock);
	return head;
}
