#include <kase/text.h>

#include "inside.h"

/* An offset of the server's clock is told in whole seconds and late by the way: less than this is
 * no difference. */
#define CLOCK_APART_NS   (2 * STAMP_SECOND)
#define CLOCK_CHANGED_NS (STAMP_SECOND + STAMP_SECOND / 2)

gboolean clock_differs(struct clock_seen *c, gint64 offset_ns)
{
	gint64 offset = ABS(offset_ns) > CLOCK_APART_NS ? offset_ns : 0;

	if (ABS(offset - c->entered_ns) <= CLOCK_CHANGED_NS) {
		c->doubt_ns = c->entered_ns;
		return FALSE;
	}
	/* One late answer is no clock: a second one has to say the same. */
	if (ABS(offset - c->doubt_ns) > CLOCK_CHANGED_NS || c->doubt_ns == c->entered_ns) {
		c->doubt_ns = offset;
		return FALSE;
	}
	c->entered_ns = offset;
	return TRUE;
}

static void clock_enter(struct engine *e)
{
	struct cJSON *entry = json_new_object();
	g_autofree char *summary = g_strdup_printf(
		"the clock of %s is %" G_GINT64_FORMAT " s off ours", e->cluster.name,
		e->clock.entered_ns / STAMP_SECOND);

	json_set_string(entry, "kind", "clock");
	json_set_string(entry, "summary", summary);
	json_set_string(entry, "cluster", e->cluster.name);
	json_set_int(entry, "offset_ns", e->clock.entered_ns);
	ticket_unref(recorder_enter(e->recorder, entry, NULL, NULL));
	clock_told(e);
}

static void shown_set(struct engine *e, char *where, gsize size, const char *text)
{
	g_autofree char *safe = text_safe(text, -1);
	const char *end;

	if (g_utf8_validate(safe, -1, NULL) && strlen(safe) >= size) {
		end = g_utf8_find_prev_char(safe, safe + size);
		safe[end ? end - safe : 0] = '\0';
	}
	relay_lock_take(&e->lock);
	g_strlcpy(where, safe, size);
	relay_lock_leave(&e->lock);
}

void progress_heard(struct engine *e, const struct http_head *head)
{
	struct http_meter meter;

	if (!e->http)
		return;
	e->gone_since_us = 0;
	http_meter(e->http, &meter);
	relay_lock_take(&e->lock);
	e->shown.requests = meter.requests;
	e->shown.bytes = meter.bytes_received;
	e->shown.last_seen_ns = stamp_now();
	e->shown.live = TRUE;
	relay_lock_leave(&e->lock);
	if (e->trouble.owner && e->trouble.whole)
		trouble_end(e, e->trouble.owner);
	/* Before the cluster has its name, birth.c does it. */
	if (e->wait.gone && e->cluster.name)
		waiting_end(e);
	if (head && head->date && e->cluster.name &&
	    clock_differs(&e->clock, head->clock_offset_ns))
		clock_enter(e);
}

void progress_listings(struct engine *e, int more)
{
	if (!e->listings && more > 0) {
		relay_lock_take(&e->lock);
		e->shown.rows = e->shown.rows_expected = 0; /* those of the listings before */
		relay_lock_leave(&e->lock);
	}
	e->listings += more;
}

void progress_rows(struct engine *e, gint64 rows, gint64 expected)
{
	relay_lock_take(&e->lock);
	e->shown.rows += rows;
	e->shown.rows_expected += expected;
	relay_lock_leave(&e->lock);
}

void progress_tasks(struct engine *e, int done, int more)
{
	relay_lock_take(&e->lock);
	e->shown.tasks_done += done;
	e->shown.tasks += more;
	if (e->shown.tasks_done == e->shown.tasks)
		e->shown.tasks_done = e->shown.tasks = 0;
	relay_lock_leave(&e->lock);
}

void progress_doing(struct engine *e, const char *doing)
{
	shown_set(e, e->shown.doing, sizeof(e->shown.doing), doing);
}

void progress_aside(struct engine *e, gboolean aside)
{
	relay_lock_take(&e->lock);
	e->shown.aside = aside;
	relay_lock_leave(&e->lock);
}

void progress_gap(struct engine *e)
{
	relay_lock_take(&e->lock);
	e->shown.gaps++;
	relay_lock_leave(&e->lock);
}

/* Of many that wait, the first to try again is what a person waits for. */
static gint64 until(gint64 before_us, gint64 ms)
{
	gint64 now_us = g_get_monotonic_time(), then_us = now_us + ms * 1000;

	if (ms < 0)
		return -1;
	return before_us > now_us ? MIN(before_us, then_us) : then_us;
}

static void set(struct engine *e, const void *owner, gboolean whole, gint64 ms, const char *line)
{
	e->trouble = (struct trouble){ .owner = owner,
				       .whole = whole,
				       .until_us = until(e->trouble.until_us, ms) };
	shown_set(e, e->shown.trouble, sizeof(e->shown.trouble), line);
	relay_lock_take(&e->lock);
	e->retry_at_us = e->trouble.until_us;
	e->shown.live = !whole;
	relay_lock_leave(&e->lock);
}

void trouble_set(struct engine *e, const void *owner, gboolean whole, gint64 ms, const char *line)
{
	set(e, owner, whole, ms, line);
	if (ms >= 0)
		waiting_begin(e, whole, "unreachable", line);
}

void trouble_of(struct engine *e, const void *owner, const GError *error, gint64 ms)
{
	gboolean whole = retry_is_whole(error);

	set(e, owner, whole, ms, error->message);
	if (whole && !e->gone_since_us)
		e->gone_since_us = g_get_monotonic_time();
	if (ms >= 0 || whole)
		waiting_begin(e, whole, retry_reason(error), error->message);
}

void trouble_end(struct engine *e, const void *owner)
{
	if (!owner || e->trouble.owner != owner)
		return;
	if (!e->wait.gone)
		waiting_end(e);
	e->trouble = (struct trouble){ .until_us = -1 };
	relay_lock_take(&e->lock);
	e->shown.trouble[0] = '\0';
	e->retry_at_us = -1;
	relay_lock_leave(&e->lock);
}

void engine_progress(struct engine *e, struct engine_progress *out)
{
	gint64 now = g_get_monotonic_time();

	relay_lock_take(&e->lock);
	*out = e->shown;
	out->retry_s = e->retry_at_us < 0 ? -1 : MAX(0, (e->retry_at_us - now + 999999) / 1000000);
	relay_lock_leave(&e->lock);
}
