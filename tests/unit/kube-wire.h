/*
 * kube-wire - a client of src/kube against the simulated API server, for tests of what arrives
 * there.
 *
 * In texts, these words stand for what belongs to the server and its folder:
 *
 *	@D                       the folder
 *	@URL @PORT               of the server
 *	@CA @CERT @KEY           its CA, and a client certificate that it knows, in PEM
 *	@SEC1                    the same key in its older form
 *	@RSACERT @RSAKEY         a client certificate "stranger" that signed itself, key in PKCS#1
 *	@OTHERCA                 a CA that signed nothing
 *	@CA64 … @OTHERCA64       the same in base64
 *	@PROXY @SOCKS            URLs of proxies
 */
#pragma once

#include <kase/drill.h>
#include <kase/kube.h>

#include "../lib/proxy.h"
#include "../lib/scratch.h"

struct wire {
	struct drill_server *server;
	scratch *folder;
	struct proxy *http_proxy, *socks_proxy;
	GHashTable *words; /* "@URL" → text */
	struct http *http; /* freed with it, where a test put one there */
};

struct wire *wire_new(const struct drill_plan *plan);
void wire_free(struct wire *w); /* accepts NULL */
typedef struct wire wire;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(wire, wire_free)

/* Caller owns. */
char *wire_expand(const struct wire *w, const char *text);
/* Write expanded text; what begins with #! can be run. */
void wire_write(const struct wire *w, const char *name, const char *text);
/* A file's text, "" where there is none.  Caller owns. */
char *wire_read(const struct wire *w, const char *name);

/* Load a kubeconfig and open its context: config `path` (expanded; NULL: what the environment
 * says) and `context` as in kube.h.  NULL and `error` where one of the steps fails.  Caller owns
 * (http_free). */
struct http *wire_open(const struct wire *w, const char *path, const char *context, GError **error);

struct outcome {
	gboolean done;
	int status; /* 0: no answer */
	GBytes *body;
	GError *error;
	gint64 clock_offset_ns;
};
/* Ask as `call` says, but for who is told, and wait. */
void wire_ask(struct http *h, const struct http_call *call, struct outcome *o);
struct outcome *wire_get(struct http *h, const char *path);
void outcome_free(struct outcome *o); /* accepts NULL */
typedef struct outcome outcome;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(outcome, outcome_free)

/* --- against a server that goes wrong --------------------------------------------------------- */

/* Of anyone. */
#define WIRE_CONFIG                                                                               \
	"clusters: [{name: c, cluster: {server: '@URL', certificate-authority-data: '@CA64'}}]\n" \
	"contexts: [{name: x, context: {cluster: c}}]\ncurrent-context: x\n"
#define WIRE_OK    -1 /* no error */
#define WIRE_HURRY 10000

#define FAULT(glob, what, ...)                          \
	{                                               \
		.path = glob, .kind = what, __VA_ARGS__ \
	}

/* A server with that one fault (NULL, or without a path: none), whose rhythm is WIRE_HURRY times
 * as fast, with a client of it in `http`.  Caller owns. */
struct wire *wire_faulty(const struct drill_fault *fault);
/* `code` is an enum kube_error, or WIRE_OK.  A message is one line without escapes. */
void wire_check_error(const GError *error, int code);
/* The resourceVersion of the list of pods.  Caller owns. */
char *wire_pods_version(void);
