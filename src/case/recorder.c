/*
 * The writer of a process.
 *
 * Posts come through a relay with a bound in bytes.  The recorder's thread takes what waits, hashes
 * and packs it, and writes it in one transaction:
 *
 *	take	messages until none waits, or BATCH_BYTES are there
 *	prepare	cut evidence into chunks, hash and pack them: no lock is held
 *	write	BEGIN IMMEDIATE, read the head (others write, too), append, project, batch entry,
 *		COMMIT
 *	tell	tickets get their seq, flushes are answered, the live file says the new head
 *
 * 1  A transaction is written whole or not at all.  After one that failed nothing more is written:
 *    `trouble` says why, and what waits is dropped.
 * 2  Chunks of one evidence come from one process; its number of chunks, size and digest are in its
 *    struct here.
 * 3  The projection's state of open evidence is this process' own; tables are read anew in each
 *    transaction.
 * 4  Evidence of ours that another process closed, since it saw no sign of us, grows no more.
 */
#include "recorder-private.h"

#include <kase/stamp.h>

#define QUEUE_BYTES    (24 << 20)
#define BATCH_BYTES    (6 << 20)
#define BATCH_MESSAGES 512
#define IDLE_US        G_USEC_PER_SEC /* after this long without a post the -wal is folded in */
#define LEAVE_MS       1000 /* how long who leaves waits for readers to let go of the -wal */

/* --- the thread ------------------------------------------------------------------------------- */

static void set_trouble(struct recorder *r, GError *error)
{
	relay_lock_take(&r->lock);
	if (r->trouble)
		g_error_free(error);
	else
		r->trouble = error;
	relay_lock_leave(&r->lock);
}

static gboolean in_trouble(struct recorder *r)
{
	gboolean is;

	relay_lock_take(&r->lock);
	is = r->trouble != NULL;
	relay_lock_leave(&r->lock);
	return is;
}

GError *recorder_trouble(struct recorder *r)
{
	GError *copy;

	relay_lock_take(&r->lock);
	copy = r->trouble ? g_error_copy(r->trouble) : NULL;
	relay_lock_leave(&r->lock);
	return copy;
}

static gboolean write_each(struct recorder *r, GPtrArray *batch, GError **error)
{
	for (guint i = 0; i < batch->len; i++) {
		struct message *m = batch->pdata[i];

		if (!m->class->write(r, m, error))
			return FALSE;
	}
	return chain_end(&r->chain, stamp_now(), r->person, r->visit, error);
}

/* Another process may have come with a newer kase, and made the tables anew, or led the file to a
 * newer format. */
static gboolean tables_are_ours(struct recorder *r, GError **error)
{
	int ours = r->projection.projector->version, now = schema_derived_version(r->db);

	if (ours == now && r->format == format_of(r->db))
		return TRUE;
	g_set_error(error, CASE_ERROR, CASE_ERROR_NEWER,
		    "%s: a newer kase opened it, and made its tables anew (%d; this one makes %d); "
		    "go on with that one",
		    r->path, now, ours);
	return FALSE;
}

/* What is written into a file that has lost its name is gone when the last process ends. */
static gboolean is_in_its_place(struct recorder *r, GError **error)
{
	int moved = FALSE;

	sqlite3_file_control(r->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
	if (!moved)
		return TRUE;
	g_set_error(error, CASE_ERROR, CASE_ERROR_NOT_FOUND,
		    "%s: the file was moved, removed or replaced while kase recorded into it; what "
		    "was committed is in it: put it back with its -wal, or begin a new case",
		    r->path);
	return FALSE;
}

/* What is true of the case as it is now, whoever wrote it meanwhile. */
static gboolean come_again(struct recorder *r, GError **error)
{
	gint64 since = r->chain.seq;

	return is_in_its_place(r, error) && tables_are_ours(r, error) &&
	       live_keep(r->live, error) && chain_begin(&r->chain, error) &&
	       (since >= r->chain.seq || visit_closed(r->db, since, r->visit, r->closed, error));
}

static gboolean only_flushes(GPtrArray *batch)
{
	for (guint i = 0; i < batch->len; i++)
		if (!message_is_flush(batch->pdata[i]))
			return FALSE;
	return TRUE;
}

static gboolean write_batch(struct recorder *r, GPtrArray *batch, GError **error)
{
	for (guint i = 0; i < batch->len; i++) {
		struct message *m = batch->pdata[i];

		if (!m->class->prepare(r, m, error))
			return FALSE;
	}
	if (only_flushes(batch))
		return TRUE;
	if (!query_run(r->begin, error))
		return FALSE;
	if (come_again(r, error) && write_each(r, batch, error) && query_run(r->commit, error)) {
		live_tell(r->live, r->chain.seq);
		r->folded = FALSE;
		return TRUE;
	}
	sqlite3_exec(r->db, "ROLLBACK", NULL, NULL, NULL);
	return FALSE;
}

static void settle(GPtrArray *batch, gboolean committed)
{
	for (guint i = 0; i < batch->len; i++) {
		struct message *m = batch->pdata[i];

		if (committed && m->ticket)
			__atomic_store_n(&m->ticket->committed, m->ticket->seq, __ATOMIC_RELEASE);
		if (m->function)
			relay_call_or_drop(m->context, m->function, m->data,
					   g_steal_pointer(&m->drop));
	}
	g_ptr_array_set_size(batch, 0);
}

/*
 * Move what is committed from the -wal into the file.  SQLite itself does so above 16 MB; a reader
 * with an old transaction makes that end early, and the -wal grow until the reader is done.
 */
static void fold_in(struct recorder *r, int mode, int wait_ms)
{
	sqlite3_busy_timeout(r->db, wait_ms);
	sqlite3_wal_checkpoint_v2(r->db, NULL, mode, NULL, NULL);
	r->folded = TRUE;
}

static gsize take_one(struct recorder *r, GPtrArray *batch, gint64 timeout_us)
{
	struct message *m = relay_take(r->queue, timeout_us);

	if (!m)
		return 0;
	g_ptr_array_add(batch, m);
	return message_bytes(m);
}

static void take_batch(struct recorder *r, GPtrArray *batch)
{
	gsize bytes = take_one(r, batch, r->folded ? -1 : IDLE_US), more;

	if (!bytes && !r->folded && !relay_closed(r->queue)) {
		fold_in(r, SQLITE_CHECKPOINT_PASSIVE, SQL_BUSY_MS);
		bytes = take_one(r, batch, -1);
	}
	more = bytes;

	while (more && bytes < BATCH_BYTES && batch->len < BATCH_MESSAGES) {
		more = take_one(r, batch, 0);
		bytes += more;
	}
}

static void *recorder_run(void *data)
{
	struct recorder *r = data;
	g_autoptr(GPtrArray) batch = g_ptr_array_new_with_free_func(message_free);

	for (;;) {
		GError *error = NULL;
		gboolean ok;

		take_batch(r, batch);
		if (!batch->len)
			return NULL; /* closed, and empty */
		ok = !in_trouble(r) && write_batch(r, batch, &error);
		if (error)
			set_trouble(r, error);
		settle(batch, ok);
	}
}

static void recorder_free(struct recorder *r)
{
	relay_free(r->queue);
	query_free(r->begin);
	query_free(r->commit);
	chain_clear(&r->chain);
	if (r->projection.db)
		projection_clear(&r->projection);
	if (r->thread) /* it wrote: SQLite folds in only where nobody reads any more */
		fold_in(r, SQLITE_CHECKPOINT_TRUNCATE, LEAVE_MS);
	sql_close(r->db, NULL);
	live_close(r->live);
	g_hash_table_unref(r->closed);
	relay_lock_clear(&r->lock);
	g_clear_error(&r->trouble);
	g_free(r->path);
	g_free(r->person);
	g_free(r);
}

struct recorder *recorder_start(const char *path, const struct case_person *person,
				const struct projector *projector, GError **error)
{
	struct recorder *r = g_new0(struct recorder, 1);

	r->path = g_strdup(path);
	r->person = g_strdup(person->name);
	r->closed = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	relay_lock_init(&r->lock);
	r->queue = relay_new(QUEUE_BYTES, message_free);
	r->db = sql_open(path, SQL_WRITE, NULL, error);
	r->live = r->db ? live_open(path, error) : NULL;
	/* Not even prepared on what may be something else; looked at again in the transaction. */
	if (r->live && format_allows_writing(r->db, error)) {
		projection_init(&r->projection, r->db, projector);
		r->begin = sql_prepare(r->db, "BEGIN IMMEDIATE", error);
		r->commit = sql_prepare(r->db, "COMMIT", error);
	}
	if (r->commit && chain_init(&r->chain, r->db, error) &&
	    visit_begin(r, person, projector, error)) {
		r->thread = relay_thread_new("recorder", recorder_run, r);
		return r;
	}
	recorder_free(r);
	return NULL;
}

gboolean recorder_stop(struct recorder *r, GError **error)
{
	struct cJSON *entry;
	GError *trouble;

	if (!r)
		return TRUE;
	entry = json_new_object();
	json_set_string(entry, "kind", "left");
	json_set_string(entry, "summary", "left");
	ticket_unref(recorder_enter(r, entry, NULL, NULL));
	relay_close(r->queue);
	relay_thread_join(r->thread);
	trouble = g_steal_pointer(&r->trouble);
	recorder_free(r);
	if (!trouble)
		return TRUE;
	g_propagate_error(error, trouble);
	return FALSE;
}

/* --- what is asked of it ---------------------------------------------------------------------- */

gint64 recorder_head(struct recorder *r)
{
	return live_head(r->live);
}

gint64 recorder_visit(const struct recorder *r)
{
	return r->visit;
}

gsize recorder_room(struct recorder *r)
{
	return relay_room(r->queue);
}

void recorder_on_room(struct recorder *r, GMainContext *context, GSourceFunc function, void *data)
{
	relay_on_room(r->queue, context, function, data);
}

gboolean recorder_turn_take(struct recorder *r)
{
	return live_turn(r->live, TRUE);
}

void recorder_turn_give(struct recorder *r)
{
	live_turn(r->live, FALSE);
}

gboolean recorder_lead(struct recorder *r, gboolean claim)
{
	return live_lead(r->live, claim);
}

gboolean recorder_lead_claimed(struct recorder *r)
{
	return live_lead_claimed(r->live);
}

void recorder_lead_leave(struct recorder *r)
{
	live_lead_leave(r->live);
}
