#include "duration.h"

static const struct {
	char letter;
	gint64 seconds;
} units[] = {
	{ 's', 1 },
	{ 'm', 60 },
	{ 'h', 3600 },
	{ 'd', 86400 },
};

static gint64 unit_seconds(const char *text)
{
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
		if (text[0] == units[i].letter && !text[1])
			return units[i].seconds;
	return 0;
}

gboolean duration_parse(const char *text, gint64 *seconds, GError **error)
{
	char *end = NULL;
	guint64 count = g_ascii_isdigit(*text) ? g_ascii_strtoull(text, &end, 10) : 0;
	gint64 unit = end ? unit_seconds(end) : 0;

	if (count > 0 && unit > 0 && count <= (guint64)(DURATION_MAX_DAYS * 86400 / unit)) {
		*seconds = (gint64)count * unit;
		return TRUE;
	}
	g_set_error(error, COMMAND_ERROR, COMMAND_ERROR_USAGE,
		    "`%s` is no length of time: a number with s, m, h or d after it, such as 90s, "
		    "15m, 12h or 2d, up to %d days",
		    text, DURATION_MAX_DAYS);
	return FALSE;
}
