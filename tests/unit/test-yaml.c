#include <kase/yaml.h>

#include <string.h>

/* The documents of a stream, each as one line of JSON. */
static char *lines_of(const char *data, gsize size, GError **error)
{
	g_autoptr(GPtrArray) documents = yaml_parse(data, size, error);
	GString *out = g_string_new(NULL);

	for (guint i = 0; documents && i < documents->len; i++) {
		g_autofree char *line = json_print(documents->pdata[i]);

		g_string_append_printf(out, "%s\n", line);
	}
	return g_string_free(out, FALSE);
}

static void documents_become_trees(void)
{
	static const struct {
		const char *yaml, *json;
	} rows[] = {
		{ "", "" },
		{ "# only a comment\n", "" },
		{ "---\n---\n", "" },
		{ "a: 1\n", "{\"a\":1}\n" },
		{ "---\na: 1\n---\n# nothing\n---\nb: 2\n...\n", "{\"a\":1}\n{\"b\":2}\n" },
		{ "- a\n- - b\n  - c: d\n- []\n- {}\n", "[\"a\",[\"b\",{\"c\":\"d\"}],[],{}]\n" },
		{ "a:\n- x\n- y\nb:\n  c: d\n", "{\"a\":[\"x\",\"y\"],\"b\":{\"c\":\"d\"}}\n" },
		{ "a: |\n  one\n  two\nb: >-\n  one\n  two\nc: |+\n  x\n\n",
		  "{\"a\":\"one\\ntwo\\n\",\"b\":\"one two\",\"c\":\"x\\n\\n\"}\n" },
		{ "{\"a\": [1, \"x\", null, true]}", "{\"a\":[1,\"x\",null,true]}\n" },
		{ "{\"a\": \"\\u007f\"}", "{\"a\":\"\\u007f\"}\n" },
		{ "{a: 1, b: [x, y]}\n", "{\"a\":1,\"b\":[\"x\",\"y\"]}\n" },
		{ "{\"a\": 1}\n---\n{\"a\": 2}\n", "{\"a\":1}\n{\"a\":2}\n" },
		{ "a: 1\nb: 2\na: 3\n", "{\"a\":3,\"b\":2}\n" },
		{ "1: a\ntrue: b\nnull: c\n", "{\"1\":\"a\",\"true\":\"b\",\"null\":\"c\"}\n" },
		{ "a: &x [1, 2]\nb: *x\n", "{\"a\":[1,2],\"b\":[1,2]}\n" },
		{ "a: &x 1\na: 2\nb: *x\n", "{\"a\":2,\"b\":1}\n" },
		{ "&k a: 1\nb: *k\n*k : 3\n", "{\"a\":3,\"b\":\"a\"}\n" },
		{ "a: &x 1\nb: &x 2\nc: *x\n", "{\"a\":1,\"b\":2,\"c\":2}\n" },
		{ "<<: {a: 1}\n", "{\"<<\":{\"a\":1}}\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *lines = lines_of(rows[i].yaml, strlen(rows[i].yaml), &error);

		g_assert_no_error(error);
		g_assert_cmpstr(lines, ==, rows[i].json);
	}
}

static void scalars_mean_what_kubernetes_takes_them_for(void)
{
	static const struct {
		const char *scalar, *json;
	} rows[] = {
		{ "", "null" },
		{ "~", "null" },
		{ "null", "null" },
		{ "NULL", "null" },
		{ "true", "true" },
		{ "False", "false" },
		/* Booleans of YAML 1.1 stay what was typed. */
		{ "yes", "\"yes\"" },
		{ "No", "\"No\"" },
		{ "on", "\"on\"" },
		{ "y", "\"y\"" },
		{ "0", "0" },
		{ "-12", "-12" },
		{ "+12", "12" },
		{ "0644", "420" },
		{ "0o17", "15" },
		{ "0x1F", "31" },
		{ "-0x1F", "-31" },
		{ "0b101", "5" },
		{ "089", "89" },
		{ "9223372036854775807", "9223372036854775807" },
		{ "-9223372036854775808", "-9223372036854775808" },
		{ "1.5", "1.5" },
		{ ".5", "0.5" },
		{ "5.", "5" },
		{ "1e3", "1000" },
		{ "-1.5E-2", "-0.015" },
		{ "12345678901234567890", "1.2345678901234567e+19" },
		{ ".inf", "\".inf\"" },
		{ ".nan", "\".nan\"" },
		{ "1e999", "\"1e999\"" },
		{ "1_000", "\"1_000\"" },
		{ "1:30", "\"1:30\"" },
		{ "2026-11-24", "\"2026-11-24\"" },
		{ "2026-11-24T08:13:00Z", "\"2026-11-24T08:13:00Z\"" },
		{ "0x", "\"0x\"" },
		{ "--", "\"--\"" },
		{ "1-2", "\"1-2\"" },
		{ "e3", "\"e3\"" },
		{ ".", "\".\"" },
		{ "+-1", "\"+-1\"" },
		{ "0x-1", "\"0x-1\"" },
		{ "1.2.3", "\"1.2.3\"" },
		/* With quotes nothing but a string. */
		{ "\"1\"", "\"1\"" },
		{ "'true'", "\"true\"" },
		{ "\"\"", "\"\"" },
		{ "\"a\\x41\\u00e9\\n\"", "\"aAé\\n\"" },
		{ "\"a\\0b\"", "\"a\uFFFDb\"" },
		{ "!!str 1", "\"1\"" },
		{ "! 1", "\"1\"" },
		{ "!!int 1", "1" },
		{ "!other x", "\"x\"" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *yaml = g_strdup_printf("a: %s\n", rows[i].scalar),
				*expected = g_strdup_printf("{\"a\":%s}\n", rows[i].json);
		g_autoptr(GError) error = NULL;
		g_autofree char *lines = lines_of(yaml, strlen(yaml), &error);

		g_test_message("%s", rows[i].scalar);
		g_assert_no_error(error);
		g_assert_cmpstr(lines, ==, expected);
	}
}

static void what_is_no_yaml_is_refused_with_its_place(void)
{
	static const struct {
		const char *yaml;
		gssize size;
		enum yaml_error code;
		const char *message; /* its beginning and its end */
		const char *place;
	} rows[] = {
		{ "a: 'x", -1, YAML_ERROR_SYNTAX, "YAML: found unexpected end of stream",
		  "line 1, column 6" },
		{ "a: [1, 2\nb: 1\n", -1, YAML_ERROR_SYNTAX, "YAML: did not find expected",
		  "line 2, column 2" },
		{ "a: 1\n\tb: 2\n", -1, YAML_ERROR_SYNTAX, "YAML: ", "line 2, column 1" },
		{ "a: 1\n b: 2\n", -1, YAML_ERROR_SYNTAX, "YAML: ", "line 2, column 3" },
		{ "a: *none\n", -1, YAML_ERROR_SYNTAX, "YAML: an alias names no finished anchor",
		  "line 1, column 4" },
		{ "a: &x [*x]\n", -1, YAML_ERROR_SYNTAX, "YAML: an alias names no finished anchor",
		  "line 1, column 8" },
		{ "a: &x 1\n---\nb: *x\n", -1, YAML_ERROR_SYNTAX,
		  "YAML: an alias names no finished anchor", "line 3, column 4" },
		{ "a: 1\n? [x]\n: 1\n", -1, YAML_ERROR_SYNTAX, "YAML: a key is no string",
		  "line 2, column 3" },
		{ "a: &x [1]\n*x : 2\n", -1, YAML_ERROR_SYNTAX, "YAML: a key is no string",
		  "line 2, column 1" },
		{ "a: 1\nb: \xff\n", -1, YAML_ERROR_SYNTAX, "YAML: invalid leading UTF-8 octet",
		  "" },
		{ "a: \001\n", -1, YAML_ERROR_SYNTAX, "YAML: control characters are not allowed",
		  "" },
		{ "a: x\0y\n", 7, YAML_ERROR_SYNTAX, "YAML: control characters are not allowed",
		  "" },
		{ "%FOO\n", -1, YAML_ERROR_SYNTAX, "YAML: ", "" },
		{ "a: !x!y z\n", -1, YAML_ERROR_SYNTAX, "YAML: found undefined tag handle", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		gsize size = rows[i].size < 0 ? strlen(rows[i].yaml) : (gsize)rows[i].size;

		g_assert_null(yaml_parse(rows[i].yaml, size, &error));
		g_assert_error(error, YAML_ERROR, (int)rows[i].code);
		g_test_message("%s", error->message);
		g_assert_true(g_str_has_prefix(error->message, rows[i].message));
		g_assert_true(g_str_has_suffix(error->message, rows[i].place));
		g_assert_nonnull(strstr(error->message, " at line "));
	}
}

static void expect_too_large(const char *yaml)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(yaml_parse(yaml, strlen(yaml), &error));
	g_assert_error(error, YAML_ERROR, YAML_ERROR_TOO_LARGE);
}

static void nesting_ends_at_its_bound(void)
{
	g_autofree char *flow = g_strnfill(100000, '['), *block = NULL;
	g_autoptr(GString) dashes = g_string_new(NULL);

	expect_too_large(flow);
	for (int i = 0; i < 1000; i++)
		g_string_append(dashes, "- ");
	block = g_strconcat(dashes->str, "a\n", NULL);
	expect_too_large(block);
}

static void aliases_do_not_grow_without_bound(void)
{
	g_autoptr(GString) laughs = g_string_new("a: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
	g_autoptr(GString) tower = g_string_new("a: &a0 [x]\n");

	for (int i = 1; i < 12; i++)
		g_string_append_printf(
			laughs, "b%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i,
			i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
	expect_too_large(laughs->str);
	for (int i = 1; i < JSON_MAX_DEPTH + 10; i++)
		g_string_append_printf(tower, "b%d: &a%d [*a%d]\n", i, i, i - 1);
	expect_too_large(tower->str);
}

static void one_long_text_is_not_copied_without_bound(void)
{
	g_autofree char *text = g_strnfill(1024 * 1024, 'x');
	g_autoptr(GString) yaml = g_string_new(NULL);

	g_string_append_printf(yaml, "- &a %s\n", text);
	for (int i = 0; i < 100; i++)
		g_string_append(yaml, "- *a\n");
	expect_too_large(yaml->str);
	g_string_printf(yaml, "- &a %s\n", text);
	for (int i = 0; i < 100; i++)
		g_string_append(yaml, "- *a : 1\n");
	expect_too_large(yaml->str);
}

static void what_readers_take_differently_is_refused_where_it_must_be_plain(void)
{
	static const struct {
		const char *text;
		gboolean plain;
	} rows[] = {
		{ "a: 1\nb: {c: 2}\n---\na: 1\n", TRUE },
		{ "a: &x [1]\nb: *x\n", TRUE },
		{ "a: !!str 1\nb: !!map {c: ! 2}\n", TRUE },
		{ "- {a: 1}\n- {a: 2}\n", TRUE },
		{ "a: 1\nb: 2\na: 1\n", FALSE },
		{ "b:\n- {a: 1, \"a\": 2}\n", FALSE },
		{ "{\"a\": 1, \"a\": 2}", FALSE },
		{ "b: &x {a: 1}\nc:\n  <<: *x\n", FALSE },
		{ "a: !!binary U2VjcmV0\n", FALSE },
		{ "!!binary a: 1\n", FALSE },
		{ "a: !!set {b}\n", FALSE },
		{ "a: !mine [1]\n", FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray)
			plain = yaml_parse_plain(rows[i].text, strlen(rows[i].text), &error);
		g_autoptr(GPtrArray) any = yaml_parse(rows[i].text, strlen(rows[i].text), NULL);

		g_test_message("%s", rows[i].text);
		g_assert_nonnull(any);
		if (rows[i].plain)
			g_assert_no_error(error);
		else
			g_assert_error(error, YAML_ERROR, YAML_ERROR_AMBIGUOUS);
		g_assert_cmpint(plain != NULL, ==, rows[i].plain);
	}
}

static void every_cut_of_a_stream_is_read_or_refused(void)
{
	static const char yaml[] =
		"a: &x [1, {b: 'c'}, \"d\\n\"]\nb: *x\n---\n- |\n  text\n  more\n- ? k\n  : v\n";

	for (gsize size = 0; size < sizeof(yaml); size++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *part = g_memdup2(yaml, size);
		g_autoptr(GPtrArray) documents = yaml_parse(part ? part : "", size, &error);

		g_assert_true((documents != NULL) != (error != NULL));
	}
}

#define ROW(name)                    \
	{                            \
		"/yaml/" #name, name \
	}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*test)(void);
	} tests[] = {
		ROW(documents_become_trees),
		ROW(scalars_mean_what_kubernetes_takes_them_for),
		ROW(what_is_no_yaml_is_refused_with_its_place),
		ROW(nesting_ends_at_its_bound),
		ROW(aliases_do_not_grow_without_bound),
		ROW(one_long_text_is_not_copied_without_bound),
		ROW(what_readers_take_differently_is_refused_where_it_must_be_plain),
		ROW(every_cut_of_a_stream_is_read_or_refused),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].test);
	return g_test_run();
}
