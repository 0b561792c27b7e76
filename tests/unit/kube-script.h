/*
 * kube-script - a server on loopback that says word for word what a test tells it to, in plain HTTP, with a client of it: for
 * what no API server would say.
 */
#pragma once

#include <kase/kube.h>
#include <kase/relay.h>

#include <gio/gio.h>

struct script_answer {
	const char *path;  /* how the request's path begins */
	const char *bytes; /* sent as they are; NULL: none */
	gsize size;        /* of them; 0: up to their NUL */
	const char *rest;  /* sent after them, once `rest_after` requests have come; or NULL */
	guint rest_after;
	const char *again; /* sent after them for as long as somebody listens; or NULL */
	gboolean keep;     /* the connection stays open for the next request */
	gboolean hold;     /* it stays open, but nothing more is sent */
	guint times;       /* for so many requests; 0: for all */
};

#define SCRIPT_HEAD(status, type) "HTTP/1.1 " status "\r\nContent-Type: " type "\r\n"
#define SCRIPT_JSON(status)       SCRIPT_HEAD(status, "application/json")
/* Up to the end of the connection. */
#define SCRIPT_OK(body) SCRIPT_JSON("200 OK") "\r\n" body

struct script {
	struct http *http; /* freed with it */
	char *url;
	/* Private. */
	GSocketService *service;
	struct relay_lock lock;
	struct relay *ended; /* a message from each thread that served */
	const struct script_answer *answers;
	gsize count;
	guint *used;
	guint connections, threads, asked, most, now;
	gboolean paused, over;
	GPtrArray *requests;
};

/* `answers` are borrowed; of those that fit a request the first that is not used up counts. */
struct script *script_start(const struct script_answer *answers, gsize count);
void script_stop(struct script *s); /* accepts NULL */
typedef struct script script;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(script, script_stop)

/* Requests are taken meanwhile, and answered once it goes on. */
void script_pause(struct script *s);
void script_resume(struct script *s);

guint script_connections(struct script *s); /* accepted so far */
guint script_asked(struct script *s);       /* requests so far */
guint script_most(struct script *s);        /* requests under way at one time, at most */
/* The head of request `n`, or NULL.  Caller owns. */
char *script_request(struct script *s, guint n);
