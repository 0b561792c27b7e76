#include "kube-identity.h"

#include <glib/gstdio.h>
#include <string.h>

/* --- token files ------------------------------------------------------------------------------ */

static void a_token_file_is_read_again_in_time(void)
{
	static const struct {
		const char *name, *token, *first, *then; /* then: NULL is a file that is gone */
		gint64 pass_s;
		gboolean refused, again;
		const char *bearer, *error;
	} rows[] = {
		{ "white space goes", NULL, " a\n", "a", .bearer = "a" },
		{ "for fifty seconds it is not read", NULL, "a", "b", .pass_s = 49, .bearer = "a" },
		{ "after fifty it is", NULL, "a", "b", .pass_s = 50, .bearer = "b" },
		{ "a clock set back is no reason to wait", NULL, "a", "b", .pass_s = -5,
		  .bearer = "b" },
		{ "a refusal is a reason", NULL, "a", "b", .refused = TRUE, .again = TRUE,
		  .bearer = "b" },
		{ "but the same again is no reason to try", NULL, "a", "a\n", .refused = TRUE,
		  .bearer = "a" },
		{ "what was read stays where the file goes", NULL, "a", NULL, .pass_s = 50,
		  .bearer = "a" },
		{ "and where it is empty", NULL, "a", "", .pass_s = 50, .bearer = "a" },
		{ "the file goes before the token", "t", "a", "a", .bearer = "a" },
		{ "the token goes where there is no file", "t", NULL, NULL, .bearer = "t" },
		{ "until there is one", "t", NULL, "a", .bearer = "a" },
		{ "a refused file that is gone leaves the token", "t", "a", NULL, .refused = TRUE,
		  .again = TRUE, .bearer = "t" },
		{ "no file", NULL, NULL, NULL, .error = "@D/token: No such file or directory" },
		{ "an empty file", NULL, " \n", " \n", .error = "@D/token is empty" },
		{ "two lines", NULL, "hunter2\nX: y", "hunter2\nX: y",
		  .error = "@D/token holds more than one line" },
		{ "a refused file that is gone", NULL, "a", NULL, .refused = TRUE,
		  .error = "@D/token: No such file or directory" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(kube_access) a = plain_access();
		g_autoptr(credential) c = NULL;
		g_autofree char *message = NULL, *expected = NULL;

		g_test_message("%s", rows[i].name);
		begin();
		a->token = g_strdup(rows[i].token);
		a->token_file = g_build_filename(folder, "token", NULL);
		if (rows[i].first)
			g_free(folder_write(folder, "token", rows[i].first));
		c = credential_new(context, a);
		g_free(prepared(c));
		g_remove(a->token_file);
		if (rows[i].then)
			g_free(folder_write(folder, "token", rows[i].then));
		pass_s(rows[i].pass_s);
		if (rows[i].refused)
			g_assert_cmpint(credential_refused(c), ==, rows[i].again);
		message = prepared(c);
		if (rows[i].error) {
			g_autofree char *line = g_strconcat("user \"ana\": tokenFile ",
							    rows[i].error, NULL);

			expected = folder_expand(folder, line);
		}
		g_assert_cmpstr(message, ==, expected);
		g_assert_cmpstr(credential_bearer(c), ==, rows[i].bearer);
	}
}

/* --- fixed proofs ----------------------------------------------------------------------------- */

static void what_is_fixed_is_ready_and_refused_for_good(void)
{
	g_autoptr(kube_access) a = plain_access();
	g_autoptr(credential) c = NULL;

	a->token = g_strdup("t");
	a->client_certificate = g_bytes_new_static("C", 1);
	a->client_key = g_bytes_new_static("K", 1);
	c = credential_new(context, a);
	prepare_well(c);
	g_assert_cmpstr(credential_bearer(c), ==, "t");
	g_assert_true(credential_certificate(c) == a->client_certificate);
	g_assert_true(credential_key(c) == a->client_key);
	g_assert_null(credential_basic(c));
	g_assert_null(credential_headers(c)[0]);
	g_assert_false(credential_refused(c));
}

static void a_password_goes_with_its_user(void)
{
	g_autoptr(kube_access) a = plain_access();
	g_autoptr(credential) c = NULL;

	a->username = g_strdup("ana");
	a->password = g_strdup("a:b");
	c = credential_new(context, a);
	prepare_well(c);
	g_assert_cmpstr(credential_basic(c), ==, "ana:a:b");
	g_assert_null(credential_bearer(c));
	g_assert_false(credential_refused(c));
}

static char *jwt(const char *claims)
{
	g_autofree char *body = g_base64_encode((const guchar *)claims, strlen(claims));

	g_strdelimit(body, "+", '-');
	g_strdelimit(body, "/", '_');
	body[strcspn(body, "=")] = '\0';
	return g_strdup_printf("e30.%s.c2ln", body);
}

static void an_id_token_is_used_until_it_expires(void)
{
	static const struct {
		const char *claims; /* NULL: no JWT */
		gboolean good;
	} rows[] = {
		{ "{\"exp\": 1767322801}", TRUE },
		{ "{\"exp\": 1767322800}", FALSE }, /* 2026-01-02T03:00:00Z: now */
		{ "{\"exp\": 1767322801, \"sub\": \"~~~>>>?\"}", TRUE },
		{ "{\"sub\": \"ana\"}", FALSE },
		{ "{", FALSE },
		{ NULL, FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(kube_access) a = plain_access();
		g_autoptr(credential) c = NULL;
		g_autofree char *message = NULL;

		begin();
		a->id_token = rows[i].claims ? jwt(rows[i].claims) : g_strdup("hunter2");
		c = credential_new(context, a);
		message = prepared(c);
		g_assert_cmpstr(message, ==,
				rows[i].good
					? NULL
					: "user \"ana\": the oidc id-token has expired, and kase "
					  "cannot renew it; run kubectl once, then start again");
		g_assert_cmpstr(credential_bearer(c), ==, a->id_token);
		g_assert_false(credential_refused(c));
	}
}

/* --- impersonation ---------------------------------------------------------------------------- */

static void impersonation_stands_in_headers(void)
{
	static const char *const extra[] = {
		"scopes", "a", "scopes", "b c", "example.io/pod-name", "p", "50%", "x", "ключ", "y"
	};
	static const char *const expected[] = {
		"Impersonate-User: system:serviceaccount:payments:ops",
		"Impersonate-Uid: 7",
		"Impersonate-Group: a",
		"Impersonate-Group: system:b",
		"Impersonate-Extra-scopes: a",
		"Impersonate-Extra-scopes: b c",
		"Impersonate-Extra-example.io%2Fpod-name: p",
		"Impersonate-Extra-50%25: x",
		"Impersonate-Extra-%D0%BA%D0%BB%D1%8E%D1%87: y",
		NULL,
	};
	g_autoptr(kube_access) a = plain_access();
	g_autoptr(credential) c = NULL;
	const char *const *headers;

	a->as = g_strdup("system:serviceaccount:payments:ops");
	a->as_uid = g_strdup("7");
	a->as_groups = g_strsplit("a system:b", " ", -1);
	a->as_extra = g_ptr_array_new_with_free_func(g_free);
	for (gsize i = 0; i < G_N_ELEMENTS(extra); i++)
		g_ptr_array_add(a->as_extra, g_strdup(extra[i]));
	c = credential_new(context, a);
	headers = credential_headers(c);
	for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
		g_assert_cmpstr(headers[i], ==, expected[i]);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/credential/" #test, test)
	ADD(a_token_file_is_read_again_in_time);
	ADD(what_is_fixed_is_ready_and_refused_for_good);
	ADD(a_password_goes_with_its_user);
	ADD(an_id_token_is_used_until_it_expires);
	ADD(impersonation_stands_in_headers);
#undef ADD
	return identity_run();
}
