/*
 * files - the files of a recording by their names, unpacked.
 *
 * A recording that runs in time lies in incident/, beside one that stands still, and takes of that
 * one what does not change: version, discovery, and what was made by hand.
 */
#include "parts.h"

#include <gio/gio.h>

#include <string.h>

#define BUILT_IN       "/kase/drill"
#define INCIDENT       "incident/"
#define FILE_MAX_BYTES (64 << 20)

extern GResource *drill_data_get_resource(void);

struct reading {
	GHashTable *files;
	gboolean in_time;
};

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

/* What the file is called among those that are served; NULL where it is not one of them. */
static const char *served_name(const struct reading *r, const char *name)
{
	static const char *const changing[] = { "lists/", "watch/", "logs/" };

	if (g_str_has_prefix(name, INCIDENT))
		return r->in_time ? name + strlen(INCIDENT) : NULL;
	for (gsize i = 0; r->in_time && i < G_N_ELEMENTS(changing); i++)
		if (g_str_has_prefix(name, changing[i]))
			return NULL;
	return name;
}

/* Takes `bytes`. */
static gboolean keep_file(struct reading *r, const char *path, GBytes *bytes, GError **error)
{
	g_autoptr(GBytes) packed = bytes;
	const char *name = served_name(r, path);
	GBytes *plain;

	if (!name)
		return TRUE;
	if (!g_str_has_suffix(name, ".gz")) {
		g_hash_table_insert(r->files, g_strdup(name), g_steal_pointer(&packed));
		return TRUE;
	}
	plain = unpack(packed, error);
	if (!plain) {
		g_prefix_error(error, "cannot unpack %s of the recording: ", path);
		return FALSE;
	}
	g_hash_table_insert(r->files, g_strndup(name, strlen(name) - strlen(".gz")), plain);
	return TRUE;
}

/* `under` is "" or ends with a slash, here and below. */
static gboolean read_built_in(struct reading *r, const char *under, GError **error)
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

static gboolean read_folder(struct reading *r, const char *folder, const char *under,
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

GHashTable *files_read(const char *folder, gboolean in_time, GError **error)
{
	g_autoptr(GHashTable) files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
							    (GDestroyNotify)g_bytes_unref);
	struct reading r = { .files = files, .in_time = in_time };

	if (!(folder ? read_folder(&r, folder, "", error) : read_built_in(&r, "", error)))
		return NULL;
	return g_steal_pointer(&files);
}
