#include "logbytes.h"

#include <string.h>

#define STAMP_MAX_BYTES 40 /* with an offset written out */

gsize logbytes_whole(const char *bytes, gsize size)
{
	const char *last = size ? memrchr(bytes, '\n', size) : NULL;

	return last ? (gsize)(last - bytes) + 1 : 0;
}

gsize logbytes_piece(const char *bytes, gsize size)
{
	gsize whole;

	if (size <= LOGBYTES_PIECE_MAX)
		return size;
	whole = logbytes_whole(bytes, LOGBYTES_PIECE_MAX);
	return whole ? whole : LOGBYTES_PIECE_MAX; /* one line larger than a piece */
}

static gboolean stamp_at(const char *line, gsize size, gint64 *ns)
{
	const char *space = memchr(line, ' ', MIN(size, STAMP_MAX_BYTES));

	return space && stamp_parse(line, space - line, ns);
}

gint64 logbytes_first(const char *bytes, gsize size)
{
	const char *end = bytes + size;
	gint64 ns = STAMP_NONE;

	while (bytes < end && !stamp_at(bytes, (gsize)(end - bytes), &ns)) {
		bytes = memchr(bytes, '\n', (gsize)(end - bytes));
		if (!bytes)
			break;
		bytes++;
	}
	return ns;
}

gint64 logbytes_last(const char *bytes, gsize size)
{
	gint64 ns = STAMP_NONE;
	gsize whole = logbytes_whole(bytes, size);

	while (whole) {
		gsize before = logbytes_whole(bytes, whole - 1);

		if (stamp_at(bytes + before, whole - before, &ns))
			return ns;
		whole = before;
	}
	return STAMP_NONE;
}

gboolean logbytes_since(gint64 ns, char out[static STAMP_CHARS])
{
	if (ns == STAMP_NONE)
		return FALSE;
	stamp_format_seconds(ns, out);
	return TRUE;
}
