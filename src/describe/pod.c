#include "tell.h"

#include <string.h>

/* --- rows with a function of their own ----------------------------------------------------------- */

static void tell_node(struct telling *t, const struct tell_row *row, const struct cJSON *node)
{
	const char *host = json_string(t->object, "status.hostIP");

	tell_format(t, DESCRIBE_PLAIN, row->label, "%s%s%s", json_text(node) ?: "", host ? "/" : "",
		    host ? host : "");
}

/* One that has ended is not terminating any more. */
static gboolean is_terminating(const struct cJSON *pod)
{
	const char *phase = json_string(pod, "status.phase");

	return json_string(pod, "metadata.deletionTimestamp") && g_strcmp0(phase, "Failed") != 0 &&
	       g_strcmp0(phase, "Succeeded") != 0;
}

static void tell_status(struct telling *t, const struct tell_row *row, const struct cJSON *pod)
{
	const char *phase = json_string(pod, "status.phase");
	gboolean fails = g_strcmp0(phase, "Failed") == 0 || g_strcmp0(phase, "Unknown") == 0;
	g_autofree char *at = value_moment(json_string(pod, "metadata.deletionTimestamp"));

	if (!is_terminating(pod)) {
		tell_line(t, fails ? DESCRIBE_NOTE : DESCRIBE_PLAIN, row->label, phase ?: "?");
		return;
	}
	tell_format(t, DESCRIBE_NOTE, row->label, "Terminating (asked for, by %s; was %s)", at,
		    phase ?: "?");
	tell_format(t, DESCRIBE_PLAIN, "Termination Grace Period", "%" G_GINT64_FORMAT "s",
		    json_int(pod, "metadata.deletionGracePeriodSeconds", 0));
}

static void tell_address(struct telling *t, const struct tell_row *row, const struct cJSON *n)
{
	tell_line(t, DESCRIBE_PLAIN, "IP", json_string(n, "ip") ?: "?");
}

static void tell_controller(struct telling *t, const struct tell_row *row,
			    const struct cJSON *object)
{
	const struct cJSON *list = json_at(object, "metadata.ownerReferences");
	const struct cJSON *owner = json_first(list);

	while (owner && !json_bool(owner, "controller", FALSE))
		owner = json_next(owner);
	if (owner)
		tell_format(t, DESCRIBE_PLAIN, row->label, "%s/%s",
			    json_string(owner, "kind") ?: "?", json_string(owner, "name") ?: "?");
	else if (row->otherwise)
		tell_line(t, row->mark, row->label, row->otherwise);
}

static void tell_gate(struct telling *t, const struct tell_row *row, const struct cJSON *n)
{
	const struct cJSON *conditions = json_at(t->object, "status.conditions");
	const char *type = json_string(n, "conditionType") ?: "?";
	const char *status = json_string(json_find(conditions, "type", type), "status");

	tell_line(t, DESCRIBE_PLAIN, type, status ?: "?");
}

/* With what kubectl leaves out: since when, and why. */
static void tell_condition(struct telling *t, const struct tell_row *row, const struct cJSON *n)
{
	g_autofree char *since = value_moment(json_string(n, "lastTransitionTime"));
	const char *reason = json_string(n, "reason"), *message = json_string(n, "message");

	tell_format(t, DESCRIBE_PLAIN, json_string(n, "type") ?: "?", "%s  since %s%s%s%s%s",
		    json_string(n, "status") ?: "?", since, reason ? "  " : "", reason ?: "",
		    message && *message ? ": " : "", message ?: "");
}

static void append_toleration(GString *out, const struct cJSON *n)
{
	const char *key = json_string(n, "key"), *value = json_string(n, "value");
	const char *effect = json_string(n, "effect");
	const struct cJSON *seconds = json_get(n, "tolerationSeconds");

	g_string_append(out, key ?: "");
	if (value && *value)
		g_string_append_printf(out, "=%s", value);
	if (effect && *effect)
		g_string_append_printf(out, ":%s", effect);
	if (g_strcmp0(json_string(n, "operator"), "Exists") == 0 && !(value && *value))
		g_string_append(out, out->len ? " op=Exists" : "op=Exists");
	if (seconds)
		g_string_append_printf(out, " for %" G_GINT64_FORMAT "s",
				       json_int(n, "tolerationSeconds", 0));
}

static void tell_tolerations(struct telling *t, const struct tell_row *row,
			     const struct cJSON *list)
{
	for (const struct cJSON *n = json_first(list); n; n = json_next(n)) {
		g_autoptr(GString) text = g_string_new(NULL);

		append_toleration(text, n);
		tell_line(t, DESCRIBE_PLAIN, n == json_first(list) ? row->label : "", text->str);
	}
}

static void tell_spread(struct telling *t, const struct tell_row *row, const struct cJSON *list)
{
	for (const struct cJSON *n = json_first(list); n; n = json_next(n)) {
		const struct cJSON *selector = json_get(n, "labelSelector");
		g_autofree char *chosen = value_selector(selector);

		tell_format(t, DESCRIBE_PLAIN, n == json_first(list) ? row->label : "",
			    "%s:%s when max skew %" G_GINT64_FORMAT " is exceeded%s%s",
			    json_string(n, "topologyKey") ?: "?",
			    json_string(n, "whenUnsatisfiable") ?: "?", json_int(n, "maxSkew", 0),
			    selector ? " for selector " : "", selector ? chosen : "");
	}
}

static void tell_annotations(struct telling *t, const struct tell_row *row,
			     const struct cJSON *node)
{
	g_autoptr(GPtrArray) members = value_members(node);

	for (guint i = 0; i < members->len; i++) {
		const char *value = json_text(members->pdata[i]) ?: "";

		tell_format(t, DESCRIBE_PLAIN, i ? "" : row->label, "%s:%s%s",
			    json_key(members->pdata[i]), strchr(value, '\n') ? "\n" : " ", value);
	}
}

/* --- the order of it all ------------------------------------------------------------------------- */

static const struct tell_row rows[] = {
	ROW("Name", "metadata.name"),
	ROW("Namespace", "metadata.namespace"),
	ROW("UID", "metadata.uid"),
	ROW("Created", "metadata.creationTimestamp", .tell = tell_moment),
	ROW("Priority", "spec.priority"),
	ROW("Priority Class Name", "spec.priorityClassName"),
	ROW("Runtime Class Name", "spec.runtimeClassName"),
	ROW("Service Account", "spec.serviceAccountName"),
	ROW("Node", "spec.nodeName", .tell = tell_node, .otherwise = "not scheduled", .alarm = "*",
	    .mark = DESCRIBE_NOTE),
	ROW("Start Time", "status.startTime", .tell = tell_moment),
	ROW("Labels", "metadata.labels", .tell = tell_map),
	ROW("Annotations", "metadata.annotations", .tell = tell_annotations),
	ROW("Status", NULL, .tell = tell_status),
	ROW("Reason", "status.reason", .alarm = "*", .mark = DESCRIBE_NOTE),
	ROW("Message", "status.message"),
	ROW("IP", "status.podIP"),
	ROW("IPs", "status.podIPs", .each = tell_address),
	ROW("Controlled By", NULL, .tell = tell_controller, .otherwise = "no workload",
	    .mark = DESCRIBE_NOTE),
	ROW("NominatedNodeName", "status.nominatedNodeName"),
	ROW("Host", "spec", .tell = tell_host),
	ROW("Security Context", "spec.securityContext", .tell = tell_security),
	ROW("Limits", "spec.resources.limits", .tell = tell_resources),
	ROW("Requests", "spec.resources.requests", .tell = tell_resources),
	ROW("Init Containers", "spec.initContainers", .tell = tell_containers),
	ROW("Containers", "spec.containers", .tell = tell_containers),
	ROW("Ephemeral Containers", "spec.ephemeralContainers", .tell = tell_containers),
	ROW("Readiness Gates", "spec.readinessGates", .each = tell_gate),
	ROW("Conditions", "status.conditions", .each = tell_condition),
	ROW("Volumes", "spec.volumes", .each = tell_volume),
	ROW("QoS Class", "status.qosClass"),
	ROW("Node-Selectors", "spec.nodeSelector", .tell = tell_map),
	ROW("Tolerations", "spec.tolerations", .tell = tell_tolerations),
	ROW("Topology Spread Constraints", "spec.topologySpreadConstraints", .tell = tell_spread),
	ROW("Image Pull Secrets", "spec.imagePullSecrets", .tell = tell_names),
};

/* In a List its own document does not say it. */
static void tell_kind(struct telling *t, const struct tell_row *row, const struct cJSON *object)
{
	tell_line(t, DESCRIBE_PLAIN, row->label, t->kind ? t->kind : "?");
}

static const struct tell_row any_rows[] = {
	ROW("Name", "metadata.name"),
	ROW("Namespace", "metadata.namespace"),
	ROW("Kind", NULL, .tell = tell_kind),
	ROW("API Version", "apiVersion"),
	ROW("UID", "metadata.uid"),
	ROW("Created", "metadata.creationTimestamp", .tell = tell_moment),
	ROW("Deleted", "metadata.deletionTimestamp", .tell = tell_moment, .alarm = "*",
	    .mark = DESCRIBE_NOTE),
	ROW("Labels", "metadata.labels", .tell = tell_map),
	ROW("Annotations", "metadata.annotations", .tell = tell_annotations),
	ROW("Controlled By", NULL, .tell = tell_controller),
	ROW("Finalizers", "metadata.finalizers", .each = tell_element),
	ROW("Conditions", "status.conditions", .each = tell_condition),
};

void tell_pod(struct telling *t)
{
	TELL_ROWS(t, t->object, rows);
}

void tell_any(struct telling *t)
{
	static const struct tell_row told[] = {
		ROW("", "metadata"), ROW("", "kind"),   ROW("", "apiVersion"),
		ROW("", "spec"),     ROW("", "status"),
	};

	TELL_ROWS(t, t->object, any_rows);
	tell_rest(t, t->object, told, G_N_ELEMENTS(told));
	if (json_get(t->object, "spec"))
		tell_line(t, DESCRIBE_PLAIN, "Spec", "in its YAML: y");
}
