/* Making, opening and reading a case. */
#include "case-fixture.h"
#include "../../src/case/private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void record_words(const struct fixture *f)
{
	struct recorder *r = fixture_record(f);
	g_autoptr(GError) error = NULL;

	fixture_add(r, "one two three");
	recorder_stop(r, &error);
	g_assert_no_error(error);
}

static void a_case_is_never_made_over_a_file_that_is_there(struct fixture *f, const void *data)
{
	struct case_plan plan = { .title = "again" };
	g_autofree char *before = fixture_sha256(f->path);
	g_autofree char *after = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_false(
		casefile_create(f->path, &plan, &fixture_person, &fixture_projector, &error));
	g_assert_error(error, CASE_ERROR, CASE_ERROR_EXISTS);
	after = fixture_sha256(f->path);
	g_assert_cmpstr(before, ==, after);
}

static void a_case_is_its_owners_alone_or_its_groups(struct fixture *f, const void *data)
{
	g_autofree char *shared = g_build_filename(f->folder, "shared.kase", NULL);
	struct case_plan plan = { .group = getgrgid(getgid())->gr_name };
	g_autoptr(GError) error = NULL;
	struct stat st;

	g_assert_cmpint(stat(f->path, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 07777, ==, 0600);
	casefile_create(shared, &plan, &fixture_person, &fixture_projector, &error);
	g_assert_no_error(error);
	g_assert_cmpint(stat(shared, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 07777, ==, 0660);
}

static void a_group_that_is_not_there_is_said_and_leaves_no_file(struct fixture *f,
								 const void *data)
{
	g_autofree char *path = g_build_filename(f->folder, "other.kase", NULL);
	struct case_plan plan = { .group = "no-such-group" };
	g_autoptr(GError) error = NULL;

	g_assert_false(casefile_create(path, &plan, &fixture_person, &fixture_projector, &error));
	g_assert_error(error, CASE_ERROR, CASE_ERROR_INPUT);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

static gint by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What stands in the folder, with each file's digest. */
static char *folder_digest(const struct fixture *f)
{
	g_autoptr(GDir) dir = g_dir_open(f->folder, 0, NULL);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(f->folder, name, NULL);
		g_autofree char *sum = g_file_test(path, G_FILE_TEST_IS_DIR) ? g_strdup("folder")
									     : fixture_sha256(path);

		g_ptr_array_add(lines, g_strdup_printf("%s %s", name, sum));
	}
	g_ptr_array_sort(lines, by_name);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}

static void looking_changes_nothing(struct fixture *f, const void *data)
{
	g_autofree char *before = NULL, *after = NULL, *word = NULL;

	record_words(f);
	before = folder_digest(f);
	word = fixture_value(f, "SELECT word FROM words ORDER BY id LIMIT 1");
	g_assert_cmpstr(word, ==, "one");
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
	after = folder_digest(f);
	g_assert_cmpstr(before, ==, after);
}

static void a_case_may_have_any_name(struct fixture *f, const void *data)
{
	static const char *const names[] = {
		"a b.kase",    "a?immutable=1.kase", "a#b.kase",        "a%41.kase",
		"Fäll 7.kase", ":memory:",           "file:c.kase?x=1", "-c.kase"
	};
	g_autofree char *before = g_get_current_dir();

	g_assert_cmpint(g_chdir(f->folder), ==, 0);
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *slashes = g_strconcat("/", f->folder, "/", names[i], NULL);
		struct fixture relative = { f->folder, (char *)names[i] };
		struct fixture absolute = { f->folder, slashes };
		struct case_plan plan = { .title = names[i] };
		g_autofree char *word = NULL;
		g_autoptr(GError) error = NULL;

		g_test_message("%s", names[i]);
		casefile_create(names[i], &plan, &fixture_person, &fixture_projector, &error);
		g_assert_no_error(error);
		record_words(&relative);
		word = fixture_value(&absolute, "SELECT max(word) FROM words");
		g_assert_cmpstr(word, ==, "two");
		g_assert_cmpuint(fixture_verify(&absolute, NULL, NULL), ==, 0);
	}
	g_assert_cmpint(g_chdir(before), ==, 0);
}

/* While somebody records through the file's own name. */
static void a_symbolic_link_leads_to_the_same_case(struct fixture *f, const void *data)
{
	g_autofree char *linked = g_build_filename(f->folder, "link.kase", NULL);
	struct fixture through = { f->folder, linked };
	g_autofree char *words = NULL, *states = NULL;
	struct recorder *r = fixture_record(f);
	struct evidence *e = fixture_open(r);
	g_autoptr(GError) error = NULL;

	fixture_add(r, "one");
	fixture_flush(r);
	g_assert_cmpint(symlink("c.kase", linked), ==, 0);
	record_words(&through);
	words = fixture_value(&through, "SELECT group_concat(word) FROM words");
	g_assert_cmpstr(words, ==, "one,one,two,three");
	states = fixture_value(f, "SELECT group_concat(state) FROM evidence");
	g_assert_cmpstr(states, ==, "open,complete,complete");
	evidence_close(e, json_new_object());
	recorder_stop(r, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(fixture_verify(&through, NULL, NULL), ==, 0);
}

static void copy(const char *from, const char *to)
{
	g_autofree char *bytes = NULL;
	gsize size;

	g_assert_true(g_file_get_contents(from, &bytes, &size, NULL));
	g_assert_true(g_file_set_contents(to, bytes, (gssize)size, NULL));
}

/* As a kill leaves it, and somebody copies it: without the -shm. */
static void looking_at_a_case_with_its_wal_alone_changes_nothing(struct fixture *f,
								 const void *data)
{
	g_autofree char *copied = g_build_filename(f->folder, "copy.kase", NULL);
	g_autofree char *wal = g_strconcat(f->path, "-wal", NULL);
	g_autofree char *copied_wal = g_strconcat(copied, "-wal", NULL);
	g_autofree char *before = NULL, *after = NULL, *words = NULL;
	struct fixture other = { f->folder, copied };
	struct recorder *r = fixture_record(f);

	fixture_add(r, "one");
	fixture_flush(r);
	copy(f->path, copied);
	copy(wal, copied_wal);
	recorder_stop(r, NULL);
	before = folder_digest(f);
	words = fixture_value(&other, "SELECT group_concat(word) FROM words");
	g_assert_cmpstr(words, ==, "one");
	after = folder_digest(f);
	g_assert_cmpstr(before, ==, after);
}

static void a_reader_is_told_that_the_file_changed_under_it(struct fixture *f, const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(casefile) c = NULL;
	g_autoptr(query) q = NULL;

	record_words(f);
	c = casefile_open(f->path, CASEFILE_READ, &error);
	g_assert_no_error(error);
	q = casefile_query(c, "SELECT word FROM words", &error);
	g_assert_true(query_step(q, &error));
	record_words(f);
	while (query_step(q, &error))
		;
	g_assert_error(error, CASE_ERROR, CASE_ERROR_BUSY);
}

static void a_head_that_cannot_be_read_is_none(struct fixture *f, const void *data)
{
	static const char *const hashes[] = { "'abc'", "upper(hash)", "hash || 'a'" };

	for (gsize i = 0; i < G_N_ELEMENTS(hashes); i++) {
		g_autofree char *sql = g_strdup_printf("UPDATE entry SET hash = %s", hashes[i]);
		g_autoptr(GError) error = NULL;
		g_autoptr(casefile) c = NULL;
		char hash[DIGEST_CHARS] = "left from before";

		fixture_tamper(f, sql);
		c = casefile_open(f->path, CASEFILE_READ, &error);
		g_assert_no_error(error);
		g_assert_cmpint(casefile_head(c, hash), ==, 0);
		g_assert_cmpstr(hash, ==, "");
	}
}

static void a_statement_that_would_write_is_refused(struct fixture *f, const void *data)
{
	static const char *const rows[] = {
		"DELETE FROM entry",
		"INSERT INTO d_word VALUES (1, 2, 'x')",
		"CREATE TABLE t(a)",
		"CREATE TEMP TABLE t(a)",
		"DROP VIEW words",
		"ATTACH 'other.db' AS o",
		"VACUUM INTO 'copy.db'",
		"PRAGMA user_version = 7",
		"PRAGMA journal_mode = DELETE",
		"PRAGMA query_only = 0",
		"SELECT 1; DELETE FROM entry",
		"SELECT 1; SELECT 2",
		"SELECT 1 /* one */; SELEC 2",
		"",
		" ;; ",
		"-- nothing but a comment",
		"SELEC 1",
	};
	g_autoptr(GError) opening = NULL;
	g_autoptr(casefile) c = casefile_open(f->path, CASEFILE_READ, &opening);

	g_assert_no_error(opening);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;

		g_test_message("%s", rows[i]);
		g_assert_null(casefile_query(c, rows[i], &error));
		g_assert_error(error, CASE_ERROR, CASE_ERROR_SQL);
		g_assert_null(strchr(error->message, '\n'));
	}
}

static void a_value_larger_than_any_of_ours_is_refused(struct fixture *f, const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(casefile) c = casefile_open(f->path, CASEFILE_READ, &error);
	g_autoptr(query) q = NULL;

	g_assert_no_error(error);
	q = casefile_query(c, "SELECT length(zeroblob(300000000))", &error);
	g_assert_no_error(error);
	g_assert_false(query_step(q, &error));
	g_assert_nonnull(strstr(error->message, "too big"));
}

static void what_stands_around_a_statement_is_nothing(struct fixture *f, const void *data)
{
	static const char *const rows[] = {
		"SELECT 7",
		" SELECT 7 ; ",
		"SELECT 7 -- a comment",
		"SELECT 7; -- a comment",
		"SELECT 7; /* one */ ; -- and another\n",
		"-- what it is\nSELECT 7",
		"; /* one */ ; SELECT 7",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *value = NULL;

		g_test_message("%s", rows[i]);
		value = fixture_value(f, rows[i]);
		g_assert_cmpstr(value, ==, "7");
	}
}

static void what_a_statement_lacks_is_said(struct fixture *f, const void *data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(casefile) c = casefile_open(f->path, CASEFILE_READ, &error);

	g_assert_no_error(error);
	g_assert_null(casefile_query(c, "", &error));
	g_assert_cmpstr(error->message, ==,
			"SQL: there is no statement in it; write one, as in SELECT * FROM pods");
}

static void a_name_without_room_for_what_lies_beside_is_refused(struct fixture *f, const void *data)
{
	g_autofree char *fits = g_strnfill(247, 'n');
	g_autofree char *path = g_build_filename(f->folder, fits, NULL);
	g_autofree char *longer = g_strconcat(path, "n", NULL);
	struct fixture other = { f->folder, path };
	struct case_plan plan = { 0 };
	g_autoptr(GError) error = NULL;

	g_assert_false(casefile_create(longer, &plan, &fixture_person, &fixture_projector, &error));
	g_assert_error(error, CASE_ERROR, CASE_ERROR_INPUT);
	g_assert_nonnull(strstr(error->message, "the name is too long: it may have 247 bytes"));
	g_clear_error(&error);
	g_assert_null(casefile_open(longer, CASEFILE_READ, &error));
	g_assert_error(error, CASE_ERROR, CASE_ERROR_INPUT);
	g_clear_error(&error);
	casefile_create(path, &plan, &fixture_person, &fixture_projector, &error);
	g_assert_no_error(error);
	record_words(&other);
	g_assert_cmpuint(fixture_verify(&other, NULL, NULL), ==, 0);
}

static void change(const char *path, const char *sql)
{
	sqlite3 *db;

	g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_close(db), ==, SQLITE_OK);
}

/* What may lie there, made of the bytes of a case. */
static void leave_out(const char *path, const char *bytes, gsize size)
{
}

static void make_folder(const char *path, const char *bytes, gsize size)
{
	g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
}

static void make_empty(const char *path, const char *bytes, gsize size)
{
	g_assert_true(g_file_set_contents(path, "", 0, NULL));
}

static void make_text(const char *path, const char *bytes, gsize size)
{
	g_autofree char *text = g_strnfill(3000, 'x');

	g_assert_true(g_file_set_contents(path, text, 3000, NULL));
}

/* SQLite files are made for whoever may write the text. */
static void make_shared_text(const char *path, const char *bytes, gsize size)
{
	make_text(path, bytes, size);
	g_assert_cmpint(g_chmod(path, 0660), ==, 0);
}

/* As a program that still runs, or was killed, leaves its file: `sql` is in the -wal alone. */
static void make_with_wal(const char *path, const char *sql)
{
	g_autofree char *origin = g_strconcat(path, "-origin", NULL);
	g_autofree char *origin_wal = g_strconcat(origin, "-wal", NULL);
	g_autofree char *wal = g_strconcat(path, "-wal", NULL);
	sqlite3 *db;

	g_assert_cmpint(sqlite3_open(origin, &db), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(db, "PRAGMA journal_mode = WAL", NULL, NULL, NULL), ==,
			SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
	copy(origin, path);
	copy(origin_wal, wal);
	g_assert_cmpint(sqlite3_close(db), ==, SQLITE_OK);
	g_assert_cmpint(g_unlink(origin), ==, 0);
}

static void make_foreign_with_wal(const char *path, const char *bytes, gsize size)
{
	make_with_wal(path, "CREATE TABLE t(a); INSERT INTO t VALUES (1)");
}

/* A newer kase was killed as it led the file to its format. */
static void make_newer_in_wal(const char *path, const char *bytes, gsize size)
{
	make_with_wal(path, "PRAGMA application_id = 0x4b415345; PRAGMA user_version = 999");
}

static void make_foreign(const char *path, const char *bytes, gsize size)
{
	change(path, "CREATE TABLE t(a)");
}

static void make_newer(const char *path, const char *bytes, gsize size)
{
	g_assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
	change(path, "PRAGMA user_version = 999");
}

static void make_older(const char *path, const char *bytes, gsize size)
{
	g_assert_true(g_file_set_contents(path, bytes, (gssize)size, NULL));
	change(path, "PRAGMA user_version = 0");
}

static void make_half(const char *path, const char *bytes, gsize size)
{
	g_assert_true(g_file_set_contents(path, bytes, (gssize)size / 2, NULL));
}

struct not_a_case {
	const char *what, *says;
	enum case_error code;
	void (*make)(const char *path, const char *bytes, gsize size);
};

static void check_refused(const char *path, const struct not_a_case *row, gboolean writing)
{
	g_autoptr(GError) error = NULL;

	if (writing)
		g_assert_null(recorder_start(path, &fixture_person, &fixture_projector, &error));
	else
		g_assert_null(casefile_open(path, CASEFILE_READ, &error));
	g_assert_error(error, CASE_ERROR, (int)row->code);
	g_test_message("%s: %s", row->what, error->message);
	g_assert_nonnull(strstr(error->message, row->says));
	g_assert_null(strchr(error->message, '\n'));
}

static void what_another_case_left_beside_is_not_lost(struct fixture *f, const void *data)
{
	g_autofree char *path = g_build_filename(f->folder, "new.kase", NULL);
	g_autofree char *wal = g_strconcat(path, "-wal", NULL);
	struct case_plan plan = { 0 };
	g_autofree char *kept = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_true(g_file_set_contents(wal, "what was recorded last", -1, NULL));
	g_assert_false(casefile_create(path, &plan, &fixture_person, &fixture_projector, &error));
	g_assert_error(error, CASE_ERROR, CASE_ERROR_EXISTS);
	g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
	g_assert_true(g_file_get_contents(wal, &kept, NULL, NULL));
	g_assert_cmpstr(kept, ==, "what was recorded last");
}

static void what_is_no_case_gets_one_clear_line_and_stays_as_it_is(struct fixture *f,
								   const void *data)
{
	static const struct not_a_case rows[] = {
		{ "missing", "there is no such case", CASE_ERROR_NOT_FOUND, leave_out },
		{ "empty", "is no case file", CASE_ERROR_NOT_A_CASE, make_empty },
		{ "text", "is no case file", CASE_ERROR_NOT_A_CASE, make_text },
		{ "text of a group", "is no case file", CASE_ERROR_NOT_A_CASE, make_shared_text },
		{ "folder", "a folder", CASE_ERROR_NOT_A_CASE, make_folder },
		{ "foreign", "but no case", CASE_ERROR_NOT_A_CASE, make_foreign },
		{ "foreign, at work", "but no case", CASE_ERROR_NOT_A_CASE, make_foreign_with_wal },
		{ "older", "format 0, which never was", CASE_ERROR_NOT_A_CASE, make_older },
		{ "newer", "newer kase", CASE_ERROR_NEWER, make_newer },
		{ "newer, at work", "newer kase", CASE_ERROR_NEWER, make_newer_in_wal },
		{ "truncated", "truncated", CASE_ERROR_CORRUPT, make_half },
	};
	g_autofree char *whole = NULL;
	gsize size;

	record_words(f);
	g_assert_true(g_file_get_contents(f->path, &whole, &size, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = g_build_filename(f->folder, rows[i].what, NULL);
		g_autofree char *wal = g_strconcat(path, "-wal", NULL);
		g_autofree char *before = NULL, *after = NULL;

		rows[i].make(path, whole, size);
		before = folder_digest(f);
		check_refused(path, &rows[i], FALSE);
		check_refused(path, &rows[i], TRUE);
		after = folder_digest(f);
		g_assert_cmpstr(before, ==, after);
		g_remove(path);
		g_unlink(wal);
	}
}

/* Killed before anything was folded in: the file itself does not say yet what it is. */
static void a_case_is_known_by_its_wal(struct fixture *f, const void *data)
{
	g_autofree char *path = g_build_filename(f->folder, "killed.kase", NULL);
	g_autofree char *wal = g_strconcat(path, "-wal", NULL);
	g_autofree char *wal_of = g_strconcat(f->path, "-wal", NULL);
	struct fixture killed = { f->folder, path };
	g_autofree char *words = NULL;
	sqlite3 *db;

	record_words(f);
	change(f->path, "PRAGMA application_id = 0; PRAGMA user_version = 0");
	g_assert_cmpint(sqlite3_open(f->path, &db), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(db,
				     "PRAGMA application_id = 0x4b415345; PRAGMA user_version = 1",
				     NULL, NULL, NULL),
			==, SQLITE_OK);
	copy(f->path, path);
	copy(wal_of, wal);
	g_assert_cmpint(sqlite3_close(db), ==, SQLITE_OK);
	words = fixture_value(&killed, "SELECT count(*) FROM words");
	g_assert_cmpstr(words, ==, "3");
	record_words(&killed);
	g_assert_cmpuint(fixture_verify(&killed, NULL, NULL), ==, 0);
}

static int read_as_nobody(const struct fixture *f)
{
	g_autoptr(GError) reading = NULL;
	g_autoptr(GError) writing = NULL;

	if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(65534) != 0 || setuid(65534) != 0))
		return 2;
	if (casefile_open(f->path, CASEFILE_READ, &reading) ||
	    recorder_start(f->path, &fixture_person, &fixture_projector, &writing))
		return 3;
	return strstr(reading->message, "may not be read by you") &&
			       strstr(writing->message, "may not be read by you")
		       ? 0
		       : 4;
}

static void what_may_not_be_read_is_said(struct fixture *f, const void *data)
{
	pid_t child;
	int status;

	g_assert_cmpint(g_chmod(f->folder, 0755), ==, 0);
	g_assert_cmpint(g_chmod(f->path, 0), ==, 0);
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0)
		_exit(read_as_nobody(f));
	waitpid(child, &status, 0);
	g_assert_cmpint(status, ==, 0);
}

static void network_file_systems_are_refused_by_type(void)
{
	static const struct {
		guint64 type;
		const char *name;
	} rows[] = {
		{ 0x6969, "NFS" },    { 0xff534d42, "CIFS" }, { 0xfe534d42, "SMB2" },
		{ 0x01021997, "9P" }, { 0x65735546, "FUSE" }, { 0x00c36400, "Ceph" },
		{ 0xef53, NULL },     /* ext4 */
		{ 0x9123683e, NULL }, /* btrfs */
		{ 0x58465342, NULL }, /* XFS */
		{ 0x01021994, NULL }, /* tmpfs */
		{ 0x794c7630, NULL }, /* overlayfs */
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		g_assert_cmpstr(filesystem_network_name(rows[i].type), ==, rows[i].name);
	/* f_type is signed on some systems */
	g_assert_cmpstr(filesystem_network_name((guint64)(gint64)(gint32)0xff534d42), ==, "CIFS");
}

static void bytes_of_a_locator_come_across_chunks(struct fixture *f, const void *data)
{
	struct recorder *r = fixture_record(f);
	struct evidence *e = fixture_open(r);
	g_autofree char *big = g_strnfill(CASE_CHUNK_MAX + 100, 'a');
	g_autofree char *told = NULL;
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GBytes) got = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(casefile) c = NULL;
	gint64 id;

	memcpy(big + CASE_CHUNK_MAX - 3, "border", 6);
	bytes = g_bytes_new(big, CASE_CHUNK_MAX + 100);
	evidence_add(e, bytes);
	evidence_close(e, json_new_object());
	recorder_stop(r, &error);
	g_assert_no_error(error);
	told = fixture_value(f, "SELECT max(id) FROM evidence");
	id = g_ascii_strtoll(told, NULL, 10);
	c = casefile_open(f->path, CASEFILE_READ, &error);
	g_assert_no_error(error);
	got = casefile_bytes(c, id, CASE_CHUNK_MAX - 3, 6, &error);
	g_assert_no_error(error);
	g_assert_cmpmem(g_bytes_get_data(got, NULL), g_bytes_get_size(got), "border", 6);
	g_assert_null(casefile_bytes(c, id, CASE_CHUNK_MAX + 99, 6, &error));
	g_assert_error(error, CASE_ERROR, CASE_ERROR_NOT_FOUND);
}

static void a_times_view_is_rfc3339_with_its_nanoseconds_beside(struct fixture *f, const void *data)
{
	g_autofree char *at = NULL, *date = NULL, *same = NULL, *ledger = NULL;

	record_words(f);
	at = fixture_value(f, "SELECT at GLOB '20[0-9][0-9]-*T*.?????????Z' FROM evidence");
	g_assert_cmpstr(at, ==, "1");
	date = fixture_value(f, "SELECT server_date FROM evidence");
	g_assert_cmpstr(date, ==, "2026-11-24T08:13:00.000000000Z");
	same = fixture_value(f, "SELECT server_date_ns FROM evidence");
	g_assert_cmpstr(same, ==, "1795507980000000000");
	ledger = fixture_value(
		f, "SELECT count(*) FROM ledger WHERE at IS NULL OR at_ns < 1700000000000000000");
	g_assert_cmpstr(ledger, ==, "0");
}

#define ADD(function)                                                                  \
	g_test_add("/case/" #function, struct fixture, NULL, fixture_set_up, function, \
		   fixture_tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(a_case_is_never_made_over_a_file_that_is_there);
	ADD(a_case_is_its_owners_alone_or_its_groups);
	ADD(a_group_that_is_not_there_is_said_and_leaves_no_file);
	ADD(looking_changes_nothing);
	ADD(a_case_may_have_any_name);
	ADD(a_symbolic_link_leads_to_the_same_case);
	ADD(looking_at_a_case_with_its_wal_alone_changes_nothing);
	ADD(a_reader_is_told_that_the_file_changed_under_it);
	ADD(a_head_that_cannot_be_read_is_none);
	ADD(a_statement_that_would_write_is_refused);
	ADD(a_value_larger_than_any_of_ours_is_refused);
	ADD(what_stands_around_a_statement_is_nothing);
	ADD(what_a_statement_lacks_is_said);
	ADD(a_name_without_room_for_what_lies_beside_is_refused);
	ADD(what_another_case_left_beside_is_not_lost);
	ADD(what_is_no_case_gets_one_clear_line_and_stays_as_it_is);
	ADD(a_case_is_known_by_its_wal);
	ADD(what_may_not_be_read_is_said);
	g_test_add_func("/case/network_file_systems_are_refused_by_type",
			network_file_systems_are_refused_by_type);
	ADD(bytes_of_a_locator_come_across_chunks);
	ADD(a_times_view_is_rfc3339_with_its_nanoseconds_beside);
	return g_test_run();
}
