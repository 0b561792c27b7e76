/*
 * The fields of one entry.  Types are taken as strictly as kubectl takes them: a token that YAML
 * reads as a number has already lost its leading zeros.
 */
#include "kubeconfig.h"
#include "secret.h"

#include <kase/text.h>

#include <string.h>

#define PEM_MAX_BYTES (4 * 1024 * 1024)

gboolean entry_fail(const struct kubeconfig_entry *e, GError **error, enum kube_error code,
		    const char *format, ...)
{
	g_autofree char *what = NULL, *line = NULL, *safe = NULL;
	va_list arguments;

	va_start(arguments, format);
	what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	line = g_strdup_printf("%s: %s \"%s\": %s", e->file->path, e->noun, e->name, what);
	safe = text_safe(line, -1);
	g_set_error_literal(error, KUBE_ERROR, code, safe);
	return FALSE;
}

gboolean entry_string(const struct kubeconfig_entry *e, const struct cJSON *node, const char *key,
		      char **out, GError **error)
{
	const struct cJSON *member = json_get(node, key);
	const char *text = json_text(member);

	if (member && !text)
		return entry_fail(e, error, KUBE_ERROR_CONFIG, "%s is no string; put it in quotes",
				  key);
	*out = text && *text ? g_strdup(text) : NULL;
	return TRUE;
}

/* YAML 1.1 calls these words truths, and so does kubectl. */
static const struct {
	const char *word;
	gboolean value;
} truths[] = {
	{ "yes", TRUE }, { "on", TRUE },   { "y", TRUE },
	{ "no", FALSE }, { "off", FALSE }, { "n", FALSE },
};

gboolean entry_bool(const struct kubeconfig_entry *e, const struct cJSON *node, const char *key,
		    gboolean *out, GError **error)
{
	const struct cJSON *member = json_get(node, key);
	const char *word = json_text(member);

	*out = json_is_true(member);
	if (!member || json_type(member) == JSON_BOOL)
		return TRUE;
	for (gsize i = 0; word && i < G_N_ELEMENTS(truths); i++)
		if (g_ascii_strcasecmp(word, truths[i].word) == 0) {
			*out = truths[i].value;
			return TRUE;
		}
	return entry_fail(e, error, KUBE_ERROR_CONFIG,
			  "%s is neither true nor false; write one of them, without quotes", key);
}

gboolean entry_strings(const struct kubeconfig_entry *e, const struct cJSON *node, const char *key,
		       char ***out, GError **error)
{
	const struct cJSON *list = json_get(node, key);
	g_autoptr(GStrvBuilder) texts = g_strv_builder_new();

	*out = NULL;
	if (list && json_type(list) != JSON_ARRAY)
		return entry_fail(e, error, KUBE_ERROR_CONFIG, "%s is no list", key);
	for (const struct cJSON *n = json_first(list); n; n = json_next(n)) {
		if (!json_text(n))
			return entry_fail(e, error, KUBE_ERROR_CONFIG,
					  "%s holds what is no string; put it in quotes", key);
		g_strv_builder_add(texts, json_text(n));
	}
	if (json_count(list))
		*out = g_strv_builder_end(texts);
	return TRUE;
}

gboolean entry_fields(const struct kubeconfig_entry *e, const struct cJSON *node,
		      const struct entry_field *fields, gsize count, void *out, GError **error)
{
	for (gsize i = 0; i < count; i++) {
		char **field = (char **)((char *)out + fields[i].offset);

		if (!entry_string(e, node, fields[i].key, field, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean check_pem(const struct kubeconfig_entry *e, const char *key, const char *label,
			  GBytes *pem, GError **error)
{
	gsize size;
	const char *data = g_bytes_get_data(pem, &size);
	g_autofree char *end = g_strconcat(label, "-----", NULL);

	if (!data || !g_strstr_len(data, size, "-----BEGIN ") || !g_strstr_len(data, size, end))
		return entry_fail(e, error, KUBE_ERROR_CONFIG, "%s holds no %s in PEM", key, label);
	if (g_strstr_len(data, size, "BEGIN ENCRYPTED") ||
	    g_strstr_len(data, size, "Proc-Type: 4,ENCRYPTED"))
		return entry_fail(e, error, KUBE_ERROR_CONFIG,
				  "%s is encrypted, and kubeconfigs have no place for its "
				  "passphrase; decrypt it with openssl pkey",
				  key);
	return TRUE;
}

static GBytes *read_path(const struct kubeconfig_entry *e, const char *key, const char *path,
			 GError **error)
{
	g_autofree char *whole = g_canonicalize_filename(path, e->file->folder);
	g_autoptr(GError) wrong = NULL;
	GBytes *bytes = secret_read(whole, PEM_MAX_BYTES, &wrong);

	if (!bytes)
		entry_fail(e, error, KUBE_ERROR_CONFIG, "%s %s: %s", key, whole, wrong->message);
	return bytes;
}

gboolean entry_pem(const struct kubeconfig_entry *e, const char *key, const char *label,
		   GBytes **out, GError **error)
{
	g_autofree char *data_key = g_strconcat(key, "-data", NULL);
	g_autofree char *path = NULL;
	g_autoptr(secret_text) data = NULL;

	*out = NULL;
	if (!entry_string(e, e->body, key, &path, error) ||
	    !entry_string(e, e->body, data_key, &data, error))
		return FALSE;
	if (!data && !path)
		return TRUE;
	*out = data ? secret_base64(data) : read_path(e, key, path, error);
	if (!*out && data)
		entry_fail(e, error, KUBE_ERROR_CONFIG, "%s is no base64", data_key);
	return *out && check_pem(e, data ? data_key : key, label, *out, error);
}
