#include "../../src/kube/http-private.h"
#include "kube-script.h"

#include "../lib/loop.h"

#include <string.h>

#define KEPT(body, size)    SCRIPT_JSON("200 OK") "Content-Length: " size "\r\n\r\n" body
#define STATUS(code, words) "{\"kind\":\"Status\",\"code\":" code ",\"message\":\"" words "\"}"
#define NO_ERROR            -1

/* One request, and what was told of it. */
struct asking {
	struct http *http;
	struct transfer *transfer;
	GString *data; /* what `data` was given */
	guint heads, dones;
	gboolean done;
	int status;
	gint64 retry_after_s;
	char *warning;
	GBytes *body;
	GError *error;
	/* What to do in `data`. */
	gboolean pause, refuse, cancel, end_http;
	gboolean cancel_in_head;
	struct asking *victim; /* cancelled in `data`, or else in `done` */
};

static void on_head(void *user, const struct http_head *head)
{
	struct asking *a = user;

	a->heads++;
	if (a->cancel_in_head)
		transfer_cancel(g_steal_pointer(&a->transfer));
}

static gboolean on_data(void *user, const struct http_head *head, const char *bytes, gsize size)
{
	struct asking *a = user;

	g_string_append_len(a->data, bytes, (gssize)size);
	a->status = head->status;
	if (a->victim)
		transfer_cancel(g_steal_pointer(&a->victim->transfer));
	if (a->cancel)
		transfer_cancel(g_steal_pointer(&a->transfer));
	if (a->pause)
		transfer_pause(a->transfer);
	if (a->end_http)
		http_free(a->http);
	return !a->refuse;
}

static void on_done(void *user, const struct http_head *head, GBytes *body, const GError *error)
{
	struct asking *a = user;

	a->dones++;
	a->done = TRUE;
	transfer_cancel(g_steal_pointer(&a->transfer)); /* changes nothing any more */
	if (a->victim)
		transfer_cancel(g_steal_pointer(&a->victim->transfer));
	a->status = head ? head->status : 0;
	a->retry_after_s = head ? head->retry_after_s : -1;
	a->warning = g_strdup(head ? head->warning : NULL);
	a->body = body ? g_bytes_ref(body) : NULL;
	a->error = error ? g_error_copy(error) : NULL;
}

static struct asking *asking_new(struct http *h, const char *path, gboolean with_data)
{
	struct asking *a = g_new0(struct asking, 1);
	struct http_call call = {
		.path = path,
		.head = on_head,
		.data = with_data ? on_data : NULL,
		.done = on_done,
		.user = a,
	};

	a->http = h;
	a->data = g_string_new(NULL);
	a->transfer = http_get(h, &call);
	g_assert_false(a->done); /* never from inside the call */
	return a;
}

static void asking_free(struct asking *a)
{
	g_string_free(a->data, TRUE);
	g_clear_pointer(&a->body, g_bytes_unref);
	g_clear_error(&a->error);
	g_free(a->warning);
	g_free(a);
}
typedef struct asking asking;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(asking, asking_free)

static void check_error(const GError *error, int code)
{
	if (code == NO_ERROR)
		g_assert_no_error(error);
	else
		g_assert_error(error, KUBE_ERROR, code);
}

/* --- what an answer means ------------------------------------------------------------------------ */

static const struct {
	const char *name, *answer;
	int error, status;
	const char *data; /* what reached the caller */
	const char *says; /* in the message */
} answers[] = {
	{ "whole", KEPT("{}", "2"), NO_ERROR, 200, "{}", NULL },
	{ "up to the end", SCRIPT_OK("{}"), NO_ERROR, 200, "{}", NULL },
	{ "after an interim one", "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" KEPT("{}", "2"),
	  NO_ERROR, 200, "{}", NULL },
	{ "nothing", SCRIPT_JSON("204 No Content") "\r\n", NO_ERROR, 204, "", NULL },
	{ "a redirect", "HTTP/1.1 302 Found\r\nLocation: /b\r\n\r\n", KUBE_ERROR_REFUSED, 302, "",
	  "it sends elsewhere (302); is the server's URL" },
	{ "401", SCRIPT_JSON("401 Unauthorized") "\r\n" STATUS("401", "Unauthorized"),
	  KUBE_ERROR_CREDENTIAL, 401, "", "log in again" },
	{ "403", SCRIPT_JSON("403 Forbidden") "\r\n" STATUS("403", "pods is forbidden"),
	  KUBE_ERROR_DENIED, 403, "", "pods is forbidden" },
	{ "404 in words", SCRIPT_HEAD("404 Not Found", "text/plain") "\r\n404 page not found\n",
	  KUBE_ERROR_NOT_FOUND, 404, "", "404 page not found" },
	{ "410", SCRIPT_JSON("410 Gone") "\r\n" STATUS("410", "too old"), KUBE_ERROR_GONE, 410, "",
	  "too old" },
	{ "429", SCRIPT_HEAD("429 Too Many", "text/plain") "\r\nToo many requests", KUBE_ERROR_BUSY,
	  429, "", "Too many requests" },
	{ "503", SCRIPT_JSON("503 Unavailable") "\r\n", KUBE_ERROR_BUSY, 503, "", "503" },
	{ "500 with escapes", SCRIPT_JSON("500 Oops") "\r\n" STATUS("500", "a\\u001b[31mb"),
	  KUBE_ERROR_REFUSED, 500, "", "a␛[31mb" },
	{ "500 cut", SCRIPT_JSON("500 Oops") "Content-Length: 99\r\n\r\nhalf of",
	  KUBE_ERROR_REFUSED, 500, "", "half of" },
	{ "a gateway's page", SCRIPT_HEAD("502 Bad", "text/html") "\r\n\n <h1>Bad</h1>",
	  KUBE_ERROR_REFUSED, 502, "", "a gateway failed (502)" },
	{ "a page", SCRIPT_HEAD("200 OK", "text/html") "\r\n<html>log in", KUBE_ERROR_GARBLED, 200,
	  "", "web page" },
	{ "cut by its length", SCRIPT_JSON("200 OK") "Content-Length: 99\r\n\r\n{", KUBE_ERROR_CUT,
	  200, "{", "ended early" },
	{ "cut in a chunk", SCRIPT_JSON("200 OK") "Transfer-Encoding: chunked\r\n\r\n9\r\n{",
	  KUBE_ERROR_CUT, 200, "{", NULL },
	{ "cut between chunks",
	  SCRIPT_JSON("200 OK") "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", KUBE_ERROR_CUT, 200,
	  "{", NULL },
	{ "a chunk that is none", SCRIPT_JSON("200 OK") "Transfer-Encoding: chunked\r\n\r\nx\r\n{",
	  KUBE_ERROR_CUT, 200, "", NULL },
	{ "fields after its chunks",
	  SCRIPT_JSON("200 OK") "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
				"Retry-After: 7\r\n\r\n",
	  NO_ERROR, 200, "{}", NULL },
	{ "no gzip", SCRIPT_JSON("200 OK") "Content-Encoding: gzip\r\n\r\n{\"kind\":1}",
	  KUBE_ERROR_GARBLED, 200, "", "gzip" },
	{ "no HTTP", "SSH-2.0-OpenSSH_9.2\r\n", KUBE_ERROR_GARBLED, 0, "", "no HTTP" },
	{ "none", "", KUBE_ERROR_UNREACHABLE, 0, "", "without an answer" },
	{ "half a head", "HTTP/1.1 200 OK\r\nContent-Ty", KUBE_ERROR_UNREACHABLE, 0, "", NULL },
};

static void an_answer_is_told_as_what_it_is(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(answers); i++) {
		struct script_answer row = { .path = "/", .bytes = answers[i].answer };
		g_autoptr(script) s = script_start(&row, 1);
		g_autoptr(asking) a = asking_new(s->http, "/a?limit=1", TRUE);

		g_test_message("%s", answers[i].name);
		g_assert_true(loop_until(&a->done));
		check_error(a->error, answers[i].error);
		g_assert_cmpint(a->status, ==, answers[i].status);
		g_assert_cmpstr(a->data->str, ==, answers[i].data);
		g_assert_cmpuint(a->heads, ==,
				 answers[i].status / 100 == 2 &&
					 !strstr(answers[i].answer, "html"));
		if (answers[i].says)
			g_assert_nonnull(strstr(a->error->message, answers[i].says));
		if (a->error)
			g_assert_true(
				g_str_has_prefix(a->error->message, s->url + strlen("http://")));
	}
}

/* A head and `body`, gzipped; all but the last `cut` bytes of it. */
static GBytes *gzipped(const char *body, gsize cut, gboolean told)
{
	g_autoptr(GZlibCompressor) gzip = g_zlib_compressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP, 6);
	g_autoptr(GString) head = g_string_new(SCRIPT_JSON("200 OK") "Content-Encoding: gzip\r\n");
	char packed[4096];
	gsize read, written;

	g_assert_cmpint(g_converter_convert(G_CONVERTER(gzip), body, strlen(body), packed,
					    sizeof packed, G_CONVERTER_INPUT_AT_END, &read,
					    &written, NULL),
			==, G_CONVERTER_FINISHED);
	if (told)
		g_string_append_printf(head, "Content-Length: %" G_GSIZE_FORMAT "\r\n", written);
	g_string_append(head, "\r\n");
	g_string_append_len(head, packed, (gssize)(written - cut));
	return g_string_free_to_bytes(g_steal_pointer(&head));
}

static void gzip_is_undone(void)
{
	static const struct {
		const char *name;
		gsize cut;
		gboolean told;
		int error;
	} rows[] = {
		{ "whole", 0, TRUE, NO_ERROR },
		{ "whole, up to the end of the connection", 0, FALSE, NO_ERROR },
		{ "cut", 12, TRUE, KUBE_ERROR_CUT },
	};
	static const char body[] = "{\"kind\":\"Pod\",\"a\":\"0123456789\"}";

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) bytes = gzipped(body, rows[i].cut, rows[i].told);
		struct script_answer row = { .path = "/",
					     .bytes = g_bytes_get_data(bytes, NULL),
					     .size = g_bytes_get_size(bytes) };
		g_autoptr(script) s = script_start(&row, 1);
		g_autoptr(asking) a = asking_new(s->http, "/", FALSE);

		g_test_message("%s", rows[i].name);
		g_assert_true(loop_until(&a->done));
		check_error(a->error, rows[i].error);
		if (rows[i].error == NO_ERROR)
			g_assert_cmpmem(g_bytes_get_data(a->body, NULL), g_bytes_get_size(a->body),
					body, strlen(body));
		else
			g_assert_null(a->body);
	}
}

static void a_refused_request_has_its_body_to_64_kib(void)
{
	static const struct script_answer rows[] = {
		{ .path = "/short", .bytes = SCRIPT_JSON("403 No") "\r\n" STATUS("403", "no") },
		{ .path = "/long",
		  .bytes = SCRIPT_JSON("403 No") "\r\n",
		  .again = "0123456789abcdef" },
	};
	g_autoptr(script) s = script_start(rows, G_N_ELEMENTS(rows));
	g_autoptr(asking) brief = asking_new(s->http, "/short", TRUE);
	g_autoptr(asking) endless = asking_new(s->http, "/long", FALSE);

	g_assert_true(loop_until(&brief->done) && loop_until(&endless->done));
	check_error(endless->error, KUBE_ERROR_DENIED);
	g_assert_cmpmem(g_bytes_get_data(brief->body, NULL), g_bytes_get_size(brief->body),
			STATUS("403", "no"), strlen(STATUS("403", "no")));
	g_assert_cmpuint(g_bytes_get_size(endless->body), ==, 64 * 1024);
}

static void a_head_tells_when_to_come_again(void)
{
	static const struct {
		const char *fields;
		gint64 from_s, to_s;
		const char *warning;
	} rows[] = {
		{ "Retry-After: 7\r\n", 7, 7, NULL },
		{ "Retry-After: soon\r\n", -1, -1, NULL },
		{ "Retry-After: -3\r\n", -1, -1, NULL },
		{ "", -1, -1, NULL },
		{ "Date: Tue, 24 Nov 2026 08:00:00 GMT\r\n"
		  "Retry-After: Tue, 24 Nov 2026 08:00:30 GMT\r\n",
		  0, 31, NULL },
		{ "Retry-After: Tue, 24 Nov 2020 08:00:00 GMT\r\n", 0, 0, NULL },
		/* a clock that nanoseconds cannot say is none */
		{ "Date: Fri, 31 Dec 9999 23:59:59 GMT\r\n"
		  "Retry-After: Tue, 24 Nov 2020 08:00:00 GMT\r\n",
		  0, 0, NULL },
		{ "Warning: 299 - \"a\"\r\nWarning: 299 - \"b\x1b\"\r\n", -1, -1,
		  "299 - \"a\", 299 - \"b␛\"" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *bytes = g_strconcat(SCRIPT_JSON("429 Wait"), rows[i].fields,
						     "\r\n", NULL);
		struct script_answer row = { .path = "/", .bytes = bytes };
		g_autoptr(script) s = script_start(&row, 1);
		g_autoptr(asking) a = asking_new(s->http, "/", FALSE);

		g_test_message("%s", rows[i].fields);
		g_assert_true(loop_until(&a->done));
		g_assert_cmpint(a->retry_after_s, >=, rows[i].from_s);
		g_assert_cmpint(a->retry_after_s, <=, rows[i].to_s);
		g_assert_cmpstr(a->warning, ==, rows[i].warning);
	}
}

static void a_head_without_end_is_given_up(void)
{
	static const struct script_answer row = { .path = "/",
						  .bytes = SCRIPT_JSON("200 OK"),
						  .again = "X-More: 0123456789abcdef\r\n" };
	g_autoptr(script) s = script_start(&row, 1);
	g_autoptr(asking) a = asking_new(s->http, "/", FALSE);

	g_assert_true(loop_until(&a->done));
	check_error(a->error, KUBE_ERROR_GARBLED);
}

static void a_body_is_cut_at_its_ceiling(void)
{
	static const struct script_answer row = { .path = "/",
						  .bytes = SCRIPT_OK(""),
						  .again = "0123456789abcdef" };
	g_autoptr(script) s = script_start(&row, 1);
	g_autoptr(asking) a = g_new0(struct asking, 1);

	a->data = g_string_new(NULL);
	http_get(s->http, &(struct http_call){
				  .path = "/", .max_bytes = 100000, .done = on_done, .user = a });
	g_assert_true(loop_until(&a->done));
	check_error(a->error, KUBE_ERROR_TOO_LARGE);
	g_assert_null(a->body);
}

static void a_silent_server_is_given_up(void)
{
	static const struct script_answer rows[] = {
		{ .path = "/never", .hold = TRUE },
		{ .path = "/half", .bytes = SCRIPT_OK("{"), .hold = TRUE },
	};
	static const int codes[] = { KUBE_ERROR_UNREACHABLE, KUBE_ERROR_CUT };
	g_autoptr(script) s = script_start(rows, G_N_ELEMENTS(rows));

	for (gsize i = 0; i < 2 * G_N_ELEMENTS(rows); i++) {
		g_autoptr(asking) a = g_new0(struct asking, 1);

		a->data = g_string_new(NULL);
		http_get(s->http, &(struct http_call){ .path = rows[i / 2].path,
						       .idle_s = 1,
						       .lasting = i % 2,
						       .done = on_done,
						       .user = a });
		g_assert_true(loop_until(&a->done));
		check_error(a->error, codes[i / 2]);
	}
}

/* Hundreds of them may be open, for hours. */
static void a_quiet_watch_needs_no_timer_of_libcurl(void)
{
	static const struct script_answer row = { .path = "/",
						  .bytes = SCRIPT_OK("{"),
						  .hold = TRUE };
	g_autoptr(script) s = script_start(&row, 1);
	g_autoptr(asking) a = g_new0(struct asking, 1);
	struct transfer *t;

	a->data = g_string_new(NULL);
	t = http_get(s->http, &(struct http_call){ .path = "/",
						   .idle_s = 60,
						   .lasting = TRUE,
						   .data = on_data,
						   .done = on_done,
						   .user = a });
	while (!a->data->len)
		g_main_context_iteration(NULL, TRUE);
	/* Those of the connection run out; one that comes again each second would not. */
	for (guint i = 0; i < 5 && s->http->timer; i++)
		g_main_context_iteration(NULL, TRUE);
	g_assert_null(s->http->timer);
	transfer_cancel(t);
}

static void a_plain_server_is_no_tls_server(void)
{
	static const struct {
		const char *answer;
		int error;
	} rows[] = {
		{ "HTTP/1.1 400 Bad Request\r\n\r\n", KUBE_ERROR_CONFIG },
		{ "", KUBE_ERROR_UNREACHABLE }, /* a balancer whose server is away */
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct script_answer row = { .path = "", .bytes = rows[i].answer };
		g_autoptr(script) s = script_start(&row, 1);
		struct kube_access *access = g_new0(struct kube_access, 1);
		g_autoptr(http) h = NULL;
		g_autoptr(asking) a = NULL;

		access->server = g_strconcat("https", s->url + strlen("http"), NULL);
		h = http_new(NULL, access, "kase/test", NULL);
		a = asking_new(h, "/", FALSE);
		g_assert_true(loop_until(&a->done));
		check_error(a->error, rows[i].error);
	}
}

/* --- ending in the middle ------------------------------------------------------------------------ */

static const struct script_answer streams[] = {
	{ .path = "/endless", .bytes = SCRIPT_OK(""), .again = "0123456789abcdef" },
	{ .path = "/held", .bytes = SCRIPT_OK("{"), .hold = TRUE },
	{ .path = "/silent", .hold = TRUE },
	{ .path = "/", .bytes = KEPT("{}", "2"), .keep = TRUE },
};

static void nothing_follows_a_cancel_inside_data(void)
{
	g_autoptr(script) s = script_start(streams, G_N_ELEMENTS(streams));
	g_autoptr(asking) a = asking_new(s->http, "/endless", TRUE);
	g_autoptr(asking) other = asking_new(s->http, "/silent", TRUE);
	g_autoptr(asking) after = NULL;
	gsize size;

	a->cancel = TRUE;
	a->victim = other;
	while (!a->data->len)
		g_main_context_iteration(NULL, TRUE);
	size = a->data->len;
	after = asking_new(s->http, "/after", TRUE);
	g_assert_true(loop_until(&after->done));
	g_assert_no_error(after->error);
	g_assert_cmpuint(a->data->len, ==, size);
	g_assert_cmpuint(a->dones + other->dones, ==, 0);
}

static void nothing_follows_a_cancel_inside_head_or_done(void)
{
	g_autoptr(script) s = script_start(streams, G_N_ELEMENTS(streams));
	g_autoptr(asking) a = asking_new(s->http, "/endless", TRUE);
	g_autoptr(asking) other = asking_new(s->http, "/silent", TRUE);
	g_autoptr(asking) last = NULL;

	a->cancel_in_head = TRUE;
	while (!a->heads)
		g_main_context_iteration(NULL, TRUE);
	last = asking_new(s->http, "/last", FALSE);
	last->victim = other;
	g_assert_true(loop_until(&last->done));
	g_assert_no_error(last->error);
	g_assert_null(other->transfer);
	g_assert_cmpuint(a->data->len + a->dones + other->dones, ==, 0);
	g_assert_cmpuint(last->dones, ==, 1);
}

static void ignore(void *user, const struct http_head *head, GBytes *body, const GError *error)
{
}

static void set_true(void *flag)
{
	*(gboolean *)flag = TRUE;
}

/* However it ends: done, cancelled, or with its http. */
static void the_user_of_a_request_is_freed_with_it(void)
{
	g_autoptr(script) s = script_start(streams, G_N_ELEMENTS(streams));
	gboolean freed[3] = { FALSE };
	const char *const paths[] = { "/a", "/held", "/silent" };
	struct transfer *transfers[3];

	for (gsize i = 0; i < G_N_ELEMENTS(freed); i++)
		transfers[i] = http_get(s->http, &(struct http_call){ .path = paths[i],
								      .done = ignore,
								      .user = &freed[i],
								      .user_free = set_true });
	g_assert_true(loop_until(&freed[0]));
	transfer_cancel(transfers[1]);
	g_assert_true(loop_until(&freed[1]));
	g_assert_false(freed[2]);
	http_free(g_steal_pointer(&s->http));
	g_assert_true(freed[2]);
}

static void data_that_says_no_ends_it_as_cancelled(void)
{
	g_autoptr(script) s = script_start(streams, G_N_ELEMENTS(streams));
	g_autoptr(asking) a = asking_new(s->http, "/endless", TRUE);

	a->refuse = TRUE;
	g_assert_true(loop_until(&a->done));
	check_error(a->error, KUBE_ERROR_CANCELLED);
	g_assert_cmpuint(a->dones, ==, 1);
}

static void an_http_may_be_freed_in_a_callback(void)
{
	g_autoptr(script) s = script_start(streams, G_N_ELEMENTS(streams));
	g_autoptr(asking) a = asking_new(s->http, "/endless", TRUE);
	g_autoptr(asking) other = asking_new(s->http, "/silent", TRUE);

	a->end_http = TRUE;
	s->http = NULL;
	while (!a->data->len)
		g_main_context_iteration(NULL, TRUE);
	g_assert_cmpuint(a->dones + other->dones, ==, 0);
}

static void free_in_done(void *user, const struct http_head *head, GBytes *body,
			 const GError *error)
{
	struct asking *a = user;

	a->done = TRUE;
	a->error = error ? g_error_copy(error) : NULL;
	http_free(a->http);
}

static void an_http_may_be_freed_in_done(void)
{
	static const char *const paths[] = { "/a", "/b" };
	g_autoptr(script) s = script_start(streams, G_N_ELEMENTS(streams));
	struct asking a = { .http = g_steal_pointer(&s->http) };

	/* Both may be done in one turn of the loop: the second is not told. */
	for (gsize i = 0; i < G_N_ELEMENTS(paths); i++)
		http_get(a.http,
			 &(struct http_call){ .path = paths[i], .done = free_in_done, .user = &a });
	g_assert_true(loop_until(&a.done));
	g_assert_no_error(a.error);
}

static void an_http_may_be_freed_where_its_credential_failed(void)
{
	struct kube_access *access = g_new0(struct kube_access, 1);
	struct asking a = { 0 };

	access->server = g_strdup("http://127.0.0.1:1");
	access->token_file = g_strdup("/nonexistent/token");
	a.http = http_new(NULL, access, "kase/test", NULL);
	http_get(a.http, &(struct http_call){ .path = "/", .done = free_in_done, .user = &a });
	g_assert_true(loop_until(&a.done));
	check_error(a.error, KUBE_ERROR_CREDENTIAL);
	g_clear_error(&a.error);
}

static void a_paused_transfer_waits(void)
{
	g_autoptr(script) s = script_start(streams, G_N_ELEMENTS(streams));
	g_autoptr(asking) a = asking_new(s->http, "/endless", TRUE);
	g_autoptr(asking) meanwhile = NULL;
	gsize size;

	a->pause = TRUE;
	while (!a->data->len)
		g_main_context_iteration(NULL, TRUE);
	size = a->data->len;
	meanwhile = asking_new(s->http, "/meanwhile", TRUE);
	g_assert_true(loop_until(&meanwhile->done));
	g_assert_cmpuint(a->data->len, ==, size);
	a->pause = FALSE;
	transfer_resume(a->transfer);
	g_assert_cmpuint(a->data->len, ==, size); /* not from inside the call */
	while (a->data->len < size + 1000000)
		g_main_context_iteration(NULL, TRUE);
	/* No more is wanted of what libcurl had kept back. */
	a->pause = TRUE;
	size = a->data->len;
	while (a->data->len == size)
		g_main_context_iteration(NULL, TRUE);
	g_clear_pointer(&meanwhile, asking_free);
	meanwhile = asking_new(s->http, "/meanwhile", TRUE);
	g_assert_true(loop_until(&meanwhile->done));
	a->refuse = TRUE;
	transfer_resume(a->transfer);
	g_assert_true(loop_until(&a->done));
	check_error(a->error, KUBE_ERROR_CANCELLED);
	g_assert_cmpuint(a->dones, ==, 1);
}

/* --- the pool ------------------------------------------------------------------------------------ */

#define MANY 60

static gboolean all_held(void *user)
{
	struct asking **many = user;

	for (guint i = 0; i < MANY; i++)
		if (!many[i]->data->len)
			return FALSE;
	return TRUE;
}

static void the_pool_has_24_places_beside_those_that_last(void)
{
	g_autoptr(script) s = script_start(streams, G_N_ELEMENTS(streams));
	struct asking *many[MANY], *few[MANY];
	guint connections;

	for (guint i = 0; i < MANY; i++) {
		many[i] = g_new0(struct asking, 1);
		many[i]->data = g_string_new(NULL);
		http_get(s->http, &(struct http_call){ .path = "/held",
						       .lasting = TRUE,
						       .data = on_data,
						       .done = on_done,
						       .user = many[i] });
	}
	g_assert_true(loop_until_true(all_held, many));
	for (guint i = 0; i < MANY; i++)
		few[i] = asking_new(s->http, "/few", TRUE);
	for (guint i = 0; i < MANY; i++)
		g_assert_true(loop_until(&few[i]->done));
	g_assert_cmpuint(script_most(s), <=, MANY + 24);
	/* However many last, kept connections are used again. */
	connections = script_connections(s);
	g_assert_cmpuint(connections, <=, MANY + 24);
	for (guint i = 0; i < MANY; i++) {
		g_autoptr(asking) one = asking_new(s->http, "/one", TRUE);

		g_assert_true(loop_until(&one->done));
		asking_free(few[i]);
	}
	g_assert_cmpuint(script_connections(s), ==, connections);
	http_free(g_steal_pointer(&s->http));
	for (guint i = 0; i < MANY; i++)
		asking_free(many[i]);
}

static void requests_are_as_the_kubeconfig_has_it(void)
{
	static const struct {
		gboolean no_compression;
		const char *prefix, *path, *line;
	} rows[] = {
		{ FALSE, "", "/api?x=%2F", "GET /api?x=%2F HTTP/1.1\r\n" },
		{ TRUE, "/k8s/c%2Fd/", "/api", "GET /k8s/c%2Fd/api HTTP/1.1\r\n" },
		{ FALSE, "", "/api/../x", "GET /api/../x HTTP/1.1\r\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(script) s = script_start(streams, G_N_ELEMENTS(streams));
		struct kube_access *access = g_new0(struct kube_access, 1);
		g_autoptr(http) h = NULL;
		g_autoptr(asking) a = NULL;
		g_autofree char *head = NULL, *host = NULL;

		access->server = g_strconcat(s->url, rows[i].prefix, NULL);
		access->no_compression = rows[i].no_compression;
		h = http_new(NULL, access, "kase/test", NULL);
		a = asking_new(h, rows[i].path, FALSE);
		g_assert_true(loop_until(&a->done));
		g_assert_no_error(a->error);
		head = script_request(s, 0);
		host = g_strdup_printf("\r\nHost: %s\r\n", s->url + strlen("http://"));
		g_assert_true(g_str_has_prefix(head, rows[i].line));
		g_assert_nonnull(strstr(head, host));
		g_assert_nonnull(strstr(head, "\r\nUser-Agent: kase/test\r\n"));
		g_assert_nonnull(strstr(head, "\r\nAccept: application/json\r\n"));
		g_assert_cmpint(strstr(head, "\r\nAccept-Encoding: gzip\r\n") != NULL, ==,
				!rows[i].no_compression);
	}
}

#define ADD(name) g_test_add_func("/http/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(an_answer_is_told_as_what_it_is);
	ADD(gzip_is_undone);
	ADD(a_refused_request_has_its_body_to_64_kib);
	ADD(a_head_tells_when_to_come_again);
	ADD(a_head_without_end_is_given_up);
	ADD(a_body_is_cut_at_its_ceiling);
	ADD(a_silent_server_is_given_up);
	ADD(a_quiet_watch_needs_no_timer_of_libcurl);
	ADD(a_plain_server_is_no_tls_server);
	ADD(nothing_follows_a_cancel_inside_data);
	ADD(nothing_follows_a_cancel_inside_head_or_done);
	ADD(the_user_of_a_request_is_freed_with_it);
	ADD(data_that_says_no_ends_it_as_cancelled);
	ADD(an_http_may_be_freed_in_a_callback);
	ADD(an_http_may_be_freed_in_done);
	ADD(an_http_may_be_freed_where_its_credential_failed);
	ADD(a_paused_transfer_waits);
	ADD(the_pool_has_24_places_beside_those_that_last);
	ADD(requests_are_as_the_kubeconfig_has_it);
	return g_test_run();
}
