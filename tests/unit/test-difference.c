#include <kase/describe.h>

#include <stdio.h>
#include <string.h>

static char *difference(const char *before, const char *after)
{
	g_autoptr(json_tree) old = json_parse(before, -1, NULL);
	g_autoptr(json_tree) new = json_parse(after, -1, NULL);
	g_autoptr(GPtrArray) lines = describe_difference(old, new);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(out, "%s\n",
				       ((const struct describe_line *)lines->pdata[i])->text);
	return g_string_free(out, FALSE);
}

static void what_differs_stands_with_what_is_near(void)
{
	static const struct {
		const char *before, *after, *text;
	} rows[] = {
		{ "{\"a\": 1}", "{\"a\": 1}", "nothing else differs\n" },
		{ "{\"a\": 1}", "{\"a\": 2}", "- a: 1\n+ a: 2\n" },
		{ "{\"a\": 1}", "{\"a\": 1, \"b\": 2}", "  a: 1\n+ b: 2\n" },
		{ "{\"a\": 1, \"b\": 2}", "{\"b\": 2}", "- a: 1\n  b: 2\n" },
		{ "{}", "{\"a\": 1}", "+ a: 1\n" },
		{ "{\"a\": 1}", "{}", "- a: 1\n" },
		{ "7", "[]", "nothing else differs\n" },
		{ "{\"a\": 1}", "{\"kind\": \"Pod\", \"apiVersion\": \"v1\", \"a\": 1}",
		  "nothing else differs\n" },
		{ "{\"apiVersion\": \"v1\"}", "{\"apiVersion\": \"v2\"}",
		  "- apiVersion: v1\n+ apiVersion: v2\n" },
		{ "{\"a\": {\"b\": 1}}", "{\"a\": {\"b\": 1, \"kind\": \"x\"}}",
		  "  a:\n    b: 1\n+   kind: x\n" },
		{ "{\"metadata\": {\"resourceVersion\": \"1\", \"name\": \"old\"}}",
		  "{\"metadata\": {\"resourceVersion\": \"2\", \"name\": \"old\"}}",
		  "… resourceVersion 1, now 2\nnothing else differs\n" },
		{ "{\"metadata\": {\"managedFields\": [{\"a\": 1}], \"name\": \"old\"}}",
		  "{\"metadata\": {\"managedFields\": [{\"a\": 2}], \"name\": \"new\"}}",
		  "… managedFields differ: y shows them\n  metadata:\n-   name: old\n+   name: "
		  "new\n" },
		{ "{\"spec\": {\"resourceVersion\": \"1\"}}",
		  "{\"spec\": {\"resourceVersion\": \"2\"}}",
		  "  spec:\n-   resourceVersion: \"1\"\n+   resourceVersion: \"2\"\n" },
		{ "{\"a\": [1,2,3,4,5,6,7,8,9], \"b\": {\"c\": {\"k\": 1, \"l\": 1, \"m\": 1,"
		  " \"mm\": 1, \"o\": 1}}}",
		  "{\"a\": [1,2,3,4,5,6,7,8,9], \"b\": {\"c\": {\"k\": 1, \"l\": 1, \"m\": 1,"
		  " \"mm\": 1, \"o\": 2}}}",
		  "… 13 lines the same, then in b › c\n      l: 1\n      m: 1\n      mm: 1\n-     "
		  "o: 1\n"
		  "+     o: 2\n" },
		{ "{\"a\": 1, \"b\": 1, \"c\": 1, \"d\": 1, \"e\": 1}",
		  "{\"a\": 2, \"b\": 1, \"c\": 1, \"d\": 1, \"e\": 1}",
		  "- a: 1\n+ a: 2\n  b: 1\n  c: 1\n  d: 1\n… 1 line the same\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = difference(rows[i].before, rows[i].after);

		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

/* --- any two ------------------------------------------------------------------------------------- */

/* Numbers in lines of a list: what one may do to them is all that can differ. */
static char *some_json(GRand *random, int lines, int values)
{
	GString *out = g_string_new("{\"a\": [");

	for (int i = 0; i < lines; i++)
		g_string_append_printf(out, "%s%d", i ? "," : "",
				       g_rand_int_range(random, 0, values));
	g_string_append(out, "]}");
	return g_string_free(out, FALSE);
}

/* What is told of one side: its own lines and those of both.  Folded ones are counted. */
static int side_lines(const GPtrArray *lines, enum describe_mark own, int *differ)
{
	int n = 0, folded;

	for (guint i = 0; i < lines->len; i++) {
		const struct describe_line *line = lines->pdata[i];

		n += line->mark == own || line->mark == DESCRIBE_PLAIN;
		*differ += line->mark == own;
		if (line->mark == DESCRIBE_FOLDED && sscanf(line->text, "… %d", &folded) == 1)
			n += folded;
	}
	return n;
}

static int lines_of(const char *json)
{
	int n = 2;

	for (; *json; json++)
		n += *json == ',';
	return n;
}

static void each_line_of_both_is_told_once(void)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(7);

	for (int n = 0; n < 300; n++) {
		g_autofree char *before = some_json(random, g_rand_int_range(random, 1, 60), 4);
		g_autofree char *after = some_json(random, g_rand_int_range(random, 1, 60), 4);
		g_autoptr(json_tree) old = json_parse(before, -1, NULL);
		g_autoptr(json_tree) new = json_parse(after, -1, NULL);
		g_autoptr(GPtrArray) lines = describe_difference(old, new);
		int taken = 0, added = 0;

		if (g_str_equal(before, after))
			continue;
		g_assert_cmpint(side_lines(lines, DESCRIBE_TAKEN, &taken), ==, lines_of(before));
		g_assert_cmpint(side_lines(lines, DESCRIBE_ADDED, &added), ==, lines_of(after));
		g_assert_cmpint(added - taken, ==, lines_of(after) - lines_of(before));
	}
}

/* Beyond what is searched for, all is told as replaced; nothing takes time by the square of a large object. */
static void objects_that_have_nothing_in_common_are_told_as_replaced(void)
{
	GString *before = g_string_new("{\"a\": [1"), *after = g_string_new("{\"a\": [2");
	g_autofree char *text = NULL;
	g_auto(GStrv) lines = NULL;

	for (int i = 0; i < 20000; i++) {
		g_string_append_printf(before, ",\"x%d\"", i);
		g_string_append_printf(after, ",\"y%d\"", i);
	}
	g_string_append(before, "]}");
	g_string_append(after, "]}");
	text = difference(before->str, after->str);
	lines = g_strsplit(text, "\n", -1);
	g_assert_cmpint(g_strv_length(lines), ==, 1 + 2 * 20001 + 1);
	g_assert_cmpstr(lines[1], ==, "- - 1");
	g_assert_cmpstr(lines[20002], ==, "+ - 2");
	g_string_free(before, TRUE);
	g_string_free(after, TRUE);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/difference/" #name, name }
		TEST(what_differs_stands_with_what_is_near),
		TEST(each_line_of_both_is_told_once),
		TEST(objects_that_have_nothing_in_common_are_told_as_replaced),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
