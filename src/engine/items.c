#include "items.h"

void items_each(GBytes *page, void (*each)(void *user, const struct cJSON *item), void *user)
{
	g_autoptr(GArray) slices = g_array_new(FALSE, FALSE, sizeof(struct json_slice));
	const char *data = g_bytes_get_data(page, NULL);

	json_scan_array(data, g_bytes_get_size(page), "items", slices, NULL);
	for (guint i = 0; i < slices->len; i++) {
		struct json_slice s = g_array_index(slices, struct json_slice, i);
		g_autoptr(json_tree) item = json_parse(data + s.offset, (gssize)s.length, NULL);

		if (item)
			each(user, item);
	}
}
