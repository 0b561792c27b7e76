/* Two versions compared: one, and the one that was received before it. */
#include "described.h"
#include "pane.h"
#include "panes.h"

static gboolean find_before(struct casefile *c, const struct describe_state *after,
			    struct describe_state *before, GError **error)
{
	g_autoptr(GError) trouble = NULL;
	gint64 id = describe_version_before(c, after->id, &trouble);

	if (id)
		return describe_state_find(c, 0, id, before, error);
	if (!trouble)
		g_set_error(&trouble, CASE_ERROR, CASE_ERROR_NOT_FOUND,
			    "version %s is the first that was recorded: there is none before it to "
			    "compare with; y shows it",
			    after->resource_version);
	g_propagate_error(error, g_steal_pointer(&trouble));
	return FALSE;
}

static gboolean read_both(struct document *d, struct casefile *c,
			  const struct describe_state *before, const struct describe_state *after,
			  GError **error)
{
	g_autoptr(json_tree) old = describe_state_read(c, before, error);
	g_autoptr(json_tree) new = old ? describe_state_read(c, after, error) : NULL;
	g_autoptr(GPtrArray) lines = NULL;

	if (!new)
		return FALSE;
	lines = describe_difference(old, new);
	described_set(d, lines);
	d->about = g_strdup_printf("- version %s, + version %s", before->resource_version,
				   after->resource_version);
	d->version = after->id;
	return TRUE;
}

static gboolean read_difference(struct document *d, struct casefile *c, GError **error)
{
	struct describe_state before = { 0 }, after;
	gboolean done = describe_state_find(c, d->item.ids[ITEM_SUBJECT], d->item.ids[ITEM_VERSION],
					    &after, error);

	if (done && after.id != d->version)
		done = find_before(c, &after, &before, error) &&
		       read_both(d, c, &before, &after, error);
	describe_state_clear(&before);
	describe_state_clear(&after);
	return done;
}

const struct pane_kind pane_diff = {
	.name = "diff",
	.help = "what a version changed: compared with the one before it",
	.title = "Diff",
	.shape = &reader_shape,
	.read = read_difference,
	.takes = PANE_TAKES_SUBJECT,
	.needs = TRUE,
	.opens = {
		{ COMMAND_YAML, "yaml" },
		{ COMMAND_EVIDENCE, "evidence" },
		{ COMMAND_VERSIONS, "versions" },
	},
};
