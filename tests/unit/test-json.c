#include <kase/json.h>

#include <string.h>

static struct cJSON *tree_of(const char *text)
{
	g_autoptr(GError) error = NULL;
	struct cJSON *tree = json_parse(text, -1, &error);

	g_assert_no_error(error);
	return tree;
}

static void what_is_read_is_printed_in_one_line(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "{}", "{}" },
		{ " [ ] ", "[]" },
		{ "1", "1" },
		{ "\"a\"", "\"a\"" },
		{ "\t{ \"a\" : [ 1 , true, null ] }\r\n", "{\"a\":[1,true,null]}" },
		{ "\"a\\nb\\u001b\"", "\"a\\nb\\u001b\"" },
		{ "\"\\u007f\\u009b\\u2028\\u2029\"", "\"\\u007f\\u009b\\u2028\\u2029\"" },
		{ "\"\\u00e9\\ud83d\\ude00/\"", "\"é😀/\"" },
		{ "\"a\nb\"", "\"a\\nb\"" }, /* not JSON, and no reason to lose an object */
		{ "[0.1,1e21,-1.5]", "[0.1,1e+21,-1.5]" },
		{ "[9007199254740993,-9223372036854775808,9223372036854775807]",
		  "[9007199254740993,-9223372036854775808,9223372036854775807]" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(json_tree) tree = tree_of(rows[i].in);
		g_autofree char *line = json_print(tree);

		g_assert_cmpstr(line, ==, rows[i].out);
	}
}

static void what_is_no_json_is_refused_with_its_offset(void)
{
	static const struct {
		const char *text;
		gssize size;
		const char *message;
	} rows[] = {
		{ "", -1, "JSON ends early, at byte 0" },
		{ "  ", -1, "JSON ends early, at byte 2" },
		{ "{\"a\":1", -1, "JSON ends early, at byte 6" },
		{ "\"a", -1, "JSON ends early, at byte 2" },
		{ "\"a\\\"", -1, "JSON ends early, at byte 4" },
		{ "[}", -1, "a bracket or value is wrong at byte 1 of JSON" },
		{ "]", -1, "a bracket or value is wrong at byte 0 of JSON" },
		{ "{\"a\":1}x", -1, "something follows the value at byte 7 of JSON" },
		{ "1 2", -1, "something follows the value at byte 2 of JSON" },
		{ "[1,]", -1, "a value goes wrong at byte 3 of JSON" },
		{ "[\001]", -1, "a bracket or value is wrong at byte 1 of JSON" },
		{ "nul", -1, "a value goes wrong at byte 0 of JSON" },
		{ "[1]\0", 4, "a NUL stands at byte 3 of JSON" },
		{ "[1,\0002]", 6, "a NUL stands at byte 3 of JSON" },
		{ "\"a\0b\"", 5, "a NUL stands at byte 2 of JSON" },
		{ "\"\\ud800\"", -1, "a value goes wrong at byte 1 of JSON" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_null(json_parse(rows[i].text, rows[i].size, &error));
		g_assert_error(error, JSON_ERROR, JSON_ERROR_SYNTAX);
		g_assert_cmpstr(error->message, ==, rows[i].message);
	}
}

/* `depth` brackets, closed again. */
static char *nested(int depth)
{
	g_autofree char *open = g_strnfill(depth, '['), *close = g_strnfill(depth, ']');

	return g_strconcat(open, close, NULL);
}

static void nesting_ends_at_its_bound(void)
{
	g_autofree char *deep = nested(JSON_MAX_DEPTH), *deeper = nested(JSON_MAX_DEPTH + 1),
			*endless = g_strnfill(1000000, '[');
	g_autoptr(json_tree) tree = tree_of(deep);
	g_autoptr(GError) error = NULL;

	g_assert_cmpuint(json_count(tree), ==, 1);
	g_assert_null(json_parse(deeper, -1, &error));
	g_assert_error(error, JSON_ERROR, JSON_ERROR_TOO_DEEP);
	g_clear_error(&error);
	g_assert_null(json_parse(endless, -1, &error));
	g_assert_error(error, JSON_ERROR, JSON_ERROR_TOO_DEEP);
}

static void a_path_leads_through_objects(void)
{
	g_autoptr(json_tree) tree = tree_of(
		"{\"spec\":{\"replicas\":3,\"paused\":true,\"name\":\"a\",\"none\":null,"
		"\"list\":[1,2]},\"spe\":1,\"a.b\":1}");

	g_assert_cmpint(json_int(tree, "spec.replicas", -1), ==, 3);
	g_assert_cmpint(json_int(tree, "spec.name", -1), ==, -1);
	g_assert_cmpint(json_int(tree, "spec.replicas.more", -1), ==, -1);
	g_assert_cmpint(json_int(NULL, "spec", -1), ==, -1);
	g_assert_true(json_bool(tree, "spec.paused", FALSE));
	g_assert_true(json_bool(tree, "spec.replicas", TRUE));
	g_assert_cmpstr(json_string(tree, "spec.name"), ==, "a");
	g_assert_null(json_string(tree, "spec.paused"));
	g_assert_null(json_at(tree, "spec.none"));
	g_assert_null(json_at(tree, "spec."));
	g_assert_null(json_get(tree, "SPEC"));
	g_assert_nonnull(json_get(tree, "a.b"));
	g_assert_cmpuint(json_count(json_at(tree, "spec.list")), ==, 2);
}

static void elements_and_members_come_in_order(void)
{
	g_autoptr(json_tree) tree = tree_of("{\"b\":[true,\"x\",{}],\"a\":2}");
	const struct cJSON *first = json_first(tree), *element = json_first(first);

	g_assert_cmpstr(json_key(first), ==, "b");
	g_assert_cmpstr(json_key(json_next(first)), ==, "a");
	g_assert_null(json_next(json_next(first)));
	g_assert_true(json_is_true(element));
	g_assert_null(json_key(element));
	g_assert_cmpstr(json_text(json_next(element)), ==, "x");
	g_assert_null(json_first(NULL));
	g_assert_null(json_key(NULL));
	g_assert_cmpuint(json_count(NULL), ==, 0);
}

static void an_element_is_found_by_what_it_says(void)
{
	g_autoptr(json_tree) list = json_parse("[{}, 1, {\"a\": {\"b\": \"x\"}, \"n\": 1},"
					       " {\"a\": {\"b\": \"x\"}, \"n\": 2}, {\"a\": 3}]",
					       -1, NULL);

	g_assert_cmpint(json_int(json_find(list, "a.b", "x"), "n", 0), ==, 1);
	g_assert_null(json_find(list, "a.b", "y"));
	g_assert_null(json_find(list, "a.b", NULL));
	g_assert_null(json_find(NULL, "a.b", "x"));
}

static void types_are_told_apart(void)
{
	static const enum json_type types[] = { JSON_NULL,   JSON_BOOL,   JSON_BOOL,  JSON_NUMBER,
						JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };
	g_autoptr(json_tree) tree = tree_of("[null,true,false,1,9007199254740993,\"\",[],{}]");
	gsize i = 0;

	for (const struct cJSON *n = json_first(tree); n; n = json_next(n))
		g_assert_cmpint(json_type(n), ==, types[i++]);
	g_assert_cmpuint(i, ==, G_N_ELEMENTS(types));
	g_assert_cmpint(json_type(NULL), ==, JSON_NONE);
}

static void an_escaped_nul_hides_nothing(void)
{
	g_autoptr(json_tree) tree = tree_of("{\"a\\u0000b\":\"c\\u0000d\\\\u0000\"}");

	g_assert_cmpstr(json_string(tree, "a\xef\xbf\xbd"
					  "b"),
			==,
			"c\xef\xbf\xbd"
			"d\\u0000");
}

static void bytes_that_are_no_utf8_become_the_replacement(void)
{
	g_autoptr(json_tree) read = tree_of("[\"a\xff\xc0\x80\"]"), made = json_new_object();
	g_autofree char *line = NULL;

	g_assert_cmpstr(json_text(json_first(read)), ==, "a\uFFFD\uFFFD\uFFFD");
	json_set_string(made, "a", "\x80z");
	line = json_print(made);
	g_assert_cmpstr(line, ==, "{\"a\":\"\uFFFDz\"}");
}

static void integers_come_back_exactly(void)
{
	static const gint64 values[] = {
		0,
		-1,
		999999999999999,
		1000000000000000,
		9007199254740993,
		1764000000123456789,
		G_MAXINT64,
		G_MININT64,
		G_MININT64 + 1,
	};

	for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
		g_autoptr(json_tree) made = json_new_object(), read = NULL;
		g_autofree char *line = NULL,
				*expected = g_strdup_printf(
					"{\"first\":0.5,\"n\":%" G_GINT64_FORMAT "}", values[i]);

		json_set_take(made, "first", json_new_number(0.5));
		json_set_int(made, "n", values[i]);
		line = json_print(made);
		g_assert_cmpstr(line, ==, expected);
		read = tree_of(line);
		g_assert_cmpint(json_int(made, "n", 7), ==, values[i]);
		g_assert_cmpint(json_int(read, "n", 7), ==, values[i]);
		g_assert_cmpfloat(json_number(json_get(read, "n")), ==, (double)values[i]);
	}
}

static void long_integers_are_found_wherever_they_stand(void)
{
	g_autoptr(json_tree) tree = tree_of(
		"{\"1234567890123456789\":[{\"a\":\"9007199254740993\",\"b\":[[]]},"
		"9007199254740993,1.5],\"c\":{\"d\":9007199254740995},\"e\":-9007199254740997}");
	g_autofree char *line = json_print(tree);

	g_assert_cmpint(json_int(tree, "c.d", 0), ==, 9007199254740995);
	g_assert_cmpint(json_int(tree, "e", 0), ==, -9007199254740997);
	g_assert_nonnull(strstr(line, "]]},9007199254740993,1.5]"));
}

static void numbers_beyond_are_held_at_the_ends(void)
{
	g_autoptr(json_tree)
		tree = tree_of("{\"a\":1e300,\"b\":-1e300,\"c\":12345678901234567890,\"d\":2.9}");

	g_assert_cmpint(json_int(tree, "a", 0), ==, G_MAXINT64);
	g_assert_cmpint(json_int(tree, "b", 0), ==, G_MININT64);
	g_assert_cmpint(json_int(tree, "c", 0), ==, G_MAXINT64);
	g_assert_cmpint(json_int(tree, "d", 0), ==, 2);
}

static void members_keep_the_order_in_which_they_were_set(void)
{
	g_autoptr(json_tree) made = json_new_object(), copy = NULL;
	struct cJSON *list = json_new_array();
	g_autofree char *line = NULL, *again = NULL;

	json_set_string(made, "z", "1");
	json_set_string(made, "none", NULL);
	json_set_bool(made, "y", TRUE);
	json_set_null(made, "x");
	json_add_string(list, "a");
	json_add_string(list, NULL);
	json_add_take(list, json_new_int(5));
	json_set_take(made, "w", list);
	json_append_take(made, "v", json_new_null());
	json_set_string(made, "z", "2");
	line = json_print(made);
	g_assert_cmpstr(line, ==, "{\"z\":\"2\",\"y\":true,\"x\":null,\"w\":[\"a\",5],\"v\":null}");
	copy = json_copy(made);
	again = json_print(copy);
	g_assert_cmpstr(again, ==, line);
	g_assert_null(json_copy(NULL));
}

static void a_tree_that_is_not_there_prints_as_null(void)
{
	g_autofree char *line = json_print(NULL);

	g_assert_cmpstr(line, ==, "null");
	json_free(NULL);
}

#define ROW(name)                    \
	{                            \
		"/json/" #name, name \
	}

static void trees_of_a_scratch_go_with_it(void)
{
	g_autoptr(GString) long_list = g_string_new("[");
	struct cJSON *before = json_parse("{\"kept\": [1, 2, 3]}", -1, NULL);

	for (guint i = 0; i < 20000; i++)
		g_string_append_printf(long_list, "%s\"element %u\"", i ? "," : "", i);
	g_string_append_c(long_list, ']');
	for (guint round = 0; round < 3; round++) {
		struct cJSON *tree, *small;
		g_autofree char *printed = NULL;

		json_scratch_begin();
		tree = json_parse(long_list->str, -1, NULL);
		small = json_parse("{\"n\": 9007199254740993}", -1, NULL);
		g_assert_cmpuint(json_count(tree), ==, 20000);
		g_assert_cmpint(json_int(small, "n", 0), ==, G_GINT64_CONSTANT(9007199254740993));
		printed = json_print(small);
		json_free(small); /* may be, need not be */
		if (round == 1)
			g_clear_pointer(&before, json_free); /* made outside */
		json_scratch_end();
		g_assert_cmpstr(printed, ==, "{\"n\":9007199254740993}");
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*test)(void);
	} tests[] = {
		ROW(what_is_read_is_printed_in_one_line),
		ROW(what_is_no_json_is_refused_with_its_offset),
		ROW(nesting_ends_at_its_bound),
		ROW(a_path_leads_through_objects),
		ROW(elements_and_members_come_in_order),
		ROW(an_element_is_found_by_what_it_says),
		ROW(types_are_told_apart),
		ROW(an_escaped_nul_hides_nothing),
		ROW(bytes_that_are_no_utf8_become_the_replacement),
		ROW(integers_come_back_exactly),
		ROW(long_integers_are_found_wherever_they_stand),
		ROW(numbers_beyond_are_held_at_the_ends),
		ROW(members_keep_the_order_in_which_they_were_set),
		ROW(a_tree_that_is_not_there_prints_as_null),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].test);
	g_test_add_func("/json/trees_of_a_scratch_go_with_it", trees_of_a_scratch_go_with_it);
	return g_test_run();
}
