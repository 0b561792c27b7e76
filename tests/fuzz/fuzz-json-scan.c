#include "fuzz.h"

#include <kase/json.h>

/* Each slice lies inside the data and after the one before. */
static void check_slices(GArray *slices, gsize size)
{
	gsize end = 0;

	for (guint i = 0; i < slices->len; i++) {
		struct json_slice s = g_array_index(slices, struct json_slice, i);

		g_assert_cmpuint(s.offset, >=, end);
		g_assert_cmpuint(s.length, >, 0);
		end = s.offset + s.length;
		g_assert_cmpuint(end, <=, size);
	}
}

/* Where both the scanner and the tree take the bytes, they agree on what is there. */
int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	const char *data = (const char *)bytes;
	g_autoptr(GArray) slices = g_array_new(FALSE, FALSE, sizeof(struct json_slice));
	gboolean scanned = json_scan_array(data, size, "items", slices, NULL);
	g_autoptr(json_tree) tree = json_parse(data, size, NULL);
	struct json_slice member;

	check_slices(slices, size);
	if (scanned && tree)
		g_assert_cmpuint(slices->len, ==, json_count(json_get(tree, "items")));
	if (json_scan_member(data, size, "metadata.continue", &member)) {
		g_autofree char *text = json_slice_string(data, member);

		g_assert_cmpuint(member.offset + member.length, <=, size);
		if (tree)
			g_assert_cmpstr(text, ==, json_string(tree, "metadata.continue"));
	}
	return 0;
}
