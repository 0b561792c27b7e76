/*
 * Which files, and how they become one.
 *
 * 1. A path given by hand is the only file.
 * 2. Else those of $KUBECONFIG that are there, else ~/.kube/config.
 * 3. Whole entries are taken, never fields: the first file that defines a name has it, and in one
 *    file the first entry of a name.  current-context is that of the first file that names one.
 * 4. Nothing found: the service account of the pod we run in, where we do.
 *
 * Only what would leave a file's meaning open stops it here (no YAML, a list that is none).  What
 * is wrong in one entry is told when that entry is used, so that it does not stand in the way of
 * the others.
 */
#include "kubeconfig.h"
#include "secret.h"

#include <kase/text.h>
#include <kase/yaml.h>

#include <string.h>

static const struct {
	const char *list, *noun;
} lists[KUBECONFIG_LISTS] = {
	[KUBECONFIG_CLUSTERS] = { "clusters", "cluster" },
	[KUBECONFIG_USERS] = { "users", "user" },
	[KUBECONFIG_CONTEXTS] = { "contexts", "context" },
};

static void file_free(void *data)
{
	struct kubeconfig_file *f = data;

	for (guint i = 0; f->documents && i < f->documents->len; i++)
		secret_tree_wipe(f->documents->pdata[i]);
	g_clear_pointer(&f->documents, g_ptr_array_unref);
	g_free(f->path);
	g_free(f->folder);
	g_free(f);
}

struct kubeconfig *kubeconfig_new(void)
{
	struct kubeconfig *k = g_new0(struct kubeconfig, 1);

	k->files = g_ptr_array_new_with_free_func(file_free);
	for (gsize i = 0; i < KUBECONFIG_LISTS; i++)
		k->entries[i] = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
	k->names = g_ptr_array_new();
	g_ptr_array_add(k->names, NULL);
	return k;
}

void kubeconfig_free(struct kubeconfig *k)
{
	if (!k)
		return;
	g_ptr_array_unref(k->names);
	for (gsize i = 0; i < KUBECONFIG_LISTS; i++)
		g_hash_table_unref(k->entries[i]);
	g_ptr_array_unref(k->files);
	g_free(k);
}

/* Always FALSE. */
static gboolean fail(GError **error, const char *path, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean fail(GError **error, const char *path, const char *format, ...)
{
	g_autofree char *what = NULL, *line = NULL, *safe = NULL;
	va_list arguments;

	va_start(arguments, format);
	what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	line = g_strconcat(path, ": ", what, NULL);
	safe = text_safe(line, -1);
	g_set_error_literal(error, KUBE_ERROR, KUBE_ERROR_CONFIG, safe);
	return FALSE;
}

const struct kubeconfig_entry *kubeconfig_find(const struct kubeconfig *k,
					       enum kubeconfig_list list, const char *name)
{
	return g_hash_table_lookup(k->entries[list], name);
}

/* An entry without a name can be meant by nothing: it is passed over. */
static gboolean check_item(const struct kubeconfig_file *file, enum kubeconfig_list list,
			   const struct cJSON *item, gsize at, GError **error)
{
	const struct cJSON *name = json_get(item, "name");
	const struct cJSON *body = json_get(item, lists[list].noun);

	if (json_type(item) != JSON_OBJECT)
		return fail(error, file->path, "%s[%" G_GSIZE_FORMAT "] is no map",
			    lists[list].list, at);
	if (name && !json_text(name))
		return fail(error, file->path,
			    "%s[%" G_GSIZE_FORMAT "].name is no string; put it in quotes",
			    lists[list].list, at);
	if (body && json_type(body) != JSON_OBJECT)
		return fail(error, file->path, "%s \"%s\": \"%s\" is no map", lists[list].noun,
			    name ? json_text(name) : "", lists[list].noun);
	return TRUE;
}

static gboolean check_list(const struct kubeconfig_file *file, const struct cJSON *document,
			   enum kubeconfig_list list, GError **error)
{
	const struct cJSON *items = json_get(document, lists[list].list);
	gsize at = 0;

	if (items && json_type(items) != JSON_ARRAY)
		return fail(error, file->path, "\"%s\" is no list", lists[list].list);
	for (const struct cJSON *n = json_first(items); n; n = json_next(n), at++)
		if (!check_item(file, list, n, at, error))
			return FALSE;
	return TRUE;
}

static gboolean check_constant(const struct kubeconfig_file *file, const struct cJSON *document,
			       const char *key, const char *value, GError **error)
{
	const struct cJSON *node = json_get(document, key);

	if (!node || g_strcmp0(json_text(node), value) == 0)
		return TRUE;
	return fail(error, file->path, "no kubeconfig: its \"%s\" is not %s", key, value);
}

static gboolean check_document(const struct kubeconfig_file *file, const struct cJSON *document,
			       GError **error)
{
	const struct cJSON *current = json_get(document, "current-context");

	if (json_type(document) != JSON_OBJECT)
		return fail(error, file->path, "no kubeconfig: a map is expected at its top");
	if (!check_constant(file, document, "kind", "Config", error) ||
	    !check_constant(file, document, "apiVersion", "v1", error))
		return FALSE;
	if (current && !json_text(current))
		return fail(error, file->path,
			    "\"current-context\" is no string; put it in quotes");
	for (gsize i = 0; i < KUBECONFIG_LISTS; i++)
		if (!check_list(file, document, i, error))
			return FALSE;
	return TRUE;
}

static void merge_item(struct kubeconfig *k, const struct kubeconfig_file *file,
		       enum kubeconfig_list list, const struct cJSON *item)
{
	const char *name = json_string(item, "name");
	struct kubeconfig_entry *e;

	if (!name || !*name || kubeconfig_find(k, list, name))
		return;
	e = g_new0(struct kubeconfig_entry, 1);
	e->file = file;
	e->noun = lists[list].noun;
	e->name = name;
	e->body = json_get(item, lists[list].noun);
	g_hash_table_insert(k->entries[list], (char *)name, e);
	if (list == KUBECONFIG_CONTEXTS)
		g_ptr_array_insert(k->names, k->names->len - 1, (char *)name);
}

static void merge_document(struct kubeconfig *k, const struct kubeconfig_file *file,
			   const struct cJSON *document)
{
	const char *current = json_string(document, "current-context");

	for (gsize i = 0; i < KUBECONFIG_LISTS; i++) {
		const struct cJSON *items = json_get(document, lists[i].list);

		for (const struct cJSON *n = json_first(items); n; n = json_next(n))
			merge_item(k, file, i, n);
	}
	if (!k->current && current && *current)
		k->current = current;
}

gboolean kubeconfig_add(struct kubeconfig *k, const char *path, GBytes *bytes, GError **error)
{
	struct kubeconfig_file *file = g_new0(struct kubeconfig_file, 1);
	g_autofree char *whole = g_canonicalize_filename(path, NULL);
	g_autoptr(GError) wrong = NULL;
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);
	const struct cJSON *document;

	file->path = g_strdup(path);
	file->folder = g_path_get_dirname(whole);
	file->documents = yaml_parse(data ? data : "", size, &wrong);
	if (!file->documents) {
		fail(error, path, "no YAML: %s", wrong->message);
		file_free(file);
		return FALSE;
	}
	document = file->documents->len ? file->documents->pdata[0] : NULL;
	if (document && !check_document(file, document, error)) {
		file_free(file);
		return FALSE;
	}
	g_ptr_array_add(k->files, file);
	merge_document(k, file, document);
	return TRUE;
}

static gboolean add_path(struct kubeconfig *k, const char *path, gboolean optional, GError **error)
{
	g_autoptr(GError) wrong = NULL;
	g_autoptr(GBytes) bytes = secret_read(path, KUBECONFIG_MAX_BYTES, &wrong);

	if (bytes)
		return kubeconfig_add(k, path, bytes, error);
	if (optional && g_error_matches(wrong, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return TRUE;
	return fail(error, path, "cannot read the kubeconfig: %s", wrong->message);
}

/* Owned by the caller; paths that may be missing. */
static char **default_paths(void)
{
	const char *listed = g_getenv("KUBECONFIG");
	const char *home = g_getenv("HOME");
	char **paths;

	if (listed && *listed)
		return g_strsplit(listed, G_SEARCHPATH_SEPARATOR_S, -1);
	paths = g_new0(char *, 2);
	paths[0] = g_build_filename(home && *home ? home : g_get_home_dir(), ".kube", "config",
				    NULL);
	return paths;
}

static gboolean add_defaults(struct kubeconfig *k, char **paths, GError **error)
{
	for (gsize i = 0; paths[i]; i++) {
		gboolean again = FALSE;

		for (gsize j = 0; j < i; j++)
			again |= strcmp(paths[i], paths[j]) == 0;
		if (*paths[i] && !again && !add_path(k, paths[i], TRUE, error))
			return FALSE;
	}
	return TRUE;
}

static void use_service_account(struct kubeconfig *k)
{
	k->in_cluster = TRUE;
	k->current = INCLUSTER_NAME;
	g_ptr_array_insert(k->names, 0, (char *)INCLUSTER_NAME);
}

static gboolean load_defaults(struct kubeconfig *k, GError **error)
{
	g_auto(GStrv) paths = default_paths();
	g_autofree char *tried = NULL;

	if (!add_defaults(k, paths, error))
		return FALSE;
	if (!k->names->pdata[0] && !k->current && incluster_possible()) {
		use_service_account(k);
		return TRUE;
	}
	if (k->files->len)
		return TRUE;
	tried = g_strjoinv(", ", paths);
	return fail(error, tried,
		    "no kubeconfig there; name one with --kubeconfig or in KUBECONFIG");
}

/* One file; or several as KUBECONFIG has them, which a case may have remembered. */
static gboolean load_given(struct kubeconfig *k, const char *path, GError **error)
{
	g_auto(GStrv) paths = NULL;

	if (!strstr(path, G_SEARCHPATH_SEPARATOR_S) || g_file_test(path, G_FILE_TEST_EXISTS))
		return add_path(k, path, FALSE, error);
	paths = g_strsplit(path, G_SEARCHPATH_SEPARATOR_S, -1);
	if (!add_defaults(k, paths, error))
		return FALSE;
	return k->files->len || fail(error, path, "none of these kubeconfigs is there");
}

struct kubeconfig *kubeconfig_load(const char *path, GError **error)
{
	g_autoptr(kubeconfig) k = kubeconfig_new();

	if (path && *path ? load_given(k, path, error) : load_defaults(k, error))
		return g_steal_pointer(&k);
	return NULL;
}

const char *const *kubeconfig_contexts(const struct kubeconfig *k)
{
	return (const char *const *)k->names->pdata;
}

const char *kubeconfig_current(const struct kubeconfig *k)
{
	return k->current;
}

char *kubeconfig_paths(const struct kubeconfig *k)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < k->files->len; i++) {
		const struct kubeconfig_file *f = k->files->pdata[i];

		g_string_append_printf(out, "%s%s", i ? ", " : "", f->path);
	}
	return g_string_free(out, FALSE);
}
