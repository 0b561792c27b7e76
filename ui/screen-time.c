/*
 * Moments, as the analyst has chosen to see them: ages, UTC, or the time of this machine.
 */
#include "screen-inside.h"

#include <kase/stamp.h>

#include <string.h>

/* Ages count from now where the case is live, and from when it was recorded where it is not. */
static gint64 ages_from(const struct screen *s)
{
	return s->plan.live || s->newest == STAMP_NONE ? screen_now(s) : s->newest;
}

gboolean screen_shows_times(const struct screen *s)
{
	return s->times != TIMES_AGES;
}

gboolean screen_is_local(const struct screen *s)
{
	return s->times == TIMES_LOCAL;
}

/* As stamp_format_seconds writes it, without the Z where it is this machine's time. */
static void format(const struct screen *s, gint64 ns, char out[static STAMP_CHARS])
{
	g_autoptr(GDateTime) moment = NULL;
	g_autofree char *text = NULL;

	stamp_format_seconds(ns, out);
	if (s->times != TIMES_LOCAL)
		return;
	moment = g_date_time_new_from_unix_local(ns / STAMP_SECOND - (ns % STAMP_SECOND < 0));
	text = moment ? g_date_time_format(moment, "%Y-%m-%dT%H:%M:%S") : NULL;
	if (text)
		g_strlcpy(out, text, STAMP_CHARS);
}

char *screen_time(const struct screen *s, gint64 ns)
{
	char text[STAMP_CHARS];

	format(s, ns, text);
	if (ages_from(s) - ns < 86400 * STAMP_SECOND && strlen(text) >= 19)
		return g_strndup(text + 11, 9);
	return g_strndup(text, 10);
}

char *screen_moment(const struct screen *s, gint64 ns)
{
	char text[STAMP_CHARS];

	if (ns == STAMP_NONE)
		return g_strdup("?");
	return s->times != TIMES_AGES ? screen_time(s, ns)
				      : g_strdup(stamp_format_age(ns, ages_from(s), text));
}

void screen_next_times(struct screen *s)
{
	static const char *const said[] = {
		[TIMES_AGES] = "ages",
		[TIMES_UTC] = "times in UTC",
	};
	g_autoptr(GDateTime) now = g_date_time_new_from_unix_local(screen_now(s) / STAMP_SECOND);

	s->times = (s->times + 1) % TIMES;
	if (s->times == TIMES_LOCAL)
		screen_say(s, "times of this machine: %s",
			   now ? g_date_time_get_timezone_abbreviation(now) : "?");
	else
		screen_say(s, "%s", said[s->times]);
}
