#include "offer.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kase/stamp.h>
#include <kase/text.h>

#include "command.h"

/* A line from the terminal, without blanks round it; NULL where it ends.  Caller owns. */
static char *read_line(void)
{
	char line[4096];

	return fgets(line, sizeof(line), stdin) ? g_strdup(g_strstrip(line)) : NULL;
}

gboolean offer_fits(const char *word)
{
	return *word != '-' && (g_str_has_suffix(word, ".kase") || strchr(word, '/')) &&
	       isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && isatty(STDERR_FILENO);
}

gboolean offer_make(const char *path)
{
	g_autofree char *safe = text_safe(path, -1), *answer = NULL;

	fprintf(stderr, "%s is not there.  Make a case of this name? [y/N] ", safe);
	answer = read_line();
	return answer &&
	       (g_ascii_strcasecmp(answer, "y") == 0 || g_ascii_strcasecmp(answer, "yes") == 0);
}

char *offer_default(const char *context, gint64 now)
{
	g_autofree char *name = g_strdup(context ? context : "");
	char stamp[STAMP_CHARS];
	char *path;

	stamp_format_seconds(now, stamp);
	g_strcanon(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_.", '-');
	while (*name == '.' || *name == '-')
		memmove(name, name + 1, strlen(name));
	path = g_strdup_printf("%s%s%.10s.kase", name, *name ? "-" : "", stamp);
	for (int n = 2; g_file_test(path, G_FILE_TEST_EXISTS); n++) {
		g_free(path);
		path = g_strdup_printf("%s%s%.10s-%d.kase", name, *name ? "-" : "", stamp, n);
	}
	return path;
}

char *offer_name(const char *context)
{
	g_autofree char *proposed = offer_default(context, stamp_now());
	g_autofree char *safe = text_safe(context ? context : "", -1), *answer = NULL;

	fprintf(stderr, "A case%s%s.  Its file (Enter: %s; ctrl-d: none): ", context ? " of " : "",
		safe, proposed);
	answer = read_line();
	if (!answer) {
		clearerr(stdin);
		fputc('\n', stderr);
		return NULL;
	}
	if (!*answer)
		return g_steal_pointer(&proposed);
	return strchr(answer, '.') ? g_steal_pointer(&answer) : g_strconcat(answer, ".kase", NULL);
}
