#include "kube-folder.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static char *folder_base64(const char *text)
{
	g_autofree char *whole = g_base64_encode((const guchar *)text, strlen(text));

	return g_strdup_printf("%.20s\\n  %s", whole, whole + 20);
}

char *folder_expand(const char *folder, const char *text)
{
	GString *out = g_string_new(text);
	g_autofree char *ca = folder_base64(CA_PEM);
	g_autofree char *key = folder_base64(KEY_PEM);

	g_string_replace(out, "@D", folder, 0);
	g_string_replace(out, "@CA64", ca, 0);
	g_string_replace(out, "@KEY64", key, 0);
	return g_string_free(out, FALSE);
}

/* Write a file whose text is expanded, with its own folders, and return its path.  Caller owns. */
char *folder_write(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autofree char *parent = g_path_get_dirname(path);
	g_autofree char *whole = folder_expand(folder, text);

	g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, whole, -1, NULL));
	return g_steal_pointer(&path);
}

void folder_script(const char *folder, const char *name, const char *body)
{
	g_autofree char *text = g_strconcat("#!/bin/sh\n", body, "\n", NULL);
	g_autofree char *path = folder_write(folder, name, text);

	g_assert_cmpint(chmod(path, 0700), ==, 0);
}

char *folder_new(void)
{
	char *folder = g_dir_make_tmp("kase-test-XXXXXX", NULL);

	g_assert_nonnull(folder);
	return folder;
}

void folder_empty(const char *folder)
{
	GDir *dir = g_dir_open(folder, 0, NULL);

	for (const char *name; dir && (name = g_dir_read_name(dir));) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		if (g_file_test(path, G_FILE_TEST_IS_DIR))
			folder_empty(path);
		g_remove(path);
	}
	g_clear_pointer(&dir, g_dir_close);
}

void folder_remove(char *folder)
{
	folder_empty(folder);
	g_rmdir(folder);
	g_free(folder);
}

void folder_variable(const char *folder, const char *name, const char *text)
{
	g_autofree char *whole = text ? folder_expand(folder, text) : NULL;

	if (whole)
		g_setenv(name, whole, TRUE);
	else
		g_unsetenv(name);
}
