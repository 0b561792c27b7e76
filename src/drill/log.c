/*
 * log - logs of containers, as recorded; and going on, where the container ran.
 *
 * A running container's log is a function of time: after the recorded lines come the same ones
 * again, over and over, in the recorded rhythm, from the moment of drill_start on, under the
 * times at which they come.  Nothing is kept of who read what, so a follower that comes back
 * with sinceTime finds exactly what others saw meanwhile.
 */
#include "parts.h"

#include <kase/stamp.h>

#include <string.h>

#define PIECE_BYTES  (32 * 1024)
#define PAUSE_MIN_US 10000 /* between two lines that are repeated */
#define PAUSE_MAX_US (5 * G_USEC_PER_SEC)

struct log_line {
	const char *text; /* without timestamp, with newline */
	gsize size;
	gint64 at_ns;
	gint64 after_us; /* since the round began, when it is repeated */
};

struct log {
	GBytes *body;
	GArray *lines;     /* of struct log_line */
	gint64 round_us;   /* 0: it does not go on */
	gint64 start_us;   /* real time of the first round */
	gint64 clock_us;   /* real time less monotonic time */
	guint64 next;      /* line; those from lines->len on are repeated ones */
	gint64 since_ns;   /* G_MININT64: all */
	gint64 left_bytes; /* -1: no limit */
	guint hurry;
	gboolean timestamps, follow;
};

static void log_free(void *data)
{
	struct log *g = data;

	g_array_unref(g->lines);
	g_bytes_unref(g->body);
	g_free(g);
}

/* --- lines ------------------------------------------------------------------------------------ */

static void read_lines(struct log *g)
{
	gsize size;
	const char *at = g_bytes_get_data(g->body, &size), *end = at + size, *newline;

	for (; (newline = memchr(at, '\n', end - at)); at = newline + 1) {
		const char *space = memchr(at, ' ', newline - at);
		struct log_line line = { .text = at, .size = newline + 1 - at };

		if (space && stamp_parse(at, space - at, &line.at_ns)) {
			line.text = space + 1;
			line.size = newline + 1 - line.text;
		}
		g_array_append_val(g->lines, line);
	}
}

/* How long after the round's beginning each line comes when it is repeated. */
static void set_rhythm(struct log *g)
{
	gint64 at_us = 0, last_ns = 0;

	for (guint i = 0; i < g->lines->len; i++) {
		struct log_line *line = &g_array_index(g->lines, struct log_line, i);
		gint64 pause_us = i ? (line->at_ns - last_ns) / 1000 : G_USEC_PER_SEC;

		last_ns = line->at_ns;
		at_us += CLAMP(pause_us, PAUSE_MIN_US, PAUSE_MAX_US);
		line->after_us = at_us;
	}
	g->round_us = at_us;
}

static const struct log_line *line_at(const struct log *g, guint64 n)
{
	return &g_array_index(g->lines, struct log_line, n % g->lines->len);
}

/* When line n was written, by real time. */
static gint64 line_ns(const struct log *g, guint64 n)
{
	const struct log_line *line = line_at(g, n);
	gint64 round = n / g->lines->len;

	if (!round)
		return line->at_ns;
	return (g->start_us + ((round - 1) * g->round_us + line->after_us) / g->hurry) * 1000;
}

/* How many lines there are by now. */
static guint64 lines_now(const struct log *g)
{
	gint64 now_us = g_get_monotonic_time() + g->clock_us,
	       passed_us = (now_us - g->start_us) * g->hurry;
	guint64 n = g->lines->len;

	if (!g->round_us || passed_us < 0)
		return n;
	n += passed_us / g->round_us * g->lines->len;
	while (line_ns(g, n) / 1000 <= now_us)
		n++;
	return n;
}

static void write_line(struct log *g, guint64 n, GString *out)
{
	const struct log_line *line = line_at(g, n);
	gsize before = out->len;
	char at[STAMP_CHARS];

	if (g->timestamps)
		g_string_append_printf(out, "%s ", stamp_format(line_ns(g, n), at));
	g_string_append_len(out, line->text, line->size);
	if (g->left_bytes < 0)
		return;
	if ((gint64)(out->len - before) > g->left_bytes)
		g_string_truncate(out, before + g->left_bytes);
	g->left_bytes -= out->len - before;
}

/* What the kubelet writes into a log that it has begun to send, where it cannot go on. */
static void say_kubelet_error(GString *out)
{
	g_string_append(out, "unable to retrieve container logs for containerd://"
			     "00000000000000000000000000000000000000000000000000000000000000ba");
}

static gboolean log_next(void *data, struct visit *v, GString *out)
{
	struct log *g = data;
	guint64 lines = lines_now(g);

	if (g->next >= lines && v->faults[DRILL_KUBELET]) {
		say_kubelet_error(out);
		return FALSE;
	}
	if (g->next >= lines) {
		if (!g->follow || !g->round_us ||
		    !visit_wait(v, line_ns(g, g->next) / 1000 - g->clock_us))
			return FALSE;
		lines = lines_now(g);
	}
	for (; g->next < lines && out->len < PIECE_BYTES && g->left_bytes; g->next++)
		if (line_ns(g, g->next) >= g->since_ns)
			write_line(g, g->next, out);
	return g->left_bytes != 0;
}

/* --- which log -------------------------------------------------------------------------------- */

static const char *const container_lists[] = { "spec.initContainers", "spec.containers",
					       "spec.ephemeralContainers" };
static const char *const status_lists[] = { "status.initContainerStatuses",
					    "status.containerStatuses",
					    "status.ephemeralContainerStatuses" };

static const struct cJSON *find_named(const struct cJSON *pod, const char *const lists[3],
				      const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(container_lists); i++)
		for (const struct cJSON *c = json_first(json_at(pod, lists[i])); c;
		     c = json_next(c))
			if (g_strcmp0(json_string(c, "name"), name) == 0)
				return c;
	return NULL;
}

static struct answer *must_name(const struct visit *v, const struct cJSON *pod)
{
	g_autoptr(GString) names = g_string_new(NULL);
	g_autofree char *message = NULL;

	for (gsize i = 0; i < G_N_ELEMENTS(container_lists); i++)
		for (const struct cJSON *c = json_first(json_at(pod, container_lists[i])); c;
		     c = json_next(c))
			g_string_append_printf(names, "%s%s", names->len ? " " : "",
					       json_string(c, "name"));
	message = g_strdup_printf(
		"a container name must be specified for pod %s, choose one of: [%s]", v->name,
		names->str);
	return answer_bad_request(message);
}

/* NULL, and `container` set; or what to answer instead. */
static struct answer *choose_container(const struct visit *v, const struct cJSON *pod,
				       const char **container)
{
	const struct cJSON *containers = json_at(pod, "spec.containers");
	g_autofree char *message = NULL;

	*container = visit_query(v, "container");
	if (!*container && json_count(containers) != 1)
		return must_name(v, pod);
	if (!*container)
		*container = json_string(json_first(containers), "name");
	if (find_named(pod, container_lists, *container))
		return NULL;
	message = g_strdup_printf("container %s is not valid for pod %s", *container, v->name);
	return answer_bad_request(message);
}

/* Why there is no such log. */
static struct answer *no_log(const struct visit *v, const struct cJSON *pod, const char *container)
{
	const char *why = json_string(find_named(pod, status_lists, container),
				      "state.waiting.reason");
	g_autofree char *message = NULL;

	if (visit_asks(v, "previous"))
		message = g_strdup_printf(
			"previous terminated container \"%s\" in pod \"%s\" not found", container,
			v->name);
	else if (g_strcmp0(why, "ErrImagePull") == 0 || g_strcmp0(why, "ImagePullBackOff") == 0)
		message = g_strdup_printf("container \"%s\" in pod \"%s\" is waiting to start: %s",
					  container, v->name,
					  *why == 'E' ? "image can't be pulled"
						      : "trying and failing to pull image");
	else if (why)
		message = g_strdup_printf("container \"%s\" in pod \"%s\" is waiting to start: %s",
					  container, v->name, why);
	else if (!json_string(pod, "spec.nodeName"))
		return answer_body(204, NULL, NULL);
	else
		message = g_strdup_printf("container \"%s\" in pod \"%s\" is not available",
					  container, v->name);
	return answer_bad_request(message);
}

/* --- parameters ------------------------------------------------------------------------------- */

static struct answer *invalid(const struct visit *v, const char *field, const char *cause,
			      const char *text)
{
	g_autofree char *message = g_strdup_printf("PodLogOptions \"%s\" is invalid: %s: %s",
						   v->name, field, text);

	return answer_status(&(struct status){ .code = 422,
					       .reason = "Invalid",
					       .message = message,
					       .name = v->name,
					       .kind = "PodLogOptions",
					       .cause = cause,
					       .cause_message = text,
					       .field = field });
}

static struct answer *read_number(const struct visit *v, const char *name, gint64 least,
				  gint64 *value)
{
	const char *text = visit_query(v, name);
	g_autofree char *message = NULL;

	if (!text)
		return NULL;
	if (!g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT32, value, NULL)) {
		message = g_strdup_printf("strconv.ParseInt: parsing \"%s\": invalid syntax", text);
		return answer_bad_request(message);
	}
	if (*value >= least)
		return NULL;
	message = g_strdup_printf("Invalid value: %" G_GINT64_FORMAT
				  ": must be greater than or equal to %" G_GINT64_FORMAT,
				  *value, least);
	return invalid(v, name, "FieldValueInvalid", message);
}

static struct answer *read_since(const struct visit *v, struct log *g)
{
	const char *text = visit_query(v, "sinceTime");
	gint64 seconds = 0;
	struct answer *a = read_number(v, "sinceSeconds", 1, &seconds);
	g_autofree char *message = NULL;

	g->since_ns = seconds ? stamp_now() - seconds * STAMP_SECOND : G_MININT64;
	if (a || !text)
		return a;
	if (seconds)
		return invalid(
			v, "[]", "FieldValueForbidden",
			"Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified");
	if (!stamp_parse(text, -1, &g->since_ns)) {
		message = g_strdup_printf("parsing time \"%s\" as \"2006-01-02T15:04:05Z07:00\": "
					  "cannot parse \"%s\" as \"2006\"",
					  text, text);
		return answer_bad_request(message);
	}
	g->since_ns -= g->since_ns % STAMP_SECOND; /* the server forwards whole seconds */
	return NULL;
}

static struct answer *read_options(const struct visit *v, struct log *g)
{
	gint64 tail = -1;
	guint64 lines = lines_now(g);
	struct answer *a = read_since(v, g);

	g->left_bytes = -1;
	g->timestamps = visit_asks(v, "timestamps");
	g->follow = visit_asks(v, "follow");
	if (!a)
		a = read_number(v, "tailLines", 0, &tail);
	if (!a)
		a = read_number(v, "limitBytes", 1, &g->left_bytes);
	if (tail >= 0 && (guint64)tail < lines)
		g->next = lines - tail;
	return a;
}

/* --- all -------------------------------------------------------------------------------------- */

static GBytes *recorded_log(const struct visit *v, const struct item *pod, const char *container)
{
	g_autofree char *name = g_strdup_printf("logs/%s/%s/%s%s.log", pod->namespace, pod->name,
						container,
						visit_asks(v, "previous") ? ".previous" : "");

	return recording_file(v->server->recording, name);
}

static struct log *log_new(const struct visit *v, GBytes *body, gboolean running)
{
	struct log *g = g_new0(struct log, 1);
	guint hurry = v->server->plan.hurry;

	g->body = g_bytes_ref(body);
	g->lines = g_array_new(FALSE, FALSE, sizeof(struct log_line));
	g->hurry = MAX(hurry, 1);
	g->start_us = v->server->started_us;
	g->clock_us = g->start_us - v->server->started_monotonic_us;
	read_lines(g);
	if (running && g->lines->len)
		set_rhythm(g);
	return g;
}

struct answer *log_answer(struct visit *v)
{
	guint copy;
	const struct item *i = copy_find(v->listing, v->namespace, v->name, visit_copies(v), &copy);
	g_autoptr(json_tree) pod = i ? json_parse(i->data, i->size, NULL) : NULL;
	const char *container;
	struct answer *a;
	struct log *g;
	GBytes *body;
	gboolean running;

	if (!pod)
		return answer_not_found(v->listing, v->name);
	a = choose_container(v, pod, &container);
	if (a)
		return a;
	body = recorded_log(v, i, container);
	if (!body)
		return no_log(v, pod, container);
	running = json_get(json_at(find_named(pod, status_lists, container), "state"), "running") !=
		  NULL;
	g = log_new(v, body, running && !visit_asks(v, "previous"));
	a = read_options(v, g);
	if (a) {
		log_free(g);
		return a;
	}
	return answer_flow("text/plain",
			   &(struct flow){ .next = log_next, .free = log_free, .state = g });
}
