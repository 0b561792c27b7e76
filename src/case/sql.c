#include "private.h"

#include <string.h>

struct query {
	sqlite3_stmt *statement;
	sqlite3 *db;
	const struct sql_mark *mark; /* or NULL */
};

G_DEFINE_QUARK(kase_case_error, case_error)

/* --- errors ----------------------------------------------------------------------------------- */

static const struct error_row {
	int result; /* SQLite's, primary */
	enum case_error code;
	const char *says;
} errors[] = {
	{ SQLITE_NOTADB, CASE_ERROR_NOT_A_CASE, "is no case file" },
	{ SQLITE_CORRUPT, CASE_ERROR_CORRUPT,
	  "is damaged; kase verify tells what; take another copy, or save what can still be read "
	  "(sqlite3 FILE .recover)" },
	{ SQLITE_FULL, CASE_ERROR_FULL,
	  "the disk is full, over a quota, or failing; what is committed stands; make room and try "
	  "again" },
	{ SQLITE_READONLY, CASE_ERROR_READ_ONLY,
	  "may not be written by you, or not here; open it with --read-only, or copy it" },
	{ SQLITE_CANTOPEN, CASE_ERROR_READ_ONLY,
	  "cannot be opened here; look at the rights of file and folder" },
	{ SQLITE_PERM, CASE_ERROR_READ_ONLY,
	  "may not be opened; look at the rights of file and folder" },
	{ SQLITE_BUSY, CASE_ERROR_BUSY, "another process writes it for very long; try again" },
	{ SQLITE_LOCKED, CASE_ERROR_BUSY, "another process has it locked; try again" },
};

/* Only a write of the file itself that finds no room is SQLITE_FULL.  A quota or a limit is an I/O
 * error, as is a -shm that finds none, and a file that cannot be made is just that. */
static gboolean no_room(sqlite3 *db)
{
	int result = sqlite3_extended_errcode(db), why = sqlite3_system_errno(db);

	return result == SQLITE_IOERR_WRITE || result == SQLITE_IOERR_SHMSIZE ||
	       (((result & 0xff) == SQLITE_IOERR || (result & 0xff) == SQLITE_CANTOPEN) &&
		filesystem_is_full(why));
}

static const struct error_row *error_row(sqlite3 *db)
{
	int result = no_room(db) ? SQLITE_FULL : sqlite3_errcode(db) & 0xff;

	for (gsize i = 0; i < G_N_ELEMENTS(errors); i++)
		if (errors[i].result == result)
			return &errors[i];
	return NULL;
}

void sql_error(sqlite3 *db, const char *path, const char *what, GError **error)
{
	const struct error_row *row = error_row(db);

	path = path ? path : sqlite3_db_filename(db, "main");
	if (!row)
		g_set_error(error, CASE_ERROR, CASE_ERROR_FAILED, "%s: %s: %s", path, what,
			    sqlite3_errmsg(db));
	else if (row->code == CASE_ERROR_FULL)
		g_set_error(error, CASE_ERROR, row->code, "%s: %s", path, row->says);
	else
		g_set_error(error, CASE_ERROR, row->code, "%s: %s (%s: %s)", path, row->says, what,
			    sqlite3_errmsg(db));
}

/* --- statements ------------------------------------------------------------------------------- */

gboolean sql_exec(sqlite3 *db, const char *sql, GError **error)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return TRUE;
	sql_error(db, NULL, "a statement", error);
	return FALSE;
}

gboolean sql_exec_each(sqlite3 *db, const char *const *statements, GError **error)
{
	for (; *statements; statements++)
		if (!sql_exec(db, *statements, error))
			return FALSE;
	return TRUE;
}

gint64 sql_int(sqlite3 *db, const char *sql)
{
	g_autoptr(query) q = sql_prepare(db, sql, NULL);

	return q && query_step(q, NULL) ? query_int(q, 0) : 0;
}

struct query *sql_prepare(sqlite3 *db, const char *sql, GError **error)
{
	struct query *q = g_new0(struct query, 1);

	q->db = db;
	if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->statement, NULL) ==
		    SQLITE_OK &&
	    q->statement)
		return q;
	g_set_error(error, CASE_ERROR, CASE_ERROR_SQL, "SQL: %s", sqlite3_errmsg(db));
	g_free(q);
	return NULL;
}

void query_free(struct query *q)
{
	if (!q)
		return;
	sqlite3_finalize(q->statement);
	g_free(q);
}

void query_bind_int(struct query *q, int parameter, gint64 value)
{
	sqlite3_bind_int64(q->statement, parameter, value);
}

void query_bind_text(struct query *q, int parameter, const char *value)
{
	sqlite3_bind_text(q->statement, parameter, value, -1, SQLITE_TRANSIENT);
}

void query_bind_bytes(struct query *q, int parameter, const void *data, gsize size)
{
	sqlite3_bind_blob64(q->statement, parameter, size ? data : "", size, SQLITE_TRANSIENT);
}

void query_bind_null(struct query *q, int parameter)
{
	sqlite3_bind_null(q->statement, parameter);
}

void sql_watch(struct query *q, const struct sql_mark *mark)
{
	q->mark = mark;
}

gboolean query_step(struct query *q, GError **error)
{
	int result = sqlite3_step(q->statement);

	if (result == SQLITE_ROW)
		return TRUE;
	if ((q->mark && !sql_mark_holds(q->mark, q->db, error)) || result == SQLITE_DONE)
		return FALSE;
	if (result == SQLITE_AUTH || result == SQLITE_ERROR)
		g_set_error(error, CASE_ERROR, CASE_ERROR_SQL, "SQL: %s", sqlite3_errmsg(q->db));
	else
		sql_error(q->db, NULL, "reading or writing a row", error);
	return FALSE;
}

gboolean query_run(struct query *q, GError **error)
{
	g_autoptr(GError) failed = NULL;

	while (query_step(q, &failed))
		;
	query_reset(q);
	if (!failed)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failed));
	return FALSE;
}

void query_reset(struct query *q)
{
	sqlite3_reset(q->statement);
	sqlite3_clear_bindings(q->statement);
}

gint64 query_int(struct query *q, int column)
{
	return sqlite3_column_int64(q->statement, column);
}

double query_real(struct query *q, int column)
{
	return sqlite3_column_double(q->statement, column);
}

const char *query_text(struct query *q, int column)
{
	return (const char *)sqlite3_column_text(q->statement, column);
}

const void *query_bytes(struct query *q, int column, gsize *size)
{
	const void *data = sqlite3_column_blob(q->statement, column);

	*size = (gsize)sqlite3_column_bytes(q->statement, column);
	return data ? data : "";
}

gboolean query_is_null(struct query *q, int column)
{
	return sqlite3_column_type(q->statement, column) == SQLITE_NULL;
}

enum query_type query_type(struct query *q, int column)
{
	static const enum query_type types[] = {
		[SQLITE_INTEGER] = QUERY_INT, [SQLITE_FLOAT] = QUERY_REAL,
		[SQLITE_TEXT] = QUERY_TEXT,   [SQLITE_BLOB] = QUERY_BYTES,
		[SQLITE_NULL] = QUERY_NULL,
	};

	return types[sqlite3_column_type(q->statement, column)];
}

int query_columns(struct query *q)
{
	return sqlite3_column_count(q->statement);
}

const char *query_column_name(struct query *q, int column)
{
	return sqlite3_column_name(q->statement, column);
}

struct cJSON *sql_entry(struct query *q, int column, GError **error)
{
	gsize size;
	const char *text = query_bytes(q, column, &size);

	return json_parse(text, (gssize)size, error);
}

gboolean sql_is_text(struct query *q, int column, const char *text)
{
	gsize size;
	const char *bytes = query_bytes(q, column, &size);

	return text && query_type(q, column) == QUERY_TEXT && size == strlen(text) &&
	       memcmp(bytes, text, size) == 0;
}
