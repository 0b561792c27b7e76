/* The panes that read one object: its description, and what a version changed. */
#include <kase/stamp.h>

#include <string.h>

#include "kept-screens.h"
#include "pods-fixture.h"
#include "screen-fixture.h"

/* --- a pod that an intruder made ----------------------------------------------------------------- */

#define TOKEN_MOUNT                                                                \
	"{\"name\": \"kube-api-access-s4hvn\", \"readOnly\": true, \"mountPath\":" \
	" \"/var/run/secrets/kubernetes.io/serviceaccount\"}"
#define POD(version, note, image, restarts, state)                                               \
	"{\"kind\": \"PodList\", \"apiVersion\": \"v1\", \"items\": [{\"metadata\": {"           \
	" \"name\": \"metrics-7f4c\", \"namespace\": \"payments\", \"uid\": \"u-7f4c\","         \
	" \"resourceVersion\": \"" version "\","                                                 \
	" \"creationTimestamp\": \"2026-11-24T08:05:00Z\", \"labels\": {\"app\": \"metrics\"},"  \
	" \"annotations\": {\"note\": \"" note "\"},"                                            \
	" \"managedFields\": [{\"manager\": \"kubectl-create\", \"time\": \"" version "\"}]},"   \
	" \"spec\": {\"nodeName\": \"node-2\", \"hostPID\": true, \"serviceAccountName\":"       \
	"  \"default\", \"containers\": [{\"name\": \"m\", \"image\": \"" image "\","            \
	"  \"command\": [\"sleep\", \"86400\"], \"securityContext\": {\"privileged\": true},"    \
	"  \"env\": [{\"name\": \"KEY\", \"valueFrom\": {\"secretKeyRef\": {\"key\": \"k\","     \
	"   \"name\": \"card-processor\"}}}],"                                                   \
	"  \"volumeMounts\": [{\"name\": \"h\", \"mountPath\": \"/h\"}, " TOKEN_MOUNT "]}],"     \
	" \"volumes\": [{\"name\": \"h\", \"hostPath\": {\"path\": \"/\"}},"                     \
	"  {\"name\": \"kube-api-access-s4hvn\", \"projected\": {\"sources\": ["                 \
	"   {\"serviceAccountToken\": {\"expirationSeconds\": 3607, \"path\": \"token\"}}]}}]}," \
	" \"status\": {\"phase\": \"Running\", \"hostIP\": \"192.0.2.2\", \"podIP\":"            \
	"  \"198.18.1.8\", \"qosClass\": \"BestEffort\", \"startTime\":"                         \
	"  \"2026-11-24T08:05:00Z\", \"containerStatuses\": [{\"name\": \"m\", \"ready\": true," \
	"  \"containerID\": \"containerd://3641c1\", \"imageID\": \"sha256:f8a9ae\","            \
	"  \"restartCount\": " restarts ", \"state\": {" state "}}]}}]}"
#define RUNNING "\"running\": {\"startedAt\": \"2026-11-24T08:05:02Z\"}"
#define WAITING "\"waiting\": {\"reason\": \"CrashLoopBackOff\"}"
#define IMAGE   "registry.shop.example/tools:1"

#define EVENTS(count)                                                                           \
	"{\"kind\": \"EventList\", \"apiVersion\": \"v1\", \"items\": [{\"metadata\": {"        \
	" \"name\": \"e\", \"namespace\": \"payments\", \"uid\": \"u-e\", \"resourceVersion\":" \
	" \"9" count                                                                            \
	"\", \"creationTimestamp\": \"2026-11-24T08:06:00Z\"}, \"type\": \"Warning\","          \
	" \"reason\": \"BackOff\", \"count\": " count ", \"firstTimestamp\":"                   \
	" \"2026-11-24T08:06:00Z\", \"lastTimestamp\": \"2026-11-24T08:11:00Z\","               \
	" \"source\": {\"component\": \"kubelet\"}, \"message\": \"back-off\","                 \
	" \"involvedObject\": {\"kind\": \"Pod\", \"apiVersion\": \"v1\", \"namespace\":"       \
	"  \"payments\", \"name\": \"metrics-7f4c\"}}]}"

static const struct fixture_kind events = { "events", "Event" };

static void metrics_record(struct screen_fixture *f)
{
	struct recorder *r;

	screen_fixture_init(f, "INC-2026-041 miner in checkout");
	r = pods_record(f->path);
	screen_clock -= 60 * STAMP_SECOND;
	pods_list_text(r, POD("101", "first \\u001b[31m", IMAGE, "0", RUNNING));
	screen_clock += 30 * STAMP_SECOND;
	pods_list_text(r, POD("102", "second", IMAGE, "3", WAITING));
	screen_clock = SCREEN_CLOCK;
	pods_list_kind(r, &events, EVENTS("7"), "complete", NULL);
	g_assert_true(recorder_stop(r, NULL));
}

static void metrics_open(struct screen_fixture *f, gboolean plain, int lines, int columns,
			 const char *keys)
{
	screen_fixture_open(f, plain, 24, 80);
	screen_fixture_until(f, "metrics-7f4c");
	screen_fixture_keys(f, keys);
	screen_fixture_resize(f, lines, columns);
}

/* --- tests --------------------------------------------------------------------------------------- */

static void screens_are_as_written_down(void)
{
	static const struct {
		const char *name, *keys;
	} views[] = {
		{ "describe", "d" },
		{ "describe-end", "dG" },
		{ "diff", "DD" },
	};

	for (gsize size = 0; size < KEPT_SIZES; size++)
		for (gsize view = 0; view < G_N_ELEMENTS(views); view++) {
			g_auto(screen_fixture) f = { 0 };
			g_autofree char *text = NULL;

			metrics_record(&f);
			metrics_open(&f, kept_sizes[size].plain, kept_sizes[size].lines,
				     kept_sizes[size].columns, views[view].keys);
			text = screen_fixture_text(&f);
			kept_compare(views[view].name, &kept_sizes[size], text);
		}
}

static void a_line_has_the_role_of_what_it_says(void)
{
	static const struct {
		const char *keys, *text;
		enum role role;
	} rows[] = {
		{ "d", "Name:", ROLE_TEXT },
		{ "d", "Containers:", ROLE_TITLE },
		{ "d", "Host PID:", ROLE_DANGER },
		{ "d", "Privileged:", ROLE_DANGER },
		{ "d", "‼ /h from", ROLE_DANGER },
		{ "d", "Image:", ROLE_DECIDE },
		{ "d", "Image ID:", ROLE_TEXT },
		{ "d", "Controlled By:", ROLE_DECIDE },
		{ "d", "! Warning", ROLE_DECIDE },
		{ "dw", "Host PID:", ROLE_DANGER },
		{ "DD", "+     restartCount: 3", ROLE_DECIDE },
		{ "DD", "-     restartCount: 0", ROLE_GONE },
		{ "DD", "… resourceVersion 101, now 102", ROLE_DIM },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };

		metrics_record(&f);
		metrics_open(&f, FALSE, 80, 120, rows[i].keys);
		g_test_message("%s of %s", rows[i].text, rows[i].keys);
		g_assert_cmpint(screen_fixture_role(&f, rows[i].text), ==, rows[i].role);
	}
}

static void they_open_by_key_and_by_name(void)
{
	static const struct {
		const char *keys, *shown;
	} rows[] = {
		{ "d", "payments/metrics-7f4c › Describe" },
		{ ":describe pod/payments/metrics-7f4c\r", "payments/metrics-7f4c › Describe" },
		{ ":de pod/payments/metrics-7f4c\r", "Host PID:" },
		{ "yd", "Host PID:" },
		{ "dy", "hostPID: true" },
		{ "Djd", "first" },
		{ "Dd", "second" },
		{ "DD", "payments/metrics-7f4c at 102 › Diff" },
		{ ":diff pod/payments/metrics-7f4c\r", "- version 101, + version 102" },
		{ "DjD", "version 101 is the first that was recorded" },
		{ ":describe event/payments/e\r", "FirstTimestamp:" },
		{ "yDD\x1b\x1b", "payments/metrics-7f4c › YAML" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_auto(screen_fixture) f = { 0 };

		metrics_record(&f);
		metrics_open(&f, FALSE, 80, 120, rows[i].keys);
		g_test_message("%s", rows[i].keys);
		screen_fixture_until(&f, rows[i].shown);
	}
}

static void a_description_follows_its_object_and_its_events(void)
{
	g_auto(screen_fixture) f = { 0 };
	struct recorder *r;

	metrics_record(&f);
	metrics_open(&f, FALSE, 80, 120, "d");
	screen_fixture_until(&f, "7 times since");
	r = pods_record(f.path);
	pods_list_kind(r, &events, EVENTS("8"), "complete", NULL);
	g_assert_true(recorder_stop(r, NULL));
	screen_notice(f.screen);
	screen_fixture_until(&f, "8 times since");
	r = pods_record(f.path);
	pods_list_text(r, POD("103", "third", IMAGE, "4", RUNNING));
	g_assert_true(recorder_stop(r, NULL));
	screen_notice(f.screen);
	screen_fixture_until(&f, "version 103");
	screen_fixture_until(&f, "note: third");
}

static gboolean is_harmless(const struct canvas *c)
{
	for (int line = 0; line < c->lines; line++)
		for (int column = 0; column < c->columns; column++) {
			const struct canvas_cell *cell = canvas_at(c, line, column);

			if (cell->cells && (cell->text[0] < 0x20 || cell->text[0] == 0x7f))
				return FALSE;
		}
	return TRUE;
}

static void escapes_are_shown_and_not_sent(void)
{
	static const char *const keys[] = { "Djd", "DD" };

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++) {
		g_auto(screen_fixture) f = { 0 };

		metrics_record(&f);
		metrics_open(&f, FALSE, 80, 120, keys[i]);
		g_assert_true(screen_fixture_shows(&f, i ? "first \\e[31m" : "first ␛[31m"));
		g_assert_true(is_harmless(&f.canvas));
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/described/" #name, name }
		TEST(screens_are_as_written_down),
		TEST(a_line_has_the_role_of_what_it_says),
		TEST(they_open_by_key_and_by_name),
		TEST(a_description_follows_its_object_and_its_events),
		TEST(escapes_are_shown_and_not_sent),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
