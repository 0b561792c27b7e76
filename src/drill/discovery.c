#include "parts.h"

#include <string.h>

#define AGGREGATED "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"

static const struct page {
	const char *path;
	const char *file;       /* of the recording, */
	const char *aggregated; /* or this where that is asked for */
	const char *text;
	gboolean open; /* to the anonymous, too */
} pages[] = {
	{ .path = "/version", .file = "version.json", .open = TRUE },
	{ .path = "/api", .file = "api.json", .aggregated = "api.aggregated.json" },
	{ .path = "/apis", .file = "apis.json", .aggregated = "apis.aggregated.json" },
	{ .path = "/livez", .text = "ok", .open = TRUE },
	{ .path = "/readyz", .text = "ok", .open = TRUE },
	{ .path = "/healthz", .text = "ok", .open = TRUE },
};

static struct answer *no_page(void)
{
	return answer_text(404, "404 page not found\n");
}

static struct answer *file_answer(const struct visit *v, const char *name, const char *content_type)
{
	GBytes *body = recording_file(v->server->recording, name);

	return body ? answer_body(200, content_type, g_bytes_ref(body)) : no_page();
}

static struct answer *page_answer(struct visit *v, const struct page *p)
{
	const char *accept = visit_header(v, "Accept");
	struct answer *denied = p->open ? NULL : access_denied(v);

	if (denied)
		return denied;
	if (p->text)
		return answer_text(200, p->text);
	if (p->aggregated && accept && strstr(accept, "as=APIGroupDiscoveryList"))
		return file_answer(v, p->aggregated, AGGREGATED);
	return file_answer(v, p->file, "application/json");
}

/* "/apis/GROUP", cut from the list of groups. */
static struct answer *group_answer(struct visit *v, const char *group)
{
	GBytes *all = recording_file(v->server->recording, "apis.json");
	g_autoptr(GArray) slices = g_array_new(FALSE, FALSE, sizeof(struct json_slice));
	const char *data = all ? g_bytes_get_data(all, NULL) : "";

	if (all)
		json_scan_array(data, g_bytes_get_size(all), "groups", slices, NULL);
	for (guint i = 0; i < slices->len; i++) {
		struct json_slice s = g_array_index(slices, struct json_slice, i);
		g_autofree char *name = json_scan_string(data + s.offset, s.length, "name");
		GString *out;

		if (g_strcmp0(name, group) != 0)
			continue;
		out = g_string_new("{\"kind\":\"APIGroup\",\"apiVersion\":\"v1\",");
		g_string_append_len(out, data + s.offset + 1, s.length - 1);
		g_string_append_c(out, '\n');
		return answer_json(out);
	}
	return no_page();
}

/* "/api/VERSION", "/apis/GROUP/VERSION" */
static struct answer *version_answer(struct visit *v, const char *group, const char *version)
{
	g_autofree char *name = g_strdup_printf("resources/%s_%s.json", group, version);

	return file_answer(v, name, "application/json");
}

/* Something in a group that is there, or not. */
static struct answer *no_such_resource(struct visit *v, const char *group, const char *version)
{
	g_autofree char *name = g_strdup_printf("resources/%s_%s.json", group, version);

	return recording_file(v->server->recording, name) ? answer_no_resource() : no_page();
}

struct answer *discovery_answer(struct visit *v)
{
	char **segments = v->segments;
	guint n = g_strv_length(segments);
	gboolean core = n > 1 && g_str_equal(segments[0], "api"),
		 named = n > 1 && g_str_equal(segments[0], "apis");
	struct answer *denied;

	for (gsize i = 0; i < G_N_ELEMENTS(pages); i++)
		if (g_str_equal(pages[i].path, v->path))
			return page_answer(v, &pages[i]);
	denied = access_denied(v);
	if (denied)
		return denied;
	if (core)
		return n == 2 ? version_answer(v, "core", segments[1])
			      : no_such_resource(v, "core", segments[1]);
	if (named && n == 2)
		return group_answer(v, segments[1]);
	if (named)
		return n == 3 ? version_answer(v, segments[1], segments[2])
			      : no_such_resource(v, segments[1], segments[2]);
	return no_page();
}
