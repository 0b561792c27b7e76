#include "pane.h"
#include "panes.h"

#include <kase/subject.h>

static const struct view_tint types[] = {
	{ "Normal", ROLE_TEXT },
	{ NULL, ROLE_DECIDE },
};

static const struct view view = {
	.noun = "events",
	.resource = "events",
	.from = "d_event k JOIN d_object o ON o.subject = k.subject JOIN d_subject s ON s.id = k.subject",
	.id = "k.subject",
	.gone = "o.gone",
	.order = "k.subject",
	.none = "no events: the cluster was asked, and has none; it keeps them for an hour",
	.empty = "no events: none has been recorded; clusters keep them for an hour",
	.of = { [ITEM_SPACE] = "s.namespace = ?1",
		[ITEM_SUBJECT] = "k.regarding = " VIEW_WRITTEN " AND s.cluster = " VIEW_CLUSTER },
	.about = { [ITEM_SUBJECT] = "k.subject" },
	.name = "s.namespace || '/' || s.name",
	.columns = {
		{ "LAST", "k.last_at", "-k.last_at", VIEW_MOMENT, 4, 10, 9, .by_time = TRUE },
		{ "TYPE", "k.type", NULL, VIEW_WORD, 7, 7, 6, .searched = TRUE, .tints = types },
		{ "REASON", "k.reason", NULL, VIEW_WORD, 10, 18, 8, .searched = TRUE, .tints = types,
		  .tinted_by = "k.type" },
		{ "×", "k.count", NULL, VIEW_NUMBER, 2, 5, 5, .searched = FALSE },
		{ "OBJECT", "k.regarding", NULL, VIEW_NAME, 24, 70, 7, .searched = TRUE },
		{ "SOURCE", "k.source", NULL, VIEW_NAME, 10, 14, 1, .searched = TRUE },
		{ "MESSAGE", "k.message", NULL, VIEW_WORD, 26, 200, 9, .searched = TRUE },
	},
};

const struct pane_kind pane_events = {
	.name = "events",
	.alias = "ev",
	.help = "events of all namespaces, or of one subject",
	.title = "Events",
	.title_all = "Events, all namespaces",
	.shape = &table_shape,
	.view = &view,
	.takes = PANE_TAKES_SUBJECT,
	.ring = TRUE,
	.opens = {
		{ COMMAND_OPEN, "yaml" },
		{ COMMAND_YAML, "yaml" },
		{ COMMAND_LOGS, "logs" },
		{ COMMAND_EVIDENCE, "evidence" },
		{ COMMAND_VERSIONS, "versions" },
	},
};
