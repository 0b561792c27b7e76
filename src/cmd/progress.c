#include "command.h"
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <kase/text.h>

static int shown; /* cells that stand there now */

char *progress_count(guint64 count)
{
	g_autofree char *digits = g_strdup_printf("%" G_GUINT64_FORMAT, count);
	GString *out = g_string_new(NULL);

	for (const char *d = digits; *d; d++) {
		gsize left = strlen(d);

		if (d != digits && left % 3 == 0)
			g_string_append_c(out, ',');
		g_string_append_c(out, *d);
	}
	return g_string_free(out, FALSE);
}

char *progress_bytes(guint64 bytes)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB", "PB", "EB" };
	double value = (double)bytes / 1000;
	gsize unit = 0;

	if (bytes < 1000)
		return g_strdup_printf("%" G_GUINT64_FORMAT " B", bytes);
	/* What would be rounded up to 1000.0 belongs to the next unit. */
	while (value >= 999.95 && unit + 1 < G_N_ELEMENTS(units)) {
		value /= 1000;
		unit++;
	}
	return g_strdup_printf("%.1f %s", value, units[unit]);
}

static void append_rows(GString *out, const struct engine_progress *p)
{
	g_autofree char *rows = progress_count(p->rows),
			*expected = progress_count(p->rows_expected);

	if (p->rows_expected)
		g_string_append_printf(out, "%s of %s rows, ", rows, expected);
	else if (p->rows)
		g_string_append_printf(out, "%s rows, ", rows);
}

char *progress_engine_line(const struct engine_progress *p, double seconds, int cells)
{
	g_autoptr(GString) line = g_string_new(NULL);
	g_autofree char *bytes = progress_bytes(p->bytes), *safe = NULL;
	gboolean waits = *p->trouble && p->retry_s >= 0;

	/* First, since the end is what a narrow terminal cuts off. */
	if (waits)
		g_string_append_printf(line, "trying again in %" G_GINT64_FORMAT " s: %s  ",
				       p->retry_s, p->trouble);
	if (p->tasks)
		g_string_append_printf(line, "%u/%u ", p->tasks_done, p->tasks);
	if (*p->doing)
		g_string_append_printf(line, "%s: ", p->doing);
	append_rows(line, p);
	g_string_append_printf(line, "%s, %.1f s", bytes, seconds);
	if (p->gaps)
		g_string_append_printf(line, ", %u gap%s", p->gaps, p->gaps == 1 ? "" : "s");
	if (*p->trouble && !waits)
		g_string_append_printf(line, "  %s", p->trouble);
	safe = text_safe(line->str, -1);
	return text_cut_end(safe, cells, TRUE);
}

int progress_cells(void)
{
	struct winsize size;

	if (!isatty(STDERR_FILENO))
		return 0;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) || size.ws_col < 20)
		return 79;
	return size.ws_col - 1; /* the last column would wrap */
}

void progress_show(const char *line)
{
	int cells = text_cells(line);

	if (!progress_cells())
		return;
	fprintf(stderr, "\r%s%*s\r%s", line, MAX(0, shown - cells), "", line);
	shown = cells;
}

void progress_say(const char *line)
{
	progress_end();
	say("%s", line);
}

void progress_end(void)
{
	if (shown)
		fprintf(stderr, "\r%*s\r", shown, "");
	shown = 0;
}
