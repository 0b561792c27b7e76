#include "manual.h"

#include <string.h>

#include <kase/console.h>
#include <kase/version.h>

/* Environment and files, which no other table holds. */
static const struct {
	const char *name, *meaning;
} environment[] = {
	{ "KASE_PERSON", "who you are in the ledger, where --person does not say it" },
	{ "USER", "the same, where KASE_PERSON does not say it: USER@host" },
	{ "KUBECONFIG", "kubeconfig files, as kubectl takes them" },
	{ "NO_COLOR", "where it is set, the screen has no colours" },
}, files[] = {
	{ "CASE", "a case: one SQLite file, which holds all that was fetched and done" },
	{ "CASE-wal, CASE-shm", "SQLite's own, while a case is open; folded into the case when the last command ends" },
	{ "CASE-live", "what processes that share a case tell each other" },
	{ "CASE.head, CASE.sig", "what was sealed, and its signature" },
};

/* Text for roff: nothing in it is taken for a request or an escape. */
static void add_text(GString *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		g_string_append(out, "\\&");
	for (const char *c = text; *c; c++) {
		if (*c == '\\')
			g_string_append(out, "\\e");
		else if (*c == '-')
			g_string_append(out, "\\-");
		else if (*c == '\n' && c[1] == '\n')
			g_string_append(out, "\n.PP");
		else
			g_string_append_c(out, *c);
	}
	g_string_append_c(out, '\n');
}

static void add_term(GString *out, const char *term, const char *meaning)
{
	g_string_append(out, ".TP\n.B ");
	add_text(out, term);
	add_text(out, meaning);
}

static void add_option(GString *out, const struct option *o)
{
	g_autofree char *letter = o->letter ? g_strdup_printf("-%c, ", o->letter) : g_strdup("");
	g_autofree char *term = g_strconcat(letter, "--", o->name, o->value ? " " : "", o->value,
					    NULL);

	if (!o->hidden)
		add_term(out, term, o->help);
}

static void add_command(GString *out, const struct command *c)
{
	g_autofree char *usage = g_strconcat("kase ", c->name, " ", c->usage, NULL);
	g_autofree char *help = g_strdup_printf("%c%s.", g_ascii_toupper(*c->help), c->help + 1);

	g_string_append(out, ".SS ");
	add_text(out, g_strchomp(usage));
	add_text(out, help);
	if (c->more) {
		g_string_append(out, ".PP\n");
		add_text(out, c->more);
	}
	for (const char *const *name = c->options; *name; name++)
		add_option(out, option_find(*name));
	for (const char *const *e = c->examples; e && *e; e++) {
		g_string_append(out, e == c->examples ? ".PP\nFor example:\n.PP\n.nf\n" : "");
		add_text(out, *e);
		g_string_append(out, e[1] ? "" : ".fi\n");
	}
}

static void add_key(void *out, const char *keys, const char *help)
{
	add_term(out, keys, help);
}

char *manual_page(void)
{
	GString *out = g_string_new(
		".TH KASE 1 \"\" \"kase " KASE_VERSION "\" \"User Commands\"\n"
		".SH NAME\nkase \\- investigate runtime incidents in Kubernetes\n"
		".SH SYNOPSIS\n.B kase\n.I CASE\n.br\n.B kase\n.I COMMAND\n\\&...\n.SH "
		"DESCRIPTION\n");

	add_text(out, "kase fetches what an investigation needs from a cluster, records all of it "
		      "in one case file, chained by "
		      "hash, and shows it from there: live, or offline at any later time. What a "
		      "cluster would not show stands "
		      "in the case as a gap.");
	g_string_append(out, ".SH COMMANDS\n");
	for (gsize i = 0; i < command_count; i++)
		add_command(out, &command_table[i]);
	g_string_append(out, ".SH KEYS\nOn the screen of an open case:\n");
	console_keys(add_key, out);
	g_string_append(out, ".SH COMMANDS OF THE SCREEN\nAfter a colon; Tab completes:\n");
	console_commands(add_key, out);
	g_string_append(out, ".SH EXIT STATUS\n");
	for (gsize i = 0; i < outcome_count; i++) {
		g_autofree char *status = g_strdup_printf("%zu", i);

		add_term(out, status, outcome_meanings[i]);
	}
	g_string_append(out, ".SH ENVIRONMENT\n");
	for (gsize i = 0; i < G_N_ELEMENTS(environment); i++)
		add_term(out, environment[i].name, environment[i].meaning);
	g_string_append(out, ".SH FILES\n");
	for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
		add_term(out, files[i].name, files[i].meaning);
	g_string_append(out,
			".SH SEE ALSO\n.BR kubectl (1),\n.BR sqlite3 (1),\n.BR ssh\\-keygen (1)\n");
	return g_string_free(out, FALSE);
}

/* --- bash -------------------------------------------------------------------------------------- */

static const char completion_head[] =
	"# completion for kase; made from its table of commands\n"
	"_kase()\n"
	"{\n"
	"	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} options=\n"
	"	COMPREPLY=()\n";

static const char completion_tail[] =
	"	if [[ $word == -* ]]; then\n"
	"		mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
	"	elif [[ ${COMP_WORDS[1]} == help && $COMP_CWORD -gt 1 ]]; then\n"
	"		mapfile -t COMPREPLY < <(compgen -W \"$commands\" -- \"$word\")\n"
	"	else\n"
	"		[[ $COMP_CWORD -eq 1 ]] && mapfile -t COMPREPLY < <(compgen -W "
	"\"$commands\" -- \"$word\")\n"
	"		mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$word\")\n"
	"		compopt -o filenames\n"
	"	fi\n"
	"}\n"
	"complete -F _kase kase\n";

/* After an option with a value: names of files, or nothing that could be known. */
static void add_values(GString *out)
{
	g_string_append(out, "	case $before in\n");
	for (gsize i = 0; i < option_count; i++) {
		const struct option *o = &option_table[i];

		if (o->kind == OPTION_FILE)
			g_string_append_printf(
				out,
				"	--%s) mapfile -t COMPREPLY < <(compgen -f -- \"$word\"); "
				"compopt -o filenames; return ;;\n",
				o->name);
		else if (o->kind != OPTION_FLAG)
			g_string_append_printf(out, "	--%s%s%c) return ;;\n", o->name,
					       o->letter ? "|-" : "", o->letter ? o->letter : ' ');
	}
	g_string_append(out, "	esac\n");
}

static void add_options(GString *out, const struct command *c)
{
	for (const char *const *name = c->options; *name; name++)
		if (!option_find(*name)->hidden)
			g_string_append_printf(out, " --%s", *name);
	g_string_append(out, " --help");
}

char *manual_completion(void)
{
	GString *out = g_string_new(completion_head);

	g_string_append(out, "	local commands='");
	for (gsize i = 0; i < command_count; i++)
		g_string_append_printf(out, "%s%s", i ? " " : "", command_table[i].name);
	g_string_append(out, "'\n");
	add_values(out);
	g_string_append(out, "	case ${COMP_WORDS[1]} in\n");
	for (gsize i = 0; i < command_count; i++) {
		g_string_append_printf(out, "	%s) options='", command_table[i].name);
		add_options(out, &command_table[i]);
		g_string_append(out, "' ;;\n");
	}
	g_string_append(out, "	*) options='");
	add_options(out, command_find("open"));
	g_string_append(out, "' ;;\n	esac\n");
	g_string_append(out, completion_tail);
	return g_string_free(out, FALSE);
}
