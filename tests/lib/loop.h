/*
 * loop - run a main loop until something has happened, and no longer than a test may take.
 */
#pragma once

#include <glib.h>

#define LOOP_SECONDS 30

/* Iterate `context` (NULL: the default one) until *flag is TRUE.  FALSE where it was not within
 * LOOP_SECONDS. */
gboolean loop_until_in(GMainContext *context, const gboolean *flag);
gboolean loop_until(const gboolean *flag);
/* The same for a condition that is asked after each turn of the loop, and each 5 ms. */
gboolean loop_until_true(gboolean (*holds)(void *user), void *user);
