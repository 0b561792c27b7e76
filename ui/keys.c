#include "keys.h"

#include <kase/console.h>

#include <stdlib.h>
#include <string.h>

#define FOOTER_CELLS 76

#define TABLE  KEYS_IN_TABLE
#define TEXT   KEYS_IN_TEXT
#define CASE   (KEYS_IN_TABLE | KEYS_IN_TEXT)
#define DETAIL KEYS_IN_DETAIL
#define ALL    KEYS_EVERYWHERE
#define STREAM KEYS_IN_STREAM
#define OPENS  KEYS_THAT_OPEN

/* clang-format off */
const struct key_row key_rows[] = {
	{ { 'j', KEYCODE_DOWN }, "j ↓", COMMAND_DOWN, ALL, "down", NULL, 0, "one down", NULL },
	{ { 'k', KEYCODE_UP }, "k ↑", COMMAND_UP, ALL, "up", NULL, 0, "one up", NULL },
	{ { KEYCODE_PAGE_DOWN }, "PgDn", COMMAND_PAGE_DOWN, ALL, "page-down", NULL, 0, "a page down", NULL },
	{ { KEYCODE_PAGE_UP }, "PgUp", COMMAND_PAGE_UP, ALL, "page-up", NULL, 0, "a page up", NULL },
	{ { ' ' }, "Space", COMMAND_PAGE_DOWN, TEXT, "page-down", NULL, 0, "a page down", "in text" },
	{ { ' ', 'm' }, "Space m", COMMAND_MARK, TABLE, "mark", NULL, 0, "mark the row, or take its mark off, and go to the next; :mark all, :mark none", "in a table" },
	{ { KEY_CTRL('d') }, "ctrl-d", COMMAND_HALF_DOWN, ALL, "half-down", NULL, 0, "half a page down", NULL },
	{ { KEY_CTRL('u') }, "ctrl-u", COMMAND_HALF_UP, ALL, "half-up", NULL, 0, "half a page up", NULL },
	{ { 'g', KEYCODE_HOME }, "g Home", COMMAND_FIRST, ALL, "first", NULL, 0, "to the first", NULL },
	{ { 'G', KEYCODE_END }, "G End", COMMAND_LAST, ALL, "last", NULL, 0, "to the last", NULL },
	{ { KEYCODE_LEFT }, "←", COMMAND_LEFT, CASE, "left", NULL, 0, "show what is to the left", "in a case" },
	{ { KEYCODE_RIGHT }, "→", COMMAND_RIGHT, CASE, "right", NULL, 0, "show what is to the right", "in a case" },
	{ { KEY_RETURN, '\n' }, "Enter", COMMAND_OPEN, OPENS(COMMAND_OPEN), "open", "open", 1, "open the row", "in a table, on a row" },
	{ { 'y' }, "y", COMMAND_YAML, OPENS(COMMAND_YAML), "yaml", "yaml", 2, "the row's YAML, as it was recorded", "on an object" },
	{ { 'd' }, "d", COMMAND_DESCRIBE, OPENS(COMMAND_DESCRIBE), "describe", "describe", 2, "all that is known of the object, and how far it reaches", "on an object" },
	{ { 'l' }, "l", COMMAND_LOGS, OPENS(COMMAND_LOGS), "logs", "logs", 2, "the logs of a pod, all its containers", "on a pod" },
	{ { 'p' }, "p", COMMAND_PREVIOUS_LOGS, OPENS(COMMAND_PREVIOUS_LOGS), "previous", NULL, 0, "its logs before the last restart", "on a pod" },
	{ { 'o' }, "o", COMMAND_EVIDENCE, OPENS(COMMAND_EVIDENCE), "origin", "evidence", 5, "the evidence behind this: request, hash, bytes", "on what was recorded" },
	{ { 'D' }, "D", COMMAND_VERSIONS, OPENS(COMMAND_VERSIONS), "states", NULL, 0, "all versions of the object that were recorded; on one of them: what it changed", "on an object" },
	{ { 'L' }, "L", COMMAND_LEDGER, CASE, "entries", NULL, 0, "the ledger: all that was done", "in a case" },
	{ { '\t' }, "Tab", COMMAND_NEXT_PANE, KEYS_IN_RING, "next-pane", "next pane", 5, "the next pane of the same subject", "in a pane of one subject" },
	{ { KEYCODE_BACKTAB }, "Shift-Tab", COMMAND_PREVIOUS_PANE, KEYS_IN_RING, "previous-pane", NULL, 0, "the pane of it before", "in a pane of one subject" },
	{ { 'J' }, "J", COMMAND_NEXT_ROW, DETAIL, "next-row", "next", 5, "the next row of the list that this came from", "in what was opened from a row of a table" },
	{ { 'K' }, "K", COMMAND_PREVIOUS_ROW, DETAIL, "previous-row", NULL, 0, "the row before", "in what was opened from a row of a table" },
	{ { '/' }, "/", COMMAND_FIND, TABLE | KEYS_IN_HOME, "filter", "filter", 3, "show only rows that hold all these words; ↑ there: the last ones", NULL },
	{ { '/' }, "/", COMMAND_FIND, TEXT, "search", "search", 3, "search in the text", NULL },
	{ { ':' }, ":", COMMAND_TYPE, ALL, "type", NULL, 0, "type a command: :pods payments, :q; Tab completes, ↑ brings back", NULL },
	{ { 'n' }, "n", COMMAND_NEXT_MATCH, TEXT, "next-match", NULL, 0, "to the next match", "in text, after /" },
	{ { 'N' }, "N", COMMAND_PREVIOUS_MATCH, TEXT, "previous-match", NULL, 0, "to the match before", "in text, after /" },
	{ { '<' }, "<", COMMAND_SORT_BEFORE, TABLE, "sort-before", NULL, 0, "sort by the column before", "in a table" },
	{ { '>' }, ">", COMMAND_SORT_AFTER, TABLE, "sort-after", "sort", 6, "sort by the column after", "in a table" },
	{ { 'I' }, "I", COMMAND_SORT_INVERT, TABLE, "sort-invert", NULL, 0, "turn the order round", "in a table" },
	{ { 'w' }, "w", COMMAND_WRAP, TEXT, "wrap", "wrap", 6, "wrap long lines, or cut them", "in text" },
	{ { 'm' }, "m", COMMAND_BOOKMARK, TEXT, "bookmark", NULL, 0, "bookmark the line, or take that off; kept while this pane is there", "in text" },
	{ { 'u' }, "u", COMMAND_NEXT_BOOKMARK, TEXT, "next-bookmark", NULL, 0, "to the next bookmark", "in text, after m" },
	{ { 'U' }, "U", COMMAND_PREVIOUS_BOOKMARK, TEXT, "previous-bookmark", NULL, 0, "to the bookmark before", "in text, after m" },
	{ { 'c' }, "c", COMMAND_COPY, CASE, "copy", NULL, 0, "copy the marked rows, or this row or line, to the terminal's clipboard", "in a case" },
	{ { 'T' }, "T", COMMAND_TIMES, ALL, "times", NULL, 0, "ages, times in UTC, times of this machine", NULL },
	{ { 'F' }, "F", COMMAND_FOLLOW, STREAM, "follow", "follow", 0, "follow the end, or stop it; going up stops it too", "in logs" },
	{ { '=' }, "=", COMMAND_PAUSE, TABLE | STREAM, "pause", NULL, 0, "hold lines and rows still while more come; go on", "in tables and logs" },
	{ { '@' }, "@", COMMAND_AT, STREAM, "at", "time", 4, "go to a time: 13:58, 2026-11-24T13:58:27Z, -5m", "in logs" },
	{ { '&' }, "&", COMMAND_ONLY_MATCHING, STREAM, "only-matching", "only these", 6, "only lines that hold what is searched; all again", "in logs, after /" },
	{ { 'C' }, "C", COMMAND_ONLY_CONTAINER, STREAM, "only-container", NULL, 0, "only the container of this line; all again", "in logs" },
	{ { 'H' }, "H", COMMAND_HIDE_TIMES, STREAM, "hide-times", NULL, 0, "lines without their times, or with them", "in logs" },
	{ { 'z' }, "z", COMMAND_HALT, ALL | STREAM | KEYS_WITH_CLUSTER, "stop", NULL, 0, "stop what is being fetched; it says what stays partial", NULL },
	{ { KEY_CTRL('l') }, "ctrl-l", COMMAND_REDRAW, ALL, "redraw", NULL, 0, "draw the screen anew", NULL },
	{ { KEY_CTRL('c') }, "ctrl-c", COMMAND_CLEAR, ALL, "clear", NULL, 0, "clear what is typed", NULL },
	{ { KEY_CTRL('z') }, "ctrl-z", COMMAND_SUSPEND, ALL, "suspend", NULL, 0, "refused: kase goes on recording where it stands", NULL },
	{ { KEY_CTRL('\\') }, "ctrl-\\", COMMAND_IGNORE, ALL, "ignore", NULL, 0, "ignored", NULL },
	{ { '?', KEYCODE_F1 }, "?", COMMAND_HELP, ALL, "help", "help", 8, "the keys that work here", NULL },
	{ { KEY_ESC }, "Esc", COMMAND_ESCAPE, ALL, "escape", NULL, 0, "one step back; the filter goes first", NULL },
	{ { '[' }, "[", COMMAND_BACKWARD, CASE, "backward", NULL, 0, "back to where one was; Tab, J and K turn a pane, and are no step", "in a case" },
	{ { ']' }, "]", COMMAND_FORWARD, CASE, "forward", NULL, 0, "forward again, until something else is opened", "in a case" },
	{ { 'q' }, "q", COMMAND_BACK, KEYS_IN_LATER, "back", "back", 9, "one step back", "in a pane that was opened from another" },
	{ { 'q' }, "q", COMMAND_BACK, KEYS_IN_FIRST, "quit", "quit", 9, "leave; while it records, after a question", "in the first pane" },
	{ { 'Q' }, "Q", COMMAND_LEAVE, ALL, "leave", NULL, 0, "leave, after a question", NULL },

	/* Keys that are taken, so that no finger is surprised later. */
	{ { '0', '1', '2', '3' }, "0-8", COMMAND_NONE, 0, NULL, NULL, 0, NULL, "in the phases of the playbook" },
	{ { '4', '5', '6', '7' }, "0-8", COMMAND_NONE, 0, NULL, NULL, 0, NULL, "in the phases of the playbook" },
	{ { '8' }, "0-8", COMMAND_NONE, 0, NULL, NULL, 0, NULL, "in the phases of the playbook" },
	{ { '~' }, "~", COMMAND_NONE, 0, NULL, NULL, 0, NULL, "where a case has a front page" },
	{ { 'f' }, "f", COMMAND_NONE, 0, NULL, NULL, 0, NULL, "where several panes stand side by side" },
	{ { ';' }, ";", COMMAND_NONE, 0, NULL, NULL, 0, NULL, "in every pane; kase sql asks meanwhile" },
	{ { '+', '-' }, "+ -", COMMAND_NONE, 0, NULL, NULL, 0, NULL, "on suspects; kase capture takes one" },
	{ { 'x' }, "x", COMMAND_NONE, 0, NULL, NULL, 0, NULL, "on what is missing here; kase capture CASE SUBJECT takes it" },
	{ { 's' }, "s", COMMAND_NONE, 0, NULL, NULL, 0, NULL, "on a container that runs, with a cluster" },
	{ { 'v' }, "v", COMMAND_NONE, 0, NULL, NULL, 0, NULL, "on evidence" },
	{ { 'e', 'E' }, "e E", COMMAND_NONE, 0, NULL, NULL, 0, NULL, "among hits and risks" },
	{ { 'i', 'P' }, "i P", COMMAND_NONE, 0, NULL, NULL, 0, NULL, "where notes and alerts are kept" },
	{ { 't', 'a', 'S' }, "t a S", COMMAND_NONE, 0, NULL, NULL, 0, NULL, "over the whole case" },
	{ { '!', KEYCODE_F9 }, "! F9", COMMAND_NONE, 0, NULL, NULL, 0, NULL, "on suspects, with a cluster" },
	{ { 'R', KEYCODE_F5 }, "R F5", COMMAND_NONE, 0, NULL, NULL, 0, NULL, "on what does not follow by itself; with a cluster, all lists do" },
	{ { KEY_CTRL(']') }, "ctrl-]", COMMAND_NONE, 0, NULL, NULL, 0, NULL, "in a shell" },
};
/* clang-format on */
const gsize key_rows_count = G_N_ELEMENTS(key_rows);

static gboolean row_has(const struct key_row *row, gunichar key)
{
	for (gsize i = 0; i < G_N_ELEMENTS(row->keys) && row->keys[i]; i++)
		if ((gunichar)row->keys[i] == key)
			return TRUE;
	return FALSE;
}

const struct key_row *key_row_of(gunichar key, guint place)
{
	const struct key_row *other = NULL;

	for (gsize i = 0; i < key_rows_count; i++) {
		if (!row_has(&key_rows[i], key))
			continue;
		if (key_works(&key_rows[i], place))
			return &key_rows[i];
		if (!other)
			other = &key_rows[i];
	}
	return other;
}

int command_rows(enum command command, int page)
{
	const int most = MAX(page - 1, 1), half = MAX(page / 2, 1);
	const int rows[COMMANDS] = {
		[COMMAND_DOWN] = 1,        [COMMAND_UP] = -1,          [COMMAND_PAGE_DOWN] = most,
		[COMMAND_PAGE_UP] = -most, [COMMAND_HALF_DOWN] = half, [COMMAND_HALF_UP] = -half,
	};

	return rows[command];
}

gboolean command_pages(enum command command)
{
	return command >= COMMAND_PAGE_DOWN && command <= COMMAND_HALF_UP;
}

gboolean key_works(const struct key_row *row, guint place)
{
	guint shapes = row->places & ~(guint)KEYS_WITH_CLUSTER;

	if (row->places & place & KEYS_IN_STREAM)
		return TRUE;
	return shapes & place && !(row->places & KEYS_WITH_CLUSTER & ~place);
}

char *key_excuse(const struct key_row *row, guint place)
{
	if (row->places & KEYS_WITH_CLUSTER & ~place)
		return g_strdup_printf("%s: needs a cluster; this case is open offline",
				       row->written);
	return g_strdup_printf(row->places ? "%s works %s" : "%s will work %s; not in this version",
			       row->written, row->where);
}

const char *key_takes(const char *name)
{
	static const struct {
		const char *name, *takes;
	} rows[] = { { "at", "TIME" }, { "mark", "all or none" } };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		if (g_strcmp0(rows[i].name, name) == 0)
			return rows[i].takes;
	return NULL;
}

static gint by_rank(gconstpointer a, gconstpointer b)
{
	const struct key_row *const *one = a, *const *other = b;

	return (*one)->rank - (*other)->rank;
}

/* As the frame draws it. */
static int footer_cells(const struct key_row *const *rows, gsize n)
{
	int cells = 0;

	for (gsize i = 0; i < n; i++)
		cells += (int)(g_utf8_strlen(rows[i]->written, -1) +
			       g_utf8_strlen(rows[i]->word, -1)) +
			 3;
	return cells;
}

gsize key_footer(guint place, const struct key_row **out, gsize max)
{
	gsize n = 0;

	for (gsize i = 0; i < key_rows_count && n < max; i++)
		if (key_rows[i].word && key_works(&key_rows[i], place))
			out[n++] = &key_rows[i];
	qsort(out, n, sizeof *out, by_rank);
	/* Where there are too many the last before ? and q go. */
	while (n > 2 && footer_cells(out, n) > FOOTER_CELLS) {
		memmove(&out[n - 3], &out[n - 2], 2 * sizeof *out);
		n--;
	}
	return n;
}

/* Of the keys that work here or elsewhere: those that work `everywhere`, or the others. */
static void append_help(GString *out, guint place, gboolean here, gboolean everywhere)
{
	for (gsize i = 0; i < key_rows_count; i++) {
		const struct key_row *row = &key_rows[i];
		glong written = g_utf8_strlen(row->written, -1);

		if (!row->help || key_works(row, place) != here ||
		    ((row->places & ALL) == ALL) != everywhere)
			continue;
		g_string_append_printf(out, "  %s%*s%s", row->written, (int)(12 - written), "",
				       row->help);
		if (!here && row->places & KEYS_WITH_CLUSTER)
			g_string_append(out, " (with a cluster)");
		else if (!here && row->where)
			g_string_append_printf(out, " (%s)", row->where);
		g_string_append_c(out, '\n');
	}
}

char *key_help(guint place)
{
	GString *out = g_string_new("Keys that work here\n\n");

	append_help(out, place, TRUE, FALSE);
	g_string_append_c(out, '\n');
	append_help(out, place, TRUE, TRUE);
	g_string_append(out, "\nKeys that work elsewhere\n\n");
	append_help(out, place, FALSE, FALSE);
	append_help(out, place, FALSE, TRUE);
	return g_string_free(out, FALSE);
}

void console_keys(void (*tell)(void *user, const char *keys, const char *help), void *user)
{
	for (gsize i = 0; i < key_rows_count; i++)
		if (key_rows[i].help)
			tell(user, key_rows[i].written, key_rows[i].help);
}
