/*
 * keys - one table of keys and the commands that they run.  Footer, help and manual are made from its rows, so they cannot
 * disagree.  Any thread.
 */
#pragma once

#include <glib.h>

/* A key is a Unicode character (controls as themselves), or one of these. */
enum key {
	KEYCODE_UP = 0x110000,
	KEYCODE_DOWN,
	KEYCODE_LEFT,
	KEYCODE_RIGHT,
	KEYCODE_PAGE_UP,
	KEYCODE_PAGE_DOWN,
	KEYCODE_HOME,
	KEYCODE_END,
	KEYCODE_BACKTAB,
	KEYCODE_DELETE,
	KEYCODE_F1,
	KEYCODE_F5 = KEYCODE_F1 + 4,
	KEYCODE_F9 = KEYCODE_F1 + 8,
	KEYCODE_F12 = KEYCODE_F1 + 11,
	KEYCODE_OTHER, /* one that kase does not know */
};
#define KEY_CTRL(letter) ((letter)&0x1f)
#define KEY_ESC          0x1b
#define KEY_RETURN       0x0d
#define KEY_ERASE        0x7f

enum command {
	COMMAND_NONE, /* of a key that has no use yet */
	COMMAND_DOWN,
	COMMAND_UP,
	COMMAND_PAGE_DOWN,
	COMMAND_PAGE_UP,
	COMMAND_HALF_DOWN,
	COMMAND_HALF_UP,
	COMMAND_FIRST,
	COMMAND_LAST,
	COMMAND_LEFT,
	COMMAND_RIGHT,
	/* Those that open a pane, of what this one is on: which, its row tells. */
	COMMAND_OPEN,
	COMMAND_YAML,
	COMMAND_DESCRIBE,
	COMMAND_EVIDENCE,
	COMMAND_VERSIONS,
	COMMAND_LEDGER,
	COMMAND_LOGS,
	COMMAND_PREVIOUS_LOGS,
	COMMAND_OPENS_LAST = COMMAND_PREVIOUS_LOGS,
	COMMAND_NEXT_PANE,
	COMMAND_PREVIOUS_PANE,
	COMMAND_BACK,
	COMMAND_ESCAPE,
	COMMAND_BACKWARD,
	COMMAND_FORWARD,
	COMMAND_LEAVE,
	COMMAND_NEXT_ROW,
	COMMAND_PREVIOUS_ROW,
	COMMAND_FIND,
	COMMAND_TYPE,
	COMMAND_NEXT_MATCH,
	COMMAND_PREVIOUS_MATCH,
	COMMAND_ONLY_MATCHING,
	COMMAND_ONLY_CONTAINER,
	COMMAND_FOLLOW,
	COMMAND_PAUSE,
	COMMAND_AT,
	COMMAND_HIDE_TIMES,
	COMMAND_SORT_BEFORE,
	COMMAND_SORT_AFTER,
	COMMAND_SORT_INVERT,
	COMMAND_MARK,
	COMMAND_BOOKMARK,
	COMMAND_NEXT_BOOKMARK,
	COMMAND_PREVIOUS_BOOKMARK,
	COMMAND_COPY,
	COMMAND_TIMES,
	COMMAND_WRAP,
	COMMAND_HALT,
	COMMAND_REDRAW,
	COMMAND_CLEAR,
	COMMAND_SUSPEND,
	COMMAND_IGNORE,
	COMMAND_HELP,
	COMMANDS
};

/* Where a command has a use: shapes of panes, and what else it needs. */
enum key_place {
	KEYS_IN_TABLE = 1,
	KEYS_IN_TEXT = 2,
	KEYS_IN_DETAIL = 4,    /* a pane that was opened from a row of a list */
	KEYS_WITH_CLUSTER = 8, /* also needs one */
	KEYS_IN_FIRST = 16,    /* the pane under which there is none */
	KEYS_IN_LATER = 32,    /* one that was opened from another */
	KEYS_IN_RING = 64,     /* one of several of the same subject */
	KEYS_IN_HOME = 128,    /* where no case is open */
	KEYS_IN_STREAM = 256,  /* a text that grows at its end; a cluster is needed nowhere in it */
	KEYS_EVERYWHERE = KEYS_IN_TABLE | KEYS_IN_TEXT | KEYS_IN_HOME,
};
/* A pane from which this command opens another. */
#define KEYS_THAT_OPEN(command) (1u << (9 + (command)-COMMAND_OPEN))

struct key_row {
	enum key keys[4];    /* 0 where there are no more */
	const char *written; /* "j ↓" */
	enum command command;
	guint places;     /* of enum key_place */
	const char *name; /* of the command, as it is typed */
	const char *word; /* in the footer; NULL: not there */
	int rank;         /* order in the footer */
	const char *help;
	const char *where; /* where it works: said where it does not */
};

extern const struct key_row key_rows[];
extern const gsize key_rows_count;

/* Rows that the command goes down by (up: below 0) where `page` rows are seen; 0: it is none of these. */
int command_rows(enum command command, int page);
/* TRUE where it goes by pages, or halves of them. */
gboolean command_pages(enum command command);
/* The row of a key that works at a place (of enum key_place); else any of that key; NULL for one that means nothing. */
const struct key_row *key_row_of(gunichar key, guint place);
/* TRUE where the row has a use at a place (of enum key_place). */
gboolean key_works(const struct key_row *row, guint place);
/* What to say of a key without a use at this place.  Caller owns. */
char *key_excuse(const struct key_row *row, guint place);
/* What may be typed after a command's name: "TIME"; NULL: nothing.  Lent for ever. */
const char *key_takes(const char *name);
/* The rows for the footer of a place, in order, at most `max`.  How many. */
gsize key_footer(guint place, const struct key_row **out, gsize max);
/* The text of the help: this place's keys first.  Caller owns. */
char *key_help(guint place);
