#include "command.h"
#include "person.h"

#include <stdio.h>

#include <kase/project.h>
#include <kase/text.h>

static const char *const usual_keys[] = { "id_ed25519", "id_ecdsa", "id_rsa" };

/* Caller owns; NULL where there is none. */
static char *usual_key(GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(usual_keys); i++) {
		g_autofree char *path = g_build_filename(g_get_home_dir(), ".ssh", usual_keys[i],
							 NULL);

		if (g_file_test(path, G_FILE_TEST_EXISTS))
			return g_steal_pointer(&path);
	}
	g_set_error(error, COMMAND_ERROR, COMMAND_ERROR_INPUT,
		    "seal: no SSH key in ~/.ssh to sign with; name one with --key FILE, or make "
		    "one: ssh-keygen -t ed25519");
	return NULL;
}

enum outcome seal_run(struct call *call, GError **error)
{
	const char *path = call->arguments[0];
	g_auto(person) me = { 0 };
	g_autofree char *key = call->options.key ? g_strdup(call->options.key) : usual_key(error);
	g_autofree char *safe = text_safe(path, -1);

	if (!key || !person_init(&me, call, PERSON_ASK_NOBODY, error))
		return OUTCOME_NOT_DONE;
	if (!casefile_seal(path, key, &me.who, &project_projector, error))
		return OUTCOME_NOT_DONE;
	printf("sealed: %s.head is signed by %s.sig\n", safe, safe);
	return OUTCOME_DONE;
}
