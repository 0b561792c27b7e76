/*
 * Files that a person brought: what kubectl wrote, as YAML or JSON of an object or a List.
 *
 * Nobody knows when it was so, only that it was before it was brought.  So an imported object is as of entry 0: it stands
 * until the same object is fetched, and never replaces one that was.
 *
 * A file is read when it is whole.  The place of an object in a YAML document is that of the whole document.
 */
#include "config.h"

#include "rows.h"

#include <kase/yaml.h>
#include <string.h>

/* The kind of a List's items: "Pod" of "PodList", NULL of "List", which says none.  Caller owns.  FALSE where
 * the kind is no List's. */
static gboolean is_list(const char *kind, char **items)
{
	*items = NULL;
	if (!kind || !g_str_has_suffix(kind, "List"))
		return FALSE;
	if (strcmp(kind, "List"))
		*items = g_strndup(kind, strlen(kind) - strlen("List"));
	return TRUE;
}

static char *scan_text(const char *data, gsize size, const char *key)
{
	struct json_slice slice;

	return json_scan_member(data, size, key, &slice) ? json_slice_string(data, slice) : NULL;
}

/* What an item of a list says itself goes before what its list says. */
static struct source source_of_item(const struct source *s, const char *own_kind, const char *kind,
				    const char *group)
{
	struct source item = *s;

	if (!own_kind && kind) {
		item.kind = kind;
		item.group = group;
	}
	return item;
}

/* --- JSON ------------------------------------------------------------------------------------------ */

static gboolean add_json_items(const struct source *s, const char *data, gsize size,
			       const char *kind, const GArray *items, GError **error)
{
	g_autofree char *version = scan_text(data, size, "apiVersion");
	g_autofree char *group = group_of_api_version(version);

	for (guint i = 0; i < items->len; i++) {
		struct json_slice slice = g_array_index(items, struct json_slice, i);
		const char *object = data + slice.offset;
		g_autofree char *own_kind = scan_text(object, slice.length, "kind");
		struct source item = source_of_item(s, own_kind, kind, group);
		struct place place = { .offset = slice.offset, .length = slice.length };

		if (!object_add(&item, object, place, FALSE, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean add_json_list(const struct source *s, const char *data, gsize size,
			      const char *kind, GError **error)
{
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(struct json_slice));
	g_autoptr(GError) wrong = NULL;

	if (!json_scan_array(data, size, "items", items, &wrong))
		return gap_not_understood(s, 0, wrong->message, error);
	return add_json_items(s, data, size, kind, items, error);
}

static gboolean add_json(const struct source *s, const char *data, gsize size, GError **error)
{
	g_autofree char *kind = scan_text(data, size, "kind");
	g_autofree char *item_kind = NULL;
	struct place place = { .offset = 0, .length = size };

	if (is_list(kind, &item_kind))
		return add_json_list(s, data, size, item_kind, error);
	return object_add(s, data, place, FALSE, error);
}

/* --- YAML ------------------------------------------------------------------------------------------ */

static gboolean add_yaml_items(const struct source *s, const struct cJSON *list, const char *kind,
			       struct place place, GError **error)
{
	g_autofree char *group = group_of_api_version(json_string(list, "apiVersion"));

	for (const struct cJSON *n = json_first(json_get(list, "items")); n; n = json_next(n)) {
		struct source item = source_of_item(s, json_string(n, "kind"), kind, group);

		if (!object_add_tree(&item, n, place, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean add_yaml_tree(const struct source *s, const struct cJSON *tree, struct place place,
			      GError **error)
{
	g_autofree char *item_kind = NULL;

	if (is_list(json_string(tree, "kind"), &item_kind))
		return add_yaml_items(s, tree, item_kind, place, error);
	return object_add_tree(s, tree, place, error);
}

static gboolean add_yaml_document(const struct source *s, const char *data, struct place place,
				  GError **error)
{
	g_autoptr(GError) wrong = NULL;
	g_autoptr(GPtrArray) trees = yaml_parse(data + place.offset, place.length, &wrong);

	if (!trees)
		return gap_not_understood(s, place.offset, wrong->message, error);
	for (guint i = 0; i < trees->len; i++)
		if (!add_yaml_tree(s, trees->pdata[i], place, error))
			return FALSE;
	return TRUE;
}

/* A line that begins a document can stand at the beginning of a line only as that, even in a block of text. */
static gboolean is_marker(const char *line, const char *end)
{
	return end - line >= 3 && !memcmp(line, "---", 3) &&
	       (end - line == 3 || strchr(" \t\r\n", line[3]));
}

/* Where the document that begins at `begin` ends: at the next marker, or at the end. */
static const char *document_end(const char *begin, const char *end)
{
	for (const char *line = begin;;) {
		const char *newline = memchr(line, '\n', end - line);

		if (!newline || newline + 1 == end)
			return end;
		line = newline + 1;
		if (is_marker(line, end))
			return line;
	}
}

static gboolean add_yaml(const struct source *s, const char *data, gsize size, GError **error)
{
	const char *end = data + size;

	for (const char *begin = data, *next; begin < end; begin = next) {
		struct place place;

		next = document_end(begin, end);
		place = (struct place){ .offset = begin - data, .length = next - begin };
		if (!add_yaml_document(s, data, place, error))
			return FALSE;
	}
	return TRUE;
}

/* --- formats --------------------------------------------------------------------------------------- */

static const struct format {
	const char *name;
	gboolean (*add)(const struct source *s, const char *data, gsize size, GError **error);
} formats[] = {
	{ "json", add_json },
	{ "yaml", add_yaml },
};

static gboolean is_log(const struct cJSON *about)
{
	return !g_strcmp0(json_string(about, "format"), "log");
}

gboolean file_chunk(struct projection *p, const struct projection_chunk *chunk, GError **error)
{
	if (is_log(chunk->about))
		return log_chunk(p, chunk, error);
	state_hold(state_of_chunk(chunk), chunk, STATE_MAX_HELD);
	return TRUE;
}

gboolean file_whole(const struct source *s, const struct cJSON *about, struct state *state,
		    GError **error)
{
	const char *format = json_string(about, "format");
	struct source file = *s;

	if (is_log(about))
		return log_whole(s, about, state, error);
	if (state->held_length > state->held->len)
		return gap_not_understood(s, 0, "larger than 256 MiB", error);
	file.as_of = 0;
	file.listing = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
		if (!g_strcmp0(format, formats[i].name))
			return formats[i].add(&file, (const char *)state->held->data,
					      state->held->len, error);
	return TRUE;
}
