/* Who a request says that it comes from, and what happens where that is refused. */
#include "kube-folder.h"
#include "kube-script.h"

#include "../lib/loop.h"

#include <string.h>

#define KEPT    SCRIPT_JSON("200 OK") "Content-Length: 2\r\n\r\n{}"
#define REFUSED SCRIPT_JSON("401 Unauthorized") "Content-Length: 0\r\n\r\n"
#define MANY    3

static char *folder;

struct asked {
	gboolean done;
	int status;
};

static void on_done(void *user, const struct http_head *head, GBytes *body, const GError *error)
{
	struct asked *a = user;

	g_assert_false(a->done);
	a->done = TRUE;
	a->status = head ? head->status : 0;
}

static void ask(struct http *h, struct asked *a)
{
	http_get(h, &(struct http_call){ .path = "/a", .done = on_done, .user = a });
}

/* A client of the scripted server as another.  Caller owns. */
static struct http *open_as(const struct script *s, struct kube_access *access)
{
	g_autoptr(GError) error = NULL;
	struct http *h;

	access->server = g_strdup(s->url);
	h = http_new(NULL, access, "kase/1 (linux/amd64) case/7", &error);
	g_assert_no_error(error);
	return h;
}

static void a_request_has_the_headers_of_its_user(void)
{
	static const struct script_answer answer = { .path = "/", .bytes = KEPT, .keep = TRUE };
	static const char *const fields[] = {
		"Authorization: Bearer t-1",
		"User-Agent: kase/1 (linux/amd64) case/7",
		"Impersonate-User: ana",
		"Impersonate-Uid: 7",
		"Impersonate-Group: dev",
		"Impersonate-Group: ops",
		"Impersonate-Extra-example.org%2Fscope: a b",
	};
	g_autoptr(script) s = script_start(&answer, 1);
	struct kube_access *access = g_new0(struct kube_access, 1);
	g_autoptr(http) h = NULL;
	g_autofree char *head = NULL;
	struct asked a = { 0 };

	access->token = g_strdup("t-1");
	access->as = g_strdup("ana");
	access->as_uid = g_strdup("7");
	access->as_groups = g_strsplit("dev,ops", ",", -1);
	access->as_extra = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(access->as_extra, g_strdup("example.org/scope"));
	g_ptr_array_add(access->as_extra, g_strdup("a b"));
	h = open_as(s, access);
	ask(h, &a);
	g_assert_true(loop_until(&a.done));
	head = script_request(s, 0);
	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
		g_autofree char *line = g_strdup_printf("\r\n%s\r\n", fields[i]);

		g_test_message("%s", fields[i]);
		g_assert_nonnull(strstr(head, line));
	}
}

static void a_password_is_sent_as_basic(void)
{
	static const struct script_answer answer = { .path = "/", .bytes = KEPT, .keep = TRUE };
	g_autoptr(script) s = script_start(&answer, 1);
	struct kube_access *access = g_new0(struct kube_access, 1);
	g_autoptr(http) h = NULL;
	g_autofree char *head = NULL;
	struct asked a = { 0 };

	access->username = g_strdup("ana");
	access->password = g_strdup("pa:ss");
	h = open_as(s, access);
	ask(h, &a);
	g_assert_true(loop_until(&a.done));
	head = script_request(s, 0);
	g_assert_nonnull(strstr(head, "\r\nAuthorization: Basic YW5hOnBhOnNz\r\n"));
}

/* Once so many requests have come with the old one, and none has its answer. */
static void renew_token(struct script *s, guint requests)
{
	while (script_asked(s) < requests)
		g_main_context_iteration(NULL, FALSE);
	g_free(folder_write(folder, "token", "t-2\n"));
	script_resume(s);
}

/* They were all sent with the old token before the first was refused. */
static void all_requests_with_an_old_token_are_renewed(void)
{
	static const struct script_answer answers[] = {
		{ .path = "/", .bytes = REFUSED, .times = MANY, .keep = TRUE },
		{ .path = "/", .bytes = KEPT, .keep = TRUE },
	};
	g_autoptr(script) s = script_start(answers, G_N_ELEMENTS(answers));
	struct kube_access *access = g_new0(struct kube_access, 1);
	g_autoptr(http) h = NULL;
	struct asked a[MANY] = { 0 };

	folder_empty(folder);
	access->token_file = folder_write(folder, "token", "t-1\n");
	h = open_as(s, access);
	script_pause(s);
	for (guint i = 0; i < MANY; i++)
		ask(h, &a[i]);
	renew_token(s, MANY);
	for (guint i = 0; i < MANY; i++) {
		g_assert_true(loop_until(&a[i].done));
		g_assert_cmpint(a[i].status, ==, 200);
	}
	g_assert_cmpuint(script_asked(s), ==, 2 * MANY);
	for (guint i = 0; i < 2 * MANY; i++) {
		g_autofree char *head = script_request(s, i);

		g_assert_nonnull(strstr(head, i < MANY ? "Bearer t-1\r\n" : "Bearer t-2\r\n"));
	}
}

static void what_stays_refused_is_asked_once_more_and_no_more(void)
{
	static const struct script_answer answer = { .path = "/", .bytes = REFUSED, .keep = TRUE };
	g_autoptr(script) s = script_start(&answer, 1);
	struct kube_access *access = g_new0(struct kube_access, 1);
	g_autoptr(http) h = NULL;
	struct asked a = { 0 };

	folder_empty(folder);
	access->token_file = folder_write(folder, "token", "t-1\n");
	h = open_as(s, access);
	script_pause(s);
	ask(h, &a);
	renew_token(s, 1);
	g_assert_true(loop_until(&a.done));
	g_assert_cmpint(a.status, ==, 401);
	g_assert_cmpuint(script_asked(s), ==, 2);
}

/* The server closed it while nobody looked. */
static void a_kept_connection_that_was_closed_costs_one_more_try(void)
{
	static const struct script_answer answers[] = {
		{ .path = "/", .bytes = KEPT, .times = 1 }, /* says that it stays, and goes */
		{ .path = "/", .bytes = KEPT, .keep = TRUE },
	};
	g_autoptr(script) s = script_start(answers, G_N_ELEMENTS(answers));
	struct asked a[2] = { 0 };

	for (guint i = 0; i < 2; i++) {
		ask(s->http, &a[i]);
		g_assert_true(loop_until(&a[i].done));
		g_assert_cmpint(a[i].status, ==, 200);
	}
	g_assert_cmpuint(script_asked(s), ==, 2);
	g_assert_cmpuint(script_connections(s), ==, 2);
}

#define ADD(name) g_test_add_func("/http-identity/" #name, name)

int main(int argc, char **argv)
{
	int result;

	g_test_init(&argc, &argv, NULL);
	folder = folder_new();
	ADD(a_request_has_the_headers_of_its_user);
	ADD(a_password_is_sent_as_basic);
	ADD(all_requests_with_an_old_token_are_renewed);
	ADD(what_stays_refused_is_asked_once_more_and_no_more);
	ADD(a_kept_connection_that_was_closed_costs_one_more_try);
	result = g_test_run();
	folder_remove(folder);
	return result;
}
