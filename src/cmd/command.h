/*
 * command - the program's verbs: one table of commands, one of options.  Parsing, help, the man page and the
 * completion are all made from these rows, so they cannot disagree.
 *
 * To add a command: a row in commands.c, and a file of its own with its run function.
 *
 * Main thread only.
 */
#pragma once

#include <kase/case.h>

#define COMMAND_ERROR (command_error_quark())
enum command_error {
	COMMAND_ERROR_USAGE,    /* not how the command is used */
	COMMAND_ERROR_TERMINAL, /* needs a terminal, and there is none */
	COMMAND_ERROR_INPUT,    /* a file that is not there, a name that cannot be */
	COMMAND_ERROR_STOPPED,  /* by a signal, before it was done */
};
GQuark command_error_quark(void);

/* How a command ended: the program's exit status. */
enum outcome {
	OUTCOME_DONE = 0,
	OUTCOME_GAPS = 1,
	OUTCOME_USAGE = 2,
	OUTCOME_NOT_DONE = 3,
	OUTCOME_FOUND = 4,
	OUTCOME_OTHER_VERSION = 5,
};
extern const char *const outcome_meanings[];
extern const gsize outcome_count;

/* What all options together can say.  Text is as typed, in no particular encoding; NULL where not given. */
struct options {
	char *by, *completion, *container, *context, *group, *head, *hurry, *key, *kubeconfig,
		*person, *span, *subject, *title;
	char **namespaces; /* NULL at the end */
	gboolean csv, help, json, man, offline, read_only, record_only;
};

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_FILE, OPTION_TEXTS };

struct option {
	const char *name;
	char letter; /* or 0 */
	enum option_kind kind;
	gsize at;          /* where in struct options */
	const char *value; /* what its value is called; NULL for a flag */
	const char *help;
	gboolean hidden;
};
extern const struct option option_table[];
extern const gsize option_count;
/* NULL where there is none. */
const struct option *option_find(const char *name);

enum command_needs {
	COMMAND_CASE = 1 << 0,     /* its first argument is a case that is there */
	COMMAND_TERMINAL = 1 << 1, /* stdin and stdout are a terminal, unless --record-only */
};

/* One start of a command. */
struct call {
	const struct command *command;
	struct options options;
	char **arguments; /* what is left after the options, NULL at the end; the case's path completed */
	guint count;
};

struct command {
	const char *name, *usage, *help;
	const char *more;            /* paragraphs with an empty line between them, or NULL */
	const char *const *options;  /* names, NULL at the end; --help is everyone's */
	const char *const *examples; /* NULL at the end; or NULL */
	enum command_needs needs;
	const char *otherwise; /* what to do where there is no terminal */
	guint least, most;     /* arguments */
	/* What it prints goes to stdout.  `error` is set where there is one line to say on stderr, whatever the outcome. */
	enum outcome (*run)(struct call *call, GError **error);
};
extern const struct command command_table[];
extern const gsize command_count;
const struct command *command_find(const char *name);

/* Parse `words` (given away; without the command's own name) into `call`, which call_clear empties in any case. */
gboolean call_parse(struct call *call, const struct command *command, char **words, GError **error);
void call_clear(struct call *call);

/* A case's path as typed; or with .kase after it, where only that is there.  Caller owns. */
char *call_case_path(const char *typed);

/* One line on stderr, made safe: "kase: what".  May be called more than once. */
void say(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* All that the program does between main and exit. */
enum outcome command_main(char **words);

enum outcome new_run(struct call *call, GError **error);
enum outcome home_run(struct call *call, GError **error);
enum outcome open_run(struct call *call, GError **error);
enum outcome capture_run(struct call *call, GError **error);
enum outcome follow_run(struct call *call, GError **error);
enum outcome import_run(struct call *call, GError **error);
enum outcome sql_run(struct call *call, GError **error);
enum outcome describe_run(struct call *call, GError **error);
enum outcome ledger_run(struct call *call, GError **error);
enum outcome verify_run(struct call *call, GError **error);
enum outcome seal_run(struct call *call, GError **error);
enum outcome drill_run(struct call *call, GError **error);
enum outcome help_run(struct call *call, GError **error);
enum outcome version_run(struct call *call, GError **error);
