#include "contents.h"

#include <string.h>

#include <kase/subject.h>
#include <kase/yaml.h>

/*
 * Its first bytes say what it may be; each document must then be whole, and an object of Kubernetes
 * or a List.  What begins like one and is none is refused: as a log it would be lines without a
 * meaning.
 */

#define YAML_MAX_BYTES  ((gsize)64 << 20)
#define HEAD_BYTES      ((gsize)64 << 10)
#define CHARACTER_BYTES 4

enum reading { READ_NOT, READ_TAKEN, READ_REFUSED };

struct reader;
typedef enum reading (*read_function)(struct reader *r, GError **error);

struct reader {
	const struct withhold_text *text;
	struct contents *contents;
	char *why; /* it is no document, or NULL */
};

static gsize skip_space(const struct withhold_text *t, gsize at)
{
	while (at < t->size && g_ascii_isspace(t->data[at]))
		at++;
	return at;
}

static enum reading refuse(GError **error, enum withhold_error code, const char *what)
{
	g_set_error_literal(error, WITHHOLD_ERROR, code, what);
	return READ_REFUSED;
}

/* Why it is not what it was tried as, for who is told that it is nothing. */
static enum reading not_this(struct reader *r, const char *why)
{
	g_free(r->why);
	r->why = g_strdup(why);
	return READ_NOT;
}

static char *subject_of(const char *kind, const char *version, const char *namespace,
			const char *name)
{
	const char *slash = strchr(version, '/');
	g_autofree char *group = g_strndup(version, slash ? (gsize)(slash - version) : 0);

	return name ? subject_format(NULL, group, kind, namespace, name) : NULL;
}

/* --- JSON ------------------------------------------------------------------------------------ */

static char *string_in(const char *data, struct json_slice object, const char *key)
{
	return json_scan_string(data + object.offset, object.length, key);
}

/* TRUE where it is an object with a name, or a List; `whose` is its subject. */
static gboolean is_object(const char *data, const struct withhold_top *top, char **whose)
{
	g_autofree char *kind = top->kind.length ? json_slice_string(data, top->kind) : NULL;
	g_autofree char *version = top->version.length ? json_slice_string(data, top->version)
						       : NULL;
	g_autofree char *name = string_in(data, top->metadata, "name");
	g_autofree char *namespace = string_in(data, top->metadata, "namespace");

	if (!kind || !version || !(name || top->items.length))
		return FALSE;
	*whose = subject_of(kind, version, namespace, name);
	return TRUE;
}

/* The end of the object at `at`, or 0. */
static gsize read_object(struct reader *r, gsize at, char **whose, GError **error)
{
	struct withhold_top top = { 0 };
	gsize end = withhold_value(r->text, at, r->contents->cuts, &top, error);

	if (!end || is_object(r->text->data, &top, whose))
		return end;
	g_set_error(error, WITHHOLD_ERROR, WITHHOLD_ERROR_SYNTAX,
		    "what stands at byte %zu is no object with apiVersion, kind and a name", at);
	return 0;
}

/* A whole file that is an array is no log. */
static enum reading read_array(struct reader *r, GError **error)
{
	const struct withhold_text *t = r->text;
	g_autoptr(GError) wrong = NULL;
	gsize at = skip_space(t, 0);

	if (at == t->size || t->data[at] != '[')
		return READ_NOT;
	at = withhold_value(t, at, r->contents->cuts, NULL, &wrong);
	if (wrong && wrong->code == WITHHOLD_ERROR_UNSURE)
		return refuse(error, wrong->code, wrong->message);
	if (!at || skip_space(t, at) < t->size)
		return READ_NOT;
	return refuse(error, WITHHOLD_ERROR_SYNTAX,
		      "it is a JSON array; kubectl writes objects and Lists");
}

static enum reading read_json(struct reader *r, GError **error)
{
	struct contents *c = r->contents;
	g_autoptr(GError) wrong = NULL;
	guint objects = 0;

	for (gsize at = skip_space(r->text, 0); at < r->text->size; objects++) {
		g_autofree char *whose = NULL;

		if (r->text->data[at] != '{')
			return not_this(r, "something else stands between objects");
		at = read_object(r, at, &whose, &wrong);
		if (!at && wrong->code == WITHHOLD_ERROR_UNSURE)
			return refuse(error, wrong->code, wrong->message);
		if (!at)
			return not_this(r, wrong->message);
		at = skip_space(r->text, at);
		g_free(c->subject);
		c->subject = objects ? NULL : g_steal_pointer(&whose);
	}
	c->format = "json";
	c->withheld = c->cuts->len;
	return objects ? READ_TAKEN : READ_NOT;
}

/* --- YAML ------------------------------------------------------------------------------------ */

static const char *const beginnings[] = { "{",      "---",       "apiVersion:", "kind:",
					  "items:", "metadata:", "%YAML",       "#" };

static gboolean may_be_yaml(const struct withhold_text *t)
{
	gsize at = skip_space(t, 0);
	gsize next = at < t->size && t->data[at] == '{' ? skip_space(t, at + 1) : t->size;

	if (next < t->size && t->data[next] == '"')
		return FALSE; /* JSON, and was tried as that */
	for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++)
		if (t->size - at >= strlen(beginnings[i]) &&
		    !memcmp(t->data + at, beginnings[i], strlen(beginnings[i])))
			return TRUE;
	return FALSE;
}

static gboolean head_has(const struct withhold_text *t, const char *word)
{
	return memmem(t->data, MIN(t->size, HEAD_BYTES), word, strlen(word)) != NULL;
}

static gboolean head_has_line(const struct withhold_text *t, const char *word)
{
	g_autofree char *line = g_strconcat("\n", word, NULL);

	return head_has(t, line) ||
	       (t->size >= strlen(word) && !memcmp(t->data, word, strlen(word)));
}

/* Lines of JSON may be a log of anything. */
static gboolean begins_with_line_of_json(const struct withhold_text *t)
{
	const char *newline = memchr(t->data, '\n', t->size);
	g_autoptr(json_tree) line = newline ? json_parse(t->data, newline - t->data, NULL) : NULL;

	return line != NULL;
}

static gboolean looks_like_objects(const struct withhold_text *t)
{
	gsize at = skip_space(t, 0);

	if (at < t->size && t->data[at] == '{')
		return head_has(t, "apiVersion") && head_has(t, "kind") &&
		       !begins_with_line_of_json(t);
	return head_has_line(t, "apiVersion:") && head_has_line(t, "kind:");
}

static gboolean is_object_tree(const struct cJSON *tree)
{
	return json_string(tree, "kind") && json_string(tree, "apiVersion") &&
	       (json_string(tree, "metadata.name") || json_get(tree, "items"));
}

/* The tree with its values withheld.  NULL and `error` where that cannot be. */
static struct cJSON *withhold_tree(const struct cJSON *tree, guint *withheld, GError **error)
{
	g_autofree char *printed = json_print(tree), *kept = NULL;
	g_autoptr(GArray) cuts = g_array_new(FALSE, FALSE, sizeof(struct json_slice));
	struct withhold_text text = { .data = printed, .size = strlen(printed) };
	gsize size;

	if (!withhold_value(&text, 0, cuts, NULL, error))
		return NULL;
	*withheld += cuts->len;
	kept = withhold_apply(printed, text.size, cuts, &size);
	return json_parse(kept, (gssize)size, error);
}

/* What stands in comments is in no tree. */
static gboolean comments_may_tell(const struct withhold_text *t)
{
	return memchr(t->data, '#', t->size) && withhold_names_both(t->data, t->size);
}

static gboolean write_trees(struct contents *c, GPtrArray *trees, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < trees->len; i++) {
		g_autoptr(json_tree) kept = withhold_tree(trees->pdata[i], &c->withheld, error);
		g_autofree char *text = kept ? yaml_print(kept) : NULL;

		if (!text)
			return FALSE;
		g_string_append_printf(out, "%s%s", i ? "---\n" : "", text);
	}
	c->anew_bytes = out->len;
	c->anew = g_string_free(g_steal_pointer(&out), FALSE);
	return TRUE;
}

/* YAML is written anew where it held values: their places in the bytes cannot be told. */
static enum reading take_trees(struct reader *r, GPtrArray *trees, GError **error)
{
	struct contents *c = r->contents;
	const struct cJSON *only = trees->len == 1 ? trees->pdata[0] : NULL;

	if (!write_trees(c, trees, error))
		return READ_REFUSED;
	if (!c->withheld && !comments_may_tell(r->text))
		g_clear_pointer(&c->anew, g_free);
	c->format = "yaml";
	c->subject = only ? subject_of(json_string(only, "kind"), json_string(only, "apiVersion"),
				       json_string(only, "metadata.namespace"),
				       json_string(only, "metadata.name"))
			  : NULL;
	return READ_TAKEN;
}

static enum reading read_yaml(struct reader *r, GError **error)
{
	const struct withhold_text *t = r->text;
	g_autoptr(GPtrArray) trees = NULL;
	g_autoptr(GError) wrong = NULL;

	if (!may_be_yaml(t) || (r->why && !looks_like_objects(t)))
		return READ_NOT;
	if (t->size > YAML_MAX_BYTES)
		return not_this(r, "YAML larger than 64 MiB is not read; save it with -o json");
	trees = yaml_parse_plain(t->data, t->size, &wrong);
	if (!trees)
		return r->why ? READ_NOT : not_this(r, wrong->message);
	for (guint i = 0; i < trees->len; i++)
		if (!is_object_tree(trees->pdata[i]))
			return not_this(r,
					"a document is no object with apiVersion, kind and a name");
	return trees->len ? take_trees(r, trees, error) : READ_NOT;
}

/* --- logs ------------------------------------------------------------------------------------ */

static enum reading read_log(struct reader *r, GError **error)
{
	struct contents *c = r->contents;

	if (looks_like_objects(r->text)) {
		g_set_error(error, WITHHOLD_ERROR, WITHHOLD_ERROR_SYNTAX,
			    "it begins like objects of Kubernetes, but cannot be read as such: %s",
			    r->why ? r->why : "it is neither YAML nor JSON");
		return READ_REFUSED;
	}
	if (!withhold_log(r->text, c->cuts, error))
		return READ_REFUSED;
	c->format = "log";
	c->withheld = c->cuts->len;
	return READ_TAKEN;
}

/* --- the way in ------------------------------------------------------------------------------ */

static gboolean has_strange_controls(const char *text, gsize size)
{
	for (gsize i = 0; i < size; i++)
		if ((guchar)text[i] < 0x20 && !strchr("\t\n\v\f\r\b\033", text[i]))
			return TRUE;
	return FALSE;
}

/* Old text has bytes that are no UTF-8, or control characters; what is packed has both. */
static gboolean is_binary(const char *text, gsize size)
{
	const char *end;

	if (memchr(text, 0, size))
		return TRUE;
	if (!has_strange_controls(text, size) || g_utf8_validate_len(text, size, &end))
		return FALSE;
	return text + size - end >= CHARACTER_BYTES; /* the last may be cut */
}

static enum reading read_binary(struct reader *r, GError **error)
{
	if (!is_binary(r->text->data, MIN(r->text->size, HEAD_BYTES)))
		return READ_NOT;
	return refuse(error, WITHHOLD_ERROR_SYNTAX, "it is neither YAML, JSON nor a log");
}

gboolean contents_read(struct contents *c, const struct withhold_text *text, GError **error)
{
	static const read_function readers[] = { read_binary, read_array, read_json, read_yaml,
						 read_log };
	struct reader r = { .text = text, .contents = c };
	enum reading reading = READ_NOT;

	*c = (struct contents){ .cuts = g_array_new(FALSE, FALSE, sizeof(struct json_slice)) };
	for (gsize i = 0; reading == READ_NOT && i < G_N_ELEMENTS(readers); i++) {
		g_array_set_size(c->cuts, 0);
		g_clear_pointer(&c->subject, g_free);
		reading = readers[i](&r, error);
	}
	g_free(r.why);
	return reading == READ_TAKEN;
}

void contents_clear(struct contents *c)
{
	g_free(c->subject);
	g_free(c->anew);
	g_clear_pointer(&c->cuts, g_array_unref);
}
