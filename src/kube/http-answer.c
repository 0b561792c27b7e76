#include "http-private.h"

#include <kase/stamp.h>
#include <kase/text.h>

#include <stdlib.h>
#include <string.h>

#define TEXT_BYTES 4096        /* of one field of a head */
#define BODY_BYTES (256 << 20) /* of a body that is gathered and has no ceiling of its own */

void answer_clear(struct answer *a)
{
	g_free(a->date);
	g_free(a->audit_id);
	g_free(a->content_type);
	g_free(a->coding);
	g_free(a->warning);
	g_clear_pointer(&a->body, g_byte_array_unref);
	g_clear_error(&a->error);
	*a = (struct answer){ .head.retry_after_s = -1 };
}

/* --- the head --------------------------------------------------------------------------------- */

static void take_text(char **field, const char **shown, const char *value)
{
	g_free(*field);
	*field = text_safe(value, (gssize)MIN(strlen(value), TEXT_BYTES));
	*shown = *field;
}

/* The server's Date has whole seconds.  One that nanoseconds cannot say is no clock's. */
static void take_date(struct answer *a, const char *value)
{
	time_t then = curl_getdate(value, NULL);

	take_text(&a->date, &a->head.date, value);
	if (then > 0 && then < G_MAXINT64 / STAMP_SECOND)
		a->head.clock_offset_ns = (gint64)then * STAMP_SECOND - stamp_now();
}

/* One that says several things may stand there several times. */
static void take_warning(struct answer *a, const char *value)
{
	g_autofree char *all = a->warning ? g_strdup_printf("%s, %s", a->warning, value)
					  : g_strdup(value);

	take_text(&a->warning, &a->head.warning, all);
}

/* Seconds, or a date (RFC 9110, 10.2.3), which is told by the server's clock. */
static void take_retry_after(struct answer *a, const char *value)
{
	gint64 now_s = (stamp_now() + a->head.clock_offset_ns) / STAMP_SECOND;
	guint64 seconds;
	time_t until;

	if (g_ascii_string_to_unsigned(value, 10, 0, G_MAXINT32, &seconds, NULL)) {
		a->head.retry_after_s = (gint64)seconds;
		return;
	}
	until = curl_getdate(value, NULL);
	if (until > 0)
		a->head.retry_after_s = CLAMP((gint64)until - now_s, 0, G_MAXINT32);
}

static void take_header(struct answer *a, const char *name, const char *value)
{
	if (g_ascii_strcasecmp(name, "date") == 0)
		take_date(a, value);
	else if (g_ascii_strcasecmp(name, "audit-id") == 0)
		take_text(&a->audit_id, &a->head.audit_id, value);
	else if (g_ascii_strcasecmp(name, "content-type") == 0)
		take_text(&a->content_type, &a->head.content_type, value);
	else if (g_ascii_strcasecmp(name, "content-encoding") == 0)
		take_text(&a->coding, &a->head.coding, value);
	else if (g_ascii_strcasecmp(name, "warning") == 0)
		take_warning(a, value);
	else if (g_ascii_strcasecmp(name, "retry-after") == 0)
		take_retry_after(a, value);
}

static void begin_head(struct answer *a, const char *line)
{
	const char *space = strchr(line, ' ');
	gsize bytes = a->head_bytes;

	answer_clear(a);
	a->head_bytes = bytes;
	a->head.status = space ? atoi(space + 1) : 0;
}

/* Nothing of an API server's is HTML: it is a gateway's or a login's page, whatever its status
 * says. */
static gboolean is_page(const struct answer *a)
{
	return a->content_type && g_ascii_strncasecmp(a->content_type, "text/html", 9) == 0;
}

static void end_head(struct transfer *t)
{
	struct answer *a = &t->answer;

	if (a->head.status < 200) /* the real one follows */
		return;
	a->whole = TRUE;
	a->refused = a->head.status > 299 || is_page(a);
	if (a->refused || !t->call.head || t->state == TRANSFER_DONE)
		return;
	t->http->inside++;
	t->call.head(t->call.user, &a->head);
	t->http->inside--;
}

size_t answer_on_header(char *bytes, size_t one, size_t size, void *transfer)
{
	struct transfer *t = transfer;
	struct answer *a = &t->answer;
	g_autofree char *line = g_strchomp(g_strndup(bytes, size));
	char *colon = strchr(line, ':');

	t->heard_us = g_get_monotonic_time();
	a->head_bytes += size;
	if (a->head_bytes > HTTP_HEAD_BYTES) {
		g_clear_error(&a->error);
		g_set_error(&a->error, KUBE_ERROR, KUBE_ERROR_GARBLED,
			    "%s: the head of the answer does not end; what stands between?",
			    t->http->shown);
		return 0;
	}
	if (a->whole) /* what follows the body changes nothing */
		return size;
	if (g_str_has_prefix(line, "HTTP/")) {
		begin_head(a, line);
	} else if (!*line) {
		end_head(t);
	} else if (colon) {
		*colon = '\0';
		take_header(a, line, g_strchug(colon + 1));
	}
	return size;
}

void answer_read_status(struct answer *a)
{
	const char *data = a->body ? (const char *)a->body->data : "";
	struct json_slice seconds;

	if (!a->refused || a->head.retry_after_s >= 0 || !a->body ||
	    !json_scan_member(data, a->body->len, "details.retryAfterSeconds", &seconds) ||
	    !g_ascii_isdigit(data[seconds.offset]))
		return;
	a->head.retry_after_s = MIN(g_ascii_strtoll(data + seconds.offset, NULL, 10), G_MAXINT32);
}

/* --- the body --------------------------------------------------------------------------------- */

static void gather(struct answer *a, const char *bytes, gsize size)
{
	if (!a->body)
		a->body = g_byte_array_new();
	g_byte_array_append(a->body, (const guint8 *)bytes, (guint)size);
}

static gboolean too_large(struct transfer *t, gsize ceiling)
{
	g_set_error(&t->answer.error, KUBE_ERROR, KUBE_ERROR_TOO_LARGE,
		    "%s: the answer to %s is larger than %" G_GSIZE_FORMAT
		    " bytes; it was cut there",
		    t->http->shown, t->path, ceiling);
	return FALSE;
}

/* FALSE ends the transfer. */
static gboolean take_body(struct transfer *t, const char *bytes, gsize size)
{
	struct answer *a = &t->answer;
	gsize ceiling = t->call.max_bytes;

	if (a->refused) {
		gsize room = HTTP_ERROR_BYTES - (a->body ? a->body->len : 0);

		gather(a, bytes, MIN(size, room));
		return size <= room;
	}
	if (!ceiling && !t->call.data)
		ceiling = BODY_BYTES;
	if (ceiling && a->received > ceiling)
		return too_large(t, ceiling);
	if (t->call.data)
		return t->call.data(t->call.user, &a->head, bytes, size);
	gather(a, bytes, size);
	return TRUE;
}

size_t answer_on_body(char *bytes, size_t one, size_t size, void *transfer)
{
	struct transfer *t = transfer;
	gboolean more;

	if (t->state == TRANSFER_DONE)
		return 0;
	if (t->paused)
		return CURL_WRITEFUNC_PAUSE;
	t->heard_us = g_get_monotonic_time();
	t->answer.received += size;
	t->http->meter.bytes_received += size;
	t->http->inside++;
	more = take_body(t, bytes, size);
	t->http->inside--;
	return more && t->state != TRANSFER_DONE ? size : 0;
}
