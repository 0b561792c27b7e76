/*
 * The user of a context: what it proves itself with, and whom it acts as.
 *
 * Several proofs may stand together where they do not contradict: a client certificate goes with
 * anything, and a plugin or an auth-provider is only asked where nothing else is there
 * (credential.c).
 */
#include "kubeconfig.h"
#include "secret.h"

#include <string.h>

void kube_exec_free(struct kube_exec *x)
{
	if (!x)
		return;
	g_free(x->api_version);
	g_free(x->command);
	secret_freev(x->args);
	secret_freev(x->environment);
	g_free(x->install_hint);
	g_free(x->interactive_mode);
	g_free(x->config);
	g_free(x);
}

/* --- exec ------------------------------------------------------------------------------------- */

static gboolean read_environment(struct kube_exec *x, const struct kubeconfig_entry *e,
				 const struct cJSON *list, GError **error)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)secret_free);

	for (const struct cJSON *n = json_first(list); n; n = json_next(n)) {
		g_autofree char *name = NULL;
		g_autoptr(secret_text) value = NULL;

		if (!entry_string(e, n, "name", &name, error) ||
		    !entry_string(e, n, "value", &value, error))
			return FALSE;
		if (!name || strchr(name, '='))
			return entry_fail(e, error, KUBE_ERROR_CONFIG,
					  "exec.env holds a variable without a proper name");
		g_ptr_array_add(all, g_strconcat(name, "=", value ? value : "", NULL));
	}
	g_ptr_array_add(all, NULL);
	x->environment = (char **)g_ptr_array_steal(all, NULL);
	return TRUE;
}

static gboolean check_exec(struct kube_exec *x, const struct kubeconfig_entry *e, GError **error)
{
	static const char *const versions[] = { "client.authentication.k8s.io/v1",
						"client.authentication.k8s.io/v1beta1", NULL };
	static const char *const modes[] = { "Never", "IfAvailable", "Always", NULL };

	if (!x->command)
		return entry_fail(e, error, KUBE_ERROR_CONFIG, "exec has no command");
	if (!x->api_version || !g_strv_contains(versions, x->api_version))
		return entry_fail(e, error, KUBE_ERROR_CONFIG,
				  "exec.apiVersion is neither %s nor …/v1beta1; renew the entry "
				  "with your provider's tool",
				  versions[0]);
	if (!x->interactive_mode && strcmp(x->api_version, versions[0]) != 0)
		x->interactive_mode = g_strdup("IfAvailable");
	if (!x->interactive_mode || !g_strv_contains(modes, x->interactive_mode))
		return entry_fail(e, error, KUBE_ERROR_CONFIG,
				  "exec.interactiveMode must be Never, IfAvailable or Always");
	return TRUE;
}

/* A relative path starts at its file; a bare name is looked up in PATH when it is run. */
static void settle_command(struct kube_exec *x, const struct kubeconfig_entry *e)
{
	char *whole;

	if (!strchr(x->command, '/'))
		return;
	whole = g_canonicalize_filename(x->command, e->file->folder);
	g_free(x->command);
	x->command = whole;
}

static gboolean read_exec(struct kube_access *a, const struct kubeconfig_entry *e, GError **error)
{
	static const struct entry_field fields[] = {
		{ "apiVersion", offsetof(struct kube_exec, api_version) },
		{ "command", offsetof(struct kube_exec, command) },
		{ "installHint", offsetof(struct kube_exec, install_hint) },
		{ "interactiveMode", offsetof(struct kube_exec, interactive_mode) },
	};
	const struct cJSON *exec = json_get(e->body, "exec");
	struct kube_exec *x;

	if (!exec)
		return TRUE;
	a->exec = x = g_new0(struct kube_exec, 1);
	if (!entry_fields(e, exec, fields, G_N_ELEMENTS(fields), x, error) ||
	    !entry_bool(e, exec, "provideClusterInfo", &x->provide_cluster_info, error) ||
	    !entry_strings(e, exec, "args", &x->args, error) ||
	    !read_environment(x, e, json_get(exec, "env"), error) || !check_exec(x, e, error))
		return FALSE;
	settle_command(x, e);
	return TRUE;
}

/* --- auth-provider ---------------------------------------------------------------------------- */

static const struct {
	const char *name, *advice;
} removed[] = {
	{ "gcp", "install gke-gcloud-auth-plugin and run gcloud container clusters "
		 "get-credentials" },
	{ "azure", "install kubelogin and run kubelogin convert-kubeconfig" },
};

static gboolean refuse_provider(const struct kubeconfig_entry *e, const char *name, GError **error)
{
	for (gsize i = 0; name && i < G_N_ELEMENTS(removed); i++)
		if (strcmp(name, removed[i].name) == 0)
			return entry_fail(e, error, KUBE_ERROR_CREDENTIAL,
					  "auth-provider %s is gone since Kubernetes 1.26; %s",
					  name, removed[i].advice);
	return entry_fail(e, error, KUBE_ERROR_CREDENTIAL,
			  "auth-provider \"%s\" is not known; use an exec plugin",
			  name ? name : "");
}

static gboolean read_provider(struct kube_access *a, const struct kubeconfig_entry *e,
			      GError **error)
{
	const struct cJSON *provider = json_get(e->body, "auth-provider");
	const char *name = json_string(provider, "name");

	if (!provider)
		return TRUE;
	if (a->exec)
		return entry_fail(e, error, KUBE_ERROR_CONFIG,
				  "has an exec plugin and an auth-provider; remove one");
	if (a->token || a->token_file || a->username || a->client_certificate)
		return TRUE;
	if (g_strcmp0(name, "oidc") != 0)
		return refuse_provider(e, name, error);
	if (!entry_string(e, json_get(provider, "config"), "id-token", &a->id_token, error))
		return FALSE;
	return a->id_token || entry_fail(e, error, KUBE_ERROR_CREDENTIAL,
					 "auth-provider oidc has no id-token; run kubectl once");
}

/* --- impersonation ---------------------------------------------------------------------------- */

static gboolean read_extra(struct kube_access *a, const struct kubeconfig_entry *e, GError **error)
{
	const struct cJSON *extra = json_get(e->body, "as-user-extra");

	if (extra && json_type(extra) != JSON_OBJECT)
		return entry_fail(e, error, KUBE_ERROR_CONFIG, "as-user-extra is no map");
	if (!json_count(extra))
		return TRUE;
	a->as_extra = g_ptr_array_new_with_free_func(g_free);
	for (const struct cJSON *n = json_first(extra); n; n = json_next(n)) {
		g_auto(GStrv) values = NULL;

		if (!entry_strings(e, extra, json_key(n), &values, error))
			return FALSE;
		for (gsize i = 0; values && values[i]; i++) {
			g_ptr_array_add(a->as_extra, g_strdup(json_key(n)));
			g_ptr_array_add(a->as_extra, g_strdup(values[i]));
		}
	}
	return TRUE;
}

static gboolean fits(const char *text)
{
	return !text || secret_fits_header(text, strlen(text));
}

static gboolean check_impersonation(struct kube_access *a, const struct kubeconfig_entry *e,
				    GError **error)
{
	gboolean clean = fits(a->as) && fits(a->as_uid);

	for (gsize i = 0; a->as_groups && a->as_groups[i]; i++)
		clean = clean && fits(a->as_groups[i]);
	for (guint i = 1; a->as_extra && i < a->as_extra->len; i += 2)
		clean = clean && fits(a->as_extra->pdata[i]);
	if (!clean)
		return entry_fail(e, error, KUBE_ERROR_CONFIG,
				  "an impersonated name holds a line break or another control "
				  "character");
	if (!a->as && (a->as_uid || a->as_groups || a->as_extra))
		return entry_fail(e, error, KUBE_ERROR_CONFIG,
				  "as-uid, as-groups and as-user-extra need \"as\"; name the user");
	return TRUE;
}

/* --- the whole user --------------------------------------------------------------------------- */

static gboolean check_proofs(struct kube_access *a, const struct kubeconfig_entry *e,
			     GError **error)
{
	if (!a->client_certificate != !a->client_key)
		return entry_fail(
			e, error, KUBE_ERROR_CONFIG,
			"has only one of client-certificate and client-key; add the other");
	if ((a->username || a->password) && (a->token || a->token_file))
		return entry_fail(e, error, KUBE_ERROR_CONFIG,
				  "has a token and a username or password; remove one");
	if (a->password && !a->username)
		return entry_fail(e, error, KUBE_ERROR_CONFIG, "has a password without a username");
	if (!fits(a->token))
		return entry_fail(e, error, KUBE_ERROR_CREDENTIAL,
				  "the token holds a line break or another control character; "
				  "write it in one line");
	return TRUE;
}

static void settle_token_file(struct kube_access *a, const struct kubeconfig_entry *e)
{
	char *whole;

	if (!a->token_file)
		return;
	whole = g_canonicalize_filename(a->token_file, e->file->folder);
	g_free(a->token_file);
	a->token_file = whole;
}

gboolean access_read_user(struct kube_access *a, const struct kubeconfig_entry *e, GError **error)
{
	static const struct entry_field fields[] = {
		{ "token", offsetof(struct kube_access, token) },
		{ "tokenFile", offsetof(struct kube_access, token_file) },
		{ "username", offsetof(struct kube_access, username) },
		{ "password", offsetof(struct kube_access, password) },
		{ "as", offsetof(struct kube_access, as) },
		{ "as-uid", offsetof(struct kube_access, as_uid) },
	};

	if (!entry_fields(e, e->body, fields, G_N_ELEMENTS(fields), a, error) ||
	    !entry_pem(e, "client-certificate", "CERTIFICATE", &a->client_certificate, error) ||
	    !entry_pem(e, "client-key", "PRIVATE KEY", &a->client_key, error) ||
	    !check_proofs(a, e, error) || !read_exec(a, e, error) || !read_provider(a, e, error))
		return FALSE;
	settle_token_file(a, e);
	return entry_strings(e, e->body, "as-groups", &a->as_groups, error) &&
	       read_extra(a, e, error) && check_impersonation(a, e, error);
}
