#include "fetch.h"

#include <curl/curl.h>
#include <string.h>

#define TIMEOUT_MS 30000

struct state {
	const struct fetch *f;
	struct reply *r;
	guint lines;
};

static size_t on_body(char *bytes, size_t one, size_t size, void *user)
{
	struct state *s = user;

	g_string_append_len(s->r->body, bytes, size);
	for (size_t i = 0; i < size; i++)
		s->lines += bytes[i] == '\n';
	if ((s->f->max_lines && s->lines >= s->f->max_lines) ||
	    (s->f->max_bytes && s->r->body->len >= s->f->max_bytes))
		return 0;
	return size;
}

static size_t on_header(char *bytes, size_t one, size_t size, void *user)
{
	struct state *s = user;
	g_autofree char *line = g_strstrip(g_strndup(bytes, size));
	char *colon = strchr(line, ':');

	if (colon && !g_str_has_prefix(line, "HTTP/"))
		g_hash_table_insert(s->r->headers, g_ascii_strdown(line, colon - line),
				    g_strstrip(g_strdup(colon + 1)));
	return size;
}

static void set_blob(CURL *curl, CURLoption option, const char *pem)
{
	struct curl_blob blob = { .data = (void *)pem,
				  .len = pem ? strlen(pem) : 0,
				  .flags = CURL_BLOB_COPY };

	if (pem)
		curl_easy_setopt(curl, option, &blob);
}

static struct curl_slist *list_of(const char *const *texts)
{
	struct curl_slist *list = NULL;

	for (guint i = 0; texts && texts[i]; i++)
		list = curl_slist_append(list, texts[i]);
	return list;
}

struct reply *fetch(const struct fetch *f)
{
	CURL *curl = curl_easy_init();
	struct reply *r = g_new0(struct reply, 1);
	struct state s = { .f = f, .r = r };
	struct curl_slist *headers = list_of(f->headers);
	struct curl_slist *connect_to = list_of((const char *[]){ f->connect_to, NULL });

	r->body = g_string_new(NULL);
	r->headers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	curl_easy_setopt(curl, CURLOPT_URL, f->url);
	curl_easy_setopt(curl, CURLOPT_NOPROXY, f->proxy ? "" : "*");
	curl_easy_setopt(curl, CURLOPT_PROXY, f->proxy);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_CONNECT_TO, connect_to);
	curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, f->method);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, f->timeout_ms ? f->timeout_ms : TIMEOUT_MS);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, &s);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, &s);
	set_blob(curl, CURLOPT_CAINFO_BLOB, f->ca_pem);
	set_blob(curl, CURLOPT_SSLCERT_BLOB, f->certificate_pem);
	set_blob(curl, CURLOPT_SSLKEY_BLOB, f->key_pem);
	r->code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &r->status);
	curl_slist_free_all(headers);
	curl_slist_free_all(connect_to);
	curl_easy_cleanup(curl);
	return r;
}

void reply_free(struct reply *r)
{
	if (!r)
		return;
	g_string_free(r->body, TRUE);
	g_hash_table_unref(r->headers);
	g_free(r);
}

const char *reply_header(const struct reply *r, const char *name)
{
	return g_hash_table_lookup(r->headers, name);
}
