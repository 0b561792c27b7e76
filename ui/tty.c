/*
 * What holds:
 *
 * 1  A key is read when there is something to read; nothing polls.
 * 2  Between the brackets of a paste no key is told, so that nothing pasted runs a command.
 * 3  A terminal that was taken is given back once, by whoever comes first: tty_close, exit, or a signal that kills.
 *    The latter writes what is needed from `restore` by write(2), since nothing else may be called there.
 */
#include "tty.h"

#include "keys.h"

/* Its names for keys would hide ours. */
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <ncurses.h>

#include <gio/gio.h>
#include <glib-unix.h>
#include <langinfo.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#define ESCAPE_MS 25 /* how long the rest of a function key may take */

/* Codes of our own for ncurses, above its function keys. */
enum { CODE_PASTE = 0x1000, CODE_PASTED };

#define PASTE_ON  "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

struct tty {
	struct tty_calls calls;
	SCREEN *screen;
	enum theme_depth depth;
	gboolean plain;
	guint input, size;
	gboolean pasting;
	gsize pasted;
	struct canvas_cell *drawn; /* as it was drawn last; NULL: nothing is known */
	int lines, columns;
};

/* --- giving the terminal back -------------------------------------------------------------------- */

static struct termios before;
static volatile sig_atomic_t taken;
static const int killers[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
static struct sigaction killers_before[G_N_ELEMENTS(killers)];

static void restore_and_die(int number)
{
	static const char restore[] = PASTE_OFF "\033[0m\033[?1049l\033[?25h\r\n";

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
	static gboolean registered;

	taken = 1;
	if (!registered)
		atexit(restore_at_exit);
	registered = TRUE;
	for (gsize i = 0; i < G_N_ELEMENTS(killers); i++)
		sigaction(killers[i], &action, &killers_before[i]);
}

static void unguard(void)
{
	taken = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(killers); i++)
		sigaction(killers[i], &killers_before[i], NULL);
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

static void end_paste(struct tty *t)
{
	t->pasting = FALSE;
	t->calls.pasted(t->calls.user, t->pasted);
}

static void take_key(struct tty *t, int kind, wint_t code)
{
	if (kind == KEY_CODE_YES && code == KEY_RESIZE)
		return; /* told by the signal */
	if (kind == KEY_CODE_YES && code == CODE_PASTE) {
		t->pasting = TRUE;
		t->pasted = 0;
	} else if (kind == KEY_CODE_YES && code == CODE_PASTED) {
		if (t->pasting)
			end_paste(t);
	} else if (t->pasting) {
		t->pasted++;
	} else {
		t->calls.key(t->calls.user, kind == KEY_CODE_YES ? key_of(code) : (gunichar)code);
	}
}

static gboolean read_keys(int fd, GIOCondition condition, void *data)
{
	struct tty *t = data;
	wint_t code;
	int kind, n = 0;

	while ((kind = get_wch(&code)) != ERR) {
		n++;
		take_key(t, kind, code);
	}
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
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	tty_forget(t);
	t->calls.resized(t->calls.user);
	return G_SOURCE_CONTINUE;
}

void tty_size(const struct tty *t, int *lines, int *columns)
{
	getmaxyx(stdscr, *lines, *columns);
}

/* --- drawing ------------------------------------------------------------------------------------- */

/* Pair n belongs to role n - 1. */
static void begin_colours(struct tty *t)
{
	start_color();
	use_default_colors();
	t->depth = theme_depth_of(COLORS, getenv("NO_COLOR"));
	for (int role = 0; t->depth != THEME_MONO && role < ROLES; role++) {
		struct theme_style style = theme_style(t->depth, role);

		init_extended_pair(role + 1, style.text, style.ground);
	}
}

static attr_t attributes_of(struct tty *t, int role)
{
	static const struct {
		guint ours;
		attr_t theirs;
	} attributes[] = {
		{ THEME_BOLD, A_BOLD },
		{ THEME_FAINT, A_DIM },
		{ THEME_REVERSE, A_REVERSE },
		{ THEME_UNDERLINE, A_UNDERLINE },
	};
	guint wanted = theme_style(t->depth, role).attributes;
	attr_t got = A_NORMAL;

	for (gsize i = 0; i < G_N_ELEMENTS(attributes); i++)
		if (wanted & attributes[i].ours)
			got |= attributes[i].theirs;
	return got;
}

/* The terminal must take as many cells for it as the canvas did, or all after it would be at the wrong place. */
static void draw_cell(struct tty *t, int line, int column, const struct canvas_cell *cell)
{
	wchar_t text[1 + TEXT_MAX_MARKS + 1] = { 0 };
	int pair = t->depth == THEME_MONO ? 0 : cell->role + 1;
	attr_t attributes = attributes_of(t, cell->role);
	cchar_t c;

	if (cell->cells == 0)
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(cell->text); i++)
		text[i] = (wchar_t)cell->text[i];
	for (gsize i = 1; text[i]; i++)
		if (wcwidth(text[i]) != 0)
			text[i] = L'\0';
	if (wcwidth(text[0]) == cell->cells) {
		setcchar(&c, text, attributes, (short)pair, &pair);
		mvadd_wch(line, column, &c);
		return;
	}
	for (int i = 0; i < cell->cells; i++) {
		setcchar(&c, L"?", attributes, (short)pair, &pair);
		mvadd_wch(line, column + i, &c);
	}
}

static void draw_line(struct tty *t, const struct canvas *canvas, int line)
{
	gsize start = (gsize)line * (gsize)canvas->columns;
	gsize size = (gsize)canvas->columns * sizeof *canvas->cells;

	if (t->drawn && memcmp(t->drawn + start, canvas->cells + start, size) == 0)
		return;
	for (int column = 0; column < canvas->columns; column++)
		draw_cell(t, line, column, canvas->cells + start + column);
}

void tty_draw(struct tty *t, const struct canvas *canvas)
{
	gsize n = (gsize)canvas->lines * (gsize)canvas->columns;

	if (!t->drawn || t->lines != canvas->lines || t->columns != canvas->columns) {
		g_clear_pointer(&t->drawn, g_free);
		clearok(stdscr, TRUE);
		erase();
	}
	for (int line = 0; line < canvas->lines; line++)
		draw_line(t, canvas, line);
	refresh();
	t->lines = canvas->lines;
	t->columns = canvas->columns;
	if (!t->drawn)
		t->drawn = g_new(struct canvas_cell, n);
	memcpy(t->drawn, canvas->cells, n * sizeof *t->drawn);
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

static void set_up(struct tty *t)
{
	raw(); /* ctrl-c, ctrl-z and ctrl-\ are keys */
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESCAPE_MS);
	curs_set(0);
	leaveok(stdscr, TRUE);
	define_key("\033[200~", CODE_PASTE);
	define_key("\033[201~", CODE_PASTED);
	begin_colours(t);
	putp(PASTE_ON);
	fflush(stdout);
}

struct tty *tty_open(const struct tty_calls *calls, GError **error)
{
	struct tty *t;
	const char *name = getenv("TERM");

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
	t->screen = newterm(NULL, stdout, stdin);
	if (!t->screen) {
		g_set_error(
			error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
			"the terminal \"%s\" cannot show a screen; set TERM to what it is, such as "
			"xterm-256color",
			name ? name : "");
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
	g_source_remove(t->size);
	putp(PASTE_OFF);
	endwin();
	unguard();
	delscreen(t->screen);
	g_free(t->drawn);
	g_free(t);
}
