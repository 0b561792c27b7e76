/*
 * logbytes - bytes of a log with timestamps, cut and read at line borders.  Pure.
 */
#pragma once

#include <kase/stamp.h>

/* The most bytes in one chunk. */
#define LOGBYTES_PIECE_MAX (1 << 20)

/* How many of `size` bytes end with a newline; 0 where there is none. */
gsize logbytes_whole(const char *bytes, gsize size);
/* How many bytes the next piece takes: at most LOGBYTES_PIECE_MAX, cut after a newline where one is
 * there. */
gsize logbytes_piece(const char *bytes, gsize size);
/* The timestamp of the first (or last) line in whole lines that has one; STAMP_NONE where none
 * has. */
gint64 logbytes_first(const char *bytes, gsize size);
gint64 logbytes_last(const char *bytes, gsize size);
/* TRUE where the moment may be asked for as sinceTime: "2026-11-24T08:13:00Z" of its whole
 * second. */
gboolean logbytes_since(gint64 ns, char out[static STAMP_CHARS]);
