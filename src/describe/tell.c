#include "tell.h"

#include <string.h>

#define INDENT       2
#define VALUE_COLUMN 29

static const char *const signs[] = {
	[DESCRIBE_NOTE] = "! ",
	[DESCRIBE_DANGER] = "‼ ",
};

static const char *sign_of(enum describe_mark mark)
{
	return mark < G_N_ELEMENTS(signs) && signs[mark] ? signs[mark] : "";
}

static void add(struct telling *t, enum describe_mark mark, char *text)
{
	struct describe_line *line = g_new0(struct describe_line, 1);

	line->text = text;
	line->mark = mark;
	g_ptr_array_add(t->lines, line);
}

/* --- lines --------------------------------------------------------------------------------------- */

void tell_head(struct telling *t, const char *label)
{
	add(t, DESCRIBE_HEAD, g_strdup_printf("%*s%s:", t->level * INDENT, "", label));
}

static void add_labelled(struct telling *t, enum describe_mark mark, const char *label,
			 const char *value)
{
	GString *text = g_string_new(NULL);
	glong cells;

	g_string_append_printf(text, "%*s%s%s", t->level * INDENT, "", label, *label ? ":" : "");
	cells = g_utf8_strlen(text->str, -1);
	g_string_append_printf(text, "%*s%s%s", (int)MAX(VALUE_COLUMN - cells, 1), "",
			       *label ? sign_of(mark) : "", value);
	g_strchomp(text->str);
	add(t, mark, g_string_free(text, FALSE));
}

void tell_line(struct telling *t, enum describe_mark mark, const char *label, const char *value)
{
	g_auto(GStrv) parts = g_strsplit(value, "\n", -1);
	guint n = g_strv_length(parts);

	if (n > 1 && !*parts[n - 1])
		n--; /* it ends with a newline */
	for (guint i = 0; i < MAX(n, 1); i++)
		add_labelled(t, mark, i ? "" : label, n ? parts[i] : "");
}

void tell_format(struct telling *t, enum describe_mark mark, const char *label, const char *format,
		 ...)
{
	g_autofree char *value = NULL;
	va_list arguments;

	va_start(arguments, format);
	value = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	tell_line(t, mark, label, value);
}

void tell_item(struct telling *t, enum describe_mark mark, const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "\n", -1);

	for (char **part = parts; *part; part++)
		if (part == parts || *part[0] || part[1])
			add(t, mark,
			    g_strdup_printf("%*s%s%s", t->level * INDENT, "",
					    part == parts ? sign_of(mark) : "", *part));
}

/* --- rows ---------------------------------------------------------------------------------------- */

static enum describe_mark mark_of(const struct tell_row *row, const char *value)
{
	if (!row->alarm || (!g_str_equal(row->alarm, "*") && !g_str_equal(row->alarm, value)))
		return DESCRIBE_PLAIN;
	return row->mark;
}

static void tell_text(struct telling *t, const struct tell_row *row, const char *value)
{
	tell_line(t, mark_of(row, value), row->label, value);
}

static void tell_each(struct telling *t, const struct tell_row *row, const struct cJSON *list)
{
	if (!json_first(list))
		return;
	tell_head(t, row->label);
	t->level++;
	for (const struct cJSON *n = json_first(list); n; n = json_next(n))
		row->each(t, row, n);
	t->level--;
}

void tell_rows(struct telling *t, const struct cJSON *node, const struct tell_row *rows, gsize n)
{
	for (gsize i = 0; i < n; i++) {
		const struct cJSON *member = rows[i].path ? json_at(node, rows[i].path) : node;

		if (member && rows[i].each)
			tell_each(t, &rows[i], member);
		else if (member)
			(rows[i].tell ? rows[i].tell : tell_value)(t, &rows[i], member);
		else if (rows[i].otherwise)
			tell_text(t, &rows[i], rows[i].otherwise);
	}
}

void tell_value(struct telling *t, const struct tell_row *row, const struct cJSON *node)
{
	g_autofree char *text = value_text(node);

	if (text && (*text || row->otherwise))
		tell_text(t, row, *text ? text : row->otherwise);
}

void tell_moment(struct telling *t, const struct tell_row *row, const struct cJSON *node)
{
	g_autofree char *text = value_moment(json_text(node));

	tell_text(t, row, text);
}

void tell_truth(struct telling *t, const struct tell_row *row, const struct cJSON *node)
{
	tell_text(t, row, json_is_true(node) ? "True" : "False");
}

void tell_seconds(struct telling *t, const struct tell_row *row, const struct cJSON *node)
{
	g_autofree char *number = value_text(node);
	g_autofree char *text = g_strconcat(number ? number : "", "s", NULL);

	tell_text(t, row, text);
}

void tell_map(struct telling *t, const struct tell_row *row, const struct cJSON *node)
{
	g_autoptr(GPtrArray) members = value_members(node);

	for (guint i = 0; i < members->len; i++) {
		g_autofree char *value = value_text(members->pdata[i]);
		g_autofree char *text = g_strconcat(json_key(members->pdata[i]), "=",
						    value ? value : "", NULL);

		tell_line(t, DESCRIBE_PLAIN, i ? "" : row->label, text);
	}
}

void tell_element(struct telling *t, const struct tell_row *row, const struct cJSON *n)
{
	g_autofree char *text = value_text(n);

	tell_item(t, mark_of(row, text ? text : ""), text ? text : "");
}

/* readOnly is told as ReadOnly. */
static char *label_of(const char *key)
{
	char *label = g_strdup(key);

	*label = g_ascii_toupper(*label);
	return label;
}

static gboolean is_told(const char *key, const struct tell_row *rows, gsize n)
{
	for (gsize i = 0; i < n; i++)
		if (g_strcmp0(rows[i].path, key) == 0)
			return TRUE;
	return FALSE;
}

void tell_rest(struct telling *t, const struct cJSON *node, const struct tell_row *rows, gsize n)
{
	g_autoptr(GPtrArray) members = value_members(node);

	for (guint i = 0; i < members->len; i++) {
		const struct cJSON *member = members->pdata[i];
		g_autofree char *label = label_of(json_key(member));
		struct tell_row row = { .label = label };

		if (is_told(json_key(member), rows, n))
			continue;
		(json_type(member) == JSON_OBJECT ? tell_map : tell_value)(t, &row, member);
	}
}

void tell_nothing(struct telling *t, const struct tell_row *row, const struct cJSON *node)
{
}

void tell_names(struct telling *t, const struct tell_row *row, const struct cJSON *node)
{
	GString *text = g_string_new(NULL);

	for (const struct cJSON *n = json_first(node); n; n = json_next(n))
		g_string_append_printf(text, "%s%s", text->len ? ", " : "",
				       json_string(n, "name") ?: "?");
	if (text->len)
		tell_text(t, row, text->str);
	g_string_free(text, TRUE);
}
