/*
 * watch - the recorded lines of a watch once more, from the resourceVersion asked for, at the
 * recorded pace.
 *
 * Where the recording runs in time, a line comes at its moment, the same for whoever watches,
 * and at once where that has passed.  Otherwise every watch is its own replay: line n comes as
 * long after line n-1 as it did then, and the first one as long after the beginning as it came
 * after the event that the client names.  So a client that was cut off and comes back with the
 * last version it saw goes on where it was, and one that lists anew sees it all again.
 */
#include "parts.h"

#define BOOKMARK_MS            (60 * 1000)
#define UNASKED_TIMEOUT_S      1800
#define BOOKMARK_BEFORE_END_US (G_USEC_PER_SEC / 2)

struct replay {
	const struct listing *listing;
	const struct story *story; /* NULL: on its own */
	struct selection *selection;
	guint next;     /* line */
	gint64 base_ms; /* without a story: recorded moment that `start_us` stands for */
	gint64 start_us, end_us, bookmark_us;
	gint64 version; /* last one told */
	guint hurry;
	gboolean bookmarks;
	gboolean initial; /* everything as ADDED is still owed, as it was at initial_ms */
	gint64 initial_ms;
	gboolean too_old;
	gint64 asked;
	guint events; /* sent so far */
};

static void replay_free(void *data)
{
	struct replay *r = data;

	selection_free(r->selection);
	g_free(r);
}

static gint64 now_version(const struct replay *r)
{
	return listing_version(r->listing, r->story ? story_now_ms(r->story) : MOMENT_FIRST);
}

static gboolean say_gone(const struct replay *r, GString *out)
{
	g_autofree char *message = g_strdup_printf("too old resource version: %" G_GINT64_FORMAT
						   " (%" G_GINT64_FORMAT ")",
						   r->asked, now_version(r));

	status_append_event(
		out, &(struct status){ .code = 410, .reason = "Expired", .message = message });
	return TRUE;
}

static void say_bookmark(struct replay *r, GString *out)
{
	g_string_append_printf(out,
			       "{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"%s\",\"apiVersion\":"
			       "\"%s\",\"metadata\":{"
			       "\"resourceVersion\":\"%" G_GINT64_FORMAT "\"}}}\n",
			       r->listing->kind, r->listing->api_version, r->version);
}

/* --- what was there already ------------------------------------------------------------------- */

static void say_all(struct replay *r, struct visit *v, GString *out)
{
	enum shape shape = visit_wants_metadata(v) ? SHAPE_METADATA : SHAPE_ALONE;
	g_auto(moment) then = { 0 };

	moment_init(&then, r->listing, r->initial_ms);
	for (guint n = 0; n < then.items->len; n++) {
		const struct item *i = then.items->pdata[n];
		g_autoptr(json_tree) tree = NULL;

		if (v->namespace && !g_str_equal(v->namespace, i->namespace))
			continue;
		if (!selection_empty(r->selection))
			tree = json_parse(i->data, i->size, NULL);
		if (!selection_match(r->selection, tree, i->name))
			continue;
		g_string_append(out, "{\"type\":\"ADDED\",\"object\":");
		copy_write(out, r->listing, i, 0, shape);
		g_string_append(out, "}\n");
		r->events++;
	}
}

/* --- what was recorded ------------------------------------------------------------------------ */

static gboolean line_wanted(const struct replay *r, const struct visit *v,
			    const struct watch_line *line)
{
	g_autoptr(json_tree) tree = NULL;
	const struct cJSON *object;

	if (line->bookmark)
		return r->bookmarks;
	if (v->namespace && g_strcmp0(v->namespace, line->item.namespace) != 0)
		return FALSE;
	if (selection_empty(r->selection))
		return TRUE;
	tree = json_parse(line->data, line->size, NULL);
	object = json_get(tree, "object");
	return selection_match(r->selection, object, json_string(object, "metadata.name"));
}

static void say_line(const struct visit *v, const struct watch_line *line, GString *out)
{
	struct json_slice type, metadata;

	if (line->bookmark || !visit_wants_metadata(v) ||
	    !json_scan_member(line->data, line->size, "type", &type) ||
	    !json_scan_member(line->data, line->size, "object.metadata", &metadata)) {
		g_string_append_len(out, line->data, line->size);
		return;
	}
	g_string_append(out, "{\"type\":");
	g_string_append_len(out, line->data + type.offset, type.length);
	g_string_append(out, ",\"object\":{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":"
			     "\"meta.k8s.io/v1\",\"metadata\":");
	g_string_append_len(out, line->data + metadata.offset, metadata.length);
	g_string_append(out, "}}\n");
}

static gint64 due_us(const struct replay *r, const struct watch_line *line)
{
	if (r->story)
		return story_due_us(r->story, line->at_ms);
	return r->start_us + (line->at_ms - r->base_ms) * 1000 / r->hurry;
}

/* The next line that is wanted, or NULL. */
static const struct watch_line *next_line(struct replay *r, const struct visit *v)
{
	for (; r->next < r->listing->lines->len; r->next++) {
		const struct watch_line *line = &g_array_index(r->listing->lines, struct watch_line,
							       r->next);

		if (line_wanted(r, v, line))
			return line;
	}
	return NULL;
}

/* Skip what the client has seen. */
static void start_after(struct replay *r, gint64 version)
{
	for (; r->next < r->listing->lines->len; r->next++) {
		const struct watch_line *line = &g_array_index(r->listing->lines, struct watch_line,
							       r->next);

		if (line->resource_version > version)
			return;
		r->base_ms = line->at_ms;
	}
}

/* What others were told until then is behind this client, too. */
static void pass_unwanted(struct replay *r, gint64 until_us)
{
	for (guint n = 0; r->story && n < r->listing->lines->len; n++) {
		const struct watch_line *line = &g_array_index(r->listing->lines, struct watch_line,
							       n);

		if (due_us(r, line) > until_us)
			break;
		r->version = MAX(r->version, line->resource_version);
	}
}

/* --- the stream ------------------------------------------------------------------------------- */

static gboolean say_next(struct replay *r, struct visit *v, const struct watch_line *line,
			 gint64 due, GString *out)
{
	if (!visit_wait(v, due))
		return FALSE;
	if (line && due == due_us(r, line)) {
		say_line(v, line, out);
		r->version = line->resource_version;
		r->events += !line->bookmark;
		r->next++;
	} else if (due < r->end_us) {
		if (r->bookmarks) {
			pass_unwanted(r, due);
			say_bookmark(r, out);
		}
		r->bookmark_us = due == r->bookmark_us ? due + BOOKMARK_MS * 1000 / r->hurry
						       : r->bookmark_us;
	}
	return due < r->end_us;
}

static gboolean replay_next(void *data, struct visit *v, GString *out)
{
	struct replay *r = data;
	const struct drill_fault *gone = v->faults[DRILL_WATCH_GONE];
	const struct watch_line *line;
	gint64 due;

	if (!r->end_us)
		return FALSE;
	if (r->too_old || (gone && !r->initial && r->events >= gone->amount)) {
		say_gone(r, out);
		r->too_old = FALSE;
		r->end_us = 0; /* and that was all */
		return TRUE;
	}
	if (r->initial) {
		r->initial = FALSE;
		say_all(r, v, out);
		return TRUE;
	}
	line = next_line(r, v);
	due = MIN(r->bookmark_us, r->end_us);
	if (line)
		due = MIN(due, due_us(r, line));
	return say_next(r, v, line, due, out);
}

static struct answer *no_initial_events(void)
{
	return answer_status(&(struct status){
		.code = 422,
		.reason = "Invalid",
		.message = "ListOptions.meta.k8s.io \"\" is invalid: sendInitialEvents: Forbidden: "
			   "sendInitialEvents is "
			   "forbidden for watch unless the WatchList feature gate is enabled",
		.group = "meta.k8s.io",
		.kind = "ListOptions",
		.cause = "FieldValueForbidden",
		.cause_message = "Forbidden: sendInitialEvents is forbidden for watch unless the "
				 "WatchList feature gate is "
				 "enabled",
		.field = "sendInitialEvents" });
}

static gint64 query_int(const struct visit *v, const char *name, gint64 otherwise)
{
	const char *text = visit_query(v, name);
	gint64 value;

	return text && g_ascii_string_to_signed(text, 10, 0, G_MAXINT32, &value, NULL) ? value
										       : otherwise;
}

static struct replay *replay_new(struct visit *v, struct selection *chosen)
{
	guint hurry = v->server->plan.hurry;
	struct replay *r = g_new0(struct replay, 1);

	r->listing = v->listing;
	r->story = v->server->plan.in_time ? &v->server->story : NULL;
	r->selection = chosen;
	r->hurry = MAX(hurry, 1);
	r->bookmarks = visit_asks(v, "allowWatchBookmarks");
	r->asked = query_int(v, "resourceVersion", 0);
	r->initial = r->asked == 0;
	r->initial_ms = visit_moment_ms(v);
	r->version = r->initial ? listing_version(v->listing, r->initial_ms) : r->asked;
	r->too_old = !r->initial && r->asked < v->listing->resource_version;
	r->start_us = g_get_monotonic_time();
	r->end_us = r->start_us +
		    query_int(v, "timeoutSeconds", UNASKED_TIMEOUT_S) * G_USEC_PER_SEC;
	r->bookmark_us = MIN(r->start_us + BOOKMARK_MS * 1000 / r->hurry,
			     MAX(r->start_us, r->end_us - BOOKMARK_BEFORE_END_US));
	start_after(r, r->version);
	return r;
}

struct answer *watch_answer(struct visit *v)
{
	g_autofree char *message = NULL;
	g_autoptr(selection) chosen = selection_new(v->listing, visit_query(v, "labelSelector"),
						    visit_query(v, "fieldSelector"), &message);

	if (!chosen)
		return answer_bad_request(message);
	if (visit_query(v, "sendInitialEvents"))
		return no_initial_events();
	if (v->listing->metadata_only && !visit_wants_metadata(v))
		return answer_bad_request(
			"this recording holds metadata alone of secrets and configmaps");
	return answer_flow("application/json",
			   &(struct flow){ .next = replay_next,
					   .free = replay_free,
					   .state = replay_new(v, g_steal_pointer(&chosen)) });
}
