/*
 * Which process of a case follows.
 *
 *	aside	another one follows; it is asked again whenever the case changes, SOON_MS after that, and
 *		less and less often until it is every ASK_MS
 *	leads	this one follows
 *
 * A console claims the lead, `kase follow` takes it where nobody does:
 *
 * 1  Who leads without a claim ends what it follows first, then gives the lead up.
 * 2  Who has no claim does not take a lead that is free while somebody claims it.
 * 3  The lead of a process that ends or dies is free (recorder_lead): then `kase follow` has it
 *    again.
 */
#include <kase/case.h>

#include "inside.h"

#define SOON_MS 20   /* who is killed wakes the others just before its locks are free */
#define ASK_MS  3000 /* where the file system wakes nobody */

struct lead {
	struct engine *engine;
	gboolean leads;
	void (*changed)(void *user, gboolean leads);
	void *user;
	struct live_watch *watch;
	GSource *timer;
	gint64 again_ms; /* aside: until it is asked again */
};

static void turn(struct lead *l, gboolean leads)
{
	if (leads == l->leads)
		return;
	l->leads = leads;
	l->changed(l->user, leads);
}

static gboolean ask(void *data)
{
	struct lead *l = data;
	struct engine *e = l->engine;

	if (l->leads && !e->takes_lead && recorder_lead_claimed(e->recorder)) {
		turn(l, FALSE);
		recorder_lead_leave(e->recorder);
	}
	turn(l, recorder_lead(e->recorder, e->takes_lead));
	progress_aside(e, !l->leads);
	engine_timer_stop(&l->timer);
	if (l->leads)
		return G_SOURCE_CONTINUE; /* who claims it says so, and the watch wakes us */
	progress_doing(e, "another kase follows this case");
	l->timer = engine_timer(e, l->again_ms, ask, l);
	l->again_ms = MIN(2 * l->again_ms, ASK_MS);
	return G_SOURCE_CONTINUE;
}

static gboolean woken(void *data)
{
	((struct lead *)data)->again_ms = SOON_MS;
	return ask(data);
}

struct lead *lead_new(struct engine *e, void (*changed)(void *user, gboolean leads), void *user)
{
	struct lead *l = g_new0(struct lead, 1);
	g_autoptr(GError) failed = NULL;

	l->engine = e;
	l->changed = changed;
	l->user = user;
	l->again_ms = SOON_MS;
	l->watch = live_watch_new(e->path, e->context, woken, l, &failed);
	if (!l->watch) /* no more watches on this machine: then who claims it is not heard */
		g_debug("%s", failed->message);
	l->timer = engine_timer(e, 0, ask, l);
	return l;
}

void lead_free(struct lead *l)
{
	if (!l)
		return;
	live_watch_free(l->watch);
	engine_timer_stop(&l->timer);
	g_free(l);
}
