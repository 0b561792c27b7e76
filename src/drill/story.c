/*
 * story - the one clock of a recording that runs in time.
 *
 * What is recorded of a moment comes as long after the start as that moment came after the
 * beginning of the recording, or `hurry` times as soon.  Moments in objects and logs move with
 * it: those before the beginning stay as far apart as they were, those after it as far as
 * `hurry` lets them be.  Without hurry all move by whole seconds, so that what is told in whole
 * seconds stays beside what is told finer: the story starts up to a second before it is first
 * told.  With hurry that second would be a large part of it.
 */
#include "parts.h"

#include <kase/stamp.h>

#include <string.h>

#define DATE_CHARS   10 /* "2026-11-24" */
#define SECOND_CHARS 19 /* "2026-11-24T16:41:02" */

gboolean story_init(struct story *s, GBytes *began, const struct drill_server *server,
		    GError **error)
{
	g_autofree char *text = NULL;
	gint64 start_us = server->started_us, into_us;

	if (began)
		text = g_strndup(g_bytes_get_data(began, NULL), g_bytes_get_size(began));
	if (!text || !stamp_parse(g_strchomp(text), -1, &s->began_ns)) {
		g_set_error(error, DRILL_ERROR, DRILL_ERROR_RECORDING,
			    "it does not run in time: incident/began is %s",
			    began ? "no moment" : "missing");
		return FALSE;
	}
	s->hurry = MAX(server->plan.hurry, 1);
	into_us = ((start_us * 1000 - s->began_ns) % STAMP_SECOND) / 1000;
	if (into_us < 0)
		into_us += G_USEC_PER_SEC;
	if (s->hurry > 1)
		into_us = 0;
	s->start_us = start_us - into_us;
	s->monotonic_us = server->started_monotonic_us - into_us;
	return TRUE;
}

gint64 story_now_ms(const struct story *s)
{
	return (g_get_monotonic_time() - s->monotonic_us) * s->hurry / 1000;
}

static gint64 hurried_us(const struct story *s, gint64 ms)
{
	return (ms * 1000 + s->hurry - 1) / s->hurry;
}

gint64 story_due_us(const struct story *s, gint64 ms)
{
	return s->monotonic_us + hurried_us(s, ms);
}

gint64 story_real_us(const struct story *s, gint64 ms)
{
	return s->start_us + hurried_us(s, ms);
}

/* --- moments in text -------------------------------------------------------------------------- */

static gint64 moved(const struct story *s, gint64 ns)
{
	gint64 after = ns - s->began_ns;

	return s->start_us * 1000 + s->began_ns % 1000 + (after > 0 ? after / s->hurry : after);
}

/* How long the moment is that begins at `at`; 0: none does. */
static gsize moment_length(const char *at, const char *end)
{
	gsize n = SECOND_CHARS;

	if (end - at <= SECOND_CHARS)
		return 0;
	if (at[n] == '.')
		for (n++; at + n < end && g_ascii_isdigit(at[n]); n++)
			;
	return at + n < end && at[n] == 'Z' ? n + 1 : 0;
}

static void write_moment(const struct story *s, char *at, gsize length)
{
	char text[STAMP_CHARS];
	gint64 ns;

	if (!stamp_parse(at, length, &ns))
		return;
	stamp_format(moved(s, ns), text);
	memcpy(at, text, length - strlen("Z"));
}

GBytes *story_move(const struct story *s, GBytes *body)
{
	gsize size;
	const char *data = g_bytes_get_data(body, &size);
	char *copy = g_memdup2(data, size), *at = copy, *end = copy + size;

	while (at && (at = memchr(at, 'T', end - at))) {
		char *begin = at - DATE_CHARS;
		gsize length = begin >= copy ? moment_length(begin, end) : 0;

		/* Digits beyond the ninth are no moment's that Kubernetes writes. */
		if (length && length < STAMP_CHARS - 1)
			write_moment(s, begin, length);
		at++;
	}
	return g_bytes_new_take(copy, size);
}
