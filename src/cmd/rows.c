#include "rows.h"

#include <math.h>
#include <string.h>

#include <kase/text.h>

#include "command.h"

/* A wider cell is printed whole, but does not widen its column. */
#define WIDTH_MAX 60

struct printer {
	struct query *query;
	FILE *out;
	gboolean terminal;
	int columns;
	GString *line;   /* made anew for each row */
	int *widths;     /* of a table */
	gboolean *right; /* numbers in a table */
};

static void flush_line(struct printer *p)
{
	fwrite(p->line->str, 1, p->line->len, p->out);
	g_string_truncate(p->line, 0);
}

/* FALSE also where nobody reads any more: `kase sql … | head` ends with head. */
static gboolean next_row(struct printer *p, GError **trouble)
{
	return !ferror(p->out) && query_step(p->query, trouble);
}

static void append_hex(GString *out, const guint8 *bytes, gsize size)
{
	static const char digits[] = "0123456789abcdef";

	for (gsize i = 0; i < size; i++) {
		g_string_append_c(out, digits[bytes[i] >> 4]);
		g_string_append_c(out, digits[bytes[i] & 15]);
	}
}

static void append_real(GString *out, double value)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];

	/* Neither JSON nor SQL can write an infinity; this is read back as one. */
	if (isinf(value))
		g_string_append(out, value < 0 ? "-9e999" : "9e999");
	else
		g_string_append(out, g_ascii_dtostr(text, sizeof(text), value));
}

/* The value of a column as plain text, however it is stored; nothing for NULL. */
static void append_plain(GString *out, struct query *q, int column)
{
	gsize size = 0;
	const void *bytes;

	switch (query_type(q, column)) {
	case QUERY_NULL:
		break;
	case QUERY_INT:
		g_string_append_printf(out, "%" G_GINT64_FORMAT, query_int(q, column));
		break;
	case QUERY_REAL:
		append_real(out, query_real(q, column));
		break;
	case QUERY_TEXT:
		bytes = query_bytes(q, column, &size);
		g_string_append_len(out, bytes, (gssize)size);
		break;
	case QUERY_BYTES:
		bytes = query_bytes(q, column, &size);
		append_hex(out, bytes, size);
		break;
	}
}

/* --- JSON -------------------------------------------------------------------------------------- */

static void append_escaped(GString *out, gunichar c)
{
	if (c > 0xffff) /* a pair of surrogates */
		g_string_append_printf(out, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10),
				       0xdc00 + (c & 0x3ff));
	else
		g_string_append_printf(out, "\\u%04x", c);
}

void rows_append_json(GString *out, const char *bytes, gsize size)
{
	g_autofree char *text = text_utf8(bytes, size);

	g_string_append_c(out, '"');
	for (const char *c = text; *c; c = g_utf8_next_char(c)) {
		gsize length = (gsize)(g_utf8_next_char(c) - c);

		if (*c == '"' || *c == '\\')
			g_string_append_printf(out, "\\%c", *c);
		else if (*c == '\n')
			g_string_append(out, "\\n");
		else if (text_is_safe(c, (gssize)length))
			g_string_append_len(out, c, (gssize)length);
		else
			append_escaped(out, g_utf8_get_char(c));
	}
	g_string_append_c(out, '"');
}

static void append_json_value(GString *out, struct query *q, int column)
{
	enum query_type type = query_type(q, column);
	gsize size = 0;
	const char *bytes;

	if (type == QUERY_TEXT) {
		bytes = query_bytes(q, column, &size);
		rows_append_json(out, bytes, size);
		return;
	}
	g_string_append(out, type == QUERY_NULL ? "null" : type == QUERY_BYTES ? "\"" : "");
	append_plain(out, q, column);
	g_string_append(out, type == QUERY_BYTES ? "\"" : "");
}

/* A reader of the object would see only one of them. */
static gboolean names_differ(struct query *q, GError **error)
{
	g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

	for (int i = 0; i < query_columns(q); i++) {
		if (g_hash_table_add(names, (char *)query_column_name(q, i)))
			continue;
		g_set_error(error, COMMAND_ERROR, COMMAND_ERROR_USAGE,
			    "two columns are called %s, and an object holds one; name one of them "
			    "with AS",
			    query_column_name(q, i));
		return FALSE;
	}
	return TRUE;
}

static gboolean print_json(struct printer *p, GError **error)
{
	g_autoptr(GError) trouble = NULL;
	gboolean first = TRUE;

	if (!names_differ(p->query, error))
		return FALSE;
	fputc('[', p->out);
	while (next_row(p, &trouble)) {
		g_string_append(p->line, first ? "\n{" : ",\n{");
		first = FALSE;
		for (int i = 0; i < p->columns; i++) {
			const char *name = query_column_name(p->query, i);

			if (i)
				g_string_append_c(p->line, ',');
			rows_append_json(p->line, name, strlen(name));
			g_string_append_c(p->line, ':');
			append_json_value(p->line, p->query, i);
		}
		g_string_append_c(p->line, '}');
		flush_line(p);
	}
	/* An array that is not whole is left open, so that nobody takes it for one. */
	if (!trouble) {
		fputs(first ? "]\n" : "\n]\n", p->out);
		return TRUE;
	}
	g_propagate_error(error, g_steal_pointer(&trouble));
	return FALSE;
}

/* --- CSV --------------------------------------------------------------------------------------- */

static void append_field(GString *out, const char *bytes, gsize size)
{
	gboolean quoted = FALSE;

	for (gsize i = 0; i < size && !quoted; i++)
		quoted = strchr("\",\r\n", bytes[i]) != NULL;
	if (quoted)
		g_string_append_c(out, '"');
	for (gsize i = 0; i < size; i++) {
		if (bytes[i] == '"')
			g_string_append_c(out, '"');
		g_string_append_c(out, bytes[i]);
	}
	if (quoted)
		g_string_append_c(out, '"');
}

static void add_field(struct printer *p, int column, const char *bytes, gsize size)
{
	g_autofree char *safe = p->terminal ? text_safe(bytes, (gssize)size) : NULL;

	if (column)
		g_string_append_c(p->line, ',');
	append_field(p->line, safe ? safe : bytes, safe ? strlen(safe) : size);
}

static gboolean print_csv(struct printer *p, GError **error)
{
	g_autoptr(GError) trouble = NULL;
	g_autoptr(GString) value = g_string_new(NULL);

	for (int i = 0; i < p->columns; i++)
		add_field(p, i, query_column_name(p->query, i),
			  strlen(query_column_name(p->query, i)));
	g_string_append(p->line, "\r\n");
	flush_line(p);
	while (next_row(p, &trouble)) {
		for (int i = 0; i < p->columns; i++) {
			g_string_truncate(value, 0);
			append_plain(value, p->query, i);
			add_field(p, i, value->str, value->len);
		}
		g_string_append(p->line, "\r\n");
		flush_line(p);
	}
	if (!trouble)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&trouble));
	return FALSE;
}

/* --- a table ------------------------------------------------------------------------------------ */

/* The cells of a row, safe.  Caller owns. */
static char **row_cells(struct printer *p)
{
	char **cells = g_new0(char *, (gsize)p->columns + 1);
	g_autoptr(GString) value = g_string_new(NULL);

	for (int i = 0; i < p->columns; i++) {
		g_string_truncate(value, 0);
		append_plain(value, p->query, i);
		cells[i] = text_safe(value->str, (gssize)value->len);
	}
	return cells;
}

static void print_cells(struct printer *p, char **cells)
{
	for (int i = 0; i < p->columns; i++) {
		int blanks = MAX(0, p->widths[i] - text_cells(cells[i]));
		gboolean last = i == p->columns - 1;

		if (i)
			g_string_append(p->line, "  ");
		if (p->right[i])
			g_string_append_printf(p->line, "%*s%s", blanks, "", cells[i]);
		else
			g_string_append_printf(p->line, "%s%*s", cells[i], last ? 0 : blanks, "");
	}
	g_string_append_c(p->line, '\n');
	flush_line(p);
}

static void fit(struct printer *p, char **cells)
{
	for (int i = 0; i < p->columns; i++) {
		int width = text_cells(cells[i]);

		if (width <= WIDTH_MAX)
			p->widths[i] = MAX(p->widths[i], width);
	}
}

static void note_numbers(struct printer *p)
{
	for (int i = 0; i < p->columns; i++) {
		enum query_type type = query_type(p->query, i);

		if (type != QUERY_INT && type != QUERY_REAL && type != QUERY_NULL)
			p->right[i] = FALSE;
	}
}

static char **header_cells(struct printer *p)
{
	char **cells = g_new0(char *, (gsize)p->columns + 1);

	for (int i = 0; i < p->columns; i++)
		cells[i] = text_safe(query_column_name(p->query, i), -1);
	return cells;
}

static void print_sample(struct printer *p, GPtrArray *sample)
{
	for (guint i = 0; i < sample->len; i++)
		fit(p, sample->pdata[i]);
	for (guint i = 0; i < sample->len; i++)
		print_cells(p, sample->pdata[i]);
	g_ptr_array_set_size(sample, 0);
}

static gboolean print_table(struct printer *p, GError **error)
{
	g_autoptr(GPtrArray) sample = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	g_autoptr(GError) trouble = NULL;
	gboolean sampling = TRUE;

	for (int i = 0; i < p->columns; i++)
		p->right[i] = TRUE;
	g_ptr_array_add(sample, header_cells(p));
	while (next_row(p, &trouble)) {
		g_auto(GStrv) cells = row_cells(p);

		if (!sampling) {
			print_cells(p, cells);
			continue;
		}
		note_numbers(p);
		g_ptr_array_add(sample, g_steal_pointer(&cells));
		sampling = sample->len <= ROWS_SAMPLE;
		if (!sampling)
			print_sample(p, sample);
	}
	if (sampling)
		print_sample(p, sample);
	if (!trouble)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&trouble));
	return FALSE;
}

gboolean rows_print(struct query *q, enum rows_form form, gboolean terminal, FILE *out,
		    GError **error)
{
	static gboolean (*const forms[])(struct printer *, GError **) = {
		[ROWS_TABLE] = print_table,
		[ROWS_JSON] = print_json,
		[ROWS_CSV] = print_csv,
	};
	int columns = query_columns(q);
	g_autofree int *widths = g_new0(int, (gsize)columns + 1);
	g_autofree gboolean *right = g_new0(gboolean, (gsize)columns + 1);
	g_autoptr(GString) line = g_string_new(NULL);
	struct printer p = {
		.query = q,
		.out = out,
		.terminal = terminal,
		.columns = columns,
		.line = line,
		.widths = widths,
		.right = right,
	};

	return forms[form](&p, error);
}
