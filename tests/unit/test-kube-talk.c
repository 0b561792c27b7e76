#include "kube-script.h"

#include "../lib/loop.h"

#include <string.h>

#define PAGE(token, items)                                                                         \
	SCRIPT_OK("{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":" \
		  "\"7\",\"continue\":\"" token "\"},\"items\":" items "}")
#define LIST     "/api/v1/pods?limit=500 "
#define AFTER    "/api/v1/pods?limit=500&continue="
#define NO_ERROR -1

/* --- lists --------------------------------------------------------------------------------------- */

struct listing {
	struct kube_list *list;
	GString *pages; /* "n:items " of each */
	gboolean done, cancel, starve, told_url;
	char *version;
	int status;
	gsize body;
	GError *error;
};

static void on_page(void *user, const struct kube_page *page)
{
	struct listing *l = user;

	g_string_append_printf(l->pages, "%u:%" G_GSIZE_FORMAT " ", page->n, page->items);
	if (l->cancel) {
		kube_list_cancel(g_steal_pointer(&l->list));
		l->done = TRUE;
	}
}

static void on_restart(void *user)
{
	struct listing *l = user;

	g_string_append(l->pages, "again ");
}

static gboolean has_room(void *user)
{
	struct listing *l = user;

	return !l->starve;
}

static void on_end(void *user, const struct kube_list_end *end)
{
	struct listing *l = user;

	g_assert_false(l->done);
	l->done = TRUE;
	l->list = NULL;
	l->version = g_strdup(end->resource_version);
	l->status = end->head ? end->head->status : 0;
	l->body = end->body ? g_bytes_get_size(end->body) : 0;
	l->told_url = end->url != NULL;
	l->error = end->error ? g_error_copy(end->error) : NULL;
}

static void listing_start(struct listing *l, struct http *h)
{
	struct kube_list_call call = {
		.resource = kube_resource_find("pods"),
		.room = has_room,
		.page = on_page,
		.restart = on_restart,
		.done = on_end,
		.user = l,
	};

	l->pages = g_string_new(NULL);
	l->list = kube_list_start(h, &call);
}

static void listing_clear(struct listing *l)
{
	g_string_free(l->pages, TRUE);
	g_clear_error(&l->error);
	g_free(l->version);
}

static const struct {
	const char *name;
	struct script_answer answers[4];
	int error, status;
	const char *pages;
} lists[] = {
	{ "empty", { { .path = LIST, .bytes = PAGE("", "[]") } }, NO_ERROR, 200, "0:0 " },
	{ "null items", { { .path = LIST, .bytes = PAGE("", "null") } }, NO_ERROR, 200, "0:0 " },
	{ "in pages, one of them empty",
	  { { .path = LIST, .bytes = PAGE("a", "[{},{}]") },
	    { .path = AFTER "a ", .bytes = PAGE("b", "[]") },
	    { .path = AFTER "b ", .bytes = PAGE("", "[{}]") } },
	  NO_ERROR,
	  200,
	  "0:2 1:0 2:1 " },
	{ "a token of odd characters",
	  { { .path = LIST, .bytes = PAGE("a+/=&", "[{}]") },
	    { .path = AFTER "a%2B%2F%3D%26 ", .bytes = PAGE("", "[{}]") } },
	  NO_ERROR,
	  200,
	  "0:1 1:1 " },
	{ "metadata after items",
	  { { .path = LIST,
	      .bytes = SCRIPT_OK(
		      "{\"items\":[{}],\"kind\":\"PodList\",\"metadata\":{\"continue\":\"a\","
		      "\"resourceVersion\":\"7\"}}") },
	    { .path = AFTER "a ", .bytes = PAGE("", "[{}]") } },
	  NO_ERROR,
	  200,
	  "0:1 1:1 " },
	{ "other JSON",
	  { { .path = LIST, .bytes = SCRIPT_OK("{\"ok\":true}") } },
	  KUBE_ERROR_GARBLED,
	  200,
	  "" },
	{ "cut in its JSON, though its HTTP is whole",
	  { { .path = LIST, .bytes = SCRIPT_OK("{\"kind\":\"PodList\",\"items\":[{}") } },
	  KUBE_ERROR_GARBLED,
	  200,
	  "" },
	{ "one page is had before the next is denied",
	  { { .path = LIST, .bytes = PAGE("a", "[{}]") },
	    { .path = AFTER "a ", .bytes = SCRIPT_JSON("403 No") "\r\n{\"message\":\"no\"}" } },
	  KUBE_ERROR_DENIED,
	  403,
	  "0:1 " },
	{ "a Status tells when to come again",
	  { { .path = LIST,
	      .times = 1,
	      .bytes = SCRIPT_JSON("504 Wait") "\r\n{\"details\":{\"retryAfterSeconds\":0}}" },
	    { .path = LIST, .bytes = PAGE("", "[{}]") } },
	  NO_ERROR,
	  200,
	  "0:1 " },
	{ "410 in the middle begins it again, once",
	  { { .path = LIST, .bytes = PAGE("a", "[{}]") },
	    { .path = AFTER "a ", .times = 1, .bytes = SCRIPT_JSON("410 Gone") "\r\n{}" },
	    { .path = AFTER "a ", .bytes = PAGE("", "[{},{}]") } },
	  NO_ERROR,
	  200,
	  NULL },
	{ "cut once",
	  { { .path = LIST,
	      .times = 1,
	      .bytes = SCRIPT_JSON("200 OK") "Content-Length: 999\r\n\r\n{\"kind\":\"PodList\"," },
	    { .path = LIST, .bytes = PAGE("", "[{}]") } },
	  NO_ERROR,
	  200,
	  "0:1 " },
};

static void lists_end_with_all_or_with_a_reason(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++) {
		g_autoptr(script) s = script_start(lists[i].answers, 4);
		struct listing l = { 0 };

		g_test_message("%s", lists[i].name);
		listing_start(&l, s->http);
		g_assert_true(loop_until(&l.done));
		if (lists[i].error == NO_ERROR)
			g_assert_no_error(l.error);
		else
			g_assert_error(l.error, KUBE_ERROR, lists[i].error);
		g_assert_cmpstr(l.version, ==, l.error ? NULL : "7");
		g_assert_cmpint(l.status, ==, lists[i].status);
		g_assert_true(l.told_url);
		if (lists[i].pages)
			g_assert_cmpstr(l.pages->str, ==, lists[i].pages);
		else
			g_assert_true(g_str_has_suffix(l.pages->str, "again 0:1 1:2 "));
		listing_clear(&l);
	}
}

/* The first page stays open: what follows it has come and failed by then. */
static void a_page_that_still_comes_is_waited_for(void)
{
	g_autofree char *filler = g_strnfill(60000, ' ');
	g_autofree char *slow = g_strconcat(
		SCRIPT_JSON("200 OK") "Content-Length: 70000\r\n\r\n"
				      "{\"kind\":\"PodList\",\"metadata\":{\"continue\":\"a\"},"
				      "\"items\":[]}",
		filler, NULL);
	struct script_answer answers[] = {
		{ .path = LIST, .times = 1, .bytes = slow, .hold = TRUE },
		{ .path = AFTER "a ", .bytes = SCRIPT_JSON("403 No") "\r\n{}" },
		{ .path = "/", .bytes = PAGE("", "[]") },
	};
	g_autoptr(script) s = script_start(answers, G_N_ELEMENTS(answers));
	struct listing l = { 0 }, other = { 0 };

	listing_start(&l, s->http);
	while (script_asked(s) < 2)
		g_main_context_iteration(NULL, FALSE);
	listing_start(&other, s->http);
	g_assert_true(loop_until(&other.done));
	g_assert_false(l.done);
	kube_list_cancel(l.list);
	listing_clear(&l);
	listing_clear(&other);
}

static void a_list_may_be_cancelled_in_its_page(void)
{
	g_autoptr(script) s = script_start(lists[2].answers, 4);
	struct listing l = { .cancel = TRUE };

	listing_start(&l, s->http);
	g_assert_true(loop_until(&l.done));
	g_assert_cmpstr(l.pages->str, ==, "0:2 ");
	listing_clear(&l);
}

static gboolean first_page_is_there(void *user)
{
	struct listing *l = user;

	return l->pages->len > 0;
}

static void a_list_without_room_waits(void)
{
	g_autoptr(script) s = script_start(lists[2].answers, 4);
	struct listing l = { .starve = TRUE };

	listing_start(&l, s->http);
	g_assert_true(loop_until_true(first_page_is_there, &l));
	g_assert_cmpuint(script_asked(s), ==, 1);
	l.starve = FALSE;
	kube_list_continue(l.list);
	g_assert_true(loop_until(&l.done));
	g_assert_cmpstr(l.pages->str, ==, lists[2].pages);
	listing_clear(&l);
}

/* --- watches ------------------------------------------------------------------------------------- */

struct watching {
	struct kube_watch *watch;
	GString *told; /* segments as they came, and the ends */
	guint events, ends;
	gboolean ended, stop;
	enum kube_watch_state state;
	GError *error;
};

static void on_begun(void *user, const char *url, const struct http_head *head)
{
	struct watching *w = user;

	g_assert_nonnull(strstr(url, "watch=1"));
	g_string_append(w->told, "begun ");
}

static void on_segment(void *user, GBytes *lines, guint events, guint withheld)
{
	struct watching *w = user;

	g_string_append_len(w->told, g_bytes_get_data(lines, NULL),
			    (gssize)g_bytes_get_size(lines));
	w->events += events;
	if (w->stop) {
		kube_watch_stop(g_steal_pointer(&w->watch));
		w->ended = TRUE;
	}
}

static void on_watch_end(void *user, enum kube_watch_state state, const GError *error,
			 gint64 retry_s)
{
	struct watching *w = user;

	w->ends++;
	w->ended = TRUE;
	w->state = state;
	g_clear_error(&w->error);
	w->error = error ? g_error_copy(error) : NULL;
}

static void watching_start(struct watching *w, struct http *h, const char *resource)
{
	struct kube_watch_call call = {
		.resource = kube_resource_find(resource),
		.resource_version = "7",
		.begun = on_begun,
		.segment = on_segment,
		.ended = on_watch_end,
		.user = w,
	};

	w->told = g_string_new(NULL);
	w->watch = kube_watch_start(h, &call);
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

static void a_watch_may_be_stopped_in_its_segment(void)
{
	static const struct script_answer row = { .path = "/",
						  .bytes = SCRIPT_OK(EVENT("8")),
						  .again = EVENT("9") };
	g_autoptr(script) s = script_start(&row, 1);
	struct watching w = { .stop = TRUE };

	watching_start(&w, s->http, "pods");
	g_assert_true(loop_until(&w.ended));
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

/* --- discovery ----------------------------------------------------------------------------------- */

struct discovering {
	gboolean done;
	struct kube_discovery *found;
	GError *error;
};

static void on_found(void *user, struct kube_discovery *found, const GError *error)
{
	struct discovering *d = user;

	d->done = TRUE;
	d->found = found;
	d->error = error ? g_error_copy(error) : NULL;
}

#define VERBS "\"verbs\":[\"get\",\"list\"]"
#define PLAIN(name, kind) \
	"{\"name\":\"" name "\",\"kind\":\"" kind "\",\"namespaced\":true," VERBS "}"

static const struct {
	const char *name;
	struct script_answer answers[5];
	int error;
	const char *found, *stale; /* with spaces between */
} discoveries[] = {
	{ "aggregated, one group stale",
	  { { .path = "/apis ",
	      .bytes = SCRIPT_OK(
		      "{\"kind\":\"APIGroupDiscoveryList\",\"items\":[{\"metadata\":{\"name\":"
		      "\"a.b\"},\"versions\":[{\"version\":\"v2\",\"resources\":[{\"resource\":"
		      "\"ws\",\"scope\":\"Cluster\",\"responseKind\":{\"kind\":\"W\"}," VERBS
		      "}]},{\"version\":\"v1\",\"freshness\":\"Stale\"}]}]}") },
	    { .path = "/api ",
	      .bytes = SCRIPT_OK(
		      "{\"kind\":\"APIGroupDiscoveryList\",\"items\":[{\"metadata\":{},"
		      "\"versions\":[{\"version\":\"v1\",\"resources\":[{\"resource\":\"secrets\","
		      "\"scope\":\"Namespaced\",\"responseKind\":{\"kind\":\"Secret\"}," VERBS
		      "}]}]}]}") } },
	  NO_ERROR,
	  "secrets:v1:metadata ws.a.b:v2 ",
	  "a.b/v1 " },
	{ "one by one, one of them away",
	  { { .path = "/apis ",
	      .bytes = SCRIPT_OK(
		      "{\"kind\":\"APIGroupList\",\"groups\":[{\"name\":\"a.b\",\"versions\":[{"
		      "\"groupVersion\":\"a.b/v1\"},{\"groupVersion\":\"a.b/v2\"}],"
		      "\"preferredVersion\":{\"groupVersion\":\"a.b/v2\"}}]}") },
	    { .path = "/api ",
	      .bytes = SCRIPT_OK("{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}") },
	    { .path = "/api/v1 ",
	      .bytes = SCRIPT_OK(
		      "{\"kind\":\"APIResourceList\",\"groupVersion\":\"v1\",\"resources\":[" PLAIN(
			      "pods",
			      "Pod") "," PLAIN("pods/log",
					       "Pod") ",{\"name\":\"bindings\",\"kind\":"
						      "\"Binding\",\"verbs\":[\"create\"]}]}") },
	    { .path = "/apis/a.b/v1 ",
	      .bytes = SCRIPT_OK("{\"kind\":\"APIResourceList\",\"groupVersion\":\"a.b/"
				 "v1\",\"resources\":[" PLAIN("ws", "W") "]}") },
	    { .path = "/apis/a.b/v2 ", .bytes = SCRIPT_JSON("503 Away") "\r\n{}" } },
	  NO_ERROR,
	  "pods:v1 ws.a.b:v1 ",
	  "a.b/v2 " },
	{ "denied",
	  { { .path = "/api", .bytes = SCRIPT_JSON("403 No") "\r\n{}" } },
	  KUBE_ERROR_DENIED,
	  NULL,
	  NULL },
	{ "something else",
	  { { .path = "/api", .bytes = SCRIPT_OK("{\"ok\":true}") } },
	  KUBE_ERROR_GARBLED,
	  NULL,
	  NULL },
	{ "no JSON",
	  { { .path = "/api", .bytes = SCRIPT_OK("ok") } },
	  KUBE_ERROR_GARBLED,
	  NULL,
	  NULL },
};

static char *found_names(const struct kube_discovery *d)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < d->resources->len; i++) {
		const struct kube_resource *r = d->resources->pdata[i];
		g_autofree char *name = kube_resource_name(r);

		g_string_append_printf(names, "%s:%s%s ", name, r->version,
				       r->metadata_only ? ":metadata" : "");
	}
	return g_string_free(names, FALSE);
}

static char *stale_names(const struct kube_discovery *d)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < d->stale->len; i++)
		g_string_append_printf(names, "%s ", (char *)d->stale->pdata[i]);
	return g_string_free(names, FALSE);
}

static void kinds_are_found_in_either_form(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(discoveries); i++) {
		g_autoptr(script) s = script_start(discoveries[i].answers, 5);
		struct discovering d = { 0 };

		g_test_message("%s", discoveries[i].name);
		kube_discover(s->http, on_found, &d);
		g_assert_true(loop_until(&d.done));
		if (discoveries[i].error == NO_ERROR) {
			g_autofree char *found = found_names(d.found),
					*stale = stale_names(d.found);

			g_assert_no_error(d.error);
			g_assert_cmpstr(found, ==, discoveries[i].found);
			g_assert_cmpstr(stale, ==, discoveries[i].stale);
		} else {
			g_assert_error(d.error, KUBE_ERROR, discoveries[i].error);
			g_assert_null(d.found);
		}
		kube_discovery_free(d.found);
		g_clear_error(&d.error);
	}
}

static void a_discovery_ends_with_its_http(void)
{
	static const struct script_answer row = { .path = "/", .hold = TRUE };
	g_autoptr(script) s = script_start(&row, 1);
	struct discovering d = { 0 };

	kube_discover(s->http, on_found, &d);
	while (!script_asked(s))
		g_main_context_iteration(NULL, FALSE);
	http_free(g_steal_pointer(&s->http));
	g_assert_false(d.done);
}

#define ADD(name) g_test_add_func("/kube-talk/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(lists_end_with_all_or_with_a_reason);
	ADD(a_page_that_still_comes_is_waited_for);
	ADD(a_list_may_be_cancelled_in_its_page);
	ADD(a_list_without_room_waits);
	ADD(watches_end_or_go_on);
	ADD(what_could_not_be_kept_is_asked_for_again);
	ADD(a_watch_may_be_stopped_in_its_segment);
	ADD(a_line_without_end_is_given_up);
	ADD(kinds_are_found_in_either_form);
	ADD(a_discovery_ends_with_its_http);
	return g_test_run();
}
