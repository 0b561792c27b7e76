#include "../../src/cmd/person.h"

#include <stdio.h>

static void the_name_comes_from_the_first_that_says_one(void)
{
	static const struct {
		struct person_facts facts;
		const char *name;
	} rows[] = {
		{ { .option = "ana", .told = "ben", .user = "u", .host = "h", .uid = 7 }, "ana" },
		{ { .told = "ben", .user = "u", .host = "h", .uid = 7 }, "ben" },
		{ { .user = "u", .login = "other", .host = "h", .uid = 7 }, "u@h" },
		{ { .login = "u", .host = "h", .uid = 7 }, "7@h" },
		{ { .option = "", .told = "", .user = "", .host = "h", .uid = 0 }, "0@h" },
		{ { .option = " Ana Lopez ", .host = "h" }, "Ana Lopez" },
		{ { .option = "Zoë", .host = "h" }, "Zoë" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *name = person_name(&rows[i].facts, &error);

		g_assert_no_error(error);
		g_assert_cmpstr(name, ==, rows[i].name);
	}
}

static void a_name_that_a_screen_cannot_show_is_nobodys(void)
{
	g_autofree char *long_name = g_strnfill(PERSON_MAX_BYTES + 1, 'a');
	const char *const rows[] = { "ana\033[31m", "ana\nben", "\xff", " ", "a\u202e", long_name };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct person_facts facts = { .option = rows[i], .user = "u", .host = "h" };
		g_autoptr(GError) error = NULL;

		g_assert_null(person_name(&facts, &error));
		g_assert_error(error, COMMAND_ERROR, COMMAND_ERROR_INPUT);
	}
}

static void root_and_shared_logins_are_nobody_until_told(void)
{
	static const struct {
		struct person_facts facts;
		gboolean shared;
	} rows[] = {
		{ { .user = "root", .login = "root", .host = "h", .uid = 0 }, TRUE },
		{ { .user = "ana", .login = "toor", .host = "h", .uid = 0 }, TRUE },
		{ { .user = "ana", .login = "ubuntu", .host = "h", .uid = 1000 }, TRUE },
		{ { .login = "ec2-user", .host = "h", .uid = 1000 }, TRUE },
		{ { .login = "ana", .host = "h", .uid = 1000 }, FALSE },
		{ { .host = "h", .uid = 1000 }, FALSE },
		{ { .user = "ubuntu", .login = "ana", .host = "h", .uid = 1000 }, FALSE },
		{ { .option = "ana", .login = "root", .host = "h", .uid = 0 }, FALSE },
		{ { .told = "ana", .login = "root", .host = "h", .uid = 0 }, FALSE },
		{ { .told = "", .login = "root", .host = "h", .uid = 0 }, TRUE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("row %zu", i);
		g_assert_cmpint(person_is_shared(&rows[i].facts), ==, rows[i].shared);
	}
}

static struct call call_of(const char *command, const char *name)
{
	return (struct call){ .command = command_find(command), .options.person = (char *)name };
}

static void a_drill_is_worked_by_its_trainee(void)
{
	static const struct {
		const char *option, *name;
	} rows[] = { { NULL, "trainee" }, { "ana", "ana" } };

	g_setenv("KASE_PERSON", "ben", TRUE);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(person) me = { 0 };
		struct call call = call_of("drill", rows[i].option);

		g_assert_true(person_init_trainee(&me, &call, NULL));
		g_assert_cmpstr(me.who.name, ==, rows[i].name);
		g_assert_cmpstr(me.who.command, ==, "drill");
	}
}

static void nobody_is_asked_without_a_terminal(void)
{
	g_auto(person) me = { 0 };
	struct call call = call_of("open", NULL);
	g_autofree char *expected = g_strdup_printf("root@%s", g_get_host_name());

	g_unsetenv("KASE_PERSON");
	g_setenv("USER", "root", TRUE);
	g_assert_true(person_init(&me, &call, PERSON_ASK_SHARED, NULL));
	g_assert_cmpstr(me.who.name, ==, expected);
}

#define TEST(name) g_test_add_func("/person/" #name, name)

/* Never a terminal, wherever the tests run from. */
static void leave_terminal(void)
{
	g_assert_nonnull(freopen("/dev/null", "r", stdin));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	leave_terminal();
	TEST(the_name_comes_from_the_first_that_says_one);
	TEST(a_name_that_a_screen_cannot_show_is_nobodys);
	TEST(root_and_shared_logins_are_nobody_until_told);
	TEST(a_drill_is_worked_by_its_trainee);
	TEST(nobody_is_asked_without_a_terminal);
	return g_test_run();
}
