#include "inside.h"

/*
 * A queue of tasks.  One is in the queue, or running, or gone; its capture is held from task_add
 * until task_end or the cut.  Nothing runs before the cluster has its name in the case, since all
 * evidence says it.
 */

#define TASKS_AT_ONCE 6

/* What an analyst waits for comes first in the queue, and alone: beside five others its first page
 * takes three times as long.  No longer than this. */
#define HEAD_START_MS 250

static void task_gone(struct task *t)
{
	struct capture *capture = t->capture;

	trouble_end(t->engine, t);
	room_forget(t->engine, t);
	t->class->free(t);
	capture_release(capture); /* last: it may end the capture */
}

static int compare(gconstpointer a, gconstpointer b, void *data)
{
	const struct task *x = a, *y = b;

	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* What is fetched for a case that cannot be written is fetched in vain. */
static gboolean can_record(struct engine *e)
{
	g_autoptr(GError) trouble = recorder_trouble(e->recorder);

	if (!trouble)
		return TRUE;
	capture_fail_all(e, trouble->message);
	trouble_set(e, &e->recorder, FALSE, -1, trouble->message);
	return FALSE;
}

void tasks_go_full(struct engine *e)
{
	engine_timer_stop(&e->head_start);
	if (e->at_full)
		return;
	e->at_full = TRUE;
	tasks_pump(e);
}

static gboolean head_start_is_over(void *data)
{
	tasks_go_full(data);
	return G_SOURCE_REMOVE;
}

static guint at_once(struct engine *e)
{
	if (e->at_full)
		return TASKS_AT_ONCE;
	if (!e->head_start)
		e->head_start = engine_timer(e, HEAD_START_MS, head_start_is_over, e);
	return 1;
}

static gboolean pump(void *data)
{
	struct engine *e = data;

	engine_timer_stop(&e->pump);
	if (!can_record(e))
		return G_SOURCE_REMOVE;
	while (e->cluster.name && e->running->len < at_once(e) && !g_queue_is_empty(&e->queue)) {
		struct task *t = g_queue_pop_head(&e->queue);

		g_ptr_array_add(e->running, t);
		progress_doing(e, t->doing);
		t->class->run(t);
	}
	return G_SOURCE_REMOVE;
}

void tasks_pump(struct engine *e)
{
	if (!e->pump)
		e->pump = engine_timer(e, 0, pump, e);
}

void task_add(struct engine *e, struct task *t)
{
	t->engine = e;
	t->order = ++e->order;
	capture_hold(t->capture);
	progress_tasks(e, 0, 1);
	g_queue_insert_sorted(&e->queue, t, compare, NULL);
	birth_begin(e);
	tasks_pump(e);
}

void task_end(struct task *t)
{
	struct engine *e = t->engine;

	g_ptr_array_remove(e->running, t);
	progress_tasks(e, 1, 0);
	tasks_go_full(e);
	progress_doing(e, e->running->len ? ((struct task *)e->running->pdata[0])->doing : "");
	tasks_pump(e);
	task_gone(t);
}

/* Take the tasks of `c` (NULL: a follower's) out of the queue, without ending their capture on the
 * way. */
static void take_waiting(struct engine *e, struct capture *c, GPtrArray *out)
{
	for (GList *l = e->queue.head, *next; l; l = next) {
		struct task *t = l->data;

		next = l->next;
		if (t->capture != c)
			continue;
		g_queue_delete_link(&e->queue, l);
		g_ptr_array_add(out, t);
	}
}

static void take_running(struct engine *e, struct capture *c, GPtrArray *out)
{
	for (guint i = e->running->len; i-- > 0;) {
		struct task *t = e->running->pdata[i];

		if (t->capture != c)
			continue;
		g_ptr_array_remove_index(e->running, i);
		if (t->class->cut)
			t->class->cut(t);
		g_ptr_array_add(out, t);
	}
}

void tasks_cut(struct engine *e, struct capture *c)
{
	g_autoptr(GPtrArray) gone = g_ptr_array_new();

	take_waiting(e, c, gone);
	take_running(e, c, gone);
	progress_tasks(e, (int)gone->len, 0);
	progress_doing(e, "");
	for (guint i = 0; i < gone->len; i++)
		task_gone(gone->pdata[i]);
	tasks_pump(e);
}
