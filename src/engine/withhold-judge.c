#include "withhold-walk.h"

#include <string.h>

#include <kase/kube.h>

/* --- members of what was walked already ------------------------------------------------------ */

typedef void (*member_function)(struct walk *w, struct json_slice name, struct json_slice value);

static struct walk step_over(const struct walk *w, struct json_slice slice)
{
	const char *begin = w->data + slice.offset;

	return (struct walk){ .data = w->data,
			      .at = begin,
			      .end = begin + slice.length,
			      .text = w->text,
			      .told = begin };
}

/* The next value of an array or, with its name, of an object; white space stepped over. */
static gboolean next_value(struct walk *s, struct json_slice *name, struct json_slice *value)
{
	const char *begin;

	if (name && !(walk_take_string(s, name) && walk_take(s, ':')))
		return FALSE;
	walk_skip_space(s);
	begin = s->at;
	if (!walk_value(s))
		return FALSE;
	*value = walk_slice(s, begin);
	walk_take(s, ',');
	return TRUE;
}

/* FALSE where it is no object. */
static gboolean each_member(struct walk *w, struct json_slice object, member_function function)
{
	struct walk s = step_over(w, object);
	struct json_slice name, value;

	if (!walk_take(&s, '{'))
		return FALSE;
	while (next_value(&s, &name, &value))
		function(w, name, value);
	return TRUE;
}

static gboolean is_null(const struct walk *w, struct json_slice value)
{
	return value.length == 4 && !memcmp(w->data + value.offset, "null", 4);
}

static void cut(struct walk *w, struct json_slice name, struct json_slice value)
{
	if (!is_null(w, value))
		g_array_append_val(w->cuts, value);
}

static void cut_annotation(struct walk *w, struct json_slice name, struct json_slice value)
{
	g_autofree char *key = json_slice_string(w->data, name);
	g_autofree char *text = json_slice_string(w->data, value);

	if (!key || !text || kube_annotation_tells(key, text))
		cut(w, name, value);
}

static void cut_annotations(struct walk *w, struct json_slice name, struct json_slice value)
{
	if (role_of(w, name) == ROLE_ANNOTATIONS && !each_member(w, value, cut_annotation))
		cut(w, name, value);
}

static void cut_member(struct walk *w, enum role role, struct json_slice value)
{
	if (role == ROLE_VALUES && !each_member(w, value, cut))
		cut(w, value, value);
	if (role == ROLE_METADATA && !each_member(w, value, cut_annotations))
		cut(w, value, value);
}

static void cut_named_member(struct walk *w, struct json_slice name, struct json_slice value)
{
	cut_member(w, role_of(w, name), value);
}

static gboolean says_kind(const struct walk *w, struct json_slice object)
{
	struct walk s = step_over(w, object);
	struct json_slice name, value;

	walk_take(&s, '{');
	while (next_value(&s, &name, &value))
		if (role_of(&s, name) == ROLE_KIND && being_of(&s, value))
			return TRUE;
	return FALSE;
}

/* Items are judged by their list: all of them, or those that do not say what they are. */
static void cut_items(struct walk *w, struct json_slice items, gboolean all)
{
	struct walk s = step_over(w, items);
	struct json_slice item;

	if (!walk_take(&s, '['))
		return;
	while (next_value(&s, NULL, &item))
		if (all || !says_kind(w, item))
			each_member(w, item, cut_named_member);
}

/* --- an object as a whole --------------------------------------------------------------------- */

/* Whether a Table's cells hold values nobody can tell.  It has columns, save in a watch after the
 * first. */
static gboolean is_table(const struct walk *w, guint first, guint being)
{
	gboolean rows = FALSE, columns = being & IS_TABLE;

	for (guint i = first; i < w->notes->len; i++) {
		enum role role = g_array_index(w->notes, struct note, i).role;

		rows |= role == ROLE_ROWS;
		columns |= role == ROLE_COLUMNS;
	}
	return rows && columns;
}

static void judge(struct walk *w, guint first, guint being)
{
	for (guint i = first; i < w->notes->len; i++) {
		struct note note = g_array_index(w->notes, struct note, i);

		if (being & IS_HOLDER)
			cut_member(w, note.role, note.value);
		if (note.role == ROLE_ITEMS && being & (IS_LIST_OF_ANY | IS_LIST_OF_HOLDERS))
			cut_items(w, note.value, being & IS_LIST_OF_HOLDERS);
	}
}

gboolean judge_object(struct walk *w, guint first, guint being)
{
	if (is_table(w, first, being)) {
		w->why = "it is a Table, whose cells may be anything: save objects, with -o yaml "
			 "or -o json";
		return FALSE;
	}
	judge(w, first, being);
	g_array_set_size(w->notes, first);
	return TRUE;
}
