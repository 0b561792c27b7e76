#include <kase/text.h>

#include <locale.h>
#include <string.h>
#include <wchar.h>

static const struct {
	const char *what, *bytes;
	gssize size;
	const char *safe;
} rows[] = {
	{ "plain", "checkout-7d9f ~!", -1, "checkout-7d9f ~!" },
	{ "nothing", "", -1, "" },
	{ "letters", "né 日本 Ω", -1, "né 日本 Ω" },
	{ "emoji", "🚀 up", -1, "🚀 up" },
	{ "ESC", "\033[31mred", -1, "␛[31mred" },
	{ "a title", "\033]0;pwned\007", -1, "␛]0;pwned␇" },
	{ "OSC 8", "\033]8;;http://x\033\\here", -1, "␛]8;;http://x␛\\here" },
	{ "OSC 52", "\033]52;c;cm0=\007", -1, "␛]52;c;cm0=␇" },
	{ "CSI of C1",
	  "\xc2\x9b"
	  "2J",
	  -1, "⟨U+009B⟩2J" },
	{ "CSI as a bare byte",
	  "\x9b"
	  "2J",
	  -1, "\uFFFD2J" },
	{ "NEL", "a\xc2\x85z", -1, "a⟨U+0085⟩z" },
	{ "NUL", "a\0b", 3, "a␀b" },
	{ "DEL and backspace", "a\177\b", -1, "a␡␈" },
	{ "newline, tab, return", "a\nb\tc\r", -1, "a␊b␉c␍" },
	{ "RLO", "a\u202egnp.exe", -1, "a⟨RLO⟩gnp.exe" },
	{ "LRO, PDF", "\u202d\u202c", -1, "⟨LRO⟩⟨PDF⟩" },
	{ "embeddings", "\u202a\u202b", -1, "⟨LRE⟩⟨RLE⟩" },
	{ "isolates", "\u2066\u2067\u2068\u2069", -1, "⟨LRI⟩⟨RLI⟩⟨FSI⟩⟨PDI⟩" },
	{ "marks of direction", "\u200e\u200f\u061c", -1, "⟨LRM⟩⟨RLM⟩⟨ALM⟩" },
	{ "letters from the right stay", "שלום", -1, "שלום" },
	{ "zero width", "a\u200bb\u200cc\u200dd\u2060\ufeff", -1,
	  "a⟨U+200B⟩b⟨U+200C⟩c⟨U+200D⟩d⟨U+2060⟩⟨U+FEFF⟩" },
	{ "soft hyphen", "a\u00adb", -1, "a⟨U+00AD⟩b" },
	{ "lines and paragraphs", "a\u2028b\u2029c", -1, "a⟨U+2028⟩b⟨U+2029⟩c" },
	{ "tags", "a\U000e0041\U000e0001", -1, "a⟨U+E0041⟩⟨U+E0001⟩" },
	{ "variation selectors", "❤\ufe0f a\U000e0100", -1, "❤⟨U+FE0F⟩ a⟨U+E0100⟩" },
	{ "fillers", "\u3164\uffa0\u115f\u2800", -1, "⟨U+3164⟩⟨U+FFA0⟩⟨U+115F⟩⟨U+2800⟩" },
	{ "joiner of graphemes", "a\u034fb", -1, "a⟨U+034F⟩b" },
	{ "private use", "\ue000\U000f0000", -1, "⟨U+E000⟩⟨U+F0000⟩" },
	{ "no characters", "\uffff\ufdd0", -1, "⟨U+FFFF⟩⟨U+FDD0⟩" },
	{ "a mark on a letter", "e\u0301", -1, "e\u0301" },
	{ "four marks", "a\u0301\u0302\u0303\u0304", -1, "a\u0301\u0302\u0303\u0304" },
	{ "six marks", "a\u0301\u0302\u0303\u0304\u0305\u0306z", -1,
	  "a\u0301\u0302\u0303\u0304⟨U+0305⟩⟨U+0306⟩z" },
	{ "a mark on nothing", "\u0301a", -1, "⟨U+0301⟩a" },
	{ "a mark on what was shown", "\n\u0301", -1, "␊⟨U+0301⟩" },
	{ "a mark on a bad byte", "\xff\u0301", -1, "\uFFFD⟨U+0301⟩" },
	{ "vowels of Hangul on nothing", "\u1161\u1161", -1, "⟨U+1161⟩⟨U+1161⟩" },
	{ "a syllable of Hangul", "\u1100\u1161", -1, "\u1100\u1161" },
	{ "Devanagari", "नमस्ते", -1, "नमस्ते" },
	{ "bad bytes",
	  "a\xff\xfe"
	  "b",
	  -1, "a\uFFFD\uFFFDb" },
	{ "overlong slash", "\xc0\xaf", -1, "\uFFFD\uFFFD" },
	{ "overlong ESC", "\xe0\x80\x9b", -1, "\uFFFD\uFFFD\uFFFD" },
	{ "surrogate", "\xed\xa0\x80", -1, "\uFFFD\uFFFD\uFFFD" },
	{ "beyond Unicode", "\xf4\x90\x80\x80", -1, "\uFFFD\uFFFD\uFFFD\uFFFD" },
	{ "cut in a character", "a\xe6\x97", -1, "a\uFFFD\uFFFD" },
	{ "cut by its size", "日本", 4, "日\uFFFD" },
	{ "the replacement itself", "\uFFFD", -1, "\uFFFD" },
};

static void what_is_hostile_is_shown(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *safe = text_safe(rows[i].bytes, rows[i].size);
		gboolean same = !strcmp(rows[i].bytes, rows[i].safe) && rows[i].size < 0;

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(safe, ==, rows[i].safe);
		g_assert_cmpint(text_is_safe(rows[i].bytes, rows[i].size), ==, same);
	}
}

static void what_is_safe_stays_as_it_is(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *again = text_safe(rows[i].safe, -1);

		g_assert_cmpstr(again, ==, rows[i].safe);
		g_assert_true(text_is_safe(rows[i].safe, -1));
	}
}

/* All of Unicode and each byte: no control, no format character, and valid. */
static void nothing_that_moves_a_terminal_comes_through(void)
{
	for (gunichar c = 0; c <= 0x10ffff; c++) {
		char bytes[8] = { 'a' };
		int size = c >= 0xd800 && c < 0xe000 ? 0 : g_unichar_to_utf8(c, bytes + 1);
		g_autofree char *safe = text_safe(bytes, size + 1);

		g_assert_true(g_utf8_validate(safe, -1, NULL));
		for (const char *p = safe; *p; p = g_utf8_next_char(p)) {
			GUnicodeType type = g_unichar_type(g_utf8_get_char(p));

			g_assert_cmpint(type, !=, G_UNICODE_CONTROL);
			g_assert_cmpint(type, !=, G_UNICODE_FORMAT);
			g_assert_cmpint(type, !=, G_UNICODE_UNASSIGNED);
			g_assert_cmpint(type, !=, G_UNICODE_LINE_SEPARATOR);
		}
	}
}

static void cells_are_those_of_the_terminal(void)
{
	int compared = 0;

	if (!setlocale(LC_CTYPE, "C.UTF-8")) {
		g_test_skip("no locale C.UTF-8 here");
		return;
	}
	for (gunichar c = 0x20; c <= 0x10ffff; c++) {
		char text[8] = { 'a' };

		if (c >= 0xd800 && c < 0xe000)
			continue;
		g_unichar_to_utf8(c, text + 1);
		/* -1: newer than this C library. */
		if (!text_is_safe(text, -1) || wcwidth((wchar_t)c) < 0)
			continue;
		g_test_message("U+%04X", c);
		g_assert_cmpint(text_cells(text), ==, 1 + wcwidth((wchar_t)c));
		compared++;
	}
	g_assert_cmpint(compared, >, 100000);
}

static void text_is_cut_to_its_cells(void)
{
	static const struct {
		const char *text;
		int cells;
		gboolean ascii;
		const char *middle, *end;
	} cuts[] = {
		{ "checkout", 8, FALSE, "checkout", "checkout" },
		{ "checkout", 9, FALSE, "checkout", "checkout" },
		{ "checkout", 7, FALSE, "che…out", "checko…" },
		{ "checkout", 6, FALSE, "che…ut", "check…" },
		{ "checkout", 7, TRUE, "che..ut", "check.." },
		{ "checkout", 3, TRUE, "c..", "c.." },
		{ "checkout", 2, FALSE, "c…", "c…" },
		{ "checkout", 1, FALSE, "…", "…" },
		{ "checkout", 2, TRUE, "..", ".." },
		{ "checkout", 1, TRUE, ".", "." },
		{ "checkout", 0, FALSE, "", "" },
		{ "checkout", -3, FALSE, "", "" },
		{ "", 0, FALSE, "", "" },
		/* A wide character that would stand half outside is left out. */
		{ "日本語版", 8, FALSE, "日本語版", "日本語版" },
		{ "日本語版", 7, FALSE, "日…版", "日本語…" },
		{ "日本語版", 6, FALSE, "日…版", "日本…" },
		{ "日本語版", 2, FALSE, "…", "…" },
		/* Marks go with what they sit on. */
		{ "ae\u0301bcde\u0301f", 5, FALSE, "ae\u0301…e\u0301f", "ae\u0301bc…" },
		{ "abcde\u0301", 3, FALSE, "a…e\u0301", "ab…" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cuts); i++) {
		g_autofree char *middle = text_cut_middle(cuts[i].text, cuts[i].cells,
							  cuts[i].ascii);
		g_autofree char *end = text_cut_end(cuts[i].text, cuts[i].cells, cuts[i].ascii);

		g_assert_cmpstr(middle, ==, cuts[i].middle);
		g_assert_cmpstr(end, ==, cuts[i].end);
		g_assert_cmpint(text_cells(middle), <=, MAX(cuts[i].cells, 0));
		g_assert_cmpint(text_cells(end), <=, MAX(cuts[i].cells, 0));
	}
}

static void safe_text_is_appended(void)
{
	g_autoptr(GString) out = g_string_new("a:");

	text_append_safe(out, "\u0301\n", -1);
	text_append_safe(out, "b\0", 2);
	g_assert_cmpstr(out->str, ==, "a:⟨U+0301⟩␊b␀");
}

static void any_bytes_become_utf8(void)
{
	g_autofree char *text = text_utf8("a\0\xff\033é", 6);

	g_assert_cmpstr(text, ==, "a\uFFFD\uFFFD\033é");
}

#define ROW(name)                    \
	{                            \
		"/text/" #name, name \
	}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*test)(void);
	} tests[] = {
		ROW(what_is_hostile_is_shown),
		ROW(what_is_safe_stays_as_it_is),
		ROW(nothing_that_moves_a_terminal_comes_through),
		ROW(cells_are_those_of_the_terminal),
		ROW(text_is_cut_to_its_cells),
		ROW(safe_text_is_appended),
		ROW(any_bytes_become_utf8),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].test);
	return g_test_run();
}
