#include "config.h"

#include "rows.h"

#include <kase/stamp.h>
#include <string.h>

static const struct field pod_fields[] = {
	{ FIELD_TEXT, .path = "spec.nodeName" }, { FIELD_TEXT, .path = "spec.serviceAccountName" },
	{ FIELD_TEXT, .path = "status.phase" },  { FIELD_TEXT, .text = pod_ready },
	{ FIELD_INT, .number = pod_restarts },   { FIELD_TEXT, .text = pod_images },
	{ FIELD_TEXT, .text = pod_image_ids },   { FIELD_TEXT, .path = "status.podIP" },
	{ FIELD_TEXT, .text = pod_status },      { .type = FIELD_END },
};

/* Deployment, StatefulSet, ReplicaSet, ReplicationController. */
static const struct field scaled_fields[] = {
	{ FIELD_INT, .path = "spec.replicas" },
	{ FIELD_INT, .path = "status.readyReplicas" },
	{ FIELD_TEXT, .text = template_images },
	{ .type = FIELD_END },
};

static const struct field daemonset_fields[] = {
	{ FIELD_INT, .path = "status.desiredNumberScheduled" },
	{ FIELD_INT, .path = "status.numberReady" },
	{ FIELD_TEXT, .text = template_images },
	{ .type = FIELD_END },
};

static const struct field job_fields[] = {
	{ FIELD_INT, .path = "status.active" }, { FIELD_INT, .path = "status.succeeded" },
	{ FIELD_INT, .path = "status.failed" }, { FIELD_TEXT, .path = "spec.schedule" },
	{ FIELD_BOOL, .path = "spec.suspend" }, { .type = FIELD_END },
};

static const struct field cronjob_fields[] = {
	{ FIELD_INT, .number = cronjob_active }, { FIELD_INT, .path = "status.succeeded" },
	{ FIELD_INT, .path = "status.failed" },  { FIELD_TEXT, .path = "spec.schedule" },
	{ FIELD_BOOL, .path = "spec.suspend" },  { .type = FIELD_END },
};

static const struct field node_fields[] = {
	{ FIELD_TEXT, .text = node_ready },
	{ FIELD_BOOL, .path = "spec.unschedulable" },
	{ FIELD_TEXT, .path = "status.nodeInfo.kubeletVersion" },
	{ FIELD_TEXT, .path = "status.nodeInfo.osImage" },
	{ FIELD_TEXT, .path = "status.nodeInfo.containerRuntimeVersion" },
	{ FIELD_TEXT, .text = node_internal_ip },
	{ .type = FIELD_END },
};

static const struct field event_fields[] = {
	{ FIELD_TEXT, .path = "type" },
	{ FIELD_TEXT, .path = "reason" },
	{ FIELD_TEXT, .text = event_regarding },
	{ FIELD_INT, .number = event_count },
	{ FIELD_TIME, .number = event_first_at },
	{ FIELD_TIME, .number = event_last_at },
	{ FIELD_TEXT, .text = event_source },
	{ FIELD_TEXT, .text = event_message },
	{ .type = FIELD_END },
};

#define WRITE_POD      "INSERT OR REPLACE INTO d_pod VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
#define WRITE_WORKLOAD "INSERT OR REPLACE INTO d_workload VALUES (?, ?, ?, ?)"
#define WRITE_JOB      "INSERT OR REPLACE INTO d_job VALUES (?, ?, ?, ?, ?, ?)"
#define WRITE_NODE     "INSERT OR REPLACE INTO d_node VALUES (?, ?, ?, ?, ?, ?, ?)"
#define WRITE_EVENT    "INSERT OR REPLACE INTO d_event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"

static const struct kind kinds[] = {
	{ "", "Pod", WRITE_POD, pod_fields, pod_more },
	{ "", "Event", WRITE_EVENT, event_fields, NULL },
	{ "events.k8s.io", "Event", WRITE_EVENT, event_fields, NULL },
	{ "", "Node", WRITE_NODE, node_fields, NULL },
	{ "", "ReplicationController", WRITE_WORKLOAD, scaled_fields, NULL },
	{ "apps", "Deployment", WRITE_WORKLOAD, scaled_fields, NULL },
	{ "apps", "StatefulSet", WRITE_WORKLOAD, scaled_fields, NULL },
	{ "apps", "ReplicaSet", WRITE_WORKLOAD, scaled_fields, NULL },
	{ "apps", "DaemonSet", WRITE_WORKLOAD, daemonset_fields, NULL },
	{ "batch", "Job", WRITE_JOB, job_fields, NULL },
	{ "batch", "CronJob", WRITE_JOB, cronjob_fields, NULL },
};

const struct kind *kind_find(const char *group, const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (!strcmp(kinds[i].kind, name) && !strcmp(kinds[i].group, group))
			return &kinds[i];
	return NULL;
}

static gint64 field_number(const struct field *f, const struct cJSON *document)
{
	if (f->number)
		return f->number(document);
	if (f->type == FIELD_BOOL)
		return json_bool(document, f->path, FALSE);
	return f->type == FIELD_TIME ? stamp_of(json_string(document, f->path))
				     : json_int(document, f->path, 0);
}

static void bind_field(struct query *q, int parameter, const struct field *f,
		       const struct cJSON *document, GString *scratch)
{
	if (f->type == FIELD_TEXT && f->path) {
		bind_text(q, parameter, json_string(document, f->path));
	} else if (f->type == FIELD_TEXT) {
		g_string_truncate(scratch, 0);
		f->text(document, scratch);
		query_bind_text(q, parameter, scratch->str);
	} else {
		bind_time(q, parameter, field_number(f, document));
	}
}

static gboolean write_row(const struct kind *k, const struct object *o, GError **error)
{
	struct query *q = projection_query(o->p, k->write, error);
	g_autoptr(GString) scratch = NULL;

	if (!q)
		return FALSE;
	scratch = g_string_sized_new(256);
	query_bind_int(q, 1, o->subject);
	for (int i = 0; k->fields[i].type != FIELD_END; i++)
		bind_field(q, i + 2, &k->fields[i], o->document, scratch);
	return query_run(q, error);
}

gboolean kind_write(const struct kind *k, const struct object *o, GError **error)
{
	if (o->current && !write_row(k, o, error))
		return FALSE;
	return !k->more || k->more(o, error);
}
