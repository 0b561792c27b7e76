#include <string.h>

#include "inside.h"

/*
 * Which namespaces to look into where a kind may not be listed in all of them at once.
 *
 * The list of namespaces is asked for at the first need; plans wait for its end, each holding its
 * capture.  Those of a follower stay: whatever namespace comes later, in a list, in the watch or
 * with a suspect, has them listed as well.
 */

enum spaces_state { SPACES_UNASKED, SPACES_ASKED, SPACES_KNOWN };

struct spaces {
	enum spaces_state state;
	GPtrArray *listed;      /* of char * */
	GPtrArray *of_subjects; /* of char * */
	GPtrArray *waiting;     /* of struct waiting * */
	GPtrArray *lasting;     /* of struct lasting * */
};

struct lasting {
	struct listing_plan plan; /* a follower's: it has no selectors */
	GHashTable *names;        /* of char *: where it was begun */
};

struct waiting {
	struct capture *capture;
	struct listing_plan plan;
	char *field_selector, *label_selector;
};

static void waiting_free(void *data)
{
	struct waiting *w = data;

	g_free(w->field_selector);
	g_free(w->label_selector);
	g_free(w);
}

static void lasting_free(void *data)
{
	struct lasting *l = data;

	g_hash_table_unref(l->names);
	g_free(l);
}

static struct spaces *spaces_of(struct engine *e)
{
	if (!e->spaces) {
		e->spaces = g_new0(struct spaces, 1);
		e->spaces->listed = g_ptr_array_new_with_free_func(g_free);
		e->spaces->of_subjects = g_ptr_array_new_with_free_func(g_free);
		e->spaces->waiting = g_ptr_array_new_with_free_func(waiting_free);
		e->spaces->lasting = g_ptr_array_new_with_free_func(lasting_free);
	}
	return e->spaces;
}

static void add_name(GPtrArray *names, const char *name)
{
	if (name && *name && !g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
		g_ptr_array_add(names, g_strdup(name));
}

static void add_names(GPtrArray *names, char *const *more)
{
	for (; more && *more; more++)
		add_name(names, *more);
}

char **spaces_choose(char *const *listed, char *const *told, const char *of_context,
		     char *const *of_subjects)
{
	GPtrArray *names = g_ptr_array_new();

	add_names(names, told);
	add_names(names, of_subjects);
	if (listed)
		add_names(names, listed);
	/* A context that says nothing means default, too: no reason to look there where others were
	 * told. */
	else if (!names->len || g_strcmp0(of_context, "default"))
		add_name(names, of_context);
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

static char **terminated(GPtrArray *names)
{
	GPtrArray *copy = g_ptr_array_new();

	for (guint i = 0; i < names->len; i++)
		g_ptr_array_add(copy, g_strdup(names->pdata[i]));
	g_ptr_array_add(copy, NULL);
	return (char **)g_ptr_array_free(copy, FALSE);
}

/* Caller owns. */
static char **names_of(struct engine *e)
{
	struct spaces *s = spaces_of(e);
	g_auto(GStrv) listed = s->listed->len ? terminated(s->listed) : NULL;
	g_auto(GStrv) subjects = terminated(s->of_subjects);

	return spaces_choose(listed, e->told, http_access(e->http)->namespace, subjects);
}

/* A follower's plans, where they were not begun yet. */
static void spread_lasting(struct engine *e)
{
	struct spaces *s = spaces_of(e);
	g_auto(GStrv) names = s->lasting->len ? names_of(e) : NULL;

	for (guint i = 0; i < s->lasting->len; i++) {
		struct lasting *l = s->lasting->pdata[i];
		struct listing_plan one = l->plan;

		for (char **name = names; *name; name++) {
			if (!g_hash_table_add(l->names, g_strdup(*name)))
				continue;
			one.namespace = *name;
			listing_add(e, NULL, &one);
		}
	}
}

static void last(struct engine *e, const struct listing_plan *plan)
{
	struct lasting *l = g_new0(struct lasting, 1);

	l->plan = *plan;
	l->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_ptr_array_add(spaces_of(e)->lasting, l);
	spread_lasting(e);
}

static void spread(struct engine *e, struct capture *c, const struct listing_plan *plan)
{
	g_auto(GStrv) names = c ? names_of(e) : NULL;
	struct listing_plan one = *plan;

	if (!c) {
		last(e, plan);
		return;
	}
	for (char **name = names; *name; name++) {
		one.namespace = *name;
		listing_add(e, c, &one);
	}
}

void spaces_add(struct engine *e, const char *namespace)
{
	add_name(spaces_of(e)->of_subjects, namespace);
	spread_lasting(e);
}

static void ask(struct engine *e, struct capture *c)
{
	struct listing_plan plan = { .resource = kube_resource_find("namespaces"),
				     .priority = PRIORITY_FIRST };

	listing_add(e, c, &plan);
}

void spaces_spread(struct engine *e, struct capture *c, const struct listing_plan *plan)
{
	struct spaces *s = spaces_of(e);
	struct waiting *w;

	if (s->state == SPACES_KNOWN) {
		spread(e, c, plan);
		return;
	}
	w = g_new0(struct waiting, 1);
	w->capture = c;
	w->plan = *plan;
	w->plan.namespace = NULL;
	w->plan.field_selector = w->field_selector = g_strdup(plan->field_selector);
	w->plan.label_selector = w->label_selector = g_strdup(plan->label_selector);
	g_ptr_array_add(s->waiting, w);
	capture_hold(c);
	if (s->state == SPACES_UNASKED)
		ask(e, c);
}

void spaces_asked(struct engine *e)
{
	if (spaces_of(e)->state == SPACES_UNASKED)
		spaces_of(e)->state = SPACES_ASKED;
}

void spaces_page(struct engine *e, GBytes *page)
{
	g_autoptr(GArray) slices = g_array_new(FALSE, FALSE, sizeof(struct json_slice));
	const char *data = g_bytes_get_data(page, NULL);

	json_scan_array(data, g_bytes_get_size(page), "items", slices, NULL);
	for (guint i = 0; i < slices->len; i++) {
		struct json_slice item = g_array_index(slices, struct json_slice, i), name;
		g_autofree char *text = NULL;

		if (!json_scan_member(data + item.offset, item.length, "metadata.name", &name))
			continue;
		text = json_slice_string(data + item.offset, name);
		add_name(spaces_of(e)->listed, text);
	}
}

gboolean spaces_are(const struct kube_resource *r)
{
	return !strcmp(r->resource, "namespaces") && !*r->group;
}

GPtrArray *spaces_added(const char *lines, gsize size)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

	for (const char *end = lines + size, *next; lines < end; lines = next) {
		const char *newline = memchr(lines, '\n', end - lines);
		gsize length = (newline ? newline : end) - lines;
		struct json_slice type, name;

		next = lines + length + 1;
		if (!json_scan_member(lines, length, "type", &type) ||
		    !json_scan_member(lines, length, "object.metadata.name", &name) ||
		    type.length != strlen("\"ADDED\"") ||
		    memcmp(lines + type.offset, "\"ADDED\"", type.length) != 0)
			continue;
		g_ptr_array_add(names, json_slice_string(lines, name));
	}
	return names;
}

void spaces_watched(struct engine *e, GBytes *lines)
{
	gsize size;
	const char *data = g_bytes_get_data(lines, &size);
	g_autoptr(GPtrArray) names = spaces_added(data, size);

	for (guint i = 0; i < names->len; i++)
		add_name(spaces_of(e)->listed, names->pdata[i]);
	if (names->len)
		spread_lasting(e);
}

/* However it ended: the names of half a list are better than none. */
void spaces_listed(struct engine *e)
{
	struct spaces *s = spaces_of(e);
	g_autoptr(GPtrArray) waiting = s->waiting;

	s->state = SPACES_KNOWN;
	s->waiting = g_ptr_array_new_with_free_func(waiting_free);
	for (guint i = 0; i < waiting->len; i++) {
		struct waiting *w = waiting->pdata[i];

		spread(e, w->capture, &w->plan);
		capture_release(w->capture);
	}
	spread_lasting(e);
}

void spaces_forget(struct engine *e, struct capture *c)
{
	struct spaces *s = spaces_of(e);

	for (guint i = s->waiting->len; i-- > 0;) {
		struct waiting *w = s->waiting->pdata[i];

		if (w->capture != c)
			continue;
		g_ptr_array_remove_index(s->waiting, i);
	}
	if (!c)
		g_ptr_array_set_size(s->lasting, 0);
	if (s->state != SPACES_ASKED)
		return;
	s->state = SPACES_UNASKED; /* who asked may be the one that is gone */
	if (s->waiting->len)
		ask(e, ((struct waiting *)s->waiting->pdata[0])->capture);
}

void spaces_again(struct engine *e)
{
	struct spaces *s = spaces_of(e);

	if (s->state == SPACES_KNOWN)
		s->state = SPACES_UNASKED;
}

void spaces_free(struct engine *e)
{
	struct spaces *s = e->spaces;

	if (!s)
		return;
	g_ptr_array_unref(s->listed);
	g_ptr_array_unref(s->of_subjects);
	g_ptr_array_unref(s->waiting);
	g_ptr_array_unref(s->lasting);
	g_clear_pointer(&e->spaces, g_free);
}
