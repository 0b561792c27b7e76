#include "kube-script.h"

#include "../lib/loop.h"

#include <string.h>

#define NO_ERROR -1

/* Where a watch is stopped. */
enum place { NOWHERE, IN_BEGUN, IN_SEGMENT, IN_ENDED };

struct watching {
	struct kube_watch_call call; /* what is not the same in all of them */
	struct kube_watch *watch;
	GString *told; /* segments as they came */
	guint begun, segments, events, withheld, ends;
	gsize largest; /* segment, in bytes */
	gint64 retry_s[2];
	gboolean ended;
	enum place stop;
	enum kube_watch_state state;
	GError *error;
};

static void stop_in(struct watching *w, enum place here)
{
	if (w->stop != here)
		return;
	kube_watch_stop(g_steal_pointer(&w->watch));
	w->ended = TRUE;
}

static void on_begun(void *user, const char *url, const struct http_head *head)
{
	struct watching *w = user;

	g_assert_nonnull(strstr(url, "watch=1"));
	g_assert_cmpint(head->status, ==, 200);
	w->begun++;
	stop_in(w, IN_BEGUN);
}

static void on_segment(void *user, GBytes *lines, guint events, guint withheld)
{
	struct watching *w = user;
	gsize size = g_bytes_get_size(lines);

	g_assert_cmpuint(events, >, 0);
	g_string_append_len(w->told, g_bytes_get_data(lines, NULL), (gssize)size);
	w->segments++;
	w->events += events;
	w->withheld += withheld;
	w->largest = MAX(w->largest, size);
	stop_in(w, IN_SEGMENT);
}

static void on_watch_end(void *user, enum kube_watch_state state, const GError *error,
			 gint64 retry_s)
{
	struct watching *w = user;

	if (w->ends < G_N_ELEMENTS(w->retry_s))
		w->retry_s[w->ends] = retry_s;
	w->ends++;
	w->ended = TRUE;
	w->state = state;
	g_clear_error(&w->error);
	w->error = error ? g_error_copy(error) : NULL;
	stop_in(w, IN_ENDED);
}

static void watching_start(struct watching *w, struct http *h, const char *resource)
{
	w->call.resource = kube_resource_find(resource);
	w->call.resource_version = w->call.resource_version ?: "7";
	w->call.begun = on_begun;
	w->call.segment = on_segment;
	w->call.ended = on_watch_end;
	w->call.user = w;
	w->told = g_string_new(NULL);
	w->watch = kube_watch_start(h, &w->call);
}

static void watching_clear(struct watching *w)
{
	kube_watch_stop(w->watch);
	g_string_free(w->told, TRUE);
	g_clear_error(&w->error);
}

#define EVENT(rv) \
	"{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"resourceVersion\":\"" rv "\"}}}\n"
#define MARK(rv) \
	"{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"" rv "\"}}}\n"
#define SAYS(code, message)                                                  \
	"{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"code\":" code \
	",\"message\":\"" message "\"}}\n"

static const struct {
	const char *name, *answer;
	enum kube_watch_state state;
	int error;
	guint events;
	const char *resumed; /* resourceVersion of the next request, or NULL */
} watches[] = {
	{ "events, then its time is over", SCRIPT_OK(EVENT("8") EVENT("9")), KUBE_WATCH_LIVE,
	  NO_ERROR, 2, "9" },
	{ "a bookmark is no event", SCRIPT_OK(EVENT("8") MARK("12")), KUBE_WATCH_LIVE, NO_ERROR, 1,
	  "12" },
	{ "half a line comes again", SCRIPT_OK(EVENT("8") "{\"type\":\"ADDED\",\"obj"),
	  KUBE_WATCH_LIVE, NO_ERROR, 1, "8" },
	{ "an event without a version",
	  SCRIPT_OK(EVENT("8") "{\"type\":\"ADDED\",\"object\":{}}\n"), KUBE_WATCH_LIVE, NO_ERROR,
	  2, "8" },
	{ "a version that is no string",
	  SCRIPT_OK("{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"resourceVersion\":9}}}\n"),
	  KUBE_WATCH_LIVE, NO_ERROR, 1, "7" },
	{ "at once over", SCRIPT_OK(""), KUBE_WATCH_WAITING, NO_ERROR, 0, NULL },
	{ "too old", SCRIPT_OK(EVENT("8") SAYS("410", "too old")), KUBE_WATCH_GONE, KUBE_ERROR_GONE,
	  1, NULL },
	{ "410 at once", SCRIPT_JSON("410 Gone") "\r\n{}", KUBE_WATCH_GONE, KUBE_ERROR_GONE, 0,
	  NULL },
	{ "denied", SCRIPT_JSON("403 No") "\r\n{}", KUBE_WATCH_DENIED, KUBE_ERROR_DENIED, 0, NULL },
	{ "another error", SCRIPT_OK(EVENT("8") SAYS("500", "a\\u001b[2Jb")), KUBE_WATCH_WAITING,
	  KUBE_ERROR_BUSY, 1, "8" },
	{ "401", SCRIPT_JSON("401 No") "\r\n{}", KUBE_WATCH_WAITING, KUBE_ERROR_CREDENTIAL, 0,
	  "7" },
	{ "the server is busy", SCRIPT_JSON("429 Wait") "Retry-After: 1\r\n\r\n{}",
	  KUBE_WATCH_WAITING, KUBE_ERROR_BUSY, 0, "7" },
	{ "cut in its chunks",
	  SCRIPT_JSON("200 OK") "Transfer-Encoding: chunked\r\n\r\n4d\r\n" EVENT("8"),
	  KUBE_WATCH_WAITING, KUBE_ERROR_CUT, 1, "8" },
	{ "empty lines", SCRIPT_OK("\n" EVENT("8") "\n\n" EVENT("9") "\n"), KUBE_WATCH_LIVE,
	  NO_ERROR, 2, "9" },
	{ "a list instead", SCRIPT_OK("{\"kind\":\"PodList\",\"items\":[]}\n"), KUBE_WATCH_WAITING,
	  KUBE_ERROR_GARBLED, 0, "7" },
	{ "no event", SCRIPT_OK(EVENT("8") "what?\n"), KUBE_WATCH_WAITING, KUBE_ERROR_GARBLED, 1,
	  "8" },
	{ "a page", SCRIPT_HEAD("200 OK", "text/html") "\r\n<html>\n", KUBE_WATCH_WAITING,
	  KUBE_ERROR_GARBLED, 0, "7" },
};

static gboolean has_resumed(void *user)
{
	return script_asked(user) > 1;
}

static void watches_end_or_go_on(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(watches); i++) {
		struct script_answer answers[] = {
			{ .path = "/", .bytes = watches[i].answer, .times = 1 },
			{ .path = "/", .hold = TRUE },
		};
		g_autoptr(script) s = script_start(answers, G_N_ELEMENTS(answers));
		struct watching w = { 0 };

		g_test_message("%s", watches[i].name);
		watching_start(&w, s->http, "pods");
		g_assert_true(loop_until(&w.ended));
		g_assert_cmpint(w.state, ==, watches[i].state);
		if (watches[i].error == NO_ERROR)
			g_assert_no_error(w.error);
		else
			g_assert_error(w.error, KUBE_ERROR, watches[i].error);
		if (w.error)
			g_assert_null(strchr(w.error->message, '\033'));
		g_assert_cmpuint(w.events, ==, watches[i].events);
		if (w.state == KUBE_WATCH_WAITING)
			g_assert_cmpint(w.retry_s[0], >, 0);
		else
			g_assert_cmpint(w.retry_s[0], ==, 0);
		if (watches[i].resumed) {
			g_autofree char *asked = NULL,
					*line = g_strdup_printf("&resourceVersion=%s ",
								watches[i].resumed);

			g_assert_true(loop_until_true(has_resumed, s));
			asked = script_request(s, 1);
			g_assert_nonnull(strstr(asked, line));
		}
		watching_clear(&w);
	}
}

/* A secret's event that cannot be understood is not kept, and asked for again. */
static void what_could_not_be_kept_is_asked_for_again(void)
{
	static const struct script_answer answers[] = {
		{ .path = "/",
		  .bytes = SCRIPT_OK(
			  MARK("8") EVENT("9") "{\"type\":\"ADDED\",\"object\":{\"metadata\":{"
					       "\"resourceVersion\":\"10\"},\"a\":!}}\n"),
		  .times = 1 },
		{ .path = "/", .hold = TRUE },
	};
	g_autoptr(script) s = script_start(answers, G_N_ELEMENTS(answers));
	struct watching w = { 0 };
	g_autofree char *asked = NULL;

	watching_start(&w, s->http, "secrets");
	g_assert_true(loop_until(&w.ended));
	g_assert_cmpint(w.state, ==, KUBE_WATCH_WAITING);
	g_assert_error(w.error, KUBE_ERROR, KUBE_ERROR_GARBLED);
	g_assert_cmpuint(w.events, ==, 0);
	g_assert_true(loop_until_true(has_resumed, s));
	asked = script_request(s, 1);
	g_assert_nonnull(strstr(asked, "&resourceVersion=8 "));
	g_assert_nonnull(strstr(asked, "as=PartialObjectMetadata;g=meta.k8s.io;v=v1\r\n"));
	watching_clear(&w);
}

/* Nothing comes after it for as long as the server likes. */
static void what_may_not_be_kept_ends_a_quiet_stream(void)
{
	static const struct script_answer answers[] = {
		{ .path = "/",
		  .bytes = SCRIPT_OK("{\"type\":\"ADDED\",\"object\":{\"metadata\":{"
				     "\"resourceVersion\":\"8\"},\"data\":{\"a\":\"hunter2\"}}}\n"),
		  .hold = TRUE },
	};
	g_autoptr(script) s = script_start(answers, G_N_ELEMENTS(answers));
	struct watching w = { 0 };

	watching_start(&w, s->http, "secrets");
	g_assert_true(loop_until(&w.ended));
	g_assert_cmpint(w.state, ==, KUBE_WATCH_WAITING);
	g_assert_error(w.error, KUBE_ERROR, KUBE_ERROR_GARBLED);
	g_assert_null(strstr(w.error->message, "hunter2"));
	g_assert_cmpuint(w.segments, ==, 0);
	watching_clear(&w);
}

static void secrets_are_watched_without_their_values(void)
{
	static const struct script_answer answers[] = {
		{ .path = "/api/v1/namespaces/payments/secrets?",
		  .bytes = SCRIPT_OK(
			  "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"resourceVersion\":\"8\","
			  "\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":"
			  "\"hunter2\"}}}}\n"),
		  .times = 1 },
		{ .path = "/", .hold = TRUE },
	};
	g_autoptr(script) s = script_start(answers, G_N_ELEMENTS(answers));
	struct watching w = { .call.namespace = "payments" };

	watching_start(&w, s->http, "secrets");
	g_assert_true(loop_until(&w.ended));
	g_assert_cmpuint(w.withheld, ==, 1);
	g_assert_null(strstr(w.told->str, "hunter2"));
	g_assert_nonnull(strstr(w.told->str, "withheld:7 bytes"));
	watching_clear(&w);
}

/* Each byte in a chunk of its own. */
static void lines_are_whole_wherever_they_were_split(void)
{
	static const char lines[] = EVENT("8") MARK("9") EVENT("10");
	static const char kept[] = EVENT("8") EVENT("10");
	g_autoptr(GString)
		bytes = g_string_new(SCRIPT_JSON("200 OK") "Transfer-Encoding: chunked\r\n\r\n");
	struct script_answer answers[] = { { .path = "/", .times = 1 },
					   { .path = "/", .hold = TRUE } };
	g_autoptr(script) s = NULL;
	struct watching w = { 0 };

	for (const char *at = lines; *at; at++)
		g_string_append_printf(bytes, "1\r\n%c\r\n", *at);
	g_string_append(bytes, "0\r\n\r\n");
	answers[0].bytes = bytes->str;
	s = script_start(answers, G_N_ELEMENTS(answers));
	watching_start(&w, s->http, "pods");
	g_assert_true(loop_until(&w.ended));
	g_assert_no_error(w.error);
	g_assert_cmpstr(w.told->str, ==, kept);
	g_assert_cmpuint(w.events, ==, 2);
	watching_clear(&w);
}

#define MANY 20000

static void a_storm_comes_in_large_segments(void)
{
	g_autoptr(GString) bytes = g_string_new(SCRIPT_OK(""));
	struct script_answer answers[] = { { .path = "/", .times = 1 },
					   { .path = "/", .hold = TRUE } };
	g_autoptr(script) s = NULL;
	struct watching w = { 0 };

	for (guint i = 0; i < MANY; i++)
		g_string_append_printf(bytes, EVENT("%u"), i);
	answers[0].bytes = bytes->str;
	s = script_start(answers, G_N_ELEMENTS(answers));
	watching_start(&w, s->http, "pods");
	g_assert_true(loop_until(&w.ended));
	g_assert_cmpuint(w.events, ==, MANY);
	g_assert_cmpstr(w.told->str, ==, bytes->str + strlen(SCRIPT_OK("")));
	g_assert_cmpuint(w.segments, >, 1);
	g_assert_cmpuint(w.segments, <, MANY / 100);
	g_assert_cmpuint(w.largest, <, (1 << 20) + 200);
	watching_clear(&w);
}

static void a_watch_asks_for_what_it_is_told_to(void)
{
	static const struct script_answer row = { .path = "/", .hold = TRUE };
	g_autoptr(script) s = script_start(&row, 1);
	struct watching w = { .call = { .namespace = "a",
					.field_selector = "metadata.name=b",
					.resource_version = "7/=" } };
	g_autofree char *head = NULL;

	watching_start(&w, s->http, "pods");
	while (!script_asked(s))
		g_main_context_iteration(NULL, FALSE);
	head = script_request(s, 0);
	g_assert_true(g_str_has_prefix(head, "GET /api/v1/namespaces/a/pods?watch=1"
					     "&allowWatchBookmarks=true&timeoutSeconds="));
	g_assert_nonnull(strstr(
		head, "&resourceVersion=7%2F%3D&fieldSelector=metadata.name%3Db HTTP/1.1\r\n"));
	watching_clear(&w);
}

/* They wait for longer each time, however well they end. */
static void streams_that_end_at_once_come_more_slowly(void)
{
	static const struct script_answer row = { .path = "/", .bytes = SCRIPT_OK(MARK("7")) };
	g_autoptr(script) s = script_start(&row, 1);
	struct watching w = { 0 };

	watching_start(&w, s->http, "pods");
	while (w.ends < 2) {
		w.ended = FALSE;
		g_assert_true(loop_until(&w.ended));
		g_assert_cmpint(w.state, ==, KUBE_WATCH_WAITING);
		g_assert_no_error(w.error);
	}
	g_assert_cmpint(w.retry_s[0], >=, 1); /* 0.8 to 1.6 s */
	g_assert_cmpint(w.retry_s[0], <=, 2);
	g_assert_cmpint(w.retry_s[1], >=, 2); /* 1.6 to 3.2 s */
	g_assert_cmpint(w.retry_s[1], <=, 4);
	g_assert_cmpuint(script_asked(s), ==, 2);
	watching_clear(&w);
}

static void a_server_says_when_to_come_again(void)
{
	static const struct script_answer row = {
		.path = "/", .bytes = SCRIPT_JSON("503 Wait") "Retry-After: 42\r\n\r\n{}"
	};
	g_autoptr(script) s = script_start(&row, 1);
	struct watching w = { 0 };

	watching_start(&w, s->http, "pods");
	g_assert_true(loop_until(&w.ended));
	g_assert_cmpint(w.retry_s[0], ==, 42);
	watching_clear(&w);
}

static void nothing_follows_a_stop_in_any_callback(void)
{
	static const struct script_answer row = { .path = "/", .bytes = SCRIPT_OK(EVENT("8")) };
	static const struct {
		enum place stop;
		guint begun, segments, ends;
	} rows[] = { { IN_BEGUN, 1, 0, 0 }, { IN_SEGMENT, 1, 1, 0 }, { IN_ENDED, 1, 1, 1 } };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(script) s = script_start(&row, 1);
		struct watching w = { .stop = rows[i].stop }, after = { 0 };

		g_test_message("%d", rows[i].stop);
		watching_start(&w, s->http, "pods");
		g_assert_true(loop_until(&w.ended));
		/* One that begins later has resumed, as the other would have. */
		watching_start(&after, s->http, "pods");
		while (after.ends < 2)
			g_main_context_iteration(NULL, TRUE);
		g_assert_cmpuint(w.begun, ==, rows[i].begun);
		g_assert_cmpuint(w.segments, ==, rows[i].segments);
		g_assert_cmpuint(w.ends, ==, rows[i].ends);
		watching_clear(&w);
		watching_clear(&after);
	}
}

/* All that came is told: a stop leaves out nothing. */
static void a_stop_gives_on_what_had_come(void)
{
	static const struct script_answer row = { .path = "/",
						  .bytes = SCRIPT_OK(EVENT("8")),
						  .hold = TRUE };
	g_autoptr(script) s = script_start(&row, 1);
	struct watching w = { 0 };
	struct http_meter meter = { 0 };

	watching_start(&w, s->http, "pods");
	while (!meter.bytes_received) {
		g_main_context_iteration(NULL, TRUE);
		http_meter(s->http, &meter);
	}
	kube_watch_stop(g_steal_pointer(&w.watch));
	g_assert_cmpstr(w.told->str, ==, EVENT("8"));
	g_assert_cmpuint(w.segments, ==, 1);
	g_assert_cmpuint(w.ends, ==, 0);
	watching_clear(&w);
}

static void a_line_without_end_is_given_up(void)
{
	static const struct script_answer row = { .path = "/",
						  .bytes = SCRIPT_OK(EVENT("8") "{\"type\":\""),
						  .again = "0123456789abcdef0123456789abcdef" };
	g_autoptr(script) s = script_start(&row, 1);
	struct watching w = { 0 };

	watching_start(&w, s->http, "pods");
	g_assert_true(loop_until(&w.ended));
	g_assert_cmpint(w.state, ==, KUBE_WATCH_WAITING);
	g_assert_error(w.error, KUBE_ERROR, KUBE_ERROR_TOO_LARGE);
	g_assert_cmpuint(w.events, ==, 1);
	watching_clear(&w);
}

#define ADD(name) g_test_add_func("/watch/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(watches_end_or_go_on);
	ADD(what_could_not_be_kept_is_asked_for_again);
	ADD(what_may_not_be_kept_ends_a_quiet_stream);
	ADD(secrets_are_watched_without_their_values);
	ADD(lines_are_whole_wherever_they_were_split);
	ADD(a_storm_comes_in_large_segments);
	ADD(a_watch_asks_for_what_it_is_told_to);
	ADD(streams_that_end_at_once_come_more_slowly);
	ADD(a_server_says_when_to_come_again);
	ADD(nothing_follows_a_stop_in_any_callback);
	ADD(a_stop_gives_on_what_had_come);
	ADD(a_line_without_end_is_given_up);
	return g_test_run();
}
