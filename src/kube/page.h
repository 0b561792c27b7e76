/*
 * page - what one page of a List says of itself, read from its bytes without a tree.  Any thread.
 */
#pragma once

#include <kase/kube.h>

#define PAGE_HEAD_BYTES (16 << 10) /* where its metadata stands, as API servers write it */

/* Count its objects.  FALSE and KUBE_ERROR_GARBLED where it is not whole, or is no List of
 * `resource`. */
gboolean page_check(GBytes *page, const char *resource, gsize *items, GError **error);
/* How many objects follow it; -1 where it does not tell. */
gint64 page_remaining(GBytes *page);
/* Its resourceVersion, or NULL.  Caller owns. */
char *page_version(GBytes *page);

/* The head of an answer, kept for longer than its callback.  Starts with zeros. */
struct page_head {
	struct http_head told; /* status 0: there was no answer */
	char *date, *audit_id, *content_type, *coding, *warning;
};
void page_head_keep(struct page_head *k, const struct http_head *head); /* NULL: there was none */
void page_head_clear(struct page_head *k);
