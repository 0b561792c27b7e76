#include "withhold.h"

#include <string.h>

static const char *const secret_kinds[] = { "Secret", "ConfigMap" };
static const char *const value_members[] = { "data", "stringData", "binaryData" };
static const char last_applied[] = "kubectl.kubernetes.io/last-applied-configuration";

static gboolean holds_values(const char *kind)
{
	for (gsize i = 0; i < G_N_ELEMENTS(secret_kinds); i++)
		if (!g_strcmp0(kind, secret_kinds[i]))
			return TRUE;
	return FALSE;
}

/* "Secret" of "SecretList", NULL of a plain List.  Caller owns. */
static char *kind_of_items(const char *kind)
{
	if (!kind || !g_str_has_suffix(kind, "List") || !strcmp(kind, "List"))
		return NULL;
	return g_strndup(kind, strlen(kind) - strlen("List"));
}

/* --- trees ----------------------------------------------------------------------------------- */

static struct cJSON *words_for(const struct cJSON *value)
{
	const char *text = json_text(value);
	g_autofree char *printed = text ? NULL : json_print(value);
	g_autofree char *words = g_strdup_printf("withheld:%zu bytes",
						 strlen(text ? text : printed));

	return json_new_string(words);
}

/* A copy of `object` with the values of `only` (NULL: all) withheld. */
static struct cJSON *without_values(const struct cJSON *object, const char *only, guint *withheld)
{
	struct cJSON *copy = json_new_object();

	for (const struct cJSON *m = json_first(object); m; m = json_next(m)) {
		gboolean taken = !only || !strcmp(json_key(m), only);

		json_append_take(copy, json_key(m), taken ? words_for(m) : json_copy(m));
		*withheld += taken;
	}
	return copy;
}

static void take_values(struct cJSON *object, guint *withheld)
{
	const struct cJSON *metadata = json_get(object, "metadata");
	const struct cJSON *annotations = json_get(metadata, "annotations");

	for (gsize i = 0; i < G_N_ELEMENTS(value_members); i++) {
		const struct cJSON *values = json_get(object, value_members[i]);

		if (values)
			json_set_take(object, value_members[i],
				      without_values(values, NULL, withheld));
	}
	if (json_get(annotations, last_applied))
		json_set_take((struct cJSON *)metadata, "annotations",
			      without_values(annotations, last_applied, withheld));
}

guint withhold_tree(struct cJSON *tree, const char *kind)
{
	const char *own = json_string(tree, "kind");
	const struct cJSON *items = json_get(tree, "items");
	g_autofree char *of_items = kind_of_items(own);
	guint withheld = 0;

	if (holds_values(own ? own : kind))
		take_values(tree, &withheld);
	for (const struct cJSON *i = json_first(items); i; i = json_next(i))
		withheld += withhold_tree((struct cJSON *)i, of_items);
	return withheld;
}

/* --- bytes ----------------------------------------------------------------------------------- */

static char *string_at(const char *data, gsize size, const char *path)
{
	struct json_slice slice;

	return json_scan_member(data, size, path, &slice) ? json_slice_string(data, slice) : NULL;
}

static gboolean append_object(GString *out, const char *data, gsize size, const char *kind,
			      guint *withheld, GError **error);

/* A List: what stands between its items stays as it is. */
static gboolean append_list(GString *out, const char *data, gsize size, GArray *items,
			    const char *kind, guint *withheld, GError **error)
{
	gsize at = 0;

	for (guint i = 0; i < items->len; i++) {
		struct json_slice s = g_array_index(items, struct json_slice, i);

		g_string_append_len(out, data + at, (gssize)(s.offset - at));
		if (!append_object(out, data + s.offset, s.length, kind, withheld, error))
			return FALSE;
		at = s.offset + s.length;
	}
	g_string_append_len(out, data + at, (gssize)(size - at));
	return TRUE;
}

static gboolean append_object(GString *out, const char *data, gsize size, const char *kind,
			      guint *withheld, GError **error)
{
	g_autofree char *own = string_at(data, size, "kind");
	g_autofree char *of_items = kind_of_items(own);
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(struct json_slice));
	g_autoptr(json_tree) tree = NULL;
	g_autofree char *printed = NULL;

	if (!holds_values(own ? own : kind)) {
		if (!json_scan_array(data, size, "items", items, error))
			return FALSE;
		return append_list(out, data, size, items, of_items, withheld, error);
	}
	tree = json_parse(data, (gssize)size, error);
	if (!tree)
		return FALSE;
	*withheld += withhold_tree(tree, kind);
	printed = json_print(tree);
	g_string_append(out, printed);
	return TRUE;
}

GBytes *withhold_json(GBytes *document, guint *withheld, GError **error)
{
	gsize size;
	const char *data = g_bytes_get_data(document, &size);
	g_autoptr(GString) out = g_string_sized_new(size + 1);

	*withheld = 0;
	if (!append_object(out, data, size, NULL, withheld, error))
		return NULL;
	return *withheld ? g_string_free_to_bytes(g_steal_pointer(&out)) : g_bytes_ref(document);
}
