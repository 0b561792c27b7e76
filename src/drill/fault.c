/*
 * fault - what goes wrong, for which requests, and how often.
 */
#include "parts.h"

#include <string.h>

#define PIECE_BYTES 4096

struct faults {
	struct relay_lock lock; /* of `met` */
	guint count;
	struct fault {
		struct drill_fault what; /* its path is in `path` */
		GPatternSpec *path;
		guint met; /* requests that matched so far */
	} * all;
};

struct faults *faults_new(const struct drill_plan *plan)
{
	struct faults *f = g_new0(struct faults, 1);

	relay_lock_init(&f->lock);
	f->count = plan->fault_count;
	f->all = g_new0(struct fault, f->count);
	for (guint i = 0; i < f->count; i++) {
		f->all[i].what = plan->faults[i];
		f->all[i].what.path = NULL;
		f->all[i].path = g_pattern_spec_new(plan->faults[i].path);
	}
	return f;
}

void faults_free(struct faults *f)
{
	if (!f)
		return;
	for (guint i = 0; i < f->count; i++)
		g_pattern_spec_free(f->all[i].path);
	g_free(f->all);
	relay_lock_clear(&f->lock);
	g_free(f);
}

static gboolean concerns(const struct fault *f, const struct visit *v, const char *path)
{
	const char *token = visit_query(v, "continue");

	if (!g_pattern_spec_match_string(f->path, path))
		return FALSE;
	if (f->what.kind == DRILL_EXPIRED_CONTINUE)
		return token && *token;
	if (f->what.kind == DRILL_KUBELET)
		return g_strcmp0(v->subresource, "log") == 0;
	return f->what.kind != DRILL_WATCH_GONE || visit_asks(v, "watch");
}

/* Is it this fault's turn?  Counts. */
static gboolean meets(struct fault *f)
{
	guint n = f->met++;

	return n >= f->what.skip && (!f->what.times || n - f->what.skip < f->what.times);
}

void faults_take(struct faults *f, struct visit *v)
{
	const char *prefix = v->server->plan.path_prefix;
	const char *path = v->path && prefix ? v->uri + strlen(prefix) : v->uri;

	relay_lock_take(&f->lock);
	for (guint i = 0; i < f->count; i++)
		if (concerns(&f->all[i], v, path) && meets(&f->all[i]) &&
		    !v->faults[f->all[i].what.kind])
			v->faults[f->all[i].what.kind] = &f->all[i].what;
	relay_lock_leave(&f->lock);
}

/* --- bodies that never end -------------------------------------------------------------------- */

struct endless {
	const char *start, *again; /* `again` for ever, after `start` once */
	gboolean begun;
};

static gboolean endless_next(void *data, struct visit *v, GString *out)
{
	struct endless *e = data;

	if (!e->begun)
		g_string_append(out, e->start);
	e->begun = TRUE;
	while (out->len < PIECE_BYTES)
		g_string_append(out, e->again);
	return TRUE;
}

static struct answer *endless(const char *content_type, const char *start, const char *again)
{
	struct endless *e = g_new0(struct endless, 1);

	e->start = start;
	e->again = again;
	return answer_flow(content_type,
			   &(struct flow){ .next = endless_next, .free = g_free, .state = e });
}

static struct answer *endless_line(struct visit *v)
{
	if (g_strcmp0(v->subresource, "log") == 0)
		return endless("text/plain", "2026-11-24T08:30:00.000000000Z ",
			       "line without end ");
	if (visit_asks(v, "watch"))
		return endless("application/json",
			       "{\"type\":\"ADDED\",\"object\":{\"kind\":\"Pod\",\"status\":\"",
			       "line without end ");
	return endless("application/json",
		       "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"status\":\"",
		       "line without end ");
}

static struct answer *endless_page(void)
{
	return endless(
		"application/json",
		"{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":"
		"\"1\"},\"items\":[",
		"{\"metadata\":{\"name\":\"again\",\"namespace\":\"payments\","
		"\"uid\":\"00000000-0000-4000-8000-000000000000\",\"resourceVersion\":\"1\"}},");
}

/* --- answers that are not the server's -------------------------------------------------------- */

static struct answer *gateway_page(int status)
{
	static const char page[] =
		"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
		"<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n";
	struct answer *a = answer_body(status ? status : 502, "text/html",
				       g_bytes_new_static(page, sizeof page - 1));

	a->foreign = TRUE;
	return a;
}

/* What stands between the API server and a log: the node. */
static struct answer *log_fault(const struct visit *v, int status)
{
	const char *container = visit_query(v, "container");
	g_autofree char *message = NULL;

	if (status == 404) {
		message = g_strdup_printf(
			"the server could not find the requested resource ( pods/log %s)", v->name);
		return answer_status(&(struct status){ .code = 404,
						       .reason = "NotFound",
						       .message = message,
						       .name = v->name,
						       .kind = "pods/log" });
	}
	message = g_strdup_printf(
		"Get \"https://127.0.0.1:10250/containerLogs/%s/%s/%s\": dial tcp "
		"127.0.0.1:10250: connect: connection refused",
		v->namespace, v->name, container ? container : "main");
	return answer_status(
		&(struct status){ .code = status, .reason = "InternalError", .message = message });
}

struct answer *fault_answer(struct visit *v)
{
	gboolean log = g_strcmp0(v->subresource, "log") == 0;
	const struct drill_fault *status = v->faults[DRILL_STATUS], *html = v->faults[DRILL_HTML];

	if (status && log && (status->amount == 404 || status->amount == 500))
		return log_fault(v, status->amount);
	if (status)
		return answer_fault(status->amount, status->retry_after_s);
	if (html)
		return gateway_page(html->amount);
	if (v->faults[DRILL_ENDLESS_LINE])
		return endless_line(v);
	if (v->faults[DRILL_ENDLESS_PAGE])
		return endless_page();
	return NULL;
}
