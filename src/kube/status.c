#include <kase/kube.h>
#include <kase/text.h>

#include <string.h>

#define SHOWN_CELLS 300

static const struct {
	int status;
	const char *word;
} words[] = {
	{ 301, "it sends elsewhere" },
	{ 302, "it sends elsewhere" },
	{ 307, "it sends elsewhere" },
	{ 308, "it sends elsewhere" },
	{ 400, "not understood" },
	{ 401, "not signed in, or no longer" },
	{ 403, "denied" },
	{ 404, "not found" },
	{ 406, "not to be had in this form" },
	{ 409, "conflict" },
	{ 410, "expired" },
	{ 413, "too large" },
	{ 422, "not valid" },
	{ 429, "too many requests" },
	{ 500, "the server failed" },
	{ 502, "a gateway failed" },
	{ 503, "not available now" },
	{ 504, "no answer in time" },
};

static const char *word_of(int status)
{
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (words[i].status == status)
			return words[i].word;
	return "refused";
}

/* The first line that is not empty, up to a tag. */
static char *first_words(const char *data, gsize size)
{
	const char *end = data + size, *begin;

	while (data < end && g_ascii_isspace(*data))
		data++;
	begin = data;
	while (data < end && *data != '\n' && *data != '\r' && *data != '<')
		data++;
	return text_safe(begin, data - begin);
}

/* What a Status says; else the beginning of what came. */
static char *said(GBytes *body)
{
	gsize size = body ? g_bytes_get_size(body) : 0;
	const char *data = size ? g_bytes_get_data(body, NULL) : "";
	g_autoptr(json_tree) status = json_parse(data, (gssize)size, NULL);
	const char *message = json_string(status, "message");
	g_autofree char *safe = message ? text_safe(message, -1) : first_words(data, size);

	return text_cut_end(safe, SHOWN_CELLS, FALSE);
}

char *kube_status_message(const struct http_head *head, GBytes *body)
{
	g_autofree char *message = said(body);

	if (!head)
		return g_strdup("no answer");
	return *message ? g_strdup_printf("%s (%d): %s", word_of(head->status), head->status,
					  message)
			: g_strdup_printf("%s (%d)", word_of(head->status), head->status);
}

gboolean kube_is_not_found(GBytes *body)
{
	static const char router[] = "404 page not found";
	gsize size = body ? g_bytes_get_size(body) : 0;
	const char *data = size ? g_bytes_get_data(body, NULL) : "";
	g_autoptr(json_tree) status = json_parse(data, (gssize)size, NULL);

	return !g_strcmp0(json_string(status, "kind"), "Status") ||
	       (size >= strlen(router) && !memcmp(data, router, strlen(router)));
}
