/*
 * list - lists in pages, and single objects.
 *
 * A continue token names the row to go on from, the moment of the recording that the list
 * shows, and when it was made, so that the server keeps nothing of a client between two pages,
 * and all pages are of one moment.
 */
#include "parts.h"

#include <string.h>

#define CONTINUE_MS (5 * 60 * 1000)
#define METADATA_LIST \
	"{\"kind\":\"PartialObjectMetadataList\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{"

/* Row n is copy n % copies of item n / copies. */
struct page {
	guint64 first, limit; /* limit 0: all */
	gint64 moment_ms;     /* of the recording */
};

/* --- continue --------------------------------------------------------------------------------- */

static gint64 now_ms(void)
{
	return g_get_monotonic_time() / 1000;
}

/* As a real one: JSON in base64url without padding. */
static char *token_new(const struct visit *v, guint64 row, gint64 moment_ms)
{
	g_autofree char *text = g_strdup_printf(
		"{\"v\":\"meta.k8s.io/v1\",\"rv\":%" G_GINT64_FORMAT ",\"row\":%" G_GUINT64_FORMAT
		",\"moment\":%" G_GINT64_FORMAT ",\"made\":%" G_GINT64_FORMAT "}",
		listing_version(v->listing, moment_ms), row, moment_ms, now_ms());
	char *token = g_base64_encode((const guchar *)text, strlen(text));

	g_strdelimit(token, "+", '-');
	g_strdelimit(token, "/", '_');
	return g_strdelimit(token, "=", '\0');
}

/* NULL where it is none. */
static struct cJSON *token_open(const char *token)
{
	g_autofree char *padded = g_strconcat(token, &"==="[(strlen(token) + 3) % 4], NULL);
	g_autofree guchar *text = NULL;
	gsize size;

	g_strdelimit(padded, "-", '+');
	g_strdelimit(padded, "_", '/');
	text = g_base64_decode(padded, &size);
	return json_parse((const char *)text, size, NULL);
}

static struct answer *expired(const struct visit *v, guint64 row)
{
	g_autofree char *token = token_new(v, row, visit_moment_ms(v));

	return answer_status(&(struct status){
		.code = 410,
		.reason = "Expired",
		.message = "The provided continue parameter is too old to display a consistent "
			   "list result. You can start a new "
			   "list without the continue parameter, or use the continue token in this "
			   "response to retrieve the "
			   "remainder of the results. Continuing with the provided token results "
			   "in an inconsistent list - "
			   "objects that were created, modified, or deleted between the time the "
			   "first chunk was returned and "
			   "now may show up in the list.",
		.continue_token = token });
}

/* --- parameters ------------------------------------------------------------------------------- */

static struct answer *not_a_number(const char *text)
{
	g_autofree char *message = g_strdup_printf(
		"strconv.ParseInt: parsing \"%s\": invalid syntax", text);

	return answer_bad_request(message);
}

static struct answer *too_large(const char *asked, gint64 current)
{
	g_autofree char *message = g_strdup_printf(
		"Timeout: Too large resource version: %s, current: %" G_GINT64_FORMAT, asked,
		current);

	return answer_status(&(struct status){ .code = 504,
					       .reason = "Timeout",
					       .message = message,
					       .cause = "ResourceVersionTooLarge",
					       .cause_message = "Too large resource version",
					       .retry_after_s = 1 });
}

static struct answer *check_version(const struct visit *v)
{
	const char *text = visit_query(v, "resourceVersion");
	gint64 version, current = listing_version(v->listing, visit_moment_ms(v));

	if (!text || !*text)
		return NULL;
	if (visit_query(v, "continue"))
		return answer_bad_request(
			"specifying resource version is not allowed when using continue");
	if (!g_ascii_string_to_signed(text, 10, 0, G_MAXINT64, &version, NULL))
		return not_a_number(text);
	return version > current + G_MAXINT16 ? too_large(text, current) : NULL;
}

/* NULL, and `page` set; or what to answer instead. */
static struct answer *read_page(struct visit *v, struct page *page)
{
	const char *limit = visit_query(v, "limit"), *token = visit_query(v, "continue");
	guint life_ms = v->server->plan.continue_ms;
	g_autoptr(json_tree) open = token && *token ? token_open(token) : NULL;

	page->moment_ms = visit_moment_ms(v);
	if (limit && *limit &&
	    !g_ascii_string_to_unsigned(limit, 10, 0, G_MAXINT64, &page->limit, NULL))
		return not_a_number(limit);
	if (!token || !*token)
		return NULL;
	if (!open || json_int(open, "row", -1) < 0)
		return answer_bad_request("invalid continue token: continue key is not valid");
	page->first = json_int(open, "row", 0);
	page->moment_ms = MIN(json_int(open, "moment", MOMENT_FIRST), page->moment_ms);
	if (v->faults[DRILL_EXPIRED_CONTINUE] ||
	    now_ms() - json_int(open, "made", 0) > (life_ms ? life_ms : CONTINUE_MS))
		return expired(v, page->first);
	return NULL;
}

/* --- a list ----------------------------------------------------------------------------------- */

struct walk {
	struct visit *v;
	const struct selection *selection;
	const struct moment *moment;
	guint copies;
	guint64 rows; /* of all items and copies, whether they match or not */
	guint64 at;
	const struct item *item; /* last looked at, and whether it matches */
	gboolean item_matches;
	struct cJSON *tree;
};

/* Does row w->at match?  Parses an item once for all of its copies. */
static gboolean row_matches(struct walk *w)
{
	const struct item *i = w->moment->items->pdata[w->at / w->copies];
	g_autofree char *name = NULL;

	if (i != w->item) {
		w->item = i;
		w->item_matches = !w->v->namespace || g_str_equal(i->namespace, w->v->namespace);
		g_clear_pointer(&w->tree, json_free);
	}
	if (!w->item_matches || selection_empty(w->selection))
		return w->item_matches;
	if (!w->tree)
		w->tree = json_parse(i->data, i->size, NULL);
	name = copy_name(i, w->at % w->copies);
	return selection_match(w->selection, w->tree, name);
}

static gboolean next_row(struct walk *w)
{
	while (w->at < w->rows && !row_matches(w))
		w->at++;
	return w->at < w->rows;
}

static void write_rows(struct walk *w, GString *out, guint64 limit)
{
	enum shape shape = visit_wants_metadata(w->v) ? SHAPE_METADATA : SHAPE_IN_LIST;
	guint64 written = 0;

	while ((!limit || written < limit) && next_row(w)) {
		if (written++)
			g_string_append_c(out, ',');
		copy_write(out, w->v->listing, w->item, w->at % w->copies, shape);
		w->at++;
	}
}

static guint64 count_rows(struct walk *w)
{
	guint64 n = 0;

	for (; next_row(w); w->at++)
		n++;
	return n;
}

static struct answer *write_list(struct walk *w, const struct page *page)
{
	const struct listing *l = w->v->listing;
	g_autoptr(GString) rows = g_string_new(NULL);
	GString *out = g_string_new(NULL);

	w->at = page->first;
	write_rows(w, rows, page->limit);
	if (l->metadata_only || visit_wants_metadata(w->v))
		g_string_append(out, METADATA_LIST);
	else
		g_string_append_printf(out,
				       "{\"kind\":\"%sList\",\"apiVersion\":\"%s\",\"metadata\":{",
				       l->kind, l->api_version);
	g_string_append_printf(out, "\"resourceVersion\":\"%" G_GINT64_FORMAT "\"",
			       w->moment->resource_version);
	if (next_row(w)) {
		g_autofree char *token = token_new(w->v, w->at, w->moment->ms);

		g_string_append_printf(out, ",\"continue\":\"%s\"", token);
		if (selection_empty(w->selection))
			g_string_append_printf(out, ",\"remainingItemCount\":%" G_GUINT64_FORMAT,
					       count_rows(w));
	}
	g_string_append(out, "},\"items\":[");
	g_string_append_len(out, rows->str, rows->len);
	g_string_append(out, "]}\n");
	return answer_json(out);
}

static struct answer *no_values(void)
{
	return answer_status(
		&(struct status){ .code = 406,
				  .reason = "NotAcceptable",
				  .message = "this recording holds metadata alone of secrets and "
					     "configmaps: ask for PartialObjectMetadata" });
}

struct answer *list_answer(struct visit *v)
{
	struct page page = { 0 };
	g_autofree char *message = NULL;
	g_autoptr(selection) chosen = selection_new(v->listing, visit_query(v, "labelSelector"),
						    visit_query(v, "fieldSelector"), &message);
	g_auto(moment) then = { 0 };
	struct walk w = { .v = v, .selection = chosen, .copies = visit_copies(v) };
	struct answer *a;

	if (v->listing->metadata_only && !visit_wants_metadata(v))
		return no_values();
	if (!chosen)
		return answer_bad_request(message);
	a = check_version(v);
	if (!a)
		a = read_page(v, &page);
	if (a)
		return a;
	moment_init(&then, v->listing, page.moment_ms);
	w.moment = &then;
	w.rows = (guint64)then.items->len * w.copies;
	a = write_list(&w, &page);
	g_clear_pointer(&w.tree, json_free);
	return a;
}

struct answer *get_answer(struct visit *v)
{
	g_auto(moment) now = { 0 };
	const struct item *i;
	GString *out;
	guint copy;

	if (v->listing->metadata_only && !visit_wants_metadata(v))
		return no_values();
	moment_init(&now, v->listing, visit_moment_ms(v));
	i = copy_find(&now, v->namespace, v->name, visit_copies(v), &copy);
	if (!i)
		return answer_not_found(v->listing, v->name);
	out = g_string_new(NULL);
	copy_write(out, v->listing, i, copy,
		   visit_wants_metadata(v) ? SHAPE_METADATA : SHAPE_ALONE);
	g_string_append_c(out, '\n');
	return answer_json(out);
}
