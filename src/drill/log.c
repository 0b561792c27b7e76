/*
 * log - logs of containers, as recorded; and going on, where the container ran.
 *
 * A running container's log is a function of time: after the recorded lines come the same ones
 * again, over and over, in the recorded rhythm, from the moment of drill_start on, or where the
 * recording runs in time from its end on, under the times at which they come.  Nothing is kept of
 * who read what, so a follower that comes back with sinceTime finds exactly what others saw
 * meanwhile.
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
	struct source source;
	GArray *lines;     /* of struct log_line */
	gint64 round_us;   /* 0: it does not go on */
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
	g_free(g);
}

/* --- lines ------------------------------------------------------------------------------------ */

static void read_lines(struct log *g)
{
	gsize size;
	const char *at = g_bytes_get_data(g->source.body, &size), *end = at + size, *newline;

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
	return (g->source.again_us + ((round - 1) * g->round_us + line->after_us) / g->hurry) *
	       1000;
}

/* How many lines there are by now. */
static guint64 lines_now(const struct log *g)
{
	gint64 now_us = g_get_monotonic_time() + g->clock_us;
	guint64 recorded = g->lines->len, n = g->source.timed ? 0 : recorded;

	if (!recorded)
		return 0;
	while (n < recorded && line_ns(g, n) / 1000 <= now_us)
		n++;
	if (n < recorded || !g->round_us || now_us < g->source.again_us)
		return n;
	n += (now_us - g->source.again_us) * g->hurry / g->round_us * recorded;
	while (line_ns(g, n) / 1000 <= now_us)
		n++;
	return n;
}

/* When there is news of what comes behind all that is there: another line, or the end. */
static gint64 news_us(const struct log *g)
{
	return g->next < g->lines->len || g->round_us ? line_ns(g, g->next) / 1000
						      : g->source.ends_us;
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
		gint64 due_us = news_us(g) - g->clock_us;

		if (!g->follow || due_us < g_get_monotonic_time() || !visit_wait(v, due_us))
			return FALSE;
		lines = lines_now(g);
	}
	for (; g->next < lines && out->len < PIECE_BYTES && g->left_bytes; g->next++)
		if (line_ns(g, g->next) >= g->since_ns)
			write_line(g, g->next, out);
	return g->left_bytes != 0;
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

static struct log *log_new(const struct visit *v, const struct source *source)
{
	struct log *g = g_new0(struct log, 1);
	guint hurry = v->server->plan.hurry;

	g->source = *source;
	g->lines = g_array_new(FALSE, FALSE, sizeof(struct log_line));
	g->hurry = MAX(hurry, 1);
	g->clock_us = v->server->started_us - v->server->started_monotonic_us;
	read_lines(g);
	if (!source->goes_on || !g->lines->len)
		return g;
	set_rhythm(g);
	g->source.again_us = MAX(g->source.again_us, line_ns(g, g->lines->len - 1) / 1000);
	return g;
}

struct answer *log_answer(struct visit *v)
{
	struct source source;
	struct answer *a = container_log(v, &source);
	struct log *g;

	if (a)
		return a;
	g = log_new(v, &source);
	a = read_options(v, g);
	if (a) {
		log_free(g);
		return a;
	}
	return answer_flow("text/plain",
			   &(struct flow){ .next = log_next, .free = log_free, .state = g });
}
