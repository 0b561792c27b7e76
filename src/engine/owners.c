#include "owners.h"

#include <string.h>

#include <kase/subject.h>

/* --- owners ---------------------------------------------------------------------------------- */

gboolean owner_of(const struct cJSON *object, struct owner *out)
{
	*out = (struct owner){ 0 };
	for (const struct cJSON *r = json_first(json_at(object, "metadata.ownerReferences")); r;
	     r = json_next(r)) {
		if (!json_bool(r, "controller", FALSE) || !json_string(r, "kind") ||
		    !json_string(r, "name"))
			continue;
		out->group = group_of_api_version(json_string(r, "apiVersion"));
		out->kind = json_string(r, "kind");
		out->name = json_string(r, "name");
		out->uid = json_string(r, "uid");
		return TRUE;
	}
	return FALSE;
}

void owner_clear(struct owner *o)
{
	g_clear_pointer(&o->group, g_free);
}

gboolean owner_is_named_after(const char *name, const char *maker)
{
	gsize n = strlen(maker);

	return !strncmp(name, maker, n) && name[n] == '-' && name[n + 1] &&
	       !strchr(name + n + 1, '-');
}

/* --- selectors ------------------------------------------------------------------------------- */

static const struct operator
{
	const char *name, *before, *between, *after;
}
operators[] = {
	{ "In", "", " in (", ")" },
	{ "NotIn", "", " notin (", ")" },
	{ "Exists", "", NULL, "" },
	{ "DoesNotExist", "!", NULL, "" },
};

static void append_values(GString *out, const struct cJSON *values)
{
	const char *comma = "";

	for (const struct cJSON *v = json_first(values); v; v = json_next(v), comma = ",")
		g_string_append_printf(out, "%s%s", comma, json_text(v) ? json_text(v) : "");
}

static void append_expression(GString *out, const struct cJSON *expression)
{
	const char *key = json_string(expression, "key"),
		   *name = json_string(expression, "operator");

	for (gsize i = 0; key && i < G_N_ELEMENTS(operators); i++) {
		const struct operator* o = & operators[i];

		if (g_strcmp0(name, o->name))
			continue;
		g_string_append_printf(out, "%s%s%s", out->len ? "," : "", o->before, key);
		if (!o->between)
			return;
		g_string_append(out, o->between);
		append_values(out, json_get(expression, "values"));
		g_string_append(out, o->after);
	}
}

static void append_labels(GString *out, const struct cJSON *labels)
{
	for (const struct cJSON *l = json_first(labels); l; l = json_next(l))
		if (json_text(l))
			g_string_append_printf(out, "%s%s=%s", out->len ? "," : "", json_key(l),
					       json_text(l));
}

char *selector_text(const struct cJSON *selector)
{
	const struct cJSON *labels = json_get(selector, "matchLabels"),
			   *expressions = json_get(selector, "matchExpressions");
	GString *out = g_string_new(NULL);

	append_labels(out, labels || expressions ? labels : selector);
	for (const struct cJSON *x = json_first(expressions); x; x = json_next(x))
		append_expression(out, x);
	return g_string_free(out, out->len == 0);
}

/* --- bindings -------------------------------------------------------------------------------- */

static gboolean is_group_of(const char *group, const char *namespace)
{
	static const char everyone[] = "system:serviceaccounts";

	if (!strcmp(group, everyone) || !strcmp(group, "system:authenticated"))
		return TRUE;
	return g_str_has_prefix(group, everyone) && group[strlen(everyone)] == ':' &&
	       !strcmp(group + strlen(everyone) + 1, namespace);
}

static gboolean subject_names(const struct cJSON *who, const char *namespace, const char *account)
{
	const char *kind = json_string(who, "kind"), *name = json_string(who, "name");
	g_autofree char *user = g_strdup_printf("system:serviceaccount:%s:%s", namespace, account);

	if (!kind || !name)
		return FALSE;
	if (!strcmp(kind, "ServiceAccount"))
		return !strcmp(name, account) &&
		       !g_strcmp0(json_string(who, "namespace"), namespace);
	if (!strcmp(kind, "User"))
		return !strcmp(name, user);
	return !strcmp(kind, "Group") && is_group_of(name, namespace);
}

gboolean binding_names(const struct cJSON *binding, const char *namespace, const char *account)
{
	for (const struct cJSON *s = json_first(json_get(binding, "subjects")); s; s = json_next(s))
		if (subject_names(s, namespace, account))
			return TRUE;
	return FALSE;
}
