/*
 * What goes wrong between a client and an API server: with which error it ends, and that it goes on
 * where it can.  A row for each fault.
 */
#include "kube-wire.h"

#include "../lib/loop.h"

#include <string.h>

#define PODS   "/api/v1/pods*"
#define IDLE_S 1
#define ROWS   5 /* a page */

struct fault_row {
	const char *name;
	struct drill_fault fault;
	int error;      /* an enum kube_error, or WIRE_OK */
	guint requests; /* 0: not counted */
};

static guint count_requests(const struct wire *w)
{
	g_auto(GStrv) requests = drill_requests(w->server);

	return g_strv_length(requests);
}

/* --- lists ------------------------------------------------------------------------------------ */

struct listing {
	gboolean done;
	gsize items; /* since the last start */
	guint restarts;
	gboolean restarted;
	char *version;
	GError *error;
};

static void on_page(void *user, const struct kube_page *page)
{
	((struct listing *)user)->items += page->items;
}

static void on_restart(void *user)
{
	struct listing *l = user;

	l->restarts++;
	l->items = 0;
}

static void on_list_done(void *user, const struct kube_list_end *end)
{
	struct listing *l = user;

	l->done = TRUE;
	l->restarted = end->restarted;
	l->version = g_strdup(end->resource_version);
	l->error = end->error ? g_error_copy(end->error) : NULL;
}

static void list_pods(struct http *h, struct listing *l)
{
	kube_list_start(h, &(struct kube_list_call){ .resource = kube_resource_find("pods"),
						     .page_rows = ROWS,
						     .page = on_page,
						     .restart = on_restart,
						     .done = on_list_done,
						     .user = l });
	g_assert_true(loop_until(&l->done));
}

static void listing_clear(struct listing *l)
{
	g_free(l->version);
	g_clear_error(&l->error);
}

static gsize all_pods(void)
{
	g_autoptr(wire) w = wire_faulty(NULL);
	struct listing l = { 0 };

	list_pods(w->http, &l);
	g_assert_no_error(l.error);
	listing_clear(&l);
	return l.items;
}

static const struct fault_row list_rows[] = {
	{ "nothing wrong", { 0 }, WIRE_OK, 4 },
	{ "slow", FAULT(PODS, DRILL_SLOW, .amount = 1), WIRE_OK, 4 },
	{ "cut once", FAULT(PODS, DRILL_CUT, .amount = 1000, .times = 1), WIRE_OK, 5 },
	{ "cut in a later page", FAULT(PODS, DRILL_CUT, .amount = 1000, .skip = 2, .times = 1),
	  WIRE_OK, 5 },
	{ "garbled", FAULT(PODS, DRILL_GARBLED, .amount = 50), KUBE_ERROR_GARBLED, 0 },
	{ "no gzip", FAULT(PODS, DRILL_BAD_GZIP), KUBE_ERROR_GARBLED, 0 },
	{ "a gateway's page once", FAULT(PODS, DRILL_HTML, .times = 1), WIRE_OK, 5 },
	{ "a gateway's page for good", FAULT(PODS, DRILL_HTML, .amount = 200), KUBE_ERROR_GARBLED,
	  1 },
	{ "401", FAULT(PODS, DRILL_STATUS, .amount = 401), KUBE_ERROR_CREDENTIAL, 1 },
	{ "403", FAULT(PODS, DRILL_STATUS, .amount = 403), KUBE_ERROR_DENIED, 1 },
	{ "404", FAULT(PODS, DRILL_STATUS, .amount = 404), KUBE_ERROR_NOT_FOUND, 1 },
	{ "410 without a token", FAULT(PODS, DRILL_STATUS, .amount = 410), KUBE_ERROR_GONE, 1 },
	{ "429 once, to be asked again in a second",
	  FAULT(PODS, DRILL_STATUS, .amount = 429, .retry_after_s = 1, .times = 1), WIRE_OK, 5 },
	{ "429 without a word when", FAULT(PODS, DRILL_STATUS, .amount = 429, .times = 1), WIRE_OK,
	  5 },
	{ "500 once", FAULT(PODS, DRILL_STATUS, .amount = 500, .times = 1), WIRE_OK, 5 },
	{ "503 once", FAULT(PODS, DRILL_STATUS, .amount = 503, .retry_after_s = 1, .times = 1),
	  WIRE_OK, 5 },
	{ "504 in a later page", FAULT(PODS, DRILL_STATUS, .amount = 504, .skip = 1, .times = 1),
	  WIRE_OK, 5 },
	{ "a line without end", FAULT(PODS, DRILL_ENDLESS_LINE), KUBE_ERROR_TOO_LARGE, 1 },
	{ "a page without end", FAULT(PODS, DRILL_ENDLESS_PAGE), KUBE_ERROR_TOO_LARGE, 1 },
	{ "a token expires once", FAULT(PODS, DRILL_EXPIRED_CONTINUE, .skip = 1, .times = 1),
	  WIRE_OK, 0 },
	{ "tokens expire always", FAULT(PODS, DRILL_EXPIRED_CONTINUE), KUBE_ERROR_GONE, 0 },
};

static void lists_end_or_go_on(void)
{
	gsize all = all_pods();

	for (gsize i = 0; i < G_N_ELEMENTS(list_rows); i++) {
		const struct fault_row *row = &list_rows[i];
		g_autoptr(wire) w = wire_faulty(&row->fault);
		struct listing l = { 0 };

		g_test_message("%s", row->name);
		list_pods(w->http, &l);
		wire_check_error(l.error, row->error);
		if (row->error == WIRE_OK)
			g_assert_cmpuint(l.items, ==, all);
		if (row->requests)
			g_assert_cmpuint(count_requests(w), ==, row->requests);
		g_assert_cmpint(l.restarts, ==, row->fault.kind == DRILL_EXPIRED_CONTINUE);
		g_assert_cmpint(l.restarted, ==, row->fault.kind == DRILL_EXPIRED_CONTINUE);
		g_assert_cmpint(l.version != NULL, ==, row->error == WIRE_OK);
		listing_clear(&l);
	}
}

/* --- one request ------------------------------------------------------------------------------ */

static void what_never_answers_is_given_up(void)
{
	static const struct drill_fault stall = FAULT("/version", DRILL_STALL);
	g_autoptr(wire) w = wire_faulty(&stall);
	struct outcome o = { 0 };
	g_autoptr(outcome) elsewhere = NULL;

	wire_ask(w->http, &(struct http_call){ .path = "/version", .idle_s = IDLE_S }, &o);
	wire_check_error(o.error, KUBE_ERROR_UNREACHABLE);
	elsewhere = wire_get(w->http, "/livez");
	g_assert_no_error(elsewhere->error);
	g_clear_error(&o.error);
}

static void a_clock_that_is_off_is_told(void)
{
	static const gint64 offsets_s[] = { -3600, 0, 3600 };

	for (gsize i = 0; i < G_N_ELEMENTS(offsets_s); i++) {
		struct drill_fault fault = FAULT("/version", DRILL_CLOCK, .amount = offsets_s[i]);
		g_autoptr(wire) w = wire_faulty(&fault);
		g_autoptr(outcome) o = wire_get(w->http, "/version");
		gint64 off_s = o->clock_offset_ns / G_GINT64_CONSTANT(1000000000) - offsets_s[i];

		g_assert_no_error(o->error);
		g_assert_cmpint(ABS(off_s), <, LOOP_SECONDS + 2); /* however slow this machine is */
	}
}

static void certificates_that_are_wrong_are_told(void)
{
	static const struct {
		enum drill_certificate certificate;
		const char *says;
	} rows[] = {
		{ DRILL_CERTIFICATE_EXPIRED, "expired" },
		{ DRILL_CERTIFICATE_WRONG_NAME, "127.0.0.1" },
		{ DRILL_CERTIFICATE_FOREIGN, "certificate" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(wire)
			w = wire_new(&(struct drill_plan){ .certificate = rows[i].certificate });
		g_autoptr(outcome) o = NULL;

		wire_write(w, "config", WIRE_CONFIG);
		w->http = wire_open(w, "@D/config", NULL, NULL);
		o = wire_get(w->http, "/version");
		wire_check_error(o->error, KUBE_ERROR_CERTIFICATE);
		g_assert_nonnull(strstr(o->error->message, rows[i].says));
	}
}

static void a_kept_connection_that_died_is_made_anew(void)
{
	g_autoptr(wire) w = wire_faulty(NULL);
	g_autoptr(outcome) before = wire_get(w->http, "/version"), away = NULL, after = NULL;

	drill_leave(w->server);
	g_assert_true(drill_return(w->server, NULL));
	after = wire_get(w->http, "/version");
	drill_leave(w->server);
	away = wire_get(w->http, "/version");
	g_assert_no_error(before->error);
	g_assert_no_error(after->error);
	wire_check_error(away->error, KUBE_ERROR_UNREACHABLE);
}

#define ADD(name) g_test_add_func("/kube-faults/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(lists_end_or_go_on);
	ADD(what_never_answers_is_given_up);
	ADD(a_clock_that_is_off_is_told);
	ADD(certificates_that_are_wrong_are_told);
	ADD(a_kept_connection_that_died_is_made_anew);
	return g_test_run();
}
