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
 *    held, and gives it up when it sees that.  A change of CLAIM or LEAD is told like a raise; of
 *    who is killed the kernel tells, by the file that is closed, just before it frees the locks.
 * 5  Locks in a file that lost its name are seen by nobody who comes.  Whoever writes looks for
 *    that in its transaction, and takes its locks anew in the file of this name, before it commits.
 */
#include "private.h"

#include <kase/relay.h>

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
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
	char *case_path, *path;
	int fd;                 /* stays this number, whatever file it is */
	gint64 *head;           /* mapped; stays there, too */
	gint64 visit;           /* 0 until it is held */
	struct relay_lock lock; /* over what is held for this process, and a change of file */
	gboolean leads, claims, turn;
};

char *live_path(const char *case_path)
{
	g_autofree char *real = sql_real_path(case_path);

	return g_strconcat(real, "-live", NULL);
}

static gboolean lock_byte(int fd, int command, short type, gint64 at)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = at, .l_len = 1 };

	return fcntl(fd, command, &lock) == 0;
}

static gboolean lives_not(const char *path, GError **error)
{
	g_set_error(error, CASE_ERROR,
		    filesystem_is_full(errno) ? CASE_ERROR_FULL : CASE_ERROR_READ_ONLY,
		    filesystem_is_full(errno)
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
		if (filesystem_is_full(failed) && lock_byte(fd, F_OFD_SETLK, F_WRLCK, PRESENT))
			g_unlink(path);
		close(fd);
		errno = failed;
		if (failed == EEXIST || filesystem_is_full(failed))
			return -1;
		g_usleep(OPEN_PAUSE_US);
	}
	errno = EBUSY;
	return -1;
}

static void *map_file(int fd)
{
	return fd < 0 ? MAP_FAILED
		      : mmap(NULL, FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

struct live *live_open(const char *path, GError **error)
{
	struct live *l = g_new0(struct live, 1);
	void *map;

	relay_lock_init(&l->lock);
	l->case_path = sql_real_path(path);
	l->path = live_path(path);
	l->fd = open_present(l->case_path, l->path);
	map = map_file(l->fd);
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
		if (lock_byte(l->fd, F_OFD_SETLK, F_WRLCK, PRESENT) && has_its_name(l->fd, l->path))
			g_unlink(l->path);
		close(l->fd);
	}
	relay_lock_clear(&l->lock);
	g_free(l->case_path);
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

static void raise_head(gint64 *at, gint64 head)
{
	gint64 seen = __atomic_load_n(at, __ATOMIC_ACQUIRE);

	while (seen < head && !__atomic_compare_exchange_n(at, &seen, head, FALSE, __ATOMIC_RELEASE,
							   __ATOMIC_ACQUIRE))
		;
}

void live_tell(struct live *l, gint64 head)
{
	raise_head(l->head, head);
	tick(l);
}

static gboolean take(struct live *l, gint64 at)
{
	return lock_byte(l->fd, F_OFD_SETLK, F_WRLCK, at);
}

gboolean live_hold_visit(struct live *l, gint64 visit)
{
	l->visit = visit;
	return take(l, VISITS + visit);
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

gboolean live_lead_claimed(struct live *l)
{
	return held_by_another(l, CLAIM);
}

static gboolean lead(struct live *l, gboolean claim)
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

gboolean live_lead(struct live *l, gboolean claim)
{
	gboolean leads;

	relay_lock_take(&l->lock);
	leads = lead(l, claim);
	relay_lock_leave(&l->lock);
	return leads;
}

void live_lead_leave(struct live *l)
{
	relay_lock_take(&l->lock);
	if (l->leads || l->claims) {
		lock_byte(l->fd, F_OFD_SETLK, F_UNLCK, LEAD);
		lock_byte(l->fd, F_OFD_SETLK, F_UNLCK, CLAIM);
		l->leads = l->claims = FALSE;
		tick(l);
	}
	relay_lock_leave(&l->lock);
}

gboolean live_turn(struct live *l, gboolean wanted)
{
	gboolean ok;

	relay_lock_take(&l->lock);
	ok = lock_byte(l->fd, F_OFD_SETLK, wanted ? F_WRLCK : F_UNLCK, TURN);
	l->turn = wanted && ok;
	relay_lock_leave(&l->lock);
	return ok;
}

/* --- a file that lost its name ---------------------------------------------------------------- */

/* Number and address stay, so that other threads go on with them. */
static gboolean change_file(struct live *l, int fd)
{
	void *map = map_file(fd);

	if (map == MAP_FAILED)
		return FALSE;
	raise_head(map, live_head(l));
	if (mremap(map, FILE_BYTES, FILE_BYTES, MREMAP_MAYMOVE | MREMAP_FIXED, l->head) ==
	    MAP_FAILED) {
		munmap(map, FILE_BYTES);
		return FALSE;
	}
	return dup3(fd, l->fd, O_CLOEXEC) >= 0;
}

/* Another one may lead by now, or have the turn. */
static gboolean take_anew(struct live *l)
{
	l->leads = l->leads && take(l, LEAD);
	l->claims = l->claims && take(l, CLAIM);
	l->turn = l->turn && take(l, TURN);
	return !l->visit || take(l, VISITS + l->visit);
}

gboolean live_keep(struct live *l, GError **error)
{
	gboolean ok;
	int fd;

	if (has_its_name(l->fd, l->path))
		return TRUE;
	relay_lock_take(&l->lock);
	fd = open_present(l->case_path, l->path);
	ok = fd >= 0 && change_file(l, fd) && take_anew(l);
	relay_lock_leave(&l->lock);
	if (!ok)
		lives_not(l->path, error);
	if (fd >= 0)
		close(fd);
	return ok;
}
