/*
 * Derived tables as the case has them, against the same made anew: first what the file declares,
 * then row by row.
 */
#include "private.h"

#include <string.h>

struct side {
	struct query *q;
	gboolean row;
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

static gboolean same_value(struct query *a, struct query *b, int column)
{
	gsize size_a, size_b;
	const void *data_a, *data_b;

	if (query_type(a, column) != query_type(b, column))
		return FALSE;
	if (query_type(a, column) == QUERY_INT)
		return query_int(a, column) == query_int(b, column);
	if (query_type(a, column) == QUERY_REAL)
		return query_real(a, column) == query_real(b, column);
	data_a = query_bytes(a, column, &size_a);
	data_b = query_bytes(b, column, &size_b);
	return size_a == size_b && (!size_a || memcmp(data_a, data_b, size_a) == 0);
}

static const char *shown(struct query *q, int column)
{
	return query_text(q, column) ?: "NULL";
}

/* One finding a table is enough to know that it is not what the records say. */
static gboolean same_row(const char *table, struct query *kept, struct query *made,
			 struct verify_report *report)
{
	for (int i = 0; i < query_columns(kept); i++) {
		if (same_value(kept, made, i))
			continue;
		report_finding(report,
			       "table %s, row %s: %s is '%.80s', and the records say '%.80s'",
			       table, shown(made, 0), query_column_name(kept, i), shown(kept, i),
			       shown(made, i));
		return FALSE;
	}
	return TRUE;
}

static gboolean compare_rows(const char *table, struct side *kept, struct side *made,
			     struct verify_report *report, GError **error)
{
	for (;;) {
		if (!side_next(kept, error) || !side_next(made, error))
			return FALSE;
		if (kept->row && made->row && !same_row(table, kept->q, made->q, report))
			return TRUE;
		if (!kept->row && !made->row)
			return TRUE;
		if (kept->row == made->row)
			continue;
		report_finding(report,
			       kept->row ? "table %s: row %s was put in: no record says it"
					 : "table %s: row %s is missing",
			       table, shown(kept->row ? kept->q : made->q, 0));
		return TRUE;
	}
}

/* All rows of a table in the order of its key.  Caller owns. */
static char *rows_sql(sqlite3 *db, const char *table)
{
	g_autofree char *find = g_strdup_printf("SELECT wr, ncol FROM pragma_table_list('%s')",
						table);
	g_autoptr(query) q = sql_prepare(db, find, NULL);
	g_autoptr(GString) sql = g_string_new(NULL);

	if (!q || !query_step(q, NULL) || !query_int(q, 0))
		return g_strdup_printf("SELECT rowid, * FROM \"%s\" ORDER BY rowid", table);
	g_string_printf(sql, "SELECT * FROM \"%s\" ORDER BY 1", table);
	for (gint64 column = 2; column <= query_int(q, 1); column++)
		g_string_append_printf(sql, ", %" G_GINT64_FORMAT, column);
	return g_string_free(g_steal_pointer(&sql), FALSE);
}

static gboolean compare_table(sqlite3 *kept, sqlite3 *made, const char *table,
			      struct verify_report *report, GError **error)
{
	g_autofree char *sql = rows_sql(made, table);
	g_autoptr(query) a = sql_prepare(kept, sql, error);
	g_autoptr(query) b = a ? sql_prepare(made, sql, error) : NULL;
	struct side left = { a, FALSE }, right = { b, FALSE };

	return b && compare_rows(table, &left, &right, report, error);
}

/* What each of the two declares: type, name, and the statement that made it. */
static gboolean compare_schema(sqlite3 *kept, sqlite3 *made, struct verify_report *report,
			       GError **error)
{
	static const char sql[] = "SELECT type || ' ' || name, sql FROM sqlite_schema"
				  " WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1";
	g_autoptr(query) a = sql_prepare(kept, sql, error);
	g_autoptr(query) b = a ? sql_prepare(made, sql, error) : NULL;
	struct side left = { a, FALSE }, right = { b, FALSE };

	return b && compare_rows("sqlite_schema", &left, &right, report, error);
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
