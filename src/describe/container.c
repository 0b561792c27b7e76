/* Containers: what is asked for (spec) beside what became of it (status), as the pod's row found them by name. */
#include "tell.h"

#include <string.h>

/* --- ports --------------------------------------------------------------------------------------- */

static char *ports_text(const struct cJSON *list, const char *member)
{
	GString *out = g_string_new(NULL);

	for (const struct cJSON *n = json_first(list); n; n = json_next(n)) {
		const char *name = json_string(n, "name"), *host = json_string(n, "hostIP");

		g_string_append_printf(out, "%s%" G_GINT64_FORMAT "/%s", out->len ? ", " : "",
				       json_int(n, member, 0), json_string(n, "protocol") ?: "TCP");
		if (name)
			g_string_append_printf(out, " (%s)", name);
		if (host && g_str_equal(member, "hostPort"))
			g_string_append_printf(out, " on %s", host);
	}
	return g_string_free(out, FALSE);
}

static gboolean has_host_port(const struct cJSON *list)
{
	const struct cJSON *n = json_first(list);

	while (n && !json_int(n, "hostPort", 0))
		n = json_next(n);
	return n != NULL;
}

static void tell_ports(struct telling *t, const struct tell_row *row, const struct cJSON *list)
{
	gboolean many = json_count(list) > 1;
	g_autofree char *ports = ports_text(list, "containerPort");
	g_autofree char *host = ports_text(list, "hostPort");

	if (!json_first(list))
		return;
	tell_line(t, DESCRIBE_PLAIN, many ? "Ports" : "Port", ports);
	tell_line(t, has_host_port(list) ? DESCRIBE_NOTE : DESCRIBE_PLAIN,
		  many ? "Host Ports" : "Host Port", host);
}

/* --- images, states ------------------------------------------------------------------------------ */

/* A tag may name another image tomorrow; a digest never does. */
static void tell_image(struct telling *t, const struct tell_row *row, const struct cJSON *node)
{
	const char *image = json_text(node) ?: "";
	gboolean pinned = strchr(image, '@') != NULL;

	tell_format(t, pinned ? DESCRIBE_PLAIN : DESCRIBE_NOTE, row->label, "%s%s", image,
		    pinned ? "" : "  (no digest)");
}

static void tell_exit(struct telling *t, const struct tell_row *row, const struct cJSON *node)
{
	g_autofree char *code = value_text(node);

	tell_line(t, json_number(node) != 0 ? DESCRIBE_NOTE : DESCRIBE_PLAIN, row->label, code);
}

static const struct tell_row running[] = {
	ROW("Started", "startedAt", .tell = tell_moment),
};
static const struct tell_row waiting[] = {
	ROW("Reason", "reason", .alarm = "*", .mark = DESCRIBE_NOTE),
	ROW("Message", "message"),
};
static const struct tell_row terminated[] = {
	ROW("Reason", "reason"),
	ROW("Message", "message"),
	ROW("Exit Code", "exitCode", .tell = tell_exit),
	ROW("Signal", "signal"),
	ROW("Started", "startedAt", .tell = tell_moment),
	ROW("Finished", "finishedAt", .tell = tell_moment),
	ROW("Container ID", "containerID"),
};
static const struct state {
	const char *member, *name;
	const struct tell_row *rows;
	gsize n;
} states[] = {
	{ "running", "Running", running, G_N_ELEMENTS(running) },
	{ "waiting", "Waiting", waiting, G_N_ELEMENTS(waiting) },
	{ "terminated", "Terminated", terminated, G_N_ELEMENTS(terminated) },
};

static void tell_state(struct telling *t, const struct tell_row *row, const struct cJSON *node)
{
	for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
		const struct cJSON *state = json_get(node, states[i].member);

		if (!state)
			continue;
		tell_line(t, DESCRIBE_PLAIN, row->label, states[i].name);
		t->level++;
		tell_rows(t, state, states[i].rows, states[i].n);
		t->level--;
		return;
	}
	if (row->otherwise)
		tell_line(t, DESCRIBE_PLAIN, row->label, row->otherwise);
}

/* --- probes -------------------------------------------------------------------------------------- */

static char *command_text(const struct cJSON *list)
{
	GString *out = g_string_new("[");

	for (const struct cJSON *n = json_first(list); n; n = json_next(n))
		g_string_append_printf(out, "%s%s", out->len > 1 ? " " : "", json_text(n) ?: "");
	g_string_append_c(out, ']');
	return g_string_free(out, FALSE);
}

static char *http_text(const struct cJSON *http)
{
	g_autofree char *port = value_text(json_get(http, "port"));
	g_autofree char *scheme = g_ascii_strdown(json_string(http, "scheme") ?: "http", -1);
	const char *host = json_string(http, "host") ?: "";
	const char *path = json_string(http, "path") ?: "";
	gboolean is_v6 = strchr(host, ':') != NULL;

	return g_strdup_printf("http-get %s://%s%s%s%s%s%s%s", scheme, is_v6 ? "[" : "", host,
			       is_v6 ? "]" : "", port ? ":" : "", port ?: "",
			       *path && *path != '/' ? "/" : "", path);
}

static char *asks_text(const struct cJSON *probe)
{
	const struct cJSON *exec = json_get(probe, "exec"), *http = json_get(probe, "httpGet");
	const struct cJSON *tcp = json_get(probe, "tcpSocket"), *grpc = json_get(probe, "grpc");
	g_autofree char *port = value_text(json_get(tcp ? tcp : grpc, "port"));
	g_autofree char *command = command_text(json_get(exec, "command"));

	if (exec)
		return g_strconcat("exec ", command, NULL);
	if (http)
		return http_text(http);
	if (tcp)
		return g_strdup_printf("tcp-socket %s:%s", json_string(tcp, "host") ?: "",
				       port ?: "");
	if (grpc)
		return g_strdup_printf("grpc <pod>:%s %s", port ?: "",
				       json_string(grpc, "service") ?: "");
	return g_strdup("unknown");
}

/* In kubectl's words, which people search for. */
static void tell_probe(struct telling *t, const struct tell_row *row, const struct cJSON *probe)
{
	g_autofree char *asks = asks_text(probe);

	tell_format(t, DESCRIBE_PLAIN, row->label,
		    "%s delay=%" G_GINT64_FORMAT "s timeout=%" G_GINT64_FORMAT
		    "s period=%" G_GINT64_FORMAT "s #success=%" G_GINT64_FORMAT
		    " #failure=%" G_GINT64_FORMAT,
		    asks, json_int(probe, "initialDelaySeconds", 0),
		    json_int(probe, "timeoutSeconds", 0), json_int(probe, "periodSeconds", 0),
		    json_int(probe, "successThreshold", 0), json_int(probe, "failureThreshold", 0));
}

static void tell_handler(struct telling *t, const struct tell_row *row, const struct cJSON *handler)
{
	g_autofree char *asks = asks_text(handler);

	tell_line(t, DESCRIBE_PLAIN, row->label, asks);
}

void tell_resources(struct telling *t, const struct tell_row *row, const struct cJSON *map)
{
	g_autoptr(GPtrArray) members = value_members(map);

	if (members->len)
		tell_head(t, row->label);
	t->level++;
	for (guint i = 0; i < members->len; i++) {
		g_autofree char *amount = value_text(members->pdata[i]);

		tell_line(t, DESCRIBE_PLAIN, json_key(members->pdata[i]), amount ?: "");
	}
	t->level--;
}

/* --- a container --------------------------------------------------------------------------------- */

/* Rows of its status stand between those of its spec: in kubectl's order. */
static const struct tell_row status_first[] = {
	ROW("Container ID", "containerID"),
};
static const struct tell_row spec_first[] = {
	ROW("Image", "image", .tell = tell_image),
};
static const struct tell_row status_second[] = {
	ROW("Image ID", "imageID"),
};
static const struct tell_row spec_second[] = {
	ROW("Target Container", "targetContainerName"),
	ROW("Image Pull Policy", "imagePullPolicy"),
	ROW("Restart Policy", "restartPolicy"),
	ROW("Ports", "ports", .tell = tell_ports),
	ROW("Security Context", "securityContext", .tell = tell_security),
	ROW("Command", "command", .each = tell_element),
	ROW("Args", "args", .each = tell_element),
	ROW("Working Directory", "workingDir"),
};
static const struct tell_row status_third[] = {
	ROW("State", "state", .tell = tell_state, .otherwise = "Waiting"),
	ROW("Last State", "lastState", .tell = tell_state),
	ROW("Ready", "ready", .tell = tell_truth),
	ROW("Restart Count", "restartCount"),
};
static const struct tell_row spec_third[] = {
	ROW("Limits", "resources.limits", .tell = tell_resources),
	ROW("Requests", "resources.requests", .tell = tell_resources),
	ROW("Liveness", "livenessProbe", .tell = tell_probe),
	ROW("Readiness", "readinessProbe", .tell = tell_probe),
	ROW("Startup", "startupProbe", .tell = tell_probe),
	ROW("After Start", "lifecycle.postStart", .tell = tell_handler),
	ROW("Before Stop", "lifecycle.preStop", .tell = tell_handler),
	ROW("Environment Variables from", "envFrom", .each = tell_bundle),
	ROW("Environment", "env", .each = tell_variable),
	ROW("Mounts", "volumeMounts", .tell = tell_mounts),
	ROW("Devices", "volumeDevices", .tell = tell_mounts),
};

static void tell_container(struct telling *t, const struct cJSON *spec, const struct cJSON *status)
{
	tell_head(t, json_string(spec, "name") ?: "?");
	t->level++;
	t->container = spec;
	TELL_ROWS(t, status, status_first);
	TELL_ROWS(t, spec, spec_first);
	TELL_ROWS(t, status, status_second);
	TELL_ROWS(t, spec, spec_second);
	if (status)
		TELL_ROWS(t, status, status_third);
	TELL_ROWS(t, spec, spec_third);
	t->container = NULL;
	t->level--;
}

static const struct {
	const char *label, *statuses;
} lists[] = {
	{ "Init Containers", "status.initContainerStatuses" },
	{ "Containers", "status.containerStatuses" },
	{ "Ephemeral Containers", "status.ephemeralContainerStatuses" },
};

void tell_containers(struct telling *t, const struct tell_row *row, const struct cJSON *list)
{
	const struct cJSON *statuses = NULL;

	if (!json_first(list))
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(lists); i++)
		if (g_str_equal(lists[i].label, row->label))
			statuses = json_at(t->object, lists[i].statuses);
	tell_head(t, row->label);
	t->level++;
	for (const struct cJSON *n = json_first(list); n; n = json_next(n))
		tell_container(t, n, json_find(statuses, "name", json_string(n, "name")));
	t->level--;
}
