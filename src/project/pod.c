/*
 * Container instances: what a pod's status says about the containers that run and ran in it.
 *
 *  1. An instance is known by its container id.  Its start, end and number never change, so what was once told of it
 *     is kept, whichever version told it.
 *  2. `previous` goes from 0 to 1 and never back: lastState names the instance, or a newer status names another
 *     one as the container's.  In back-off one instance is both the container's and its lastState: previous is 1.
 *  3. A version that is older than the current one can still name instances; the newest one of its container it is not.
 */
#include "config.h"

#include "rows.h"

#include <kase/stamp.h>
#include <string.h>

static const struct container_list {
	const char *type, *spec, *status;
} lists[] = {
	{ "init", "spec.initContainers", "status.initContainerStatuses" },
	{ "app", "spec.containers", "status.containerStatuses" },
	{ "ephemeral", "spec.ephemeralContainers", "status.ephemeralContainerStatuses" },
};
enum { INIT, APP };

gboolean pod_is_sidecar(const struct cJSON *pod, const struct cJSON *status)
{
	const struct cJSON *container = json_find(json_at(pod, lists[INIT].spec), "name",
						  json_string(status, "name"));

	return !g_strcmp0(json_string(container, "restartPolicy"), "Always");
}

static void append_members(const struct cJSON *list, const char *member, GString *out)
{
	for (const struct cJSON *n = json_first(list); n; n = json_next(n)) {
		const char *text = json_string(n, member);

		if (n != json_first(list))
			g_string_append_c(out, ' ');
		g_string_append(out, text ? text : "");
	}
}

void pod_images(const struct cJSON *pod, GString *out)
{
	append_members(json_at(pod, lists[APP].spec), "image", out);
}

void pod_image_ids(const struct cJSON *pod, GString *out)
{
	append_members(json_at(pod, lists[APP].status), "imageID", out);
}

/* As kubectl counts: a container has to run, a sidecar to have started. */
static guint count_ready(const struct cJSON *pod)
{
	guint ready = 0;

	for (const struct cJSON *c = json_first(json_at(pod, lists[APP].status)); c;
	     c = json_next(c))
		ready += json_bool(c, "ready", FALSE) && json_at(c, "state.running");
	for (const struct cJSON *c = json_first(json_at(pod, lists[INIT].status)); c;
	     c = json_next(c))
		ready += json_bool(c, "ready", FALSE) && json_bool(c, "started", FALSE) &&
			 pod_is_sidecar(pod, c);
	return ready;
}

void pod_ready(const struct cJSON *pod, GString *out)
{
	gsize all = json_count(json_at(pod, lists[APP].spec));

	for (const struct cJSON *c = json_first(json_at(pod, lists[INIT].spec)); c;
	     c = json_next(c))
		all += !g_strcmp0(json_string(c, "restartPolicy"), "Always");
	g_string_append_printf(out, "%u/%zu", count_ready(pod), all);
}

gint64 pod_restarts(const struct cJSON *pod)
{
	gint64 restarts = 0;

	for (const struct cJSON *c = json_first(json_at(pod, lists[APP].status)); c;
	     c = json_next(c))
		restarts += json_int(c, "restartCount", 0);
	for (const struct cJSON *c = json_first(json_at(pod, lists[INIT].status)); c;
	     c = json_next(c))
		if (pod_is_sidecar(pod, c))
			restarts += json_int(c, "restartCount", 0);
	return restarts;
}

/* --- containers ---------------------------------------------------------------------------------- */

static gboolean forget_containers(const struct object *o, GError **error)
{
	struct query *q = projection_query(o->p, "DELETE FROM d_container WHERE subject = ?",
					   error);

	if (!q)
		return FALSE;
	query_bind_int(q, 1, o->subject);
	return query_run(q, error);
}

static gboolean write_containers(const struct object *o, const struct container_list *list, int *n,
				 GError **error)
{
	const struct cJSON *statuses = json_at(o->document, list->status);

	for (const struct cJSON *c = json_first(json_at(o->document, list->spec)); c;
	     c = json_next(c)) {
		const char *name = json_string(c, "name");
		struct query *q = projection_query(
			o->p, "INSERT INTO d_container VALUES (?, ?, ?, ?, ?, ?)", error);

		if (!q)
			return FALSE;
		query_bind_int(q, 1, o->subject);
		query_bind_int(q, 2, (*n)++);
		bind_text(q, 3, name);
		query_bind_text(q, 4, list->type);
		bind_text(q, 5, json_string(c, "image"));
		bind_text(q, 6, json_string(json_find(statuses, "name", name), "imageID"));
		if (!query_run(q, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean renew_containers(const struct object *o, GError **error)
{
	int n = 0;

	if (!o->fresh && !forget_containers(o, error))
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
		if (!write_containers(o, &lists[i], &n, error))
			return FALSE;
	return TRUE;
}

/* --- instances ----------------------------------------------------------------------------------- */

/* What a status says of one instance. */
struct instance {
	const char *container, *id;
	gint64 restart;
	const struct cJSON *state; /* of type running or terminated; or NULL */
	gboolean previous;
};

static gboolean retire_others(const struct object *o, const struct instance *i, GError **error)
{
	struct query *q = projection_query(
		o->p,
		"UPDATE d_instance SET previous = 1 WHERE subject = ? AND container = ?"
		" AND instance <> ? AND previous = 0 AND restart IS NOT NULL",
		error);

	if (!q)
		return FALSE;
	query_bind_int(q, 1, o->subject);
	query_bind_text(q, 2, i->container);
	query_bind_text(q, 3, i->id);
	return query_run(q, error);
}

#define WRITE_INSTANCE                                                                            \
	"INSERT INTO d_instance (subject, container, instance, restart, started, finished, "      \
	"exit_code,"                                                                              \
	" reason, previous) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 OR EXISTS (SELECT 1 FROM " \
	"d_instance"                                                                              \
	" WHERE subject = ?1 AND container = ?2 AND instance <> ?3 AND previous = 0 AND restart " \
	"IS NOT NULL))"                                                                           \
	" ON CONFLICT (subject, container, instance) DO UPDATE SET"                               \
	" restart = coalesce(restart, excluded.restart), started = coalesce(started, "            \
	"excluded.started),"                                                                      \
	" finished = coalesce(finished, excluded.finished),"                                      \
	" exit_code = coalesce(exit_code, excluded.exit_code), reason = coalesce(reason, "        \
	"excluded.reason),"                                                                       \
	" previous = max(previous, iif(restart IS NULL, excluded.previous, ?9))"

static gboolean write_instance(const struct object *o, const struct instance *i, GError **error)
{
	struct query *q = projection_query(o->p, WRITE_INSTANCE, error);

	if (!q)
		return FALSE;
	query_bind_int(q, 1, o->subject);
	query_bind_text(q, 2, i->container);
	query_bind_text(q, 3, i->id);
	query_bind_int(q, 4, MAX(i->restart, 0));
	bind_time(q, 5, stamp_of(json_string(i->state, "startedAt")));
	bind_time(q, 6, stamp_of(json_string(i->state, "finishedAt")));
	if (json_get(i->state, "exitCode"))
		query_bind_int(q, 7, json_int(i->state, "exitCode", 0));
	else
		query_bind_null(q, 7);
	query_bind_text(q, 8, json_string(i->state, "reason"));
	query_bind_int(q, 9, i->previous);
	return query_run(q, error);
}

/* The instance that lastState names, unless it is the container's own. */
static gboolean write_last(const struct object *o, const struct cJSON *status, const char *id,
			   GError **error)
{
	struct instance last = {
		.container = json_string(status, "name"),
		.id = json_string(status, "lastState.terminated.containerID"),
		.restart = json_int(status, "restartCount", 0) - 1,
		.state = json_at(status, "lastState.terminated"),
		.previous = TRUE,
	};

	if (!last.id || !*last.id || !g_strcmp0(last.id, id))
		return TRUE;
	return write_instance(o, &last, error);
}

static gboolean write_own(const struct object *o, const struct cJSON *status, const char *id,
			  GError **error)
{
	struct instance own = {
		.container = json_string(status, "name"),
		.id = id,
		.restart = json_int(status, "restartCount", 0),
		.state = json_at(status, "state.running"),
		.previous = !g_strcmp0(id, json_string(status, "lastState.terminated.containerID")),
	};

	if (!own.state)
		own.state = json_at(status,
				    own.previous ? "lastState.terminated" : "state.terminated");
	if (o->current && !o->fresh && !retire_others(o, &own, error))
		return FALSE;
	return write_instance(o, &own, error);
}

static gboolean write_instances(const struct object *o, const struct container_list *list,
				GError **error)
{
	for (const struct cJSON *c = json_first(json_at(o->document, list->status)); c;
	     c = json_next(c)) {
		const char *id = json_string(c, "containerID");

		if (!json_string(c, "name"))
			continue;
		if (!write_last(o, c, id, error))
			return FALSE;
		if (id && *id && !write_own(o, c, id, error))
			return FALSE;
	}
	return TRUE;
}

gboolean pod_more(const struct object *o, GError **error)
{
	if (o->current && !renew_containers(o, error))
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
		if (!write_instances(o, &lists[i], error))
			return FALSE;
	return TRUE;
}
