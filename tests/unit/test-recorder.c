/* The writer: batches, kills, several processes, a full disk. */
#include "case-fixture.h"
#include "../../src/case/private.h"

#include <kase/relay.h>

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void stop(struct recorder *r)
{
	g_autoptr(GError) error = NULL;

	recorder_stop(r, &error);
	g_assert_no_error(error);
}

static void what_is_posted_is_recorded_in_its_order(struct fixture *f, const void *data)
{
	struct recorder *r = fixture_record(f);
	g_autofree char *words = NULL, *states = NULL;

	for (guint i = 0; i < 300; i++) {
		g_autofree char *text = g_strdup_printf("w%u", i);

		fixture_add(r, text);
	}
	stop(r);
	words = fixture_value(f, "SELECT count(*) FROM words WHERE word = 'w' || (id - 1)");
	g_assert_cmpstr(words, ==, "300");
	states = fixture_value(
		f, "SELECT count(*) FROM evidence WHERE state = 'complete' AND status = 200");
	g_assert_cmpstr(states, ==, "300");
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
}

static void a_ticket_gets_its_number_once_it_is_committed(struct fixture *f, const void *data)
{
	struct recorder *r = fixture_record(f);
	struct cJSON *first = json_new_object(), *second = json_new_object();
	g_autoptr(ticket) a = NULL;
	g_autoptr(ticket) b = NULL;
	g_autofree char *about = NULL;

	json_set_string(first, "kind", "note");
	json_set_string(second, "kind", "note");
	a = recorder_enter(r, first, NULL, NULL);
	b = recorder_enter(r, second, "answers", a);
	fixture_flush(r);
	g_assert_cmpint(ticket_seq(a), >, 0);
	g_assert_cmpint(ticket_seq(b), >, ticket_seq(a));
	g_assert_cmpint(recorder_head(r), >=, ticket_seq(b));
	stop(r);
	about = fixture_value(
		f, "SELECT entry ->> 'answers' FROM entry WHERE entry ->> 'answers' IS NOT NULL");
	g_assert_cmpint(g_ascii_strtoll(about, NULL, 10), ==, ticket_seq(a));
}

static void when_a_process_ends_the_case_is_one_file(struct fixture *f, const void *data)
{
	g_autoptr(GDir) dir = NULL;

	stop(fixture_record(f));
	dir = g_dir_open(f->folder, 0, NULL);
	g_assert_cmpstr(g_dir_read_name(dir), ==, "c.kase");
	g_assert_null(g_dir_read_name(dir));
}

/* A child that records and is killed; what it flushed before is said by a byte in the pipe. */
static void record_and_die(const struct fixture *f)
{
	int pipes[2];
	char byte;
	pid_t child;

	g_assert_cmpint(pipe(pipes), ==, 0);
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		struct recorder *r = fixture_record(f);
		struct evidence *e = fixture_open(r);
		g_autoptr(GBytes) bytes = g_bytes_new_static("alpha beta ", 11);

		evidence_add(e, bytes);
		fixture_flush(r);
		if (write(pipes[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(pipes[1]);
	g_assert_cmpint(read(pipes[0], &byte, 1), ==, 1);
	close(pipes[0]);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

static void what_a_killed_process_left_open_is_closed_as_cut(struct fixture *f, const void *data)
{
	g_autofree char *open = NULL, *cut = NULL, *words = NULL;

	record_and_die(f);
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
	open = fixture_value(f, "SELECT state FROM evidence");
	g_assert_cmpstr(open, ==, "open");
	stop(fixture_record(f));
	cut = fixture_value(f, "SELECT state || ' ' || size FROM evidence");
	g_assert_cmpstr(cut, ==, "cut 11");
	words = fixture_value(f, "SELECT group_concat(word) FROM words");
	g_assert_cmpstr(words, ==, "alpha,beta");
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
}

static void who_closed_for_a_dead_process_writes_on_after_another(struct fixture *f,
								  const void *data)
{
	g_autofree char *words = NULL;
	struct recorder *closes, *other;

	record_and_die(f);
	closes = fixture_record(f);
	other = fixture_record(f);
	fixture_add(other, "one");
	fixture_flush(other);
	fixture_add(closes, "two");
	fixture_flush(closes);
	stop(other);
	stop(closes);
	words = fixture_value(f, "SELECT group_concat(word) FROM words");
	g_assert_cmpstr(words, ==, "alpha,beta,one,two");
}

static gint by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* What stands in the folder, with the digest of each file but SQLite's index of its -wal. */
static char *folder_digest(const struct fixture *f)
{
	g_autoptr(GDir) dir = g_dir_open(f->folder, 0, NULL);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	const char *name;

	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(f->folder, name, NULL);
		g_autofree char *sum = g_str_has_suffix(name, "-shm") ? g_strdup("index")
								      : fixture_sha256(path);

		g_ptr_array_add(lines, g_strdup_printf("%s %s", name, sum));
	}
	g_ptr_array_sort(lines, by_name);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}

static void look_as(const struct fixture *f, uid_t uid)
{
	pid_t child = fork();
	int status;

	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		g_autofree char *words = NULL;

		if (uid && (setgroups(0, NULL) != 0 || setgid(uid) != 0 || setuid(uid) != 0))
			_exit(2);
		words = fixture_value(f, "SELECT group_concat(word) FROM words");
		_exit(g_strcmp0(words, "alpha,beta") == 0 && !fixture_verify(f, NULL, NULL) ? 0
											    : 1);
	}
	waitpid(child, &status, 0);
	g_assert_cmpint(status, ==, 0);
}

/* By its owner, and by somebody who may write neither file nor folder. */
static void looking_at_what_a_kill_left_changes_nothing(struct fixture *f, const void *data)
{
	static const char *const suffixes[] = { "", "-wal", "-shm" };
	g_autofree char *before = NULL, *after = NULL, *shm = g_strconcat(f->path, "-shm", NULL);

	record_and_die(f);
	before = folder_digest(f);
	look_as(f, 0);
	after = folder_digest(f);
	g_assert_cmpstr(before, ==, after);
	if (geteuid() != 0)
		return;
	g_chmod(f->folder, 0755);
	for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		g_autofree char *path = g_strconcat(f->path, suffixes[i], NULL);

		g_assert_cmpint(g_chmod(path, 0644), ==, 0);
	}
	look_as(f, 65534);
	g_free(after);
	after = folder_digest(f);
	g_assert_cmpstr(before, ==, after);
	g_unlink(shm);
	g_free(before);
	before = folder_digest(f);
	look_as(f, 65534);
	g_free(after);
	after = folder_digest(f);
	g_assert_cmpstr(before, ==, after);
}

static void damaged_evidence_of_a_dead_process_stops_nobody(struct fixture *f, const void *data)
{
	g_autofree char *state = NULL, *first = NULL;

	record_and_die(f);
	fixture_tamper(f, "UPDATE chunk SET data = x'00', codec = 'zstd'");
	stop(fixture_record(f));
	state = fixture_value(f, "SELECT state || ' ' || size FROM evidence");
	g_assert_cmpstr(state, ==, "failed 0");
	g_assert_cmpuint(fixture_verify(f, NULL, &first), >, 0);
	g_assert_nonnull(strstr(first, "chunk 0 of e"));
}

static void what_a_killed_process_left_as_head_is_not_believed(struct fixture *f, const void *data)
{
	g_autofree char *live = g_strconcat(f->path, "-live", NULL);
	struct recorder *r;

	g_assert_true(
		g_file_set_contents(live, "\377\377\377\377\377\377\377\077--------", 16, NULL));
	r = fixture_record(f);
	g_assert_cmpint(recorder_head(r), <, 100);
	stop(r);
	g_assert_false(g_file_test(live, G_FILE_TEST_EXISTS));
}

/* Somebody who may write the folder cannot have us write elsewhere. */
static void a_live_file_that_is_something_else_is_left_alone(struct fixture *f, const void *data)
{
	g_autofree char *live = g_strconcat(f->path, "-live", NULL);
	g_autofree char *other = g_build_filename(f->folder, "other", NULL);
	const char *const paths[] = { live, other };

	for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *kept = NULL;

		g_unlink(live);
		g_assert_true(g_file_set_contents(paths[i], "something that is needed", -1, NULL));
		if (paths[i] == other)
			g_assert_cmpint(symlink("other", live), ==, 0);
		g_assert_null(recorder_start(f->path, &fixture_person, &fixture_projector, &error));
		g_assert_error(error, CASE_ERROR, CASE_ERROR_READ_ONLY);
		g_assert_null(strchr(error->message, '\n'));
		g_assert_true(g_file_get_contents(paths[i], &kept, NULL, NULL));
		g_assert_cmpstr(kept, ==, "something that is needed");
	}
}

static void the_wal_is_folded_in_though_somebody_reads(struct fixture *f, const void *data)
{
	g_autofree char *wal = g_strconcat(f->path, "-wal", NULL);
	g_autofree char *left = NULL;
	struct recorder *r = fixture_record(f);
	g_autoptr(GError) error = NULL;
	g_autoptr(casefile) c = NULL;
	gsize size = 1;

	fixture_add(r, "one");
	fixture_flush(r);
	c = casefile_open(f->path, CASEFILE_READ_LIVE, &error);
	g_assert_no_error(error);
	g_assert_cmpint(casefile_head(c, NULL), >, 0);
	stop(r);
	g_assert_true(!g_file_get_contents(wal, &left, &size, NULL) || size == 0);
}

#define THREADS 4
#define POSTS   200

struct poster {
	struct recorder *recorder;
	int mark;
};

static void *post_in_order(void *data)
{
	struct poster *p = data;

	for (int i = 0; i < POSTS; i++) {
		struct cJSON *entry = json_new_object();

		json_set_string(entry, "kind", "note");
		json_set_int(entry, "mark", p->mark);
		json_set_int(entry, "i", i);
		ticket_unref(recorder_enter(p->recorder, entry, NULL, NULL));
	}
	return NULL;
}

static void posts_of_each_thread_keep_their_order(struct fixture *f, const void *data)
{
	static const char in_order[] =
		"SELECT count(*) FROM (SELECT entry ->> 'i' AS i, row_number() OVER"
		" (PARTITION BY entry ->> 'mark' ORDER BY seq) - 1 AS n FROM entry"
		" WHERE entry ->> 'kind' = 'note') WHERE i = n";
	struct relay_thread *threads[THREADS];
	struct poster posters[THREADS];
	struct recorder *r = fixture_record(f);
	g_autofree char *count = NULL;

	for (int i = 0; i < THREADS; i++) {
		posters[i] = (struct poster){ r, i };
		threads[i] = relay_thread_new("poster", post_in_order, &posters[i]);
	}
	for (int i = 0; i < THREADS; i++)
		relay_thread_join(threads[i]);
	stop(r);
	count = fixture_value(f, in_order);
	g_assert_cmpstr(count, ==, "800");
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
}

static void closing_evidence_that_never_was_is_nothing(struct fixture *f, const void *data)
{
	evidence_close(NULL, json_new_object());
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
}

/* Tables are made of records; never the other way round. */
static void a_changed_table_writes_nothing_into_the_chain(struct fixture *f, const void *data)
{
	static const struct {
		const char *there, *back;
	} rows[] = {
		{ "UPDATE d_evidence SET state = 'open'",
		  "UPDATE d_evidence SET state = 'complete' WHERE class IS NOT NULL" },
		{ "INSERT INTO d_evidence(id, visit, state) VALUES (1, 2, 'open'), (99, 2, 'open')",
		  "DELETE FROM d_evidence WHERE id IN (1, 99)" },
	};
	struct recorder *r = fixture_record(f);

	fixture_add(r, "one");
	fixture_add(r, "two");
	stop(r);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *closings = NULL;

		fixture_change(f, rows[i].there);
		stop(fixture_record(f));
		closings = fixture_value(f, "SELECT count(*) FROM ledger WHERE kind = 'closed'");
		g_assert_cmpstr(closings, ==, "2");
		g_assert_cmpuint(fixture_verify(f, NULL, NULL), >, 0);
		fixture_change(f, rows[i].back);
		g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
	}
}

static void whose_evidence_it_is_the_record_says(struct fixture *f, const void *data)
{
	struct recorder *first = fixture_record(f);
	struct evidence *e = fixture_open(first);
	g_autofree char *state = NULL;

	fixture_flush(first);
	fixture_change(f, "UPDATE d_evidence SET visit = 99");
	stop(fixture_record(f));
	state = fixture_value(f, "SELECT state FROM evidence");
	g_assert_cmpstr(state, ==, "open");
	evidence_close(e, json_new_object());
	stop(first);
}

static void evidence_of_a_living_process_stays_open(struct fixture *f, const void *data)
{
	struct recorder *first = fixture_record(f);
	struct evidence *e = fixture_open(first);
	g_autoptr(GBytes) bytes = g_bytes_new_static("alpha ", 6);
	g_autofree char *state = NULL, *after = NULL;

	evidence_add(e, bytes);
	fixture_flush(first);
	stop(fixture_record(f));
	state = fixture_value(f, "SELECT state FROM evidence");
	g_assert_cmpstr(state, ==, "open");
	evidence_close(e, json_new_object());
	stop(first);
	after = fixture_value(f, "SELECT state FROM evidence");
	g_assert_cmpstr(after, ==, "complete");
}

static void remove_live(const struct fixture *f)
{
	g_autofree char *live = g_strconcat(f->path, "-live", NULL);

	g_assert_cmpint(g_unlink(live), ==, 0);
}

static void who_lives_is_seen_though_the_live_file_was_removed(struct fixture *f, const void *data)
{
	struct recorder *first = fixture_record(f), *second;
	struct evidence *e = fixture_open(first);
	g_autoptr(GBytes) bytes = g_bytes_new_static("alpha ", 6);
	g_autofree char *state = NULL, *after = NULL;
	gint64 head;

	g_assert_true(recorder_lead(first, FALSE));
	fixture_flush(first);
	head = recorder_head(first);
	remove_live(f);
	evidence_add(e, bytes);
	fixture_flush(first);
	g_assert_cmpint(recorder_head(first), >, head);
	second = fixture_record(f);
	g_assert_false(recorder_lead(second, FALSE));
	g_assert_true(recorder_lead(first, FALSE));
	stop(second);
	state = fixture_value(f, "SELECT state FROM evidence");
	g_assert_cmpstr(state, ==, "open");
	evidence_close(e, json_new_object());
	stop(first);
	after = fixture_value(f, "SELECT state || ' ' || size FROM evidence");
	g_assert_cmpstr(after, ==, "complete 6");
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
}

static void what_another_process_closed_takes_no_more(struct fixture *f, const void *data)
{
	g_autoptr(GBytes) bytes = g_bytes_new_static("alpha ", 6);

	for (guint adds = 0; adds < 2; adds++) {
		struct recorder *first = fixture_record(f);
		struct evidence *e = fixture_open(first);
		g_autoptr(GError) error = NULL;
		g_autofree char *states = NULL;

		fixture_flush(first);
		remove_live(f);
		stop(fixture_record(f));
		if (adds)
			evidence_add(e, bytes);
		evidence_close(e, json_new_object());
		g_assert_false(recorder_stop(first, &error));
		g_assert_error(error, CASE_ERROR, CASE_ERROR_FAILED);
		g_assert_nonnull(strstr(error->message, "closed e"));
		states = fixture_value(f, "SELECT group_concat(DISTINCT state) FROM evidence");
		g_assert_cmpstr(states, ==, "cut");
		g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
	}
}

/* The file that is being left is nobody's; the one of that name is others'. */
static void who_leaves_removes_no_live_file_of_others(struct fixture *f, const void *data)
{
	g_autofree char *live = g_strconcat(f->path, "-live", NULL);
	struct live *first = live_open(f->path, NULL), *second;

	remove_live(f);
	second = live_open(f->path, NULL);
	live_close(first);
	g_assert_true(g_file_test(live, G_FILE_TEST_EXISTS));
	live_close(second);
	g_assert_false(g_file_test(live, G_FILE_TEST_EXISTS));
}

static void child_records(const struct fixture *f, char mark)
{
	struct recorder *r = fixture_record(f);

	for (guint i = 0; i < 200; i++) {
		g_autofree char *text = g_strdup_printf("%c%u", mark, i);

		fixture_add(r, text);
		if (i % 7 == 0)
			fixture_flush(r);
	}
	_exit(recorder_stop(r, NULL) ? 0 : 1);
}

static void two_processes_record_into_one_case_at_once(struct fixture *f, const void *data)
{
	g_autofree char *a = NULL, *b = NULL;
	pid_t children[2];
	int status;

	for (int i = 0; i < 2; i++) {
		children[i] = fork();
		g_assert_cmpint(children[i], >=, 0);
		if (children[i] == 0)
			child_records(f, "ab"[i]);
	}
	for (int i = 0; i < 2; i++) {
		waitpid(children[i], &status, 0);
		g_assert_cmpint(status, ==, 0);
	}
	a = fixture_value(f, "SELECT count(DISTINCT word) FROM words WHERE word GLOB 'a*'");
	b = fixture_value(f, "SELECT count(DISTINCT word) FROM words WHERE word GLOB 'b*'");
	g_assert_cmpstr(a, ==, "200");
	g_assert_cmpstr(b, ==, "200");
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
}

/* A child that waits for a byte, then comes into the case and leaves it. */
static pid_t comes_when_told(const struct fixture *f, int *tell)
{
	int pipes[2];
	char byte;
	pid_t child;

	g_assert_cmpint(pipe(pipes), ==, 0);
	child = fork();
	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		if (read(pipes[0], &byte, 1) != 1)
			_exit(2);
		_exit(recorder_stop(fixture_record(f), NULL) ? 0 : 1);
	}
	close(pipes[0]);
	*tell = pipes[1];
	return child;
}

static void a_reader_in_the_process_takes_no_lock_from_its_recorder(struct fixture *f,
								    const void *data)
{
	g_autofree char *wal = g_strconcat(f->path, "-wal", NULL);
	g_autofree char *words = NULL;
	int tell, status;
	pid_t child = comes_when_told(f, &tell);
	struct recorder *r = fixture_record(f);

	fixture_add(r, "one");
	fixture_flush(r);
	g_free(fixture_value(f, "SELECT count(*) FROM words"));
	g_assert_cmpint(write(tell, "x", 1), ==, 1);
	close(tell);
	waitpid(child, &status, 0);
	g_assert_cmpint(status, ==, 0);
	g_assert_true(g_file_test(wal, G_FILE_TEST_EXISTS));
	fixture_add(r, "two");
	stop(r);
	words = fixture_value(f, "SELECT group_concat(word) FROM words");
	g_assert_cmpstr(words, ==, "one,two");
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
}

/* The bytes that whoever uses an SQLite file has locked to say so, as another process sees them. */
static gboolean is_in_use(const struct fixture *f)
{
	pid_t child = fork();
	int status;

	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		struct flock lock = { .l_type = F_WRLCK, .l_start = 0x40000002, .l_len = 510 };
		int fd = open(f->path, O_RDWR | O_CLOEXEC);

		_exit(fd < 0 || fcntl(fd, F_GETLK, &lock) != 0 ? 2 : lock.l_type != F_UNLCK);
	}
	waitpid(child, &status, 0);
	g_assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
	return WEXITSTATUS(status) == 1;
}

static void a_reader_of_a_copy_takes_no_lock_either(struct fixture *f, const void *data)
{
	g_autofree char *shm = g_strconcat(f->path, "-shm", NULL);
	g_autofree char *aside = g_strconcat(f->path, "-aside", NULL);
	g_autofree char *words = NULL;
	struct recorder *r = fixture_record(f);

	fixture_add(r, "one");
	fixture_flush(r);
	g_assert_true(is_in_use(f));
	g_assert_cmpint(g_rename(shm, aside), ==, 0);
	words = fixture_value(f, "SELECT group_concat(word) FROM words");
	g_assert_cmpstr(words, ==, "one");
	g_assert_cmpint(g_rename(aside, shm), ==, 0);
	g_assert_true(is_in_use(f));
	stop(r);
}

static void child_fills_the_disk(const struct fixture *f)
{
	struct rlimit limit = { .rlim_cur = 1500000, .rlim_max = 1500000 };
	struct recorder *r = fixture_record(f);
	g_autoptr(GError) error = NULL;
	guint32 seed = 7;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	for (guint i = 0; i < 200; i++) {
		char noise[20001] = { 0 };

		for (gsize k = 0; k < sizeof noise - 1; k++) {
			seed = seed * 1664525 + 1013904223;
			noise[k] = (char)('!' + (seed >> 24) % 90);
		}
		fixture_add(r, noise);
		fixture_flush(r);
	}
	if (recorder_stop(r, &error))
		_exit(1);
	g_test_message("%s", error->message);
	_exit(g_error_matches(error, CASE_ERROR, CASE_ERROR_FULL) && !strchr(error->message, '\n')
		      ? 0
		      : 2);
}

static void a_full_disk_loses_nothing_that_was_committed(struct fixture *f, const void *data)
{
	g_autofree char *held = NULL;
	pid_t child = fork();
	int status;

	g_assert_cmpint(child, >=, 0);
	if (child == 0)
		child_fills_the_disk(f);
	waitpid(child, &status, 0);
	g_assert_cmpint(status, ==, 0);
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
	held = fixture_value(f, "SELECT count(*) > 3 AND count(*) < 200 FROM evidence");
	g_assert_cmpstr(held, ==, "1");
	stop(fixture_record(f));
}

/* Room for nothing: not even for what SQLite needs beside the file. */
static int child_finds_no_room(const struct fixture *f, rlim_t room)
{
	struct rlimit limit = { .rlim_cur = room, .rlim_max = room };
	g_autoptr(GError) error = NULL;

	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	if (recorder_start(f->path, &fixture_person, &fixture_projector, &error))
		return 1;
	g_test_message("%s", error->message);
	return g_error_matches(error, CASE_ERROR, CASE_ERROR_FULL) &&
			       strstr(error->message, "the disk is full")
		       ? 0
		       : 2;
}

static void a_full_disk_at_opening_is_said_and_leaves_nothing(struct fixture *f, const void *data)
{
	static const rlim_t rooms[] = { 0, 1000, 32767 };
	g_autofree char *before = folder_digest(f);

	for (gsize i = 0; i < G_N_ELEMENTS(rooms); i++) {
		g_autofree char *after = NULL;
		pid_t child = fork();
		int status;

		g_assert_cmpint(child, >=, 0);
		if (child == 0)
			_exit(child_finds_no_room(f, rooms[i]));
		waitpid(child, &status, 0);
		g_assert_cmpint(status, ==, 0);
		after = folder_digest(f);
		g_assert_cmpstr(before, ==, after);
	}
	stop(fixture_record(f));
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
}

static void a_newer_projector_makes_the_tables_anew(struct fixture *f, const void *data)
{
	struct recorder *r = fixture_record(f);
	g_autoptr(GError) error = NULL;
	g_autofree char *before = NULL, *words = NULL;

	fixture_add(r, "one two");
	stop(r);
	before = fixture_value(f, "SELECT hash FROM entry WHERE seq = 2");
	r = recorder_start(f->path, &fixture_person, &fixture_projector_later, &error);
	g_assert_no_error(error);
	stop(r);
	words = fixture_value(
		f,
		"SELECT group_concat(word) || (SELECT hash FROM entry WHERE seq = 2) FROM words");
	g_assert_true(g_str_has_prefix(words, "ONE,TWO"));
	g_assert_true(g_str_has_suffix(words, before));
	g_assert_null(recorder_start(f->path, &fixture_person, &fixture_projector, &error));
	g_assert_error(error, CASE_ERROR, CASE_ERROR_NEWER);
}

static void nothing_is_added_where_the_chain_has_no_beginning(struct fixture *f, const void *data)
{
	static const char *const damages[] = { "DELETE FROM entry WHERE seq = 1",
					       "DELETE FROM entry" };

	stop(fixture_record(f));
	for (gsize i = 0; i < G_N_ELEMENTS(damages); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *before = NULL, *after = NULL;

		fixture_tamper(f, damages[i]);
		before = folder_digest(f);
		g_assert_null(recorder_start(f->path, &fixture_person, &fixture_projector, &error));
		g_assert_error(error, CASE_ERROR, CASE_ERROR_CORRUPT);
		after = folder_digest(f);
		g_assert_cmpstr(before, ==, after);
	}
}

/* Whatever was dropped comes back; what is whole is not made again at each start. */
static void tables_that_are_gone_are_made_anew(struct fixture *f, const void *data)
{
	static const struct {
		const char *damage, *words;
	} rows[] = {
		{ "DROP VIEW words", "one,two" },
		{ "DROP TABLE d_word", "one,two" },
		{ "DROP TABLE d_evidence", "one,two" },
		{ "UPDATE d_word SET word = 'x'", "x,x" },
	};

	struct recorder *r = fixture_record(f);

	fixture_add(r, "one two");
	stop(r);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *words = NULL;

		g_test_message("%s", rows[i].damage);
		fixture_tamper(f, rows[i].damage);
		stop(fixture_record(f));
		words = fixture_value(f, "SELECT group_concat(word) FROM words");
		g_assert_cmpstr(words, ==, rows[i].words);
	}
}

/* One damaged chunk must not keep a team from working: the rest is there, and what is not is said. */
static void tables_are_made_anew_of_all_that_can_be_read(struct fixture *f, const void *data)
{
	static const char *const damages[] = {
		"UPDATE chunk SET data = x'00', codec = 'zstd' WHERE evidence ="
		" (SELECT min(evidence) FROM chunk) AND n = 0",
		"UPDATE chunk SET data = CAST('two ' AS BLOB), codec = 'raw', size = 4"
		" WHERE evidence = (SELECT min(evidence) FROM chunk) AND n = 0",
		"DELETE FROM chunk WHERE evidence = (SELECT min(evidence) FROM chunk) AND n = 0",
	};
	g_autofree char *whole = NULL;
	struct recorder *r = fixture_record(f);
	struct evidence *e = fixture_open(r);
	g_autoptr(GBytes) first = g_bytes_new_static("one ", 4);
	g_autoptr(GBytes) second = g_bytes_new_static("two ", 4);
	gsize size;

	evidence_add(e, first);
	evidence_add(e, second);
	evidence_close(e, json_new_object());
	fixture_add(r, "three four");
	stop(r);
	g_assert_true(g_file_get_contents(f->path, &whole, &size, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(damages); i++) {
		g_autofree char *words = NULL, *gap = NULL, *found = NULL;
		g_autoptr(GError) error = NULL;

		g_assert_true(g_file_set_contents(f->path, whole, (gssize)size, NULL));
		fixture_tamper(f, damages[i]);
		r = recorder_start(f->path, &fixture_person, &fixture_projector_later, &error);
		g_assert_no_error(error);
		stop(r);
		words = fixture_value(f, "SELECT group_concat(word) FROM words");
		g_assert_cmpstr(words, ==, "THREE,FOUR");
		gap = fixture_value(f, "SELECT entry ->> 'detail' FROM entry WHERE entry ->> 'kind'"
				       " = 'gap' AND entry ->> 'reason' = 'damaged'");
		g_assert_nonnull(strstr(gap, "chunk 0 of e"));
		g_assert_cmpuint(fixture_verify(f, NULL, &found), >, 0);
		g_assert_nonnull(strstr(found, "chunk 0 of e"));
	}
}

static void tables_are_not_made_anew_where_an_entry_is_missing(struct fixture *f, const void *data)
{
	struct recorder *r = fixture_record(f);
	g_autoptr(GError) error = NULL;
	g_autofree char *before = NULL, *after = NULL;

	fixture_add(r, "one");
	fixture_add(r, "two");
	stop(r);
	fixture_tamper(f, "DELETE FROM entry WHERE seq = 2");
	before = fixture_value(f, "SELECT max(seq) || ' ' || count(*) FROM entry");
	g_assert_null(recorder_start(f->path, &fixture_person, &fixture_projector_later, &error));
	g_assert_error(error, CASE_ERROR, CASE_ERROR_CORRUPT);
	g_assert_nonnull(strstr(error->message, "entry #2 is missing"));
	after = fixture_value(f, "SELECT max(seq) || ' ' || count(*) FROM entry");
	g_assert_cmpstr(before, ==, after);
}

/* Format 2 of a kase to come. */
static const char *const to_format_2[] = { "CREATE INDEX chunk_hash ON chunk(sha256)", NULL };

static void a_file_of_an_older_format_is_led_to_the_newest(struct fixture *f, const void *data)
{
	const struct format *now = format_table;
	const char *records[16] = { NULL };
	struct format later[] = { *now, { .number = now->number + 1, .records = records }, { 0 } };
	g_autofree char *before = NULL, *after = NULL, *words = NULL, *format = NULL;
	g_autoptr(GError) error = NULL;
	struct recorder *r = fixture_record(f), *older;
	guint n = g_strv_length((char **)now->records);

	for (guint i = 0; i < n; i++)
		records[i] = now->records[i];
	records[n] = to_format_2[0];
	later[0].to_next = to_format_2;
	fixture_add(r, "one two");
	stop(r);
	older = fixture_record(f);
	before = fixture_value(f, "SELECT hash FROM entry WHERE seq = 2");
	format_table = later;
	words = fixture_value(f, "SELECT group_concat(word) FROM words"); /* read as it is */
	g_assert_cmpstr(words, ==, "one,two");
	stop(fixture_record(f));
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
	format = fixture_value(f, "SELECT user_version FROM pragma_user_version");
	g_assert_cmpint(atoi(format), ==, now->number + 1);
	after = fixture_value(f, "SELECT hash FROM entry WHERE seq = 2");
	g_assert_cmpstr(before, ==, after);
	format_table = now;
	fixture_add(older, "three");
	g_assert_false(
		recorder_stop(older, &error)); /* which came before, and is of the older format */
	g_assert_error(error, CASE_ERROR, CASE_ERROR_NEWER);
	g_clear_error(&error);
	g_assert_null(recorder_start(f->path, &fixture_person, &fixture_projector, &error));
	g_assert_error(error, CASE_ERROR, CASE_ERROR_NEWER);
}

static void each_format_leads_to_the_next(void)
{
	g_assert_cmpint(format_table[0].number, ==, 1);
	g_assert_cmpint(format_newest(), ==, CASE_FORMAT);
	for (const struct format *at = format_table; at->number; at++) {
		g_assert_nonnull(at->records);
		g_assert_true(!at[1].number || at[1].number == at->number + 1);
		g_assert_true(!at[1].number == !at->to_next);
	}
}

static void who_records_into_a_file_that_was_removed_says_so(struct fixture *f, const void *data)
{
	struct recorder *r = fixture_record(f);
	g_autofree char *aside = g_strconcat(f->path, ".aside", NULL);
	g_autoptr(GError) error = NULL;

	fixture_add(r, "one");
	fixture_flush(r);
	g_assert_cmpint(g_rename(f->path, aside), ==, 0);
	fixture_add(r, "two");
	g_assert_false(recorder_stop(r, &error));
	g_assert_error(error, CASE_ERROR, CASE_ERROR_NOT_FOUND);
	g_assert_nonnull(strstr(error->message, "put it back"));
	/* And what was committed is there once it is back. */
	g_assert_cmpint(g_rename(aside, f->path), ==, 0);
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
	stop(fixture_record(f));
}

static void an_older_kase_stops_where_a_newer_one_made_the_tables_anew(struct fixture *f,
								       const void *data)
{
	struct recorder *old = fixture_record(f), *newer;
	g_autoptr(GError) error = NULL;
	g_autoptr(GError) trouble = NULL;
	struct verify_report report;

	fixture_add(old, "one");
	fixture_flush(old);
	newer = recorder_start(f->path, &fixture_person, &fixture_projector_later, &error);
	g_assert_no_error(error);
	fixture_add(old, "two");
	fixture_flush(old);
	g_assert_false(recorder_stop(old, &trouble));
	g_assert_error(trouble, CASE_ERROR, CASE_ERROR_NEWER);
	fixture_add(newer, "three");
	stop(newer);
	casefile_verify(f->path, &fixture_projector_later, NULL, NULL, NULL, &report, &error);
	g_assert_no_error(error);
	g_assert_true(report.derived_compared);
	g_assert_cmpuint(report.findings->len, ==, 0);
	verify_report_clear(&report);
}

enum { GROUP = 2000, ANA = 2001, BEN = 2002 };

/* One of the group, whose own group is another.  `up` is written once it records; it stays until
 * `go` can be read. */
static pid_t records_as(const struct fixture *f, uid_t uid, int up, int go)
{
	const gid_t group = GROUP;
	pid_t child = fork();
	struct recorder *r;
	char byte;

	g_assert_cmpint(child, >=, 0);
	if (child != 0)
		return child;
	umask(077);
	if (setgroups(1, &group) != 0 || setgid(uid) != 0 || setuid(uid) != 0)
		_exit(2);
	r = recorder_start(f->path, &fixture_person, &fixture_projector, NULL);
	if (!r)
		_exit(3);
	fixture_add(r, "word");
	fixture_flush(r);
	if (write(up, "x", 1) != 1 || read(go, &byte, 1) != 1)
		_exit(4);
	_exit(recorder_stop(r, NULL) ? 0 : 5);
}

/* In a folder that hands its group down to nothing. */
static void two_people_of_a_group_record_at_once(struct fixture *f, const void *data)
{
	int up[2], go[2], status;
	g_autofree char *words = NULL;
	pid_t children[2];
	char byte;

	if (geteuid() != 0) {
		g_test_skip("only root can be two other people");
		return;
	}
	g_assert_cmpint(pipe(up) | pipe(go), ==, 0);
	g_assert_cmpint(chown(f->folder, 0, GROUP) | chmod(f->folder, 0770), ==, 0);
	g_assert_cmpint(chown(f->path, ANA, GROUP) | chmod(f->path, 0660), ==, 0);
	for (int i = 0; i < 2; i++) {
		struct pollfd ready = { .fd = up[0], .events = POLLIN };

		children[i] = records_as(f, i ? BEN : ANA, up[1], go[0]);
		g_assert_cmpint(poll(&ready, 1, 60000), ==, 1);
		g_assert_cmpint(read(up[0], &byte, 1), ==, 1);
	}
	g_assert_cmpint(write(go[1], "xx", 2), ==, 2);
	for (int i = 0; i < 2; i++) {
		waitpid(children[i], &status, 0);
		g_assert_cmpint(status, ==, 0);
		close(up[i]);
		close(go[i]);
	}
	words = fixture_value(f, "SELECT group_concat(word) FROM words");
	g_assert_cmpstr(words, ==, "word,word");
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
}

static void names_in_a_hostile_file_run_no_sql(struct fixture *f, const void *data)
{
	g_autofree char *path = g_build_filename(f->folder, "victim.db", NULL);
	g_autofree char *forge = g_strdup_printf(
		"UPDATE d_version_of SET projector = 0;"
		"CREATE VIEW \"a\"\";COMMIT;ATTACH '%s' AS v;DROP TABLE v.kept;--\" AS SELECT 1",
		path);
	sqlite3 *victim;

	g_assert_cmpint(sqlite3_open(path, &victim), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(victim, "CREATE TABLE kept(a)", NULL, NULL, NULL), ==,
			SQLITE_OK);
	sqlite3_close(victim);
	fixture_tamper(f, forge);
	stop(fixture_record(f));
	g_assert_cmpint(sqlite3_open(path, &victim), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(victim, "SELECT * FROM kept", NULL, NULL, NULL), ==,
			SQLITE_OK);
	sqlite3_close(victim);
	g_assert_cmpuint(fixture_verify(f, NULL, NULL), ==, 0);
}

/* What a file declares must not change what is recorded, nor where. */
static void a_file_that_would_change_records_is_not_written(struct fixture *f, const void *data)
{
	static const struct {
		const char *sql, *says;
	} rows[] = {
		{ "CREATE TRIGGER other AFTER INSERT ON entry BEGIN"
		  " UPDATE d_version_of SET projector = 7; END",
		  "trigger other was put in" },
		{ "CREATE TRIGGER other AFTER INSERT ON d_word BEGIN"
		  " INSERT INTO entry VALUES (99, '', '', ''); END",
		  "trigger other was put in" },
		{ "DROP TRIGGER entry_stays", "declaration of its records is missing" },
		{ "DROP TRIGGER entry_stays; CREATE TRIGGER entry_stays BEFORE UPDATE ON entry"
		  " BEGIN SELECT 1; END",
		  "trigger entry_stays was put in or changed" },
		{ "ALTER TABLE chunk ADD COLUMN more TEXT", "table chunk was put in or changed" },
		{ "ALTER TABLE entry RENAME TO e; CREATE VIEW entry AS SELECT * FROM e",
		  "entry is no table, but a view" },
	};
	g_autofree char *whole = NULL;
	gsize size;

	g_assert_true(g_file_get_contents(f->path, &whole, &size, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *before = NULL, *after = NULL;
		g_autoptr(GError) error = NULL;

		g_test_message("%s", rows[i].sql);
		g_assert_true(g_file_set_contents(f->path, whole, (gssize)size, NULL));
		fixture_change(f, rows[i].sql);
		before = fixture_sha256(f->path);
		g_assert_null(
			recorder_start(f->path, &fixture_person, &fixture_projector_later, &error));
		g_assert_error(error, CASE_ERROR, CASE_ERROR_CORRUPT);
		g_assert_nonnull(strstr(error->message, rows[i].says));
		g_assert_null(strchr(error->message, '\n'));
		after = fixture_sha256(f->path);
		g_assert_cmpstr(before, ==, after);
	}
	g_assert_true(g_file_set_contents(f->path, whole, (gssize)size, NULL));
}

static void the_writer_does_nothing_but_what_it_should(struct fixture *f, const void *data)
{
	static const struct {
		const char *sql;
		gboolean allowed;
	} rows[] = {
		{ "INSERT INTO d_word VALUES (1, 2, 'x')", TRUE },
		{ "CREATE TABLE d_more(a); CREATE INDEX d_more_a ON d_more(a); DROP TABLE d_more",
		  TRUE },
		{ "DROP VIEW words; CREATE VIEW words AS SELECT 1 AS id", TRUE },
		{ "DELETE FROM entry", FALSE },
		{ "UPDATE chunk SET n = 2", FALSE },
		{ "DROP TABLE entry", FALSE },
		{ "DROP TRIGGER entry_stays", FALSE },
		{ "CREATE TRIGGER t AFTER INSERT ON d_word BEGIN SELECT 1; END", FALSE },
		{ "CREATE TABLE other(a)", FALSE },
		{ "CREATE INDEX other ON entry(hash)", FALSE },
		{ "ALTER TABLE d_word RENAME TO entry2", FALSE },
		{ "ATTACH 'other.db' AS o", FALSE },
		{ "PRAGMA writable_schema = 1", FALSE },
		{ "CREATE TEMP TABLE t(a)", FALSE },
	};
	g_autoptr(GError) error = NULL;
	sqlite3 *db = sql_open(f->path, SQL_WRITE, NULL, &error);

	g_assert_no_error(error);
	guard_writing(db);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		int result = sqlite3_exec(db, rows[i].sql, NULL, NULL, NULL);

		g_test_message("%s: %s", rows[i].sql, sqlite3_errmsg(db));
		g_assert_cmpint(result, ==, rows[i].allowed ? SQLITE_OK : SQLITE_AUTH);
	}
	sql_close(db, NULL);
}

static void one_process_leads_until_it_ends(struct fixture *f, const void *data)
{
	struct recorder *first = fixture_record(f), *second = fixture_record(f);

	g_assert_true(recorder_lead(first, FALSE));
	g_assert_true(recorder_lead(first, FALSE));
	g_assert_false(recorder_lead(second, FALSE));
	stop(first);
	g_assert_true(recorder_lead(second, FALSE));
	stop(second);
}

/* One without a screen, as `kase follow` is: says each turn with a letter, until it is told to end. */
struct follower {
	struct recorder *recorder;
	gboolean leads;
	int say;
};

static gboolean take_or_leave(void *data)
{
	struct follower *w = data;
	gboolean leads;

	if (w->leads && recorder_lead_claimed(w->recorder))
		recorder_lead_leave(w->recorder);
	leads = recorder_lead(w->recorder, FALSE);
	if (leads != w->leads && write(w->say, leads ? "L" : "a", 1) != 1)
		_exit(1);
	w->leads = leads;
	return G_SOURCE_CONTINUE;
}

static pid_t follows(const struct fixture *f, int say)
{
	g_autoptr(GMainContext) context = NULL;
	struct follower w = { .say = say };
	pid_t child = fork();

	g_assert_cmpint(child, >=, 0);
	if (child != 0)
		return child;
	context = g_main_context_new();
	w.recorder = fixture_record(f);
	live_watch_new(f->path, context, take_or_leave, &w, NULL);
	take_or_leave(&w);
	for (;;)
		g_main_context_iteration(context, TRUE);
}

static char heard(int from)
{
	struct pollfd ready = { .fd = from, .events = POLLIN };
	char said;

	g_assert_cmpint(poll(&ready, 1, 60000), ==, 1);
	g_assert_cmpint(read(from, &said, 1), ==, 1);
	return said;
}

static void who_claims_the_lead_has_it_and_hands_it_back(struct fixture *f, const void *data)
{
	struct recorder *console, *second;
	int say[2];
	pid_t child;

	g_assert_cmpint(pipe(say), ==, 0);
	child = follows(f, say[1]);
	g_assert_cmpint(heard(say[0]), ==, 'L');
	console = fixture_record(f);
	g_assert_false(recorder_lead(console, FALSE)); /* without a claim it stays where it is */
	for (guint i = 0; i < 2; i++) {
		gboolean at_once = recorder_lead(console, TRUE);

		g_assert_false(at_once);
		g_assert_cmpint(heard(say[0]), ==, 'a');
		g_assert_true(recorder_lead(console, TRUE));
		second = fixture_record(f);
		g_assert_false(recorder_lead(second, TRUE)); /* a console asks no other to go */
		g_assert_true(recorder_lead(console, TRUE));
		stop(second);
		if (i == 0)
			recorder_lead_leave(console);
		else
			stop(console);
		g_assert_cmpint(heard(say[0]), ==, 'L');
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(say[0]);
	close(say[1]);
}

static gboolean count_up(void *data)
{
	(*(guint *)data)++;
	return G_SOURCE_CONTINUE;
}

static void a_watch_sees_each_process_commit(struct fixture *f, const void *data)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	guint seen = 0, before;
	g_autoptr(GError) error = NULL;
	struct live_watch *w = live_watch_new(f->path, context, count_up, &seen, &error);
	struct recorder *r;

	g_assert_no_error(error);
	r = fixture_record(f); /* the file comes after its watch */
	while (!seen)
		g_main_context_iteration(context, TRUE);
	while (g_main_context_iteration(context, FALSE))
		;
	before = seen;
	fixture_add(r, "one");
	while (seen == before)
		g_main_context_iteration(context, TRUE);
	stop(r);
	r = fixture_record(f); /* the file went, and comes again */
	before = seen;
	fixture_add(r, "two");
	while (seen == before)
		g_main_context_iteration(context, TRUE);
	stop(r);
	live_watch_free(w);
}

static gboolean waited_enough(void *data)
{
	g_error("nobody told that a process was killed");
	return G_SOURCE_REMOVE;
}

static void a_watch_sees_a_process_that_is_killed(struct fixture *f, const void *data)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	g_autoptr(GSource) deadline = g_timeout_source_new_seconds(60);
	struct recorder *console;
	struct live_watch *w;
	guint seen = 0;
	int say[2];
	pid_t child;

	g_assert_cmpint(pipe(say), ==, 0);
	child = follows(f, say[1]);
	g_assert_cmpint(heard(say[0]), ==, 'L');
	console = fixture_record(f);
	w = live_watch_new(f->path, context, count_up, &seen, NULL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	g_source_set_callback(deadline, waited_enough, NULL, NULL);
	g_source_attach(deadline, context);
	while (!seen)
		g_main_context_iteration(context, TRUE);
	g_assert_true(recorder_lead(console, FALSE));
	g_source_destroy(deadline);
	live_watch_free(w);
	stop(console);
	close(say[0]);
	close(say[1]);
}

static guint dispatch_all(GMainContext *context, const guint *seen)
{
	while (g_main_context_iteration(context, FALSE))
		;
	return *seen;
}

/* Where not NULL: made as soon as a watch on it failed, before anything else is watched. */
static const char *comes_between;
static gboolean no_watch_left;

/* In the place of the C library's. */
int inotify_add_watch(int fd, const char *path, uint32_t mask)
{
	int watch = no_watch_left ? -1 : (int)syscall(SYS_inotify_add_watch, fd, path, mask);
	int failed = no_watch_left ? ENOSPC : errno;

	if (watch < 0 && g_strcmp0(path, comes_between) == 0) {
		comes_between = NULL;
		g_assert_true(g_file_set_contents(path, "", 0, NULL));
	}
	errno = failed;
	return watch;
}

static void a_file_that_comes_between_two_watches_is_seen(struct fixture *f, const void *data)
{
	g_autofree char *live = g_strconcat(f->path, "-live", NULL);
	g_autoptr(GMainContext) context = g_main_context_new();
	guint seen = 0, before;
	struct live_watch *w;
	struct live *l;

	comes_between = live;
	w = live_watch_new(f->path, context, count_up, &seen, NULL);
	g_assert_null(comes_between);
	l = live_open(f->path, NULL);
	before = dispatch_all(context, &seen);
	live_tell(l, 7);
	g_assert_cmpuint(dispatch_all(context, &seen), >, before);
	comes_between = live;
	live_close(l);
	before = dispatch_all(context, &seen); /* that it went */
	g_assert_null(comes_between);
	l = live_open(f->path, NULL);
	g_assert_cmpuint(dispatch_all(context, &seen), >, before);
	live_watch_free(w);
	live_close(l);
}

static void where_no_watch_is_left_that_is_said(struct fixture *f, const void *data)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	g_autoptr(GError) error = NULL;
	guint seen = 0;

	no_watch_left = TRUE;
	g_assert_null(live_watch_new(f->path, context, count_up, &seen, &error));
	g_assert_error(error, CASE_ERROR, CASE_ERROR_FAILED);
	g_assert_nonnull(strstr(error->message, g_strerror(ENOSPC)));
	g_assert_false(live_watch_hears(NULL));
	no_watch_left = FALSE;
}

static void a_watch_that_is_lost_is_told(struct fixture *f, const void *data)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	struct live *l = live_open(f->path, NULL);
	guint seen = 0, before;
	struct live_watch *w = live_watch_new(f->path, context, count_up, &seen, NULL);

	before = dispatch_all(context, &seen);
	g_assert_true(live_watch_hears(w));
	no_watch_left = TRUE;
	live_close(l); /* the file goes, and its folder cannot be watched */
	g_assert_cmpuint(dispatch_all(context, &seen), >, before);
	g_assert_false(live_watch_hears(w));
	no_watch_left = FALSE;
	live_watch_free(w);
}

static void a_watch_goes_over_to_a_file_that_took_the_name(struct fixture *f, const void *data)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	struct live *old = live_open(f->path, NULL), *now;
	guint seen = 0, before;
	struct live_watch *w = live_watch_new(f->path, context, count_up, &seen, NULL);

	remove_live(f);
	now = live_open(f->path, NULL);
	before = dispatch_all(context, &seen);
	live_tell(now, 7);
	g_assert_cmpuint(dispatch_all(context, &seen), >, before);
	live_watch_free(w);
	live_close(old);
	live_close(now);
}

static void a_read_only_file_is_said(struct fixture *f, const void *data)
{
	g_autoptr(GError) error = NULL;

	if (geteuid() == 0) {
		/* root may write anything: shown as a user who may not */
		pid_t child = fork();
		int status;

		if (child == 0) {
			g_autoptr(GError) said = NULL;

			g_chmod(f->folder, 0755);
			g_chmod(f->path, 0444);
			if (setuid(65534) != 0)
				_exit(3);
			_exit(!recorder_start(f->path, &fixture_person, &fixture_projector,
					      &said) &&
					      g_error_matches(said, CASE_ERROR,
							      CASE_ERROR_READ_ONLY)
				      ? 0
				      : 1);
		}
		waitpid(child, &status, 0);
		g_assert_cmpint(status, ==, 0);
		return;
	}
	g_chmod(f->path, 0444);
	g_assert_null(recorder_start(f->path, &fixture_person, &fixture_projector, &error));
	g_assert_error(error, CASE_ERROR, CASE_ERROR_READ_ONLY);
}

#define ADD(function)                                                                      \
	g_test_add("/recorder/" #function, struct fixture, NULL, fixture_set_up, function, \
		   fixture_tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(what_is_posted_is_recorded_in_its_order);
	ADD(a_ticket_gets_its_number_once_it_is_committed);
	ADD(when_a_process_ends_the_case_is_one_file);
	ADD(what_a_killed_process_left_open_is_closed_as_cut);
	ADD(who_closed_for_a_dead_process_writes_on_after_another);
	ADD(looking_at_what_a_kill_left_changes_nothing);
	ADD(damaged_evidence_of_a_dead_process_stops_nobody);
	ADD(what_a_killed_process_left_as_head_is_not_believed);
	ADD(a_live_file_that_is_something_else_is_left_alone);
	ADD(the_wal_is_folded_in_though_somebody_reads);
	ADD(posts_of_each_thread_keep_their_order);
	ADD(closing_evidence_that_never_was_is_nothing);
	ADD(a_changed_table_writes_nothing_into_the_chain);
	ADD(whose_evidence_it_is_the_record_says);
	ADD(evidence_of_a_living_process_stays_open);
	ADD(who_lives_is_seen_though_the_live_file_was_removed);
	ADD(what_another_process_closed_takes_no_more);
	ADD(who_leaves_removes_no_live_file_of_others);
	ADD(two_processes_record_into_one_case_at_once);
	ADD(a_reader_in_the_process_takes_no_lock_from_its_recorder);
	ADD(a_reader_of_a_copy_takes_no_lock_either);
	ADD(a_full_disk_loses_nothing_that_was_committed);
	ADD(a_full_disk_at_opening_is_said_and_leaves_nothing);
	ADD(a_newer_projector_makes_the_tables_anew);
	ADD(nothing_is_added_where_the_chain_has_no_beginning);
	ADD(tables_that_are_gone_are_made_anew);
	ADD(tables_are_made_anew_of_all_that_can_be_read);
	ADD(tables_are_not_made_anew_where_an_entry_is_missing);
	ADD(a_file_of_an_older_format_is_led_to_the_newest);
	g_test_add_func("/recorder/each_format_leads_to_the_next", each_format_leads_to_the_next);
	ADD(who_records_into_a_file_that_was_removed_says_so);
	ADD(an_older_kase_stops_where_a_newer_one_made_the_tables_anew);
	ADD(two_people_of_a_group_record_at_once);
	ADD(names_in_a_hostile_file_run_no_sql);
	ADD(a_file_that_would_change_records_is_not_written);
	ADD(the_writer_does_nothing_but_what_it_should);
	ADD(one_process_leads_until_it_ends);
	ADD(who_claims_the_lead_has_it_and_hands_it_back);
	ADD(a_watch_sees_each_process_commit);
	ADD(a_watch_sees_a_process_that_is_killed);
	ADD(a_file_that_comes_between_two_watches_is_seen);
	ADD(where_no_watch_is_left_that_is_said);
	ADD(a_watch_that_is_lost_is_told);
	ADD(a_watch_goes_over_to_a_file_that_took_the_name);
	ADD(a_read_only_file_is_said);
	return g_test_run();
}
