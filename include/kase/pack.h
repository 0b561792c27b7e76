/*
 * pack - zstd, as chunks of evidence are stored.  Any thread (a compression context a thread).
 *
 * A packed frame holds the plain size and a checksum, so that `zstd -d` reads it and says
 * when it is damaged.
 *
 * Source: RFC 8878.
 */
#pragma once

#include <glib.h>

#define PACK_ERROR (pack_error_quark())
enum pack_error {
	PACK_ERROR_CORRUPT, /* no frame, a damaged one, or one of another size than told */
};
GQuark pack_error_quark(void);

/* Packed at level 1.  The caller owns the result. */
GBytes *pack(const void *data, gsize size);

/*
 * Unpack a frame of exactly `plain_bytes` bytes.  Never allocates more than that, whatever the frame
 * says.  The caller owns the result.
 */
GBytes *pack_open(const void *data, gsize size, gsize plain_bytes, GError **error);
