/*
 * Lists, objects and watches: evidence that is JSON, and where the objects stand in it.
 *
 * A page fits one chunk as a rule: then it is projected where it lies, and committed together with its bytes.
 * A larger one is held until it is whole.
 */
#include "config.h"

#include "rows.h"

#include <string.h>

#define WATCH_MAX_LINE ((gsize)32 << 20)

struct source source_of(struct projection *p, gint64 evidence, const struct cJSON *about, gint64 at)
{
	const char *cluster = json_string(about, "cluster"), *group = json_string(about, "group");
	const char *kind = json_string(about, "object"), *scope = json_string(about, "subject");

	return (struct source){
		.p = p,
		.evidence = evidence,
		.scope = scope ? scope : json_string(about, "source"),
		.cluster = cluster ? cluster : "",
		.group = kind && !group ? "" : group,
		.kind = kind,
		.at = at,
		.as_of = json_int(about, "as_of", 0),
		.listing = json_int(about, "listing", 0),
	};
}

/* A document where it lies. */
struct document {
	const char *data;
	gsize size;
	guint64 offset; /* in the evidence */
};

static struct document document_of_chunk(const struct projection_chunk *chunk)
{
	return (struct document){ chunk->data, chunk->size, chunk->offset };
}

static struct document document_held(const struct state *state)
{
	return (struct document){ (const char *)state->held->data, state->held->len,
				  state->held_from };
}

static gboolean add_items(const struct source *s, const struct document *d, const GArray *items,
			  GError **error)
{
	for (guint i = 0; i < items->len; i++) {
		struct json_slice slice = g_array_index(items, struct json_slice, i);
		struct place place = { .offset = d->offset + slice.offset, .length = slice.length };

		if (!object_add(s, d->data + slice.offset, place, FALSE, error))
			return FALSE;
	}
	return listing_page(s, items->len, error);
}

/* The answer to a question that failed is a Status, which is no object of the cluster. */
static gboolean is_status(const struct document *d)
{
	g_autofree char *kind = json_scan_string(d->data, d->size, "kind");

	return !g_strcmp0(kind, "Status");
}

static gboolean add_object(const struct source *s, const struct document *d, const GArray *items,
			   GError **error)
{
	struct place place = { .offset = d->offset, .length = d->size };

	return is_status(d) || object_add(s, d->data, place, FALSE, error);
}

static const struct shape {
	const char
		*array; /* the member that holds its items; an object has none that is looked for */
	gboolean (*add)(const struct source *s, const struct document *d, const GArray *items,
			GError **error);
} list_shape = { "items", add_items }, object_shape = { "", add_object };

/* FALSE and `wrong` where the document is not whole, or is no JSON. */
static gboolean find_items(const struct document *d, const struct shape *shape, GArray *items,
			   GError **wrong)
{
	return json_scan_array(d->data, d->size, shape->array, items, wrong);
}

static gboolean chunk_of_document(struct projection *p, const struct projection_chunk *chunk,
				  const struct shape *shape, GError **error)
{
	struct state *state = state_of_chunk(chunk);
	struct document d = document_of_chunk(chunk);
	struct source s = source_of(p, chunk->evidence, chunk->about, chunk->at);
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(struct json_slice));

	if (state->done)
		return TRUE;
	state->done = chunk->offset == 0 && find_items(&d, shape, items, NULL);
	if (state->done)
		return shape->add(&s, &d, items, error);
	state_hold(state, chunk, STATE_MAX_HELD);
	return TRUE;
}

static gboolean whole_document(const struct source *s, struct state *state,
			       const struct shape *shape, GError **error)
{
	struct document d = document_held(state);
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(struct json_slice));
	g_autoptr(GError) wrong = NULL;

	if (state->done)
		return TRUE;
	if (state->held_length > state->held->len)
		return gap_not_understood(s, 0, "larger than 256 MiB", error);
	if (!find_items(&d, shape, items, &wrong))
		return gap_not_understood(s, 0, wrong->message, error);
	return shape->add(s, &d, items, error);
}

gboolean list_chunk(struct projection *p, const struct projection_chunk *chunk, GError **error)
{
	return chunk_of_document(p, chunk, &list_shape, error);
}

gboolean list_whole(const struct source *s, const struct cJSON *about, struct state *state,
		    GError **error)
{
	return whole_document(s, state, &list_shape, error);
}

gboolean object_chunk(struct projection *p, const struct projection_chunk *chunk, GError **error)
{
	return chunk_of_document(p, chunk, &object_shape, error);
}

gboolean object_whole(const struct source *s, const struct cJSON *about, struct state *state,
		      GError **error)
{
	return whole_document(s, state, &object_shape, error);
}

/* --- watches --------------------------------------------------------------------------------------- */

static const struct {
	const char *type;
	gboolean deleted;
} changes[] = {
	{ "ADDED", FALSE },
	{ "MODIFIED", FALSE },
	{ "DELETED", TRUE },
};

static gboolean add_change(const struct source *s, const struct line *line, const char *type,
			   GError **error)
{
	struct json_slice object;

	for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
		struct place place;

		if (strcmp(type, changes[i].type))
			continue;
		if (!json_scan_member(line->data, line->size, "object", &object))
			return gap_not_understood(s, line->offset, "a change without an object",
						  error);
		place = (struct place){ .offset = line->offset + object.offset,
					.length = object.length };
		return object_add(s, line->data + object.offset, place, changes[i].deleted, error);
	}
	return TRUE; /* BOOKMARK, ERROR: about the stream, not about an object */
}

static gboolean add_watch_line(void *user, const struct line *line, GError **error)
{
	const struct source *s = user;
	g_autofree char *type = NULL;

	if (line->size == 0)
		return TRUE;
	if (line->length > line->size)
		return gap_not_understood(s, line->offset, "a line larger than 32 MiB", error);
	type = json_scan_string(line->data, line->size, "type");
	if (!type)
		return gap_not_understood(s, line->offset, "a line that is no change", error);
	return add_change(s, line, type, error);
}

/*
 * A change was received after entry `after`, and its own batch is entered after it: so it is as of the next entry.  A
 * listing that was asked for as of `after` may have been answered before the change.
 */
gboolean watch_chunk(struct projection *p, const struct projection_chunk *chunk, GError **error)
{
	struct source s = source_of(p, chunk->evidence, chunk->about, chunk->at);

	s.as_of = chunk->after + 1;
	s.listing = 0;
	return state_lines(state_of_chunk(chunk), chunk, WATCH_MAX_LINE, add_watch_line, &s, error);
}
