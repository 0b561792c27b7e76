/*
 * The annotation kubectl.kubernetes.io/last-applied-configuration of a Secret or ConfigMap holds
 * its values in clear, and other tools have annotations of their own for that: their values are
 * replaced on the bytes, everything else stays as it was received.
 *
 * A document is a List, one object, or lines of watch events.
 *
 * 1  Wherever a member has that name (with escapes in its spelling, too), its value is replaced;
 *    and in every object called `annotations` each value that kube_annotation_tells.
 * 2  A document is refused whole that cannot be parsed, in which the value of an annotation is
 *    neither a string nor null, or an object has the members that hold values: metadata alone was
 *    asked for, so whoever sends them did not understand the question.
 * 3  Strings have no control characters (RFC 8259, 7): a line of a watch that breaks off in one
 *    does not swallow the next.
 */
#include <kase/kube.h>

#include <string.h>

static const char annotation[] = "kubectl.kubernetes.io/last-applied-configuration";
static const char *const values[] = { "data", "stringData", "binaryData" };

/* Where objects stand in a document: itself, the elements of its `items`, its `object`. */
static const struct place {
	const char *member; /* of the document */
	int depth;          /* of the members of an object there */
} places[] = { { "items", 3 }, { "object", 2 } };

struct walk {
	const char *data, *end, *at;
	GString *out;     /* NULL until something was withheld */
	const char *kept; /* up to here all is in `out` */
	guint withheld;
	int depth;
	int annotations;           /* the depth of their names, while the walk is among them */
	const struct place *place; /* in which the walk is, or NULL */
	const char *why;           /* it goes no further, where that is no fault of the JSON's */
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
	while (w->at < w->end && *w->at != '"') {
		if ((guchar)*w->at < 0x20)
			return FALSE;
		w->at += *w->at == '\\' && w->end - w->at > 1 ? 2 : 1;
	}
	if (!take(w, '"'))
		return FALSE;
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

/* --- names ------------------------------------------------------------------------------------ */

/* A member's name, lent by the bytes where it is spelled plainly, else by `plain`. */
struct name {
	const char *bytes;
	gsize size;
	char *plain;
};

static gboolean take_name(struct walk *w, struct name *n)
{
	struct json_slice quoted;

	if (!take_string(w, &quoted))
		return FALSE;
	n->bytes = w->data + quoted.offset + 1;
	n->size = quoted.length - 2;
	if (!memchr(n->bytes, '\\', n->size))
		return TRUE;
	n->plain = json_slice_string(w->data, quoted);
	if (!n->plain)
		return FALSE;
	n->bytes = n->plain;
	n->size = strlen(n->plain);
	return TRUE;
}

static gboolean name_is(const struct name *n, const char *text)
{
	return n->size == strlen(text) && memcmp(n->bytes, text, n->size) == 0;
}

/* --- the walk --------------------------------------------------------------------------------- */

static gboolean walk_value(struct walk *w);

static gboolean tells(const struct walk *w, const struct name *n, struct json_slice value)
{
	g_autofree char *name = g_strndup(n->bytes, n->size);
	g_autofree char *text = json_slice_string(w->data, value);

	return name_is(n, annotation) || !text || kube_annotation_tells(name, text);
}

static gboolean walk_annotation(struct walk *w, const struct name *n)
{
	struct json_slice value;

	skip_space(w);
	if (w->end - w->at >= 4 && memcmp(w->at, "null", 4) == 0)
		return walk_value(w);
	if (!take_string(w, &value))
		return FALSE;
	if (tells(w, n, value))
		withhold(w, value);
	return TRUE;
}

static gboolean walk_annotations(struct walk *w)
{
	int before = w->annotations;
	gboolean ok;

	w->annotations = w->depth + 1;
	ok = walk_value(w);
	w->annotations = before;
	return ok;
}

static gboolean holds_values(const struct walk *w, const struct name *n)
{
	if (w->depth != 1 && !(w->place && w->depth == w->place->depth))
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
		if (name_is(n, values[i]))
			return TRUE;
	return FALSE;
}

static void enter_place(struct walk *w, const struct name *n)
{
	if (w->depth != 1)
		return;
	w->place = NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(places); i++)
		if (name_is(n, places[i].member))
			w->place = &places[i];
}

static gboolean walk_named(struct walk *w, const struct name *n)
{
	if (!take(w, ':'))
		return FALSE;
	if (name_is(n, annotation) || w->depth == w->annotations)
		return walk_annotation(w, n);
	if (holds_values(w, n)) {
		w->why = "it holds more than the metadata that was asked for";
		return FALSE;
	}
	enter_place(w, n);
	return name_is(n, "annotations") ? walk_annotations(w) : walk_value(w);
}

static gboolean walk_member(struct walk *w)
{
	struct name n = { 0 };
	gboolean ok = take_name(w, &n) && walk_named(w, &n);

	g_free(n.plain);
	return ok;
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

static gboolean walk_document(struct walk *w)
{
	w->place = NULL;
	return w->at < w->end && *w->at == '{' && walk_value(w);
}

GBytes *kube_withhold(GBytes *body, guint *withheld, GError **error)
{
	gsize size;
	const char *data = g_bytes_get_data(body, &size);
	struct walk w = { .data = data, .end = data + size, .at = data };
	gboolean ok = TRUE;

	for (skip_space(&w); ok && w.at < w.end; skip_space(&w))
		ok = walk_document(&w);
	if (withheld)
		*withheld = w.withheld;
	if (!ok) {
		g_set_error(error, KUBE_ERROR, KUBE_ERROR_GARBLED,
			    "what came of secrets or configmaps is not kept: %s, at byte %td",
			    w.why ?: "it cannot be understood", w.at - data);
		if (w.out)
			g_string_free(w.out, TRUE);
		return NULL;
	}
	if (!w.out)
		return g_bytes_ref(body);
	g_string_append_len(w.out, w.kept, w.end - w.kept);
	return g_string_free_to_bytes(w.out);
}
