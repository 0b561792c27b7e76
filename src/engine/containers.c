#include "containers.h"

static const char *const lists[] = {
	"status.initContainerStatuses",
	"status.containerStatuses",
	"status.ephemeralContainerStatuses",
};

static void container_free(void *data)
{
	struct container *c = data;

	g_free(c->name);
	g_free(c->current);
	g_free(c->previous);
	g_free(c);
}

static char *id_at(const struct cJSON *status, const char *path)
{
	const char *id = json_string(status, path);

	return id && *id ? g_strdup(id) : NULL;
}

static struct container *container_of(const struct cJSON *status)
{
	struct container *c = g_new0(struct container, 1);

	c->name = g_strdup(json_string(status, "name"));
	c->current = id_at(status, "containerID");
	c->previous = id_at(status, "lastState.terminated.containerID");
	c->restarts = json_int(status, "restartCount", 0);
	c->running = json_at(status, "state.running") != NULL;
	return c;
}

GPtrArray *containers_of(const struct cJSON *pod)
{
	GPtrArray *containers = g_ptr_array_new_with_free_func(container_free);

	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
		for (const struct cJSON *s = json_first(json_at(pod, lists[i])); s;
		     s = json_next(s))
			if (json_string(s, "name"))
				g_ptr_array_add(containers, container_of(s));
	return containers;
}

const struct container *container_find(GPtrArray *containers, const char *name)
{
	for (guint i = 0; i < containers->len; i++)
		if (!g_strcmp0(((struct container *)containers->pdata[i])->name, name))
			return containers->pdata[i];
	return NULL;
}

const char *container_instance(const struct container *c, gboolean previous)
{
	if (!c)
		return NULL;
	return previous ? c->previous : c->current;
}

gboolean container_has_log(const struct container *c, gboolean previous)
{
	if (previous)
		return c->previous != NULL;
	return c->current && g_strcmp0(c->current, c->previous);
}
