/*
 * The merge: a statement for each instance (a second for its lines without a time), each by an
 * index in the order of the walk; the nearest row of all is next.  A statement is stepped no
 * further than it is needed.
 */
#include "log-page.h"

#include <kase/stamp.h>
#include <kase/text.h>

#include <string.h>

struct cursor {
	struct query *q;
	const struct log_instance *instance;
	gboolean there;
	struct log_key key;
};

#define SELECT "SELECT at, id, text FROM d_line WHERE "

/* By direction. */
static const char *const timed[] = {
	SELECT "instance = ?1 AND at <= ?2 AND (at < ?2 OR id < ?3) ORDER BY at DESC, id DESC",
	SELECT "instance = ?1 AND at >= ?2 AND (at > ?2 OR id > ?3) ORDER BY at, id",
};
/* By rowid: the index has no order among them.  ?2 and ?3: the first and the last. */
static const char *const loose[] = {
	SELECT "+instance = ?1 AND +at IS NULL AND id BETWEEN ?2 AND ?3 ORDER BY id DESC",
	SELECT "+instance = ?1 AND +at IS NULL AND id BETWEEN ?2 AND ?3 ORDER BY id",
};

/* It, or how it is seen. */
static gboolean text_holds(const char *text, const char *find)
{
	g_autofree char *safe = NULL;

	if (strcasestr(text, find))
		return TRUE;
	/* What is seen in place of a control character can be looked for as well. */
	if (g_str_is_ascii(find))
		return FALSE;
	safe = text_safe(text, -1);
	return strcasestr(safe, find) != NULL;
}

/* --- statements ------------------------------------------------------------------------------- */

static gboolean cursor_step(struct cursor *c, GError **error)
{
	GError *failed = NULL;

	c->there = query_step(c->q, &failed);
	if (failed) {
		g_propagate_error(error, failed);
		return FALSE;
	}
	if (c->there)
		c->key = (struct log_key){ query_is_null(c->q, 0) ? STAMP_NONE : query_int(c->q, 0),
					   query_int(c->q, 1) };
	return TRUE;
}

static void cursor_clear(void *data)
{
	query_free(((struct cursor *)data)->q);
}

static gboolean add_cursor(GArray *cursors, struct casefile *c, const struct log_instance *i,
			   const char *sql, const gint64 bounds[2], GError **error)
{
	struct cursor cursor = { .instance = i };

	cursor.q = casefile_query(c, sql, error);
	if (!cursor.q)
		return FALSE;
	query_bind_int(cursor.q, 1, i->id);
	query_bind_int(cursor.q, 2, bounds[0]);
	query_bind_int(cursor.q, 3, bounds[1]);
	g_array_append_val(cursors, cursor);
	return cursor_step(&g_array_index(cursors, struct cursor, cursors->len - 1), error);
}

static gboolean add_instance(const struct log_page *p, GArray *cursors, struct casefile *c,
			     const struct log_instance *i, GError **error)
{
	gboolean forward = p->by > 0, among = p->from.at == STAMP_NONE;
	const gint64 from[] = { p->from.at, p->from.id };
	const gint64 all[] = {
		forward && among ? MAX(i->first_loose, p->from.id + 1) : i->first_loose,
		!forward && among ? MIN(i->last_loose, p->from.id - 1) : i->last_loose,
	};

	if (!add_cursor(cursors, c, i, timed[forward], from, error))
		return FALSE;
	if (!i->first_loose || (forward && !among))
		return TRUE;
	return add_cursor(cursors, c, i, loose[forward], all, error);
}

static gboolean is_chosen(const struct log_page *p, int container, gboolean previous)
{
	const struct log_choice *choice = &p->choice;
	const struct log_container *c = container < 0 ? NULL
						      : p->facts->containers->pdata[container];

	if (choice->previous && !previous)
		return FALSE;
	return !choice->container || !c || g_str_equal(c->name, choice->container);
}

static GArray *open_cursors(const struct log_page *p, struct casefile *c, GError **error)
{
	GArray *cursors = g_array_new(FALSE, TRUE, sizeof(struct cursor));

	g_array_set_clear_func(cursors, cursor_clear);
	for (guint n = 0; n < p->facts->instances->len; n++) {
		const struct log_instance *i = p->facts->instances->pdata[n];

		if (is_chosen(p, i->container, i->previous) &&
		    !add_instance(p, cursors, c, i, error)) {
			g_array_unref(cursors);
			return NULL;
		}
	}
	return cursors;
}

/* --- the walk --------------------------------------------------------------------------------- */

/* What comes next: a row of a statement, or a note. */
struct next {
	struct cursor *cursor;
	const struct log_note *note;
	struct log_key key;
	gboolean there;
};

static gboolean is_nearer(const struct log_page *p, const struct log_key *key,
			  const struct next *than)
{
	return !than->there || log_key_compare(key, &than->key) * p->by < 0;
}

static void consider_cursors(const struct log_page *p, GArray *cursors, struct next *next)
{
	for (guint i = 0; i < cursors->len; i++) {
		struct cursor *c = &g_array_index(cursors, struct cursor, i);

		if (c->there && is_nearer(p, &c->key, next))
			*next = (struct next){ .cursor = c, .key = c->key, .there = TRUE };
	}
}

/* `*at`: of the notes, that which is not yet passed. */
static void consider_notes(const struct log_page *p, int *at, struct next *next)
{
	const GPtrArray *notes = p->facts->notes;

	for (; *at >= 0 && *at < (int)notes->len; *at += p->by) {
		const struct log_note *note = notes->pdata[*at];

		if (log_key_compare(&note->key, &p->from) * p->by <= 0 ||
		    !is_chosen(p, note->container, TRUE))
			continue;
		if (is_nearer(p, &note->key, next))
			*next = (struct next){ .note = note, .key = note->key, .there = TRUE };
		return;
	}
}

static struct log_row *row_new(const struct log_page *p, const struct next *next, const char *text)
{
	struct log_row *row = g_new0(struct log_row, 1);
	gsize size = strlen(text);
	const char *end = text + size;

	if (size > LOG_ROW_BYTES) {
		end = g_utf8_find_prev_char(text, text + LOG_ROW_BYTES + 1);
		row->cut = TRUE;
	}
	row->key = next->key;
	row->kind = LOG_ROW_LINE;
	if (next->note)
		row->kind = next->note->kind == LOG_NOTE_GAP ? LOG_ROW_GAP : LOG_ROW_NOTE;
	row->gap = next->note ? next->note->gap : 0;
	row->container = next->note ? next->note->container : next->cursor->instance->container;
	row->previous = next->cursor && next->cursor->instance->previous;
	row->text = text_safe(text, end - text);
	return row;
}

static gboolean take(struct log_page *p, const struct next *next, int *note, GError **error)
{
	const char *text = next->note ? next->note->text : query_text(next->cursor->q, 2);

	text = text ? text : "";
	p->reached = next->key;
	p->looked++;
	if (!p->choice.find || text_holds(text, p->choice.find))
		g_ptr_array_add(p->rows, row_new(p, next, text));
	if (next->note)
		*note += p->by;
	return next->note || cursor_step(next->cursor, error);
}

static gboolean walk(struct log_page *p, GArray *cursors, GError **error)
{
	int note = p->by > 0 ? 0 : (int)p->facts->notes->len - 1;

	while (p->rows->len < p->want && p->looked < p->budget) {
		struct next next = { 0 };

		consider_cursors(p, cursors, &next);
		consider_notes(p, &note, &next);
		if (!next.there) {
			p->end = TRUE;
			return TRUE;
		}
		if (!take(p, &next, &note, error))
			return FALSE;
	}
	return TRUE;
}

/* --- the job ---------------------------------------------------------------------------------- */

static gboolean page_work(struct job *job, struct casefile *c, GError **error)
{
	struct log_page *p = (struct log_page *)job;
	GArray *cursors;
	gboolean done;

	if (!p->facts)
		p->facts = log_facts_read(c, p->subject, error);
	if (!p->facts)
		return FALSE;
	if (!p->want)
		return TRUE;
	cursors = open_cursors(p, c, error);
	done = cursors && walk(p, cursors, error);
	if (cursors)
		g_array_unref(cursors);
	return done;
}

static void page_done(struct job *job, const GError *error)
{
	struct log_page *p = (struct log_page *)job;

	p->found(p, error);
}

static void page_free(struct job *job)
{
	struct log_page *p = (struct log_page *)job;

	log_facts_unref(p->facts);
	log_choice_clear(&p->choice);
	g_ptr_array_unref(p->rows);
	g_free(p);
}

struct log_page *log_page_new(gint64 subject, struct log_facts *facts,
			      const struct log_choice *choice)
{
	struct log_page *p = g_new0(struct log_page, 1);

	p->job = (struct job){ .work = page_work, .done = page_done, .free = page_free };
	p->subject = subject;
	p->facts = facts ? log_facts_ref(facts) : NULL;
	p->choice = (struct log_choice){
		.container = g_strdup(choice->container),
		.previous = choice->previous,
		.find = g_strdup(choice->find),
	};
	p->rows = g_ptr_array_new_with_free_func(log_row_free);
	return p;
}

void log_row_free(void *data)
{
	struct log_row *row = data;

	g_free(row->text);
	g_free(row);
}

void log_choice_clear(struct log_choice *choice)
{
	g_free(choice->container);
	g_free(choice->find);
	*choice = (struct log_choice){ 0 };
}
