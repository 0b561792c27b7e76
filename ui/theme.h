/*
 * theme - roles, and what each looks like on terminals of more or fewer colours.  Any thread.
 *
 * Code that draws knows roles; this table alone knows colours.
 */
#pragma once

#include <glib.h>

enum role {
	ROLE_TEXT,
	ROLE_DIM,    /* old, or a frame that has not the focus */
	ROLE_TITLE,  /* of a pane with the focus */
	ROLE_FOCUS,  /* its frame */
	ROLE_DANGER, /* in the evidence */
	ROLE_DECIDE, /* to be decided, or missing */
	ROLE_GOOD,   /* held, proven */
	ROLE_PLACE,  /* to go to */
	ROLE_OWN,    /* what kase itself or a colleague did */
	ROLE_GONE,
	ROLE_CURSOR,
	ROLE_MARKED,
	ROLE_MATCH, /* of a filter or search */
	ROLE_HIT,   /* the match that the cursor is on */
	ROLES
};

enum theme_depth { THEME_MONO, THEME_16, THEME_256, THEME_DIRECT, THEME_DEPTHS };

enum { THEME_BOLD = 1, THEME_FAINT = 2, THEME_REVERSE = 4, THEME_UNDERLINE = 8 };

#define THEME_DEFAULT (-1) /* the terminal's own colour */
struct theme_style {
	int text, ground; /* an index, or 0xRRGGBB of THEME_DIRECT, or THEME_DEFAULT */
	guint attributes;
};

struct theme_style theme_style(enum theme_depth depth, enum role role);
const char *theme_role_name(enum role role);

/* What is known of a terminal. */
struct theme_terminal {
	int colours;      /* as its description says */
	const char *name; /* TERM; or NULL, as all below */
	const char *
		colour_term; /* COLORTERM: "truecolor" or "24bit" where it takes direct colours though its description
				    has but 256 */
	const char
		*no_colour; /* NO_COLOR; empty is as if it were not there (https://no-color.org) */
	gboolean in_tmux;
};
enum theme_depth theme_depth_of(const struct theme_terminal *terminal);
