/*
 * recording - the files that data/drill/record wrote, read once and then never changed.
 *
 * Files of the same names under made/ were written by hand, to show what a real cluster seldom
 * has; their objects stand among the recorded ones.
 */
#include "parts.h"

#include <gio/gio.h>

#include <string.h>

#define BUILT_IN       "/kase/drill"
#define FILE_MAX_BYTES (64 << 20)

struct recording {
	GHashTable *files; /* name → GBytes */
	GHashTable *
		listings; /* "GROUP_VERSION_RESOURCE" → struct listing; group "core" for the core one */
};

extern GResource *drill_data_get_resource(void);

G_DEFINE_QUARK(kase - drill - error, drill_error)

/* --- files ------------------------------------------------------------------------------------ */

static GBytes *unpack(GBytes *packed, GError **error)
{
	g_autoptr(GInputStream) memory = g_memory_input_stream_new_from_bytes(packed);
	g_autoptr(GZlibDecompressor)
		gunzip = g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP);
	g_autoptr(GInputStream) plain = g_converter_input_stream_new(memory, G_CONVERTER(gunzip));
	g_autoptr(GByteArray) all = g_byte_array_new();
	guint8 piece[16384];
	gssize n;

	while ((n = g_input_stream_read(plain, piece, sizeof piece, NULL, error)) > 0) {
		g_byte_array_append(all, piece, n);
		if (all->len > FILE_MAX_BYTES) {
			g_set_error(error, DRILL_ERROR, DRILL_ERROR_RECORDING, "it is over 64 MiB");
			return NULL;
		}
	}
	return n < 0 ? NULL : g_byte_array_free_to_bytes(g_steal_pointer(&all));
}

/* Takes `bytes`. */
static gboolean keep_file(struct recording *r, const char *name, GBytes *bytes, GError **error)
{
	g_autoptr(GBytes) packed = bytes;
	GBytes *plain;

	if (!g_str_has_suffix(name, ".gz")) {
		g_hash_table_insert(r->files, g_strdup(name), g_steal_pointer(&packed));
		return TRUE;
	}
	plain = unpack(packed, error);
	if (!plain) {
		g_prefix_error(error, "cannot unpack %s of the recording: ", name);
		return FALSE;
	}
	g_hash_table_insert(r->files, g_strndup(name, strlen(name) - strlen(".gz")), plain);
	return TRUE;
}

/* `under` is "" or ends with a slash, here and below. */
static gboolean read_built_in(struct recording *r, const char *under, GError **error)
{
	GResource *data = drill_data_get_resource();
	g_autofree char *path = g_strdup_printf(BUILT_IN "/%s", under);
	g_auto(GStrv) names = g_resource_enumerate_children(data, path, 0, error);

	for (guint i = 0; names && names[i]; i++) {
		g_autofree char *name = g_strconcat(under, names[i], NULL);
		g_autofree char *full = g_strconcat(path, names[i], NULL);
		GBytes *bytes;

		if (g_str_has_suffix(name, "/")) {
			if (!read_built_in(r, name, error))
				return FALSE;
			continue;
		}
		bytes = g_resource_lookup_data(data, full, 0, error);
		if (!bytes || !keep_file(r, name, bytes, error))
			return FALSE;
	}
	return names != NULL;
}

static gboolean read_folder(struct recording *r, const char *folder, const char *under,
			    GError **error)
{
	g_autofree char *path = g_build_filename(folder, under, NULL);
	g_autoptr(GDir) dir = g_dir_open(path, 0, error);
	const char *entry;

	while (dir && (entry = g_dir_read_name(dir))) {
		g_autofree char *full = g_build_filename(path, entry, NULL);
		g_autofree char *name = g_strconcat(under, entry, NULL);
		g_autofree char *deeper = g_strconcat(name, "/", NULL);
		char *bytes;
		gsize size;

		if (g_file_test(full, G_FILE_TEST_IS_DIR)) {
			if (!read_folder(r, folder, deeper, error))
				return FALSE;
			continue;
		}
		if (!g_file_get_contents(full, &bytes, &size, error) ||
		    !keep_file(r, name, g_bytes_new_take(bytes, size), error))
			return FALSE;
	}
	return dir != NULL;
}

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
}

static void line_clear(void *data)
{
	g_free(((struct watch_line *)data)->namespace);
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

static gboolean add_item(struct listing *l, const char *data, gsize size)
{
	struct item i = { .data = data, .size = size };

	i.name = member(data, size, "metadata.name", &i.name_slice);
	i.uid = member(data, size, "metadata.uid", &i.uid_slice);
	i.namespace = member(data, size, "metadata.namespace", NULL);
	if (!i.name || !json_scan_member(data, size, "metadata", &i.metadata_slice)) {
		item_clear(&i);
		return FALSE;
	}
	if (!i.namespace)
		i.namespace = g_strdup("");
	i.key = g_strconcat(i.namespace, "/", i.name, NULL);
	g_array_append_val(l->items, i);
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

		if (!add_item(l, data + s->offset, s->length)) {
			g_set_error(error, DRILL_ERROR, DRILL_ERROR_RECORDING,
				    "cannot read %s of the recording: item %u has no name", name,
				    i);
			return FALSE;
		}
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

	line.bookmark = g_strcmp0(type, "BOOKMARK") == 0;
	line.namespace = member(data, size, "object.metadata.namespace", NULL);
	line.resource_version = member_int(data, size, "object.metadata.resourceVersion");
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

struct recording *recording_load(const char *folder, GError **error)
{
	g_autoptr(recording) r = g_new0(struct recording, 1);

	r->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					 (GDestroyNotify)g_bytes_unref);
	r->listings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, listing_free);
	if (!(folder ? read_folder(r, folder, "", error) : read_built_in(r, "", error)) ||
	    !add_groups(r, error)) {
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

const struct item *listing_find(const struct listing *l, const char *namespace, const char *name)
{
	for (guint i = 0; i < l->items->len; i++) {
		const struct item *item = &g_array_index(l->items, struct item, i);

		if (g_str_equal(item->name, name) &&
		    g_str_equal(item->namespace, namespace ? namespace : ""))
			return item;
	}
	return NULL;
}
