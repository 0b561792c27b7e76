/*
 * describe - what the case holds of one object, as text to be read: a description of it, and what changed between two of its states.
 *
 * The description of a pod holds every value that `kubectl describe pod` prints, under the same labels, and what that leaves out:
 * security contexts, host namespaces, tokens and their audiences.  Times are RFC 3339 in UTC.  Secrets are named, never read.
 *
 * Lines are not made safe: text_safe does that, where they are shown.  Any thread.
 */
#pragma once

#include <kase/case.h>

/* What a line stands out for.  Facts only: whether it is meant so, the analyst knows. */
enum describe_mark {
	DESCRIBE_PLAIN,
	DESCRIBE_HEAD, /* begins a section */
	DESCRIBE_NOTE, /* to be looked at: an image by its tag, a mounted token, a container that waits */
	DESCRIBE_DANGER, /* reaches out of the container: privileged, a path or a namespace of the host, root */
	DESCRIBE_ADDED, /* of a difference */
	DESCRIBE_TAKEN,
	DESCRIBE_FOLDED, /* what a difference does not show */
};

struct describe_line {
	char *text; /* one line; a marked value has ‼ or ! before it */
	enum describe_mark mark;
};

GPtrArray *describe_lines_new(void); /* of struct describe_line *, which it owns */

/*
 * Describe an object of this kind (in a List its own document does not say which), and the events that regard it: an array of objects with "type", "reason", "count", "first", "last" (RFC 3339),
 * "source" and "message", or NULL.  The caller owns the array of struct describe_line *.
 */
GPtrArray *describe_object(const struct cJSON *object, const char *kind,
			   const struct cJSON *events);

/*
 * What differs between two states of an object, as lines of their YAML, each with some before and after it.  Members that change
 * with every write (resourceVersion, managedFields) are folded into a line each.  The caller owns the array.
 */
GPtrArray *describe_difference(const struct cJSON *before, const struct cJSON *after);

/* --- out of a case: the thread that opened `c` --------------------------------------------------- */

/* A state of an object as it was recorded.  Strings are owned. */
struct describe_state {
	gint64 id;      /* of the version: d_version.id */
	gint64 subject; /* d_subject.id */
	gint64 at;      /* when it was first received, ns */
	gint64 evidence, offset, length;
	char *resource_version;
	char *kind, *namespace, *name, *uid; /* as Kubernetes writes them; "" where it has none */
};
void describe_state_clear(struct describe_state *state);

/* Find the version of this id; or, where that is 0, the subject's current one.  FALSE with a line where the case holds none. */
gboolean describe_state_find(struct casefile *c, gint64 subject, gint64 version,
			     struct describe_state *out, GError **error);
/* The object as it was then, out of its evidence.  Caller owns. */
struct cJSON *describe_state_read(struct casefile *c, const struct describe_state *state,
				  GError **error);
/* As describe_state_read, and where its List says its apiVersion and kind, and it does not, with these.  Caller owns. */
struct cJSON *describe_state_read_named(struct casefile *c, const struct describe_state *state,
					GError **error);
/* The version that was received before this one; 0: none, or `error` is set. */
gint64 describe_version_before(struct casefile *c, gint64 version, GError **error);
/* The newest version of the events that regard the subject: changes where describe_events gives something new.  0: none. */
gint64 describe_newest_event(struct casefile *c, gint64 subject);
/* The events that regard it, oldest first, as describe_object takes them.  Caller owns. */
struct cJSON *describe_events(struct casefile *c, gint64 subject, GError **error);
/* The subject of this name (as subject_parse reads it), one that is there before one that is gone.  0 and SUBJECT_ERROR_SYNTAX, or
 * CASE_ERROR_NOT_FOUND with a line without what to do next. */
gint64 describe_subject(struct casefile *c, const char *text, GError **error);
