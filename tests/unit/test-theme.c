/* Roles, on terminals of more and fewer colours: what is chosen, what is sent, and whether it can be read. */
#include <math.h>
#include <string.h>

#include "draw.h"

/* --- which depth ------------------------------------------------------------------------------------ */

static void a_terminal_has_the_colours_that_it_can_show(void)
{
	static const struct {
		const char *what;
		struct theme_terminal terminal;
		enum theme_depth depth;
	} rows[] = {
		{ "vt100", { -1, "vt100", NULL, NULL, FALSE }, THEME_MONO },
		{ "linux", { 8, "linux", NULL, NULL, FALSE }, THEME_16 },
		{ "xterm", { 8, "xterm", NULL, NULL, FALSE }, THEME_16 },
		{ "screen", { 8, "screen", NULL, NULL, FALSE }, THEME_16 },
		{ "16 colours", { 16, "xterm-16color", NULL, NULL, FALSE }, THEME_16 },
		{ "88 colours", { 88, "rxvt-88color", NULL, NULL, FALSE }, THEME_16 },
		{ "256 colours", { 256, "xterm-256color", NULL, NULL, FALSE }, THEME_256 },
		{ "tmux", { 256, "tmux-256color", NULL, NULL, TRUE }, THEME_256 },
		{ "direct", { 0x1000000, "xterm-direct", NULL, NULL, FALSE }, THEME_DIRECT },
		{ "truecolor", { 256, "xterm-256color", "truecolor", "", FALSE }, THEME_DIRECT },
		{ "24bit", { 256, "xterm-256color", "24bit", NULL, FALSE }, THEME_DIRECT },
		{ "truecolor in tmux",
		  { 256, "tmux-256color", "truecolor", NULL, TRUE },
		  THEME_DIRECT },
		{ "truecolor in tmux, which is called screen there",
		  { 256, "screen-256color", "truecolor", NULL, TRUE },
		  THEME_DIRECT },
		{ "truecolor of the terminal round a screen",
		  { 256, "screen.xterm-256color", "truecolor", NULL, FALSE },
		  THEME_256 },
		{ "another word", { 256, "xterm-256color", "yes", NULL, FALSE }, THEME_256 },
		{ "who asks for 8 gets 8", { 8, "xterm", "truecolor", NULL, FALSE }, THEME_16 },
		{ "NO_COLOR", { 256, "xterm-256color", NULL, "1", FALSE }, THEME_MONO },
		{ "NO_COLOR=0", { 256, "xterm-256color", NULL, "0", FALSE }, THEME_MONO },
		{ "NO_COLOR and truecolor",
		  { 0x1000000, "xterm-direct", "truecolor", "1", FALSE },
		  THEME_MONO },
		{ "NO_COLOR set empty", { 256, "xterm-256color", NULL, "", FALSE }, THEME_256 },
		{ "no name", { 256, NULL, "truecolor", NULL, FALSE }, THEME_DIRECT },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s", rows[i].what);
		g_assert_cmpint(theme_depth_of(&rows[i].terminal), ==, rows[i].depth);
	}
}

/* --- what is sent ----------------------------------------------------------------------------------- */

/* Attributes and colours by their SGR, of mono, 16, 256 and direct. */
static const struct {
	enum role role;
	const char *sent[THEME_DEPTHS];
} sent_rows[] = {
	{ ROLE_TEXT, { "0", "0", "0", "0" } },
	{ ROLE_DIM, { "0;2", "0;2", "0;38;5;244", "0;38;2;128;136;144" } },
	{ ROLE_TITLE, { "0;1", "0;1", "0;1", "0;1" } },
	{ ROLE_FOCUS, { "0", "0", "0", "0" } },
	{ ROLE_DANGER, { "0;1", "0;1;31", "0;1;38;5;167", "0;1;38;2;240;80;80" } },
	{ ROLE_DECIDE, { "0;1", "0;33", "0;38;5;136", "0;38;2;184;134;11" } },
	{ ROLE_GOOD, { "0", "0;32", "0;38;5;65", "0;38;2;79;154;79" } },
	{ ROLE_PLACE, { "0", "0;36", "0;38;5;68", "0;38;2;91;141;217" } },
	{ ROLE_OWN, { "0", "0;35", "0;38;5;134", "0;38;2;169;112;208" } },
	{ ROLE_GONE, { "0;2", "0;2", "0;38;5;242", "0;38;2;112;119;128" } },
	{ ROLE_CURSOR,
	  { "0;7", "0;7", "0;1;38;5;255;48;5;238", "0;1;38;2;240;240;240;48;2;58;68;80" } },
	{ ROLE_MARKED, { "0;1;4", "0;1;35", "0;1;38;5;134", "0;1;38;2;169;112;208" } },
	{ ROLE_MATCH, { "0;4", "0;1;4", "0;1;4;38;5;136", "0;1;4;38;2;184;134;11" } },
	{ ROLE_HIT,
	  { "0;1;4;7", "0;30;43", "0;38;5;16;48;5;222", "0;38;2;16;16;16;48;2;255;215;135" } },
};

static char *sent_for(enum role role, enum theme_depth depth)
{
	GString *sent = g_string_new(NULL);
	struct canvas c;

	canvas_init(&c, FALSE);
	canvas_begin(&c, 1, 1);
	canvas_text(&c, 0, 0, 1, role, "x", CANVAS_CLIP);
	draw_canvas(sent, &c, NULL, depth);
	canvas_clear(&c);
	return g_string_free(sent, FALSE);
}

/* After it nothing is left on: what a shell writes later has the terminal's own look. */
static void each_role_is_sent_as_the_terminal_can_show_it(void)
{
	g_assert_cmpuint(G_N_ELEMENTS(sent_rows), ==, ROLES);
	for (gsize i = 0; i < G_N_ELEMENTS(sent_rows); i++)
		for (int depth = 0; depth < THEME_DEPTHS; depth++) {
			g_autofree char *sent = sent_for(sent_rows[i].role, depth);
			g_autofree char *expected = g_strdup_printf(
				"\033[?7l\033[1;1H\033[%smx\033[0m\033[?7h",
				sent_rows[i].sent[depth]);

			g_test_message("%s, depth %d", theme_role_name(sent_rows[i].role), depth);
			g_assert_cmpint(sent_rows[i].role, ==, i);
			g_assert_cmpstr(sent, ==, expected);
		}
}

/* --- whether it can be told and read ---------------------------------------------------------------- */

/* All of these may stand on one screen, and each means something else. */
static void no_two_of_these_look_alike_at_any_depth(void)
{
	static const enum role apart[] = { ROLE_TEXT,  ROLE_CURSOR, ROLE_MARKED,
					   ROLE_MATCH, ROLE_DANGER, ROLE_HIT };

	for (int depth = 0; depth < THEME_DEPTHS; depth++)
		for (gsize i = 0; i < G_N_ELEMENTS(apart); i++)
			for (gsize k = 0; k < i; k++) {
				g_autofree char *one = sent_for(apart[i], depth);
				g_autofree char *other = sent_for(apart[k], depth);

				g_test_message("%s, %s, depth %d", theme_role_name(apart[i]),
					       theme_role_name(apart[k]), depth);
				g_assert_cmpstr(one, !=, other);
			}
}

static void without_colour_there_is_none(void)
{
	for (int role = 0; role < ROLES; role++) {
		struct theme_style style = theme_style(THEME_MONO, role);

		g_test_message("%s", theme_role_name(role));
		g_assert_cmpint(style.text, ==, THEME_DEFAULT);
		g_assert_cmpint(style.ground, ==, THEME_DEFAULT);
	}
}

/* Of the fixed part of xterm's palette: a cube of 6, then greys. */
static int rgb_of_256(int colour)
{
	static const int steps[] = { 0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff };
	int grey = 8 + 10 * (colour - 232), in_cube = colour - 16;

	g_assert_cmpint(colour, >=, 16);
	if (colour >= 232)
		return grey << 16 | grey << 8 | grey;
	return steps[in_cube / 36] << 16 | steps[in_cube / 6 % 6] << 8 | steps[in_cube % 6];
}

static double linear(int part)
{
	double value = (part & 0xff) / 255.0;

	return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static double luminance(int rgb)
{
	return 0.2126 * linear(rgb >> 16) + 0.7152 * linear(rgb >> 8) + 0.0722 * linear(rgb);
}

/* Source: WCAG 2.2, "contrast ratio". */
static double contrast(int rgb, int other)
{
	double one = luminance(rgb) + 0.05, two = luminance(other) + 0.05;

	return MAX(one, two) / MIN(one, two);
}

static void assert_readable(enum role role, int text, int ground)
{
	static const int grounds[] = { 0x000000, 0x1c1c1c, 0xffffff };
	int own = ground == THEME_DEFAULT;

	/* The terminal's own text is readable on its own ground alone. */
	g_assert_true(text != THEME_DEFAULT || own);
	for (gsize i = 0; text != THEME_DEFAULT && i < (own ? G_N_ELEMENTS(grounds) : 1); i++) {
		g_test_message("%s: %06x", theme_role_name(role), own ? grounds[i] : ground);
		g_assert_cmpfloat(contrast(text, own ? grounds[i] : ground), >=, 3.0);
	}
}

static void each_role_is_readable_on_dark_and_on_light_ground(void)
{
	for (int role = 0; role < ROLES; role++) {
		struct theme_style fixed = theme_style(THEME_256, role);
		struct theme_style direct = theme_style(THEME_DIRECT, role);
		struct theme_style few = theme_style(THEME_16, role);

		assert_readable(role, direct.text, direct.ground);
		assert_readable(role, fixed.text < 0 ? fixed.text : rgb_of_256(fixed.text),
				fixed.ground < 0 ? fixed.ground : rgb_of_256(fixed.ground));
		/* Palettes differ: blue is unreadable on black in most, and these are ground or text in all. */
		g_assert_cmpint(few.text, !=, 4);
		g_assert_true(few.ground != THEME_DEFAULT || (few.text != 0 && few.text < 7));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/theme/" #name, name)
	ADD(a_terminal_has_the_colours_that_it_can_show);
	ADD(each_role_is_sent_as_the_terminal_can_show_it);
	ADD(no_two_of_these_look_alike_at_any_depth);
	ADD(without_colour_there_is_none);
	ADD(each_role_is_readable_on_dark_and_on_light_ground);
#undef ADD
	return g_test_run();
}
