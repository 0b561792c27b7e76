/*
 * prose - a text that is read: its lines, how wide they are, and where they break when they are wrapped.
 *
 * A line may be as long as an object may be (1.5 MB): nothing here or in who uses it may cost more than a line's length once,
 * and than what is seen after that.  Main thread.
 */
#pragma once

#include <glib.h>

struct prose;
struct prose *prose_new(GPtrArray *texts); /* of char *, safe; taken */
void prose_free(struct prose *l);          /* accepts NULL */

/* Make it ASCII, as a canvas without Unicode shows it, so that its cells are those seen.  Once; then nothing. */
void prose_make_plain(struct prose *l);

int prose_count(const struct prose *l); /* 0 for NULL */
const char *prose_text(const struct prose *l, int line);
const char *prose_whole(const struct prose *l,
			int line); /* the same as it was before it was made plain */
int prose_cells(struct prose *l, int line);

/* Wrapped to `cells`: how many rows it takes, at least 1; where one begins; and which holds the place `at` in it.  A character of two
 * cells that does not fit into a row begins the next. */
int prose_rows(struct prose *l, int line, int cells);
const char *prose_row(struct prose *l, int line, int row, int cells);
int prose_row_of(struct prose *l, int line, const char *at, int cells);

/* Where what fits into `cells` from `at` on ends: after the marks of its last character, and after one character at least. */
const char *prose_fit(const char *at, int cells);
/* How many rows a text takes, wrapped to `cells`: at least 1. */
int prose_wrapped(const char *text, int cells);
/* The first character that begins at cell `skip` of `text` or after it; `over`: cells between, where one of two was cut. */
const char *prose_skip(const char *text, int skip, int *over);
