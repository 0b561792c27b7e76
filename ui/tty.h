/*
 * tty - the terminal.  The only file that knows ncurses, and the only one that writes to the terminal.  Main thread.
 *
 * Once opened it is given back on every way out: tty_close, exit, and the signals that kill.
 */
#pragma once

#include "canvas.h"

struct tty;

/* `key` is called for each key (enum key, or a character), `pasted` with a paste's start and how many characters it had, and
 * `resized` when the size is another; all from the default GMainContext. */
struct tty_calls {
	void (*key)(void *user, gunichar key);
	void (*pasted)(void *user, const char *text, gsize characters);
	void (*unended)(void *user, const char *line); /* why no key is told for now */
	void (*resized)(void *user);
	void (*hung_up)(void *user); /* the terminal is gone */
	void *user;
};

/* NULL and one line where there is no terminal that can show a screen. */
struct tty *tty_open(const struct tty_calls *calls, GError **error);
void tty_close(struct tty *t); /* accepts NULL */

void tty_size(const struct tty *t, int *lines, int *columns);
gboolean tty_is_plain(const struct tty *t); /* no Unicode here */
/* Offer this to the terminal's clipboard, with the next tty_draw: safe text, and no more than CLIPBOARD_BYTES. */
void tty_copy(struct tty *t, const char *text);
/* Only what has changed is written, in one go. */
void tty_draw(struct tty *t, const struct canvas *canvas);
/* Write everything with the next tty_draw. */
void tty_forget(struct tty *t);
