#include "stream.h"

#include "state.h"

static char *title_of(const struct stream *s)
{
	g_autofree char *title = pane_kind_title(s->pane.kind, &s->pane.item);
	GString *out = g_string_new(title);

	if (s->choice.container)
		g_string_append_printf(out, " › only %s", s->choice.container);
	if (*s->find)
		g_string_append_printf(out, " %s%s", s->filters ? "&" : "/", s->find);
	return g_string_free(out, FALSE);
}

static const char *place_of(const struct stream *s)
{
	if (s->paused)
		return "paused";
	if (!screen_live(s->pane.screen))
		return s->follows ? "at the end" : "F goes to the end";
	return s->follows ? "following" : "F follows";
}

static guint containers_with_lines(const struct log_facts *f)
{
	guint n = 0;

	for (guint i = 0; i < f->containers->len; i++)
		n += ((struct log_container *)f->containers->pdata[i])->lines > 0;
	return n;
}

static char *coverage_text(const struct stream *s)
{
	g_autofree char *lines = s->facts ? state_number(s->facts->lines) : NULL;
	const char *place = place_of(s);
	guint containers = s->facts ? containers_with_lines(s->facts) : 0;
	GString *out = g_string_new(NULL);

	if (!lines)
		return g_string_free(out, FALSE);
	g_string_printf(out, "%s lines", lines);
	if (containers)
		g_string_append_printf(out, " of %u container%s", containers,
				       containers == 1 ? "" : "s");
	if (s->facts->gaps)
		g_string_append_printf(out, " · %" G_GINT64_FORMAT " gap%s", s->facts->gaps,
				       s->facts->gaps == 1 ? "" : "s");
	if (*place)
		g_string_append_printf(out, " · %s", place);
	if ((s->paused || !s->follows) && s->facts->lines > s->lines_seen && s->lines_seen)
		g_string_append_printf(out, " · %" G_GINT64_FORMAT " new",
				       s->facts->lines - s->lines_seen);
	return g_string_free(out, FALSE);
}

/* Containers of the pod of which no line is held.  Caller owns; "" for none. */
static char *missing(const struct stream *s)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < s->facts->containers->len; i++) {
		const struct log_container *c = s->facts->containers->pdata[i];

		if (c->lines == 0)
			g_string_append_printf(out, "%s%s", out->len ? ", " : "", c->name);
	}
	return g_string_free(out, FALSE);
}

static char *looking(const struct stream *s)
{
	g_autofree char *looked = state_number((gint64)s->looked);
	g_autofree char *lines = state_number(s->facts ? s->facts->lines : 0);

	return g_strdup_printf("looked for \"%s\" in %s of %s lines; z stops", s->find, looked,
			       lines);
}

static gboolean is_looking(const struct stream *s)
{
	return s->pending && (s->search || (s->choice.find && !(s->first && s->last)));
}

static void tell_nothing(const struct stream *s, struct pane_told *told)
{
	gboolean live = screen_live(s->pane.screen);

	told->state = s->facts->denied ? PANE_DENIED : PANE_EMPTY;
	if (stream_count(s) && !s->facts->denied) /* its gaps are shown */
		told->state = PANE_PARTIAL;
	if (!s->facts->is_pod)
		told->line = g_strdup("only pods have logs: l on one, or :logs pod/NAMESPACE/NAME");
	else if (s->choice.find)
		told->line = g_strdup_printf("no line with \"%s\"; & shows all", s->choice.find);
	else if (s->facts->lines)
		told->line = g_strdup("no line of what is chosen is held; Esc shows all");
	else if (s->facts->denied)
		told->line = g_strdup(
			"denied: get logs of this pod (403). Kept as a gap. Ask for get "
			"pods/log, or go on");
	else if (s->facts->asked)
		told->line = g_strdup("the logs of this pod are held, and hold no line");
	else if (live && s->asked)
		told->line = g_strdup(
			"no line yet: the logs are asked for, and are shown as they come");
	else
		told->line = g_strdup_printf(
			"no line is held of this pod's logs; kase capture CASE "
			"pod/%s takes them",
			s->pane.item.name ? s->pane.item.name : "NAMESPACE/NAME");
}

void stream_tell(struct pane *pane, struct pane_told *told)
{
	struct stream *s = (struct stream *)pane;
	g_autofree char *without = s->facts ? missing(s) : g_strdup("");

	told->title = title_of(s);
	told->coverage = coverage_text(s);
	told->rows = stream_count(s);
	if (s->paused)
		told->paused = "what comes is recorded, and not shown";
	told->state = PANE_COMPLETE;
	if (s->trouble || is_looking(s)) {
		told->state = PANE_PARTIAL;
		told->line = s->trouble ? g_strdup(s->trouble) : looking(s);
	} else if (!s->facts) {
		told->state = PANE_LOADING;
		told->rows = 0;
	} else if (!stream_count(s) || !s->facts->lines) {
		tell_nothing(s, told);
	} else if (*without) {
		told->state = PANE_PARTIAL;
		told->line = g_strdup_printf("no line is held of: %s", without);
	}
}
