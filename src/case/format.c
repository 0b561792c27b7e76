/*
 * The formats of the record tables, and how a file comes from one to the next.
 *
 * A row for each format that ever was: how its record tables are declared, and the statements that
 * lead a file of it to the next.  They run in the first transaction of whoever comes to write, and
 * add what is declared; no row of a record table is ever changed.  Who only reads, reads a file of
 * an older format as it is.
 *
 * Append-only is kept by triggers, so that no slip of ours changes what was recorded; who edits the
 * file by hand is found by the chain.
 */
#include "private.h"

static const char *const records_1[] = {
	"CREATE TABLE entry(seq INTEGER PRIMARY KEY, prev TEXT NOT NULL, entry TEXT NOT NULL,"
	" hash TEXT NOT NULL) STRICT",
	"CREATE TABLE chunk(evidence INTEGER NOT NULL, n INTEGER NOT NULL, offset INTEGER NOT NULL,"
	" size INTEGER NOT NULL, sha256 TEXT NOT NULL, codec TEXT NOT NULL, data BLOB NOT NULL,"
	" PRIMARY KEY(evidence, n)) STRICT",
	"CREATE TRIGGER entry_stays BEFORE UPDATE ON entry"
	" BEGIN SELECT raise(ABORT, 'entries are never changed'); END",
	"CREATE TRIGGER entry_never_goes BEFORE DELETE ON entry"
	" BEGIN SELECT raise(ABORT, 'entries are never removed'); END",
	"CREATE TRIGGER chunk_stays BEFORE UPDATE ON chunk"
	" BEGIN SELECT raise(ABORT, 'chunks are never changed'); END",
	"CREATE TRIGGER chunk_never_goes BEFORE DELETE ON chunk"
	" BEGIN SELECT raise(ABORT, 'chunks are never removed'); END",
	NULL,
};

static const struct format formats[] = {
	{ .number = CASE_FORMAT, .records = records_1 },
	{ 0 },
};

const struct format *format_table = formats;

/* NULL: there never was. */
static const struct format *numbered(gint64 number)
{
	const struct format *f = format_table;

	while (f->number && f->number != number)
		f++;
	return f->number ? f : NULL;
}

int format_newest(void)
{
	const struct format *f = format_table;

	while (f[1].number)
		f++;
	return f->number;
}

gint64 format_of(sqlite3 *db)
{
	return sql_int(db, "PRAGMA user_version");
}

gboolean format_make_records(sqlite3 *db, GError **error)
{
	return sql_exec_each(db, numbered(format_newest())->records, error);
}

gboolean format_raise(sqlite3 *db, GError **error)
{
	const struct format *f = numbered(format_of(db));

	g_assert(f); /* the header was looked at */
	for (; f[1].number; f++) {
		g_autofree char *mark = g_strdup_printf("PRAGMA user_version = %d", f[1].number);

		if (!sql_exec_each(db, f->to_next, error) || !sql_exec(db, mark, error))
			return FALSE;
	}
	return TRUE;
}

/* --- is a file declared as its format wants it ------------------------------------------------ */

/* Whatever made the derived tables, this holds for all but those. */
static const char declared[] = "SELECT type, name, sql FROM sqlite_schema WHERE type <> 'view'"
			       " AND (type = 'trigger' OR tbl_name NOT LIKE 'd\\_%' ESCAPE '\\')"
			       " AND name <> 'sqlite_autoindex_chunk_1'";

/* How the record tables of this file should be declared: not at all where its format never was. */
static const char *const *records_of(sqlite3 *db)
{
	static const char *const none[] = { NULL };
	const struct format *f = numbered(format_of(db));

	return f ? f->records : none;
}

/* Which of `records` a row of `declared` is; NULL where it is none. */
static const char *which(const char *const *records, struct query *q)
{
	while (*records && !sql_is_text(q, 2, *records))
		records++;
	return *records;
}

/* "trigger entry_stays is missing", of the statement that makes it. */
static void report_missing(struct verify_report *report, const char *sql)
{
	g_auto(GStrv) words = g_strsplit_set(sql, " (", 4);

	for (char *c = words[1]; *c; c++)
		*c = g_ascii_tolower(*c);
	report_finding(report, "%s %s is missing", words[1], words[2]);
}

void format_check_records(sqlite3 *db, struct verify_report *report)
{
	const char *const *records = records_of(db);
	g_autoptr(query) q = sql_prepare(db, declared, NULL);
	g_autoptr(GHashTable) found = g_hash_table_new(NULL, NULL);

	while (*records && q && query_step(q, NULL)) {
		const char *record = which(records, q);

		if (!record || !g_hash_table_add(found, (void *)record))
			report_finding(report, "%s %s was put in or changed",
				       query_text(q, 0) ?: "?", query_text(q, 1) ?: "?");
	}
	for (; *records; records++)
		if (!g_hash_table_contains(found, *records))
			report_missing(report, *records);
}

gboolean format_check_tables(sqlite3 *db, const char *path, GError **error)
{
	static const char find[] =
		"SELECT type, name FROM pragma_table_list WHERE schema = 'main'"
		" AND (lower(name) IN ('entry', 'chunk') OR name LIKE 'd\\_%' ESCAPE '\\')"
		" AND type NOT IN ('table', 'shadow')";
	g_autoptr(query) q = sql_prepare(db, find, error);
	g_autoptr(GError) failed = NULL;

	if (!q)
		return FALSE;
	if (query_step(q, &failed))
		g_set_error(&failed, CASE_ERROR, CASE_ERROR_CORRUPT,
			    "%s: %s is no table, but %s, put in by something else than kase: what "
			    "it would show is no record, and may have no end; go on with a copy "
			    "that is whole",
			    path, query_text(q, 1),
			    sql_is_text(q, 0, "view") ? "a view" : "made by a module");
	if (!failed)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failed));
	return FALSE;
}

/* A table or an index beside ours does nothing: verify tells of it, and it stops nobody. */
static gboolean is_harmless(const char *type, const char *name)
{
	return g_strcmp0(type, "trigger") != 0 && g_strcmp0(name, "entry") != 0 &&
	       g_strcmp0(name, "chunk") != 0;
}

gboolean format_allows_writing(sqlite3 *db, GError **error)
{
	g_autoptr(query) q = sql_prepare(db, declared, error);
	const char *const *records = records_of(db);
	guint missing = g_strv_length((char **)records);
	g_autoptr(GError) failed = NULL;

	if (!q)
		return FALSE;
	while (!failed && query_step(q, &failed)) {
		const char *type = query_text(q, 0), *name = query_text(q, 1);

		if (which(records, q))
			missing--;
		else if (!is_harmless(type, name))
			g_set_error(&failed, CASE_ERROR, CASE_ERROR_CORRUPT,
				    "%s: %s %s was put in or changed by something else than kase, "
				    "and may change what is recorded; kase verify names all that "
				    "was; go on with a copy that is whole",
				    sqlite3_db_filename(db, "main"), type, name);
	}
	if (!failed && missing)
		g_set_error(&failed, CASE_ERROR, CASE_ERROR_CORRUPT,
			    "%s: a declaration of its records is missing; kase verify names it; go "
			    "on with a copy that is whole",
			    sqlite3_db_filename(db, "main"));
	if (!failed)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failed));
	return FALSE;
}
