/*
 * What is posted to the recorder: entries, bytes of evidence, closings, flushes.
 *
 * A message is made in the poster's thread, and prepared and written in the recorder's, which alone
 * touches what evidence has grown to.
 */
#include "recorder-private.h"

#include <kase/stamp.h>

#define MESSAGE_BYTES 600 /* what an entry weighs in the queue */

struct evidence {
	gint references; /* the poster's, and one a message */
	struct recorder *recorder;
	struct ticket *ticket;
	/* The recorder's thread alone: */
	gint64 chunks, size;
	struct digest *digest;
	gboolean begun; /* bytes are in the digest */
};

/* --- tickets ---------------------------------------------------------------------------------- */

static struct ticket *ticket_new(void)
{
	struct ticket *t = g_new0(struct ticket, 1);

	t->references = 1;
	return t;
}

struct ticket *ticket_ref(struct ticket *t)
{
	g_atomic_int_inc(&t->references);
	return t;
}

void ticket_unref(struct ticket *t)
{
	if (t && g_atomic_int_dec_and_test(&t->references))
		g_free(t);
}

gint64 ticket_seq(const struct ticket *t)
{
	return __atomic_load_n(&t->committed, __ATOMIC_ACQUIRE);
}

/* --- messages --------------------------------------------------------------------------------- */

static void evidence_unref(struct evidence *e)
{
	if (!e || !g_atomic_int_dec_and_test(&e->references))
		return;
	ticket_unref(e->ticket);
	digest_free(e->digest);
	g_free(e);
}

static void chunk_clear(void *data)
{
	struct chain_chunk *chunk = data;

	g_clear_pointer(&chunk->data, g_bytes_unref);
}

void message_free(void *data)
{
	struct message *m = data;

	if (m->drop)
		m->drop(m->data);
	ticket_unref(m->ticket);
	json_free(m->entry);
	g_free(m->key);
	ticket_unref(m->about);
	evidence_unref(m->evidence);
	g_clear_pointer(&m->bytes, g_bytes_unref);
	g_clear_pointer(&m->chunks, g_array_unref);
	g_clear_pointer(&m->context, g_main_context_unref);
	g_free(m);
}

static gboolean nothing_to_do(struct recorder *r, struct message *m, GError **error)
{
	return TRUE;
}

static gboolean write_entry(struct recorder *r, struct message *m, GError **error)
{
	char at[STAMP_CHARS];

	if (m->about)
		json_set_int(m->entry, m->key, m->about->seq);
	if (!json_string(m->entry, "at"))
		json_set_string(m->entry, "at", stamp_format(m->at, at));
	json_set_string(m->entry, "person", r->person);
	json_set_int(m->entry, "visit", r->visit);
	if (!chain_append(&r->chain, m->entry, error))
		return FALSE;
	if (m->ticket)
		m->ticket->seq = r->chain.seq;
	return apply_entry(&r->projection, r->chain.seq, &m->entry, error);
}

gboolean recorder_append(struct recorder *r, struct cJSON *entry, GError **error)
{
	struct message m = { .entry = entry, .at = stamp_now() };
	gboolean ok = write_entry(r, &m, error);

	json_free(m.entry);
	return ok;
}

/* The digest of evidence that has one chunk is that of the chunk: most has, and is hashed once. */
static void pack_part(struct evidence *e, GBytes *part, struct chain_chunk *chunk)
{
	char sha256[DIGEST_CHARS];
	gsize size;
	const void *data = g_bytes_get_data(part, &size);

	digest_add(e->digest, data, size);
	chain_pack(part, e->begun ? NULL : digest_peek(e->digest, sha256), chunk);
	e->begun = TRUE;
}

static gboolean prepare_chunks(struct recorder *r, struct message *m, GError **error)
{
	gsize size = g_bytes_get_size(m->bytes);

	m->chunks = g_array_new(FALSE, TRUE, sizeof(struct chain_chunk));
	g_array_set_clear_func(m->chunks, chunk_clear);
	for (gsize at = 0; at < size; at += CASE_CHUNK_MAX) {
		struct chain_chunk chunk = { .at = m->at };
		g_autoptr(GBytes)
			part = g_bytes_new_from_bytes(m->bytes, at, MIN(size - at, CASE_CHUNK_MAX));

		pack_part(m->evidence, part, &chunk);
		g_array_append_val(m->chunks, chunk);
	}
	return TRUE;
}

/* What is closed has its size and digest: nothing can be added, and nothing is said of it twice. */
static gboolean still_open(struct recorder *r, const struct evidence *e, GError **error)
{
	if (!g_hash_table_contains(r->closed, &e->ticket->seq))
		return TRUE;
	g_set_error(error, CASE_ERROR, CASE_ERROR_FAILED,
		    "%s: another process took this one for dead, since its -live file had been "
		    "removed, and closed e%" G_GINT64_FORMAT "; what is committed stands; start "
		    "this command again",
		    r->path, e->ticket->seq);
	return FALSE;
}

static gboolean write_chunks(struct recorder *r, struct message *m, GError **error)
{
	const char *data = g_bytes_get_data(m->bytes, NULL);
	struct evidence *e = m->evidence;

	if (!still_open(r, e, error))
		return FALSE;
	for (guint i = 0; i < m->chunks->len; i++) {
		struct chain_chunk *chunk = &g_array_index(m->chunks, struct chain_chunk, i);

		chunk->evidence = e->ticket->seq;
		chunk->n = e->chunks++;
		chunk->offset = e->size;
		e->size += (gint64)chunk->size;
		if (!chain_add_chunk(&r->chain, chunk, error) ||
		    !apply_chunk(&r->projection, chunk->evidence, chunk->at, r->chain.seq,
				 (guint64)chunk->offset, data, chunk->size, error))
			return FALSE;
		data += chunk->size;
	}
	return TRUE;
}

static gboolean write_closing(struct recorder *r, struct message *m, GError **error)
{
	char sha256[DIGEST_CHARS];

	if (!still_open(r, m->evidence, error))
		return FALSE;
	json_set_string(m->entry, "kind", "closed");
	json_set_int(m->entry, "evidence", m->evidence->ticket->seq);
	json_set_int(m->entry, "size", m->evidence->size);
	json_set_string(m->entry, "sha256", digest_peek(m->evidence->digest, sha256));
	return write_entry(r, m, error);
}

static const struct message_class entry_class = { nothing_to_do, write_entry };
static const struct message_class bytes_class = { prepare_chunks, write_chunks };
static const struct message_class closing_class = { nothing_to_do, write_closing };
static const struct message_class flush_class = { nothing_to_do, nothing_to_do };

gboolean message_is_flush(const struct message *m)
{
	return m->class == &flush_class;
}

static struct message *message_new(const struct message_class *class)
{
	struct message *m = g_new0(struct message, 1);

	m->class = class;
	m->at = stamp_now();
	return m;
}

gsize message_bytes(const struct message *m)
{
	return MESSAGE_BYTES + (m->bytes ? g_bytes_get_size(m->bytes) : 0);
}

static void post(struct recorder *r, struct message *m)
{
	relay_post(r->queue, m, message_bytes(m));
}

/* --- posting ---------------------------------------------------------------------------------- */

void recorder_flush(struct recorder *r, GMainContext *context, GSourceFunc function, void *data,
		    GDestroyNotify drop)
{
	struct message *m = message_new(&flush_class);

	m->context = context ? g_main_context_ref(context) : NULL;
	m->function = function;
	m->data = data;
	m->drop = drop;
	post(r, m);
}

struct ticket *recorder_enter(struct recorder *r, struct cJSON *entry, const char *key,
			      struct ticket *about)
{
	struct message *m = message_new(&entry_class);
	struct ticket *t = ticket_new();

	m->entry = entry;
	m->key = g_strdup(key);
	m->about = about ? ticket_ref(about) : NULL;
	m->ticket = ticket_ref(t);
	post(r, m);
	return t;
}

static struct message *evidence_message(struct evidence *e, const struct message_class *class)
{
	struct message *m = message_new(class);

	g_atomic_int_inc(&e->references);
	m->evidence = e;
	return m;
}

struct evidence *evidence_open(struct recorder *r, struct cJSON *about, struct ticket *listing)
{
	struct evidence *e = g_new0(struct evidence, 1);
	struct message *m;

	e->references = 1;
	e->recorder = r;
	e->ticket = ticket_new();
	e->digest = digest_new();
	json_set_string(about, "kind", "evidence");
	m = evidence_message(e, &entry_class);
	m->entry = about;
	m->ticket = ticket_ref(e->ticket);
	m->key = g_strdup("listing");
	m->about = listing ? ticket_ref(listing) : NULL;
	post(r, m);
	return e;
}

void evidence_add(struct evidence *e, GBytes *bytes)
{
	struct message *m = evidence_message(e, &bytes_class);

	m->bytes = g_bytes_ref(bytes);
	post(e->recorder, m);
}

void evidence_close(struct evidence *e, struct cJSON *outcome)
{
	struct message *m;

	if (!e) {
		json_free(outcome);
		return;
	}
	m = evidence_message(e, &closing_class);
	m->entry = outcome;
	post(e->recorder, m);
	evidence_unref(e);
}
