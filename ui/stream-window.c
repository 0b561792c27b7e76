/*
 * Which rows are at hand, and which are asked for.  Each purpose has a row: when it is needed and
 * what is asked, and what becomes of the answer.
 */
#include "stream.h"

#include <kase/stamp.h>

enum purpose { FOR_JUMP, FOR_RENEWAL, FOR_SEARCH, FOR_BELOW, FOR_ABOVE, PURPOSES };

static struct log_key key_after(struct log_key key)
{
	key.id++;
	return key;
}

static struct log_key key_before(struct log_key key)
{
	key.id--;
	return key;
}

static gboolean is_end(const struct log_key *key)
{
	return key->at == LOG_END.at && key->id == LOG_END.id;
}

/* --- answers ---------------------------------------------------------------------------------- */

static void take_facts(struct stream *s, struct log_page *p)
{
	if (p->facts == s->facts)
		return;
	log_facts_unref(s->facts);
	s->facts = log_facts_ref(p->facts);
}

/* The page's rows, in order of time. */
static void take_rows(struct log_page *p, GPtrArray *out)
{
	guint n = p->rows->len;

	for (guint i = 0; i < n; i++)
		g_ptr_array_add(out, p->rows->pdata[p->by > 0 ? i : n - 1 - i]);
	g_ptr_array_set_free_func(p->rows, NULL);
	g_ptr_array_set_size(p->rows, 0);
	g_ptr_array_set_free_func(p->rows, log_row_free);
}

static void replace_window(struct stream *s, struct log_page *p)
{
	g_ptr_array_set_size(s->rows, 0);
	take_rows(p, s->rows);
	s->before = p->by > 0 ? p->from : key_before(p->reached);
	s->after = p->by > 0 ? key_after(p->reached) : p->from;
	if (p->by < 0 && is_end(&p->from))
		s->after = s->rows->len ? key_after(stream_row(s, (int)s->rows->len - 1)->key)
					: key_after(LOG_START);
	s->last = p->by > 0 ? p->end : TRUE;
	s->first = p->by < 0 && p->end;
	take_facts(s, p);
}

static void took_jump(struct stream *s, struct log_page *p)
{
	replace_window(s, p);
	s->top = s->part = 0;
	s->cursor = p->by < 0 ? MAX(stream_count(s) - 1, 0) : 0;
	s->centred = p->by > 0;
	stream_keep_in_sight(s);
	stream_follow(s); /* now: who passes by on the way to another pod asks for nothing */
}

/* The window goes on at its end; where there are other instances than before, it is another one. */
static void take_facts_alone(struct stream *s, struct log_page *p)
{
	gboolean others = !s->facts || p->facts->instances->len != s->facts->instances->len ||
			  p->facts->containers->len != s->facts->containers->len;

	take_facts(s, p);
	s->last = FALSE;
	if (!others)
		return;
	s->jump = s->follows || !stream_count(s) ? LOG_END : stream_row(s, s->cursor)->key;
	s->jumps = TRUE;
}

/* The cursor stays on its row, and the row where it was on the screen. */
static void took_renewal(struct stream *s, struct log_page *p)
{
	struct log_key here = { 0 }, top = { 0 };
	gboolean had = stream_count(s) > 0, first = s->first && p->by > 0;

	if (!p->want) {
		take_facts_alone(s, p);
		return;
	}
	if (had) {
		here = stream_row(s, s->cursor)->key;
		top = stream_row(s, s->top)->key;
	}
	replace_window(s, p);
	s->first |= first;
	s->cursor = had && !s->follows ? stream_row_at(s, &here) : stream_count(s) - 1;
	s->top = had && !s->follows ? stream_row_at(s, &top) : 0;
	s->cursor = CLAMP(s->cursor, 0, MAX(stream_count(s) - 1, 0));
	s->top = CLAMP(s->top, 0, s->cursor);
	stream_keep_in_sight(s);
}

static void took_search(struct stream *s, struct log_page *p)
{
	s->looked += p->looked;
	stream_searched(s, p);
}

static void drop_head(struct stream *s)
{
	int n = MIN(stream_count(s) - STREAM_ROWS, MIN(s->top, s->cursor));

	if (n <= 0)
		return;
	s->before = stream_row(s, n - 1)->key;
	s->first = FALSE;
	g_ptr_array_remove_range(s->rows, 0, (guint)n);
	s->cursor -= n;
	s->top -= n;
}

static void drop_tail(struct stream *s)
{
	int n = stream_count(s) - STREAM_ROWS;

	if (n <= 0 || s->follows)
		return;
	s->after = stream_row(s, STREAM_ROWS)->key;
	s->last = FALSE;
	g_ptr_array_remove_range(s->rows, STREAM_ROWS, (guint)n);
}

static void took_below(struct stream *s, struct log_page *p)
{
	s->looked += s->choice.find ? p->looked : 0;
	take_rows(p, s->rows);
	if (p->looked)
		s->after = key_after(p->reached);
	s->last = p->end;
	if (s->follows)
		s->cursor = MAX(stream_count(s) - 1, 0);
	stream_keep_in_sight(s);
	drop_head(s);
}

static void took_above(struct stream *s, struct log_page *p)
{
	GPtrArray *rows = g_ptr_array_new_with_free_func(log_row_free);
	int more;

	s->looked += s->choice.find ? p->looked : 0;
	take_rows(p, rows);
	more = (int)rows->len;
	g_ptr_array_extend_and_steal(rows, s->rows);
	s->rows = rows;
	if (p->looked)
		s->before = key_before(p->reached);
	s->first = p->end;
	s->cursor = MIN(s->cursor + more, MAX(stream_count(s) - 1, 0));
	s->top += more;
	if (s->centred)
		s->top = MAX(s->cursor - s->page / 3, 0);
	s->centred = FALSE;
	stream_keep_in_sight(s);
	drop_tail(s);
}

/* --- questions -------------------------------------------------------------------------------- */

static gboolean ask_jump(struct stream *s, struct log_page *p)
{
	if (!s->jumps)
		return FALSE;
	s->jumps = FALSE;
	p->by = is_end(&s->jump) ? -1 : 1;
	p->from = is_end(&s->jump) ? s->jump : key_before(s->jump);
	return TRUE;
}

/*
 * All of the window anew, since a line may come late: of another container, or a log that was
 * fetched later.  Where that would be to look through all of a log again, what is at hand stays,
 * and goes on at its end.
 */
static gboolean ask_renewal(struct stream *s, struct log_page *p)
{
	if (!s->renew || s->paused)
		return FALSE;
	s->renew = FALSE;
	log_facts_unref(p->facts);
	p->facts = NULL;
	p->by = s->follows ? -1 : 1;
	p->from = s->follows ? LOG_END : s->before;
	p->want = s->choice.find ? 0 : (guint)MAX(STREAM_PAGE, stream_count(s));
	return TRUE;
}

static gboolean ask_search(struct stream *s, struct log_page *p)
{
	if (!s->search || s->halted || !stream_has_lines(s))
		return FALSE;
	p->by = s->search;
	p->from = s->search_from;
	p->want = 1;
	g_free(p->choice.find);
	p->choice.find = g_strdup(s->find);
	return TRUE;
}

static int margin(const struct stream *s)
{
	return MAX(3 * s->page, 100);
}

static gboolean ask_below(struct stream *s, struct log_page *p)
{
	if (s->last || s->paused || (s->halted && s->choice.find) ||
	    stream_count(s) - s->cursor > margin(s))
		return FALSE;
	p->by = 1;
	p->from = key_before(s->after);
	return TRUE;
}

static gboolean ask_above(struct stream *s, struct log_page *p)
{
	if (s->first || (s->halted && s->choice.find) || s->top > margin(s))
		return FALSE;
	p->by = -1;
	p->from = key_after(s->before);
	return TRUE;
}

/* In the order of what is more urgent. */
static const struct {
	gboolean (*ask)(struct stream *s, struct log_page *p);
	void (*took)(struct stream *s, struct log_page *p);
} purposes[PURPOSES] = {
	[FOR_JUMP] = { ask_jump, took_jump },       [FOR_RENEWAL] = { ask_renewal, took_renewal },
	[FOR_SEARCH] = { ask_search, took_search }, [FOR_BELOW] = { ask_below, took_below },
	[FOR_ABOVE] = { ask_above, took_above },
};

static void found(struct log_page *p, const GError *error)
{
	struct stream *s = p->user;

	if (!s)
		return; /* its pane was closed, or has chosen otherwise */
	s->pending = NULL;
	g_clear_pointer(&s->trouble, g_free);
	if (error)
		s->trouble = g_strdup(error->message);
	else
		purposes[p->purpose].took(s, p);
	if (!error)
		stream_ask(s);
	screen_changed(s->pane.screen, "rows");
}

void stream_ask(struct stream *s)
{
	struct log_page *p;

	/* What could not be read is not asked for again by itself. */
	if (s->pending || s->trouble || !s->pane.item.ids[ITEM_SUBJECT])
		return;
	p = log_page_new(s->pane.item.ids[ITEM_SUBJECT], s->facts, &s->choice);
	p->want = STREAM_PAGE;
	p->budget = STREAM_BUDGET;
	p->found = found;
	p->user = s;
	for (int i = 0; i < PURPOSES; i++) {
		p->purpose = i;
		if (purposes[i].ask(s, p)) {
			s->pending = p;
			worker_post(screen_lists(s->pane.screen), &p->job);
			return;
		}
	}
	p->job.free(&p->job);
}

void stream_drop_pending(struct stream *s)
{
	if (!s->pending)
		return;
	s->jumps |= s->pending->purpose == FOR_JUMP;
	s->renew |= s->pending->purpose == FOR_RENEWAL;
	s->pending->user = NULL;
	s->pending = NULL;
}

/* A key that is held down asks once. */
void stream_jump(struct stream *s, struct log_key key)
{
	if (s->pending && s->pending->purpose == FOR_JUMP && !log_key_compare(&s->jump, &key))
		return;
	stream_drop_pending(s);
	s->jump = key;
	s->jumps = TRUE;
	s->halted = FALSE;
	stream_ask(s);
}

/* From the row that one is on, or the end. */
void stream_reset(struct stream *s)
{
	struct log_key here = s->follows || !stream_count(s) ? LOG_END
							     : stream_row(s, s->cursor)->key;

	s->looked = 0;
	s->search = 0;
	stream_drop_pending(s);
	stream_jump(s, here);
}
