#include "view.h"

#include <string.h>

const struct view view_pods = {
	.noun = "pods",
	.resource = "pods",
	.from = "d_pod k JOIN d_object o ON o.subject = k.subject JOIN d_subject s ON s.id = k.subject",
	.id = "k.subject",
	.gone = "o.gone",
	.order = "s.namespace, s.name, k.subject",
	.empty = "no pods: none has been recorded; kase capture CASE cluster lists them",
	.columns = {
		{ "NAMESPACE", "s.namespace", NULL, VIEW_NAME, 9, 20, 7, TRUE, FALSE },
		{ "NAME", "s.name", NULL, VIEW_NAME, 26, 63, 9, TRUE, FALSE },
		{ "READY", "k.ready", NULL, VIEW_READY, 5, 7, 6, FALSE, TRUE },
		{ "STATUS", "iif(o.deleted IS NOT NULL, 'Terminating', k.phase)", NULL, VIEW_STATUS, 9,
		  12, 8, TRUE, TRUE },
		{ "↻", "k.restarts", NULL, VIEW_NUMBER, 2, 5, 4, FALSE, TRUE },
		{ "IMAGE", "k.images", NULL, VIEW_IMAGES, 8, 40, 5, TRUE, FALSE },
		{ "SA", "k.service_account", NULL, VIEW_NAME, 7, 24, 1, TRUE, FALSE },
		{ "NODE", "k.node", NULL, VIEW_NAME, 6, 28, 3, TRUE, FALSE },
		/* The youngest has the latest moment, and the smallest age. */
		{ "AGE", "o.created", "-o.created", VIEW_MOMENT, 4, 9, 8, FALSE, FALSE },
	},
};

int view_columns(const struct view *v)
{
	int n = 0;

	while (n < VIEW_COLUMNS && v->columns[n].source)
		n++;
	return n;
}

static void append_filter(GString *sql, const struct view *v, guint words)
{
	for (guint i = 0; i < words; i++) {
		g_string_append(sql, i ? " AND (''" : " WHERE (''");
		for (const struct view_column *c = v->columns; c->source; c++)
			if (c->searched)
				g_string_append_printf(sql, " || %s || ' '", c->source);
		g_string_append_printf(sql, ") LIKE ?%u ESCAPE '\\'", i + 1);
	}
}

char *view_scan_sql(const struct view *v, int sorted, gboolean inverted, guint words)
{
	const struct view_column *by = &v->columns[sorted];
	GString *sql = g_string_new(NULL);

	g_string_append_printf(sql, "SELECT %s, %s IS NOT NULL", v->id, v->gone);
	for (const struct view_column *c = v->columns; c->source; c++)
		g_string_append_printf(sql, c->form == VIEW_IMAGES ? ", %s" : ", length(%s)",
				       c->source);
	g_string_append_printf(sql, " FROM %s", v->from);
	append_filter(sql, v, words);
	g_string_append_printf(sql, " ORDER BY %s%s, %s", by->sort ? by->sort : by->source,
			       inverted ? " DESC" : "", v->order);
	return g_string_free(sql, FALSE);
}

/* A text may be as long as an object; of its start alone is anything seen. */
static gboolean is_text(const struct view_column *c)
{
	return c->form != VIEW_NUMBER && c->form != VIEW_MOMENT;
}

char *view_row_sql(const struct view *v)
{
	GString *sql = g_string_new(NULL);

	g_string_append_printf(sql, "SELECT %s", v->gone);
	for (const struct view_column *c = v->columns; c->source; c++)
		g_string_append_printf(sql, is_text(c) ? ", substr(%s, 1, 1000)" : ", %s",
				       c->source);
	g_string_append_printf(sql, " FROM %s WHERE %s = ?1", v->from, v->id);
	return g_string_free(sql, FALSE);
}

char *view_word(const char *word)
{
	GString *out = g_string_new("%");

	for (; *word; word++) {
		if (strchr("%_\\", *word))
			g_string_append_c(out, '\\');
		g_string_append_c(out, *word);
	}
	g_string_append_c(out, '%');
	return g_string_free(out, FALSE);
}

/* A digest is known by its beginning: its name, a colon and this many digits. */
#define DIGEST_DIGITS 6

static void append_image(GString *out, const char *image, gsize length)
{
	const char *at = memchr(image, '@', length);
	const char *colon = at ? memchr(at, ':', length - (gsize)(at - image)) : NULL;
	gsize digits = colon ? length - (gsize)(colon + 1 - image) : 0;

	if (digits <= DIGEST_DIGITS) {
		g_string_append_len(out, image, (gssize)length);
		return;
	}
	g_string_append_len(out, image, colon + 1 + DIGEST_DIGITS - image);
	g_string_append(out, "…");
}

char *view_images(const char *images)
{
	GString *out = g_string_new(NULL);

	while (*images) {
		gsize length = strcspn(images, " ");
		const char *slash = memrchr(images, '/', length);
		const char *name = slash ? slash + 1 : images;

		if (out->len && length)
			g_string_append_c(out, ',');
		append_image(out, name, length - (gsize)(name - images));
		images += length + (images[length] == ' ');
	}
	return g_string_free(out, FALSE);
}
