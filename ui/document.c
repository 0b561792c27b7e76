#include "document.h"

#include <kase/text.h>

#include <string.h>

GPtrArray *document_lines(const char *text)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);

	while (*text) {
		gsize length = strcspn(text, "\n");

		g_ptr_array_add(lines, text_safe(text, (gssize)length));
		text += length + (text[length] == '\n');
	}
	return lines;
}

static gboolean document_work(struct job *job, struct casefile *c, GError **error)
{
	struct document *d = (struct document *)job;

	return d->read(d, c, error);
}

static void document_done(struct job *job, const GError *error)
{
	struct document *d = (struct document *)job;

	d->found(d, error);
}

static void document_free(struct job *job)
{
	struct document *d = (struct document *)job;

	if (d->lines)
		g_ptr_array_unref(d->lines);
	if (d->roles)
		g_byte_array_unref(d->roles);
	item_clear(&d->item);
	g_free(d->about);
	g_free(d);
}

struct document *document_new(document_read *read, const struct item *item, gint64 version)
{
	struct document *d = g_new0(struct document, 1);

	d->job =
		(struct job){ .work = document_work, .done = document_done, .free = document_free };
	d->read = read;
	item_copy(&d->item, item);
	d->version = version;
	return d;
}

void document_drop(struct document *d)
{
	if (!d)
		return;
	d->user = NULL;
	worker_drop(&d->job);
}
