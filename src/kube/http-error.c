#include "http-private.h"

#include <kase/text.h>

#include <string.h>

#define NAMES_CELLS 200

/* What a code of libcurl's means before the answer's head is whole, and after. */
struct failure {
	CURLcode result;
	enum kube_error before, after;
	const char *what, *next;
};

#define CUT_SHORT    KUBE_ERROR_UNREACHABLE, KUBE_ERROR_CUT
#define ALWAYS(code) code, code

static const char is_it_up[] = "is the API server up, and may this machine reach it?";

static const struct failure failures[] = {
	{ CURLE_COULDNT_RESOLVE_HOST, ALWAYS(KUBE_ERROR_UNREACHABLE), "its name is not known",
	  "check the server's name in the kubeconfig, and the network" },
	{ CURLE_COULDNT_RESOLVE_PROXY, ALWAYS(KUBE_ERROR_UNREACHABLE),
	  "the proxy's name is not known", "check proxy-url in the kubeconfig, or HTTPS_PROXY" },
	{ CURLE_COULDNT_CONNECT, ALWAYS(KUBE_ERROR_UNREACHABLE), "no connection", is_it_up },
	{ CURLE_PROXY, ALWAYS(KUBE_ERROR_UNREACHABLE), "the proxy did not let it through",
	  "check proxy-url in the kubeconfig, or HTTPS_PROXY" },
	{ CURLE_OPERATION_TIMEDOUT, CUT_SHORT, "no byte in time", is_it_up },
	{ CURLE_GOT_NOTHING, CUT_SHORT, "it closed the connection without an answer", is_it_up },
	{ CURLE_SEND_ERROR, CUT_SHORT, "the connection broke", is_it_up },
	{ CURLE_RECV_ERROR, CUT_SHORT, "the connection broke", is_it_up },
	{ CURLE_PARTIAL_FILE, CUT_SHORT, "the answer ended early", "try again" },
	{ CURLE_SSL_CONNECT_ERROR, ALWAYS(KUBE_ERROR_UNREACHABLE), "no TLS connection", is_it_up },
	{ CURLE_PEER_FAILED_VERIFICATION, ALWAYS(KUBE_ERROR_CERTIFICATE),
	  "its certificate is not to be trusted",
	  "certificate-authority must be the CA of this cluster" },
	{ CURLE_SSL_CACERT_BADFILE, ALWAYS(KUBE_ERROR_CERTIFICATE),
	  "the certificate authority cannot be read",
	  "correct certificate-authority in the kubeconfig" },
	{ CURLE_SSL_CERTPROBLEM, ALWAYS(KUBE_ERROR_CERTIFICATE),
	  "the client certificate or its key cannot be used",
	  "correct client-certificate and client-key in the kubeconfig" },
	{ CURLE_BAD_CONTENT_ENCODING, ALWAYS(KUBE_ERROR_GARBLED),
	  "the answer says gzip, and is none", "if a proxy spoils it, set disable-compression" },
	{ CURLE_WEIRD_SERVER_REPLY, ALWAYS(KUBE_ERROR_GARBLED), "what answers there speaks no HTTP",
	  "check scheme and port of the server in the kubeconfig" },
	{ CURLE_UNSUPPORTED_PROTOCOL, ALWAYS(KUBE_ERROR_GARBLED),
	  "what answers there speaks no HTTP",
	  "check scheme and port of the server in the kubeconfig" },
};

static const struct failure other_failure = { .before = KUBE_ERROR_UNREACHABLE,
					      .after = KUBE_ERROR_CUT,
					      .what = "the request failed",
					      .next = "try again" };

/* What TLS itself said tells more than libcurl's code; the first that stands in its words
 * counts. */
static const struct words {
	const char *said;
	enum kube_error code;
	const char *what, *next;
} tls_words[] = {
	{ " alert ", KUBE_ERROR_CREDENTIAL, "it does not take our client certificate",
	  "is it of this cluster, and has it expired?" },
	{ "wrong version number", KUBE_ERROR_CONFIG, "it speaks no TLS there",
	  "check scheme and port of the server in the kubeconfig" },
	{ "has expired", KUBE_ERROR_CERTIFICATE, "its certificate has expired",
	  "have it renewed, and compare this machine's clock" },
	{ "not yet valid", KUBE_ERROR_CERTIFICATE, "its certificate is not valid yet",
	  "compare this machine's clock" },
	{ "does not match", KUBE_ERROR_CERTIFICATE, "its certificate is for another name",
	  "set tls-server-name to one that it carries" },
	{ "alternative certificate subject name", KUBE_ERROR_CERTIFICATE,
	  "its certificate is for another name", "set tls-server-name to one that it carries" },
};

/* It is not followed: the credential is for this server. */
static const char to_another_url[] = "is the server's URL in the kubeconfig right?";

static const struct refusal {
	int status;
	enum kube_error code;
	const char *next; /* NULL where the server's message says it best */
} refusals[] = {
	{ 301, KUBE_ERROR_REFUSED, to_another_url },
	{ 302, KUBE_ERROR_REFUSED, to_another_url },
	{ 307, KUBE_ERROR_REFUSED, to_another_url },
	{ 308, KUBE_ERROR_REFUSED, to_another_url },
	{ 401, KUBE_ERROR_CREDENTIAL, "log in again" },
	{ 403, KUBE_ERROR_DENIED, NULL },
	{ 404, KUBE_ERROR_NOT_FOUND, NULL },
	{ 407, KUBE_ERROR_UNREACHABLE, "the proxy wants a login: add it to proxy-url" },
	{ 410, KUBE_ERROR_GONE, "list again" },
	{ 429, KUBE_ERROR_BUSY, "wait, then try again" },
	{ 503, KUBE_ERROR_BUSY, "wait, then try again" },
	{ 504, KUBE_ERROR_BUSY, "wait, then try again" },
};

/* --- libcurl's -------------------------------------------------------------------------------- */

static const struct failure *failure_find(CURLcode result)
{
	for (gsize i = 0; i < G_N_ELEMENTS(failures); i++)
		if (failures[i].result == result)
			return &failures[i];
	return &other_failure;
}

static const struct words *tls_words_find(const struct transfer *t, CURLcode result)
{
	gboolean of_tls = result == CURLE_SSL_CONNECT_ERROR ||
			  result == CURLE_PEER_FAILED_VERIFICATION ||
			  (result == CURLE_RECV_ERROR && strstr(t->wrong, "SSL"));

	for (gsize i = 0; of_tls && i < G_N_ELEMENTS(tls_words); i++)
		if (strstr(t->wrong, tls_words[i].said))
			return &tls_words[i];
	return NULL;
}

/* Of a certificate that was not trusted: the names that it carries, in brackets after libcurl's
 * words; "" where they are not known.  Caller owns. */
static char *carried_names(const struct transfer *t, CURLcode result)
{
	static const char field[] = "X509v3 Subject Alternative Name:";
	struct curl_certinfo *chain = NULL;
	g_autofree char *names = NULL, *shown = NULL;

	if (result == CURLE_PEER_FAILED_VERIFICATION)
		curl_easy_getinfo(t->easy, CURLINFO_CERTINFO, &chain);
	if (!chain || chain->num_of_certs < 1)
		return g_strdup("");
	for (struct curl_slist *at = chain->certinfo[0]; at && !names; at = at->next)
		if (g_str_has_prefix(at->data, field))
			names = text_safe(at->data + strlen(field), -1);
	if (!names)
		return g_strdup("");
	shown = text_cut_end(names, NAMES_CELLS, FALSE);
	return g_strconcat("; it carries ", shown, NULL);
}

static GError *failure_error(const struct transfer *t, CURLcode result)
{
	const struct failure *failure = failure_find(result);
	const struct words *words = tls_words_find(t, result);
	enum kube_error code = t->answer.whole ? failure->after : failure->before;
	g_autofree char *detail = text_safe(*t->wrong ? t->wrong : curl_easy_strerror(result), -1);
	g_autofree char *names = carried_names(t, result);

	return g_error_new(KUBE_ERROR, (int)(words ? words->code : code), "%s: %s (%s%s); %s",
			   t->http->shown, words ? words->what : failure->what, detail, names,
			   words ? words->next : failure->next);
}

/* --- the server's ----------------------------------------------------------------------------- */

static GError *refusal_error(const struct transfer *t)
{
	const struct answer *a = &t->answer;
	g_autoptr(GBytes) body = a->body ? g_bytes_new(a->body->data, a->body->len) : NULL;
	g_autofree char *message = kube_status_message(&a->head, body);

	if (a->head.status < 300)
		return g_error_new(KUBE_ERROR, KUBE_ERROR_GARBLED,
				   "%s: a web page came instead of an answer; a proxy or gateway "
				   "stands between",
				   t->http->shown);
	for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++)
		if (refusals[i].status == a->head.status)
			return g_error_new(KUBE_ERROR, (int)refusals[i].code, "%s: %s%s%s",
					   t->http->shown, message, refusals[i].next ? "; " : "",
					   refusals[i].next ?: "");
	return g_error_new(KUBE_ERROR, KUBE_ERROR_REFUSED, "%s: %s", t->http->shown, message);
}

GError *transfer_verdict(struct transfer *t, CURLcode result)
{
	if (t->answer.error)
		return g_steal_pointer(&t->answer.error);
	if (t->answer.refused)
		return refusal_error(t);
	if (result == CURLE_WRITE_ERROR)
		return g_error_new(KUBE_ERROR, KUBE_ERROR_CANCELLED, "%s: stopped", t->http->shown);
	if (result == CURLE_OK && !t->answer.whole) /* libcurl takes half a head for one */
		result = CURLE_GOT_NOTHING;
	return result == CURLE_OK ? NULL : failure_error(t, result);
}
