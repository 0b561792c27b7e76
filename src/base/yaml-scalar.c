#include "yaml-scalar.h"

#include <errno.h>
#include <string.h>

/* As the core schema says, and octal with a mere 0 before it, as Kubernetes takes file modes. */
static const struct {
	const char *prefix, *digits;
	int base;
} integers[] = {
	{ "0x", "0123456789abcdefABCDEF", 16 },
	{ "0o", "01234567", 8 },
	{ "0b", "01", 2 },
	{ "0", "01234567", 8 },
	{ "", "0123456789", 10 },
};

/* NULL where the text is no integer, or one that 64 bits do not hold. */
static struct cJSON *integer_of(const char *text)
{
	gboolean negative = *text == '-';
	const char *unsigned_text = text + (*text == '-' || *text == '+');

	for (gsize i = 0; i < G_N_ELEMENTS(integers); i++) {
		const char *digits = unsigned_text + strlen(integers[i].prefix);
		g_autofree char *whole = NULL;
		gint64 value;

		if (!g_str_has_prefix(unsigned_text, integers[i].prefix) || !*digits ||
		    digits[strspn(digits, integers[i].digits)])
			continue;
		whole = g_strconcat(negative ? "-" : "", digits, NULL);
		errno = 0;
		value = g_ascii_strtoll(whole, NULL, integers[i].base);
		return errno ? NULL : json_new_int(value);
	}
	return NULL;
}

static struct cJSON *float_of(const char *text)
{
	char *end;
	double value;

	if (text[strspn(text, "0123456789.eE+-")] || !strpbrk(text, "0123456789") || *text == 'e' ||
	    *text == 'E')
		return NULL;
	value = g_ascii_strtod(text, &end);
	return *end || value - value != 0 ? NULL : json_new_number(value);
}

static struct cJSON *word_of(const char *text)
{
	static const struct {
		const char *word;
		enum { WORD_NULL, WORD_TRUE, WORD_FALSE } value;
	} words[] = {
		{ "", WORD_NULL },       { "~", WORD_NULL },      { "null", WORD_NULL },
		{ "Null", WORD_NULL },   { "NULL", WORD_NULL },   { "true", WORD_TRUE },
		{ "True", WORD_TRUE },   { "TRUE", WORD_TRUE },   { "false", WORD_FALSE },
		{ "False", WORD_FALSE }, { "FALSE", WORD_FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (!strcmp(text, words[i].word))
			return words[i].value == WORD_NULL
				       ? json_new_null()
				       : json_new_bool(words[i].value == WORD_TRUE);
	return NULL;
}

struct cJSON *yaml_plain_scalar(const char *text)
{
	struct cJSON *node = word_of(text);

	if (!node && strchr("+-.0123456789", *text)) {
		node = integer_of(text);
		if (!node)
			node = float_of(text);
	}
	return node ? node : json_new_string(text);
}
