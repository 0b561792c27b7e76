/*
 * Tools keep a copy of what they applied in an annotation: of a Secret or ConfigMap, with its
 * values.  No list of tools is whole, so an annotation is judged by its value too: a document,
 * packed or not, or a text longer than a checksum or a date is.
 */
#include <kase/kube.h>

#include <string.h>

#define TEXT_MAX_BYTES 256 /* the longest digest in hexadecimal has 128 */

static const char *const copies[] = {
	"kubectl.kubernetes.io/last-applied-configuration",
	"objectset.rio.cattle.io/applied",
	"kapp.k14s.io/original",
	"kapp.k14s.io/original-diff",
	"banzaicloud.com/last-applied",
	"kopf.zalando.org/last-handled-configuration",
};

/* How documents begin: JSON and YAML, and what base64 makes of JSON and of gzip. */
static const char *const beginnings[] = {
	"{",           "[",   "---", "apiVersion:", "kind:", "data:",
	"stringData:", "eyJ", "ewo", "W3s",         "H4sI",
};

static gboolean is_document(const char *value)
{
	while (g_ascii_isspace(*value))
		value++;
	for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++)
		if (g_str_has_prefix(value, beginnings[i]))
			return TRUE;
	return strpbrk(value, "\r\n") != NULL;
}

gboolean kube_annotation_tells(const char *name, const char *value)
{
	for (gsize i = 0; i < G_N_ELEMENTS(copies); i++)
		if (!strcmp(name, copies[i]))
			return TRUE;
	return strlen(value) > TEXT_MAX_BYTES || is_document(value);
}
