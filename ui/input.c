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
 * the rest would be keys.  One whose end never comes is left by Esc or ctrl-c, twice, each with a pause before and after it.
 *
 * A pause before anything has come after the character that opened one means that it was typed: Esc, then that character.  A
 * pause in the middle means nothing, since a line may be slow; Esc gets out of a string that nothing ends.
 */
#include "input.h"

#include <string.h>

#define BEL 0x07
#define ST  0x9c

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

void input_character(struct input *in, gunichar c)
{
	static void (*const takes[])(struct input * in, gunichar c) = {
		[INPUT_KEYS] = in_keys,         [INPUT_ESCAPED] = after_escape,
		[INPUT_SEQUENCE] = in_sequence, [INPUT_FEW] = in_few,
		[INPUT_STRING] = in_string,     [INPUT_ENDING] = in_ending,
	};

	if (in->pasting)
		keep_pasted(in, c);
	else
		takes[in->state](in, c);
}

void input_function(struct input *in, gunichar key)
{
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
	if (in->pasting && !in->pasted_all)
		return;
	input_quiet(in);
	input_pause(in);
	in->state = INPUT_KEYS;
	in->pasting = TRUE;
	in->pasted_all = FALSE;
	in->pasted_characters = in->since_pause = in->lone = 0;
	g_string_truncate(in->pasted, 0);
}

void input_paste_ends(struct input *in)
{
	in->pasted_all = in->pasting;
}

gboolean input_awaits_quiet(const struct input *in)
{
	return in->pasting && in->pasted_all;
}

void input_quiet(struct input *in)
{
	if (input_awaits_quiet(in))
		tell_pasted(in);
}

gboolean input_is_burst(const gunichar *characters, gsize n)
{
	gsize others = 0;

	for (gsize i = 1; i < n; i++)
		others += characters[i] != characters[0];
	return n >= INPUT_BURST && others > 0;
}

static void pause_in_paste(struct input *in)
{
	gboolean out = in->last == KEY_ESC || in->last == KEY_CTRL('c');

	if (in->since_pause)
		in->lone = in->since_pause == 1 && out ? in->lone + 1 : 0;
	in->since_pause = 0;
	if (in->lone == 1 && !in->pasted_all)
		in->unended(in->user, in->pasted_characters);
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
