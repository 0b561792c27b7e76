#include "tell.h"

static void line_free(gpointer data)
{
	struct describe_line *line = data;

	g_free(line->text);
	g_free(line);
}

GPtrArray *describe_lines_new(void)
{
	return g_ptr_array_new_with_free_func(line_free);
}

/* Kinds that are described in full; the last one is any other. */
static const struct {
	const char *kind;
	void (*tell)(struct telling *t);
} kinds[] = {
	{ "Pod", tell_pod },
	{ NULL, tell_any },
};

GPtrArray *describe_object(const struct cJSON *object, const char *kind, const struct cJSON *events)
{
	struct telling t = { .lines = describe_lines_new(), .object = object, .kind = kind };
	gsize i = 0;

	while (kinds[i].kind && g_strcmp0(kinds[i].kind, kind) != 0)
		i++;
	kinds[i].tell(&t);
	tell_events(&t, events);
	return t.lines;
}
