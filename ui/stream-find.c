#include "stream.h"

#include <kase/stamp.h>

#include <stdlib.h>
#include <string.h>

static gboolean row_holds(const struct stream *s, int row)
{
	return strcasestr(stream_row(s, row)->text, s->find) != NULL;
}

static gboolean find_at_hand(struct stream *s, int from, int by)
{
	for (int row = from; row >= 0 && row < stream_count(s); row += by) {
		if (!row_holds(s, row))
			continue;
		s->cursor = row;
		s->follows = FALSE;
		stream_keep_in_sight(s);
		return TRUE;
	}
	return FALSE;
}

/* Where no line is held yet, the first one that comes is the first that is looked at. */
static void search_when_lines_come(struct stream *s)
{
	s->search = 1;
	s->search_from = LOG_START;
	s->search_over = TRUE;
	s->halted = FALSE;
}

static void say_what_waits(struct stream *s)
{
	if (s->search && !stream_has_lines(s))
		screen_say(s->pane.screen, "no line yet: \"%s\" is looked for as soon as they come",
			   s->find);
}

static void search_from(struct stream *s, int from, int by)
{
	stream_drop_pending(s);
	s->search = 0;
	if (!stream_has_lines(s)) {
		search_when_lines_come(s);
	} else if (!find_at_hand(s, from, by)) {
		s->search = by;
		s->search_from = by > 0 ? s->after : s->before;
		s->search_from.id -= by;
		s->search_over = s->halted = FALSE;
		s->looked = 0;
	}
	stream_ask(s);
}

void stream_search(struct stream *s, int by)
{
	if (!*s->find)
		screen_say(s->pane.screen, "nothing is searched for: / searches");
	else
		search_from(s, s->cursor + by, by);
	say_what_waits(s);
}

/* From its other end, once. */
static gboolean search_over(struct stream *s)
{
	if (s->search_over) {
		s->search = 0;
		screen_say(s->pane.screen, "no \"%s\" in these logs", s->find);
		return FALSE;
	}
	s->search_over = TRUE;
	s->search_from = s->search > 0 ? LOG_START : LOG_END;
	return FALSE;
}

gboolean stream_searched(struct stream *s, struct log_page *page)
{
	if (page->rows->len) {
		struct log_row *row = page->rows->pdata[0];

		if (s->search_over && s->looked > page->looked)
			screen_say(s->pane.screen, "the search went on from the %s",
				   s->search > 0 ? "start" : "end");
		s->search = 0;
		s->follows = FALSE;
		stream_jump(s, row->key);
		return TRUE;
	}
	s->search_from = page->reached;
	return page->end && search_over(s);
}

void stream_filter(struct stream *s, gboolean filters)
{
	s->filters = filters;
	g_free(s->choice.find);
	s->choice.find = filters && *s->find ? g_strdup(s->find) : NULL;
	stream_reset(s);
}

void stream_find(struct pane *pane, const char *text, enum pane_find how)
{
	struct stream *s = (struct stream *)pane;
	gboolean same = g_str_equal(s->find, how == PANE_FIND_DROPPED ? "" : text);

	if (same && how == PANE_FIND_TYPED)
		return;
	g_free(s->find);
	s->find = g_strdup(how == PANE_FIND_DROPPED ? "" : text);
	if (s->filters && !same)
		stream_filter(s, TRUE);
	else if (!*s->find)
		s->search = 0;
	else if (!same && !s->filters)
		search_from(s, s->cursor, 1);
	if (how == PANE_FIND_DONE)
		say_what_waits(s);
}

/* --- times ------------------------------------------------------------------------------------ */

static gint64 newest(const struct stream *s)
{
	gint64 at = STAMP_NONE;

	for (guint n = 0; s->facts && n < s->facts->instances->len; n++)
		at = MAX(at, ((struct log_instance *)s->facts->instances->pdata[n])->last_at);
	return at;
}

/* "-5m": before the last line. */
static gboolean read_before(const struct stream *s, const char *text, gint64 *ns)
{
	static const struct {
		const char *unit;
		gint64 seconds;
	} units[] = { { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 } };
	char *end;
	gint64 number = g_ascii_strtoll(text + 1, &end, 10);

	if (*text != '-' || !g_ascii_isdigit(text[1]) || number > 100000 || newest(s) == STAMP_NONE)
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
		if (g_str_equal(end, units[i].unit)) {
			*ns = newest(s) - number * units[i].seconds * STAMP_SECOND;
			return TRUE;
		}
	return FALSE;
}

static GDateTime *day_of(const struct stream *s, GTimeZone *zone)
{
	gint64 at = stream_count(s) ? stream_row(s, s->cursor)->key.at : newest(s);
	g_autoptr(GDateTime) utc = NULL;

	if (at == STAMP_NONE)
		at = screen_now(s->pane.screen);
	utc = g_date_time_new_from_unix_utc(at / STAMP_SECOND);
	return utc ? g_date_time_to_timezone(utc, zone) : NULL;
}

/*
 * "13:58" and "8:58:27.9" are of the day that one is on; "2026-11-24 13:58Z" is whole, but for its
 * seconds.
 */
static char *complete(const char *text, GDateTime *day)
{
	g_autofree char *written = g_strdelimit(g_strdup(text), " ", 'T');
	const char *date = strchr(written, 'T'), *time = date ? date + 1 : written;
	gsize hour = strspn(time, "0123456789");
	gsize minutes = hour + (time[hour] == ':' ? 1 + strspn(time + hour + 1, "0123456789") : 0);
	GString *out = g_string_new(NULL);

	if (date)
		g_string_append_len(out, written, time - written);
	else if (day)
		g_string_append_printf(out, "%04d-%02d-%02dT", g_date_time_get_year(day),
				       g_date_time_get_month(day),
				       g_date_time_get_day_of_month(day));
	g_string_append_printf(out, "%s%.*s%s%s", hour == 1 ? "0" : "", (int)minutes, time,
			       time[minutes] == ':' ? "" : ":00", time + minutes);
	return g_string_free(out, FALSE);
}

static gboolean read_time(const struct stream *s, const char *text, gint64 *ns)
{
	g_autoptr(GTimeZone) zone = screen_is_local(s->pane.screen) ? g_time_zone_new_local()
								    : g_time_zone_new_utc();
	g_autoptr(GDateTime) day = day_of(s, zone);
	g_autofree char *whole = complete(text, day);
	g_autoptr(GDateTime) moment = g_date_time_new_from_iso8601(whole, zone);
	gint64 seconds = moment ? g_date_time_to_unix(moment) : 0;

	if (!moment || seconds < G_MININT64 / STAMP_SECOND + 1 ||
	    seconds > G_MAXINT64 / STAMP_SECOND - 1)
		return FALSE;
	*ns = seconds * STAMP_SECOND + (gint64)g_date_time_get_microsecond(moment) * 1000;
	return TRUE;
}

gboolean stream_go_to_time(struct stream *s, const char *text)
{
	gint64 ns;

	if (!read_before(s, text, &ns) && !read_time(s, text, &ns)) {
		screen_say(s->pane.screen,
			   ":at takes a time: 13:58, 13:58:27, 2026-11-24T13:58:27Z, "
			   "or -5m before the last line");
		return FALSE;
	}
	s->follows = FALSE;
	s->search = 0;
	stream_jump(s, (struct log_key){ ns, G_MININT64 / 2 });
	return TRUE;
}
