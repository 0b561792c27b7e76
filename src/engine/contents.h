/*
 * contents - what a file that was brought is, and what of it may be kept.  Pure.
 */
#pragma once

#include "withhold.h"

struct contents {
	const char *format; /* "json", "yaml", "log" */
	char *subject;      /* of the only object, or NULL */
	char *anew; /* YAML that had to be written anew; NULL: its own bytes without `cuts` */
	gsize anew_bytes;
	GArray *cuts;   /* struct json_slice of the file's bytes, in order */
	guint withheld; /* values */
};

/*
 * FALSE and WITHHOLD_ERROR where nothing of it may be kept: SYNTAX, it is not understood; UNSURE,
 * it might hold values. Cleared in any case.
 */
gboolean contents_read(struct contents *c, const struct withhold_text *text, GError **error);
void contents_clear(struct contents *c);
