#include "brought.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kase/engine.h>

#define MEMORY_BYTES ((gsize)32 << 20)
#define PIECE_BYTES  (256 << 10)

/* The longer mark first: that of UTF-16 begins that of UTF-32. */
static const struct mark {
	const char *bytes;
	gsize size;
	const char *encoding, *charset; /* NULL: needs no turning */
} marks[] = {
	{ "\xff\xfe\0\0", 4, "UTF-32", "UTF-32LE" }, { "\0\0\xfe\xff", 4, "UTF-32", "UTF-32BE" },
	{ "\xff\xfe", 2, "UTF-16", "UTF-16LE" },     { "\xfe\xff", 2, "UTF-16", "UTF-16BE" },
	{ "\xef\xbb\xbf", 3, "UTF-8", NULL },
};

struct copying {
	int fd;
	gsize size;
	gboolean on_disk;
};

static gboolean fail(GError **error, const char *what)
{
	g_set_error_literal(error, ENGINE_ERROR, ENGINE_ERROR_FILE, what);
	return FALSE;
}

/* --- what is read ---------------------------------------------------------------------------- */

static const char *strange_kind(mode_t mode)
{
	if (S_ISDIR(mode))
		return "it is a folder; kase import takes files that kubectl wrote";
	return S_ISREG(mode) || S_ISFIFO(mode) || S_ISSOCK(mode)
		       ? NULL
		       : "it is neither a file nor a pipe; kase import takes what kubectl wrote";
}

static int open_path(const char *path, GError **error)
{
	gboolean is_stdin = !strcmp(path, "-");
	int fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
			  : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct stat st;
	const char *strange;

	if (fd < 0 || fstat(fd, &st) < 0) {
		fail(error, g_strerror(errno));
	} else {
		strange = is_stdin && isatty(fd) ? NULL : strange_kind(st.st_mode);
		if (!strange)
			return fd;
		fail(error, strange);
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

static const struct mark *find_mark(GBufferedInputStream *in)
{
	gsize size;
	const char *head = g_buffered_input_stream_peek_buffer(in, &size);

	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++)
		if (size >= marks[i].size && !memcmp(head, marks[i].bytes, marks[i].size))
			return &marks[i];
	return NULL;
}

/* As many bytes as the longest mark has, unless it ends before. */
static gboolean fill(GBufferedInputStream *in, GError **error)
{
	gssize n = 1;

	while (n > 0 && g_buffered_input_stream_get_available(in) < 4)
		n = g_buffered_input_stream_fill(in, -1, NULL, error);
	return n >= 0;
}

static GInputStream *turned(GInputStream *in, const struct mark *mark, GError **error)
{
	g_autoptr(GCharsetConverter) converter = NULL;

	if (!mark || !mark->charset)
		return g_object_ref(in);
	converter = g_charset_converter_new("UTF-8", mark->charset, error);
	return converter ? g_converter_input_stream_new(in, G_CONVERTER(converter)) : NULL;
}

/* A stream of UTF-8 without a mark.  Caller owns. */
static GInputStream *stream_of(int fd, const char **encoding, GError **error)
{
	g_autoptr(GInputStream) bytes = g_unix_input_stream_new(fd, TRUE);
	g_autoptr(GInputStream) in = g_buffered_input_stream_new_sized(bytes, PIECE_BYTES);
	const struct mark *mark;

	if (!fill(G_BUFFERED_INPUT_STREAM(in), error))
		return NULL;
	mark = find_mark(G_BUFFERED_INPUT_STREAM(in));
	*encoding = mark ? mark->encoding : NULL;
	if (mark && g_input_stream_skip(in, mark->size, NULL, error) < 0)
		return NULL;
	return turned(in, mark, error);
}

/* --- where it is kept ------------------------------------------------------------------------ */

static int nameless_file(GError **error)
{
	const char *folder = g_getenv("TMPDIR");
	int fd;

	folder = folder && *folder ? folder : "/var/tmp";
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_FILE,
			    "no room to look through it in %s: %s; set TMPDIR to another folder",
			    folder, g_strerror(errno));
	return fd;
}

static gboolean move_to_disk(struct copying *c, GError **error)
{
	int fd = nameless_file(error);
	off_t from = 0;

	if (fd < 0)
		return FALSE;
	while ((gsize)from < c->size)
		if (sendfile(fd, c->fd, &from, c->size - (gsize)from) <= 0 && errno != EINTR) {
			fail(error, g_strerror(errno));
			close(fd);
			return FALSE;
		}
	close(c->fd);
	c->fd = fd;
	c->on_disk = TRUE;
	return TRUE;
}

static gboolean add(struct copying *c, const char *bytes, gsize size, GError **error)
{
	if (!c->on_disk && c->size + size > MEMORY_BYTES && !move_to_disk(c, error))
		return FALSE;
	while (size) {
		gssize n = write(c->fd, bytes, size);

		if (n < 0 && errno != EINTR) {
			g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_FILE,
				    "no copy of it can be made to look through: %s; set TMPDIR to "
				    "another folder",
				    g_strerror(errno));
			return FALSE;
		}
		n = MAX(n, 0);
		bytes += n;
		size -= (gsize)n;
		c->size += (gsize)n;
	}
	return TRUE;
}

static gboolean copy(struct copying *c, GInputStream *in, GError **error)
{
	g_autofree char *buffer = g_malloc(PIECE_BYTES);
	gssize n;

	while ((n = g_input_stream_read(in, buffer, PIECE_BYTES, NULL, error)) > 0)
		if (!add(c, buffer, (gsize)n, error))
			return FALSE;
	return n == 0;
}

static gboolean map(struct brought *b, const struct copying *c, GError **error)
{
	void *at = c->size ? mmap(NULL, c->size, PROT_READ, MAP_PRIVATE, c->fd, 0) : NULL;

	if (at == MAP_FAILED)
		return fail(error, g_strerror(errno));
	b->data = at ? at : "";
	b->size = c->size;
	return TRUE;
}

static gboolean read_whole(struct brought *b, const char *path, GError **error)
{
	struct copying c = { .fd = memfd_create("kase-import", MFD_CLOEXEC) };
	int fd = c.fd < 0 ? -1 : open_path(path, error);
	g_autoptr(GInputStream) in = fd < 0 ? NULL : stream_of(fd, &b->encoding, error);
	gboolean ok = in && copy(&c, in, error) && map(b, &c, error);

	if (c.fd < 0)
		return fail(error, g_strerror(errno));
	close(c.fd);
	return ok;
}

static gboolean is_broken(const GError *e)
{
	return g_error_matches(e, G_IO_ERROR, G_IO_ERROR_INVALID_DATA) ||
	       g_error_matches(e, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
}

gboolean brought_read(struct brought *b, const char *path, GError **error)
{
	GError *wrong = NULL;

	*b = (struct brought){ .data = "" };
	if (read_whole(b, path, &wrong))
		return TRUE;
	if (is_broken(wrong))
		g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_CONTENTS, "it is no valid %s",
			    b->encoding);
	else
		g_set_error_literal(error, ENGINE_ERROR, ENGINE_ERROR_FILE,
				    wrong ? wrong->message : "it cannot be read");
	g_error_free(wrong);
	return FALSE;
}

void brought_passed(const struct brought *b, gsize offset)
{
	gsize page = (gsize)sysconf(_SC_PAGESIZE);

	if (b->size > MEMORY_BYTES)
		madvise((void *)b->data, offset / page * page, MADV_DONTNEED);
}

void brought_clear(struct brought *b)
{
	if (b->size)
		munmap((void *)b->data, b->size);
	*b = (struct brought){ .data = "" };
}
