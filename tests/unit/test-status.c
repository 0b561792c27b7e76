#include <kase/kube.h>

#include <string.h>

#define SHOWN 300

static const struct {
	int status; /* 0: no answer at all */
	const char *body, *line;
} rows[] = {
	{ 0, NULL, "no answer" },
	{ 403,
	  "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
	  "\"message\":\"secrets is forbidden: User \\\"ana\\\" cannot list resource "
	  "\\\"secrets\\\" in "
	  "API group \\\"\\\" at the cluster "
	  "scope\",\"reason\":\"Forbidden\",\"details\":{\"kind\":"
	  "\"secrets\"},\"code\":403}\n",
	  "denied (403): secrets is forbidden: User \"ana\" cannot list resource \"secrets\" in "
	  "API "
	  "group \"\" at the cluster scope" },
	{ 401,
	  "{\"kind\":\"Status\",\"status\":\"Failure\",\"message\":\"Unauthorized\",\"reason\":"
	  "\"Unauthorized\",\"code\":401}",
	  "not signed in, or no longer (401): Unauthorized" },
	{ 410,
	  "{\"kind\":\"Status\",\"metadata\":{\"continue\":\"x\"},\"message\":\"The provided "
	  "continue "
	  "parameter is too old\",\"reason\":\"Expired\",\"code\":410}",
	  "expired (410): The provided continue parameter is too old" },
	{ 400,
	  "{\"kind\":\"Status\",\"message\":\"container \\\"a\\\" in pod \\\"b\\\" is waiting to "
	  "start: "
	  "ContainerCreating\",\"code\":400}",
	  "not understood (400): container \"a\" in pod \"b\" is waiting to start: "
	  "ContainerCreating" },
	{ 404, "404 page not found\n", "not found (404): 404 page not found" },
	{ 404, "", "not found (404)" },
	{ 404, NULL, "not found (404)" },
	{ 502, "<html><body>Bad Gateway</body></html>", "a gateway failed (502)" },
	{ 503, "\r\n  Away <b>now</b>\r\n", "not available now (503): Away " },
	{ 429, "Too many requests, please try again later.",
	  "too many requests (429): Too many requests, please try again later." },
	{ 500, "{\"message\":\"a\\u001b]0;b\\u0007c\\nd\\u202e\"}",
	  "the server failed (500): a␛]0;b␇c␊d⟨RLO⟩" },
	{ 500, "a\x1b[2J\xff", "the server failed (500): a␛[2J�" },
	{ 418, "{\"message\":null}", "refused (418): {\"message\":null}" },
	{ 500, "{\"mess", "the server failed (500): {\"mess" },
	{ 500, "\"words\"", "the server failed (500): \"words\"" },
};

static void a_status_is_said_in_one_line(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct http_head head = { .status = rows[i].status };
		g_autoptr(GBytes)
			body = rows[i].body ? g_bytes_new_static(rows[i].body, strlen(rows[i].body))
					    : NULL;
		g_autofree char *line = kube_status_message(rows[i].status ? &head : NULL, body);

		g_assert_cmpstr(line, ==, rows[i].line);
	}
}

/* Between characters, and so that it is seen. */
static void a_long_message_is_cut(void)
{
	static const char *const letters[] = { "a", "é", "日", "\xf0\x9f\x98\x80", "\x1b" };
	struct http_head head = { .status = 500 };

	for (gsize i = 0; i < G_N_ELEMENTS(letters); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autoptr(GBytes) body = NULL;
		g_autofree char *line = NULL;

		while (text->len < 4000)
			g_string_append(text, letters[i]);
		body = g_bytes_new(text->str, text->len);
		line = kube_status_message(&head, body);
		g_assert_true(g_str_has_suffix(line, "…"));
		g_assert_true(g_utf8_validate(line, -1, NULL));
		g_assert_null(strstr(line, "�"));
		g_assert_cmpint(g_utf8_strlen(line, -1), <,
				SHOWN + (glong)strlen("the server failed (500): ") + 1);
	}
}

static void only_an_api_server_knows_what_is_not_there(void)
{
	static const struct {
		const char *body;
		gboolean known;
	} bodies[] = {
		{ "{\"kind\":\"Status\",\"reason\":\"NotFound\",\"code\":404}", TRUE },
		{ "404 page not found\n", TRUE },
		{ "default backend - 404", FALSE },
		{ "<html><body>404 Not Found</body></html>", FALSE },
		{ "{\"error\":\"not found\"}", FALSE },
		{ "", FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
		g_autoptr(GBytes) body = g_bytes_new_static(bodies[i].body, strlen(bodies[i].body));

		g_test_message("%s", bodies[i].body);
		g_assert_cmpint(kube_is_not_found(body), ==, bodies[i].known);
	}
	g_assert_false(kube_is_not_found(NULL));
}

#define ADD(name) g_test_add_func("/status/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(a_status_is_said_in_one_line);
	ADD(a_long_message_is_cut);
	ADD(only_an_api_server_knows_what_is_not_there);
	return g_test_run();
}
