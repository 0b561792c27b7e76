/*
 * Logs of a pod on the screen: all containers in one stream, and what stands between their lines.
 */
#include <kase/stamp.h>

#include <string.h>

#include "kept-screens.h"
#include "loop.h"
#include "pods-fixture.h"
#include "screen-fixture.h"

#define DB(name, restarts, state, last)                                                           \
	"{\"name\": \"" name "\", \"ready\": true, \"restartCount\": " restarts                   \
	", \"containerID\": \"c2\", \"state\": {\"running\": {\"startedAt\": \"" state            \
	"\"}}, \"lastState\": {\"terminated\": {\"containerID\": \"c1\", \"exitCode\": 2, "       \
	"\"reason\": \"Error\", \"startedAt\": \"2026-11-24T08:00:00Z\", \"finishedAt\": \"" last \
	"\"}}}"

static const char ledger[] =
	"{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"items\": [{\"metadata\": {\"namespace\":"
	" \"payments\", \"name\": \"ledger-0\", \"uid\": \"u-1\", \"resourceVersion\": \"9\","
	" \"creationTimestamp\": \"2026-11-24T08:00:00Z\"}, \"spec\": {\"initContainers\":"
	" [{\"name\": \"migrate\", \"image\": \"migrate:3\"}], \"containers\": [{\"name\": \"db\","
	" \"image\": \"ledger:3\"}, {\"name\": \"sidecar\", \"image\": \"proxy:1\"}]}, \"status\":"
	" {\"phase\": \"Running\", \"containerStatuses\": [" DB("db", "1", "2026-11-24T08:10:00Z",
								"2026-11-24T08:09:59Z") "]}}]}";

#define LOG(container, instance)                                   \
	&(struct fixture_log)                                      \
	{                                                          \
		"payments", "ledger-0", "u-1", container, instance \
	}
#define AT(time) "2026-11-24T08:" time "Z "

static const char hostile_line[] = AT(
	"09:58.800000000") "status \x1b]0;owned\x07\x1b[2J\x1b[31mok\x1b[0m"
			   " \x1b]52;c;cHduZWQ=\x07 done "
			   "\xe2\x80\xaetxt.exe\n";

static void ledger_record(struct screen_fixture *f, struct recorder **r)
{
	g_autofree char *old = g_strconcat(
		AT("00:01.000000001") "starting\n" AT(
			"09:58.500000000") "panic: index out of range [3] with length 3\n",
		hostile_line, NULL);

	screen_fixture_init(f, "INC-2026-041 miner in checkout");
	*r = pods_record(f->path);
	pods_list_text(*r, ledger);
	pods_log(*r, LOG("db", "c1"), old);
	pods_log(*r, LOG("db", "c2"),
		 AT("10:00.100000000") "starting again\n" AT(
			 "12:00.000000000") "GET /cart/4 200\n" AT("12:01.000000000") "GET /cart/5 "
										      "500\n");
	pods_log(*r, LOG("sidecar", "s1"),
		 AT("05:00.000000000") "ready\n" AT("12:00.500000000") "heartbeat\n");
	screen_clock -= 30 * STAMP_SECOND;
	pods_gap(*r, "log of db in payments/ledger-0", "rotated", "begins at 08:00Z");
	screen_clock = SCREEN_CLOCK;
}

/* At the logs of it. */
static void ledger_open(struct screen_fixture *f, gboolean plain, int lines, int columns)
{
	struct recorder *r;

	ledger_record(f, &r);
	g_assert_true(recorder_stop(r, NULL));
	screen_fixture_open(f, plain, lines, columns);
	screen_fixture_until(f, "ledger-0");
	screen_fixture_keys(f, "l");
	screen_fixture_until(f, "lines of 2 containers");
}

struct wanted {
	struct screen_fixture *f;
	const char *shown, *hidden; /* hidden: or NULL */
};

static gboolean stands(void *user)
{
	const struct wanted *w = user;

	screen_fixture_resize(w->f, w->f->canvas.lines, w->f->canvas.columns);
	return screen_fixture_shows(w->f, w->shown) &&
	       !(w->hidden && screen_fixture_shows(w->f, w->hidden));
}

/* --- as text ------------------------------------------------------------------------------------- */

static const struct {
	const char *name, *keys, *shown, *hidden;
} views[] = {
	{ "logs", "", "rotated", NULL },
	{ "logs-search", "g/cart\r", "/cart/4 200", NULL },
	{ "logs-only", "gC", "only db", "heartbeat" },
	{ "line", "k\r", "as it was received", NULL },
};

static void logs_are_as_written_down(void)
{
	for (gsize size = 0; size < KEPT_SIZES; size++)
		for (gsize view = 0; view < G_N_ELEMENTS(views); view++) {
			const struct kept_size *of = &kept_sizes[size];
			g_auto(screen_fixture) f = { 0 };
			struct wanted wanted = { &f, views[view].shown, views[view].hidden };
			g_autofree char *text = NULL;

			ledger_open(&f, of->plain, of->lines, of->columns);
			screen_fixture_keys(&f, views[view].keys);
			g_assert_true(loop_until_true(stands, &wanted));
			text = screen_fixture_text(&f);
			kept_compare(views[view].name, of, text);
		}
}

/* --- keys ---------------------------------------------------------------------------------------- */

/* Text that stands on the screen in this order, from above. */
static gboolean shows_in_order(struct screen_fixture *f, const char *const *texts)
{
	g_autofree char *shown = screen_fixture_text(f);
	const char *at = shown;

	for (; *texts; texts++) {
		at = strstr(at, *texts);
		if (!at) {
			g_test_message("no %s in its place in:\n%s", *texts, shown);
			return FALSE;
		}
		at++;
	}
	return TRUE;
}

static void all_containers_stand_in_time_with_what_is_between(void)
{
	static const char *const order[] = {
		"08:00:01.000 db",
		"starting",
		"08:05:00.000 sidecar",
		"ready",
		"08:09:58.500 db",
		"panic: index",
		"db started anew, restart 1; the one before ended: exit 2, Error",
		"starting again",
		"08:12:00.000 db",
		"GET /cart/4 200",
		"heartbeat",
		"GET /cart/5 500",
		"08:12:50.000",
		"gap: log of db: rotated; begins at 08:00Z",
		NULL,
	};
	g_auto(screen_fixture) f = { 0 };

	ledger_open(&f, FALSE, 40, 120);
	g_assert_true(shows_in_order(&f, order));
	g_assert_cmpint(screen_fixture_role(&f, "panic: index"), ==, ROLE_GONE);
	g_assert_cmpint(screen_fixture_role(&f, "gap: log"), ==, ROLE_DECIDE);
}

static void each_key_does_what_its_row_says(void)
{
	static const struct {
		const char *keys, *shown, *hidden;
	} rows[] = {
		{ "", "8 lines of 2 containers · 1 gap", NULL },
		{ "", "no line is held of: migrate", NULL },
		{ "g", "▸11-24 08:00:01.000 db", NULL },
		{ "gj", "▸11-24 08:05:00.000 sidecar", NULL },
		{ "g/cart\r", "▸11-24 08:12:00.000 db", NULL },
		{ "g/cart\rn", "▸11-24 08:12:01.000 db", NULL },
		{ "g/cart\rnn", "▸11-24 08:12:00.000 db", NULL },
		{ "g/cart\rN", "▸11-24 08:12:01.000 db", NULL },
		{ "/nowhere\r", "no \"nowhere\" in these logs", NULL },
		{ "n", "nothing is searched for: / searches", NULL },
		{ "&", "nothing is searched for: / searches, &", NULL },
		{ "/cart\r&", "GET /cart/4 200", "heartbeat" },
		{ "/cart\r&&", "heartbeat", NULL },
		{ "/cart\r&\033", "heartbeat", NULL },
		{ "/cart\r&/\x15"
		  "heart\r",
		  "heartbeat", "GET" },
		{ "/owned\r&", "␛]0;owned␇", "GET" },
		{ "/␛[2J\r&", "␛[2J", "GET" },
		{ "gjC", "only sidecar", "GET" },
		{ "gjC", "heartbeat", "panic" },
		{ "gjCC", "panic", NULL },
		{ "gjC\033", "panic", NULL },
		{ "GkC", "rotated", "heartbeat" },
		{ "GC", "this is no line of a container", NULL },
		{ "H", "heartbeat", "08:12:00.500" },
		{ ":at 08:10\r", "▸11-24 08:10:00.000 ", NULL },
		{ "@8:12\r", "▸11-24 08:12:00.000 db", NULL },
		{ ":at 08:12:00.2\r", "▸11-24 08:12:00.500 sidecar", NULL },
		{ ":at 2026-11-24T08:04Z\r", "▸11-24 08:05:00.000 sidecar", NULL },
		{ ":at 2026-11-24 08:04\r", "▸11-24 08:05:00.000 sidecar", NULL },
		{ ":at -3m\r", "▸11-24 08:09:58.500 db", NULL },
		{ ":at 2027-01-01T00:00:00Z\r", "▸11-24 08:12:50.000", NULL },
		{ ":at noon\r", ":at takes a time: 13:58", NULL },
		{ ":at 9223372036854775807\r", ":at takes a time: 13:58", NULL },
		{ "F", "this case is open offline: only what another kase records comes", NULL },
		{ "g\r", "payments/ledger-0 › Line", NULL },
		{ "g\r", "2026-11-24T08:00:01.000000001Z starting", NULL },
		{ "g\ro", "Evidence", NULL },
		{ "G\r", "reason  rotated", NULL },
		{ "y", "payments/ledger-0 › YAML", NULL },
		{ "=", "paused: what comes is recorded", NULL },
		{ "qp", "payments/ledger-0 › Logs before the last restart", NULL },
		{ "qp", "panic", "starting again" },
		{ "q:logs pod/payments/ledger-0\r", "payments/ledger-0 › Logs", NULL },
		{ "q\rl", "payments/ledger-0 › Logs", NULL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };
		struct wanted wanted;

		ledger_open(&f, FALSE, 40, 120);
		screen_fixture_keys(&f, rows[i].keys);
		g_test_message("%s after %s, without %s", rows[i].shown, rows[i].keys,
			       rows[i].hidden);
		wanted = (struct wanted){ &f, rows[i].shown, rows[i].hidden };
		g_assert_true(loop_until_true(stands, &wanted));
	}
}

static void a_hostile_line_is_shown_escaped(void)
{
	g_auto(screen_fixture) f = { 0 };

	ledger_open(&f, FALSE, 40, 200);
	g_assert_true(screen_fixture_shows(
		&f, "status ␛]0;owned␇␛[2J␛[31mok␛[0m ␛]52;c;cHduZWQ=␇ done ⟨RLO⟩txt.exe"));
	for (int line = 0; line < f.canvas.lines; line++)
		for (int column = 0; column < f.canvas.columns; column++) {
			gunichar c = canvas_at(&f.canvas, line, column)->text[0];

			g_assert_true(!g_unichar_iscntrl(c) || c == 0);
		}
}

/* --- many ---------------------------------------------------------------------------------------- */

#define MANY 9000

static void many_open(struct screen_fixture *f, struct recorder **r)
{
	g_autoptr(GString) one = g_string_new(NULL), other = g_string_new(NULL);

	screen_fixture_init(f, NULL);
	*r = pods_record(f->path);
	pods_list_text(*r, ledger);
	for (int i = 0; i < MANY; i++)
		g_string_append_printf(
			i % 3 ? one : other, "2026-11-24T08:%02d:%02d.%03d000000Z line-%05d.%s\n",
			i / 1800, i / 30 % 60, i % 30, i, i == MANY / 2 ? " needle" : "");
	pods_log(*r, LOG("db", "c2"), one->str);
	pods_log(*r, LOG("sidecar", "s1"), other->str);
	screen_fixture_open(f, FALSE, 40, 120);
	screen_fixture_until(f, "ledger-0");
	screen_fixture_keys(f, "l");
	screen_fixture_until(f, "line-08999.");
}

/* The numbers of the lines on the screen. */
static int numbers_shown(struct screen_fixture *f, int *numbers, int max)
{
	g_autofree char *shown = screen_fixture_text(f);
	int n = 0;

	for (const char *at = strstr(shown, "line-"); at && n < max; at = strstr(at + 1, "line-"))
		numbers[n++] = (int)g_ascii_strtoll(at + 5, NULL, 10);
	return n;
}

struct seeking {
	struct screen_fixture *f;
	int number;
	gunichar key;
};

/* Presses on until the line is on the screen; all that is shown meanwhile is in order, without a hole. */
static gboolean comes(void *user)
{
	struct seeking *k = user;
	int numbers[60], n;
	g_autofree char *wanted = g_strdup_printf("line-%05d.", k->number);

	screen_key(k->f->screen, k->key);
	screen_fixture_resize(k->f, 40, 120);
	n = numbers_shown(k->f, numbers, 60);
	for (int i = 1; i < n; i++)
		g_assert_cmpint(numbers[i], ==, numbers[i - 1] + 1);
	return screen_fixture_shows(k->f, wanted);
}

static void scrolling_meets_each_line_once_in_order(void)
{
	static const struct {
		gunichar key;
		int number;
	} rows[] = {
		{ KEYCODE_PAGE_UP, 0 },
		{ KEYCODE_PAGE_DOWN, MANY - 1 },
		{ KEY_CTRL('u'), 4000 },
		{ 'k', 3900 },
		{ KEY_CTRL('d'), 6000 },
		{ 'j', 6100 },
		{ 'g', 0 },
		{ 'G', MANY - 1 },
	};
	g_auto(screen_fixture) f = { 0 };
	struct recorder *r;

	many_open(&f, &r);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct seeking seeking = { &f, rows[i].number, rows[i].key };

		g_test_message("%d by %x", rows[i].number, rows[i].key);
		g_assert_true(loop_until_true(comes, &seeking));
	}
	g_assert_true(recorder_stop(r, NULL));
}

static void what_is_searched_is_found_beyond_what_is_at_hand(void)
{
	static const struct {
		const char *keys, *shown, *more, *then;
	} rows[] = {
		{ "g/needle\r", "line-04500. needle", NULL, NULL },
		{ "G/needle\r", "line-04500. needle", NULL, NULL },
		{ "G/needle\rg/\x15needle\r", "line-04500. needle", NULL, NULL },
		{ "g/line-08999\r", "line-08999.", NULL, NULL },
		{ "G/line-00000\r", "line-00000.", NULL, NULL },
		{ "/needle\r&", "line-04500. needle", NULL, NULL },
		{ ":at 08:02:30\r", "line-04500. needle", NULL, NULL },
		{ "/0450\r&/\x15needle\r", "line-04500. needle", NULL, NULL },
		{ "/needle\r", "line-04500. needle", "&&", "line-04501." },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };
		struct recorder *r;

		many_open(&f, &r);
		screen_fixture_keys(&f, rows[i].keys);
		screen_fixture_until(&f, rows[i].shown);
		screen_fixture_keys(&f, rows[i].more ? rows[i].more : "");
		screen_fixture_until(&f, rows[i].then ? rows[i].then : rows[i].shown);
		g_assert_true(recorder_stop(r, NULL));
	}
}

static void what_is_looked_for_can_be_stopped(void)
{
	static const struct {
		const char *keys, *shown;
	} rows[] = {
		{ "/nowhere\rz", "stopped: not all lines were looked through; n goes on" },
		{ "/nowhere\rzn", "no \"nowhere\" in these logs" },
		{ "/needle\r&z", "stopped: not all lines were looked through; n goes on" },
		{ "z", "nothing is being fetched that could be stopped" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };
		struct recorder *r;

		many_open(&f, &r);
		/* All at once: nothing is found meanwhile. */
		for (const char *key = rows[i].keys; *key; key++)
			screen_key(f.screen, (gunichar)*key);
		screen_fixture_until(&f, rows[i].shown);
		g_assert_true(recorder_stop(r, NULL));
	}
}

/* --- growing ------------------------------------------------------------------------------------- */

static void a_line_that_comes_is_shown_at_the_end(void)
{
	g_auto(screen_fixture) f = { 0 };
	struct recorder *r;

	ledger_record(&f, &r);
	screen_fixture_open(&f, FALSE, 40, 120);
	screen_fixture_until(&f, "ledger-0");
	screen_fixture_keys(&f, "l");
	screen_fixture_until(&f, "8 lines of 2 containers");
	pods_log(r, LOG("sidecar", "s1"), AT("13:10.000000000") "the newest\n");
	screen_notice(f.screen);
	screen_fixture_until(&f, "▸11-24 08:13:10.000 sidecar the newest");
	/* Late, of another container: it stands in its place. */
	pods_log(r, LOG("db", "c2"), AT("12:00.700000000") "late\n");
	screen_notice(f.screen);
	screen_fixture_until(&f, "08:12:00.700 db      late");
	screen_fixture_until(&f, "▸11-24 08:13:10.000 sidecar the newest");
	g_assert_true(recorder_stop(r, NULL));
}

static void who_reads_further_up_is_not_moved(void)
{
	g_auto(screen_fixture) f = { 0 };
	struct recorder *r;

	ledger_record(&f, &r);
	f.live = TRUE;
	screen_fixture_open(&f, FALSE, 24, 120);
	screen_fixture_until(&f, "ledger-0");
	screen_fixture_keys(&f, "l");
	screen_fixture_until(&f, "· following");
	screen_fixture_keys(&f, "kkk");
	screen_fixture_until(&f, "F follows");
	pods_log(r, LOG("sidecar", "s1"), AT("13:10.000000000") "the newest\n");
	screen_notice(f.screen);
	screen_fixture_until(&f, "F follows · 1 new");
	screen_fixture_until(&f, "▸11-24 08:12:00.000 db");
	screen_fixture_keys(&f, "F");
	screen_fixture_until(&f, "▸11-24 08:13:10.000 sidecar the newest");
	g_assert_true(recorder_stop(r, NULL));
}

static void whose_logs_are_looked_at_is_followed_where_there_is_a_cluster(void)
{
	static const struct {
		gboolean live, reached;
		const char *followed;
	} rows[] = {
		{ FALSE, FALSE, NULL },
		{ TRUE, FALSE, NULL },
		{ TRUE, TRUE, "pod/payments/ledger-0" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };
		struct recorder *r;

		ledger_record(&f, &r);
		f.live = rows[i].live;
		f.progress.live = rows[i].reached;
		f.progress.last_seen_ns = STAMP_NONE;
		screen_fixture_open(&f, FALSE, 24, 120);
		screen_fixture_until(&f, "ledger-0");
		screen_fixture_keys(&f, "l");
		screen_fixture_until(&f, "lines of 2 containers");
		g_assert_cmpstr(f.followed, ==, rows[i].followed);
		/* When the cluster is reached it is made up for. */
		f.progress.live = TRUE;
		screen_tick(f.screen);
		pods_log(r, LOG("sidecar", "s1"), AT("13:10.000000000") "the newest\n");
		screen_notice(f.screen);
		screen_fixture_until(&f, "the newest");
		g_assert_cmpstr(f.followed, ==, rows[i].live ? "pod/payments/ledger-0" : NULL);
		g_assert_true(recorder_stop(r, NULL));
	}
}

static gboolean is_followed(void *user)
{
	struct screen_fixture *f = user;

	screen_fixture_resize(f, 24, 120);
	return f->followed != NULL;
}

static void who_passes_by_a_pod_asks_for_nothing(void)
{
	static const struct fixture_pod pods[] = {
		{ "shop", "a", NULL, 1, 1, 0, "web:1", "web", "node-1", 60, NULL },
		{ "shop", "b", NULL, 1, 1, 0, "web:1", "web", "node-1", 60, NULL },
		{ "shop", "c", NULL, 1, 1, 0, "web:1", "web", "node-1", 60, NULL },
		{ 0 },
	};
	g_auto(screen_fixture) f = { 0 };
	struct recorder *r;

	screen_fixture_init(&f, NULL);
	r = pods_record(f.path);
	pods_list(r, pods, "", "complete", NULL);
	g_assert_true(recorder_stop(r, NULL));
	f.live = f.progress.live = TRUE;
	screen_fixture_open(&f, FALSE, 24, 120);
	screen_fixture_until(&f, "shop       c");
	screen_key(f.screen, 'l');
	screen_key(f.screen, 'J');
	screen_key(f.screen, 'J');
	g_assert_true(loop_until_true(is_followed, &f));
	g_assert_cmpstr(f.followed, ==, "pod/shop/c");
	g_assert_cmpuint(f.follows, ==, 1);
}

static void a_pod_without_lines_says_so(void)
{
	static const struct fixture_pod pods[] = {
		{ "shop", "web-0", NULL, 1, 1, 0, "web:1", "web", "node-1", 60, NULL }, { 0 }
	};
	static const struct {
		const char *scope, *gap, *shown;
	} rows[] = {
		{ NULL, NULL,
		  "no line is held of this pod's logs; kase capture CASE pod/shop/web-0" },
		{ "get logs pods/web-0 in shop", "denied",
		  "denied: get logs of this pod (403). Kept as a gap." },
		{ NULL, "", "the logs of this pod are held, and hold no line" },
		{ "log of app in shop/web-0", "denied",
		  "gap: log of app: denied; get pods/log (403)" },
		{ "get pods/web-0 in shop", "denied", "no line is held of this pod's logs" },
		{ "pod/shop/web-0 container app", "lost", "gap: container app: lost" },
		{ "get logs pods/web-01 in shop", "denied", "0 lines · at the end" },
		{ "pod/xshop/web-0", "denied", "0 lines · at the end" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };
		struct recorder *r;

		screen_fixture_init(&f, NULL);
		r = pods_record(f.path);
		pods_list(r, pods, "", "complete", NULL);
		if (rows[i].gap && !rows[i].scope)
			pods_log(r, &(struct fixture_log){ "shop", "web-0", "u-2", "app", "a1" },
				 rows[i].gap);
		else if (rows[i].gap)
			pods_gap(r, rows[i].scope, rows[i].gap, "get pods/log (403)");
		g_assert_true(recorder_stop(r, NULL));
		screen_fixture_open(&f, FALSE, 24, 120);
		screen_fixture_until(&f, "web-0");
		screen_fixture_keys(&f, "l");
		screen_fixture_until(&f, rows[i].shown);
	}
}

static void what_is_searched_before_a_line_came_is_found_when_it_comes(void)
{
	static const struct fixture_pod pods[] = {
		{ "shop", "web-0", NULL, 1, 1, 0, "web:1", "web", "node-1", 60, NULL }, { 0 }
	};
	g_auto(screen_fixture) f = { 0 };
	struct recorder *r;

	screen_fixture_init(&f, NULL);
	r = pods_record(f.path);
	pods_list(r, pods, "", "complete", NULL);
	screen_fixture_open(&f, FALSE, 24, 120);
	screen_fixture_until(&f, "web-0");
	screen_fixture_keys(&f, "l");
	screen_fixture_until(&f, "0 lines");
	screen_fixture_keys(&f, "/boom\r");
	screen_fixture_until(&f, "no line yet: \"boom\" is looked for as soon as they come");
	pods_log(r, &(struct fixture_log){ "shop", "web-0", "uid-shop-web-0", "app", "a1" },
		 AT("12:00.000000000") "quiet\n" AT("12:01.000000000") "boom\n" AT(
			 "12:02.000000000") "quiet again\n");
	screen_notice(f.screen);
	screen_fixture_until(&f, "▸11-24 08:12:01.000 app boom");
	g_assert_true(recorder_stop(r, NULL));
}

static void a_screen_may_be_left_while_lines_are_fetched(void)
{
	g_auto(screen_fixture) f = { 0 };
	struct recorder *r;

	many_open(&f, &r);
	for (int i = 0; i < 20; i++) {
		screen_key(f.screen, 'q');
		screen_key(f.screen, 'l');
		screen_key(f.screen, 'g');
	}
	screen_fixture_until(&f, "line-00000.");
	screen_key(f.screen, 'G');
	g_assert_true(recorder_stop(r, NULL));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stream/logs_are_as_written_down", logs_are_as_written_down);
	g_test_add_func("/stream/all_containers_stand_in_time_with_what_is_between",
			all_containers_stand_in_time_with_what_is_between);
	g_test_add_func("/stream/each_key_does_what_its_row_says", each_key_does_what_its_row_says);
	g_test_add_func("/stream/a_hostile_line_is_shown_escaped", a_hostile_line_is_shown_escaped);
	g_test_add_func("/stream/scrolling_meets_each_line_once_in_order",
			scrolling_meets_each_line_once_in_order);
	g_test_add_func("/stream/what_is_searched_is_found_beyond_what_is_at_hand",
			what_is_searched_is_found_beyond_what_is_at_hand);
	g_test_add_func("/stream/what_is_looked_for_can_be_stopped",
			what_is_looked_for_can_be_stopped);
	g_test_add_func("/stream/a_line_that_comes_is_shown_at_the_end",
			a_line_that_comes_is_shown_at_the_end);
	g_test_add_func("/stream/who_reads_further_up_is_not_moved",
			who_reads_further_up_is_not_moved);
	g_test_add_func("/stream/whose_logs_are_looked_at_is_followed_where_there_is_a_cluster",
			whose_logs_are_looked_at_is_followed_where_there_is_a_cluster);
	g_test_add_func("/stream/who_passes_by_a_pod_asks_for_nothing",
			who_passes_by_a_pod_asks_for_nothing);
	g_test_add_func("/stream/a_pod_without_lines_says_so", a_pod_without_lines_says_so);
	g_test_add_func("/stream/what_is_searched_before_a_line_came_is_found_when_it_comes",
			what_is_searched_before_a_line_came_is_found_when_it_comes);
	g_test_add_func("/stream/a_screen_may_be_left_while_lines_are_fetched",
			a_screen_may_be_left_while_lines_are_fetched);
	return g_test_run();
}
