/* Credentials that end while they are used, seen from the server. */
#include "kube-wire.h"

#include <string.h>

#define EXEC_API "client.authentication.k8s.io/v1"
#define CONFIG(user)                                                                              \
	"clusters: [{name: c, cluster: {server: '@URL', certificate-authority-data: '@CA64'}}]\n" \
	"users: [{name: u, user: {" user "}}]\n"                                                  \
	"contexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n"
#define PLUGIN "exec: {apiVersion: " EXEC_API ", interactiveMode: Never, command: ./plugin}"
/* Says what lies in @D/status, and counts its runs. */
#define PLUGIN_SCRIPT                                                        \
	"#!/bin/sh\necho run >>@D/runs\nprintf '{\"apiVersion\":\"" EXEC_API \
	"\",\"kind\":\"ExecCredential\",\"status\":%s}' \"$(cat @D/status)\"\n"

static struct wire *start(const char *user)
{
	struct wire *w = wire_new(&(struct drill_plan){ .token = "t-1" });
	g_autoptr(GError) error = NULL;

	wire_write(w, "config", user);
	wire_write(w, "plugin", PLUGIN_SCRIPT);
	w->http = wire_open(w, "@D/config", NULL, &error);
	g_assert_no_error(error);
	return w;
}

static void get_well(struct http *h)
{
	g_autoptr(outcome) o = wire_get(h, "/api/v1/pods?limit=1");

	g_assert_no_error(o->error);
	g_assert_cmpint(o->status, ==, 200);
}

static void get_refused(struct http *h)
{
	g_autoptr(outcome) o = wire_get(h, "/api/v1/pods?limit=1");

	g_assert_error(o->error, KUBE_ERROR, KUBE_ERROR_CREDENTIAL);
	g_assert_cmpint(o->status, ==, 401);
	g_assert_null(strstr(o->error->message, "t-"));
}

static guint requests(const struct wire *w)
{
	g_auto(GStrv) lines = drill_requests(w->server);

	return g_strv_length(lines);
}

static guint runs(const struct wire *w)
{
	g_autofree char *text = wire_read(w, "runs");

	return strlen(text) / strlen("run\n");
}

static void check_bearer(const struct wire *w, guint n, const char *token)
{
	g_autofree char *seen = drill_request_header(w->server, n, "Authorization");
	g_autofree char *expected = g_strconcat("Bearer ", token, NULL);

	g_assert_cmpstr(seen, ==, expected);
}

static void a_refused_token_file_is_read_again(void)
{
	g_autoptr(wire) w = start(CONFIG("tokenFile: token"));

	wire_write(w, "token", "t-1\n");
	get_well(w->http);
	wire_write(w, "token", "t-2\n");
	drill_set_token(w->server, "t-2");
	get_well(w->http);
	g_assert_cmpuint(requests(w), ==, 3);
	check_bearer(w, 1, "t-1");
	check_bearer(w, 2, "t-2");
}

static void a_token_file_that_went_leaves_its_last_token(void)
{
	g_autoptr(wire) w = start(CONFIG("tokenFile: token"));

	wire_write(w, "token", "t-1\n");
	get_well(w->http);
	wire_write(w, "token", "\n");
	get_well(w->http);
	check_bearer(w, 1, "t-1");
}

static void a_plugin_is_run_once_while_its_token_is_taken(void)
{
	g_autoptr(wire) w = start(CONFIG(PLUGIN));

	wire_write(w, "status", "{\"token\":\"t-1\"}");
	for (guint i = 0; i < 3; i++)
		get_well(w->http);
	g_assert_cmpuint(runs(w), ==, 1);
	g_assert_cmpuint(requests(w), ==, 3);
}

static void a_plugin_is_run_again_where_its_token_has_expired(void)
{
	g_autoptr(wire) w = start(CONFIG(PLUGIN));

	wire_write(w, "status",
		   "{\"token\":\"t-1\",\"expirationTimestamp\":\"2126-01-01T00:00:00Z\"}");
	get_well(w->http);
	g_assert_cmpuint(runs(w), ==, 1);
	wire_write(w, "status", "{\"token\":\"t-2\"}");
	drill_set_token(w->server, "t-2");
	get_well(w->http);
	get_well(w->http);
	g_assert_cmpuint(runs(w), ==, 2);
	g_assert_cmpuint(requests(w), ==, 4);
	check_bearer(w, 1, "t-1");
	check_bearer(w, 2, "t-2");
}

static void what_stays_wrong_is_told_after_one_more_try(void)
{
	g_autoptr(wire) w = start(CONFIG(PLUGIN));

	wire_write(w, "status", "{\"token\":\"t-0\"}");
	get_refused(w->http);
	g_assert_cmpuint(requests(w), ==, 2);
	g_assert_cmpuint(runs(w), ==, 2);
}

static void a_fixed_token_is_not_tried_twice(void)
{
	g_autoptr(wire) w = start(CONFIG("token: t-0"));

	get_refused(w->http);
	g_assert_cmpuint(requests(w), ==, 1);
}

/* A kept connection keeps the identity that it was made with. */
static void a_new_certificate_is_shown_on_a_new_connection(void)
{
	static const char status[] = "{\"token\":\"%s\",\"clientCertificateData\":\"%s\","
				     "\"clientKeyData\":\"%s\"}";
	g_autoptr(wire) w = start(CONFIG(PLUGIN));
	g_autofree char *first = wire_expand(w, "@CERT|@KEY"),
			*second = wire_expand(w, "@RSACERT|@RSAKEY");
	const char *tokens[] = { "t-1", "t-2" }, *pems[] = { first, second };

	for (guint i = 0; i < 2; i++) {
		g_auto(GStrv) lines = g_strsplit(pems[i], "\n", -1);
		g_autofree char *joined = g_strjoinv("\\n", lines);
		g_auto(GStrv) parts = g_strsplit(joined, "|", 2);
		g_autofree char *text = g_strdup_printf(status, tokens[i], parts[0], parts[1]);

		wire_write(w, "status", text);
		drill_set_token(w->server, tokens[i]);
		get_well(w->http);
	}
	{
		g_autofree char *before = drill_request_certificate(w->server, 0);
		g_autofree char *after = drill_request_certificate(w->server, 2);

		g_assert_cmpuint(requests(w), ==, 3);
		g_assert_cmpstr(before, ==, "trainee");
		g_assert_cmpstr(after, ==, "stranger");
	}
}

static void who_shows_nothing_is_anonymous(void)
{
	g_autoptr(wire) w = start(CONFIG(""));
	g_autoptr(outcome) o = wire_get(w->http, "/api/v1/pods");

	g_assert_error(o->error, KUBE_ERROR, KUBE_ERROR_DENIED);
	g_assert_nonnull(strstr(o->error->message, "system:anonymous"));
}

#define ADD(name) g_test_add_func("/kube-renewal/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(a_refused_token_file_is_read_again);
	ADD(a_token_file_that_went_leaves_its_last_token);
	ADD(a_plugin_is_run_once_while_its_token_is_taken);
	ADD(a_plugin_is_run_again_where_its_token_has_expired);
	ADD(what_stays_wrong_is_told_after_one_more_try);
	ADD(a_fixed_token_is_not_tried_twice);
	ADD(a_new_certificate_is_shown_on_a_new_connection);
	ADD(who_shows_nothing_is_anonymous);
	return g_test_run();
}
