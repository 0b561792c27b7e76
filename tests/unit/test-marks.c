/* Marks on rows of tables and bookmarks on lines of texts; and what is copied. */
#include <kase/stamp.h>

#include <string.h>

#include "pods-fixture.h"
#include "screen-fixture.h"

static void shop_open_at(struct screen_fixture *f, gboolean plain, int columns)
{
	struct recorder *r;

	screen_fixture_init(f, "shop");
	r = pods_record(f->path);
	pods_list(r, fixture_shop, "", "complete", NULL);
	g_assert_true(recorder_stop(r, NULL));
	screen_fixture_open(f, plain, 24, columns);
	screen_fixture_until(f, "pods 6 of 6");
}

static void shop_open(struct screen_fixture *f)
{
	shop_open_at(f, FALSE, 100);
}

static void press(struct screen_fixture *f, const char *keys)
{
	for (; *keys; keys = g_utf8_next_char(keys))
		screen_key(f->screen, g_utf8_get_char(keys));
}

/* --- rows ---------------------------------------------------------------------------------------- */

static void a_mark_stays_on_its_row_whatever_the_table_does(void)
{
	static const struct {
		const char *keys, *shown, *not_shown;
	} rows[] = {
		{ " ", "namespaces · 1 marked", NULL },
		{ " ", " ◆ payments   checkout-7d9f6c5b8-p9qk7", NULL },
		{ " ", "▸  payments   checkout-7d9f6c5b8-x2x4m", NULL },
		{ " k", "▸◆ payments   checkout-7d9f6c5b8-p9qk7", NULL },
		{ "m", " ◆ payments   checkout-7d9f6c5b8-p9qk7", NULL },
		{ ":mark\r", " ◆ payments   checkout-7d9f6c5b8-p9qk7", NULL },
		{ " k ", "▸ payments   checkout-7d9f6c5b8-x2x4m", "marked" },
		{ " j ", "2 marked", NULL },
		{ "G  ", "namespaces", "marked" },
		{ " I", " ◆ payments   checkout-7d9f6c5b8-p9qk7", NULL },
		{ "jj >>", " ◆ payments   ledger-0", NULL },
		{ " /web\r", "/web · 1 marked, 1 of them not shown", "◆" },
		{ " /web\r ", "2 marked, 1 of them not shown", NULL },
		/* Who types ahead marks the row that was asked for. */
		{ "/web\r ", " ◆ storefront web-69c4b7f9d5-nzdmw", NULL },
		/* A step back loses none. */
		{ ":pods payments\r \x1b]", "payments › Pods · 1 marked", NULL },
		{ ":pods payments\r q]", "payments › Pods · 1 marked", NULL },
		{ " \x1b", "this is the first pane", NULL },
		{ " \x1bj", "1 marked", NULL },
		{ ":mark all\r", "6 marked", NULL },
		{ ":mark all\r:mark none\r", "namespaces  ", "marked" },
		{ " :mark some\r", ":mark takes all or none; alone it marks this row", NULL },
		{ "/nosuch\r ", "no row is there to mark", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };

		shop_open(&f);
		g_test_message("%s", rows[i].keys);
		screen_fixture_keys(&f, rows[i].keys);
		screen_fixture_until(&f, rows[i].shown);
		g_assert_true(!rows[i].not_shown || !screen_fixture_shows(&f, rows[i].not_shown));
		g_assert_false(screen_ended(f.screen));
	}
}

static void marks_that_a_filter_hid_are_there_without_it(void)
{
	g_auto(screen_fixture) f = { 0 };

	shop_open(&f);
	press(&f, " /web\r ");
	screen_fixture_until(&f, "2 marked, 1 of them not shown");
	press(&f, "\x1b");
	screen_fixture_until(&f, "namespaces · 2 marked  ");
}

static void a_mark_is_told_by_colour_and_by_a_sign(void)
{
	g_auto(screen_fixture) f = { 0 }, plain = { 0 };

	shop_open(&f);
	press(&f, " ");
	screen_fixture_until(&f, "◆");
	g_assert_cmpint(screen_fixture_role(&f, "◆"), ==, ROLE_MARKED);
	shop_open_at(&plain, TRUE, 80);
	press(&plain, " ");
	screen_fixture_until(&plain, " @ payments");
}

/* What comes above moves rows, not marks. */
static void a_mark_stays_on_its_row_while_others_come(void)
{
	static const struct fixture_pod more[] = {
		{ "aaa", "first", NULL, 1, 1, 0, "img:1", "sa", "node-1", 60, NULL }, { 0 }
	};
	g_auto(screen_fixture) f = { 0 };
	struct recorder *r;

	shop_open(&f);
	press(&f, " ");
	r = pods_record(f.path);
	pods_list(r, more, "", "partial", "test");
	g_assert_true(recorder_stop(r, NULL));
	screen_notice(f.screen);
	screen_fixture_until(&f, "   aaa        first");
	screen_fixture_until(&f, " ◆ payments   checkout-7d9f6c5b8-p9qk7");
}

static void rows_of_another_object_have_no_marks(void)
{
	g_auto(screen_fixture) f = { 0 };

	shop_open(&f);
	press(&f, "D");
	screen_fixture_until(&f, "versions 1");
	press(&f, " ");
	screen_fixture_until(&f, "1 marked");
	press(&f, "J");
	screen_fixture_until(&f, "marks dropped: they were on rows of payments/checkout");
	g_assert_false(screen_fixture_shows(&f, "1 marked"));
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/marks/" #name, name }
		TEST(a_mark_stays_on_its_row_whatever_the_table_does),
		TEST(marks_that_a_filter_hid_are_there_without_it),
		TEST(a_mark_is_told_by_colour_and_by_a_sign),
		TEST(a_mark_stays_on_its_row_while_others_come),
		TEST(rows_of_another_object_have_no_marks),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
