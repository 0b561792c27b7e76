/*
 * relay - the one place where one thread hands something to another.
 *
 * A message owns its memory, and posting it gives it away: whoever posted must not touch
 * it again.  A relay has a bound, in a weight that the poster names (bytes, mostly);
 * a full one never blocks the poster but says so, and calls back once there is room.
 *
 * Hand-over is marked for ThreadSanitizer here and nowhere else, since it does not see
 * GLib's own locks.  Locks, threads and joins of other files come from here, too.
 */
#pragma once

#include <glib.h>

struct relay;

/* `capacity`: the weight above which relay_room says no.  `free_message` for what is left at the
 * end. */
struct relay *relay_new(gsize capacity, GDestroyNotify free_message);
void relay_free(struct relay *r); /* accepts NULL; nobody else may use it any more */
typedef struct relay relay;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(relay, relay_free)

/* Any thread.  Always takes the message, even over the bound; FALSE (and freed) once closed. */
gboolean relay_post(struct relay *r, void *message, gsize weight);
/* Any thread.  How much weight may still be posted; 0 when full. */
gsize relay_room(struct relay *r);
/* Any thread.  Weight that waits now. */
gsize relay_waiting(struct relay *r);

/* Take the oldest; wait up to `timeout_us` (-1: for ever, 0: not at all).  NULL when none came, or
 * when closed and empty. */
void *relay_take(struct relay *r, gint64 timeout_us);
/* No more posts; takers get what is left, then NULL. */
void relay_close(struct relay *r);
gboolean relay_closed(struct relay *r);

/* Have `function` run in `context` when a full relay has come down to half its bound, each time.
 * NULL, from `context`'s thread: never again, what is due included. */
void relay_on_room(struct relay *r, GMainContext *context, GSourceFunc function, void *data);

/* Run `function(data)` once in `context`'s thread, soon.  `data` is given away. */
void relay_call(GMainContext *context, GSourceFunc function, void *data);
/* The same; `drop(data)`, in any thread, where the context ends before it ran. */
void relay_call_or_drop(GMainContext *context, GSourceFunc function, void *data,
			GDestroyNotify drop);

/* A thread whose data is handed over at both ends. */
struct relay_thread;
struct relay_thread *relay_thread_new(const char *name, GThreadFunc function, void *data);
void *relay_thread_join(struct relay_thread *t);
/* Threads made from now on leave the processor to the one that made them, where both want it: for a
 * program with a screen, whose main thread has little to do and is waited for by a person. */
void relay_threads_give_way(void);

/* A mutex that ThreadSanitizer sees. */
struct relay_lock {
	GMutex mutex;
};
void relay_lock_init(struct relay_lock *l);
void relay_lock_clear(struct relay_lock *l);
void relay_lock_take(struct relay_lock *l);
void relay_lock_leave(struct relay_lock *l);
