/* Where one has been: back and forward along it, what cuts it, and that who is not seen disturbs nobody. */
#include "trail.h"

#include <string.h>

#include "loop.h"
#include "pods-fixture.h"
#include "screen-fixture.h"

#define LINES                                     \
	"2026-11-24T08:10:00.000000001Z first\n"  \
	"2026-11-24T08:10:01.000000001Z second\n" \
	"2026-11-24T08:10:02.000000001Z third\n"

static void shop_open(struct screen_fixture *f, gboolean live)
{
	static const struct fixture_log of = { "payments", "ledger-0", "uid-payments-ledger-0",
					       "main", "0" };
	struct recorder *r;

	screen_fixture_init(f, "shop");
	r = pods_record(f->path);
	pods_list(r, fixture_shop, "", "complete", NULL);
	pods_log(r, &of, LINES);
	g_assert_true(recorder_stop(r, NULL));
	f->live = live;
	f->progress = (struct engine_progress){ .live = live, .retry_s = -1 };
	screen_fixture_open(f, FALSE, 24, 100);
	screen_fixture_until(f, "pods 6 of 6");
}

static void press(struct screen_fixture *f, const char *keys)
{
	for (; *keys; keys = g_utf8_next_char(keys))
		screen_key(f->screen, g_utf8_get_char(keys));
}

#define PODS   "Pods, all namespaces"
#define YAML   "› YAML"
#define ORIGIN "› Evidence"

static void every_step_leads_where_it_says(void)
{
	static const struct {
		const char *keys, *shown;
	} rows[] = {
		{ "y[", PODS },
		{ "y[]", YAML },
		{ "yq]", YAML },
		{ "y\x1b]", YAML },
		{ "yo[[", PODS },
		{ "yo[[]", YAML },
		{ "yo[[]]", ORIGIN },
		{ "yoqq]]", ORIGIN },
		{ "yo:backward\r", YAML },
		{ "yo[:forward\r", ORIGIN },
		{ "yq]]", "nothing lies ahead: this is where one came to last" },
		{ "]", "nothing lies ahead: this is where one came to last" },
		{ "[", "this is the first pane: q leaves" },
		/* What is opened from the middle takes the place of what lay ahead. */
		{ "yo[[d]", "nothing lies ahead" },
		{ "yo[[jy[]", "payments/checkout-7d9f6c5b8-x2x4m › YAML" },
		/* Tab, J and K turn the pane one is in. */
		{ "y\t[", PODS },
		{ "y\t[]", "› Events" },
		{ "yJ[", PODS },
		{ "y\tJ:previous-pane\r", "payments/checkout-7d9f6c5b8-x2x4m › YAML" },
		{ "yJ[]", "payments/checkout-7d9f6c5b8-x2x4m › YAML" },
		{ "yo[J]", "nothing lies ahead" },
		{ "yo[\t]", "nothing lies ahead" },
		{ "yK]", "nothing lies ahead" },
		/* All typed before the first rows are there. */
		{ "L\rqqL", "Ledger " },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };

		shop_open(&f, FALSE);
		g_test_message("%s", rows[i].keys);
		press(&f, rows[i].keys);
		screen_fixture_until(&f, rows[i].shown);
		g_assert_false(screen_ended(f.screen));
	}
}

static void a_pane_is_as_it_was_left(void)
{
	static const struct {
		const char *keys, *shown;
	} rows[] = {
		{ "y/restartcount\r[]", "restartCount" }, /* where the search had led */
		{ "y/restartcount\r[]n", "restartCount" },
		{ "L/pods\r[]", "/pods" },
		{ "y/restartcount\r\t:previous-pane\rn", "restartCount" }, /* turned away from */
		{ "L>[]I", "↓" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };

		shop_open(&f, FALSE);
		g_test_message("%s", rows[i].keys);
		screen_fixture_keys(&f, rows[i].keys);
		screen_fixture_until(&f, rows[i].shown);
	}
}

static void what_came_while_one_was_away_is_there_when_one_comes_back(void)
{
	static const struct fixture_pod more[] = {
		{ "aaa", "first", NULL, 1, 1, 0, "img:1", "sa", "node-1", 60, NULL }, { 0 }
	};
	g_auto(screen_fixture) f = { 0 };
	struct recorder *r;

	shop_open(&f, FALSE);
	press(&f, ":pods\r");
	screen_fixture_until(&f, "pods 6 of 6");
	press(&f, "[");
	r = pods_record(f.path);
	pods_list(r, more, "", "partial", "test");
	g_assert_true(recorder_stop(r, NULL));
	screen_notice(f.screen);
	screen_fixture_until(&f, "aaa ");
	press(&f, "]");
	screen_fixture_until(&f, "aaa ");
	press(&f, "]");
	screen_fixture_until(&f, "nothing lies ahead");
}

/* Its worker is under way when its pane is left: nothing of it is said over another. */
static void a_search_that_was_left_says_nothing_over_another_pane(void)
{
	g_auto(screen_fixture) f = { 0 };

	shop_open(&f, FALSE);
	press(&f, ":logs pod/payments/ledger-0\r");
	screen_fixture_until(&f, "third");
	press(&f, "/nosuchword\r[");
	/* Their worker serves in turn: these answers come after those of the search would, from both ends. */
	press(&f, "/web\r");
	screen_fixture_until(&f, "pods 2 of 6");
	g_assert_false(screen_fixture_shows(&f, "nosuchword"));
	press(&f, "/ zz8\r");
	screen_fixture_until(&f, "pods 1 of 6");
	g_assert_false(screen_fixture_shows(&f, "nosuchword"));
	press(&f, "]");
	screen_fixture_until(&f, "no \"nosuchword\" in these logs");
}

static void a_pod_that_was_left_is_not_asked_for(void)
{
	g_auto(screen_fixture) f = { 0 };

	shop_open(&f, TRUE);
	press(&f, ":logs pod/payments/ledger-0\r[");
	press(&f, "/web\r");
	screen_fixture_until(&f, "pods 2 of 6");
	g_assert_null(f.followed);
	press(&f, "]");
	screen_fixture_until(&f, "third");
	g_assert_cmpstr(f.followed, ==, "pod/payments/ledger-0");
}

static void the_trail_has_an_end_and_keeps_the_first_pane(void)
{
	g_auto(screen_fixture) f = { 0 };

	shop_open(&f, FALSE);
	press(&f, "y");
	screen_fixture_until(&f, YAML);
	for (int i = 2; i < TRAIL_PANES; i++)
		press(&f, ":gaps\r");
	for (int i = 2; i < TRAIL_PANES; i++)
		press(&f, "[");
	screen_fixture_until(&f, YAML);
	/* One more, and the oldest but the first goes. */
	for (int i = 1; i < TRAIL_PANES; i++)
		press(&f, "]");
	press(&f, ":gaps\r");
	for (int i = 2; i < TRAIL_PANES; i++)
		press(&f, "[");
	screen_fixture_until(&f, "Gaps");
	press(&f, "[");
	screen_fixture_until(&f, PODS);
	press(&f, "[");
	screen_fixture_until(&f, "this is the first pane");
}

/* J would turn it to the rows of another list than the one it came from. */
static void what_came_from_a_list_that_went_has_no_next_row(void)
{
	g_auto(screen_fixture) f = { 0 };

	shop_open(&f, FALSE);
	press(&f, ":pods payments\r");
	screen_fixture_until(&f, "pods 4 of 4");
	press(&f, "y\t");
	for (int i = 3; i < TRAIL_PANES; i++)
		press(&f, ":gaps\r");
	press(&f, ":gaps\r");
	for (int i = 2; i < TRAIL_PANES; i++)
		press(&f, "[");
	screen_fixture_until(&f, "› Events");
	press(&f, "J");
	screen_fixture_until(&f, "J works in what was opened from a row of a table");
	press(&f, ":previous-pane\r");
	screen_fixture_until(&f, YAML);
	press(&f, "J");
	screen_fixture_until(&f, "J works in what was opened from a row of a table");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/trail/" #name, name }
		TEST(every_step_leads_where_it_says),
		TEST(a_pane_is_as_it_was_left),
		TEST(what_came_while_one_was_away_is_there_when_one_comes_back),
		TEST(a_search_that_was_left_says_nothing_over_another_pane),
		TEST(a_pod_that_was_left_is_not_asked_for),
		TEST(the_trail_has_an_end_and_keeps_the_first_pane),
		TEST(what_came_from_a_list_that_went_has_no_next_row),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
