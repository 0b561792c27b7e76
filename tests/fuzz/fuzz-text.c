#include "fuzz.h"

#include <kase/text.h>

#include <string.h>

static void check_cut(char *cut, int cells)
{
	g_assert_cmpint(text_cells(cut), <=, cells);
	g_assert_true(g_utf8_validate(cut, -1, NULL));
	g_free(cut);
}

/*
 * Safe text is valid, holds no control character, stays as it is when made safe again, and can be
 * cut to any width.
 */
int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autofree char *safe = text_safe((const char *)data, size), *again = text_safe(safe, -1);
	int cells = size ? data[0] % 40 : 0;

	g_assert_true(g_utf8_validate(safe, -1, NULL));
	for (const char *p = safe; *p; p = g_utf8_next_char(p))
		g_assert_false(g_unichar_iscntrl(g_utf8_get_char(p)));
	g_assert_cmpstr(again, ==, safe);
	g_assert_true(text_is_safe(safe, -1));
	g_assert_cmpint(text_is_safe((const char *)data, size), ==,
			strlen(safe) == size && (!size || !memcmp(safe, data, size)));
	check_cut(text_cut_middle(safe, cells, FALSE), cells);
	check_cut(text_cut_middle(safe, cells, TRUE), cells);
	check_cut(text_cut_end(safe, cells, FALSE), cells);
	check_cut(text_cut_end(safe, cells, TRUE), cells);
	return 0;
}
