#include <kase/json.h>

#include <string.h>

/* What the scanner finds, elements with a bar between. */
static char *elements_of(const char *data, gsize size, GError **error)
{
	g_autoptr(GArray) slices = g_array_new(FALSE, FALSE, sizeof(struct json_slice));
	GString *out = g_string_new(NULL);

	json_scan_array(data, size, "items", slices, error);
	for (guint i = 0; i < slices->len; i++) {
		struct json_slice s = g_array_index(slices, struct json_slice, i);

		g_assert_cmpuint(s.offset + s.length, <=, size);
		g_string_append_len(out, data + s.offset, s.length);
		g_string_append_c(out, '|');
	}
	return g_string_free(out, FALSE);
}

static void elements_are_found_where_they_stand(void)
{
	static const struct {
		const char *data, *elements;
	} rows[] = {
		{ "{}", "" },
		{ "{\"items\":null}", "" },
		{ "{\"items\":[]}", "" },
		{ "{\"items\": [ ] , \"a\" : 1 } ", "" },
		{ "{\"other\":[1,2]}", "" },
		{ "{\"a\":{\"items\":[1]},\"items\":[2]}", "2|" },
		{ "{\"items\":[{\"a\":1},{\"b\":[2,{}]}],\"z\":[]}", "{\"a\":1}|{\"b\":[2,{}]}|" },
		{ "{\n \"items\" : [\n  {\"a\": \"]}\"} ,\n  \"x\" \n]\n}\n",
		  "{\"a\": \"]}\"}|\"x\"|" },
		{ "{\"items\":[\"\\\"\",\"\\\\\",\"a\\\\\\\"]\"]}",
		  "\"\\\"\"|\"\\\\\"|\"a\\\\\\\"]\"|" },
		{ "{\"items\":[1,true,null,-1.5e3]}", "1|true|null|-1.5e3|" },
		{ "{\"it\\u0065ms\":[1]}", "1|" },
		{ "{\"items\":[1],\"items\":[2]}", "1|" },
		{ "{\"items\":[\"a quote \\\" far on \\\" in a string of many words\"]}",
		  "\"a quote \\\" far on \\\" in a string of many words\"|" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *found = elements_of(rows[i].data, strlen(rows[i].data), &error);

		g_assert_no_error(error);
		g_assert_cmpstr(found, ==, rows[i].elements);
	}
}

static void what_goes_wrong_is_named_and_what_was_before_kept(void)
{
	static const struct {
		const char *data, *elements, *message;
	} rows[] = {
		{ "", "", "JSON ends early, at byte 0" },
		{ "[1]", "", "no object begins at byte 0 of JSON" },
		{ "{\"items\":5}", "", "a list goes wrong at byte 9 of JSON" },
		{ "{\"items\":nul}", "", "a list goes wrong at byte 9 of JSON" },
		{ "{\"items\":[{\"a\":1},{\"b\":", "{\"a\":1}|", "JSON ends early, at byte 23" },
		{ "{\"items\":[1,2", "1|", "JSON ends early, at byte 13" },
		{ "{\"items\":[1,2]", "1|2|", "JSON ends early, at byte 14" },
		{ "{\"items\":[1 2]}", "1|", "a list goes wrong at byte 12 of JSON" },
		{ "{\"items\":[1,]}", "1|", "a list goes wrong at byte 12 of JSON" },
		{ "{\"items\":[{]}]}", "", "a list goes wrong at byte 11 of JSON" },
		{ "{\"items\":[1]}{", "1|", "something follows the object at byte 13 of JSON" },
		{ "{\"items\" [1]}", "", "an object goes wrong at byte 9 of JSON" },
		{ "{,\"items\":[1]}", "", "an object goes wrong at byte 1 of JSON" },
		{ "{\"a\":1 \"items\":[1]}", "", "an object goes wrong at byte 7 of JSON" },
		{ "{\"a", "", "JSON ends early, at byte 3" },
		{ "{\"a\\", "", "JSON ends early, at byte 4" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *found = elements_of(rows[i].data, strlen(rows[i].data), &error);

		g_assert_error(error, JSON_ERROR, JSON_ERROR_SYNTAX);
		g_assert_cmpstr(error->message, ==, rows[i].message);
		g_assert_cmpstr(found, ==, rows[i].elements);
	}
}

static void no_cut_of_a_page_reads_past_its_end(void)
{
	static const char page[] = "{\"kind\":\"PodList\",\"metadata\":{\"continue\":\"a\\\"b\"},"
				   "\"items\":[{\"a\":\"\\\\\"},[1,2.5],null,\"\\u0041\"]}";

	for (gsize size = 0; size < sizeof(page) - 1; size++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *part = g_memdup2(
			page, size); /* on the heap, where a sanitizer sees it */
		g_autofree char *found = elements_of(part, size, &error);

		g_assert_nonnull(found);
		g_assert_error(error, JSON_ERROR, JSON_ERROR_SYNTAX);
	}
}

static void nesting_ends_at_its_bound(void)
{
	static const struct {
		gsize depth;
		gboolean whole;
	} rows[] = {
		{ JSON_MAX_DEPTH + 1, TRUE }, /* too deep for a tree */
		{ JSON_SCAN_DEPTH, TRUE },
		{ JSON_SCAN_DEPTH + 1, FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *open = g_strnfill(rows[i].depth, '['),
				*close = g_strnfill(rows[i].depth, ']');
		g_autofree char *page = g_strconcat("{\"items\":[1,", open, close, ",2]}", NULL);
		g_autofree char *all = g_strconcat("1|", open, close, "|2|", NULL);
		g_autoptr(GError) error = NULL;
		g_autofree char *found = elements_of(page, strlen(page), &error);

		g_assert_cmpstr(found, ==, rows[i].whole ? all : "1|");
		if (rows[i].whole)
			g_assert_no_error(error);
		else
			g_assert_error(error, JSON_ERROR, JSON_ERROR_TOO_DEEP);
	}
}

static void a_member_is_found_by_its_path(void)
{
	static const struct {
		const char *data, *path, *value; /* NULL: not there */
	} rows[] = {
		{ "{\"a\":1}", "a", "1" },
		{ "{\"a\":{\"b\":{\"c\":\"x\"}}}", "a.b.c", "\"x\"" },
		{ "{\"a\":{\"b\":{\"c\":\"x\"}}}", "a.b", "{\"c\":\"x\"}" },
		{ "{\"b\":[{\"a\":1}],\"a\":[ ]}", "a", "[ ]" },
		{ "{\"a\":null}", "a", "null" },
		{ "{\"\\u0061\":1}", "a", "1" },
		{ "{\"a\":1}", "b", NULL },
		{ "{\"a\":1}", "a.b", NULL },
		{ "[1]", "a", NULL },
		{ "", "a", NULL },
		/* The beginning of a document that is still coming. */
		{ "{\"a\":12", "a", NULL },
		{ "{\"a\":12,", "a", "12" },
		{ "{\"a\":tru", "a", NULL },
		{ "{\"a\":\"x", "a", NULL },
		{ "{\"a\":\"x\"", "a", "\"x\"" },
		{ "{\"a\":", "a", NULL },
		{ "{\"a\":{\"b\":1},\"items\":[{\"x", "a.b", "1" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct json_slice slice;
		gboolean found = json_scan_member(rows[i].data, strlen(rows[i].data), rows[i].path,
						  &slice);
		g_autofree char *value = found ? g_strndup(rows[i].data + slice.offset,
							   slice.length)
					       : NULL;

		g_test_message("%s of %s", rows[i].path, rows[i].data);
		g_assert_cmpstr(value, ==, rows[i].value);
	}
}

static void a_string_in_a_slice_is_unescaped(void)
{
	static const struct {
		const char *slice, *string; /* NULL: none */
	} rows[] = {
		{ "\"\"", "" }, { "\"a\\\"\\n\\u00e9\"", "a\"\né" },
		{ "1", NULL },  { "null", NULL },
		{ "{}", NULL }, { "\"\\x\"", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct json_slice slice = { 2, strlen(rows[i].slice) };
		g_autofree char *data = g_strconcat("[,", rows[i].slice, "]", NULL);
		g_autofree char *string = json_slice_string(data, slice);

		g_assert_cmpstr(string, ==, rows[i].string);
	}
}

static void a_string_is_found_by_its_path(void)
{
	static const struct {
		const char *path, *string; /* NULL: none */
	} rows[] = {
		{ "kind", "Pod" },
		{ "metadata.name", "a\"b" },
		{ "metadata.n", NULL },
		{ "metadata.uid", NULL },
	};
	static const char data[] = "{\"kind\":\"Pod\",\"metadata\":{\"name\":\"a\\\"b\",\"n\":1}}";

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *string = json_scan_string(data, strlen(data), rows[i].path);

		g_assert_cmpstr(string, ==, rows[i].string);
	}
}

static void a_value_is_stepped_over_where_it_is_whole(void)
{
	static const struct {
		const char *data, *value; /* NULL: not whole */
	} rows[] = {
		{ "{\"a\": [1]} {", "{\"a\": [1]}" },
		{ " \n\"a\\\"b\",", "\"a\\\"b\"" },
		{ "12,", "12" },
		{ "12", NULL },
		{ "{\"a\": [1]", NULL },
		{ "\"a", NULL },
		{ "]", NULL },
		{ "", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct json_slice value = { 0 };
		gboolean whole = json_scan_next(rows[i].data, strlen(rows[i].data), &value);
		g_autofree char *text = whole ? g_strndup(rows[i].data + value.offset, value.length)
					      : NULL;

		g_assert_cmpstr(text, ==, rows[i].value);
	}
}

static void a_value_that_is_still_coming_is_found_by_its_begin(void)
{
	static const struct {
		const char *data, *rest; /* NULL: not there */
	} rows[] = {
		{ "{\"kind\":\"List\", \"items\": [{\"a\"", "[{\"a\"" },
		{ "{\"\\u0069tems\":[]}", "[]}" },
		{ "{\"metadata\":{\"items\":1}, \"items\":2", "2" },
		{ "{\"metadata\":{\"items\":1", NULL },
		{ "{\"items\": ", NULL },
		{ "{}", NULL },
		{ "[\"items\"]", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		gsize at = 0;
		gboolean found = json_scan_begin(rows[i].data, strlen(rows[i].data), "items", &at);

		g_assert_cmpstr(found ? rows[i].data + at : NULL, ==, rows[i].rest);
	}
}

#define ROW(name)                         \
	{                                 \
		"/json-scan/" #name, name \
	}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*test)(void);
	} tests[] = {
		ROW(elements_are_found_where_they_stand),
		ROW(what_goes_wrong_is_named_and_what_was_before_kept),
		ROW(no_cut_of_a_page_reads_past_its_end),
		ROW(nesting_ends_at_its_bound),
		ROW(a_member_is_found_by_its_path),
		ROW(a_string_in_a_slice_is_unescaped),
		ROW(a_string_is_found_by_its_path),
		ROW(a_value_is_stepped_over_where_it_is_whole),
		ROW(a_value_that_is_still_coming_is_found_by_its_begin),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].test);
	return g_test_run();
}
