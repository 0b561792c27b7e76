#include "table.h"

static char *coverage_text(const struct table *t)
{
	const struct coverage *v = &t->coverage;
	GString *out = g_string_new(NULL);

	if (!t->scanned)
		return g_string_free(out, FALSE);
	if ((v->state == COVERAGE_NONE || v->state == COVERAGE_DENIED) && !t->ids->len &&
	    !*t->filter)
		g_string_append_printf(out, "%s ?", t->view->noun);
	else
		g_string_append_printf(out, "%s %" G_GINT64_FORMAT, t->view->noun, t->alive);
	if (v->state == COVERAGE_COMPLETE || *t->filter)
		g_string_append_printf(out, " of %" G_GINT64_FORMAT, t->total);
	if (v->namespaces && !v->everywhere) {
		g_string_append_printf(out, " in %" G_GINT64_FORMAT " of ", v->namespaces);
		if (v->namespaces_of < 0)
			g_string_append_printf(out, "? namespaces%s",
					       v->unnamed ? " (list namespaces denied)" : "");
		else
			g_string_append_printf(out, "%" G_GINT64_FORMAT " namespaces",
					       v->namespaces_of);
	}
	if (t->gone)
		g_string_append_printf(out, ", %" G_GINT64_FORMAT " gone", t->gone);
	if (t->above)
		g_string_append_printf(out, " · %d new above", t->above);
	return g_string_free(out, FALSE);
}

static char *title_of(const struct table *t)
{
	g_autofree char *title = pane_kind_title(t->pane.kind, &t->pane.item);

	GString *out = g_string_new(title);

	if (*t->filter)
		g_string_append_printf(out, " /%s", t->filter);
	if (table_marks(t))
		g_string_append_printf(out, " · %d marked", table_marks(t));
	if (t->marks_hidden)
		g_string_append_printf(out, ", %d of them not shown", t->marks_hidden);
	return g_string_free(out, FALSE);
}

static char *line_of(const struct table *t)
{
	const struct coverage *v = &t->coverage;

	if (t->trouble)
		return g_strdup(t->trouble);
	if (t->ids->len == 0 && *t->filter)
		return g_strdup_printf("no %s with \"%s\"; Esc drops the filter", t->view->noun,
				       t->filter);
	if (v->state == COVERAGE_DENIED)
		return g_strdup_printf("denied: list %s in all namespaces (403). Kept as a gap. "
				       "Ask for list %s, or open it with -n NAMESPACE",
				       t->view->noun, t->view->noun);
	if (v->state == COVERAGE_PARTIAL && v->everywhere)
		return g_strdup_printf("partial%s%s", v->reason && *v->reason ? ": " : "",
				       v->reason ? v->reason : "");
	if (v->state == COVERAGE_PARTIAL)
		return g_strdup_printf("partial: list %s in all namespaces is not allowed",
				       t->view->noun);
	if (t->ids->len)
		return NULL;
	return g_strdup(v->state == COVERAGE_COMPLETE && t->view->none ? t->view->none
								       : t->view->empty);
}

static enum pane_state state_of(const struct table *t)
{
	const struct coverage *v = &t->coverage;

	gboolean comes = v->running || (v->state == COVERAGE_NONE && !t->ids->len && !*t->filter);

	if (!t->scanned || (comes && t->view->resource && screen_live(t->pane.screen)))
		return PANE_LOADING;
	if (v->running)
		return PANE_PARTIAL;
	if (t->ids->len == 0 && *t->filter)
		return PANE_EMPTY;
	if (v->state == COVERAGE_DENIED)
		return PANE_DENIED;
	if (v->state == COVERAGE_PARTIAL || t->trouble)
		return PANE_PARTIAL;
	return t->ids->len ? PANE_COMPLETE : PANE_EMPTY;
}

void table_tell(struct pane *pane, struct pane_told *told)
{
	struct table *t = (struct table *)pane;

	told->title = title_of(t);
	told->coverage = coverage_text(t);
	told->state = state_of(t);
	told->line = line_of(t);
	told->rows = t->ids->len;
	if (t->paused)
		told->paused = "rows stay where they are, values go on";
	if (t->coverage.running && !screen_live(pane->screen)) {
		g_free(told->line);
		told->line = g_strdup("partial: whoever listed them stopped in the middle");
	}
}
