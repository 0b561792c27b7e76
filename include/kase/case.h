/*
 * case - the case file: one SQLite file that holds all that was fetched and done, chained by hash.
 *
 * Two record tables, append-only:
 *
 *	entry(seq, prev, entry, hash)	what happened, a line of JSON each;
 *					hash = SHA-256(prev, newline, entry)
 *	chunk(evidence, n, offset, size, sha256, codec, data)
 *					bytes as received, at most 4 MiB of them in a chunk
 *
 * Evidence is opened by an entry, whose seq is the evidence's id, and closed by another.  Each
 * transaction ends with a `batch` entry that names every chunk it adds.  All other tables are
 * derived from these two, in order, and may be dropped and made again: docs/case-file.md has the
 * whole.
 *
 * Three doors:
 *	struct casefile	reads: one connection, for the thread that opened it; any number of them
 *	struct recorder	writes: one thread of its own in a process; several processes may write
 *			one case
 *	casefile_verify	checks
 *
 * Floor 1: knows nothing of Kubernetes.  What the bytes mean, the `struct projector` that it is
 * handed says.
 */
#pragma once

#include <kase/json.h>

#define CASE_ERROR (case_error_quark())
enum case_error {
	CASE_ERROR_NOT_FOUND,
	CASE_ERROR_EXISTS,
	CASE_ERROR_NOT_A_CASE,
	CASE_ERROR_NEWER,     /* made by a kase that writes a later format */
	CASE_ERROR_CORRUPT,   /* truncated or damaged: SQLite itself cannot read it */
	CASE_ERROR_READ_ONLY, /* file or folder may not be written */
	CASE_ERROR_NETWORK,   /* lies on a network file system */
	CASE_ERROR_FULL,      /* no room on the disk */
	CASE_ERROR_BUSY,      /* another process holds the write lock for too long, or migrates */
	CASE_ERROR_SQL,       /* a statement of the user's is wrong, or would write */
	CASE_ERROR_INPUT,     /* a title, person or group that cannot be */
	CASE_ERROR_FAILED,    /* anything else; the message says what */
};
GQuark case_error_quark(void);

#define CASE_APPLICATION_ID 0x4b415345 /* 'KASE' */
#define CASE_FORMAT         1          /* user_version: how the record tables are declared */
#define CASE_CHUNK_MAX      (4 << 20)  /* plain bytes in one chunk */

/* --- queries: the one way to SQL -------------------------------------------------------------- */

/* A statement on one connection, and one thread.  Columns and parameters count from 0 and 1. */
struct query;

void query_bind_int(struct query *q, int parameter, gint64 value);
void query_bind_text(struct query *q, int parameter,
		     const char *value); /* copied; NULL binds NULL */
void query_bind_bytes(struct query *q, int parameter, const void *data, gsize size); /* copied */
void query_bind_null(struct query *q, int parameter);
/* TRUE while there is a row.  FALSE at the end, and where it failed (`error` is set then). */
gboolean query_step(struct query *q, GError **error);
/* Step a statement that returns no rows, and make it ready for the next use. */
gboolean query_run(struct query *q, GError **error);
void query_reset(struct query *q); /* ready for other values; those bound are forgotten */
gint64 query_int(struct query *q, int column);
const char *query_text(struct query *q, int column); /* NULL for NULL; lent until the next step */
/* Lent until the next step; "" with a size of 0 for NULL and for what is empty. */
const void *query_bytes(struct query *q, int column, gsize *size);
gboolean query_is_null(struct query *q, int column);
double query_real(struct query *q, int column);
enum query_type { QUERY_NULL, QUERY_INT, QUERY_REAL, QUERY_TEXT, QUERY_BYTES };
enum query_type query_type(struct query *q, int column);
int query_columns(struct query *q);
const char *query_column_name(struct query *q, int column);
void query_free(struct query *q); /* accepts NULL */
typedef struct query query;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(query, query_free)

/* --- projecting: handed in from a higher floor ------------------------------------------------ */

struct projection; /* the derived tables, inside the recorder's transaction */

/* A statement kept ready for the whole life of the connection.  `sql` must be a static string: it
 * is known by its address.  Reset before it is given.  Lent.  NULL and `error` where SQLite refuses
 * it. */
struct query *projection_query(struct projection *p, const char *sql, GError **error);

/* Bytes of evidence, in the order in which they were recorded. */
struct projection_chunk {
	gint64 evidence;           /* id */
	const struct cJSON *about; /* the entry that opened it */
	gint64 at;                 /* when received, ns */
	gint64 after;              /* seq of the entry recorded just before */
	guint64 offset;            /* of its first byte in the evidence */
	const char *data;
	gsize size;
	/* The projector's own of this evidence; NULL at its first chunk; for `state_free`. */
	void **state;
};

/*
 * Makes derived rows of records.  Called in the order of the records: while recording, when derived
 * tables are made anew, and by verify; must give the same rows each time.  It may keep nothing but
 * the state of open evidence.  Recorder's thread, or that of a verify.
 */
struct projector {
	int version; /* raised with every change of what it makes */
	/* Tables, indexes and views; NULL at the end.  Every table's name begins with d_. */
	const char *const *schema;
	gboolean (*entry)(struct projection *p, gint64 seq, const struct cJSON *entry,
			  GError **error);
	gboolean (*chunk)(struct projection *p, const struct projection_chunk *chunk,
			  GError **error);
	gboolean (*closed)(struct projection *p, gint64 evidence, const struct cJSON *about,
			   void **state, const struct cJSON *entry,
			   GError **error); /* called before `entry` of the closing entry */
	void (*state_free)(void *state);
};

/* --- a case ----------------------------------------------------------------------------------- */

/* Who works on it.  Strings are the caller's. */
struct case_person {
	const char *name;  /* "ana@bastion": asked for, or KASE_PERSON, or $USER@host */
	const char *login; /* of the UID, or NULL */
	const char *host;
	gint64 uid;
	const char *version; /* of kase */
	const char *command; /* what was started: "capture" */
};

struct case_plan {
	const char *title;      /* or NULL */
	const char *group;      /* a group of the system that shares the file, or NULL */
	const char *kubeconfig; /* remembered for later commands, or NULL */
	const char *context;    /* or NULL */
	gboolean drill;         /* a case for practice: its cluster is simulated */
};

/* Make a case and its first entry.  Never over a file that is there (CASE_ERROR_EXISTS). */
gboolean casefile_create(const char *path, const struct case_plan *plan,
			 const struct case_person *person, const struct projector *projector,
			 GError **error);

enum casefile_mode {
	CASEFILE_READ,      /* changes no byte of the file, and makes none beside it that stays */
	CASEFILE_READ_LIVE, /* reads while this or another process records */
};

struct casefile;
struct casefile *casefile_open(const char *path, enum casefile_mode mode, GError **error);
void casefile_close(struct casefile *c); /* accepts NULL */
typedef struct casefile casefile;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(casefile, casefile_close)

/* From now on statements of this case fail (CASE_ERROR_FAILED) soon after `*stop` is set: a case
 * may be anybody's, and what its views ask for may have no end.  Set atomically, by any thread; it
 * must outlive the case. */
void casefile_heed(struct casefile *c, const gint *stop);

/* The newest entry: its seq, and its hash where `hash` (DIGEST_CHARS) is not NULL.  0 and "" where
 * they cannot be read. */
gint64 casefile_head(struct casefile *c, char *hash);
/* A member of the first entry, that which opened the case: "title", "kubeconfig", "context", "id";
 * NULL where not told.  Lent. */
const char *casefile_fact(struct casefile *c, const char *key);
gboolean casefile_is_drill(struct casefile *c);

/* Prepare one statement.  NULL and CASE_ERROR_SQL where it is wrong, or would write.  Caller owns,
 * and frees it before the case is closed.  In CASEFILE_READ its end is CASE_ERROR_BUSY where
 * another process wrote the file meanwhile: rows of two states may have come. */
struct query *casefile_query(struct casefile *c, const char *sql, GError **error);

/* The bytes of a locator: `length` bytes of `evidence` from `offset`; to its end for a length of
 * 0.  Checked against the chunks' hashes.  Caller owns. */
GBytes *casefile_bytes(struct casefile *c, gint64 evidence, guint64 offset, gsize length,
		       GError **error);

/* --- recording -------------------------------------------------------------------------------- */

struct recorder;

/*
 * Start this process' writer of the case: opens it, makes derived tables anew where the projector
 * is a newer one, closes as `cut` the evidence that dead processes left open, and notes who came.
 * Any thread; it does all of this itself before it returns, and what is posted after is written by
 * the recorder's own.  NULL and `error` where the case may not be written, or is damaged.
 */
struct recorder *recorder_start(const char *path, const struct case_person *person,
				const struct projector *projector, GError **error);
/* Record what was posted, note who left, fold in the WAL, end the thread.  FALSE where something
 * posted could not be recorded.  Frees `r` in any case; accepts NULL.  For the case to be one file
 * after, close before it what this process reads the case with. */
gboolean recorder_stop(struct recorder *r, GError **error);

/* The newest committed entry of this case, by whichever process.  Any thread, no I/O. */
gint64 recorder_head(struct recorder *r);
/* The seq of the entry "opened" that it began with: "visit" of each entry it writes.  Any thread. */
gint64 recorder_visit(const struct recorder *r);
/* How many bytes may be posted before fetching should pause.  Any thread. */
gsize recorder_room(struct recorder *r);
/* Run `function(data)` in `context` whenever a full queue has been worked down.  NULL, from
 * `context`'s thread: no more. */
void recorder_on_room(struct recorder *r, GMainContext *context, GSourceFunc function, void *data);
/* Run `function(data)` once in `context`, when all that was posted until now is committed or
 * lost; `drop(data)` (or NULL), in any thread, where `context` or the recorder ends before it
 * ran. */
void recorder_flush(struct recorder *r, GMainContext *context, GSourceFunc function, void *data,
		    GDestroyNotify drop);
/* What stopped it from writing (the disk is full, …); NULL while it works.  What is posted after
 * that is dropped, and the case stands as it was committed last.  Any thread; caller owns. */
GError *recorder_trouble(struct recorder *r);

/* A name for an entry before its seq is known.  Reference-counted; any thread. */
struct ticket;
struct ticket *ticket_ref(struct ticket *t);
void ticket_unref(struct ticket *t);       /* accepts NULL */
gint64 ticket_seq(const struct ticket *t); /* 0 until committed */
typedef struct ticket ticket;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ticket, ticket_unref)

/*
 * Post an entry: an object with "kind", and as the kind wants "subject", "summary" and more.  "at",
 * "person" and "visit" are added.  `entry` is given away.  Where `about` is not NULL, its seq is
 * set as member `key`.  The caller owns the ticket, and may drop it.  Any thread; posts of one
 * thread keep their order.
 */
struct ticket *recorder_enter(struct recorder *r, struct cJSON *entry, const char *key,
			      struct ticket *about);

/*
 * A piece of evidence while it comes.  `about` (given away) needs: "class", "type" (list, object,
 * watch, log, file, …), "source", "subject", "summary"; and what the projector reads: "cluster",
 * "resource", "as_of", ….  `listing`, or NULL, is set as member "listing".
 */
struct evidence;
struct evidence *evidence_open(struct recorder *r, struct cJSON *about, struct ticket *listing);
/* Bytes as received.  Any size; takes its own reference. */
void evidence_add(struct evidence *e, GBytes *bytes);
/* `outcome` (given away) needs "state": complete, cut, denied, failed; and holds "status",
 * "server_date", "audit_id", "coding", "reason" where known.  Size and SHA-256 are added.  Frees
 * `e`; accepts NULL. */
void evidence_close(struct evidence *e, struct cJSON *outcome);

/* --- live: what processes that share a case tell each other (NAME.kase-live) ------------------ */

/*
 * A watch on a case's head: `function(data)` runs in `context` (NULL: the default one) soon after
 * each commit by any process.  It may also run where nothing was committed: when a process comes or
 * goes, leads or claims; several commits may be told once.  So `function` looks what there is; what
 * it returns is not asked for.
 *
 * To be made and freed in the thread that runs `context`; `data` stays the caller's.  While nobody
 * records it waits for somebody who comes.  NULL and CASE_ERROR_FAILED where the system has no
 * watch left.  Where it has none left later, `function` runs once more, and live_watch_hears is
 * FALSE from then on.  Caller owns.
 */
struct live_watch;
struct live_watch *live_watch_new(const char *path, GMainContext *context, GSourceFunc function,
				  void *data, GError **error);
/* FALSE where nothing is told (any more): then who wants to know has to look.  Accepts NULL. */
gboolean live_watch_hears(const struct live_watch *w);
void live_watch_free(struct live_watch *w); /* accepts NULL */
/*
 * The one process that follows and acts: TRUE where this one is it now.  Freed by
 * recorder_lead_leave, and when the recorder stops or dies.  With `claim` the lead is claimed until
 * this one has it: nobody takes it then without a claim, and who has it without one is asked to give
 * it up.  Each change wakes live_watch.  All of one thread.
 */
gboolean recorder_lead(struct recorder *r, gboolean claim);
/* Another process claims the lead. */
gboolean recorder_lead_claimed(struct recorder *r);
void recorder_lead_leave(struct recorder *r);

/* The turn to give a name that must be unique in the case: FALSE while another process has it.  To
 * be given back once the name is committed; freed when the recorder stops or dies. */
gboolean recorder_turn_take(struct recorder *r);
void recorder_turn_give(struct recorder *r);

/* --- checking --------------------------------------------------------------------------------- */

struct verify_report {
	gint64 entries, chunks, evidence_open;
	guint64 bytes; /* plain */
	gint64 head_seq;
	char head[65];
	char *sealed; /* "ana, 2026-11-24T08:13:00Z, up to #482, with ED25519 key …", or NULL */
	gboolean head_found;       /* the head asked for is in the chain */
	gboolean derived_compared; /* FALSE: made by another projector version */
	int derived_version;
	GPtrArray *findings; /* of char *: what is wrong, one line each; empty where all is well */
};
void verify_report_clear(struct verify_report *report);

/*
 * (1) the chain and every chunk; (2) the derived tables, made anew in a temporary file and
 * compared, views and all. `head`: a hash noted elsewhere, which must be in the chain; or NULL.
 * `progress` may be NULL.  FALSE only where it could not be checked at all; what is wrong with the
 * case stands in `report->findings`, at most VERIFY_MAX_FINDINGS.
 */
#define VERIFY_MAX_FINDINGS 100
gboolean casefile_verify(const char *path, const struct projector *projector, const char *head,
			 void (*progress)(void *data, guint64 done, guint64 total), void *data,
			 struct verify_report *report, GError **error);

/* Sign the head with `ssh-keygen -Y sign -n kase -f key`, enter the seal, and write the signature
 * to PATH.sig and what was signed to PATH.head (0644; over nothing but an earlier seal of the
 * case).  A key with a passphrase must be in ssh-agent: no terminal is asked.  A case that verify
 * finds not whole is not sealed. */
gboolean casefile_seal(const char *path, const char *key, const struct case_person *person,
		       const struct projector *projector, GError **error);
