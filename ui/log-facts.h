/*
 * log-facts - what is known of a pod's logs beside their lines: its containers, their instances,
 * and what stands between lines: restarts, ends, gaps.  Read once by a worker, then immutable and
 * shared.
 */
#pragma once

#include <kase/case.h>

/*
 * A place in the logs of a pod: ordered by time, then by arrival.  Lines without a time come first;
 * notes before the lines of their moment.
 */
struct log_key {
	gint64 at; /* STAMP_NONE: no time came before it */
	gint64 id; /* d_line.id; below 0: a note */
};
int log_key_compare(const struct log_key *a, const struct log_key *b);

struct log_container {
	char *name, *type; /* type: init, app, ephemeral; "" where no document tells */
	gint64 lines;
};

struct log_instance {
	gint64 id;     /* d_instance.id */
	int container; /* index */
	gboolean previous;
	gint64 restart;                 /* how many came before it; -1: not known */
	gint64 started, finished;       /* ns; STAMP_NONE */
	gint64 exit_code;               /* -1: not known */
	char *reason;                   /* why it ended; "" where not known */
	gint64 first_at, last_at;       /* of its lines; STAMP_NONE: it has none with a time */
	gint64 first_loose, last_loose; /* ids of its lines without a time; 0: none */
};

enum log_note_kind { LOG_NOTE_RESTART, LOG_NOTE_END, LOG_NOTE_GAP };
struct log_note {
	struct log_key key;
	enum log_note_kind kind;
	int container; /* index; -1: of none in particular */
	gint64 gap;    /* d_gap.id, of a gap */
	char *text;    /* safe */
};

struct log_facts {
	GPtrArray *containers; /* of struct log_container *, in the pod's order */
	GPtrArray *instances;  /* of struct log_instance * */
	GPtrArray *notes;      /* of struct log_note *, by key */
	gint64 lines;
	gboolean is_pod, denied;
	gboolean
		asked; /* its logs were fetched, though they hold no line; not looked for where there are lines */
	gint64 gaps;
};

/* NULL and `error` where the case cannot be read.  In a worker's thread. */
struct log_facts *log_facts_read(struct casefile *c, gint64 subject, GError **error);
struct log_facts *log_facts_ref(struct log_facts *f);
void log_facts_unref(struct log_facts *f); /* accepts NULL; any thread */

/* --- log-notes.c, for log-facts.c ------------------------------------------------------------- */

void log_notes_of_instances(struct log_facts *f);
gboolean log_notes_of_gaps(struct log_facts *f, struct casefile *c, const char *pod,
			   GError **error);
void log_note_free(void *note);
