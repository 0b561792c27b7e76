/*
 * keys - made new at each start and kept in memory alone: nothing that could be trusted by
 * mistake lies anywhere.
 */
#include "parts.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#define DAY_S (24 * 3600)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BIO, BIO_free_all)

struct wish {
	const char *name, *organization;
	const char *usage; /* extendedKeyUsage; NULL: a CA */
	const char *names; /* subjectAltName, or NULL */
	long from_s, to_s; /* from now on */
};

static const struct wish ca_wish = { .name = "drill CA", .from_s = -DAY_S, .to_s = 365 * DAY_S };
static const struct wish client_wish = { .name = "trainee",
					 .organization = "drill:trainees",
					 .usage = "clientAuth",
					 .from_s = -DAY_S,
					 .to_s = 365 * DAY_S };

#define GOOD_NAMES "IP:127.0.0.1,IP:::1,DNS:localhost,DNS:drill.kase.test"
static const struct wish server_wishes[] = {
	[DRILL_CERTIFICATE_GOOD] = { "drill", NULL, "serverAuth", GOOD_NAMES, -DAY_S, 365 * DAY_S },
	[DRILL_CERTIFICATE_EXPIRED] = { "drill", NULL, "serverAuth", GOOD_NAMES, -2 * DAY_S,
					-DAY_S },
	[DRILL_CERTIFICATE_WRONG_NAME] = { "other", NULL, "serverAuth", "DNS:other.kase.test",
					   -DAY_S, 365 * DAY_S },
	[DRILL_CERTIFICATE_FOREIGN] = { "drill", NULL, "serverAuth", GOOD_NAMES, -DAY_S,
					365 * DAY_S },
};

static gboolean extend(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;
	gboolean ok;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	ok = extension && X509_add_ext(certificate, extension, -1);
	X509_EXTENSION_free(extension);
	return ok;
}

static gboolean add_extensions(X509 *certificate, X509 *issuer, const struct wish *w)
{
	gboolean ca = !w->usage;

	return extend(certificate, issuer, NID_basic_constraints,
		      ca ? "critical,CA:TRUE" : "critical,CA:FALSE") &&
	       extend(certificate, issuer, NID_key_usage,
		      ca ? "critical,keyCertSign" : "critical,digitalSignature") &&
	       extend(certificate, issuer, NID_subject_key_identifier, "hash") &&
	       extend(certificate, issuer, NID_authority_key_identifier, "keyid") &&
	       (ca || extend(certificate, issuer, NID_ext_key_usage, w->usage)) &&
	       (!w->names || extend(certificate, issuer, NID_subject_alt_name, w->names));
}

static gboolean add_name(X509 *certificate, const struct wish *w)
{
	X509_NAME *name = X509_get_subject_name(certificate);

	return (!w->organization ||
		X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8,
					   (const guchar *)w->organization, -1, -1, 0)) &&
	       X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const guchar *)w->name, -1,
					  -1, 0);
}

/* `issuer` NULL: signed by itself.  Caller owns; NULL where OpenSSL would not. */
static X509 *certify(const struct wish *w, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
	g_autoptr(X509) certificate = X509_new();

	if (!certificate)
		return NULL;
	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate),
				((guint64)g_random_int() << 16) | 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), w->from_s);
	X509_gmtime_adj(X509_getm_notAfter(certificate), w->to_s);
	if (!X509_set_pubkey(certificate, key) || !add_name(certificate, w))
		return NULL;
	X509_set_issuer_name(certificate, X509_get_subject_name(issuer ? issuer : certificate));
	if (!add_extensions(certificate, issuer ? issuer : certificate, w) ||
	    !X509_sign(certificate, issuer ? issuer_key : key, EVP_sha256()))
		return NULL;
	return g_steal_pointer(&certificate);
}

static char *bio_text(BIO *bio)
{
	char *data = NULL;
	long size = BIO_get_mem_data(bio, &data);

	return g_strndup(data, size);
}

static char *certificate_pem(X509 *certificate)
{
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());

	return PEM_write_bio_X509(bio, certificate) ? bio_text(bio) : NULL;
}

static char *key_pem(EVP_PKEY *key)
{
	g_autoptr(BIO) bio = BIO_new(BIO_s_mem());

	return PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) ? bio_text(bio)
										  : NULL;
}

static gboolean issue(const struct wish *w, X509 *ca, EVP_PKEY *ca_key, char **pem, char **key)
{
	g_autoptr(EVP_PKEY) pair = EVP_EC_gen("P-256");
	g_autoptr(X509) certificate = pair ? certify(w, pair, ca, ca_key) : NULL;

	if (!certificate)
		return FALSE;
	*pem = certificate_pem(certificate);
	*key = key_pem(pair);
	return *pem && *key;
}

gboolean keys_make(struct keys *k, enum drill_certificate certificate, GError **error)
{
	g_autoptr(EVP_PKEY) pair = EVP_EC_gen("P-256"), other_pair = EVP_EC_gen("P-256");
	g_autoptr(X509) ca = pair ? certify(&ca_wish, pair, NULL, NULL) : NULL;
	g_autoptr(X509) other = other_pair ? certify(&ca_wish, other_pair, NULL, NULL) : NULL;
	gboolean foreign = certificate == DRILL_CERTIFICATE_FOREIGN;

	if (ca && other && (k->ca_pem = certificate_pem(ca)) &&
	    issue(&server_wishes[certificate], foreign ? other : ca, foreign ? other_pair : pair,
		  &k->server_pem, &k->server_key_pem) &&
	    issue(&client_wish, ca, pair, &k->client_pem, &k->client_key_pem))
		return TRUE;
	g_set_error(error, DRILL_ERROR, DRILL_ERROR_START,
		    "cannot make keys for the drill: OpenSSL refuses P-256");
	return FALSE;
}

void keys_clear(struct keys *k)
{
	g_free(k->ca_pem);
	g_free(k->server_pem);
	g_free(k->server_key_pem);
	g_free(k->client_pem);
	g_free(k->client_key_pem);
	*k = (struct keys){ 0 };
}
