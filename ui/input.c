/*
 *	KEYS      ESC         ESCAPED
 *	ESCAPED   [           SEQUENCE
 *	          O           FEW, 1
 *	          P ] X ^ _   STRING
 *	          ESC         ESCAPED; Esc is told
 *	          other       KEYS; Esc and the character are told: who types fast over a slow line
 *	SEQUENCE  M at once   FEW, 3
 *	          0x40-0x7e   KEYS; so does what cannot stand in one
 *	FEW       the last    KEYS
 *	STRING    BEL, ST     KEYS
 *	          ESC         ENDING
 *	ENDING    \           KEYS
 *	          other       as ESCAPED
 *
 * A paste is text from its beginning to its end, and to the first quiet after that: an end may stand in what is pasted, so that
 * the rest would be keys.  One whose end never comes says so, and is left by Esc or ctrl-c, twice, each with a pause before and
 * after it.
 *
 * ncurses knows a bracket that comes at once.  One that a slow line splits comes as characters, and is counted beside all states
 * (`matched`), so that pasted text is no key then either.  Of one that pauses right after its ESC or its [, what comes before
 * the ~ is told as typed.
 *
 * A pause before anything has come after the character that opened one means that it was typed: Esc, then that character.  A
 * pause in the middle means nothing, since a line may be slow.  A string that nothing ends says so; Esc gets out of it.
 */
#include "input.h"

#include <string.h>

#define BEL 0x07
#define ST  0x9c

#define BRACKET       "\033[200~" /* that begins a paste; 201 ends it */
#define BRACKET_LEN   6
#define BRACKET_WHICH 4

void input_init(struct input *in)
{
	*in = (struct input){ .pasted = g_string_new(NULL) };
}

void input_clear(struct input *in)
{
	if (in->pasted)
		g_string_free(in->pasted, TRUE);
	in->pasted = NULL;
}

static void tell(struct input *in, gunichar key)
{
	in->key(in->user, key);
}

static void open_as(struct input *in, enum input_state state, gunichar c)
{
	in->state = state;
	in->opened_by = c;
	in->empty = TRUE;
	in->left = 1;
}

static void after_escape(struct input *in, gunichar c)
{
	static const struct {
		char opens;
		enum input_state state;
	} openers[] = {
		{ '[', INPUT_SEQUENCE }, { 'O', INPUT_FEW },    { 'P', INPUT_STRING },
		{ ']', INPUT_STRING },   { 'X', INPUT_STRING }, { '^', INPUT_STRING },
		{ '_', INPUT_STRING },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(openers); i++)
		if ((gunichar)openers[i].opens == c) {
			open_as(in, openers[i].state, c);
			return;
		}
	tell(in, KEY_ESC);
	if (c == KEY_ESC)
		return;
	in->state = INPUT_KEYS;
	tell(in, c);
}

static void in_string(struct input *in, gunichar c)
{
	in->empty = FALSE;
	if (c == KEY_ESC)
		in->state = INPUT_ENDING;
	else if (c == BEL || c == ST)
		in->state = INPUT_KEYS;
}

static void in_ending(struct input *in, gunichar c)
{
	if (c == '\\')
		in->state = INPUT_KEYS;
	else
		after_escape(in, c);
}

static void in_sequence(struct input *in, gunichar c)
{
	gboolean mouse = in->empty && c == 'M';

	in->empty = FALSE;
	if (c == KEY_ESC) {
		in->state = INPUT_ESCAPED;
	} else if (mouse) {
		in->state = INPUT_FEW;
		in->left = 3;
	} else if (c < 0x20 || c >= 0x40) {
		in->state = INPUT_KEYS;
	}
}

static void in_few(struct input *in, gunichar c)
{
	in->empty = FALSE;
	if (--in->left == 0)
		in->state = INPUT_KEYS;
}

static void in_keys(struct input *in, gunichar c)
{
	if (c == KEY_ESC)
		in->state = INPUT_ESCAPED;
	else
		tell(in, c);
}

static void keep_pasted(struct input *in, gunichar c)
{
	in->pasted_characters++;
	in->since_pause++;
	in->last = c;
	if (in->pasted->len < INPUT_PASTE_MAX)
		g_string_append_unichar(in->pasted, c);
}

static gboolean is_next_of_bracket(const struct input *in, gunichar c)
{
	return c == (gunichar)BRACKET[in->matched] || (in->matched == BRACKET_WHICH && c == '1');
}

/* What came of it is no text of a paste. */
static void take_bracket(struct input *in)
{
	if (in->pasting) {
		g_string_truncate(in->pasted, in->bracket_at);
		in->pasted_characters -= BRACKET_LEN - 1;
	}
	in->state = INPUT_KEYS;
	if (in->bracket_ends)
		input_paste_ends(in);
	else
		input_paste_begins(in);
}

/* TRUE where a bracket is whole with this. */
static gboolean ends_bracket(struct input *in, gunichar c)
{
	if (!is_next_of_bracket(in, c))
		in->matched = 0;
	if (in->matched == 0 && c != KEY_ESC)
		return FALSE;
	if (in->matched == 0)
		in->bracket_at = in->pasted->len;
	if (in->matched == BRACKET_WHICH)
		in->bracket_ends = c == '1';
	return ++in->matched == BRACKET_LEN;
}

void input_character(struct input *in, gunichar c)
{
	static void (*const takes[])(struct input * in, gunichar c) = {
		[INPUT_KEYS] = in_keys,         [INPUT_ESCAPED] = after_escape,
		[INPUT_SEQUENCE] = in_sequence, [INPUT_FEW] = in_few,
		[INPUT_STRING] = in_string,     [INPUT_ENDING] = in_ending,
	};

	if (ends_bracket(in, c))
		take_bracket(in);
	else if (in->pasting)
		keep_pasted(in, c);
	else
		takes[in->state](in, c);
}

void input_function(struct input *in, gunichar key)
{
	in->matched = 0;
	if (in->pasting) {
		in->pasted_characters++;
		in->since_pause++;
		in->last = key;
		return;
	}
	if (in->state == INPUT_ESCAPED)
		tell(in, KEY_ESC);
	in->state = INPUT_KEYS;
	tell(in, key);
}

static void tell_pasted(struct input *in)
{
	in->pasting = in->pasted_all = FALSE;
	in->paste(in->user, in->pasted->str, in->pasted_characters);
}

void input_paste_begins(struct input *in)
{
	in->matched = 0;
	if (in->pasting && !in->pasted_all)
		return;
	if (in->pasting)
		tell_pasted(in);
	input_pause(in);
	in->state = INPUT_KEYS;
	in->pasting = TRUE;
	in->pasted_all = FALSE;
	in->pasted_characters = in->since_pause = in->lone = 0;
	g_string_truncate(in->pasted, 0);
}

void input_paste_ends(struct input *in)
{
	in->matched = 0;
	in->pasted_all = in->pasting;
}

guint input_awaits_quiet(const struct input *in)
{
	if (in->pasting)
		return in->pasted_all ? INPUT_QUIET_MS : INPUT_UNENDED_MS;
	return in->state == INPUT_STRING ? INPUT_UNENDED_MS : 0;
}

static void tell_unended(struct input *in)
{
	g_autofree char *line = NULL;

	if (in->pasting)
		line = g_strdup_printf("a paste has not ended after %" G_GSIZE_FORMAT
				       " characters: Esc %s ends it, and runs nothing of it",
				       in->pasted_characters, in->lone ? "once more" : "twice");
	in->unended(in->user,
		    line ? line : "the terminal reports something without an end: Esc ends it");
}

void input_quiet(struct input *in)
{
	if (in->pasting && in->pasted_all)
		tell_pasted(in);
	else if (in->pasting || in->state == INPUT_STRING)
		tell_unended(in);
}

gboolean input_is_burst(const struct input *in, const gunichar *characters, gsize n)
{
	gsize others = 0, rest = 0;

	while (in->matched && in->matched + rest < BRACKET_LEN && rest < n &&
	       characters[rest] == (gunichar)BRACKET[in->matched + rest])
		rest++;
	if (in->matched && in->matched + rest == BRACKET_LEN)
		return FALSE;
	for (gsize i = 1; i < n; i++)
		others += characters[i] != characters[0];
	return n >= INPUT_BURST && others > 0;
}

static void pause_in_paste(struct input *in)
{
	gboolean out = in->last == KEY_ESC || in->last == KEY_CTRL('c');

	if (!in->since_pause)
		return;
	in->lone = in->since_pause == 1 && out ? in->lone + 1 : 0;
	in->since_pause = 0;
	if (in->lone == 1 && !in->pasted_all)
		tell_unended(in);
	if (in->lone == 2)
		tell_pasted(in);
}

void input_pause(struct input *in)
{
	gboolean opened = in->state == INPUT_SEQUENCE || in->state == INPUT_FEW ||
			  in->state == INPUT_STRING;
	gboolean typed = in->state == INPUT_ESCAPED || (opened && in->empty);

	if (in->pasting) {
		pause_in_paste(in);
		return;
	}
	if (!typed && in->state != INPUT_ENDING)
		return;
	in->state = INPUT_KEYS;
	if (typed)
		tell(in, KEY_ESC);
	if (opened)
		tell(in, in->opened_by);
}
