/*
 * Messages go from hand to hand under one lock.
 *
 * What holds:
 *  1. A message belongs to its poster until relay_post is called, to the relay while it waits, and
 *     to the taker from then on.
 *  2. `waiting` is the weight of all that is in the queue.
 *  3. `was_full` is set by the post that fills the relay and cleared by the take that brings it to
 *     half: so there is one call back each time, however many posters asked for room in between.
 *
 * ThreadSanitizer sees neither a futex nor a GMutex, which is made of one.  So whatever one thread
 * wrote before leaving a lock, posting or ending is released on an address, and acquired there by
 * the other.
 */
#include <kase/relay.h>

#include <unistd.h>

#if defined(__SANITIZE_THREAD__)
#define MARK_HANDOVER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MARK_HANDOVER 1
#endif
#endif

#ifdef MARK_HANDOVER
#include <sanitizer/tsan_interface.h>
#define hand_over(address) __tsan_release(address)
#define take_over(address) __tsan_acquire(address)
#else
#define hand_over(address) ((void)(address))
#define take_over(address) ((void)(address))
#endif

#define NICENESS 10 /* of threads that give way: about a tenth, where both want all */

/* --- locks --------------------------------------------------------------------------------- */

void relay_lock_init(struct relay_lock *l)
{
	g_mutex_init(&l->mutex);
}

void relay_lock_clear(struct relay_lock *l)
{
	g_mutex_clear(&l->mutex);
}

void relay_lock_take(struct relay_lock *l)
{
	g_mutex_lock(&l->mutex);
	take_over(l);
}

void relay_lock_leave(struct relay_lock *l)
{
	hand_over(l);
	g_mutex_unlock(&l->mutex);
}

/* Wait until signalled or, where `until_us` is not -1, until then; FALSE when it has passed. */
static gboolean lock_wait(struct relay_lock *l, GCond *condition, gint64 until_us)
{
	gboolean signalled = TRUE;

	hand_over(l);
	if (until_us < 0)
		g_cond_wait(condition, &l->mutex);
	else
		signalled = g_cond_wait_until(condition, &l->mutex, until_us);
	take_over(l);
	return signalled;
}

/* --- the queue ----------------------------------------------------------------------------- */

struct parcel {
	void *message;
	gsize weight;
};

struct relay {
	struct relay_lock lock;
	GCond arrived;
	GQueue parcels; /* of struct parcel * */
	gsize capacity, waiting;
	gboolean closed, was_full;
	GDestroyNotify free_message; /* or NULL */

	GSource *room; /* dispatched when there is room again, or NULL */
};

struct relay *relay_new(gsize capacity, GDestroyNotify free_message)
{
	struct relay *r = g_new0(struct relay, 1);

	relay_lock_init(&r->lock);
	g_cond_init(&r->arrived);
	g_queue_init(&r->parcels);
	r->capacity = capacity;
	r->free_message = free_message;
	return r;
}

static void free_message(struct relay *r, void *message)
{
	if (r->free_message && message)
		r->free_message(message);
}

static void room_drop(struct relay *r)
{
	if (r->room)
		g_source_destroy(r->room);
	g_clear_pointer(&r->room, g_source_unref);
}

void relay_free(struct relay *r)
{
	struct parcel *p;

	if (!r)
		return;
	take_over(&r->lock);
	while ((p = g_queue_pop_head(&r->parcels))) {
		free_message(r, p->message);
		g_free(p);
	}
	room_drop(r);
	g_cond_clear(&r->arrived);
	relay_lock_clear(&r->lock);
	g_free(r);
}

gboolean relay_post(struct relay *r, void *message, gsize weight)
{
	struct parcel *p = g_new(struct parcel, 1);
	gboolean closed;

	*p = (struct parcel){ message, weight };
	relay_lock_take(&r->lock);
	closed = r->closed;
	if (!closed) {
		g_queue_push_tail(&r->parcels, p);
		r->waiting += weight;
		r->was_full |= r->waiting >= r->capacity;
		g_cond_signal(&r->arrived);
	}
	relay_lock_leave(&r->lock);
	if (closed) {
		free_message(r, message);
		g_free(p);
	}
	return !closed;
}

gsize relay_waiting(struct relay *r)
{
	gsize waiting;

	relay_lock_take(&r->lock);
	waiting = r->waiting;
	relay_lock_leave(&r->lock);
	return waiting;
}

gsize relay_room(struct relay *r)
{
	gsize waiting = relay_waiting(r);

	return waiting < r->capacity ? r->capacity - waiting : 0;
}

/* With the lock held.  Is it time to say that there is room again? */
static gboolean room_came(struct relay *r)
{
	if (!r->was_full || r->waiting > r->capacity / 2)
		return FALSE;
	r->was_full = FALSE;
	return r->room != NULL;
}

static struct parcel *take_parcel(struct relay *r, gint64 until_us)
{
	struct parcel *p;

	relay_lock_take(&r->lock);
	while (!(p = g_queue_pop_head(&r->parcels)) && !r->closed)
		if (!lock_wait(&r->lock, &r->arrived, until_us))
			break;
	if (!p)
		p = g_queue_pop_head(&r->parcels); /* it came while the time ran out */
	if (p) {
		r->waiting -= p->weight;
		if (room_came(r))
			g_source_set_ready_time(r->room, 0);
	}
	relay_lock_leave(&r->lock);
	return p;
}

void *relay_take(struct relay *r, gint64 timeout_us)
{
	gint64 until_us = timeout_us < 0 ? -1 : g_get_monotonic_time() + timeout_us;
	struct parcel *p = take_parcel(r, until_us);
	void *message;

	if (!p)
		return NULL;
	message = p->message;
	g_free(p);
	return message;
}

void relay_close(struct relay *r)
{
	relay_lock_take(&r->lock);
	r->closed = TRUE;
	g_cond_broadcast(&r->arrived);
	relay_lock_leave(&r->lock);
}

gboolean relay_closed(struct relay *r)
{
	gboolean closed;

	relay_lock_take(&r->lock);
	closed = r->closed;
	relay_lock_leave(&r->lock);
	return closed;
}

static gboolean room_dispatch(GSource *source, GSourceFunc function, void *data)
{
	g_source_set_ready_time(source, -1);
	function(data);
	return G_SOURCE_CONTINUE;
}

void relay_on_room(struct relay *r, GMainContext *context, GSourceFunc function, void *data)
{
	static GSourceFuncs functions = { .dispatch = room_dispatch };

	relay_lock_take(&r->lock);
	room_drop(r);
	if (function) {
		r->room = g_source_new(&functions, sizeof(GSource));
		g_source_set_callback(r->room, function, data, NULL);
		g_source_attach(r->room, context);
	}
	relay_lock_leave(&r->lock);
}

/* --- calls --------------------------------------------------------------------------------- */

struct call {
	GSourceFunc function;
	void *data;
	GDestroyNotify drop; /* NULL once it ran, or where there is nothing to do */
};

static gboolean run_call(gpointer user)
{
	struct call *call = user;

	take_over(call);
	call->drop = NULL;
	call->function(call->data);
	return G_SOURCE_REMOVE;
}

static void free_call(gpointer user)
{
	struct call *call = user;

	take_over(call);
	if (call->drop)
		call->drop(call->data);
	g_free(call);
}

void relay_call_or_drop(GMainContext *context, GSourceFunc function, void *data,
			GDestroyNotify drop)
{
	struct call *call = g_new(struct call, 1);
	GSource *source = g_idle_source_new();

	*call = (struct call){ function, data, drop };
	g_source_set_priority(source, G_PRIORITY_DEFAULT);
	g_source_set_callback(source, run_call, call, free_call);
	hand_over(call);
	g_source_attach(source, context);
	g_source_unref(source);
}

void relay_call(GMainContext *context, GSourceFunc function, void *data)
{
	relay_call_or_drop(context, function, data, NULL);
}

/* --- threads ------------------------------------------------------------------------------- */

struct relay_thread {
	GThread *thread;
	GThreadFunc function;
	void *data, *result;
};

static gint give_way; /* atomic */

void relay_threads_give_way(void)
{
	g_atomic_int_set(&give_way, TRUE);
}

/* On Linux a thread has a niceness of its own. */
static void *run_thread(void *user)
{
	struct relay_thread *t = user;

	take_over(t);
	if (g_atomic_int_get(&give_way) && nice(NICENESS) < 0)
		g_debug("the niceness is as high as it can be");
	t->result = t->function(t->data);
	hand_over(t);
	return NULL;
}

struct relay_thread *relay_thread_new(const char *name, GThreadFunc function, void *data)
{
	struct relay_thread *t = g_new0(struct relay_thread, 1);

	t->function = function;
	t->data = data;
	hand_over(t);
	t->thread = g_thread_new(name, run_thread, t);
	return t;
}

void *relay_thread_join(struct relay_thread *t)
{
	void *result;

	g_thread_join(t->thread);
	take_over(t);
	result = t->result;
	g_free(t);
	return result;
}
