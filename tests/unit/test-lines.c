#include "../../src/kube/lines.h"

#include <string.h>

#define MAX_BYTES 8

static const struct {
	const char *stream, *lines; /* of `lines`, each ends with | */
	enum lines_end end;
} rows[] = {
	{ "", "", LINES_MORE },
	{ "a\nbc\n", "a|bc|", LINES_MORE },
	{ "a\nbc", "a|", LINES_MORE },
	{ "\n\na\n", "||a|", LINES_MORE },
	{ "a\r\n", "a\r|", LINES_MORE },
	{ "12345678\n", "12345678|", LINES_MORE },
	{ "12345678", "", LINES_MORE },
	{ "a\n123456789\nb\n", "a|", LINES_TOO_LONG },
	{ "a\n123456789", "a|", LINES_TOO_LONG },
	{ "a\nstop\nb\n", "a|stop|", LINES_STOPPED },
};

static gboolean take(void *user, const char *line, gsize size)
{
	GString *lines = user;

	g_string_append_len(lines, line, (gssize)size);
	g_string_append_c(lines, '|');
	return size != 4 || memcmp(line, "stop", 4) != 0;
}

/* In pieces of `size` bytes. */
static void check(const char *stream, gsize size, const char *expected, enum lines_end end)
{
	g_autoptr(GString) got = g_string_new(NULL);
	enum lines_end how = LINES_MORE;
	struct lines l;

	lines_init(&l, MAX_BYTES);
	for (gsize at = 0; how == LINES_MORE && at < strlen(stream); at += size) {
		gsize left = strlen(stream) - at;
		/* A copy, so that a sanitizer sees a read past its end. */
		g_autofree char *piece = g_memdup2(stream + at, MIN(size, left));

		how = lines_feed(&l, piece, MIN(size, left), take, got);
	}
	g_assert_cmpint(how, ==, end);
	g_assert_cmpstr(got->str, ==, expected);
	lines_clear(&l);
}

static void lines_are_the_same_however_they_were_split(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		for (gsize size = 1; size <= 20; size++) {
			g_test_message("%s by %" G_GSIZE_FORMAT, rows[i].stream, size);
			check(rows[i].stream, size, rows[i].lines, rows[i].end);
		}
}

static void what_is_left_of_a_line_is_forgotten_with_its_stream(void)
{
	g_autoptr(GString) got = g_string_new(NULL);
	struct lines l;

	lines_init(&l, MAX_BYTES);
	g_assert_cmpint(lines_feed(&l, "a\nhal", 5, take, got), ==, LINES_MORE);
	lines_drop(&l);
	g_assert_cmpint(lines_feed(&l, "f\n", 2, take, got), ==, LINES_MORE);
	g_assert_cmpstr(got->str, ==, "a|f|");
	lines_clear(&l);
}

#define ADD(name) g_test_add_func("/lines/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(lines_are_the_same_however_they_were_split);
	ADD(what_is_left_of_a_line_is_forgotten_with_its_stream);
	return g_test_run();
}
