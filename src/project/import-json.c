/*
 * Files of JSON: objects and Lists, one after another.
 *
 * What is held is read from its start:
 *
 *	between	objects: the next one when it is whole; of a large List what stands before its
 *		items
 *	items	of a large List: each when it is whole, until the array ends
 *	tail	of that List: its other members, until it ends
 *
 * 1  The whole of a large List is never held, only what of it is not read yet.
 * 2  Bytes that are not whole yet are looked at again when there are twice as many: what never ends
 *    costs no square.
 */
#include "config.h"

#include "rows.h"

#include <kase/subject.h>
#include <string.h>

#define LARGE_BYTES ((gsize)256 << 10) /* a List of more is read item by item */

enum where { BETWEEN, ITEMS, TAIL };

struct file {
	enum where where;
	char *kind, *group; /* of the items of the List at hand, where it says it before them */
	gsize enough;       /* so many bytes must be held before they are looked at again */
};

void file_free(struct file *f)
{
	if (!f)
		return;
	g_free(f->kind);
	g_free(f->group);
	g_free(f);
}

static struct file *file_of_state(struct state *state)
{
	if (!state->file)
		state->file = g_new0(struct file, 1);
	return state->file;
}

/* --- objects and Lists that are whole --------------------------------------------------------- */

/* `place` is where it lies in the evidence; `kind` what it says itself, or NULL. */
static gboolean add_value(const struct source *s, const char *data, struct place place,
			  const char *kind, GError **error);

static gboolean add_item(const struct source *s, const char *data, struct place place,
			 const char *kind, const char *group, GError **error)
{
	g_autofree char *own_kind = json_scan_string(data, place.length, "kind");
	struct source item = source_of_item(s, own_kind, kind, group);

	return add_value(&item, data, place, own_kind, error);
}

static gboolean add_list(const struct source *s, const char *data, struct place place,
			 const char *kind, GError **error)
{
	g_autofree char *version = json_scan_string(data, place.length, "apiVersion");
	g_autofree char *group = group_of_api_version(version);
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(struct json_slice));
	g_autoptr(GError) wrong = NULL;

	if (!json_scan_array(data, place.length, "items", items, &wrong))
		return gap_not_understood(s, place.offset, wrong->message, error);
	for (guint i = 0; i < items->len; i++) {
		struct json_slice slice = g_array_index(items, struct json_slice, i);
		struct place at = { .offset = place.offset + slice.offset, .length = slice.length };

		if (!add_item(s, data + slice.offset, at, kind, group, error))
			return FALSE;
	}
	return TRUE;
}

static gboolean add_value(const struct source *s, const char *data, struct place place,
			  const char *kind, GError **error)
{
	g_autofree char *item_kind = NULL;
	gsize items;

	/* A custom resource may be called SomethingList, too; it has no items. */
	if (list_of_kind(kind, &item_kind) && json_scan_begin(data, place.length, "items", &items))
		return add_list(s, data, place, item_kind, error);
	return object_add(s, data, place, FALSE, error);
}

/* --- what is held ----------------------------------------------------------------------------- */

/* How many bytes were read, or 0 where what stands there is not whole. */
typedef gsize (*step_function)(const struct source *s, struct state *state, const char *data,
			       gsize size, GError **error);

static struct place place_at(const struct state *state, const char *data, struct json_slice slice)
{
	return (struct place){ .offset = state->held_from +
					 (gsize)(data - (const char *)state->held->data) +
					 slice.offset,
			       .length = slice.length };
}

/* A List too large to wait for its end: go to its items. */
static gsize enter_list(struct file *f, const char *data, gsize size)
{
	g_autofree char *kind = NULL, *version = NULL;
	gsize at;

	if (size < LARGE_BYTES || !json_scan_begin(data, size, "items", &at) || data[at] != '[')
		return 0;
	kind = json_scan_string(data, at, "kind");
	version = json_scan_string(data, at, "apiVersion");
	g_clear_pointer(&f->kind, g_free);
	if (kind && !list_of_kind(kind, &f->kind))
		return 0;
	g_free(f->group);
	f->group = group_of_api_version(version);
	f->where = ITEMS;
	return at + 1;
}

static gsize step_between(const struct source *s, struct state *state, const char *data, gsize size,
			  GError **error)
{
	g_autofree char *kind = NULL;
	struct json_slice value;

	if (!json_scan_next(data, size, &value))
		return enter_list(state->file, data, size);
	kind = json_scan_string(data + value.offset, value.length, "kind");
	if (!add_value(s, data + value.offset, place_at(state, data, value), kind, error))
		return 0;
	return value.offset + value.length;
}

static gsize step_item(const struct source *s, struct state *state, const char *data, gsize size,
		       GError **error)
{
	struct file *f = state->file;
	struct json_slice value;

	if (*data == ',')
		return 1;
	if (*data == ']') {
		f->where = TAIL;
		return 1;
	}
	if (!json_scan_next(data, size, &value) ||
	    !add_item(s, data, place_at(state, data, value), f->kind, f->group, error))
		return 0;
	return value.length;
}

/* A comma, a name, a colon or a value; or the List's end. */
static gsize step_tail(const struct source *s, struct state *state, const char *data, gsize size,
		       GError **error)
{
	struct json_slice value;

	if (*data == '}')
		state->file->where = BETWEEN;
	if (strchr(",:}", *data))
		return 1;
	return json_scan_next(data, size, &value) ? value.length : 0;
}

static const step_function steps[] = {
	[BETWEEN] = step_between,
	[ITEMS] = step_item,
	[TAIL] = step_tail,
};

static gsize skip_space(const char *data, gsize size)
{
	gsize at = 0;

	while (at < size && data[at] && strchr(" \t\r\n", data[at]))
		at++;
	return at;
}

static gboolean read_held(const struct source *s, struct state *state, GError **error)
{
	const char *data = (const char *)state->held->data;
	gsize size = state->held->len, at = 0, step = 1;
	GError *failed = NULL;

	while (step && (at += skip_space(data + at, size - at)) < size) {
		step = steps[state->file->where](s, state, data + at, size - at, &failed);
		at += step;
	}
	state_drop(state, at);
	state->file->enough = 2 * state->held->len;
	if (failed)
		g_propagate_error(error, failed);
	return !failed;
}

gboolean json_file_chunk(const struct source *s, struct state *state, GError **error)
{
	struct file *f = file_of_state(state);

	if (state->held_length > state->held->len ||
	    (state->held->len > LARGE_BYTES && state->held->len < f->enough))
		return TRUE;
	return read_held(s, state, error);
}

gboolean json_file_whole(const struct source *s, struct state *state, GError **error)
{
	file_of_state(state);
	if (!read_held(s, state, error))
		return FALSE;
	if (!state->held->len && state->file->where == BETWEEN)
		return TRUE;
	return gap_not_understood(s, state->held_from, "JSON that ends early or goes wrong", error);
}
