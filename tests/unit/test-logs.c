#include "kube-script.h"

#include "../lib/loop.h"

#include <string.h>

#define LOG      "/api/v1/namespaces/payments/pods/a/log?"
#define NO_ERROR -1

struct reading {
	struct transfer *transfer;
	GString *bytes;
	GBytes *status_body;
	gboolean done, cancel, told_url;
	int status;
	GError *error;
};

static void on_data(void *user, const struct http_head *head, const char *bytes, gsize size)
{
	struct reading *r = user;

	g_assert_cmpint(head->status, ==, 200);
	g_string_append_len(r->bytes, bytes, (gssize)size);
	if (!r->cancel)
		return;
	transfer_cancel(g_steal_pointer(&r->transfer));
	r->done = TRUE;
}

static void on_done(void *user, const char *url, const struct http_head *head, GBytes *status_body,
		    const GError *error)
{
	struct reading *r = user;

	g_assert_false(r->done);
	r->done = TRUE;
	r->told_url = strstr(url, LOG) != NULL;
	r->status = head ? head->status : 0;
	r->status_body = status_body ? g_bytes_ref(status_body) : NULL;
	r->error = error ? g_error_copy(error) : NULL;
}

static void read_log(struct reading *r, struct http *h, struct kube_log_call call)
{
	call.namespace = "payments";
	call.pod = "a";
	call.container = call.container ?: "main";
	call.data = on_data;
	call.done = on_done;
	call.user = r;
	r->bytes = g_string_new(NULL);
	r->transfer = kube_log_start(h, &call);
}

static void reading_clear(struct reading *r)
{
	g_string_free(r->bytes, TRUE);
	g_clear_pointer(&r->status_body, g_bytes_unref);
	g_clear_error(&r->error);
}

#define BYTES "2026-01-02T03:04:05.000000001Z a\0b\xff\r\n2026-01-02T03:04:05.000000002Z half"

static const struct {
	const char *name, *answer;
	gsize size; /* of the answer; 0: up to its NUL */
	int error, status;
	gsize bytes;      /* of the log */
	const char *body; /* of what was none, or NULL */
} logs[] = {
	{ "any bytes, no newline at the end", SCRIPT_HEAD("200 OK", "text/plain") "\r\n" BYTES,
	  sizeof(SCRIPT_HEAD("200 OK", "text/plain") "\r\n" BYTES) - 1, NO_ERROR, 200,
	  sizeof BYTES - 1, NULL },
	{ "empty", SCRIPT_HEAD("200 OK", "text/plain") "Content-Length: 0\r\n\r\n", 0, NO_ERROR,
	  200, 0, NULL },
	{ "on no node", "HTTP/1.1 204 No Content\r\n\r\n", 0, NO_ERROR, 204, 0, NULL },
	{ "waiting to start",
	  SCRIPT_JSON("400 Bad") "\r\n{\"kind\":\"Status\",\"message\":\"is waiting to start\"}", 0,
	  KUBE_ERROR_REFUSED, 400, 0, "{\"kind\":\"Status\",\"message\":\"is waiting to start\"}" },
	{ "no such pod", SCRIPT_JSON("404 No") "\r\n{}", 0, KUBE_ERROR_NOT_FOUND, 404, 0, "{}" },
	{ "denied", SCRIPT_JSON("403 No") "\r\n", 0, KUBE_ERROR_DENIED, 403, 0, "" },
	{ "a login's page", SCRIPT_HEAD("200 OK", "text/html") "\r\n<html>log in", 0,
	  KUBE_ERROR_GARBLED, 200, 0, "<html>log in" },
	{ "cut", SCRIPT_HEAD("200 OK", "text/plain") "Content-Length: 99\r\n\r\n0123", 0,
	  KUBE_ERROR_CUT, 200, 4, NULL },
	{ "nothing", "", 0, KUBE_ERROR_UNREACHABLE, 0, 0, NULL },
};

static void logs_come_as_they_are_or_say_why_not(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(logs); i++) {
		struct script_answer row = { .path = LOG,
					     .bytes = logs[i].answer,
					     .size = logs[i].size };
		g_autoptr(script) s = script_start(&row, 1);
		struct reading r = { 0 };

		g_test_message("%s", logs[i].name);
		read_log(&r, s->http, (struct kube_log_call){ 0 });
		g_assert_true(loop_until(&r.done));
		if (logs[i].error == NO_ERROR)
			g_assert_no_error(r.error);
		else
			g_assert_error(r.error, KUBE_ERROR, logs[i].error);
		g_assert_cmpint(r.status, ==, logs[i].status);
		g_assert_cmpuint(r.bytes->len, ==, logs[i].bytes);
		g_assert_true(r.told_url);
		if (logs[i].size)
			g_assert_cmpmem(r.bytes->str, r.bytes->len, BYTES, sizeof BYTES - 1);
		g_assert_cmpint(r.status_body != NULL, ==, logs[i].body != NULL);
		if (logs[i].body)
			g_assert_cmpmem(g_bytes_get_data(r.status_body, NULL),
					g_bytes_get_size(r.status_body), logs[i].body,
					strlen(logs[i].body));
		reading_clear(&r);
	}
}

static void a_log_is_asked_for_as_it_is_told_to(void)
{
	static const struct {
		struct kube_log_call call;
		const char *query;
	} rows[] = {
		{ { 0 }, "timestamps=true&container=main HTTP" },
		{ { .container = "a/b&c" }, "timestamps=true&container=a%2Fb%26c HTTP" },
		{ { .previous = TRUE }, "timestamps=true&container=main&previous=true HTTP" },
		{ { .follow = TRUE, .since = "2026-01-02T03:04:05Z" },
		  "timestamps=true&container=main&follow=true&sinceTime=2026-01-02T03%3A04%3A05Z "
		  "HTTP" },
	};
	static const struct script_answer answer = { .path = "/", .bytes = "" };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(script) s = script_start(&answer, 1);
		g_autofree char *head = NULL, *line = g_strconcat("GET " LOG, rows[i].query, NULL);
		struct reading r = { 0 };

		read_log(&r, s->http, rows[i].call);
		g_assert_true(loop_until(&r.done));
		head = script_request(s, 0);
		g_assert_true(g_str_has_prefix(head, line));
		g_assert_nonnull(strstr(head, "\r\nAccept: text/plain, application/json\r\n"));
		reading_clear(&r);
	}
}

static void nothing_follows_a_cancel_in_data(void)
{
	static const struct script_answer answers[] = {
		{ .path = "/",
		  .times = 1,
		  .bytes = SCRIPT_HEAD("200 OK", "text/plain") "\r\n",
		  .again = "0123456789abcdef" },
		{ .path = "/", .bytes = SCRIPT_HEAD("200 OK", "text/plain") "\r\n" },
	};
	g_autoptr(script) s = script_start(answers, G_N_ELEMENTS(answers));
	struct reading r = { .cancel = TRUE }, after = { 0 };
	gsize size;

	read_log(&r, s->http, (struct kube_log_call){ .follow = TRUE });
	g_assert_true(loop_until(&r.done));
	size = r.bytes->len;
	read_log(&after, s->http, (struct kube_log_call){ 0 });
	g_assert_true(loop_until(&after.done));
	g_assert_cmpuint(r.bytes->len, ==, size);
	reading_clear(&r);
	reading_clear(&after);
}

#define ADD(name) g_test_add_func("/logs/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(logs_come_as_they_are_or_say_why_not);
	ADD(a_log_is_asked_for_as_it_is_told_to);
	ADD(nothing_follows_a_cancel_in_data);
	return g_test_run();
}
