/*
 * 1. The end of the program, and only that, ends its run: what is left in the pipes is read then,
 *    and `done` called.  What it leaves behind with the pipes open is not waited for: a browser,
 *    a daemon.
 * 2. The time limit and too much output kill its whole process group; then 1 follows.
 * 3. child_abandon kills likewise and lets go.
 * 4. The struct belongs to the wait for the end, and goes with it: also where the context goes
 *  first.
 *
 * It has a session of its own: kase owns its terminal, and nothing may write a prompt to it.
 */
#include "child.h"
#include "exec.h"
#include "secret.h"
#include "source.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* At most so much of stderr is kept, and so much read of a pipe before others have their turn. */
#define STDERR_KEPT_BYTES  (16 * 1024)
#define READ_AT_ONCE_BYTES (256 * 1024)

struct pipe_end {
	GPollableInputStream *stream; /* the program's */
	GSource *source;
	struct secret_buffer bytes;
};

struct child {
	GMainContext *context;
	GSubprocess *program;
	struct pipe_end out, err;
	gsize max_bytes;
	guint timeout_ms;
	GSource *timeout;
	GError *failure;  /* why it was killed */
	child_done *done; /* NULL once nobody waits */
	void *user;
};

static void silence(struct child *c)
{
	source_drop(&c->out.source);
	source_drop(&c->err.source);
	source_drop(&c->timeout);
}

static void child_free(void *data)
{
	struct child *c = data;

	silence(c);
	g_clear_object(&c->program);
	secret_buffer_clear(&c->out.bytes);
	secret_buffer_clear(&c->err.bytes);
	g_clear_error(&c->failure);
	g_clear_pointer(&c->context, g_main_context_unref);
	g_free(c);
}

static void kill_group(struct child *c)
{
	const char *pid = g_subprocess_get_identifier(c->program);

	if (pid)
		kill(-atoi(pid), SIGKILL);
}

/* ": LAST LINE" of stderr, or "".  Caller owns. */
static char *last_words(const struct child *c)
{
	g_autofree char *line = exec_last_line(c->err.bytes.bytes, c->err.bytes.size);

	return g_strconcat(line ? ": " : "", line, NULL);
}

/* --- reading ---------------------------------------------------------------------------------- */

/* Read what is there, `most` bytes or a little more.  FALSE at the end of the pipe. */
static gboolean pipe_read(struct pipe_end *end, gsize most)
{
	char chunk[4096];
	gssize n = 0;

	for (gsize total = 0; total < most; total += n) {
		g_autoptr(GError) error = NULL;

		n = g_pollable_input_stream_read_nonblocking(end->stream, chunk, sizeof chunk, NULL,
							     &error);
		if (n < 0)
			return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
		if (n == 0)
			return FALSE;
		secret_buffer_append(&end->bytes, chunk, n);
		explicit_bzero(chunk, n);
	}
	return TRUE;
}

static void check_size(struct child *c)
{
	if (c->out.bytes.size <= c->max_bytes || c->failure)
		return;
	g_set_error(&c->failure, KUBE_ERROR, KUBE_ERROR_CREDENTIAL,
		    "printed more than %" G_GSIZE_FORMAT " bytes, which is no credential",
		    c->max_bytes);
	silence(c);
	kill_group(c);
}

static gboolean on_out(GObject *stream, void *user)
{
	struct child *c = user;
	gboolean more = pipe_read(&c->out, READ_AT_ONCE_BYTES);

	check_size(c);
	return more;
}

static gboolean on_err(GObject *stream, void *user)
{
	struct secret_buffer *b = &((struct child *)user)->err.bytes;
	gboolean more = pipe_read(&((struct child *)user)->err, READ_AT_ONCE_BYTES);

	if (b->size > STDERR_KEPT_BYTES) {
		memmove(b->bytes, b->bytes + b->size - STDERR_KEPT_BYTES, STDERR_KEPT_BYTES);
		b->size = STDERR_KEPT_BYTES;
	}
	return more;
}

/* --- its end ---------------------------------------------------------------------------------- */

static gboolean on_timeout(void *user)
{
	struct child *c = user;
	g_autofree char *last = NULL;

	on_err(NULL, c);
	last = last_words(c);
	g_set_error(&c->failure, KUBE_ERROR, KUBE_ERROR_CREDENTIAL,
		    "did not end within %u s%s; log in with it in a shell, then try again",
		    c->timeout_ms / 1000, last);
	silence(c);
	kill_group(c);
	return G_SOURCE_REMOVE;
}

static void check_code(struct child *c)
{
	g_autofree char *last = last_words(c);

	if (c->failure)
		return;
	if (g_subprocess_get_if_signaled(c->program))
		g_set_error(&c->failure, KUBE_ERROR, KUBE_ERROR_CREDENTIAL,
			    "was killed by signal %d%s", g_subprocess_get_term_sig(c->program),
			    last);
	else if (g_subprocess_get_exit_status(c->program) != 0)
		g_set_error(&c->failure, KUBE_ERROR, KUBE_ERROR_CREDENTIAL,
			    "ended with code %d%s; run it in a shell to see more",
			    g_subprocess_get_exit_status(c->program), last);
}

static void on_end(GObject *program, GAsyncResult *result, void *user)
{
	struct child *c = user;

	g_subprocess_wait_finish(c->program, result, NULL);
	if (c->done) {
		silence(c);
		pipe_read(&c->out, c->max_bytes + 1);
		on_err(NULL, c);
		check_size(c);
		check_code(c);
		c->done(c->user, c->out.bytes.bytes, c->out.bytes.size, c->failure);
	}
}

void child_abandon(struct child *c)
{
	if (!c)
		return;
	c->done = NULL;
	silence(c);
	kill_group(c);
}

/* --- its start -------------------------------------------------------------------------------- */

/* Between fork and exec: only what is safe in a signal handler. */
static void own_session(void *user)
{
	setsid();
}

static GSubprocess *spawn(const char *const *argv, char **environment, GError **error)
{
	g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
		G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);

	g_subprocess_launcher_set_environ(launcher, environment);
	g_subprocess_launcher_set_child_setup(launcher, own_session, NULL, NULL);
	return g_subprocess_launcher_spawnv(launcher, argv, error);
}

static void pipe_watch(struct child *c, struct pipe_end *end, GInputStream *stream,
		       GPollableSourceFunc ready)
{
	end->stream = G_POLLABLE_INPUT_STREAM(stream);
	end->source = g_pollable_input_stream_create_source(end->stream, NULL);
	g_source_set_callback(end->source, G_SOURCE_FUNC(ready), c, NULL);
	g_source_attach(end->source, c->context);
}

static void watch(struct child *c)
{
	g_autoptr(GCancellable) wait = g_cancellable_new(); /* whose only use is to hold it */

	g_object_set_data_full(G_OBJECT(wait), "child", c, child_free);
	pipe_watch(c, &c->out, g_subprocess_get_stdout_pipe(c->program), on_out);
	pipe_watch(c, &c->err, g_subprocess_get_stderr_pipe(c->program), on_err);
	c->timeout = g_timeout_source_new(c->timeout_ms);
	g_source_set_callback(c->timeout, on_timeout, c, NULL);
	g_source_attach(c->timeout, c->context);
	g_main_context_push_thread_default(c->context);
	g_subprocess_wait_async(c->program, wait, on_end, c);
	g_main_context_pop_thread_default(c->context);
}

struct child *child_start(GMainContext *context, const char *const *argv, char **environment,
			  guint timeout_ms, gsize max_bytes, child_done *done, void *user,
			  GError **error)
{
	GSubprocess *program = spawn(argv, environment, error);
	struct child *c;

	if (!program)
		return NULL;
	c = g_new0(struct child, 1);
	c->context = context ? g_main_context_ref(context) : NULL;
	c->program = program;
	c->max_bytes = max_bytes;
	c->timeout_ms = timeout_ms;
	c->done = done;
	c->user = user;
	watch(c);
	return c;
}
