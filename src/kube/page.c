#include "page.h"

/* Other JSON without items, of a gateway's say, must not pass for an empty list. */
static gboolean is_list(const char *data, gsize size)
{
	struct json_slice value;
	g_autofree char *kind = json_scan_member(data, size, "kind", &value)
					? json_slice_string(data, value)
					: NULL;

	return kind && g_str_has_suffix(kind, "List");
}

gboolean page_check(GBytes *page, const char *resource, gsize *items, GError **error)
{
	g_autoptr(GArray) slices = g_array_new(FALSE, FALSE, sizeof(struct json_slice));
	g_autoptr(GError) wrong = NULL;
	gsize size;
	const char *data = g_bytes_get_data(page, &size);
	gboolean whole = json_scan_array(data, size, "items", slices, &wrong);

	*items = slices->len;
	if (whole && is_list(data, size))
		return TRUE;
	g_set_error(error, KUBE_ERROR, KUBE_ERROR_GARBLED,
		    "a page of %s cannot be understood: %s; what stands between?", resource,
		    whole ? "it is no List" : wrong->message);
	return FALSE;
}

gint64 page_remaining(GBytes *page)
{
	gsize size;
	const char *data = g_bytes_get_data(page, &size);
	struct json_slice value;

	if (!json_scan_member(data, MIN(size, PAGE_HEAD_BYTES), "metadata.remainingItemCount",
			      &value) ||
	    !g_ascii_isdigit(data[value.offset]))
		return -1;
	return g_ascii_strtoll(data + value.offset, NULL, 10);
}

char *page_version(GBytes *page)
{
	gsize size;
	const char *data = g_bytes_get_data(page, &size);
	struct json_slice value;

	if (!json_scan_member(data, size, "metadata.resourceVersion", &value))
		return NULL;
	return json_slice_string(data, value);
}
