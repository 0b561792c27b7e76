/* What is typed after a colon: what it means, what it says, what Tab makes of it. */
#include "typed.h"

#include <string.h>

#include "loop.h"
#include "pods-fixture.h"
#include "screen-fixture.h"

static void shop_open(struct screen_fixture *f)
{
	struct recorder *r;

	screen_fixture_init(f, "shop");
	r = pods_record(f->path);
	pods_list(r, fixture_shop, "", "complete", NULL);
	g_assert_true(recorder_stop(r, NULL));
	screen_fixture_open(f, FALSE, 24, 100);
	screen_fixture_until(f, "ledger-0");
}

static void press(struct screen_fixture *f, const char *keys)
{
	for (; *keys; keys = g_utf8_next_char(keys))
		screen_key(f->screen, g_utf8_get_char(keys));
}

struct pressed {
	const char *keys, *shown;
};

/* Each row's keys, pressed in the list of pods of the shop, show its text and leave nobody out. */
static void check_pressed(const struct pressed *rows, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		g_auto(screen_fixture) f = { 0 };

		shop_open(&f);
		g_test_message("%s", rows[i].keys);
		press(&f, rows[i].keys);
		screen_fixture_until(&f, rows[i].shown);
		g_assert_false(screen_ended(f.screen));
	}
}

static void every_line_opens_a_pane_or_says_in_one_line_why_not(void)
{
	static const struct pressed rows[] = {
		{ ":pods\r", "Pods, all namespaces" },
		{ ":pods payments\r", "payments › Pods" },
		{ ":po  payments \r", "pods 4 of 4" },
		{ ":pod payments\r", "payments › Pods" },
		{ ":pods nosuch\r", "the case knows no namespace nosuch; Tab completes" },
		{ ":yaml pod/payments/ledger-0\r", "payments/ledger-0 › YAML" },
		{ ":y po/payments/ledger-0\r", "payments/ledger-0 › YAML" },
		{ ":yaml\r", "payments/checkout-7d9f6c5b8-p9qk7 › YAML" },
		{ "G:yaml\r", "storefront/web-69c4b7f9d5-zz8lq › YAML" },
		{ ":yaml pod/payments/nosuch\r", "the case knows no pod/payments/nosuch; Tab" },
		{ ":yaml ledger-0\r", "ledger-0" },
		{ "?:yaml\r", ":yaml takes a subject: :yaml pod/NAMESPACE/NAME" },
		{ ":help\r", "Keys that work here" },
		{ ":?\r", ":? is no command; : and Tab show all, ? what keys do" },
		{ ":sort\r", ":sort may be one of: sort-before  sort-after  sort-invert" },
		{ ":sort-after\r", "NAME↑" },
		{ ":wrap\r", "w works in text" },
		{ ":stop\r", "z: needs a cluster; this case is open offline" },
		{ ":last now\r", ":last takes nothing after it" },
		{ ":   \r", "nothing was typed after the colon" },
		{ ":yaml\r:q\r", "Pods, all namespaces" },
		{ ":leave\r", "Leave kase?" },
	};

	check_pressed(rows, G_N_ELEMENTS(rows));
}

static void q_in_the_first_pane_leaves(void)
{
	g_auto(screen_fixture) f = { 0 };

	shop_open(&f);
	press(&f, ":q\r");
	g_assert_true(screen_ended(f.screen));
}

static void tab_completes_names_namespaces_and_subjects(void)
{
	static const struct pressed rows[] = {
		{ ":ya\t", ":yaml " },
		{ ":pods pay\t", ":pods payments" },
		{ ":pods \t", "payments  storefront" },
		{ ":yaml pod/p\t", ":yaml pod/payments/" },
		{ ":yaml pod/payments/l\t", ":yaml pod/payments/ledger-0" },
		{ ":yaml pod/payments/ch\t", ":yaml pod/payments/checkout-7d9f6c5b8-" },
		{ ":yaml pod/payments/zz\t", "nothing that is known begins so" },
		{ ":sort\t", "sort-before  sort-after  sort-invert" },
		{ ":sort-i\t", "turn the order round" },
		{ ":pods", "[NAMESPACE]  pods of all namespaces, or of one" },
	};

	check_pressed(rows, G_N_ELEMENTS(rows));
}

static void what_is_completed_for_another_line_is_dropped(void)
{
	g_auto(screen_fixture) f = { 0 };

	shop_open(&f);
	press(&f, ":yam\t\x15pods\r");
	screen_fixture_until(&f, "Pods, all namespaces");
	press(&f, ":ya\t\x1b:pods pay\t");
	screen_fixture_until(&f, ":pods payments");
}

static void arrows_bring_back_what_was_typed_of_each_kind(void)
{
	static const struct {
		gunichar keys[8];
		const char *shown;
	} rows[] = {
		{ { ':', KEYCODE_UP }, ":pods payments" },
		{ { ':', KEYCODE_UP, KEYCODE_UP }, ":help" },
		{ { ':', KEYCODE_UP, KEYCODE_UP, KEYCODE_UP }, ":help" },
		{ { ':', 'x', KEYCODE_UP, KEYCODE_DOWN }, ":x" },
		{ { '/', KEYCODE_UP }, "/ledger" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };

		shop_open(&f);
		press(&f, "/ledger\x1b:help\r:pods payments\r");
		screen_fixture_until(&f, "payments › Pods");
		for (const gunichar *key = rows[i].keys; *key; key++)
			screen_key(f.screen, *key);
		screen_fixture_until(&f, rows[i].shown);
	}
}

static void a_paste_into_a_command_runs_nothing(void)
{
	g_auto(screen_fixture) f = { 0 };

	shop_open(&f);
	press(&f, ":");
	screen_pasted(f.screen, "q\r\nq\n", 5);
	g_assert_false(screen_ended(f.screen));
	screen_fixture_until(&f, ":q q");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/typed/" #name, name }
		TEST(every_line_opens_a_pane_or_says_in_one_line_why_not),
		TEST(q_in_the_first_pane_leaves),
		TEST(tab_completes_names_namespaces_and_subjects),
		TEST(what_is_completed_for_another_line_is_dropped),
		TEST(arrows_bring_back_what_was_typed_of_each_kind),
		TEST(a_paste_into_a_command_runs_nothing),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
