/*
 * withhold-walk - a walk over the bytes of JSON that notes where values may stand
 * (withhold-walk.c), and judges when an object ends whether they do (withhold-judge.c).
 */
#pragma once

#include "withhold.h"

enum role {
	ROLE_NONE,
	ROLE_KIND,
	ROLE_VALUES,
	ROLE_METADATA,
	ROLE_ANNOTATIONS,
	ROLE_ITEMS,
	ROLE_ROWS,
	ROLE_COLUMNS,
	ROLE_VERSION,
};

struct note {
	enum role role;
	struct json_slice value;
};

struct walk {
	const char *data, *at, *end;
	const struct withhold_text *text;
	const char *told;         /* up to here it was said that the walk has passed */
	GArray *cuts;             /* struct json_slice */
	GArray *notes;            /* struct note; NULL: only step over */
	struct withhold_top *top; /* or NULL */
	int depth;
	const char *why; /* refused, though it is JSON */
};

/* What an object is, by its members called kind; the flags of more than one come together. */
enum being {
	IS_NAMED = 1 << 0,       /* it says a kind */
	IS_HOLDER = 1 << 1,      /* it holds values */
	IS_LIST_OF_ANY = 1 << 2, /* its items say what they are */
	IS_LIST_OF_HOLDERS = 1 << 3,
	IS_TABLE = 1 << 4, /* where it has rows; custom resources are called so, too */
};

/* --- walking --------------------------------------------------------------------------------- */

/* Over one value and the white space before it. */
gboolean walk_value(struct walk *w);
gboolean walk_take(struct walk *w, char c);
gboolean walk_take_string(struct walk *w, struct json_slice *slice);
void walk_skip_space(struct walk *w);
struct json_slice walk_slice(const struct walk *w, const char *begin);
enum role role_of(const struct walk *w, struct json_slice name);
/* Of the value of a member called kind. */
guint being_of(const struct walk *w, struct json_slice kind);

/* --- judging --------------------------------------------------------------------------------- */

/* An object ends, whose notes are those from `first` on.  FALSE where it is refused. */
gboolean judge_object(struct walk *w, guint first, guint being);
