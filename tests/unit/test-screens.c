/* Screens as text, in tests/screens: tests/lib/kept-screens.h says how they are written anew. */
#include <kase/stamp.h>

#include <string.h>

#include "kept-screens.h"
#include "pods-fixture.h"
#include "screen-fixture.h"

/* Text that would take over a terminal: titles, clipboard, links, colours, direction. */
#define NOTES                                                         \
	"\"bell\": \"\\u0007\\u001b]0;owned\\u0007\","                \
	"\"c1\": \"\\u009b31m\\u009d52;c;eA==\\u009c\","              \
	"\"clipboard\": \"\\u001b]52;c;cHduZWQ=\\u0007\","            \
	"\"clear\": \"\\u001b[2J\\u001b[H\","                         \
	"\"link\": \"\\u001b]8;;http://x\\u001b\\\\here\","           \
	"\"marks\": \"e\\u0301\\u0301\\u0301\\u0301\\u0301\\u0301\"," \
	"\"nothing\": \"a\\u0000b\","                                 \
	"\"reversed\": \"\\u202etxt.exe\","                           \
	"\"wide\": \"\\u6771\\u4eac\""

static const char hostile[] =
	"{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"items\": [{"
	"\"metadata\": {\"namespace\": \"hostile\", \"name\": \"agent-0\", \"uid\": \"u-0\","
	" \"resourceVersion\": \"7\", \"creationTimestamp\": \"2026-11-24T08:03:20Z\","
	" \"labels\": {\"app\": \"\\u001b[31mred\\u001b[0m\"}, \"annotations\": {" NOTES "}},"
	" \"spec\": {\"nodeName\": \"n\\u202eedo\", \"serviceAccountName\": \"\\u001b]2;x\\u0007\","
	"  \"containers\": [{\"name\": \"app\", \"image\": \"\\u6771\\u4eac:\\u009b1\"}]},"
	" \"status\": {\"phase\": \"Running\", \"containerStatuses\": [{\"name\": \"app\","
	"  \"ready\": true, \"restartCount\": 0, \"state\": {\"running\": {}}}]}}]}";

static const struct fixture_pod before[] = {
	{ "payments", "carts-5d4-gone1", NULL, 1, 1, 0, "registry.shop.example/carts:1", "carts",
	  "node-1", 7200, NULL },
	{ 0 },
};

static const struct fixture_pod now[] = {
	{ "payments",
	  "a-name-longer-than-any-column-that-a-table-has-so-that-it-is-cut-in-its-middle-x7k2p",
	  NULL, 1, 1, 0, "registry.shop.example/names:1", "names", "node-1", 3600, NULL },
	{ "payments", "checkout-7d9f6c5b8-p9qk7", NULL, 2, 2, 0,
	  "registry.shop.example/checkout:2.4.2", "checkout", "node-2", 720, NULL },
	{ "payments", "ledger-0", NULL, 0, 1, 8, "registry.shop.example/ledger:3", "ledger",
	  "node-1", 11400, NULL },
	{ "payments", "migrate-h2v9d", "Succeeded", 0, 1, 0, "registry.shop.example/migrate:3",
	  "ledger", "node-1", 86400 * 3, NULL },
	{ "payments", "report-x8s1c", "Failed", 0, 1, 1, "registry.shop.example/report:3", "ledger",
	  "node-2", 86400 * 3, NULL },
	{ 0 },
};

static const struct fixture_pod web[] = {
	{ "storefront", "web-69c4b7f9d5-zz8lq", "Pending", 0, 1, 0, "registry.shop.example/web:1",
	  "web", "", 60, NULL },
	{ 0 },
};

#define EVENT(name, type, reason, pod, at, count, message)                                      \
	"{\"metadata\": {\"namespace\": \"payments\", \"name\": \"" name "\", \"uid\": \"" name \
	"\", \"resourceVersion\": \"5\", \"creationTimestamp\": \"" at "\"},"                   \
	" \"type\": \"" type "\", \"reason\": \"" reason "\", \"count\": " count ","            \
	" \"lastTimestamp\": \"" at "\", \"source\": {\"component\": \"kubelet\"},"             \
	" \"involvedObject\": {\"kind\": \"Pod\", \"apiVersion\": \"v1\","                      \
	"  \"namespace\": \"payments\", \"name\": \"" pod "\"}, \"message\": \"" message "\"}"

static const char events[] = "{\"kind\": \"EventList\", \"apiVersion\": \"v1\", \"items\": [" EVENT(
	"ledger-0.1", "Warning", "BackOff", "ledger-0", "2026-11-24T08:11:20Z", "214",
	"Back-off restarting failed container db in pod "
	"ledger-0_payments(uid-ledger-0)") ", " EVENT("checkout.1", "Normal", "Pulled",
						      "checkout-7d9f6c5b8-"
						      "p9qk7",
						      "2026-11-24T08:01:"
						      "20Z",
						      "1",
						      "Container image "
						      "\\\"registry.shop."
						      "example/"
						      "checkout:2.4.2\\\" "
						      "already present on "
						      "machine") ", " EVENT("report.1", "Warning",
									    "\\u001b[31mFailed",
									    "report-x8s1c",
									    "2026-11-21T08:13:20Z",
									    "1",
									    "\\u001b]0;"
									    "owned\\u0007 Error: "
									    "ImagePullBackOff") "]"
												"}";

/* One is gone from the second list of payments. */
static void shop_record(struct screen_fixture *f)
{
	struct recorder *r;

	screen_fixture_init(f, "INC-2026-041 miner in checkout");
	r = pods_record(f->path);
	screen_clock -= 90 * STAMP_SECOND;
	pods_list_text(r, hostile);
	pods_list(r, before, "payments", "complete", NULL);
	screen_clock += 30 * STAMP_SECOND;
	pods_list(r, now, "payments", "complete", NULL);
	screen_clock = SCREEN_CLOCK;
	pods_list(r, web, "storefront", "complete", NULL);
	pods_list_kind(r, &(struct fixture_kind){ "events", "Event" }, events, "complete", NULL);
	pods_gap(r, "secrets/*", "denied",
		 "list secrets (403): ana may not; kubectl create role reads --verb=list "
		 "--resource=secrets");
	pods_gap(r, "pod/payments/ledger-0", "rotated", "the log of db begins at 06:40Z");
	g_assert_true(recorder_stop(r, NULL));
}

/* The screen at rest after these keys. */
static void shop_show(struct screen_fixture *f, gboolean plain, int lines, int columns,
		      const char *keys)
{
	screen_fixture_open(f, plain, 24, 80);
	screen_fixture_until(f, "agent-0");
	screen_fixture_keys(f, keys);
	screen_fixture_resize(f, lines, columns);
}

static void shop_open(struct screen_fixture *f, gboolean plain, int lines, int columns)
{
	shop_record(f);
	shop_show(f, plain, lines, columns, "");
}

/* --- as text ------------------------------------------------------------------------------------- */

static const struct {
	const char *name, *keys;
} views[] = {
	{ "pods", "" },        { "yaml", "\r" },          { "help", "?" },
	{ "leave", "Q" },      { "command", ":e" },       { "events", ":events\r" },
	{ "gaps", ":gaps\r" }, { "ledger", ":ledger\r" }, { "evidence", ":evidence\r" },
	{ "jobs", ":jobs\r" }, { "versions", "jjjjD" },   { "bytes", "jjjjo\r" },
};

static void screens_are_as_written_down(void)
{
	for (gsize size = 0; size < KEPT_SIZES; size++)
		for (gsize view = 0; view < G_N_ELEMENTS(views); view++) {
			g_auto(screen_fixture) f = { 0 };
			g_autofree char *text = NULL;

			shop_record(&f);
			shop_show(&f, kept_sizes[size].plain, kept_sizes[size].lines,
				  kept_sizes[size].columns, views[view].keys);
			text = screen_fixture_text(&f);
			kept_compare(views[view].name, &kept_sizes[size], text);
		}
}

/* --- hostile text -------------------------------------------------------------------------------- */

static gboolean is_harmless(gunichar c)
{
	if (c < 0x20 || (c >= 0x7f && c < 0xa0))
		return FALSE;
	return g_unichar_type(c) != G_UNICODE_FORMAT;
}

static void assert_harmless(const struct canvas *c)
{
	for (int line = 0; line < c->lines; line++)
		for (int column = 0; column < c->columns; column++) {
			const struct canvas_cell *cell = canvas_at(c, line, column);

			g_assert_true(cell->cells == 0 || is_harmless(cell->text[0]));
			for (gsize i = 1; i < G_N_ELEMENTS(cell->text) && cell->text[i]; i++)
				g_assert_true(g_unichar_iszerowidth(cell->text[i]) &&
					      is_harmless(cell->text[i]));
		}
}

static void no_cell_holds_a_control_character(void)
{
	static const char *const keys[] = { "", "\r", "w", "/\x1b[31m\r", "n" };

	for (int plain = 0; plain < 2; plain++) {
		g_auto(screen_fixture) f = { 0 };

		shop_open(&f, plain, 60, 200);
		for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
			screen_fixture_keys(&f, keys[i]);
			assert_harmless(&f.canvas);
		}
	}
}

static void yaml_shows_hostile_notes_escaped(void)
{
	static const char *const rows[] = {
		"bell: \"\\a\\e]0;owned\\a\"",
		"clear: \"\\e[2J\\e[H\"",
		"clipboard: \"\\e]52;c;cHduZWQ=\\a\"",
		"link: \"\\e]8;;http://x\\e\\\\here\"",
		"nothing: a\357\277\275b",
		"txt.exe",
		"app: \"\\e[31mred\\e[0m\"",
	};
	g_auto(screen_fixture) f = { 0 };
	g_autofree char *text = NULL;

	shop_open(&f, FALSE, 60, 200);
	screen_fixture_keys(&f, "\r");
	text = screen_fixture_text(&f);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s in:\n%s", rows[i], text);
		g_assert_nonnull(strstr(text, rows[i]));
	}
}

/* --- rows ---------------------------------------------------------------------------------------- */

static void a_row_is_coloured_by_what_it_means(void)
{
	static const struct {
		const char *text;
		enum role role;
	} rows[] = {
		{ "0/1 Succeeded", ROLE_TEXT }, { "Succeeded", ROLE_TEXT },
		{ "0/1 Failed", ROLE_DECIDE },  { "Failed", ROLE_DANGER },
		{ "0/1 Pending", ROLE_DECIDE }, { "Pending", ROLE_DECIDE },
		{ "0/1 Running", ROLE_DECIDE }, { "2/2 Running", ROLE_TEXT },
		{ "carts-5d4", ROLE_GONE },     { "gone 08:12:20Z", ROLE_GONE },
		{ "agent-0", ROLE_CURSOR },
	};
	g_auto(screen_fixture) f = { 0 };

	shop_open(&f, FALSE, 40, 120);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].text);
		g_assert_cmpint(screen_fixture_role(&f, rows[i].text), ==, rows[i].role);
	}
}

static void who_types_ahead_opens_what_was_asked_for(void)
{
	static const struct {
		const char *keys, *shown;
	} rows[] = {
		{ "/ledger 0/1 failed\x15"
		  "ledger-0\r\r",
		  "payments/ledger-0 › YAML" },
		{ "/web\ry", "storefront/web-69c4b7f9d5-zz8lq › YAML" },
		{ "I\r", "storefront/web-69c4b7f9d5-zz8lq › YAML" },
		{ "/nothing-like-it\r\r", "no row is there to open" },
		{ "I\r?", "Keys that work here" },
		{ "/ledger-0\r\rw/ledger\rqj", "Pods, all namespaces /ledger-0" },
		{ "/ledger-0\r\r\t", "payments/ledger-0 › Events" },
		{ "/ledger-0\r\r\x1b", "Pods, all namespaces  " },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };

		shop_open(&f, FALSE, 40, 120);
		for (const char *key = rows[i].keys; *key; key++)
			screen_key(f.screen, (gunichar)*key);
		screen_fixture_until(&f, rows[i].shown);
	}
}

static void a_screen_may_be_left_while_a_document_is_read(void)
{
	g_auto(screen_fixture) f = { 0 };

	shop_open(&f, FALSE, 24, 80);
	for (int n = 0; n < 20; n++) {
		screen_key(f.screen, KEY_RETURN);
		screen_key(f.screen, 'q');
	}
	screen_key(f.screen, KEY_RETURN);
	g_assert_false(screen_ended(f.screen));
}

static void a_case_without_title_goes_by_its_files_name(void)
{
	static const char *const titles[] = { NULL, "" };

	for (gsize i = 0; i < G_N_ELEMENTS(titles); i++) {
		g_auto(screen_fixture) f = { 0 };

		screen_fixture_init(&f, titles[i]);
		screen_fixture_open(&f, FALSE, 24, 80);
		screen_fixture_until(&f, "kase │ c.kase │ ");
	}
}

static void who_is_gone_for_days_says_the_date(void)
{
	g_auto(screen_fixture) f = { 0 };
	struct recorder *r;

	shop_record(&f);
	screen_clock += 3 * 86400 * STAMP_SECOND;
	r = pods_record(f.path);
	pods_list(r, web, "storefront", "complete", NULL);
	g_assert_true(recorder_stop(r, NULL));
	screen_fixture_open(&f, FALSE, 24, 80);
	screen_fixture_until(&f, "gone 2026-11-24 ");
}

/* --- sizes --------------------------------------------------------------------------------------- */

static void assert_as_new(struct screen_fixture *f, const char *keys)
{
	struct screen_fixture fresh = { .path = f->path };
	g_autofree char *resized = screen_fixture_text(f), *expected = NULL;

	shop_show(&fresh, FALSE, f->canvas.lines, f->canvas.columns, keys);
	expected = screen_fixture_text(&fresh);
	g_assert_cmpstr(resized, ==, expected);
	fresh.path = NULL;
	screen_fixture_clear(&fresh);
}

static void a_resized_screen_is_as_a_new_one_of_its_size(void)
{
	static const char *const keys[] = { "", "\r", "?", "Q" };
	g_autoptr(GRand) random = g_rand_new_with_seed(41);

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_auto(screen_fixture) f = { 0 };

		shop_record(&f);
		shop_show(&f, FALSE, 24, 80, keys[i]);
		for (int n = 0; n < 25; n++) {
			screen_fixture_resize(&f, g_rand_int_range(random, 1, 70),
					      g_rand_int_range(random, 1, 220));
			assert_as_new(&f, keys[i]);
		}
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/screens/" #name, name }
		TEST(screens_are_as_written_down),
		TEST(no_cell_holds_a_control_character),
		TEST(yaml_shows_hostile_notes_escaped),
		TEST(a_row_is_coloured_by_what_it_means),
		TEST(who_types_ahead_opens_what_was_asked_for),
		TEST(a_screen_may_be_left_while_a_document_is_read),
		TEST(a_case_without_title_goes_by_its_files_name),
		TEST(who_is_gone_for_days_says_the_date),
		TEST(a_resized_screen_is_as_a_new_one_of_its_size),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
