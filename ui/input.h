/*
 * input - what a terminal sends, sorted into keys, pastes and reports.  Main thread.
 *
 * ncurses knows the function keys of a terminal's description.  What it does not know comes as the characters that it is made
 * of, and must not be taken for keys: a report of the mouse, the focus or the terminal's name would sort, open and leave.
 *
 * Source: ECMA-48, 5.4 and 5.6 (control sequences and strings); xterm's ctlseqs (bracketed paste).
 */
#pragma once

#include "keys.h"

#define INPUT_PASTE_MAX  65536 /* bytes of a paste that are kept */
#define INPUT_QUIET_MS   50    /* for so long nothing comes after a paste */
#define INPUT_UNENDED_MS 1000  /* and in the middle of one, until that is said */
#define INPUT_BURST      128   /* characters at once: nobody types so many */

enum input_state {
	INPUT_KEYS,
	INPUT_ESCAPED,  /* after ESC */
	INPUT_SEQUENCE, /* after ESC [ */
	INPUT_FEW, /* after ESC O: one character more; after ESC [ M, a report of the mouse: three */
	INPUT_STRING, /* after ESC P, ] and their like: up to BEL or ST */
	INPUT_ENDING, /* after ESC in one: ST, or a sequence that cuts it */
};

struct input {
	enum input_state state;
	gunichar opened_by; /* the character after ESC */
	gboolean empty;     /* nothing has come after it */
	int left;           /* of INPUT_FEW */
	guint matched;      /* characters of a bracket that have come in a row */
	gboolean bracket_ends;
	gsize bracket_at; /* bytes of the paste before it */
	gboolean pasting;
	gboolean pasted_all; /* its end has come, and no quiet since */
	guint since_pause;   /* characters of a paste */
	gunichar last;
	guint lone; /* how often Esc or ctrl-c came alone, one after the other */
	GString *pasted;
	gsize pasted_characters;
	/* For each key; and for each paste: its start, as text, and how many characters it had. */
	void (*key)(void *user, gunichar key);
	void (*paste)(void *user, const char *text, gsize characters);
	/* Keys are not told, since something has not ended: one line, what, and what ends it. */
	void (*unended)(void *user, const char *line);
	void *user;
};

void input_init(struct input *in); /* then set key, paste and user */
void input_clear(struct input *in);

/* A character that came. */
void input_character(struct input *in, gunichar c);
/* A function key that ncurses knew (enum key). */
void input_function(struct input *in, gunichar key);
void input_paste_begins(struct input *in);
/* It is told once it is quiet: what follows at once was in it, behind an end that somebody wrote into it. */
void input_paste_ends(struct input *in);
/* For how many ms nothing must come until input_quiet is called; 0: it need not be. */
guint input_awaits_quiet(const struct input *in);
void input_quiet(struct input *in);
/* TRUE where so many that came at once are no keys, but a paste of a terminal that does not say so.  A key that is held is one.
 * Of fewer nobody can tell: they are keys. */
gboolean input_is_burst(const struct input *in, const gunichar *characters, gsize n);
/* Nothing more has come for now: an ESC that stands alone was the key. */
void input_pause(struct input *in);
