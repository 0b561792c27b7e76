/*
 * person - who works: the name that stands in the ledger, and how it is found.
 *
 * --person, else KASE_PERSON, else $USER@host, else UID@host.  Where root or a login that several people
 * share opens a real case on a screen, and neither of the first two said who it is, it is asked for: a
 * ledger full of root@host names nobody.
 */
#pragma once

#include "command.h"

/* What the system knows.  Strings are the caller's, and may be NULL, save `host`. */
struct person_facts {
	const char *option; /* --person */
	const char *told;   /* KASE_PERSON */
	const char *user;   /* USER */
	const char *login;  /* of the UID */
	const char *host;
	gint64 uid;
};
#define PERSON_MAX_BYTES 128

/* Caller owns.  NULL and COMMAND_ERROR_INPUT where a name given holds what none may: control characters, too
 * many bytes, no valid UTF-8. */
char *person_name(const struct person_facts *facts, GError **error);
/* Nobody said who it is, and the login does not, either. */
gboolean person_is_shared(const struct person_facts *facts);

/* A person, and the memory that it lies in. */
struct person {
	char *name, *login, *host;
	struct case_person who;
};

enum person_asking { PERSON_ASK_NOBODY, PERSON_ASK_SHARED };
/* Who works with this call.  Asks on the terminal, where it may and must. */
gboolean person_init(struct person *p, const struct call *call, enum person_asking asking,
		     GError **error);
/* The trainee of a drill, unless --person says another. */
gboolean person_init_trainee(struct person *p, const struct call *call, GError **error);
void person_clear(struct person *p);
typedef struct person person;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(person, person_clear)
