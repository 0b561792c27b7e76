#include "config.h"

#include "rows.h"

#include <string.h>

struct state *state_of_chunk(const struct projection_chunk *chunk)
{
	struct state *s = *chunk->state;

	if (!s) {
		s = g_new0(struct state, 1);
		s->held = g_byte_array_new();
		*chunk->state = s;
	}
	s->at = chunk->at;
	s->after = chunk->after;
	return s;
}

void state_free(void *state)
{
	struct state *s = state;

	if (!s)
		return;
	g_byte_array_unref(s->held);
	log_free(s->log);
	file_free(s->file);
	g_free(s);
}

static void hold(struct state *s, const char *data, gsize size, guint64 offset, gsize ceiling)
{
	gsize room = ceiling > s->held->len ? ceiling - s->held->len : 0;

	if (s->held_length == 0)
		s->held_from = offset;
	g_byte_array_append(s->held, (const guint8 *)data, MIN(size, room));
	s->held_length += size;
}

void state_hold(struct state *s, const struct projection_chunk *chunk, gsize ceiling)
{
	hold(s, chunk->data, chunk->size, chunk->offset, ceiling);
}

void state_drop(struct state *s, gsize size)
{
	g_byte_array_remove_range(s->held, 0, (guint)size);
	s->held_from += size;
	s->held_length -= size;
}

static gboolean hand_held(struct state *s, line_function function, void *user, GError **error)
{
	struct line line = {
		.data = (const char *)s->held->data,
		.size = s->held->len,
		.offset = s->held_from,
		.length = s->held_length,
	};
	gboolean done = function(user, &line, error);

	g_byte_array_set_size(s->held, 0);
	s->held_length = 0;
	return done;
}

gboolean state_lines(struct state *s, const struct projection_chunk *chunk, gsize ceiling,
		     line_function function, void *user, GError **error)
{
	const char *at = chunk->data, *end = at + chunk->size, *newline;

	for (; (newline = memchr(at, '\n', end - at)); at = newline + 1) {
		struct line line = {
			.data = at,
			.size = MIN((gsize)(newline - at), ceiling),
			.offset = chunk->offset + (at - chunk->data),
			.length = newline - at,
		};

		if (s->held_length) {
			hold(s, at, newline - at, line.offset, ceiling);
			if (!hand_held(s, function, user, error))
				return FALSE;
		} else if (!function(user, &line, error)) {
			return FALSE;
		}
	}
	if (at < end)
		hold(s, at, end - at, chunk->offset + (at - chunk->data), ceiling);
	return TRUE;
}
