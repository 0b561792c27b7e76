#include "parts.h"

#include <microhttpd.h>

#include <errno.h>
#include <poll.h>
#include <string.h>

/* The path behind the prefix, decoded; NULL where it does not begin with it. */
static char *own_path(const char *uri, const char *prefix)
{
	gsize skip = prefix ? strlen(prefix) : 0;

	if (prefix && (!g_str_has_prefix(uri, prefix) || (uri[skip] && uri[skip] != '/')))
		return NULL;
	return g_uri_unescape_segment(uri + skip, uri + strcspn(uri, "?"), NULL);
}

struct visit *visit_new(struct drill_server *s, struct MHD_Connection *connection, const char *uri)
{
	struct visit *v = g_new0(struct visit, 1);

	v->server = s;
	v->connection = connection;
	v->uri = g_strdup(uri);
	v->path = own_path(uri, s->plan.path_prefix);
	return v;
}

void visit_free(struct visit *v)
{
	if (!v)
		return;
	g_free(v->uri);
	g_free(v->path);
	g_free(v->user);
	g_strfreev(v->segments);
	g_free(v);
}

/* --- its way ---------------------------------------------------------------------------------- */

/* "RESOURCE[/NAME[/SUBRESOURCE]]", in namespaces/NS/ or not. */
static const char *take_rest(struct visit *v, char **rest)
{
	guint n = g_strv_length(rest);

	if (n > 2 && g_str_equal(rest[0], "namespaces") && !g_str_equal(rest[2], "status") &&
	    !g_str_equal(rest[2], "finalize")) {
		v->namespace = rest[1];
		rest += 2;
		n -= 2;
	}
	v->name = n > 1 ? rest[1] : NULL;
	v->subresource = n > 2 ? rest[2] : NULL;
	return n > 3 ? NULL : rest[0];
}

gboolean visit_route(struct visit *v)
{
	gboolean core, named;
	const char *resource;
	guint n;

	v->segments = g_strsplit(v->path + 1, "/", -1);
	n = g_strv_length(v->segments);
	core = n > 2 && g_str_equal(v->segments[0], "api");
	named = n > 3 && g_str_equal(v->segments[0], "apis");
	if (!core && !named)
		return FALSE;
	resource = take_rest(v, v->segments + (core ? 2 : 3));
	v->verb = v->name ? "get" : visit_asks(v, "watch") ? "watch" : "list";
	if (resource)
		v->listing = recording_listing(v->server->recording, core ? "" : v->segments[1],
					       v->segments[core ? 1 : 2], resource);
	return TRUE;
}

guint visit_copies(const struct visit *v)
{
	guint copies = v->server->plan.copies;

	return copies && g_str_equal(v->listing->resource, "pods") ? copies : 1;
}

/* --- what it says ----------------------------------------------------------------------------- */

const char *visit_query(const struct visit *v, const char *name)
{
	return MHD_lookup_connection_value(v->connection, MHD_GET_ARGUMENT_KIND, name);
}

gboolean visit_asks(const struct visit *v, const char *name)
{
	const char *value = visit_query(v, name);

	return value && (g_str_equal(value, "true") || g_str_equal(value, "1"));
}

const char *visit_header(const struct visit *v, const char *name)
{
	return MHD_lookup_connection_value(v->connection, MHD_HEADER_KIND, name);
}

gboolean visit_wants_metadata(const struct visit *v)
{
	const char *accept = visit_header(v, "Accept");

	return accept && strstr(accept, "as=PartialObjectMetadata");
}

gint64 visit_moment_ms(const struct visit *v)
{
	const struct drill_server *s = v->server;

	return s->plan.in_time ? story_now_ms(&s->story) : MOMENT_FIRST;
}

/* --- waiting ---------------------------------------------------------------------------------- */

gboolean visit_wait(struct visit *v, gint64 until_us)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		v->connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct pollfd ends[] = { { .fd = v->server->stop_fd, .events = POLLIN },
				 { .fd = info ? info->connect_fd : -1, .events = POLLRDHUP } };
	gint64 left_ms;
	int n;

	do {
		left_ms = until_us < G_MAXINT64 ? (until_us - g_get_monotonic_time() + 999) / 1000
						: G_MAXINT;
		n = poll(ends, G_N_ELEMENTS(ends), CLAMP(left_ms, 0, G_MAXINT));
	} while (n == 0 ? left_ms > 0 : n < 0 && errno == EINTR);
	v->leaving = n != 0;
	return !v->leaving;
}
