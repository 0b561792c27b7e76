/*
 * How a case is opened.
 *
 * Reading must change nothing: no byte of the file, and no file beside it that stays.  SQLite reads
 * a file in WAL mode through NAME-wal and NAME-shm, and makes them where they are not.  So:
 *
 *	1  nothing in -wal: nobody writes, all is in the file.  It is read as immutable; who reads
 *	   on while a writer comes is told (query_step), since SQLite looks for no change then.
 *	2  a -wal and a -shm: a read-only connection uses both, and leaves them there.
 *	3  a -wal alone (brought from elsewhere), or a -shm that we may not use: file and -wal are
 *	   copied to a private folder, and the copy is read.
 *
 * Nothing here opens the case file but SQLite: its locks are the process' own (fcntl), and all of
 * them go when the process closes any descriptor of that file.  Then another process that leaves
 * takes itself for the last one, and removes the -wal under the recorder.
 */
#include "private.h"

#include <kase/stamp.h>

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { COPY_BYTES = 1 << 16 };

gboolean file_has_bytes(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && st.st_size > 0;
}

/* Once more, as SQLite reads it: a -wal may say that the case is a newer one. */
static gboolean check_format(sqlite3 *db, const char *path, GError **error)
{
	if (sqlite3_exec(db, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL) != SQLITE_OK) {
		sql_error(db, path, "opening it", error);
		return FALSE;
	}
	return header_judge(path, sql_int(db, "PRAGMA application_id"),
			    sql_int(db, "PRAGMA user_version"), error);
}

/* SQLite's count of its own memory takes a lock for each piece of it: a sixteenth of what recording
 * costs. */
static void count_no_memory(void)
{
	static gsize once;

	if (g_once_init_enter(&once)) {
		sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
		g_once_init_leave(&once, 1);
	}
}

/* As a URI in which no name means anything to SQLite: neither "//x" nor ":memory:" nor "a?b". */
sqlite3 *sql_connect(const char *path, const char *options, int flags, GError **error)
{
	g_autofree char *escaped = g_uri_escape_string(path, "/", FALSE);
	g_autofree char *uri = g_strconcat("file:", g_path_is_absolute(path) ? "//" : "./", escaped,
					   options, NULL);
	sqlite3 *db = NULL;

	count_no_memory();
	if (sqlite3_open_v2(uri, &db,
			    flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
			    NULL) == SQLITE_OK) {
		sqlite3_busy_timeout(db, SQL_BUSY_MS);
		sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		sqlite3_limit(db, SQLITE_LIMIT_LENGTH, SQL_VALUE_MAX);
		return db;
	}
	sql_error(db, path, "opening it", error);
	sqlite3_close(db);
	return NULL;
}

sqlite3_file *sql_file(sqlite3 *db)
{
	sqlite3_file *file = NULL;

	sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
	return file && file->pMethods ? file : NULL;
}

/* Nobody locks a -wal. */
static gboolean copy_wal(const char *from, const char *folder, GError **error)
{
	g_autoptr(GFile) source = g_file_new_for_path(from);
	g_autofree char *path = g_build_filename(folder, "case-wal", NULL);
	g_autoptr(GFile) target = g_file_new_for_path(path);

	return g_file_copy(source, target, G_FILE_COPY_NONE, NULL, NULL, NULL, error);
}

static gboolean copy_piece(sqlite3_file *from, FILE *to, sqlite3_int64 at, sqlite3_int64 size)
{
	guint8 piece[COPY_BYTES];
	gsize n = (gsize)MIN((sqlite3_int64)sizeof piece, size - at);

	return from->pMethods->xRead(from, piece, (int)n, at) == SQLITE_OK &&
	       fwrite(piece, 1, n, to) == n;
}

/* The case itself, through SQLite: a copy by hand would close it, and with it let go of the locks
 * of a recorder in this process. */
static gboolean copy_case(const char *from, const char *to, GError **error)
{
	sqlite3 *db = sql_connect(from, "?immutable=1", SQLITE_OPEN_READONLY, error);
	sqlite3_int64 size = 0;
	sqlite3_file *file;
	FILE *out = NULL;
	gboolean ok;

	if (!db)
		return FALSE;
	file = sql_file(db);
	ok = file && file->pMethods->xFileSize(file, &size) == SQLITE_OK;
	out = ok ? fopen(to, "wbe") : NULL;
	ok = out != NULL;
	for (sqlite3_int64 at = 0; ok && at < size; at += COPY_BYTES)
		ok = copy_piece(file, out, at, size);
	if (out && fclose(out) != 0)
		ok = FALSE;
	if (!ok)
		g_set_error(error, CASE_ERROR, CASE_ERROR_FAILED,
			    "%s: cannot be copied to %s to be read: %s; make room there, or set "
			    "TMPDIR",
			    from, to, g_strerror(errno));
	sqlite3_close(db);
	return ok;
}

static sqlite3 *open_copy(const char *path, const char *wal, char **copy, GError **error)
{
	g_autofree char *folder = g_dir_make_tmp("kase-XXXXXX", error);
	g_autofree char *inside = NULL;
	sqlite3 *db = NULL;

	if (!folder)
		return NULL;
	inside = g_build_filename(folder, "case", NULL);
	if (copy_case(path, inside, error) && copy_wal(wal, folder, error))
		db = sql_connect(inside, "", SQLITE_OPEN_READWRITE, error);
	*copy = g_steal_pointer(&folder);
	return db;
}

static gboolean can_read(sqlite3 *db)
{
	return db && sqlite3_exec(db, "SELECT 1 FROM sqlite_schema", NULL, NULL, NULL) == SQLITE_OK;
}

static gboolean exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

static sqlite3 *open_for_reading(const char *path, gboolean has_wal, const char *wal, char **copy,
				 GError **error)
{
	g_autofree char *shm = g_strconcat(path, "-shm", NULL);
	sqlite3 *db = NULL;

	if (exists(shm) && exists(wal) && (has_wal || access(shm, W_OK) == 0))
		db = sql_connect(path, "?mode=ro", SQLITE_OPEN_READONLY, NULL);
	if (db && (can_read(db) || sqlite3_errcode(db) == SQLITE_CORRUPT))
		return db;
	sqlite3_close(db);
	if (has_wal)
		return open_copy(path, wal, copy, error);
	return sql_connect(path, "?immutable=1", SQLITE_OPEN_READONLY, error);
}

static void look(const char *path, gint64 *size, gint64 *changed_ns)
{
	struct stat st = { 0 };

	stat(path, &st);
	*size = st.st_size;
	*changed_ns = st.st_mtim.tv_sec * STAMP_SECOND + st.st_mtim.tv_nsec;
}

void sql_mark_init(struct sql_mark *mark, const char *path)
{
	mark->path = g_strdup(path);
	look(path, &mark->size, &mark->changed_ns);
}

void sql_mark_clear(struct sql_mark *mark)
{
	g_clear_pointer(&mark->path, g_free);
}

gboolean sql_mark_holds(const struct sql_mark *mark, sqlite3 *db, GError **error)
{
	gint64 size, changed_ns;

	if (!sqlite3_uri_boolean(sqlite3_db_filename(db, "main"), "immutable", 0))
		return TRUE;
	look(mark->path, &size, &changed_ns);
	if (size == mark->size && changed_ns == mark->changed_ns)
		return TRUE;
	g_set_error(error, CASE_ERROR, CASE_ERROR_BUSY,
		    "%s: another process wrote it while it was read; try again", mark->path);
	return FALSE;
}

/* SQLite gives its files the case's rights but not its group, so that others could not use them. */
static void share_file(const char *path, const char *suffix, const struct stat *st)
{
	g_autofree char *beside = g_strconcat(path, suffix, NULL);
	int fd = open(beside, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return;
	if (fchown(fd, (uid_t)-1, st->st_gid) < 0 || fchmod(fd, st->st_mode & 0660) < 0)
		g_debug("%s: keeps its own group: %s", beside, g_strerror(errno));
	close(fd);
}

static sqlite3 *open_for_writing(const char *path, GError **error)
{
	struct stat st;

	if (access(path, W_OK) == 0 && stat(path, &st) == 0 && st.st_mode & 0060) {
		share_file(path, "-wal", &st);
		share_file(path, "-shm", &st);
	}
	return sql_connect(path, "", SQLITE_OPEN_READWRITE, error);
}

static gboolean set_up(sqlite3 *db, const char *path, enum sql_mode mode, GError **error)
{
	if (!check_format(db, path, error) || !format_check_tables(db, path, error))
		return FALSE;
	if (mode != SQL_WRITE) {
		sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		sqlite3_exec(db, "PRAGMA query_only = 1", NULL, NULL, NULL);
		guard_reading(db);
		return TRUE;
	}
	if (sqlite3_db_readonly(db, "main")) {
		g_set_error(error, CASE_ERROR, CASE_ERROR_READ_ONLY,
			    "%s: may not be written here; open it with --read-only, or copy it",
			    path);
		return FALSE;
	}
	/* Readers trust the schema: SQLite 3.40 holds the views' own ->> for unsafe. */
	sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	return sql_exec(db,
			"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
			"PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -8000;"
			"PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY",
			error);
}

/*
 * What SQLite made beside a case that it could not open then: an empty -wal, and its index.  As
 * SQLite itself does it when the last one leaves: only with the whole file locked is nobody there
 * who uses them.
 */
static void leave_nothing_beside(const char *real, const char *wal)
{
	sqlite3 *db = sql_connect(real, "", SQLITE_OPEN_READWRITE, NULL);
	g_autofree char *shm = g_strconcat(real, "-shm", NULL);
	sqlite3_file *file = db ? sql_file(db) : NULL;

	if (file && file->pMethods->xLock(file, SQLITE_LOCK_SHARED) == SQLITE_OK) {
		if (file->pMethods->xLock(file, SQLITE_LOCK_EXCLUSIVE) == SQLITE_OK &&
		    !file_has_bytes(wal)) {
			g_unlink(wal);
			g_unlink(shm);
		}
		file->pMethods->xUnlock(file, SQLITE_LOCK_NONE);
	}
	sqlite3_close(db);
}

char *sql_real_path(const char *path)
{
	g_autofree char *real = realpath(path, NULL);

	return g_strdup(real ? real : path);
}

sqlite3 *sql_open(const char *path, enum sql_mode mode, char **copy, GError **error)
{
	g_autofree char *real = sql_real_path(path);
	g_autofree char *wal = g_strconcat(real, "-wal", NULL);
	gboolean has_wal = file_has_bytes(wal);
	char *copied = NULL;
	sqlite3 *db;

	if (!filesystem_check_name(path, error) || !filesystem_check(path, error) ||
	    !header_check(path, error))
		return NULL;
	if (mode == SQL_READ)
		db = open_for_reading(real, has_wal, wal, &copied, error);
	else if (mode == SQL_READ_LIVE)
		db = sql_connect(real, "?mode=ro", SQLITE_OPEN_READONLY, error);
	else
		db = open_for_writing(real, error);
	if (db && set_up(db, path, mode, error)) {
		if (copy)
			*copy = copied;
		return db;
	}
	sql_close(db, copied);
	if (mode == SQL_WRITE)
		leave_nothing_beside(real, wal);
	return NULL;
}

char *sql_damage(const char *path)
{
	g_autofree char *real = sql_real_path(path);
	sqlite3 *db = sql_connect(real, "?immutable=1", SQLITE_OPEN_READONLY, NULL);
	char *why = !db || can_read(db) ? NULL : g_strdup(sqlite3_errmsg(db));

	sqlite3_close(db);
	return why;
}

void sql_close(sqlite3 *db, char *copy)
{
	static const char *const names[] = { "case", "case-wal", "case-shm" };

	if (db)
		sqlite3_close_v2(db);
	for (gsize i = 0; copy && i < G_N_ELEMENTS(names); i++) {
		g_autofree char *path = g_build_filename(copy, names[i], NULL);

		g_unlink(path);
	}
	if (copy)
		g_rmdir(copy);
	g_free(copy);
}
