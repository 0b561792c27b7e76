/*
 * One context, resolved: its cluster, its namespace, and through access-user.c its user.
 */
#include "kubeconfig.h"
#include "secret.h"

#include <string.h>

#define EXEC_EXTENSION "client.authentication.k8s.io/exec"

static void bytes_clear(GBytes **bytes)
{
	g_clear_pointer(bytes, g_bytes_unref);
}

static void access_free_user(struct kube_access *a)
{
	bytes_clear(&a->client_certificate);
	bytes_clear(&a->client_key);
	secret_free(a->token);
	secret_free(a->username);
	secret_free(a->password);
	secret_free(a->id_token);
	g_free(a->token_file);
	kube_exec_free(a->exec);
	g_free(a->as);
	g_free(a->as_uid);
	g_strfreev(a->as_groups);
	g_clear_pointer(&a->as_extra, g_ptr_array_unref);
}

void kube_access_free(struct kube_access *a)
{
	if (!a)
		return;
	g_free(a->context);
	g_free(a->cluster);
	g_free(a->user);
	g_free(a->namespace);
	g_free(a->server);
	g_free(a->tls_server_name);
	secret_free(a->proxy_url);
	bytes_clear(&a->ca);
	access_free_user(a);
	g_free(a);
}

static gboolean listed(const char *word, const char *const *words)
{
	return word && g_strv_contains(words, word);
}

/* Credentials have their own place: in a URL they would stand in evidence and in logs. */
static gboolean check_url(const struct kubeconfig_entry *e, const char *key, const char *url,
			  const char *const *schemes, GError **error)
{
	g_autoptr(GUri)
		uri = g_uri_parse(url, G_URI_FLAGS_ENCODED | G_URI_FLAGS_SCHEME_NORMALIZE, NULL);
	g_autofree char *known = g_strjoinv(", ", (char **)schemes);
	gboolean plain = !strpbrk(url, " \t\r\n");

	if (plain && !strstr(url, "://"))
		return entry_fail(e, error, KUBE_ERROR_CONFIG,
				  "%s has no scheme; write %s://HOST:PORT", key, schemes[0]);
	if (!plain || !uri || !g_uri_get_host(uri) || !*g_uri_get_host(uri))
		return entry_fail(e, error, KUBE_ERROR_CONFIG, "%s is no URL with a host", key);
	if (!listed(g_uri_get_scheme(uri), schemes))
		return entry_fail(e, error, KUBE_ERROR_CONFIG, "%s must be one of %s", key, known);
	return TRUE;
}

static gboolean check_server(struct kube_access *a, const struct kubeconfig_entry *e,
			     GError **error)
{
	static const char *const schemes[] = { "https", "http", NULL };
	gsize length;

	if (!a->server)
		return entry_fail(e, error, KUBE_ERROR_CONFIG, "has no server");
	if (!check_url(e, "server", a->server, schemes, error))
		return FALSE;
	if (strpbrk(a->server, "?#@"))
		return entry_fail(e, error, KUBE_ERROR_CONFIG,
				  "server holds a query or a user; write the URL without");
	for (length = strlen(a->server); a->server[length - 1] == '/'; length--)
		a->server[length - 1] = '\0';
	return TRUE;
}

static gboolean check_proxy(struct kube_access *a, const struct kubeconfig_entry *e, GError **error)
{
	static const char *const schemes[] = { "http", "https", "socks5", "socks5h", NULL };

	return !a->proxy_url || check_url(e, "proxy-url", a->proxy_url, schemes, error);
}

/* It becomes the host of a URL. */
static gboolean check_tls_name(struct kube_access *a, const struct kubeconfig_entry *e,
			       GError **error)
{
	for (const char *at = a->tls_server_name; at && *at; at++)
		if (!g_ascii_isalnum(*at) && !strchr("-._:", *at))
			return entry_fail(e, error, KUBE_ERROR_CONFIG,
					  "tls-server-name is no host name");
	return TRUE;
}

static gboolean check_trust(struct kube_access *a, const struct kubeconfig_entry *e, GError **error)
{
	if (a->insecure && a->ca)
		return entry_fail(e, error, KUBE_ERROR_CONFIG,
				  "insecure-skip-tls-verify is set, and so is a "
				  "certificate-authority; remove one");
	return TRUE;
}

static gboolean read_cluster(struct kube_access *a, const struct kubeconfig_entry *e,
			     GError **error)
{
	static const struct entry_field fields[] = {
		{ "server", offsetof(struct kube_access, server) },
		{ "tls-server-name", offsetof(struct kube_access, tls_server_name) },
		{ "proxy-url", offsetof(struct kube_access, proxy_url) },
	};

	return entry_fields(e, e->body, fields, G_N_ELEMENTS(fields), a, error) &&
	       entry_bool(e, e->body, "insecure-skip-tls-verify", &a->insecure, error) &&
	       entry_bool(e, e->body, "disable-compression", &a->no_compression, error) &&
	       entry_pem(e, "certificate-authority", "CERTIFICATE", &a->ca, error) &&
	       check_server(a, e, error) && check_proxy(a, e, error) &&
	       check_tls_name(a, e, error) && check_trust(a, e, error);
}

/* What the cluster has to tell a credential plugin. */
static void take_extension(struct kube_access *a, const struct kubeconfig_entry *cluster)
{
	const struct cJSON *extensions = json_get(cluster->body, "extensions");

	for (const struct cJSON *n = json_first(extensions); n; n = json_next(n)) {
		const struct cJSON *extension = json_get(n, "extension");

		if (a->exec && extension && !a->exec->config &&
		    g_strcmp0(json_string(n, "name"), EXEC_EXTENSION) == 0)
			a->exec->config = json_print(extension);
	}
}

/* The entry of `list` that the context names.  An absent name is NULL without an error. */
static gboolean follow(const struct kubeconfig *k, const struct kubeconfig_entry *context,
		       enum kubeconfig_list list, const char *key, char **name,
		       const struct kubeconfig_entry **found, GError **error)
{
	g_autofree char *paths = kubeconfig_paths(k);

	*found = NULL;
	if (!entry_string(context, context->body, key, name, error))
		return FALSE;
	if (!*name)
		return TRUE;
	*found = kubeconfig_find(k, list, *name);
	return *found || entry_fail(context, error, KUBE_ERROR_CONFIG,
				    "its %s \"%s\" is not defined in %s", key, *name, paths);
}

static gboolean resolve(const struct kubeconfig *k, const struct kubeconfig_entry *context,
			struct kube_access *a, GError **error)
{
	const struct kubeconfig_entry *cluster, *user;

	a->context = g_strdup(context->name);
	if (!follow(k, context, KUBECONFIG_CLUSTERS, "cluster", &a->cluster, &cluster, error) ||
	    !follow(k, context, KUBECONFIG_USERS, "user", &a->user, &user, error) ||
	    !entry_string(context, context->body, "namespace", &a->namespace, error))
		return FALSE;
	if (!cluster)
		return entry_fail(context, error, KUBE_ERROR_CONFIG, "names no cluster");
	if (!a->namespace)
		a->namespace = g_strdup("default");
	if (!read_cluster(a, cluster, error) || (user && !access_read_user(a, user, error)))
		return FALSE;
	take_extension(a, cluster);
	return TRUE;
}

/* Always FALSE. */
static gboolean fail_context(const struct kubeconfig *k, const char *name, GError **error)
{
	g_autofree char *paths = kubeconfig_paths(k);
	g_autofree char *names = g_strjoinv(", ", (char **)kubeconfig_contexts(k));
	const struct kubeconfig_file *first = k->files->len ? k->files->pdata[0] : NULL;
	struct kubeconfig_file none = { .path = paths };
	struct kubeconfig_entry e = {
		.file = k->files->len == 1 ? first : &none,
		.noun = name ? "context" : "current-context",
		.name = name ? name : "",
	};

	if (!*names)
		return entry_fail(&e, error, KUBE_ERROR_CONFIG,
				  "there is no context at all; name another file with "
				  "--kubeconfig");
	return entry_fail(&e, error, KUBE_ERROR_CONFIG,
			  "no such context; choose one with --context: %s", names);
}

struct kube_access *kubeconfig_access(const struct kubeconfig *k, const char *context,
				      GError **error)
{
	const char *name = context && *context ? context : k->current;
	const struct kubeconfig_entry *e = name ? kubeconfig_find(k, KUBECONFIG_CONTEXTS, name)
						: NULL;
	g_autoptr(kube_access) a = NULL;

	if (k->in_cluster && g_strcmp0(name, INCLUSTER_NAME) == 0)
		return incluster_access(error);
	if (!e) {
		fail_context(k, name, error);
		return NULL;
	}
	a = g_new0(struct kube_access, 1);
	return resolve(k, e, a, error) ? g_steal_pointer(&a) : NULL;
}
