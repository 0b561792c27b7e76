/*
 * document - an object as the case holds it, made YAML.  A job for a worker.
 */
#pragma once

#include "worker.h"

struct document {
	struct job job;
	gint64 subject;
	/* Asked with the version that is shown already; found is the current one.  Without lines where they are the same. */
	gint64 version;
	GPtrArray *lines; /* of char *, safe; or NULL */
	char *name;       /* "payments/ledger-0" */
	char *about;      /* which version, and its locator */
	void (*found)(struct document *d, const GError *error);
	void *user;
};

struct document *document_new(gint64 subject, gint64 version);
/* The lines of a text, each made safe.  Caller owns. */
GPtrArray *document_lines(const char *text);
