/*
 * Jobs go by one relay and come back by another.  An eventfd wakes main for those that come back: its source belongs to the
 * worker, so that nothing of a worker is left in main's context once it is freed.
 */
#include "worker.h"

#include <kase/relay.h>

#include <glib-unix.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct worker {
	char *path;
	enum casefile_mode mode;
	struct relay *jobs, *finished;
	struct relay_thread *thread;
	gint reopen; /* atomic */
	gint stop;   /* atomic: nobody waits for an answer any more */
	int wake;
	guint source;
};

struct finished {
	struct job *job;
	GError *error;
};

static void job_free(void *data)
{
	struct job *job = data;

	job->free(job);
}

static void finished_free(void *data)
{
	struct finished *f = data;

	f->job->free(f->job);
	g_clear_error(&f->error);
	g_free(f);
}

static gboolean give_back(int fd, GIOCondition condition, void *data)
{
	struct worker *w = data;
	struct finished *f;
	guint64 count;

	if (read(fd, &count, sizeof count) < 0)
		return G_SOURCE_CONTINUE;
	while ((f = relay_take(w->finished, 0))) {
		f->job->done(f->job, f->error);
		finished_free(f);
	}
	return G_SOURCE_CONTINUE;
}

static struct casefile *open_case(struct worker *w, GError **error)
{
	struct casefile *c = casefile_open(w->path, w->mode, error);

	if (c)
		casefile_heed(c, &w->stop);
	return c;
}

static void work_job(struct worker *w, struct casefile **c, struct job *job)
{
	struct finished *f = g_new0(struct finished, 1);
	const guint64 one = 1;

	if (g_atomic_int_compare_and_exchange(&w->reopen, TRUE, FALSE))
		g_clear_pointer(c, casefile_close);
	if (!*c)
		*c = open_case(w, &f->error);
	if (*c && !g_atomic_int_get(&job->dropped))
		job->work(job, *c, &f->error);
	f->job = job;
	relay_post(w->finished, f, 1);
	if (write(w->wake, &one, sizeof one) < 0)
		g_debug("main is not woken");
}

static void *run(void *data)
{
	struct worker *w = data;
	struct casefile *c = open_case(w, NULL); /* tried again for a job */
	struct job *job;

	while ((job = relay_take(w->jobs, -1))) {
		if (relay_closed(w->jobs))
			job->free(job);
		else
			work_job(w, &c, job);
	}
	casefile_close(c);
	return NULL;
}

struct worker *worker_new(const char *name, const char *path, enum casefile_mode mode)
{
	struct worker *w = g_new0(struct worker, 1);

	w->path = g_strdup(path);
	w->mode = mode;
	w->jobs = relay_new(64, job_free);
	w->finished = relay_new(64, finished_free);
	w->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->source = g_unix_fd_add(w->wake, G_IO_IN, give_back, w);
	w->thread = relay_thread_new(name, run, w);
	return w;
}

void worker_post(struct worker *w, struct job *job)
{
	relay_post(w->jobs, job, 1);
}

void worker_drop(struct job *job)
{
	g_atomic_int_set(&job->dropped, TRUE);
}

void worker_reopen(struct worker *w)
{
	g_atomic_int_set(&w->reopen, TRUE);
}

void worker_free(struct worker *w)
{
	if (!w)
		return;
	g_atomic_int_set(&w->stop, TRUE);
	relay_close(w->jobs);
	relay_thread_join(w->thread);
	g_source_remove(w->source);
	close(w->wake);
	relay_free(w->jobs);
	relay_free(w->finished);
	g_free(w->path);
	g_free(w);
}
