#include "manual.h"

#include <string.h>

#include <kase/version.h>

#define HELP_COLUMNS 78

/* Words of `text` in lines of HELP_COLUMNS, each after `indent` blanks; an empty line stays one. */
static void print_filled(FILE *out, const char *text, int indent)
{
	g_auto(GStrv) paragraphs = g_strsplit(text, "\n\n", -1);

	for (char **p = paragraphs; *p; p++) {
		g_auto(GStrv) words = g_strsplit(*p, " ", -1);
		int column = 0;

		fputs(p == paragraphs ? "" : "\n", out);
		for (char **w = words; *w; w++) {
			int cells = (int)g_utf8_strlen(*w, -1);

			if (!**w)
				continue; /* two blanks between sentences */
			if (column && column + 1 + cells > HELP_COLUMNS) {
				fputc('\n', out);
				column = 0;
			}
			fprintf(out, "%*s%s", column ? 1 : indent, "", *w);
			column += (column ? 1 : indent) + cells;
		}
		fputc('\n', out);
	}
}

static void print_option(FILE *out, const struct option *o)
{
	g_autofree char *name = g_strconcat(o->name, o->value ? " " : "", o->value, NULL);

	if (o->hidden)
		return;
	if (o->letter)
		fprintf(out, "  -%c, --%s\n", o->letter, name);
	else
		fprintf(out, "      --%s\n", name);
	print_filled(out, o->help, 10);
}

void manual_print_usage(FILE *out)
{
	fputs("Usage: kase CASE\n       kase COMMAND ...\n\nCommands:\n", out);
	for (gsize i = 0; i < command_count; i++)
		fprintf(out, "  %-8s  %s\n", command_table[i].name, command_table[i].help);
	fputs("\n`kase help COMMAND` says more.\n", out);
}

enum outcome manual_print_command(const struct command *command)
{
	printf("Usage: kase %s%s%s\n\n%c%s.\n", command->name, *command->usage ? " " : "",
	       command->usage, g_ascii_toupper(*command->help), command->help + 1);
	if (command->more) {
		putchar('\n');
		print_filled(stdout, command->more, 0);
	}
	fputs("\nOptions:\n", stdout);
	for (const char *const *name = command->options; *name; name++)
		print_option(stdout, option_find(*name));
	print_option(stdout, option_find("help"));
	for (const char *const *e = command->examples; e && *e; e++)
		printf("%s  %s\n", e == command->examples ? "\nExamples:\n" : "", *e);
	return OUTCOME_DONE;
}

enum outcome help_run(struct call *call, GError **error)
{
	const struct command *command;
	g_autofree char *text = NULL;

	if (call->options.completion && strcmp(call->options.completion, "bash") != 0) {
		g_set_error(error, COMMAND_ERROR, COMMAND_ERROR_USAGE,
			    "help: no completion for %s; there is one for bash",
			    call->options.completion);
		return OUTCOME_USAGE;
	}
	if (call->options.man || call->options.completion) {
		text = call->options.man ? manual_page() : manual_completion();
		fputs(text, stdout);
		return OUTCOME_DONE;
	}
	if (!call->count) {
		manual_print_usage(stdout);
		return OUTCOME_DONE;
	}
	command = command_find(call->arguments[0]);
	if (command)
		return manual_print_command(command);
	g_set_error(error, COMMAND_ERROR, COMMAND_ERROR_USAGE,
		    "help: there is no command %s; `kase help` lists them", call->arguments[0]);
	return OUTCOME_USAGE;
}

enum outcome version_run(struct call *call G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
	puts("kase " KASE_VERSION);
	return OUTCOME_DONE;
}
