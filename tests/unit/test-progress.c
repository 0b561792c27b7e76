#include "../../src/cmd/progress.h"

static void bytes_keep_to_a_few_cells(void)
{
	static const struct {
		guint64 bytes;
		const char *text;
	} rows[] = {
		{ 0, "0 B" },
		{ 999, "999 B" },
		{ 1000, "1.0 kB" },
		{ 83100000, "83.1 MB" },
		{ 999949999, "999.9 MB" },
		{ 999950000, "1.0 GB" },
		{ G_MAXUINT64, "18.4 EB" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = progress_bytes(rows[i].bytes);

		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

static void counts_have_a_comma_at_each_thousand(void)
{
	static const struct {
		guint64 count;
		const char *text;
	} rows[] = { { 0, "0" },
		     { 999, "999" },
		     { 1000, "1,000" },
		     { 20215, "20,215" },
		     { 1000000, "1,000,000" } };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = progress_count(rows[i].count);

		g_assert_cmpstr(text, ==, rows[i].text);
	}
}

static void a_line_says_what_how_far_and_what_is_wrong(void)
{
	static const struct {
		struct engine_progress progress;
		const char *line;
	} rows[] = {
		{ { .doing = "" }, "0 B, 4.2 s" },
		{ { .doing = "pods", .rows = 12500, .rows_expected = 20012, .bytes = 83100000 },
		  "pods: 12,500 of 20,012 rows, 83.1 MB, 4.2 s" },
		{ { .doing = "events",
		    .rows = 7,
		    .bytes = 12,
		    .tasks_done = 1,
		    .tasks = 9,
		    .gaps = 1 },
		  "1/9 events: 7 rows, 12 B, 4.2 s, 1 gap" },
		{ { .doing = "pods",
		    .gaps = 2,
		    .trouble = "denied: list pods (403)",
		    .retry_s = -1 },
		  "pods: 0 B, 4.2 s, 2 gaps  denied: list pods (403)" },
		{ { .doing = "pods", .bytes = 12, .trouble = "no connection", .retry_s = 7 },
		  "trying again in 7 s: no connection  pods: 12 B, 4.2 s" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *line = progress_engine_line(&rows[i].progress, 4.21, 200);

		g_assert_cmpstr(line, ==, rows[i].line);
	}
}

static void a_line_is_cut_where_the_terminal_ends(void)
{
	struct engine_progress p = { .doing = "logs of payments/ledger-0", .bytes = 12 };
	g_autofree char *line = progress_engine_line(&p, 1, 20);

	g_assert_cmpstr(line, ==, "logs of payments/l..");
}

static void that_it_waits_is_seen_on_a_narrow_terminal(void)
{
	struct engine_progress p = { .doing = "pods",
				     .rows = 12500,
				     .trouble = "https://10.0.0.1:6443: no connection",
				     .retry_s = 7 };
	g_autofree char *line = progress_engine_line(&p, 1, 30);

	g_assert_cmpstr(line, ==, "trying again in 7 s: https:/..");
}

#define TEST(name) g_test_add_func("/progress/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST(bytes_keep_to_a_few_cells);
	TEST(counts_have_a_comma_at_each_thousand);
	TEST(a_line_says_what_how_far_and_what_is_wrong);
	TEST(that_it_waits_is_seen_on_a_narrow_terminal);
	TEST(a_line_is_cut_where_the_terminal_ends);
	return g_test_run();
}
