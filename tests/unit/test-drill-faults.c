/* What the simulated API server does wrong when it is told to, seen by bare libcurl. */
#include <kase/drill.h>
#include <kase/json.h>
#include <kase/relay.h>

#include "../lib/fetch.h"
#include "../lib/loop.h"

#include <curl/curl.h>
#include <string.h>

#define PODS "/api/v1/pods"
#define LOG  "/api/v1/namespaces/storefront/pods/banner-0/log"

static struct drill_server *start_with(const struct drill_fault *faults, gsize n)
{
	g_autoptr(GError) error = NULL;
	struct drill_server *s = drill_start(
		&(struct drill_plan){
			.faults = faults, .fault_count = n, .hurry = 10000, .copies = 3 },
		&error);

	g_assert_no_error(error);
	return s;
}

static struct reply *get_with(const struct drill_server *s, const char *path,
			      const struct fetch *how)
{
	g_autofree char *url = g_strconcat(drill_url(s), path, NULL);
	struct fetch f = *how;

	f.url = url;
	f.ca_pem = drill_ca_pem(s);
	return fetch(&f);
}

static struct reply *get(const struct drill_server *s, const char *path)
{
	return get_with(s, path, &(struct fetch){ 0 });
}

/* --- statuses --------------------------------------------------------------------------------- */

static void a_status_comes_as_a_real_server_sends_it(void)
{
	static const struct {
		gint64 status, retry_after_s;
		const char *says, *type;
	} rows[] = {
		{ 401, 0, "\"reason\":\"Unauthorized\",\"code\":401}\n", "application/json" },
		{ 403, 0, "\"reason\":\"Forbidden\"", "application/json" },
		{ 410, 0, "\"reason\":\"Expired\",\"code\":410}\n", "application/json" },
		{ 429, 3, "Too many requests, please try again later.\n",
		  "text/plain; charset=utf-8" },
		{ 500, 0, "\"reason\":\"InternalError\",\"code\":500}\n", "application/json" },
		{ 503, 7, "\"retryAfterSeconds\":7},\"code\":503}\n", "application/json" },
		{ 504, 0, "\"reason\":\"Timeout\"", "application/json" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(drill_server) s = start_with(
			&(struct drill_fault){ .path = PODS "*",
					       .kind = DRILL_STATUS,
					       .amount = rows[i].status,
					       .retry_after_s = rows[i].retry_after_s },
			1);
		g_autoptr(reply) r = get(s, PODS), elsewhere = get(s, "/api/v1/nodes");
		g_autofree char *retry = g_strdup_printf("%" G_GINT64_FORMAT,
							 rows[i].retry_after_s);

		g_test_message("%" G_GINT64_FORMAT, rows[i].status);
		g_assert_cmpint(r->status, ==, rows[i].status);
		g_assert_true(g_str_has_suffix(r->body->str, rows[i].says) ||
			      strstr(r->body->str, rows[i].says));
		g_assert_cmpstr(reply_header(r, "content-type"), ==, rows[i].type);
		g_assert_cmpstr(reply_header(r, "retry-after"), ==,
				rows[i].retry_after_s ? retry : NULL);
		g_assert_cmpint(elsewhere->status, ==, 200);
	}
}

static void a_fault_skips_and_ends_as_told(void)
{
	static const long expected[] = { 200, 200, 500, 500, 200 };
	g_autoptr(drill_server) s = start_with(&(struct drill_fault){ .path = PODS "*",
								      .kind = DRILL_STATUS,
								      .amount = 500,
								      .skip = 2,
								      .times = 2 },
					       1);

	for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
		g_autoptr(reply) r = get(s, PODS "?limit=1");

		g_assert_cmpint(r->status, ==, expected[i]);
	}
}

static void a_continue_token_expires(void)
{
	g_autoptr(drill_server) s = start_with(
		&(struct drill_fault){
			.path = PODS "*", .kind = DRILL_EXPIRED_CONTINUE, .times = 1 },
		1);
	g_autoptr(reply) first = get(s, PODS "?limit=4");
	g_autoptr(json_tree) page = json_parse(first->body->str, -1, NULL), status = NULL;
	g_autofree char *path = g_strdup_printf(PODS "?limit=4&continue=%s",
						json_string(page, "metadata.continue"));
	g_autoptr(reply) gone = get(s, path), again = get(s, path);

	status = json_parse(gone->body->str, -1, NULL);
	g_assert_cmpint(first->status, ==, 200);
	g_assert_cmpint(gone->status, ==, 410);
	g_assert_nonnull(json_string(status, "metadata.continue"));
	g_assert_cmpint(again->status, ==, 200);
}

static void a_watch_is_gone_after_some_events(void)
{
	g_autoptr(drill_server) s = start_with(
		&(struct drill_fault){ .path = PODS "*", .kind = DRILL_WATCH_GONE, .amount = 3 },
		1);
	g_autoptr(reply) list_reply = get(s, PODS "?limit=1");
	g_autoptr(json_tree) list = json_parse(list_reply->body->str, -1, NULL);
	g_autofree char *path = g_strdup_printf(PODS "?watch=1&resourceVersion=%s",
						json_string(list, "metadata.resourceVersion"));
	g_autoptr(reply) r = get(s, path);
	g_auto(GStrv) lines = g_strsplit(r->body->str, "\n", -1);

	g_assert_cmpint(r->code, ==, CURLE_OK);
	g_assert_cmpuint(g_strv_length(lines), ==, 5);
	g_assert_true(g_str_has_prefix(lines[3], "{\"type\":\"ERROR\""));
	g_assert_nonnull(strstr(lines[3], "\"code\":410"));
}

/* --- bytes ------------------------------------------------------------------------------------ */

static void a_cut_answer_ends_where_told(void)
{
	static const char *const paths[] = { PODS, PODS "/nope", LOG "?container=banner",
					     PODS "?watch=1" };

	for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autoptr(drill_server) s = start_with(
			&(struct drill_fault){ .path = "*", .kind = DRILL_CUT, .amount = 100 }, 1);
		g_autoptr(reply) r = get(s, paths[i]);

		g_test_message("%s", paths[i]);
		g_assert_cmpint(r->code, !=, CURLE_OK);
		g_assert_cmpuint(r->body->len, ==, 100);
	}
}

static void a_garbled_answer_is_no_json(void)
{
	g_autoptr(drill_server)
		s = start_with(&(struct drill_fault){ .path = "*", .kind = DRILL_GARBLED }, 1);
	g_autoptr(drill_server) good = start_with(NULL, 0);
	g_autoptr(reply) r = get(s, PODS), right = get(good, PODS);

	g_assert_cmpint(r->status, ==, 200);
	g_assert_cmpuint(r->body->len, ==, right->body->len);
	g_assert_null(json_parse(r->body->str, r->body->len, NULL));
}

static void bad_gzip_is_none(void)
{
	g_autoptr(drill_server)
		s = start_with(&(struct drill_fault){ .path = "*", .kind = DRILL_BAD_GZIP }, 1);
	g_autoptr(reply) r = get(s, PODS);

	g_assert_cmpstr(reply_header(r, "content-encoding"), ==, "gzip");
	g_assert_true(g_str_has_prefix(r->body->str, "{\"kind\":\"PodList\""));
}

static void endless_bodies_do_not_end(void)
{
	static const struct {
		enum drill_fault_kind kind;
		const char *path, *begins;
		gboolean newline;
	} rows[] = {
		{ DRILL_ENDLESS_LINE, LOG "?follow=true", "2026-", FALSE },
		{ DRILL_ENDLESS_LINE, PODS "?watch=1", "{\"type\":\"ADDED\"", FALSE },
		{ DRILL_ENDLESS_PAGE, PODS, "{\"kind\":\"PodList\"", FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(drill_server) s = start_with(
			&(struct drill_fault){ .path = "*", .kind = rows[i].kind }, 1);
		g_autoptr(reply)
			r = get_with(s, rows[i].path, &(struct fetch){ .max_bytes = 3 << 20 });

		g_assert_cmpuint(r->body->len, >=, 3 << 20);
		g_assert_true(g_str_has_prefix(r->body->str, rows[i].begins));
		g_assert_null(strchr(r->body->str, '\n'));
	}
}

static void a_slow_answer_comes_whole(void)
{
	g_autoptr(drill_server) s = start_with(
		&(struct drill_fault){ .path = "*", .kind = DRILL_SLOW, .amount = 1 }, 1);
	g_autoptr(drill_server) good = start_with(NULL, 0);
	g_autoptr(reply) r = get(s, PODS), right = get(good, PODS);

	g_assert_cmpint(r->code, ==, CURLE_OK);
	g_assert_cmpstr(r->body->str, ==, right->body->str);
}

static void a_stalled_answer_never_comes(void)
{
	g_autoptr(drill_server)
		s = start_with(&(struct drill_fault){ .path = PODS "*", .kind = DRILL_STALL }, 1);
	g_autoptr(reply) r = get_with(s, PODS, &(struct fetch){ .timeout_ms = 200 });
	g_autoptr(reply) elsewhere = get(s, "/version");
	g_auto(GStrv) requests = drill_requests(s);

	g_assert_cmpint(r->code, ==, CURLE_OPERATION_TIMEDOUT);
	g_assert_cmpint(r->status, ==, 0);
	g_assert_cmpstr(requests[0], ==, "GET " PODS);
	g_assert_cmpint(elsewhere->status, ==, 200);
}

static void a_log_ends_with_an_error_of_the_kubelet(void)
{
	g_autoptr(drill_server)
		s = start_with(&(struct drill_fault){ .path = "*", .kind = DRILL_KUBELET }, 1);
	g_autoptr(reply) r = get(
		s,
		"/api/v1/namespaces/payments/pods/ledger-0/log?container=migrate&timestamps=true");
	g_auto(GStrv) lines = g_strsplit(r->body->str, "\n", -1);

	g_assert_cmpint(r->code, ==, CURLE_OK);
	g_assert_cmpuint(g_strv_length(lines), ==, 2);
	g_assert_true(
		g_str_has_prefix(lines[1], "unable to retrieve container logs for containerd://"));
}

static void a_log_fails_as_its_node_does(void)
{
	static const struct {
		gint64 status;
		const char *says;
	} rows[] = {
		{ 404, "the server could not find the requested resource ( pods/log banner-0)" },
		{ 500, "dial tcp 127.0.0.1:10250: connect: connection refused" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(drill_server) s = start_with(
			&(struct drill_fault){
				.path = "*/log*", .kind = DRILL_STATUS, .amount = rows[i].status },
			1);
		g_autoptr(reply) r = get(s, LOG);

		g_assert_cmpint(r->status, ==, rows[i].status);
		g_assert_nonnull(strstr(r->body->str, rows[i].says));
	}
}

/* --- heads ------------------------------------------------------------------------------------ */

static void its_clock_can_be_off(void)
{
	static const gint64 offsets[] = { 3600, -3600 };

	for (gsize i = 0; i < G_N_ELEMENTS(offsets); i++) {
		g_autoptr(drill_server) s = start_with(
			&(struct drill_fault){
				.path = "*", .kind = DRILL_CLOCK, .amount = offsets[i] },
			1);
		gint64 before = g_get_real_time() / G_USEC_PER_SEC;
		g_autoptr(reply) r = get(s, "/version");
		gint64 date = curl_getdate(reply_header(r, "date"), NULL) - offsets[i];

		g_assert_cmpint(date, >=, before);
		g_assert_cmpint(date, <=, g_get_real_time() / G_USEC_PER_SEC);
	}
}

static void a_gateway_answers_in_its_place(void)
{
	g_autoptr(drill_server)
		s = start_with(&(struct drill_fault){ .path = "*", .kind = DRILL_HTML }, 1);
	g_autoptr(reply) r = get(s, PODS);

	g_assert_cmpint(r->status, ==, 502);
	g_assert_cmpstr(reply_header(r, "content-type"), ==, "text/html");
	g_assert_true(g_str_has_prefix(r->body->str, "<html>"));
	g_assert_null(reply_header(r, "audit-id"));
}

/* --- going and coming ------------------------------------------------------------------------- */

static gboolean was_asked(void *data)
{
	g_auto(GStrv) requests = drill_requests(data);

	return requests[0] != NULL;
}

static void *watch_nodes(void *data)
{
	return get(data, "/api/v1/nodes?watch=1&resourceVersion=999999");
}

static void leaving_ends_what_streams(void)
{
	g_autoptr(drill_server) s = start_with(NULL, 0);
	struct relay_thread *watcher = relay_thread_new("watcher", watch_nodes, s);
	g_autoptr(reply) r = NULL;

	g_assert_true(loop_until_true(was_asked, s));
	drill_leave(s);
	r = relay_thread_join(watcher);
	g_assert_cmpint(r->code, !=, CURLE_OK);
	g_assert_cmpint(r->code, !=, CURLE_OPERATION_TIMEDOUT);
}

static void it_returns_at_the_same_address(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(drill_server) s = start_with(NULL, 0);
	g_autoptr(reply) before = get(s, "/version"), away = NULL, back = NULL;

	drill_leave(s);
	away = get(s, "/version");
	g_assert_true(drill_return(s, &error));
	g_assert_no_error(error);
	back = get(s, "/version");
	g_assert_cmpint(before->status, ==, 200);
	g_assert_cmpint(away->code, ==, CURLE_COULDNT_CONNECT);
	g_assert_cmpint(back->status, ==, 200);
}

static void *ask_often(void *data)
{
	for (guint i = 0; i < 10; i++) {
		g_autoptr(reply) r = get(data, PODS "?limit=5");

		g_assert_cmpint(r->status, ==, 200);
	}
	return NULL;
}

static void many_may_ask_at_once(void)
{
	g_autoptr(drill_server) s = start_with(NULL, 0);
	struct relay_thread *threads[6];
	g_auto(GStrv) requests = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = relay_thread_new("asker", ask_often, s);
	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
		relay_thread_join(threads[i]);
	requests = drill_requests(s);
	g_assert_cmpuint(g_strv_length(requests), ==, 60);
}

#define ADD(name) g_test_add_func("/drill-faults/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	ADD(a_status_comes_as_a_real_server_sends_it);
	ADD(a_fault_skips_and_ends_as_told);
	ADD(a_continue_token_expires);
	ADD(a_watch_is_gone_after_some_events);
	ADD(a_cut_answer_ends_where_told);
	ADD(a_garbled_answer_is_no_json);
	ADD(bad_gzip_is_none);
	ADD(endless_bodies_do_not_end);
	ADD(a_slow_answer_comes_whole);
	ADD(a_stalled_answer_never_comes);
	ADD(a_log_ends_with_an_error_of_the_kubelet);
	ADD(a_log_fails_as_its_node_does);
	ADD(its_clock_can_be_off);
	ADD(a_gateway_answers_in_its_place);
	ADD(leaving_ends_what_streams);
	ADD(it_returns_at_the_same_address);
	ADD(many_may_ask_at_once);
	return g_test_run();
}
