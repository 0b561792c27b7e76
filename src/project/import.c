/*
 * Files that a person brought: what kubectl wrote, as YAML or JSON of an object or a List.
 *
 * Nobody knows when it was so, only that it was before it was brought.  So an imported object is as
 * of entry 0: it stands until the same object is fetched, and never replaces one that was.
 *
 * YAML is read when it is whole, JSON as it comes.  The place of an object in a YAML document is
 * that of the whole document.
 */
#include "config.h"

#include "rows.h"

#include <kase/subject.h>
#include <kase/yaml.h>
#include <string.h>

gboolean list_of_kind(const char *kind, char **items)
{
	*items = NULL;
	if (!kind || !g_str_has_suffix(kind, "List"))
		return FALSE;
	if (strcmp(kind, "List"))
		*items = g_strndup(kind, strlen(kind) - strlen("List"));
	return TRUE;
}

struct source source_of_item(const struct source *s, const char *own_kind, const char *kind,
			     const char *group)
{
	struct source item = *s;

	if (!own_kind && kind) {
		item.kind = kind;
		item.group = group;
	}
	return item;
}

/* --- YAML ------------------------------------------------------------------------------------- */

static gboolean add_yaml_tree(const struct source *s, const struct cJSON *tree, struct place place,
			      GError **error);

static gboolean add_yaml_items(const struct source *s, const struct cJSON *list, const char *kind,
			       struct place place, GError **error)
{
	g_autofree char *group = group_of_api_version(json_string(list, "apiVersion"));

	for (const struct cJSON *n = json_first(json_get(list, "items")); n; n = json_next(n)) {
		struct source item = source_of_item(s, json_string(n, "kind"), kind, group);

		if (!add_yaml_tree(&item, n, place, error))
			return FALSE;
	}
	return TRUE;
}

/* A custom resource may be called SomethingList, too; it has no items. */
static gboolean has_items(const struct cJSON *tree)
{
	for (const struct cJSON *n = json_first(tree); n; n = json_next(n))
		if (!g_strcmp0(json_key(n), "items"))
			return TRUE;
	return FALSE;
}

static gboolean add_yaml_tree(const struct source *s, const struct cJSON *tree, struct place place,
			      GError **error)
{
	g_autofree char *item_kind = NULL;

	if (list_of_kind(json_string(tree, "kind"), &item_kind) && has_items(tree))
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

/* A line that begins a document can stand at the beginning of a line only as that, even in a block
 * of text. */
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

/* --- formats ---------------------------------------------------------------------------------- */

static gboolean yaml_whole(const struct source *s, struct state *state, GError **error)
{
	return add_yaml(s, (const char *)state->held->data, state->held->len, error);
}

static const struct format {
	const char *name;
	gboolean (*chunk)(const struct source *s, struct state *state,
			  GError **error); /* or NULL */
	gboolean (*whole)(const struct source *s, struct state *state, GError **error);
} formats[] = {
	{ "json", json_file_chunk, json_file_whole },
	{ "yaml", NULL, yaml_whole },
};

/* NULL of a log, and of what is evidence alone. */
static const struct format *format_of(const struct cJSON *about)
{
	const char *name = json_string(about, "format");

	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
		if (!g_strcmp0(name, formats[i].name))
			return &formats[i];
	return NULL;
}

static gboolean is_log(const struct cJSON *about)
{
	return !g_strcmp0(json_string(about, "format"), "log");
}

/* Nobody knows when it was so. */
static struct source brought(const struct source *s)
{
	struct source file = *s;

	file.as_of = 0;
	file.listing = 0;
	return file;
}

gboolean file_chunk(struct projection *p, const struct projection_chunk *chunk, GError **error)
{
	const struct format *format = format_of(chunk->about);
	struct source s;

	if (is_log(chunk->about))
		return log_chunk(p, chunk, error);
	if (!format)
		return TRUE;
	state_hold(state_of_chunk(chunk), chunk, STATE_MAX_HELD);
	if (!format->chunk)
		return TRUE;
	s = source_of(p, chunk->evidence, chunk->about, chunk->at);
	s = brought(&s);
	return format->chunk(&s, *chunk->state, error);
}

gboolean file_whole(const struct source *s, const struct cJSON *about, struct state *state,
		    GError **error)
{
	const struct format *format = format_of(about);
	struct source file = brought(s);

	if (is_log(about))
		return log_whole(s, about, state, error);
	if (!format)
		return TRUE;
	if (state->held_length > state->held->len)
		return gap_not_understood(s, 0, "larger than 256 MiB", error);
	return format->whole(&file, state, error);
}
