#include "theme.h"

#define NONE THEME_DEFAULT
#define OF(colour)              \
	{                       \
		colour, NONE, 0 \
	}

/* The cursor and what is found are told by attributes too, so that they are seen without colour. */
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
			   { 255, NONE, THEME_BOLD },
			   { 0xeeeeee, NONE, THEME_BOLD } } },
	[ROLE_FOCUS] = { "focus", { OF(NONE), OF(NONE), OF(250), OF(0xbcbcbc) } },
	[ROLE_DANGER] = { "danger",
			  { { NONE, NONE, THEME_BOLD },
			    { 1, NONE, THEME_BOLD },
			    { 203, NONE, THEME_BOLD },
			    { 0xff6b6b, NONE, THEME_BOLD } } },
	[ROLE_DECIDE] = { "decide", { { NONE, NONE, THEME_BOLD }, OF(3), OF(179), OF(0xe0b050) } },
	[ROLE_GOOD] = { "good", { OF(NONE), OF(2), OF(108), OF(0x8fbf7f) } },
	[ROLE_PLACE] = { "place", { OF(NONE), OF(6), OF(110), OF(0x87afd7) } },
	[ROLE_OWN] = { "own", { OF(NONE), OF(5), OF(140), OF(0xaf87d7) } },
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
	[ROLE_MARKED] = { "marked", { { NONE, NONE, THEME_BOLD }, OF(5), OF(140), OF(0xaf87d7) } },
	[ROLE_MATCH] = { "match",
			 { { NONE, NONE, THEME_UNDERLINE },
			   { 3, NONE, THEME_UNDERLINE },
			   { 222, NONE, THEME_UNDERLINE },
			   { 0xffd787, NONE, THEME_UNDERLINE } } },
	[ROLE_HIT] = { "hit",
		       { { NONE, NONE, THEME_REVERSE },
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

enum theme_depth theme_depth_of(int colours, const char *no_colour)
{
	if ((no_colour && *no_colour) || colours < 8)
		return THEME_MONO;
	if (colours > 256)
		return THEME_DIRECT;
	return colours >= 256 ? THEME_256 : THEME_16;
}
