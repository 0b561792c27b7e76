#include "logbytes.h"
#include "logs.h"

static void wanted_log_free(void *data)
{
	struct wanted_log *w = data;

	evidence_close(w->stream, w->stream ? outcome_new("cut", NULL, "halted") : NULL);
	g_byte_array_unref(w->held);
	head_free(w->head);
	g_free(w->container);
	g_free(w->instance);
	g_free(w->url);
	g_free(w->reason);
	g_free(w);
}

static void want(GPtrArray *out, const struct container *c, gboolean previous)
{
	struct wanted_log *w;

	if (!container_has_log(c, previous))
		return;
	w = g_new0(struct wanted_log, 1);
	w->container = g_strdup(c->name);
	w->instance = g_strdup(container_instance(c, previous));
	w->previous = previous;
	w->held = g_byte_array_new();
	g_ptr_array_add(out, w);
}

GPtrArray *wanted_logs(GPtrArray *containers, GHashTable *names)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(wanted_log_free);

	for (int previous = 1; previous >= 0; previous--)
		for (guint i = 0; i < containers->len; i++) {
			const struct container *c = containers->pdata[i];

			if (!names || g_hash_table_contains(names, c->name))
				want(out, c, previous);
		}
	return out;
}

/* --- recording ------------------------------------------------------------------------------- */

static struct cJSON *about_log(struct logs *l, const struct wanted_log *w)
{
	g_autofree char *summary = g_strdup_printf("%slog of %s in %s/%s",
						   w->previous ? "previous " : "", w->container,
						   l->namespace, l->pod);
	struct cJSON *about = about_new(l->task.engine, class_workload_logs, "log", l->subject,
					summary);

	json_set_string(about, "namespace", l->namespace);
	json_set_string(about, "pod", l->pod);
	json_set_string(about, "uid", l->uid);
	json_set_string(about, "container", w->container);
	json_set_string(about, "instance", w->instance);
	json_set_bool(about, "previous", w->previous);
	about_request(about, w->url, "*/*");
	return about;
}

void wanted_log_open(struct logs *l, struct wanted_log *w)
{
	if (!w->stream)
		w->stream = evidence_open(l->task.engine->recorder, about_log(l, w), NULL);
}

void wanted_log_pour(struct logs *l, struct wanted_log *w, gboolean all)
{
	const char *bytes = (const char *)w->held->data;
	gsize size = all ? w->held->len : logbytes_whole(bytes, w->held->len), at = 0;

	if (!all && !size && w->held->len >= LOGBYTES_PIECE_MAX)
		size = w->held->len; /* a line without end */
	while (at < size) {
		gsize piece = logbytes_piece(bytes + at, size - at);
		g_autoptr(GBytes) part = g_bytes_new(bytes + at, piece);

		evidence_add(w->stream, part);
		at += piece;
	}
	l->task.engine->gathered -= size;
	g_byte_array_remove_range(w->held, 0, (guint)size);
}

void wanted_log_record(struct logs *l, struct wanted_log *w)
{
	wanted_log_open(l, w);
	wanted_log_pour(l, w, TRUE);
	evidence_close(g_steal_pointer(&w->stream),
		       outcome_new(w->reason ? "cut" : "complete", w->head, w->reason));
}

void wanted_log_drop(struct logs *l, struct wanted_log *w)
{
	l->task.engine->gathered -= w->held->len;
	g_byte_array_set_size(w->held, 0);
}

void wanted_log_gap(struct logs *l, const struct wanted_log *w, const char *reason,
		    const char *detail)
{
	g_autofree char *scope = g_strdup_printf("%slog of %s in %s/%s",
						 w->previous ? "previous " : "", w->container,
						 l->namespace, l->pod);
	struct gap gap = { .scope = scope,
			   .reason = reason,
			   .detail = detail,
			   .subject = l->subject,
			   .namespace = l->namespace,
			   .verb = "get",
			   .resource = "pods/log" };

	record_gap(l->task.engine, l->task.capture, &gap);
}
