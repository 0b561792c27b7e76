#include <kase/stamp.h>

#include <string.h>

#define JULIAN_OF_1970 719163 /* GDate counts days from 0001-01-01, which is 1 */
#define SECONDS_A_DAY  86400
#define FIRST_YEAR     1678 /* whole years of what nanoseconds in 63 bits can say */
#define LAST_YEAR      2261

struct cursor {
	const char *at, *end;
};

gint64 stamp_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * STAMP_SECOND + now.tv_nsec;
}

/* --- reading ------------------------------------------------------------------------------- */

/* Exactly `digits` digits; FALSE where there are fewer. */
static gboolean take_number(struct cursor *c, int digits, int *out)
{
	if (c->end - c->at < digits)
		return FALSE;
	*out = 0;
	for (int i = 0; i < digits; i++) {
		if (!g_ascii_isdigit(c->at[i]))
			return FALSE;
		*out = *out * 10 + (c->at[i] - '0');
	}
	c->at += digits;
	return TRUE;
}

/* One of the characters in `any`. */
static gboolean take_one(struct cursor *c, const char *any)
{
	if (c->at >= c->end || !*c->at || !strchr(any, *c->at))
		return FALSE;
	c->at++;
	return TRUE;
}

static gboolean take_date(struct cursor *c, gint64 *days)
{
	int year, month, day;
	GDate date;

	if (!take_number(c, 4, &year) || !take_one(c, "-") || !take_number(c, 2, &month) ||
	    !take_one(c, "-") || !take_number(c, 2, &day))
		return FALSE;
	if (year < FIRST_YEAR || year > LAST_YEAR || !g_date_valid_dmy(day, month, year))
		return FALSE;
	g_date_clear(&date, 1);
	g_date_set_dmy(&date, day, month, year);
	*days = (gint64)g_date_get_julian(&date) - JULIAN_OF_1970;
	return TRUE;
}

/* A leap second, :60, is the first of the next minute. */
static gboolean take_time(struct cursor *c, gint64 *seconds)
{
	int hour, minute, second;

	if (!take_number(c, 2, &hour) || !take_one(c, ":") || !take_number(c, 2, &minute) ||
	    !take_one(c, ":") || !take_number(c, 2, &second))
		return FALSE;
	*seconds = hour * 3600 + minute * 60 + second;
	return hour < 24 && minute < 60 && second <= 60;
}

/* What follows the ninth digit is less than a nanosecond and left out. */
static gboolean take_fraction(struct cursor *c, gint64 *ns)
{
	gint64 unit = STAMP_SECOND / 10;
	const char *begin;

	*ns = 0;
	if (!take_one(c, "."))
		return TRUE;
	begin = c->at;
	for (; c->at < c->end && g_ascii_isdigit(*c->at); c->at++) {
		*ns += (*c->at - '0') * unit;
		unit /= 10;
	}
	return c->at > begin;
}

static gboolean take_offset(struct cursor *c, gint64 *seconds)
{
	gboolean west;
	int hours, minutes;

	*seconds = 0;
	if (take_one(c, "Zz"))
		return TRUE;
	west = c->at < c->end && *c->at == '-';
	if (!take_one(c, "+-") || !take_number(c, 2, &hours) || !take_one(c, ":") ||
	    !take_number(c, 2, &minutes))
		return FALSE;
	*seconds = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
	return hours < 24 && minutes < 60;
}

gboolean stamp_parse(const char *text, gssize length, gint64 *ns)
{
	struct cursor c = { text, text + (length < 0 ? (gssize)strlen(text) : length) };
	gint64 days, seconds, fraction, offset;

	if (!take_date(&c, &days) || !take_one(&c, "Tt") || !take_time(&c, &seconds) ||
	    !take_fraction(&c, &fraction) || !take_offset(&c, &offset) || c.at != c.end)
		return FALSE;
	*ns = (days * SECONDS_A_DAY + seconds - offset) * STAMP_SECOND + fraction;
	return TRUE;
}

gint64 stamp_of(const char *text)
{
	gint64 ns;

	/* The year 1 is outside what can be read; the start of 1970 is nobody's moment. */
	return text && stamp_parse(text, -1, &ns) && ns != 0 ? ns : STAMP_NONE;
}

/* --- writing ------------------------------------------------------------------------------- */

/* Up to the seconds, without Z; `fraction` takes what is left of the second. */
static int format_seconds(gint64 ns, char out[static STAMP_CHARS], gint64 *fraction)
{
	gint64 seconds = ns / STAMP_SECOND, days, rest;
	GDate date;

	*fraction = ns % STAMP_SECOND;
	if (*fraction < 0) {
		*fraction += STAMP_SECOND;
		seconds--;
	}
	days = seconds / SECONDS_A_DAY;
	rest = seconds % SECONDS_A_DAY;
	if (rest < 0) {
		rest += SECONDS_A_DAY;
		days--;
	}
	g_date_clear(&date, 1);
	g_date_set_julian(&date, (guint32)(days + JULIAN_OF_1970));
	return g_snprintf(out, STAMP_CHARS, "%04d-%02d-%02dT%02d:%02d:%02d", g_date_get_year(&date),
			  g_date_get_month(&date), g_date_get_day(&date), (int)(rest / 3600),
			  (int)(rest / 60 % 60), (int)(rest % 60));
}

/* Each 'd' is a digit, each 'a' a letter; all else stands for itself. */
static gboolean fits(const char *text, const char *form)
{
	for (; *form; text++, form++)
		if (*form == 'd'   ? !g_ascii_isdigit(*text)
		    : *form == 'a' ? !g_ascii_isalpha(*text)
				   : *text != *form)
			return FALSE;
	return !*text;
}

gint64 stamp_of_http(const char *text)
{
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	char rfc3339[STAMP_CHARS];
	gint64 ns;

	if (!text || !fits(text, "aaa, dd aaa dddd dd:dd:dd GMT"))
		return STAMP_NONE;
	for (int i = 0; i < 12; i++) {
		if (strncmp(text + 8, months[i], 3) != 0)
			continue;
		g_snprintf(rfc3339, sizeof(rfc3339), "%.4s-%02d-%.2sT%.8sZ", text + 12, i + 1,
			   text + 5, text + 17);
		return stamp_parse(rfc3339, -1, &ns) ? ns : STAMP_NONE;
	}
	return STAMP_NONE;
}

const char *stamp_format(gint64 ns, char out[static STAMP_CHARS])
{
	gint64 fraction;
	int length;

	if (ns == STAMP_NONE) {
		out[0] = '\0';
		return out;
	}
	length = format_seconds(ns, out, &fraction);
	g_snprintf(out + length, STAMP_CHARS - length, ".%09dZ", (int)fraction);
	return out;
}

const char *stamp_format_seconds(gint64 ns, char out[static STAMP_CHARS])
{
	gint64 fraction;
	int length;

	if (ns == STAMP_NONE) {
		out[0] = '\0';
		return out;
	}
	length = format_seconds(ns, out, &fraction);
	g_snprintf(out + length, STAMP_CHARS - length, "Z");
	return out;
}

const char *stamp_format_age(gint64 ns, gint64 now, char out[static STAMP_CHARS])
{
	/* The first unit below whose end the age lies. */
	static const struct {
		gint64 below_s, unit_s;
		char letter;
	} units[] = {
		{ 120, 1, 's' },
		{ 3 * 3600, 60, 'm' },
		{ 2 * SECONDS_A_DAY, 3600, 'h' },
		{ 730 * SECONDS_A_DAY, SECONDS_A_DAY, 'd' },
		{ G_MAXINT64, 365 * SECONDS_A_DAY, 'y' },
	};
	gint64 seconds = ns < now ? (gint64)(((guint64)now - (guint64)ns) / STAMP_SECOND) : 0;
	gsize i = 0;

	if (ns == STAMP_NONE)
		return strcpy(out, "?");
	while (seconds >= units[i].below_s)
		i++;
	g_snprintf(out, STAMP_CHARS, "%d%c", (int)(seconds / units[i].unit_s), units[i].letter);
	return out;
}
