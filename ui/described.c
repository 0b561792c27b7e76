#include "described.h"

#include <kase/text.h>

#include "theme.h"

static const enum role roles[] = {
	[DESCRIBE_PLAIN] = ROLE_TEXT,   [DESCRIBE_HEAD] = ROLE_TITLE,
	[DESCRIBE_NOTE] = ROLE_DECIDE,  [DESCRIBE_DANGER] = ROLE_DANGER,
	[DESCRIBE_ADDED] = ROLE_DECIDE, [DESCRIBE_TAKEN] = ROLE_GONE,
	[DESCRIBE_FOLDED] = ROLE_DIM,
};

void described_set(struct document *d, const GPtrArray *lines)
{
	d->lines = g_ptr_array_new_with_free_func(g_free);
	d->roles = g_byte_array_new();
	for (guint i = 0; i < lines->len; i++) {
		const struct describe_line *line = lines->pdata[i];
		guint8 role = (guint8)roles[line->mark];

		g_ptr_array_add(d->lines, text_safe(line->text, -1));
		g_byte_array_append(d->roles, &role, 1);
	}
}

char *described_about(const struct describe_state *state)
{
	return g_strdup_printf(
		"version %s, e%" G_GINT64_FORMAT "@%" G_GINT64_FORMAT "+%" G_GINT64_FORMAT,
		state->resource_version, state->evidence, state->offset, state->length);
}
