#include "pane.h"
#include "panes.h"

#include <kase/subject.h>

static const struct view_tint reasons[] = {
	{ NULL, ROLE_DECIDE },
};

static const struct view view = {
	.noun = "gaps",
	.from = "d_gap g",
	.id = "g.id",
	.order = "g.id DESC",
	.empty = "no gaps: all that was asked for could be seen",
	.of = { [ITEM_SUBJECT] = "g.scope = " VIEW_WRITTEN },
	.about = { [ITEM_GAP] = "g.id" },
	.name = "g.scope",
	.columns = {
		{ "AT", "g.at", "-g.at", VIEW_MOMENT, 4, 10, 9, .by_time = TRUE },
		{ "REASON", "g.reason", NULL, VIEW_WORD, 8, 16, 8, .searched = TRUE, .tints = reasons },
		{ "OF", "g.scope", NULL, VIEW_NAME, 20, 60, 7, .searched = TRUE },
		{ "DETAIL", "g.detail", NULL, VIEW_WORD, 24, 200, 9, .searched = TRUE },
	},
};

const struct pane_kind pane_gaps = {
	.name = "gaps",
	.help = "what could not be seen, or not be understood",
	.title = "Gaps",
	.shape = &table_shape,
	.view = &view,
	.takes = PANE_TAKES_SUBJECT,
	.opens = { { COMMAND_OPEN, "gap" } },
};
