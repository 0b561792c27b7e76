#include "../../src/cmd/rows.h"

#include <string.h>

#include "../../src/cmd/command.h"
#include "case-fixture.h"

static struct fixture fixture;
static casefile *opened;

/* What is printed of a statement's rows.  Caller owns. */
static char *print(const char *sql, enum rows_form form, gboolean terminal, GError **error)
{
	g_autoptr(query) q = casefile_query(opened, sql, error);
	char *text = NULL, *copy;
	gsize size = 0;
	FILE *out = open_memstream(&text, &size);
	gboolean printed;

	g_assert_no_error(*error);
	printed = rows_print(q, form, terminal, out, error);
	g_assert_cmpint(printed, ==, !*error);
	fclose(out);
	copy = g_strndup(text, size);
	free(text); /* by open_memstream */
	return copy;
}

struct row {
	const char *sql;
	enum rows_form form;
	const char *printed;
};

static void check(const struct row *rows, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *text = print(rows[i].sql, rows[i].form, FALSE, &error);

		g_test_message("row %zu: %s", i, rows[i].sql);
		g_assert_no_error(error);
		g_assert_cmpstr(text, ==, rows[i].printed);
	}
}

#define THREE                                                                         \
	"SELECT 'checkout' AS name, 9007199254740993 AS n, x'00ff' AS raw UNION ALL " \
	"SELECT 'a\"b,c', 0.5, NULL"
#define NONE "SELECT 1 AS name, 2 AS n, 3 AS raw WHERE 0"

static void each_form_keeps_numbers_blobs_and_nothing_apart(void)
{
	static const struct row rows[] = {
		{ THREE, ROWS_JSON,
		  "[\n{\"name\":\"checkout\",\"n\":9007199254740993,\"raw\":\"00ff\"},"
		  "\n{\"name\":\"a\\\"b,c\",\"n\":0.5,\"raw\":null}\n]\n" },
		{ THREE, ROWS_CSV,
		  "name,n,raw\r\ncheckout,9007199254740993,00ff\r\n\"a\"\"b,c\",0.5,\r\n" },
		{ THREE, ROWS_TABLE,
		  "name                     n  raw\n"
		  "checkout  9007199254740993  00ff\n"
		  "a\"b,c                  0.5  \n" },
		{ "SELECT 9e999 AS v", ROWS_JSON, "[\n{\"v\":9e999}\n]\n" },
		{ "SELECT -9223372036854775808 AS v", ROWS_JSON,
		  "[\n{\"v\":-9223372036854775808}\n]\n" },
	};

	check(rows, G_N_ELEMENTS(rows));
}

static void no_rows_are_an_empty_array_and_a_header(void)
{
	static const struct row rows[] = {
		{ NONE, ROWS_JSON, "[]\n" },
		{ NONE, ROWS_CSV, "name,n,raw\r\n" },
		{ NONE, ROWS_TABLE, "name  n  raw\n" },
	};

	check(rows, G_N_ELEMENTS(rows));
}

#define ESCAPE "SELECT char(27) || ']0;owned' || char(7) AS text"
#define LINES  "SELECT 'a' || char(10) || 'b' AS text"

static void json_and_csv_keep_each_value_whole(void)
{
	static const struct row rows[] = {
		{ ESCAPE, ROWS_JSON, "[\n{\"text\":\"\\u001b]0;owned\\u0007\"}\n]\n" },
		/* CSI as one character; a tag character, which is a pair of surrogates; an override */
		{ "SELECT char(0x9b) || '31m' AS text", ROWS_JSON,
		  "[\n{\"text\":\"\\u009b31m\"}\n]\n" },
		{ "SELECT char(0xe0041) AS text", ROWS_JSON,
		  "[\n{\"text\":\"\\udb40\\udc41\"}\n]\n" },
		{ "SELECT char(0x202e) AS text", ROWS_JSON, "[\n{\"text\":\"\\u202e\"}\n]\n" },
		{ "SELECT char(0x1f600) AS text", ROWS_JSON,
		  "[\n{\"text\":\"\360\237\230\200\"}\n]\n" },
		{ LINES, ROWS_JSON, "[\n{\"text\":\"a\\nb\"}\n]\n" },
		{ "SELECT CAST(x'61ff' AS TEXT) AS text", ROWS_JSON,
		  "[\n{\"text\":\"a\357\277\275\"}\n]\n" },
		{ LINES, ROWS_CSV, "text\r\n\"a\nb\"\r\n" },
		{ ESCAPE, ROWS_CSV, "text\r\n\033]0;owned\a\r\n" },
	};

	check(rows, G_N_ELEMENTS(rows));
}

static void what_a_terminal_would_obey_is_never_sent_to_it(void)
{
	static const struct {
		enum rows_form form;
		gboolean terminal;
	} shown[] = {
		{ ROWS_TABLE, FALSE }, { ROWS_TABLE, TRUE }, { ROWS_CSV, TRUE },
		{ ROWS_JSON, TRUE },   { ROWS_JSON, FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(shown); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *text = print(ESCAPE, shown[i].form, shown[i].terminal, &error);

		g_test_message("row %zu", i);
		g_assert_null(strchr(text, '\033'));
		g_assert_null(strchr(text, '\a'));
		g_assert_nonnull(strstr(text, "owned"));
	}
}

/* The second row overflows while the first one is out already. */
static void a_failed_query_leaves_no_array_that_looks_whole(void)
{
	for (enum rows_form form = ROWS_TABLE; form <= ROWS_CSV; form++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *text = print(
			"SELECT 'x' AS v UNION ALL SELECT abs(-9223372036854775808)", form, FALSE,
			&error);

		g_assert_nonnull(error);
		g_assert_null(strchr(text, ']'));
		g_assert_nonnull(strchr(text, 'x'));
	}
}

static void two_columns_of_one_name_are_no_object(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = print("SELECT 1 AS a, 2 AS a", ROWS_JSON, FALSE, &error);

	g_assert_error(error, COMMAND_ERROR, COMMAND_ERROR_USAGE);
	g_assert_cmpstr(text, ==, "");
}

/* Rows after the sample are printed with the sample's widths. */
static void a_long_table_keeps_the_widths_of_its_beginning(void)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *sql = g_strdup_printf(
		"WITH RECURSIVE n(text) AS (SELECT 0 UNION ALL SELECT text + 1 FROM n "
		"WHERE text <= %d) SELECT text FROM n",
		ROWS_SAMPLE);
	g_autofree char *text = print(sql, ROWS_TABLE, FALSE, &error);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	g_assert_no_error(error);
	g_assert_cmpuint(g_strv_length(lines), ==,
			 ROWS_SAMPLE + 4); /* header, rows, what follows the last newline */
	g_assert_cmpstr(lines[1], ==, "   0");
	g_assert_cmpstr(lines[ROWS_SAMPLE + 2], ==, " 501");
}

/* As where `| head` has gone: the rows that nobody reads are not looked for either. */
static void who_reads_no_more_ends_the_query(void)
{
	static const char many[] = "WITH RECURSIVE r(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM "
				   "r WHERE n < 20000) SELECT n FROM r";
	static const enum rows_form forms[] = { ROWS_TABLE, ROWS_JSON, ROWS_CSV };

	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(query) q = casefile_query(opened, many, &error);
		FILE *out = fopen("/dev/full", "w");

		g_test_message("form %zu", i);
		g_assert_no_error(error);
		g_assert_nonnull(out);
		g_assert_true(rows_print(q, forms[i], FALSE, out, &error));
		g_assert_no_error(error);
		fclose(out);
		g_assert_true(query_step(q, &error));
		/* where it was left; one that had ended would begin anew */
		g_assert_cmpint(query_int(q, 0), >, 1);
		g_assert_cmpint(query_int(q, 0), <, 20000);
	}
}

#define TEST(name) g_test_add_func("/rows/" #name, name)

int main(int argc, char **argv)
{
	int result;

	g_test_init(&argc, &argv, NULL);
	fixture_set_up(&fixture, NULL);
	opened = casefile_open(fixture.path, CASEFILE_READ, NULL);
	g_assert_nonnull(opened);
	TEST(each_form_keeps_numbers_blobs_and_nothing_apart);
	TEST(no_rows_are_an_empty_array_and_a_header);
	TEST(json_and_csv_keep_each_value_whole);
	TEST(what_a_terminal_would_obey_is_never_sent_to_it);
	TEST(a_failed_query_leaves_no_array_that_looks_whole);
	TEST(two_columns_of_one_name_are_no_object);
	TEST(a_long_table_keeps_the_widths_of_its_beginning);
	TEST(who_reads_no_more_ends_the_query);
	result = g_test_run();
	casefile_close(opened);
	fixture_tear_down(&fixture, NULL);
	return result;
}
