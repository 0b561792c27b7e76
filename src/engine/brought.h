/*
 * brought - what a person brought, as it was at one moment: a copy that nobody else can change
 * while it is looked through and recorded.
 *
 * A file, a pipe or stdin ("-") is read to its end, into memory up to 32 MiB, else into a file
 * without a name in TMPDIR (or /var/tmp).  With a byte order mark it is turned to UTF-8 without
 * one.
 */
#pragma once

#include <glib.h>

struct brought {
	const char *data;
	gsize size;
	const char *encoding; /* what its byte order mark said; NULL: it had none */
};

/* FALSE where it cannot be read (ENGINE_ERROR_FILE), or is not in the encoding that its mark says
 * (ENGINE_ERROR_CONTENTS).  Cleared in any case. */
gboolean brought_read(struct brought *b, const char *path, GError **error);
/* Pages before `offset` need not stay in memory. */
void brought_passed(const struct brought *b, gsize offset);
void brought_clear(struct brought *b);
