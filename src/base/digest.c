#include <kase/digest.h>

#include <openssl/evp.h>

#define DIGEST_BYTES 32

struct digest {
	EVP_MD_CTX *context;
};

/* Fetched once: libcrypto would look it up again for each digest. */
static const EVP_MD *sha256(void)
{
	static gsize once;
	static EVP_MD *md;

	if (g_once_init_enter(&once)) {
		md = EVP_MD_fetch(NULL, "SHA256", NULL);
		g_once_init_leave(&once, 1);
	}
	return md;
}

/*
 * libcrypto refuses SHA-256 only where it is broken or out of memory: nothing recorded would hold.
 */
static void must(int done)
{
	g_assert(done == 1);
}

static const char *write_hex(const guint8 bytes[static DIGEST_BYTES], char out[static DIGEST_CHARS])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < DIGEST_BYTES; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * DIGEST_BYTES] = '\0';
	return out;
}

struct digest *digest_new(void)
{
	struct digest *d = g_new0(struct digest, 1);

	d->context = EVP_MD_CTX_new();
	must(EVP_DigestInit_ex2(d->context, sha256(), NULL));
	return d;
}

void digest_free(struct digest *d)
{
	if (!d)
		return;
	EVP_MD_CTX_free(d->context);
	g_free(d);
}

void digest_add(struct digest *d, const void *data, gsize size)
{
	must(EVP_DigestUpdate(d->context, data, size));
}

const char *digest_peek(const struct digest *d, char out[static DIGEST_CHARS])
{
	guint8 bytes[DIGEST_BYTES];
	EVP_MD_CTX *copy = EVP_MD_CTX_new();

	must(EVP_MD_CTX_copy_ex(copy, d->context));
	must(EVP_DigestFinal_ex(copy, bytes, NULL));
	EVP_MD_CTX_free(copy);
	return write_hex(bytes, out);
}

const char *digest_of(const void *data, gsize size, char out[static DIGEST_CHARS])
{
	guint8 bytes[DIGEST_BYTES];

	must(EVP_Digest(data, size, bytes, NULL, sha256(), NULL));
	return write_hex(bytes, out);
}
