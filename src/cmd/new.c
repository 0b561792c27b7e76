#include "command.h"
#include "person.h"

#include <stdio.h>

#include <kase/project.h>

/* The path that commands started elsewhere will find it by.  Caller owns; NULL where there is no such file. */
static char *whole_path(const char *kubeconfig, GError **error)
{
	if (g_file_test(kubeconfig, G_FILE_TEST_EXISTS))
		return g_canonicalize_filename(kubeconfig, NULL);
	g_set_error(error, COMMAND_ERROR, COMMAND_ERROR_INPUT, "kubeconfig %s is not there",
		    kubeconfig);
	return NULL;
}

/* Those of KUBECONFIG that are there, as --kubeconfig takes them.  Caller owns; NULL for none. */
static char *paths_of_environment(void)
{
	g_auto(GStrv)
		paths = g_strsplit(g_getenv("KUBECONFIG") ?: "", G_SEARCHPATH_SEPARATOR_S, -1);
	g_autoptr(GString) out = g_string_new(NULL);

	for (char **p = paths; *p; p++) {
		g_autofree char *whole = NULL;

		if (!**p || !g_file_test(*p, G_FILE_TEST_EXISTS))
			continue;
		whole = g_canonicalize_filename(*p, NULL);
		g_string_append_printf(out, "%s%s", out->len ? G_SEARCHPATH_SEPARATOR_S : "",
				       whole);
	}
	return out->len ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

enum outcome new_run(struct call *call, GError **error)
{
	g_auto(person) me = { 0 };
	g_autofree char *kubeconfig = NULL;
	struct case_plan plan = {
		.title = call->options.title,
		.group = call->options.group,
		.context = call->options.context,
	};

	if (call->options.kubeconfig) {
		kubeconfig = whole_path(call->options.kubeconfig, error);
		if (!kubeconfig)
			return OUTCOME_NOT_DONE;
	} else {
		kubeconfig = paths_of_environment();
	}
	plan.kubeconfig = kubeconfig;
	if (!person_init(&me, call, PERSON_ASK_NOBODY, error))
		return OUTCOME_NOT_DONE;
	if (!casefile_create(call->arguments[0], &plan, &me.who, &project_projector, error))
		return OUTCOME_NOT_DONE;
	return OUTCOME_DONE;
}
