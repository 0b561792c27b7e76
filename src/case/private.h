/*
 * What the files of src/case share.  Not for other folders.
 *
 *	filesystem.c	where a case may lie
 *	header.c	what a file says that it is, before anything is done to it
 *	sql.c		statements, errors; connection.c how a case is opened
 *	guard.c		what statements may do
 *	format.c	the record tables: their formats, from one to the next
 *	schema.c	the derived tables
 *	chain.c		entries: composing, hashing, appending
 *	apply.c		records → derived tables; replaying them
 *	file.c		making and reading a case
 *	live.c		NAME.kase-live: the newest head, who is there, who leads; live-watch.c
 *			tells of it
 *	recorder.c	the writer; message.c what is posted to it; visit.c how its process comes in
 *	verify.c	checking a case; verify-entry.c the chain, verify-chunk.c what it names,
 *			compare.c the derived tables
 *	seal.c		signing the head
 */
#pragma once

#include <kase/case.h>
#include <kase/digest.h>

#include <sqlite3.h>

/* --- filesystem.c ----------------------------------------------------------------------------- */

/* The name of a network file system whose statfs type this is ("NFS"), on which locks and shared
 * memory do not hold between hosts; NULL for any other. */
const char *filesystem_network_name(guint64 type);
/* FALSE and CASE_ERROR_INPUT where the name leaves no room for what SQLite adds to it. */
gboolean filesystem_check_name(const char *path, GError **error);
/* FALSE and CASE_ERROR_NETWORK where `path`, or the folder that it will lie in, is on one. */
gboolean filesystem_check(const char *path, GError **error);
/* Whether this errno says that there is no room: on the disk, in a quota, or under a limit. */
gboolean filesystem_is_full(int why);

/* --- connection.c, sql.c ---------------------------------------------------------------------- */

#define SQL_BUSY_MS   20000       /* how long a writer waits for another process' transaction */
#define SQL_VALUE_MAX (256 << 20) /* bytes of one value or row: far above what kase writes */

enum sql_mode {
	SQL_READ,      /* no byte changes, no file appears beside it */
	SQL_READ_LIVE, /* with -wal and -shm, while somebody writes */
	SQL_WRITE,
};

/* Open a case's connection: checked to be a case of this format, pragmas set.  `copy` takes the
 * folder of a private copy (SQL_READ of a case that has a -wal and may not be touched), which
 * sql_close removes; else NULL. */
sqlite3 *sql_open(const char *path, enum sql_mode mode, char **copy, GError **error);
void sql_close(sqlite3 *db, char *copy);
/* What SQLite has against a file that it cannot read; NULL where it reads it.  Caller owns. */
char *sql_damage(const char *path);
/* A connection to the file of exactly this name, with SQLite's URI `options` ("?mode=ro"). */
sqlite3 *sql_connect(const char *path, const char *options, int flags, GError **error);
/* The file as SQLite has it open: to be read without a statement, and without another descriptor,
 * whose closing would let go of the process' locks.  Lent; NULL where there is none. */
sqlite3_file *sql_file(sqlite3 *db);
/* What a file was like before it was opened.  An immutable connection looks for no change, so that
 * pages of two states may be mixed once a writer came and folded its -wal in. */
struct sql_mark {
	char *path;
	gint64 size, changed_ns;
};
void sql_mark_init(struct sql_mark *mark, const char *path);
void sql_mark_clear(struct sql_mark *mark);
/* FALSE and CASE_ERROR_BUSY where `db` is immutable, and the file is another since. */
gboolean sql_mark_holds(const struct sql_mark *mark, sqlite3 *db, GError **error);
/* Where symbolic links lead: what lies beside a case lies there.  Caller owns. */
char *sql_real_path(const char *path);

gboolean file_has_bytes(const char *path);

/* The case's error for what SQLite last said of `db`.  `what` was being done. */
void sql_error(sqlite3 *db, const char *path, const char *what, GError **error);

gboolean sql_exec(sqlite3 *db, const char *sql, GError **error);
gboolean sql_exec_each(sqlite3 *db, const char *const *statements, GError **error);
/* The one value of a statement's first row; 0 where there is none. */
gint64 sql_int(sqlite3 *db, const char *sql);
struct query *sql_prepare(sqlite3 *db, const char *sql, GError **error);
/* Have its end be an error where the file changed since.  `mark` must outlive it. */
void sql_watch(struct query *q, const struct sql_mark *mark);
/* The tree of a column that holds an entry, whatever a damaged file has there.  Caller owns. */
struct cJSON *sql_entry(struct query *q, int column, GError **error);
/* TRUE where the column is text of exactly these bytes. */
gboolean sql_is_text(struct query *q, int column, const char *text);

/* --- header.c, guard.c ------------------------------------------------------------------------ */

/* FALSE where `path` is no case, may not be read, or is cut off.  Changes nothing, and makes
 * nothing beside it. */
gboolean header_check(const char *path, GError **error);
/* FALSE where these are not those of a case that this kase reads. */
gboolean header_judge(const char *path, gint64 id, gint64 format, GError **error);

/* From now on statements on `db` do what these allow, and nothing else. */
void guard_reading(sqlite3 *db);
void guard_writing(sqlite3 *db);

/* --- format.c --------------------------------------------------------------------------------- */

struct format {
	int number; /* user_version; 0 ends the table */
	const char *const
		*records; /* the record tables and what keeps them, as SQLite keeps them */
	const char *const
		*to_next; /* leads a file of this format to the next; NULL in the newest */
};
extern const struct format *format_table; /* a test may set another */

int format_newest(void);
gint64 format_of(sqlite3 *db);
gboolean format_make_records(sqlite3 *db, GError **error);
/* Lead a file to the newest format, inside a transaction and before it is guarded. */
gboolean format_raise(sqlite3 *db, GError **error);
/* FALSE where what stands under the name of a record table or a derived one is no table.  To be
 * asked before anything is read: a view or a module runs what somebody else wrote, without end. */
gboolean format_check_tables(sqlite3 *db, const char *path, GError **error);
/* FALSE where something in the file may change what is recorded. */
gboolean format_allows_writing(sqlite3 *db, GError **error);
/* Add a finding for each record table or trigger that is not declared as it should be. */
void format_check_records(sqlite3 *db, struct verify_report *report);

/* --- schema.c --------------------------------------------------------------------------------- */

/* Case's own derived tables and views, then the projector's. */
gboolean schema_make_derived(sqlite3 *db, const struct projector *projector, GError **error);
gboolean schema_drop_derived(sqlite3 *db, GError **error);
/* Whether every table, index and view stands as it was declared: anybody may have dropped some. */
gboolean schema_is_whole(sqlite3 *db, const struct projector *projector);
int schema_derived_version(sqlite3 *db);

/* --- chain.c ---------------------------------------------------------------------------------- */

#define CHAIN_ORIGIN "0000000000000000000000000000000000000000000000000000000000000000"

struct chain {
	sqlite3 *db;
	struct query *insert, *insert_chunk;
	gint64 seq; /* of the newest entry, this transaction's too */
	char hash[DIGEST_CHARS];
	struct cJSON
		*chunks; /* of this transaction, for its batch entry; NULL while there are none */
};

gboolean chain_init(struct chain *c, sqlite3 *db, GError **error);
void chain_clear(struct chain *c);
/* Read the head: at the start of each transaction, since others write, too. */
gboolean chain_begin(struct chain *c, GError **error);
/* Append an entry; its seq is c->seq after. */
gboolean chain_append(struct chain *c, const struct cJSON *entry, GError **error);

/* A chunk, packed and hashed before the transaction. */
struct chain_chunk {
	gint64 evidence, n, offset, at;
	gsize size;
	char sha256[DIGEST_CHARS], packed_sha256[DIGEST_CHARS];
	const char *codec; /* "zstd" or "raw" */
	GBytes *data;      /* packed */
};
gboolean chain_add_chunk(struct chain *c, const struct chain_chunk *chunk, GError **error);
/* The batch entry that ends the transaction. */
gboolean chain_end(struct chain *c, gint64 at, const char *person, gint64 visit, GError **error);

void chain_hash(const char *prev, const char *entry, gsize size, char out[static DIGEST_CHARS]);
/* A column that must be a hash; FALSE where it is anything else. */
gboolean chain_read_hash(struct query *q, int column, char out[static DIGEST_CHARS]);
/* Pack bytes into what is smaller: a zstd frame, or the bytes themselves.  `sha256` is theirs, or
 * NULL where it is not known yet. */
void chain_pack(GBytes *bytes, const char *sha256, struct chain_chunk *chunk);
GBytes *chain_unpack(const char *codec, const void *data, gsize size, gsize plain_bytes,
		     GError **error);

/* --- apply.c ---------------------------------------------------------------------------------- */

struct projection {
	sqlite3 *db;
	const struct projector *projector;
	GHashTable *statements; /* sql (by address) → struct query */
	GHashTable *open; /* evidence id → struct open_evidence: evidence that may still grow */
};
void projection_init(struct projection *p, sqlite3 *db, const struct projector *projector);
void projection_clear(struct projection *p);

/* `entry` is taken where it opens evidence, else left to the caller. */
gboolean apply_entry(struct projection *p, gint64 seq, struct cJSON **entry, GError **error);
gboolean apply_chunk(struct projection *p, gint64 evidence, gint64 at, gint64 after, guint64 offset,
		     const char *data, gsize size, GError **error);

/* Apply every record of `from` to `to` (they may be of one connection), in order.  Where `broken`
 * is not NULL, a chunk that cannot be read is put there, and it and what follows of its evidence
 * are left out; else it is an error. */
struct broken_chunk {
	gint64 evidence, n;
};
gboolean apply_all(sqlite3 *from, struct projection *to, GArray *broken,
		   void (*progress)(void *data, guint64 done, guint64 total), void *data,
		   GError **error);

/* --- live.c ----------------------------------------------------------------------------------- */

struct live;
char *live_path(const char *case_path); /* caller owns */
struct live *live_open(const char *path, GError **error);
/* Removes the file where nobody else has it open. */
void live_close(struct live *l);
gint64 live_head(struct live *l);                       /* any thread */
void live_tell(struct live *l, gint64 head);            /* after a commit */
gboolean live_hold_visit(struct live *l, gint64 visit); /* until live_close or death */
gboolean live_visit_held(struct live *l, gint64 visit); /* by anyone else */
gboolean live_lead(struct live *l, gboolean claim);
gboolean live_lead_claimed(struct live *l);
void live_lead_leave(struct live *l);
gboolean live_turn(struct live *l, gboolean wanted);
/* In a transaction: what is held stands in the file of this name, whatever became of the one that
 * was opened.  FALSE where no such file can be had. */
gboolean live_keep(struct live *l, GError **error);

/* --- seal.c ----------------------------------------------------------------------------------- */

/* Add a finding for each seal that does not hold; the last one that does is named in the report. */
void verify_seals(sqlite3 *db, struct verify_report *report);

/* --- compare.c, verify.c ---------------------------------------------------------------------- */

/* Add a finding for each table, view or row of the derived kind that differs between `kept` and
 * `made`. */
gboolean compare_derived(sqlite3 *kept, sqlite3 *made, struct verify_report *report,
			 GError **error);
void report_finding(struct verify_report *report, const char *format, ...) G_GNUC_PRINTF(2, 3);
