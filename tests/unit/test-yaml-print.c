#include <kase/yaml.h>

#include <string.h>

static char *printed(const char *json)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_tree) tree = json_parse(json, -1, &error);

	g_assert_no_error(error);
	return yaml_print(tree);
}

static void strings_are_quoted_where_they_must_be(void)
{
	static const struct {
		const char *json, *yaml; /* a string, and how it stands after its key */
	} rows[] = {
		{ "a", "a" },
		{ "", "\"\"" },
		{ "a b", "a b" },
		{ "1", "\"1\"" },
		{ "-1", "\"-1\"" },
		{ "1.5", "\"1.5\"" },
		{ "1e3", "\"1e3\"" },
		{ ".5", "\".5\"" },
		{ "0x1f", "\"0x1f\"" },
		{ "0o17", "\"0o17\"" },
		{ "1_000", "\"1_000\"" },
		{ "1:30", "\"1:30\"" },
		{ "1.2.3", "1.2.3" },
		{ "10.0.0.1", "10.0.0.1" },
		{ "10Mi", "10Mi" },
		{ "true", "\"true\"" },
		{ "Yes", "\"Yes\"" },
		{ "no", "\"no\"" },
		{ "off", "\"off\"" },
		{ "y", "\"y\"" },
		{ "N", "\"N\"" },
		{ "null", "\"null\"" },
		{ "~", "\"~\"" },
		{ "~a", "~a" },
		{ "<<", "\"<<\"" },
		{ ".inf", "\".inf\"" },
		{ ".nan", "\".nan\"" },
		{ "2026-11-24", "\"2026-11-24\"" },
		{ "2026-11-24T08:13:00Z", "\"2026-11-24T08:13:00Z\"" },
		{ "2026-11-24 is a day", "2026-11-24 is a day" },
		{ " a", "' a'" },
		{ "a ", "'a '" },
		{ "a: b", "'a: b'" },
		{ "a:b", "a:b" },
		{ "a #b", "'a #b'" },
		{ "a#b", "a#b" },
		{ "- a", "'- a'" },
		{ "-a", "-a" },
		{ "? a", "'? a'" },
		{ "*a", "'*a'" },
		{ "&a", "'&a'" },
		{ "!a", "'!a'" },
		{ "%a", "'%a'" },
		{ "@a", "'@a'" },
		{ "`a", "'`a'" },
		{ "[a", "'[a'" },
		{ "{a", "'{a'" },
		{ "'a'", "'''a'''" },
		{ "\\\"a\\\"", "'\"a\"'" },
		{ "a'b", "a'b" },
		{ "---", "'---'" },
		{ "a\\tb", "\"a\\tb\"" },
		{ "a\\u001b[31m", "\"a\\e[31m\"" },
		{ "a\\u007f", "\"a\\x7F\"" },
		{ "a\\u009b", "\"a\\x9B\"" },
		{ "a\\u0085b", "\"a\\Nb\"" },
		{ "a\\u2028b", "\"a\\Lb\"" },
		{ "\\ufeffa", "\"\\uFEFFa\"" },
		{ "é 日本", "é 日本" },
		{ "a\\nb", "|-\n  a\n  b" },
		{ "a\\nb\\n", "|\n  a\n  b" },
		{ "a\\nb\\n\\n", "|+\n  a\n  b\n" },
		{ "a\\n\\nb", "|-\n  a\n\n  b" },
		{ "  a\\nb", "|2-\n    a\n  b" },
		{ "a \\nb", "\"a \\nb\"" },
		{ "a\\n\\u001bb", "\"a\\n\\eb\"" },
		{ "\\n", "|2+\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *json = g_strdup_printf("{\"a\":\"%s\"}", rows[i].json),
				*expected = g_strdup_printf("a: %s\n", rows[i].yaml),
				*yaml = printed(json);

		g_assert_cmpstr(yaml, ==, expected);
	}
}

static void trees_are_laid_out_as_kubectl_does(void)
{
	static const struct {
		const char *json, *yaml;
	} rows[] = {
		{ "{}", "{}\n" },
		{ "[]", "[]\n" },
		{ "\"a\"", "a\n" },
		{ "null", "null\n" },
		{ "{\"b\":{},\"a\":[],\"c\":null}", "a: []\nb: {}\nc: null\n" },
		{ "{\"a\":[\"x\",\"y\"]}", "a:\n- x\n- \"y\"\n" },
		{ "{\"a\":[{\"c\":1,\"b\":[2]}]}", "a:\n- b:\n  - 2\n  c: 1\n" },
		{ "{\"a\":[[1,2],[]]}", "a:\n- - 1\n  - 2\n- []\n" },
		{ "{\"a\":[0,-1,1.5,true,1e21,9223372036854775807,-0.0]}",
		  "a:\n- 0\n- -1\n- 1.5\n- true\n- 1e+21\n- 9223372036854775807\n- 0\n" },
		{ "{\"y\":1,\"\":2,\"1\":3,\"a: b\":4}",
		  "\"\": 2\n\"1\": 3\n'a: b': 4\n\"y\": 1\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *yaml = printed(rows[i].json);

		g_assert_cmpstr(yaml, ==, rows[i].yaml);
	}
}

static void keys_stand_in_kubectls_order(void)
{
	static const char *const keys[] = {
		"\"\"",   "-a",     "\"1\"", "\"2\"",
		"\"10\"", "A",      "Zb",    "a",
		"a-b",    "a.b",    "a/b",   "a2",
		"a10",    "aB",     "app",   "app.kubernetes.io/name",
		"app/x",  "b",      "k8s",   "pod",
		"podIP",  "podIPs",
	};
	g_autoptr(GString) json = g_string_new("{"), expected = g_string_new(NULL);
	g_autofree char *yaml = NULL;

	/* Last first, so that it is not their order in the tree that comes out. */
	for (gsize i = G_N_ELEMENTS(keys); i-- > 0;) {
		g_autofree char *bare = g_strdelimit(g_strdup(keys[i]), "\"", ' ');

		g_string_append_printf(json, "%s\"%s\":0", json->len > 1 ? "," : "",
				       g_strstrip(bare));
	}
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		g_string_append_printf(expected, "%s: 0\n", keys[i]);
	g_string_append(json, "}");
	yaml = printed(json->str);
	g_assert_cmpstr(yaml, ==, expected->str);
}

static char *fixture(const char *name)
{
	const char *top = g_getenv("top_srcdir");
	g_autofree char *path = g_build_filename(top ? top : ".", "tests/unit/yaml", name, NULL);
	g_autoptr(GError) error = NULL;
	char *data;

	g_file_get_contents(path, &data, NULL, &error);
	g_assert_no_error(error);
	return data;
}

/* The file beside it was printed by kubectl 1.32 of the same object. */
static void an_object_is_printed_byte_for_byte_as_by_kubectl(void)
{
	g_autofree char *json = fixture("pod.json"), *expected = fixture("pod.yaml"),
			*yaml = printed(json);

	g_assert_cmpstr(yaml, ==, expected);
}

static void what_is_printed_reads_back_the_same(void)
{
	g_autofree char *json = fixture("pod.json"), *yaml = printed(json), *again = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) documents = yaml_parse(yaml, strlen(yaml), &error);

	g_assert_no_error(error);
	g_assert_cmpuint(documents->len, ==, 1);
	again = yaml_print(documents->pdata[0]);
	g_assert_cmpstr(again, ==, yaml);
}

#define ROW(name)                          \
	{                                  \
		"/yaml-print/" #name, name \
	}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*test)(void);
	} tests[] = {
		ROW(strings_are_quoted_where_they_must_be),
		ROW(trees_are_laid_out_as_kubectl_does),
		ROW(keys_stand_in_kubectls_order),
		ROW(an_object_is_printed_byte_for_byte_as_by_kubectl),
		ROW(what_is_printed_reads_back_the_same),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].test);
	return g_test_run();
}
