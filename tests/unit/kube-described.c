#include "kube-described.h"

#include "kube-folder.h"

#include <string.h>

/* `expected` may end in a star. */
void check_error(const char *folder, const GError *error, const char *expected)
{
	g_autofree char *whole = folder_expand(folder, expected);

	g_assert_nonnull(error);
	g_assert_cmpuint(error->domain, ==, KUBE_ERROR);
	if (g_str_has_suffix(whole, "*"))
		g_assert_true(g_pattern_match_simple(whole, error->message));
	else
		g_assert_cmpstr(error->message, ==, whole);
}

static void say(GString *out, const char *name, const char *value)
{
	if (value)
		g_string_append_printf(out, "%s%s=%s", out->len ? " " : "", name, value);
}

static void say_truth(GString *out, const char *name, gboolean value)
{
	if (value)
		say(out, name, "yes");
}

static void say_list(GString *out, const char *name, char **values)
{
	g_autofree char *all = values ? g_strjoinv(",", values) : NULL;

	say(out, name, all);
}

/* The line after BEGIN is the heart of the PEM in these tests. */
static void say_pem(GString *out, const char *name, GBytes *pem)
{
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (!pem)
		return;
	text = g_strndup(g_bytes_get_data(pem, NULL), g_bytes_get_size(pem));
	lines = g_strsplit(strstr(text, "-----BEGIN"), "\n", -1);
	say(out, name, lines[1]);
}

static void say_exec(GString *out, const struct kube_exec *x)
{
	if (!x)
		return;
	say(out, "exec", x->command);
	say(out, "version", strrchr(x->api_version, '/') + 1);
	say_list(out, "args", x->args);
	say_list(out, "env", x->environment && *x->environment ? x->environment : NULL);
	say(out, "hint", x->install_hint);
	say(out, "mode", x->interactive_mode);
	say_truth(out, "told", x->provide_cluster_info);
	say(out, "config", x->config);
}

char *access_described(const struct kube_access *a)
{
	GString *out = g_string_new(NULL);

	if (strcmp(a->server, "https://one:6443") != 0)
		say(out, "server", a->server);
	if (strcmp(a->namespace, "default") != 0)
		say(out, "namespace", a->namespace);
	say(out, "tls", a->tls_server_name);
	say(out, "proxy", a->proxy_url);
	say_pem(out, "ca", a->ca);
	say_truth(out, "insecure", a->insecure);
	say_truth(out, "plain", a->no_compression);
	say_pem(out, "cert", a->client_certificate);
	say_pem(out, "key", a->client_key);
	say(out, "token", a->token);
	say(out, "file", a->token_file);
	say(out, "username", a->username);
	say(out, "password", a->password);
	say(out, "id", a->id_token);
	say_exec(out, a->exec);
	say(out, "as", a->as);
	say(out, "uid", a->as_uid);
	say_list(out, "groups", a->as_groups);
	for (guint i = 0; a->as_extra && i < a->as_extra->len; i += 2)
		say(out, a->as_extra->pdata[i], a->as_extra->pdata[i + 1]);
	return g_string_free(out, FALSE);
}
