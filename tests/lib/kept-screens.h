/*
 * kept-screens - screens as text in tests/screens, at the sizes that people have.
 *
 *	KASE_WRITE_SCREENS=1 tests/unit/test-screens
 *
 * writes them anew: read what has changed before it is kept.
 */
#pragma once

#include <glib.h>

struct kept_size {
	int columns, lines;
	gboolean plain;
};
#define KEPT_SIZES 5
extern const struct kept_size kept_sizes[KEPT_SIZES];

/* Fails where the text is not the one that is kept of this view. */
void kept_compare(const char *view, const struct kept_size *size, const char *text);
