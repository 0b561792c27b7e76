/* What a container is given: variables, and volumes where they are mounted. */
#include "tell.h"

#include <string.h>

/* --- where a variable's value comes from --------------------------------------------------------- */

/* metadata.labels['a.b/c']: its key has dots.  Lent; NULL. */
static const char *subscripted(const struct cJSON *pod, const char *path)
{
	static const char *const maps[] = { "metadata.labels", "metadata.annotations" };

	for (gsize i = 0; i < G_N_ELEMENTS(maps); i++) {
		gsize length = strlen(maps[i]);
		g_autofree char *key = NULL;

		if (!g_str_has_prefix(path, maps[i]) || !g_str_has_prefix(path + length, "['") ||
		    !g_str_has_suffix(path, "']"))
			continue;
		key = g_strndup(path + length + 2, strlen(path) - length - 4);
		return json_text(json_get(json_at(pod, maps[i]), key));
	}
	return NULL;
}

static char *from_field(struct telling *t, const struct cJSON *from)
{
	const char *path = json_string(from, "fieldPath") ?: "?";
	const char *value = subscripted(t->object, path);
	g_autofree char *plain = value ? NULL : value_text(json_at(t->object, path));

	return g_strdup_printf("%s (%s:%s)", value ?: plain ?: "",
			       json_string(from, "apiVersion") ?: "v1", path);
}

/* "limits.cpu" of the container that is named, or of this one. */
static char *from_resource(struct telling *t, const struct cJSON *from)
{
	const char *resource = json_string(from, "resource") ?: "?";
	const char *named = json_string(from, "containerName");
	const struct cJSON *container = named ? json_find(json_at(t->object, "spec.containers"),
							  "name", named)
					      : t->container;
	/* What comes after the first dot may have others: nvidia.com/gpu. */
	g_auto(GStrv) parts = g_strsplit(resource, ".", 2);
	const struct cJSON *amounts = json_get(json_get(container, "resources"), parts[0]);
	g_autofree char *amount = value_text(parts[1] ? json_get(amounts, parts[1]) : NULL);
	g_autofree char *divisor = value_text(json_get(from, "divisor"));
	gint64 value = value_quantity(amount ?: "0", divisor ?: "1");

	if (value == 0 && g_str_has_prefix(resource, "limits."))
		return g_strdup_printf("node allocatable (%s)", resource);
	return g_strdup_printf("%" G_GINT64_FORMAT " (%s)", MAX(value, 0), resource);
}

static char *from_key(const struct cJSON *from, const char *of)
{
	return g_strdup_printf("<set to the key '%s' %s '%s'>  Optional: %s",
			       json_string(from, "key") ?: "?", of,
			       json_string(from, "name") ?: "?",
			       json_bool(from, "optional", FALSE) ? "true" : "false");
}

static char *from_secret(struct telling *t, const struct cJSON *from)
{
	return from_key(from, "in secret");
}

static char *from_config(struct telling *t, const struct cJSON *from)
{
	return from_key(from, "of config map");
}

static const struct {
	const char *member;
	char *(*text)(struct telling *t, const struct cJSON *from);
} sources[] = {
	{ "fieldRef", from_field },
	{ "resourceFieldRef", from_resource },
	{ "secretKeyRef", from_secret },
	{ "configMapKeyRef", from_config },
};

static char *variable_text(struct telling *t, const struct cJSON *variable)
{
	const struct cJSON *from = json_get(variable, "valueFrom");

	if (!from)
		return g_strdup(json_string(variable, "value") ?: "");
	for (gsize i = 0; i < G_N_ELEMENTS(sources); i++) {
		const struct cJSON *source = json_get(from, sources[i].member);

		if (source)
			return sources[i].text(t, source);
	}
	/* A source of a later Kubernetes. */
	return value_text(from);
}

void tell_variable(struct telling *t, const struct tell_row *row, const struct cJSON *n)
{
	g_autofree char *text = variable_text(t, n);

	tell_line(t, DESCRIBE_PLAIN, json_string(n, "name") ?: "?", text);
}

static const struct {
	const char *member, *name;
} bundles[] = {
	{ "configMapRef", "ConfigMap" },
	{ "secretRef", "Secret" },
};

void tell_bundle(struct telling *t, const struct tell_row *row, const struct cJSON *from)
{
	const char *prefix = json_string(from, "prefix");

	for (gsize i = 0; i < G_N_ELEMENTS(bundles); i++) {
		const struct cJSON *reference = json_get(from, bundles[i].member);

		if (reference)
			tell_format(t, DESCRIBE_PLAIN, json_string(reference, "name") ?: "?",
				    "%s%s%s%s  Optional: %s", bundles[i].name,
				    prefix ? " with prefix '" : "", prefix ?: "", prefix ? "'" : "",
				    json_bool(reference, "optional", FALSE) ? "true" : "false");
	}
}

/* --- mounts -------------------------------------------------------------------------------------- */

static const char *place_of(const struct cJSON *mount)
{
	return json_string(mount, "mountPath") ?: json_string(mount, "devicePath") ?: "?";
}

static gint by_place(gconstpointer a, gconstpointer b)
{
	return strcmp(place_of(*(const struct cJSON *const *)a),
		      place_of(*(const struct cJSON *const *)b));
}

/* A mount of the host's files is one of them, however it is called. */
static enum describe_mark mount_mark(struct telling *t, const struct cJSON *mount)
{
	const struct cJSON *volume = json_find(json_at(t->object, "spec.volumes"), "name",
					       json_string(mount, "name"));

	return json_get(volume, "hostPath") ? DESCRIBE_DANGER : DESCRIBE_PLAIN;
}

static char *mount_text(const struct cJSON *mount)
{
	const char *path = json_string(mount, "subPath") ?: json_string(mount, "subPathExpr");
	const char *spread = json_string(mount, "mountPropagation");
	GString *out = g_string_new(NULL);

	g_string_append_printf(out, "%s from %s", place_of(mount),
			       json_string(mount, "name") ?: "?");
	if (json_get(mount, "devicePath"))
		return g_string_free(out, FALSE);
	g_string_append(out, json_bool(mount, "readOnly", FALSE) ? " (ro" : " (rw");
	if (path && *path)
		g_string_append_printf(out, ",path=\"%s\"", path);
	g_string_append_c(out, ')');
	if (spread)
		g_string_append_printf(out, "  propagation %s", spread);
	return g_string_free(out, FALSE);
}

void tell_mounts(struct telling *t, const struct tell_row *row, const struct cJSON *list)
{
	g_autoptr(GPtrArray) mounts = g_ptr_array_new();

	for (const struct cJSON *n = json_first(list); n; n = json_next(n))
		g_ptr_array_add(mounts, (gpointer)n);
	g_ptr_array_sort(mounts, by_place);
	if (mounts->len)
		tell_head(t, row->label);
	t->level++;
	for (guint i = 0; i < mounts->len; i++) {
		g_autofree char *text = mount_text(mounts->pdata[i]);

		tell_item(t, mount_mark(t, mounts->pdata[i]), text);
	}
	t->level--;
}
