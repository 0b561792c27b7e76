#include "fuzz.h"

#include <kase/stamp.h>

#include <string.h>

/* What was read is written and read the same again. */
int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	gint64 ns, again;
	char out[STAMP_CHARS];

	if (!stamp_parse((const char *)data, size, &ns))
		return 0;
	stamp_format(ns, out);
	g_assert_cmpuint(strlen(out), ==, 30);
	/* A moment of the first or last day may lie in another year by its offset. */
	if (stamp_parse(out, -1, &again))
		g_assert_cmpint(again, ==, ns);
	return 0;
}
