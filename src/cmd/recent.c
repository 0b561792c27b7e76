#include "recent.h"

#include <string.h>

#include <kase/stamp.h>

/* A line is "2026-11-24T08:13:00Z /path". */

static char *file_of(void)
{
	return g_build_filename(g_get_user_state_dir(), "kase", "recent", NULL);
}

static void recent_free(gpointer data)
{
	struct recent *r = data;

	g_free(r->path);
	g_free(r);
}

static struct recent *read_line(const char *line)
{
	const char *space = strchr(line, ' ');
	struct recent *r;
	gint64 at;

	if (!space || space[1] != '/' || !stamp_parse(line, space - line, &at))
		return NULL;
	r = g_new0(struct recent, 1);
	r->path = g_strdup(space + 1);
	r->at = at;
	return r;
}

static GPtrArray *read_all(void)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(recent_free);
	g_autofree char *file = file_of(), *text = NULL;
	g_auto(GStrv) lines = NULL;

	if (!g_file_get_contents(file, &text, NULL, NULL))
		return out;
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line && out->len < RECENT_MAX; line++) {
		struct recent *r = read_line(*line);

		if (r)
			g_ptr_array_add(out, r);
	}
	return out;
}

GPtrArray *recent_list(void)
{
	GPtrArray *out = read_all();

	for (guint i = out->len; i > 0; i--)
		if (!g_file_test(((struct recent *)out->pdata[i - 1])->path, G_FILE_TEST_EXISTS))
			g_ptr_array_remove_index(out, i - 1);
	return out;
}

void recent_note(const char *path)
{
	g_autofree char *whole = g_canonicalize_filename(path, NULL);
	g_autofree char *file = file_of(), *folder = g_path_get_dirname(file);
	g_autoptr(GPtrArray) before = read_all();
	g_autoptr(GString) text = g_string_new(NULL);
	char stamp[STAMP_CHARS];

	if (strchr(whole, '\n'))
		return;
	g_string_append_printf(text, "%s %s\n", stamp_format_seconds(stamp_now(), stamp), whole);
	for (guint i = 0; i < before->len && i + 1 < RECENT_MAX; i++) {
		const struct recent *r = before->pdata[i];

		if (!g_str_equal(r->path, whole))
			g_string_append_printf(text, "%s %s\n", stamp_format_seconds(r->at, stamp),
					       r->path);
	}
	if (g_mkdir_with_parents(folder, 0700) == 0)
		g_file_set_contents_full(file, text->str, (gssize)text->len,
					 G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}
