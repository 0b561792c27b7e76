#include <kase/stamp.h>

#define S STAMP_SECOND

static void moments_are_read_to_the_nanosecond(void)
{
	static const struct {
		const char *text;
		gint64 ns;
	} rows[] = {
		{ "1970-01-01T00:00:00Z", 0 },
		{ "1970-01-01T00:00:00.000000001Z", 1 },
		{ "1969-12-31T23:59:59.5Z", -S / 2 },
		{ "2026-11-24T08:13:00Z", 1795507980 * S },
		{ "2026-11-24T08:13:00.1Z", 1795507980 * S + S / 10 },
		{ "2026-11-24T08:13:00.123456789Z", 1795507980 * S + 123456789 },
		{ "2026-11-24T08:13:00.1234567899999Z", 1795507980 * S + 123456789 },
		{ "2026-11-24t08:13:00z", 1795507980 * S },
		{ "2026-11-24T09:13:00+01:00", 1795507980 * S },
		{ "2026-11-24T02:43:00-05:30", 1795507980 * S },
		{ "2026-11-24T08:13:00-00:00", 1795507980 * S },
		{ "2024-02-29T00:00:00Z", 1709164800 * S },
		{ "2016-12-31T23:59:60Z", 1483228800 * S },
		{ "1678-01-01T00:00:00Z", -9214560000 * S },
		{ "2261-12-31T23:59:59.999999999Z", 9214646399 * S + 999999999 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		gint64 ns;

		g_test_message("%s", rows[i].text);
		g_assert_true(stamp_parse(rows[i].text, -1, &ns));
		g_assert_cmpint(ns, ==, rows[i].ns);
	}
}

static void a_date_of_http_has_one_form(void)
{
	static const struct {
		const char *text;
		gint64 ns;
	} rows[] = {
		{ "Tue, 24 Nov 2026 08:13:00 GMT", 1795507980 * S },
		{ "Thu, 01 Jan 1970 00:00:01 GMT", S },
		{ "Thu, 29 Feb 2024 00:00:00 GMT", 1709164800 * S },
		{ NULL, STAMP_NONE },
		{ "", STAMP_NONE },
		{ "Tue, 24 Nov 2026 08:13:00 GMT ", STAMP_NONE },
		{ "Tue, 24 Nov 2026 08:13:00", STAMP_NONE },
		{ "Tue, 24 Nov 2026 08:13:00 CET", STAMP_NONE },
		{ "Tue, 4 Nov 2026 08:13:00 GMT", STAMP_NONE },
		{ "Tue, 24 Nov 99999999999 08:13:00 GMT", STAMP_NONE },
		{ "Tue, -4 Nov 2026 08:13:00 GMT", STAMP_NONE },
		{ "Tue, 31 Feb 2026 08:13:00 GMT", STAMP_NONE },
		{ "Tue, 24 anF 2026 08:13:00 GMT", STAMP_NONE },
		{ "Tue, 24 Nov 2026 25:13:00 GMT", STAMP_NONE },
		{ "2026-11-24T08:13:00Z", STAMP_NONE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].text);
		g_assert_cmpint(stamp_of_http(rows[i].text), ==, rows[i].ns);
	}
}

static void what_is_no_moment_is_refused(void)
{
	static const char *const rows[] = {
		"",
		"2026",
		"2026-11-24",
		"2026-11-24 08:13:00Z",
		"2026-11-24T08:13Z",
		"2026-11-24T08:13:00",
		"2026-11-24T08:13:00.Z",
		"2026-11-24T08:13:00,5Z",
		"2026-11-24T08:13:00ZZ",
		"2026-11-24T08:13:00+0100",
		"2026-11-24T08:13:00+24:00",
		"2026-11-24T08:13:00+01:60",
		"2026-11-24T24:00:00Z",
		"2026-11-24T08:60:00Z",
		"2026-11-24T08:13:61Z",
		"2026-02-29T00:00:00Z",
		"2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z",
		"2026-1-01T00:00:00Z",
		"+2026-01-01T00:00:00Z",
		"-026-01-01T00:00:00Z",
		"0001-01-01T00:00:00Z",
		"1677-12-31T23:59:59Z",
		"2262-01-01T00:00:00Z",
		" 2026-11-24T08:13:00Z",
		"٢٠٢٦-11-24T08:13:00Z",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		gint64 ns = 7;

		g_test_message("%s", rows[i]);
		g_assert_false(stamp_parse(rows[i], -1, &ns));
		g_assert_cmpint(ns, ==, 7);
	}
}

static void no_more_than_the_length_is_read(void)
{
	gint64 ns;

	g_assert_true(stamp_parse("2026-11-24T08:13:00Z stdout F hello", 20, &ns));
	g_assert_cmpint(ns, ==, 1795507980 * S);
	g_assert_false(stamp_parse("2026-11-24T08:13:00Z", 19, &ns));
	g_assert_false(stamp_parse("2026-11-24T08:13:00Z\0x", 22, &ns));
	g_assert_false(stamp_parse("2026\0-11-24T08:13:00Z", 21, &ns));
}

static void moments_are_written_as_they_are_read(void)
{
	static const struct {
		gint64 ns;
		const char *nine, *none;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00.000000000Z", "1970-01-01T00:00:00Z" },
		{ -1, "1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59Z" },
		{ 1795507980 * S + 5, "2026-11-24T08:13:00.000000005Z", "2026-11-24T08:13:00Z" },
		{ G_MAXINT64, "2262-04-11T23:47:16.854775807Z", "2262-04-11T23:47:16Z" },
		{ G_MININT64 + 1, "1677-09-21T00:12:43.145224193Z", "1677-09-21T00:12:43Z" },
		{ STAMP_NONE, "", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		char out[STAMP_CHARS];

		g_assert_cmpstr(stamp_format(rows[i].ns, out), ==, rows[i].nine);
		g_assert_cmpstr(stamp_format_seconds(rows[i].ns, out), ==, rows[i].none);
	}
}

static void an_unset_moment_of_kubernetes_is_none(void)
{
	g_assert_cmpint(stamp_of(NULL), ==, STAMP_NONE);
	g_assert_cmpint(stamp_of(""), ==, STAMP_NONE);
	g_assert_cmpint(stamp_of("never"), ==, STAMP_NONE);
	g_assert_cmpint(stamp_of("0001-01-01T00:00:00Z"), ==, STAMP_NONE);
	g_assert_cmpint(stamp_of("1970-01-01T00:00:00Z"), ==, STAMP_NONE);
	g_assert_cmpint(stamp_of("2026-11-24T08:13:00.000000Z"), ==, 1795507980 * S);
}

static void an_age_takes_at_most_four_cells(void)
{
	static const struct {
		gint64 seconds;
		const char *age;
	} rows[] = {
		{ -5, "0s" },
		{ 0, "0s" },
		{ 42, "42s" },
		{ 119, "119s" },
		{ 120, "2m" },
		{ 7 * 60 + 59, "7m" },
		{ 3 * 3600 - 1, "179m" },
		{ 3 * 3600, "3h" },
		{ 48 * 3600 - 1, "47h" },
		{ 12 * 86400, "12d" },
		{ 729 * 86400, "729d" },
		{ 3 * 366 * 86400, "3y" },
	};
	gint64 now = 1795507980 * S;
	char out[STAMP_CHARS];

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpstr(stamp_format_age(now - rows[i].seconds * S, now, out), ==,
				rows[i].age);
	g_assert_cmpstr(stamp_format_age(STAMP_NONE, now, out), ==, "?");
	g_assert_cmpstr(stamp_format_age(G_MININT64 + 1, G_MAXINT64, out), ==, "584y");
}

static void now_is_what_the_wall_clock_says(void)
{
	gint64 before = g_get_real_time(), now = stamp_now(), after = g_get_real_time();

	g_assert_cmpint(now / 1000, >=, before);
	g_assert_cmpint(now / 1000, <=, after);
}

#define ROW(name)                     \
	{                             \
		"/stamp/" #name, name \
	}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*test)(void);
	} tests[] = {
		ROW(moments_are_read_to_the_nanosecond), ROW(what_is_no_moment_is_refused),
		ROW(no_more_than_the_length_is_read),    ROW(moments_are_written_as_they_are_read),
		ROW(a_date_of_http_has_one_form),        ROW(an_unset_moment_of_kubernetes_is_none),
		ROW(an_age_takes_at_most_four_cells),    ROW(now_is_what_the_wall_clock_says),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].test);
	return g_test_run();
}
