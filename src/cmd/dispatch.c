#include "command.h"
#include "manual.h"
#include "offer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Words that people try before they know. */
static const struct {
	const char *word, *command;
} other_names[] = {
	{ "--help", "help" },
	{ "-h", "help" },
	{ "--version", "version" },
	{ "-V", "version" },
};

/* What stdio still held may not have found room. */
static gboolean stdout_is_whole(void)
{
	errno = 0;
	if (fflush(stdout) == 0 && !ferror(stdout))
		return TRUE;
	if (errno != EPIPE)
		say("what was printed is not whole: %s", g_strerror(errno ? errno : EIO));
	return FALSE;
}

static enum outcome run(const struct command *command, char **words)
{
	struct call call;
	g_autoptr(GError) error = NULL;
	enum outcome outcome;

	if (!call_parse(&call, command, words, &error))
		outcome = error->code == COMMAND_ERROR_USAGE ? OUTCOME_USAGE : OUTCOME_NOT_DONE;
	else if (call.options.help)
		outcome = manual_print_command(command);
	else
		outcome = command->run(&call, &error);
	call_clear(&call);
	if (error)
		say("%s", error->message);
	if (!stdout_is_whole() && outcome == OUTCOME_DONE)
		outcome = OUTCOME_NOT_DONE;
	return outcome;
}

/* The command that the first word names, which is then taken; `open` for a case or an option; else NULL. */
static const struct command *choose(char **words)
{
	const char *name = words[0];
	const struct command *command;

	for (gsize i = 0; i < G_N_ELEMENTS(other_names); i++)
		if (!strcmp(other_names[i].word, name))
			name = other_names[i].command;
	command = command_find(name);
	if (command) {
		g_free(words[0]);
		memmove(words, words + 1, (g_strv_length(words + 1) + 1) * sizeof(*words));
		return command;
	}
	g_autofree char *path = call_case_path(name);
	if (*name == '-' || g_file_test(path, G_FILE_TEST_EXISTS) || offer_fits(name))
		return command_find("open");
	return NULL;
}

/* `kase` alone, where there is a screen. */
static const struct command *choose_home(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) ? command_find("home") : NULL;
}

enum outcome command_main(char **words)
{
	const struct command *command = words[0] ? choose(words) : choose_home();

	if (command)
		return run(command, words);
	if (words[0])
		say("%s is neither a command nor a case that is there; `kase help` lists the "
		    "commands",
		    words[0]);
	else
		manual_print_usage(stderr);
	g_strfreev(words);
	return OUTCOME_USAGE;
}
