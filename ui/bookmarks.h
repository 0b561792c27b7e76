/*
 * bookmarks - places in a text, in its order.  They are kept as long as what holds them.
 */
#pragma once

#include <glib.h>

/* Ordered by `at`, then by `id`. */
struct bookmark {
	gint64 at, id;
};

struct bookmarks {
	GArray *places; /* of struct bookmark; NULL: none yet */
};

void bookmarks_clear(struct bookmarks *b);
guint bookmarks_count(const struct bookmarks *b);
struct bookmark bookmarks_nth(const struct bookmarks *b, guint n);
gboolean bookmarks_has(const struct bookmarks *b, struct bookmark place);
/* Set it, or take it off.  TRUE where it is set now. */
gboolean bookmarks_toggle(struct bookmarks *b, struct bookmark place);
/* The next (`by` 1) or the one before (-1) as seen from a place; from the last on to the first.  There is one at least. */
struct bookmark bookmarks_beside(const struct bookmarks *b, struct bookmark from, int by);
/* "2 bookmarks; u and U go to them", to be said of one that was set or taken off.  Caller owns. */
char *bookmarks_told(const struct bookmarks *b);
