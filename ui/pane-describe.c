#include "described.h"
#include "pane.h"
#include "panes.h"

/* What tells that the object or one of its events has changed; never 0. */
static gint64 change_of(struct casefile *c, const struct describe_state *state)
{
	return (gint64)(((guint64)state->id << 32) ^
			(guint64)describe_newest_event(c, state->subject));
}

static gboolean read_state(struct document *d, struct casefile *c,
			   const struct describe_state *state, GError **error)
{
	g_autoptr(json_tree) object = describe_state_read(c, state, error);
	g_autoptr(json_tree) events = object ? describe_events(c, state->subject, error) : NULL;
	g_autoptr(GPtrArray) lines = NULL;

	if (!events)
		return FALSE;
	lines = describe_object(object, state->kind, events);
	described_set(d, lines);
	d->about = described_about(state);
	return TRUE;
}

static gboolean read_description(struct document *d, struct casefile *c, GError **error)
{
	struct describe_state state;
	gboolean done = describe_state_find(c, d->item.ids[ITEM_SUBJECT], d->item.ids[ITEM_VERSION],
					    &state, error);
	gint64 change = done ? change_of(c, &state) : 0;

	if (done && change != d->version)
		done = read_state(d, c, &state, error);
	if (done)
		d->version = change;
	describe_state_clear(&state);
	return done;
}

const struct pane_kind pane_describe = {
	.name = "describe",
	.alias = "de",
	.help = "an object in the words of kubectl describe, and how far it reaches",
	.title = "Describe",
	.shape = &reader_shape,
	.read = read_description,
	.takes = PANE_TAKES_SUBJECT,
	.ring = TRUE,
	.needs = TRUE,
	.opens = {
		{ COMMAND_YAML, "yaml" },
		{ COMMAND_LOGS, "logs" },
		{ COMMAND_PREVIOUS_LOGS, "previous" },
		{ COMMAND_EVIDENCE, "evidence" },
		{ COMMAND_VERSIONS, "versions" },
	},
};
