/*
 * select - label and field selectors, as far as a client of ours asks by them: =, ==, !=, in,
 * notin, there and not there; fields by = and != alone.
 */
#include "parts.h"

#include <string.h>

struct term {
	char *key; /* a label, or the way to a field */
	gboolean field;
	GPtrArray *values; /* NULL: whether it is there */
	gboolean negated;
};

struct selection {
	GPtrArray *terms;
};

/* What can be asked by, beside metadata.name and metadata.namespace. */
static const struct field {
	const char *resource, *label;
	const char *path; /* NULL: as the label */
} fields[] = {
	{ "pods", "spec.nodeName", NULL },
	{ "pods", "spec.restartPolicy", NULL },
	{ "pods", "spec.schedulerName", NULL },
	{ "pods", "spec.serviceAccountName", NULL },
	{ "pods", "status.phase", NULL },
	{ "pods", "status.podIP", NULL },
	{ "pods", "status.nominatedNodeName", NULL },
	{ "events", "involvedObject.kind", NULL },
	{ "events", "involvedObject.namespace", NULL },
	{ "events", "involvedObject.name", NULL },
	{ "events", "involvedObject.uid", NULL },
	{ "events", "involvedObject.apiVersion", NULL },
	{ "events", "involvedObject.resourceVersion", NULL },
	{ "events", "involvedObject.fieldPath", NULL },
	{ "events", "reason", NULL },
	{ "events", "reportingComponent", NULL },
	{ "events", "source", "source.component" },
	{ "events", "type", NULL },
	{ "nodes", "spec.unschedulable", NULL },
	{ "namespaces", "status.phase", NULL },
	{ "services", "spec.clusterIP", NULL },
	{ "services", "spec.type", NULL },
};

static void term_free(void *data)
{
	struct term *t = data;

	g_free(t->key);
	g_clear_pointer(&t->values, g_ptr_array_unref);
	g_free(t);
}

static struct term *add_term(struct selection *s, gboolean field)
{
	struct term *t = g_new0(struct term, 1);

	t->field = field;
	g_ptr_array_add(s->terms, t);
	return t;
}

static void set_value(struct term *t, const char *value)
{
	if (!t->values)
		t->values = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(t->values, g_strstrip(g_strdup(value)));
}

/* --- reading ---------------------------------------------------------------------------------- */

/* KEY in (A,B), KEY notin (A,B) */
static gboolean read_set(struct selection *s, const char *text)
{
	g_autoptr(GRegex) form = g_regex_new(
		"^\\s*([^\\s=!,()]+)\\s+(in|notin)\\s*\\(([^()]*)\\)\\s*$", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autofree char *sign = NULL, *list = NULL;
	g_auto(GStrv) values = NULL;
	struct term *t;

	if (!g_regex_match(form, text, 0, &match))
		return FALSE;
	t = add_term(s, FALSE);
	t->key = g_match_info_fetch(match, 1);
	sign = g_match_info_fetch(match, 2);
	list = g_match_info_fetch(match, 3);
	t->negated = g_str_equal(sign, "notin");
	values = g_strsplit(list, ",", -1);
	for (guint i = 0; values[i]; i++)
		set_value(t, values[i]);
	return TRUE;
}

/* KEY=V, KEY==V, KEY!=V, KEY, !KEY; of these a field takes the first three. */
static gboolean read_equal(struct selection *s, const char *text, gboolean field)
{
	g_autoptr(GRegex) form = g_regex_new(
		"^\\s*(!?)\\s*([^\\s=!,()]+)\\s*(?:(==|=|!=)\\s*([^\\s=!()]*))?\\s*$", 0, 0, NULL);
	g_autoptr(GMatchInfo) match = NULL;
	g_autofree char *not = NULL, *sign = NULL, *value = NULL;
	struct term *t;

	if (!g_regex_match(form, text, 0, &match))
		return FALSE;
	not = g_match_info_fetch(match, 1);
	sign = g_match_info_fetch(match, 3);
	value = g_match_info_fetch(match, 4);
	if (*not ? sign && *sign : field && !(sign && *sign))
		return FALSE;
	t = add_term(s, field);
	t->key = g_match_info_fetch(match, 2);
	t->negated = *not || g_strcmp0(sign, "!=") == 0;
	if (sign && *sign)
		set_value(t, value ? value : "");
	return TRUE;
}

/* Commas outside brackets. */
static char **split(const char *text)
{
	return g_regex_split_simple(",(?![^(]*\\))", text, 0, 0);
}

static gboolean read_labels(struct selection *s, const char *text, char **message)
{
	g_auto(GStrv) parts = split(text);

	for (guint i = 0; parts[i]; i++) {
		if (read_set(s, parts[i]) || read_equal(s, parts[i], FALSE))
			continue;
		*message = g_strdup_printf(
			"unable to parse requirement: found '%s', expected: a requirement",
			parts[i]);
		return FALSE;
	}
	return TRUE;
}

static const char *field_path(const struct listing *l, const char *label)
{
	if (g_str_equal(label, "metadata.name") ||
	    (l->namespaced && g_str_equal(label, "metadata.namespace")))
		return label;
	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
		if (g_str_equal(fields[i].resource, l->resource) &&
		    g_str_equal(fields[i].label, label))
			return fields[i].path ? fields[i].path : label;
	return NULL;
}

static gboolean read_fields(struct selection *s, const struct listing *l, const char *text,
			    char **message)
{
	g_auto(GStrv) parts = g_strsplit(text, ",", -1);

	for (guint i = 0; parts[i]; i++) {
		struct term *t;
		const char *path;

		if (!read_equal(s, parts[i], TRUE)) {
			*message = g_strdup_printf("invalid selector: '%s'; can't understand '%s'",
						   text, parts[i]);
			return FALSE;
		}
		t = s->terms->pdata[s->terms->len - 1];
		path = field_path(l, t->key);
		if (!path) {
			*message = g_strdup_printf("field label not supported: %s", t->key);
			return FALSE;
		}
		if (path != t->key) {
			g_free(t->key);
			t->key = g_strdup(path);
		}
	}
	return TRUE;
}

struct selection *selection_new(const struct listing *l, const char *labels,
				const char *fields_text, char **message)
{
	g_autoptr(selection) s = g_new0(struct selection, 1);

	s->terms = g_ptr_array_new_with_free_func(term_free);
	if (labels && *labels && !read_labels(s, labels, message))
		return NULL;
	if (fields_text && *fields_text && !read_fields(s, l, fields_text, message))
		return NULL;
	return g_steal_pointer(&s);
}

void selection_free(struct selection *s)
{
	if (!s)
		return;
	g_ptr_array_unref(s->terms);
	g_free(s);
}

gboolean selection_empty(const struct selection *s)
{
	return !s->terms->len;
}

/* --- matching --------------------------------------------------------------------------------- */

/* The value as a selector spells it; NULL where it is not there.  Caller owns. */
static char *field_value(const struct cJSON *object, const char *path)
{
	const struct cJSON *node = json_at(object, path);

	if (json_text(node))
		return g_strdup(json_text(node));
	return node ? json_print(node) : NULL;
}

static gboolean term_matches(const struct term *t, const struct cJSON *object, const char *name)
{
	g_autofree char *value = NULL;

	if (!t->field)
		value = g_strdup(json_text(json_get(json_at(object, "metadata.labels"), t->key)));
	else if (g_str_equal(t->key, "metadata.name"))
		value = g_strdup(name);
	else
		value = field_value(object, t->key);
	if (t->field && !value)
		value = g_strdup("");
	if (!t->values)
		return (value != NULL) != t->negated;
	if (!value)
		return t->negated;
	return g_ptr_array_find_with_equal_func(t->values, value, g_str_equal, NULL) != t->negated;
}

gboolean selection_match(const struct selection *s, const struct cJSON *object, const char *name)
{
	for (guint i = 0; i < s->terms->len; i++)
		if (!term_matches(s->terms->pdata[i], object, name))
			return FALSE;
	return TRUE;
}
