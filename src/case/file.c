#include "private.h"

#include <kase/stamp.h>
#include <kase/text.h>

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TITLE_MAX_BYTES 200
#define BYTES_MAX       (1 << 30) /* of evidence at once */
#define STEPS           10000     /* of SQLite's machine, well below a millisecond */

struct casefile {
	char *copy;
	struct sql_mark mark;
	sqlite3 *db;
	struct cJSON *first; /* the entry that made the case */
	struct query *head, *chunks;
};

/* --- making ----------------------------------------------------------------------------------- */

static gboolean find_group(const char *name, gid_t *gid, GError **error)
{
	const struct group *g = getgrnam(name);

	if (g)
		*gid = g->gr_gid;
	else
		g_set_error(error, CASE_ERROR, CASE_ERROR_INPUT,
			    "there is no group %s on this machine; name one of yours", name);
	return g != NULL;
}

/* SQLite takes what lies beside an empty file for its own, and removes it: it may hold all that was
 * recorded last in a case whose file was moved away. */
static gboolean nothing_beside(const char *path, GError **error)
{
	static const char *const suffixes[] = { "-wal", "-journal" };

	for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		g_autofree char *beside = g_strconcat(path, suffixes[i], NULL);

		if (!g_file_test(beside, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK))
			continue;
		g_set_error(error, CASE_ERROR, CASE_ERROR_EXISTS,
			    "%s: is there already, and may hold the rest of another case; choose "
			    "another name, or move it to where its file is",
			    beside);
		return FALSE;
	}
	return TRUE;
}

/* An empty file that is ours alone, or our group's. */
static gboolean make_file(const char *path, const char *group, GError **error)
{
	gid_t gid = 0;
	int fd;

	if (group && !find_group(group, &gid, error))
		return FALSE;
	if (!g_file_test(path, G_FILE_TEST_EXISTS) && !nothing_beside(path, error))
		return FALSE;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0) {
		g_set_error(
			error, CASE_ERROR,
			errno == EEXIST ? CASE_ERROR_EXISTS : CASE_ERROR_READ_ONLY,
			errno == EEXIST
				? "%s: is there already (%s); choose another name, or kase open it"
				: "%s: cannot be made: %s",
			path, g_strerror(errno));
		return FALSE;
	}
	if (!group || (fchown(fd, (uid_t)-1, gid) == 0 && fchmod(fd, 0660) == 0)) {
		close(fd);
		return TRUE;
	}
	g_set_error(error, CASE_ERROR, CASE_ERROR_INPUT, "%s: cannot be given to group %s: %s",
		    path, group, g_strerror(errno));
	close(fd);
	g_unlink(path);
	return FALSE;
}

static struct cJSON *first_entry(const struct case_plan *plan, const struct case_person *person,
				 const struct projector *projector)
{
	struct cJSON *entry = json_new_object();
	g_autofree char *id = g_uuid_string_random();
	char at[STAMP_CHARS];

	json_set_string(entry, "kind", "case");
	json_set_string(entry, "at", stamp_format(stamp_now(), at));
	json_set_string(entry, "person", person->name);
	json_set_string(entry, "summary", plan->title ?: "a new case");
	json_set_string(entry, "id", id);
	json_set_string(entry, "title", plan->title);
	json_set_string(entry, "kubeconfig", plan->kubeconfig);
	json_set_string(entry, "context", plan->context);
	json_set_string(entry, "group", plan->group);
	if (plan->drill)
		json_set_bool(entry, "drill", TRUE);
	json_set_string(entry, "version", person->version);
	json_set_int(entry, "format", format_newest());
	json_set_int(entry, "projector", projector ? projector->version : 0);
	return entry;
}

static gboolean fill(sqlite3 *db, const struct case_plan *plan, const struct case_person *person,
		     const struct projector *projector, GError **error)
{
	g_autoptr(json_tree) entry = first_entry(plan, person, projector);
	g_autofree char *pragmas = g_strdup_printf(
		"PRAGMA application_id = %d; PRAGMA user_version = %d;", CASE_APPLICATION_ID,
		format_newest());
	struct projection p;
	struct chain c = { 0 };
	gboolean ok;

	projection_init(&p, db, projector);
	ok = sql_exec(db,
		      "PRAGMA journal_mode = WAL; PRAGMA synchronous = "
		      "FULL; BEGIN IMMEDIATE",
		      error) &&
	     sql_exec(db, pragmas, error) && format_make_records(db, error) &&
	     schema_make_derived(db, projector, error) && chain_init(&c, db, error) &&
	     chain_begin(&c, error) && chain_append(&c, entry, error) &&
	     apply_entry(&p, c.seq, &entry, error) &&
	     chain_end(&c, stamp_now(), person->name, 0, error) && sql_exec(db, "COMMIT", error);
	chain_clear(&c);
	projection_clear(&p);
	return ok;
}

static gboolean check_plan(const struct case_plan *plan, GError **error)
{
	if (!plan->title ||
	    (strlen(plan->title) <= TITLE_MAX_BYTES && text_is_safe(plan->title, -1)))
		return TRUE;
	g_set_error(error, CASE_ERROR, CASE_ERROR_INPUT,
		    "the title must be at most %d bytes of text in one line, without control "
		    "characters",
		    TITLE_MAX_BYTES);
	return FALSE;
}

gboolean casefile_create(const char *path, const struct case_plan *plan,
			 const struct case_person *person, const struct projector *projector,
			 GError **error)
{
	sqlite3 *db;
	gboolean ok;

	if (!check_plan(plan, error) || !filesystem_check_name(path, error) ||
	    !filesystem_check(path, error) || !make_file(path, plan->group, error))
		return FALSE;
	db = sql_connect(path, "", SQLITE_OPEN_READWRITE, error);
	ok = db && fill(db, plan, person, projector, error);
	sqlite3_close(db);
	if (!ok) {
		g_autofree char *wal = g_strconcat(path, "-wal", NULL);
		g_autofree char *shm = g_strconcat(path, "-shm", NULL);

		g_unlink(path);
		g_unlink(wal);
		g_unlink(shm);
	}
	return ok;
}

/* --- reading ---------------------------------------------------------------------------------- */

static void is_damaged(sqlite3 *db, const char *what, GError **error)
{
	g_set_error(error, CASE_ERROR, CASE_ERROR_CORRUPT,
		    "%s: is damaged: %s; kase verify tells what more is; take another copy",
		    sqlite3_db_filename(db, "main"), what);
}

static struct cJSON *read_first(sqlite3 *db, GError **error)
{
	g_autoptr(query) q = sql_prepare(db, "SELECT entry FROM entry WHERE seq = 1", NULL);
	g_autoptr(GError) failed = NULL;
	struct cJSON *first = NULL;

	if (q && query_step(q, &failed))
		first = sql_entry(q, 0, NULL);
	if (failed)
		g_propagate_error(error, g_steal_pointer(&failed));
	else if (!first)
		is_damaged(db, "its first entry is not there, or is none", error);
	return first;
}

struct casefile *casefile_open(const char *path, enum casefile_mode mode, GError **error)
{
	g_autoptr(casefile) c = g_new0(struct casefile, 1);

	sql_mark_init(&c->mark, path);
	c->db = sql_open(path, mode == CASEFILE_READ ? SQL_READ : SQL_READ_LIVE, &c->copy, error);
	if (!c->db)
		return NULL;
	c->first = read_first(c->db, error);
	if (!c->first)
		return NULL;
	c->head = sql_prepare(c->db, "SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1", NULL);
	c->chunks = sql_prepare(c->db,
				"SELECT offset, size, sha256, codec, data FROM chunk"
				" WHERE evidence = ? AND offset + size > ? ORDER BY n",
				NULL);
	if (c->head && c->chunks)
		return g_steal_pointer(&c);
	is_damaged(c->db, "a table of its records is not there, or is another", error);
	return NULL;
}

void casefile_close(struct casefile *c)
{
	if (!c)
		return;
	query_free(c->head);
	query_free(c->chunks);
	sql_close(c->db, c->copy);
	json_free(c->first);
	sql_mark_clear(&c->mark);
	g_free(c);
}

static int is_set(void *data)
{
	return g_atomic_int_get((const gint *)data);
}

void casefile_heed(struct casefile *c, const gint *stop)
{
	sqlite3_progress_handler(c->db, STEPS, is_set, (void *)stop);
}

gint64 casefile_head(struct casefile *c, char *hash)
{
	char read[DIGEST_CHARS] = "";
	gint64 seq = 0;

	query_reset(c->head);
	if (query_step(c->head, NULL) && chain_read_hash(c->head, 1, read))
		seq = query_int(c->head, 0);
	query_reset(c->head);
	if (hash)
		g_strlcpy(hash, read, DIGEST_CHARS);
	return seq;
}

const char *casefile_fact(struct casefile *c, const char *key)
{
	return json_string(c->first, key);
}

gboolean casefile_is_drill(struct casefile *c)
{
	return json_bool(c->first, "drill", FALSE);
}

static gboolean wrong_sql(GError **error, const char *says)
{
	g_set_error(error, CASE_ERROR, CASE_ERROR_SQL, "SQL: %s", says);
	return FALSE;
}

/* `at` moves on to where a statement begins, `rest` to what follows it.  NULL in `found` where
 * there is none any more: comments and semicolons are nothing. */
static gboolean next_statement(sqlite3 *db, const char **at, const char **rest,
			       sqlite3_stmt **found)
{
	for (*rest = *at, *found = NULL; !*found && **rest;) {
		*at = *rest;
		if (sqlite3_prepare_v3(db, *at, -1, 0, found, rest) != SQLITE_OK)
			return FALSE;
	}
	return TRUE;
}

/* `sql` moves on to where the one statement begins. */
static gboolean is_one_that_reads(sqlite3 *db, const char **sql, GError **error)
{
	const char *rest, *end;
	sqlite3_stmt *first, *second;
	gboolean reads, more;

	if (!next_statement(db, sql, &rest, &first)) {
		gboolean denied = sqlite3_errcode(db) == SQLITE_AUTH;

		g_set_error(error, CASE_ERROR, CASE_ERROR_SQL,
			    denied ? "SQL: this would write, and a case is only read here (%s)"
				   : "SQL: %s",
			    sqlite3_errmsg(db));
		return FALSE;
	}
	if (!first)
		return wrong_sql(error, "there is no statement in it; write one, as in "
					"SELECT * FROM pods");
	reads = sqlite3_stmt_readonly(first);
	sqlite3_finalize(first);
	more = !next_statement(db, &rest, &end, &second) || second;
	sqlite3_finalize(second);
	if (more)
		return wrong_sql(error, "one statement at a time");
	return reads || wrong_sql(error, "this would write, and a case is only read here");
}

struct query *casefile_query(struct casefile *c, const char *sql, GError **error)
{
	struct query *q;

	if (!is_one_that_reads(c->db, &sql, error))
		return NULL;
	q = sql_prepare(c->db, sql, error);
	if (q)
		sql_watch(q, &c->mark);
	return q;
}

/* --- bytes of a locator ----------------------------------------------------------------------- */

/* The part of one chunk that is asked for. */
static gboolean append_chunk(GByteArray *out, struct query *q, guint64 from, guint64 to,
			     GError **error)
{
	guint64 offset = (guint64)query_int(q, 0), size = (guint64)query_int(q, 1);
	char sha256[DIGEST_CHARS];
	gsize packed_size;
	const void *packed = query_bytes(q, 4, &packed_size);
	g_autoptr(GBytes) plain = chain_unpack(query_text(q, 3), packed, packed_size, size, error);
	const guint8 *data;

	if (!plain)
		return FALSE;
	data = g_bytes_get_data(plain, NULL);
	if (!sql_is_text(q, 2, digest_of(data, size, sha256))) {
		g_set_error(error, CASE_ERROR, CASE_ERROR_CORRUPT,
			    "this evidence was changed since it was recorded; run kase verify");
		return FALSE;
	}
	from = MAX(from, offset);
	to = MIN(to, offset + size);
	if (from >= to)
		return TRUE;
	if (out->len + (to - from) <= BYTES_MAX) {
		g_byte_array_append(out, data + (from - offset), (guint)(to - from));
		return TRUE;
	}
	g_set_error(error, CASE_ERROR, CASE_ERROR_INPUT,
		    "this is more than %d MiB of evidence at once; ask for a part of it",
		    BYTES_MAX >> 20);
	return FALSE;
}

GBytes *casefile_bytes(struct casefile *c, gint64 evidence, guint64 offset, gsize length,
		       GError **error)
{
	guint64 to = length && length < G_MAXINT64 - MIN(offset, G_MAXINT64) ? offset + length
									     : G_MAXINT64;
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autoptr(GError) failed = NULL;

	query_reset(c->chunks);
	query_bind_int(c->chunks, 1, evidence);
	query_bind_int(c->chunks, 2, (gint64)offset);
	while (query_step(c->chunks, &failed) && (guint64)query_int(c->chunks, 0) < to)
		if (!append_chunk(out, c->chunks, offset, to, &failed))
			break;
	query_reset(c->chunks);
	if (!failed && (!length || out->len == length))
		return g_byte_array_free_to_bytes(g_steal_pointer(&out));
	if (!failed)
		g_set_error(&failed, CASE_ERROR, CASE_ERROR_NOT_FOUND,
			    "e%" G_GINT64_FORMAT " does not hold these bytes", evidence);
	g_propagate_error(error, g_steal_pointer(&failed));
	return NULL;
}
