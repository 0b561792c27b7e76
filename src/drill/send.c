/*
 * send - answers on their way: headers, coding, and the faults that concern bytes.
 */
#include "parts.h"

#include <microhttpd.h>

#include <gio/gio.h>
#include <string.h>
#include <time.h>

#define GZIP_LEAST_BYTES (128 * 1024)
#define SIZED_MOST_BYTES 2048 /* a longer body goes in chunks */
#define SLOW_BYTES       4096
#define BLOCK_BYTES      16384
#define GARBLED_STEP     101

struct answer *answer_body(int status, const char *content_type, GBytes *body)
{
	struct answer *a = g_new0(struct answer, 1);

	a->status = status;
	a->content_type = content_type;
	a->body = body;
	return a;
}

struct answer *answer_json(GString *body)
{
	return answer_body(200, "application/json", g_string_free_to_bytes(body));
}

struct answer *answer_text(int status, const char *text)
{
	return answer_body(status, "text/plain; charset=utf-8", g_bytes_new(text, strlen(text)));
}

struct answer *answer_flow(const char *content_type, const struct flow *flow)
{
	struct answer *a = answer_body(200, content_type, NULL);

	a->flow = *flow;
	return a;
}

void answer_free(struct answer *a)
{
	if (!a)
		return;
	g_clear_pointer(&a->body, g_bytes_unref);
	if (a->flow.free)
		a->flow.free(a->flow.state);
	g_free(a);
}

/* --- the body --------------------------------------------------------------------------------- */

struct sender {
	struct visit *v;
	struct answer *a;
	GString *piece; /* of a flow */
	const char *data;
	gsize left; /* of data */
	gboolean last;
	gint64 sent;
};

static void sender_free(void *data)
{
	struct sender *s = data;

	answer_free(s->a);
	g_string_free(s->piece, TRUE);
	g_free(s);
}

/* FALSE: there is no more. */
static gboolean refill(struct sender *s)
{
	while (!s->left && !s->last) {
		g_string_truncate(s->piece, 0);
		s->last = !s->a->flow.next(s->a->flow.state, s->v, s->piece);
		s->data = s->piece->str;
		s->left = s->piece->len;
	}
	return s->left > 0;
}

/* How much may be sent now, `most` at most; -1 where it must end.  Waits where that is the
 * fault. */
static gint64 allowed(struct sender *s, gint64 most)
{
	const struct drill_fault *slow = s->v->faults[DRILL_SLOW], *cut = s->v->faults[DRILL_CUT];

	if (cut && s->sent >= cut->amount)
		return -1;
	if (cut)
		most = MIN(most, cut->amount - s->sent);
	if (!slow)
		return most;
	if (s->sent % SLOW_BYTES == 0 &&
	    !visit_wait(s->v, g_get_monotonic_time() + slow->amount * 1000))
		return -1;
	return MIN(most, SLOW_BYTES - s->sent % SLOW_BYTES);
}

static void garble(const struct sender *s, char *bytes, gsize size)
{
	const struct drill_fault *garbled = s->v->faults[DRILL_GARBLED];
	gint64 step = garbled && garbled->amount > 0 ? garbled->amount : GARBLED_STEP;

	for (gsize i = 0; garbled && i < size; i++)
		if ((s->sent + (gint64)i) % step == step - 1)
			bytes[i] ^= 0x55;
}

static ssize_t read_body(void *user, uint64_t position, char *out, size_t max)
{
	struct sender *s = user;
	gint64 most = allowed(s, max);

	if (most < 0)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	if (!refill(s))
		return s->v->leaving ? MHD_CONTENT_READER_END_WITH_ERROR
				     : MHD_CONTENT_READER_END_OF_STREAM;
	most = MIN(most, (gint64)s->left);
	memcpy(out, s->data, most);
	garble(s, out, most);
	s->data += most;
	s->left -= most;
	s->sent += most;
	return most;
}

/* --- coding ----------------------------------------------------------------------------------- */

static gboolean wants_gzip(const struct visit *v, const struct answer *a)
{
	const char *accepted = visit_header(v, "Accept-Encoding");

	return accepted && strstr(accepted, "gzip") && a->body &&
	       g_bytes_get_size(a->body) >= GZIP_LEAST_BYTES && !v->faults[DRILL_GARBLED] &&
	       !v->faults[DRILL_BAD_GZIP];
}

/* As fast as a real server's: level 1. */
static void gzip(struct answer *a)
{
	g_autoptr(GInputStream) plain = g_memory_input_stream_new_from_bytes(a->body);
	g_autoptr(GZlibCompressor) level1 = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1);
	g_autoptr(GInputStream) packed = g_converter_input_stream_new(plain, G_CONVERTER(level1));
	g_autoptr(GOutputStream) out = g_memory_output_stream_new_resizable();

	g_output_stream_splice(out, packed, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, NULL);
	g_bytes_unref(a->body);
	a->body = g_memory_output_stream_steal_as_bytes(G_MEMORY_OUTPUT_STREAM(out));
}

/* --- the head --------------------------------------------------------------------------------- */

static char *http_date(gint64 offset_s)
{
	static const char days[] = "SunMonTueWedThuFriSat",
			  months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t now = g_get_real_time() / G_USEC_PER_SEC + offset_s;
	struct tm t;

	gmtime_r(&now, &t);
	return g_strdup_printf("%.3s, %02d %.3s %04d %02d:%02d:%02d GMT", days + 3 * t.tm_wday,
			       t.tm_mday, months + 3 * t.tm_mon, t.tm_year + 1900, t.tm_hour,
			       t.tm_min, t.tm_sec);
}

static void add_server_headers(struct MHD_Response *r, const struct visit *v)
{
	g_autofree char *audit = g_uuid_string_random();

	MHD_add_response_header(r, "Audit-Id", audit);
	MHD_add_response_header(r, "Cache-Control", "no-cache, private");
	/* Logs are no subject of priority and fairness. */
	if (g_strcmp0(v->subresource, "log") == 0)
		return;
	MHD_add_response_header(r, "X-Kubernetes-Pf-Flowschema-Uid", v->server->flow_schema);
	MHD_add_response_header(r, "X-Kubernetes-Pf-Prioritylevel-Uid", v->server->priority_level);
}

static void add_headers(struct MHD_Response *r, const struct visit *v, const struct answer *a,
			gboolean coded)
{
	const struct drill_fault *clock = v->faults[DRILL_CLOCK];
	g_autofree char *date = http_date(clock ? clock->amount : 0);
	g_autofree char *retry = g_strdup_printf("%" G_GINT64_FORMAT, a->retry_after_s);

	if (!a->foreign)
		add_server_headers(r, v);
	if (a->content_type)
		MHD_add_response_header(r, "Content-Type", a->content_type);
	if (coded || v->faults[DRILL_BAD_GZIP])
		MHD_add_response_header(r, "Content-Encoding", "gzip");
	if (a->retry_after_s)
		MHD_add_response_header(r, "Retry-After", retry);
	MHD_add_response_header(r, "Date", date);
}

static guint64 told_size(const struct answer *a)
{
	gsize size = a->body ? g_bytes_get_size(a->body) : 0;

	if (!a->body && !a->flow.next)
		return 0;
	return a->body && size <= SIZED_MOST_BYTES ? size : MHD_SIZE_UNKNOWN;
}

gboolean answer_send(struct visit *v, struct answer *a)
{
	struct sender *s = g_new0(struct sender, 1);
	gboolean coded = wants_gzip(v, a), queued;
	struct MHD_Response *r;

	if (coded)
		gzip(a);
	s->v = v;
	s->a = a;
	s->piece = g_string_new(NULL);
	s->last = !a->flow.next;
	s->data = a->body ? g_bytes_get_data(a->body, &s->left) : NULL;
	r = MHD_create_response_from_callback(told_size(a), BLOCK_BYTES, read_body, s, sender_free);
	add_headers(r, v, a, coded);
	queued = MHD_queue_response(v->connection, a->status, r) == MHD_YES;
	MHD_destroy_response(r);
	return queued;
}
