#include <string.h>

#include "inside.h"

#define FIRST_WAIT_MS 500
#define WAIT_MAX_MS   10000            /* who comes back is not kept waiting for long */
#define TOLD_MAX_MS   (10 * 60 * 1000) /* a Retry-After beyond this is taken as this */

enum patience {
	PATIENCE_NONE,  /* asking again changes nothing */
	PATIENCE_SHORT, /* a fault on the way, that a second try may not meet */
	PATIENCE_FULL,  /* it may come back: as long as whoever asks has patience */
	PATIENCE_FRESH, /* as full, where a credential can become another one by itself */
};

/* What can be done about a failure.  `whole`: nobody else gets an answer either. */
static const struct policy {
	int code;
	const char *reason;
	enum patience patience;
	gboolean whole;
} policies[] = {
	{ KUBE_ERROR_CONFIG, "failed", PATIENCE_NONE, TRUE },
	{ KUBE_ERROR_CREDENTIAL, "unauthorized", PATIENCE_FRESH, TRUE },
	{ KUBE_ERROR_UNREACHABLE, "unreachable", PATIENCE_FULL, TRUE },
	{ KUBE_ERROR_CERTIFICATE, "unreachable", PATIENCE_NONE, TRUE },
	{ KUBE_ERROR_DENIED, "denied", PATIENCE_NONE, FALSE },
	{ KUBE_ERROR_NOT_FOUND, "not-found", PATIENCE_NONE, FALSE },
	{ KUBE_ERROR_GONE, "expired", PATIENCE_SHORT, FALSE },
	{ KUBE_ERROR_BUSY, "busy", PATIENCE_FULL, FALSE },
	{ KUBE_ERROR_CUT, "cut", PATIENCE_SHORT, FALSE },
	{ KUBE_ERROR_TOO_LARGE, "too-large", PATIENCE_NONE, FALSE },
	{ KUBE_ERROR_GARBLED, "not-understood", PATIENCE_SHORT, FALSE },
	{ KUBE_ERROR_REFUSED, "refused", PATIENCE_SHORT, FALSE },
	{ KUBE_ERROR_CANCELLED, "halted", PATIENCE_NONE, FALSE },
};

#define SHORT_TRIES 3

static const struct policy *policy_of(int code)
{
	for (gsize i = 0; i < G_N_ELEMENTS(policies); i++)
		if (policies[i].code == code)
			return &policies[i];
	return &policies[0];
}

const char *retry_reason(const GError *error)
{
	return error && error->domain == KUBE_ERROR ? policy_of(error->code)->reason : "failed";
}

gboolean retry_is_whole(const GError *error)
{
	return error && error->domain == KUBE_ERROR && policy_of(error->code)->whole;
}

static gint64 wait_ms(guint n, gint64 retry_after_s)
{
	gint64 wait = FIRST_WAIT_MS;

	for (guint i = 0; i < n && wait < WAIT_MAX_MS; i++)
		wait *= 2;
	if (retry_after_s >= 0)
		wait = MAX(wait, retry_after_s * 1000);
	return MIN(wait, retry_after_s >= 0 ? TOLD_MAX_MS : WAIT_MAX_MS);
}

gint64 retry_wait_ms(const struct retry *r, int code, gboolean fresh, gint64 now_us,
		     gint64 retry_after_s)
{
	const struct policy *p = policy_of(code);
	gint64 wait = wait_ms(r->n, retry_after_s);
	gboolean ever = r->patience_s == RETRY_FOR_EVER;

	if (ever && p->whole)
		return wait; /* whatever it is, someone may mend it */
	if (p->patience == PATIENCE_NONE || (p->patience == PATIENCE_FRESH && !fresh))
		return -1;
	if (p->patience == PATIENCE_SHORT && r->n >= SHORT_TRIES)
		return -1;
	if (ever || (now_us - r->since_us) / 1000 + wait <= r->patience_s * 1000)
		return wait;
	return -1;
}

/* A plugin or a file can bring another credential; what stands in a kubeconfig cannot, and keeps a
 * plugin from being run. */
static gboolean can_be_fresh(struct engine *e)
{
	const struct kube_access *a = http_access(e->http);

	return a->token_file || (a->exec && !a->token && !a->username && !a->client_certificate);
}

gint64 retry_next(struct engine *e, struct retry *r, const void *owner, const GError *error,
		  const struct http_head *head)
{
	gint64 now = g_get_monotonic_time(), wait;
	int code = error->domain == KUBE_ERROR ? error->code : KUBE_ERROR_CONFIG;
	gboolean whole = policy_of(code)->whole;

	if (whole && !e->gone_since_us)
		e->gone_since_us = now;
	if (!r->since_us)
		r->since_us = now;
	/* Patience with a server that is gone is one for all: else each request would wait it out
	 * anew. */
	if (whole)
		r->since_us = MIN(r->since_us, e->gone_since_us);
	wait = retry_wait_ms(r, code, can_be_fresh(e), now, head ? head->retry_after_s : -1);
	if (wait < 0 && !whole) {
		trouble_end(e, owner);
		return -1;
	}
	trouble_of(e, owner, error, wait);
	r->n++;
	return wait;
}
