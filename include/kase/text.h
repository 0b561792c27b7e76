/*
 * text - text from outside, made safe to be seen on a terminal.  Any thread.
 *
 * Text from a cluster, a node or a file is hostile.  What these functions return is valid
 * UTF-8 without control characters, escape sequences, bidirectional marks and other invisible
 * characters: they stand there visibly instead (␛ ␀ ␇ for control characters, ⟨RLO⟩ for
 * marks, ⟨U+200B⟩ for what has no name here, � for bytes that are no UTF-8).  Combining marks
 * stay, at most TEXT_MAX_MARKS on one character; more of them, and one that sits on nothing, are shown.
 * Newlines and tabs are shown, too (␊ ␉): whoever wants lines splits first.  Variation selectors are
 * shown, emoji's as well: they can hide any number of bytes, and make a character wider than wcwidth says.
 *
 * Source: Unicode 15 (general categories Cc, Cf, Zl, Zp, Co, Cn); UTR 36.
 */
#pragma once

#include <glib.h>

#define TEXT_MAX_MARKS 4

/* Append `size` bytes (-1: up to the NUL), made visible, to `out`. */
void text_append_safe(GString *out, const char *bytes, gssize size);
/* The same as a new string.  Caller owns. */
char *text_safe(const char *bytes, gssize size);

/* TRUE where text_append_safe would leave the bytes as they are. */
gboolean text_is_safe(const char *bytes, gssize size);

/* How many cells safe text takes on a terminal: 0, 1 or 2 a character. */
int text_cells(const char *safe);

/* Cut safe text to at most `cells`: in its middle (names), or at its end (everything else), with … (".." where
 * `ascii`) for what is left out.  Caller owns. */
char *text_cut_middle(const char *safe, int cells, gboolean ascii);
char *text_cut_end(const char *safe, int cells, gboolean ascii);

/* Valid UTF-8 made of any bytes: what is none becomes U+FFFD, NUL too.  Caller owns. */
char *text_utf8(const char *bytes, gsize size);
