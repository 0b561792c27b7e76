/*
 * NAME.kase-live: what the processes of one case tell each other.  It lies beside the case while
 * somebody records, and holds nothing that is worth keeping.
 *
 *	bytes 0-7	the newest committed seq, in the host's order; mapped, and only ever raised
 *	byte 8		written after each raise, so that inotify wakes who watches
 *
 * Locks are open-file-description locks, which the kernel frees when their holder dies:
 *
 *	at PRESENT	shared by everyone who has the file open; who gets it alone removes the file
 *	at LEAD		the one process that follows and acts
 *	at CLAIM	who wants to lead and does not yet; only one at a time
 *	at TURN		who gives a name that must be unique in the case, until it is committed
 *	at VISITS + n	the process of visit n (the seq of its `opened` entry) lives
 *
 * 1  Whoever opens the file takes PRESENT, then looks whether the file still has its name; if not,
 *    opens again.
 * 2  Whoever leaves removes the name only while it holds PRESENT alone.
 * 3  Whoever opens it and is alone empties it: the head in it was a killed process'.
 * 4  Who claims leads as soon as LEAD is free.  Who does not claim takes no LEAD while CLAIM is
 *    held, and gives it up when it sees that.  A change of CLAIM or LEAD is told like a raise; who
 *    is killed tells nobody.
 */
#include "private.h"

#include <kase/relay.h>

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	HEAD_BYTES = 8,
	TICK = 8,
	FILE_BYTES = 16,
	PRESENT = 64,
	LEAD = 65,
	CLAIM = 66,
	TURN = 67,
	VISITS = 1 << 20
};
enum { OPEN_TRIES = 500, OPEN_PAUSE_US = 10000 };

struct live {
	char *path;
	int fd;
	gint64 *head; /* mapped */
	gboolean leads, claims;
};

static char *live_path(const char *case_path)
{
	g_autofree char *real = sql_real_path(case_path);

	return g_strconcat(real, "-live", NULL);
}

static gboolean lock_byte(int fd, int command, short type, gint64 at)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = 1 };

	return fcntl(fd, command, &lock) == 0;
}

static gboolean is_full(int why)
{
	return why == ENOSPC || why == EDQUOT || why == EFBIG;
}

static gboolean lives_not(const char *path, GError **error)
{
	g_set_error(error, CASE_ERROR, is_full(errno) ? CASE_ERROR_FULL : CASE_ERROR_READ_ONLY,
		    is_full(errno)
			    ? "%s: the disk is full, or over a quota (%s); what is committed "
			      "stands; make room and try again"
			    : "%s: cannot be used: %s",
		    path, g_strerror(errno));
	return FALSE;
}

/* The case's own rights, since who may write the case must be able to write this.  Never through a
 * symbolic link, which somebody else of the group could have laid. */
static int open_file(const char *case_path, const char *path)
{
	struct stat st = { 0 };
	int fd;

	if (stat(case_path, &st) < 0)
		st.st_mode = 0600;
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, st.st_mode & 0660);
	if (fd >= 0 && st.st_mode & 0060 &&
	    (fchown(fd, (uid_t)-1, st.st_gid) < 0 || fchmod(fd, st.st_mode & 0660) < 0))
		g_debug("%s: keeps its own group: %s", path, g_strerror(errno));
	return fd;
}

/* Something else of this name is left alone. */
static gboolean may_be_ours(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_BYTES;
}

static gboolean has_its_name(int fd, const char *path)
{
	struct stat st, named;

	return fstat(fd, &st) == 0 && stat(path, &named) == 0 && st.st_ino == named.st_ino &&
	       st.st_dev == named.st_dev;
}

/* Whoever is alone finds at most what a killed process left, or another case of this name. */
static gboolean make_room(int fd)
{
	if (lock_byte(fd, F_OFD_SETLK, F_WRLCK, PRESENT) && ftruncate(fd, 0) < 0)
		return FALSE;
	errno = posix_fallocate(fd, 0,
				FILE_BYTES); /* a hole that finds no room later is a SIGBUS */
	return errno == 0 && lock_byte(fd, F_OFD_SETLK, F_RDLCK, PRESENT);
}

/* Another one may hold PRESENT alone, or remove the name, for a moment each. */
static int open_present(const char *case_path, const char *path)
{
	for (guint tries = 0; tries < OPEN_TRIES; tries++) {
		int fd = open_file(case_path, path);
		int failed;

		if (fd < 0)
			return -1;
		errno = EEXIST;
		if (may_be_ours(fd) && make_room(fd) && has_its_name(fd, path))
			return fd;
		failed = errno;
		if (is_full(failed) && lock_byte(fd, F_OFD_SETLK, F_WRLCK, PRESENT))
			g_unlink(path);
		close(fd);
		errno = failed;
		if (failed == EEXIST || is_full(failed))
			return -1;
		g_usleep(OPEN_PAUSE_US);
	}
	errno = EBUSY;
	return -1;
}

struct live *live_open(const char *path, GError **error)
{
	struct live *l = g_new0(struct live, 1);
	void *map = MAP_FAILED;

	l->path = live_path(path);
	l->fd = open_present(path, l->path);
	if (l->fd >= 0)
		map = mmap(NULL, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, l->fd, 0);
	if (map != MAP_FAILED) {
		l->head = map;
		return l;
	}
	lives_not(l->path, error);
	live_close(l);
	return NULL;
}

void live_close(struct live *l)
{
	if (!l)
		return;
	if (l->head)
		munmap(l->head, FILE_BYTES);
	if (l->fd >= 0) {
		live_lead_leave(l);
		if (lock_byte(l->fd, F_OFD_SETLK, F_WRLCK, PRESENT))
			g_unlink(l->path);
		close(l->fd);
	}
	g_free(l->path);
	g_free(l);
}

gint64 live_head(struct live *l)
{
	return __atomic_load_n(l->head, __ATOMIC_ACQUIRE);
}

static void tick(struct live *l)
{
	if (pwrite(l->fd, "", 1, TICK) != 1)
		g_debug("%s: nobody is told of a change", l->path);
}

void live_tell(struct live *l, gint64 head)
{
	gint64 seen = live_head(l);

	while (seen < head && !__atomic_compare_exchange_n(l->head, &seen, head, FALSE,
							   __ATOMIC_RELEASE, __ATOMIC_ACQUIRE))
		;
	tick(l);
}

gboolean live_hold_visit(struct live *l, gint64 visit)
{
	return lock_byte(l->fd, F_OFD_SETLK, F_WRLCK, VISITS + visit);
}

static gboolean held_by_another(struct live *l, gint64 at)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = at, .l_len = 1 };

	return fcntl(l->fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

gboolean live_visit_held(struct live *l, gint64 visit)
{
	return held_by_another(l, VISITS + visit);
}

/* --- who leads -------------------------------------------------------------------------------- */

static gboolean take(struct live *l, gint64 at)
{
	return lock_byte(l->fd, F_OFD_SETLK, F_WRLCK, at);
}

gboolean live_lead_claimed(struct live *l)
{
	return held_by_another(l, CLAIM);
}

gboolean live_lead(struct live *l, gboolean claim)
{
	if (l->leads)
		return TRUE;
	if (live_lead_claimed(l))
		return FALSE;
	l->leads = take(l, LEAD);
	if (claim && !l->leads && !l->claims) {
		l->claims = take(l, CLAIM);
		tick(l);
	} else if (l->claims && l->leads) {
		l->claims = FALSE;
		lock_byte(l->fd, F_OFD_SETLK, F_UNLCK, CLAIM);
	}
	return l->leads;
}

void live_lead_leave(struct live *l)
{
	if (!l->leads && !l->claims)
		return;
	lock_byte(l->fd, F_OFD_SETLK, F_UNLCK, LEAD);
	lock_byte(l->fd, F_OFD_SETLK, F_UNLCK, CLAIM);
	l->leads = l->claims = FALSE;
	tick(l);
}

gboolean live_turn(struct live *l, gboolean take)
{
	return lock_byte(l->fd, F_OFD_SETLK, take ? F_WRLCK : F_UNLCK, TURN);
}

/* --- watching --------------------------------------------------------------------------------- */

/*
 * While nobody records there is no file: then its folder is watched until it comes.
 */
struct live_watch {
	char *folder, *name, *path;
	int fd, on_file, on_folder;
	GSource *source;
	GSourceFunc function;
	void *data;
};

static void watch_again(struct live_watch *w)
{
	w->on_file = inotify_add_watch(w->fd, w->path, IN_MODIFY | IN_DELETE_SELF | IN_ATTRIB);
	if (w->on_file < 0 && w->on_folder < 0)
		w->on_folder = inotify_add_watch(w->fd, w->folder, IN_CREATE | IN_MOVED_TO);
	if (w->on_file >= 0 && w->on_folder >= 0) {
		inotify_rm_watch(w->fd, w->on_folder);
		w->on_folder = -1;
	}
}

/* TRUE where there may be something new to see. */
static gboolean watch_read(struct live_watch *w, const struct inotify_event *event)
{
	if (event->wd == w->on_file) {
		struct stat st;

		if (event->mask & IN_IGNORED)
			w->on_file = -1;
		else if (event->mask & IN_ATTRIB && stat(w->path, &st) < 0)
			inotify_rm_watch(w->fd, w->on_file);
		return TRUE;
	}
	return event->wd == w->on_folder && event->len && g_str_equal(event->name, w->name);
}

static gboolean watch_ready(int fd, GIOCondition condition, void *data)
{
	struct live_watch *w = data;
	_Alignas(struct inotify_event) char buffer[4096];
	gboolean news = FALSE;
	gssize got;

	while ((got = read(fd, buffer, sizeof buffer)) > 0) {
		const struct inotify_event *event;

		for (const char *at = buffer; at < buffer + got; at += sizeof *event + event->len) {
			event = (const struct inotify_event *)at;
			news |= watch_read(w, event);
		}
	}
	if (w->on_file < 0)
		watch_again(w);
	if (news)
		w->function(w->data);
	return G_SOURCE_CONTINUE;
}

struct live_watch *live_watch_new(const char *path, GMainContext *context, GSourceFunc function,
				  void *data, GError **error)
{
	struct live_watch *w = g_new0(struct live_watch, 1);

	w->path = live_path(path);
	w->folder = g_path_get_dirname(w->path);
	w->name = g_path_get_basename(w->path);
	w->function = function;
	w->data = data;
	w->on_file = w->on_folder = -1;
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (w->fd < 0) {
		g_set_error(error, CASE_ERROR, CASE_ERROR_FAILED, "%s: cannot be watched: %s", path,
			    g_strerror(errno));
		live_watch_free(w);
		return NULL;
	}
	watch_again(w);
	w->source = g_unix_fd_source_new(w->fd, G_IO_IN);
	g_source_set_callback(w->source, G_SOURCE_FUNC(watch_ready), w, NULL);
	g_source_attach(w->source, context);
	return w;
}

void live_watch_free(struct live_watch *w)
{
	if (!w)
		return;
	if (w->source) {
		g_source_destroy(w->source);
		g_source_unref(w->source);
	}
	if (w->fd >= 0)
		close(w->fd);
	g_free(w->path);
	g_free(w->folder);
	g_free(w->name);
	g_free(w);
}
