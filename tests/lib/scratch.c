#include "scratch.h"

#include <glib/gstdio.h>

scratch *scratch_make(void)
{
	g_autoptr(GError) error = NULL;
	char *path = g_dir_make_tmp("kase-test-XXXXXX", &error);

	g_assert_no_error(error);
	return path;
}

/* Links are removed, not followed. */
static void remove_all(const char *path)
{
	const char *name;
	GDir *dir;

	if (g_file_test(path, G_FILE_TEST_IS_SYMLINK) || !g_file_test(path, G_FILE_TEST_IS_DIR)) {
		g_unlink(path);
		return;
	}
	g_chmod(path, 0700);
	dir = g_dir_open(path, 0, NULL);
	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *inside = g_build_filename(path, name, NULL);

		remove_all(inside);
	}
	g_clear_pointer(&dir, g_dir_close);
	g_rmdir(path);
}

void scratch_remove(scratch *folder)
{
	if (!folder)
		return;
	remove_all(folder);
	g_free(folder);
}

char *scratch_path(const scratch *folder, const char *name)
{
	return g_build_filename(folder, name, NULL);
}

char *scratch_write(const scratch *folder, const char *name, const char *text)
{
	g_autoptr(GError) error = NULL;
	char *path = scratch_path(folder, name);

	g_file_set_contents_full(path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
	g_assert_no_error(error);
	return path;
}
