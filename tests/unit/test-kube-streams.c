/*
 * Watches and logs of an API server that goes wrong: with which error they end, and that who
 * goes on has lost nothing, and has nothing twice.  A row for each fault.
 */
#include "kube-wire.h"

#include "../lib/loop.h"

#include <string.h>

#define BANNER  "/api/v1/namespaces/storefront/pods/banner-0/log*"
#define WATCHED "/api/v1/pods?watch*"

/* --- watches ---------------------------------------------------------------------------------- */

struct watching {
	gboolean enough;
	guint wanted; /* events */
	GString *lines;
	guint events, begun, ended;
	enum kube_watch_state state; /* at the last end */
	int first_error;             /* WIRE_OK: none yet */
};

static void on_begun(void *user, const char *url, const struct http_head *head)
{
	((struct watching *)user)->begun++;
}

static void on_segment(void *user, GBytes *lines, guint events, guint withheld)
{
	struct watching *s = user;

	g_string_append_len(s->lines, g_bytes_get_data(lines, NULL), g_bytes_get_size(lines));
	s->events += events;
	s->enough = s->enough || s->events >= s->wanted;
}

static void on_ended(void *user, enum kube_watch_state state, const GError *error, gint64 retry_s)
{
	struct watching *s = user;

	s->ended++;
	s->state = state;
	if (error && s->first_error == WIRE_OK) {
		wire_check_error(error, error->code);
		s->first_error = error->code;
	}
	if (state == KUBE_WATCH_GONE || state == KUBE_WATCH_DENIED)
		s->enough = TRUE;
}

static void watch_pods(struct http *h, const char *version, struct watching *s)
{
	struct kube_watch *watch;

	s->lines = g_string_new(NULL);
	s->first_error = WIRE_OK;
	watch = kube_watch_start(h,
				 &(struct kube_watch_call){ .resource = kube_resource_find("pods"),
							    .resource_version = version,
							    .begun = on_begun,
							    .segment = on_segment,
							    .ended = on_ended,
							    .user = s });
	g_assert_true(loop_until(&s->enough));
	kube_watch_stop(watch);
}

struct watch_row {
	const char *name;
	struct drill_fault fault;
	int error; /* the first one */
	enum kube_watch_state state;
};

#define EVENTS 10 /* that the recording holds */

static const struct watch_row watch_rows[] = {
	{ "nothing wrong", { 0 }, WIRE_OK, KUBE_WATCH_LIVE },
	{ "slow", FAULT(WATCHED, DRILL_SLOW, .amount = 1), WIRE_OK, KUBE_WATCH_LIVE },
	{ "cut in its first event", FAULT(WATCHED, DRILL_CUT, .amount = 100, .times = 1),
	  KUBE_ERROR_CUT, KUBE_WATCH_WAITING },
	{ "cut later", FAULT(WATCHED, DRILL_CUT, .amount = 30000, .times = 1), KUBE_ERROR_CUT,
	  KUBE_WATCH_WAITING },
	{ "no gzip", FAULT(WATCHED, DRILL_BAD_GZIP, .times = 1), KUBE_ERROR_GARBLED,
	  KUBE_WATCH_WAITING },
	{ "401", FAULT(WATCHED, DRILL_STATUS, .amount = 401, .times = 1), KUBE_ERROR_CREDENTIAL,
	  KUBE_WATCH_WAITING },
	{ "403", FAULT(WATCHED, DRILL_STATUS, .amount = 403), KUBE_ERROR_DENIED,
	  KUBE_WATCH_DENIED },
	{ "410", FAULT(WATCHED, DRILL_STATUS, .amount = 410), KUBE_ERROR_GONE, KUBE_WATCH_GONE },
	{ "429", FAULT(WATCHED, DRILL_STATUS, .amount = 429, .retry_after_s = 1, .times = 1),
	  KUBE_ERROR_BUSY, KUBE_WATCH_WAITING },
	{ "500", FAULT(WATCHED, DRILL_STATUS, .amount = 500, .times = 1), KUBE_ERROR_REFUSED,
	  KUBE_WATCH_WAITING },
	{ "a gateway's page", FAULT(WATCHED, DRILL_HTML, .times = 1), KUBE_ERROR_REFUSED,
	  KUBE_WATCH_WAITING },
	{ "a gateway's page that says it is well",
	  FAULT(WATCHED, DRILL_HTML, .amount = 200, .times = 1), KUBE_ERROR_GARBLED,
	  KUBE_WATCH_WAITING },
	{ "a line without end", FAULT(WATCHED, DRILL_ENDLESS_LINE, .times = 1),
	  KUBE_ERROR_TOO_LARGE, KUBE_WATCH_WAITING },
	{ "gone at once", FAULT(WATCHED, DRILL_WATCH_GONE), KUBE_ERROR_GONE, KUBE_WATCH_GONE },
	{ "gone after some events", FAULT(WATCHED, DRILL_WATCH_GONE, .amount = 3), KUBE_ERROR_GONE,
	  KUBE_WATCH_GONE },
};

static void watches_end_or_go_on(void)
{
	g_autofree char *version = wire_pods_version(), *reference = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(watch_rows); i++) {
		const struct watch_row *row = &watch_rows[i];
		g_autoptr(wire) w = wire_faulty(&row->fault);
		struct watching s = { .wanted = EVENTS };

		g_test_message("%s", row->name);
		watch_pods(w->http, version, &s);
		g_assert_cmpint(s.first_error, ==, row->error);
		if (row->error != WIRE_OK)
			g_assert_cmpint(s.state, ==, row->state);
		if (!reference)
			reference = g_strdup(s.lines->str);
		if (row->state == KUBE_WATCH_GONE)
			g_assert_cmpuint(s.events, ==,
					 row->fault.kind == DRILL_WATCH_GONE ? row->fault.amount
									     : 0);
		else if (row->state != KUBE_WATCH_DENIED)
			g_assert_cmpstr(s.lines->str, ==, reference);
		g_string_free(s.lines, TRUE);
	}
}

static void a_version_too_old_is_gone(void)
{
	g_autoptr(wire) w = wire_faulty(NULL);
	struct watching s = { .wanted = 1 };

	watch_pods(w->http, "1", &s);
	g_assert_cmpint(s.first_error, ==, KUBE_ERROR_GONE);
	g_assert_cmpint(s.state, ==, KUBE_WATCH_GONE);
	g_string_free(s.lines, TRUE);
}

static gboolean has_ended(void *data)
{
	return ((struct watching *)data)->ended > 0;
}

static gboolean has_begun_twice(void *data)
{
	return ((struct watching *)data)->begun > 1;
}

static void a_watch_outlives_a_server_that_is_away(void)
{
	g_autofree char *version = wire_pods_version();
	g_autoptr(wire) w = wire_faulty(NULL);
	struct watching s = { .wanted = EVENTS };
	struct kube_watch *watch;

	s.lines = g_string_new(NULL);
	s.first_error = WIRE_OK;
	watch = kube_watch_start(w->http,
				 &(struct kube_watch_call){ .resource = kube_resource_find("pods"),
							    .resource_version = version,
							    .begun = on_begun,
							    .segment = on_segment,
							    .ended = on_ended,
							    .user = &s });
	g_assert_true(loop_until(&s.enough));
	drill_leave(w->server);
	g_assert_true(loop_until_true(has_ended, &s));
	g_assert_cmpint(s.state, ==, KUBE_WATCH_WAITING);
	g_assert_true(drill_return(w->server, NULL));
	g_assert_true(loop_until_true(has_begun_twice, &s));
	g_assert_cmpuint(s.events, ==, EVENTS);
	kube_watch_stop(watch);
	g_string_free(s.lines, TRUE);
}

/* --- logs ------------------------------------------------------------------------------------- */

struct reading {
	gboolean done;
	GString *bytes;
	GBytes *status;
	GError *error;
	int code;
};

static void on_log(void *user, const struct http_head *head, const char *bytes, gsize size)
{
	g_string_append_len(((struct reading *)user)->bytes, bytes, size);
}

static void on_log_done(void *user, const char *url, const struct http_head *head, GBytes *status,
			const GError *error)
{
	struct reading *r = user;

	r->done = TRUE;
	r->code = head ? head->status : 0;
	r->status = status ? g_bytes_ref(status) : NULL;
	r->error = error ? g_error_copy(error) : NULL;
}

static void read_log(struct http *h, const char *pod, gboolean previous, struct reading *r)
{
	r->bytes = g_string_new(NULL);
	kube_log_start(
		h, &(struct kube_log_call){
			   .namespace = g_str_equal(pod, "ledger-0") ? "payments" : "storefront",
			   .pod = pod,
			   .container = g_str_equal(pod, "ledger-0")   ? "db"
					: g_str_equal(pod, "banner-0") ? "banner"
								       : "main",
			   .previous = previous,
			   .data = on_log,
			   .done = on_log_done,
			   .user = r });
	g_assert_true(loop_until(&r->done));
}

static void reading_clear(struct reading *r)
{
	g_string_free(r->bytes, TRUE);
	g_clear_pointer(&r->status, g_bytes_unref);
	g_clear_error(&r->error);
}

static const struct log_row {
	const char *name, *pod;
	gboolean previous;
	struct drill_fault fault;
	int error, status;
	const char *says; /* the Status, or the end of the log */
} log_rows[] = {
	{ "there", "banner-0", FALSE, { 0 }, WIRE_OK, 200, NULL },
	{ "the one before", "ledger-0", TRUE, { 0 }, WIRE_OK, 200, NULL },
	{ "none before",
	  "banner-0",
	  TRUE,
	  { 0 },
	  KUBE_ERROR_REFUSED,
	  400,
	  "previous terminated container" },
	{ "not begun", "puller-0", FALSE, { 0 }, KUBE_ERROR_REFUSED, 400, "is waiting to start" },
	{ "on no node", "unplaced-0", FALSE, { 0 }, WIRE_OK, 204, NULL },
	{ "no such pod",
	  "nobody",
	  FALSE,
	  { 0 },
	  KUBE_ERROR_NOT_FOUND,
	  404,
	  "pods \\\"nobody\\\" not found" },
	{ "denied", "banner-0", FALSE, FAULT(BANNER, DRILL_STATUS, .amount = 403),
	  KUBE_ERROR_DENIED, 403, "Forbidden" },
	{ "a node that does not answer", "banner-0", FALSE,
	  FAULT(BANNER, DRILL_STATUS, .amount = 500), KUBE_ERROR_REFUSED, 500,
	  "connection refused" },
	{ "a node that knows no such pod", "banner-0", FALSE,
	  FAULT(BANNER, DRILL_STATUS, .amount = 404), KUBE_ERROR_NOT_FOUND, 404,
	  "pods/log banner-0" },
	{ "too many requests", "banner-0", FALSE, FAULT(BANNER, DRILL_STATUS, .amount = 429),
	  KUBE_ERROR_BUSY, 429, "Too many requests" },
	{ "cut", "banner-0", FALSE, FAULT(BANNER, DRILL_CUT, .amount = 40), KUBE_ERROR_CUT, 200,
	  NULL },
	{ "no gzip", "banner-0", FALSE, FAULT(BANNER, DRILL_BAD_GZIP), KUBE_ERROR_GARBLED, 200,
	  NULL },
	{ "a kubelet's error in it", "ledger-0", TRUE, FAULT("*/log*", DRILL_KUBELET), WIRE_OK, 200,
	  "unable to retrieve container logs for containerd://" },
};

static gboolean says(const struct reading *r, const char *text)
{
	gsize size = 0;
	const char *data = r->status ? g_bytes_get_data(r->status, &size) : r->bytes->str;

	return g_strstr_len(data, r->status ? (gssize)size : (gssize)r->bytes->len, text) != NULL;
}

static void logs_come_or_say_why_not(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(log_rows); i++) {
		const struct log_row *row = &log_rows[i];
		g_autoptr(wire) w = wire_faulty(&row->fault);
		struct reading r = { 0 };

		g_test_message("%s", row->name);
		read_log(w->http, row->pod, row->previous, &r);
		wire_check_error(r.error, row->error);
		g_assert_cmpint(r.code, ==, row->status);
		if (row->says)
			g_assert_true(says(&r, row->says));
		reading_clear(&r);
	}
}

#define ADD(name) g_test_add_func("/kube-streams/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(watches_end_or_go_on);
	ADD(a_version_too_old_is_gone);
	ADD(a_watch_outlives_a_server_that_is_away);
	ADD(logs_come_or_say_why_not);
	return g_test_run();
}
