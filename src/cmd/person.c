#include "person.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <kase/text.h>
#include <kase/version.h>

/* Logins that images and handbooks give to everyone who works on a host. */
static const char *const shared_logins[] = {
	"root",      "admin", "administrator", "ubuntu", "ec2-user", "debian",
	"centos",    "rocky", "almalinux",     "cloud",  "fedora",   "core",
	"azureuser", "opc",   "vagrant",       "pi",     "ansible",  "bastion",
	"kase",      "soc",   "oncall",        "ops",
};

static gboolean name_fits(const char *name)
{
	return *name && strlen(name) <= PERSON_MAX_BYTES && text_is_safe(name, -1);
}

char *person_name(const struct person_facts *facts, GError **error)
{
	const char *given = facts->option ? facts->option : facts->told;
	g_autofree char *name = NULL;

	if (given && *given)
		name = g_strstrip(g_strdup(given));
	else if (facts->user && *facts->user)
		name = g_strdup_printf("%s@%s", facts->user, facts->host);
	else
		name = g_strdup_printf("%" G_GINT64_FORMAT "@%s", facts->uid, facts->host);
	if (name_fits(name))
		return g_steal_pointer(&name);
	g_set_error(error, COMMAND_ERROR, COMMAND_ERROR_INPUT,
		    "`%s` can be nobody's name: at most %d bytes of visible UTF-8; --person says "
		    "another",
		    name, PERSON_MAX_BYTES);
	return NULL;
}

gboolean person_is_shared(const struct person_facts *facts)
{
	if ((facts->option && *facts->option) || (facts->told && *facts->told))
		return FALSE;
	if (facts->uid == 0)
		return TRUE;
	for (gsize i = 0; facts->login && i < G_N_ELEMENTS(shared_logins); i++)
		if (!strcmp(shared_logins[i], facts->login))
			return TRUE;
	return FALSE;
}

/* A line from the terminal, without blanks round it; NULL where it ends.  Caller owns. */
static char *read_line(void)
{
	char line[1024];

	return fgets(line, sizeof(line), stdin) ? g_strdup(g_strstrip(line)) : NULL;
}

/* Until there is a name that can be. */
static char *ask(const struct person_facts *facts, GError **error)
{
	for (;;) {
		g_autofree char *answer = NULL;

		fprintf(stderr, "%s is more than one person.  Your name, for the ledger: ",
			facts->login ? facts->login : "This account");
		answer = read_line();
		if (!answer)
			break;
		if (name_fits(answer))
			return g_steal_pointer(&answer);
	}
	g_set_error(error, COMMAND_ERROR, COMMAND_ERROR_INPUT,
		    "nobody said who works on the case; --person NAME or KASE_PERSON says it");
	return NULL;
}

static const char *login_of(uid_t uid)
{
	const struct passwd *entry = getpwuid(uid);

	return entry ? entry->pw_name : NULL;
}

static void take(struct person *p, char *name, const struct person_facts *facts,
		 const struct call *call)
{
	p->name = name;
	p->login = g_strdup(facts->login);
	p->host = g_strdup(facts->host);
	p->who = (struct case_person){
		.name = p->name,
		.login = p->login,
		.host = p->host,
		.uid = facts->uid,
		.version = KASE_VERSION,
		.command = call->command->name,
	};
}

static struct person_facts facts_of(const struct call *call)
{
	return (struct person_facts){
		.option = call->options.person,
		.told = g_getenv("KASE_PERSON"),
		.user = g_getenv("USER"),
		.login = login_of(getuid()),
		.host = g_get_host_name(),
		.uid = getuid(),
	};
}

gboolean person_init(struct person *p, const struct call *call, enum person_asking asking,
		     GError **error)
{
	struct person_facts facts = facts_of(call);
	char *name;

	*p = (struct person){ 0 };
	if (asking == PERSON_ASK_SHARED && person_is_shared(&facts) && isatty(STDIN_FILENO) &&
	    isatty(STDERR_FILENO))
		name = ask(&facts, error);
	else
		name = person_name(&facts, error);
	if (name)
		take(p, name, &facts, call);
	return name != NULL;
}

gboolean person_init_trainee(struct person *p, const struct call *call, GError **error)
{
	struct person_facts facts = facts_of(call);
	char *name;

	*p = (struct person){ 0 };
	facts.told = "trainee";
	name = person_name(&facts, error);
	if (name)
		take(p, name, &facts, call);
	return name != NULL;
}

void person_clear(struct person *p)
{
	g_clear_pointer(&p->name, g_free);
	g_clear_pointer(&p->login, g_free);
	g_clear_pointer(&p->host, g_free);
}
