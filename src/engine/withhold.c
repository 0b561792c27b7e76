#include "withhold-walk.h"

// clang-format off
G_DEFINE_QUARK(kase-withhold-error, withhold_error)
// clang-format on

static int by_place(const void *left, const void *right)
{
	const struct json_slice *a = left, *b = right;

	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	return a->length > b->length ? -1 : a->length < b->length;
}

static void add_in_order(GArray *cuts, GArray *found)
{
	gsize end = 0;

	g_array_sort(found, by_place);
	for (guint i = 0; i < found->len; i++) {
		struct json_slice *c = &g_array_index(found, struct json_slice, i);

		if (c->offset < end)
			continue;
		g_array_append_val(cuts, *c);
		end = c->offset + c->length;
	}
}

gsize withhold_value(const struct withhold_text *text, gsize at, GArray *cuts,
		     struct withhold_top *top, GError **error)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(struct json_slice));
	g_autoptr(GArray) notes = g_array_new(FALSE, FALSE, sizeof(struct note));
	const char *data = text->data;
	struct walk w = { .data = data,
			  .at = data + at,
			  .end = data + text->size,
			  .text = text,
			  .told = data + at,
			  .cuts = found,
			  .notes = notes,
			  .top = top };

	if (walk_value(&w)) {
		add_in_order(cuts, found);
		return (gsize)(w.at - data);
	}
	if (w.why)
		g_set_error_literal(error, WITHHOLD_ERROR, WITHHOLD_ERROR_UNSURE, w.why);
	else
		g_set_error(error, WITHHOLD_ERROR, WITHHOLD_ERROR_SYNTAX,
			    "no JSON from byte %td on", w.at - data);
	return 0;
}

char *withhold_words(const char *data, struct json_slice value)
{
	gsize quotes = data[value.offset] == '"' ? 2 : 0;

	return g_strdup_printf("\"withheld:%zu bytes\"", value.length - quotes);
}

char *withhold_apply(const char *data, gsize size, const GArray *cuts, gsize *length)
{
	GString *out = g_string_sized_new(size);
	gsize at = 0;

	for (guint i = 0; i < cuts->len; i++) {
		struct json_slice c = g_array_index(cuts, struct json_slice, i);
		g_autofree char *words = withhold_words(data, c);

		g_string_append_len(out, data + at, (gssize)(c.offset - at));
		g_string_append(out, words);
		at = c.offset + c.length;
	}
	g_string_append_len(out, data + at, (gssize)(size - at));
	*length = out->len;
	return g_string_free(out, FALSE);
}
