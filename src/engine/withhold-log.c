#include "withhold.h"

#include <string.h>

#define BESIDE_BYTES ((gsize)2 << 20)
#define NOWHERE      G_MAXSIZE

/* --- words ----------------------------------------------------------------------------------- */

/* As YAML, JSON, JSON in a string, or Go prints it. */
#define KIND                                                                     \
	"kind[\\\\\"']*\\s*:\\s*(?:[&!]\\S*\\s+)*[\\\\\"']*(?:Secret|ConfigMap)" \
	"(?:List)?(?![A-Za-z])|(?:Secret|ConfigMap)\\{ObjectMeta"
#define VALUES                                                                   \
	"(?:^|[^A-Za-z]|\\\\[nrt])(?:data|stringData|binaryData)[\\\\\"']*\\s*:" \
	"\\s*(?:[{&!#|>]|\\\\[nr]|$)|(?:Data|StringData|BinaryData):map\\["
#define DESCRIBED "^(?:Binary)?Data\\r?\\n====\\r?$"

/* `regex` is made of the pattern once.  A search that gives up may have missed it: TRUE, too. */
static gboolean matches(gsize *regex, const char *pattern, const char *text, gsize size)
{
	g_autoptr(GError) gave_up = NULL;

	if (g_once_init_enter(regex))
		g_once_init_leave(regex, (gsize)g_regex_new(pattern,
							    G_REGEX_RAW | G_REGEX_MULTILINE |
								    G_REGEX_OPTIMIZE,
							    0, NULL));
	return g_regex_match_full((const GRegex *)*regex, text, (gssize)size, 0, 0, NULL,
				  &gave_up) ||
	       gave_up;
}

static gboolean has(const char *text, gsize size, const char *word)
{
	return memmem(text, size, word, strlen(word)) != NULL;
}

gboolean withhold_names_kind(const char *text, gsize size)
{
	static gsize regex;

	return (has(text, size, "Secret") || has(text, size, "ConfigMap")) &&
	       matches(&regex, KIND, text, size);
}

gboolean withhold_names_values(const char *text, gsize size)
{
	static gsize regex;

	return has(text, size, "ata") && matches(&regex, VALUES, text, size);
}

static gboolean is_described(const char *text, gsize size)
{
	static gsize regex;

	return has(text, size, "\n====") && matches(&regex, DESCRIBED, text, size);
}

gboolean withhold_names_both(const char *text, gsize size)
{
	return (withhold_names_kind(text, size) && withhold_names_values(text, size)) ||
	       is_described(text, size);
}

/* --- lines ----------------------------------------------------------------------------------- */

struct search {
	const struct withhold_text *text;
	GArray *cuts;
	gsize kind_at, values_at; /* of the newest line of text with either, or NOWHERE */
	gsize before;             /* where the line before begins */
	gsize told;
};

static gboolean unsure(gsize at, GError **error)
{
	g_set_error(
		error, WITHHOLD_ERROR, WITHHOLD_ERROR_UNSURE,
		"a Secret or ConfigMap seems to stand round byte %zu, in no form whose values can "
		"be withheld; take it out",
		at);
	return FALSE;
}

/* Behind the bracket of a JSON value that opens so and ends with the line; its cuts are noted.  Else
 * 0. */
static gsize take_value(struct search *s, char open, gsize begin, gsize end)
{
	const char *data = s->text->data, *first = memchr(data + begin, open, end - begin);
	struct withhold_text line = { .data = data, .size = end };
	gsize kept = s->cuts->len;

	if (first && withhold_value(&line, (gsize)(first - data), s->cuts, NULL, NULL) == end)
		return (gsize)(first - data) + 1;
	g_array_set_size(s->cuts, kept);
	return 0;
}

/* As take_value, with either bracket. */
static gsize take_json(struct search *s, gsize begin, gsize end)
{
	const char *data = s->text->data;

	while (end > begin && g_ascii_isspace(data[end - 1]))
		end--;
	if (end > begin && data[end - 1] == '}')
		return take_value(s, '{', begin, end);
	return end > begin && data[end - 1] == ']' ? take_value(s, '[', begin, end) : 0;
}

static gboolean is_beside(gsize a, gsize b)
{
	return a != NOWHERE && b != NOWHERE && (a < b ? b - a : a - b) <= BESIDE_BYTES;
}

/* In UTF-16 each letter of ASCII has a NUL beside it. */
static gboolean has_wide_names(const char *line, gsize size)
{
	static const char secret[] = "S\0e\0c\0r\0e\0t", map[] = "C\0o\0n\0f\0i\0g\0M\0a\0p";

	return memchr(line, 0, size) && (memmem(line, size, secret, sizeof secret - 1) ||
					 memmem(line, size, map, sizeof map - 1));
}

static gboolean look_at_text(struct search *s, gsize begin, gsize end, GError **error)
{
	const char *data = s->text->data;

	if (withhold_names_kind(data + begin, end - begin))
		s->kind_at = begin;
	if (withhold_names_values(data + begin, end - begin))
		s->values_at = begin;
	if (is_beside(s->kind_at, s->values_at))
		return unsure(begin, error);
	if (has_wide_names(data + begin, end - begin))
		return unsure(begin, error);
	return !is_described(data + s->before, end - s->before) || unsure(s->before, error);
}

/*
 * What stands before a value may be an object itself, whose member the value is: it is looked at
 * with the bracket.  Where it names a kind, the value may be that object.
 */
static gboolean look_at_line(struct search *s, gsize begin, gsize end, GError **error)
{
	gsize open = take_json(s, begin, end);

	if (open && !withhold_names_kind(s->text->data + begin, open - begin))
		end = open;
	return look_at_text(s, begin, end, error);
}

static void tell_passed(struct search *s, gsize at)
{
	if (!s->text->passed || at - s->told < BESIDE_BYTES)
		return;
	s->told = at;
	s->text->passed(s->text->user, at);
}

gboolean withhold_log(const struct withhold_text *text, GArray *cuts, GError **error)
{
	struct search s = { .text = text, .cuts = cuts, .kind_at = NOWHERE, .values_at = NOWHERE };

	for (gsize at = 0, end; at < text->size; s.before = at, at = end) {
		const char *newline = memchr(text->data + at, '\n', text->size - at);

		end = newline ? (gsize)(newline - text->data) + 1 : text->size;
		if (!look_at_line(&s, at, end, error))
			return FALSE;
		tell_passed(&s, end);
	}
	return TRUE;
}
