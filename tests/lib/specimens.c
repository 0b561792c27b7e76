#include "specimens.h"

static const struct {
	gunichar first, last;
} ranges[] = {
	{ 0x01, 0x1f },
	{ 0x7f, 0x9f },
	{ 0xad, 0xad },
	{ 0x0600, 0x0605 }, /* signs before a number */
	{ 0x061c, 0x061c },
	{ 0x06dd, 0x06dd },
	{ 0x070f, 0x070f },
	{ 0x034f, 0x034f },
	{ 0x0378, 0x0379 }, /* unassigned */
	{ 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 },
	{ 0x180b, 0x180f },
	{ 0x200b, 0x200f },
	{ 0x2028, 0x202f },
	{ 0x2060, 0x206f },
	{ 0x2800, 0x2800 },
	{ 0x3000, 0x3000 },
	{ 0x3164, 0x3164 },
	{ 0xe000, 0xe002 },
	{ 0xf8ff, 0xf8ff }, /* private */
	{ 0xfdd0, 0xfdd1 },
	{ 0xfe00, 0xfe0f },
	{ 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 },
	{ 0xfff9, 0xffff },
	{ 0x110bd, 0x110bd },
	{ 0x13430, 0x13438 },
	{ 0x1bca0, 0x1bca3 },
	{ 0x1d173, 0x1d17a },
	{ 0xe0000, 0xe007f },
	{ 0xe0100, 0xe01ef },
	{ 0xf0000, 0xf0001 },
	{ 0x10fffe, 0x10ffff },
	/* As wide as a terminal likes. */
	{ 0xa1, 0xa1 },
	{ 0xb7, 0xb7 },
	{ 0x203b, 0x203b },
	{ 0x2460, 0x2462 },
	{ 0x2500, 0x2503 },
	{ 0x25a0, 0x25a1 },
	{ 0x3248, 0x3249 },
	{ 0x4dc0, 0x4dc1 },
	{ 0x1f100, 0x1f102 },
};

#define TEN_MARKS "\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a"

static const char *const sequences[] = {
	"Z" TEN_MARKS TEN_MARKS, /* on one letter */
	"\u0301\u0489\u20dd",    /* marks on what was there before */
	"東京特許許可局",
	"東\u0301\u0302\u0303\u0304\u0305京", /* on wide ones */
	"ＦＵＬＬ ｈａｌｆ ﾊﾝｶｸ",
	"🦀🚀",
	"👩\u200d👩\u200d👧\u200d👦",
	"🇩🇪🇯🇵",
	"👍🏽",
	"1\ufe0f\u20e3",
	"❤\ufe0f",
	"🏴\U000e0067\U000e0062\U000e007f",
	"\u1112\u1161\u11ab\u1100\u1161", /* jamo */
	"\u1161\u11a8",                   /* without a first */
	"नमस्ते",
	"ไทย ภาษา",
	"བོད་ཡིག",
	"שלום עולם",
	"مرحبا بالعالم",
	"\u0644\u0627\ufdfa", /* as wide as a word */
	"\u202eexe.txt\u202c",
	"\033[2J\033[H",
	"\033]0;owned\a",
	"\033]52;c;cHduZWQ=\033\\",
	"\033]8;;http:x\a",
	"\033Pq#0\033\\",
	"\033[6n\033[c\033[?1049l\033c",
	"\xc2\x9b"
	"2J\xc2\x9d"
	"0;owned\xc2\x9c\xc2\x90q\xc2\x9c",
	"\r\n\t\b\f\v",
};

/* No UTF-8. */
static const char *const bytes[] = {
	"\xff",
	"\x80",
	("\x9b"
	 "2J"),
	"\xc0\xaf",
	"\xe0\x80\x9b",
	"\xed\xa0\x80",
	"\xed\xa0\xbd\xed\xb8\x80",
	"\xf4\x90\x80\x80",
	"\xe6\x97",
	"\xf8\x88\x80\x80\x80",
	"\xfe\xfe\xff\xff",
	"\xf0\x9f\xa6",
};

GPtrArray *specimens_each(gboolean with_bytes)
{
	GPtrArray *all = g_ptr_array_new_with_free_func(g_free);

	for (gsize i = 0; i < G_N_ELEMENTS(ranges); i++)
		for (gunichar c = ranges[i].first; c <= ranges[i].last; c++) {
			char text[8] = "";

			g_unichar_to_utf8(c, text);
			g_ptr_array_add(all, g_strdup(text));
		}
	for (gsize i = 0; i < G_N_ELEMENTS(sequences); i++)
		g_ptr_array_add(all, g_strdup(sequences[i]));
	for (gsize i = 0; with_bytes && i < G_N_ELEMENTS(bytes); i++)
		g_ptr_array_add(all, g_strdup(bytes[i]));
	return all;
}

GPtrArray *specimens_bundles(gboolean with_bytes)
{
	g_autoptr(GPtrArray) all = specimens_each(with_bytes);
	GPtrArray *bundles = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < all->len; i += SPECIMENS_BUNDLE) {
		GString *text = g_string_new(NULL);

		g_string_printf(text, "u%u-", i / SPECIMENS_BUNDLE);
		for (guint k = i; k < MIN(i + SPECIMENS_BUNDLE, all->len); k++)
			g_string_append_printf(text, "%sx", (char *)all->pdata[k]);
		g_ptr_array_add(bundles, g_string_free(text, FALSE));
	}
	return bundles;
}
