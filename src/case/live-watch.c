/*
 * A watch on NAME.kase-live, for who wants to know of each commit.  While nobody records there is
 * no file: then its folder is watched until it comes.  Where neither can be
 * watched, nothing is heard from then on: live_watch_hears.
 */
#include "private.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/inotify.h>
#include <unistd.h>

struct live_watch {
	char *folder, *name, *path;
	int fd, on_file, on_folder;
	GSource *source;
	GSourceFunc function;
	void *data;
};

static gboolean watch_file(struct live_watch *w)
{
	w->on_file = inotify_add_watch(w->fd, w->path,
				       IN_MODIFY | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_ATTRIB);
	return w->on_file >= 0;
}

/* TRUE where the file came between the two watches, so that neither tells of it. */
static gboolean watch_again(struct live_watch *w)
{
	gboolean there = watch_file(w), came = FALSE;

	if (!there && w->on_folder < 0) {
		w->on_folder = inotify_add_watch(w->fd, w->folder, IN_CREATE | IN_MOVED_TO);
		there = came = w->on_folder >= 0 && watch_file(w);
	}
	if (there && w->on_folder >= 0) {
		inotify_rm_watch(w->fd, w->on_folder);
		w->on_folder = -1;
	}
	return came;
}

/* TRUE where there may be something new to see.  A file that loses its name has its links changed:
 * another one may have the name by now. */
static gboolean watch_read(struct live_watch *w, const struct inotify_event *event)
{
	if (event->wd == w->on_file) {
		if (event->mask & IN_IGNORED)
			w->on_file = -1;
		else if (event->mask & IN_ATTRIB)
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
		news |= watch_again(w);
	if (news)
		w->function(w->data);
	return G_SOURCE_CONTINUE;
}

gboolean live_watch_hears(const struct live_watch *w)
{
	return w && (w->on_file >= 0 || w->on_folder >= 0);
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
	if (w->fd >= 0)
		watch_again(w);
	if (!live_watch_hears(w)) {
		g_set_error(error, CASE_ERROR, CASE_ERROR_FAILED, "%s: cannot be watched: %s", path,
			    g_strerror(errno));
		live_watch_free(w);
		return NULL;
	}
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
