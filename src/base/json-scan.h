/*
 * json-scan - steps over JSON values without making anything of them.
 *
 * It checks brackets, strings and depth; what stands between them (numbers, literals, commas) is
 * left to whoever makes a tree.
 */
#pragma once

#include <kase/json.h>

/* A double holds every integer of so many digits. */
#define JSON_EXACT_DIGITS 15

struct json_scan {
	const char *data, *at, *end;
	gboolean whole;       /* no more bytes will come: a number may end where they do */
	gboolean long_number; /* a run of digits was met that a double may not hold exactly */
	gboolean too_deep;
	int deepest; /* brackets that may be open at once; at most JSON_SCAN_DEPTH */
};

/* From the start of `size` bytes, as deep as JSON_SCAN_DEPTH. */
struct json_scan json_scan_of(const char *data, gsize size);

void json_scan_space(struct json_scan *s);

/*
 * Step over white space and the value after it.  FALSE where the data ends before the value does,
 * where brackets do not match, or where it is too deep; `at` is then where that was seen.
 */
gboolean json_scan_value(struct json_scan *s);

/* Step to the next number outside a string, and over it; FALSE where there is none any more. */
gboolean json_scan_number(struct json_scan *s, struct json_slice *number);

/* Set the error that a scan ended with, with its byte offset; always FALSE. */
gboolean json_scan_failed(const struct json_scan *s, const char *what, GError **error);
