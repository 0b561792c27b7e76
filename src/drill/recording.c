/*
 * recording - what data/drill/record and record-incident wrote, read once and then never changed.
 *
 * Files of the same names under made/ were written by hand, to show what a real cluster seldom
 * has; their objects stand among the recorded ones.
 */
#include "parts.h"

#include <string.h>

struct recording {
	GHashTable *files; /* name → GBytes */
	GHashTable *
		listings; /* "GROUP_VERSION_RESOURCE" → struct listing; group "core" for the core one */
};

G_DEFINE_QUARK(kase - drill - error, drill_error)

/* --- files ------------------------------------------------------------------------------------ */

GBytes *recording_file(const struct recording *r, const char *name)
{
	GBytes *bytes = g_hash_table_lookup(r->files, name);
	g_autofree char *made = g_strconcat("made/", name, NULL);

	return bytes ? bytes : g_hash_table_lookup(r->files, made);
}

/* --- lists ------------------------------------------------------------------------------------ */

static void item_clear(void *data)
{
	struct item *i = data;

	g_free(i->namespace);
	g_free(i->name);
	g_free(i->key);
	g_free(i->uid);
	*i = (struct item){ 0 };
}

static void line_clear(void *data)
{
	item_clear(&((struct watch_line *)data)->item);
}

static void listing_free(void *data)
{
	struct listing *l = data;

	g_free(l->group);
	g_free(l->version);
	g_free(l->resource);
	g_free(l->kind);
	g_free(l->api_version);
	g_clear_pointer(&l->items, g_array_unref);
	g_array_unref(l->lines);
	g_free(l);
}

static char *member(const char *data, gsize size, const char *path, struct json_slice *slice)
{
	struct json_slice own;

	if (!slice)
		slice = &own;
	return json_scan_member(data, size, path, slice) ? json_slice_string(data, *slice) : NULL;
}

static gint64 member_int(const char *data, gsize size, const char *path)
{
	g_autofree char *text = member(data, size, path, NULL);

	return text ? g_ascii_strtoll(text, NULL, 10) : 0;
}

/* A watch's objects, and those of a kind of its own, begin with what a list says once for all. */
static gsize behind_kind(const struct listing *l, const char *data, gsize size)
{
	g_autofree char *prefix = g_strdup_printf("{\"kind\":\"%s\",\"apiVersion\":\"%s\",",
						  l->kind, l->api_version);
	gsize length = strlen(prefix);

	return size > length && memcmp(data, prefix, length) == 0 ? length : strlen("{");
}

static gboolean item_init(struct item *i, const struct listing *l, const char *data, gsize size)
{
	*i = (struct item){ .data = data, .size = size };
	i->name = member(data, size, "metadata.name", &i->name_slice);
	i->uid = member(data, size, "metadata.uid", &i->uid_slice);
	i->namespace = member(data, size, "metadata.namespace", NULL);
	if (!i->name || !json_scan_member(data, size, "metadata", &i->metadata_slice)) {
		item_clear(i);
		return FALSE;
	}
	if (!i->namespace)
		i->namespace = g_strdup("");
	i->key = g_strconcat(i->namespace, "/", i->name, NULL);
	i->body = behind_kind(l, data, size);
	return TRUE;
}

static gboolean add_items(struct recording *r, struct listing *l, const char *name, GError **error)
{
	GBytes *body = g_hash_table_lookup(r->files, name);
	g_autoptr(GArray) slices = g_array_new(FALSE, FALSE, sizeof(struct json_slice));
	gsize size;
	const char *data;

	if (!body)
		return TRUE;
	data = g_bytes_get_data(body, &size);
	if (!json_scan_array(data, size, "items", slices, error)) {
		g_prefix_error(error, "cannot read %s of the recording: ", name);
		return FALSE;
	}
	for (guint i = 0; i < slices->len; i++) {
		const struct json_slice *s = &g_array_index(slices, struct json_slice, i);
		struct item item;

		if (!item_init(&item, l, data + s->offset, s->length)) {
			g_set_error(error, DRILL_ERROR, DRILL_ERROR_RECORDING,
				    "cannot read %s of the recording: item %u has no name", name,
				    i);
			return FALSE;
		}
		g_array_append_val(l->items, item);
	}
	return TRUE;
}

static int compare_items(const void *a, const void *b)
{
	return strcmp(((const struct item *)a)->key, ((const struct item *)b)->key);
}

static gboolean read_list(struct recording *r, struct listing *l, const char *id, GError **error)
{
	g_autofree char *name = g_strdup_printf("lists/%s.json", id);
	g_autofree char *made = g_strdup_printf("made/lists/%s.json", id);
	GBytes *body = g_hash_table_lookup(r->files, name);
	g_autofree char *kind = NULL;
	const char *data;
	gsize size;

	if (!body)
		return TRUE;
	data = g_bytes_get_data(body, &size);
	kind = member(data, size, "kind", NULL);
	l->metadata_only = g_strcmp0(kind, "PartialObjectMetadataList") == 0;
	l->resource_version = member_int(data, size, "metadata.resourceVersion");
	l->items = g_array_new(FALSE, FALSE, sizeof(struct item));
	g_array_set_clear_func(l->items, item_clear);
	if (!add_items(r, l, name, error) || !add_items(r, l, made, error))
		return FALSE;
	g_array_sort(l->items, compare_items);
	return TRUE;
}

/* --- watches ---------------------------------------------------------------------------------- */

static void add_line(struct listing *l, const char *data, gsize size, gint64 at_ms)
{
	struct watch_line line = { .data = data, .size = size, .at_ms = at_ms };
	g_autofree char *type = member(data, size, "type", NULL);
	struct json_slice object;

	line.bookmark = g_strcmp0(type, "BOOKMARK") == 0;
	line.deleted = g_strcmp0(type, "DELETED") == 0;
	line.resource_version = member_int(data, size, "object.metadata.resourceVersion");
	if (!line.bookmark && json_scan_member(data, size, "object", &object))
		item_init(&line.item, l, data + object.offset, object.length);
	g_array_append_val(l->lines, line);
}

static void read_watch(struct recording *r, struct listing *l, const char *id)
{
	g_autofree char *lines_name = g_strdup_printf("watch/%s.lines", id);
	g_autofree char *ms_name = g_strdup_printf("watch/%s.ms", id);
	GBytes *lines = g_hash_table_lookup(r->files, lines_name),
	       *ms = g_hash_table_lookup(r->files, ms_name);
	g_autofree char *ms_text = NULL;
	const char *at, *end, *newline;
	char *time;

	if (!lines || !ms)
		return;
	ms_text = g_strndup(g_bytes_get_data(ms, NULL), g_bytes_get_size(ms));
	time = ms_text;
	at = g_bytes_get_data(lines, NULL);
	end = at + g_bytes_get_size(lines);
	for (; (newline = memchr(at, '\n', end - at)); at = newline + 1)
		add_line(l, at, newline + 1 - at, g_ascii_strtoll(time, &time, 10));
}

/* --- all -------------------------------------------------------------------------------------- */

static gboolean listed(const struct cJSON *resource)
{
	const struct cJSON *verb = json_first(json_get(resource, "verbs"));

	while (verb && g_strcmp0(json_text(verb), "list") != 0)
		verb = json_next(verb);
	return verb && !strchr(json_string(resource, "name"), '/');
}

static gboolean add_listing(struct recording *r, const char *api_version,
			    const struct cJSON *resource, GError **error)
{
	const char *slash = strchr(api_version, '/');
	struct listing *l = g_new0(struct listing, 1);
	char *id;

	l->api_version = g_strdup(api_version);
	l->group = slash ? g_strndup(api_version, slash - api_version) : g_strdup("");
	l->version = g_strdup(slash ? slash + 1 : api_version);
	l->resource = g_strdup(json_string(resource, "name"));
	l->kind = g_strdup(json_string(resource, "kind"));
	l->namespaced = json_bool(resource, "namespaced", FALSE);
	l->lines = g_array_new(FALSE, FALSE, sizeof(struct watch_line));
	g_array_set_clear_func(l->lines, line_clear);
	id = g_strdup_printf("%s_%s_%s", slash ? l->group : "core", l->version, l->resource);
	g_hash_table_insert(r->listings, id, l);
	read_watch(r, l, id);
	return read_list(r, l, id, error);
}

static gboolean add_group(struct recording *r, const char *name, GBytes *bytes, GError **error)
{
	g_autoptr(json_tree)
		group = json_parse(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes), error);
	const char *api_version = group ? json_string(group, "groupVersion") : NULL;
	const struct cJSON *resource = json_first(json_get(group, "resources"));

	if (!api_version) {
		if (group)
			g_set_error(error, DRILL_ERROR, DRILL_ERROR_RECORDING,
				    "no groupVersion is in it");
		g_prefix_error(error, "cannot read %s of the recording: ", name);
		return FALSE;
	}
	for (; resource; resource = json_next(resource))
		if (json_string(resource, "name") && listed(resource) &&
		    !add_listing(r, api_version, resource, error))
			return FALSE;
	return TRUE;
}

static gboolean add_groups(struct recording *r, GError **error)
{
	GHashTableIter files;
	void *name, *bytes;

	g_hash_table_iter_init(&files, r->files);
	while (g_hash_table_iter_next(&files, &name, &bytes))
		if (g_str_has_prefix(name, "resources/") && !add_group(r, name, bytes, error))
			return FALSE;
	if (g_hash_table_size(r->listings))
		return TRUE;
	g_set_error(error, DRILL_ERROR, DRILL_ERROR_RECORDING,
		    "no recording: resources/ is missing");
	return FALSE;
}

static void move_moments(struct recording *r, const struct story *story)
{
	static const char *const told[] = { "lists/", "watch/", "logs/", "made/" };
	GHashTableIter files;
	void *name, *bytes;

	g_hash_table_iter_init(&files, r->files);
	while (g_hash_table_iter_next(&files, &name, &bytes))
		for (gsize i = 0; i < G_N_ELEMENTS(told); i++)
			if (g_str_has_prefix(name, told[i]))
				g_hash_table_iter_replace(&files, story_move(story, bytes));
}

static gint64 last_ms(const struct recording *r)
{
	GHashTableIter listings;
	void *listing;
	gint64 last = 0;

	g_hash_table_iter_init(&listings, r->listings);
	while (g_hash_table_iter_next(&listings, NULL, &listing)) {
		const GArray *lines = ((struct listing *)listing)->lines;

		if (lines->len)
			last = MAX(last,
				   g_array_index(lines, struct watch_line, lines->len - 1).at_ms);
	}
	return last;
}

static gboolean load(struct recording *r, struct drill_server *s, GError **error)
{
	r->files = files_read(s->plan.recording, s->plan.in_time, error);
	if (!r->files)
		return FALSE;
	if (s->plan.in_time) {
		if (!story_init(&s->story, g_hash_table_lookup(r->files, "began"), s, error))
			return FALSE;
		move_moments(r, &s->story);
	}
	if (!add_groups(r, error))
		return FALSE;
	s->story.length_ms = last_ms(r);
	return TRUE;
}

struct recording *recording_load(struct drill_server *s, GError **error)
{
	const char *folder = s->plan.recording;
	g_autoptr(recording) r = g_new0(struct recording, 1);

	r->listings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, listing_free);
	if (!load(r, s, error)) {
		g_prefix_error(error,
			       "cannot load %s%s: ", folder ? "the recording in " : "the recording",
			       folder ? folder : " built in");
		return NULL;
	}
	return g_steal_pointer(&r);
}

void recording_free(struct recording *r)
{
	if (!r)
		return;
	g_clear_pointer(&r->listings, g_hash_table_unref);
	g_clear_pointer(&r->files, g_hash_table_unref);
	g_free(r);
}

const struct listing *recording_listing(const struct recording *r, const char *group,
					const char *version, const char *resource)
{
	g_autofree char *id = g_strdup_printf("%s_%s_%s", *group ? group : "core", version,
					      resource);

	return g_hash_table_lookup(r->listings, id);
}
