/*
 * The views as promised, and docs/case-file-views.md, which is written from the tables of tables and views:
 *
 *	KASE_WRITE_DOCS=1 tests/unit/test-project-views
 *
 * writes it anew.
 */
#include <string.h>

#include "derived.h"
#include "schema.h"

static void every_view_has_the_columns_that_are_promised(void)
{
	static const struct {
		const char *view, *columns;
	} rows[] = {
		{ "pods", "cluster namespace name uid owner_kind owner_name node service_account "
			  "phase ready restarts "
			  "images image_ids ip created created_ns seen seen_ns gone gone_ns" },
		{ "workloads", "cluster namespace kind name uid replicas ready_replicas images "
			       "created created_ns "
			       "seen seen_ns gone gone_ns" },
		{ "jobs", "cluster namespace name uid kind owner_kind owner_name active succeeded "
			  "failed schedule "
			  "suspended created created_ns seen seen_ns gone gone_ns" },
		{ "nodes", "cluster name uid ready unschedulable kubelet os_image runtime "
			   "internal_ip created "
			   "created_ns seen seen_ns gone gone_ns" },
		{ "events",
		  "cluster namespace name uid type reason regarding count first_at first_at_ns "
		  "last_at "
		  "last_at_ns source message created created_ns seen seen_ns gone gone_ns" },
		{ "objects", "cluster group kind namespace name uid created created_ns seen "
			     "seen_ns gone gone_ns" },
		{ "versions", "subject cluster uid resource_version at at_ns locator" },
		{ "listing", "id cluster resource scope as_of first_at first_at_ns last_at "
			     "last_at_ns rv state rows" },
		{ "coverage", "cluster resource namespace state rows as_of reason" },
		{ "lines",
		  "at at_ns subject cluster uid container instance stream previous seq text" },
		{ "gaps", "at at_ns scope reason detail" },
		{ "clusters", "name uid server ca version known_by user" },
	};
	g_autoptr(derived) d = derived_new();

	g_assert_cmpuint(project_views_count, ==, G_N_ELEMENTS(rows));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *sql = g_strdup_printf(
			"SELECT group_concat(name, ' ') FROM pragma_table_info('%s')",
			rows[i].view);

		assert_rows(d, sql, rows[i].columns);
	}
}

static void a_time_is_text_with_nine_digits_and_a_number_beside_it(void)
{
	static const struct {
		const char *ns, *row;
	} rows[] = {
		{ "1795508000000000001", "2026-11-24T08:13:20.000000001Z|1795508000000000001" },
		{ "0", "1970-01-01T00:00:00.000000000Z|0" },
		{ "-1", "1969-12-31T23:59:59.999999999Z|-1" },
		{ "-1000000000", "1969-12-31T23:59:59.000000000Z|-1000000000" },
	};
	g_autoptr(derived) d = derived_new();

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *sql = g_strdup_printf(
			"INSERT OR REPLACE INTO d_gap VALUES (1, %s, '', '', '')", rows[i].ns);

		g_free(derived_rows(d, sql));
		assert_rows(d, "SELECT at, at_ns FROM gaps", rows[i].row);
	}
}

static void every_derived_table_is_strict_and_named_as_one(void)
{
	g_autoptr(derived) d = derived_new();

	for (gsize i = 0; i < project_tables_count; i++) {
		g_autofree char *sql = g_strdup_printf("SELECT strict FROM pragma_table_list('%s')",
						       project_tables[i].name);

		g_assert_true(g_str_has_prefix(project_tables[i].name, "d_"));
		assert_rows(d, sql, "1");
	}
}

/* Lines of one pod are looked for much more often than lines of all. */
static void lines_of_a_subject_are_found_without_reading_all_lines(void)
{
	g_autoptr(derived) d = derived_new();
	g_autofree char *plan = derived_rows(
		d, "EXPLAIN QUERY PLAN SELECT text FROM lines WHERE subject ="
		   " 'pod/payments/ledger-0' AND container = 'db'");

	g_test_message("%s", plan);
	g_assert_null(strstr(plan, "SCAN l"));
}

/* A case that was followed for long has hundreds of thousands of entries, and few that name one. */
static void entries_that_name_a_cluster_are_found_without_reading_all_entries(void)
{
	g_autoptr(derived) d = derived_new();
	g_autofree char *plan = derived_rows(
		d, "EXPLAIN QUERY PLAN SELECT seq FROM d_named WHERE kind = 'cluster'");

	g_assert_nonnull(strstr(plan, "SEARCH d_named USING"));
}

/* --- documentation ------------------------------------------------------------------------------- */

static void append_view(GString *out, const struct view *v)
{
	g_string_append_printf(out, "### %s\n\n%c%s.\n\n| column | |\n|---|---|\n", v->name,
			       g_ascii_toupper(*v->about), v->about + 1);
	for (const struct view_column *c = v->columns; c->name; c++)
		if (c->time)
			g_string_append_printf(out, "| %s, %s_ns | %s |\n", c->name, c->name,
					       c->about);
		else
			g_string_append_printf(out, "| %s | %s |\n", c->name, c->about);
	g_string_append_c(out, '\n');
}

static void append_table(GString *out, const struct table *t)
{
	g_string_append_printf(out, "### %s\n\n%c%s.\n\n| column | type | |\n|---|---|---|\n",
			       t->name, g_ascii_toupper(*t->about), t->about + 1);
	for (const struct table_column *c = t->columns; c->name; c++)
		g_string_append_printf(out, "| %s | %s | %s |\n", c->name, c->type, c->about);
	g_string_append_c(out, '\n');
	if (t->key)
		g_string_append_printf(out, "%s.\n\n", t->key);
}

static char *documentation(void)
{
	static const char views[] = "## Views\n\n"
				    "Their names and columns are a promise: later versions add to "
				    "them, and take nothing away. A time is RFC 3339 text "
				    "with nine digits and Z,\nwith nanoseconds since 1970 beside "
				    "it as `NAME_ns`; a time that is not known is NULL. "
				    "Text that an object does not have is empty, a count that it "
				    "does\nnot have is 0. A subject is "
				    "written `[CLUSTER:]kind[.group]/[namespace/]name`, with the "
				    "cluster only in a case that knows several.\n\n";
	static const char tables[] =
		"## Derived tables\n\n"
		"What the views are made of. These may change with any version of the projector. "
		"Times are nanoseconds since "
		"1970, UTC.\n\n"
		"How they are made of the records:\n\n"
		"- An object's version is known by its uid and resourceVersion, which is never "
		"compared but for being the same. An "
		"unchanged one adds no row.\n"
		"- A version becomes the current one only if its `as_of` is not less than that of "
		"the current one: for a list or a "
		"single object the\n  ledger's head just before it was asked for; for a change "
		"that a watch brought, the "
		"entry after the one before it; for a file that a person\n  brought 0, since "
		"nobody knows when it was so: it "
		"never replaces what was fetched.\n"
		"- An object is gone when a watch says so, or when it is absent from a complete "
		"listing of its scope that was "
		"asked for no earlier than it was\n  last known (as of). It is then gone since "
		"some time between `seen` and `gone`. "
		"Rows are never deleted. The same uid seen again, later, lives again.\n"
		"- A line is known by its container instance, its time, the hash of its text, and "
		"how-manieth of its like it "
		"is. A second capture adds only\n  what is new.\n"
		"- What cannot be understood is a row of `d_gap`, and stays in its evidence.\n\n";
	GString *out = g_string_new(views);

	for (gsize i = 0; i < project_views_count; i++)
		append_view(out, &project_views[i]);
	g_string_append(out, tables);
	for (gsize i = 0; i < project_tables_count; i++)
		append_table(out, &project_tables[i]);
	g_string_truncate(out, out->len - 1);
	return g_string_free(out, FALSE);
}

static void the_documentation_says_what_is_there(void)
{
	const char *top = g_getenv("top_srcdir");
	g_autofree char *path = g_build_filename(top ? top : ".", "docs", "case-file-views.md",
						 NULL);
	g_autofree char *expected = documentation();
	g_autofree char *found = NULL;
	g_autoptr(GError) error = NULL;

	if (g_getenv("KASE_WRITE_DOCS"))
		g_file_set_contents(path, expected, -1, &error);
	g_assert_no_error(error);
	g_file_get_contents(path, &found, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(found, ==, expected);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/project/views/" #name, name }
		TEST(every_view_has_the_columns_that_are_promised),
		TEST(a_time_is_text_with_nine_digits_and_a_number_beside_it),
		TEST(every_derived_table_is_strict_and_named_as_one),
		TEST(lines_of_a_subject_are_found_without_reading_all_lines),
		TEST(entries_that_name_a_cluster_are_found_without_reading_all_entries),
		TEST(the_documentation_says_what_is_there),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
