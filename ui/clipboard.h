/*
 * clipboard - what is copied for other programs, and what a terminal is sent to take it (OSC 52).  Pure; any thread.
 *
 * What is copied is safe text: no control character is in it but a tab between fields and a newline between rows, so that it runs
 * nothing where it is pasted.
 */
#pragma once

#include <glib.h>

/* 75,000 in base64: some terminals drop what is longer. */
#define CLIPBOARD_BYTES 56250

struct clipping {
	GString *text;
	guint rows;
	gboolean full; /* a row was left out, or the only one was cut */
};

void clipping_init(struct clipping *c);
void clipping_clear(struct clipping *c);
/* A row of `n` fields, each made safe; NULL is not known: "?".  FALSE where it is full, and another row would be too much. */
gboolean clipping_add(struct clipping *c, const char *const *fields, gsize n);

/* Append what a terminal is sent. */
void clipboard_append(GString *out, const char *text);
