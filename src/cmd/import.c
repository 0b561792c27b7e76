#include "command.h"
#include "person.h"

#include <string.h>

#include <kase/engine.h>
#include <kase/project.h>

/* A log's owner holds for all files, so one file alone can be meant. */
static gboolean fits(const struct call *call, GError **error)
{
	if (!call->options.container || call->options.subject)
		return TRUE;
	g_set_error(error, COMMAND_ERROR, COMMAND_ERROR_USAGE,
		    "import: --container says nothing without the pod: --subject pod/NS/NAME");
	return FALSE;
}

/* How many of the files were understood.  Says what the others were. */
static guint import_files(struct call *call, struct recorder *recorder, const char *brought_by)
{
	guint understood = 0;

	for (char **path = call->arguments + 1; *path; path++) {
		g_autoptr(GError) trouble = NULL;

		if (engine_import(recorder, *path, brought_by, call->options.subject,
				  call->options.container, &trouble))
			understood++;
		else
			say("%s%s%s", strstr(trouble->message, *path) ? "" : *path,
			    strstr(trouble->message, *path) ? "" : ": ", trouble->message);
	}
	return understood;
}

enum outcome import_run(struct call *call, GError **error)
{
	g_auto(person) me = { 0 };
	struct recorder *recorder;
	guint understood;

	if (!fits(call, error))
		return OUTCOME_USAGE;
	if (!person_init(&me, call, PERSON_ASK_NOBODY, error))
		return OUTCOME_NOT_DONE;
	recorder = recorder_start(call->arguments[0], &me.who, &project_projector, error);
	if (!recorder)
		return OUTCOME_NOT_DONE;
	understood = import_files(call, recorder, call->options.by ? call->options.by : me.name);
	if (!recorder_stop(recorder, error) || !understood)
		return OUTCOME_NOT_DONE;
	return understood == call->count - 1 ? OUTCOME_DONE : OUTCOME_GAPS;
}
