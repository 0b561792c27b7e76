/*
 * Runs a fuzz entry once over each file of its corpus, and says so in TAP.  The program's name is
 * fuzz-NOUN, its corpus the folder tests/fuzz/corpus/NOUN.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *corpus_of(const char *program)
{
	const char *top = g_getenv("top_srcdir");
	g_autofree char *name = g_path_get_basename(program);
	const char *noun = g_str_has_prefix(name, "fuzz-") ? name + strlen("fuzz-") : name;

	return g_build_filename(top ? top : ".", "tests", "fuzz", "corpus", noun, NULL);
}

static int by_path(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/*
 * The paths of its files, in order; dies where there are none, since then nothing would be tested.
 */
static GPtrArray *files_of(const char *folder)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	GDir *dir = g_dir_open(folder, 0, &error);

	for (const char *name = dir ? g_dir_read_name(dir) : NULL; name;
	     name = g_dir_read_name(dir))
		g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
	if (paths->len == 0) {
		printf("Bail out! no corpus in %s: %s\n", folder,
		       error ? error->message : "no files");
		exit(1);
	}
	g_dir_close(dir);
	g_ptr_array_sort(paths, by_path);
	return paths;
}

int main(int argc, char **argv)
{
	g_autofree char *folder = corpus_of(argv[0]);
	g_autoptr(GPtrArray) paths = files_of(folder);

	printf("1..%u\n", paths->len);
	for (guint i = 0; i < paths->len; i++) {
		g_autofree char *bytes = NULL, *name = g_path_get_basename(paths->pdata[i]);
		gsize size;

		if (g_file_get_contents(paths->pdata[i], &bytes, &size, NULL)) {
			/*
			 * A copy of exactly the size, so that a sanitizer sees a read past its end.
			 */
			g_autofree guint8 *copy = g_memdup2(bytes, size);

			LLVMFuzzerTestOneInput(copy, size);
			printf("ok %u - %s\n", i + 1, name);
		} else {
			printf("not ok %u - %s cannot be read\n", i + 1, name);
		}
		fflush(stdout);
	}
	return 0;
}
