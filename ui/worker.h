/*
 * worker - a thread that reads the case for the screen: sorts, filters, parses.
 *
 * It has a connection of its own, opened there.  A job is given away when it is posted, worked in the worker's thread, in the
 * order of posting, and given back in main's context: `done`, then freed.  Belongs to main.
 */
#pragma once

#include <kase/case.h>

struct job {
	/* In the worker's thread.  `error` is what `done` is handed. */
	gboolean (*work)(struct job *job, struct casefile *c, GError **error);
	/* In main's; `error` is NULL where it worked.  Not called once the worker is freed. */
	void (*done)(struct job *job, const GError *error);
	void (*free)(struct job *job); /* of what is around this struct, too */
	gint dropped;                  /* the worker's: see worker_drop */
};

struct worker;
struct worker *worker_new(const char *name, const char *path, enum casefile_mode mode);
void worker_post(struct worker *w, struct job *job);
/* Nobody waits for it any more: it is given back without work, where that has not begun.  Once posted, until `done`. */
void worker_drop(struct job *job);
/* Open the case anew before the next job: a file that nobody recorded into when it was opened may have grown. */
void worker_reopen(struct worker *w);
/* Ends the job at work, whatever it reads; closes the connection.  Accepts NULL. */
void worker_free(struct worker *w);
