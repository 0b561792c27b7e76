#include "../../src/cmd/manual.h"

#include <string.h>

#include <glib/gstdio.h>

#include <kase/console.h>

/* The screen is not what is tested here. */
gboolean console_run(const struct console_plan *plan G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
	return TRUE;
}

gboolean console_choose(const struct console_places *places G_GNUC_UNUSED, int *chosen,
			GError **error G_GNUC_UNUSED)
{
	*chosen = -1;
	return TRUE;
}

static void every_command_says_how_it_is_used(void)
{
	for (gsize i = 0; i < command_count; i++) {
		const struct command *c = &command_table[i];

		g_test_message("%s", c->name);
		g_assert_nonnull(c->help);
		g_assert_cmpuint(strlen(c->help), >, 8);
		g_assert_cmpuint(strlen(c->help), <=, 64); /* one line of the list */
		g_assert_nonnull(c->usage);
		g_assert_nonnull(c->options);
		g_assert_nonnull(c->run);
		g_assert_cmpuint(c->least, <=, c->most);
		g_assert_true(!(c->needs & COMMAND_CASE) ||
			      (c->least > 0 && g_str_has_prefix(c->usage, "CASE")));
		g_assert_true(!(c->needs & COMMAND_TERMINAL) || c->otherwise);
		g_assert_true(command_find(c->name) == c);
	}
}

static void every_option_is_in_the_table_and_used(void)
{
	g_autoptr(GHashTable) used = g_hash_table_new(g_str_hash, g_str_equal);

	g_hash_table_add(used, "help");
	for (gsize i = 0; i < command_count; i++) {
		for (const char *const *name = command_table[i].options; *name; name++) {
			g_test_message("%s --%s", command_table[i].name, *name);
			g_assert_nonnull(option_find(*name));
			g_hash_table_add(used, (char *)*name);
		}
	}
	for (gsize i = 0; i < option_count; i++) {
		g_test_message("--%s", option_table[i].name);
		g_assert_true(g_hash_table_contains(used, option_table[i].name));
		g_assert_nonnull(option_table[i].help);
		g_assert_cmpint(option_table[i].kind == OPTION_FLAG, ==,
				option_table[i].value == NULL);
	}
}

static char **words(const char *line)
{
	return g_strsplit(line, " ", -1);
}

static void options_may_stand_anywhere(void)
{
	static const char *const rows[] = {
		"x cluster -n a --namespace b --context c",
		"-n a x --context=c cluster --namespace=b",
		"--context c -n a -n b -- x cluster",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		struct call call;

		g_assert_true(call_parse(&call, command_find("capture"), words(rows[i]), &error));
		g_assert_no_error(error);
		g_assert_cmpuint(call.count, ==, 2);
		g_assert_cmpstr(call.arguments[0], ==, "x");
		g_assert_cmpstr(call.arguments[1], ==, "cluster");
		g_assert_cmpstr(call.options.context, ==, "c");
		g_assert_cmpuint(g_strv_length(call.options.namespaces), ==, 2);
		g_assert_cmpstr(call.options.namespaces[1], ==, "b");
		call_clear(&call);
	}
}

static void what_does_not_fit_is_a_usage_error_that_names_the_command(void)
{
	static const struct {
		const char *command, *line;
	} rows[] = {
		{ "new", "--title" },     { "capture", "x" },       { "sql", "x" },
		{ "sql", "x y z" },       { "verify", "--json x" }, { "version", "x" },
		{ "open", "a b" },        { "import", "x" },        { "ledger", "x --csv" },
		{ "seal", "x --person" }, { "follow", "-z x" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *hint = g_strdup_printf("kase help %s", rows[i].command);
		g_autoptr(GError) error = NULL;
		struct call call;

		g_test_message("%s %s", rows[i].command, rows[i].line);
		g_assert_false(call_parse(&call, command_find(rows[i].command), words(rows[i].line),
					  &error));
		g_assert_error(error, COMMAND_ERROR, COMMAND_ERROR_USAGE);
		g_assert_nonnull(strstr(error->message, hint));
		g_assert_null(strchr(error->message, '\n'));
		call_clear(&call);
	}
}

static void a_path_is_completed_only_where_that_is_there(void)
{
	g_autofree char *folder = g_dir_make_tmp("kase-path-XXXXXX", NULL);
	g_autofree char *plain = g_build_filename(folder, "c", NULL);
	g_autofree char *longer = g_build_filename(folder, "c.kase", NULL);
	const char *const expected[] = { plain, longer, plain };

	for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
		g_autofree char *path = NULL;

		if (i == 1)
			g_assert_true(g_file_set_contents(longer, "", 0, NULL));
		if (i == 2)
			g_assert_true(g_file_set_contents(plain, "", 0, NULL));
		path = call_case_path(plain);
		g_assert_cmpstr(path, ==, expected[i]);
	}
	g_unlink(plain);
	g_unlink(longer);
	g_rmdir(folder);
}

static void page_and_completion_have_every_command_and_option(void)
{
	g_autofree char *page = manual_page(), *completion = manual_completion();

	for (gsize i = 0; i < command_count; i++) {
		g_autofree char *heading = g_strdup_printf(".SS kase %s", command_table[i].name);
		g_autofree char *branch = g_strdup_printf("\n\t%s) options='",
							  command_table[i].name);

		g_assert_nonnull(strstr(page, heading));
		g_assert_nonnull(strstr(completion, branch));
	}
	for (gsize i = 0; i < option_count; i++) {
		g_autofree char *escaped = g_strdup_printf("\\-\\-%c", *option_table[i].name);
		g_autofree char *plain = g_strdup_printf("--%s", option_table[i].name);

		if (option_table[i].hidden || !strcmp(option_table[i].name, "help"))
			continue;
		g_assert_nonnull(strstr(page, escaped));
		g_assert_nonnull(strstr(completion, plain));
	}
	for (gsize i = 0; i < outcome_count; i++)
		g_assert_nonnull(outcome_meanings[i]);
}

static void assert_in_page(void *page, const char *keys, const char *help)
{
	g_autoptr(GString) plain = g_string_new(page);

	g_string_replace(plain, "\\-", "-", 0);
	g_string_replace(plain, "\\e", "\\", 0);
	g_test_message("%s", keys);
	g_assert_nonnull(strstr(plain->str, keys));
	g_assert_nonnull(strstr(plain->str, help));
}

static void the_page_has_every_key_of_the_console(void)
{
	g_autofree char *page = manual_page();

	console_keys(assert_in_page, page);
	g_assert_nonnull(strstr(page, "\n.B ctrl\\-d\nhalf a page down\n"));
}

static void the_page_has_all_that_can_be_typed(void)
{
	static const char *const lines[] = {
		"\n.B :pods [NAMESPACE], :po [NAMESPACE]\npods of all namespaces, or of one\n",
		"\n.B :logs SUBJECT\n",
		"\n.B :at TIME\n",
		"\n.B :q\nshort for :back\n",
	};
	g_autofree char *page = manual_page();

	console_commands(assert_in_page, page);
	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
		g_test_message("%s", lines[i]);
		g_assert_nonnull(strstr(page, lines[i]));
	}
	/* What is opened from a row alone cannot be typed, and each name stands once. */
	g_assert_null(strstr(page, "\n.B :bytes"));
	g_assert_null(strstr(strstr(page, "\n.B :page\\-down\n") + 1, "\n.B :page\\-down\n"));
}

#define TEST(name) g_test_add_func("/command/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST(every_command_says_how_it_is_used);
	TEST(every_option_is_in_the_table_and_used);
	TEST(options_may_stand_anywhere);
	TEST(what_does_not_fit_is_a_usage_error_that_names_the_command);
	TEST(a_path_is_completed_only_where_that_is_there);
	TEST(page_and_completion_have_every_command_and_option);
	TEST(the_page_has_every_key_of_the_console);
	TEST(the_page_has_all_that_can_be_typed);
	return g_test_run();
}
