/*
 * kube - the Kubernetes API: who we are there (kubeconfig, credentials), how bytes come (http), and
 * what is asked (list, watch, logs, discovery).  Nothing here changes a cluster.
 *
 * Everything but kubeconfig belongs to one thread: that of the GMainContext given at birth.
 * Callbacks run there, never from inside the call that started them.
 *
 * Source: docs/kubernetes.md, which holds the protocol with its traps.
 */
#pragma once

#include <kase/json.h>

#define KUBE_ERROR (kube_error_quark())
enum kube_error {
	/* kubeconfig: missing, unreadable, wrong; the message names file and entry.  Also of a
	 * plugin that is not there, or can never be run. */
	KUBE_ERROR_CONFIG,
	/* no valid credential: plugin failed, token file empty, still 401 after a refresh */
	KUBE_ERROR_CREDENTIAL,
	KUBE_ERROR_UNREACHABLE, /* no connection, name not found, timeout; worth trying again */
	KUBE_ERROR_CERTIFICATE, /* TLS: not trusted, wrong name, expired */
	KUBE_ERROR_DENIED,      /* 403 */
	KUBE_ERROR_NOT_FOUND,   /* 404 */
	KUBE_ERROR_GONE,        /* 410: resourceVersion or continue token expired */
	KUBE_ERROR_BUSY,        /* 429, 503, 504: with or without Retry-After */
	KUBE_ERROR_CUT,         /* the answer ended early */
	KUBE_ERROR_TOO_LARGE,   /* over its ceiling */
	KUBE_ERROR_GARBLED,     /* not what was asked for: no JSON, bad gzip, HTML from a proxy */
	KUBE_ERROR_REFUSED,     /* any other status */
	KUBE_ERROR_CANCELLED,
};
GQuark kube_error_quark(void);

/* --- kubeconfig (any thread) ------------------------------------------------------------------ */

struct kubeconfig;

/* `path` (one, or several with colons between as $KUBECONFIG has them), or NULL for $KUBECONFIG, else ~/.kube/config, else in-cluster. */
struct kubeconfig *kubeconfig_load(const char *path, GError **error);
void kubeconfig_free(struct kubeconfig *k); /* accepts NULL */
typedef struct kubeconfig kubeconfig;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(kubeconfig, kubeconfig_free)

/* Names of its contexts, in order, NULL at the end; and that of the current one, or NULL.  Lent. */
const char *const *kubeconfig_contexts(const struct kubeconfig *k);
const char *kubeconfig_current(const struct kubeconfig *k);

struct kube_exec {
	char *api_version, *command;
	char **args;        /* NULL at the end */
	char **environment; /* NAME=VALUE */
	char *install_hint;
	char *interactive_mode; /* Never, IfAvailable, Always */
	gboolean provide_cluster_info;
	char *config; /* JSON of the cluster's extension, or NULL */
};

/* All that one context says, files read and paths made whole.  Holds secrets: freed by wiping. */
struct kube_access {
	char *context, *cluster, *user, *namespace;
	char *server; /* URL without a slash at its end */
	char *tls_server_name,
		*proxy_url; /* as written: socks5 means that the proxy resolves names */
	GBytes *ca;         /* PEM, or NULL for the system's */
	gboolean insecure, no_compression;
	GBytes *client_certificate, *client_key; /* PEM, or NULL */
	char *token, *token_file, *username, *password;
	char *id_token;         /* of auth-provider oidc: good while its exp is in the future */
	struct kube_exec *exec; /* or NULL */
	char *as, *as_uid;
	char **as_groups;    /* or NULL */
	GPtrArray *as_extra; /* of char *: key, value, key, value, …; or NULL */
};
/* `context`: NULL for the current one.  Caller owns. */
struct kube_access *kubeconfig_access(const struct kubeconfig *k, const char *context,
				      GError **error);
void kube_access_free(struct kube_access *a); /* accepts NULL */
typedef struct kube_access kube_access;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(kube_access, kube_access_free)

/* --- http ------------------------------------------------------------------------------------- */

struct http;     /* connections to one API server as one identity */
struct transfer; /* one request; lives until its `done` returned */

/* `access` is given away.  `user_agent` is sent with each request ("kase/0.1.0 (linux/amd64)
 * case/ID"). */
struct http *http_new(GMainContext *context, struct kube_access *access, const char *user_agent,
		      GError **error);
/* Accepts NULL; transfers under way end as cancelled, without a callback.  May be called in a
 * callback.  Lists and watches over it are ended first. */
void http_free(struct http *h);
typedef struct http http;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(http, http_free)

/* What the answer's head said.  Lent for the length of a callback. */
struct http_head {
	int status;
	const char *date;         /* as sent, or NULL */
	const char *audit_id;     /* or NULL */
	const char *content_type; /* or NULL */
	const char *coding;       /* content coding undone: "gzip", or NULL */
	const char *warning;      /* or NULL */
	gint64 retry_after_s;     /* -1 where not told */
	gint64 clock_offset_ns; /* server's Date less our clock at its arrival; in whole seconds */
};

struct http_call {
	const char *path; /* with query, from / on; the server's own path prefix is put before it */
	const char *accept; /* NULL: application/json.  HTML is an error always */
	/* of a plain body; 0: no ceiling for `data`, 256 MiB for what is gathered */
	gsize max_bytes;
	gint64 idle_s;    /* give up when no byte came for so long; 0: 60 s; -1: never (follow) */
	gboolean lasting; /* watch, follow: beside the pool, in which 24 are under way at a time */
	/* Once, when the head of an answer is there that is a 2xx of the kind asked for.  May be
	 * NULL. */
	void (*head)(void *user, const struct http_head *head);
	/* Bytes of such an answer as they come, content coding undone.  FALSE ends the transfer as
	 * cancelled.  May be NULL: then the body is gathered and given to `done`. */
	gboolean (*data)(void *user, const struct http_head *head, const char *bytes, gsize size);
	/* Exactly once.  `error` is NULL for 2xx whole; for other statuses it is set, and `head`
	 * and the first 64 KiB of `body` (a Status, mostly) are given all the same, `data` or not.
	 * `head` is NULL where there was no answer. */
	void (*done)(void *user, const struct http_head *head, GBytes *body, const GError *error);
	void *user;
	/* of `user`, when the transfer goes, also where `done` was not called; or NULL */
	GDestroyNotify user_free;
};

/* Begin a GET.  Strings are copied.  Retries by itself: once on a fresh connection where a kept one
 * had died, once with new credentials after a 401.  Lent. */
struct transfer *http_get(struct http *h, const struct http_call *call);
void transfer_cancel(struct transfer *t); /* `done` is not called any more */
void transfer_pause(struct transfer *t);
void transfer_resume(struct transfer *t);
/* The whole URL as asked, for the record; no secret is in it.  Lent. */
const char *transfer_url(const struct transfer *t);

struct http_meter {
	guint64 requests, bytes_received, connections;
};
void http_meter(const struct http *h, struct http_meter *out);
const struct kube_access *http_access(const struct http *h);
GMainContext *http_context(const struct http *h);

/* --- resources -------------------------------------------------------------------------------- */

/* One kind of object and how it is asked for.  Static, or owned by a discovery. */
struct kube_resource {
	const char *group;    /* "" for the core group */
	const char *version;  /* "v1" */
	const char *resource; /* "pods" */
	const char *kind;     /* "Pod" */
	gboolean namespaced;
	gboolean metadata_only; /* values never leave the server: secrets, configmaps */
};

/* What `capture cluster` takes, the most volatile first. */
extern const struct kube_resource kube_inventory[];
extern const gsize kube_inventory_count;
/* By resource ("pods", "deployments.apps") or kind ("pod", "Deployment.apps") in any case; NULL
 * where it is not in the inventory. */
const struct kube_resource *kube_resource_find(const char *name);
/* "/apis/apps/v1/namespaces/NS/deployments/NAME"; `namespace` and `name` may be NULL.  Caller
 * owns. */
char *kube_path(const struct kube_resource *r, const char *namespace, const char *name);
/* What it is asked for as, a list or one object; NULL for JSON as it is. */
const char *kube_accept(const struct kube_resource *r, gboolean list);
/* "pods" or "deployments.apps".  Caller owns. */
char *kube_resource_name(const struct kube_resource *r);

/* Of a kind that is asked for as metadata only: replace the value of each annotation that tells
 * (below), and of last-applied-configuration wherever it stands, in every object of a List, an
 * object or a line of a watch by "withheld:N bytes"; the only change ever made to bytes as
 * received.  Returns `body` with one more reference where there is nothing to withhold.  NULL and
 * KUBE_ERROR_GARBLED where the body cannot be understood, or holds values all the same: such bytes
 * must not be kept. */
GBytes *kube_withhold(GBytes *body, guint *withheld, GError **error);
/* May this annotation of a Secret or ConfigMap hold its values?  Those in which tools keep what
 * they applied; and each whose value is a document, has several lines, or is longer than 256
 * bytes. */
gboolean kube_annotation_tells(const char *name, const char *value);

/* --- list, watch, logs ------------------------------------------------------------------------ */

struct kube_page {
	GBytes *body; /* whole, secrets withheld */
	const struct http_head *head;
	const char *url;
	guint n;          /* from 0 */
	gsize items;      /* how many objects it holds */
	gint64 remaining; /* by the server's word; -1 where not told */
	guint withheld;   /* annotations */
};

struct kube_list_end {
	/* of the first page, to watch from; NULL where it did not complete */
	const char *resource_version;
	const GError *error;          /* NULL: complete */
	const struct http_head *head; /* of the answer that ended it, or NULL */
	/* of that answer where it was an error, or was not understood and may be kept; or NULL */
	GBytes *body;
	const char *url;
	/* a continue token had expired (410): pages before this listing's last start are void */
	gboolean restarted;
};

struct kube_list_call {
	const struct kube_resource *resource;
	const char *namespace;        /* NULL: all */
	const char *field_selector;   /* or NULL */
	const char *label_selector;   /* or NULL */
	guint page_rows;              /* 0: 500 */
	gboolean (*room)(void *user); /* may the next page be asked for?  NULL: always */
	void (*page)(void *user, const struct kube_page *page); /* in order */
	void (*restart)(void *user); /* 410 in the middle: it begins again, once */
	/* A page failed, and is asked for again after `ms`.  May be NULL; must not cancel. */
	void (*waits)(void *user, const GError *error, gint64 ms);
	void (*done)(void *user, const struct kube_list_end *end); /* exactly once */
	void *user;
};
/* The next page is asked for as soon as the one before has told its continue token, at most three
 * at a time.  429 and 5xx are tried again after Retry-After, or with backoff, up to 5 times; a server
 * that wants more than 30 s ends it, and `head` says how many.  A page that is too large is asked
 * for again with half its rows.  It lives until its `done` returned, or it was cancelled. */
struct kube_list;
struct kube_list *kube_list_start(struct http *h, const struct kube_list_call *call);
void kube_list_cancel(struct kube_list *l);   /* no callback any more */
void kube_list_continue(struct kube_list *l); /* `room` may say yes now */

enum kube_watch_state { KUBE_WATCH_LIVE, KUBE_WATCH_WAITING, KUBE_WATCH_GONE, KUBE_WATCH_DENIED };
struct kube_watch_call {
	const struct kube_resource *resource;
	const char *namespace; /* NULL: all */
	const char *field_selector;
	const char *resource_version;
	/* A stream began: its URL and head. */
	void (*begun)(void *user, const char *url, const struct http_head *head);
	/* Whole lines, at most 100 ms or 1 MiB of them, secrets withheld; `events` without
	 * bookmarks. */
	void (*segment)(void *user, GBytes *lines, guint events, guint withheld);
	/* A stream ended (`error` NULL: at its timeout, as streams do); another follows in
	 * `retry_s` seconds, unless `state` is GONE or DENIED. */
	void (*ended)(void *user, enum kube_watch_state state, const GError *error, gint64 retry_s);
	void *user;
};
/* Resumes by itself from the last resourceVersion seen, with backoff; on 410 it ends as GONE: list
 * again. */
struct kube_watch;
struct kube_watch *kube_watch_start(struct http *h, const struct kube_watch_call *call);
/* Accepts NULL.  Events that came and were not given on yet are, in one last `segment` from inside
 * this call; then no callback any more.  From inside a callback none follows. */
void kube_watch_stop(struct kube_watch *w);

struct kube_log_call {
	const char *namespace, *pod, *container;
	gboolean previous, follow;
	const char *since; /* RFC 3339, whole seconds; or NULL */
	void (*data)(void *user, const struct http_head *head, const char *bytes, gsize size);
	void (*done)(void *user, const char *url, const struct http_head *head, GBytes *status_body,
		     const GError *error);
	void *user;
};
/* Always with timestamps.  `status_body`: of an answer that was no log (400: no previous one,
 * waiting to start, …). */
struct transfer *kube_log_start(struct http *h, const struct kube_log_call *call);

/* --- discovery -------------------------------------------------------------------------------- */

/* `resources` of struct kube_resource *, owned by it, each with list and get among its verbs,
 * preferred versions only, custom resources included.  `stale`: groups with version (char *,
 * "metrics.k8s.io/v1beta1") whose server did not answer. */
struct kube_discovery {
	GPtrArray *resources, *stale;
	GBytes *core, *groups; /* the two answers as received */
};
/* `found` is given away; `head` is of the last answer, or NULL where there was none. */
void kube_discover(struct http *h,
		   void (*done)(void *user, struct kube_discovery *found,
				const struct http_head *head, const GError *error),
		   void *user);
void kube_discovery_free(struct kube_discovery *d); /* accepts NULL */

/* Make a clear line of an error Status: "denied (403): pods is forbidden: …"; of what is none, its
 * first words.  Caller owns. */
char *kube_status_message(const struct http_head *head, GBytes *body);
/* TRUE where an API server itself says with a 404 that it has no such thing, in a Status or in the
 * words of its router; a gateway's 404 says nothing of what the cluster has. */
gboolean kube_is_not_found(GBytes *body);
