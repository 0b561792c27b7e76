/*
 * libyaml gives events; this makes trees of them.
 *
 * What holds:
 *  1. No tree is deeper than JSON_MAX_DEPTH, aliases counted, so that nothing that walks one
 *     recurses further.
 *  2. All that aliases copy together is at most MAX_GROWTH_BYTES: ten lines of YAML can name a
 *     billion nodes.
 *  3. An anchor can be named only once its node is whole: no tree holds itself.
 */
#include <kase/yaml.h>

#include <string.h>
#include <yaml.h>

#include "yaml-scalar.h"

#define MAX_GROWTH_BYTES (16 * 1024 * 1024)
#define NODE_BYTES       64 /* what a node costs beside its text */

struct reader {
	yaml_parser_t parser;
	yaml_event_t event;  /* the one that is being read */
	GHashTable *anchors; /* char * → const struct cJSON *, of a document or of `loose` */
	GPtrArray *loose;    /* nodes with an anchor, in no tree: keys, and values replaced */
	gsize growth_bytes;
	gboolean plain; /* what is ambiguous is refused */
};

// clang-format off
G_DEFINE_QUARK(kase-yaml-error, yaml_error)
// clang-format on

static struct cJSON *read_node(struct reader *r, int depth, GError **error);

static void free_node(void *node)
{
	json_free(node);
}

/* --- errors -------------------------------------------------------------------------------- */

/* Always NULL, so that a reading function can return it. */
static void *fail(enum yaml_error code, const yaml_mark_t *mark, const char *what, GError **error)
{
	g_set_error(error, YAML_ERROR, code, "YAML: %s at line %zu, column %zu", what,
		    mark->line + 1, mark->column + 1);
	return NULL;
}

static gboolean next_event(struct reader *r, GError **error)
{
	yaml_event_delete(&r->event);
	if (yaml_parser_parse(&r->parser, &r->event))
		return TRUE;
	/* The reader of bytes, which refuses what is no UTF-8, leaves its problem's place unset. */
	fail(YAML_ERROR_SYNTAX,
	     r->parser.error == YAML_READER_ERROR ? &r->parser.mark : &r->parser.problem_mark,
	     r->parser.problem ? r->parser.problem : "out of memory", error);
	return FALSE;
}

/* --- scalars ------------------------------------------------------------------------------- */

/* A scalar's text, NULs shown as U+FFFD.  Caller owns. */
static char *scalar_text(const yaml_event_t *event)
{
	return g_utf8_make_valid((const char *)event->data.scalar.value, event->data.scalar.length);
}

/* A tag says that it is a string ("!" does, too), or leaves what stands there to be judged. */
static gboolean is_string(const yaml_event_t *event)
{
	const char *tag = (const char *)event->data.scalar.tag;

	if (event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE)
		return TRUE;
	return tag && (!strcmp(tag, "!") || !strcmp(tag, YAML_STR_TAG));
}

static struct cJSON *scalar_node(const yaml_event_t *event)
{
	g_autofree char *text = scalar_text(event);

	return is_string(event) ? json_new_string(text) : yaml_plain_scalar(text);
}

/* --- what readers take differently ----------------------------------------------------------- */

static gboolean refuse_ambiguous(const struct reader *r, const char *what, GError **error)
{
	fail(YAML_ERROR_AMBIGUOUS, &r->event.start_mark, what, error);
	return FALSE;
}

static const yaml_char_t *tag_of(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return event->data.scalar.tag;
	case YAML_SEQUENCE_START_EVENT:
		return event->data.sequence_start.tag;
	case YAML_MAPPING_START_EVENT:
		return event->data.mapping_start.tag;
	default:
		return NULL;
	}
}

/* !!binary, !!set and those of programs change what a value is. */
static gboolean tag_is_plain(const struct reader *r, GError **error)
{
	static const char *const types[] = { YAML_STR_TAG,   YAML_INT_TAG,
					     YAML_FLOAT_TAG, YAML_BOOL_TAG,
					     YAML_NULL_TAG,  YAML_MAP_TAG,
					     YAML_SEQ_TAG,   "!" };
	const char *tag = (const char *)tag_of(&r->event);

	if (!r->plain || !tag)
		return TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
		if (!strcmp(tag, types[i]))
			return TRUE;
	return refuse_ambiguous(r, "a tag stands", error);
}

static gboolean key_is_plain(const struct reader *r, GHashTable *places, const char *key,
			     GError **error)
{
	if (!r->plain)
		return TRUE;
	if (!strcmp(key, "<<"))
		return refuse_ambiguous(r, "a merge key (<<) stands", error);
	return !g_hash_table_contains(places, key) ||
	       refuse_ambiguous(r, "a key stands twice in one mapping", error);
}

/* --- anchors ------------------------------------------------------------------------------- */

static void keep_anchor(struct reader *r, const char *anchor, struct cJSON *node)
{
	if (anchor && node)
		g_hash_table_replace(r->anchors, g_strdup(anchor), node);
}

/* What a copy of the tree costs, and how deep it is. */
static gsize measure(const struct cJSON *node, int depth, int *deepest)
{
	const char *text = json_text(node), *key = json_key(node);
	gsize bytes = NODE_BYTES + (text ? strlen(text) : 0) + (key ? strlen(key) : 0);

	*deepest = MAX(*deepest, depth);
	for (const struct cJSON *n = json_first(node); n; n = json_next(n))
		bytes += measure(n, depth + 1, deepest);
	return bytes;
}

/* Account for `bytes` that an alias copies; FALSE where that is too much. */
static gboolean grow(struct reader *r, gsize bytes, GError **error)
{
	r->growth_bytes += bytes;
	if (r->growth_bytes > MAX_GROWTH_BYTES)
		fail(YAML_ERROR_TOO_LARGE, &r->event.start_mark, "aliases grow without bound",
		     error);
	return r->growth_bytes <= MAX_GROWTH_BYTES;
}

/* The node that the alias at hand names.  Lent. */
static const struct cJSON *named_node(struct reader *r, GError **error)
{
	const struct cJSON *node = g_hash_table_lookup(r->anchors, r->event.data.alias.anchor);

	if (!node)
		fail(YAML_ERROR_SYNTAX, &r->event.start_mark, "an alias names no finished anchor",
		     error);
	return node;
}

static struct cJSON *read_alias(struct reader *r, int depth, GError **error)
{
	const struct cJSON *node = named_node(r, error);
	int deepest = depth;

	if (!node || !grow(r, measure(node, depth, &deepest), error))
		return NULL;
	if (deepest > JSON_MAX_DEPTH)
		return fail(YAML_ERROR_TOO_LARGE, &r->event.start_mark,
			    "aliases are nested too deep", error);
	return json_copy(node);
}

/* --- collections --------------------------------------------------------------------------- */

static struct cJSON *read_sequence(struct reader *r, int depth, GError **error)
{
	g_autoptr(json_tree) array = json_new_array();

	for (;;) {
		struct cJSON *node;

		if (!next_event(r, error))
			return NULL;
		if (r->event.type == YAML_SEQUENCE_END_EVENT)
			return g_steal_pointer(&array);
		node = read_node(r, depth + 1, error);
		if (!node)
			return NULL;
		json_add_take(array, node);
	}
}

static char *read_scalar_key(struct reader *r)
{
	char *key = scalar_text(&r->event);
	const char *anchor = (const char *)r->event.data.scalar.anchor;

	if (anchor) {
		struct cJSON *node = json_new_string(key);

		g_ptr_array_add(r->loose, node);
		keep_anchor(r, anchor, node);
	}
	return key;
}

static char *read_alias_key(struct reader *r, GError **error)
{
	const struct cJSON *node = named_node(r, error);
	const char *text = json_text(node);

	if (!node)
		return NULL;
	if (!text)
		return fail(YAML_ERROR_SYNTAX, &r->event.start_mark, "a key is no string", error);
	return grow(r, strlen(text), error) ? g_strdup(text) : NULL;
}

/* A key as JSON has it: the scalar's text, whatever it would mean.  Caller owns. */
static char *read_key(struct reader *r, GError **error)
{
	if (!tag_is_plain(r, error))
		return NULL;
	if (r->event.type == YAML_SCALAR_EVENT)
		return read_scalar_key(r);
	if (r->event.type == YAML_ALIAS_EVENT)
		return read_alias_key(r, error);
	return fail(YAML_ERROR_SYNTAX, &r->event.start_mark, "a key is no string", error);
}

/*
 * The members of a mapping in the order of their first mention; where a key comes again, its last
 * value.
 */
struct members {
	GPtrArray *keys, *values;
	GHashTable *places; /* char * (of `keys`) → index */
};

static void members_set(struct members *m, struct reader *r, char *key, struct cJSON *value)
{
	void *place;

	if (g_hash_table_lookup_extended(m->places, key, NULL, &place)) {
		void **slot = &m->values->pdata[GPOINTER_TO_UINT(place)];

		g_ptr_array_add(r->loose, *slot); /* anchors in it may still be named */
		*slot = value;
		g_free(key);
		return;
	}
	g_hash_table_insert(m->places, key, GUINT_TO_POINTER(m->keys->len));
	g_ptr_array_add(m->keys, key);
	g_ptr_array_add(m->values, value);
}

static struct cJSON *members_object(struct members *m)
{
	struct cJSON *object = json_new_object();

	for (guint i = 0; i < m->keys->len; i++)
		json_append_take(object, m->keys->pdata[i], m->values->pdata[i]);
	g_ptr_array_set_free_func(m->values, NULL);
	return object;
}

static gboolean read_members(struct reader *r, struct members *m, int depth, GError **error)
{
	for (;;) {
		g_autofree char *key = NULL;
		struct cJSON *value;

		if (!next_event(r, error))
			return FALSE;
		if (r->event.type == YAML_MAPPING_END_EVENT)
			return TRUE;
		key = read_key(r, error);
		if (!key || !key_is_plain(r, m->places, key, error) || !next_event(r, error))
			return FALSE;
		value = read_node(r, depth + 1, error);
		if (!value)
			return FALSE;
		members_set(m, r, g_steal_pointer(&key), value);
	}
}

static struct cJSON *read_mapping(struct reader *r, int depth, GError **error)
{
	struct members m = {
		.keys = g_ptr_array_new_with_free_func(g_free),
		.values = g_ptr_array_new_with_free_func(free_node),
		.places = g_hash_table_new(g_str_hash, g_str_equal),
	};
	struct cJSON *object = NULL;

	if (read_members(r, &m, depth, error))
		object = members_object(&m);
	g_hash_table_unref(m.places);
	g_ptr_array_unref(m.keys);
	g_ptr_array_unref(m.values);
	return object;
}

/* The node that the event at hand begins. */
static struct cJSON *read_node(struct reader *r, int depth, GError **error)
{
	g_autofree char *anchor = NULL;
	struct cJSON *node;

	if (depth > JSON_MAX_DEPTH)
		return fail(YAML_ERROR_TOO_LARGE, &r->event.start_mark, "it is nested too deep",
			    error);
	if (!tag_is_plain(r, error))
		return NULL;
	switch (r->event.type) {
	case YAML_SCALAR_EVENT:
		anchor = g_strdup((const char *)r->event.data.scalar.anchor);
		node = scalar_node(&r->event);
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = g_strdup((const char *)r->event.data.sequence_start.anchor);
		node = read_sequence(r, depth, error);
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = g_strdup((const char *)r->event.data.mapping_start.anchor);
		node = read_mapping(r, depth, error);
		break;
	default:
		return read_alias(r, depth, error);
	}
	keep_anchor(r, anchor, node);
	return node;
}

/* --- streams ------------------------------------------------------------------------------- */

/* Anchors end with their document. */
static gboolean read_document(struct reader *r, GPtrArray *documents, GError **error)
{
	struct cJSON *root;

	if (!next_event(r, error))
		return FALSE;
	root = read_node(r, 0, error);
	g_hash_table_remove_all(r->anchors);
	g_ptr_array_set_size(r->loose, 0);
	if (!root)
		return FALSE;
	if (json_type(root) == JSON_NULL)
		json_free(root);
	else
		g_ptr_array_add(documents, root);
	return next_event(r, error);
}

static gboolean read_stream(struct reader *r, GPtrArray *documents, GError **error)
{
	if (!next_event(r, error))
		return FALSE;
	for (;;) {
		if (!next_event(r, error))
			return FALSE;
		if (r->event.type == YAML_STREAM_END_EVENT)
			return TRUE;
		if (!read_document(r, documents, error))
			return FALSE;
	}
}

/* One document of JSON: faster so, and JSON may hold characters that YAML refuses. */
static gboolean read_json(const char *data, gsize size, GPtrArray *documents)
{
	struct cJSON *root;
	gsize i = 0;

	while (i < size && g_ascii_isspace(data[i]))
		i++;
	if (i == size || !strchr("{[", data[i]))
		return FALSE;
	root = json_parse(data, size, NULL);
	if (root)
		g_ptr_array_add(documents, root);
	return root != NULL;
}

static GPtrArray *parse(const char *data, gsize size, gboolean plain, GError **error)
{
	g_autoptr(GPtrArray) documents = g_ptr_array_new_with_free_func(free_node);
	struct reader r = { .plain = plain };
	gboolean read;

	if (!plain && read_json(data, size, documents))
		return g_steal_pointer(&documents);
	if (!yaml_parser_initialize(&r.parser))
		return fail(YAML_ERROR_TOO_LARGE, &r.parser.mark, "out of memory", error);
	yaml_parser_set_input_string(&r.parser, (const guchar *)data, size);
	r.anchors = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	r.loose = g_ptr_array_new_with_free_func(free_node);
	read = read_stream(&r, documents, error);
	yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	g_hash_table_unref(r.anchors);
	g_ptr_array_unref(r.loose);
	return read ? g_steal_pointer(&documents) : NULL;
}

GPtrArray *yaml_parse(const char *data, gsize size, GError **error)
{
	return parse(data, size, FALSE, error);
}

GPtrArray *yaml_parse_plain(const char *data, gsize size, GError **error)
{
	return parse(data, size, TRUE, error);
}
