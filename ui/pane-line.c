/* One line of a log, whole, and where its bytes stand. */
#include "pane.h"
#include "panes.h"

#include <kase/stamp.h>

static const char sql[] =
	"SELECT l.at, i.container, i.instance, i.previous, l.seq, l.evidence, l.offset, l.length,"
	" coalesce(e.request, e.source), e.sha256, e.person FROM d_line l"
	" JOIN d_instance i ON i.id = l.instance JOIN d_evidence e ON e.id = l.evidence"
	" WHERE l.id = ?1";

static const struct {
	const char *word;
	int column;
} rows[] = {
	{ "of", 1 },      { "instance", 2 }, { "nth", 4 },
	{ "request", 8 }, { "sha256", 9 },   { "by", 10 },
};

static void append_known(GString *out, struct query *q)
{
	char stamp[STAMP_CHARS];

	g_string_append_printf(out, "%-9s%s\n", "at",
			       query_is_null(q, 0) ? "?" : stamp_format(query_int(q, 0), stamp));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *text = g_strdup(query_text(q, rows[i].column));

		if (text && *text)
			g_string_append_printf(
				out, "%-9s%s%s\n", rows[i].word, g_strdelimit(text, "\n", ' '),
				rows[i].column == 2 && query_int(q, 3) ? ", previous" : "");
	}
	g_string_append_printf(
		out, "%-9se%" G_GINT64_FORMAT "@%" G_GINT64_FORMAT "+%" G_GINT64_FORMAT "\n\n",
		"bytes", query_int(q, 5), query_int(q, 6), query_int(q, 7));
}

static gboolean read_found(struct document *d, struct casefile *c, struct query *q, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GBytes) bytes = NULL;
	gsize length = (gsize)query_int(q, 7), size = 0;
	const char *data;

	if (length)
		bytes = casefile_bytes(c, query_int(q, 5), (guint64)query_int(q, 6), length, error);
	if (length && !bytes)
		return FALSE;
	append_known(text, q);
	d->lines = document_lines(text->str);
	data = bytes ? g_bytes_get_data(bytes, &size) : "";
	g_ptr_array_add(d->lines, text_safe(data, (gssize)size));
	d->about = g_strdup("as it was received");
	d->version = 1;
	return TRUE;
}

static gboolean read_line(struct document *d, struct casefile *c, GError **error)
{
	g_autoptr(query) q = casefile_query(c, sql, error);

	if (!q)
		return FALSE;
	query_bind_int(q, 1, d->item.ids[ITEM_LINE]);
	/* A line is never another one. */
	if (d->version)
		return TRUE;
	if (query_step(q, error))
		return read_found(d, c, q, error);
	if (!error || !*error)
		g_set_error(error, CASE_ERROR, CASE_ERROR_NOT_FOUND, "no line is there");
	return FALSE;
}

const struct pane_kind pane_line = {
	.name = "line",
	.help = "one line of a log, and its evidence",
	.title = "Line",
	.shape = &reader_shape,
	.read = read_line,
	.needs = TRUE,
	.hidden = TRUE,
	.opens = { { COMMAND_EVIDENCE, "evidence" }, { COMMAND_OPEN, "bytes" } },
};
