#include "inside.h"

/*
 * A capture: subjects, each taken by the plan for its kind (taking.c).
 *
 * It is held once for its beginning, and by whatever is under way for it: tasks, and questions that
 * wait.  When the last one lets go, what was posted is flushed, and `done` is called.  It is freed
 * there, or with the engine.
 */

/* --- life ------------------------------------------------------------------------------------ */

/* Outlives a capture that is freed while its flush is under way. */
struct flush {
	struct capture *capture; /* NULL: nobody waits any more */
};

static enum engine_verdict verdict_of(const struct capture *c)
{
	if (!c->taken)
		return ENGINE_NOT_DONE;
	return c->gaps || c->halted || c->line ? ENGINE_DONE_GAPS : ENGINE_DONE;
}

static gboolean flushed(void *data)
{
	g_autofree struct flush *flush = data;
	struct capture *c = flush->capture;
	g_autoptr(GError) trouble = NULL;

	if (!c)
		return G_SOURCE_REMOVE;
	c->flush = NULL;
	trouble = recorder_trouble(c->engine->recorder);
	if (!c->taken && !c->line)
		c->line = g_strdup("nothing could be taken; the case's gaps say why");
	c->done(c->user, trouble ? ENGINE_NOT_DONE : verdict_of(c),
		trouble ? trouble->message : c->line);
	capture_free(c);
	return G_SOURCE_REMOVE;
}

static void end(struct capture *c)
{
	struct flush *flush = g_new0(struct flush, 1);

	c->ending = TRUE;
	flush->capture = c;
	c->flush = flush;
	recorder_flush(c->engine->recorder, c->engine->context, flushed, flush, g_free);
}

void capture_free(struct capture *c)
{
	c->ending = TRUE; /* whatever lets go of it now does not end it */
	tasks_cut(c->engine, c);
	kinds_forget(c->engine, c);
	spaces_forget(c->engine, c);
	if (c->flush)
		c->flush->capture = NULL;
	g_ptr_array_remove(c->engine->captures, c);
	g_hash_table_unref(c->once);
	g_ptr_array_unref(c->plans);
	g_strfreev(c->subjects);
	g_free(c->line);
	g_free(c);
}

void capture_hold(struct capture *c)
{
	if (c)
		c->left++;
}

void capture_release(struct capture *c)
{
	if (c && --c->left == 0 && !c->ending)
		end(c);
}

gboolean capture_once(struct capture *c, const char *key)
{
	return g_hash_table_add(c->once, g_strdup(key));
}

struct owned {
	void *plan;
	GDestroyNotify free_plan;
};

static void owned_free(void *data)
{
	struct owned *o = data;

	o->free_plan(o->plan);
	g_free(o);
}

void *capture_own(struct capture *c, void *plan, GDestroyNotify free_plan)
{
	struct owned *o = g_new0(struct owned, 1);

	o->plan = plan;
	o->free_plan = free_plan;
	g_ptr_array_add(c->plans, o);
	return plan;
}

void capture_missed(struct capture *c, char *line)
{
	if (c->line)
		g_free(line);
	else
		c->line = line;
}

/* Everything of it is dropped, and with the last of it the capture ends. */
static void drop(struct capture *c)
{
	c->left++;
	kinds_forget(c->engine, c);
	tasks_cut(c->engine, c);
	spaces_forget(c->engine, c);
	c->left = 0;
	if (!c->ending)
		end(c);
}

void capture_fail_all(struct engine *e, const char *line)
{
	g_autoptr(GPtrArray) all = g_ptr_array_copy(e->captures, NULL, NULL);

	for (guint i = 0; i < all->len; i++) {
		struct capture *c = all->pdata[i];

		if (c->ending)
			continue;
		capture_missed(c, g_strdup(line));
		drop(c);
	}
}

void engine_halt(struct engine *e)
{
	g_autoptr(GPtrArray) all = g_ptr_array_copy(e->captures, NULL, NULL);

	for (guint i = 0; i < all->len; i++) {
		struct capture *c = all->pdata[i];
		struct gap gap = { .scope = "capture",
				   .reason = "halted",
				   .detail = "stopped by the analyst" };

		if (c->ending)
			continue;
		c->halted = TRUE;
		if (e->cluster.name)
			record_gap(e, c, &gap);
		capture_missed(c, g_strdup("halted before all of it was taken"));
		drop(c);
	}
}

/* --- the beginning --------------------------------------------------------------------------- */

static void begin(struct capture *c)
{
	if (c->begun || c->ending)
		return;
	c->begun = TRUE;
	for (char **s = c->subjects; *s; s++)
		subject_take(c, *s);
	capture_release(c);
}

void captures_begin(struct engine *e)
{
	g_autoptr(GPtrArray) all = g_ptr_array_copy(e->captures, NULL, NULL);

	for (guint i = 0; i < all->len; i++)
		begin(all->pdata[i]);
}

void engine_capture(struct engine *e, const char *const *subjects,
		    void (*done)(void *user, enum engine_verdict verdict, const char *line),
		    void *user)
{
	struct capture *c = g_new0(struct capture, 1);

	c->engine = e;
	c->subjects = g_strdupv((char **)subjects);
	c->done = done;
	c->user = user;
	c->left = 1; /* let go at the end of its beginning */
	c->once = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	c->plans = g_ptr_array_new_with_free_func(owned_free);
	g_ptr_array_add(e->captures, c);
	if (e->cluster.name)
		begin(c);
	else
		birth_begin(e);
}
