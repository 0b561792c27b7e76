/* Lines of logs: each once, in order, whatever was fetched how often. */
#include <kase/project.h>
#include <string.h>

#include "derived.h"

static gint64 open_log(struct derived *d, const char *instance)
{
	return derived_enter(
		d,
		"{'kind':'evidence','type':'log','cluster':'prod','namespace':'pay','pod':"
		"'ledger-0','uid':'u','container':'db','instance':'%s'}",
		instance);
}

static void capture(struct derived *d, const char *instance, const char *text)
{
	gint64 log = open_log(d, instance);

	derived_bytes(d, log, text, strlen(text));
	derived_close(d, log, "complete");
}

#define T1    "2026-11-24T08:00:01.000000001Z "
#define T2    "2026-11-24T08:00:02.000000002Z "
#define T3    "2026-11-24T08:00:03.000000003Z "
#define TEXTS "SELECT seq, text FROM lines ORDER BY seq"

static void a_line_is_its_text_without_timestamp_and_newline(void)
{
	g_autoptr(derived) d = derived_new();

	capture(d, "c1", T1 "starting up\n" T2 "\n" T3 " spaces \t\r\n");
	assert_rows(
		d,
		"SELECT at, subject, cluster, uid, container, instance, stream, previous, seq, "
		"text FROM lines",
		"2026-11-24T08:00:01.000000001Z|pod/pay/ledger-0|prod|u|db|c1|∅|0|1|starting up\n"
		"2026-11-24T08:00:02.000000002Z|pod/pay/ledger-0|prod|u|db|c1|∅|0|2|\n"
		"2026-11-24T08:00:03.000000003Z|pod/pay/ledger-0|prod|u|db|c1|∅|0|3| spaces \t\r");
	assert_rows(d, "SELECT evidence, offset, length FROM d_line", "1|0|42\n1|43|31\n1|75|41");
}

static void a_second_capture_adds_new_lines_only(void)
{
	g_autoptr(derived) d = derived_new();

	capture(d, "c1", T1 "a\n" T2 "b\n");
	capture(d, "c1", T1 "a\n" T2 "b\n" T2 "c\n" T3 "d\n");
	capture(d, "c1", T2 "b\n" T2 "c\n" T3 "d\n");
	assert_rows(d, TEXTS, "1|a\n2|b\n3|c\n4|d");
	assert_rows(d, "SELECT lines FROM d_log", "4");
}

static void lines_that_are_alike_are_counted(void)
{
	g_autoptr(derived) d = derived_new();

	capture(d, "c1", T1 "x\n" T1 "x\n" T1 "y\n" T1 "x\n" T1 "y\n");
	assert_rows(d, "SELECT text, nth FROM d_line", "x|1\nx|2\ny|1\nx|3\ny|2");
	capture(d, "c1", T1 "x\n" T1 "x\n" T1 "y\n" T1 "x\n" T1 "y\n" T1 "x\n");
	assert_rows(d, "SELECT count(*), max(nth) FROM d_line", "6|4");
}

static void two_captures_at_once_add_each_line_once(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 one = open_log(d, "c1"), other = open_log(d, "c1");

	derived_text(d, one, T1 "a\n" T2 "b\n");
	derived_text(d, other, T1 "a\n");
	derived_text(d, one, T2 "b\n" T3 "c\n");
	derived_text(d, other, T2 "b\n" T2 "b\n" T3 "c\n");
	assert_rows(d, TEXTS, "1|a\n2|b\n3|b\n4|c");
}

static void a_clock_that_steps_back_keeps_the_order_of_arrival(void)
{
	g_autoptr(derived) d = derived_new();

	capture(d, "c1", T2 "a\n" T1 "b\n" T3 "c\n" T1 "d\n");
	capture(d, "c1", T2 "a\n" T1 "b\n" T3 "c\n" T1 "d\n");
	assert_rows(d, TEXTS, "1|a\n2|b\n3|c\n4|d");
}

static void instances_of_a_container_count_on(void)
{
	g_autoptr(derived) d = derived_new();

	capture(d, "c1", T1 "a\n");
	capture(d, "c2", T2 "a\n");
	assert_rows(d, "SELECT instance, seq FROM lines", "c1|1\nc2|2");
}

static void previous_follows_from_the_pods_status(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 pod;

	capture(d, "c1", T1 "a\n");
	capture(d, "c2", T2 "b\n");
	pod = derived_enter(
		d,
		"{'kind':'evidence','type':'object','cluster':'prod','group':'','object':'Pod'}");
	derived_text(
		d, pod,
		"{'metadata':{'name':'ledger-0','namespace':'pay','uid':'u','resourceVersion':'1'},"
		"'status':{'containerStatuses':[{'name':'db','restartCount':1,'containerID':'c2',"
		"'lastState':{'terminated':{'containerID':'c1'}}}]}}");
	assert_rows(d, "SELECT text, previous FROM lines", "a|1\nb|0");
}

static void a_line_cut_by_chunks_is_put_together(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 log = open_log(d, "c1");

	derived_text(d, log, "2026-11-24T08:00:01.0000");
	derived_text(d, log, "00001Z half ");
	assert_rows(d, TEXTS, "");
	derived_text(d, log, "and half\n" T2 "b\n");
	assert_rows(d, TEXTS, "1|half and half\n2|b");
	assert_rows(d, "SELECT offset, length FROM d_line WHERE seq = 1", "0|44");
}

static void the_last_line_needs_a_newline_only_where_the_log_was_cut(void)
{
	static const struct {
		const char *state, *texts;
	} rows[] = { { "complete", "1|a\n2|b" }, { "cut", "1|a" }, { "failed", "1|a" } };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(derived) d = derived_new();
		gint64 log = open_log(d, "c1");

		derived_text(d, log, T1 "a\n" T2 "b");
		derived_close(d, log, rows[i].state);
		assert_rows(d, TEXTS, rows[i].texts);
	}
}

/* Every row of a log that was cut, by its own process or for one that died.  Caller owns. */
static char *rows_of_a_cut_log(gboolean died)
{
	g_autoptr(derived) d = derived_new();
	gint64 log = open_log(d, "c1");

	derived_text(d, log, T1 "a\n" T2 "b");
	if (died)
		derived_lose(d, log);
	derived_close(d, log, "cut");
	return derived_dump(d);
}

static void a_process_that_died_changes_no_row(void)
{
	g_autofree char *alive = rows_of_a_cut_log(FALSE);
	g_autofree char *dead = rows_of_a_cut_log(TRUE);

	g_assert_cmpstr(alive, ==, dead);
}

static void messages_of_the_kubelet_are_gaps(void)
{
	static const struct {
		const char *text, *reason;
	} rows[] = {
		{ "unable to retrieve container logs for containerd://c1", "lost" },
		{ "failed to try resolving symlinks in path \"/var/log/pods/x\": lstat x", "lost" },
		{ "failed to open log file \"/var/log/x\": no such file", "lost" },
		{ "failed to create fsnotify watcher: too many open files", "not-followed" },
		{ "failed to watch directory \"/var/log\": no space left on device",
		  "not-followed" },
		{ "failed to get parse function: unsupported log format: \"x\"", "not-understood" },
		{ "rpc error: code = NotFound desc = x", "lost" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(derived) d = derived_new();
		g_autofree char *text = g_strdup_printf(T1 "a\n%s", rows[i].text);
		g_autofree char *gap = g_strdup_printf("pod/pay/ledger-0 container db|%s|%s",
						       rows[i].reason, rows[i].text);

		capture(d, "c1", text);
		assert_rows(d, TEXTS, "1|a");
		assert_rows(d, "SELECT scope, reason, detail FROM gaps", gap);
	}
}

static void another_line_without_timestamp_has_the_time_before_it(void)
{
	g_autoptr(derived) d = derived_new();

	capture(d, "c1",
		"first\n" T1 "a\n2026 is a number\n" T1
		"failed to open log file, says the program\n");
	assert_rows(d, "SELECT at, text FROM lines",
		    "∅|first\n2026-11-24T08:00:01.000000001Z|a\n"
		    "2026-11-24T08:00:01.000000001Z|2026 is a number\n"
		    "2026-11-24T08:00:01.000000001Z|failed to open log file, says the program");
	assert_rows(d, "SELECT count(*) FROM gaps", "0");
}

static void lines_without_any_time_are_counted_too(void)
{
	g_autoptr(derived) d = derived_new();

	capture(d, "", "a\nb\na\n");
	capture(d, "", "a\nb\na\na\n");
	assert_rows(d, "SELECT text, nth FROM d_line", "a|1\nb|1\na|2\na|3");
}

static void an_answer_of_failure_is_no_line(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 log = open_log(d, "c1");

	derived_text(d, log, "{'kind':'Status','apiVersion':'v1','status':'Failure','code':400}\n");
	derived_close(d, log, "failed");
	assert_rows(d, TEXTS, "");
}

static void text_that_is_no_utf8_is_made_so(void)
{
	g_autoptr(derived) d = derived_new();
	static const char bytes[] = T1 "a\xff\x00z \xe2\x82\xac\n";
	gint64 log = open_log(d, "c1");

	derived_bytes(d, log, bytes, sizeof(bytes) - 1);
	assert_rows(d, TEXTS, "1|a\xef\xbf\xbd\xef\xbf\xbdz \xe2\x82\xac");
}

static void of_an_endless_line_the_beginning_is_kept(void)
{
	g_autoptr(derived) d = derived_new();
	g_autofree char *much = g_strnfill(3 << 20, 'x');
	gint64 log = open_log(d, "c1");

	derived_text(d, log, T1);
	derived_bytes(d, log, much, 3 << 20);
	derived_bytes(d, log, much, 3 << 20);
	derived_text(d, log, "\n" T2 "b\n");
	assert_rows(d, "SELECT length(text), offset, length FROM d_line",
		    "1048545|0|6291487\n1|6291488|32");
	assert_rows(d, "SELECT reason, detail FROM gaps",
		    "too-long|a line of 6291487 bytes: its row holds the first 1048576, all of it "
		    "is at "
		    "e1@0+6291487");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/project/log/" #name, name }
		TEST(a_line_is_its_text_without_timestamp_and_newline),
		TEST(a_second_capture_adds_new_lines_only),
		TEST(lines_that_are_alike_are_counted),
		TEST(two_captures_at_once_add_each_line_once),
		TEST(a_clock_that_steps_back_keeps_the_order_of_arrival),
		TEST(instances_of_a_container_count_on),
		TEST(previous_follows_from_the_pods_status),
		TEST(a_line_cut_by_chunks_is_put_together),
		TEST(the_last_line_needs_a_newline_only_where_the_log_was_cut),
		TEST(a_process_that_died_changes_no_row),
		TEST(messages_of_the_kubelet_are_gaps),
		TEST(another_line_without_timestamp_has_the_time_before_it),
		TEST(lines_without_any_time_are_counted_too),
		TEST(an_answer_of_failure_is_no_line),
		TEST(text_that_is_no_utf8_is_made_so),
		TEST(of_an_endless_line_the_beginning_is_kept),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
