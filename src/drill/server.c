/*
 * server - the daemon, and the way of a request through the other files.
 *
 * libmicrohttpd runs a thread for each connection, so that an answer that comes slowly, or
 * never, waits in its own. What ends them all is stop_fd, which every wait watches.
 */
#include "parts.h"

#include <microhttpd.h>

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define CONNECTIONS_MAX         1024
#define CONNECTION_MEMORY_BYTES (64 * 1024)

static struct answer *method_not_allowed(void)
{
	return answer_status(&(struct status){
		.code = 405,
		.reason = "MethodNotAllowed",
		.message = "the server does not allow this method on the requested resource",
		.details = TRUE });
}

static struct answer *resource_answer(struct visit *v)
{
	const struct listing *l = v->listing;
	struct answer *denied = access_denied(v);

	if (denied)
		return denied;
	if (v->subresource)
		return g_str_equal(v->subresource, "log") && g_str_equal(l->resource, "pods")
			       ? log_answer(v)
			       : answer_no_resource();
	if (!l->items || (v->namespace && !l->namespaced) ||
	    (v->name && l->namespaced && !v->namespace))
		return answer_no_resource();
	if (v->name)
		return get_answer(v);
	return g_str_equal(v->verb, "watch") ? watch_answer(v) : list_answer(v);
}

static struct answer *right_answer(struct visit *v, const char *method)
{
	struct answer *refused;

	if (!v->path)
		return answer_text(404, "404 page not found\n");
	refused = access_check(v);
	if (refused)
		return refused;
	if (!g_str_equal(method, "GET"))
		return method_not_allowed();
	return v->listing ? resource_answer(v) : discovery_answer(v);
}

static struct answer *make_answer(struct visit *v, const char *method)
{
	struct answer *wrong;

	if (v->path)
		visit_route(v);
	faults_take(v->server->faults, v);
	journal_add(v->server->journal, v, method);
	if (v->faults[DRILL_STALL]) {
		visit_wait(v, G_MAXINT64);
		return NULL;
	}
	wrong = fault_answer(v);
	return wrong ? wrong : right_answer(v, method);
}

/* --- what libmicrohttpd calls ----------------------------------------------------------------- */

static void *on_first_line(void *user, const char *uri, struct MHD_Connection *connection)
{
	return visit_new(user, connection, uri);
}

static enum MHD_Result on_request(void *user, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *size, void **state)
{
	struct visit *v = *state;
	struct answer *a;

	/* It calls for the head, for each part of a body, which is of no use to us, and at the end. */
	if (!v->begun || *size) {
		v->begun = TRUE;
		*size = 0;
		return MHD_YES;
	}
	a = make_answer(v, method);
	return a && answer_send(v, a) ? MHD_YES : MHD_NO;
}

static void on_completed(void *user, struct MHD_Connection *connection, void **state,
			 enum MHD_RequestTerminationCode why)
{
	visit_free(*state);
	*state = NULL;
}

/* --- opening and closing ---------------------------------------------------------------------- */

static const struct sockaddr *loopback(const struct drill_server *s, struct sockaddr_in *v4,
				       struct sockaddr_in6 *v6)
{
	*v4 = (struct sockaddr_in){ .sin_family = AF_INET,
				    .sin_port = htons(s->port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	*v6 = (struct sockaddr_in6){ .sin6_family = AF_INET6,
				     .sin6_port = htons(s->port),
				     .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	return s->plan.ipv6 ? (const struct sockaddr *)v6 : (const struct sockaddr *)v4;
}

gboolean server_open(struct drill_server *s, GError **error)
{
	guint flags = MHD_USE_TLS | MHD_USE_THREAD_PER_CONNECTION |
		      MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC |
		      MHD_USE_SUPPRESS_DATE_NO_CLOCK | (s->plan.ipv6 ? MHD_USE_IPv6 : 0);
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	const union MHD_DaemonInfo *info;

	s->stop_fd = eventfd(0, EFD_CLOEXEC);
	if (s->stop_fd >= 0)
		s->daemon = MHD_start_daemon(
			flags, 0, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR,
			loopback(s, &v4, &v6), MHD_OPTION_URI_LOG_CALLBACK, on_first_line, s,
			MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_HTTPS_MEM_KEY,
			s->keys.server_key_pem, MHD_OPTION_HTTPS_MEM_CERT, s->keys.server_pem,
			MHD_OPTION_HTTPS_MEM_TRUST, s->keys.ca_pem, MHD_OPTION_CONNECTION_LIMIT,
			CONNECTIONS_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
			(size_t)CONNECTION_MEMORY_BYTES, MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u,
			MHD_OPTION_END);
	if (!s->daemon) {
		g_set_error(error, DRILL_ERROR, DRILL_ERROR_START,
			    "cannot listen on %s port %u: %s", s->plan.ipv6 ? "::1" : "127.0.0.1",
			    s->port, g_strerror(errno));
		if (s->stop_fd >= 0)
			close(s->stop_fd);
		s->stop_fd = -1;
		return FALSE;
	}
	info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
	s->port = info->port;
	return TRUE;
}

void server_close(struct drill_server *s)
{
	guint64 one = 1;

	if (!s->daemon)
		return;
	if (write(s->stop_fd, &one, sizeof one) != sizeof one)
		g_assert_not_reached(); /* an eventfd takes eight bytes */
	MHD_stop_daemon(s->daemon);
	s->daemon = NULL;
	close(s->stop_fd);
	s->stop_fd = -1;
}

char *server_token(struct drill_server *s)
{
	char *token;

	relay_lock_take(&s->lock);
	token = g_strdup(s->token);
	relay_lock_leave(&s->lock);
	return token;
}
