#include "withhold-walk.h"

#include <string.h>

/*
 * A walk over the bytes, since a tree of a large List has no room.  An object's kind may stand
 * behind its values, and a List's behind its items: so where members stand that may have to be
 * withheld is noted, and judged when the object ends.
 *
 *  1. `notes` holds the members of the objects that are open; an object drops its own when it ends.
 *  2. `cuts` may have one in another while the walk goes on; they are set in order when it ends.
 *  3. A walk that only steps over what was walked already has no `notes`, and judges nothing.
 *  4. Names and kinds count in any case of their letters: some readers do not look at it.
 */

#define TELL_BYTES (4 << 20)

static const struct {
	const char *name;
	enum role role;
} roles[] = {
	{ "kind", ROLE_KIND },
	{ "data", ROLE_VALUES },
	{ "stringData", ROLE_VALUES },
	{ "binaryData", ROLE_VALUES },
	{ "metadata", ROLE_METADATA },
	{ "annotations", ROLE_ANNOTATIONS },
	{ "items", ROLE_ITEMS },
	{ "rows", ROLE_ROWS },
	{ "columnDefinitions", ROLE_COLUMNS },
	{ "apiVersion", ROLE_VERSION },
};

/* --- steps ----------------------------------------------------------------------------------- */

void walk_skip_space(struct walk *w)
{
	while (w->at < w->end && *w->at && strchr(" \t\r\n", *w->at))
		w->at++;
}

gboolean walk_take(struct walk *w, char c)
{
	walk_skip_space(w);
	if (w->at >= w->end || *w->at != c)
		return FALSE;
	w->at++;
	return TRUE;
}

struct json_slice walk_slice(const struct walk *w, const char *begin)
{
	return (struct json_slice){ (gsize)(begin - w->data), (gsize)(w->at - begin) };
}

/* A string with its quotes. */
gboolean walk_take_string(struct walk *w, struct json_slice *slice)
{
	const char *begin;

	walk_skip_space(w);
	begin = w->at;
	if (!walk_take(w, '"'))
		return FALSE;
	while (w->at < w->end && *w->at != '"') {
		if ((guchar)*w->at < 0x20)
			return FALSE;
		w->at += *w->at == '\\' && w->end - w->at > 1 ? 2 : 1;
	}
	if (!walk_take(w, '"'))
		return FALSE;
	*slice = walk_slice(w, begin);
	return TRUE;
}

static gboolean walk_scalar(struct walk *w)
{
	const char *begin = w->at;

	while (w->at < w->end && *w->at && (g_ascii_isalnum(*w->at) || strchr("+-.", *w->at)))
		w->at++;
	return w->at > begin;
}

/* --- names and kinds ------------------------------------------------------------------------- */

static gboolean is_escaped(const struct walk *w, struct json_slice string)
{
	return memchr(w->data + string.offset, '\\', string.length) != NULL;
}

static enum role role_of_plain(const char *name, gsize size)
{
	for (gsize i = 0; i < G_N_ELEMENTS(roles); i++)
		if (strlen(roles[i].name) == size &&
		    !g_ascii_strncasecmp(roles[i].name, name, size))
			return roles[i].role;
	return ROLE_NONE;
}

enum role role_of(const struct walk *w, struct json_slice name)
{
	g_autofree char *plain = NULL;

	if (!is_escaped(w, name))
		return role_of_plain(w->data + name.offset + 1, name.length - 2);
	plain = json_slice_string(w->data, name);
	return plain ? role_of_plain(plain, strlen(plain)) : ROLE_NONE;
}

static const struct {
	const char *kind;
	guint being;
} beings[] = {
	{ "Secret", IS_HOLDER },
	{ "ConfigMap", IS_HOLDER },
	{ "PartialObjectMetadata", IS_HOLDER },
	{ "SecretList", IS_LIST_OF_HOLDERS },
	{ "ConfigMapList", IS_LIST_OF_HOLDERS },
	{ "PartialObjectMetadataList", IS_LIST_OF_HOLDERS },
	{ "List", IS_LIST_OF_ANY },
	{ "Table", IS_TABLE },
};

guint being_of(const struct walk *w, struct json_slice kind)
{
	g_autofree char *text = json_slice_string(w->data, kind);

	if (!text)
		return 0;
	g_strstrip(text);
	for (gsize i = 0; i < G_N_ELEMENTS(beings); i++)
		if (!g_ascii_strcasecmp(text, beings[i].kind))
			return IS_NAMED | beings[i].being;
	return IS_NAMED;
}

/* --- objects --------------------------------------------------------------------------------- */

static void tell_top(struct withhold_top *top, struct note note)
{
	switch (note.role) {
	case ROLE_KIND:
		top->kind = note.value;
		break;
	case ROLE_VERSION:
		top->version = note.value;
		break;
	case ROLE_METADATA:
		top->metadata = note.value;
		break;
	case ROLE_ITEMS:
		top->items = note.value;
		break;
	default:
		break;
	}
}

static gboolean walk_member(struct walk *w, guint *being)
{
	struct json_slice name;
	struct note note;
	const char *begin;

	if (!walk_take_string(w, &name) || !walk_take(w, ':'))
		return FALSE;
	walk_skip_space(w);
	begin = w->at;
	if (!walk_value(w))
		return FALSE;
	if (!w->notes)
		return TRUE;
	note = (struct note){ role_of(w, name), walk_slice(w, begin) };
	if (w->top && w->depth == 1)
		tell_top(w->top, note);
	if (note.role == ROLE_KIND)
		*being |= being_of(w, note.value);
	else if (note.role != ROLE_NONE)
		g_array_append_val(w->notes, note);
	return TRUE;
}

static gboolean walk_object(struct walk *w)
{
	guint first = w->notes ? w->notes->len : 0, being = 0;

	if (!walk_take(w, '}')) {
		do
			if (!walk_member(w, &being))
				return FALSE;
		while (walk_take(w, ','));
		if (!walk_take(w, '}'))
			return FALSE;
	}
	return !w->notes || judge_object(w, first, being);
}

static gboolean walk_array(struct walk *w)
{
	if (walk_take(w, ']'))
		return TRUE;
	do
		if (!walk_value(w))
			return FALSE;
	while (walk_take(w, ','));
	return walk_take(w, ']');
}

static gboolean has(const char *text, gsize size, const char *word)
{
	return text && memmem(text, size, word, strlen(word));
}

/* A document in a text: a copy that some tool keeps, a message that prints one. */
static gboolean holds_document(const struct walk *w, struct json_slice string)
{
	const char *text = w->data + string.offset;
	g_autofree char *plain = NULL;

	if (string.length < strlen("\"kind:Secret data:{\""))
		return FALSE;
	if (!has(text, string.length, "\\u") && !has(text, string.length, "Secret") &&
	    !has(text, string.length, "ConfigMap") && !has(text, string.length, "Table"))
		return FALSE;
	plain = json_slice_string(w->data, string);
	return !plain || withhold_names_both(plain, strlen(plain));
}

static gboolean walk_string(struct walk *w)
{
	struct json_slice string;

	if (!walk_take_string(w, &string))
		return FALSE;
	if (w->notes && holds_document(w, string))
		g_array_append_val(w->cuts, string);
	return TRUE;
}

static gboolean walk_nested(struct walk *w, gboolean (*walk)(struct walk *w))
{
	gboolean ok = ++w->depth <= JSON_MAX_DEPTH && walk(w);

	w->depth--;
	return ok;
}

static void tell_passed(struct walk *w)
{
	if (!w->text->passed || w->at - w->told < TELL_BYTES)
		return;
	w->told = w->at;
	w->text->passed(w->text->user, (gsize)(w->at - w->data));
}

gboolean walk_value(struct walk *w)
{
	tell_passed(w);
	walk_skip_space(w);
	if (w->at >= w->end)
		return FALSE;
	if (walk_take(w, '{'))
		return walk_nested(w, walk_object);
	if (walk_take(w, '['))
		return walk_nested(w, walk_array);
	return *w->at == '"' ? walk_string(w) : walk_scalar(w);
}
