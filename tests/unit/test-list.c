#include "kube-script.h"

#include "../lib/loop.h"

#include <string.h>

#define PAGE(token, items)                                                                         \
	SCRIPT_OK("{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":" \
		  "\"7\",\"continue\":\"" token "\"},\"items\":" items "}")
#define LIST     "/api/v1/pods?limit=500 "
#define AFTER    "/api/v1/pods?limit=500&continue="
#define NO_ERROR -1

#define PAGE_OF(version, token, items)                                                 \
	SCRIPT_OK("{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"" version \
		  "\",\"continue\":\"" token "\"},\"items\":" items "}")

/* Where a list is cancelled. */
enum place { NOWHERE, IN_PAGE, IN_ROOM, IN_RESTART, IN_DONE };

struct listing {
	struct kube_list_call call; /* what is not the same in all of them */
	struct kube_list *list;
	GString *pages;  /* "n:items " of each */
	GString *bodies; /* one after another */
	guint withheld;
	enum place cancel;
	gboolean done, starve, told_url;
	char *version;
	int status;
	gint64 retry_after_s;
	gsize body;
	GError *error;
};

static void cancel_in(struct listing *l, enum place here)
{
	if (l->cancel != here || !l->list)
		return;
	kube_list_cancel(g_steal_pointer(&l->list));
	l->done = TRUE;
}

static void on_page(void *user, const struct kube_page *page)
{
	struct listing *l = user;

	g_string_append_printf(l->pages, "%u:%" G_GSIZE_FORMAT " ", page->n, page->items);
	g_string_append_len(l->bodies, g_bytes_get_data(page->body, NULL),
			    (gssize)g_bytes_get_size(page->body));
	l->withheld += page->withheld;
	g_assert_cmpstr(page->head->content_type, ==, "application/json");
	cancel_in(l, IN_PAGE);
}

static void on_restart(void *user)
{
	struct listing *l = user;

	g_string_append(l->pages, "again ");
	cancel_in(l, IN_RESTART);
}

static gboolean has_room(void *user)
{
	struct listing *l = user;

	cancel_in(l, IN_ROOM);
	return !l->starve;
}

static void on_end(void *user, const struct kube_list_end *end)
{
	struct listing *l = user;

	g_assert_false(l->done);
	l->done = TRUE;
	cancel_in(l, IN_DONE); /* it is over anyway */
	l->list = NULL;
	l->version = g_strdup(end->resource_version);
	l->status = end->head ? end->head->status : 0;
	l->retry_after_s = end->head ? end->head->retry_after_s : -1;
	l->body = end->body ? g_bytes_get_size(end->body) : 0;
	l->told_url = end->url != NULL;
	l->error = end->error ? g_error_copy(end->error) : NULL;
}

static void listing_start(struct listing *l, struct http *h)
{
	l->call.resource = l->call.resource ?: kube_resource_find("pods");
	l->call.room = has_room;
	l->call.page = on_page;
	l->call.restart = on_restart;
	l->call.done = on_end;
	l->call.user = l;
	l->pages = g_string_new(NULL);
	l->bodies = g_string_new(NULL);
	l->list = kube_list_start(h, &l->call);
}

static void listing_clear(struct listing *l)
{
	g_string_free(l->pages, TRUE);
	g_string_free(l->bodies, TRUE);
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
	{ "410 in the middle of it twice",
	  { { .path = LIST, .bytes = PAGE("a", "[{}]") },
	    { .path = AFTER "a ", .bytes = SCRIPT_JSON("410 Gone") "\r\n{}" } },
	  KUBE_ERROR_GONE,
	  410,
	  "again-and-no-more" },
	{ "410 at its beginning",
	  { { .path = LIST, .bytes = SCRIPT_JSON("410 Gone") "\r\n{}" } },
	  KUBE_ERROR_GONE,
	  410,
	  "" },
	{ "a server that fails once",
	  { { .path = LIST,
	      .times = 1,
	      .bytes = SCRIPT_JSON("500 Oops") "Retry-After: 0\r\n\r\n{}" },
	    { .path = LIST, .bytes = PAGE("", "[{}]") } },
	  NO_ERROR,
	  200,
	  "0:1 " },
	{ "a server that fails in a later page",
	  { { .path = LIST, .bytes = PAGE("a", "[{}]") },
	    { .path = AFTER "a ",
	      .times = 5,
	      .bytes = SCRIPT_JSON("503 Wait") "Retry-After: 0\r\n\r\n{}" },
	    { .path = AFTER "a ", .bytes = PAGE("", "[{},{}]") } },
	  NO_ERROR,
	  200,
	  "0:1 1:2 " },
	{ "pages of another moment than the first",
	  { { .path = LIST, .bytes = PAGE_OF("7", "a", "[]") },
	    { .path = AFTER "a ", .bytes = PAGE_OF("9", "", "[{}]") } },
	  NO_ERROR,
	  200,
	  "0:0 1:1 " },
	{ "items that are no list",
	  { { .path = LIST, .bytes = PAGE("", "{}") } },
	  KUBE_ERROR_GARBLED,
	  200,
	  "" },
	{ "cut once",
	  { { .path = LIST,
	      .times = 1,
	      .bytes = SCRIPT_JSON("200 OK") "Content-Length: 999\r\n\r\n{\"kind\":\"PodList\"," },
	    { .path = LIST, .bytes = PAGE("", "[{}]") } },
	  NO_ERROR,
	  200,
	  "0:1 " },
};

/* The 410 may come before the first page had its turn, or after. */
static void check_restart(const char *pages, gboolean whole)
{
	const char *again = strstr(pages, "again ");

	g_assert_nonnull(again);
	g_assert_null(strstr(again + 1, "again"));
	if (whole)
		g_assert_cmpstr(again, ==, "again 0:1 1:2 ");
}

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
		if (lists[i].pages && !strstr(lists[i].pages, "again"))
			g_assert_cmpstr(l.pages->str, ==, lists[i].pages);
		else
			check_restart(l.pages->str, lists[i].error == NO_ERROR);
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

/* Spaces where the head of a page ends, so that its token is seen before its items come. */
#define SPACES "                                                                "
#define HEAD_OF(token)                                                                        \
	"{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"" token \
	"\"}," SPACES SPACES SPACES SPACES

/* The first page ends when the third was asked for, and so the second had come. */
static void pages_are_given_in_order_whenever_they_come(void)
{
	static const struct script_answer answers[] = {
		{ .path = LIST,
		  .bytes = SCRIPT_JSON("200 OK") "\r\n" HEAD_OF("a"),
		  .rest = "\"items\":[{}]}",
		  .rest_after = 3 },
		{ .path = AFTER "a ", .bytes = PAGE("b", "[{},{}]") },
		{ .path = AFTER "b ", .bytes = PAGE("", "[]") },
	};
	g_autoptr(script) s = script_start(answers, G_N_ELEMENTS(answers));
	struct listing l = { 0 };

	listing_start(&l, s->http);
	g_assert_true(loop_until(&l.done));
	g_assert_no_error(l.error);
	g_assert_cmpstr(l.pages->str, ==, "0:1 1:2 2:0 ");
	listing_clear(&l);
}

/* What follows a first page that did not come whole belongs to its moment, not to that of the one which came instead. */
static void a_first_page_asked_for_again_voids_what_follows_it(void)
{
	static const struct script_answer answers[] = {
		{ .path = LIST,
		  .bytes = SCRIPT_JSON("200 OK") "Content-Length: 9999\r\n\r\n" HEAD_OF("old"),
		  .rest = "\"items\":[",
		  .rest_after = 2,
		  .times = 1 },
		{ .path = LIST, .bytes = PAGE("new", "[{},{},{}]") },
		{ .path = AFTER "old ", .bytes = PAGE("older", "[{}]") },
		{ .path = AFTER "new ", .bytes = PAGE("", "[{},{}]") },
	};
	g_autoptr(script) s = script_start(answers, G_N_ELEMENTS(answers));
	struct listing l = { 0 };
	g_autofree char *second = NULL;

	listing_start(&l, s->http);
	g_assert_true(loop_until(&l.done));
	g_assert_no_error(l.error);
	g_assert_cmpstr(l.pages->str, ==, "0:3 1:2 ");
	second = script_request(s, 1);
	g_assert_true(g_str_has_prefix(second, "GET " AFTER "old "));
	listing_clear(&l);
}

#define OF_HALF    "/api/v1/pods?limit=250"
#define OF_QUARTER "/api/v1/pods?limit=125"

/* What followed the page that was too large would leave out its second half. */
static void a_page_that_is_too_large_is_asked_for_in_halves(void)
{
	g_autofree char *filler = g_strnfill(1 << 20, ' ');
	const struct script_answer answers[] = {
		{ .path = LIST,
		  .bytes = SCRIPT_JSON("200 OK") "\r\n" HEAD_OF("old"),
		  .rest = " ",
		  .rest_after = 2,
		  .again = filler },
		{ .path = AFTER "old ", .bytes = PAGE("", "[{}]") },
		{ .path = OF_HALF " ", .bytes = PAGE("a", "[{},{}]") },
		{ .path = OF_HALF "&continue=a ",
		  .bytes = SCRIPT_JSON("200 OK") "\r\n{",
		  .again = filler },
		{ .path = OF_QUARTER "&continue=a ", .bytes = PAGE("b", "[{},{},{}]") },
		{ .path = OF_QUARTER "&continue=b ", .bytes = PAGE("", "[{}]") },
	};
	g_autoptr(script) s = script_start(answers, G_N_ELEMENTS(answers));
	struct listing l = { 0 };

	listing_start(&l, s->http);
	g_assert_true(loop_until(&l.done));
	g_assert_no_error(l.error);
	g_assert_cmpstr(l.pages->str, ==, "0:2 1:3 2:1 ");
	listing_clear(&l);
}

/* One object must not hide all others of its kind. */
static void a_page_with_a_deep_object_is_given(void)
{
	g_autofree char *open = g_strnfill(1000, '['), *close = g_strnfill(1000, ']');
	g_autofree char *page = g_strdup_printf(PAGE("", "[{},{\"a\":%s%s}]"), open, close);
	const struct script_answer row = { .path = LIST, .bytes = page };
	g_autoptr(script) s = script_start(&row, 1);
	struct listing l = { 0 };

	listing_start(&l, s->http);
	g_assert_true(loop_until(&l.done));
	g_assert_no_error(l.error);
	g_assert_cmpstr(l.pages->str, ==, "0:2 ");
	listing_clear(&l);
}

static void a_page_that_is_not_understood_is_told(void)
{
	static const char body[] = "{\"kind\":\"PodList\",\"items\":[}";
	static const struct script_answer row = {
		.path = LIST, .bytes = SCRIPT_OK("{\"kind\":\"PodList\",\"items\":[}")
	};
	g_autoptr(script) s = script_start(&row, 1);
	struct listing l = { 0 };

	listing_start(&l, s->http);
	g_assert_true(loop_until(&l.done));
	g_assert_error(l.error, KUBE_ERROR, KUBE_ERROR_GARBLED);
	g_assert_cmpuint(l.body, ==, strlen(body));
	listing_clear(&l);
}

static void a_page_of_few_rows_that_is_too_large_fails(void)
{
	g_autofree char *filler = g_strnfill(1 << 20, ' ');
	const struct script_answer row = { .path = "/",
					   .bytes = SCRIPT_JSON("200 OK") "\r\n{",
					   .again = filler };
	g_autoptr(script) s = script_start(&row, 1);
	struct listing l = { .call.page_rows = 64 };

	listing_start(&l, s->http);
	g_assert_true(loop_until(&l.done));
	g_assert_error(l.error, KUBE_ERROR, KUBE_ERROR_TOO_LARGE);
	g_assert_cmpuint(script_asked(s), ==, 2);
	listing_clear(&l);
}

static void a_server_that_keeps_failing_is_asked_six_times(void)
{
	static const struct script_answer row = {
		.path = "/", .bytes = SCRIPT_JSON("429 Wait") "Retry-After: 0\r\n\r\nToo many"
	};
	g_autoptr(script) s = script_start(&row, 1);
	struct listing l = { 0 };

	listing_start(&l, s->http);
	g_assert_true(loop_until(&l.done));
	g_assert_error(l.error, KUBE_ERROR, KUBE_ERROR_BUSY);
	g_assert_cmpuint(l.body, ==, strlen("Too many"));
	g_assert_cmpuint(script_asked(s), ==, 6);
	listing_clear(&l);
}

static void a_server_that_wants_a_long_rest_is_not_asked_again(void)
{
	static const struct script_answer row = {
		.path = "/", .bytes = SCRIPT_JSON("429 Wait") "Retry-After: 31\r\n\r\nToo many"
	};
	g_autoptr(script) s = script_start(&row, 1);
	struct listing l = { 0 };

	listing_start(&l, s->http);
	g_assert_true(loop_until(&l.done));
	g_assert_error(l.error, KUBE_ERROR, KUBE_ERROR_BUSY);
	g_assert_cmpint(l.retry_after_s, ==, 31);
	g_assert_cmpuint(script_asked(s), ==, 1);
	listing_clear(&l);
}

static void a_list_asks_for_what_it_is_told_to(void)
{
	static const struct script_answer row = { .path = "/", .bytes = PAGE("", "[]") };
	g_autoptr(script) s = script_start(&row, 1);
	struct listing l = { .call = { .resource = kube_resource_find("deployments"),
				       .namespace = "a b",
				       .field_selector = "metadata.name=x,status!=y",
				       .label_selector = "app in (a, b)",
				       .page_rows = 5 } };
	g_autofree char *head = NULL;

	listing_start(&l, s->http);
	g_assert_true(loop_until(&l.done));
	g_assert_no_error(l.error);
	head = script_request(s, 0);
	g_assert_true(g_str_has_prefix(head,
				       "GET /apis/apps/v1/namespaces/a%20b/deployments?limit=5"
				       "&fieldSelector=metadata.name%3Dx%2Cstatus%21%3Dy"
				       "&labelSelector=app%20in%20%28a%2C%20b%29 HTTP/1.1\r\n"));
	listing_clear(&l);
}

#define APPLIED "\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":"

static void secrets_are_listed_without_their_values(void)
{
	static const struct {
		const char *items, *kept; /* NULL: refused */
	} rows[] = {
		{ "[{\"metadata\":{" APPLIED "\"hunter2\"}}}]",
		  "[{\"metadata\":{" APPLIED "\"withheld:7 bytes\"}}}]" },
		{ "[{\"metadata\":{},\"data\":{\"password\":\"aHVudGVyMg==\"}}]", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *bytes = g_strdup_printf(PAGE("", "%s"), rows[i].items);
		struct script_answer row = { .path = "/api/v1/secrets", .bytes = bytes };
		g_autoptr(script) s = script_start(&row, 1);
		struct listing l = { .call.resource = kube_resource_find("secrets") };
		g_autofree char *head = NULL;

		listing_start(&l, s->http);
		g_assert_true(loop_until(&l.done));
		head = script_request(s, 0);
		g_assert_nonnull(strstr(head,
					"\r\nAccept: application/json;"
					"as=PartialObjectMetadataList;g=meta.k8s.io;v=v1\r\n"));
		g_assert_cmpuint(l.withheld, ==, rows[i].kept != NULL);
		g_assert_cmpuint(l.body, ==, 0);
		if (rows[i].kept)
			g_assert_nonnull(strstr(l.bodies->str, rows[i].kept));
		else
			g_assert_error(l.error, KUBE_ERROR, KUBE_ERROR_GARBLED);
		g_assert_cmpint(l.bodies->len == 0, ==, !rows[i].kept);
		listing_clear(&l);
	}
}

/* Cancelled there, it tells nothing any more; what had been told stays. */
static void nothing_follows_a_cancel_in_any_callback(void)
{
	static const struct script_answer answers[] = {
		{ .path = LIST, .bytes = PAGE("a", "[{}]") },
		{ .path = AFTER "a ", .bytes = SCRIPT_JSON("410 Gone") "\r\n{}", .times = 1 },
		{ .path = AFTER "a ", .bytes = PAGE("", "[]") },
	};

	for (enum place p = IN_PAGE; p <= IN_DONE; p++) {
		g_autoptr(script) s = script_start(answers, G_N_ELEMENTS(answers));
		struct listing l = { .cancel = p }, after = { 0 };
		gsize told;

		g_test_message("%d", p);
		listing_start(&l, s->http);
		g_assert_true(loop_until(&l.done));
		told = l.pages->len;
		listing_start(&after, s->http);
		g_assert_true(loop_until(&after.done));
		g_assert_cmpuint(l.pages->len, ==, told);
		g_assert_cmpint(l.version != NULL, ==, p == IN_DONE);
		listing_clear(&l);
		listing_clear(&after);
	}
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

#define ADD(name) g_test_add_func("/list/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(lists_end_with_all_or_with_a_reason);
	ADD(a_page_that_still_comes_is_waited_for);
	ADD(pages_are_given_in_order_whenever_they_come);
	ADD(a_first_page_asked_for_again_voids_what_follows_it);
	ADD(a_page_that_is_too_large_is_asked_for_in_halves);
	ADD(a_page_of_few_rows_that_is_too_large_fails);
	ADD(a_page_with_a_deep_object_is_given);
	ADD(a_page_that_is_not_understood_is_told);
	ADD(a_server_that_keeps_failing_is_asked_six_times);
	ADD(a_server_that_wants_a_long_rest_is_not_asked_again);
	ADD(a_list_asks_for_what_it_is_told_to);
	ADD(secrets_are_listed_without_their_values);
	ADD(nothing_follows_a_cancel_in_any_callback);
	ADD(a_list_without_room_waits);
	return g_test_run();
}
