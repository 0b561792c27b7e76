#include "inside.h"

/*
 * One GET, asked again as retry.c says.  States: asked (transfer set), waiting (timer set).  It
 * ends by `done`, or by fetch_cancel; both free it.
 */
struct fetch {
	struct engine *engine;
	struct fetch_call call;
	char *path, *accept;
	struct retry retry;
	struct transfer *transfer;
	GSource *timer;
	gint64 as_of;
};

static void ask(struct fetch *f);

static void fetch_free(struct fetch *f)
{
	engine_timer_stop(&f->timer);
	trouble_end(f->engine, f);
	g_free(f->path);
	g_free(f->accept);
	g_free(f);
}

static gboolean again(void *data)
{
	struct fetch *f = data;

	engine_timer_stop(&f->timer);
	ask(f);
	return G_SOURCE_REMOVE;
}

static void answered(void *user, const struct http_head *head, GBytes *body, const GError *error)
{
	struct fetch *f = user;
	gint64 wait = error ? retry_next(f->engine, &f->retry, f, error, head) : -1;
	g_autofree char *url = g_strdup(transfer_url(f->transfer));
	struct answer answer = {
		.url = url, .head = head, .body = body, .error = error, .as_of = f->as_of
	};

	f->transfer = NULL;
	if (wait >= 0) {
		f->timer = engine_timer(f->engine, wait, again, f);
		return;
	}
	if (!error || (head && head->status >= 300 && head->status < 500 && head->status != 401))
		progress_heard(f->engine, head);
	f->call.done(f->call.user, &answer);
	fetch_free(f);
}

static void ask(struct fetch *f)
{
	struct http_call call = {
		.path = f->path,
		.accept = f->accept,
		.max_bytes = f->call.max_bytes,
		.done = answered,
		.user = f,
	};

	f->as_of = recorder_head(f->engine->recorder);
	f->transfer = http_get(f->engine->http, &call);
}

struct fetch *fetch_start(struct engine *e, const struct fetch_call *call)
{
	struct fetch *f = g_new0(struct fetch, 1);

	f->engine = e;
	f->call = *call;
	f->path = g_strdup(call->path);
	f->accept = g_strdup(call->accept);
	f->retry.patience_s = call->patience_s;
	ask(f);
	return f;
}

void fetch_cancel(struct fetch *f)
{
	if (!f)
		return;
	if (f->transfer)
		transfer_cancel(f->transfer);
	fetch_free(f);
}
