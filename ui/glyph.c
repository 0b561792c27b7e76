#include "glyph.h"

static const struct {
	gunichar sign; /* 0: none that text would hold */
	const char *text, *plain;
} glyphs[GLYPHS] = {
	[GLYPH_DONE] = { 0x2713, "✓", "+" },        [GLYPH_OPEN] = { 0x25a1, "□", "." },
	[GLYPH_HERE] = { 0x25b8, "▸", ">" },        [GLYPH_TROUBLE] = { 0, "!", "!" },
	[GLYPH_LOCKED] = { 0x2298, "⊘", "x" },      [GLYPH_LIVE] = { 0x25cf, "●", "*" },
	[GLYPH_STALE] = { 0x25cb, "○", "o" },       [GLYPH_DANGER] = { 0x203c, "‼", "!!" },
	[GLYPH_GONE] = { 0x2020, "†", "~" },        [GLYPH_MARKED] = { 0x25c6, "◆", "@" },
	[GLYPH_UP] = { 0x2191, "↑", "^" },          [GLYPH_DOWN] = { 0x2193, "↓", "v" },
	[GLYPH_BAR] = { 0x2587, "▇", "#" },         [GLYPH_BAR_EMPTY] = { 0x2591, "░", "." },
	[GLYPH_ACROSS] = { 0x2500, "─", "-" },      [GLYPH_UPRIGHT] = { 0x2502, "│", "|" },
	[GLYPH_TOP_LEFT] = { 0x250c, "┌", "+" },    [GLYPH_TOP_RIGHT] = { 0x2510, "┐", "+" },
	[GLYPH_BOTTOM_LEFT] = { 0x2514, "└", "+" }, [GLYPH_BOTTOM_RIGHT] = { 0x2518, "┘", "+" },
	[GLYPH_WITHIN] = { 0x203a, "›", ">" },      [GLYPH_RESTARTS] = { 0x21bb, "↻", "RS" },
	[GLYPH_MORE] = { 0x2026, "…", ".." },       [GLYPH_BETWEEN] = { 0xb7, "·", "-" },
};

const char *glyph_text(enum glyph glyph, gboolean plain)
{
	return plain ? glyphs[glyph].plain : glyphs[glyph].text;
}

static void append_plain(GString *out, gunichar c)
{
	if (c < 0x80) {
		g_string_append_c(out, (char)c);
		return;
	}
	/* The pictures of control characters, as text_safe writes them. */
	if (c >= 0x2400 && c < 0x2420) {
		g_string_append_printf(out, "^%c", (char)(c - 0x2400 + '@'));
		return;
	}
	for (gsize i = 0; i < GLYPHS; i++)
		if (glyphs[i].sign == c) {
			g_string_append(out, glyphs[i].plain);
			return;
		}
	if (!g_unichar_iszerowidth(c))
		g_string_append_c(out, '?');
}

char *glyph_plain(const char *safe)
{
	GString *out = g_string_new(NULL);

	for (; *safe; safe = g_utf8_next_char(safe))
		append_plain(out, g_utf8_get_char(safe));
	return g_string_free(out, FALSE);
}
