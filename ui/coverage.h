/*
 * coverage - how much of a kind the case holds, over all clusters that it knows.  A worker's thread.
 */
#pragma once

#include <kase/case.h>

/* How much of a kind is known. */
enum coverage_state {
	COVERAGE_NONE,    /* never asked for */
	COVERAGE_RUNNING, /* a listing is under way, and none has ended */
	COVERAGE_COMPLETE,
	COVERAGE_PARTIAL,
	COVERAGE_DENIED,
};

struct coverage {
	enum coverage_state state;
	gboolean running;     /* a listing is under way */
	gboolean everywhere;  /* what is known was asked for all namespaces at once */
	gint64 namespaces;    /* of which it is known, where not everywhere */
	gint64 namespaces_of; /* that there are; -1 where this is not known */
	gboolean unnamed;     /* since they may not be listed */
	gboolean mixed;       /* clusters are known to different degrees */
	char *reason;         /* why it is not complete; or NULL */
	char *cluster;        /* name of the first one; or NULL */
};

/* `resource` NULL: of what the case itself makes, which is complete.  `space`: of this namespace alone; or NULL. */
void coverage_find(struct coverage *v, struct casefile *c, const char *resource, const char *space);
void coverage_clear(struct coverage *v);
