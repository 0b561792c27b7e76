#include "frame-log.h"

#include <stdio.h>

struct frame_log {
	FILE *file;
};

struct frame_log *frame_log_open(void)
{
	const char *path = g_getenv("KASE_FRAME_LOG");
	FILE *file = path && *path ? fopen(path, "ae") : NULL;
	struct frame_log *f;

	if (!file)
		return NULL;
	f = g_new0(struct frame_log, 1);
	f->file = file;
	setvbuf(file, NULL, _IOLBF, 0);
	return f;
}

void frame_log_add(struct frame_log *f, gint64 caused_us, const char *cause, gint64 rows,
		   guint keys)
{
	fprintf(f->file, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT " %u\n",
		caused_us, g_get_monotonic_time(), cause, rows, keys);
}

void frame_log_close(struct frame_log *f)
{
	if (!f)
		return;
	fclose(f->file);
	g_free(f);
}
