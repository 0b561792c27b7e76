/*
 * LIST in pages.
 *
 * The continue token stands at the head of a page, before its items: the next page is asked for as
 * soon as it has come, while the rest of this one is still coming.  At most IN_FLIGHT pages are
 * under way; they are given on in order.
 *
 * 1  A slot is one page: asked for, coming, whole.  `slots` holds them in order; the first is given
 *    on when it is whole.
 * 2  `next` is the token of the page to ask for next; taken when it is asked for; NULL where none
 *    is known.
 * 3  What a page failed with is told when its turn comes, so that no page before it is lost; but an
 *    expired token is told at once, since it makes them void.
 * 4  All pages are of one moment: that of the first.  Where that one is asked for again, what was
 *    asked for behind it is void.
 * 5  `over` once `done` was called or it was cancelled; the memory goes when no callback is under
 *    way.
 */
#include "page.h"
#include "source.h"

#include <string.h>

#define PAGE_ROWS      500
#define IN_FLIGHT      3
#define PAGE_BYTES     (64 << 20)
#define TRIES          5
#define FIRST_WAIT_MS  500
#define LONGEST_WAIT_S 30 /* more is for whoever asked to decide: he may not have the patience */
/* Of kinds whose objects have a megabyte each: most pages then stay under PAGE_BYTES. */
#define LARGE_ROWS 50
/* So many of the largest objects that a server keeps, of 1.5 MiB, are a page.  Fewer that are none
 * are no objects. */
#define FEW_ROWS 32

struct slot {
	struct kube_list *list;
	char *token; /* NULL for the first page */
	guint n, tries;
	guint rows; /* asked for each time, since what follows begins behind them */
	struct transfer *transfer;
	GSource *retry;
	GByteArray *body;
	gsize looked;   /* how much of it was there when the token was looked for last */
	gboolean told;  /* its own continue token was found */
	gboolean whole; /* or failed for good, with `error` and maybe `refusal` */
	GBytes *page, *refusal;
	GError *error;
	char *url;
	struct page_head head; /* of the answer, kept until the page's turn comes */
};

struct kube_list {
	struct http *http;
	GMainContext *context;
	struct kube_list_call call;
	char *namespace, *field_selector, *label_selector;
	GQueue slots;
	char *next;
	guint count;
	gsize hint; /* bytes of the page before */
	char *resource_version;
	gboolean restarted, over;
	guint inside;
};

/* --- slots ------------------------------------------------------------------------------------ */

static void slot_stop(struct slot *s)
{
	g_clear_pointer(&s->transfer, transfer_cancel);
	source_drop(&s->retry);
}

static void slot_free(void *data)
{
	struct slot *s = data;

	slot_stop(s);
	g_free(s->token);
	g_clear_pointer(&s->body, g_byte_array_unref);
	g_clear_pointer(&s->page, g_bytes_unref);
	g_clear_pointer(&s->refusal, g_bytes_unref);
	g_clear_error(&s->error);
	g_free(s->url);
	page_head_clear(&s->head);
	g_free(s);
}

static void list_release(struct kube_list *l)
{
	if (!l->over || l->inside)
		return;
	g_queue_clear_full(&l->slots, slot_free);
	g_free(l->namespace);
	g_free(l->field_selector);
	g_free(l->label_selector);
	g_free(l->next);
	g_free(l->resource_version);
	g_main_context_unref(l->context);
	g_free(l);
}

/* --- asking ----------------------------------------------------------------------------------- */

static void append_query(GString *path, const char *key, const char *value)
{
	if (!value || !*value)
		return;
	g_string_append_printf(path, "%c%s=", strchr(path->str, '?') ? '&' : '?', key);
	g_string_append_uri_escaped(path, value, NULL, FALSE);
}

static char *page_path(const struct slot *s)
{
	const struct kube_list *l = s->list;
	g_autofree char *plain = kube_path(l->call.resource, l->namespace, NULL);
	GString *path = g_string_new(plain);

	g_string_append_printf(path, "?limit=%u", s->rows);
	append_query(path, "fieldSelector", l->field_selector);
	append_query(path, "labelSelector", l->label_selector);
	append_query(path, "continue", s->token);
	return g_string_free(path, FALSE);
}

static void ask_for_more(struct kube_list *l);

/* The token of the page that follows, once it is there. */
static void look_for_token(struct slot *s, gboolean at_end)
{
	struct kube_list *l = s->list;
	const char *data = (const char *)s->body->data;
	struct json_slice value;

	if (s->told || (!at_end && (s->looked >= PAGE_HEAD_BYTES || s->body->len < 2 * s->looked)))
		return;
	s->looked = s->body->len;
	if (!json_scan_member(data, s->body->len, "metadata.continue", &value))
		return;
	s->told = TRUE;
	g_free(l->next);
	l->next = json_slice_string(data, value);
	if (l->next && !*l->next)
		g_clear_pointer(&l->next, g_free);
	ask_for_more(l);
}

static gboolean on_data(void *user, const struct http_head *head, const char *bytes, gsize size)
{
	struct slot *s = user;
	struct kube_list *l = s->list;

	l->inside++;
	g_byte_array_append(s->body, (const guint8 *)bytes, (guint)size);
	look_for_token(s, FALSE);
	l->inside--;
	list_release(l);
	return TRUE;
}

static void on_done(void *user, const struct http_head *head, GBytes *body, const GError *error);

static void slot_ask(struct slot *s)
{
	struct kube_list *l = s->list;
	g_autofree char *path = page_path(s);
	struct http_call call = {
		.path = path,
		.accept = kube_accept(l->call.resource, TRUE),
		.max_bytes = PAGE_BYTES,
		.data = on_data,
		.done = on_done,
		.user = s,
	};

	g_clear_pointer(&s->body, g_byte_array_unref);
	s->body = g_byte_array_sized_new((guint)MAX(l->hint, 4096));
	s->looked = 128;
	s->transfer = http_get(l->http, &call);
	g_free(s->url);
	s->url = g_strdup(transfer_url(s->transfer));
}

static void add_slot(struct kube_list *l, char *token)
{
	struct slot *s = g_new0(struct slot, 1);

	s->list = l;
	s->token = token;
	s->rows = l->call.page_rows;
	s->n = l->count++;
	g_queue_push_tail(&l->slots, s);
	slot_ask(s);
}

static void ask_for_more(struct kube_list *l)
{
	while (!l->over && l->next && l->slots.length < IN_FLIGHT &&
	       (!l->call.room || l->call.room(l->call.user)))
		add_slot(l, g_steal_pointer(&l->next));
}

/* --- ending ----------------------------------------------------------------------------------- */

static void finish(struct kube_list *l, struct slot *s, const struct http_head *head, GBytes *body,
		   const GError *error)
{
	struct kube_list_end end = {
		.resource_version = error ? NULL : l->resource_version,
		.error = error,
		.head = head,
		.body = body,
		.url = s ? s->url : NULL,
		.restarted = l->restarted,
	};

	if (l->over)
		return;
	l->over = TRUE;
	for (GList *at = l->slots.head; at; at = at->next)
		slot_stop(at->data);
	l->call.done(l->call.user, &end);
}

/* --- giving on -------------------------------------------------------------------------------- */

/* What is not understood may hold values that were not to be given. */
static gboolean may_be_kept(const struct kube_list *l)
{
	return !l->call.resource->metadata_only;
}

/* FALSE where the page is not what was asked for. */
static gboolean give_page(struct kube_list *l, struct slot *s, GError **error)
{
	struct kube_page page = { .head = &s->head.told, .url = s->url, .n = s->n };
	g_autoptr(GBytes) body = NULL;
	gsize size = g_bytes_get_size(s->page);

	if (!page_check(s->page, l->call.resource->resource, &page.items, error))
		return FALSE;
	body = l->call.resource->metadata_only ? kube_withhold(s->page, &page.withheld, error)
					       : g_bytes_ref(s->page);
	if (!body)
		return FALSE;
	l->hint = size + size / 16;
	page.body = body;
	page.remaining = page_remaining(s->page);
	if (!s->n) {
		g_free(l->resource_version);
		l->resource_version = page_version(s->page);
	}
	l->call.page(l->call.user, &page);
	return TRUE;
}

static void give_whole_pages(struct kube_list *l)
{
	while (!l->over && l->slots.length && ((struct slot *)l->slots.head->data)->whole) {
		struct slot *s = g_queue_pop_head(&l->slots);
		g_autoptr(GError) error = NULL;

		if (s->error)
			finish(l, s, s->head.told.status ? &s->head.told : NULL, s->refusal,
			       s->error);
		else if (!give_page(l, s, &error))
			finish(l, s, &s->head.told, may_be_kept(l) ? s->page : NULL, error);
		else if (!l->slots.length && !l->next)
			finish(l, s, &s->head.told, NULL, NULL);
		slot_free(s);
		ask_for_more(l);
	}
}

/* --- trying again ----------------------------------------------------------------------------- */

static gboolean ask_again(void *data)
{
	struct slot *s = data;

	g_clear_pointer(&s->retry, g_source_unref);
	slot_ask(s);
	return G_SOURCE_REMOVE;
}

static gboolean may_pass(const struct http_head *head, const GError *error)
{
	return error->domain == KUBE_ERROR &&
	       (error->code == KUBE_ERROR_BUSY || error->code == KUBE_ERROR_UNREACHABLE ||
		error->code == KUBE_ERROR_CUT || (head && head->status >= 500));
}

/* A page that is asked for again may end elsewhere: a first one is of a later moment then, a half
 * has fewer rows.  The continuation of the one that did not come whole would leave out what lies
 * between. */
static void forget_followers(struct slot *s)
{
	struct kube_list *l = s->list;

	while (l->slots.tail->data != s)
		slot_free(g_queue_pop_tail(&l->slots));
	g_clear_pointer(&l->next, g_free);
	l->count = s->n + 1;
	s->told = FALSE;
}

static gboolean try_again(struct slot *s, const struct http_head *head, const GError *error)
{
	gint64 wait_ms = FIRST_WAIT_MS << s->tries;

	if (!may_pass(head, error) || s->tries >= TRIES ||
	    (head && head->retry_after_s > LONGEST_WAIT_S))
		return FALSE;
	if (head && head->retry_after_s >= 0)
		wait_ms = head->retry_after_s * 1000;
	if (!s->token)
		forget_followers(s);
	s->tries++;
	s->retry = g_timeout_source_new((guint)wait_ms);
	g_source_set_callback(s->retry, ask_again, s, NULL);
	g_source_attach(s->retry, s->list->context);
	if (s->list->call.waits)
		s->list->call.waits(s->list->call.user, error, wait_ms);
	return TRUE;
}

/* A page that is too large: half as many rows from the same place, and in each page after it. */
static gboolean ask_for_half(struct slot *s, const GError *error)
{
	struct kube_list *l = s->list;

	if (!g_error_matches(error, KUBE_ERROR, KUBE_ERROR_TOO_LARGE) || s->rows <= FEW_ROWS)
		return FALSE;
	s->rows /= 2;
	l->call.page_rows = MIN(l->call.page_rows, s->rows);
	l->hint = 0;
	forget_followers(s);
	slot_ask(s);
	return TRUE;
}

/* An expired token: what came before belongs to a moment that the server no longer knows. */
static gboolean begin_again(struct kube_list *l, const struct slot *s, const GError *error)
{
	if (l->restarted || !s->token || !g_error_matches(error, KUBE_ERROR, KUBE_ERROR_GONE))
		return FALSE;
	l->restarted = TRUE;
	g_queue_clear_full(&l->slots, slot_free);
	g_clear_pointer(&l->next, g_free);
	l->count = 0;
	if (l->call.restart)
		l->call.restart(l->call.user);
	if (!l->over)
		add_slot(l, NULL);
	return TRUE;
}

static void page_came(struct slot *s, const struct http_head *head)
{
	page_head_keep(&s->head, head);
	look_for_token(s, TRUE);
	s->page = g_byte_array_free_to_bytes(g_steal_pointer(&s->body));
	s->whole = TRUE;
	give_whole_pages(s->list);
}

static void page_failed(struct slot *s, const struct http_head *head, GBytes *body,
			const GError *error)
{
	page_head_keep(&s->head, head);
	s->error = g_error_copy(error);
	s->refusal = body ? g_bytes_ref(body) : NULL;
	s->whole = TRUE;
	give_whole_pages(s->list);
}

static void on_done(void *user, const struct http_head *head, GBytes *body, const GError *error)
{
	struct slot *s = user;
	struct kube_list *l = s->list;

	s->transfer = NULL;
	l->inside++;
	if (!error)
		page_came(s, head);
	else if (!ask_for_half(s, error) && !try_again(s, head, error) && !begin_again(l, s, error))
		page_failed(s, head, body, error);
	l->inside--;
	list_release(l);
}

static guint rows_of(const struct kube_resource *r)
{
	return g_str_equal(r->resource, "customresourcedefinitions") ? LARGE_ROWS : PAGE_ROWS;
}

/* --- the door --------------------------------------------------------------------------------- */

struct kube_list *kube_list_start(struct http *h, const struct kube_list_call *call)
{
	struct kube_list *l = g_new0(struct kube_list, 1);

	l->http = h;
	l->context = g_main_context_ref(http_context(h));
	l->call = *call;
	l->call.page_rows = call->page_rows ? call->page_rows : rows_of(call->resource);
	l->namespace = g_strdup(call->namespace);
	l->field_selector = g_strdup(call->field_selector);
	l->label_selector = g_strdup(call->label_selector);
	g_queue_init(&l->slots);
	add_slot(l, NULL);
	return l;
}

void kube_list_cancel(struct kube_list *l)
{
	if (!l || l->over)
		return;
	l->over = TRUE;
	for (GList *at = l->slots.head; at; at = at->next)
		slot_stop(at->data);
	list_release(l);
}

void kube_list_continue(struct kube_list *l)
{
	l->inside++;
	ask_for_more(l);
	l->inside--;
	list_release(l);
}
