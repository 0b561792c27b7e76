/*
 * What a file says that it is, before SQLite may open it for writing: then SQLite makes files
 * beside it, and folds in a -wal that is another program's.
 *
 * A case says so in the first bytes of its page 1.  While its -wal is not folded in, a newer page 1
 * may lie there; it is looked for only where the file itself says something else.
 *
 * The file is read through SQLite's own layer, without a statement: it takes no lock and makes no
 * file then, and does not let go of the process' locks when it closes (see connection.c).  Nobody
 * locks a -wal, so that one is read as any file.
 *
 * Source: https://www.sqlite.org/fileformat.html, 1.3 (the header) and 4.1 (the -wal).
 */
#include "private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { HEADER_BYTES = 100, WAL_HEADER_BYTES = 32, FRAME_HEADER_BYTES = 24, SALT_BYTES = 8 };

static const char magic[] = "SQLite format 3";

static gboolean is_no_case(const char *path, GError **error)
{
	g_set_error(error, CASE_ERROR, CASE_ERROR_NOT_A_CASE, "%s: is no case file", path);
	return FALSE;
}

static guint64 big_endian(const guint8 *at, gsize bytes)
{
	guint64 value = 0;

	for (gsize i = 0; i < bytes; i++)
		value = value << 8 | at[i];
	return value;
}

static gint32 told_id(const guint8 *head)
{
	return (gint32)big_endian(head + 68, 4);
}

static gint32 told_format(const guint8 *head)
{
	return (gint32)big_endian(head + 60, 4);
}

/* --- is it there, and may it be read ---------------------------------------------------------- */

static gboolean check_rights(const char *path, const struct stat *st, GError **error)
{
	if (access(path, R_OK) == 0)
		return TRUE;
	g_set_error(error, CASE_ERROR, CASE_ERROR_READ_ONLY,
		    "%s: may not be read by you (%s; its rights are %04o, its owner is uid %u); "
		    "have its owner give them, or copy it as somebody who may read it",
		    path, g_strerror(errno), (guint)(st->st_mode & 07777), (guint)st->st_uid);
	return FALSE;
}

static gboolean check_name(const char *path, GError **error)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		g_set_error(error, CASE_ERROR,
			    errno == ENOENT ? CASE_ERROR_NOT_FOUND : CASE_ERROR_READ_ONLY,
			    errno == ENOENT ? "%s: there is no such case (%s); kase new makes one"
					    : "%s: cannot be opened: %s",
			    path, g_strerror(errno));
		return FALSE;
	}
	if (S_ISREG(st.st_mode))
		return check_rights(path, &st, error);
	g_set_error(error, CASE_ERROR, CASE_ERROR_NOT_A_CASE,
		    "%s: is no case file, but a %s; name the file itself", path,
		    S_ISDIR(st.st_mode) ? "folder" : "pipe or device");
	return FALSE;
}

/* --- page 1 ----------------------------------------------------------------------------------- */

static gboolean read_file(sqlite3 *db, const char *path, guint8 head[static HEADER_BYTES],
			  sqlite3_int64 *size, GError **error)
{
	sqlite3_file *file = sql_file(db);

	if (!file || file->pMethods->xFileSize(file, size) != SQLITE_OK ||
	    (*size >= HEADER_BYTES &&
	     file->pMethods->xRead(file, head, HEADER_BYTES, 0) != SQLITE_OK)) {
		g_set_error(error, CASE_ERROR, CASE_ERROR_FAILED,
			    "%s: cannot be read, the disk may be failing: %s; take it from "
			    "another copy",
			    path, g_strerror(errno));
		return FALSE;
	}
	return (*size >= HEADER_BYTES && memcmp(head, magic, sizeof magic) == 0) ||
	       is_no_case(path, error);
}

/*
 * The page 1 that was committed last to a -wal.  Frames are told from those of an earlier round by
 * their salt.  Their checksums are SQLite's to check: here a frame is only asked whose file it is.
 */
static void read_wal(int fd, guint8 head[static HEADER_BYTES])
{
	guint8 start[WAL_HEADER_BYTES], frame[FRAME_HEADER_BYTES + HEADER_BYTES];
	guint8 newest[HEADER_BYTES];
	gboolean found = FALSE;
	guint64 page_bytes;
	off_t at = WAL_HEADER_BYTES;

	if (pread(fd, start, sizeof start, 0) != sizeof start)
		return;
	page_bytes = big_endian(start + 8, 4);
	if (page_bytes < 512 || page_bytes > 65536)
		return;
	for (; pread(fd, frame, sizeof frame, at) == sizeof frame &&
	       memcmp(frame + 8, start + 16, SALT_BYTES) == 0;
	     at += FRAME_HEADER_BYTES + (off_t)page_bytes) {
		if (big_endian(frame, 4) == 1) {
			memcpy(newest, frame + FRAME_HEADER_BYTES, HEADER_BYTES);
			found = TRUE;
		}
		if (found && big_endian(frame + 4, 4)) /* the last frame of a commit */
			memcpy(head, newest, HEADER_BYTES);
	}
}

static void look_into_wal(const char *wal, guint8 head[static HEADER_BYTES])
{
	int fd = open(wal, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return;
	read_wal(fd, head);
	close(fd);
}

static gboolean check_length(const char *path, const guint8 *head, sqlite3_int64 size,
			     GError **error)
{
	guint64 page_bytes = big_endian(head + 16, 2), pages = big_endian(head + 28, 4);

	page_bytes = page_bytes == 1 ? 65536 : page_bytes;
	if (page_bytes * pages <= (guint64)size)
		return TRUE;
	g_set_error(error, CASE_ERROR, CASE_ERROR_CORRUPT,
		    "%s: is truncated: %" G_GINT64_FORMAT " of %" G_GUINT64_FORMAT
		    " bytes are there; take it from another copy",
		    path, (gint64)size, page_bytes * pages);
	return FALSE;
}

gboolean header_judge(const char *path, gint64 id, gint64 format, GError **error)
{
	if (id == CASE_APPLICATION_ID && format >= 1 && format <= format_newest())
		return TRUE;
	if (id != CASE_APPLICATION_ID)
		g_set_error(error, CASE_ERROR, CASE_ERROR_NOT_A_CASE,
			    "%s: is an SQLite file, but no case", path);
	else if (format > format_newest())
		g_set_error(error, CASE_ERROR, CASE_ERROR_NEWER,
			    "%s: was written by a newer kase (format %d; this one reads up to %d); "
			    "use that one",
			    path, (int)format, format_newest());
	else
		g_set_error(error, CASE_ERROR, CASE_ERROR_NOT_A_CASE,
			    "%s: says that it is a case of format %d, which never was", path,
			    (int)format);
	return FALSE;
}

static gboolean judge(const char *path, const guint8 *head, GError **error)
{
	return header_judge(path, told_id(head), told_format(head), error);
}

gboolean header_check(const char *path, GError **error)
{
	g_autofree char *real = sql_real_path(path);
	g_autofree char *wal = g_strconcat(real, "-wal", NULL);
	guint8 head[HEADER_BYTES] = { 0 };
	sqlite3_int64 size = 0;
	sqlite3 *db;
	gboolean ok;

	if (!check_name(path, error))
		return FALSE;
	db = sql_connect(real, "?immutable=1", SQLITE_OPEN_READONLY, error);
	ok = db && read_file(db, path, head, &size, error);
	sqlite3_close(db);
	if (ok && !judge(path, head, NULL))
		look_into_wal(wal, head);
	return ok && judge(path, head, error) &&
	       (file_has_bytes(wal) || check_length(path, head, size, error));
}
