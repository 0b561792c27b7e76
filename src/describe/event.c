#include "tell.h"

#include <string.h>

enum column { TYPE, REASON, LAST, SOURCE, COLUMNS };
static const char *const members[COLUMNS] = { "type", "reason", "last", "source" };
static const int widest[COLUMNS] = { 8, 24, 20, 24 };

/* As wide as the widest, within bounds. */
static void measure(const struct cJSON *events, int width[COLUMNS])
{
	for (const struct cJSON *n = json_first(events); n; n = json_next(n))
		for (int i = 0; i < COLUMNS; i++) {
			const char *text = json_string(n, members[i]) ?: "";

			width[i] = MAX(width[i], MIN(widest[i], (int)g_utf8_strlen(text, -1)));
		}
}

static gboolean warns(const struct cJSON *event)
{
	return g_strcmp0(json_string(event, "type"), "Warning") == 0;
}

/* The sign before those that warn takes two cells, which the others leave empty. */
static char *event_text(const struct cJSON *event, const int width[COLUMNS])
{
	GString *out = g_string_new(warns(event) ? "" : "  ");
	gint64 count = json_int(event, "count", 1);

	for (int i = 0; i < COLUMNS; i++) {
		const char *text = json_string(event, members[i]) ?: "";

		g_string_append_printf(out, "%s%*s", text,
				       MAX(width[i] - (int)g_utf8_strlen(text, -1), 0) + 2, "");
	}
	g_string_append(out, json_string(event, "message") ?: "");
	if (count > 1)
		g_string_append_printf(out, "  (%" G_GINT64_FORMAT " times since %s)", count,
				       json_string(event, "first") ?: "?");
	return g_string_free(out, FALSE);
}

void tell_events(struct telling *t, const struct cJSON *events)
{
	int width[COLUMNS] = { 0 };

	if (!json_first(events)) {
		tell_line(t, DESCRIBE_PLAIN, "Events", "none held");
		return;
	}
	measure(events, width);
	tell_head(t, "Events");
	t->level++;
	for (const struct cJSON *n = json_first(events); n; n = json_next(n)) {
		g_autofree char *text = event_text(n, width);

		tell_item(t, warns(n) ? DESCRIBE_NOTE : DESCRIBE_PLAIN, text);
	}
	t->level--;
}
