#include "fuzz.h"

#include <kase/yaml.h>

#include <string.h>

/* What was read, printed and read again is the same. */
static void check_document(const struct cJSON *document)
{
	g_autofree char *yaml = yaml_print(document), *again = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) documents = yaml_parse(yaml, strlen(yaml), &error);

	g_assert_no_error(error);
	g_assert_cmpuint(documents->len, ==, 1);
	again = yaml_print(documents->pdata[0]);
	g_assert_cmpstr(again, ==, yaml);
}

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) documents = yaml_parse((const char *)data, size, &error);

	g_assert_true((documents != NULL) != (error != NULL));
	for (guint i = 0; documents && i < documents->len; i++)
		check_document(documents->pdata[i]);
	return 0;
}
