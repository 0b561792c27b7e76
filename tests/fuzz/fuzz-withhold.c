#include "fuzz.h"

#include <kase/kube.h>

#include <string.h>

static const char annotation[] = "kubectl.kubernetes.io/last-applied-configuration";
static const char *const values[] = { "data", "stringData", "binaryData" };

static void check_those_of_one(const struct cJSON *annotations)
{
	for (const struct cJSON *n = json_first(annotations); n; n = json_next(n))
		if (json_key(n) && json_text(n))
			g_assert_true(g_str_has_prefix(json_text(n), "withheld:") ||
				      !kube_annotation_tells(json_key(n), json_text(n)));
}

/* Wherever it stands, its value was replaced; and so was each among annotations that tells. */
static void check_annotations(const struct cJSON *node)
{
	for (const struct cJSON *n = json_first(node); n; n = json_next(n)) {
		if (g_strcmp0(json_key(n), "annotations") == 0 && json_type(n) == JSON_OBJECT)
			check_those_of_one(n);
		if (g_strcmp0(json_key(n), annotation) == 0 && json_type(n) != JSON_NULL)
			g_assert_true(g_str_has_prefix(json_text(n), "withheld:"));
		check_annotations(n);
	}
}

static void check_object(const struct cJSON *object)
{
	for (const struct cJSON *n = json_first(object); n; n = json_next(n))
		for (gsize i = 0; json_key(n) && i < G_N_ELEMENTS(values); i++)
			g_assert_cmpstr(json_key(n), !=, values[i]);
}

/* Of members with one name, the last counts for some: each is looked at. */
static void check_document(const struct cJSON *document)
{
	check_annotations(document);
	check_object(document);
	for (const struct cJSON *n = json_first(document); n; n = json_next(n)) {
		if (g_strcmp0(json_key(n), "object") == 0)
			check_object(n);
		if (g_strcmp0(json_key(n), "items") == 0 && json_type(n) == JSON_ARRAY)
			for (const struct cJSON *o = json_first(n); o; o = json_next(o))
				check_object(o);
	}
}

/* What is kept holds no value, and is the same as what came where nothing was withheld. */
int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	g_autoptr(GBytes) in = g_bytes_new_static(bytes, size);
	guint withheld = 0, again = 0;
	g_autoptr(GBytes) out = kube_withhold(in, &withheld, NULL), twice = NULL;
	g_autoptr(json_tree) tree = NULL;

	if (!out)
		return 0;
	g_assert_cmpint(withheld == 0, ==, out == in);
	tree = json_parse(g_bytes_get_data(out, NULL), (gssize)g_bytes_get_size(out), NULL);
	if (tree)
		check_document(tree);
	twice = kube_withhold(out, &again, NULL);
	g_assert_nonnull(twice);
	g_assert_cmpuint(again, <=, withheld);
	return 0;
}
