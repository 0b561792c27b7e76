/*
 * secret - memory that holds tokens, keys and passwords: wiped before it is given back, and
 * never printed.  Any thread.
 */
#pragma once

#include <kase/json.h>

/* Strings and vectors of strings; both accept NULL. */
void secret_free(char *text);
void secret_freev(char **texts);
typedef char secret_text; /* for g_autoptr alone */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(secret_text, secret_free)

/* A tree with secrets in its strings; accepts NULL.  The first wipes and leaves it whole. */
void secret_tree_wipe(struct cJSON *tree);
void secret_tree_free(struct cJSON *tree);

/* Bytes that grow; start with zeros, end with secret_buffer_clear. */
struct secret_buffer {
	char *bytes; /* with a NUL after them once something was appended */
	gsize size, room;
};
void secret_buffer_append(struct secret_buffer *b, const char *bytes, gsize size);
/* Its bytes, wiped with the last reference; the buffer is empty then.  Caller owns. */
GBytes *secret_buffer_take(struct secret_buffer *b);
void secret_buffer_clear(struct secret_buffer *b);

/* A whole file, pipes too, of at most `max` bytes.  Caller owns.  NULL and a G_FILE_ERROR whose
 * message does not name the file. */
GBytes *secret_read(const char *path, gsize max, GError **error);

/* Standard base64 (RFC 4648, 4) with padding, white space between.  Caller owns.  NULL where it
 * is none. */
GBytes *secret_base64(const char *text);

/* May these bytes stand in a header?  Line breaks, NULs and other control characters may not. */
gboolean secret_fits_header(const char *bytes, gsize size);

/* A copy of safe text in which what looks like a token or a key is "***".  For words that a
 * program said of its own; nothing that is known to be a secret goes through here.  Caller owns. */
char *secret_mask(const char *safe);
