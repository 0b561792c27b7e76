/*
 * json - JSON from outside and JSON of our own: trees, paths, and a scanner without a tree.
 *
 * A tree is a `struct cJSON`, opaque here: read it with the getters, which take NULL for
 * a node that is not there and then answer as if it were empty.  So a chain of getters needs
 * no checks in between.  Getters lend what they return.  Any thread; one tree, one thread.
 *
 * What was read is valid UTF-8: bytes that are none, and NULs (which are escaped in JSON), stand
 * there as U+FFFD.  Where a key comes twice, the first one counts.  Integers are exact in all of 64
 * bits; other numbers are doubles.
 *
 * Source: RFC 8259.
 */
#pragma once

#include <glib.h>

struct cJSON;

#define JSON_ERROR (json_error_quark())
enum json_error {
	JSON_ERROR_SYNTAX,   /* no JSON; the message has the byte offset */
	JSON_ERROR_TOO_DEEP, /* nested deeper than is read; see below */
};
GQuark json_error_quark(void);

#define JSON_MAX_DEPTH 200 /* of a tree: whoever walks it may recurse */
/* Of what is looked at without a tree: an object as deep as an API server takes one (10000), and
 * the List round it. */
#define JSON_SCAN_DEPTH 10016

/* Parse exactly `size` bytes (-1: up to the NUL): one value, white space round it, no NUL.  Caller owns. */
struct cJSON *json_parse(const char *data, gssize size, GError **error);
void json_free(struct cJSON *node); /* accepts NULL */
typedef struct cJSON json_tree;     /* for g_autoptr alone */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_tree, json_free)

/*
 * Trees that this thread makes between begin and end live in memory that end gives back at once: for reading many
 * objects one after another.  They may be freed before, need not be, and must not be used after.  Not nested.
 */
void json_scratch_begin(void);
void json_scratch_end(void);

/* --- reading ------------------------------------------------------------------------------- */

/* The member `key` of an object, exactly spelled; NULL where there is none or it is null. */
const struct cJSON *json_get(const struct cJSON *node, const char *key);
/* A way of keys with dots between, none of which holds a dot: "spec.template.spec". */
const struct cJSON *json_at(const struct cJSON *node, const char *path);
/* The member's string, number or truth at `path` (as json_at); what is said where it is none. */
const char *json_string(const struct cJSON *node, const char *path); /* or NULL */
gint64 json_int(const struct cJSON *node, const char *path,
		gint64 otherwise); /* held at the ends of 64 bits */
gboolean json_bool(const struct cJSON *node, const char *path, gboolean otherwise);
/* The node itself, where it is a string; else NULL. */
const char *json_text(const struct cJSON *node);

/* Elements or members, in order: for (n = json_first(list); n; n = json_next(n)) */
const struct cJSON *json_first(const struct cJSON *node);
const struct cJSON *json_next(const struct cJSON *node);
const char *json_key(const struct cJSON *member); /* a member's name; NULL for an element */
gsize json_count(const struct cJSON *node);
/* The first element of a list whose string at `path` (as json_at) is `value`; NULL where there is
 * none, and for a `value` of NULL. */
const struct cJSON *json_find(const struct cJSON *list, const char *path, const char *value);

enum json_type {
	JSON_NONE,
	JSON_NULL,
	JSON_BOOL,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT
};
enum json_type json_type(const struct cJSON *node);
gboolean json_is_true(const struct cJSON *node);
double json_number(const struct cJSON *node);

/* --- making -------------------------------------------------------------------------------- */

/* Members keep the order in which they are set; one that is there already is replaced.  A NULL string sets
 * nothing. */
struct cJSON *json_new_object(void);
struct cJSON *json_new_array(void);
struct cJSON *
json_new_string(const char *value);       /* not NULL; bytes that are no UTF-8 become U+FFFD */
struct cJSON *json_new_int(gint64 value); /* exact */
struct cJSON *json_new_number(double value);
struct cJSON *json_new_bool(gboolean value);
struct cJSON *json_new_null(void);
struct cJSON *json_copy(const struct cJSON *node); /* whole, with all below it; NULL for NULL */
void json_set_string(struct cJSON *object, const char *key, const char *value);
void json_set_int(struct cJSON *object, const char *key, gint64 value); /* exact */
void json_set_bool(struct cJSON *object, const char *key, gboolean value);
void json_set_null(struct cJSON *object, const char *key);
void json_set_take(struct cJSON *object, const char *key,
		   struct cJSON *value); /* now the object's */
/* As json_set_take, for a key that is not there yet: does not look for it. */
void json_append_take(struct cJSON *object, const char *key, struct cJSON *value);
void json_add_string(struct cJSON *array, const char *value);
void json_add_take(struct cJSON *array, struct cJSON *value);

/* One line without spaces between tokens; control characters (DEL, C1, U+2028 and U+2029, too) escaped.
 * Caller owns. */
char *json_print(const struct cJSON *node);

/* --- without a tree ------------------------------------------------------------------------ */

struct json_slice {
	gsize offset, length; /* bytes, from the start of the data scanned */
};

/*
 * Find the elements of the array member `array` of the object in `data` ("items" of a List), in
 * order, without making a tree.  A null array, or none, has no elements.  FALSE and
 * JSON_ERROR_SYNTAX where the data ends early or is no object; what was found before is kept in
 * `slices` (of struct json_slice).
 */
gboolean json_scan_array(const char *data, gsize size, const char *array, GArray *slices,
			 GError **error);

/*
 * The value of the member at `path` (as json_at), as a slice, strings with their quotes.  Reads no
 * further than it must, so that it may be asked of the beginning of a document that is still
 * coming.  FALSE where it is not there (yet).
 */
gboolean json_scan_member(const char *data, gsize size, const char *path, struct json_slice *value);

/* Where the value of the member `key` begins, which need not be whole yet.  FALSE where it is not
 * there (yet). */
gboolean json_scan_begin(const char *data, gsize size, const char *key, gsize *at);

/* The value at the start of `data`, after white space; more may follow.  FALSE where it is not
 * whole (yet): a number is so only where something follows. */
gboolean json_scan_next(const char *data, gsize size, struct json_slice *value);

/* The string in a slice that json_scan_member found, unescaped; NULL where it is none.  Caller owns. */
char *json_slice_string(const char *data, struct json_slice value);
/* Both at once: the string of the member at `path`, or NULL.  Caller owns. */
char *json_scan_string(const char *data, gsize size, const char *path);
