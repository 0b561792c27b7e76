#include "page.h"

/* Other JSON without items, of a gateway's say, must not pass for an empty list. */
static gboolean is_list(const char *data, gsize size)
{
	g_autofree char *kind = json_scan_string(data, size, "kind");

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

	return json_scan_string(data, size, "metadata.resourceVersion");
}

void page_head_clear(struct page_head *k)
{
	g_free(k->date);
	g_free(k->audit_id);
	g_free(k->content_type);
	g_free(k->coding);
	g_free(k->warning);
	*k = (struct page_head){ 0 };
}

void page_head_keep(struct page_head *k, const struct http_head *head)
{
	page_head_clear(k);
	if (!head)
		return;
	k->told = *head;
	k->told.date = k->date = g_strdup(head->date);
	k->told.audit_id = k->audit_id = g_strdup(head->audit_id);
	k->told.content_type = k->content_type = g_strdup(head->content_type);
	k->told.coding = k->coding = g_strdup(head->coding);
	k->told.warning = k->warning = g_strdup(head->warning);
}
