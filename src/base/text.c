/*
 * What reaches a terminal from outside passes here.
 *
 * Each character has one of three fates: it is kept, or is a mark that is kept while it sits on a
 * character with few marks, or is shown by name.  Shown by name is whatever moves, hides or
 * reorders: control characters, format characters (bidirectional marks, joiners, tags), separators
 * of lines, and what has no glyph that everyone agrees on (private, unassigned).  Beyond the
 * general categories that is what Unicode calls default ignorable: fillers and variation selectors
 * are letters and marks by category, and yet invisible.  Variation selectors are not let through,
 * although emoji use one: they can hide any number of bytes on a letter, and make a character wide
 * where wcwidth calls it narrow.
 *
 * A mark with nothing to sit on would sit on whatever stands to its left on the screen: it is
 * shown.
 */
#include <kase/text.h>

#include <string.h>

struct named {
	gunichar c;
	const char *name;
};

/* The marks that turn the direction of text (UAX 9). */
static const struct named names[] = {
	{ 0x061c, "ALM" }, { 0x200e, "LRM" }, { 0x200f, "RLM" }, { 0x202a, "LRE" },
	{ 0x202b, "RLE" }, { 0x202c, "PDF" }, { 0x202d, "LRO" }, { 0x202e, "RLO" },
	{ 0x2066, "LRI" }, { 0x2067, "RLI" }, { 0x2068, "FSI" }, { 0x2069, "PDI" },
};

struct range {
	gunichar first, last;
};

/*
 * Invisible by Default_Ignorable_Code_Point, or blank though no space, and of a category that is
 * else kept.
 */
static const struct range invisible[] = {
	{ 0x034f, 0x034f },   { 0x115f, 0x1160 },   { 0x17b4, 0x17b5 }, { 0x180b, 0x180f },
	{ 0x2800, 0x2800 },   { 0x3164, 0x3164 },   { 0xfe00, 0xfe0f }, { 0xffa0, 0xffa0 },
	{ 0x1d159, 0x1d159 }, { 0xe0000, 0xe0fff },
};

enum fate { KEEP, MARK, SHOW };

static const enum fate fates[] = {
	[G_UNICODE_CONTROL] = SHOW,
	[G_UNICODE_FORMAT] = SHOW,
	[G_UNICODE_UNASSIGNED] = SHOW,
	[G_UNICODE_PRIVATE_USE] = SHOW,
	[G_UNICODE_SURROGATE] = SHOW,
	[G_UNICODE_LINE_SEPARATOR] = SHOW,
	[G_UNICODE_PARAGRAPH_SEPARATOR] = SHOW,
	[G_UNICODE_SPACING_MARK] = MARK,
	[G_UNICODE_ENCLOSING_MARK] = MARK,
	[G_UNICODE_NON_SPACING_MARK] = MARK,
	[G_UNICODE_SPACE_SEPARATOR] = KEEP,
};

static gboolean is_plain(gunichar c)
{
	return c >= 0x20 && c < 0x7f;
}

static gboolean is_in(const struct range *ranges, gsize count, gunichar c)
{
	for (gsize i = 0; i < count; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return TRUE;
	return FALSE;
}

/* Letters that take no cell (vowels and finals of Hangul) count as marks, too. */
static enum fate fate_of(gunichar c)
{
	enum fate fate = fates[g_unichar_type(c)];

	if (is_in(invisible, G_N_ELEMENTS(invisible), c))
		return SHOW;
	return fate == KEEP && g_unichar_iszerowidth(c) ? MARK : fate;
}

/* Pictures for the control characters of ASCII, a name for the rest. */
static void append_shown(GString *out, gunichar c)
{
	if (c < 0x20) {
		g_string_append_unichar(out, 0x2400 + c);
		return;
	}
	if (c == 0x7f) {
		g_string_append_unichar(out, 0x2421);
		return;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (names[i].c == c) {
			g_string_append_printf(out, "⟨%s⟩", names[i].name);
			return;
		}
	g_string_append_printf(out, "⟨U+%04X⟩", c);
}

/* Where we are in a text, and how many more marks the character before takes. */
struct reader {
	const char *at, *end;
	int marks_left;
};

static struct reader reader_of(const char *bytes, gssize size)
{
	return (struct reader){ bytes, bytes + (size < 0 ? (gssize)strlen(bytes) : size), 0 };
}

/* Step over characters of ASCII that stay as they are. */
static void skip_plain(struct reader *r)
{
	const char *begin = r->at;

	while (r->at < r->end && is_plain((guchar)*r->at))
		r->at++;
	if (r->at > begin)
		r->marks_left = TEXT_MAX_MARKS;
}

/* The next character; (gunichar)-1 and one byte where none is. */
static gunichar next_char(struct reader *r)
{
	gunichar c = (guchar)*r->at;

	if (c >= 0x80)
		c = g_utf8_get_char_validated(r->at, r->end - r->at);
	if (c == (gunichar)-1 || c == (gunichar)-2) {
		r->at++;
		return (gunichar)-1;
	}
	r->at += g_unichar_to_utf8(c, NULL);
	return c;
}

/*
 * Does the next character, not of plain ASCII, stay as it is?  It is stepped over and written to
 * `c`.
 */
static gboolean next_stays(struct reader *r, gunichar *c)
{
	enum fate fate;

	*c = next_char(r);
	fate = *c == (gunichar)-1 ? SHOW : fate_of(*c);
	if (fate == MARK && r->marks_left > 0) {
		r->marks_left--;
		return TRUE;
	}
	r->marks_left = fate == KEEP ? TEXT_MAX_MARKS : 0;
	return fate == KEEP;
}

void text_append_safe(GString *out, const char *bytes, gssize size)
{
	struct reader r = reader_of(bytes, size);

	while (r.at < r.end) {
		const char *begin = r.at;
		gunichar c;

		skip_plain(&r);
		g_string_append_len(out, begin, r.at - begin);
		if (r.at == r.end)
			break;
		begin = r.at;
		if (next_stays(&r, &c))
			g_string_append_len(out, begin, r.at - begin);
		else if (c == (gunichar)-1)
			g_string_append(out, "\uFFFD");
		else
			append_shown(out, c);
	}
}

char *text_safe(const char *bytes, gssize size)
{
	GString *out = g_string_sized_new(size < 0 ? strlen(bytes) : (gsize)size);

	text_append_safe(out, bytes, size);
	return g_string_free(out, FALSE);
}

gboolean text_is_safe(const char *bytes, gssize size)
{
	struct reader r = reader_of(bytes, size);
	gunichar c;

	for (skip_plain(&r); r.at < r.end; skip_plain(&r))
		if (!next_stays(&r, &c))
			return FALSE;
	return TRUE;
}

char *text_utf8(const char *bytes, gsize size)
{
	return g_utf8_make_valid(bytes, size);
}

/* --- cells --------------------------------------------------------------------------------- */

/* Wide since Unicode 16 and in C libraries before, but not in GLib. */
static const struct range wide_too[] = { { 0x3248, 0x324f }, { 0x4dc0, 0x4dff } };

static int char_cells(gunichar c)
{
	if (is_plain(c))
		return 1;
	if (g_unichar_iszerowidth(c))
		return 0;
	return g_unichar_iswide(c) || is_in(wide_too, G_N_ELEMENTS(wide_too), c) ? 2 : 1;
}

int text_cells(const char *safe)
{
	int cells = 0;

	for (const char *p = safe; *p; p = g_utf8_next_char(p))
		cells += char_cells(g_utf8_get_char(p));
	return cells;
}

/*
 * How many bytes at the start take at most `cells`, with the marks that sit on the last character.
 */
static gsize bytes_of_start(const char *safe, int cells)
{
	const char *p = safe;

	while (*p) {
		int more = char_cells(g_utf8_get_char(p));

		if (more > cells)
			break;
		cells -= more;
		p = g_utf8_next_char(p);
	}
	return p - safe;
}

/* The longest end that takes at most `cells` and begins with a character of its own. */
static const char *end_of(const char *safe, int cells)
{
	int left = text_cells(safe);
	const char *p = safe;

	while (*p && (left > cells || char_cells(g_utf8_get_char(p)) == 0)) {
		left -= char_cells(g_utf8_get_char(p));
		p = g_utf8_next_char(p);
	}
	return p;
}

/*
 * Keep `start` cells at the start and `end` at the end, and say that something is left out between.
 */
static char *cut(const char *safe, int start, int end, const char *left_out)
{
	return g_strdup_printf("%.*s%s%s", (int)bytes_of_start(safe, start), safe, left_out,
			       end > 0 ? end_of(safe, end) : "");
}

/* What stands for what is left out, in at most `cells`. */
static const char *ellipsis(int cells, gboolean ascii)
{
	if (cells <= 0)
		return "";
	if (!ascii)
		return "…";
	return cells == 1 ? "." : "..";
}

char *text_cut_middle(const char *safe, int cells, gboolean ascii)
{
	const char *left_out = ellipsis(cells, ascii);
	int kept = MAX(cells, 0) - text_cells(left_out);

	if (text_cells(safe) <= cells)
		return g_strdup(safe);
	return cut(safe, (kept + 1) / 2, kept / 2, left_out);
}

char *text_cut_end(const char *safe, int cells, gboolean ascii)
{
	const char *left_out = ellipsis(cells, ascii);

	if (text_cells(safe) <= cells)
		return g_strdup(safe);
	return cut(safe, MAX(cells, 0) - text_cells(left_out), 0, left_out);
}
