#include "inside.h"

/*
 * Waiting: somebody tries again, and whoever started this may wonder why nothing happens.
 *
 *	nobody waits	`since_us` is 0
 *	it fails	since the first failure; for AWAY_MS nothing is said: a blip is no news
 *	said		one line was told, and another one is when it goes on
 *
 * Where the server gives no answer to anybody (`gone`), it goes on with the next byte of it, and
 * what nobody saw between its last byte and that one is a gap; else with whoever waited.  A server
 * that is still gone when the engine ends is one, too.
 */

#define AWAY_MS 2000

static void tell(struct engine *e, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void tell(struct engine *e, const char *format, ...)
{
	g_autofree char *line = NULL;
	va_list args;

	if (!e->tell)
		return;
	va_start(args, format);
	line = g_strdup_vprintf(format, args);
	va_end(args);
	e->tell(e->tell_user, line);
}

static gboolean say(void *data)
{
	struct engine *e = data;
	struct wait *w = &e->wait;
	char since[STAMP_CHARS];

	engine_timer_stop(&w->timer);
	if (e->retry_at_us < 0)
		return G_SOURCE_REMOVE;
	w->said = TRUE;
	tell(e, "waiting since %s, and trying again%s: %s",
	     stamp_format_seconds(w->since_ns, since), e->follow ? "" : " for up to 2 minutes",
	     w->words);
	return G_SOURCE_REMOVE;
}

void waiting_begin(struct engine *e, gboolean gone, const char *reason, const char *words)
{
	struct wait *w = &e->wait;

	if (!w->since_us) {
		w->since_us = g_get_monotonic_time();
		w->since_ns = stamp_now();
		w->heard_ns = e->shown.last_seen_ns;
	}
	if (!w->said && !w->timer)
		w->timer = engine_timer(e, AWAY_MS, say, e);
	w->gone |= gone;
	w->reason = reason;
	g_free(w->words);
	w->words = g_strdup(words);
}

/* It concerns each capture that is under way, and the follower. */
static void gap_for_all(struct engine *e, const struct gap *gap)
{
	record_gap(e, NULL, gap);
	for (guint i = 0; i < e->captures->len; i++)
		((struct capture *)e->captures->pdata[i])->gaps++;
}

static void record_absence(struct engine *e, const char *how)
{
	const struct wait *w = &e->wait;
	gint64 from_ns = w->heard_ns == STAMP_NONE ? w->since_ns : w->heard_ns;
	gint64 to_ns = stamp_now();
	char from[STAMP_CHARS], to[STAMP_CHARS];
	g_autofree char *detail = g_strdup_printf("nothing could be asked from %s to %s, %s: %s",
						  stamp_format_seconds(from_ns, from),
						  stamp_format_seconds(to_ns, to), how, w->words);
	struct gap gap = { .scope = "the API server",
			   .reason = w->reason,
			   .detail = detail,
			   .from_ns = from_ns,
			   .to_ns = to_ns };

	gap_for_all(e, &gap);
}

static void forget(struct engine *e)
{
	engine_timer_stop(&e->wait.timer);
	g_free(e->wait.words);
	e->wait = (struct wait){ 0 };
}

void waiting_end(struct engine *e)
{
	struct wait *w = &e->wait;
	gint64 seconds = (g_get_monotonic_time() - w->since_us) / G_USEC_PER_SEC;

	if (!w->since_us)
		return;
	if (w->gone && w->said)
		record_absence(e, "then it answered");
	if (w->said)
		tell(e, "going on after %" G_GINT64_FORMAT " s%s", seconds,
		     w->gone ? ": the API server answers again" : "");
	forget(e);
}

void waiting_clear(struct engine *e)
{
	if (e->wait.since_us && e->wait.gone)
		record_absence(e, "when kase ended");
	forget(e);
}

/* --- the clock ------------------------------------------------------------------------------- */

#define CLOCK_GAP_S 60 /* less than this is seen in the ledger alone */

void clock_told(struct engine *e)
{
	gint64 seconds = e->clock.entered_ns / STAMP_SECOND;
	g_autofree char *detail = g_strdup_printf(
		"it is %" G_GINT64_FORMAT " s %s of ours: times that the cluster tells (events, "
		"logs, creation) and those of kase (at, seen, gone) are apart by that",
		ABS(seconds), seconds > 0 ? "ahead" : "behind");
	struct gap gap = { .scope = "the API server's clock", .reason = "clock", .detail = detail };

	if (ABS(seconds) < CLOCK_GAP_S)
		return;
	gap_for_all(e, &gap);
	tell(e, "the API server's clock: %s", detail);
}
