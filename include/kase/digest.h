/*
 * digest - SHA-256, all at once or as bytes come.  Any thread; one digest, one thread at a time.
 *
 * Source: FIPS 180-4.
 */
#pragma once

#include <glib.h>

#define DIGEST_CHARS 65 /* 64 hexadecimal digits in lower case, and a NUL */

struct digest;

struct digest *digest_new(void);
void digest_free(struct digest *d); /* accepts NULL */
typedef struct digest digest;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(digest, digest_free)

void digest_add(struct digest *d, const void *data, gsize size);

/* The digest of all that was added so far; more may be added after. */
const char *digest_peek(const struct digest *d, char out[static DIGEST_CHARS]);

/* The digest of `size` bytes at `data`, into `out`; returns `out`. */
const char *digest_of(const void *data, gsize size, char out[static DIGEST_CHARS]);
