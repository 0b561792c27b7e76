/*
 * The inside of http: http.c (the loop around libcurl), transfer.c (one request), transport.c (what a context's
 * settings mean to libcurl).  These three alone know libcurl.
 */
#pragma once

#include <kase/kube.h>

#include "credential.h"

#include <curl/curl.h>

struct http {
	GMainContext *context;
	struct kube_access *access;
	struct credential *credential;
	char *user_agent;
	CURLM *multi;
	GSource *timer;
	GHashTable *transfers; /* of struct transfer *: all that are not done */
	struct http_meter meter;
	GPtrArray *cancelled; /* of struct transfer *, to be taken back from libcurl */
	GSource *reaper;
	guint inside;     /* callbacks of libcurl's under way */
	guint generation; /* of the client certificate that the kept connections were made with */
	/* Of the server's URL: */
	char *origin;                  /* "https://HOST:PORT", what libcurl connects to */
	char *prefix;                  /* path before each path, without a slash at its end */
	char *shown;                   /* "HOST:PORT", for messages */
	char *host_header;             /* "Host: …", or NULL */
	struct curl_slist *connect_to; /* or NULL */
};

/* Where a transfer stands:
 *	WAITING	for its credential
 *	RUNNING	in libcurl's hands
 *	DONE	`done` was called, or it was cancelled
 */
enum transfer_state { TRANSFER_WAITING, TRANSFER_RUNNING, TRANSFER_DONE };

struct transfer {
	struct http *http;
	struct http_call call; /* its strings are owned */
	char *path, *accept, *url;
	enum transfer_state state;
	CURL *easy;
	struct curl_slist *headers;
	gboolean paused;
	GSource *resuming;      /* or NULL */
	guint refused, revived; /* tries again after a 401, and on a fresh connection */
	char wrong[CURL_ERROR_SIZE];
	/* Of the answer: */
	struct http_head head;
	char *date, *audit_id, *content_type, *coding, *warning;
	gboolean answered;
	GByteArray *body;
	guint64 received;
	GError *error; /* found while it ran: over its ceiling */
};

/* transport.c */
gboolean transport_set_up(struct http *h, GError **error);
/* All that does not change from one request to the next, and the credential as it is now. */
void transport_configure(const struct http *h, CURL *easy);
struct curl_slist *transport_headers(const struct http *h, const char *accept);

/* transfer.c */
void transfer_begin(struct transfer *t);                     /* its credential is ready */
void transfer_ended(struct transfer *t, CURLcode result);    /* libcurl is done with it */
void transfer_fail(struct transfer *t, const GError *error); /* before it began */
void transfer_reap(struct transfer *t);                      /* a cancelled one: frees it */

/* http.c */
void http_run(struct http *h, struct transfer *t); /* give to libcurl */
void http_take_back(struct http *h, struct transfer *t);
void http_reap(struct http *h, struct transfer *t); /* transfer_reap, as soon as that may be */
