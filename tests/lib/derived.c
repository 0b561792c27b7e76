#include "derived.h"

#include <kase/project.h>
#include <kase/stamp.h>
#include <string.h>

#include "private.h"

struct derived {
	sqlite3 *db;
	struct projection p;
	gint64 seq;
	GHashTable *sizes; /* evidence → bytes that came */
};

static gint64 now(const struct derived *d)
{
	return DERIVED_AT + d->seq * STAMP_SECOND;
}

struct derived *derived_new(void)
{
	g_autoptr(GError) error = NULL;
	struct derived *d = g_new0(struct derived, 1);

	g_assert_cmpint(sqlite3_open(":memory:", &d->db), ==, SQLITE_OK);
	d->sizes = g_hash_table_new(NULL, NULL);
	projection_init(&d->p, d->db, &project_projector);
	format_make_records(d->db, &error);
	g_assert_no_error(error);
	schema_make_derived(d->db, &project_projector, &error);
	g_assert_no_error(error);
	return d;
}

void derived_free(struct derived *d)
{
	projection_clear(&d->p);
	g_hash_table_unref(d->sizes);
	g_assert_cmpint(sqlite3_close(d->db), ==, SQLITE_OK);
	g_free(d);
}

char *derived_quoted(const char *text)
{
	return g_strdelimit(g_strdup(text), "'", '"');
}

static struct cJSON *entry_of(const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *quoted = derived_quoted(text);
	struct cJSON *entry = json_parse(quoted, -1, &error);

	g_assert_no_error(error);
	return entry;
}

/* Evidence that is closed by a process which did not open it is read from the ledger. */
static void keep(struct derived *d, const struct cJSON *entry)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *line = json_print(entry);
	struct query *q = projection_query(&d->p, "INSERT INTO entry VALUES (?, '', ?, '')",
					   &error);

	query_bind_int(q, 1, d->seq);
	query_bind_text(q, 2, line);
	query_run(q, &error);
	g_assert_no_error(error);
}

static gint64 enter(struct derived *d, struct cJSON *entry)
{
	g_autoptr(GError) error = NULL;
	char at[STAMP_CHARS];
	gboolean done;

	d->seq++;
	json_set_string(entry, "at", stamp_format(now(d), at));
	keep(d, entry);
	done = apply_entry(&d->p, d->seq, &entry, &error);
	g_assert_no_error(error);
	g_assert_true(done);
	json_free(entry);
	return d->seq;
}

gint64 derived_enter(struct derived *d, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	return enter(d, entry_of(text));
}

void derived_bytes(struct derived *d, gint64 evidence, const char *data, gsize size)
{
	g_autoptr(GError) error = NULL;
	gpointer key = GSIZE_TO_POINTER((gsize)evidence);
	gsize offset = GPOINTER_TO_SIZE(g_hash_table_lookup(d->sizes, key));
	g_autofree char *exact = g_memdup2(data, size); /* so that reading past its end is found */
	gboolean done;

	done = apply_chunk(&d->p, evidence, now(d), d->seq, offset, exact, size, &error);
	g_assert_no_error(error);
	g_assert_true(done);
	g_hash_table_insert(d->sizes, key, GSIZE_TO_POINTER(offset + size));
}

void derived_text(struct derived *d, gint64 evidence, const char *format, ...)
{
	g_autofree char *text = NULL;
	g_autofree char *quoted = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	quoted = derived_quoted(text);
	derived_bytes(d, evidence, quoted, strlen(quoted));
}

void derived_close(struct derived *d, gint64 evidence, const char *state)
{
	derived_enter(d, "{'kind':'closed','evidence':%" G_GINT64_FORMAT ",'state':'%s'}", evidence,
		      state);
}

void derived_lose(struct derived *d, gint64 evidence)
{
	g_hash_table_remove(d->p.open, &evidence);
}

static void append_row(GString *out, sqlite3_stmt *statement)
{
	if (out->len)
		g_string_append_c(out, '\n');
	for (int i = 0; i < sqlite3_column_count(statement); i++) {
		const char *text = (const char *)sqlite3_column_text(statement, i);

		g_string_append_printf(out, "%s%s", i ? "|" : "", text ? text : "∅");
	}
}

char *derived_rows(struct derived *d, const char *sql)
{
	GString *out = g_string_new(NULL);
	sqlite3_stmt *statement;

	sqlite3_prepare_v2(d->db, sql, -1, &statement, NULL);
	g_assert_cmpstr(sqlite3_errmsg(d->db), ==, "not an error");
	while (sqlite3_step(statement) == SQLITE_ROW)
		append_row(out, statement);
	g_assert_cmpint(sqlite3_finalize(statement), ==, SQLITE_OK);
	return g_string_free(out, FALSE);
}

char *derived_dump(struct derived *d)
{
	g_autofree char *names = derived_rows(
		d, "SELECT name, sql LIKE '%WITHOUT ROWID%' FROM sqlite_schema WHERE type ="
		   " 'table' AND name LIKE 'd\\_%' ESCAPE '\\' ORDER BY name");
	g_auto(GStrv) tables = g_strsplit(names, "\n", -1);
	GString *out = g_string_new(NULL);

	for (char **t = tables; *t; t++) {
		char *bar = strchr(*t, '|');
		g_autofree char *sql = NULL;
		g_autofree char *rows = NULL;

		*bar = 0;
		sql = g_strdup_printf("SELECT %s* FROM %s", bar[1] == '1' ? "" : "rowid, ", *t);
		rows = derived_rows(d, sql);
		g_string_append_printf(out, "%s\n%s\n", *t, rows);
	}
	return g_string_free(out, FALSE);
}
