/*
 * Derived tables as the case has them, against the same made anew: first what the file declares,
 * then row by row.
 */
#include "private.h"

#include <kase/text.h>

#include <string.h>

enum { BEFORE_BYTES = 20, SHOWN_BYTES = 60 }; /* of a value, around where it differs */

/* Both sides come in the order of their first `keys` columns. */
struct side {
	struct query *q;
	gboolean row;
};

struct rows {
	const char *what; /* "table d_pod", or "" */
	struct side kept, made;
	int keys;
	/* Tell of a row that one side alone has, and of a column in which they differ. */
	void (*alone)(const struct rows *r, gboolean kept, struct verify_report *report);
	void (*differ)(const struct rows *r, int column, struct verify_report *report);
};

static gboolean side_next(struct side *s, GError **error)
{
	g_autoptr(GError) failed = NULL;

	s->row = query_step(s->q, &failed);
	if (!failed)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failed));
	return FALSE;
}

/* --- values ----------------------------------------------------------------------------------- */

/* As SQLite orders what has no type told: nothing, numbers, text, bytes. */
static int rank(struct query *q, int column)
{
	static const int ranks[] = { [QUERY_NULL] = 0,
				     [QUERY_INT] = 1,
				     [QUERY_REAL] = 1,
				     [QUERY_TEXT] = 2,
				     [QUERY_BYTES] = 3 };

	return ranks[query_type(q, column)];
}

static int compare_numbers(struct query *a, struct query *b, int column)
{
	double real_a, real_b;

	if (query_type(a, column) == QUERY_INT && query_type(b, column) == QUERY_INT)
		return (query_int(a, column) > query_int(b, column)) -
		       (query_int(a, column) < query_int(b, column));
	real_a = query_real(a, column);
	real_b = query_real(b, column);
	return (real_a > real_b) - (real_a < real_b);
}

static int compare_bytes(struct query *a, struct query *b, int column)
{
	gsize size_a, size_b;
	const void *data_a = query_bytes(a, column, &size_a);
	const void *data_b = query_bytes(b, column, &size_b);
	int order = memcmp(data_a, data_b, MIN(size_a, size_b));

	return order ? order : (size_a > size_b) - (size_a < size_b);
}

static int compare_values(struct query *a, struct query *b, int column)
{
	int of_a = rank(a, column), of_b = rank(b, column);

	if (of_a != of_b)
		return of_a - of_b;
	if (of_a == 0)
		return 0;
	return of_a == 1 ? compare_numbers(a, b, column) : compare_bytes(a, b, column);
}

/* TRUE for one and the same value, of one type. */
static gboolean same_value(struct query *a, struct query *b, int column)
{
	return query_type(a, column) == query_type(b, column) && compare_values(a, b, column) == 0;
}

/* Where two values begin to differ: what is far before it need not be shown. */
static gsize first_difference(struct query *a, struct query *b, int column)
{
	gsize size_a, size_b, at = 0;
	const char *data_a = query_bytes(a, column, &size_a);
	const char *data_b = query_bytes(b, column, &size_b);

	while (at < MIN(size_a, size_b) && data_a[at] == data_b[at])
		at++;
	return at;
}

/* A value around its byte `at`: text in quotes, bytes as x'00ff', numbers as they are. */
static char *show_value(struct query *q, int column, gsize at)
{
	g_autoptr(GString) out = g_string_new(NULL);
	enum query_type type = query_type(q, column);
	gsize size, from, to;
	const char *data;

	if (type == QUERY_NULL)
		return g_strdup("NULL");
	if (type == QUERY_INT || type == QUERY_REAL)
		return g_strdup(query_text(q, column));
	data = query_bytes(q, column, &size);
	from = at > BEFORE_BYTES ? MIN(at, size) - BEFORE_BYTES : 0;
	while (type == QUERY_TEXT && from && ((guchar)data[from] & 0xc0) == 0x80)
		from--;
	to = MIN(size, from + SHOWN_BYTES);
	g_string_append(out, type == QUERY_TEXT ? "'" : "x'");
	g_string_append(out, from ? "…" : "");
	if (type == QUERY_TEXT)
		text_append_safe(out, data + from, (gssize)(to - from));
	for (; type == QUERY_BYTES && from < to; from++)
		g_string_append_printf(out, "%02x", (guchar)data[from]);
	g_string_append(out, to < size ? "…'" : "'");
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* --- rows ------------------------------------------------------------------------------------- */

static int compare_keys(const struct rows *r)
{
	int order = 0;

	for (int i = 0; i < r->keys && !order; i++)
		order = compare_values(r->kept.q, r->made.q, i);
	return order;
}

/* The row that both have; FALSE where something of it was told. */
static gboolean same_row(const struct rows *r, struct verify_report *report)
{
	for (int i = 0; i < query_columns(r->kept.q); i++) {
		if (same_value(r->kept.q, r->made.q, i))
			continue;
		r->differ(r, i, report);
		return FALSE;
	}
	return TRUE;
}

/* `once`: stop after the first finding. */
static gboolean compare_rows(struct rows *r, gboolean once, struct verify_report *report,
			     GError **error)
{
	if (!side_next(&r->kept, error) || !side_next(&r->made, error))
		return FALSE;
	while (r->kept.row || r->made.row) {
		int order = !r->kept.row ? 1 : !r->made.row ? -1 : compare_keys(r);
		gboolean same = order == 0 && same_row(r, report);

		if (order)
			r->alone(r, order < 0, report);
		if (once && !same)
			return TRUE;
		if ((order <= 0 && !side_next(&r->kept, error)) ||
		    (order >= 0 && !side_next(&r->made, error)))
			return FALSE;
	}
	return TRUE;
}

/* --- a table ---------------------------------------------------------------------------------- */

/* "row 12", or "row letter 'o', evidence 3" where the key is made of columns. */
static char *name_row(const struct rows *r, struct query *q)
{
	g_autoptr(GString) out = g_string_new("row");

	for (int i = 0; i < r->keys; i++) {
		g_autofree char *value = show_value(q, i, 0);

		if (r->keys > 1)
			g_string_append_printf(out, "%s %s", i ? "," : "", query_column_name(q, i));
		g_string_append_printf(out, " %s", value);
	}
	return g_string_free(g_steal_pointer(&out), FALSE);
}

static void row_alone(const struct rows *r, gboolean kept, struct verify_report *report)
{
	g_autofree char *row = name_row(r, kept ? r->kept.q : r->made.q);

	report_finding(report,
		       kept ? "table %s: %s was put in: no record says it"
			    : "table %s: %s is missing",
		       r->what, row);
}

static void row_differs(const struct rows *r, int column, struct verify_report *report)
{
	gsize at = first_difference(r->kept.q, r->made.q, column);
	g_autofree char *row = name_row(r, r->made.q);
	g_autofree char *kept = show_value(r->kept.q, column, at);
	g_autofree char *made = show_value(r->made.q, column, at);

	report_finding(report, "table %s, %s: %s is %s, and the records say %s", r->what, row,
		       query_column_name(r->kept.q, column), kept, made);
}

/* All rows of a table in the order of its key, which comes first.  Caller owns. */
static char *rows_sql(sqlite3 *db, const char *table, int *keys)
{
	g_autofree char *find = g_strdup_printf(
		"SELECT i.name FROM pragma_table_list('%s') AS l, pragma_table_info('%s') AS i"
		" WHERE l.wr AND i.pk ORDER BY i.pk",
		table, table);
	g_autoptr(query) q = sql_prepare(db, find, NULL);
	g_autoptr(GString) columns = g_string_new(NULL);

	*keys = 0;
	while (q && query_step(q, NULL))
		g_string_append_printf(columns, "%s\"%s\"", (*keys)++ ? ", " : "",
				       query_text(q, 0));
	if (!*keys) {
		*keys = 1;
		g_string_append(columns, "rowid");
	}
	return g_strdup_printf("SELECT %s, * FROM \"%s\" ORDER BY %s", columns->str, table,
			       columns->str);
}

/* One finding a table is enough to know that it is not what the records say. */
static gboolean compare_table(sqlite3 *kept, sqlite3 *made, const char *table,
			      struct verify_report *report, GError **error)
{
	struct rows r = { .what = table, .alone = row_alone, .differ = row_differs };
	g_autofree char *sql = rows_sql(made, table, &r.keys);
	g_autoptr(query) a = sql_prepare(kept, sql, error);
	g_autoptr(query) b = a ? sql_prepare(made, sql, error) : NULL;

	r.kept.q = a;
	r.made.q = b;
	return b && compare_rows(&r, TRUE, report, error);
}

/* --- what is declared ------------------------------------------------------------------------- */

static void declaration_alone(const struct rows *r, gboolean kept, struct verify_report *report)
{
	report_finding(report, kept ? "%s was put in" : "%s is missing",
		       query_text(kept ? r->kept.q : r->made.q, 0));
}

static void declaration_differs(const struct rows *r, int column, struct verify_report *report)
{
	report_finding(report, "%s was changed: it is declared in another way than kase does",
		       query_text(r->made.q, 0));
}

/* Of each side: type and name, and the statement that made it. */
static gboolean compare_schema(sqlite3 *kept, sqlite3 *made, struct verify_report *report,
			       GError **error)
{
	static const char sql[] = "SELECT type || ' ' || name, sql FROM sqlite_schema"
				  " WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1";
	struct rows r = { .keys = 1, .alone = declaration_alone, .differ = declaration_differs };
	g_autoptr(query) a = sql_prepare(kept, sql, error);
	g_autoptr(query) b = a ? sql_prepare(made, sql, error) : NULL;

	r.kept.q = a;
	r.made.q = b;
	return b && compare_rows(&r, FALSE, report, error);
}

gboolean compare_derived(sqlite3 *kept, sqlite3 *made, struct verify_report *report, GError **error)
{
	g_autoptr(query) tables = sql_prepare(made,
					      "SELECT name FROM sqlite_schema WHERE type = 'table' "
					      "AND name LIKE 'd\\_%' ESCAPE '\\'"
					      " ORDER BY name",
					      error);
	g_autoptr(GError) failed = NULL;

	if (!tables || !compare_schema(kept, made, report, error))
		return FALSE;
	if (report->findings->len)
		return TRUE;
	while (query_step(tables, &failed))
		if (!compare_table(kept, made, query_text(tables, 0), report, error))
			return FALSE;
	if (!failed)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failed));
	return FALSE;
}
