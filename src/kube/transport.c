/*
 * What the settings of a kubeconfig mean to libcurl.
 */
#include "http-private.h"
#include "secret.h"

#include <string.h>

#define CONNECT_SECONDS   10L
#define KEEPALIVE_SECONDS 30L
#define BEARER            "Authorization: Bearer "

static gboolean unusable(const struct http *h, const char *why, GError **error)
{
	g_set_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG, "server %s of cluster %s: %s",
		    h->access->server, h->access->cluster ?: "?", why);
	return FALSE;
}

/* A literal IPv6 address stands in brackets in a URL, and everywhere that a port follows. */
static char *bracketed(const char *host)
{
	return strchr(host, ':') ? g_strdup_printf("[%s]", host) : g_strdup(host);
}

/* With tls-server-name the URL carries that name, for SNI and verification, while the connection
 * goes to the real host and the Host header names it. */
static void set_names(struct http *h, const char *scheme, const char *host, int port)
{
	const char *tls_name = h->access->tls_server_name;
	g_autofree char *real = bracketed(host);

	h->shown = g_strdup_printf("%s:%d", real, port);
	h->base = g_strdup_printf("%s://%s:%d", scheme, real, port);
	if (!tls_name || !*tls_name) {
		h->origin = g_strdup_printf("%s://%s:%d", scheme, real, port);
		return;
	}
	h->origin = g_strdup_printf("%s://%s:%d", scheme, tls_name, port);
	h->host_header = g_strdup_printf("Host: %s:%d", real, port);
	{
		g_autofree char *way = g_strdup_printf("%s:%d:%s:%d", tls_name, port, real, port);

		h->connect_to = curl_slist_append(NULL, way);
	}
}

gboolean transport_set_up(struct http *h, GError **error)
{
	g_autoptr(GUri) uri = NULL;
	g_autofree char *whole = NULL;
	const char *scheme;
	int port;

	if (!h->access->server || !*h->access->server)
		return unusable(h, "no server is named", error);
	whole = strstr(h->access->server, "://") ? g_strdup(h->access->server)
						 : g_strconcat("https://", h->access->server, NULL);
	uri = g_uri_parse(whole, G_URI_FLAGS_ENCODED_PATH, NULL);
	if (!uri || !g_uri_get_host(uri) || !*g_uri_get_host(uri))
		return unusable(h, "is no URL", error);
	scheme = g_uri_get_scheme(uri);
	if (!g_str_equal(scheme, "https") && !g_str_equal(scheme, "http"))
		return unusable(h, "must begin with https:// or http://", error);
	port = g_uri_get_port(uri);
	if (port <= 0)
		port = g_str_equal(scheme, "https") ? 443 : 80;
	h->prefix = g_strdup(g_uri_get_path(uri));
	while (g_str_has_suffix(h->prefix, "/"))
		h->prefix[strlen(h->prefix) - 1] = '\0';
	set_names(h, scheme, g_uri_get_host(uri), port);
	return TRUE;
}

static void set_pem(CURL *easy, CURLoption option, GBytes *pem)
{
	struct curl_blob blob = { .flags = CURL_BLOB_NOCOPY };

	if (!pem)
		return;
	blob.data = (void *)g_bytes_get_data(pem, &blob.len);
	curl_easy_setopt(easy, option, &blob);
}

/* Names are resolved by a SOCKS proxy, as the API server's own clients have it. */
static void set_proxy(CURL *easy, const char *url)
{
	g_autofree char *resolving = NULL;

	if (!url || !*url)
		return; /* libcurl reads HTTPS_PROXY and NO_PROXY by itself */
	if (g_str_has_prefix(url, "socks5://"))
		resolving = g_strconcat("socks5h://", url + strlen("socks5://"), NULL);
	curl_easy_setopt(easy, CURLOPT_PROXY, resolving ?: url);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
}

static void set_trust(const struct http *h, CURL *easy)
{
	const struct kube_access *a = h->access;

	if (a->insecure) {
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
	curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L); /* for what is said of a wrong name */
	set_pem(easy, CURLOPT_CAINFO_BLOB, a->ca);
	if (a->ca) /* it alone: libcurl would look into the system's folder beside it */
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	if (!credential_certificate(h->credential))
		return;
	/* libcurl compares these bytes before it uses a kept connection: one made with another
	 * certificate, which keeps that identity, is not used for this one. */
	curl_easy_setopt(easy, CURLOPT_SSLCERTTYPE, "PEM");
	curl_easy_setopt(easy, CURLOPT_SSLKEYTYPE, "PEM");
	set_pem(easy, CURLOPT_SSLCERT_BLOB, credential_certificate(h->credential));
	set_pem(easy, CURLOPT_SSLKEY_BLOB, credential_key(h->credential));
}

void transport_configure(const struct http *h, CURL *easy)
{
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, KEEPALIVE_SECONDS);
	curl_easy_setopt(easy, CURLOPT_TCP_KEEPINTVL, KEEPALIVE_SECONDS);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, h->user_agent);
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 256L * 1024);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	if (h->connect_to)
		curl_easy_setopt(easy, CURLOPT_CONNECT_TO, h->connect_to);
	if (credential_basic(h->credential)) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(easy, CURLOPT_USERPWD, credential_basic(h->credential));
	}
	set_proxy(easy, h->access->proxy_url);
	set_trust(h, easy);
}

/* Caller owns; NULL where there is none. */
static char *bearer_line(const struct http *h)
{
	const char *bearer = credential_bearer(h->credential);

	return bearer ? g_strconcat(BEARER, bearer, NULL) : NULL;
}

gboolean transport_is_current(const struct http *h, const struct curl_slist *headers)
{
	g_autoptr(secret_text) bearer = bearer_line(h);

	while (headers && !g_str_has_prefix(headers->data, BEARER))
		headers = headers->next;
	return g_strcmp0(headers ? headers->data : NULL, bearer) == 0;
}

struct curl_slist *transport_headers(const struct http *h, const char *accept)
{
	g_autofree char *accepts = g_strconcat("Accept: ", accept, NULL);
	struct curl_slist *list = curl_slist_append(NULL, accepts);
	g_autoptr(secret_text) bearer = bearer_line(h);

	/* Without a value the field is not sent; what comes coded all the same is still undone. */
	if (h->access->no_compression)
		list = curl_slist_append(list, "Accept-Encoding:");
	if (h->host_header)
		list = curl_slist_append(list, h->host_header);
	if (bearer)
		list = curl_slist_append(list, bearer);
	for (const char *const *at = credential_headers(h->credential); at && *at; at++)
		list = curl_slist_append(list, *at);
	return list;
}

void transport_headers_free(struct curl_slist *headers)
{
	for (struct curl_slist *at = headers; at; at = at->next)
		explicit_bzero(at->data, strlen(at->data));
	curl_slist_free_all(headers);
}
