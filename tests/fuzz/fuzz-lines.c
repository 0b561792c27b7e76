#include "fuzz.h"

#include <string.h>

#include "../../src/kube/lines.h"

#define MAX_BYTES 64

static gboolean take(void *user, const char *line, gsize size)
{
	g_assert_cmpuint(size, <=, MAX_BYTES);
	g_assert_null(memchr(line, '\n', size));
	g_string_append_len(user, line, (gssize)size);
	g_string_append_c(user, '\n');
	return TRUE;
}

/* In pieces of `size` bytes.  What is left of a line is not in `got`. */
static enum lines_end split(const char *bytes, gsize size, gsize piece, GString *got)
{
	enum lines_end how = LINES_MORE;
	struct lines l;

	lines_init(&l, MAX_BYTES);
	for (gsize at = 0; how == LINES_MORE && at < size; at += piece)
		how = lines_feed(&l, bytes + at, MIN(piece, size - at), take, got);
	lines_clear(&l);
	return how;
}

/* The first byte says how large the pieces are; the lines of the rest are the same as in one piece, and are its beginning. */
int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	const char *bytes = (const char *)data + 1;
	g_autoptr(GString) whole = g_string_new(NULL);
	g_autoptr(GString) pieces = g_string_new(NULL);
	enum lines_end end;

	if (size < 2)
		return 0;
	end = split(bytes, size - 1, size - 1, whole);
	g_assert_cmpint(split(bytes, size - 1, 1 + data[0] % 32, pieces), ==, end);
	g_assert_cmpmem(pieces->str, pieces->len, whole->str, whole->len);
	g_assert_cmpuint(whole->len, <=, size - 1);
	g_assert_cmpmem(whole->str, whole->len, bytes, whole->len);
	if (end == LINES_MORE)
		g_assert_null(memchr(bytes + whole->len, '\n', size - 1 - whole->len));
	return 0;
}
