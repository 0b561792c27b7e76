#include "described.h"
#include "pane.h"
#include "panes.h"

#include <kase/yaml.h>

static gboolean read_state(struct document *d, struct casefile *c,
			   const struct describe_state *state, GError **error)
{
	g_autoptr(json_tree) object = describe_state_read_named(c, state, error);
	g_autofree char *yaml = object ? yaml_print(object) : NULL;

	if (!yaml)
		return FALSE;
	d->lines = document_lines(yaml);
	d->version = state->id;
	d->about = described_about(state);
	return TRUE;
}

static gboolean read_yaml(struct document *d, struct casefile *c, GError **error)
{
	struct describe_state state;
	gboolean done = describe_state_find(c, d->item.ids[ITEM_SUBJECT], d->item.ids[ITEM_VERSION],
					    &state, error);

	if (done && state.id != d->version)
		done = read_state(d, c, &state, error);
	describe_state_clear(&state);
	return done;
}

const struct pane_kind pane_yaml = {
	.name = "yaml",
	.help = "an object as it was recorded",
	.title = "YAML",
	.shape = &reader_shape,
	.read = read_yaml,
	.takes = PANE_TAKES_SUBJECT,
	.ring = TRUE,
	.needs = TRUE,
	.opens = {
		{ COMMAND_DESCRIBE, "describe" },
		{ COMMAND_LOGS, "logs" },
		{ COMMAND_PREVIOUS_LOGS, "previous" },
		{ COMMAND_EVIDENCE, "evidence" },
		{ COMMAND_VERSIONS, "versions" },
	},
};
