#include "config.h"

#include "rows.h"

#include <kase/project.h>

#include "schema.h"

/* Type of evidence → what makes its rows. */
static const struct evidence_type {
	const char *type;
	gboolean (*chunk)(struct projection *p, const struct projection_chunk *chunk,
			  GError **error);
	/* What was held back until the evidence ended; or NULL. */
	gboolean (*whole)(const struct source *s, const struct cJSON *about, struct state *state,
			  GError **error);
} types[] = {
	{ "list", list_chunk, list_whole }, /* objects, versions, rows of their kinds, listing */
	{ "object", object_chunk, object_whole }, /* the same, without the listing */
	{ "watch", watch_chunk, NULL },           /* the same */
	{ "log", log_chunk, log_whole },          /* lines, instances, gaps */
	{ "file", file_chunk, file_whole },       /* either, by its format */
};

static const struct evidence_type *type_of(const struct cJSON *about)
{
	const char *type = json_string(about, "type");

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
		if (!g_strcmp0(type, types[i].type))
			return &types[i];
	return NULL;
}

static gboolean project_chunk(struct projection *p, const struct projection_chunk *chunk,
			      GError **error)
{
	const struct evidence_type *type = type_of(chunk->about);

	return !type || type->chunk(p, chunk, error);
}

static gboolean project_closed(struct projection *p, gint64 evidence, const struct cJSON *about,
			       void **state, const struct cJSON *entry, GError **error)
{
	const struct evidence_type *type = type_of(about);
	struct state *held = *state;
	struct source s;

	if (!type || !type->whole || !held || g_strcmp0(json_string(entry, "state"), "complete"))
		return TRUE;
	s = source_of(p, evidence, about, held->at);
	return type->whole(&s, about, held, error);
}

const struct projector project_projector = {
	.version = PROJECT_VERSION,
	.schema = project_schema,
	.entry = ledger_entry,
	.chunk = project_chunk,
	.closed = project_closed,
	.state_free = state_free,
};
