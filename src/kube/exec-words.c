/*
 * What is said to a credential plugin, and what it says.
 */
#include "exec.h"
#include "secret.h"

#include <kase/stamp.h>
#include <kase/text.h>

#include <string.h>

#define MAX_SHOWN_CELLS 160

static struct cJSON *cluster_info(const struct kube_access *a)
{
	struct cJSON *cluster = json_new_object();

	json_set_string(cluster, "server", a->server);
	json_set_string(cluster, "tls-server-name", a->tls_server_name);
	json_set_bool(cluster, "insecure-skip-tls-verify", a->insecure);
	if (a->ca) {
		gsize size;
		const guchar *data = g_bytes_get_data(a->ca, &size);
		g_autofree char *base64 = g_base64_encode(data, size);

		json_set_string(cluster, "certificate-authority-data", base64);
	}
	json_set_string(cluster, "proxy-url", a->proxy_url);
	json_set_bool(cluster, "disable-compression", a->no_compression);
	if (a->exec->config)
		json_set_take(cluster, "config", json_parse(a->exec->config, -1, NULL));
	else
		json_set_null(cluster, "config");
	return cluster;
}

char *exec_info(const struct kube_access *access, gboolean with_cluster)
{
	struct cJSON *info = json_new_object();
	struct cJSON *spec = json_new_object();
	char *text;

	json_set_string(info, "kind", "ExecCredential");
	json_set_string(info, "apiVersion", access->exec->api_version);
	if (with_cluster)
		json_set_take(spec, "cluster", cluster_info(access));
	json_set_bool(spec, "interactive", FALSE);
	json_set_take(info, "spec", spec);
	text = json_print(info);
	json_free(info);
	return text;
}

/* Always FALSE. */
static gboolean fail(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean fail(GError **error, const char *format, ...)
{
	g_autofree char *line = NULL, *safe = NULL;
	va_list arguments;

	va_start(arguments, format);
	line = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	safe = text_safe(line, -1);
	g_set_error_literal(error, KUBE_ERROR, KUBE_ERROR_CREDENTIAL, safe);
	return FALSE;
}

static char *shown(const char *text, gsize size)
{
	g_autofree char *safe = text_safe(text, size);
	g_autofree char *masked = secret_mask(safe);

	return text_cut_end(masked, MAX_SHOWN_CELLS, FALSE);
}

/* Only what stands before the JSON can be a warning; all the rest may be the credential. */
static gboolean fail_no_json(const char *text, gsize size, GError **error)
{
	const char *brace = size ? memchr(text, '{', size) : NULL;
	g_autofree char *head = brace ? exec_last_line(text, brace - text) : NULL;

	if (!size)
		return fail(error, "printed nothing");
	if (head)
		return fail(error, "printed more than JSON: %s", head);
	return fail(error, "printed %" G_GSIZE_FORMAT " bytes that are no JSON", size);
}

static gboolean take_text(const struct cJSON *status, const char *key, char **out, GError **error)
{
	const struct cJSON *member = json_get(status, key);
	const char *text = json_text(member);

	if (member && !text)
		return fail(error, "printed a status.%s that is no string", key);
	*out = text && *text ? g_strdup(text) : NULL;
	return TRUE;
}

static gboolean take_pem(const struct cJSON *status, const char *key, const char *label,
			 GBytes **out, GError **error)
{
	g_autoptr(secret_text) text = NULL;
	struct secret_buffer b = { 0 };

	if (!take_text(status, key, &text, error))
		return FALSE;
	if (!text)
		return TRUE;
	if (!strstr(text, "-----BEGIN ") || !strstr(text, label))
		return fail(error, "printed a status.%s that is no PEM", key);
	secret_buffer_append(&b, text, strlen(text));
	*out = secret_buffer_take(&b);
	return TRUE;
}

static gboolean take_expiry(const struct cJSON *status, struct plugin_output *o, GError **error)
{
	g_autofree char *text = NULL;

	o->expires_ns = G_MAXINT64;
	if (!take_text(status, "expirationTimestamp", &text, error))
		return FALSE;
	return !text || stamp_parse(text, -1, &o->expires_ns) ||
	       fail(error, "printed an expirationTimestamp that is no time");
}

static gboolean take_status(const struct cJSON *status, struct plugin_output *o, GError **error)
{
	if (json_type(status) != JSON_OBJECT)
		return fail(error, "printed no status");
	if (!take_text(status, "token", &o->token, error) ||
	    !take_pem(status, "clientCertificateData", "CERTIFICATE-----", &o->certificate,
		      error) ||
	    !take_pem(status, "clientKeyData", "PRIVATE KEY-----", &o->key, error) ||
	    !take_expiry(status, o, error))
		return FALSE;
	if (!o->certificate != !o->key)
		return fail(error, "printed only one of certificate and key");
	if (!o->token && !o->certificate)
		return fail(error, "printed neither a token nor a certificate");
	if (o->token && !secret_fits_header(o->token, strlen(o->token)))
		return fail(error, "printed a token with a line break or another control "
				   "character");
	return TRUE;
}

static gboolean take_document(const struct cJSON *document, const char *api_version,
			      struct plugin_output *o, GError **error)
{
	const char *version = json_string(document, "apiVersion");

	if (g_strcmp0(json_string(document, "kind"), "ExecCredential") != 0)
		return fail(error, "printed JSON that is no ExecCredential");
	if (g_strcmp0(version, api_version) != 0)
		return fail(error, "answered in apiVersion %s, but the kubeconfig says %s",
			    version ? version : "\"\"", api_version);
	return take_status(json_get(document, "status"), o, error);
}

struct plugin_output *exec_parse(const char *text, gsize size, const char *api_version,
				 GError **error)
{
	struct cJSON *document = size ? json_parse(text, size, NULL) : NULL;
	struct plugin_output *o;

	if (!document) {
		fail_no_json(text, size, error);
		return NULL;
	}
	o = g_rc_box_new0(struct plugin_output);
	if (!take_document(document, api_version, o, error))
		g_clear_pointer(&o, plugin_output_unref);
	secret_tree_free(document);
	return o;
}

struct plugin_output *plugin_output_ref(struct plugin_output *o)
{
	return g_rc_box_acquire(o);
}

static void output_clear(void *data)
{
	struct plugin_output *o = data;

	secret_free(o->token);
	g_clear_pointer(&o->certificate, g_bytes_unref);
	g_clear_pointer(&o->key, g_bytes_unref);
}

void plugin_output_unref(struct plugin_output *o)
{
	if (o)
		g_rc_box_release_full(o, output_clear);
}

char *exec_last_line(const char *text, gsize size)
{
	gsize start;

	while (size && g_ascii_isspace(text[size - 1]))
		size--;
	for (start = size; start && text[start - 1] != '\n' && text[start - 1] != '\r';)
		start--;
	return size ? shown(text + start, size - start) : NULL;
}
