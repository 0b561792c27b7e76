/*
 * container - whose log it is, and how it goes on.
 *
 * Of a recording that runs in time, each instance of a container has a log of its own.  Which
 * one is read is decided as a kubelet does, by the pod's status: so a restart shows in the log
 * when it shows in the pod.  What is recorded under no instance is the log of the only one.
 */
#include "parts.h"

#include <string.h>

#define ID_CHARS 12 /* of an instance, in the name of its log */

static const char *const container_lists[] = { "spec.initContainers", "spec.containers",
					       "spec.ephemeralContainers" };
static const char *const status_lists[] = { "status.initContainerStatuses",
					    "status.containerStatuses",
					    "status.ephemeralContainerStatuses" };

static const struct cJSON *find_named(const struct cJSON *pod, const char *const lists[3],
				      const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(container_lists); i++)
		for (const struct cJSON *c = json_first(json_at(pod, lists[i])); c;
		     c = json_next(c))
			if (g_strcmp0(json_string(c, "name"), name) == 0)
				return c;
	return NULL;
}

static struct answer *must_name(const struct visit *v, const struct cJSON *pod)
{
	g_autoptr(GString) names = g_string_new(NULL);
	g_autofree char *message = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(container_lists); i++)
		for (const struct cJSON *c = json_first(json_at(pod, container_lists[i])); c;
		     c = json_next(c))
			g_string_append_printf(names, "%s%s", names->len ? " " : "",
					       json_string(c, "name"));
	message = g_strdup_printf(
		"a container name must be specified for pod %s, choose one of: [%s]", v->name,
		names->str);
	return answer_bad_request(message);
}

/* NULL, and `container` set; or what to answer instead. */
static struct answer *choose_container(const struct visit *v, const struct cJSON *pod,
				       const char **container)
{
	const struct cJSON *containers = json_at(pod, "spec.containers");
	g_autofree char *message = NULL;

	*container = visit_query(v, "container");
	if (!*container && json_count(containers) != 1)
		return must_name(v, pod);
	if (!*container)
		*container = json_string(json_first(containers), "name");
	if (find_named(pod, container_lists, *container))
		return NULL;
	message = g_strdup_printf("container %s is not valid for pod %s", *container, v->name);
	return answer_bad_request(message);
}

/* Why there is no such log. */
static struct answer *no_log(const struct visit *v, const struct cJSON *pod, const char *container)
{
	const char *why = json_string(find_named(pod, status_lists, container),
				      "state.waiting.reason");
	g_autofree char *message = NULL;

	if (visit_asks(v, "previous"))
		message = g_strdup_printf(
			"previous terminated container \"%s\" in pod \"%s\" not found", container,
			v->name);
	else if (g_strcmp0(why, "ErrImagePull") == 0 || g_strcmp0(why, "ImagePullBackOff") == 0)
		message = g_strdup_printf("container \"%s\" in pod \"%s\" is waiting to start: %s",
					  container, v->name,
					  *why == 'E' ? "image can't be pulled"
						      : "trying and failing to pull image");
	else if (why)
		message = g_strdup_printf("container \"%s\" in pod \"%s\" is waiting to start: %s",
					  container, v->name, why);
	else if (!json_string(pod, "spec.nodeName"))
		return answer_body(204, NULL, NULL);
	else
		message = g_strdup_printf("container \"%s\" in pod \"%s\" is not available",
					  container, v->name);
	return answer_bad_request(message);
}

/* --- instances -------------------------------------------------------------------------------- */

/* The container's id, as a kubelet chooses it; NULL: there is none. */
static const char *instance_of(const struct cJSON *status, gboolean previous)
{
	const char *id = json_string(status, "lastState.terminated.containerID");

	if (previous)
		return id;
	if (json_at(status, "state.running"))
		return json_string(status, "containerID");
	return json_at(status, "state.terminated")
		       ? json_string(status, "state.terminated.containerID")
		       : id;
}

static GBytes *instance_log(const struct visit *v, const char *pod, const char *container,
			    const char *id)
{
	const char *slashes = id ? strstr(id, "//") : NULL;
	g_autofree char *name = NULL;

	if (!slashes)
		return NULL;
	name = g_strdup_printf("logs/%s/%s/%s.%.*s.log", v->namespace, pod, container, ID_CHARS,
			       slashes + 2);
	return recording_file(v->server->recording, name);
}

static GBytes *only_log(const struct visit *v, const char *pod, const char *container)
{
	g_autofree char *name = g_strdup_printf("logs/%s/%s/%s%s.log", v->namespace, pod, container,
						visit_asks(v, "previous") ? ".previous" : "");

	return recording_file(v->server->recording, name);
}

static gboolean runs(const struct cJSON *pod, const char *container, const char *id)
{
	const struct cJSON *status = find_named(pod, status_lists, container);

	return json_at(status, "state.running") &&
	       (!id || g_strcmp0(json_string(status, "containerID"), id) == 0);
}

/* Until when it runs, by the recording; G_MAXINT64: beyond its end. */
static gint64 end_ms(const struct listing *l, const struct item *pod, const char *container,
		     const char *id, gint64 from_ms)
{
	for (guint i = 0; i < l->lines->len; i++) {
		const struct watch_line *line = &g_array_index(l->lines, struct watch_line, i);
		g_autoptr(json_tree) then = NULL;

		if (line->at_ms <= from_ms || g_strcmp0(line->item.uid, pod->uid) != 0)
			continue;
		then = json_parse(line->item.data, line->item.size, NULL);
		if (line->deleted || !runs(then, container, id))
			return line->at_ms;
	}
	return G_MAXINT64;
}

static void set_course(struct source *s, const struct visit *v, const struct item *pod,
		       const char *container, const char *id, gint64 now_ms)
{
	const struct story *story = &v->server->story;
	gint64 end = end_ms(v->listing, pod, container, id, now_ms);

	s->goes_on = end == G_MAXINT64;
	s->again_us = story_real_us(story, story->length_ms);
	s->ends_us = s->goes_on ? G_MAXINT64 : story_real_us(story, end);
}

/* --- all -------------------------------------------------------------------------------------- */

/* FALSE where there is no such log. */
static gboolean find_log(struct source *s, const struct visit *v, const struct item *i,
			 const struct cJSON *pod, const char *container, gint64 now_ms)
{
	gboolean previous = visit_asks(v, "previous");
	const char *id = instance_of(find_named(pod, status_lists, container), previous);
	gboolean running = !previous && runs(pod, container, NULL);

	*s = (struct source){ .body = instance_log(v, i->name, container, id) };
	if (s->body) {
		s->timed = TRUE;
		if (running)
			set_course(s, v, i, container, id, now_ms);
		return TRUE;
	}
	s->body = only_log(v, i->name, container);
	s->goes_on = running;
	s->again_us = v->server->started_us;
	return s->body != NULL;
}

struct answer *container_log(const struct visit *v, struct source *s)
{
	g_auto(moment) now = { 0 };
	g_autoptr(json_tree) pod = NULL;
	const struct item *i;
	const char *container;
	struct answer *a;
	guint copy;

	moment_init(&now, v->listing, visit_moment_ms(v));
	i = copy_find(&now, v->namespace, v->name, visit_copies(v), &copy);
	pod = i ? json_parse(i->data, i->size, NULL) : NULL;
	if (!pod)
		return answer_not_found(v->listing, v->name);
	a = choose_container(v, pod, &container);
	if (!a && !find_log(s, v, i, pod, container, now.ms))
		a = no_log(v, pod, container);
	return a;
}
