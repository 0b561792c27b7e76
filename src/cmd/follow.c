#include "command.h"
#include "duration.h"
#include "person.h"
#include "work.h"

enum outcome follow_run(struct call *call, GError **error)
{
	g_auto(person) me = { 0 };
	struct work_plan plan = {
		.path = call->arguments[0],
		.person = &me.who,
		.kubeconfig = call->options.kubeconfig,
		.context = call->options.context,
		.namespaces = (const char *const *)call->options.namespaces,
	};

	if (call->options.span && !duration_parse(call->options.span, &plan.seconds, error))
		return OUTCOME_USAGE;
	if (!person_init(&me, call, PERSON_ASK_NOBODY, error))
		return OUTCOME_NOT_DONE;
	return work_run(&plan, error);
}
