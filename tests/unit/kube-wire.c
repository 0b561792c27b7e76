#include "kube-wire.h"

#include "../lib/loop.h"

#include <glib/gstdio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <string.h>

#define YEAR_S (365L * 24 * 3600)

/* --- keys in the forms that people have ------------------------------------------------------- */

static char *bio_text(BIO *bio)
{
	char *data = NULL;
	long size = BIO_get_mem_data(bio, &data);
	char *text = g_strndup(data, size);

	BIO_free(bio);
	return text;
}

static char *older_form(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());

	g_assert_true(PEM_write_bio_PrivateKey_traditional(bio, key, NULL, NULL, 0, NULL, NULL));
	return bio_text(bio);
}

static char *sec1(const char *pem)
{
	BIO *bio = BIO_new_mem_buf(pem, -1);
	EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
	char *text = older_form(key);

	EVP_PKEY_free(key);
	BIO_free(bio);
	return text;
}

/* A certificate that signed itself. */
static char *self_signed(EVP_PKEY *key, const char *name)
{
	X509 *certificate = X509_new();
	X509_NAME *subject = X509_get_subject_name(certificate);
	BIO *bio = BIO_new(BIO_s_mem());

	X509_set_version(certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
	X509_gmtime_adj(X509_getm_notBefore(certificate), -YEAR_S);
	X509_gmtime_adj(X509_getm_notAfter(certificate), YEAR_S);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const guchar *)name, -1, -1, 0);
	X509_set_issuer_name(certificate, subject);
	X509_set_pubkey(certificate, key);
	g_assert_true(X509_sign(certificate, key, EVP_sha256()));
	g_assert_true(PEM_write_bio_X509(bio, certificate));
	X509_free(certificate);
	return bio_text(bio);
}

/* --- words ------------------------------------------------------------------------------------ */

static void add_word(struct wire *w, const char *name, char *text)
{
	g_hash_table_insert(w->words, g_strdup(name), text);
}

/* Takes `pem`. */
static void add_pem(struct wire *w, const char *name, char *pem)
{
	g_autofree char *coded = g_strconcat(name, "64", NULL);

	add_word(w, name, pem);
	add_word(w, coded, g_base64_encode((const guchar *)pem, strlen(pem)));
}

/* One for all: making it takes its time. */
static EVP_PKEY *rsa_key(void)
{
	static EVP_PKEY *key;

	if (!key)
		key = EVP_RSA_gen(2048);
	return key;
}

static void add_words(struct wire *w)
{
	EVP_PKEY *rsa = rsa_key();

	add_word(w, "@D", g_strdup(w->folder));
	add_word(w, "@URL", g_strdup(drill_url(w->server)));
	add_word(w, "@PORT", g_strdup_printf("%u", drill_port(w->server)));
	add_word(w, "@PROXY", g_strdup(proxy_url(w->http_proxy)));
	add_word(w, "@SOCKS", g_strdup(proxy_url(w->socks_proxy)));
	add_pem(w, "@CA", g_strdup(drill_ca_pem(w->server)));
	add_pem(w, "@CERT", g_strdup(drill_client_certificate_pem(w->server)));
	add_pem(w, "@KEY", g_strdup(drill_client_key_pem(w->server)));
	add_pem(w, "@SEC1", sec1(drill_client_key_pem(w->server)));
	add_pem(w, "@RSAKEY", older_form(rsa));
	add_pem(w, "@RSACERT", self_signed(rsa, "stranger"));
	add_pem(w, "@OTHERCA", self_signed(rsa, "other CA"));
}

/* The longest word that the text begins with, or NULL. */
static const char *word_at(const struct wire *w, const char *text)
{
	const char *found = NULL;
	GHashTableIter words;
	void *name;

	g_hash_table_iter_init(&words, w->words);
	while (g_hash_table_iter_next(&words, &name, NULL))
		if (g_str_has_prefix(text, name) && (!found || strlen(name) > strlen(found)))
			found = name;
	return found;
}

char *wire_expand(const struct wire *w, const char *text)
{
	GString *out = g_string_new(NULL);

	while (*text) {
		const char *word = *text == '@' ? word_at(w, text) : NULL;

		if (word)
			g_string_append(out, g_hash_table_lookup(w->words, word));
		else
			g_string_append_c(out, *text);
		text += word ? strlen(word) : 1;
	}
	return g_string_free(out, FALSE);
}

/* --- server and files ------------------------------------------------------------------------- */

struct wire *wire_new(const struct drill_plan *plan)
{
	struct wire *w = g_new0(struct wire, 1);
	g_autoptr(GError) error = NULL;

	w->server = drill_start(plan, &error);
	g_assert_no_error(error);
	w->folder = scratch_make();
	w->http_proxy = proxy_start(PROXY_HTTP);
	w->socks_proxy = proxy_start(PROXY_SOCKS5);
	w->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	add_words(w);
	return w;
}

void wire_free(struct wire *w)
{
	if (!w)
		return;
	http_free(w->http);
	drill_stop(w->server);
	proxy_stop(w->http_proxy);
	proxy_stop(w->socks_proxy);
	scratch_remove(w->folder);
	g_hash_table_unref(w->words);
	g_free(w);
}

void wire_write(const struct wire *w, const char *name, const char *text)
{
	g_autofree char *whole = wire_expand(w, text);
	g_autofree char *path = scratch_path(w->folder, name);
	g_autofree char *parent = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
	g_free(scratch_write(w->folder, name, whole));
	if (g_str_has_prefix(text, "#!"))
		g_assert_cmpint(g_chmod(path, 0700), ==, 0);
}

char *wire_read(const struct wire *w, const char *name)
{
	g_autofree char *path = scratch_path(w->folder, name);
	char *text = NULL;

	return g_file_get_contents(path, &text, NULL, NULL) ? text : g_strdup("");
}

/* --- asking ----------------------------------------------------------------------------------- */

struct http *wire_open(const struct wire *w, const char *path, const char *context, GError **error)
{
	g_autofree char *file = path ? wire_expand(w, path) : NULL;
	g_autoptr(kubeconfig) config = kubeconfig_load(file, error);
	struct kube_access *access = config ? kubeconfig_access(config, context, error) : NULL;

	return access ? http_new(NULL, access, "kase/test (linux/amd64)", error) : NULL;
}

static void on_done(void *user, const struct http_head *head, GBytes *body, const GError *error)
{
	struct outcome *o = user;

	o->done = TRUE;
	o->status = head ? head->status : 0;
	o->clock_offset_ns = head ? head->clock_offset_ns : 0;
	o->body = body ? g_bytes_ref(body) : NULL;
	o->error = error ? g_error_copy(error) : NULL;
}

void wire_ask(struct http *h, const struct http_call *call, struct outcome *o)
{
	struct http_call asked = *call;

	asked.done = on_done;
	asked.user = o;
	http_get(h, &asked);
	g_assert_true(loop_until(&o->done));
}

struct outcome *wire_get(struct http *h, const char *path)
{
	struct outcome *o = g_new0(struct outcome, 1);

	wire_ask(h, &(struct http_call){ .path = path }, o);
	return o;
}

void outcome_free(struct outcome *o)
{
	if (!o)
		return;
	g_clear_pointer(&o->body, g_bytes_unref);
	g_clear_error(&o->error);
	g_free(o);
}

/* --- against a server that goes wrong --------------------------------------------------------- */

struct wire *wire_faulty(const struct drill_fault *fault)
{
	struct wire *w = wire_new(&(struct drill_plan){ .faults = fault,
							.fault_count = fault && fault->path ? 1 : 0,
							.hurry = WIRE_HURRY });
	g_autoptr(GError) error = NULL;

	wire_write(w, "config", WIRE_CONFIG);
	w->http = wire_open(w, "@D/config", NULL, &error);
	g_assert_no_error(error);
	return w;
}

/* One line, no escape, no secret: what a person reads. */
void wire_check_error(const GError *error, int code)
{
	if (code == WIRE_OK) {
		g_assert_no_error(error);
		return;
	}
	g_assert_error(error, KUBE_ERROR, code);
	g_test_message("  %s", error->message);
	g_assert_null(strpbrk(error->message, "\n\r\033"));
}

char *wire_pods_version(void)
{
	g_autoptr(wire) w = wire_faulty(NULL);
	g_autoptr(outcome) o = wire_get(w->http, "/api/v1/pods?limit=1");
	g_autoptr(json_tree)
		list = json_parse(g_bytes_get_data(o->body, NULL), g_bytes_get_size(o->body), NULL);
	char *version = g_strdup(json_string(list, "metadata.resourceVersion"));

	g_assert_nonnull(version);
	return version;
}
