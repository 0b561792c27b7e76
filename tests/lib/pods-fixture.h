/*
 * pods-fixture - cases with pods in them, recorded as an engine would have recorded them, without a cluster.
 */
#pragma once

#include <kase/case.h>

struct fixture_pod {
	const char *namespace, *name;
	const char *phase;     /* NULL: Running */
	int ready, containers; /* containers 0: one that is ready */
	int restarts;
	const char *image, *account, *node;
	gint64 age_s;     /* before now */
	const char *note; /* value of an annotation; or NULL */
};

/* The pods of the staged shop; NULL-terminated by a row without a name. */
extern const struct fixture_pod fixture_shop[];
/* One whose every text is hostile. */
extern const struct fixture_pod fixture_hostile[];

/* Whose what is recorded next is: prod-eu-1, until a test says otherwise. */
extern const char *fixture_cluster;

/* A case without pods. */
void pods_case_new(const char *path, const char *title);
struct recorder *pods_record(const char *path);
/* List these in `namespace` ("" for all), and end the listing in `state`; NULL leaves it running. */
void pods_list(struct recorder *r, const struct fixture_pod *pods, const char *namespace,
	       const char *state, const char *reason);
/* A complete listing of all namespaces whose one page is this text. */
void pods_list_text(struct recorder *r, const char *text);
/* A listing of all namespaces of another kind, whose one page is this text (or NULL); `state` NULL leaves it running. */
struct fixture_kind {
	const char *resource, *kind;
};
void pods_list_kind(struct recorder *r, const struct fixture_kind *kind, const char *text,
		    const char *state, const char *reason);
/* A log of a container, whole: its lines as the API writes them, each with its time before it. */
struct fixture_log {
	const char *namespace, *pod, *uid, *container, *instance;
};
void pods_log(struct recorder *r, const struct fixture_log *of, const char *text);
/* Something that could not be seen. */
void pods_gap(struct recorder *r, const char *scope, const char *reason, const char *detail);
/* List `n` made pods in pages of 500. */
void pods_list_many(struct recorder *r, int n);
void pods_flush(struct recorder *r); /* returns when all that was posted is committed */
