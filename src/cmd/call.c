#include "command.h"

#include <string.h>
#include <unistd.h>

static const GOptionArg option_args[] = {
	[OPTION_FLAG] = G_OPTION_ARG_NONE,
	/* GLib's own text argument fails on bytes that the locale does not know. */
	[OPTION_TEXT] = G_OPTION_ARG_FILENAME,
	[OPTION_FILE] = G_OPTION_ARG_FILENAME,
	[OPTION_TEXTS] = G_OPTION_ARG_FILENAME_ARRAY,
};

static GOptionEntry entry_of(const struct option *o, struct options *into)
{
	return (GOptionEntry){
		.long_name = o->name,
		.short_name = o->letter,
		.arg = option_args[o->kind],
		.arg_data = (char *)into + o->at,
		.description = o->help,
		.arg_description = o->value,
	};
}

static GOptionContext *context_of(struct call *call)
{
	GOptionContext *context = g_option_context_new(NULL);
	g_autoptr(GArray) entries = g_array_new(TRUE, TRUE, sizeof(GOptionEntry));
	GOptionEntry entry = entry_of(option_find("help"), &call->options);

	g_array_append_val(entries, entry);
	for (const char *const *name = call->command->options; *name; name++) {
		entry = entry_of(option_find(*name), &call->options);
		g_array_append_val(entries, entry);
	}
	g_option_context_set_help_enabled(context, FALSE);
	g_option_context_add_main_entries(context, (GOptionEntry *)entries->data, NULL);
	return context;
}

/* GLib leaves "--" in place where what follows it looks like an option. */
static void drop_separator(char **words)
{
	for (char **w = words; *w; w++) {
		if (strcmp(*w, "--") != 0)
			continue;
		g_free(*w);
		memmove(w, w + 1, (g_strv_length(w + 1) + 1) * sizeof(*w));
		return;
	}
}

static gboolean usage_error(const struct command *c, const char *what, GError **error)
{
	g_set_error(error, COMMAND_ERROR, COMMAND_ERROR_USAGE,
		    "%s: %s; used as `kase %s%s%s`, see `kase help %s`", c->name, what, c->name,
		    *c->usage ? " " : "", c->usage, c->name);
	return FALSE;
}

static gboolean count_fits(struct call *call, GError **error)
{
	const struct command *c = call->command;

	if (call->count < c->least)
		return usage_error(c, "something is missing", error);
	if (call->count > c->most)
		return usage_error(c, "that is too much", error);
	return TRUE;
}

char *call_case_path(const char *typed)
{
	g_autofree char *longer = g_strconcat(typed, ".kase", NULL);

	if (!g_file_test(typed, G_FILE_TEST_EXISTS) && g_file_test(longer, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&longer);
	return g_strdup(typed);
}

static void complete_case_path(struct call *call)
{
	char *path = call_case_path(call->arguments[0]);

	g_free(call->arguments[0]);
	call->arguments[0] = path;
}

static gboolean terminal_fits(struct call *call, GError **error)
{
	if (!(call->command->needs & COMMAND_TERMINAL) || call->options.record_only)
		return TRUE;
	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO))
		return TRUE;
	g_set_error(error, COMMAND_ERROR, COMMAND_ERROR_TERMINAL,
		    "%s: there is no terminal here; %s", call->command->name,
		    call->command->otherwise);
	return FALSE;
}

gboolean call_parse(struct call *call, const struct command *command, char **words, GError **error)
{
	g_autoptr(GOptionContext) context = NULL;
	g_autoptr(GError) trouble = NULL;
	/* GLib takes the first word for the program's name. */
	g_autofree char **all = g_new0(char *, g_strv_length(words) + 2);

	*call = (struct call){ .command = command };
	all[0] = g_strdup(command->name);
	memcpy(all + 1, words, g_strv_length(words) * sizeof(*words));
	g_free(words);
	context = context_of(call);
	if (!g_option_context_parse_strv(context, &all, &trouble)) {
		g_strfreev(g_steal_pointer(&all));
		return usage_error(command, trouble->message, error);
	}
	g_free(all[0]);
	call->arguments = g_memdup2(all + 1, (g_strv_length(all + 1) + 1) * sizeof(*all));
	drop_separator(call->arguments);
	call->count = g_strv_length(call->arguments);
	if (call->options.help)
		return TRUE;
	if (!count_fits(call, error))
		return FALSE;
	if (command->needs & COMMAND_CASE)
		complete_case_path(call);
	return terminal_fits(call, error);
}

void call_clear(struct call *call)
{
	for (gsize i = 0; i < option_count; i++) {
		void *at = (char *)&call->options + option_table[i].at;

		if (option_table[i].kind == OPTION_TEXTS)
			g_clear_pointer((char ***)at, g_strfreev);
		else if (option_table[i].kind != OPTION_FLAG)
			g_clear_pointer((char **)at, g_free);
	}
	g_clear_pointer(&call->arguments, g_strfreev);
}
