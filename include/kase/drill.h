/*
 * drill - a simulated API server inside the program, over TLS on loopback: for practice, and for tests of what goes
 * wrong.  It speaks the real protocol and serves recordings of a real cluster.
 *
 * The server has a thread of its own.  All functions here may be called from any thread.
 */
#pragma once

#include <glib.h>

enum drill_fault_kind {
	DRILL_SLOW,    /* `amount` ms before each 4 KiB */
	DRILL_CUT,     /* the connection ends after `amount` bytes of the body */
	DRILL_GARBLED, /* bytes of the body are changed */
	DRILL_STATUS, /* answers `amount` (401, 403, 410, 429, 500, …) with the Status that a real server sends */
	DRILL_BAD_GZIP,         /* says gzip, sends none */
	DRILL_ENDLESS_LINE,     /* a body without a newline that never ends */
	DRILL_ENDLESS_PAGE,     /* a List whose items never end */
	DRILL_STALL,            /* accepts, and never answers */
	DRILL_CLOCK,            /* its Date is off by `amount` seconds */
	DRILL_HTML,             /* a gateway's page instead of an answer */
	DRILL_EXPIRED_CONTINUE, /* 410 to a continue token */
	DRILL_WATCH_GONE,       /* an in-stream ERROR 410 after `amount` events */
};

struct drill_fault {
	const char *path; /* a glob of the path with query: "/api/v1/pods*" */
	enum drill_fault_kind kind;
	gint64 amount;
	gint64 retry_after_s; /* of DRILL_STATUS; 0: not told */
	guint skip,
		times; /* begins after `skip` requests that match, lasts for `times` of them; 0: for ever */
};

struct drill_plan {
	const char *recording;            /* a folder of a recording; NULL: the one built in */
	const struct drill_fault *faults; /* copied */
	gsize fault_count;
	guint copies;      /* serve each pod so many times, under other names and UIDs; 0: once */
	const char *token; /* bearer token that it takes; NULL: anyone */
	gboolean client_certificate; /* asks for one of its own CA's */
	const char *path_prefix;     /* "/k8s/clusters/c-1"; NULL: none */
};

struct drill_server;
struct drill_server *drill_start(const struct drill_plan *plan, GError **error);
void drill_stop(struct drill_server *s); /* accepts NULL */
typedef struct drill_server drill_server;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(drill_server, drill_stop)

const char *drill_url(const struct drill_server *s); /* "https://127.0.0.1:PORT" with the prefix */
const char *drill_ca_pem(const struct drill_server *s);
const char *drill_client_certificate_pem(const struct drill_server *s);
const char *drill_client_key_pem(const struct drill_server *s);
/* Write a kubeconfig for it, with the token or certificate that the plan asks for. */
gboolean drill_write_kubeconfig(const struct drill_server *s, const char *path, GError **error);
/* What was asked so far, as "METHOD PATH?QUERY", oldest first, NULL at the end; and the header `name` of request `n`, or NULL.
 * Caller owns (g_strfreev, g_free). */
char **drill_requests(struct drill_server *s);
char *drill_request_header(struct drill_server *s, guint n, const char *name);
