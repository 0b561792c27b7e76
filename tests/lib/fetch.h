/*
 * fetch - one request by bare libcurl, to see what a server really sends.
 */
#pragma once

#include <glib.h>

struct fetch {
	const char *url;
	const char *ca_pem;
	const char *certificate_pem, *key_pem; /* or NULL */
	const char *method;                    /* NULL: GET */
	const char *const *headers;            /* "Name: value", NULL at the end; or NULL */
	const char *connect_to;                /* as CURLOPT_CONNECT_TO, or NULL */
	const char *proxy;                     /* URL, or NULL */
	guint max_lines;                       /* leave after so many; 0: stay to the end */
	gsize max_bytes;                       /* leave after so many; 0: stay to the end */
	glong timeout_ms;                      /* 0: 30 s */
};

struct reply {
	int code; /* a CURLcode; that of a transfer which we left is CURLE_WRITE_ERROR */
	long status;
	GString *body;
	GHashTable *headers; /* names in lower case */
};

struct reply *fetch(const struct fetch *f);
void reply_free(struct reply *r); /* accepts NULL */
typedef struct reply reply;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(reply, reply_free)
/* Lent; NULL where it did not come. */
const char *reply_header(const struct reply *r, const char *name);
