/* Marks on rows of tables and bookmarks on lines of texts; and what is copied. */
#include <kase/stamp.h>

#include <string.h>

#include "clipboard.h"
#include "loop.h"
#include "pods-fixture.h"
#include "screen-fixture.h"

static const struct fixture_log log_of_ledger = { "payments", "ledger-0", "uid-payments-ledger-0",
						  "main", "0" };

#define LINES                                     \
	"2026-11-24T08:10:00.000000001Z first\n"  \
	"2026-11-24T08:10:01.000000001Z second\n" \
	"2026-11-24T08:10:02.000000001Z third \033[31m\n"

static void shop_open_at(struct screen_fixture *f, gboolean plain, int columns)
{
	struct recorder *r;

	screen_fixture_init(f, "shop");
	r = pods_record(f->path);
	pods_list(r, fixture_shop, "", "complete", NULL);
	pods_log(r, &log_of_ledger, LINES);
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

/* --- copying ------------------------------------------------------------------------------------- */

static void what_is_copied_are_the_marked_rows_or_this_line(void)
{
	static const struct {
		const char *keys, *copied, *said;
	} rows[] = {
		{ "jjc", "payments\tledger-0\t0/1\tRunning\t8\t", "copied 1 row, " },
		{ ":copy\r", "payments\tcheckout-7d9f6c5b8-p9qk7\t2/2\t", "copied 1 row, " },
		{ "j jj kc", "payments\tcheckout-7d9f6c5b8-x2x4m\t", "copied 2 rows, " },
		{ ":mark all\rc", "\nstorefront\tweb-69c4b7f9d5-zz8lq\t", "copied 6 rows, " },
		/* Those that the filter hides come last. */
		{ " /web\rc", "payments\tcheckout-7d9f6c5b8-p9qk7\t", "copied 1 row, " },
		{ " /web\r c", ":50.000000000Z\npayments\tcheckout-", "copied 2 rows, " },
		{ "/web\rc", "storefront\tweb-69c4b7f9d5-nzdmw\t", "copied 1 row, " },
		{ "/nosuch\rc", NULL, "no row is there to copy" },
		{ "yc", "apiVersion: v1",
		  "copied line 1, 14 characters, if the terminal allows (tmux: " },
		{ "y/restartcount\rc", "restartCount: 0", "copied line " },
		{ "jj:logs\rc",
		  "2026-11-24T08:10:02.000000001Z\tpayments/ledger-0/main\tthird ␛[31m",
		  "copied this line, " },
		{ ":logs\rc", NULL, "no line is there to copy" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };
		g_autofree char *copied = NULL;

		shop_open(&f);
		g_test_message("%s", rows[i].keys);
		screen_fixture_keys(&f, rows[i].keys);
		screen_fixture_until(&f, rows[i].said);
		copied = screen_take_copied(f.screen);
		g_test_message("%s", copied ? copied : "nothing");
		g_assert_true(rows[i].copied ? copied && strstr(copied, rows[i].copied) : !copied);
		g_assert_null(screen_take_copied(f.screen));
	}
}

static void nothing_hostile_is_copied_and_values_are_whole(void)
{
	g_auto(screen_fixture) f = { 0 };
	struct recorder *r;
	g_autofree char *copied = NULL;

	screen_fixture_init(&f, "shop");
	r = pods_record(f.path);
	pods_list(r, fixture_hostile, "", "complete", NULL);
	g_assert_true(recorder_stop(r, NULL));
	screen_fixture_open(&f, FALSE, 24, 80);
	screen_fixture_until(&f, "pods 2 of 2");
	press(&f, ":mark all\rc");
	copied = screen_take_copied(f.screen);
	g_test_message("%s", copied);
	for (const char *c = copied; *c; c++)
		g_assert_true(*c == '\n' || *c == '\t' || (guchar)*c >= ' ');
	g_assert_nonnull(strstr(copied, "⟨RLO⟩"));
	g_assert_null(strstr(copied, "…"));
}

static void what_is_too_much_for_a_terminal_ends_at_a_row(void)
{
	g_auto(screen_fixture) f = { 0 };
	struct recorder *r;
	g_autofree char *copied = NULL;

	screen_fixture_init(&f, "shop");
	r = pods_record(f.path);
	pods_list_many(r, 1500);
	g_assert_true(recorder_stop(r, NULL));
	screen_fixture_open(&f, FALSE, 24, 120);
	screen_fixture_until(&f, "pods 1500 of");
	press(&f, ":mark all\rc");
	screen_fixture_until(&f, " of 1500 rows, ");
	screen_fixture_until(&f, "(no more at once)");
	copied = screen_take_copied(f.screen);
	g_assert_cmpuint(strlen(copied), <=, CLIPBOARD_BYTES);
	g_assert_cmpuint(strlen(copied), >, CLIPBOARD_BYTES - 500);
	g_assert_true(g_str_has_suffix(copied, "Z"));
}

static void a_row_alone_that_is_too_much_is_cut_at_a_character(void)
{
	g_autoptr(GString) text = g_string_new("a");
	const char *fields[] = { NULL, NULL };
	struct clipping c;

	while (text->len < 3 * CLIPBOARD_BYTES)
		g_string_append(text, "ü");
	fields[1] = text->str;
	clipping_init(&c);
	g_assert_false(clipping_add(&c, fields, 2));
	g_assert_true(c.full);
	g_assert_cmpuint(c.rows, ==, 1);
	g_assert_cmpuint(c.text->len, <=, CLIPBOARD_BYTES);
	g_assert_cmpuint(c.text->len, >, CLIPBOARD_BYTES - 4);
	g_assert_true(g_str_has_prefix(c.text->str, "?\taü"));
	g_assert_true(g_utf8_validate(c.text->str, -1, NULL));
	g_assert_false(clipping_add(&c, fields, 1));
	g_assert_cmpuint(c.rows, ==, 1);
	clipping_clear(&c);
}

static void a_terminal_is_sent_one_sequence(void)
{
	g_autoptr(GString) out = g_string_new("before");

	clipboard_append(out, "pods\t1\n");
	g_assert_cmpstr(out->str, ==, "before\033]52;c;cG9kcwkxCg==\033\\");
}

/* --- bookmarks ----------------------------------------------------------------------------------- */

static void a_bookmark_is_gone_to_and_shown(void)
{
	static const struct {
		const char *keys, *shown;
	} rows[] = {
		{ "jj:logs\rm", "▸◆08:10:02.000 main third" },
		{ "jj:logs\rm", "1 bookmark here; u and U go to it" },
		{ "jj:logs\rmk", " ◆08:10:02.000 main third" },
		{ "jj:logs\rmkm", "2 bookmarks here; u and U go to them" },
		{ "jj:logs\rmkmU", "▸◆08:10:02.000 main third" },
		{ "jj:logs\rmkmUU", "▸◆08:10:01.000 main second" },
		{ "jj:logs\rmgu", "▸◆08:10:02.000 main third" },
		{ "jj:logs\rmkmgu", "▸◆08:10:01.000 main second" },
		{ "jj:logs\rmkmguu", "▸◆08:10:02.000 main third" },
		{ "jj:logs\rmkmguuu", "▸◆08:10:01.000 main second" },
		{ "jj:logs\rmkmgm:next-bookmark\r", "▸◆08:10:01.000 main second" },
		{ "jj:logs\rmm", "no bookmark is left here" },
		{ "jj:logs\rmm", "▸08:10:02.000 main third" },
		{ "jj:logs\ru", "nothing is bookmarked here: m bookmarks a line" },
		{ ":logs\rm", "no line of a log is there to bookmark" },
		{ "jj:logs\rm[]", "▸◆08:10:02.000 main third" },
		{ "jj:logs\rm\x1b]", "▸◆08:10:02.000 main third" },
		{ "jj:logs\rmkmwU", "▸◆08:10:02.000 main third" },
		{ "ym", "◆ apiVersion: v1" },
		{ "ym", "line 1: 1 bookmark here; u and U go to it" },
		{ "yjjm", "◆ metadata:" },
		{ "yjjmgm", "2 bookmarks here" },
		{ "yjjmgmuc", "copied line 3, " },
		{ "yjjmgmuuc", "copied line 1, " },
		{ "yjjmgmUc", "copied line 3, " },
		{ "y/restartcount\rm", "◆     restartCount: 0" },
		{ "y/restartcount\rmgu", "◆     restartCount: 0" },
		{ "yu", "nothing is bookmarked here: m bookmarks a line" },
		{ "ymm", "line 1: no bookmark is left here" },
		{ "ymJ", "bookmarks dropped: they were in another text" },
		{ "?m", "◆ Keys that work here" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };

		shop_open(&f);
		g_test_message("%s", rows[i].keys);
		screen_fixture_keys(&f, rows[i].keys);
		screen_fixture_until(&f, rows[i].shown);
	}
}

struct wanted {
	struct screen_fixture *f;
	const char *shown;
};

/* What lies beyond what is at hand is not known to be left out until it was looked at. */
static gboolean u_leads_there(void *user)
{
	struct wanted *w = user;

	screen_fixture_key(w->f, 'u');
	return screen_fixture_shows(w->f, w->shown);
}

static void a_bookmark_that_is_not_chosen_is_passed_by(void)
{
	static const struct {
		const char *keys, *shown;
	} rows[] = {
		{ "mkmkm/third\r&", "▸◆08:10:02.000 main third" },
		{ "km/third\r&", "no bookmark is among the lines shown; Esc shows all" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };
		struct wanted wanted;

		shop_open(&f);
		screen_fixture_keys(&f, "jj:logs\r");
		screen_fixture_until(&f, "third");
		screen_fixture_keys(&f, rows[i].keys);
		screen_fixture_until(&f, "F goes to the end\n▸"); /* the only line */
		wanted = (struct wanted){ &f, rows[i].shown };
		g_assert_true(loop_until_true(u_leads_there, &wanted));
	}
}

static void a_bookmark_that_is_far_is_gone_to(void)
{
	g_auto(screen_fixture) f = { 0 };
	g_autoptr(GString) text = g_string_new(NULL);
	struct recorder *r;

	screen_fixture_init(&f, "shop");
	r = pods_record(f.path);
	pods_list(r, fixture_shop, "", "complete", NULL);
	for (int i = 0; i < 9000; i++)
		g_string_append_printf(text, "2026-11-24T08:%02d:%02d.%03dZ line %d\n",
				       i / 1000 / 60, i / 1000 % 60, i % 1000, i);
	pods_log(r, &log_of_ledger, text->str);
	g_assert_true(recorder_stop(r, NULL));
	screen_fixture_open(&f, FALSE, 24, 100);
	screen_fixture_until(&f, "pods 6 of 6");
	press(&f, "jjl");
	screen_fixture_until(&f, "▸08:00:08.999 main line 8999");
	press(&f, "mg");
	screen_fixture_until(&f, "▸ 08:00:00.000 main line 0");
	press(&f, "m");
	press(&f, "u");
	screen_fixture_until(&f, "▸◆08:00:08.999 main line 8999");
	press(&f, "U");
	screen_fixture_until(&f, "▸◆08:00:00.000 main line 0");
}

/* Of a document that changes a line above and another below goes or comes. */
static void a_bookmark_stays_on_its_line_when_the_document_changes(void)
{
	static const struct fixture_pod other[] = { { "payments", "ledger-0", NULL, 0, 2, 9,
						      "registry.shop.example/other:9", "ledger",
						      "node-1", 60, NULL },
						    { 0 } };
	static const struct {
		const char *keys, *shown, *said;
	} rows[] = {
		{ "jjy/serviceaccountname\rm", "◆   serviceAccountName: ledger", NULL },
		{ "jjy/restartcount: 8\rm", "restartCount: 9", "a bookmark went: its line is not" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };
		g_autofree char *copied = NULL;
		struct recorder *r;

		shop_open(&f);
		screen_fixture_resize(&f, 40, 100);
		screen_fixture_keys(&f, rows[i].keys);
		screen_fixture_until(&f, "◆ ");
		r = pods_record(f.path);
		pods_list(r, other, "", "partial", "test");
		g_assert_true(recorder_stop(r, NULL));
		screen_notice(f.screen);
		screen_fixture_until(&f, "restartCount: 9");
		screen_fixture_until(&f, rows[i].shown);
		g_assert_true(!rows[i].said || screen_fixture_shows(&f, rows[i].said));
		g_assert_cmpint(screen_fixture_shows(&f, "◆"), ==, !rows[i].said);
		/* So does the line that one is on. */
		press(&f, "c");
		copied = screen_take_copied(f.screen);
		g_assert_cmpint(strstr(copied, "serviceAccountName") != NULL, ==, !rows[i].said);
	}
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
		TEST(what_is_copied_are_the_marked_rows_or_this_line),
		TEST(nothing_hostile_is_copied_and_values_are_whole),
		TEST(what_is_too_much_for_a_terminal_ends_at_a_row),
		TEST(a_row_alone_that_is_too_much_is_cut_at_a_character),
		TEST(a_terminal_is_sent_one_sequence),
		TEST(a_bookmark_is_gone_to_and_shown),
		TEST(a_bookmark_that_is_not_chosen_is_passed_by),
		TEST(a_bookmark_that_is_far_is_gone_to),
		TEST(a_bookmark_stays_on_its_line_when_the_document_changes),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
