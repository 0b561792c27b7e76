#include "keys.h"

#include <kase/text.h>

#include <string.h>

#include "pods-fixture.h"
#include "screen-fixture.h"

#define OBJECT (KEYS_THAT_OPEN(COMMAND_EVIDENCE) | KEYS_THAT_OPEN(COMMAND_VERSIONS))
#define POD    (KEYS_THAT_OPEN(COMMAND_LOGS) | KEYS_THAT_OPEN(COMMAND_PREVIOUS_LOGS))
#define PODS \
	(KEYS_IN_TABLE | KEYS_THAT_OPEN(COMMAND_OPEN) | KEYS_THAT_OPEN(COMMAND_YAML) | OBJECT | POD)
#define YAML   (KEYS_IN_TEXT | KEYS_IN_DETAIL | KEYS_IN_LATER | KEYS_IN_RING | OBJECT)
#define LOGS   (YAML | KEYS_IN_STREAM | KEYS_THAT_OPEN(COMMAND_OPEN) | KEYS_THAT_OPEN(COMMAND_YAML))
#define EVENTS (PODS | KEYS_IN_DETAIL | KEYS_IN_LATER | KEYS_IN_RING)

/* Where one can be: as screen.c puts it together. */
static const struct {
	const char *name;
	guint place;
} places[] = {
	{ "pods", PODS | KEYS_IN_FIRST },
	{ "pods, live", PODS | KEYS_IN_FIRST | KEYS_WITH_CLUSTER },
	{ "yaml", YAML },
	{ "yaml, live", YAML | KEYS_WITH_CLUSTER },
	{ "events of a pod", EVENTS },
	{ "logs", LOGS },
	{ "logs, live", LOGS | KEYS_WITH_CLUSTER },
	{ "help", KEYS_IN_TEXT | KEYS_IN_LATER },
	{ "help, live", KEYS_IN_TEXT | KEYS_IN_LATER | KEYS_WITH_CLUSTER },
};

static gsize keys_of(const struct key_row *row)
{
	gsize n = 0;

	while (n < G_N_ELEMENTS(row->keys) && row->keys[n])
		n++;
	return n;
}

static gboolean row_has(const struct key_row *row, gunichar key)
{
	for (gsize i = 0; i < keys_of(row); i++)
		if ((gunichar)row->keys[i] == key)
			return TRUE;
	return FALSE;
}

static void every_key_has_help_or_says_where_it_will_work(void)
{
	for (gsize i = 0; i < key_rows_count; i++) {
		const struct key_row *row = &key_rows[i];

		g_test_message("%s", row->written);
		g_assert_cmpuint(keys_of(row), >, 0);
		if (row->command == COMMAND_NONE) {
			g_assert_nonnull(row->where);
			g_assert_cmpuint(row->places, ==, 0);
			continue;
		}
		g_assert_nonnull(row->help);
		g_assert_nonnull(row->name);
		g_assert_cmpuint(row->places, !=, 0);
	}
}

static void every_command_has_a_key(void)
{
	gboolean found[COMMANDS] = { FALSE };

	for (gsize i = 0; i < key_rows_count; i++)
		found[key_rows[i].command] = TRUE;
	for (int command = COMMAND_NONE + 1; command < COMMANDS; command++)
		g_assert_true(found[command]);
}

static void no_key_has_two_uses_at_one_place(void)
{
	for (gsize p = 0; p < G_N_ELEMENTS(places); p++)
		for (gsize i = 0; i < key_rows_count; i++)
			for (gsize k = 0; k < keys_of(&key_rows[i]); k++) {
				guint uses = 0;

				for (gsize j = 0; j < key_rows_count; j++)
					uses += key_works(&key_rows[j], places[p].place) &&
						row_has(&key_rows[j], key_rows[i].keys[k]);
				g_test_message("%s: %s", places[p].name, key_rows[i].written);
				g_assert_cmpuint(uses, <=, 1);
			}
}

/* A key that is taken for later has no use now; else its rows would never be asked. */
static void no_key_is_both_taken_and_used(void)
{
	for (gsize i = 0; i < key_rows_count; i++)
		for (gsize j = 0; j < i; j++)
			for (gsize k = 0; k < keys_of(&key_rows[i]); k++) {
				if (!row_has(&key_rows[j], key_rows[i].keys[k]))
					continue;
				g_test_message("%s, %s", key_rows[i].written, key_rows[j].written);
				g_assert_cmpint(key_rows[i].command, !=, COMMAND_NONE);
				g_assert_cmpint(key_rows[j].command, !=, COMMAND_NONE);
			}
}

static void every_key_without_use_says_where_it_has_one(void)
{
	for (gsize p = 0; p < G_N_ELEMENTS(places); p++)
		for (gsize i = 0; i < key_rows_count; i++) {
			const struct key_row *row = &key_rows[i];
			g_autofree char *excuse = NULL;

			if (key_works(row, places[p].place))
				continue;
			/* Another row of this key may work here: then nothing has to be said. */
			if (key_works(key_row_of(row->keys[0], places[p].place), places[p].place))
				continue;
			excuse = key_excuse(row, places[p].place);
			g_test_message("%s: %s", places[p].name, excuse);
			g_assert_true(g_str_has_prefix(excuse, row->written));
			g_assert_null(strstr(excuse, "(null)"));
			if (row->where && !(row->places & KEYS_WITH_CLUSTER))
				g_assert_nonnull(strstr(excuse, row->where));
		}
}

static void every_key_of_a_footer_works_there_and_fits(void)
{
	for (gsize p = 0; p < G_N_ELEMENTS(places); p++) {
		const struct key_row *rows[16];
		gsize n = key_footer(places[p].place, rows, G_N_ELEMENTS(rows));
		int cells = 0;

		g_assert_cmpuint(n, >, 2);
		for (gsize i = 0; i < n; i++) {
			g_test_message("%s: %s", places[p].name, rows[i]->written);
			g_assert_true(key_row_of(rows[i]->keys[0], places[p].place) == rows[i]);
			g_assert_true(i == 0 || rows[i - 1]->rank <= rows[i]->rank);
			cells += text_cells(rows[i]->written) + 1 + text_cells(rows[i]->word) + 2;
		}
		g_assert_cmpint(cells, <=, 76);
	}
}

static void help_names_every_key_that_has_a_use_once(void)
{
	for (gsize p = 0; p < G_N_ELEMENTS(places); p++) {
		g_autofree char *help = key_help(places[p].place);
		const char *elsewhere = strstr(help, "\nKeys that work elsewhere\n");

		g_assert_nonnull(elsewhere);
		for (gsize i = 0; i < key_rows_count; i++) {
			const struct key_row *row = &key_rows[i];
			g_autofree char *line = g_strdup_printf(
				"  %s%*s%s", row->written,
				(int)(12 - g_utf8_strlen(row->written, -1)), "", row->help);
			const char *at = row->help ? strstr(help, line) : NULL;

			if (!row->help)
				continue;
			g_test_message("%s: %s", places[p].name, row->written);
			g_assert_nonnull(at);
			g_assert_true((at < elsewhere) == key_works(row, places[p].place));
		}
	}
}

static void a_key_that_is_pressed_at_the_wrong_place_is_explained(void)
{
	static const struct {
		const char *keys, *said;
	} rows[] = {
		{ "?d", "d works on an object" },
		{ "z", "z: needs a cluster; this case is open offline" },
		{ "J", "J works in what was opened from a row of a table" },
		{ " ", "no row is there to mark" },
		{ "LL", "this is all of it: Ledger" },
		{ "??", "these are the keys; q goes back" },
		{ "?w", "long lines are wrapped" },
		{ "?ww", "long lines are cut; → shows more" },
		{ "é", "this key has no use; ? shows those that have" },
		{ "\x1a", "kase does not stop in the background" },
		{ "\x03", "nothing is typed; Q leaves" },
		{ "\x1b", "this is the first pane: q leaves" },
		{ "\r", "no row is there to open" },
		{ "?J", "J works in what was opened from a row of a table" },
		{ "?>", "> works in a table" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };

		screen_fixture_init(&f, NULL);
		screen_fixture_open(&f, FALSE, 24, 80);
		screen_fixture_keys(&f, rows[i].keys);
		g_test_message("%s", rows[i].said);
		g_assert_true(screen_fixture_shows(&f, rows[i].said));
		g_assert_false(screen_ended(f.screen));
	}
}

static void every_way_out_leaves_or_stays_as_it_says(void)
{
	static const struct {
		const char *keys;
		gboolean ended;
	} rows[] = {
		{ "q", TRUE },   { "Q", FALSE },     { "Qy", TRUE },      { "QQ", TRUE },
		{ "Qn", FALSE }, { "Q\x1b", FALSE }, { "?q", FALSE },     { "?qq", TRUE },
		{ "/q", FALSE }, { "/Qy", FALSE },   { "/x\x1bq", TRUE }, { "?\x1b\x1b", FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };

		screen_fixture_init(&f, NULL);
		screen_fixture_open(&f, FALSE, 24, 80);
		screen_fixture_keys(&f, rows[i].keys);
		g_test_message("%s", rows[i].keys);
		g_assert_cmpint(screen_ended(f.screen), ==, rows[i].ended);
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/keys/" #name, name }
		TEST(every_key_has_help_or_says_where_it_will_work),
		TEST(every_command_has_a_key),
		TEST(no_key_has_two_uses_at_one_place),
		TEST(no_key_is_both_taken_and_used),
		TEST(every_key_without_use_says_where_it_has_one),
		TEST(every_key_of_a_footer_works_there_and_fits),
		TEST(help_names_every_key_that_has_a_use_once),
		TEST(a_key_that_is_pressed_at_the_wrong_place_is_explained),
		TEST(every_way_out_leaves_or_stays_as_it_says),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
