#include "pane.h"
#include "panes.h"

static const struct view_tint readiness[] = {
	{ "whole", ROLE_TEXT },
	{ NULL, ROLE_DECIDE },
};

static const struct view_tint states[] = {
	{ "Running", ROLE_TEXT },  { "Succeeded", ROLE_TEXT }, { "Completed", ROLE_TEXT },
	{ "Failed", ROLE_DANGER }, { "Error", ROLE_DANGER },   { "OOMKilled", ROLE_DANGER },
	{ NULL, ROLE_DECIDE },
};

/* What has done its work is not ready, and need not be. */
#define READINESS                                                                  \
	"iif(k.phase = 'Succeeded' OR substr(k.ready, 1, instr(k.ready, '/') - 1)" \
	" = substr(k.ready, instr(k.ready, '/') + 1), 'whole', 'short')"

static const struct view view = {
	.noun = "pods",
	.resource = "pods",
	.from = "d_pod k JOIN d_object o ON o.subject = k.subject JOIN d_subject s ON s.id = k.subject",
	.id = "k.subject",
	.gone = "o.gone",
	.order = "s.namespace, s.name, k.subject",
	.none = "no pods: the cluster was asked, and has none here",
	.empty = "no pods: none has been recorded; kase capture CASE cluster lists them",
	.of = { [ITEM_SPACE] = "s.namespace = ?1", [ITEM_SUBJECT] = "k.subject = ?1" },
	.about = { [ITEM_SUBJECT] = "k.subject" },
	.name = "s.namespace || '/' || s.name",
	.columns = {
		{ "NAMESPACE", "s.namespace", NULL, VIEW_NAME, 9, 20, 7, .searched = TRUE },
		{ "NAME", "s.name", NULL, VIEW_NAME, 26, 63, 9, .searched = TRUE },
		{ "READY", "k.ready", NULL, VIEW_RATIO, 5, 7, 6, .over_gone = TRUE,
		  .tints = readiness, .tinted_by = READINESS },
		{ "STATUS", "k.status", NULL, VIEW_WORD, 9, 24, 8, .searched = TRUE, .over_gone = TRUE, .tints = states },
		{ "↻", "k.restarts", NULL, VIEW_NUMBER, 3, 5, 4, .over_gone = TRUE },
		{ "IMAGE", "k.images", NULL, VIEW_IMAGES, 8, 40, 5, .searched = TRUE },
		{ "SA", "k.service_account", NULL, VIEW_NAME, 7, 24, 1, .searched = TRUE },
		{ "NODE", "k.node", NULL, VIEW_NAME, 6, 28, 3, .searched = TRUE },
		/* The youngest has the latest moment, and the smallest age. */
		{ "AGE", "o.created", "-o.created", VIEW_MOMENT, 4, 9, 8, .by_time = TRUE },
	},
};

const struct pane_kind pane_pods = {
	.name = "pods",
	.alias = "po",
	.help = "pods of all namespaces, or of one",
	.title = "Pods",
	.title_all = "Pods, all namespaces",
	.shape = &table_shape,
	.view = &view,
	.takes = PANE_TAKES_SPACE,
	.opens = {
		{ COMMAND_OPEN, "yaml" },
		{ COMMAND_YAML, "yaml" },
		{ COMMAND_DESCRIBE, "describe" },
		{ COMMAND_LOGS, "logs" },
		{ COMMAND_PREVIOUS_LOGS, "previous" },
		{ COMMAND_EVIDENCE, "evidence" },
		{ COMMAND_VERSIONS, "versions" },
	},
};
