#include "tell.h"

#include <string.h>

#include <kase/stamp.h>

static void append_elements(GString *out, const struct cJSON *list, const char *between)
{
	for (const struct cJSON *n = json_first(list); n; n = json_next(n)) {
		g_autofree char *text = value_text(n);

		g_string_append_printf(out, "%s%s", out->len ? between : "", text ? text : "");
	}
}

char *value_text(const struct cJSON *node)
{
	GString *out;

	switch (json_type(node)) {
	case JSON_NONE:
	case JSON_NULL:
		return NULL;
	case JSON_STRING:
		return g_strdup(json_text(node));
	case JSON_ARRAY:
		out = g_string_new(NULL);
		append_elements(out, node, ", ");
		return g_string_free(out, FALSE);
	default:
		return json_print(node);
	}
}

char *value_moment(const char *text)
{
	gint64 ns = stamp_of(text);
	char stamp[STAMP_CHARS];

	if (ns == STAMP_NONE)
		return g_strdup("?");
	return g_strdup(ns % STAMP_SECOND ? stamp_format(ns, stamp)
					  : stamp_format_seconds(ns, stamp));
}

static gint by_key(gconstpointer a, gconstpointer b)
{
	return strcmp(json_key(*(const struct cJSON *const *)a),
		      json_key(*(const struct cJSON *const *)b));
}

GPtrArray *value_members(const struct cJSON *object)
{
	GPtrArray *out = g_ptr_array_new();

	if (json_type(object) == JSON_OBJECT)
		for (const struct cJSON *n = json_first(object); n; n = json_next(n))
			g_ptr_array_add(out, (gpointer)n);
	g_ptr_array_sort(out, by_key);
	return out;
}

/* --- selectors ----------------------------------------------------------------------------------- */

static const struct {
	const char *operator, * before, *after;
	gboolean values;
} operators[] = {
	{ "In", "", " in ", TRUE },
	{ "NotIn", "", " notin ", TRUE },
	{ "Exists", "", "", FALSE },
	{ "DoesNotExist", "!", "", FALSE },
};

static void append_expression(GString *out, const struct cJSON *expression)
{
	const char *operator= json_string(expression, "operator");
	GString *values = g_string_new(NULL);

	append_elements(values, json_get(expression, "values"), ",");
	for (gsize i = 0; i < G_N_ELEMENTS(operators); i++) {
		if (g_strcmp0(operators[i].operator, operator) != 0)
			continue;
		g_string_append_printf(out, "%s%s%s%s", out->len ? "," : "", operators[i].before,
				       json_string(expression, "key") ?: "?", operators[i].after);
		if (operators[i].values)
			g_string_append_printf(out, "(%s)", values->str);
	}
	g_string_free(values, TRUE);
}

char *value_selector(const struct cJSON *selector)
{
	g_autoptr(GPtrArray) labels = value_members(json_get(selector, "matchLabels"));
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < labels->len; i++)
		g_string_append_printf(out, "%s%s=%s", out->len ? "," : "",
				       json_key(labels->pdata[i]),
				       json_text(labels->pdata[i]) ?: "");
	for (const struct cJSON *n = json_first(json_get(selector, "matchExpressions")); n;
	     n = json_next(n))
		append_expression(out, n);
	return g_string_free(out, FALSE);
}

/* --- quantities ---------------------------------------------------------------------------------- */

#define KI 1024.0

/* kubernetes.io, "Quantity": a decimal number, and one of these or an exponent. */
static const struct {
	const char *suffix;
	double factor;
} suffixes[] = {
	{ "n", 1e-9 },
	{ "u", 1e-6 },
	{ "m", 1e-3 },
	{ "", 1 },
	{ "k", 1e3 },
	{ "M", 1e6 },
	{ "G", 1e9 },
	{ "T", 1e12 },
	{ "P", 1e15 },
	{ "E", 1e18 },
	{ "Ki", KI },
	{ "Mi", KI *KI },
	{ "Gi", KI *KI *KI },
	{ "Ti", KI *KI *KI *KI },
	{ "Pi", KI *KI *KI *KI *KI },
	{ "Ei", KI *KI *KI *KI *KI *KI },
};

static double quantity_of(const char *text)
{
	char *end;
	double number = g_ascii_strtod(text, &end);

	for (gsize i = 0; end > text && i < G_N_ELEMENTS(suffixes); i++)
		if (g_str_equal(suffixes[i].suffix, end))
			return number * suffixes[i].factor;
	return -1;
}

gint64 value_quantity(const char *quantity, const char *divisor)
{
	double number = quantity_of(quantity), by = quantity_of(divisor);
	double ratio;
	gint64 whole;

	if (number < 0 || by < 0)
		return -1;
	/* A divisor of 0 is one that is not set: 1. */
	ratio = number / (by > 0 ? by : 1);
	if (ratio > 9e18)
		return -1;
	whole = (gint64)ratio;
	/* Binary fractions miss decimal ones by a little. */
	return ratio - (double)whole > 1e-6 ? whole + 1 : whole;
}
