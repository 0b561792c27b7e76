/*
 * tail - logs that are followed: a pod, and one tail for each of its containers.
 *
 * A pod is looked at (GET) now and then, and whenever a tail wants it; a look tells each tail which
 * instances there are.  A tail then has one stream at a time:
 *
 *	TAIL_IDLE	no stream; the next look begins one, as tail_step says
 *	TAIL_OPEN	a stream, not confirmed: what comes is held back
 *	TAIL_SURE	a look that began after the first byte named the same instance: what comes
 *			is recorded
 *
 * What holds:
 *  1. Bytes are recorded under an instance only where it was the container's before the stream
 *     began and after.
 *  2. A stream is resumed from the whole second of the last line, so that its evidence begins at
 *     the first line of that second; lines that come twice are told apart there by how often they
 *     stand in one piece of evidence.
 *  3. An instance whose end was fetched without follow is closed, and never asked for again.
 *  4. What another process or an earlier follower recorded is no other than our own: the first
 *     stream of an instance is resumed from the latest line that the case holds of it.
 */
#pragma once

#include "containers.h"
#include "inside.h"

enum tail_step { STEP_NOTHING, STEP_PREVIOUS, STEP_FINAL, STEP_FOLLOW };
enum tail_state { TAIL_IDLE, TAIL_OPEN, TAIL_SURE };

struct tail {
	struct tail_pod *pod;
	char *container;
	enum tail_state state;
	enum tail_step step;
	GHashTable *closed; /* of char *: instances whose log was fetched to its end */
	char *instance;     /* of the newest stream */
	gint64 last_ns;     /* of its last line in the case; STAMP_NONE: none yet */
	gint64 restarts;    /* as told last; -1: never */
	gboolean resumed;   /* the stream should begin at or before last_ns */

	struct transfer *transfer;
	struct evidence *evidence;
	struct http_head *head;
	char *url, *reason; /* reason: why it ended early, or NULL */
	GByteArray *held;
	guint look; /* the newest look when its first byte came */
	gint64 begun_us;
	gboolean ended, got;
	GSource *flush;
	guint failures; /* one after another */
	char *told;     /* the gap that was said last, so that it is said once */
};

struct tail_pod {
	struct engine *engine;
	char *namespace, *name, *uid, *subject;
	GPtrArray *tails; /* of struct tail * */
	struct fetch *fetch;
	guint looks; /* begun so far */
	gboolean once_more;
	GSource *timer;
	gint64 due_us; /* of the timer */
	char *version; /* resourceVersion recorded last */
	gboolean gone;
};

struct tail_pod *tail_pod_new(struct engine *e, const char *namespace, const char *name,
			      const char *uid);
void tail_pod_free(struct tail_pod *p); /* accepts NULL */
/* Look at it within `ms`. */
void tail_pod_look(struct tail_pod *p, gint64 ms);
/* The time of the latest line that the case holds of an instance, whoever brought it; STAMP_NONE
 * where it holds none. */
gint64 tail_pod_held(const struct tail_pod *p, const char *container, const char *instance);

struct tail *tail_new(struct tail_pod *p, const char *container);
void tail_free(struct tail *t);
/* What look number `look` told: `c` is NULL where the container is not there. */
void tail_looked(struct tail *t, const struct container *c, guint look);
/* The pod is gone: what is under way is recorded.  TRUE where its log had been fetched to the
 * end. */
gboolean tail_gone(struct tail *t);

/* The pure part: which stream is next. */
enum tail_step tail_step(const struct container *c, GHashTable *closed);
