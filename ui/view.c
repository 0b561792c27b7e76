#include "view.h"

#include <kase/case.h>

#include <string.h>

int view_columns(const struct view *v)
{
	int n = 0;

	while (n < VIEW_COLUMNS && v->columns[n].source)
		n++;
	return n;
}

/* The part of an item that narrows the view: the most particular that both know.  ITEM_PARTS: none. */
static enum item_part narrowed_by(const struct view *v, const struct item *item)
{
	enum item_part part = ITEM_PARTS;

	for (int i = 0; item && i < ITEM_PARTS; i++)
		if (v->of[i] && item_has(item, (enum item_part)i))
			part = (enum item_part)i;
	return part;
}

static void append_narrowed(GString *sql, const struct view *v, const struct item *item)
{
	enum item_part part = narrowed_by(v, item);

	g_string_append_printf(sql, " FROM %s WHERE (%s)", v->from,
			       part < ITEM_PARTS ? v->of[part] : "?1 IS NULL");
}

void view_bind(const struct view *v, const struct item *item, struct query *q)
{
	enum item_part part = narrowed_by(v, item);

	if (part == ITEM_SPACE)
		query_bind_text(q, 1, item->space);
	else if (part < ITEM_PARTS)
		query_bind_int(q, 1, item->ids[part]);
	else
		query_bind_null(q, 1);
}

static void append_filter(GString *sql, const struct view *v, guint words)
{
	for (guint i = 0; i < words; i++) {
		g_string_append(sql, " AND (''");
		for (const struct view_column *c = v->columns; c->source; c++)
			if (c->searched)
				g_string_append_printf(sql, " || coalesce(%s, '') || ' '",
						       c->source);
		g_string_append_printf(sql, ") LIKE ?%u ESCAPE '\\'", i + VIEW_WORDS);
	}
}

/* A text may be as long as an object; of its start alone is anything seen. */
static gboolean is_text(const struct view_column *c)
{
	return c->form != VIEW_NUMBER && c->form != VIEW_MOMENT;
}

/* Of a moment no more is asked than that it takes no reading. */
static void append_measured(GString *sql, const struct view_column *c)
{
	if (c->form == VIEW_MOMENT)
		g_string_append(sql, ", ''");
	else if (is_text(c) && c->form != VIEW_IMAGES)
		g_string_append_printf(sql, ", substr(%s, 1, %d)", c->source, c->max + 1);
	else
		g_string_append_printf(sql, ", %s", c->source);
}

static const char *gone_of(const struct view *v)
{
	return v->gone ? v->gone : "NULL";
}

char *view_scan_sql(const struct view *v, const struct item *item, int sorted, gboolean inverted,
		    guint words)
{
	const struct view_column *by = &v->columns[sorted];
	GString *sql = g_string_new(NULL);

	g_string_append_printf(sql, "SELECT %s, %s IS NOT NULL", v->id, gone_of(v));
	for (const struct view_column *c = v->columns; c->source; c++)
		append_measured(sql, c);
	append_narrowed(sql, v, item);
	append_filter(sql, v, words);
	g_string_append_printf(sql, " ORDER BY %s%s, %s", by->sort ? by->sort : by->source,
			       inverted ? " DESC" : "", v->order);
	return g_string_free(sql, FALSE);
}

char *view_count_sql(const struct view *v, const struct item *item)
{
	GString *sql = g_string_new("SELECT count(*)");

	append_narrowed(sql, v, item);
	g_string_append_printf(sql, " AND %s IS NULL", gone_of(v));
	return g_string_free(sql, FALSE);
}

char *view_row_sql(const struct view *v)
{
	GString *sql = g_string_new(NULL);

	g_string_append_printf(sql, "SELECT %s, %s", gone_of(v), v->name ? v->name : "NULL");
	for (int i = 0; i < ITEM_PARTS; i++)
		g_string_append_printf(sql, ", %s", v->about[i] ? v->about[i] : "NULL");
	for (const struct view_column *c = v->columns; c->source; c++)
		g_string_append_printf(sql, is_text(c) ? ", substr(%s, 1, 1000)" : ", %s",
				       c->source);
	for (const struct view_column *c = v->columns; c->source; c++)
		if (c->tinted_by)
			g_string_append_printf(sql, ", %s", c->tinted_by);
	g_string_append_printf(sql, " FROM %s WHERE %s = ?1", v->from, v->id);
	return g_string_free(sql, FALSE);
}

char *view_whole_sql(const struct view *v)
{
	GString *sql = g_string_new(NULL);

	g_string_append_printf(sql, "SELECT %s", gone_of(v));
	for (const struct view_column *c = v->columns; c->source; c++)
		g_string_append_printf(sql, ", %s", c->source);
	g_string_append_printf(sql, " FROM %s WHERE %s = ?1", v->from, v->id);
	return g_string_free(sql, FALSE);
}

int view_tint_field(const struct view *v, int column)
{
	int field = VIEW_FIRST + view_columns(v);

	if (!v->columns[column].tinted_by)
		return VIEW_FIRST + column;
	for (int i = 0; i < column; i++)
		field += v->columns[i].tinted_by != NULL;
	return field;
}

enum role view_tint(const struct view_column *c, const char *value)
{
	const struct view_tint *tint = c->tints;

	if (!tint)
		return ROLE_TEXT;
	while (tint->value && g_strcmp0(tint->value, value) != 0)
		tint++;
	return tint->role;
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
