#include "../../src/cmd/rows.h"

#include <string.h>

#include "../../src/cmd/command.h"

/* A query over rows that stand in memory, in the place of SQLite's: what is tested is what is printed. */
struct cell {
	enum query_type type;
	gint64 integer;
	double real;
	const char *bytes;
	gsize size;
};

struct query {
	const char *const *names; /* NULL at the end */
	const struct cell *cells; /* row by row */
	int rows, at;             /* at: from 1; 0 before the first step */
	gboolean fails;           /* after the last row */
};

#define INT(value)                                    \
	{                                             \
		.type = QUERY_INT, .integer = (value) \
	}
#define REAL(value)                                 \
	{                                           \
		.type = QUERY_REAL, .real = (value) \
	}
#define TEXT(value)                                                             \
	{                                                                       \
		.type = QUERY_TEXT, .bytes = (value), .size = sizeof(value) - 1 \
	}
#define BYTES(value)                                                             \
	{                                                                        \
		.type = QUERY_BYTES, .bytes = (value), .size = sizeof(value) - 1 \
	}
#define NOTHING                    \
	{                          \
		.type = QUERY_NULL \
	}

int query_columns(struct query *q)
{
	return (int)g_strv_length((char **)q->names);
}

const char *query_column_name(struct query *q, int column)
{
	return q->names[column];
}

static const struct cell *cell_at(struct query *q, int column)
{
	return &q->cells[(q->at - 1) * query_columns(q) + column];
}

enum query_type query_type(struct query *q, int column)
{
	return cell_at(q, column)->type;
}

gint64 query_int(struct query *q, int column)
{
	return cell_at(q, column)->integer;
}

double query_real(struct query *q, int column)
{
	return cell_at(q, column)->real;
}

const void *query_bytes(struct query *q, int column, gsize *size)
{
	*size = cell_at(q, column)->size;
	return cell_at(q, column)->bytes;
}

gboolean query_step(struct query *q, GError **error)
{
	if (q->at < q->rows) {
		q->at++;
		return TRUE;
	}
	if (q->fails)
		g_set_error(error, COMMAND_ERROR, COMMAND_ERROR_INPUT, "the disk went away");
	return FALSE;
}

/* What is printed, by rows_print.  Caller owns. */
static char *print(struct query *q, enum rows_form form, gboolean terminal, GError **error)
{
	char *text = NULL;
	gsize size = 0;
	FILE *out = open_memstream(&text, &size);
	gboolean printed = rows_print(q, form, terminal, out, error);

	g_assert_cmpint(printed, ==, !*error);
	fclose(out);
	return text;
}

static const char *const three_names[] = { "name", "n", "raw", NULL };
static const struct cell three_rows[] = {
	TEXT("checkout"), INT(9007199254740993), BYTES("\x00\xff"), TEXT("a\"b,c"), REAL(0.5),
	NOTHING,
};
static const char *const text_name[] = { "text", NULL };

struct row {
	struct query query;
	enum rows_form form;
	gboolean terminal;
	const char *printed;
};

static void check(const struct row *rows, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_autoptr(GError) error = NULL;
		struct query q = rows[i].query;
		char *text = print(&q, rows[i].form, rows[i].terminal, &error);

		g_test_message("row %zu", i);
		g_assert_no_error(error);
		g_assert_cmpstr(text, ==, rows[i].printed);
		free(text); /* by open_memstream */
	}
}

static void each_form_keeps_numbers_blobs_and_nothing_apart(void)
{
	static const struct row rows[] = {
		{ { three_names, three_rows, 2, 0, FALSE },
		  ROWS_JSON,
		  FALSE,
		  "[\n{\"name\":\"checkout\",\"n\":9007199254740993,\"raw\":\"00ff\"},"
		  "\n{\"name\":\"a\\\"b,c\",\"n\":0.5,\"raw\":null}\n]\n" },
		{ { three_names, three_rows, 2, 0, FALSE },
		  ROWS_CSV,
		  FALSE,
		  "name,n,raw\r\ncheckout,9007199254740993,00ff\r\n\"a\"\"b,c\",0.5,\r\n" },
		{ { three_names, three_rows, 2, 0, FALSE },
		  ROWS_TABLE,
		  FALSE,
		  "name                     n  raw\n"
		  "checkout  9007199254740993  00ff\n"
		  "a\"b,c                  0.5  \n" },
	};

	check(rows, G_N_ELEMENTS(rows));
}

static void no_rows_are_an_empty_array_and_a_header(void)
{
	static const struct row rows[] = {
		{ { three_names, NULL, 0, 0, FALSE }, ROWS_JSON, FALSE, "[]\n" },
		{ { three_names, NULL, 0, 0, FALSE }, ROWS_CSV, FALSE, "name,n,raw\r\n" },
		{ { three_names, NULL, 0, 0, FALSE }, ROWS_TABLE, FALSE, "name  n  raw\n" },
	};

	check(rows, G_N_ELEMENTS(rows));
}

static void what_a_terminal_would_obey_is_never_sent_to_it(void)
{
	static const struct cell escape[] = { TEXT("\033]0;owned\a") };
	static const struct cell c1[] = { TEXT("\302\233 31m") }; /* CSI as one character */
	static const struct cell lines[] = { TEXT("a\nb") };
	static const struct cell invalid[] = { TEXT("a\xff") };
	static const struct cell tag[] = { TEXT(
		"\363\240\201\201") }; /* U+E0041: a pair of surrogates */
	static const struct row rows[] = {
		{ { text_name, escape, 1, 0, FALSE },
		  ROWS_JSON,
		  FALSE,
		  "[\n{\"text\":\"\\u001b]0;owned\\u0007\"}\n]\n" },
		{ { text_name, c1, 1, 0, FALSE },
		  ROWS_JSON,
		  FALSE,
		  "[\n{\"text\":\"\\u009b 31m\"}\n]\n" },
		{ { text_name, lines, 1, 0, FALSE },
		  ROWS_JSON,
		  FALSE,
		  "[\n{\"text\":\"a\\nb\"}\n]\n" },
		{ { text_name, invalid, 1, 0, FALSE },
		  ROWS_JSON,
		  FALSE,
		  "[\n{\"text\":\"a\357\277\275\"}\n]\n" },
		{ { text_name, tag, 1, 0, FALSE },
		  ROWS_JSON,
		  FALSE,
		  "[\n{\"text\":\"\\udb40\\udc41\"}\n]\n" },
		{ { text_name, lines, 1, 0, FALSE }, ROWS_CSV, FALSE, "text\r\n\"a\nb\"\r\n" },
		{ { text_name, escape, 1, 0, FALSE },
		  ROWS_CSV,
		  FALSE,
		  "text\r\n\033]0;owned\a\r\n" },
	};
	static const struct {
		enum rows_form form;
		gboolean terminal;
	} shown[] = {
		{ ROWS_TABLE, FALSE }, { ROWS_TABLE, TRUE }, { ROWS_CSV, TRUE }, { ROWS_JSON, TRUE }
	};

	check(rows, G_N_ELEMENTS(rows));
	for (gsize i = 0; i < G_N_ELEMENTS(shown); i++) {
		g_autoptr(GError) error = NULL;
		struct query q = { text_name, escape, 1, 0, FALSE };
		char *text = print(&q, shown[i].form, shown[i].terminal, &error);

		g_assert_null(strchr(text, '\033'));
		g_assert_null(strchr(text, '\a'));
		g_assert_nonnull(strstr(text, "owned"));
		free(text);
	}
}

static void a_failed_query_leaves_no_array_that_looks_whole(void)
{
	static const struct cell one[] = { TEXT("x") };

	for (enum rows_form form = ROWS_TABLE; form <= ROWS_CSV; form++) {
		g_autoptr(GError) error = NULL;
		struct query q = { text_name, one, 1, 0, TRUE };
		char *text = print(&q, form, FALSE, &error);

		g_assert_nonnull(error);
		g_assert_null(strchr(text, ']'));
		g_assert_nonnull(strchr(text, 'x'));
		free(text);
	}
}

static void two_columns_of_one_name_are_no_object(void)
{
	static const char *const names[] = { "a", "a", NULL };
	static const struct cell cells[] = { INT(1), INT(2) };
	g_autoptr(GError) error = NULL;
	struct query q = { names, cells, 1, 0, FALSE };
	char *text = print(&q, ROWS_JSON, FALSE, &error);

	g_assert_error(error, COMMAND_ERROR, COMMAND_ERROR_USAGE);
	g_assert_cmpstr(text, ==, "");
	free(text);
}

/* Rows after the sample are printed as they come, with the sample's widths. */
static void a_long_table_does_not_wait_for_its_end(void)
{
	enum { ROWS = ROWS_SAMPLE + 2 };
	struct cell *cells = g_new0(struct cell, ROWS);
	struct query q = { text_name, cells, ROWS, 0, FALSE };
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) lines = NULL;
	char *text;

	for (int i = 0; i < ROWS; i++)
		cells[i] = (struct cell)INT(i);
	text = print(&q, ROWS_TABLE, FALSE, &error);
	g_assert_no_error(error);
	lines = g_strsplit(text, "\n", -1);
	g_assert_cmpuint(g_strv_length(lines), ==,
			 ROWS + 2); /* a header, and what follows the last newline */
	g_assert_cmpstr(lines[1], ==, "   0");
	g_assert_cmpstr(lines[ROWS], ==, " 501");
	free(text);
	g_free(cells);
}

#define TEST(name) g_test_add_func("/rows/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST(each_form_keeps_numbers_blobs_and_nothing_apart);
	TEST(no_rows_are_an_empty_array_and_a_header);
	TEST(what_a_terminal_would_obey_is_never_sent_to_it);
	TEST(a_failed_query_leaves_no_array_that_looks_whole);
	TEST(two_columns_of_one_name_are_no_object);
	TEST(a_long_table_does_not_wait_for_its_end);
	return g_test_run();
}
