/* What a cluster is called in a case: once, by whichever process comes first. */
#include <string.h>

#include <gio/gio.h>
#include <sqlite3.h>

#include <kase/project.h>

#include "../lib/engine-fixture.h"

#define PATIENCE_US (60 * G_USEC_PER_SEC)
#define CHANCE_US   (G_USEC_PER_SEC / 2)

/* --- the other process: this program with a case and a kubeconfig --------------------------------- */

static void quit(void *user, enum engine_verdict verdict, const char *line)
{
	(void)verdict;
	(void)line;
	g_main_loop_quit(user);
}

static int capture_nodes(const char *path, const char *kubeconfig)
{
	static const char *const subjects[] = { "nodes", NULL };
	static const struct case_person ben = {
		.name = "ben@b", .host = "b", .version = "0", .command = "capture"
	};
	struct engine_plan plan = { .path = path, .kubeconfig = kubeconfig };
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
	g_autoptr(engine) e = NULL;

	plan.recorder = recorder_start(path, &ben, &project_projector, NULL);
	e = plan.recorder ? engine_new(NULL, &plan, NULL) : NULL;
	if (!e)
		return 1;
	engine_capture(e, subjects, quit, loop);
	g_main_loop_run(loop);
	engine_free(g_steal_pointer(&e));
	return recorder_stop(plan.recorder, NULL) ? 0 : 1;
}

static GSubprocess *spawn(const struct engine_fixture *f, const char *kubeconfig)
{
	g_autoptr(GError) error = NULL;
	GSubprocess *p = g_subprocess_new(G_SUBPROCESS_FLAGS_NONE, &error, "/proc/self/exe",
					  "capture", f->path, kubeconfig, NULL);

	g_assert_no_error(error);
	return p;
}

static void expect(struct engine_fixture *f, const char *sql, const char *value)
{
	g_autofree char *told = engine_fixture_ask(f, sql);

	g_assert_cmpstr(told, ==, value);
}

/* How many requests for `path` came to either server. */
static guint asked(struct drill_server *const servers[2], const char *path)
{
	guint count = 0;

	for (guint i = 0; i < 2 && servers[i]; i++) {
		g_auto(GStrv) requests = drill_requests(servers[i]);

		for (char **r = requests; *r; r++)
			count += strstr(*r, path) != NULL;
	}
	return count;
}

static gboolean wait_for(struct drill_server *const servers[2], const char *path, guint count,
			 gint64 us)
{
	gint64 until = g_get_monotonic_time() + us;

	while (asked(servers, path) < count && g_get_monotonic_time() < until)
		g_usleep(5000);
	return asked(servers, path) >= count;
}

/* Both have come, and ask which cluster this is; then nobody can commit, until one has chosen and
 * the other one has had its chance to do the same. */
static void hold_up(struct engine_fixture *f, struct drill_server *const servers[2])
{
	sqlite3 *db;

	g_assert_true(wait_for(servers, "/kube-system", 2, PATIENCE_US));
	g_assert_cmpint(sqlite3_open(f->path, &db), ==, SQLITE_OK);
	sqlite3_busy_timeout(db, 10000);
	g_assert_cmpint(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
	g_assert_true(wait_for(servers, "/nodes", 1, PATIENCE_US));
	wait_for(servers, "/nodes", 2, CHANCE_US);
	g_assert_cmpint(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), ==, SQLITE_OK);
	sqlite3_close(db);
}

/* Two processes capture at once, the second one from `other`; what the clusters are called. */
static void check_names(const struct drill_plan *other, const char *names)
{
	static const struct drill_fault slow = { .path = "/api/v1/namespaces/kube-system",
						 .kind = DRILL_SLOW,
						 .amount = 300 };
	struct engine_fixture f;
	g_autoptr(drill_server) server = NULL;
	g_autofree char *kubeconfig = NULL;
	g_autoptr(GSubprocess) a = NULL, b = NULL;

	engine_fixture_init(&f, &slow, 1);
	kubeconfig = g_build_filename(f.folder, "other", NULL);
	if (other) {
		struct drill_plan plan = *other;

		plan.faults = &slow;
		plan.fault_count = 1;
		server = drill_start(&plan, NULL);
	}
	drill_write_kubeconfig(server ? server : f.server, kubeconfig, NULL);
	a = spawn(&f, f.kubeconfig);
	b = spawn(&f, kubeconfig);
	hold_up(&f, (struct drill_server *[]){ f.server, server });
	g_assert_true(g_subprocess_wait_check(a, NULL, NULL));
	g_assert_true(g_subprocess_wait_check(b, NULL, NULL));
	expect(&f,
	       "SELECT group_concat(entry ->> 'cluster', ' ') FROM (SELECT entry FROM entry WHERE "
	       "entry ->> 'kind' = 'cluster' ORDER BY entry ->> 'cluster')",
	       names);
	engine_fixture_verify(&f);
	engine_fixture_clear(&f);
}

static void two_processes_give_one_cluster_one_name(void)
{
	check_names(NULL, "drill drill");
}

/* It does not tell its UID, and its certificate authority is another one. */
static void two_processes_give_two_clusters_two_names(void)
{
	static const char *const denied[] = { "get namespaces", NULL };
	static const struct drill_plan other = { .denied = denied };

	check_names(&other, "drill drill-2");
}

/* --- a case that cannot be read -------------------------------------------------------------------- */

static void without_the_clusters_of_the_case_none_gets_a_name(void)
{
	struct engine_fixture f;
	sqlite3 *db;

	engine_fixture_init(&f, NULL, 0);
	g_assert_cmpint(sqlite3_open(f.path, &db), ==, SQLITE_OK);
	g_assert_cmpint(sqlite3_exec(db, "DROP TABLE d_named", NULL, NULL, NULL), ==, SQLITE_OK);
	sqlite3_close(db);
	engine_fixture_capture(&f, (const char *const[]){ "nodes", NULL });
	g_assert_cmpint(f.verdict, ==, ENGINE_NOT_DONE);
	g_assert_nonnull(strstr(f.line, "the clusters that this case holds"));
	expect(&f, "SELECT count(*) FROM entry WHERE entry ->> 'kind' = 'cluster'", "0");
	engine_fixture_clear(&f);
}

#define ADD(name) g_test_add_func("/engine-birth/" #name, name)

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "capture"))
		return capture_nodes(argv[2], argv[3]);
	g_test_init(&argc, &argv, NULL);
	ADD(two_processes_give_one_cluster_one_name);
	ADD(two_processes_give_two_clusters_two_names);
	ADD(without_the_clusters_of_the_case_none_gets_a_name);
	return g_test_run();
}
