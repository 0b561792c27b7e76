#include "input.h"

#include <stdio.h>
#include <string.h>

/* What was told, as text: keys as themselves, Esc as E, function keys as F, a paste in brackets. */
static void told_key(void *user, gunichar key)
{
	if (key == KEY_ESC)
		g_string_append_c(user, 'E');
	else if (key >= KEYCODE_UP)
		g_string_append_c(user, 'F');
	else
		g_string_append_unichar(user, key);
}

static void told_paste(void *user, const char *text, gsize characters)
{
	g_string_append_printf(user, "<%" G_GSIZE_FORMAT ":%s>", characters, text);
}

/* As ? and how many characters of a paste there were, and ! where Esc has to come twice. */
static void told_unended(void *user, const char *line)
{
	guint characters;

	g_string_append_c(user, '?');
	if (sscanf(line, "a paste has not ended after %u", &characters) == 1)
		g_string_append_printf(user, "%u", characters);
	if (strstr(line, "twice"))
		g_string_append_c(user, '!');
}

/* Sent: characters; \002 is a pause, \003 quiet, \004 ctrl-c, and after \001 stands what ncurses knows: ( and ) of a paste, F a function key. */
static char *told(const char *sent)
{
	GString *out = g_string_new(NULL);
	struct input in;

	input_init(&in);
	in.key = told_key;
	in.paste = told_paste;
	in.unended = told_unended;
	in.user = out;
	for (; *sent; sent = g_utf8_next_char(sent)) {
		if (*sent == '\002')
			input_pause(&in);
		else if (*sent == '\003')
			input_quiet(&in);
		else if (*sent == '\004')
			input_character(&in, KEY_CTRL('c'));
		else if (*sent != '\001')
			input_character(&in, g_utf8_get_char(sent));
		else if (*++sent == 'F')
			input_function(&in, KEYCODE_DOWN);
		else if (*sent == '(')
			input_paste_begins(&in);
		else
			input_paste_ends(&in);
	}
	input_pause(&in);
	input_clear(&in);
	return g_string_free(out, FALSE);
}

struct row {
	const char *what, *sent, *told;
};

static void assert_told(const struct row *rows, gsize n)
{
	for (gsize i = 0; i < n; i++) {
		g_autofree char *got = told(rows[i].sent);

		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(got, ==, rows[i].told);
	}
}

static void keys_are_told_as_they_were_pressed(void)
{
	static const struct row rows[] = {
		{ "keys", "jkä\r", "jkä\r" },
		{ "Esc alone", "\033", "E" },
		{ "Esc twice", "\033\033", "EE" },
		{ "Esc, then a key", "\033\002q", "Eq" },
		{ "Esc and a key at once", "\033q", "Eq" },
		{ "a function key", "j\001Fk", "jFk" },
		{ "Esc and a function key at once", "\033\001F", "EF" },
		{ "Esc and [, typed", "\033[\002j", "E[j" },
		{ "Esc and O, typed", "\033O\002j", "EOj" },
		{ "Esc and P, typed", "\033P\002j", "EPj" },
	};

	assert_told(rows, G_N_ELEMENTS(rows));
}

/* Each is followed by j, which is told, so that it does not take what comes after it either. */
static void what_a_terminal_reports_is_no_key(void)
{
	static const struct row rows[] = {
		{ "the focus", "\033[Ij\033[Oj", "jj" },
		{ "the mouse", "\033[<0;10;10Mj", "j" },
		{ "the mouse, as of old", "\033[M !!j", "j" },
		{ "what the terminal is", "\033[?1;2cj", "j" },
		{ "a key with others held", "\033[27;5;113~j", "j" },
		{ "a key of the keypad", "\033Oqj", "j" },
		{ "its name", "\033P>|q(1) Q\033\\j", "j" },
		{ "a colour, ended by BEL", "\033]11;rgb:q/Q/y\aj", "j" },
		{ "a colour, ended by ST", "\033]11;rgb:q/Q/y\xc2\x9cj", "j" },
		{ "a sequence in two parts", "\033[<0;1\0020;10Mj", "j" },
		{ "a string in two parts", "\033P>q\002Q\033\\j", "j" },
		{ "a string that nothing ends", "\033P>q\002Q\033\002j", "j" },
		{ "a string that a sequence cuts", "\033P>q\033[Ij", "j" },
		{ "one within another", "\033[1\033[Aj", "j" },
		{ "one that a control ends", "\033[1\rj", "j" },
		{ "a string that nothing ends, and quiet", "\033P>q\002\003Q\033\002j", "?j" },
		{ "a sequence in two parts, and quiet", "\033[<0;1\002\0030;10Mj", "j" },
		{ "an end without a paste, in two parts", "\033[20\0021~j", "j" },
	};

	assert_told(rows, G_N_ELEMENTS(rows));
}

static void a_paste_is_text_and_never_keys(void)
{
	static const struct row rows[] = {
		{ "keys", "\001(qQy\r\001)\003j", "<4:qQy\r>j" },
		{ "nothing", "\001(\001)\003j", "<0:>j" },
		{ "in two parts", "\001(q\002Q\001)\003j", "<2:qQ>j" },
		{ "a function key", "\001(q\001Fq\001)\003j", "<3:qq>j" },
		{ "a sequence", "\001(\033[M\001)\003j", "<3:\033[M>j" },
		{ "an end without a beginning", "\001)j", "j" },
		{ "after Esc", "\033\001(q\001)\003j", "E<1:q>j" },
		{ "twice", "\001(a\001)\001(b\001)\003", "<1:a><1:b>" },
		{ "an end within", "\001(a\001)Qy\001)\003j", "<3:aQy>j" },
		{ "an end within, and a pause", "\001(a\001)\002Qy\002\001)\002\003j", "<3:aQy>j" },
		{ "a beginning within", "\001(a\001(b\001)\003j", "<2:ab>j" },
		{ "without an end", "\001(Qy\002Q\002qq\002", "" },
		{ "without an end, Esc", "\001(Qy\002\033\002q\002", "?3" },
		{ "without an end, Esc in a row", "\001(Qy\002\033\033\002q\002", "" },
		{ "without an end, Esc twice", "\001(Qy\002\033\002\033\002j",
		  "?3<4:Qy\033\033>j" },
		{ "without an end, and quiet", "\001(Qy\002\003q\002\003", "?2!?3!" },
		{ "without an end, Esc, and quiet", "\001(Qy\002\033\002\003", "?3?3" },
		{ "without an end, ctrl-c twice", "\001(Qy\002\004\002\004\002j",
		  "?3<4:Qy\003\003>j" },
	};

	assert_told(rows, G_N_ELEMENTS(rows));
}

/* ncurses tells what a slow line splits as characters. */
static void a_bracket_that_comes_in_pieces_is_one(void)
{
	static const struct row rows[] = {
		{ "its beginning", "\033[2\00200~Qy\001)\003j", "<2:Qy>j" },
		{ "its beginning, before its last", "\033[200\002~Qy\001)\003j", "<2:Qy>j" },
		{ "its beginning, after Esc", "\033\002[200~Qy\001)\003j", "E[200<2:Qy>j" },
		{ "its beginning, after [", "\033[\002200~Qy\001)\003j", "E[200<2:Qy>j" },
		{ "its beginning, each alone", "\033[2\0020\0020\002~\002Qy\001)\003j", "<2:Qy>j" },
		{ "its end", "\001(Qy\033[2\00201~\002\003j", "<2:Qy>j" },
		{ "its end, after Esc", "\001(Qy\002\033\002[201~\002\003j", "?3<2:Qy>j" },
		{ "both", "\033[20\0020~Qy\033[\002201~\003j", "<2:Qy>j" },
		{ "its end, and more at once", "\001(a\033[2\00201~Qy\001)\003j", "<3:aQy>j" },
		{ "a beginning within", "\001(a\033[20\0020~b\001)\003j", "<2:ab>j" },
		{ "twice", "\001(a\001)\033[2\00200~b\001)\003j", "<1:a><1:b>j" },
		{ "no bracket", "\001(\033[2\00202~\001)\003j", "<6:\033[202~>j" },
		{ "one that begins anew", "\001(\033[2\033[2\00201~\003j", "<3:\033[2>j" },
		{ "a key of the keypad within", "\001(\033[2\001F01~\001)\003j", "<7:\033[201~>j" },
	};

	assert_told(rows, G_N_ELEMENTS(rows));
}

static void told_length(void *user, const char *text, gsize characters)
{
	g_string_append_printf(user, "%d of %" G_GSIZE_FORMAT, strlen(text) <= INPUT_PASTE_MAX + 4,
			       characters);
}

static void of_a_long_paste_only_the_start_is_kept(void)
{
	g_autoptr(GString) out = g_string_new(NULL);
	struct input in;

	input_init(&in);
	in.paste = told_length;
	in.user = out;
	input_paste_begins(&in);
	for (int i = 0; i < 200000; i++)
		input_character(&in, 0xe4);
	input_paste_ends(&in);
	input_quiet(&in);
	g_assert_cmpstr(out->str, ==, "1 of 200000");
	input_clear(&in);
}

/* Of 10 MB as much is held as of 200 KB. */
static void a_paste_of_any_length_takes_no_more_than_its_start(void)
{
	g_autoptr(GString) out = g_string_new(NULL);
	struct input in;

	input_init(&in);
	in.paste = told_length;
	in.user = out;
	input_paste_begins(&in);
	for (int i = 0; i < 10 << 20; i++)
		input_character(&in, 'q');
	g_assert_cmpuint(in.pasted->allocated_len, <=, 2 * INPUT_PASTE_MAX + 8);
	input_paste_ends(&in);
	input_quiet(&in);
	g_assert_cmpstr(out->str, ==, "1 of 10485760");
	input_clear(&in);
}

static void what_comes_at_once_is_pasted_where_nobody_types_so_much(void)
{
	static const struct {
		const char *what;
		gsize n, others;
		gboolean burst;
	} rows[] = {
		{ "a key", 1, 0, FALSE },
		{ "what is typed ahead", INPUT_BURST - 1, 20, FALSE },
		{ "a page of text", INPUT_BURST, 20, TRUE },
		{ "a key that is held", 4000, 0, FALSE },
		{ "nothing", 0, 0, FALSE },
	};
	struct input none = { 0 };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree gunichar *characters = g_new(gunichar, rows[i].n + 1);

		for (gsize k = 0; k < rows[i].n; k++)
			characters[k] = k < rows[i].others ? 'q' : 'j';
		g_test_message("%s", rows[i].what);
		g_assert_cmpint(input_is_burst(&none, characters, rows[i].n), ==, rows[i].burst);
	}
}

/* Else its end would be the end of what came at once. */
static void what_ends_a_bracket_is_no_paste_of_its_own(void)
{
	static const struct {
		const char *before, *first;
		gboolean burst;
	} rows[] = {
		{ "\033[2", "00~", FALSE }, { "\033", "[200~", FALSE }, { "\033[2", "00", TRUE },
		{ "\033", "q", TRUE },      { "", "200~", TRUE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GString) out = g_string_new(NULL);
		gunichar characters[INPUT_BURST];
		struct input in;

		input_init(&in);
		in.key = told_key;
		in.user = out;
		for (const char *c = rows[i].before; *c; c++)
			input_character(&in, (gunichar)*c);
		for (gsize k = 0; k < INPUT_BURST; k++)
			characters[k] = k % 2 ? 'q' : 'y';
		for (gsize k = 0; rows[i].first[k]; k++)
			characters[k] = (gunichar)rows[i].first[k];
		g_assert_cmpint(input_is_burst(&in, characters, INPUT_BURST), ==, rows[i].burst);
		input_clear(&in);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/input/" #name, name)
	ADD(keys_are_told_as_they_were_pressed);
	ADD(what_a_terminal_reports_is_no_key);
	ADD(a_paste_is_text_and_never_keys);
	ADD(a_bracket_that_comes_in_pieces_is_one);
	ADD(of_a_long_paste_only_the_start_is_kept);
	ADD(a_paste_of_any_length_takes_no_more_than_its_start);
	ADD(what_comes_at_once_is_pasted_where_nobody_types_so_much);
	ADD(what_ends_a_bracket_is_no_paste_of_its_own);
#undef ADD
	return g_test_run();
}
