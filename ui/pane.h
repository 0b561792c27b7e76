/*
 * pane - what fills a screen, one at a time: a row of the table in panes.c, in one of a few shapes.
 *
 * A shape is written once, and serves every pane of its kind.  It draws its content; how things stand with it (loading, partial,
 * offline, …) it only tells, and the frame draws that.  All in main's thread.
 *
 * To add a pane, write `const struct pane_kind pane_NAME` in a file of its own (pane-NAME.c: with its view, or its `read`) and name it
 * in panes.c.  Keys, commands, completion, help and footer follow from it.
 */
#pragma once

#include "canvas.h"
#include "document.h"
#include "keys.h"
#include "view.h"

struct screen;
struct pane;
struct pane_kind;

/* How much of a pane's content is there. */
enum pane_state {
	PANE_COMPLETE,
	PANE_LOADING,
	PANE_PARTIAL,
	PANE_DENIED,
	PANE_EMPTY,
};

/* What the frame has to know of a pane.  Strings are owned, or NULL. */
struct pane_told {
	char *title;
	char *coverage; /* to the right of it */
	enum pane_state state;
	char *line;              /* why it is partial, denied or empty */
	gint64 rows, rows_about; /* while loading; about 0: not known */
	const char *paused;      /* what stands still for now; NULL: nothing does */
};
void pane_told_clear(struct pane_told *told);

enum pane_find { PANE_FIND_TYPED, PANE_FIND_DONE, PANE_FIND_DROPPED };

struct shape {
	guint place;  /* of enum key_place */
	gboolean own; /* its data needs no view and no `read` */
	struct pane *(*new)(struct screen *screen, const struct pane_kind *kind,
			    const struct item *item);
	void (*free)(struct pane *pane);
	void (*draw)(struct pane *pane, struct canvas *canvas, struct rect where);
	/* FALSE where the command has no use for the shape. */
	gboolean (*run)(struct pane *pane, enum command command);
	/* The same with what is typed after its name.  Or NULL. */
	gboolean (*run_typed)(struct pane *pane, enum command command, const char *argument);
	/* The case has grown, or was opened anew.  Called where the pane is seen, or comes to be. */
	void (*refresh)(struct pane *pane);
	/* Let go of what is main's connection's: that ends.  Or NULL. */
	void (*forget)(struct pane *pane);
	/* It is not seen any more, but may come back: refreshed, where it is `behind`.  Or NULL. */
	void (*leave)(struct pane *pane);
	void (*tell)(struct pane *pane, struct pane_told *told);
	/* What is typed after /. */
	void (*find)(struct pane *pane, const char *text, enum pane_find how);
	const char *(*found)(struct pane *pane); /* what is filtered or searched by now; lent */
	/* What it is on, or of.  FALSE where there is nothing.  `item` is the caller's to clear. */
	gboolean (*item)(struct pane *pane, struct item *item);
	/* Move the cursor by `rows` and say what it is on then; FALSE at the end, or where it has none. */
	gboolean (*step)(struct pane *pane, int rows, struct item *item);
	/* Show another item. */
	void (*show)(struct pane *pane, const struct item *item);
};

/* What a command that opens something opens from here: the name of a pane. */
struct pane_opens {
	enum command command;
	const char *pane;
};

/* What may be typed after its name; what has to be is told by `needs`. */
enum pane_takes { PANE_TAKES_NOTHING, PANE_TAKES_SPACE, PANE_TAKES_SUBJECT };

#define PANE_OPENS 8
struct pane_kind {
	const char *name;      /* as it is typed */
	const char *alias;     /* short for it; or NULL */
	const char *help;      /* one line */
	const char *title;     /* after what it is of: "payments/ledger-0 › Events" */
	const char *title_all; /* where it is of nothing in particular; NULL: as `title` */
	const struct shape *shape;
	const struct view *view; /* tables */
	document_read *read;     /* texts */
	enum pane_takes takes;
	gboolean ring;   /* of one subject: Tab goes to the next such */
	gboolean needs;  /* nothing to show without an item: opened from a row, or named */
	gboolean hidden; /* opened from a row alone, never typed */
	struct pane_opens opens[PANE_OPENS]; /* by commands from COMMAND_OPEN on */
	guint place;                         /* of enum key_place, beside its shape's */
};

/* Every pane begins with this. */
struct pane {
	const struct pane_kind *kind;
	struct screen *screen;
	struct item item;    /* what it was opened with */
	gboolean waits;      /* to open something: keys are for that */
	gboolean from_row;   /* of the list before it on the trail */
	gboolean away;       /* not seen: another pane of the trail is */
	struct pane *beside; /* of the same subject, turned away from in its place: the trail's */
	gboolean behind;     /* not refreshed since the case has grown: it was away */
};

extern const struct shape table_shape, reader_shape, stream_shape;

/* --- panes.c ------------------------------------------------------------------------------------- */

/* Every pane, in the order in which Tab goes through those of one subject; NULL at the end. */
extern const struct pane_kind *const pane_kinds[];
/* By name or alias; NULL where there is none. */
const struct pane_kind *pane_kind_named(const char *name);
/* What the command opens from a pane of this kind; NULL: nothing.  `anywhere`: from every pane, and of nothing particular. */
const struct pane_kind *pane_kind_opened(const struct pane_kind *kind, enum command command,
					 gboolean *anywhere);
/* The next one or the one before (`by` -1) of those that show the same subject. */
const struct pane_kind *pane_kind_beside(const struct pane_kind *kind, int by);
/* Where one is in a pane, of enum key_place: its shape, its kind, what it opens, what it was opened with. */
guint pane_place(const struct pane *pane);
/* Its title with what it is of.  Caller owns. */
char *pane_kind_title(const struct pane_kind *kind, const struct item *item);
