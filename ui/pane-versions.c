#include "pane.h"
#include "panes.h"

static const struct view_tint standing[] = {
	{ "current", ROLE_GOOD },
	{ NULL, ROLE_DIM },
};

static const struct view view = {
	.noun = "versions",
	.from = "d_version v JOIN d_subject s ON s.id = v.subject"
		" LEFT JOIN d_object o ON o.subject = v.subject",
	.id = "v.id",
	.order = "v.id DESC",
	.empty = "no versions: the case holds no document of this",
	.of = { [ITEM_SUBJECT] = "v.subject = ?1" },
	.about = { [ITEM_SUBJECT] = "v.subject",
		   [ITEM_EVIDENCE] = "v.evidence",
		   [ITEM_VERSION] = "v.id" },
	.name = "iif(s.namespace = '', '', s.namespace || '/') || s.name || ' at ' || v.resource_version",
	.columns = {
		{ "RECEIVED", "v.at", "-v.at", VIEW_MOMENT, 8, 10, 9, .by_time = TRUE },
		{ "VERSION", "v.resource_version", NULL, VIEW_NAME, 10, 30, 8, .searched = TRUE },
		{ "", "iif(o.version = v.id, 'current', '')", NULL, VIEW_WORD, 7, 7, 7,
		  .searched = TRUE, .tints = standing },
		{ "SIZE", "v.length", NULL, VIEW_NUMBER, 7, 10, 5, .searched = FALSE },
		{ "LOCATOR", "'e' || v.evidence || '@' || v.offset || '+' || v.length", NULL, VIEW_WORD,
		  12, 40, 6, .searched = TRUE },
	},
};

const struct pane_kind pane_versions = {
	.name = "versions",
	.help = "all states of an object that were recorded",
	.title = "Versions",
	.shape = &table_shape,
	.view = &view,
	.takes = PANE_TAKES_SUBJECT,
	.ring = TRUE,
	.needs = TRUE,
	.opens = {
		{ COMMAND_OPEN, "yaml" },
		{ COMMAND_YAML, "yaml" },
		{ COMMAND_DESCRIBE, "describe" },
		{ COMMAND_EVIDENCE, "evidence" },
		{ COMMAND_VERSIONS, "diff" },
	},
};
