/*
 * stamp - moments: nanoseconds since 1970-01-01T00:00:00Z, as gint64, and their text.
 *
 * Everything kase stores is UTC in nanoseconds.  Text is RFC 3339: read with any number
 * of fractional digits and any offset, written with nine digits and Z.  Any thread.
 *
 * Source: RFC 3339; kubernetes.io "API Conventions" (Time, MicroTime).
 */
#pragma once

#include <glib.h>

#define STAMP_NONE   G_MININT64
#define STAMP_CHARS  32 /* "2026-11-24T08:13:00.123456789Z" and its NUL fit */
#define STAMP_SECOND G_GINT64_CONSTANT(1000000000)

/* Now, by the wall clock. */
gint64 stamp_now(void);

/*
 * Read the RFC 3339 moment of exactly `length` bytes (-1: up to the NUL).  FALSE where it
 * is none, or lies outside the years 1678 to 2261; `ns` is then left alone.
 */
gboolean stamp_parse(const char *text, gssize length, gint64 *ns);

/*
 * Read a moment that Kubernetes wrote: as stamp_parse, but STAMP_NONE where `text` is NULL,
 * empty, no moment, or one of the two that mean unset (0001-01-01T00:00:00Z, 1970-…Z).
 */
gint64 stamp_of(const char *text);

/* Read the date of an HTTP field, "Tue, 24 Nov 2026 08:13:00 GMT" and no other form (RFC 9110,
 * 5.6.7, IMF-fixdate); STAMP_NONE where `text` is NULL or none.  The name of the day is not held
 *  against the date. */
gint64 stamp_of_http(const char *text);

/* Write `ns` with nine digits and Z into `out`, and return `out`.  "" for STAMP_NONE. */
const char *stamp_format(gint64 ns, char out[static STAMP_CHARS]);

/* As stamp_format, but whole seconds: "2026-11-24T08:13:00Z". */
const char *stamp_format_seconds(gint64 ns, char out[static STAMP_CHARS]);

/* An age in at most four cells: "42s" "119s" "7m" "47h" "12d" "3y"; "?" for STAMP_NONE, "0s" for
 * what is to come. */
const char *stamp_format_age(gint64 ns, gint64 now, char out[static STAMP_CHARS]);
