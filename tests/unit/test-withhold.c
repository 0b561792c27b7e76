#include <kase/kube.h>

#include <string.h>

#define KEY    "kubectl.kubernetes.io/last-applied-configuration"
#define SECRET "hunter2"

static const struct {
	const char *name, *in, *out; /* NULL: refused; `in` itself: left alone */
	guint withheld;
} rows[] = {
	{ "one object", "{\"metadata\":{\"annotations\":{\"" KEY "\":\"hunter2\"}}}",
	  "{\"metadata\":{\"annotations\":{\"" KEY "\":\"withheld:7 bytes\"}}}", 1 },
	{ "a List, spaces and order kept",
	  "{ \"items\" : [ {\"metadata\":{\"annotations\":{\"a\":\"1\", \"" KEY
	  "\" :\t\"hunter2\" , \"z\":\"2\"}}},\n{\"metadata\":{\"annotations\":{\"" KEY
	  "\":\"\"}}},{}] }\n",
	  "{ \"items\" : [ {\"metadata\":{\"annotations\":{\"a\":\"1\", \"" KEY
	  "\" :\t\"withheld:7 bytes\" , \"z\":\"2\"}}},\n{\"metadata\":{\"annotations\":{\"" KEY
	  "\":\"withheld:0 bytes\"}}},{}] }\n",
	  2 },
	{ "lines of a watch",
	  "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"annotations\":{\"" KEY
	  "\":\"hunter2\"}}}}\n{\"type\":\"BOOKMARK\",\"object\":{}}\n",
	  "{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"annotations\":{\"" KEY
	  "\":\"withheld:7 bytes\"}}}}\n{\"type\":\"BOOKMARK\",\"object\":{}}\n",
	  1 },
	{ "its name spelled with escapes",
	  "{\"a\":{\"kubectl\\u002ekubernetes.io\\/last-applied-configuration\":\"hunter2\"}}",
	  "{\"a\":{\"kubectl\\u002ekubernetes.io\\/last-applied-configuration\":\"withheld:7 "
	  "bytes\"}}",
	  1 },
	{ "twice in one object", "{\"" KEY "\":\"a\",\"" KEY "\":\"hunter2\"}",
	  "{\"" KEY "\":\"withheld:1 bytes\",\"" KEY "\":\"withheld:7 bytes\"}", 2 },
	{ "quotes in its value", "{\"" KEY "\":\"{\\\"a\\\":\\\"hunter2\\\\\\\"}\"}",
	  "{\"" KEY "\":\"withheld:21 bytes\"}", 1 },
	{ "an escape in a name as long",
	  "{\"\\u006bubernetes.io/last-applied-configurations-\":\"a\"}", NULL, 0 },
	{ "what is called data elsewhere",
	  "{\"metadata\":{\"labels\":{\"data\":\"1\"},\"managedFields\":[{\"fieldsV1\":{"
	  "\"f:data\":{}}}]},\"spec\":{\"data\":1},\"items\":[{\"metadata\":{\"data\":1}}],"
	  "\"object\":{\"metadata\":{\"annotations\":{\"stringData\":\"1\"}}}}",
	  NULL, 0 },
	{ "nothing at all", "", NULL, 0 },
	{ "null", "{\"" KEY "\":null}", NULL, 0 },
	{ "annotations of other tools, and those that are documents",
	  "{\"metadata\":{\"annotations\":{\"objectset.rio.cattle.io/applied\":\"x\","
	  "\"a\":\" {bcde\",\"b\":\"k: v\\nw\",\"c\":\"H4sIAAAA\",\"d\":\"plain\","
	  "\"annotations\":\"[1]\",\"e\":null},\"labels\":{\"a\":\"{\"}}}",
	  "{\"metadata\":{\"annotations\":{\"objectset.rio.cattle.io/applied\":\"withheld:1 "
	  "bytes\","
	  "\"a\":\"withheld:6 bytes\",\"b\":\"withheld:7 bytes\",\"c\":\"withheld:8 "
	  "bytes\",\"d\":\"plain\","
	  "\"annotations\":\"withheld:3 bytes\",\"e\":null},\"labels\":{\"a\":\"{\"}}}",
	  5 },
	{ "another's name", "{\"f:" KEY "\":{},\"a\":\"" KEY "\"}", NULL, 0 },
	{ "nothing there", "{\"items\":null,\"n\":-1.5e3,\"t\":[true,false]}", NULL, 0 },
};

static void values_are_replaced_and_nothing_else(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes) in = g_bytes_new_static(rows[i].in, strlen(rows[i].in));
		g_autoptr(GError) error = NULL;
		guint withheld = 99;
		g_autoptr(GBytes) out = kube_withhold(in, &withheld, &error);
		const char *wanted = rows[i].out ?: rows[i].in;

		g_test_message("%s", rows[i].name);
		g_assert_no_error(error);
		g_assert_cmpmem(g_bytes_get_data(out, NULL), g_bytes_get_size(out), wanted,
				strlen(wanted));
		g_assert_cmpuint(withheld, ==, rows[i].withheld);
		if (!rows[i].out)
			g_assert_true(out == in);
	}
}

static void what_cannot_be_understood_is_refused(void)
{
	static const char *const bad[] = {
		("{\"" KEY "\":{\"data\":\"" SECRET "\"}}"),
		("{\"" KEY "\":[\"" SECRET "\"]}"),
		("{\"" KEY "\":\"" SECRET),
		("{\"" KEY "\":\"" SECRET "\""),
		("{\"" KEY "\":\"" SECRET "\"}}"),
		("{\"" KEY "\" \"" SECRET "\"}"),
		("{\"" KEY "\":}"),
		("{" KEY ":\"" SECRET "\"}"),
		("{\"metadata\":{\"annotations\":{\"a\":{\"b\":\"" SECRET "\"}}}}"),
		("{\"metadata\":{\"annotations\":{\"a\":[\"" SECRET "\"]}}}"),
		("<html>" SECRET),
		("{\"a\":\"\\"),
		("\x00"),
		("[{\"" KEY "\":\"" SECRET "\"}]"),
		("\"" SECRET "\""),
		/* Values, where only metadata was asked for. */
		("{\"kind\":\"Secret\",\"data\":{\"a\":\"" SECRET "\"}}"),
		("{\"stringData\":{\"a\":\"" SECRET "\"}}"),
		("{\"binaryData\":null,\"a\":\"" SECRET "\"}"),
		("{\"d\\u0061ta\":{\"a\":\"" SECRET "\"}}"),
		("{\"items\":[{},{\"data\":{\"a\":\"" SECRET "\"}}]}"),
		("{\"type\":\"ADDED\",\"object\":{\"data\":{\"a\":\"" SECRET "\"}}}"),
		("{\"object\":{}}\n{\"object\":{\"metadata\":{},\"data\":{\"a\":\"" SECRET "\"}}}"),
		/* A name that nobody can read. */
		("{\"kubectl.kubernetes.io\\xlast-applied-configuration\":\"" SECRET "\"}"),
		/* A line that breaks off in a string must not turn the next inside out. */
		("{\"type\":\"a\n{\"" KEY "\":\"" SECRET "\"}"),
		("{\"a\":\"b\nc\"}"),
	};

	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(GBytes) in = g_bytes_new_static(bad[i], MAX(strlen(bad[i]), 1));
		g_autoptr(GError) error = NULL;

		g_test_message("%s", bad[i]);
		g_assert_null(kube_withhold(in, NULL, &error));
		g_assert_error(error, KUBE_ERROR, KUBE_ERROR_GARBLED);
		g_assert_null(strstr(error->message, SECRET));
	}
}

static void an_annotation_tells_by_its_name_its_form_or_its_length(void)
{
	static const struct {
		const char *name, *value;
		gsize more; /* letters after it */
		gboolean tells;
	} annotations[] = {
		{ KEY, "", 0, TRUE },
		{ "kapp.k14s.io/original", "x", 0, TRUE },
		{ "a", "", 0, FALSE },
		{ "a", "2026-11-24T08:00:00Z", 0, FALSE },
		{ "a", "checksum ", 128, FALSE },
		{ "a", "", 256, FALSE },
		{ "a", "", 257, TRUE },
		{ "a", "\t{", 0, TRUE },
		{ "a", "[1]", 0, TRUE },
		{ "a", "apiVersion: v1", 0, TRUE },
		{ "a", "one\ntwo", 0, TRUE },
		{ "a", "eyJhIjoxfQ==", 0, TRUE },
		{ "a", "H4sIAAAAAAAA", 0, TRUE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(annotations); i++) {
		g_autofree char *more = g_strnfill(annotations[i].more, 'a');
		g_autofree char *value = g_strconcat(annotations[i].value, more, NULL);

		g_test_message("%s: %s", annotations[i].name, value);
		g_assert_cmpint(kube_annotation_tells(annotations[i].name, value), ==,
				annotations[i].tells);
	}
}

/* An object in `depth` values, one in the other.  Caller owns. */
static GBytes *nested(gsize depth)
{
	g_autofree char *open = g_strnfill(depth - 2, '['), *close = g_strnfill(depth - 2, ']');
	char *text = g_strconcat("{\"a\":", open, "{\"" KEY "\":\"" SECRET "\"}", close, "}", NULL);

	return g_bytes_new_take(text, strlen(text));
}

/* However deep: the stack is ours, the depth is theirs. */
static void what_is_too_deep_is_refused(void)
{
	static const struct {
		gsize depth;
		gboolean taken;
	} depths[] = { { 2, TRUE },
		       { JSON_MAX_DEPTH, TRUE },
		       { JSON_MAX_DEPTH + 1, FALSE },
		       { 1000000, FALSE } };

	for (gsize i = 0; i < G_N_ELEMENTS(depths); i++) {
		g_autoptr(GBytes) in = nested(depths[i].depth);
		g_autoptr(GError) error = NULL;
		guint withheld = 0;
		g_autoptr(GBytes) out = kube_withhold(in, &withheld, &error);

		g_assert_cmpint(out != NULL, ==, depths[i].taken);
		if (depths[i].taken)
			g_assert_cmpuint(withheld, ==, 1);
		else
			g_assert_error(error, KUBE_ERROR, KUBE_ERROR_GARBLED);
	}
}

/* A document may end anywhere: either the value is gone, or nothing is kept. */
static void no_beginning_of_a_document_lets_a_value_out(void)
{
	const char *whole = rows[1].in;

	for (gsize size = 0; size <= strlen(whole); size++) {
		g_autofree char *copy = g_memdup2(whole, MAX(size, 1));
		g_autoptr(GBytes) in = g_bytes_new_static(copy, size);
		g_autoptr(GBytes) out = kube_withhold(in, NULL, NULL);

		if (out)
			g_assert_null(g_strstr_len(g_bytes_get_data(out, NULL),
						   (gssize)g_bytes_get_size(out), SECRET));
	}
}

#define ADD(name) g_test_add_func("/withhold/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(values_are_replaced_and_nothing_else);
	ADD(what_cannot_be_understood_is_refused);
	ADD(an_annotation_tells_by_its_name_its_form_or_its_length);
	ADD(what_is_too_deep_is_refused);
	ADD(no_beginning_of_a_document_lets_a_value_out);
	return g_test_run();
}
