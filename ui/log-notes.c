/*
 * What stands between the lines of a log: that a container started anew or ended, and what could
 * not be seen.
 */
#include "log-facts.h"

#include <kase/stamp.h>
#include <kase/text.h>

#include <string.h>

void log_note_free(void *note)
{
	struct log_note *n = note;

	g_free(n->text);
	g_free(n);
}

static struct log_note *add_note(struct log_facts *f, enum log_note_kind kind, gint64 at,
				 int container, const char *text)
{
	struct log_note *n = g_new0(struct log_note, 1);

	n->key.at = at;
	n->kind = kind;
	n->container = container;
	n->text = text_safe(text, -1);
	g_ptr_array_add(f->notes, n);
	return n;
}

/* --- instances -------------------------------------------------------------------------------- */

static const struct log_instance *instance_of(const struct log_facts *f, int container,
					      gint64 restart)
{
	for (guint n = 0; n < f->instances->len; n++) {
		const struct log_instance *i = f->instances->pdata[n];

		if (i->container == container && i->restart == restart)
			return i;
	}
	return NULL;
}

static const char *name_of(const struct log_facts *f, int container)
{
	const struct log_container *c = container < 0 ? NULL : f->containers->pdata[container];

	return c ? c->name : "?";
}

static gboolean has_lines(const struct log_instance *i)
{
	return i->first_at != STAMP_NONE || i->first_loose;
}

static void append_end(GString *out, const struct log_instance *i)
{
	if (i->exit_code >= 0)
		g_string_append_printf(out, "exit %" G_GINT64_FORMAT, i->exit_code);
	if (*i->reason)
		g_string_append_printf(out, "%s%s", i->exit_code >= 0 ? ", " : "", i->reason);
	if (i->exit_code < 0 && !*i->reason)
		g_string_append(out, "how is not known");
}

/*
 * Statuses tell whole seconds, lines tell more: a start stands after the last line of the instance
 * before and before the first of its own.
 */
static gint64 place_of_start(const struct log_instance *i, const struct log_instance *before)
{
	gint64 at = i->started;

	if (before && before->last_at != STAMP_NONE)
		at = MAX(at, before->last_at + 1);
	if (i->first_at != STAMP_NONE)
		at = at == STAMP_NONE ? i->first_at : MIN(at, i->first_at);
	return at;
}

static void note_restart(struct log_facts *f, const struct log_instance *i)
{
	const struct log_instance *before = instance_of(f, i->container, i->restart - 1);
	gint64 at = place_of_start(i, before);
	g_autoptr(GString) text = g_string_new(NULL);

	if (i->restart <= 0 || at == STAMP_NONE)
		return;
	g_string_printf(text, "%s started anew, restart %" G_GINT64_FORMAT,
			name_of(f, i->container), i->restart);
	if (before) {
		g_string_append(text, "; the one before ended: ");
		append_end(text, before);
	}
	if (!before || !has_lines(before))
		g_string_append(text, "; no line of the one before is held");
	add_note(f, LOG_NOTE_RESTART, at, i->container, text->str);
}

/* One that did its work is no news. */
static void note_end(struct log_facts *f, const struct log_instance *i)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (i->finished == STAMP_NONE || i->exit_code == 0 || i->restart < 0 ||
	    instance_of(f, i->container, i->restart + 1))
		return;
	g_string_printf(text, "%s ended: ", name_of(f, i->container));
	append_end(text, i);
	add_note(f, LOG_NOTE_END,
		 MAX(i->finished, i->last_at == STAMP_NONE ? i->finished : i->last_at + 1),
		 i->container, text->str);
}

void log_notes_of_instances(struct log_facts *f)
{
	for (guint n = 0; n < f->instances->len; n++) {
		note_restart(f, f->instances->pdata[n]);
		note_end(f, f->instances->pdata[n]);
	}
}

/* --- gaps ------------------------------------------------------------------------------------- */

static const char gaps_sql[] = "SELECT id, at, scope, reason, detail FROM d_gap WHERE "
			       "instr(scope, ?1) > 0 OR instr(scope, ?2) > 0 ORDER BY at, id";

/* "ledger-0" is no "ledger-01", and "payments" no "xpayments". */
static const char *stands_in(const char *scope, const char *pod)
{
	gsize length = strlen(pod);

	for (const char *at = strstr(scope, pod); at; at = strstr(at + 1, pod))
		if ((at == scope || at[-1] == '/' || at[-1] == ' ') &&
		    (!at[length] || at[length] == ' '))
			return at;
	return NULL;
}

/*
 * What of the pod it is, in "log of db in payments/ledger-0", "pod/payments/ledger-0 container db"
 * and "get logs pods/ledger-0 in payments"; NULL where it is of another one.  Caller owns.
 */
static char *scope_within(const char *scope, const char *pod, const char *refused)
{
	const char *at = stands_in(scope, pod);

	if (at && at - scope > 4 && g_str_has_prefix(at - 4, " in "))
		return g_strndup(scope, (gsize)(at - 4 - scope));
	if (at)
		return g_strstrip(g_strdup(at + strlen(pod)));
	at = stands_in(scope, refused);
	return at ? g_strstrip(g_strndup(scope, (gsize)(at - scope))) : NULL;
}

static void add_gap(struct log_facts *f, struct query *q, const char *pod, const char *refused)
{
	g_autofree char *of = scope_within(query_text(q, 2), pod, refused);
	g_autofree char *text = NULL;

	if (!of)
		return;
	text = g_strdup_printf("gap: %s%s%s; %s", of, *of ? ": " : "", query_text(q, 3),
			       query_text(q, 4));
	add_note(f, LOG_NOTE_GAP, query_int(q, 1), -1, text)->gap = query_int(q, 0);
	f->gaps++;
	f->denied |= g_str_equal(query_text(q, 3), "denied") && strstr(of, "log");
}

/* "pods/ledger-0 in payments".  Caller owns. */
static char *as_refused(const char *pod)
{
	const char *slash = strchr(pod, '/');

	return slash ? g_strdup_printf("pods/%s in %.*s", slash + 1, (int)(slash - pod), pod)
		     : g_strdup(pod);
}

gboolean log_notes_of_gaps(struct log_facts *f, struct casefile *c, const char *pod, GError **error)
{
	g_autoptr(GError) trouble = NULL;
	g_autoptr(query) q = casefile_query(c, gaps_sql, error);
	g_autofree char *refused = as_refused(pod);

	if (!q)
		return FALSE;
	query_bind_text(q, 1, pod);
	query_bind_text(q, 2, refused);
	while (query_step(q, &trouble))
		add_gap(f, q, pod, refused);
	if (!trouble)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&trouble));
	return FALSE;
}
