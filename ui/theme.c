#include "theme.h"

#define NONE THEME_DEFAULT
#define OF(colour)              \
	{                       \
		colour, NONE, 0 \
	}

/*
 * The ground is the terminal's own and may be black, white or between: colours of 256 and more are of a middle tone, that stands
 * off from either.  With 16 they are those of its owner's palette; blue, which most palettes have too dark, is not
 * among them.  Where a ground is set, so is the text on it.  The cursor and what is marked or found are told by attributes
 * too, so that they are seen, and told apart, without colour.
 */
static const struct {
	const char *name;
	struct theme_style style[THEME_DEPTHS];
} roles[ROLES] = {
	[ROLE_TEXT] = { "text", { OF(NONE), OF(NONE), OF(NONE), OF(NONE) } },
	[ROLE_DIM] = { "dim",
		       { { NONE, NONE, THEME_FAINT },
			 { NONE, NONE, THEME_FAINT },
			 OF(244),
			 OF(0x808890) } },
	[ROLE_TITLE] = { "title",
			 { { NONE, NONE, THEME_BOLD },
			   { NONE, NONE, THEME_BOLD },
			   { NONE, NONE, THEME_BOLD },
			   { NONE, NONE, THEME_BOLD } } },
	[ROLE_FOCUS] = { "focus", { OF(NONE), OF(NONE), OF(NONE), OF(NONE) } },
	[ROLE_DANGER] = { "danger",
			  { { NONE, NONE, THEME_BOLD },
			    { 1, NONE, THEME_BOLD },
			    { 167, NONE, THEME_BOLD },
			    { 0xf05050, NONE, THEME_BOLD } } },
	[ROLE_DECIDE] = { "decide", { { NONE, NONE, THEME_BOLD }, OF(3), OF(136), OF(0xb8860b) } },
	[ROLE_GOOD] = { "good", { OF(NONE), OF(2), OF(65), OF(0x4f9a4f) } },
	[ROLE_PLACE] = { "place", { OF(NONE), OF(6), OF(68), OF(0x5b8dd9) } },
	[ROLE_OWN] = { "own", { OF(NONE), OF(5), OF(134), OF(0xa970d0) } },
	[ROLE_GONE] = { "gone",
			{ { NONE, NONE, THEME_FAINT },
			  { NONE, NONE, THEME_FAINT },
			  OF(242),
			  OF(0x707780) } },
	[ROLE_CURSOR] = { "cursor",
			  { { NONE, NONE, THEME_REVERSE },
			    { NONE, NONE, THEME_REVERSE },
			    { 255, 238, THEME_BOLD },
			    { 0xf0f0f0, 0x3a4450, THEME_BOLD } } },
	[ROLE_MARKED] = { "marked",
			  { { NONE, NONE, THEME_BOLD | THEME_UNDERLINE },
			    { 5, NONE, THEME_BOLD },
			    { 134, NONE, THEME_BOLD },
			    { 0xa970d0, NONE, THEME_BOLD } } },
	[ROLE_MATCH] = { "match",
			 { { NONE, NONE, THEME_UNDERLINE },
			   { NONE, NONE, THEME_BOLD | THEME_UNDERLINE },
			   { 136, NONE, THEME_BOLD | THEME_UNDERLINE },
			   { 0xb8860b, NONE, THEME_BOLD | THEME_UNDERLINE } } },
	[ROLE_HIT] = { "hit",
		       { { NONE, NONE, THEME_BOLD | THEME_REVERSE | THEME_UNDERLINE },
			 { 0, 3, 0 },
			 { 16, 222, 0 },
			 { 0x101010, 0xffd787, 0 } } },
};

struct theme_style theme_style(enum theme_depth depth, enum role role)
{
	return roles[role].style[depth];
}

const char *theme_role_name(enum role role)
{
	return roles[role].name;
}

/* GNU screen has it from the terminal that it was started in, and takes the colours for other attributes. */
static gboolean is_inherited(const struct theme_terminal *t)
{
	return t->name && g_str_has_prefix(t->name, "screen") && !t->in_tmux;
}

static gboolean says_direct(const struct theme_terminal *t)
{
	if (g_strcmp0(t->colour_term, "truecolor") != 0 && g_strcmp0(t->colour_term, "24bit") != 0)
		return FALSE;
	return !is_inherited(t);
}

enum theme_depth theme_depth_of(const struct theme_terminal *t)
{
	if ((t->no_colour && *t->no_colour) || t->colours < 8)
		return THEME_MONO;
	if (t->colours > 256 || (t->colours == 256 && says_direct(t)))
		return THEME_DIRECT;
	return t->colours == 256 ? THEME_256 : THEME_16;
}
