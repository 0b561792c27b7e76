/* The projector inside a real case: what it made while recording is what verify makes anew. */
#include <kase/project.h>
#include <string.h>

#include "case-fixture.h"
#include "derived.h"

static void set_up(struct fixture *f, const void *data)
{
	g_autoptr(GError) error = NULL;
	struct case_plan plan = { .title = "miner in checkout" };

	f->folder = g_dir_make_tmp("kase-test-XXXXXX", &error);
	g_assert_no_error(error);
	f->path = g_build_filename(f->folder, "c.kase", NULL);
	casefile_create(f->path, &plan, &fixture_person, &project_projector, &error);
	g_assert_no_error(error);
}

static struct cJSON *tree_of(const char *text)
{
	g_autofree char *quoted = derived_quoted(text);
	struct cJSON *tree = json_parse(quoted, -1, NULL);

	g_assert_nonnull(tree);
	return tree;
}

static struct evidence *open_evidence(struct recorder *r, const char *about, struct ticket *listing)
{
	struct cJSON *entry = tree_of(about);

	json_set_string(entry, "class", "cluster-state");
	json_set_string(entry, "source", "test");
	json_set_string(entry, "summary", "test");
	return evidence_open(r, entry, listing);
}

static void add(struct evidence *e, const char *text)
{
	g_autofree char *quoted = derived_quoted(text);
	g_autoptr(GBytes) bytes = g_bytes_new(quoted, strlen(quoted));

	evidence_add(e, bytes);
}

#define PODS "'cluster':'prod','group':'','object':'Pod','resource':'pods'"
#define POD(version, phase)                                                                \
	"{'metadata':{'name':'a','namespace':'web','uid':'u1','resourceVersion':'" version \
	"'},'status':{"                                                                    \
	"'phase':'" phase                                                                  \
	"','containerStatuses':[{'name':'app','containerID':'c1','restartCount':0}]}}"

static void record_listing(struct recorder *r)
{
	g_autoptr(ticket) listing = recorder_enter(
		r, tree_of("{'kind':'listing','namespace':'','as_of':1," PODS "}"), NULL, NULL);
	struct evidence *page = open_evidence(
		r, "{'type':'list','as_of':1,'subject':'pods/*'," PODS "}", listing);

	add(page, "{'kind':'PodList','items':[" POD("10", "Pending") "]}");
	evidence_close(page, tree_of("{'state':'complete','status':200}"));
	ticket_unref(recorder_enter(r, tree_of("{'kind':'listed','state':'complete'}"), "listing",
				    listing));
}

/* Streams that end without a word: their last line is not whole. */
static void record_streams(struct recorder *r, const char *state)
{
	g_autofree char *outcome = g_strdup_printf("{'state':'%s'}", state);
	struct evidence *watch = open_evidence(r, "{'type':'watch','subject':'pods/*'," PODS "}",
					       NULL);
	struct evidence *log = open_evidence(
		r,
		"{'type':'log','cluster':'prod','namespace':'web','pod':'a','uid':'u1',"
		"'container':'app','instance':'c1'}",
		NULL);

	add(watch, "{'type':'MODIFIED','object':" POD("11", "Running") "}\n");
	add(log, "2026-11-24T08:00:01Z one\n2026-11-24T08:00:02Z tw");
	add(watch, "{'type':'MODI");
	evidence_close(watch, tree_of(outcome));
	evidence_close(log, tree_of(outcome));
}

static void record(const struct fixture *f, const char *state)
{
	g_autoptr(GError) error = NULL;
	struct recorder *r = recorder_start(f->path, &fixture_person, &project_projector, &error);

	g_assert_no_error(error);
	record_listing(r);
	record_streams(r, state);
	recorder_stop(r, &error);
	g_assert_no_error(error);
}

/* How many findings; the first of them into `first`. */
static guint verify(const struct fixture *f, char **first)
{
	g_autoptr(GError) error = NULL;
	struct verify_report report;
	guint n;

	casefile_verify(f->path, &project_projector, NULL, NULL, NULL, &report, &error);
	g_assert_no_error(error);
	g_assert_true(report.derived_compared);
	n = report.findings->len;
	*first = n ? g_strdup(report.findings->pdata[0]) : NULL;
	verify_report_clear(&report);
	return n;
}

static void what_was_recorded_is_what_verify_makes_anew(struct fixture *f, const void *data)
{
	static const char *const states[] = { "complete", "cut" };

	for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
		g_autofree char *first = NULL;

		record(f, states[i]);
		verify(f, &first);
		g_assert_cmpstr(first, ==, NULL);
	}
}

static void the_views_show_what_was_recorded(struct fixture *f, const void *data)
{
	g_autofree char *pod = NULL;
	g_autofree char *lines = NULL;

	record(f, "cut");
	pod = fixture_value(f, "SELECT phase || ' ' || uid FROM pods WHERE gone IS NULL");
	g_assert_cmpstr(pod, ==, "Running u1");
	lines = fixture_value(f, "SELECT group_concat(text) FROM lines");
	g_assert_cmpstr(lines, ==, "one");
}

static void a_value_that_was_changed_is_found(struct fixture *f, const void *data)
{
	static const char *const changes[] = {
		"UPDATE d_pod SET phase = 'Failed'",
		"UPDATE d_object SET gone = 1",
		"UPDATE d_line SET text = 'tow'",
		"UPDATE d_coverage SET state = 'partial'",
		"DELETE FROM d_version WHERE id = 1",
		"INSERT INTO d_gap VALUES (7, 1, 'a', 'b', 'c')",
	};

	record(f, "complete");
	for (gsize i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_autofree char *first = NULL;

		g_test_message("%s", changes[i]);
		fixture_tamper(f, changes[i]);
		g_assert_cmpuint(verify(f, &first), >=, i + 1);
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(struct fixture *f, const void *data);
	} tests[] = {
#define TEST(name) { "/project/case/" #name, name }
		TEST(what_was_recorded_is_what_verify_makes_anew),
		TEST(the_views_show_what_was_recorded),
		TEST(a_value_that_was_changed_is_found),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, struct fixture, NULL, set_up, tests[i].run,
			   fixture_tear_down);
	return g_test_run();
}
