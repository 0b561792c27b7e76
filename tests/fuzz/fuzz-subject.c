#include "fuzz.h"

#include <kase/subject.h>

/* What was read is written so that it reads the same again. */
int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size), *written = NULL;
	g_autoptr(subject) s = subject_parse(text, NULL), again = NULL;
	g_autoptr(GError) error = NULL;

	if (!s)
		return 0;
	written = subject_format(s->cluster, s->group, s->kind, s->namespace, s->name);
	again = subject_parse(written, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(again->cluster, ==, s->cluster);
	g_assert_cmpstr(again->group, ==, s->group);
	g_assert_cmpstr(again->kind, ==, s->kind);
	g_assert_cmpstr(again->namespace, ==, s->namespace);
	g_assert_cmpstr(again->name, ==, s->name);
	return 0;
}
