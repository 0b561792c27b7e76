/*
 * How far a pod and its containers may reach: security contexts, what is shared with the host, and the token.
 *
 * Source: kubernetes.io, "Pod Security Standards", and the API's PodSecurityContext and SecurityContext.
 */
#include "tell.h"

#define DANGER DESCRIBE_DANGER
#define NOTE   DESCRIBE_NOTE

static void tell_profile(struct telling *t, const struct tell_row *row, const struct cJSON *profile)
{
	const char *type = json_string(profile, "type") ?: "?";
	const char *local = json_string(profile, "localhostProfile");
	gboolean none = g_str_equal(type, "Unconfined");

	tell_line(t, none ? row->mark : DESCRIBE_PLAIN, row->label, type);
	if (local)
		tell_line(t, DESCRIBE_PLAIN, "LocalhostProfile", local);
}

static void tell_sysctls(struct telling *t, const struct tell_row *row, const struct cJSON *list)
{
	for (const struct cJSON *n = json_first(list); n; n = json_next(n))
		tell_format(t, NOTE, n == json_first(list) ? row->label : "", "%s=%s",
			    json_string(n, "name") ?: "?", json_string(n, "value") ?: "");
}

/* Of a pod and of a container: each has some of them. */
static const struct tell_row rows[] = {
	ROW("Privileged", "privileged", .alarm = "true", .mark = DANGER),
	ROW("Privilege Escalation", "allowPrivilegeEscalation", .alarm = "true", .mark = NOTE),
	ROW("Capabilities Added", "capabilities.add", .alarm = "*", .mark = DANGER),
	ROW("Capabilities Dropped", "capabilities.drop"),
	ROW("Run As User", "runAsUser", .alarm = "0", .mark = DANGER),
	ROW("Run As Group", "runAsGroup", .alarm = "0", .mark = NOTE),
	ROW("Run As Non-Root", "runAsNonRoot", .alarm = "false", .mark = NOTE),
	ROW("Read-Only Root", "readOnlyRootFilesystem"),
	ROW("SeccompProfile", "seccompProfile", .tell = tell_profile, .mark = DANGER),
	ROW("AppArmor Profile", "appArmorProfile", .tell = tell_profile, .mark = DANGER),
	ROW("SELinux", "seLinuxOptions", .tell = tell_map),
	ROW("Proc Mount", "procMount", .alarm = "Unmasked", .mark = DANGER),
	ROW("FS Group", "fsGroup"),
	ROW("FS Group Change", "fsGroupChangePolicy"),
	ROW("Supplemental Groups", "supplementalGroups"),
	ROW("Sysctls", "sysctls", .tell = tell_sysctls),
	ROW("Windows Host Process", "windowsOptions.hostProcess", .alarm = "true", .mark = DANGER),
	ROW("Windows User", "windowsOptions.runAsUserName"),
	ROW("", "capabilities", .tell = tell_nothing),
	ROW("", "windowsOptions", .tell = tell_nothing),
};

void tell_security(struct telling *t, const struct tell_row *row, const struct cJSON *context)
{
	if (!json_first(context))
		return;
	tell_head(t, row->label);
	t->level++;
	TELL_ROWS(t, context, rows);
	tell_rest(t, context, rows, G_N_ELEMENTS(rows));
	t->level--;
}

/* A pod that says nothing of its token is given one, unless its service account says no. */
static void tell_automount(struct telling *t, const struct tell_row *row, const struct cJSON *spec)
{
	const struct cJSON *wish = json_get(spec, "automountServiceAccountToken");

	if (wish)
		tell_line(t, json_is_true(wish) ? NOTE : DESCRIBE_PLAIN, row->label,
			  json_is_true(wish) ? "true" : "false");
}

static const struct tell_row host_rows[] = {
	ROW("Host Network", "hostNetwork", .alarm = "true", .mark = DANGER),
	ROW("Host PID", "hostPID", .alarm = "true", .mark = DANGER),
	ROW("Host IPC", "hostIPC", .alarm = "true", .mark = DANGER),
	ROW("Host Users", "hostUsers"),
	ROW("Shared Processes", "shareProcessNamespace", .alarm = "true", .mark = NOTE),
	ROW("Automount Token", NULL, .tell = tell_automount),
};

void tell_host(struct telling *t, const struct tell_row *row, const struct cJSON *spec)
{
	TELL_ROWS(t, spec, host_rows);
}
