#include "loop.h"

#define ASK_MS 5

static gboolean out_of_time(void *data)
{
	*(gboolean *)data = TRUE;
	return G_SOURCE_REMOVE;
}

static GSource *add_timeout(GMainContext *context, guint ms, GSourceFunc function, void *data)
{
	GSource *source = g_timeout_source_new(ms);

	g_source_set_callback(source, function, data, NULL);
	g_source_attach(source, context);
	return source;
}

static void remove_source(GSource *source)
{
	g_source_destroy(source);
	g_source_unref(source);
}

gboolean loop_until_in(GMainContext *context, const gboolean *flag)
{
	gboolean late = FALSE;
	GSource *deadline = add_timeout(context, LOOP_SECONDS * 1000, out_of_time, &late);

	while (!*flag && !late)
		g_main_context_iteration(context, TRUE);
	remove_source(deadline);
	return *flag;
}

gboolean loop_until(const gboolean *flag)
{
	return loop_until_in(NULL, flag);
}

static gboolean turn(void *unused)
{
	return G_SOURCE_CONTINUE;
}

gboolean loop_until_true(gboolean (*holds)(void *user), void *user)
{
	gboolean late = FALSE, held = holds(user);
	GSource *deadline = add_timeout(NULL, LOOP_SECONDS * 1000, out_of_time, &late);
	GSource *clock = add_timeout(NULL, ASK_MS, turn, NULL);

	while (!held && !late) {
		g_main_context_iteration(NULL, TRUE);
		held = holds(user);
	}
	remove_source(clock);
	remove_source(deadline);
	return held;
}
