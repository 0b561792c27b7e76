/*
 * drill - a simulated API server inside the program, over TLS on loopback: for practice, and
 * for tests of what goes wrong.  It speaks the real protocol and serves recordings of a real
 * cluster.
 *
 * It only answers: nothing asked of it changes what it holds.  There are two ways to serve a
 * recording.
 *
 * Standing still: lists are as they were recorded, always at the same resourceVersion; a watch
 * from there replays what the recorded watch brought, at the recorded pace; the logs of running
 * containers go on from the moment of drill_start, their recorded lines over and over under new
 * timestamps, the same for whoever asks, so that a follower that comes back finds what it
 * missed.
 *
 * In time: what is answered is a function of the time since drill_start.  Lists and objects are
 * what the recorded watches had made of them by then, at the resourceVersion reached; all pages
 * of a list are of the moment of its first; a watch brings each change when it is due, whoever
 * watches, and at once what has passed; logs have the lines whose time has come, of the
 * instance that the pod's status names.  Behind the end of the recording the cluster stays as
 * it is, and only the logs of what runs go on, over and over.  All moments in objects and logs
 * (RFC 3339, UTC) are moved by as much as lies between the beginning of the recording and the
 * drill's, at the same length; names stay as they were, also those that have a time in them, as
 * a job's of a cronjob.  Under `hurry` moments after the beginning lie closer together, so that
 * none is in the future.
 *
 * The server has threads of its own.  All functions here may be called from any thread;
 * drill_stop, drill_leave and drill_return not at the same time as others for the same server.
 *
 * Source: docs/kubernetes.md; answers compared with those of a Kubernetes 1.34 API server.
 */
#pragma once

#include <glib.h>

#define DRILL_ERROR (drill_error_quark())
enum drill_error {
	DRILL_ERROR_RECORDING, /* no recording, or one that cannot be read */
	DRILL_ERROR_START,     /* no port, no keys, no thread */
};
GQuark drill_error_quark(void);

enum drill_fault_kind {
	DRILL_SLOW,         /* `amount` ms before each 4 KiB */
	DRILL_CUT,          /* the connection ends after `amount` bytes of the body */
	DRILL_GARBLED,      /* every `amount`th byte is changed; 0: every 101st */
	DRILL_STATUS,       /* answers `amount` (401, 403, 410, 429, 500, …) as a real server */
	DRILL_BAD_GZIP,     /* says gzip, sends none */
	DRILL_ENDLESS_LINE, /* a body without a newline that never ends */
	DRILL_ENDLESS_PAGE, /* a List whose items never end */
	DRILL_STALL,        /* accepts, and never answers */
	DRILL_CLOCK,        /* its Date is off by `amount` seconds */
	DRILL_HTML,         /* a gateway's page, with status `amount`; 0: 502 */
	DRILL_EXPIRED_CONTINUE, /* 410 to a continue token; other requests do not count */
	DRILL_WATCH_GONE, /* ERROR 410 in a watch after `amount` events; others do not count */
	DRILL_KUBELET,    /* a log ends with the error of a kubelet; others do not count */
	DRILL_FAULT_KINDS,
};

/* Of several faults of one kind that meet a request, the first holds. */
struct drill_fault {
	const char *path; /* a glob of path and query, behind the plan's prefix: "/api/v1/pods*" */
	enum drill_fault_kind kind;
	gint64 amount;
	gint64 retry_after_s; /* of DRILL_STATUS; 0: not told */
	guint skip;           /* begins after so many requests that match */
	guint times;          /* and lasts for so many of them; 0: for ever */
};

enum drill_certificate {
	DRILL_CERTIFICATE_GOOD, /* for 127.0.0.1, ::1, localhost and drill.kase.test */
	DRILL_CERTIFICATE_EXPIRED,
	DRILL_CERTIFICATE_WRONG_NAME, /* for other.kase.test alone */
	DRILL_CERTIFICATE_FOREIGN,    /* signed by another CA of the same name */
};

struct drill_plan {
	const char *recording;            /* a folder of a recording; NULL: the one built in */
	const struct drill_fault *faults; /* copied */
	gsize fault_count;
	guint copies; /* serve each pod so many times, under other names and UIDs; 0: once */
	/*
	 * Ways in: who shows one of those named is let in; where none is named, anyone is.  A wrong
	 * token or certificate is answered 401, none at all 403, as to system:anonymous.
	 */
	const char *token;           /* bearer token that it takes */
	gboolean client_certificate; /* takes one of its own CA's */
	const char *path_prefix;     /* "/k8s/clusters/c-1"; NULL: none */
	/*
	 * What is denied (403): globs of "VERB RESOURCE NAMESPACE", NULL at the end; NULL: nothing.  A
	 * resource is spelled "pods", "deployments.apps", "pods/log".  NAMESPACE "*" alone means all
	 * namespaces at once, and things that have none; left out, anywhere.  So "list pods *" denies
	 * the cluster-wide list of pods, and no other.
	 */
	const char *const *denied;
	const char *user;  /* whom denials name; NULL: "trainee" */
	guint hurry;       /* recorded rhythm runs so many times as fast; 0: once */
	gboolean in_time;  /* rather than standing still: see above */
	guint continue_ms; /* how long a continue token lives; 0: five minutes */
	enum drill_certificate certificate;
	gboolean ipv6; /* on ::1 rather than 127.0.0.1 */
	guint port;    /* 0: a free one */
};

struct drill_server;
struct drill_server *drill_start(const struct drill_plan *plan, GError **error);
void drill_stop(struct drill_server *s); /* accepts NULL */
typedef struct drill_server drill_server;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(drill_server, drill_stop)

/* Be gone: connections end, nobody listens.  And be there again, at the same port with the same
 * keys. */
void drill_leave(struct drill_server *s);
gboolean drill_return(struct drill_server *s, GError **error);
/* Take another token from now on; the old one is answered 401.  Only where the plan named one. */
void drill_set_token(struct drill_server *s, const char *token);

const char *drill_url(const struct drill_server *s); /* "https://127.0.0.1:PORT" with the prefix */
guint drill_port(const struct drill_server *s);
const char *drill_ca_pem(const struct drill_server *s);
const char *
drill_client_certificate_pem(const struct drill_server *s); /* CN=trainee, O=drill:trainees */
const char *drill_client_key_pem(const struct drill_server *s);
/* Write a kubeconfig for it, with the token or certificate that the plan asks for. */
gboolean drill_write_kubeconfig(const struct drill_server *s, const char *path, GError **error);

/* --- what was asked --------------------------------------------------------------------------- */

/* Requests so far, as "METHOD PATH?QUERY" with the path as it arrived, oldest first, NULL at the
 * end; at most the first 100,000. Caller owns (g_strfreev). */
char **drill_requests(struct drill_server *s);
/* Header `name` of request `n` (from 0), or NULL; one that came several times has its values
 * joined by ", ".  Caller owns. */
char *drill_request_header(struct drill_server *s, guint n, const char *name);
/* The name (CN) in the client certificate of request `n`, whoever signed it, or NULL.  Caller
 * owns. */
char *drill_request_certificate(struct drill_server *s, guint n);
/* The server name that the client asked for by TLS (SNI), or NULL.  Caller owns. */
char *drill_request_server_name(struct drill_server *s, guint n);
