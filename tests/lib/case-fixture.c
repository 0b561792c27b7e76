#include "case-fixture.h"

#include <kase/digest.h>

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

const struct case_person fixture_person = {
	.name = "ana@bastion",
	.login = "ana",
	.host = "bastion",
	.uid = 1000,
	.version = "0.1.0",
	.command = "test",
};

static const char *const schema[] = {
	"CREATE TABLE d_word(id INTEGER PRIMARY KEY, evidence INTEGER NOT NULL, word TEXT) STRICT",
	"CREATE TABLE d_letter(letter TEXT, evidence INTEGER, PRIMARY KEY(letter, evidence)) "
	"STRICT, WITHOUT ROWID",
	"CREATE VIEW words AS SELECT * FROM d_word",
	NULL,
};

static gboolean add_word(struct projection *p, gint64 evidence, const char *word, GError **error)
{
	struct query *q = projection_query(p, "INSERT INTO d_word(evidence, word) VALUES (?, ?)",
					   error);

	query_bind_int(q, 1, evidence);
	query_bind_text(q, 2, word);
	if (!query_run(q, error))
		return FALSE;
	q = projection_query(p, "INSERT OR IGNORE INTO d_letter VALUES (substr(?2, 1, 1), ?1)",
			     error);
	query_bind_int(q, 1, evidence);
	query_bind_text(q, 2, word);
	return query_run(q, error);
}

/* A word that is cut by the border of a chunk waits in the state. */
static gboolean words_of_chunk(struct projection *p, const struct projection_chunk *chunk,
			       GError **error)
{
	g_autofree char *text = g_strndup(chunk->data, chunk->size);
	g_autofree char *whole = g_strconcat(*chunk->state ?: (void *)"", text, NULL);
	g_auto(GStrv) words = g_strsplit(whole, " ", -1);
	guint n = g_strv_length(words);

	g_clear_pointer(chunk->state, g_free);
	for (guint i = 0; i + 1 < n; i++)
		if (!add_word(p, chunk->evidence, words[i], error))
			return FALSE;
	if (n)
		*chunk->state = g_strdup(words[n - 1]);
	return TRUE;
}

static gboolean capitals_of_chunk(struct projection *p, const struct projection_chunk *chunk,
				  GError **error)
{
	g_autofree char *text = g_ascii_strup(chunk->data, (gssize)chunk->size);
	struct projection_chunk upper = *chunk;

	upper.data = text;
	return words_of_chunk(p, &upper, error);
}

static gboolean last_word(struct projection *p, gint64 evidence, const struct cJSON *about,
			  void **state, const struct cJSON *entry, GError **error)
{
	return !*state || add_word(p, evidence, *state, error);
}

const struct projector fixture_projector = {
	.version = 1,
	.schema = schema,
	.chunk = words_of_chunk,
	.closed = last_word,
	.state_free = g_free,
};

const struct projector fixture_projector_later = {
	.version = 2,
	.schema = schema,
	.chunk = capitals_of_chunk,
	.closed = last_word,
	.state_free = g_free,
};

void fixture_set_up(struct fixture *f, const void *data)
{
	g_autoptr(GError) error = NULL;
	struct case_plan plan = { .title = "miner in checkout" };

	f->folder = g_dir_make_tmp("kase-test-XXXXXX", &error);
	g_assert_no_error(error);
	f->path = g_build_filename(f->folder, "c.kase", NULL);
	casefile_create(f->path, &plan, &fixture_person, &fixture_projector, &error);
	g_assert_no_error(error);
}

void fixture_tear_down(struct fixture *f, const void *data)
{
	g_autoptr(GDir) dir = g_dir_open(f->folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(f->folder, name, NULL);

		g_unlink(path);
	}
	g_assert_cmpint(g_rmdir(f->folder), ==, 0);
	g_free(f->folder);
	g_free(f->path);
}

struct recorder *fixture_record(const struct fixture *f)
{
	g_autoptr(GError) error = NULL;
	struct recorder *r = recorder_start(f->path, &fixture_person, &fixture_projector, &error);

	g_assert_no_error(error);
	return r;
}

struct evidence *fixture_open(struct recorder *r)
{
	struct cJSON *about = json_new_object();

	json_set_string(about, "class", "workload-logs");
	json_set_string(about, "type", "text");
	json_set_string(about, "source", "test");
	json_set_string(about, "subject", "pod/payments/ledger-0");
	json_set_string(about, "summary", "words");
	return evidence_open(r, about, NULL);
}

void fixture_add(struct recorder *r, const char *bytes)
{
	g_autoptr(GBytes) data = g_bytes_new(bytes, strlen(bytes));
	struct evidence *e = fixture_open(r);
	struct cJSON *outcome = json_new_object();

	evidence_add(e, data);
	json_set_string(outcome, "state", "complete");
	json_set_int(outcome, "status", 200);
	json_set_string(outcome, "server_date", "Tue, 24 Nov 2026 08:13:00 GMT");
	evidence_close(e, outcome);
}

static gboolean set_flag(void *data)
{
	*(gboolean *)data = TRUE;
	return G_SOURCE_REMOVE;
}

void fixture_flush(struct recorder *r)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	gboolean flushed = FALSE;

	recorder_flush(r, context, set_flag, &flushed, NULL);
	while (!flushed)
		g_main_context_iteration(context, TRUE);
}

char *fixture_value(const struct fixture *f, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(casefile) c = casefile_open(f->path, CASEFILE_READ, &error);
	g_autoptr(query) q = NULL;
	char *value;

	g_assert_no_error(error);
	q = casefile_query(c, sql, &error);
	g_assert_no_error(error);
	value = query_step(q, &error) ? g_strdup(query_text(q, 0)) : NULL;
	g_assert_no_error(error);
	return value;
}

void fixture_tamper(const struct fixture *f, const char *sql)
{
	g_autoptr(GString) back = g_string_new(NULL);
	g_autoptr(GString) away = g_string_new(NULL);
	sqlite3_stmt *triggers;
	sqlite3 *db;

	g_assert_cmpint(sqlite3_open(f->path, &db), ==, SQLITE_OK);
	g_assert_cmpint(
		sqlite3_prepare_v2(db, "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'",
				   -1, &triggers, NULL),
		==, SQLITE_OK);
	while (sqlite3_step(triggers) == SQLITE_ROW) {
		g_string_append_printf(away, "DROP TRIGGER %s;", sqlite3_column_text(triggers, 0));
		g_string_append_printf(back, "%s;", sqlite3_column_text(triggers, 1));
	}
	sqlite3_finalize(triggers);
	g_assert_cmpint(sqlite3_exec(db, away->str, NULL, NULL, NULL), ==, SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		g_error("%s: %s", sql, sqlite3_errmsg(db));
	g_assert_cmpint(sqlite3_exec(db, back->str, NULL, NULL, NULL), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_close(db), ==, SQLITE_OK);
}

void fixture_change(const struct fixture *f, const char *sql)
{
	sqlite3 *db;

	g_assert_cmpint(sqlite3_open(f->path, &db), ==, SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		g_error("%s: %s", sql, sqlite3_errmsg(db));
	g_assert_cmpint(sqlite3_close(db), ==, SQLITE_OK);
}

char *fixture_sha256(const char *path)
{
	g_autofree char *data = NULL;
	char hex[DIGEST_CHARS];
	gsize size;

	g_assert_true(g_file_get_contents(path, &data, &size, NULL));
	return g_strdup(digest_of(data, size, hex));
}

guint fixture_verify(const struct fixture *f, const char *head, char **first)
{
	g_autoptr(GError) error = NULL;
	struct verify_report report;
	guint n;

	casefile_verify(f->path, &fixture_projector, head, NULL, NULL, &report, &error);
	g_assert_no_error(error);
	n = report.findings->len;
	for (guint i = 0; i < n; i++)
		g_test_message("found: %s", (char *)report.findings->pdata[i]);
	if (first)
		*first = n ? g_strdup(report.findings->pdata[0]) : NULL;
	verify_report_clear(&report);
	return n;
}
