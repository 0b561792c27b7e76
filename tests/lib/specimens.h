/*
 * specimens - texts that could move, hide, reorder or overflow what stands on a terminal: every control character, what turns the
 * direction, what is invisible or of no width, marks, wide characters and those whose width is in doubt, sequences of escape, and bytes
 * that are no UTF-8.
 */
#pragma once

#include <glib.h>

#define SPECIMENS_BUNDLE 48 /* that stand together in one text */

/* One by one, those of bytes last.  Caller owns. */
GPtrArray *specimens_each(gboolean with_bytes);
/* Texts with some of them each, in the same order, with letters between them: the n-th begins with "uN-".  Caller owns. */
GPtrArray *specimens_bundles(gboolean with_bytes);
