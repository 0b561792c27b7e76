/* One piece of evidence: what is known of it, and its bytes as they were received. */
#include "pane.h"
#include "panes.h"

#define SHOWN_BYTES (1 << 20) /* of more, the beginning */

/* Of what is still coming: as much as came. */
#define SIZE                                                                           \
	"ifnull(size, (SELECT offset + size FROM chunk WHERE evidence = d_evidence.id" \
	" ORDER BY n DESC LIMIT 1))"

static const char sql[] = "SELECT state || ifnull(' ' || " SIZE
			  ", ''), state, class, type, source, "
			  "subject, cluster, request,"
			  " status, " SIZE ", sha256, person FROM d_evidence WHERE id = ?1";

static const struct {
	const char *word;
	int column;
} rows[] = {
	{ "state", 1 },   { "class", 2 },   { "type", 3 },    { "source", 4 },
	{ "subject", 5 }, { "cluster", 6 }, { "request", 7 }, { "status", 8 },
	{ "bytes", 9 },   { "sha256", 10 }, { "by", 11 },
};

static void append_known(GString *out, struct query *q)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *text = query_text(q, rows[i].column);

		if (!text || !*text)
			continue;
		g_string_append_printf(out, "%-9s", rows[i].word);
		/* A name of its own may hold a newline, and is one line here. */
		for (; *text; text++)
			g_string_append_c(out, *text == '\n' ? ' ' : *text);
		g_string_append_c(out, '\n');
	}
	g_string_append_c(out, '\n');
}

/* NUL is no end here. */
static void append_bytes(GString *out, GBytes *bytes)
{
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);

	for (gsize i = 0; i < size; i++)
		if (data[i])
			g_string_append_c(out, data[i]);
		else
			g_string_append(out, "\357\277\275");
}

static gboolean read_found(struct document *d, struct casefile *c, struct query *q, GError **error)
{
	gint64 size = query_int(q, 9);
	gsize shown = (gsize)MIN(size, SHOWN_BYTES);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GBytes) bytes = NULL;

	append_known(text, q);
	if (shown)
		bytes = casefile_bytes(c, d->item.ids[ITEM_EVIDENCE], 0, shown, error);
	if (shown && !bytes)
		return FALSE;
	if (bytes)
		append_bytes(text, bytes);
	d->lines = document_lines(text->str);
	d->about = size > SHOWN_BYTES
			   ? g_strdup_printf("the first %d of %" G_GINT64_FORMAT " bytes",
					     SHOWN_BYTES, size)
			   : NULL;
	return TRUE;
}

static gboolean read_bytes(struct document *d, struct casefile *c, GError **error)
{
	g_autoptr(query) q = casefile_query(c, sql, error);
	gint64 now;

	if (!q)
		return FALSE;
	query_bind_int(q, 1, d->item.ids[ITEM_EVIDENCE]);
	if (!query_step(q, error)) {
		if (!error || !*error)
			g_set_error(error, CASE_ERROR, CASE_ERROR_NOT_FOUND,
				    "the case holds no such evidence");
		return FALSE;
	}
	/* It changes until it is closed. */
	now = (gint64)g_str_hash(query_text(q, 0)) + 1;
	if (now == d->version)
		return TRUE;
	d->version = now;
	return read_found(d, c, q, error);
}

const struct pane_kind pane_bytes = {
	.name = "bytes",
	.help = "one piece of evidence: request, hash, bytes",
	.title = "Evidence",
	.shape = &reader_shape,
	.read = read_bytes,
	.needs = TRUE,
	.hidden = TRUE,
};
