#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

/* Shorter words are names and numbers that people need to read. */
#define MASK_FROM_CHARS 20

void secret_free(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	g_free(text);
}

void secret_freev(char **texts)
{
	for (gsize i = 0; texts && texts[i]; i++)
		secret_free(texts[i]);
	g_free(texts);
}

void secret_tree_wipe(struct cJSON *tree)
{
	char *text = (char *)json_text(tree);

	if (text)
		explicit_bzero(text, strlen(text));
	for (const struct cJSON *n = json_first(tree); n; n = json_next(n))
		secret_tree_wipe((struct cJSON *)n);
}

void secret_tree_free(struct cJSON *tree)
{
	secret_tree_wipe(tree);
	json_free(tree);
}

/* realloc would leave the old bytes behind. */
static void buffer_grow(struct secret_buffer *b, gsize room)
{
	char *bytes = g_malloc(room);

	if (b->size)
		memcpy(bytes, b->bytes, b->size);
	if (b->bytes)
		explicit_bzero(b->bytes, b->room);
	g_free(b->bytes);
	b->bytes = bytes;
	b->room = room;
}

void secret_buffer_append(struct secret_buffer *b, const char *bytes, gsize size)
{
	gsize needed = b->size + size + 1;

	if (needed > b->room)
		buffer_grow(b, MAX(needed, MAX(b->room * 2, 4096)));
	memcpy(b->bytes + b->size, bytes, size);
	b->size += size;
	b->bytes[b->size] = '\0';
}

void secret_buffer_clear(struct secret_buffer *b)
{
	if (b->bytes)
		explicit_bzero(b->bytes, b->room);
	g_free(b->bytes);
	*b = (struct secret_buffer){ 0 };
}

static void buffer_free(void *data)
{
	secret_buffer_clear(data);
	g_free(data);
}

GBytes *secret_buffer_take(struct secret_buffer *b)
{
	struct secret_buffer *kept = g_memdup2(b, sizeof *b);

	*b = (struct secret_buffer){ 0 };
	return g_bytes_new_with_free_func(kept->bytes, kept->size, buffer_free, kept);
}

static gboolean fail_errno(int number, GError **error)
{
	g_set_error_literal(error, G_FILE_ERROR, g_file_error_from_errno(number),
			    g_strerror(number));
	return FALSE;
}

static gboolean read_all(int fd, gsize max, struct secret_buffer *b, GError **error)
{
	char chunk[4096];
	ssize_t n;

	while ((n = read(fd, chunk, sizeof chunk)) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail_errno(errno, error);
		secret_buffer_append(b, chunk, n);
		if (b->size > max) {
			g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
				    "larger than %" G_GSIZE_FORMAT " bytes", max);
			return FALSE;
		}
	}
	explicit_bzero(chunk, sizeof chunk);
	return TRUE;
}

GBytes *secret_read(const char *path, gsize max, GError **error)
{
	struct secret_buffer b = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	gboolean whole;

	if (fd < 0) {
		fail_errno(errno, error);
		return NULL;
	}
	whole = read_all(fd, max, &b, error);
	close(fd);
	if (whole)
		return secret_buffer_take(&b);
	secret_buffer_clear(&b);
	return NULL;
}

GBytes *secret_base64(const char *text)
{
	struct secret_buffer b = { 0 };
	gsize body, padding;

	for (const char *at = text; *at; at++)
		if (!g_ascii_isspace(*at))
			secret_buffer_append(&b, at, 1);
	body = b.size ? strspn(b.bytes, BASE64) : 0;
	padding = b.size ? strspn(b.bytes + body, "=") : 0;
	if (!body || body + padding != b.size || b.size % 4 || padding > 2) {
		secret_buffer_clear(&b);
		return NULL;
	}
	g_base64_decode_inplace(b.bytes, &b.size);
	return secret_buffer_take(&b);
}

gboolean secret_fits_header(const char *bytes, gsize size)
{
	for (gsize i = 0; i < size; i++)
		if (g_ascii_iscntrl(bytes[i]))
			return FALSE;
	return TRUE;
}

static gboolean in_word(char c)
{
	return g_ascii_isalnum(c) || (c && strchr("_+=~-", c));
}

/* Words of one case without digits are prose, names and hosts; tokens and keys are never so. */
static gboolean looks_secret(const char *word, gsize length)
{
	gboolean upper = FALSE, lower = FALSE, digit = FALSE;

	for (gsize i = 0; i < length; i++) {
		upper |= g_ascii_isupper(word[i]);
		lower |= g_ascii_islower(word[i]);
		digit |= g_ascii_isdigit(word[i]);
	}
	return length >= MASK_FROM_CHARS && (digit || (upper && lower));
}

char *secret_mask(const char *safe)
{
	GString *out = g_string_new(NULL);

	for (const char *at = safe; *at;) {
		gsize length = 0;

		while (in_word(at[length]))
			length++;
		if (looks_secret(at, length))
			g_string_append(out, "***");
		else
			g_string_append_len(out, at, MAX(length, 1));
		at += MAX(length, 1);
	}
	return g_string_free(out, FALSE);
}
