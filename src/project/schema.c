#include "config.h"

#include "schema.h"

/* More than there are; filling stops the program at its start where that no longer holds. */
#define MAX_STATEMENTS 64

const char *project_schema[MAX_STATEMENTS + 1];

char *table_sql(const struct table *t)
{
	GString *sql = g_string_new(NULL);

	g_string_append_printf(sql, "CREATE TABLE %s (", t->name);
	for (const struct table_column *c = t->columns; c->name; c++)
		g_string_append_printf(sql, "%s%s %s", c == t->columns ? "" : ", ", c->name,
				       c->type);
	if (t->key)
		g_string_append_printf(sql, ", %s", t->key);
	g_string_append_printf(sql, ") STRICT%s", t->without_rowid ? ", WITHOUT ROWID" : "");
	return g_string_free(sql, FALSE);
}

/* The fraction is counted from the second below, so that it also holds before 1970. */
static void append_time(GString *sql, const struct view_column *c)
{
	g_autofree char *fraction = g_strdup_printf(
		"((%s %% 1000000000 + 1000000000) %% 1000000000)", c->source);

	g_string_append_printf(
		sql,
		"strftime('%%Y-%%m-%%dT%%H:%%M:%%S', (%s - %s) / 1000000000, 'unixepoch')"
		" || printf('.%%09dZ', %s) AS %s, %s AS %s_ns",
		c->source, fraction, fraction, c->name, c->source, c->name);
}

char *view_sql(const struct view *v)
{
	GString *sql = g_string_new(NULL);

	g_string_append_printf(sql, "CREATE VIEW %s AS SELECT ", v->name);
	for (const struct view_column *c = v->columns; c->name; c++) {
		if (c != v->columns)
			g_string_append(sql, ", ");
		if (c->time)
			append_time(sql, c);
		else
			g_string_append_printf(sql, "%s AS \"%s\"", c->source, c->name);
	}
	g_string_append_printf(sql, " FROM %s", v->from);
	return g_string_free(sql, FALSE);
}

static void add_table(const struct table *t, gsize *n)
{
	project_schema[(*n)++] = table_sql(t);
	for (gsize i = 0; i < G_N_ELEMENTS(t->indexes) && t->indexes[i]; i++)
		project_schema[(*n)++] = t->indexes[i];
}

/* The projector is constant and handed around by address, so what it points to has to be there from the start. */
static void __attribute__((constructor)) make_schema(void)
{
	gsize n = 0;

	for (gsize i = 0; i < project_tables_count; i++)
		add_table(&project_tables[i], &n);
	for (gsize i = 0; i < project_views_count; i++)
		project_schema[n++] = view_sql(&project_views[i]);
	g_assert_cmpuint(n, <=, MAX_STATEMENTS);
}
