/* How things stand, in one line; and where the parts of a screen lie. */
#include <kase/stamp.h>
#include <string.h>

#include "state.h"

#define NOW G_GINT64_CONSTANT(1795529002000000000) /* 2026-11-24T14:03:22Z */

struct row {
	const char *name;
	enum frame_link link;
	enum pane_state state;
	gint64 rows, about;
	const char *line, *trouble, *engine_trouble;
	gint64 seen_ago_s, retry_s;
	const char *said;
	enum role role;
	gboolean paused;
};

static const struct row rows[] = {
	{ "all well", FRAME_LIVE, PANE_COMPLETE, 6, 0, NULL, NULL, "", 0, -1, "", ROLE_DIM, FALSE },
	{ "loading", FRAME_LIVE, PANE_LOADING, 12500, 20012, NULL, NULL, "", 0, -1,
	  "12,500 of about 20,012 ▇▇▇▇░░░░ 1.4 s, z stops", ROLE_DIM, FALSE },
	{ "loading, of how many is not known", FRAME_LIVE, PANE_LOADING, 500, 0, NULL, NULL, "", 0,
	  -1, "500 so far, 1.4 s, z stops", ROLE_DIM, FALSE },
	{ "loading, nothing there yet", FRAME_ASKING, PANE_LOADING, 0, 0, NULL, NULL, "", -1, -1,
	  "asking the cluster 1.4 s, z stops", ROLE_DIM, FALSE },
	{ "loading offline", FRAME_OFFLINE, PANE_LOADING, 0, 0, NULL, NULL, "", -1, -1,
	  "reading the case", ROLE_DIM, FALSE },
	{ "partial", FRAME_LIVE, PANE_PARTIAL, 6, 0, "partial: cut", NULL, "", 0, -1,
	  "partial: cut", ROLE_DECIDE, FALSE },
	{ "denied, with rows of before", FRAME_LIVE, PANE_DENIED, 6, 0, "denied: list pods", NULL,
	  "", 0, -1, "denied: list pods", ROLE_DECIDE, FALSE },
	{ "denied without rows is said in the pane", FRAME_LIVE, PANE_DENIED, 0, 0,
	  "denied: list pods", NULL, "", 0, -1, "", ROLE_DIM, FALSE },
	{ "stale", FRAME_STALE, PANE_COMPLETE, 6, 0, NULL, NULL, "", 38, 4,
	  "○ last seen 14:02:44Z, 38 s ago; trying again in 4 s", ROLE_DECIDE, FALSE },
	{ "stale comes before partial", FRAME_STALE, PANE_PARTIAL, 6, 0, "partial: cut", NULL,
	  "no route", 38, -1, "○ last seen 14:02:44Z, 38 s ago: no route", ROLE_DECIDE, FALSE },
	{ "never reached", FRAME_STALE, PANE_EMPTY, 0, 0, "no pods", NULL, "no route", -1, 2,
	  "○ not reached yet; trying again in 2 s: no route", ROLE_DECIDE, FALSE },
	{ "a remark of what works", FRAME_LIVE, PANE_COMPLETE, 6, 0, NULL, NULL, "throttled", 0, -1,
	  "throttled", ROLE_DECIDE, FALSE },
	{ "paused", FRAME_LIVE, PANE_COMPLETE, 6, 0, NULL, NULL, "", 0, -1,
	  "paused: values go on; = goes on", ROLE_DECIDE, TRUE },
	{ "paused while it loads", FRAME_LIVE, PANE_LOADING, 500, 20012, NULL, NULL, "", 0, -1,
	  "paused: values go on; = goes on", ROLE_DECIDE, TRUE },
	{ "stale comes before paused", FRAME_STALE, PANE_COMPLETE, 6, 0, NULL, NULL, "", 38, 4,
	  "○ last seen 14:02:44Z, 38 s ago; trying again in 4 s", ROLE_DECIDE, TRUE },
	{ "offline", FRAME_OFFLINE, PANE_COMPLETE, 6, 0, NULL, NULL, "", -1, -1,
	  "recorded 2026-11-24 13:58Z; ages are as of then; live keys need a cluster", ROLE_DIM,
	  FALSE },
	{ "what cannot be recorded comes before all", FRAME_STALE, PANE_PARTIAL, 6, 0,
	  "partial: cut", "the disk is full", "", 38, 4, "not recorded any more: the disk is full",
	  ROLE_DANGER, FALSE },
};

static void each_state_is_said_in_one_line(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct row *r = &rows[i];
		struct pane_told told = { .state = r->state,
					  .rows = r->rows,
					  .rows_about = r->about,
					  .paused = r->paused ? "values go on" : NULL,
					  .line = g_strdup(r->line) };
		struct engine_progress progress = { .retry_s = r->retry_s };
		struct state_facts facts = { .told = &told,
					     .link = r->link,
					     .progress = &progress,
					     .trouble = r->trouble,
					     .now = NOW,
					     .newest = NOW - 300 * STAMP_SECOND,
					     .loading_ns = STAMP_SECOND * 14 / 10 };
		g_autofree char *said = NULL;
		enum role role;

		progress.last_seen_ns = r->seen_ago_s < 0 ? STAMP_NONE
							  : NOW - r->seen_ago_s * STAMP_SECOND;
		g_strlcpy(progress.trouble, r->engine_trouble, sizeof progress.trouble);
		said = state_text(&facts, &role);
		g_test_message("%s", r->name);
		g_assert_cmpstr(said, ==, r->said);
		g_assert_cmpint(role, ==, r->role);
		pane_told_clear(&told);
	}
}

static void numbers_are_written_in_groups(void)
{
	static const struct {
		gint64 number;
		const char *written;
	} numbers[] = { { 0, "0" },          { 999, "999" },           { 1000, "1,000" },
			{ 20012, "20,012" }, { 1234567, "1,234,567" }, { -1000, "-1,000" } };

	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
		g_autofree char *written = state_number(numbers[i].number);

		g_assert_cmpstr(written, ==, numbers[i].written);
	}
}

static void parts_of_a_screen_lie_within_it_and_touch(void)
{
	static const struct {
		int lines, columns;
		gboolean too_small, folded;
	} sizes[] = {
		{ 24, 80, FALSE, TRUE },    { 40, 120, FALSE, FALSE }, { 60, 200, FALSE, FALSE },
		{ 20, 60, FALSE, TRUE },    { 19, 60, TRUE, FALSE },   { 20, 59, TRUE, FALSE },
		{ 24, 200, FALSE, TRUE },   { 60, 80, FALSE, TRUE },   { 1, 1, TRUE, FALSE },
		{ 400, 900, FALSE, FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
		struct layout l;

		layout_of(&l, sizes[i].lines, sizes[i].columns, 1);
		g_assert_cmpint(l.too_small, ==, sizes[i].too_small);
		g_assert_cmpint(l.folded, ==, sizes[i].folded);
		if (l.too_small)
			continue;
		g_assert_cmpint(l.title.line, ==, l.header.line + 1);
		g_assert_cmpint(l.pane.line, ==, l.title.line + 1);
		g_assert_cmpint(l.pane.line + l.pane.lines, ==, l.state.line);
		g_assert_cmpint(l.state.line + 1, ==, l.footer.line);
		g_assert_cmpint(l.footer.line + 1, ==, sizes[i].lines);
		g_assert_cmpint(l.pane.column * 2 + l.pane.columns, ==, sizes[i].columns);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/state/" #name, name)
	ADD(each_state_is_said_in_one_line);
	ADD(numbers_are_written_in_groups);
	ADD(parts_of_a_screen_lie_within_it_and_touch);
	return g_test_run();
}
