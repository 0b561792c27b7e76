/* A terminal that changes its size at any moment: while rows come, panes open and something is typed. */
#include <kase/stamp.h>

#include <stdio.h>
#include <string.h>

#include "draw.h"
#include "layout.h"
#include "loop.h"
#include "pods-fixture.h"
#include "screen-fixture.h"

#define SIZES 100

/* --- what holds of every frame ---------------------------------------------------------------------- */

/* Nothing of what stood there at another size is left, and to draw it again changes nothing. */
static void assert_as_drawn_anew(struct screen_fixture *f)
{
	g_autofree char *shown = canvas_print(&f->canvas), *again = NULL;
	struct canvas anew;

	canvas_init(&anew, FALSE);
	canvas_begin(&anew, f->canvas.lines, f->canvas.columns);
	screen_draw(f->screen, &anew);
	again = canvas_print(&anew);
	g_assert_cmpstr(shown, ==, again);
	canvas_clear(&anew);
}

static void assert_sent_within(const struct canvas *c)
{
	g_autoptr(GString) sent = g_string_new(NULL);

	draw_canvas(sent, c, NULL, THEME_256);
	for (const char *at = strstr(sent->str, "\033["); at; at = strstr(at + 2, "\033[")) {
		int line, column, end = 0;

		if (sscanf(at, "\033[%d;%dH%n", &line, &column, &end) == 2 && end) {
			g_assert_true(line >= 1 && line <= c->lines);
			g_assert_true(column >= 1 && column <= c->columns);
		}
	}
}

static gunichar at(const struct canvas *c, int line, int column)
{
	return canvas_at(c, line, column)->text[0];
}

/* However narrow: how to get help, and out of here. */
static void assert_footer(const struct canvas *c, const struct layout *l)
{
	g_autofree char *shown = canvas_print(c);
	const char *footer = g_strrstr(g_strchomp(shown), "\n");

	g_assert_nonnull(strstr(footer, "?:help  q:"));
	g_assert_cmpuint(at(c, l->footer.line, c->columns - 1), ==, l->folded ? ' ' : 0x2518);
}

static void assert_framed(const struct canvas *c)
{
	struct layout l;

	layout_of(&l, c->lines, c->columns, 1);
	if (l.too_small) {
		g_assert_cmpuint(at(c, 0, 0), ==, 'k');
		return;
	}
	g_assert_cmpuint(at(c, l.header.line, l.header.column), ==, 'k');
	assert_footer(c, &l);
	for (int line = 1; !l.folded && line < c->lines - 1; line++) {
		g_assert_cmpuint(at(c, line, 0), ==, 0x2502);
		g_assert_cmpuint(at(c, line, c->columns - 1), ==, 0x2502);
	}
}

static void resize_at_random(struct screen_fixture *f)
{
	screen_fixture_resize(f, g_test_rand_int_range(5, 81), g_test_rand_int_range(20, 251));
	g_test_message("%dx%d", f->canvas.columns, f->canvas.lines);
	assert_framed(&f->canvas);
	assert_sent_within(&f->canvas);
	assert_as_drawn_anew(f);
}

/* --- a storm ---------------------------------------------------------------------------------------- */

static const struct fixture_kind pods = { "pods", "Pod" };

/* One pod more than before. */
static void record_pods(struct recorder *r, int n)
{
	GString *list = g_string_new(
		"{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"items\": [");

	for (int i = 0; i <= n; i++)
		g_string_append_printf(
			list,
			"%s{\"metadata\": {\"namespace\": \"payments\", \"name\": \"pod-%02d\", "
			"\"uid\": \"u-%d\", \"resourceVersion\": \"%d\", \"creationTimestamp\": "
			"\"2026-11-24T08:00:00Z\"}, \"spec\": {\"containers\": [{\"name\": "
			"\"app\"}]},"
			" \"status\": {\"phase\": \"Running\"}}",
			i ? ", " : "", i, i, n);
	g_string_append(list, "]}");
	pods_list_kind(r, &pods, list->str, "complete", NULL);
	g_string_free(list, TRUE);
}

static void record_line(struct recorder *r, int n)
{
	g_autofree char *instance = g_strdup_printf("c%d", n);
	g_autofree char *text = g_strdup_printf(
		"2026-11-24T08:%02d:%02d.000000000Z line %d of a log, and as long as it takes to "
		"be "
		"wrapped on a screen of a hundred and twenty columns: 東京 %0*d\n",
		n / 60, n % 60, n, 60, n);

	pods_log(r, &(struct fixture_log){ "payments", "pod-00", "u-0", "app", instance }, text);
}

/* Esc leads back, and never out. */
static const char *const presses[] = {
	"",     "j",    "G", "g",  "y", "d",           "l", "w",    "\t",    "L",
	"k",    "T",    "?", "=",  "D", ":events\r",   "N", "/pod", ":yaml", "/line\r",
	"\x04", "\x15", "o", "\r", "/", ":evidence\r", "n", "\x1b", "\x1b",  "\x1b\x1b",
};

static void press_at_random(struct screen_fixture *f)
{
	const char *keys = presses[g_test_rand_int_range(0, G_N_ELEMENTS(presses))];

	for (; *keys; keys++)
		screen_key(f->screen, (gunichar)*keys);
	g_assert_false(screen_ended(f->screen));
}

static struct recorder *begin(struct screen_fixture *f)
{
	struct recorder *r;

	screen_fixture_init(f, "INC-2026-041 miner in checkout");
	r = pods_record(f->path);
	record_pods(r, 0);
	record_line(r, 0);
	screen_fixture_open(f, FALSE, 40, 120);
	screen_fixture_until(f, "pod-00");
	return r;
}

static void a_hundred_sizes_in_a_storm_leave_a_right_screen(void)
{
	g_auto(screen_fixture) f = { 0 };
	struct recorder *r = begin(&f);

	for (int n = 1; n <= SIZES; n++) {
		if (n % 4 == 0)
			record_pods(r, n / 4);
		else if (n % 4 == 2)
			record_line(r, n);
		screen_notice(f.screen);
		press_at_random(&f);
		resize_at_random(&f);
		while (g_main_context_iteration(NULL, FALSE))
			resize_at_random(&f);
	}
	screen_fixture_resize(&f, 40, 120);
	screen_key(f.screen, KEY_CTRL('c'));
	while (!screen_fixture_shows(&f, "q:quit"))
		screen_fixture_key(&f, KEY_ESC);
	g_assert_true(recorder_stop(r, NULL));
}

/* --- as if nothing had been ------------------------------------------------------------------------- */

static const struct {
	const char *what, *keys, *shown;
} views[] = {
	{ "pods", "", "pods 30 of 30" },
	{ "yaml", "y", "› YAML" },
	{ "logs, at the end", "l", "line 29" },
	{ "logs, wrapped", "lw", "line 29" },
	{ "help", "?", "Keys that work here" },
	{ "a question", "Q", "Leave kase?" },
	{ "what is typed", ":yaml pod/pay", ":yaml pod/pay" },
	{ "a filter", "/pod-1\r", "pods 10 of 30" },
};

static void back_at_its_size_a_screen_is_as_it_was(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(views); i++) {
		g_auto(screen_fixture) f = { 0 };
		struct recorder *r = begin(&f);
		g_autofree char *before = NULL, *after = NULL;

		record_pods(r, 29);
		for (int n = 1; n < 30; n++)
			record_line(r, n);
		g_assert_true(recorder_stop(r, NULL));
		screen_notice(f.screen);
		screen_fixture_until(&f, "pods 30 of 30");
		screen_fixture_keys(&f, views[i].keys);
		screen_fixture_until(&f, views[i].shown);
		before = canvas_print(&f.canvas);
		for (int n = 0; n < SIZES; n++)
			resize_at_random(&f);
		screen_fixture_resize(&f, 40, 120);
		screen_fixture_until(&f, views[i].shown);
		after = canvas_print(&f.canvas);
		g_test_message("%s", views[i].what);
		g_assert_cmpstr(after, ==, before);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/resize/" #name, name)
	ADD(a_hundred_sizes_in_a_storm_leave_a_right_screen);
	ADD(back_at_its_size_a_screen_is_as_it_was);
#undef ADD
	return g_test_run();
}
