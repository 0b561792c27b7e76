/*
 * The scanner runs over every byte of every page, so it looks at eight bytes at a time inside
 * strings, where most of a page lies, and does one table look-up for each byte outside.
 *
 * What holds:
 *  1. `at` never passes `end`, and no byte at or after `end` is read.
 *  2. Nothing recurses: open brackets are kept in an array of JSON_SCAN_DEPTH.
 *  3. A value counts as seen only when its last byte was: a number or a literal that runs into the
 *     end of the data may still go on, unless the data is whole.
 */
#include "json-scan.h"

#include <string.h>

/* A control character stands nowhere outside a string but as white space. */
enum byte_class { PLAIN, SPACE, QUOTE, OPEN, CLOSE, SEPARATOR, DIGIT, CONTROL };

static const guint8 classes[256] = {
	[0x00 ... 0x08] = CONTROL,
	[0x0b ... 0x0c] = CONTROL,
	[0x0e ... 0x1f] = CONTROL,
	[' '] = SPACE,
	['\t'] = SPACE,
	['\n'] = SPACE,
	['\r'] = SPACE,
	['"'] = QUOTE,
	['{'] = OPEN,
	['['] = OPEN,
	['}'] = CLOSE,
	[']'] = CLOSE,
	[','] = SEPARATOR,
	[':'] = SEPARATOR,
	['0' ... '9'] = DIGIT,
};

static enum byte_class class_of(char byte)
{
	return classes[(guchar)byte];
}

struct json_scan json_scan_of(const char *data, gsize size)
{
	return (struct json_scan){
		.data = data, .at = data, .end = data + size, .deepest = JSON_SCAN_DEPTH
	};
}

gboolean json_scan_failed(const struct json_scan *s, const char *what, GError **error)
{
	gsize offset = s->at - s->data;

	if (s->too_deep)
		g_set_error(error, JSON_ERROR, JSON_ERROR_TOO_DEEP,
			    "JSON is nested deeper than %d at byte %zu", s->deepest, offset);
	else if (s->at >= s->end)
		g_set_error(error, JSON_ERROR, JSON_ERROR_SYNTAX, "JSON ends early, at byte %zu",
			    offset);
	else
		g_set_error(error, JSON_ERROR, JSON_ERROR_SYNTAX, "%s at byte %zu of JSON", what,
			    offset);
	return FALSE;
}

void json_scan_space(struct json_scan *s)
{
	while (s->at < s->end && class_of(*s->at) == SPACE)
		s->at++;
}

/* The high bit of each byte that is `byte`, exact up to the first one that is. */
static guint64 bytes_equal(guint64 word, guint8 byte)
{
	guint64 other = word ^ (G_GUINT64_CONSTANT(0x0101010101010101) * byte);

	return (other - G_GUINT64_CONSTANT(0x0101010101010101)) & ~other &
	       G_GUINT64_CONSTANT(0x8080808080808080);
}

/* The first quote or backslash from `p` on, or `end`. */
static const char *find_quote_or_escape(const char *p, const char *end)
{
	while (end - p >= 8) {
		guint64 word, found;

		memcpy(&word, p, sizeof(word));
		word = GUINT64_FROM_LE(word);
		found = bytes_equal(word, '"') | bytes_equal(word, '\\');
		if (found)
			return p + __builtin_ctzll(found) / 8;
		p += 8;
	}
	while (p < end && *p != '"' && *p != '\\')
		p++;
	return p;
}

/*
 * Where the string ends that begins after the quote before `p`: after its last quote.  NULL where
 * it does not end.
 */
static const char *string_end(const char *p, const char *end)
{
	for (;;) {
		p = find_quote_or_escape(p, end);
		if (p >= end)
			return NULL;
		if (*p == '"')
			return p + 1;
		if (end - p < 2)
			return NULL;
		p += 2;
	}
}

static gboolean scan_string(struct json_scan *s)
{
	const char *end = string_end(s->at + 1, s->end);

	s->at = end ? end : s->end;
	return end != NULL;
}

/* Step over digits. */
static const char *digits_end(struct json_scan *s, const char *p)
{
	const char *begin = p;

	while (p < s->end && class_of(*p) == DIGIT)
		p++;
	s->long_number |= p - begin > JSON_EXACT_DIGITS;
	return p;
}

static gboolean scan_failed_at(struct json_scan *s, const char *at)
{
	s->at = at;
	return FALSE;
}

/* Step over an object or array, `at` being its bracket. */
static gboolean scan_nested(struct json_scan *s)
{
	char closing[JSON_SCAN_DEPTH];
	int depth = 0;
	const char *p = s->at;

	while (p < s->end) {
		switch (class_of(*p)) {
		case QUOTE:
			p = string_end(p + 1, s->end);
			if (!p)
				return scan_failed_at(s, s->end);
			break;
		case OPEN:
			if (depth == s->deepest) {
				s->too_deep = TRUE;
				return scan_failed_at(s, p);
			}
			closing[depth++] = *p++ == '{' ? '}' : ']';
			break;
		case CLOSE:
			if (depth == 0 || closing[--depth] != *p)
				return scan_failed_at(s, p);
			p++;
			if (depth == 0) {
				s->at = p;
				return TRUE;
			}
			break;
		case DIGIT:
			p = digits_end(s, p);
			break;
		case CONTROL:
			return scan_failed_at(s, p);
		default:
			p++;
		}
	}
	return scan_failed_at(s, p);
}

/* Step over a number or a literal, which ends where something else begins. */
static gboolean scan_bare(struct json_scan *s)
{
	const char *begin = s->at, *p = begin;

	while (p < s->end && (class_of(*p) == PLAIN || class_of(*p) == DIGIT))
		p = class_of(*p) == DIGIT ? digits_end(s, p) : p + 1;
	s->at = p;
	return p > begin && (p < s->end || s->whole);
}

gboolean json_scan_value(struct json_scan *s)
{
	json_scan_space(s);
	if (s->at >= s->end)
		return FALSE;
	switch (class_of(*s->at)) {
	case QUOTE:
		return scan_string(s);
	case OPEN:
		return scan_nested(s);
	default:
		return scan_bare(s);
	}
}

gboolean json_scan_number(struct json_scan *s, struct json_slice *number)
{
	while (s->at < s->end) {
		if (class_of(*s->at) == DIGIT || *s->at == '-') {
			const char *begin = s->at;

			scan_bare(s);
			*number = (struct json_slice){ begin - s->data, s->at - begin };
			return TRUE;
		}
		if (class_of(*s->at) == QUOTE) {
			if (!scan_string(s))
				return FALSE;
		} else {
			s->at++;
		}
	}
	return FALSE;
}

/* --- objects, member by member ------------------------------------------------------------- */

/*
 * Is the key in `quoted` (with its quotes) the one asked for?  A key may be spelled with escapes.
 */
static gboolean key_is(const struct json_scan *s, struct json_slice quoted, const char *key,
		       gsize length)
{
	const char *begin = s->data + quoted.offset + 1;
	gsize size = quoted.length - 2;
	g_autofree char *plain = NULL;

	if (!memchr(begin, '\\', size))
		return size == length && !memcmp(begin, key, length);
	plain = json_slice_string(s->data, quoted);
	return plain && strlen(plain) == length && !memcmp(plain, key, length);
}

static gboolean take_byte(struct json_scan *s, char byte)
{
	json_scan_space(s);
	if (s->at >= s->end || *s->at != byte)
		return FALSE;
	s->at++;
	return TRUE;
}

/* Step over a key and its colon. */
static gboolean scan_key(struct json_scan *s, struct json_slice *key)
{
	const char *begin;

	json_scan_space(s);
	begin = s->at;
	if (s->at >= s->end || *s->at != '"' || !scan_string(s))
		return FALSE;
	*key = (struct json_slice){ begin - s->data, s->at - begin };
	return take_byte(s, ':');
}

enum step { STEP_FOUND, STEP_END, STEP_FAILED };

/*
 * In an object, after its bracket or one of its values: go to the value of the next member that is
 * called `key`, white space stepped over; or past the closing bracket.  `first`: nothing stands
 * before yet, so that no comma does.
 */
static enum step find_member(struct json_scan *s, gboolean first, const char *key, gsize length)
{
	struct json_slice name;

	for (;; first = FALSE) {
		if (take_byte(s, '}'))
			return STEP_END;
		if (!first && !take_byte(s, ','))
			return STEP_FAILED;
		if (!scan_key(s, &name))
			return STEP_FAILED;
		json_scan_space(s);
		if (key_is(s, name, key, length))
			return s->at < s->end ? STEP_FOUND : STEP_FAILED;
		if (!json_scan_value(s))
			return STEP_FAILED;
	}
}

gboolean json_scan_member(const char *data, gsize size, const char *path, struct json_slice *value)
{
	struct json_scan s = json_scan_of(data, size);
	const char *begin;

	for (;;) {
		gsize length = strcspn(path, ".");

		if (!take_byte(&s, '{') || find_member(&s, TRUE, path, length) != STEP_FOUND)
			return FALSE;
		if (!path[length])
			break;
		path += length + 1;
	}
	begin = s.at;
	if (!json_scan_value(&s))
		return FALSE;
	*value = (struct json_slice){ begin - data, s.at - begin };
	return TRUE;
}

char *json_scan_string(const char *data, gsize size, const char *path)
{
	struct json_slice value;

	return json_scan_member(data, size, path, &value) ? json_slice_string(data, value) : NULL;
}

gboolean json_scan_begin(const char *data, gsize size, const char *key, gsize *at)
{
	struct json_scan s = json_scan_of(data, size);

	if (!take_byte(&s, '{') || find_member(&s, TRUE, key, strlen(key)) != STEP_FOUND)
		return FALSE;
	*at = (gsize)(s.at - data);
	return TRUE;
}

gboolean json_scan_next(const char *data, gsize size, struct json_slice *value)
{
	struct json_scan s = json_scan_of(data, size);

	json_scan_space(&s);
	value->offset = (gsize)(s.at - data);
	if (!json_scan_value(&s))
		return FALSE;
	value->length = (gsize)(s.at - data) - value->offset;
	return TRUE;
}

/* --- the elements of one array ------------------------------------------------------------- */

static gboolean scan_elements(struct json_scan *s, GArray *slices)
{
	if (take_byte(s, ']'))
		return TRUE;
	do {
		struct json_slice slice;

		json_scan_space(s);
		slice.offset = s->at - s->data;
		if (!json_scan_value(s))
			return FALSE;
		slice.length = s->at - s->data - slice.offset;
		g_array_append_val(slices, slice);
	} while (take_byte(s, ','));
	return take_byte(s, ']');
}

/* The value of the member asked for: an array, or null, which has no elements. */
static gboolean scan_array(struct json_scan *s, GArray *slices)
{
	if (take_byte(s, '['))
		return scan_elements(s, slices);
	if (s->end - s->at < 4 || memcmp(s->at, "null", 4))
		return FALSE;
	return json_scan_value(s);
}

gboolean json_scan_array(const char *data, gsize size, const char *array, GArray *slices,
			 GError **error)
{
	struct json_scan s = json_scan_of(data, size);
	gsize length = strlen(array);
	gboolean first = TRUE, taken = FALSE;

	if (!take_byte(&s, '{'))
		return json_scan_failed(&s, "no object begins", error);
	for (;; first = FALSE) {
		enum step step = find_member(&s, first, array, length);

		if (step == STEP_FAILED)
			return json_scan_failed(&s, "an object goes wrong", error);
		if (step == STEP_END)
			break;
		if (!(taken ? json_scan_value(&s) : scan_array(&s, slices)))
			return json_scan_failed(&s, "a list goes wrong", error);
		taken = TRUE;
	}
	json_scan_space(&s);
	return s.at == s.end || json_scan_failed(&s, "something follows the object", error);
}
