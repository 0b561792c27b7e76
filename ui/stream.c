/*
 * The stream shape: what has no end, and is seen by a window.
 */
#include "stream.h"

#include "panes.h"

static void start(struct stream *s)
{
	s->follows = TRUE;
	s->first = s->last = FALSE;
	s->before = s->after = LOG_START;
	s->renew = FALSE;
	stream_jump(s, LOG_END);
}

void stream_follow(struct stream *s)
{
	if (!s->asked)
		s->asked = screen_follow(s->pane.screen, s->pane.item.ids[ITEM_SUBJECT]);
}

static const char pod_of_event[] =
	"SELECT s.id, s.namespace || '/' || s.name FROM d_event k JOIN d_subject x ON x.id = "
	"k.subject"
	" JOIN d_subject s ON s.cluster = x.cluster AND s.group_ = '' AND s.kind = 'Pod'"
	" AND s.namespace = x.namespace AND 'pod/' || s.namespace || '/' || s.name = k.regarding"
	" LEFT JOIN d_object o ON o.subject = s.id WHERE k.subject = ?1"
	" ORDER BY o.gone IS NOT NULL, o.seen DESC LIMIT 1";

/* From an event, the logs are those of the pod that it is about. */
static void become_pod(struct pane *pane)
{
	struct casefile *c = screen_case(pane->screen);
	g_autoptr(query) q = c ? casefile_query(c, pod_of_event, NULL) : NULL;

	if (!q)
		return;
	query_bind_int(q, 1, pane->item.ids[ITEM_SUBJECT]);
	if (!query_step(q, NULL))
		return;
	pane->item.ids[ITEM_SUBJECT] = query_int(q, 0);
	g_free(pane->item.name);
	pane->item.name = g_strdup(query_text(q, 1));
}

static void stream_show(struct pane *pane, const struct item *item)
{
	struct stream *s = (struct stream *)pane;

	stream_drop_pending(s);
	if (bookmarks_count(&s->bookmarks))
		screen_say(pane->screen, "bookmarks dropped: they were in other logs");
	bookmarks_clear(&s->bookmarks);
	item_clear(&pane->item);
	item_copy(&pane->item, item);
	become_pod(pane);
	g_clear_pointer(&s->facts, log_facts_unref);
	g_clear_pointer(&s->choice.container, g_free);
	g_clear_pointer(&s->trouble, g_free);
	g_ptr_array_set_size(s->rows, 0);
	s->cursor = s->top = s->part = s->skipped = 0;
	s->search = 0;
	s->looked = 0;
	s->paused = FALSE;
	s->asked = FALSE;
	start(s);
}

static void stream_refresh(struct pane *pane)
{
	struct stream *s = (struct stream *)pane;

	s->renew = TRUE;
	stream_follow(s);
	g_clear_pointer(&s->trouble, g_free);
	stream_ask(s);
}

/* What is looked for is looked for again when one comes back. */
static void stream_leave(struct pane *pane)
{
	struct stream *s = (struct stream *)pane;

	pane->behind |= s->pending != NULL;
	stream_drop_pending(s);
}

static const char *stream_found(struct pane *pane)
{
	return ((struct stream *)pane)->find;
}

/* The evidence is asked of the case when something is to be opened: rows do not hold it. */
static gboolean stream_item(struct pane *pane, struct item *item)
{
	struct stream *s = (struct stream *)pane;
	const struct log_row *row = stream_count(s) ? stream_row(s, s->cursor) : NULL;
	struct casefile *c = screen_case(pane->screen);
	g_autoptr(query) q = NULL;

	item_copy(item, &pane->item);
	if (!row || row->kind != LOG_ROW_LINE || !c)
		return item_has(item, ITEM_SUBJECT);
	item->ids[ITEM_LINE] = row->key.id;
	q = casefile_query(c, "SELECT evidence FROM d_line WHERE id = ?1", NULL);
	if (q)
		query_bind_int(q, 1, row->key.id);
	if (q && query_step(q, NULL))
		item->ids[ITEM_EVIDENCE] = query_int(q, 0);
	return item_has(item, ITEM_SUBJECT);
}

static struct pane *stream_new(struct screen *screen, const struct pane_kind *kind,
			       const struct item *item)
{
	struct stream *s = g_new0(struct stream, 1);

	s->pane = (struct pane){ .kind = kind, .screen = screen };
	s->rows = g_ptr_array_new_with_free_func(log_row_free);
	s->find = g_strdup("");
	s->choice.previous = kind == &pane_previous;
	stream_show(&s->pane, item);
	return &s->pane;
}

static void stream_free(struct pane *pane)
{
	struct stream *s = (struct stream *)pane;

	stream_drop_pending(s);
	item_clear(&pane->item);
	g_ptr_array_unref(s->rows);
	log_facts_unref(s->facts);
	log_choice_clear(&s->choice);
	bookmarks_clear(&s->bookmarks);
	g_free(s->find);
	g_free(s->trouble);
	g_free(s);
}

const struct shape stream_shape = {
	.place = KEYS_IN_TEXT | KEYS_IN_STREAM,
	.own = TRUE,
	.new = stream_new,
	.free = stream_free,
	.draw = stream_draw,
	.run = stream_run,
	.run_typed = stream_run_typed,
	.refresh = stream_refresh,
	.leave = stream_leave,
	.tell = stream_tell,
	.find = stream_find,
	.found = stream_found,
	.item = stream_item,
	.show = stream_show,
};
