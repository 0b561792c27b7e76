/*
 * document - a text that is made of the case: a job for a worker.  How it is made its pane says, by its `read`.
 */
#pragma once

#include "item.h"
#include "worker.h"

struct document;
/*
 * Make `lines`, `roles` and `about` of the item.  `version` is what is shown already, 0 at first: where nothing has changed since, leave it
 * and `lines` alone; else set it to what tells the next change.  FALSE and a line for the analyst where there is no such text.  In the
 * worker's thread.
 */
typedef gboolean document_read(struct document *d, struct casefile *c, GError **error);

struct document {
	struct job job;
	document_read *read;
	struct item item;
	gint64 version;
	GPtrArray *lines;  /* of char *, safe; or NULL */
	GByteArray *roles; /* of enum role, one a line; NULL: all are text */
	char *about;       /* on the coverage line: which version, and its locator; or NULL */
	void (*found)(struct document *d, const GError *error);
	void *user;
};

struct document *document_new(document_read *read, const struct item *item, gint64 version);
/* Nobody waits for it any more: it is told to nobody, nor read where that has not begun.  Accepts NULL. */
void document_drop(struct document *d);
/* The lines of a text, each made safe.  Caller owns. */
GPtrArray *document_lines(const char *text);
