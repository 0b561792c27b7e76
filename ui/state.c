#include "state.h"

#include <kase/stamp.h>

#include <string.h>

#define BAR_CELLS 8

char *state_number(gint64 number)
{
	GString *out = g_string_new(NULL);

	g_string_printf(out, "%" G_GINT64_FORMAT, number);
	for (gssize at = (gssize)out->len - 3; at > (number < 0); at -= 3)
		g_string_insert_c(out, at, ',');
	return g_string_free(out, FALSE);
}

char *state_question(gboolean live, enum role *role)
{
	*role = ROLE_DECIDE;
	return g_strdup(live ? "Leave kase? Recording ends with it.  y: leave, any other key: stay"
			     : "Leave kase?  y: leave, any other key: stay");
}

static char *stopped_recording(const struct state_facts *f, enum role *role)
{
	if (!f->trouble)
		return NULL;
	*role = ROLE_DANGER;
	return g_strdup_printf("not recorded any more: %s", f->trouble);
}

static char *stale(const struct state_facts *f, enum role *role)
{
	const struct engine_progress *p = f->progress;
	char stamp[STAMP_CHARS];
	GString *out;

	if (f->link != FRAME_STALE)
		return NULL;
	*role = ROLE_DECIDE;
	out = g_string_new(glyph_text(GLYPH_STALE, FALSE));
	if (p->last_seen_ns == STAMP_NONE)
		g_string_append(out, " not reached yet");
	else
		g_string_append_printf(out, " last seen %s, %" G_GINT64_FORMAT " s ago",
				       stamp_format_seconds(p->last_seen_ns, stamp) + 11,
				       MAX((f->now - p->last_seen_ns) / STAMP_SECOND, 0));
	if (p->retry_s >= 0)
		g_string_append_printf(out, "; trying again in %" G_GINT64_FORMAT " s", p->retry_s);
	if (*p->trouble)
		g_string_append_printf(out, ": %s", p->trouble);
	return g_string_free(out, FALSE);
}

static char *paused(const struct state_facts *f, enum role *role)
{
	if (!f->told->paused)
		return NULL;
	*role = ROLE_DECIDE;
	return g_strdup_printf("paused: %s; = goes on", f->told->paused);
}

static void append_bar(GString *out, gint64 rows, gint64 about)
{
	gint64 full = CLAMP(rows * BAR_CELLS / about, 0, BAR_CELLS);

	g_string_append_c(out, ' ');
	for (gint64 i = 0; i < BAR_CELLS; i++)
		g_string_append(out, glyph_text(i < full ? GLYPH_BAR : GLYPH_BAR_EMPTY, FALSE));
}

static void append_rows(GString *out, const struct pane_told *told)
{
	g_autofree char *rows = state_number(told->rows);
	g_autofree char *about = state_number(told->rows_about);

	g_string_append(out, rows);
	if (told->rows_about < told->rows) {
		g_string_append(out, " so far,");
		return;
	}
	g_string_append_printf(out, " of about %s", about);
	append_bar(out, told->rows, told->rows_about);
}

static char *loading(const struct state_facts *f, enum role *role)
{
	GString *out;

	if (f->told->state != PANE_LOADING)
		return NULL;
	if (f->link == FRAME_OFFLINE)
		return g_strdup("reading the case");
	out = g_string_new(NULL);
	if (f->told->rows)
		append_rows(out, f->told);
	else
		g_string_append(out, "asking the cluster");
	g_string_append_printf(out, " %.1f s, z stops",
			       (double)f->loading_ns / (double)STAMP_SECOND);
	return g_string_free(out, FALSE);
}

static char *not_whole(const struct state_facts *f, enum role *role)
{
	const struct pane_told *told = f->told;

	if (!told->line ||
	    (told->state != PANE_PARTIAL && !(told->state == PANE_DENIED && told->rows)))
		return NULL;
	*role = ROLE_DECIDE;
	return g_strdup(told->line);
}

static char *recorded(const struct state_facts *f, enum role *role)
{
	char stamp[STAMP_CHARS];

	if (f->link != FRAME_OFFLINE || f->newest == STAMP_NONE)
		return NULL;
	*role = ROLE_DIM;
	stamp_format_seconds(f->newest, stamp);
	return g_strdup_printf(
		"recorded %.10s %.5sZ; ages are as of then; live keys need a cluster", stamp,
		stamp + 11);
}

/* What the cluster says while it works all the same. */
static char *remark(const struct state_facts *f, enum role *role)
{
	if (f->link == FRAME_OFFLINE || !*f->progress->trouble)
		return NULL;
	*role = ROLE_DECIDE;
	return g_strdup(f->progress->trouble);
}

char *state_text(const struct state_facts *facts, enum role *role)
{
	static char *(*const lines[])(const struct state_facts *f, enum role *role) = {
		stopped_recording, stale, paused, loading, not_whole, remark, recorded,
	};

	*role = ROLE_DIM;
	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
		char *line = lines[i](facts, role);

		if (line)
			return line;
	}
	return g_strdup("");
}
