/*
 * item - what a pane is opened with: a row of a list, or what is typed after a command.  Parts that it does not know are 0 or NULL.
 */
#pragma once

#include <glib.h>

/* The more particular ones last: where several narrow a list, the last does. */
enum item_part {
	ITEM_SPACE,    /* a namespace: in `space` */
	ITEM_SUBJECT,  /* d_subject.id */
	ITEM_EVIDENCE, /* id of one piece: the seq of the entry that opened it */
	ITEM_VERSION,  /* d_version.id: the subject as it was then */
	ITEM_ENTRY,    /* seq in the ledger */
	ITEM_GAP,      /* d_gap.id */
	ITEM_LINE,     /* d_line.id */
	ITEM_PARTS
};

struct item {
	gint64 ids[ITEM_PARTS];
	char *space; /* owned */
	char *name;  /* as titles call it: "payments/ledger-0"; owned */
};

void item_copy(struct item *to, const struct item *from); /* `from` NULL: an empty one */
void item_clear(struct item *item);
gboolean item_has(const struct item *item, enum item_part part);
gboolean item_has_any(const struct item *item);
