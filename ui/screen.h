/*
 * screen - the console without a terminal: panes on a stack, what is typed, and how things stand.
 *
 * Keys go in, a canvas comes out; `changed` is called when there is something new to draw.  Belongs to main.  Workers' answers come
 * through the default GMainContext.
 */
#pragma once

#include <kase/console.h>
#include <kase/engine.h>

#include "pane.h"
#include "worker.h"

struct screen_plan {
	const char *path;                    /* NULL: none, but home */
	const struct console_places *places; /* of home; lent */
	const char *person;                  /* or NULL */
	struct recorder *recorder;           /* NULL: read-only */
	gboolean live;                       /* an engine is at work */
	void *engine;                        /* handed to these two: */
	void (*progress)(void *engine, struct engine_progress *out);
	void (*halt)(void *engine);
	/* Take and follow the logs of a pod: "pod/NAMESPACE/NAME"; or NULL. */
	void (*follow)(void *engine, const char *subject);
	gint64 (*now)(void); /* ns; NULL: the wall clock */
	/* `cause` is static: "rows", "document", "engine", … */
	void (*changed)(void *user, const char *cause);
	void *user;
};

struct screen;
/* NULL and `error` where the case cannot be opened. */
struct screen *screen_new(const struct screen_plan *plan, GError **error);
void screen_free(struct screen *s); /* closes every connection; accepts NULL */

void screen_key(struct screen *s, gunichar key);
/* A paste's start as text, and how many characters it had: for what is being typed, else dropped.  Never keys. */
void screen_pasted(struct screen *s, const char *text, gsize characters);
void screen_draw(struct screen *s, struct canvas *canvas);
/* The case may have grown: look, soon. */
void screen_notice(struct screen *s);
/* Ask how the engine is; changed() where what is shown of it is not as it was. */
void screen_tick(struct screen *s);
/* The analyst has left. */
gboolean screen_ended(const struct screen *s);
/* Once after ctrl-l: the terminal has to be drawn anew. */
gboolean screen_take_redraw(struct screen *s);
/* What was copied since, for the terminal to take.  Caller owns; NULL: nothing. */
char *screen_take_copied(struct screen *s);
/* Rows of the list that is shown, for the frame log. */
gint64 screen_rows(struct screen *s);
guint screen_ahead(const struct screen *s); /* how many keys wait for what comes */

/* Which of its places was chosen; -1: none. */
int screen_chosen(const struct screen *s);

/* --- for panes ------------------------------------------------------------------------------- */

/* Main's connection, for rows by their id.  Lent until the next refresh; NULL where it cannot be opened. */
struct casefile *screen_case(struct screen *s);
struct worker *screen_lists(struct screen *s);     /* for sorting and filtering */
struct worker *screen_documents(struct screen *s); /* for reading one thing */
gboolean screen_live(const struct screen *s);
const struct console_places *screen_places(const struct screen *s);
void screen_choose(struct screen *s, int place); /* and end */
/* Have the logs of a pod (d_subject.id) followed, as evidence.  FALSE where there is no cluster (yet), or it is no pod that lives. */
gboolean screen_follow(struct screen *s, gint64 subject);
void screen_changed(struct screen *s, const char *cause);
void screen_say(struct screen *s, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Give it to the terminal, and say so: "3 rows".  Its text is taken. */
struct clipping;
void screen_copy(struct screen *s, struct clipping *c, const char *what);
void screen_open(struct screen *s, const struct pane_kind *kind, const struct item *item);
/* Open what the command opens from a pane, of what that is on; say so where there is nothing. */
void screen_open_here(struct screen *s, struct pane *pane, enum command command);
/* What a pane waited for is there: the keys that were pressed meanwhile are for it. */
void screen_go_on(struct screen *s);
/* A moment in at most 10 cells: an age, or its time where T has chosen so.  Caller owns. */
char *screen_moment(const struct screen *s, gint64 ns);
/* The time of day, "13:51:40Z" (without the Z where it is local), for a day; then the date.  Caller owns. */
char *screen_time(const struct screen *s, gint64 ns);
gboolean screen_shows_times(const struct screen *s);
gboolean screen_is_local(const struct screen *s);
gint64 screen_now(const struct screen *s);
/* When the newest thing in the case was recorded, as a scan found it. */
void screen_found_newest(struct screen *s, gint64 ns, const char *cluster);
