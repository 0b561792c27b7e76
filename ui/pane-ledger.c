#include "pane.h"
#include "panes.h"

#include <kase/subject.h>

static const struct view_tint kinds[] = {
	{ "gap", ROLE_DECIDE },
	{ NULL, ROLE_OWN },
};

#define AT                                                                               \
	"(CAST(strftime('%s', substr(e.entry ->> 'at', 1, 19)) AS INTEGER) * 1000000000" \
	" + CAST(substr(e.entry ->> 'at', 21, 9) AS INTEGER))"

static const struct view view = {
	.noun = "entries",
	.from = "entry e",
	.id = "e.seq",
	.order = "e.seq DESC",
	.empty = "no entries: every case has one",
	.of = { [ITEM_SUBJECT] = "e.entry ->> 'subject' = " VIEW_WRITTEN },
	.about = { [ITEM_ENTRY] = "e.seq" },
	.name = "'#' || e.seq",
	.columns = {
		{ "#", "e.seq", "-e.seq", VIEW_NUMBER, 5, 9, 9, .by_time = TRUE },
		{ "AT", AT, "-e.seq", VIEW_MOMENT, 4, 10, 8, .by_time = TRUE },
		{ "KIND", "e.entry ->> 'kind'", NULL, VIEW_WORD, 8, 12, 8, .searched = TRUE,
		  .tints = kinds },
		{ "BY", "e.entry ->> 'person'", NULL, VIEW_NAME, 8, 24, 2, .searched = TRUE },
		{ "OF", "coalesce(e.entry ->> 'subject', '')", NULL, VIEW_NAME, 16, 50, 5,
		  .searched = TRUE },
		{ "SUMMARY", "coalesce(e.entry ->> 'summary', '')", NULL, VIEW_WORD, 24, 200, 9,
		  .searched = TRUE },
		{ "HASH", "e.hash", NULL, VIEW_WORD, 8, 65, 1, .searched = TRUE },
	},
};

const struct pane_kind pane_ledger = {
	.name = "ledger",
	.help = "all that was done, entry by entry, or what was done with one subject",
	.title = "Ledger",
	.shape = &table_shape,
	.view = &view,
	.takes = PANE_TAKES_SUBJECT,
	.opens = { { COMMAND_OPEN, "entry" } },
};
