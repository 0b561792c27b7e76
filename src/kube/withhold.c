/*
 * The annotation kubectl.kubernetes.io/last-applied-configuration of a Secret or ConfigMap holds its values in clear: its value is
 * replaced on the bytes, everything else stays as it was received.
 *
 * A document is a List, one object, or lines of watch events.  Wherever an object has metadata.annotations with that key (with
 * escapes in its spelling, too), its value is replaced.  What cannot be parsed is refused whole, and so is a value of it that is neither a
 * string nor null.
 */
#include <kase/kube.h>

#include <string.h>

static const char annotation[] = "kubectl.kubernetes.io/last-applied-configuration";

struct walk {
	const char *data, *end, *at;
	GString *out;     /* NULL until something was withheld */
	const char *kept; /* up to here all is in `out` */
	guint withheld;
	int depth;
};

static void skip_space(struct walk *w)
{
	while (w->at < w->end && strchr(" \t\r\n", *w->at) && *w->at)
		w->at++;
}

static gboolean take(struct walk *w, char c)
{
	skip_space(w);
	if (w->at >= w->end || *w->at != c)
		return FALSE;
	w->at++;
	return TRUE;
}

/* A string with its quotes. */
static gboolean take_string(struct walk *w, struct json_slice *slice)
{
	const char *begin;

	skip_space(w);
	begin = w->at;
	if (!take(w, '"'))
		return FALSE;
	while (w->at < w->end && *w->at != '"')
		w->at += *w->at == '\\' ? 2 : 1;
	if (w->at >= w->end)
		return FALSE;
	w->at++;
	slice->offset = (gsize)(begin - w->data);
	slice->length = (gsize)(w->at - begin);
	return TRUE;
}

static void withhold(struct walk *w, struct json_slice value)
{
	const char *begin = w->data + value.offset;

	if (!w->out) {
		w->out = g_string_sized_new((gsize)(w->end - w->data));
		w->kept = w->data;
	}
	g_string_append_len(w->out, w->kept, begin - w->kept);
	g_string_append_printf(w->out, "\"withheld:%" G_GSIZE_FORMAT " bytes\"", value.length - 2);
	w->kept = begin + value.length;
	w->withheld++;
}

static gboolean key_is_annotation(const struct walk *w, struct json_slice key)
{
	g_autofree char *name = NULL;

	if (key.length < sizeof annotation + 1)
		return FALSE;
	if (key.length == sizeof annotation + 1)
		return memcmp(w->data + key.offset + 1, annotation, sizeof annotation - 1) == 0 ||
		       memchr(w->data + key.offset, '\\', key.length);
	if (!memchr(w->data + key.offset, '\\', key.length))
		return FALSE;
	name = json_slice_string(w->data, key);
	return g_strcmp0(name, annotation) == 0;
}

static gboolean walk_value(struct walk *w);

static gboolean walk_member(struct walk *w)
{
	struct json_slice key, value;

	if (!take_string(w, &key) || !take(w, ':'))
		return FALSE;
	skip_space(w);
	if (!key_is_annotation(w, key))
		return walk_value(w);
	if (w->end - w->at >= 4 && memcmp(w->at, "null", 4) == 0)
		return walk_value(w);
	if (!take_string(w, &value))
		return FALSE;
	withhold(w, value);
	return TRUE;
}

static gboolean walk_members(struct walk *w, char close, gboolean (*one)(struct walk *w))
{
	gboolean ok = ++w->depth <= JSON_MAX_DEPTH;

	if (ok && !take(w, close)) {
		do
			ok = one(w);
		while (ok && take(w, ','));
		ok = ok && take(w, close);
	}
	w->depth--;
	return ok;
}

static gboolean walk_scalar(struct walk *w)
{
	const char *begin = w->at;

	while (w->at < w->end && (g_ascii_isalnum(*w->at) || strchr("+-.", *w->at)) && *w->at)
		w->at++;
	return w->at > begin;
}

static gboolean walk_value(struct walk *w)
{
	struct json_slice ignored;

	skip_space(w);
	if (w->at >= w->end)
		return FALSE;
	if (take(w, '{'))
		return walk_members(w, '}', walk_member);
	if (take(w, '['))
		return walk_members(w, ']', walk_value);
	return *w->at == '"' ? take_string(w, &ignored) : walk_scalar(w);
}

GBytes *kube_withhold(GBytes *body, guint *withheld, GError **error)
{
	gsize size;
	const char *data = g_bytes_get_data(body, &size);
	struct walk w = { .data = data, .end = data + size, .at = data };
	gboolean ok = TRUE;

	for (skip_space(&w); ok && w.at < w.end; skip_space(&w))
		ok = walk_value(&w);
	if (withheld)
		*withheld = w.withheld;
	if (!ok) {
		g_set_error(error, KUBE_ERROR, KUBE_ERROR_GARBLED,
			    "what came of secrets or configmaps cannot be understood at byte %td, "
			    "and is not kept",
			    w.at - data);
		if (w.out)
			g_string_free(w.out, TRUE);
		return NULL;
	}
	if (!w.out)
		return g_bytes_ref(body);
	g_string_append_len(w.out, w.kept, w.end - w.kept);
	return g_string_free_to_bytes(w.out);
}
