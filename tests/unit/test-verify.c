/* What verify finds, and that it finds nothing where nothing is. */
#include "case-fixture.h"

#include <kase/digest.h>

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

static void record_some(const struct fixture *f)
{
	struct recorder *r = fixture_record(f);
	g_autoptr(GError) error = NULL;

	fixture_add(r, "one two three");
	fixture_flush(r);
	fixture_add(r, "four five");
	fixture_flush(r);
	fixture_add(r, "six");
	recorder_stop(r, &error);
	g_assert_no_error(error);
}

static void a_case_as_recorded_has_no_finding(struct fixture *f, const void *data)
{
	record_some(f);
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
}

/* Each column of each table, record and derived. */
static char **every_column(const struct fixture *f)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(casefile) c = casefile_open(f->path, CASEFILE_READ, &error);
	g_autoptr(query) q = NULL;

	g_assert_no_error(error);
	q = casefile_query(
		c,
		"SELECT s.name || '.' || i.name FROM sqlite_schema s, pragma_table_info(s.name) i"
		" WHERE s.type = 'table' AND s.name NOT LIKE 'sqlite%'",
		&error);
	g_assert_no_error(error);
	while (query_step(q, &error))
		g_ptr_array_add(found, g_strdup(query_text(q, 0)));
	g_assert_no_error(error);
	g_ptr_array_add(found, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&found), FALSE);
}

static void one_changed_value_in_any_table_is_found(struct fixture *f, const void *data)
{
	g_autofree char *whole = NULL;
	g_auto(GStrv) columns = NULL;
	gsize size;

	record_some(f);
	g_assert_true(g_file_get_contents(f->path, &whole, &size, NULL));
	columns = every_column(f);
	g_assert_cmpuint(g_strv_length(columns), >, 20);
	for (char **at = columns; *at; at++) {
		g_auto(GStrv) name = g_strsplit(*at, ".", 2);
		g_autofree char *sql = g_strdup_printf(
			"UPDATE %s SET %s = CASE typeof(%s) WHEN 'integer' THEN %s + 1000 WHEN "
			"'blob' THEN"
			" CAST(%s || 'x' AS BLOB) WHEN 'text' THEN %s || 'x' ELSE '7' END"
			" WHERE %s = (SELECT max(%s) FROM %s)",
			name[0], name[1], name[1], name[1], name[1], name[1],
			g_str_equal(name[0], "d_letter") ? "letter" : "rowid",
			g_str_equal(name[0], "d_letter") ? "letter" : "rowid", name[0]);

		g_test_message("%s", sql);
		g_assert_true(g_file_set_contents(f->path, whole, (gssize)size, NULL));
		fixture_tamper(f, sql);
		g_assert_cmpuint(fixture_verify(f, NULL, NULL), >, 0);
	}
}

/* Who edits the pages of a file is not held by what its tables declare. */
static void put_in_any_value(const struct fixture *f, const char *table, const char *column,
			     const char *value)
{
	static const char loose[] =
		"PRAGMA writable_schema = 1; CREATE TABLE kept(k, v);"
		"INSERT INTO kept SELECT name, sql FROM sqlite_schema WHERE name IN ('entry', "
		"'chunk');"
		"UPDATE sqlite_schema SET sql = replace(replace(replace(replace(sql, ' STRICT', "
		"''),"
		" 'INTEGER NOT NULL', ''), 'TEXT NOT NULL', ''), 'BLOB NOT NULL', '')"
		" WHERE name IN ('entry', 'chunk')";
	static const char strict[] = "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql ="
				     " (SELECT v FROM kept WHERE k = name)"
				     " WHERE name IN ('entry', 'chunk'); DROP TABLE kept";
	g_autofree char *sql = g_strdup_printf(
		"UPDATE %s SET %s = %s WHERE rowid = (SELECT max(rowid) FROM %s)", table, column,
		value, table);

	fixture_tamper(f, loose);
	fixture_tamper(f, sql);
	fixture_tamper(f, strict);
}

/* Whatever stands there, each door answers. */
static void open_all_doors(const struct fixture *f)
{
	g_autoptr(casefile) c = casefile_open(f->path, CASEFILE_READ, NULL);
	char hash[DIGEST_CHARS];

	if (c) {
		casefile_head(c, hash);
		g_bytes_unref(casefile_bytes(c, 3, 0, 0, NULL) ?: g_bytes_new(NULL, 0));
	}
	recorder_stop(recorder_start(f->path, &fixture_person, &fixture_projector, NULL), NULL);
}

static void a_value_of_another_type_or_with_a_tail_is_found(struct fixture *f, const void *data)
{
	static const char *const columns[] = { "entry.prev",     "entry.entry",  "entry.hash",
					       "chunk.evidence", "chunk.n",      "chunk.offset",
					       "chunk.size",     "chunk.sha256", "chunk.codec",
					       "chunk.data" };
	static const char *const values[] = {
		"NULL",
		"x'00'",
		"''",
		"CAST(CAST(%s AS TEXT) || char(0) || 'junk' AS TEXT)",
		"CASE typeof(%s) WHEN 'blob' THEN CAST(%s AS TEXT) ELSE CAST(%s AS BLOB) END",
		"CASE typeof(%s) WHEN 'integer' THEN CAST(%s AS REAL) ELSE 0.5 END",
		"9223372036854775807",
	};
	g_autofree char *whole = NULL;
	gsize size;

	record_some(f);
	g_assert_true(g_file_get_contents(f->path, &whole, &size, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(columns); i++) {
		g_auto(GStrv) name = g_strsplit(columns[i], ".", 2);

		for (gsize k = 0; k < G_N_ELEMENTS(values); k++) {
			g_auto(GStrv) parts = g_strsplit(values[k], "%s", -1);
			g_autofree char *value = g_strjoinv(name[1], parts);
			g_autofree char *first = NULL;

			g_test_message("%s = %s", columns[i], value);
			g_assert_true(g_file_set_contents(f->path, whole, (gssize)size, NULL));
			put_in_any_value(f, name[0], name[1], value);
			g_assert_cmpuint(fixture_verify(f, NULL, &first), >, 0);
			g_assert_true(g_str_has_prefix(first, "chunk ") ||
				      g_str_has_prefix(first, "entry #") ||
				      strstr(first, columns[i]));
			open_all_doors(f);
		}
	}
}

static void declarations_of_records_are_checked_whatever_made_the_tables(struct fixture *f,
									 const void *data)
{
	static const struct {
		const char *sql, *says;
	} rows[] = {
		{ "CREATE TABLE note(text)", "table note was put in" },
		{ "CREATE INDEX other ON entry(hash)", "index other was put in" },
		{ "ALTER TABLE entry ADD COLUMN more TEXT", "table entry was put in or changed" },
		{ "CREATE TRIGGER other AFTER INSERT ON d_word BEGIN SELECT 1; END",
		  "trigger other was put in" },
		{ "ANALYZE", "table sqlite_stat1 was put in" },
	};
	g_autofree char *whole = NULL;
	gsize size;

	record_some(f);
	g_assert_true(g_file_get_contents(f->path, &whole, &size, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		struct verify_report report;

		g_test_message("%s", rows[i].sql);
		g_assert_true(g_file_set_contents(f->path, whole, (gssize)size, NULL));
		fixture_tamper(f, rows[i].sql);
		casefile_verify(f->path, &fixture_projector_later, NULL, NULL, NULL, &report,
				&error);
		g_assert_no_error(error);
		g_assert_cmpuint(report.findings->len, >, 0);
		g_assert_nonnull(strstr(report.findings->pdata[0], rows[i].says));
		verify_report_clear(&report);
	}
}

static void what_is_taken_swapped_or_put_in_is_found(struct fixture *f, const void *data)
{
	static const struct {
		const char *what, *sql, *says;
	} rows[] = {
		{ "an entry taken", "DELETE FROM entry WHERE seq = 4", "#4 is missing" },
		{ "a chunk taken",
		  "DELETE FROM chunk WHERE evidence = (SELECT min(evidence) FROM chunk)",
		  "is missing" },
		{ "two entries swapped",
		  "UPDATE entry SET seq = -1 WHERE seq = 4; UPDATE entry SET seq = 4 WHERE seq = 5;"
		  "UPDATE entry SET seq = 5 WHERE seq = -1",
		  "does not follow" },
		{ "two chunks swapped",
		  "CREATE TEMP TABLE e AS SELECT min(evidence) a, max(evidence) b FROM chunk;"
		  "UPDATE chunk SET evidence = -1 WHERE evidence = (SELECT a FROM e);"
		  "UPDATE chunk SET evidence = (SELECT a FROM e) WHERE evidence = (SELECT b FROM "
		  "e);"
		  "UPDATE chunk SET evidence = (SELECT b FROM e) WHERE evidence = -1",
		  "was changed" },
		{ "two chunks' rows swapped",
		  "CREATE TEMP TABLE e AS SELECT min(rowid) a, max(rowid) b FROM chunk;"
		  "UPDATE chunk SET rowid = -1 WHERE rowid = (SELECT a FROM e);"
		  "UPDATE chunk SET rowid = (SELECT a FROM e) WHERE rowid = (SELECT b FROM e);"
		  "UPDATE chunk SET rowid = (SELECT b FROM e) WHERE rowid = -1",
		  "out of order" },
		{ "a chunk put in",
		  "INSERT INTO chunk SELECT evidence, n + 1, offset + size, size, sha256, codec, "
		  "data"
		  " FROM chunk LIMIT 1",
		  "was put in" },
		{ "an entry put in at the end",
		  "INSERT INTO entry SELECT seq + 1, hash, entry, hash FROM entry ORDER BY seq "
		  "DESC LIMIT 1",
		  "was changed" },
		{ "a commit cut in its middle",
		  "DELETE FROM entry WHERE seq = (SELECT max(seq) FROM entry)", "tail was cut" },
		{ "a derived row taken", "DELETE FROM d_word WHERE word = 'two'", "d_word" },
		{ "a derived row of a table without rowid taken",
		  "DELETE FROM d_letter WHERE letter = 'o'", "d_letter" },
		{ "a derived row put in", "INSERT INTO d_word VALUES (99, 3, 'seven')",
		  "was put in" },
		{ "a view changed", "DROP VIEW words; CREATE VIEW words AS SELECT 1 AS id",
		  "words" },
		{ "a trigger taken for good",
		  "CREATE TRIGGER other BEFORE UPDATE ON entry BEGIN SELECT 1; END",
		  "trigger other" },
	};
	g_autofree char *whole = NULL;
	gsize size;

	record_some(f);
	g_assert_true(g_file_get_contents(f->path, &whole, &size, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *first = NULL;

		g_test_message("%s", rows[i].what);
		g_assert_true(g_file_set_contents(f->path, whole, (gssize)size, NULL));
		fixture_tamper(f, rows[i].sql);
		g_assert_cmpuint(fixture_verify(f, NULL, &first), >, 0);
		g_assert_nonnull(strstr(first, rows[i].says));
	}
}

/* What a finding names is what was changed, and not what stands beside it. */
static void a_finding_names_the_row_and_shows_where_it_differs(struct fixture *f, const void *data)
{
	static const struct {
		const char *sql, *says;
	} rows[] = {
		{ "DELETE FROM d_word WHERE id = 2", "table d_word: row 2 is missing" },
		{ "INSERT INTO d_word VALUES (-3, 3, 'x')",
		  "table d_word: row -3 was put in: no record says it" },
		{ "DELETE FROM d_letter WHERE letter = 'o'",
		  "table d_letter: row letter 'o', evidence 5 is missing" },
		{ "UPDATE d_letter SET evidence = 9 WHERE letter = 'o'",
		  "table d_letter: row letter 'o', evidence 5 is missing" },
		{ "UPDATE d_word SET word = replace(word, 'end', 'tail') WHERE id = 2",
		  "table d_word, row 2: word is '…xxxxxxxxxxxxxxxxxxxxtail', and the records say "
		  "'…xxxxxxxxxxxxxxxxxxxxend'" },
		{ "UPDATE d_word SET word = word || 's' WHERE id = 1",
		  "table d_word, row 1: word is 'ones', and the records say 'one'" },
		{ "UPDATE d_word SET word = NULL WHERE id = 1",
		  "table d_word, row 1: word is NULL, and the records say 'one'" },
		{ "UPDATE d_word SET evidence = 7 WHERE id = 1",
		  "table d_word, row 1: evidence is 7, and the records say 5" },
		{ "DROP VIEW words", "view words is missing" },
		{ "CREATE VIEW a AS SELECT 1", "view a was put in" },
		{ "DROP VIEW words; CREATE VIEW words AS SELECT 1 AS id",
		  "view words was changed: it is declared in another way than kase does" },
		{ "DROP INDEX d_evidence_open", "index d_evidence_open is missing" },
		{ "ALTER TABLE d_word ADD COLUMN more TEXT",
		  "table d_word was changed: it is declared in another way than kase does" },
	};
	g_autofree char *padding = g_strnfill(100, 'x');
	g_autofree char *text = g_strconcat("one ", padding, "end", NULL);
	g_autofree char *whole = NULL;
	struct recorder *r = fixture_record(f);
	gsize size;

	fixture_add(r, text);
	recorder_stop(r, NULL);
	g_assert_true(g_file_get_contents(f->path, &whole, &size, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *first = NULL;

		g_test_message("%s", rows[i].sql);
		g_assert_true(g_file_set_contents(f->path, whole, (gssize)size, NULL));
		fixture_change(f, rows[i].sql);
		g_assert_cmpuint(fixture_verify(f, NULL, &first), ==, 1);
		g_assert_cmpstr(first, ==, rows[i].says);
	}
}

static void a_declaration_that_is_missing_is_named(struct fixture *f, const void *data)
{
	g_autofree char *first = NULL;

	fixture_change(f, "DROP TRIGGER chunk_stays");
	g_assert_cmpuint(fixture_verify(f, NULL, &first), ==, 1);
	g_assert_cmpstr(first, ==, "trigger chunk_stays is missing");
}

static void a_tail_cut_at_a_commit_is_found_by_a_head_noted_elsewhere(struct fixture *f,
								      const void *data)
{
	g_autofree char *head = NULL, *first = NULL;

	record_some(f);
	head = fixture_value(f, "SELECT hash FROM entry ORDER BY seq DESC LIMIT 1");
	g_assert_cmpuint(fixture_verify(f, head, NULL), ==, 0);
	fixture_tamper(
		f, "CREATE TEMP TABLE b AS SELECT seq FROM entry WHERE entry ->> 'kind' = 'batch'"
		   " AND seq < (SELECT max(id) FROM d_evidence) ORDER BY seq DESC LIMIT 1;"
		   "DELETE FROM chunk WHERE evidence > (SELECT seq FROM b);"
		   "DELETE FROM d_word WHERE evidence > (SELECT seq FROM b);"
		   "DELETE FROM d_letter WHERE evidence > (SELECT seq FROM b);"
		   "DELETE FROM d_evidence WHERE id > (SELECT seq FROM b);"
		   "DELETE FROM entry WHERE seq > (SELECT seq FROM b)");
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
	g_assert_cmpuint(fixture_verify(f, head, &first), ==, 1);
	g_assert_nonnull(strstr(first, "is not in this chain"));
}

static void any_byte_of_the_file_may_be_damaged_without_a_crash(struct fixture *f, const void *data)
{
	g_autofree char *whole = NULL;
	gsize size, step;

	record_some(f);
	g_assert_true(g_file_get_contents(f->path, &whole, &size, NULL));
	step = size / 200;
	for (gsize at = 0; at < size; at += step) {
		g_autofree char *damaged = g_memdup2(whole, size);
		g_autoptr(GError) error = NULL;
		struct verify_report report;

		damaged[at] ^= 0x5a;
		g_assert_true(g_file_set_contents(f->path, damaged, (gssize)size, NULL));
		if (casefile_verify(f->path, &fixture_projector, NULL, NULL, NULL, &report, &error))
			verify_report_clear(&report);
		else
			g_assert_null(strchr(error->message, '\n'));
	}
	g_assert_true(g_file_set_contents(f->path, whole, (gssize)size, NULL));
}

static void a_table_that_is_not_there_is_found_and_said(struct fixture *f, const void *data)
{
	static const char *const damages[] = { "DROP TABLE chunk", "DROP TABLE entry" };
	g_autofree char *whole = NULL;
	gsize size;

	record_some(f);
	g_assert_true(g_file_get_contents(f->path, &whole, &size, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(damages); i++) {
		g_autofree char *first = NULL;
		g_autoptr(GError) reading = NULL;
		g_autoptr(GError) writing = NULL;

		g_assert_true(g_file_set_contents(f->path, whole, (gssize)size, NULL));
		fixture_change(f, damages[i]);
		g_assert_cmpuint(fixture_verify(f, NULL, &first), >, 0);
		g_assert_nonnull(strstr(first, "no such table"));
		g_assert_null(casefile_open(f->path, CASEFILE_READ, &reading));
		g_assert_error(reading, CASE_ERROR, CASE_ERROR_CORRUPT);
		g_assert_null(
			recorder_start(f->path, &fixture_person, &fixture_projector, &writing));
		g_assert_error(writing, CASE_ERROR, CASE_ERROR_CORRUPT);
	}
}

/* What a case declares runs when it is read, and need not end. */
static void what_is_no_table_is_not_read(struct fixture *f, const void *data)
{
	static const struct {
		const char *sql, *says;
	} rows[] = {
		{ "DROP TABLE d_word; CREATE VIEW d_word AS SELECT 1 AS id, 3 AS evidence, 'x' AS "
		  "word",
		  "d_word is no table, but a view" },
		{ "DROP TABLE d_evidence; CREATE VIEW D_EVIDENCE AS SELECT 1 AS id",
		  "D_EVIDENCE is no table, but a view" },
		{ "CREATE VIRTUAL TABLE d_more USING fts5(word)",
		  "d_more is no table, but made by a module" },
		{ "ALTER TABLE entry RENAME TO e; CREATE VIEW Entry AS SELECT * FROM e",
		  "Entry is no table, but a view" },
		{ "ALTER TABLE chunk RENAME TO c; CREATE VIEW chunk AS SELECT * FROM c",
		  "chunk is no table, but a view" },
		{ "ALTER TABLE entry RENAME TO e; CREATE VIEW entry AS WITH RECURSIVE r(seq) AS"
		  " (VALUES (1) UNION ALL SELECT seq + 1 FROM r)"
		  " SELECT seq, prev, entry, hash FROM r CROSS JOIN e USING (seq)",
		  "entry is no table, but a view" },
	};
	g_autofree char *whole = NULL;
	gsize size;

	record_some(f);
	g_assert_true(g_file_get_contents(f->path, &whole, &size, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) reading = NULL;
		g_autoptr(GError) writing = NULL;
		g_autofree char *first = NULL;

		g_test_message("%s", rows[i].sql);
		g_assert_true(g_file_set_contents(f->path, whole, (gssize)size, NULL));
		fixture_change(f, rows[i].sql);
		g_assert_null(casefile_open(f->path, CASEFILE_READ, &reading));
		g_assert_error(reading, CASE_ERROR, CASE_ERROR_CORRUPT);
		g_assert_nonnull(strstr(reading->message, rows[i].says));
		g_assert_null(
			recorder_start(f->path, &fixture_person, &fixture_projector, &writing));
		g_assert_error(writing, CASE_ERROR, CASE_ERROR_CORRUPT);
		g_assert_cmpuint(fixture_verify(f, NULL, &first), ==, 1);
		g_assert_nonnull(strstr(first, rows[i].says));
	}
}

/* What SQLite itself does not open is a finding too, and is told without asking for another verify. */
static void a_file_that_cannot_be_opened_is_found(struct fixture *f, const void *data)
{
	static const char damage[] = "PRAGMA writable_schema = 1;"
				     "UPDATE sqlite_schema SET sql = 'CREATE TABLE chunk('"
				     " WHERE name = 'chunk'";
	g_autofree char *whole = NULL, *first = NULL, *second = NULL;
	g_autoptr(GError) error = NULL;
	gsize size;

	record_some(f);
	g_assert_true(g_file_get_contents(f->path, &whole, &size, NULL));
	fixture_change(f, damage);
	g_assert_cmpuint(fixture_verify(f, NULL, &first), ==, 1);
	g_assert_nonnull(strstr(first, "malformed database schema (chunk)"));
	g_assert_null(strstr(first, "kase verify"));
	g_assert_null(recorder_start(f->path, &fixture_person, &fixture_projector, &error));
	g_assert_error(error, CASE_ERROR, CASE_ERROR_CORRUPT);
	g_assert_nonnull(strstr(error->message, "kase verify"));
	g_assert_true(g_file_set_contents(f->path, whole, (gssize)size / 2, NULL));
	g_assert_cmpuint(fixture_verify(f, NULL, &second), ==, 1);
	g_assert_nonnull(strstr(second, "truncated"));
}

struct visitor {
	const struct fixture *f;
	guint calls;
	guint64 last, most;
};

/* Somebody records a little once verify has begun. */
static void come_and_go(void *data, guint64 done, guint64 total)
{
	struct visitor *v = data;

	if (v->calls++ == 0)
		record_some(v->f);
}

static void a_writer_that_comes_meanwhile_is_no_finding(struct fixture *f, const void *data)
{
	g_autofree char *entries = NULL;
	struct visitor v = { .f = f };
	g_autoptr(GError) error = NULL;
	struct verify_report report;

	record_some(f);
	casefile_verify(f->path, &fixture_projector, NULL, come_and_go, &v, &report, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(report.findings->len, ==, 0);
	entries = fixture_value(f, "SELECT max(seq) FROM entry");
	g_assert_cmpint(report.entries, ==, g_ascii_strtoll(entries, NULL, 10));
	verify_report_clear(&report);
}

static void only_forward(void *data, guint64 done, guint64 total)
{
	struct visitor *v = data;

	g_assert_cmpuint(done, >=, v->last);
	g_assert_cmpuint(done, <=, total);
	v->last = done;
	v->most = total;
}

static void progress_goes_forward_to_its_end(struct fixture *f, const void *data)
{
	struct visitor v = { .f = f };
	struct verify_report report;

	record_some(f);
	g_assert_true(casefile_verify(f->path, &fixture_projector, NULL, only_forward, &v, &report,
				      NULL));
	g_assert_cmpuint(v.last, ==, v.most);
	verify_report_clear(&report);
}

static char *make_key(const struct fixture *f, const char *name, const char *passphrase)
{
	char *key = g_build_filename(f->folder, name, NULL);
	const char *argv[] = { "ssh-keygen", "-q", "-t", "ed25519", "-N",
			       passphrase,   "-f", key,  NULL };
	g_autoptr(GError) error = NULL;
	int status;

	g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
				   NULL, &status, &error));
	g_assert_cmpint(status, ==, 0);
	return key;
}

static void a_seal_holds_and_a_forged_one_is_found(struct fixture *f, const void *data)
{
	g_autofree char *key = make_key(f, "key", "");
	g_autoptr(GError) error = NULL;
	struct verify_report report;

	record_some(f);
	for (guint i = 0; i < 2; i++) { /* sealed once more, the first stays in the ledger */
		casefile_seal(f->path, key, &fixture_person, &fixture_projector, &error);
		g_assert_no_error(error);
	}
	casefile_verify(f->path, &fixture_projector, NULL, NULL, NULL, &report, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(report.findings->len, ==, 0);
	g_assert_true(g_str_has_prefix(report.sealed, "ana@bastion, 20"));
	g_assert_nonnull(strstr(report.sealed, "with ED25519 key SHA256:"));
	verify_report_clear(&report);
	fixture_tamper(f,
		       "UPDATE entry SET entry = replace(entry, '\"head_seq\":', '\"head_seq\":1')"
		       " WHERE entry ->> 'kind' = 'sealed'");
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), >, 0);
}

/* As docs/case-file.md says it. */
static void a_seal_checks_with_ssh_keygen_alone(struct fixture *f, const void *data)
{
	static const char *const commands[] = {
		"ssh-keygen -Y check-novalidate -n kase -s c.kase.sig < c.kase.head",
		"echo \"ana@example $(cat key.pub)\" > allowed_signers && ssh-keygen -Y verify"
		" -n kase -f allowed_signers -I ana@example -s c.kase.sig < c.kase.head",
	};
	g_autofree char *key = make_key(f, "key", "");
	g_autoptr(GError) error = NULL;

	casefile_seal(f->path, key, &fixture_person, &fixture_projector, &error);
	g_assert_no_error(error);
	for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
		char *argv[] = { (char *)"sh", (char *)"-c", (char *)commands[i], NULL };
		int status;

		g_assert_true(g_spawn_sync(f->folder, argv, NULL,
					   G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
					   NULL, NULL, NULL, &status, NULL));
		g_assert_cmpint(status, ==, 0);
	}
}

static void a_case_that_is_not_whole_is_not_sealed(struct fixture *f, const void *data)
{
	g_autofree char *key = make_key(f, "key", ""), *head = g_strconcat(f->path, ".head", NULL);
	g_autoptr(GError) error = NULL;

	fixture_change(f, "DROP TRIGGER chunk_stays");
	g_assert_false(casefile_seal(f->path, key, &fixture_person, &fixture_projector, &error));
	g_assert_error(error, CASE_ERROR, CASE_ERROR_CORRUPT);
	g_assert_false(g_file_test(head, G_FILE_TEST_EXISTS));
}

static void what_cannot_sign_or_be_written_is_said_in_one_line(struct fixture *f, const void *data)
{
	g_autofree char *locked = make_key(f, "locked", "a passphrase");
	g_autofree char *plain = make_key(f, "plain", "");
	g_autofree char *head = g_strconcat(f->path, ".head", NULL);
	g_autofree char *entries = NULL, *kept = NULL;
	const char *const keys[] = { locked, head, plain };

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_autoptr(GError) error = NULL;

		if (keys[i] == plain)
			g_assert_true(g_file_set_contents(head, "a letter", -1, NULL));
		g_assert_false(casefile_seal(f->path, keys[i], &fixture_person, &fixture_projector,
					     &error));
		g_assert_true(
			g_error_matches(error, CASE_ERROR,
					keys[i] == plain ? CASE_ERROR_EXISTS : CASE_ERROR_INPUT));
		g_test_message("%s", error->message);
		g_assert_null(strchr(error->message, '\n'));
	}
	g_assert_true(g_file_get_contents(head, &kept, NULL, NULL));
	g_assert_cmpstr(kept, ==, "a letter");
	entries = fixture_value(f, "SELECT count(*) FROM ledger WHERE kind = 'sealed'");
	g_assert_cmpstr(entries, ==, "0");
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
}

static void a_seal_by_nothing_is_found(struct fixture *f, const void *data)
{
	g_autofree char *id = fixture_value(f, "SELECT entry ->> 'id' FROM entry WHERE seq = 1");
	g_autofree char *hash = fixture_value(f, "SELECT hash FROM entry WHERE seq = 1");
	g_autofree char *text = g_strdup_printf("kase %s #1 %s\n", id, hash);
	g_autofree char *longer = g_strnfill(70000, 'x');
	const char *const signatures[] = { NULL, "", "no signature", longer };
	struct recorder *r = fixture_record(f);

	for (gsize i = 0; i < G_N_ELEMENTS(signatures); i++) {
		struct cJSON *entry = json_new_object();

		json_set_string(entry, "kind", "sealed");
		json_set_int(entry, "head_seq", 1);
		json_set_string(entry, "head", hash);
		json_set_string(entry, "signed", text);
		json_set_string(entry, "signature", signatures[i]);
		ticket_unref(recorder_enter(r, entry, NULL, NULL));
	}
	recorder_stop(r, NULL);
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, G_N_ELEMENTS(signatures));
}

static void tables_of_another_projector_are_not_compared(struct fixture *f, const void *data)
{
	g_autoptr(GError) error = NULL;
	struct verify_report report;

	record_some(f);
	casefile_verify(f->path, &fixture_projector_later, NULL, NULL, NULL, &report, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(report.findings->len, ==, 0);
	g_assert_false(report.derived_compared);
	g_assert_cmpint(report.derived_version, ==, 1);
	verify_report_clear(&report);
}

#define ADD(function)                                                                    \
	g_test_add("/verify/" #function, struct fixture, NULL, fixture_set_up, function, \
		   fixture_tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(a_case_as_recorded_has_no_finding);
	ADD(one_changed_value_in_any_table_is_found);
	ADD(a_value_of_another_type_or_with_a_tail_is_found);
	ADD(declarations_of_records_are_checked_whatever_made_the_tables);
	ADD(what_is_taken_swapped_or_put_in_is_found);
	ADD(a_finding_names_the_row_and_shows_where_it_differs);
	ADD(a_declaration_that_is_missing_is_named);
	ADD(a_tail_cut_at_a_commit_is_found_by_a_head_noted_elsewhere);
	ADD(any_byte_of_the_file_may_be_damaged_without_a_crash);
	ADD(a_table_that_is_not_there_is_found_and_said);
	ADD(what_is_no_table_is_not_read);
	ADD(a_file_that_cannot_be_opened_is_found);
	ADD(a_writer_that_comes_meanwhile_is_no_finding);
	ADD(progress_goes_forward_to_its_end);
	ADD(a_seal_holds_and_a_forged_one_is_found);
	ADD(a_seal_checks_with_ssh_keygen_alone);
	ADD(a_case_that_is_not_whole_is_not_sealed);
	ADD(what_cannot_sign_or_be_written_is_said_in_one_line);
	ADD(a_seal_by_nothing_is_found);
	ADD(tables_of_another_projector_are_not_compared);
	return g_test_run();
}
