/*
 * The inside of http, for the files that talk to libcurl:
 *
 *	http.c          birth, the loop around libcurl, the pool
 *	transfer.c      one request, from its beginning to its end
 *	http-answer.c   what comes of it: the head, the body
 *	http-error.c    what went wrong, in one line
 *	transport.c     what a context's settings mean to libcurl
 *
 * What holds:
 *
 * 1  libcurl's functions are called from sources of the context only, and never from inside its own
 *    callbacks (`inside` is 0).  What is cancelled there is taken back by the reaper.
 * 2  A caller's callback is called from a source of the context only, between http_enter and
 *    http_leave: an http that is freed in one lives until http_leave.
 * 3  Nothing of an answer reaches the caller's `data` before its head is known to be a 2xx of the
 *    kind asked for.
 */
#pragma once

#include <kase/kube.h>

#include "credential.h"

#include <curl/curl.h>

#define HTTP_POOL 24 /* requests under way at a time, lasting ones not counted */
#define HTTP_ERROR_BYTES \
	(64 << 10) /* of an answer that is not what was asked for; the rest is not read */
#define HTTP_HEAD_BYTES (256 << 10)

struct http {
	GMainContext *context;
	struct kube_access *access;
	struct credential *credential;
	char *user_agent;
	CURLM *multi;
	GSource *timer;
	GHashTable *transfers; /* of struct transfer *: all that are not done */
	GQueue queue;          /* of those that wait for a place in the pool */
	guint running;         /* in the pool */
	struct http_meter meter;
	GPtrArray *cancelled; /* of struct transfer *, to be taken back from libcurl */
	GPtrArray *failed;    /* of struct transfer *, to be told that there is no credential */
	GSource *reaper;
	guint inside; /* callbacks of libcurl's under way */
	guint depth;  /* of http_enter */
	gboolean ending;
	/* Of the server's URL: */
	/* "https://HOST:PORT", what libcurl is given; HOST is tls-server-name, where there is
	 * one */
	char *origin;
	char *base;                    /* the server's own URL, before each path in what is told */
	char *prefix;                  /* path before each path, without a slash at its end */
	char *shown;                   /* "HOST:PORT", for messages */
	char *host_header;             /* "Host: …", or NULL */
	struct curl_slist *connect_to; /* or NULL */
};

/* Where a transfer stands:
 *	WAITING	for its credential
 *	QUEUED	for a place in the pool
 *	RUNNING	in libcurl's hands
 *	DONE	`done` was called, or it was cancelled
 */
enum transfer_state { TRANSFER_WAITING, TRANSFER_QUEUED, TRANSFER_RUNNING, TRANSFER_DONE };

/* What came, of one attempt. */
struct answer {
	struct http_head head;
	char *date, *audit_id, *content_type, *coding, *warning;
	gsize head_bytes; /* of all heads of this attempt, interim ones too */
	gboolean whole;   /* the head is */
	gboolean refused; /* it is not what was asked for: `body` has its beginning */
	GByteArray *body; /* or NULL */
	guint64 received;
	GError *error; /* why it was ended here: over a ceiling */
};

struct transfer {
	struct http *http;
	struct http_call call; /* its strings are owned */
	char *path, *accept, *url;
	enum transfer_state state;
	GList queued;
	CURL *easy;
	struct curl_slist *headers;
	gboolean paused;
	GSource *resuming;      /* or NULL */
	GSource *silence;       /* of a lasting one: ends it when nothing comes; or NULL */
	gint64 heard_us;        /* monotonic */
	guint refused, revived; /* tries again after a 401, and on a fresh connection */
	char wrong[CURL_ERROR_SIZE];
	struct answer answer;
};

/* http.c */
void http_enter(struct http *h);
void http_leave(struct http *h);
void http_queue(struct http *h,
		struct transfer *t); /* transfer_start, as soon as there is a place */
void http_unqueue(struct http *h, struct transfer *t); /* it is cancelled */
void http_take_back(struct http *h, struct transfer *t);
void http_reap(struct http *h, struct transfer *t); /* transfer_reap, as soon as that may be */
void http_fail_later(struct http *h, struct transfer *t); /* transfer_fail, from the loop */

/* transport.c */
gboolean transport_set_up(struct http *h, GError **error);
/* All that does not change from one request to the next, and the credential as it is now. */
void transport_configure(const struct http *h, CURL *easy);
struct curl_slist *transport_headers(const struct http *h, const char *accept);
/* FALSE where the credential has a newer token than these have. */
gboolean transport_is_current(const struct http *h, const struct curl_slist *headers);
/* Wipes them; accepts NULL. */
void transport_headers_free(struct curl_slist *headers);

/* transfer.c */
void transfer_start(struct transfer *t);                  /* give it to libcurl */
void transfer_ended(struct transfer *t, CURLcode result); /* libcurl is done with it */
void transfer_fail(struct transfer *t);                   /* before it began, with answer.error */
void transfer_reap(struct transfer *t);                   /* a cancelled one: frees it */

/* http-answer.c: libcurl's callbacks for a transfer */
size_t answer_on_header(char *bytes, size_t one, size_t size, void *transfer);
size_t answer_on_body(char *bytes, size_t one, size_t size, void *transfer);
void answer_clear(struct answer *a);
/* Where the head of a refusal did not say when to come again, its Status may. */
void answer_read_status(struct answer *a);

/* http-error.c */
/* What the caller is told of a transfer that libcurl is done with; NULL where it went well. */
GError *transfer_verdict(struct transfer *t, CURLcode result);
