/*
 * parts - what the files of the simulated server share.
 *
 * A request is a `visit`: made when its first line came, freed when its answer has gone.  It
 * runs from end to end in the thread of its connection, so that answering may simply wait.
 * Everything else here is made before the first request and does not change, but for the
 * journal, the faults' counters and the token, which server.c keeps under a lock.
 */
#pragma once

#include <kase/drill.h>
#include <kase/json.h>
#include <kase/relay.h>

struct visit;

/* --- keys.c: a CA of our own, and what it signed ---------------------------------------------- */

struct keys {
	char *ca_pem, *server_pem, *server_key_pem, *client_pem, *client_key_pem;
};
gboolean keys_make(struct keys *k, enum drill_certificate certificate, GError **error);
void keys_clear(struct keys *k);

/* --- recording.c: the answers of a real cluster ----------------------------------------------- */

/* One object of a list: its bytes, and what is needed often of them. */
struct item {
	const char *data;
	gsize size;
	char *namespace, *name; /* namespace "" where it has none */
	char *key;              /* "NAMESPACE/NAME": lists stand in its order */
	char *uid;              /* NULL where it has none: not everything is stored */
	struct json_slice name_slice, uid_slice, metadata_slice; /* in data */
	gsize body; /* its first member but kind and apiVersion */
};

/* One line that a watch brought. */
struct watch_line {
	const char *data;
	gsize size;
	gint64 at_ms; /* since the watch was asked for; or since the recording began, and may be before */
	gint64 resource_version;
	gboolean bookmark, deleted;
	struct item item; /* what it tells of; all NULL where that is nothing */
};

struct listing {
	char *group, *version, *resource, *kind; /* group "" for the core one */
	gboolean namespaced;
	gboolean metadata_only; /* all that was recorded of it */
	char *api_version;      /* "apps/v1" */
	gint64 resource_version;
	GArray *items; /* of struct item; NULL where the recording has no such list */
	GArray *lines; /* of struct watch_line */
};

struct recording;
/* By the server's plan, and into its story, whose clock must have been started. */
struct recording *recording_load(struct drill_server *s, GError **error);
void recording_free(struct recording *r);
typedef struct recording recording;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(recording, recording_free)

/* A file of it, or of what was made to go with it, by its name; NULL where there is none.  Lent. */
GBytes *recording_file(const struct recording *r, const char *name);
const struct listing *recording_listing(const struct recording *r, const char *group,
					const char *version, const char *resource);

/* --- files.c: a recording's files ------------------------------------------------------------- */

/* Name → GBytes. */
GHashTable *files_read(const char *folder, gboolean in_time, GError **error);

/* --- story.c: the clock of a recording that runs in time -------------------------------------- */

struct story {
	gint64 began_ns;               /* what was recorded */
	gint64 start_us, monotonic_us; /* the same moment, when it is told: real, monotonic */
	gint64 length_ms;              /* of what was recorded */
	guint hurry;
};
/* `began`: the file; NULL where there is none. */
gboolean story_init(struct story *s, GBytes *began, const struct drill_server *server,
		    GError **error);
gint64 story_now_ms(const struct story *s);
/* When that moment of the recording comes, by the monotonic clock and by the real one. */
gint64 story_due_us(const struct story *s, gint64 ms);
gint64 story_real_us(const struct story *s, gint64 ms);
/* The same bytes with each moment (RFC 3339, UTC) moved to where it belongs now.  Caller owns. */
GBytes *story_move(const struct story *s, GBytes *body);

/* --- moment.c: a kind as it was at a moment --------------------------------------------------- */

#define MOMENT_FIRST G_MININT64 /* before any line of a watch */

struct moment {
	gint64 ms;
	gint64 resource_version;
	GPtrArray *items; /* of const struct item, by key; the recording's */
};
void moment_init(struct moment *m, const struct listing *l, gint64 at_ms);
void moment_clear(struct moment *m);
typedef struct moment moment;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(moment, moment_clear)
const struct item *moment_find(const struct moment *m, const char *namespace, const char *name);
gint64 listing_version(const struct listing *l, gint64 at_ms);

/* --- copies.c: one recorded pod, served as many ----------------------------------------------- */

enum shape { SHAPE_IN_LIST, SHAPE_ALONE, SHAPE_METADATA };
/* Write copy `copy` of an item; copy 0 is the item itself. */
void copy_write(GString *out, const struct listing *l, const struct item *i, guint copy,
		enum shape shape);
char *copy_name(const struct item *i, guint copy);
/* The item and copy that go by that name; NULL where there are fewer than that. */
const struct item *copy_find(const struct moment *m, const char *namespace, const char *name,
			     guint copies, guint *copy);

/* --- select.c: labels and fields -------------------------------------------------------------- */

struct selection;
/* Either text may be NULL.  NULL where one is no selector: then `message` says why, as a real
 * server does. */
struct selection *selection_new(const struct listing *l, const char *labels, const char *fields,
				char **message);
void selection_free(struct selection *s);
typedef struct selection selection;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(selection, selection_free)
/* Nothing was asked for: all match. */
gboolean selection_empty(const struct selection *s);
/* `name`: what metadata.name is taken to be. */
gboolean selection_match(const struct selection *s, const struct cJSON *object, const char *name);

/* --- answer.c: what goes back ----------------------------------------------------------------- */

/* A body that comes bit by bit.  `next` appends the next bit to `out`, waiting for it by
 * visit_wait; FALSE: that is the last. */
struct flow {
	gboolean (*next)(void *state, struct visit *v, GString *out);
	GDestroyNotify free;
	void *state;
};

struct answer {
	int status;
	const char *content_type;
	GBytes *body; /* or NULL: then `flow`, or nothing */
	struct flow flow;
	gint64 retry_after_s; /* 0: not told */
	gboolean foreign;     /* not the API server's: without the headers that it sets */
};
struct answer *answer_body(int status, const char *content_type, GBytes *body);
struct answer *answer_json(GString *body); /* takes it */
struct answer *answer_text(int status, const char *text);
struct answer *answer_flow(const char *content_type, const struct flow *flow);
void answer_free(struct answer *a);
typedef struct answer answer;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(answer, answer_free)

/* --- status.c: saying no as a real server does ------------------------------------------------ */

struct status {
	int code;
	const char *reason;
	const char *message;
	const char *name, *group, *kind; /* of details; NULL: left out */
	const char *field, *cause, *cause_message;
	const char *continue_token; /* of metadata */
	gint64 retry_after_s;
	gboolean details; /* even where they are empty */
};
/* One line, newline at its end. */
GBytes *status_body(const struct status *s);
struct answer *answer_status(const struct status *s);
struct answer *answer_bad_request(const char *message);
struct answer *answer_not_found(const struct listing *l, const char *name);
struct answer *answer_no_resource(void);
/* What a real server says with status `code`, for a fault. */
struct answer *answer_fault(int code, gint64 retry_after_s);
/* {"type":"ERROR","object":Status} */
void status_append_event(GString *out, const struct status *s);

/* --- visit.c: one request --------------------------------------------------------------------- */

struct MHD_Connection;

struct visit {
	struct drill_server *server;
	struct MHD_Connection *connection;
	char *uri;  /* as it arrived, with query */
	char *path; /* without prefix and query, decoded; NULL where the prefix is not there */
	const char *verb;
	char *user;                                 /* who it is, for denials; NULL: not let in */
	char **segments;                            /* of the path */
	const char *namespace, *name, *subresource; /* NULL where not said; in `segments` */
	const struct listing *listing;
	const struct drill_fault *faults[DRILL_FAULT_KINDS];
	gboolean begun;   /* it has been looked at once */
	gboolean leaving; /* the client or the server is going */
};
struct visit *visit_new(struct drill_server *s, struct MHD_Connection *connection, const char *uri);
void visit_free(struct visit *v);
/* Split its path and find the listing; FALSE where the path is no resource's. */
gboolean visit_route(struct visit *v);
/* A parameter of the query, or NULL.  Lent. */
const char *visit_query(const struct visit *v, const char *name);
gboolean visit_asks(const struct visit *v, const char *name); /* "true" or "1" */
const char *visit_header(const struct visit *v, const char *name);
/* How often each item of its listing is served. */
guint visit_copies(const struct visit *v);
/* Metadata alone, by its Accept? */
gboolean visit_wants_metadata(const struct visit *v);
/* The moment of the recording that it is asked about: now, or the first where time stands still. */
gint64 visit_moment_ms(const struct visit *v);
/* Wait until then (g_get_monotonic_time).  FALSE when the client or the server is going. */
gboolean visit_wait(struct visit *v, gint64 until_us);

/* --- tls.c: who is at the other end ----------------------------------------------------------- */

/* The name in the client's certificate, and whether our CA signed it; NULL where it showed none.
 * Caller owns. */
char *tls_certificate(struct MHD_Connection *connection, gboolean *trusted);
/* SNI, or NULL.  Caller owns. */
char *tls_server_name(struct MHD_Connection *connection);

/* --- journal.c: what was asked ---------------------------------------------------------------- */

struct journal;
struct journal *journal_new(void);
void journal_free(struct journal *j);
void journal_add(struct journal *j, struct visit *v, const char *method);
char **journal_lines(struct journal *j);
char *journal_header(struct journal *j, guint n, const char *name);
char *journal_certificate(struct journal *j, guint n);
char *journal_server_name(struct journal *j, guint n);

/* --- access.c: who may what ------------------------------------------------------------------- */

/* Who it is: NULL, and v->user set; or what to answer instead. */
struct answer *access_check(struct visit *v);
/* NULL where v->user may have what v->listing and the rest name. */
struct answer *access_denied(struct visit *v);

/* --- container.c: whose log it is ------------------------------------------------------------- */

struct source {
	GBytes *body;     /* lent */
	gboolean timed;   /* each line comes at its moment; otherwise all have come */
	gboolean goes_on; /* then all of it over and over, from `again_us` on */
	gint64 again_us;
	gint64 ends_us; /* when no more can come; times are real ones */
};
/* NULL, and `s` set; or what to answer instead. */
struct answer *container_log(const struct visit *v, struct source *s);

/* --- list.c, watch.c, log.c: the answers ------------------------------------------------------ */

struct answer *list_answer(struct visit *v);
struct answer *get_answer(struct visit *v);
struct answer *watch_answer(struct visit *v);
struct answer *log_answer(struct visit *v);
struct answer *discovery_answer(struct visit *v); /* all that is no resource */

/* --- fault.c, send.c -------------------------------------------------------------------------- */

/* Which of the plan's faults meet which request. */
struct faults;
struct faults *faults_new(const struct drill_plan *plan);
void faults_free(struct faults *f);
void faults_take(struct faults *f, struct visit *v);
/* What the visit's faults put in place of an answer, or NULL. */
struct answer *fault_answer(struct visit *v);
/* Send `a`, which it takes, with the visit's faults.  FALSE where the connection must be closed. */
gboolean answer_send(struct visit *v, struct answer *a);

/* --- server.c: its life, and the way of a request --------------------------------------------- */

struct drill_server {
	struct drill_plan plan; /* strings are ours */
	struct keys keys;
	struct recording *recording;
	struct story story;        /* where the plan wants it in time */
	struct MHD_Daemon *daemon; /* NULL while it is away */
	int stop_fd;               /* readable when it is time to end */
	guint port;
	char *url;
	gint64 started_us, started_monotonic_us;
	char *flow_schema, *priority_level; /* UIDs that every answer carries */
	struct journal *journal;
	struct faults *faults;
	struct relay_lock lock; /* of `token` */
	char *token;
};
gboolean server_open(struct drill_server *s, GError **error);
void server_close(struct drill_server *s);
/* The token that is taken now, or NULL.  Caller owns. */
char *server_token(struct drill_server *s);
