/*
 * Prints as kubectl's -o yaml does, so that an analyst can compare the two.  The layout is
 * libyaml's; what is decided here is the order of keys and how each string is written.
 *
 * A string stands without quotes only where no reader of YAML 1.1 or 1.2 would take it for
 * anything else.  That quotes three things that kubectl leaves bare: <<, dates that no calendar
 * has, and other ends of lines.
 */
#include <kase/yaml.h>

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define INDENT 2
#define WIDTH  80

/* --- strings that mean something else -------------------------------------------------------- */

static gboolean is_word(const char *text)
{
	static const char *const words[] = {
		"",      "~",     "null",  "Null",  "NULL",  "true",  "True",  "TRUE",
		"false", "False", "FALSE", "y",     "Y",     "yes",   "Yes",   "YES",
		"n",     "N",     "no",    "No",    "NO",    "on",    "On",    "ON",
		"off",   "Off",   "OFF",   "<<",    ".nan",  ".NaN",  ".NAN",  ".inf",
		".Inf",  ".INF",  "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (!strcmp(text, words[i]))
			return TRUE;
	return FALSE;
}

/* Every form of number and of date that YAML 1.1 has, and those of Go. */
static GRegex *number_or_date(void)
{
	static gsize once;
	static GRegex *regex;

	if (g_once_init_enter(&once)) {
		regex = g_regex_new(
			"^(?:"
			"[-+]?_*(?:0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO]?[0-7_]+)"
			"|[-+]?_*[0-9][0-9_]*"
			"|[-+]?(?:\\.[0-9]+|[0-9][0-9_]*(?:\\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?"
			"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\\.[0-9_]*)?"
			"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
			"(?:(?:[Tt]|[ \\t]+)[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\\.[0-9]*)?"
			"(?:[ \\t]*(?:Z|[-+][0-9]{1,2}(?::?[0-9]{2})?))?)?"
			")$",
			G_REGEX_DOLLAR_ENDONLY | G_REGEX_OPTIMIZE | G_REGEX_RAW, 0, NULL);
		g_once_init_leave(&once, 1);
	}
	return regex;
}

static gboolean means_something_else(const char *text)
{
	if (is_word(text))
		return TRUE;
	return strchr("+-.0123456789", *text) && g_regex_match(number_or_date(), text, 0, NULL);
}

/*
 * Ends of lines to YAML 1.1 and mere characters to 1.2: read the same by both only where they are
 * escaped.
 */
static gboolean has_other_line_ends(const char *text)
{
	return strstr(text, "\u2028") || strstr(text, "\u2029") || strstr(text, "\xc2\x85");
}

static yaml_scalar_style_t style_of(const char *text)
{
	if (has_other_line_ends(text))
		return YAML_DOUBLE_QUOTED_SCALAR_STYLE;
	if (strchr(text, '\n'))
		return YAML_LITERAL_SCALAR_STYLE;
	return means_something_else(text) ? YAML_DOUBLE_QUOTED_SCALAR_STYLE
					  : YAML_PLAIN_SCALAR_STYLE;
}

/* --- the order of keys ------------------------------------------------------------------------ */

/* A run of digits as a number, and how long it is. */
static gint64 run_of_digits(const char *p, gsize *length)
{
	*length = strspn(p, "0123456789");
	return g_ascii_strtoll(p, NULL, 10) * (*length > 0);
}

/* Does a number begin before `p` that is more than zeros? */
static gboolean inside_number(const char *begin, const char *p)
{
	while (p > begin && g_ascii_isdigit(p[-1]))
		if (*--p != '0')
			return TRUE;
	return FALSE;
}

/* go-yaml's order: letters after everything else, numbers by their value. */
static int compare_at(const char *a_begin, const char *a, const char *b)
{
	gunichar ac = g_utf8_get_char(a), bc = g_utf8_get_char(b);
	gboolean al = g_unichar_isalpha(ac), bl = g_unichar_isalpha(bc);
	gsize a_length, b_length;
	gint64 an, bn;

	if (al != bl)
		return al ? 1 : -1;
	if (!al) {
		gboolean inside = (ac == '0' || bc == '0') && inside_number(a_begin, a);

		an = run_of_digits(a, &a_length);
		bn = run_of_digits(b, &b_length);
		if (inside && a_length != b_length)
			return a_length < b_length ? -1 : 1;
		if (an != bn)
			return an < bn ? -1 : 1;
		if (a_length != b_length)
			return a_length < b_length ? -1 : 1;
	}
	return ac < bc ? -1 : 1;
}

static int compare_keys(const void *left, const void *right)
{
	const char *begin = json_key(*(const struct cJSON *const *)left), *a = begin;
	const char *b = json_key(*(const struct cJSON *const *)right);

	while (*a && g_utf8_get_char(a) == g_utf8_get_char(b)) {
		a = g_utf8_next_char(a);
		b = g_utf8_next_char(b);
	}
	if (!*a || !*b)
		return !!*a - !!*b;
	return compare_at(begin, a, b);
}

/* --- emitting --------------------------------------------------------------------------------- */

static void emit_node(yaml_emitter_t *emitter, const struct cJSON *node);

static void emit_scalar(yaml_emitter_t *emitter, const char *text, yaml_scalar_style_t style)
{
	yaml_event_t event;

	yaml_scalar_event_initialize(&event, NULL, NULL, (const guchar *)text, strlen(text), 1, 1,
				     style);
	yaml_emitter_emit(emitter, &event);
}

static void emit_array(yaml_emitter_t *emitter, const struct cJSON *node)
{
	yaml_event_t event;

	yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE);
	yaml_emitter_emit(emitter, &event);
	for (const struct cJSON *n = json_first(node); n; n = json_next(n))
		emit_node(emitter, n);
	yaml_sequence_end_event_initialize(&event);
	yaml_emitter_emit(emitter, &event);
}

static void emit_object(yaml_emitter_t *emitter, const struct cJSON *node)
{
	g_autoptr(GPtrArray) members = g_ptr_array_new();
	yaml_event_t event;

	for (const struct cJSON *n = json_first(node); n; n = json_next(n))
		g_ptr_array_add(members, (void *)n);
	g_ptr_array_sort(members, compare_keys);
	yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE);
	yaml_emitter_emit(emitter, &event);
	for (guint i = 0; i < members->len; i++) {
		const char *key = json_key(members->pdata[i]);

		emit_scalar(emitter, key, style_of(key));
		emit_node(emitter, members->pdata[i]);
	}
	yaml_mapping_end_event_initialize(&event);
	yaml_emitter_emit(emitter, &event);
}

static void emit_string(yaml_emitter_t *emitter, const struct cJSON *node)
{
	emit_scalar(emitter, json_text(node), style_of(json_text(node)));
}

/* null, a truth or a number: as JSON writes it. */
static void emit_bare(yaml_emitter_t *emitter, const struct cJSON *node)
{
	g_autofree char *text = json_print(node);

	emit_scalar(emitter, strcmp(text, "-0") ? text : "0", YAML_PLAIN_SCALAR_STYLE);
}

static void emit_node(yaml_emitter_t *emitter, const struct cJSON *node)
{
	static void (*const emitters[])(yaml_emitter_t *, const struct cJSON *) = {
		[JSON_NONE] = emit_bare,     [JSON_NULL] = emit_bare,     [JSON_BOOL] = emit_bare,
		[JSON_NUMBER] = emit_bare,   [JSON_STRING] = emit_string, [JSON_ARRAY] = emit_array,
		[JSON_OBJECT] = emit_object,
	};

	emitters[json_type(node)](emitter, node);
}

static int append(void *user, guchar *bytes, size_t size)
{
	g_string_append_len(user, (const char *)bytes, size);
	return 1;
}

static void emit_stream(yaml_emitter_t *emitter, const struct cJSON *node)
{
	yaml_event_t event;

	yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING);
	yaml_emitter_emit(emitter, &event);
	yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1);
	yaml_emitter_emit(emitter, &event);
	emit_node(emitter, node);
	yaml_document_end_event_initialize(&event, 1);
	yaml_emitter_emit(emitter, &event);
	yaml_stream_end_event_initialize(&event);
	yaml_emitter_emit(emitter, &event);
	yaml_emitter_flush(emitter);
}

char *yaml_print(const struct cJSON *node)
{
	static const char end_mark[] =
		"\n...\n"; /* libyaml's, after a block that keeps its last lines */
	yaml_emitter_t emitter;
	GString *out = g_string_new(NULL);

	if (!yaml_emitter_initialize(&emitter))
		return g_string_free(out, FALSE);
	yaml_emitter_set_output(&emitter, append, out);
	yaml_emitter_set_indent(&emitter, INDENT);
	yaml_emitter_set_width(&emitter, WIDTH);
	yaml_emitter_set_unicode(&emitter, 1);
	emit_stream(&emitter, node);
	yaml_emitter_delete(&emitter);
	if (g_str_has_suffix(out->str, end_mark))
		g_string_truncate(out, out->len - strlen(end_mark) + 1);
	return g_string_free(out, FALSE);
}
