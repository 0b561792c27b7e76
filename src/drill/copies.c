#include "parts.h"

#include <string.h>

#define UID_CHARS  36
#define UID_NUMBER 8 /* its first characters hold the copy's number */

char *copy_name(const struct item *i, guint copy)
{
	return copy ? g_strdup_printf("%s-c%05u", i->name, copy) : g_strdup(i->name);
}

static char *copy_uid(const struct item *i, guint copy)
{
	if (!copy || strlen(i->uid) != UID_CHARS)
		return g_strdup(i->uid);
	return g_strdup_printf("%08x%s", copy, i->uid + UID_NUMBER);
}

static int by_offset(const void *a, const void *b)
{
	const struct json_slice *x = a, *y = b;

	return (x->offset > y->offset) - (x->offset < y->offset);
}

/* Write bytes `from` to `to` of the item with its name and UID replaced.  Neither needs
 * escaping. */
static void write_part(GString *out, const struct item *i, guint copy, gsize from, gsize to)
{
	struct json_slice holes[] = { i->name_slice, i->uid_slice };
	gsize at = from;

	qsort(holes, G_N_ELEMENTS(holes), sizeof *holes, by_offset);
	for (gsize n = 0; copy && n < G_N_ELEMENTS(holes); n++) {
		gboolean name = holes[n].offset == i->name_slice.offset;
		g_autofree char *value = name ? copy_name(i, copy) : copy_uid(i, copy);

		g_string_append_len(out, i->data + at, holes[n].offset - at);
		g_string_append_printf(out, "\"%s\"", value);
		at = holes[n].offset + holes[n].length;
	}
	g_string_append_len(out, i->data + at, to - at);
}

void copy_write(GString *out, const struct listing *l, const struct item *i, guint copy,
		enum shape shape)
{
	if (l->metadata_only) {
		write_part(out, i, copy, 0, i->size);
		return;
	}
	switch (shape) {
	case SHAPE_IN_LIST:
		g_string_append_c(out, '{');
		write_part(out, i, copy, i->body, i->size);
		break;
	case SHAPE_ALONE:
		g_string_append_printf(out, "{\"kind\":\"%s\",\"apiVersion\":\"%s\",", l->kind,
				       l->api_version);
		write_part(out, i, copy, i->body, i->size);
		break;
	case SHAPE_METADATA:
		g_string_append(out, "{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta."
				     "k8s.io/v1\",\"metadata\":");
		write_part(out, i, copy, i->metadata_slice.offset,
			   i->metadata_slice.offset + i->metadata_slice.length);
		g_string_append_c(out, '}');
		break;
	}
}

const struct item *copy_find(const struct moment *m, const char *namespace, const char *name,
			     guint copies, guint *copy)
{
	const struct item *found = moment_find(m, namespace, name);
	const char *mark = g_strrstr(name, "-c");
	g_autofree char *original = NULL, *whole = NULL;
	guint64 n;

	*copy = 0;
	if (found || !mark)
		return found;
	original = g_strndup(name, mark - name);
	found = moment_find(m, namespace, original);
	if (!found || !g_ascii_string_to_unsigned(mark + 2, 10, 1, MAX(copies, 2) - 1, &n, NULL))
		return NULL;
	whole = copy_name(found, n);
	*copy = n;
	return n < copies && g_str_equal(whole, name) ? found : NULL;
}
