/*
 * Trees are cJSON's, with three habits of its own undone:
 *
 *  1. It ends a string at \u0000, so that whoever writes one could hide what follows: it becomes
 *     U+FFFD.
 *  2. It keeps numbers as doubles.  An integer that a double may not hold is kept as its digits
 *     instead, in a node of cJSON's type Raw, and printed from them.
 *  3. It nests to 1000.  The scanner goes over the bytes first and stops at JSON_MAX_DEPTH.
 *
 * Strings in a tree are always valid UTF-8.
 */
#include <kase/json.h>

#include <cjson/cJSON.h>
#include <errno.h>
#include <string.h>

#include <kase/text.h>

#include "json-scan.h"

// clang-format off
G_DEFINE_QUARK(kase-json-error, json_error)
// clang-format on

void json_free(struct cJSON *node)
{
	cJSON_Delete(node);
}

/* --- parsing ------------------------------------------------------------------------------- */

/* Make a node hold an integer as its digits. */
static void make_exact(struct cJSON *node, gint64 value)
{
	g_autofree char *digits = g_strdup_printf("%" G_GINT64_FORMAT, value);

	cJSON_free(node->valuestring);
	node->type = (node->type & ~0xff) | cJSON_Raw;
	node->valuestring = cJSON_malloc(strlen(digits) + 1);
	if (node->valuestring)
		strcpy(node->valuestring, digits);
	node->valuedouble = (double)value;
}

/* The next node in the document's order; NULL at the end. */
static struct cJSON *next_node(struct cJSON *node, GPtrArray *parents)
{
	if (node->child) {
		g_ptr_array_add(parents, node);
		return node->child;
	}
	while (!node->next) {
		if (parents->len == 0)
			return NULL;
		node = g_ptr_array_steal_index(parents, parents->len - 1);
	}
	return node->next;
}

/* Numbers come in the same order in the tree and in the bytes. */
static void keep_long_integers(struct cJSON *root, const char *data, gsize size)
{
	struct json_scan s = json_scan_of(data, size);
	g_autoptr(GPtrArray) parents = g_ptr_array_new();

	for (struct cJSON *n = root; n; n = next_node(n, parents)) {
		struct json_slice number;
		g_autofree char *digits = NULL;
		char *end;
		gint64 value;

		if (!cJSON_IsNumber(n))
			continue;
		if (!json_scan_number(&s, &number))
			return;
		digits = g_strndup(data + number.offset, number.length);
		errno = 0;
		value = g_ascii_strtoll(digits, &end, 10);
		if (!errno && !*end && number.length > JSON_EXACT_DIGITS)
			make_exact(n, value);
	}
}

/* Write U+FFFD for each escaped NUL, in place: both spellings take six bytes. */
static void show_escaped_nuls(char *data, gsize size)
{
	for (gsize i = 0; i + 6 <= size; i++) {
		if (data[i] != '\\')
			continue;
		if (!memcmp(data + i, "\\u0000", 6))
			memcpy(data + i + 2, "fffd", 4);
		i++;
	}
}

/*
 * Eight bytes at a time, since nearly all JSON is ASCII and a check for UTF-8 takes each byte
 * alone.
 */
static gboolean is_ascii(const char *data, gsize size)
{
	guint64 bits = 0, word;
	gsize i = 0;

	for (; i + sizeof(word) <= size; i += sizeof(word)) {
		memcpy(&word, data + i, sizeof(word));
		bits |= word;
	}
	for (; i < size; i++)
		bits |= (guchar)data[i];
	return !(bits & G_GUINT64_CONSTANT(0x8080808080808080));
}

/* A copy of the bytes that can be made a tree of as they are; NULL where they are that already. */
static char *repaired(const char *data, gsize *size)
{
	char *copy;

	if (!is_ascii(data, *size) && !g_utf8_validate_len(data, *size, NULL)) {
		copy = text_utf8(data, *size);
		*size = strlen(copy);
	} else if (memmem(data, *size, "\\u0000", 6)) {
		copy = g_strndup(data, *size);
	} else {
		return NULL;
	}
	show_escaped_nuls(copy, *size);
	return copy;
}

/* One value and nothing else, as far as the scanner sees. */
static gboolean check(struct json_scan *s, GError **error)
{
	const char *nul = memchr(s->data, 0, s->end - s->data);

	if (nul) {
		s->at = nul;
		return json_scan_failed(s, "a NUL stands", error);
	}
	s->whole = TRUE;
	if (!json_scan_value(s))
		return json_scan_failed(s, "a bracket or value is wrong", error);
	json_scan_space(s);
	return s->at == s->end || json_scan_failed(s, "something follows the value", error);
}

static struct cJSON *make_tree(const char *data, gsize size, gboolean long_number, GError **error)
{
	const char *end = NULL;
	struct cJSON *root = cJSON_ParseWithLengthOpts(data, size, &end, FALSE);
	struct json_scan s = json_scan_of(data, size);

	if (end)
		s.at = MIN(end, s.end);
	json_scan_space(&s);
	if (!root || s.at < s.end) {
		json_scan_failed(&s, "a value goes wrong", error);
		cJSON_Delete(root);
		return NULL;
	}
	if (long_number)
		keep_long_integers(root, data, size);
	return root;
}

struct cJSON *json_parse(const char *data, gssize size, GError **error)
{
	gsize length = size < 0 ? strlen(data) : (gsize)size;
	struct json_scan s = json_scan_of(data, length);
	g_autofree char *copy = NULL;

	s.deepest = JSON_MAX_DEPTH;
	if (!check(&s, error))
		return NULL;
	copy = repaired(data, &length);
	return make_tree(copy ? copy : data, length, s.long_number, error);
}

/* --- reading ------------------------------------------------------------------------------- */

static const struct cJSON *member(const struct cJSON *node, const char *key, gsize length)
{
	if (!cJSON_IsObject(node))
		return NULL;
	for (const struct cJSON *n = node->child; n; n = n->next)
		if (!strncmp(n->string, key, length) && !n->string[length])
			return cJSON_IsNull(n) ? NULL : n;
	return NULL;
}

const struct cJSON *json_get(const struct cJSON *node, const char *key)
{
	return member(node, key, strlen(key));
}

const struct cJSON *json_at(const struct cJSON *node, const char *path)
{
	for (;;) {
		gsize length = strcspn(path, ".");

		node = member(node, path, length);
		if (!path[length])
			return node;
		path += length + 1;
	}
}

const char *json_text(const struct cJSON *node)
{
	return cJSON_IsString(node) ? node->valuestring : NULL;
}

const char *json_string(const struct cJSON *node, const char *path)
{
	return json_text(json_at(node, path));
}

/* A double as an integer: cut towards zero, and held at the ends of what fits. */
static gint64 integer_of(double number)
{
	if (number >= 9223372036854775808.0)
		return G_MAXINT64;
	if (number < -9223372036854775808.0)
		return G_MININT64;
	return (gint64)number;
}

gint64 json_int(const struct cJSON *node, const char *path, gint64 otherwise)
{
	const struct cJSON *n = json_at(node, path);

	if (cJSON_IsRaw(n))
		return g_ascii_strtoll(n->valuestring, NULL, 10);
	return cJSON_IsNumber(n) ? integer_of(n->valuedouble) : otherwise;
}

gboolean json_bool(const struct cJSON *node, const char *path, gboolean otherwise)
{
	const struct cJSON *n = json_at(node, path);

	return cJSON_IsBool(n) ? cJSON_IsTrue(n) : otherwise;
}

const struct cJSON *json_first(const struct cJSON *node)
{
	return node ? node->child : NULL;
}

const struct cJSON *json_next(const struct cJSON *node)
{
	return node ? node->next : NULL;
}

const char *json_key(const struct cJSON *node)
{
	return node ? node->string : NULL;
}

gsize json_count(const struct cJSON *node)
{
	return node ? (gsize)cJSON_GetArraySize(node) : 0;
}

const struct cJSON *json_find(const struct cJSON *list, const char *path, const char *value)
{
	const struct cJSON *n = value ? json_first(list) : NULL;

	while (n && g_strcmp0(json_string(n, path), value))
		n = json_next(n);
	return n;
}

enum json_type json_type(const struct cJSON *node)
{
	static const struct {
		int cjson;
		enum json_type type;
	} types[] = {
		{ cJSON_NULL, JSON_NULL },     { cJSON_True | cJSON_False, JSON_BOOL },
		{ cJSON_Number, JSON_NUMBER }, { cJSON_Raw, JSON_NUMBER },
		{ cJSON_String, JSON_STRING }, { cJSON_Array, JSON_ARRAY },
		{ cJSON_Object, JSON_OBJECT },
	};

	for (gsize i = 0; node && i < G_N_ELEMENTS(types); i++)
		if (node->type & types[i].cjson)
			return types[i].type;
	return JSON_NONE;
}

gboolean json_is_true(const struct cJSON *node)
{
	return cJSON_IsTrue(node);
}

double json_number(const struct cJSON *node)
{
	return json_type(node) == JSON_NUMBER ? node->valuedouble : 0;
}

/* --- making -------------------------------------------------------------------------------- */

struct cJSON *json_new_object(void)
{
	return cJSON_CreateObject();
}

struct cJSON *json_new_array(void)
{
	return cJSON_CreateArray();
}

struct cJSON *json_new_string(const char *value)
{
	g_autofree char *valid = NULL;

	if (!g_utf8_validate(value, -1, NULL))
		value = valid = text_utf8(value, strlen(value));
	return cJSON_CreateString(value);
}

struct cJSON *json_new_int(gint64 value)
{
	struct cJSON *node = cJSON_CreateNumber((double)value);

	make_exact(node, value);
	return node;
}

struct cJSON *json_new_number(double value)
{
	return cJSON_CreateNumber(value);
}

struct cJSON *json_new_bool(gboolean value)
{
	return cJSON_CreateBool(value);
}

struct cJSON *json_new_null(void)
{
	return cJSON_CreateNull();
}

struct cJSON *json_copy(const struct cJSON *node)
{
	return cJSON_Duplicate(node, TRUE);
}

void json_append_take(struct cJSON *object, const char *key, struct cJSON *value)
{
	cJSON_AddItemToObject(object, key, value);
}

/* A member that is there already is replaced, where it stands. */
void json_set_take(struct cJSON *object, const char *key, struct cJSON *value)
{
	if (!value)
		return;
	if (cJSON_GetObjectItemCaseSensitive(object, key))
		cJSON_ReplaceItemInObjectCaseSensitive(object, key, value);
	else
		cJSON_AddItemToObject(object, key, value);
}

void json_set_string(struct cJSON *object, const char *key, const char *value)
{
	json_set_take(object, key, value ? json_new_string(value) : NULL);
}

void json_set_int(struct cJSON *object, const char *key, gint64 value)
{
	json_set_take(object, key, json_new_int(value));
}

void json_set_bool(struct cJSON *object, const char *key, gboolean value)
{
	json_set_take(object, key, json_new_bool(value));
}

void json_set_null(struct cJSON *object, const char *key)
{
	json_set_take(object, key, json_new_null());
}

void json_add_take(struct cJSON *array, struct cJSON *value)
{
	if (value)
		cJSON_AddItemToArray(array, value);
}

void json_add_string(struct cJSON *array, const char *value)
{
	json_add_take(array, value ? json_new_string(value) : NULL);
}

/*
 * cJSON escapes control characters of ASCII.  The others (DEL, C1) and the two that some readers
 * take for the end of a line are escaped too, so that a line of JSON stays one line and moves no
 * terminal.
 */
static gboolean must_escape(gunichar c)
{
	return (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029;
}

static char *escape_the_rest(const char *line)
{
	const char *begin = line;
	GString *out = NULL;

	for (const char *p = line; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (!must_escape(c))
			continue;
		if (!out)
			out = g_string_sized_new(strlen(line) + 16);
		g_string_append_len(out, begin, p - begin);
		g_string_append_printf(out, "\\u%04x", c);
		begin = g_utf8_next_char(p);
	}
	if (!out)
		return g_strdup(line);
	g_string_append(out, begin);
	return g_string_free(out, FALSE);
}

char *json_print(const struct cJSON *node)
{
	char *line = cJSON_PrintUnformatted(node), *safe;

	if (!line)
		return g_strdup("null");
	safe = escape_the_rest(line);
	cJSON_free(line);
	return safe;
}

/* --- slices -------------------------------------------------------------------------------- */

char *json_slice_string(const char *data, struct json_slice value)
{
	g_autoptr(json_tree) node = json_parse(data + value.offset, value.length, NULL);

	return g_strdup(json_text(node));
}
