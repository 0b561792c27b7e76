#include "config.h"

#include "rows.h"

#include <kase/stamp.h>
#include <kase/subject.h>
#include <string.h>

/* The first of the members at `paths` (NULL at the end) that is a string with something in it; or NULL. */
static const char *first_text(const struct cJSON *document, const char *const *paths)
{
	for (; *paths; paths++) {
		const char *text = json_string(document, *paths);

		if (text && *text)
			return text;
	}
	return NULL;
}

/* The same for times. */
static gint64 first_time(const struct cJSON *document, const char *const *paths)
{
	gint64 ns = STAMP_NONE;

	for (; *paths && ns == STAMP_NONE; paths++)
		ns = stamp_of(json_string(document, *paths));
	return ns;
}

static void append(GString *out, const char *text)
{
	g_string_append(out, text ? text : "");
}

/* --- workloads and jobs ------------------------------------------------------------------------ */

void template_images(const struct cJSON *workload, GString *out)
{
	const struct cJSON *containers = json_at(workload, "spec.template.spec.containers");

	for (const struct cJSON *c = json_first(containers); c; c = json_next(c)) {
		if (c != json_first(containers))
			g_string_append_c(out, ' ');
		append(out, json_string(c, "image"));
	}
}

gint64 cronjob_active(const struct cJSON *cronjob)
{
	return json_count(json_at(cronjob, "status.active"));
}

/* --- nodes ------------------------------------------------------------------------------------- */

/* The member `value` of the first element of the list at `path` whose "type" is `type`. */
static void append_typed(const struct cJSON *node, const char *path, const char *type,
			 const char *value, GString *out)
{
	append(out, json_string(json_find(json_at(node, path), "type", type), value));
}

void node_ready(const struct cJSON *node, GString *out)
{
	append_typed(node, "status.conditions", "Ready", "status", out);
}

void node_internal_ip(const struct cJSON *node, GString *out)
{
	append_typed(node, "status.addresses", "InternalIP", "address", out);
}

/* --- events: core/v1 and events.k8s.io/v1 are the same objects under two sets of names --------------- */

void event_regarding(const struct cJSON *event, GString *out)
{
	const struct cJSON *object = json_get(event, "involvedObject");
	g_autofree char *group = NULL;
	g_autofree char *written = NULL;
	const char *kind, *name;

	if (!object)
		object = json_get(event, "regarding");
	kind = json_string(object, "kind");
	name = json_string(object, "name");
	if (!kind)
		return;
	group = group_of_api_version(json_string(object, "apiVersion"));
	written = subject_format(NULL, group, kind, json_string(object, "namespace"),
				 name ? name : "");
	append(out, written);
}

void event_source(const struct cJSON *event, GString *out)
{
	static const char *const paths[] = { "source.component", "deprecatedSource.component",
					     "reportingComponent", "reportingController", NULL };

	append(out, first_text(event, paths));
}

void event_message(const struct cJSON *event, GString *out)
{
	static const char *const paths[] = { "message", "note", NULL };

	append(out, first_text(event, paths));
}

gint64 event_count(const struct cJSON *event)
{
	static const char *const paths[] = { "series.count", "count", "deprecatedCount" };

	for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
		gint64 count = json_int(event, paths[i], 0);

		if (count)
			return count;
	}
	return 1;
}

gint64 event_first_at(const struct cJSON *event)
{
	static const char *const paths[] = { "firstTimestamp", "deprecatedFirstTimestamp",
					     "eventTime", "metadata.creationTimestamp", NULL };

	return first_time(event, paths);
}

gint64 event_last_at(const struct cJSON *event)
{
	static const char *const paths[] = { "series.lastObservedTime",
					     "lastTimestamp",
					     "deprecatedLastTimestamp",
					     "eventTime",
					     "firstTimestamp",
					     "deprecatedFirstTimestamp",
					     "metadata.creationTimestamp",
					     NULL };

	return first_time(event, paths);
}
