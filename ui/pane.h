/*
 * pane - what fills a screen, one at a time: a row of pane_kinds, in one of a few shapes.
 *
 * A shape is written once, and serves every pane of its kind.  It draws its content; how things stand with it (loading, partial,
 * offline, …) it only tells, and the frame draws that.  All in main's thread.
 *
 * To add a pane, add a row to pane.c; a table's content is a row of view.c.
 */
#pragma once

#include "canvas.h"
#include "keys.h"
#include "view.h"

struct screen;
struct pane;
struct pane_kind;

/* What a pane is opened with: a row of a list.  `subject` 0: none. */
struct pane_item {
	gint64 subject;
	char *name; /* "payments/ledger-0"; owned */
};

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
};
void pane_told_clear(struct pane_told *told);

enum pane_find { PANE_FIND_TYPED, PANE_FIND_DONE, PANE_FIND_DROPPED };

struct shape {
	guint place; /* of enum key_place */
	struct pane *(*new)(struct screen *screen, const struct pane_kind *kind,
			    const struct pane_item *item);
	void (*free)(struct pane *pane);
	void (*draw)(struct pane *pane, struct canvas *canvas, struct rect where);
	/* FALSE where the command has no use for the shape. */
	gboolean (*run)(struct pane *pane, enum command command);
	/* The case has grown, or was opened anew. */
	void (*refresh)(struct pane *pane);
	void (*tell)(struct pane *pane, struct pane_told *told);
	/* What is typed after /. */
	void (*find)(struct pane *pane, const char *text, enum pane_find how);
	const char *(*found)(struct pane *pane); /* what is filtered or searched by now; lent */
	/* Move the cursor by `rows` and say what it is on then; FALSE at the end, or where it has none. */
	gboolean (*step)(struct pane *pane, int rows, struct pane_item *item);
	/* Show another item. */
	void (*show)(struct pane *pane, const struct pane_item *item);
};

struct pane_kind {
	const char *name;
	const char *title;
	const struct shape *shape;
	const struct view *view;       /* tables */
	const struct pane_kind *opens; /* on Enter */
	guint place;                   /* beside its shape's */
};

/* Every pane begins with this. */
struct pane {
	const struct pane_kind *kind;
	struct screen *screen;
};

extern const struct shape table_shape, reader_shape;
extern const struct pane_kind pane_pods, pane_yaml, pane_help;
guint pane_place(const struct pane *pane);
