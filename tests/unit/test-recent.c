#include "../../src/cmd/recent.h"

#include <glib/gstdio.h>

#include <kase/stamp.h>

#include "../../src/cmd/offer.h"
#include "scratch.h"

static char *folder; /* XDG_STATE_HOME, which GLib reads once */

static char *made(const char *name)
{
	char *path = g_build_filename(folder, name, NULL);

	g_assert_true(g_file_set_contents(path, "", 0, NULL));
	return path;
}

static char *listed(void)
{
	g_autoptr(GPtrArray) cases = recent_list();
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < cases->len; i++) {
		g_autofree char *name = g_path_get_basename(
			((struct recent *)cases->pdata[i])->path);

		g_string_append_printf(out, "%s ", name);
	}
	return g_string_free(out, FALSE);
}

static void forget(void)
{
	g_autofree char *path = g_build_filename(folder, "kase", "recent", NULL);

	g_remove(path);
}

static void the_case_that_was_opened_last_stands_first_and_once(void)
{
	g_autofree char *a = made("a.kase"), *b = made("b.kase"), *nothing = listed();
	g_autofree char *both = NULL, *one = NULL;

	g_assert_cmpstr(nothing, ==, "");
	recent_note(a);
	recent_note(b);
	recent_note(a);
	both = listed();
	g_assert_cmpstr(both, ==, "a.kase b.kase ");
	g_remove(a);
	one = listed();
	g_assert_cmpstr(one, ==, "b.kase ");
	forget();
}

static void no_more_are_kept_than_fit(void)
{
	g_autofree char *all = NULL;
	g_autoptr(GPtrArray) cases = NULL;

	for (int i = 0; i < RECENT_MAX + 3; i++) {
		g_autofree char *name = g_strdup_printf("%d.kase", i);
		g_autofree char *path = made(name);

		recent_note(path);
	}
	cases = recent_list();
	g_assert_cmpuint(cases->len, ==, RECENT_MAX);
	all = listed();
	g_assert_true(g_str_has_prefix(all, "32.kase 31.kase "));
	forget();
}

static void a_file_that_is_not_as_it_should_be_is_read_as_far_as_it_goes(void)
{
	g_autofree char *path = g_build_filename(folder, "kase", "recent", NULL);
	g_autofree char *a = made("a.kase"), *all = NULL, *text = NULL;

	text = g_strdup_printf("nonsense\n2026-11-24T08:13:00Z relative\n\n\xff\xfe /x\n"
			       "2026-11-24T08:13:00Z %s\n2026-11-24T08:13:00Z",
			       a);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	all = listed();
	g_assert_cmpstr(all, ==, "a.kase ");
	forget();
}

static void nobody_else_may_read_which_cases_there_are(void)
{
	g_autofree char *path = g_build_filename(folder, "kase", "recent", NULL);
	g_autofree char *a = made("a.kase");
	GStatBuf about;

	recent_note(a);
	g_assert_cmpint(g_stat(path, &about), ==, 0);
	g_assert_cmpint(about.st_mode & 0777, ==, 0600);
	forget();
}

static void a_name_is_proposed_that_a_file_can_have(void)
{
	static const struct {
		const char *context, *name;
	} rows[] = {
		{ "prod-eu-1", "prod-eu-1-2026-11-24.kase" },
		{ "arn:aws:eks:eu-1:1:cluster/a b",
		  "arn-aws-eks-eu-1-1-cluster-a-b-2026-11-24.kase" },
		{ "../../etc", "etc-2026-11-24.kase" },
		{ "", "2026-11-24.kase" },
		{ NULL, "2026-11-24.kase" },
		{ "\xc3\xa9", "2026-11-24.kase" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = offer_default(rows[i].context, 1795508000 * STAMP_SECOND);

		g_assert_cmpstr(name, ==, rows[i].name);
	}
}

static void a_name_that_is_taken_is_not_proposed(void)
{
	g_autofree char *before = g_get_current_dir(), *name = NULL, *path = NULL;

	g_assert_cmpint(g_chdir(folder), ==, 0);
	path = made("prod-2026-11-24.kase");
	name = offer_default("prod", 1795508000 * STAMP_SECOND);
	g_assert_cmpstr(name, ==, "prod-2026-11-24-2.kase");
	g_assert_cmpint(g_chdir(before), ==, 0);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/recent/" #name, name }
		TEST(the_case_that_was_opened_last_stands_first_and_once),
		TEST(no_more_are_kept_than_fit),
		TEST(a_file_that_is_not_as_it_should_be_is_read_as_far_as_it_goes),
		TEST(nobody_else_may_read_which_cases_there_are),
		TEST(a_name_is_proposed_that_a_file_can_have),
		TEST(a_name_that_is_taken_is_not_proposed),
	};
	scratch *here = scratch_make();
	int outcome;

	folder = scratch_path(here, "state");
	g_mkdir(folder, 0700);
	g_setenv("XDG_STATE_HOME", folder, TRUE);
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	outcome = g_test_run();
	scratch_remove(here);
	g_free(folder);
	return outcome;
}
