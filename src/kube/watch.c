/*
 * WATCH: lines of events, for as long as it is wanted.
 *
 *	streaming	a request is under way.  It ends at its timeout, as streams do: the next
 *			begins at once.
 *	waiting		a timer runs, since the last one failed; it doubles from FIRST_WAIT_MS to
 *			LONGEST_WAIT_MS, with jitter, and begins small again after a stream that
 *			lasted.
 *	over		the resourceVersion has expired (410), or watching is denied: only a new
 *			listing helps.
 *
 * 1  `version` is that of the last event or bookmark: each stream begins behind it, so nothing
 *    comes twice and nothing is left out. `given` is that of the last one that was given on: where
 *    events could not be, the next stream begins there again.
 * 2  A line is given on whole.  What is left of one when a stream ends comes again with the next.
 */
#include "lines.h"
#include "source.h"

#include <kase/kube.h>
#include <kase/text.h>

#include <string.h>

#define LINE_BYTES      (32 << 20)
#define SEGMENT_BYTES   (1 << 20)
#define SEGMENT_MS      100
#define FIRST_WAIT_MS   800
#define LONGEST_WAIT_MS 30000
#define MESSAGE_CELLS   200
#define LASTED_US       (120 * G_USEC_PER_SEC)

struct kube_watch {
	struct http *http;
	GMainContext *context;
	struct kube_watch_call call;
	char *namespace, *field_selector, *version, *given;
	struct transfer *transfer;
	struct lines lines;
	GString *segment;
	guint events;
	GSource *timer; /* of the segment */
	GSource *retry;
	guint wait_ms;
	gint64 began_us;
	gboolean any, over; /* an event came in this stream; stopped */
	GError *told;       /* by an ERROR event */
	guint inside;
};

static void watch_release(struct kube_watch *w)
{
	if (!w->over || w->inside)
		return;
	lines_clear(&w->lines);
	g_string_free(w->segment, TRUE);
	g_clear_error(&w->told);
	g_free(w->namespace);
	g_free(w->field_selector);
	g_free(w->version);
	g_free(w->given);
	g_main_context_unref(w->context);
	g_free(w);
}

static void stop(struct kube_watch *w)
{
	w->over = TRUE;
	g_clear_pointer(&w->transfer, transfer_cancel);
	source_drop(&w->timer);
	source_drop(&w->retry);
}

/* --- segments --------------------------------------------------------------------------------- */

static void set_text(char **text, char *value)
{
	g_free(*text);
	*text = value;
}

/* What cannot be understood must not be kept: the stream ends, and the next one brings it again. */
static void take_back(struct kube_watch *w)
{
	set_text(&w->version, g_strdup(w->given));
}

static void give_segment(struct kube_watch *w)
{
	g_autoptr(GBytes) lines = NULL;
	g_autoptr(GBytes) kept = NULL;
	guint withheld = 0, events = w->events;

	source_drop(&w->timer);
	if (!w->segment->len)
		return;
	lines = g_string_free_to_bytes(g_steal_pointer(&w->segment));
	/* Most watches are quiet: the room that a burst took is given back. */
	w->segment = g_string_new(NULL);
	w->events = 0;
	kept = w->call.resource->metadata_only
		       ? kube_withhold(lines, &withheld, w->told ? NULL : &w->told)
		       : g_bytes_ref(lines);
	if (!kept) {
		take_back(w);
		return;
	}
	set_text(&w->given, g_strdup(w->version));
	w->call.segment(w->call.user, kept, events, withheld);
}

static void stream_ended(struct kube_watch *w, const struct http_head *head, const GError *error);

static gboolean segment_is_due(void *data)
{
	struct kube_watch *w = data;

	w->inside++;
	give_segment(w);
	if (w->told && !w->over) { /* nothing else may come for minutes */
		g_clear_pointer(&w->transfer, transfer_cancel);
		stream_ended(w, NULL, NULL);
	}
	w->inside--;
	watch_release(w);
	return G_SOURCE_REMOVE;
}

static void add_event(struct kube_watch *w, const char *line, gsize size)
{
	w->any = TRUE;
	w->events++;
	g_string_append_len(w->segment, line, (gssize)size);
	g_string_append_c(w->segment, '\n');
	if (w->segment->len >= SEGMENT_BYTES) {
		give_segment(w);
	} else if (!w->timer) {
		w->timer = g_timeout_source_new(SEGMENT_MS);
		g_source_set_callback(w->timer, segment_is_due, w, NULL);
		g_source_attach(w->timer, w->context);
	}
}

/* --- lines ------------------------------------------------------------------------------------ */

static void take_error(struct kube_watch *w, const char *line, gsize size)
{
	g_autoptr(json_tree) event = json_parse(line, (gssize)size, NULL);
	gint64 code = json_int(event, "object.code", 0);
	g_autofree char *message = text_safe(json_string(event, "object.message") ?: "nothing more",
					     -1);
	g_autofree char *words = text_cut_end(message, MESSAGE_CELLS, FALSE);

	g_clear_error(&w->told);
	w->told = g_error_new(KUBE_ERROR, code == 410 ? KUBE_ERROR_GONE : KUBE_ERROR_BUSY,
			      "watch of %s: the server says %d: %s", w->call.resource->resource,
			      (int)code, words);
}

static gboolean slice_is(const char *line, struct json_slice s, const char *quoted)
{
	return s.length == strlen(quoted) && memcmp(line + s.offset, quoted, s.length) == 0;
}

static void take_version(struct kube_watch *w, char *version)
{
	if (version && *version)
		set_text(&w->version, version);
	else
		g_free(version);
}

/* FALSE ends the stream. */
static gboolean take_line(void *user, const char *line, gsize size)
{
	struct kube_watch *w = user;
	struct json_slice type, version;

	if (w->told) /* what was taken back comes first */
		return FALSE;
	if (!size)
		return TRUE;
	if (!json_scan_member(line, size, "type", &type)) {
		g_set_error(&w->told, KUBE_ERROR, KUBE_ERROR_GARBLED,
			    "watch of %s: a line is no event", w->call.resource->resource);
		return FALSE;
	}
	if (slice_is(line, type, "\"ERROR\"")) {
		take_error(w, line, size);
		return FALSE;
	}
	if (json_scan_member(line, size, "object.metadata.resourceVersion", &version))
		take_version(w, json_slice_string(line, version));
	if (!slice_is(line, type, "\"BOOKMARK\""))
		add_event(w, line, size);
	else if (!w->segment->len)
		set_text(&w->given, g_strdup(w->version));
	return !w->over && !w->told;
}

/* --- streams ---------------------------------------------------------------------------------- */

static gboolean on_data(void *user, const struct http_head *head, const char *bytes, gsize size)
{
	struct kube_watch *w = user;
	enum lines_end end;

	w->inside++;
	end = lines_feed(&w->lines, bytes, size, take_line, w);
	if (end == LINES_TOO_LONG)
		g_set_error(&w->told, KUBE_ERROR, KUBE_ERROR_TOO_LARGE,
			    "watch of %s: a line of more than %d bytes", w->call.resource->resource,
			    LINE_BYTES);
	w->inside--;
	watch_release(w);
	return end == LINES_MORE;
}

static void on_head(void *user, const struct http_head *head)
{
	struct kube_watch *w = user;

	w->inside++;
	w->began_us = g_get_monotonic_time();
	if (w->call.begun)
		w->call.begun(w->call.user, transfer_url(w->transfer), head);
	w->inside--;
	watch_release(w);
}

static void on_done(void *user, const struct http_head *head, GBytes *body, const GError *error);

static void begin(struct kube_watch *w)
{
	g_autofree char *plain = kube_path(w->call.resource, w->namespace, NULL);
	gint32 seconds = g_random_int_range(300, 600);
	GString *path = g_string_new(plain);
	struct http_call call = {
		.accept = kube_accept(w->call.resource, FALSE),
		.idle_s = seconds + 60,
		.lasting = TRUE,
		.head = on_head,
		.data = on_data,
		.done = on_done,
		.user = w,
	};

	g_string_append_printf(
		path,
		"?watch=1&allowWatchBookmarks=true&timeoutSeconds=%d&resourceVersion=", seconds);
	g_string_append_uri_escaped(path, w->version, NULL, FALSE);
	if (w->field_selector) {
		g_string_append(path, "&fieldSelector=");
		g_string_append_uri_escaped(path, w->field_selector, NULL, FALSE);
	}
	call.path = path->str;
	w->any = FALSE;
	w->began_us = g_get_monotonic_time();
	lines_drop(&w->lines);
	w->transfer = http_get(w->http, &call);
	g_string_free(path, TRUE);
}

static gboolean begin_later(void *data)
{
	struct kube_watch *w = data;

	g_clear_pointer(&w->retry, g_source_unref);
	begin(w);
	return G_SOURCE_REMOVE;
}

/* How long to wait before the next stream, in milliseconds. */
static guint next_wait(struct kube_watch *w, const struct http_head *head, const GError *error)
{
	gint64 lasted_us = g_get_monotonic_time() - w->began_us;
	guint wait;

	if (!error && (w->any || lasted_us > G_USEC_PER_SEC)) {
		w->wait_ms = 0;
		return 0;
	}
	if (lasted_us > LASTED_US)
		w->wait_ms = 0;
	w->wait_ms = w->wait_ms ? MIN(2 * w->wait_ms, LONGEST_WAIT_MS) : FIRST_WAIT_MS;
	wait = w->wait_ms + (guint)g_random_int_range(0, (gint32)w->wait_ms);
	if (head && head->retry_after_s > 0)
		wait = MAX(wait, (guint)MIN(head->retry_after_s, 600) * 1000);
	return wait;
}

static enum kube_watch_state state_after(const GError *error, guint wait_ms)
{
	if (g_error_matches(error, KUBE_ERROR, KUBE_ERROR_GONE))
		return KUBE_WATCH_GONE;
	if (g_error_matches(error, KUBE_ERROR, KUBE_ERROR_DENIED))
		return KUBE_WATCH_DENIED;
	return error || wait_ms ? KUBE_WATCH_WAITING : KUBE_WATCH_LIVE;
}

static void stream_ended(struct kube_watch *w, const struct http_head *head, const GError *error)
{
	g_autoptr(GError) told = g_steal_pointer(&w->told);
	const GError *why = told ? told : error;
	guint wait = next_wait(w, head, why);
	enum kube_watch_state state = state_after(why, wait);

	if (state == KUBE_WATCH_GONE || state == KUBE_WATCH_DENIED) {
		wait = 0;
	} else {
		w->retry = g_timeout_source_new(wait);
		g_source_set_callback(w->retry, begin_later, w, NULL);
		g_source_attach(w->retry, w->context);
	}
	w->call.ended(w->call.user, state, why, (wait + 999) / 1000);
}

static void on_done(void *user, const struct http_head *head, GBytes *body, const GError *error)
{
	struct kube_watch *w = user;

	w->inside++;
	w->transfer = NULL;
	give_segment(w);
	if (!w->over)
		stream_ended(w, head, error);
	w->inside--;
	watch_release(w);
}

struct kube_watch *kube_watch_start(struct http *h, const struct kube_watch_call *call)
{
	struct kube_watch *w = g_new0(struct kube_watch, 1);

	w->http = h;
	w->context = g_main_context_ref(http_context(h));
	w->call = *call;
	w->namespace = g_strdup(call->namespace);
	w->field_selector = g_strdup(call->field_selector);
	w->version = g_strdup(call->resource_version ?: "");
	w->given = g_strdup(w->version);
	lines_init(&w->lines, LINE_BYTES);
	w->segment = g_string_new(NULL);
	begin(w);
	return w;
}

void kube_watch_stop(struct kube_watch *w)
{
	if (!w || w->over)
		return;
	w->inside++;
	give_segment(w); /* empty where this is called from a callback */
	stop(w);
	w->inside--;
	watch_release(w);
}
