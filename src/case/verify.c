/*
 * Checking a case; nothing but the case is believed: the chain and what it names, SQLite's own
 * structure, the seals, and the derived tables made anew.
 */
#include "verify-private.h"

#include <kase/text.h>

#include <stdarg.h>

#define VERIFY_TRIES 3 /* where a writer came in between */

void report_finding(struct verify_report *report, const char *format, ...)
{
	g_autofree char *line = NULL;
	va_list args;

	if (report->findings->len >= VERIFY_MAX_FINDINGS)
		return;
	va_start(args, format);
	line = g_strdup_vprintf(format, args);
	va_end(args);
	g_ptr_array_add(report->findings, text_safe(line, -1));
}

void verify_report_clear(struct verify_report *report)
{
	g_clear_pointer(&report->findings, g_ptr_array_unref);
	g_clear_pointer(&report->sealed, g_free);
}

/* SQLite's own structure, so that an index that was changed is found, too. */
static void check_structure(struct check *c)
{
	g_autoptr(query) q = sql_prepare(c->db, "PRAGMA integrity_check(10)", NULL);
	g_autoptr(GError) failed = NULL;

	format_check_records(c->db, c->report);
	while (q && query_step(q, &failed))
		if (!sql_is_text(q, 0, "ok"))
			report_finding(c->report, "the file's structure: %s",
				       query_text(q, 0) ?: "it cannot be read");
	if (failed)
		report_finding(c->report, "the file's structure: %s", failed->message);
}

/* --- derived tables --------------------------------------------------------------------------- */

static sqlite3 *make_anew(struct check *c, const struct projector *projector,
			  void (*progress)(void *, guint64, guint64), void *data, GError **error)
{
	struct projection p;
	sqlite3 *made = NULL;
	gboolean ok;

	/* An empty name is a file of SQLite's own in the folder for temporary files, which goes
	 * when it is closed. */
	if (sqlite3_open_v2("", &made,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK) {
		sql_error(made, "a temporary file", "making the derived tables anew", error);
		sqlite3_close(made);
		return NULL;
	}
	projection_init(&p, made, projector);
	ok = sql_exec(made, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; BEGIN", error) &&
	     format_make_records(made, error) && schema_make_derived(made, projector, error) &&
	     apply_all(c->db, &p, NULL, progress, data, error) && sql_exec(made, "COMMIT", error);
	projection_clear(&p);
	if (ok)
		return made;
	sqlite3_close_v2(made);
	return NULL;
}

static gboolean check_derived(struct check *c, const struct projector *projector,
			      void (*progress)(void *, guint64, guint64), void *data,
			      GError **error)
{
	g_autoptr(GError) failed = NULL;
	sqlite3 *made;
	gboolean ok;

	c->report->derived_version = schema_derived_version(c->db);
	if (!c->report->findings->len && c->report->derived_version != c->projector)
		report_finding(c->report,
			       "table d_version_of says that projector %d made the tables; the "
			       "entries say %d",
			       c->report->derived_version, c->projector);
	if (c->report->findings->len || c->report->derived_version != projector->version)
		return TRUE; /* no tables can be made of records that were changed */
	made = make_anew(c, projector, progress, data, &failed);
	if (!made) {
		report_finding(c->report, "the derived tables cannot be made anew: %s",
			       failed->message);
		return TRUE;
	}
	ok = compare_derived(c->db, made, c->report, error);
	c->report->derived_compared = ok;
	sqlite3_close_v2(made);
	return ok;
}

/* Both parts go over all entries: each is half of the way. */
struct progress {
	void (*tell)(void *data, guint64 done, guint64 total); /* or NULL */
	void *data;
	gboolean second;
};

static void tell_half(void *data, guint64 done, guint64 total)
{
	const struct progress *p = data;

	if (p->tell)
		p->tell(p->data, MIN((p->second ? total + done : done) / 2, total), total);
}

static gboolean check_all(struct check *c, const struct projector *projector,
			  struct progress *progress, GError **error)
{
	struct verify_report *report = c->report;

	progress->second = FALSE;
	if (!check_records(c, tell_half, progress, error))
		return FALSE;
	check_structure(c);
	report->head_seq = c->seq;
	g_strlcpy(report->head, c->prev, sizeof report->head);
	report->evidence_open = g_hash_table_size(c->growing);
	if (c->head && !report->head_found)
		report_finding(report,
			       "the head %.64s is not in this chain: its tail was cut off, or it "
			       "is another case",
			       c->head);
	verify_seals(c->db, report);
	progress->second = TRUE;
	return check_derived(c, projector, tell_half, progress, error);
}

static gboolean verify_once(const char *path, const struct projector *projector, const char *head,
			    struct progress *progress, struct verify_report *report, GError **error)
{
	static const char find[] = "SELECT rowid, offset, size, sha256, codec, data FROM chunk"
				   " WHERE evidence = ? AND n = ?";
	struct check c = { .report = report, .head = head, .prev = CHAIN_ORIGIN };
	struct sql_mark mark;
	char *copy = NULL;
	gboolean ok;

	sql_mark_init(&mark, path);
	c.db = sql_open(path, SQL_READ, &copy, error);
	check_init_chunks(&c);
	/* One transaction: what another process records meanwhile does not come in between. */
	if (c.db && sql_exec(c.db, "BEGIN", error))
		c.chunk = sql_prepare(c.db, find, error);
	ok = c.chunk && check_all(&c, projector, progress, error);
	if (c.db && !sql_mark_holds(&mark, c.db, NULL)) {
		g_clear_error(error);
		ok = sql_mark_holds(&mark, c.db, error);
	}
	check_clear_chunks(&c);
	sql_close(c.db, copy);
	sql_mark_clear(&mark);
	return ok;
}

/* TRUE where it is the file that keeps it from being checked: that is a finding. */
static gboolean is_damage(const char *path, const GError *failed, struct verify_report *report)
{
	g_autoptr(GError) header = NULL;
	g_autofree char *why = NULL;

	if (failed->domain != CASE_ERROR ||
	    (failed->code != CASE_ERROR_CORRUPT && failed->code != CASE_ERROR_SQL))
		return FALSE;
	if (header_check(path, &header))
		why = sql_damage(path);
	if (why)
		report_finding(report, "%s: cannot be read: %s", path, why);
	else
		report_finding(report, header ? "%s" : "the records cannot be read: %s",
			       (header ? header : failed)->message);
	return TRUE;
}

gboolean casefile_verify(const char *path, const struct projector *projector, const char *head,
			 void (*progress)(void *data, guint64 done, guint64 total), void *data,
			 struct verify_report *report, GError **error)
{
	struct progress halves = { .tell = progress, .data = data };

	for (guint tries = 0;; tries++) {
		g_autoptr(GError) failed = NULL;

		*report = (struct verify_report){
			.findings = g_ptr_array_new_with_free_func(g_free),
		};
		if (verify_once(path, projector, head, &halves, report, &failed) ||
		    is_damage(path, failed, report))
			return TRUE;
		verify_report_clear(report);
		if (tries < VERIFY_TRIES && g_error_matches(failed, CASE_ERROR, CASE_ERROR_BUSY))
			continue;
		g_propagate_error(error, g_steal_pointer(&failed));
		return FALSE;
	}
}
