#include "show.h"

#include <kase/console.h>
#include <kase/project.h>
#include <kase/relay.h>

static struct engine_host *start_engine(const struct show_plan *plan, struct recorder *recorder,
					GError **error)
{
	struct engine_plan wanted = {
		.path = plan->path,
		.kubeconfig = plan->kubeconfig,
		.context = plan->context,
		.namespaces = plan->namespaces,
		.recorder = recorder,
	};
	struct engine_host *host = engine_host_start(&wanted, NULL, error);

	if (!host && error && *error) {
		g_autofree char *message = g_strdup((*error)->message);

		g_free((*error)->message);
		(*error)->message = g_strdup_printf(
			"%s; --offline opens the case without a cluster", message);
	}
	return host;
}

static gboolean show(const struct show_plan *plan, struct recorder *recorder, GError **error)
{
	struct console_plan console = {
		.path = plan->path,
		.person = plan->person->name,
		.recorder = recorder,
		.read_only = plan->read_only,
	};
	gboolean shown;

	if (recorder && !plan->offline) {
		console.engine = start_engine(plan, recorder, error);
		if (!console.engine)
			return FALSE;
	}
	shown = console_run(&console, error);
	engine_host_stop(console.engine);
	return shown;
}

enum outcome show_run(const struct show_plan *plan, GError **error)
{
	struct recorder *recorder = NULL;
	g_autoptr(GError) trouble = NULL;
	gboolean shown;

	relay_threads_give_way();
	if (!plan->read_only) {
		recorder = recorder_start(plan->path, plan->person, &project_projector, error);
		if (!recorder)
			return OUTCOME_NOT_DONE;
	}
	shown = show(plan, recorder, &trouble);
	/* The first thing that went wrong is the one to tell. */
	if (!recorder_stop(recorder, trouble ? NULL : &trouble))
		shown = FALSE;
	if (trouble)
		g_propagate_error(error, g_steal_pointer(&trouble));
	return shown ? OUTCOME_DONE : OUTCOME_NOT_DONE;
}
