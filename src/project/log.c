/*
 * Logs: which lines are new, and which were fetched before.
 *
 *  1. A line is known by its container instance, its time, the hash of its text, and how-manieth of
 *     its like it is among the lines that follow each other with that time.  So a second capture
 *     adds what is new and nothing else.
 *  2. What is later than all that is held of its instance is new without being looked for: a first
 *     capture costs one insert a line.
 *  3. Whatever is later in the log stands later in `seq`: order is that of arrival, never of time.
 *  4. A line without a timestamp is a message of the kubelet, which is a gap, or belongs to the
 *     line before it.
 */
#include "config.h"

#include "rows.h"

#include <kase/stamp.h>
#include <kase/subject.h>
#include <kase/text.h>
#include <string.h>

#define LOG_MAX_LINE ((gsize)1 << 20) /* bytes of a line that its row holds */

/* Lines that follow each other with the same time. */
struct run {
	gboolean begun;
	gint64 at;
	gboolean fresh;     /* none of them is held from before */
	guint64 first;      /* hash of the first of them, */
	gint64 first_count; /* and how often it came; mostly there is no other */
	GHashTable *others; /* guint64 → gint64 */
};

/* From chunk to chunk. */
struct log {
	gint64 at; /* of the last timestamp; STAMP_NONE before the first */
	struct run run;
};

void log_free(struct log *l)
{
	if (!l)
		return;
	g_clear_pointer(&l->run.others, g_hash_table_unref);
	g_free(l);
}

static struct log *log_of_state(struct state *state)
{
	if (!state->log) {
		state->log = g_new0(struct log, 1);
		state->log->at = STAMP_NONE;
	}
	return state->log;
}

/* --- whose log -------------------------------------------------------------------------------- */

struct owner {
	const char *cluster, *kind, *container, *instance;
	char *namespace, *name, *uid;
};

static void owner_clear(struct owner *o)
{
	g_free(o->namespace);
	g_free(o->name);
	g_free(o->uid);
}

static char *member(const struct cJSON *about, const char *key)
{
	const char *text = json_string(about, key);

	return g_strdup(text ? text : "");
}

/* A file whose pod is not known is a subject of its own: pretending a pod would join it to one. */
static void owner_of_subject(struct owner *o, const struct cJSON *about)
{
	const char *written = json_string(about, "subject");
	g_autoptr(subject) s = written ? subject_parse(written, NULL) : NULL;

	if (s && !strcmp(s->kind, "pod")) {
		o->namespace = g_strdup(s->namespace ? s->namespace : "");
		o->name = g_strdup(s->name);
	} else {
		o->kind = "File";
		o->namespace = g_strdup("");
		o->name = member(about, "name");
	}
}

static struct owner owner_of(const struct cJSON *about)
{
	const char *cluster = json_string(about, "cluster");
	struct owner o = {
		.cluster = cluster ? cluster : "",
		.kind = "Pod",
		.container = json_string(about, "container"),
		.instance = json_string(about, "instance"),
		.uid = member(about, "uid"),
	};

	o.container = o.container ? o.container : "";
	o.instance = o.instance ? o.instance : "";
	if (json_string(about, "pod")) {
		o.namespace = member(about, "namespace");
		o.name = member(about, "pod");
	} else {
		owner_of_subject(&o, about);
	}
	return o;
}

/* --- where its lines go ----------------------------------------------------------------------- */

struct sink {
	const struct source *source;
	const struct owner *owner;
	struct log *log;
	struct query *insert, *known;
	gint64 subject, instance;
	gint64 seq;     /* of the newest line of the container */
	gint64 horizon; /* the latest time held of this instance; STAMP_NONE for none */
	gboolean added;
	GString *text;
};

static gboolean instance_id(struct sink *k, GError **error)
{
	GError *failed = NULL;
	static const char *const statements[] = {
		"SELECT id FROM d_instance WHERE subject = ? AND container = ? AND instance = ?",
		"INSERT INTO d_instance (subject, container, instance, previous) VALUES (?, ?, ?, "
		"0)"
		" RETURNING id",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(statements); i++) {
		struct query *q = projection_query(k->source->p, statements[i], error);

		if (!q)
			return FALSE;
		query_bind_int(q, 1, k->subject);
		query_bind_text(q, 2, k->owner->container);
		query_bind_text(q, 3, k->owner->instance);
		if (query_value(q, &k->instance, &failed))
			return TRUE;
		if (failed)
			break;
	}
	g_propagate_error(error, failed);
	return FALSE;
}

static gboolean read_seq(struct sink *k, GError **error)
{
	struct query *q = projection_query(
		k->source->p, "SELECT lines FROM d_log WHERE subject = ? AND container = ?", error);
	GError *failed = NULL;

	if (!q)
		return FALSE;
	query_bind_int(q, 1, k->subject);
	query_bind_text(q, 2, k->owner->container);
	query_value(q, &k->seq, &failed);
	if (failed)
		g_propagate_error(error, failed);
	return !failed;
}

static gboolean write_seq(struct sink *k, GError **error)
{
	struct query *q;

	if (!k->added)
		return TRUE;
	q = projection_query(k->source->p,
			     "INSERT INTO d_log VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET lines = "
			     "excluded.lines",
			     error);
	if (!q)
		return FALSE;
	query_bind_int(q, 1, k->subject);
	query_bind_text(q, 2, k->owner->container);
	query_bind_int(q, 3, k->seq);
	return query_run(q, error);
}

static gboolean read_horizon(struct sink *k, GError **error)
{
	struct query *q = projection_query(
		k->source->p,
		"SELECT at FROM d_line WHERE instance = ? AND at IS NOT NULL"
		" ORDER BY at DESC LIMIT 1",
		error);
	GError *failed = NULL;

	if (!q)
		return FALSE;
	k->horizon = STAMP_NONE;
	query_bind_int(q, 1, k->instance);
	query_value(q, &k->horizon, &failed);
	if (failed)
		g_propagate_error(error, failed);
	return !failed;
}

static gboolean prepare_lines(struct sink *k, GError **error)
{
	k->insert = projection_query(
		k->source->p,
		"INSERT INTO d_line (instance, at, hash, nth, seq, text, evidence, offset,"
		" length) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		error);
	if (!k->insert)
		return FALSE;
	k->known = projection_query(
		k->source->p,
		"SELECT 1 FROM d_line WHERE instance = ? AND at IS ? AND hash = ? AND nth = ?",
		error);
	return k->known != NULL;
}

static gboolean sink_open(struct sink *k, GError **error)
{
	const struct owner *o = k->owner;
	struct subject_key key = { o->cluster, "", o->kind, o->namespace, o->name, o->uid };

	k->log->run.fresh = FALSE; /* since the last chunk, another capture may have brought them */
	return subject_id(k->source->p, &key, &k->subject, NULL, error) && instance_id(k, error) &&
	       read_seq(k, error) && read_horizon(k, error) && prepare_lines(k, error);
}

/* --- lines ------------------------------------------------------------------------------------ */

/* FNV-1a, 64 bits. */
static guint64 hash_of(const char *data, gsize size)
{
	guint64 hash = G_GUINT64_CONSTANT(14695981039346656037);

	for (gsize i = 0; i < size; i++)
		hash = (hash ^ (guchar)data[i]) * G_GUINT64_CONSTANT(1099511628211);
	return hash;
}

static void run_begin(struct run *r, gint64 at, guint64 hash, gboolean fresh)
{
	if (r->others)
		g_hash_table_remove_all(r->others);
	r->begun = TRUE;
	r->at = at;
	r->fresh = fresh;
	r->first = hash;
	r->first_count = 1;
}

static gint64 run_count_other(struct run *r, guint64 hash)
{
	gint64 *count;

	if (!r->others)
		r->others = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, g_free);
	count = g_hash_table_lookup(r->others, &hash);
	if (!count) {
		count = g_new0(gint64, 1);
		g_hash_table_insert(r->others, g_memdup2(&hash, sizeof(hash)), count);
	}
	return ++*count;
}

/* How-manieth line with this hash in its run it is. */
static gint64 run_count(struct sink *k, gint64 at, guint64 hash)
{
	struct run *r = &k->log->run;

	if (r->begun && r->at == at)
		return hash == r->first ? ++r->first_count : run_count_other(r, hash);
	run_begin(r, at, hash, at > k->horizon);
	k->horizon = MAX(k->horizon, at);
	return 1;
}

/* As much of a row as tells it from others. */
struct mark {
	gint64 at, nth;
	guint64 hash;
};

static void bind_mark(struct query *q, const struct sink *k, const struct mark *m)
{
	query_bind_int(q, 1, k->instance);
	bind_time(q, 2, m->at);
	query_bind_int(q, 3, (gint64)m->hash);
	query_bind_int(q, 4, m->nth);
}

/* The text as it is, where it is valid UTF-8: it mostly is. */
static void bind_line_text(struct sink *k, const char *text, gsize size)
{
	g_autofree char *valid = NULL;

	g_string_truncate(k->text, 0);
	if (g_utf8_validate_len(text, size, NULL)) {
		g_string_append_len(k->text, text, size);
	} else {
		valid = text_utf8(text, size);
		g_string_append(k->text, valid);
	}
	query_bind_text(k->insert, 6, k->text->str);
}

static gboolean insert_line(struct sink *k, const struct line *line, const struct mark *m,
			    gsize skip, GError **error)
{
	bind_mark(k->insert, k, m);
	query_bind_int(k->insert, 5, ++k->seq);
	bind_line_text(k, line->data + skip, line->size - skip);
	query_bind_int(k->insert, 7, k->source->evidence);
	query_bind_int(k->insert, 8, line->offset);
	query_bind_int(k->insert, 9, line->length);
	k->added = TRUE;
	return query_run(k->insert, error);
}

static gboolean is_known(struct sink *k, const struct mark *m, GError **error)
{
	gint64 one;

	if (k->log->run.fresh)
		return FALSE;
	bind_mark(k->known, k, m);
	return query_value(k->known, &one, error);
}

/* `skip`: bytes before its text. */
static gboolean add_line(struct sink *k, const struct line *line, gsize skip, GError **error)
{
	GError *failed = NULL;
	struct mark m = { .at = k->log->at, .hash = hash_of(line->data + skip, line->size - skip) };

	m.nth = run_count(k, m.at, m.hash);
	if (is_known(k, &m, &failed))
		return TRUE;
	if (failed) {
		g_propagate_error(error, failed);
		return FALSE;
	}
	return insert_line(k, line, &m, skip, error);
}

/* --- what is no line -------------------------------------------------------------------------- */

/* Texts that the kubelet writes into a log after its 200, and what each means. */
static const struct {
	const char *begins, *reason;
} kubelet_errors[] = {
	{ "unable to retrieve container logs for", "lost" },
	{ "failed to try resolving symlinks", "lost" },
	{ "failed to open log file", "lost" },
	{ "failed to create fsnotify watcher", "not-followed" },
	{ "failed to watch directory", "not-followed" },
	{ "failed to get parse function", "not-understood" },
	{ "rpc error: code =", "lost" },
};

/* The answer to a question that failed comes as the body of what would have been a log. */
#define STATUS_BEGINS "{\"kind\":\"Status\""

static gboolean begins(const struct line *line, const char *text)
{
	gsize size = strlen(text);

	return line->size >= size && !memcmp(line->data, text, size);
}

static gboolean add_log_gap(struct sink *k, const char *reason, const char *detail, GError **error)
{
	const struct owner *o = k->owner;
	g_autofree char *written = subject_format(NULL, "", o->kind, o->namespace, o->name);
	g_autofree char *scope = g_strdup_printf("%s container %s", written, o->container);
	struct gap g = { .at = k->source->at, .scope = scope, .reason = reason, .detail = detail };

	return gap_add(k->source->p, &g, error);
}

static gboolean add_unstamped(struct sink *k, const struct line *line, GError **error)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kubelet_errors); i++) {
		g_autofree char *detail = NULL;

		if (!begins(line, kubelet_errors[i].begins))
			continue;
		detail = text_utf8(line->data, line->size);
		return add_log_gap(k, kubelet_errors[i].reason, detail, error);
	}
	if (line->offset == 0 && begins(line, STATUS_BEGINS))
		return TRUE;
	return add_line(k, line, 0, error);
}

static gboolean note_long(struct sink *k, const struct line *line, GError **error)
{
	g_autofree char *detail = NULL;

	if (line->length == line->size)
		return TRUE;
	detail = g_strdup_printf(
		"a line of %" G_GUINT64_FORMAT " bytes: its row holds the first %zu, all of it is "
		"at e%" G_GINT64_FORMAT "@%" G_GUINT64_FORMAT "+%" G_GUINT64_FORMAT,
		line->length, line->size, k->source->evidence, line->offset, line->length);
	return add_log_gap(k, "too-long", detail, error);
}

/* --- the way in ------------------------------------------------------------------------------- */

/* How many bytes the line's timestamp and its space take; 0 where there is none.  Sets the log's
 * time. */
static gsize take_timestamp(struct log *l, const struct line *line)
{
	const char *space;
	gsize length;

	if (line->size == 0 || !g_ascii_isdigit(*line->data))
		return 0;
	space = memchr(line->data, ' ', MIN(line->size, STAMP_CHARS + 8));
	length = space ? (gsize)(space - line->data) : line->size;
	if (length > STAMP_CHARS + 8 || !stamp_parse(line->data, length, &l->at))
		return 0;
	return length + (space != NULL);
}

static gboolean add_any(void *user, const struct line *line, GError **error)
{
	struct sink *k = user;
	gsize skip = take_timestamp(k->log, line);

	if (!(skip ? add_line(k, line, skip, error) : add_unstamped(k, line, error)))
		return FALSE;
	return note_long(k, line, error);
}

/* Add the lines that end in a chunk, or what is held. */
static gboolean pour(const struct source *s, const struct cJSON *about, struct state *state,
		     const struct projection_chunk *chunk, GError **error)
{
	struct owner owner = owner_of(about);
	struct sink k = { .source = s, .owner = &owner, .log = log_of_state(state) };
	gboolean done;

	k.text = g_string_sized_new(512);
	done = sink_open(&k, error) &&
	       state_lines(state, chunk, LOG_MAX_LINE, add_any, &k, error) && write_seq(&k, error);
	g_string_free(k.text, TRUE);
	owner_clear(&owner);
	return done;
}

gboolean log_chunk(struct projection *p, const struct projection_chunk *chunk, GError **error)
{
	struct source s = source_of(p, chunk->evidence, chunk->about, chunk->at);

	return pour(&s, chunk->about, state_of_chunk(chunk), chunk, error);
}

/* The last line of a log need not end in a newline; where the log was cut, nobody knows whether it
 * ended. */
gboolean log_whole(const struct source *s, const struct cJSON *about, struct state *state,
		   GError **error)
{
	static const char newline[] = "\n";
	struct projection_chunk end = {
		.offset = state->held_from + state->held_length,
		.data = newline,
		.size = 1,
	};

	return state->held_length == 0 || pour(s, about, state, &end, error);
}
