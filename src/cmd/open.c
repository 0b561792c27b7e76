#include "command.h"
#include "offer.h"
#include "person.h"
#include "recent.h"
#include "show.h"

/* A drill's cluster ended with the program that simulated it. */
static gboolean look(const char *path, gboolean *drill, GError **error)
{
	g_autoptr(casefile) c = casefile_open(path, CASEFILE_READ, error);

	if (c)
		*drill = casefile_is_drill(c);
	return c != NULL;
}

/* Who names a case that is not there may want it. */
static gboolean make_missing(struct call *call, GError **error)
{
	const char *path = call->arguments[0];

	if (g_file_test(path, G_FILE_TEST_EXISTS) || call->options.read_only || !offer_fits(path) ||
	    !offer_make(path))
		return TRUE;
	return new_run(call, error) == OUTCOME_DONE;
}

enum outcome open_run(struct call *call, GError **error)
{
	g_auto(person) me = { 0 };
	gboolean drill = FALSE;
	enum person_asking asking;
	struct show_plan plan = {
		.path = call->arguments[0],
		.person = &me.who,
		.kubeconfig = call->options.kubeconfig,
		.context = call->options.context,
		.namespaces = (const char *const *)call->options.namespaces,
		.read_only = call->options.read_only,
	};

	if (!make_missing(call, error) || !look(plan.path, &drill, error))
		return OUTCOME_NOT_DONE;
	plan.offline = call->options.offline || drill;
	asking = plan.read_only ? PERSON_ASK_NOBODY : PERSON_ASK_SHARED;
	if (drill ? !person_init_trainee(&me, call, error) : !person_init(&me, call, asking, error))
		return OUTCOME_NOT_DONE;
	if (!drill)
		recent_note(plan.path);
	return show_run(&plan, error);
}
