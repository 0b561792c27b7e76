#include "../../src/cmd/duration.h"

#include <string.h>

static void a_number_and_a_unit_are_a_length_of_time(void)
{
	static const struct {
		const char *text;
		gint64 seconds;
	} rows[] = {
		{ "90s", 90 },    { "15m", 900 }, { "12h", 43200 },
		{ "2d", 172800 }, { "1s", 1 },    { "366d", 31622400 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		gint64 seconds = 0;

		g_test_message("%s", rows[i].text);
		g_assert_true(duration_parse(rows[i].text, &seconds, &error));
		g_assert_no_error(error);
		g_assert_cmpint(seconds, ==, rows[i].seconds);
	}
}

static void what_is_no_length_of_time_is_refused_and_said_how(void)
{
	static const char *const rows[] = {
		"",
		"h",
		"12",
		"0s",
		"-5m",
		"+5m",
		" 5m",
		"5m ",
		"5 m",
		"1h30m",
		"2w",
		"1.5h",
		"12H",
		"367d",
		"99999999999999999999d",
		"18446744073709551615s",
		"5\033m",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		gint64 seconds = 7;

		g_test_message("%s", rows[i]);
		g_assert_false(duration_parse(rows[i], &seconds, &error));
		g_assert_error(error, COMMAND_ERROR, COMMAND_ERROR_USAGE);
		g_assert_nonnull(strstr(error->message, "90s, 15m, 12h or 2d"));
		g_assert_cmpint(seconds, ==, 7);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/duration/a_number_and_a_unit_are_a_length_of_time",
			a_number_and_a_unit_are_a_length_of_time);
	g_test_add_func("/duration/what_is_no_length_of_time_is_refused_and_said_how",
			what_is_no_length_of_time_is_refused_and_said_how);
	return g_test_run();
}
