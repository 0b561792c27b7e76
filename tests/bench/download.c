/*
 * download - what a list costs when nothing is done with it: its pages by bare libcurl, one connection an answer under
 * way, gzip, HTTP/1.1, kept alive.  Prints {"pages": 41, "bytes": 120000000, "wire_bytes": 9000000, "seconds": 3.210}.
 *
 *	download [--ahead] CA CERTIFICATE KEY URL...
 *
 * The pages of one list are asked for one after another; with --ahead the next one as soon as the token for it has been
 * seen, three at most at a time.  CERTIFICATE and KEY are files of PEM.
 */
#include <curl/curl.h>
#include <glib.h>
#include <stdio.h>
#include <string.h>

#define PAGE_ROWS  500
#define AHEAD      3
#define HEAD_BYTES 16384 /* a List's metadata stands before its items */

struct page {
	CURL *easy;
	char head[HEAD_BYTES + 1];
	gsize kept;
	gboolean told; /* its token, or that it has none, is known */
	guint64 bytes;
};

static struct {
	CURLM *multi;
	struct page pages[AHEAD];
	GPtrArray *idle; /* of struct page * */
	guint running, bound;
	const char *url; /* of the list */
	char *next; /* the token of the page to ask for; "" for the first one; NULL: none is known */
	guint64 page_count, bytes, wire_bytes;
	gboolean failed;
} d;

static void look_for_token(struct page *p)
{
	const char *items = strstr(p->head, "\"items\":"),
		   *token = strstr(p->head, "\"continue\":\"");

	if (token && strchr(token + 12, '"')) {
		d.next = g_strndup(token + 12, (gsize)(strchr(token + 12, '"') - token - 12));
		p->told = TRUE;
	} else if (items) {
		p->told = TRUE;
	}
}

static size_t take(char *bytes, size_t size, size_t count, void *user)
{
	struct page *p = user;
	gsize kept = MIN(size * count, HEAD_BYTES - p->kept);

	p->bytes += size * count;
	if (!p->told) {
		memcpy(p->head + p->kept, bytes, kept);
		p->kept += kept;
		p->head[p->kept] = 0;
		look_for_token(p);
	}
	return size * count;
}

static void ask(void)
{
	struct page *p = g_ptr_array_steal_index(d.idle, d.idle->len - 1);
	g_autofree char *token = d.next, *escaped = g_uri_escape_string(token, NULL, FALSE);
	g_autofree char *url = g_strdup_printf("%s%climit=%d%s%s", d.url,
					       strchr(d.url, '?') ? '&' : '?', PAGE_ROWS,
					       *escaped ? "&continue=" : "", escaped);

	d.next = NULL;
	p->kept = 0;
	p->bytes = 0;
	p->told = FALSE;
	curl_easy_setopt(p->easy, CURLOPT_URL, url);
	curl_multi_add_handle(d.multi, p->easy);
	d.running++;
}

static void finish(CURL *easy, CURLcode result)
{
	struct page *p = NULL;
	long status = 0;
	curl_off_t wire = 0;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &p);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &wire);
	curl_multi_remove_handle(d.multi, easy);
	g_ptr_array_add(d.idle, p);
	d.running--;
	d.page_count++;
	d.bytes += p->bytes;
	d.wire_bytes += (guint64)wire;
	if (result == CURLE_OK && status == 200)
		return;
	fprintf(stderr, "download: %s: %ld, %s\n", d.url, status, curl_easy_strerror(result));
	d.failed = TRUE;
}

static void download_list(const char *url)
{
	int still = 0, left = 0;

	d.url = url;
	d.next = g_strdup("");
	while (!d.failed && (d.running || d.next)) {
		CURLMsg *message;

		/* With a bound of one, a token waits for the page that told it. */
		while (d.next && d.running < d.bound)
			ask();
		curl_multi_perform(d.multi, &still);
		while ((message = curl_multi_info_read(d.multi, &left)))
			finish(message->easy_handle, message->data.result);
		if (d.running && !(d.next && d.running < d.bound))
			curl_multi_poll(d.multi, NULL, 0, 1000, NULL);
	}
}

static void set_up(struct page *p, char **files)
{
	p->easy = curl_easy_init();
	curl_easy_setopt(p->easy, CURLOPT_CAINFO, files[0]);
	curl_easy_setopt(p->easy, CURLOPT_SSLCERT, files[1]);
	curl_easy_setopt(p->easy, CURLOPT_SSLKEY, files[2]);
	curl_easy_setopt(p->easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(p->easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(p->easy, CURLOPT_BUFFERSIZE, 524288L);
	curl_easy_setopt(p->easy, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(p->easy, CURLOPT_WRITEDATA, p);
	curl_easy_setopt(p->easy, CURLOPT_PRIVATE, p);
	g_ptr_array_add(d.idle, p);
}

int main(int argc, char **argv)
{
	gboolean ahead = argc > 1 && !strcmp(argv[1], "--ahead");
	char **files = argv + 1 + ahead;
	gint64 began = g_get_monotonic_time();

	if (argc < 5 + ahead) {
		fputs("usage: download [--ahead] CA CERTIFICATE KEY URL...\n", stderr);
		return 2;
	}
	curl_global_init(CURL_GLOBAL_DEFAULT);
	d.multi = curl_multi_init();
	d.idle = g_ptr_array_new();
	d.bound = ahead ? AHEAD : 1;
	for (gsize i = 0; i < G_N_ELEMENTS(d.pages); i++)
		set_up(&d.pages[i], files);
	for (char **url = files + 3; *url && !d.failed; url++)
		download_list(*url);
	printf("{\"pages\": %" G_GUINT64_FORMAT ", \"bytes\": %" G_GUINT64_FORMAT
	       ", \"wire_bytes\": %" G_GUINT64_FORMAT ", \"seconds\": %.3f}\n",
	       d.page_count, d.bytes, d.wire_bytes, (double)(g_get_monotonic_time() - began) / 1e6);
	return d.failed;
}
