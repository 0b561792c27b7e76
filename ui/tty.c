/*
 * ncurses sets the terminal up, knows its keys, and gives it back; what is on it is drawn by draw.c.
 *
 * What holds:
 *
 * 1  A key is read when there is something to read; nothing polls.
 * 2  Between the brackets of a paste no key is told, nor of what a terminal reports, so that neither runs a command; nor of
 *    what comes at once and is too much to be typed.  A short paste without brackets cannot be told from keys.
 * 3  A frame is one write.
 * 4  A terminal that was taken is given back once, by whoever comes first: tty_close, exit, or a signal that kills.
 *    The latter writes what is needed from `restore` by write(2), since nothing else may be called there.
 */
#include "tty.h"

#include "clipboard.h"
#include "draw.h"
#include "input.h"

/* Its names for keys would hide ours. */
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <ncurses.h>

#include <errno.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#define ESCAPE_MS 10 /* how long the rest of a function key may take: less than a frame */

/* Codes of our own for ncurses, above its function keys. */
enum { CODE_PASTE = 0x1000, CODE_PASTED };

#define PASTE_ON  "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

#define CODES_MAX 4096 /* that are looked at together */

struct code {
	int kind;
	wint_t code;
};

struct tty {
	struct tty_calls calls;
	SCREEN *screen;
	enum theme_depth depth;
	gboolean plain;
	WINDOW *keys; /* a pad: reading a key from it never draws */
	struct input typed;
	GArray *codes; /* struct code, that came at once */
	guint input, size, quiet;
	GString *frame;            /* for what is written */
	char *copied;              /* goes with it; or NULL */
	struct canvas_cell *drawn; /* as it was drawn last; NULL: nothing is known */
	int lines, columns;
};

/* --- giving the terminal back -------------------------------------------------------------------- */

static struct termios before;
static volatile sig_atomic_t taken;
static const int killers[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
static struct sigaction killers_before[G_N_ELEMENTS(killers)];
/* Stopped, kase would hold the case and record nothing. */
static struct sigaction stop_before;

static void restore_and_die(int number)
{
	static const char restore[] = PASTE_OFF
		"\033[0m\033[?7h\033[?1l\033>\033[?1049l\033[?25h\r\n";

	if (taken) {
		taken = 0;
		if (write(STDOUT_FILENO, restore, sizeof restore - 1) < 0 ||
		    tcsetattr(STDIN_FILENO, TCSANOW, &before) < 0)
			taken = 0;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(killers); i++)
		if (killers[i] == number)
			sigaction(number, &killers_before[i], NULL);
	raise(number);
}

static void restore_at_exit(void)
{
	if (!taken)
		return;
	taken = 0;
	endwin();
}

static void guard(void)
{
	struct sigaction action = { .sa_handler = restore_and_die, .sa_flags = SA_NODEFER };
	struct sigaction refuse = { .sa_handler = SIG_IGN };
	static gboolean registered;

	taken = 1;
	if (!registered)
		atexit(restore_at_exit);
	registered = TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(killers); i++)
		sigaction(killers[i], &action, &killers_before[i]);
	sigaction(SIGTSTP, &refuse, &stop_before);
}

static void unguard(void)
{
	taken = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(killers); i++)
		sigaction(killers[i], &killers_before[i], NULL);
	sigaction(SIGTSTP, &stop_before, NULL);
}

/* --- keys ---------------------------------------------------------------------------------------- */

static gunichar key_of(wint_t code)
{
	static const struct {
		wint_t code;
		gunichar key;
	} keys[] = {
		{ KEY_UP, KEYCODE_UP },         { KEY_DOWN, KEYCODE_DOWN },
		{ KEY_LEFT, KEYCODE_LEFT },     { KEY_RIGHT, KEYCODE_RIGHT },
		{ KEY_PPAGE, KEYCODE_PAGE_UP }, { KEY_NPAGE, KEYCODE_PAGE_DOWN },
		{ KEY_HOME, KEYCODE_HOME },     { KEY_END, KEYCODE_END },
		{ KEY_BTAB, KEYCODE_BACKTAB },  { KEY_DC, KEYCODE_DELETE },
		{ KEY_ENTER, KEY_RETURN },      { KEY_BACKSPACE, KEY_ERASE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		if (keys[i].code == code)
			return keys[i].key;
	if (code >= (wint_t)KEY_F0 + 1 && code <= (wint_t)KEY_F0 + 12)
		return KEYCODE_F1 + (code - KEY_F0 - 1);
	return KEYCODE_OTHER;
}

static void tell_key(void *user, gunichar key)
{
	struct tty *t = user;

	t->calls.key(t->calls.user, key);
}

static void tell_paste(void *user, const char *text, gsize characters)
{
	struct tty *t = user;

	t->calls.pasted(t->calls.user, text, characters);
}

static void tell_unended(void *user, const char *line)
{
	struct tty *t = user;

	t->calls.unended(t->calls.user, line);
}

static void take_code(struct tty *t, int kind, wint_t code)
{
	if (kind != KEY_CODE_YES)
		input_character(&t->typed, code);
	else if (code == CODE_PASTE)
		input_paste_begins(&t->typed);
	else if (code == CODE_PASTED)
		input_paste_ends(&t->typed);
	else if (code != KEY_RESIZE) /* told by the signal */
		input_function(&t->typed, key_of(code));
}

/* Of a terminal that puts no brackets round a paste. */
static gboolean are_pasted(const struct tty *t)
{
	g_autofree gunichar *characters = g_new(gunichar, t->codes->len);
	gsize n = 0;

	for (guint i = 0; i < t->codes->len; i++) {
		const struct code *code = &g_array_index(t->codes, struct code, i);

		if (code->kind == KEY_CODE_YES && code->code == CODE_PASTE)
			return FALSE;
		if (code->kind != KEY_CODE_YES)
			characters[n++] = code->code;
	}
	return input_is_burst(&t->typed, characters, n);
}

static void take_codes(struct tty *t)
{
	gboolean pasted = !t->typed.pasting && are_pasted(t);

	if (pasted)
		input_paste_begins(&t->typed);
	for (guint i = 0; i < t->codes->len; i++) {
		const struct code *code = &g_array_index(t->codes, struct code, i);

		take_code(t, code->kind, code->code);
	}
	if (pasted)
		input_paste_ends(&t->typed);
	g_array_set_size(t->codes, 0);
}

static gboolean quiet_came(void *data)
{
	struct tty *t = data;

	t->quiet = 0;
	input_quiet(&t->typed);
	return G_SOURCE_REMOVE;
}

static void await_quiet(struct tty *t)
{
	guint ms = input_awaits_quiet(&t->typed);

	g_clear_handle_id(&t->quiet, g_source_remove);
	if (ms)
		t->quiet = g_timeout_add(ms, quiet_came, t);
}

static gboolean read_keys(int fd, GIOCondition condition, void *data)
{
	struct tty *t = data;
	struct code code;
	int n = 0;

	while ((code.kind = wget_wch(t->keys, &code.code)) != ERR) {
		n++;
		g_array_append_val(t->codes, code);
		if (t->codes->len == CODES_MAX)
			take_codes(t);
	}
	take_codes(t);
	input_pause(&t->typed);
	await_quiet(t);
	/* Readable, and nothing to read: its end. */
	if (n == 0 && condition & (G_IO_HUP | G_IO_ERR)) {
		t->input = 0;
		t->calls.hung_up(t->calls.user);
		return G_SOURCE_REMOVE;
	}
	return G_SOURCE_CONTINUE;
}

/* --- size ---------------------------------------------------------------------------------------- */

static gboolean take_size(void *data)
{
	struct tty *t = data;

	tty_forget(t);
	t->calls.resized(t->calls.user);
	return G_SOURCE_CONTINUE;
}

void tty_size(const struct tty *t, int *lines, int *columns)
{
	struct winsize size;

	getmaxyx(stdscr, *lines, *columns);
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col) {
		*lines = size.ws_row;
		*columns = size.ws_col;
	}
}

/* --- drawing ------------------------------------------------------------------------------------- */

/* A terminal that takes no more for now is waited for; one that is gone is told by read_keys. */
static void write_all(const char *data, gsize size)
{
	struct pollfd room = { .fd = STDOUT_FILENO, .events = POLLOUT };

	while (size) {
		ssize_t n = write(STDOUT_FILENO, data, size);

		if (n < 0 && errno == EAGAIN)
			poll(&room, 1, -1);
		else if (n < 0 && errno != EINTR)
			return;
		data += MAX(n, 0);
		size -= (gsize)MAX(n, 0);
	}
}

void tty_draw(struct tty *t, const struct canvas *canvas)
{
	gsize n = (gsize)canvas->lines * (gsize)canvas->columns;

	if (t->lines != canvas->lines || t->columns != canvas->columns)
		tty_forget(t);
	g_string_truncate(t->frame, 0);
	draw_canvas(t->frame, canvas, t->drawn, t->depth);
	if (t->copied)
		clipboard_append(t->frame, t->copied);
	g_clear_pointer(&t->copied, g_free);
	write_all(t->frame->str, t->frame->len);
	t->lines = canvas->lines;
	t->columns = canvas->columns;
	if (!t->drawn)
		t->drawn = g_new(struct canvas_cell, n);
	memcpy(t->drawn, canvas->cells, n * sizeof *t->drawn);
}

void tty_copy(struct tty *t, const char *text)
{
	g_free(t->copied);
	t->copied = g_strdup(text);
}

void tty_forget(struct tty *t)
{
	g_clear_pointer(&t->drawn, g_free);
}

gboolean tty_is_plain(const struct tty *t)
{
	return t->plain;
}

/* --- life ---------------------------------------------------------------------------------------- */

/* A string of the terminal's description, where it has it. */
static void send(const char *capability)
{
	const char *text = tigetstr(capability);

	if (text && text != (char *)-1)
		putp(text);
}

static void set_up(struct tty *t)
{
	raw(); /* ctrl-c, ctrl-z and ctrl-\ are keys */
	noecho();
	nonl();
	t->keys = newpad(1, 1);
	keypad(t->keys, TRUE);
	nodelay(t->keys, TRUE);
	set_escdelay(ESCAPE_MS);
	define_key("\033[200~", CODE_PASTE);
	define_key("\033[201~", CODE_PASTED);
	define_key(NULL, KEY_MOUSE); /* of its reports ncurses takes the beginning alone */
	start_color();
	t->depth = theme_depth_of(&(struct theme_terminal){
		.colours = COLORS,
		.name = getenv("TERM"),
		.colour_term = getenv("COLORTERM"),
		.no_colour = getenv("NO_COLOR"),
		.in_tmux = getenv("TMUX") != NULL,
	});
	curs_set(0);
	send("smkx"); /* ncurses would at the first key, which would come in another form */
	putp(PASTE_ON);
	fflush(stdout);
	t->frame = g_string_new(NULL);
	t->codes = g_array_new(FALSE, FALSE, sizeof(struct code));
	input_init(&t->typed);
	t->typed.key = tell_key;
	t->typed.paste = tell_paste;
	t->typed.unended = tell_unended;
	t->typed.user = t;
}

/* TRUE where it takes what draw.c writes. */
static gboolean is_usual(void)
{
	const char *go_to = tigetstr("cup");

	return go_to && go_to != (char *)-1 && g_str_has_prefix(go_to, "\033[");
}

static gboolean take_terminal(struct tty *t, GError **error)
{
	const char *name = getenv("TERM");

	t->screen = newterm(NULL, stdout, stdin);
	if (t->screen && is_usual())
		return TRUE;
	if (t->screen) {
		endwin();
		delscreen(t->screen);
	}
	g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
		    "the terminal \"%s\" cannot show a screen; set TERM to what it is, such as "
		    "xterm-256color",
		    name ? name : "");
	return FALSE;
}

struct tty *tty_open(const struct tty_calls *calls, GError **error)
{
	struct tty *t;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		g_set_error(
			error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
			"there is no terminal here; kase sql, ledger and verify work without one");
		return NULL;
	}
	tcgetattr(STDIN_FILENO, &before);
	t = g_new0(struct tty, 1);
	t->calls = *calls;
	t->plain = !g_str_equal(nl_langinfo(CODESET), "UTF-8");
	if (!take_terminal(t, error)) {
		g_free(t);
		return NULL;
	}
	set_up(t);
	guard();
	t->input = g_unix_fd_add_full(G_PRIORITY_HIGH, STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR,
				      read_keys, t, NULL);
	t->size = g_unix_signal_add(SIGWINCH, take_size, t);
	return t;
}

void tty_close(struct tty *t)
{
	if (!t)
		return;
	if (t->input)
		g_source_remove(t->input);
	g_clear_handle_id(&t->quiet, g_source_remove);
	g_source_remove(t->size);
	send("rmkx");
	putp(PASTE_OFF);
	fflush(stdout);
	endwin();
	unguard();
	delwin(t->keys);
	delscreen(t->screen);
	input_clear(&t->typed);
	g_string_free(t->frame, TRUE);
	g_array_unref(t->codes);
	g_free(t->drawn);
	g_free(t->copied);
	g_free(t);
}
