/*
 * rows - what the functions of this folder hand each other: where a document comes from, which kind it is,
 * and the state of evidence that is still coming.
 *
 * What holds:
 *  1. Rows follow from records alone: no clock, no random number, no order of a hash table goes into one.
 *  2. A process that dies takes the state of its open evidence along, and whoever closes that evidence as cut has
 *     none.  So what is made when evidence is closed may rest on state only where it was closed as
 *     complete.
 */
#pragma once

#include <kase/project.h>

/* --- statements (sql.c) ------------------------------------------------------------------------ */

/* Bind a string to the parameter: "" for NULL, since derived tables know nothing that is absent but times. */
void bind_text(struct query *q, int parameter, const char *text);
/* Bind a moment: NULL for STAMP_NONE. */
void bind_time(struct query *q, int parameter, gint64 ns);
/* Step a statement that returns at most one row.  Its first column into `value`, where there is one: FALSE and no error
 * where there is none.  The statement is ready for its next use. */
gboolean query_value(struct query *q, gint64 *value, GError **error);

/* --- documents --------------------------------------------------------------------------------- */

/* The evidence that a document stands in, or a part of it.  Strings are lent. */
struct source {
	struct projection *p;
	gint64 evidence;
	const char *scope;   /* what to call it in a gap */
	const char *cluster; /* "" where it is not known */
	const char *group;   /* of the objects; NULL: as they say themselves */
	const char *kind;    /* the same */
	gint64 at;           /* when received */
	gint64 as_of;        /* the ledger's seq after which it was so */
	gint64 listing;      /* d_listing.id, or 0 */
};

/* Where an object's bytes lie in the evidence. */
struct place {
	guint64 offset;
	gsize length;
};

struct source source_of(struct projection *p, gint64 evidence, const struct cJSON *about,
			gint64 at);

/* Project an object from its bytes, or from a tree made of what lies at `place`.  `deleted`: it was told to be gone.  What is no
 * object becomes a gap.  FALSE only where SQLite fails. */
gboolean object_add(const struct source *s, const char *data, struct place place, gboolean deleted,
		    GError **error);
gboolean object_add_tree(const struct source *s, const struct cJSON *tree, struct place place,
			 GError **error);

/* --- subjects (subject.c) ---------------------------------------------------------------------- */

struct subject_key {
	const char *cluster, *group, *kind, *namespace, *name, *uid;
};
/* Selects the id of the subject that is bound to the first six parameters. */
#define SUBJECT_ID                                                                  \
	"SELECT id FROM d_subject WHERE cluster = ?1 AND group_ = ?2 AND kind = ?3" \
	" AND namespace = ?4 AND name = ?5 AND uid = ?6"
void bind_subject(struct query *q, const struct subject_key *key);
/* The id of a subject, which is made where it is not there: `fresh` (may be NULL) says so. */
gboolean subject_id(struct projection *p, const struct subject_key *key, gint64 *id,
		    gboolean *fresh, GError **error);

/* --- kinds (kinds.c, fields.c, pod.c, podstatus.c) --------------------------------------------- */

struct object {
	struct projection *p;
	gint64 subject;
	const struct cJSON *document;
	gboolean fresh;   /* nothing was known of its subject before */
	gboolean current; /* this is its newest state */
};

enum field_type { FIELD_END, FIELD_TEXT, FIELD_INT, FIELD_BOOL, FIELD_TIME };

/* A column and how it is read: by path, or by a function where a path cannot say it. */
struct field {
	enum field_type type;
	const char *path;
	void (*text)(const struct cJSON *document, GString *out);
	gint64 (*number)(const struct cJSON *document); /* STAMP_NONE for a time that is not told */
};

struct kind {
	const char *group, *kind;
	const char *write; /* puts a row into its table: subject, then one parameter a field */
	const struct field *fields; /* in the table's order */
	/* Rows of further tables; called for states that are not current too.  Or NULL. */
	gboolean (*more)(const struct object *o, GError **error);
};

/* NULL where a kind has no table but d_object. */
const struct kind *kind_find(const char *group, const char *name);
gboolean kind_write(const struct kind *k, const struct object *o, GError **error);

void pod_ready(const struct cJSON *pod, GString *out);
gint64 pod_restarts(const struct cJSON *pod);
/* What kubectl prints as STATUS (podstatus.c). */
void pod_status(const struct cJSON *pod, GString *out);
/* TRUE where the container of this status is an init container that runs beside the others. */
gboolean pod_is_sidecar(const struct cJSON *pod, const struct cJSON *status);
void pod_images(const struct cJSON *pod, GString *out);
void pod_image_ids(const struct cJSON *pod, GString *out);
gboolean pod_more(const struct object *o, GError **error);
void template_images(const struct cJSON *workload, GString *out);
gint64 cronjob_active(const struct cJSON *cronjob);
void node_ready(const struct cJSON *node, GString *out);
void node_internal_ip(const struct cJSON *node, GString *out);
void event_regarding(const struct cJSON *event, GString *out);
void event_source(const struct cJSON *event, GString *out);
void event_message(const struct cJSON *event, GString *out);
gint64 event_count(const struct cJSON *event);
gint64 event_first_at(const struct cJSON *event);
gint64 event_last_at(const struct cJSON *event);

/* --- entries (ledger.c) ------------------------------------------------------------------------ */

/* When an entry was made. */
gint64 entry_at(const struct cJSON *entry);
gboolean ledger_entry(struct projection *p, gint64 seq, const struct cJSON *entry, GError **error);
/* A page of a listing was projected. */
gboolean listing_page(const struct source *s, gsize rows, GError **error);

struct gap {
	gint64 at;
	const char *scope, *reason, *detail;
};
gboolean gap_add(struct projection *p, const struct gap *g, GError **error);
/* What stands at `offset` of the evidence cannot be understood, because of `why`. */
gboolean gap_not_understood(const struct source *s, guint64 offset, const char *why,
			    GError **error);

/* --- evidence (state.c, document.c, import.c, import-json.c, log.c) ---------------------------------------------- */

struct log;
struct file;

/* Of evidence that is still coming. */
struct state {
	GByteArray *held;    /* bytes whose end has not come yet */
	guint64 held_from;   /* offset of the first of them in the evidence */
	guint64 held_length; /* how many there are, with those that were too many to keep */
	gboolean done;       /* the whole document was projected */
	gint64 at, after;    /* of the newest chunk */
	struct log *log;     /* of a log, or NULL */
	struct file *file;   /* of a file of JSON, or NULL */
};

#define STATE_MAX_HELD ((gsize)256 << 20) /* what is larger is no document that can be projected */

struct state *state_of_chunk(const struct projection_chunk *chunk);
/* Keep the chunk's bytes, at most `ceiling` of all that are held; the others are counted. */
void state_hold(struct state *s, const struct projection_chunk *chunk, gsize ceiling);
void state_free(void *state);

struct line {
	const char *data; /* without its newline */
	gsize size;       /* bytes at `data` */
	guint64 offset;   /* in the evidence */
	guint64 length;   /* as received: more than `size` where the line is above the ceiling */
};
typedef gboolean (*line_function)(void *user, const struct line *line, GError **error);

/* Hand each line that ends in the chunk to `function`, and hold what stands after the last newline. */
gboolean state_lines(struct state *s, const struct projection_chunk *chunk, gsize ceiling,
		     line_function function, void *user, GError **error);

/* What type of evidence is made of.  `whole` is called where it was closed as complete. */
gboolean list_chunk(struct projection *p, const struct projection_chunk *chunk, GError **error);
gboolean list_whole(const struct source *s, const struct cJSON *about, struct state *state,
		    GError **error);
gboolean object_chunk(struct projection *p, const struct projection_chunk *chunk, GError **error);
gboolean object_whole(const struct source *s, const struct cJSON *about, struct state *state,
		      GError **error);
gboolean watch_chunk(struct projection *p, const struct projection_chunk *chunk, GError **error);
gboolean log_chunk(struct projection *p, const struct projection_chunk *chunk, GError **error);
gboolean log_whole(const struct source *s, const struct cJSON *about, struct state *state,
		   GError **error);
gboolean file_chunk(struct projection *p, const struct projection_chunk *chunk, GError **error);
gboolean file_whole(const struct source *s, const struct cJSON *about, struct state *state,
		    GError **error);

void log_free(struct log *l);   /* accepts NULL */
void file_free(struct file *f); /* accepts NULL */
/* The kind of a List's items: "Pod" of "PodList", NULL of "List", which says none.  Caller owns.  FALSE where the kind is
 * no List's. */
gboolean list_of_kind(const char *kind, char **items);
/* What an item of a list says itself goes before what its list says. */
struct source source_of_item(const struct source *s, const char *own_kind, const char *kind,
			     const char *group);
/* Objects and Lists, one after another: each as soon as it is whole, and of a large List each item. */
gboolean json_file_chunk(const struct source *s, struct state *state, GError **error);
gboolean json_file_whole(const struct source *s, struct state *state, GError **error);
/* Drop the first bytes that are held. */
void state_drop(struct state *s, gsize size);
