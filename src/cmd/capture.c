#include "command.h"
#include "person.h"
#include "work.h"

#include <string.h>

#include <kase/subject.h>

/* A collection may be written as its resource alone, and `cluster` is all of them. */
static gboolean is_subject(const char *written, GError **error)
{
	g_autofree char *whole = strchr(written, '/') ? g_strdup(written)
						      : g_strconcat(written, "/*", NULL);
	g_autoptr(subject) s = subject_parse(whole, error);

	if (!s)
		g_prefix_error(error, "capture: ");
	return s != NULL;
}

static gboolean are_subjects(char *const *written, GError **error)
{
	while (*written && is_subject(*written, error))
		written++;
	return !*written;
}

enum outcome capture_run(struct call *call, GError **error)
{
	g_auto(person) me = { 0 };
	struct work_plan plan = {
		.path = call->arguments[0],
		.person = &me.who,
		.kubeconfig = call->options.kubeconfig,
		.context = call->options.context,
		.namespaces = (const char *const *)call->options.namespaces,
		.subjects = (const char *const *)call->arguments + 1,
	};

	if (!are_subjects(call->arguments + 1, error))
		return OUTCOME_USAGE;
	if (!person_init(&me, call, PERSON_ASK_NOBODY, error))
		return OUTCOME_NOT_DONE;
	return work_run(&plan, error);
}
