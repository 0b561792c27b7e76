#include "lines.h"

#include <string.h>

void lines_init(struct lines *l, gsize max_bytes)
{
	l->rest = g_byte_array_new();
	l->max_bytes = max_bytes;
}

void lines_clear(struct lines *l)
{
	g_clear_pointer(&l->rest, g_byte_array_unref);
}

void lines_drop(struct lines *l)
{
	g_byte_array_unref(l->rest); /* with its room: it may have been a long one */
	l->rest = g_byte_array_new();
}

/* FALSE where the line would be too long. */
static gboolean keep(struct lines *l, const char *bytes, gsize size)
{
	if (size > l->max_bytes - l->rest->len)
		return FALSE;
	g_byte_array_append(l->rest, (const guint8 *)bytes, (guint)size);
	return TRUE;
}

/* `size` bytes up to a newline. */
static enum lines_end end_line(struct lines *l, const char *bytes, gsize size,
			       gboolean (*take)(void *user, const char *line, gsize size),
			       void *user)
{
	gboolean more;

	if (!l->rest->len) {
		if (size > l->max_bytes)
			return LINES_TOO_LONG;
		return take(user, bytes, size) ? LINES_MORE : LINES_STOPPED;
	}
	if (!keep(l, bytes, size))
		return LINES_TOO_LONG;
	more = take(user, (const char *)l->rest->data, l->rest->len);
	g_byte_array_set_size(l->rest, 0);
	return more ? LINES_MORE : LINES_STOPPED;
}

enum lines_end lines_feed(struct lines *l, const char *bytes, gsize size,
			  gboolean (*take)(void *user, const char *line, gsize size), void *user)
{
	const char *end = bytes + size, *newline;

	while (bytes < end && (newline = memchr(bytes, '\n', (gsize)(end - bytes)))) {
		enum lines_end how = end_line(l, bytes, (gsize)(newline - bytes), take, user);

		if (how != LINES_MORE)
			return how;
		bytes = newline + 1;
	}
	return keep(l, bytes, (gsize)(end - bytes)) ? LINES_MORE : LINES_TOO_LONG;
}
