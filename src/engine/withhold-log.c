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
#define TABLE "kind[\\\\\"']*\\s*:\\s*(?:[&!]\\S*\\s+)*[\\\\\"']*Table(?![A-Za-z])"
#define ROWS  "(?:^|[^A-Za-z]|\\\\[nrt])rows[\\\\\"']*\\s*:\\s*(?:[[&!#-]|\\\\[nr]|$)"
/* How an object of the core group begins, whose kind may be spelled in an odd way, or be cut off:
 * kubectl writes it last. */
#define BEGINS                                                                          \
	"^[\\s{?-]*[\\\\\"']*apiVersion[\\\\\"']*\\s*:\\s*[\\\\\"']*v1(?![A-Za-z0-9/])" \
	"|^\\?\\s*[\"']?(?:apiVersion|kind)[\"']?\\s*$"
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

static gboolean plainly_names_kind(const char *text, gsize size)
{
	static gsize regex;

	return (has(text, size, "Secret") || has(text, size, "ConfigMap")) &&
	       matches(&regex, KIND, text, size);
}

static gboolean plainly_names_values(const char *text, gsize size)
{
	static gsize regex;

	return has(text, size, "ata") && matches(&regex, VALUES, text, size);
}

static gboolean plainly_names_table(const char *text, gsize size)
{
	static gsize regex;

	return has(text, size, "Table") && matches(&regex, TABLE, text, size);
}

static gboolean plainly_names_rows(const char *text, gsize size)
{
	static gsize regex;

	return has(text, size, "rows") && matches(&regex, ROWS, text, size);
}

static gboolean plainly_begins_object(const char *text, gsize size)
{
	static gsize regex;

	return (has(text, size, "apiVersion") || has(text, size, "?")) &&
	       matches(&regex, BEGINS, text, size);
}

/* A byte of ASCII that \uXXXX spells, `at` being its u; or 0. */
static char spelled(const char *at, const char *end)
{
	guint byte = 0;

	if (*at != 'u' || end - at < 5)
		return 0;
	for (int i = 1; i <= 4; i++) {
		if (!g_ascii_isxdigit(at[i]))
			return 0;
		byte = byte << 4 | (guint)g_ascii_xdigit_value(at[i]);
	}
	return byte < 0x80 ? (char)byte : 0;
}

/* The text with no byte of ASCII spelled \uXXXX, however deep in strings.  Caller owns. */
static GString *spelled_out(const char *text, gsize size)
{
	GString *plain = g_string_sized_new(size);
	const char *at = text, *end = text + size;

	while (at < end) {
		char byte = plain->len && plain->str[plain->len - 1] == '\\' ? spelled(at, end) : 0;

		while (byte && plain->len && plain->str[plain->len - 1] == '\\')
			g_string_truncate(plain, plain->len - 1);
		g_string_append_c(plain, byte ? byte : *at);
		at += byte ? 5 : 1;
	}
	return plain;
}

typedef gboolean (*names_function)(const char *text, gsize size);

/* As it stands, or spelled out. */
static gboolean names(const char *text, gsize size, names_function plainly)
{
	GString *plain;
	gboolean found = plainly(text, size);

	if (found || !has(text, size, "\\u"))
		return found;
	plain = spelled_out(text, size);
	found = plainly(plain->str, plain->len);
	g_string_free(plain, TRUE);
	return found;
}

/* What stands nowhere beside the other but in an object whose values cannot be told. */
static const struct pair {
	const char *what;
	names_function plainly[2];
} pairs[] = {
	{ "a Secret or ConfigMap", { plainly_names_kind, plainly_names_values } },
	{ "an object with data", { plainly_begins_object, plainly_names_values } },
	{ "a Table", { plainly_names_table, plainly_names_rows } },
};

static gboolean is_described(const char *text, gsize size)
{
	static gsize regex;

	return has(text, size, "\n====") && matches(&regex, DESCRIBED, text, size);
}

gboolean withhold_names_both(const char *text, gsize size)
{
	for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++)
		if (names(text, size, pairs[i].plainly[0]) &&
		    names(text, size, pairs[i].plainly[1]))
			return TRUE;
	return is_described(text, size);
}

/* --- lines ----------------------------------------------------------------------------------- */

struct search {
	const struct withhold_text *text;
	GArray *cuts;
	gsize at[G_N_ELEMENTS(pairs)][2]; /* of the newest line of text with it, or NOWHERE */
	gsize before;                     /* where the line before begins */
	gsize told;
};

static gboolean unsure(const char *what, gsize at, GError **error)
{
	g_set_error(error, WITHHOLD_ERROR, WITHHOLD_ERROR_UNSURE,
		    "%s seems to stand round byte %zu, in no form whose values can be withheld; "
		    "take it out",
		    what, at);
	return FALSE;
}

/*
 * Where a JSON value that opens so begins in the line and ends with it, its cuts are noted, and
 * `rest`, the end of what is text, is behind its bracket.  FALSE where it is refused.
 */
static gboolean take_value(struct search *s, char open, gsize begin, gsize end, gsize *rest,
			   GError **error)
{
	const char *data = s->text->data, *first = memchr(data + begin, open, end - begin);
	struct withhold_text line = { .data = data, .size = end };
	gsize at = first ? (gsize)(first - data) : end, kept = s->cuts->len;
	GError *wrong = NULL;

	if (first && withhold_value(&line, at, s->cuts, NULL, &wrong) == end) {
		*rest = at + 1;
		return TRUE;
	}
	g_array_set_size(s->cuts, kept);
	if (g_error_matches(wrong, WITHHOLD_ERROR, WITHHOLD_ERROR_UNSURE)) {
		g_propagate_error(error, wrong);
		return FALSE;
	}
	g_clear_error(&wrong);
	return TRUE;
}

/* As take_value, with either bracket. */
static gboolean take_json(struct search *s, gsize begin, gsize end, gsize *rest, GError **error)
{
	const char *data = s->text->data;

	*rest = end;
	while (end > begin && g_ascii_isspace(data[end - 1]))
		end--;
	if (end > begin && data[end - 1] == '}')
		return take_value(s, '{', begin, end, rest, error);
	return end == begin || data[end - 1] != ']' || take_value(s, '[', begin, end, rest, error);
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

/* The newest lines of text with either of a pair; FALSE where they are beside each other. */
static gboolean look_for(struct search *s, gsize pair, gsize begin, gsize end, GError **error)
{
	gsize *at = s->at[pair];

	for (int i = 0; i < 2; i++)
		if (names(s->text->data + begin, end - begin, pairs[pair].plainly[i]))
			at[i] = begin;
	return !is_beside(at[0], at[1]) || unsure(pairs[pair].what, begin, error);
}

static gboolean look_at_text(struct search *s, gsize begin, gsize end, GError **error)
{
	const char *data = s->text->data;

	for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++)
		if (!look_for(s, i, begin, end, error))
			return FALSE;
	if (has_wide_names(data + begin, end - begin))
		return unsure(pairs[0].what, begin, error);
	return !is_described(data + s->before, end - s->before) ||
	       unsure(pairs[0].what, s->before, error);
}

/*
 * What stands before a value may be an object itself, whose member the value is: it is looked at
 * with the bracket.  Where it names a kind, the value may be that object.
 */
static gboolean look_at_line(struct search *s, gsize begin, gsize end, GError **error)
{
	gsize rest;

	if (!take_json(s, begin, end, &rest, error))
		return FALSE;
	if (!names(s->text->data + begin, rest - begin, plainly_names_kind))
		end = rest;
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
	struct search s = { .text = text, .cuts = cuts };

	memset(s.at, 0xff, sizeof s.at); /* NOWHERE */
	for (gsize at = 0, end; at < text->size; s.before = at, at = end) {
		const char *newline = memchr(text->data + at, '\n', text->size - at);

		end = newline ? (gsize)(newline - text->data) + 1 : text->size;
		if (!look_at_line(&s, at, end, error))
			return FALSE;
		tell_passed(&s, end);
	}
	return TRUE;
}
