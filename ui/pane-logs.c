#include "pane.h"
#include "panes.h"

/* clang-format off */
#define OPENS { COMMAND_OPEN, "line" }, { COMMAND_YAML, "yaml" }, { COMMAND_DESCRIBE, "describe" }, \
		{ COMMAND_EVIDENCE, "evidence" }, { COMMAND_VERSIONS, "versions" }
/* clang-format on */

const struct pane_kind pane_logs = {
	.name = "logs",
	.help = "logs of a pod: all containers, previous ones in their place",
	.title = "Logs",
	.shape = &stream_shape,
	.takes = PANE_TAKES_SUBJECT,
	.ring = TRUE,
	.needs = TRUE,
	.opens = { OPENS, { COMMAND_PREVIOUS_LOGS, "previous" } },
};

const struct pane_kind pane_previous = {
	.name = "previous",
	.help = "logs of a pod's containers before they started anew",
	.title = "Logs before the last restart",
	.shape = &stream_shape,
	.takes = PANE_TAKES_SUBJECT,
	.needs = TRUE,
	.opens = { OPENS, { COMMAND_LOGS, "logs" } },
};
