#include "fuzz.h"

#include <kase/json.h>

/* What was read prints as valid UTF-8 in one line, which reads and prints the same again. */
int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autoptr(json_tree) tree = json_parse((const char *)data, size, NULL), again = NULL;
	g_autofree char *line = NULL, *line_again = NULL;

	if (!tree)
		return 0;
	line = json_print(tree);
	g_assert_true(g_utf8_validate(line, -1, NULL));
	for (const char *p = line; *p; p++)
		g_assert_true((guchar)*p >= 0x20);
	again = json_parse(line, -1, NULL);
	line_again = json_print(again);
	g_assert_cmpstr(line, ==, line_again);
	return 0;
}
