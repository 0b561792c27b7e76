/*
 * offer - a case that is not there yet: asked for on the terminal, before a screen opens.
 */
#pragma once

#include <glib.h>

/* TRUE where the word is written as a case's file is, and somebody is there who can be asked. */
gboolean offer_fits(const char *word);
/* Ask whether it is to be made. */
gboolean offer_make(const char *path);
/* Ask how a case of this context (or NULL) is to be called.  Caller owns; NULL: not at all. */
char *offer_name(const char *context);
/* What is proposed: the context's name, where there is one, as far as files take it, the day, and a number where that is taken.  Caller owns. */
char *offer_default(const char *context, gint64 now);
