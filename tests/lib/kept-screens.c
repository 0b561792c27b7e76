#include "kept-screens.h"

const struct kept_size kept_sizes[KEPT_SIZES] = {
	{ 80, 24, FALSE }, { 120, 40, FALSE }, { 200, 60, FALSE },
	{ 80, 24, TRUE },  { 120, 40, TRUE },
};

void kept_compare(const char *view, const struct kept_size *size, const char *text)
{
	const char *top = g_getenv("top_srcdir");
	g_autofree char *name = g_strdup_printf("%s-%dx%d%s.txt", view, size->columns, size->lines,
						size->plain ? "-plain" : "");
	g_autofree char *path = g_build_filename(top ? top : ".", "tests", "screens", name, NULL);
	g_autofree char *expected = NULL;
	g_autoptr(GError) error = NULL;

	g_test_message("%s", name);
	if (g_getenv("KASE_WRITE_SCREENS"))
		g_file_set_contents(path, text, -1, &error);
	g_assert_no_error(error);
	g_file_get_contents(path, &expected, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(text, ==, expected);
}
