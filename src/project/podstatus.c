/*
 * STATUS, as `kubectl get pods` prints it: one word that says what stands in the way, or the phase.
 *
 *  1. status.reason stands before the phase, a scheduling gate before both.
 *  2. Init containers come first: the first one that has not done its work gives "Init:…", and the containers after it are not
 *     asked, unless the pod says that it is initialised all the same.
 *  3. Of the containers the first that waits or has ended for a reason gives the word; "Completed" while another still runs is
 *     "Running", or "NotReady".
 *  4. A pod that is being deleted is Terminating, unless it has ended.
 *
 * Source: Kubernetes, pkg/printers/internalversion, which makes the table that kubectl shows.
 */
#include "config.h"

#include "rows.h"

/* Text of a container's state, "" where it has none. */
static const char *state_text(const struct cJSON *status, const char *path)
{
	const char *text = json_string(status, path);

	return text ? text : "";
}

/* TRUE where the condition of this type has `text` as its `member`. */
static gboolean condition_says(const struct cJSON *pod, const char *type, const char *member,
			       const char *text)
{
	const struct cJSON *c = json_find(json_at(pod, "status.conditions"), "type", type);

	return !g_strcmp0(json_string(c, member), text);
}

/* "OOMKilled", or how it ended where no reason is told.  FALSE where it has not ended. */
static gboolean append_end(const struct cJSON *status, GString *out)
{
	const struct cJSON *ended = json_at(status, "state.terminated");

	if (!ended)
		return FALSE;
	if (*state_text(ended, "reason"))
		g_string_append(out, state_text(ended, "reason"));
	else if (json_int(ended, "signal", 0))
		g_string_append_printf(out, "Signal:%" G_GINT64_FORMAT,
				       json_int(ended, "signal", 0));
	else
		g_string_append_printf(out, "ExitCode:%" G_GINT64_FORMAT,
				       json_int(ended, "exitCode", 0));
	return TRUE;
}

static gboolean has_initialised(const struct cJSON *pod, const struct cJSON *status)
{
	const struct cJSON *ended = json_at(status, "state.terminated");

	if (ended && json_int(ended, "exitCode", 0) == 0)
		return TRUE;
	return pod_is_sidecar(pod, status) && json_bool(status, "started", FALSE);
}

/* "Init:0/1", "Init:CrashLoopBackOff".  FALSE where all have done their work. */
static gboolean append_init(const struct cJSON *pod, GString *out)
{
	gsize nth = 0;

	for (const struct cJSON *c = json_first(json_at(pod, "status.initContainerStatuses")); c;
	     c = json_next(c), nth++) {
		const char *waits = state_text(c, "state.waiting.reason");

		if (has_initialised(pod, c))
			continue;
		g_string_assign(out, "Init:");
		if (append_end(c, out))
			return TRUE;
		if (*waits && g_strcmp0(waits, "PodInitializing"))
			g_string_append(out, waits);
		else
			g_string_append_printf(out, "%zu/%zu", nth,
					       json_count(json_at(pod, "spec.initContainers")));
		return TRUE;
	}
	return FALSE;
}

/* The first container that has something to say; TRUE where one runs and is ready. */
static gboolean append_containers(const struct cJSON *pod, GString *out)
{
	gboolean runs = FALSE, said = FALSE;

	for (const struct cJSON *c = json_first(json_at(pod, "status.containerStatuses")); c;
	     c = json_next(c)) {
		const char *waits = state_text(c, "state.waiting.reason");
		g_autoptr(GString) word = g_string_new(waits);

		if (*waits || append_end(c, word)) {
			if (!said)
				g_string_assign(out, word->str);
			said = TRUE;
		} else if (json_bool(c, "ready", FALSE) && json_at(c, "state.running")) {
			runs = TRUE;
		}
	}
	return runs;
}

static gboolean has_ended(const struct cJSON *pod)
{
	const char *phase = json_string(pod, "status.phase");

	return !g_strcmp0(phase, "Succeeded") || !g_strcmp0(phase, "Failed");
}

void pod_status(const struct cJSON *pod, GString *out)
{
	const char *reason = json_string(pod, "status.reason");

	g_string_append(out, reason && *reason ? reason : state_text(pod, "status.phase"));
	if (condition_says(pod, "PodScheduled", "reason", "SchedulingGated"))
		g_string_assign(out, "SchedulingGated");
	if ((!append_init(pod, out) || condition_says(pod, "Initialized", "status", "True")) &&
	    append_containers(pod, out) && g_str_equal(out->str, "Completed"))
		g_string_assign(out, condition_says(pod, "Ready", "status", "True") ? "Running"
										    : "NotReady");
	if (!json_string(pod, "metadata.deletionTimestamp"))
		return;
	if (!g_strcmp0(reason, "NodeLost"))
		g_string_assign(out, "Unknown");
	else if (!has_ended(pod))
		g_string_assign(out, "Terminating");
}
