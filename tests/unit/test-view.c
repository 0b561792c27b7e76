/* Views, and the scan that finds their rows. */
#include <kase/stamp.h>

#include "loop.h"
#include "pane.h"
#include "panes.h"
#include "pods-fixture.h"
#include "scan.h"
#include "scratch.h"

#include <unistd.h>

static void images_lose_registry_path_and_most_of_a_digest(void)
{
	static const struct {
		const char *images, *shown;
	} rows[] = {
		{ "", "" },
		{ "web", "web" },
		{ "registry.example:5000/shop/web:1", "web:1" },
		{ "a/b:1 c/d:2", "b:1,d:2" },
		{ "a/ledger@sha256:3f9a1c77deadbeef", "ledger@sha256:3f9a1c…" },
		{ "ledger@sha256:3f9a1c", "ledger@sha256:3f9a1c" },
		{ "  web  ", "web" },
		{ "/", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *shown = view_images(rows[i].images);

		g_assert_cmpstr(shown, ==, rows[i].shown);
	}
}

/* What a scan found, copied while it was lent. */
struct answer {
	gboolean came;
	char *error, *names, *reason;
	gint64 alive, gone, total;
	struct coverage coverage;
};

static void found(struct scan *s, const GError *error)
{
	struct answer *a = s->user;

	a->came = TRUE;
	a->error = error ? g_strdup(error->message) : NULL;
	a->alive = s->alive;
	a->gone = s->gone;
	a->total = s->total;
	a->coverage = s->coverage;
	a->reason = g_strdup(s->coverage.reason);
	a->names = g_strdup_printf("%u", s->ids->len);
}

static char *names_of(const char *path, const struct scan *s)
{
	g_autoptr(casefile) c = casefile_open(path, CASEFILE_READ, NULL);
	g_autofree char *sql = view_row_sql(s->view);
	g_autoptr(query) q = casefile_query(c, sql, NULL);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < s->ids->len; i++) {
		query_bind_int(q, 1, g_array_index(s->ids, gint64, i));
		g_assert_true(query_step(q, NULL));
		g_string_append_printf(out, "%s%s", i ? " " : "", query_text(q, VIEW_FIRST + 1));
		query_reset(q);
	}
	return g_string_free(out, FALSE);
}

/* Work a scan here, without a worker. */
static struct scan *scanned(const char *path, int sorted, gboolean inverted, const char *filter)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(casefile) c = casefile_open(path, CASEFILE_READ, &error);
	struct scan *s = scan_new(pane_pods.view, NULL, sorted, inverted, filter);

	g_assert_no_error(error);
	g_assert_true(s->job.work(&s->job, c, &error));
	g_assert_no_error(error);
	return s;
}

static char *new_shop(const scratch *folder)
{
	char *path = scratch_path(folder, "c.kase");
	struct recorder *r;

	pods_case_new(path, "shop");
	r = pods_record(path);
	pods_list(r, fixture_shop, "", "complete", NULL);
	g_assert_true(recorder_stop(r, NULL));
	return path;
}

static void rows_are_sorted_and_filtered_as_asked(void)
{
#define P "checkout-7d9f6c5b8-p9qk7"
#define X "checkout-7d9f6c5b8-x2x4m"
#define N "web-69c4b7f9d5-nzdmw"
#define Z "web-69c4b7f9d5-zz8lq"
	static const struct {
		int sorted;
		gboolean inverted;
		const char *filter, *names;
	} rows[] = {
		{ 0, FALSE, "", P " " X " ledger-0 metrics-7f4c " N " " Z },
		{ 0, TRUE, "", N " " Z " " P " " X " ledger-0 metrics-7f4c" },
		{ 4, TRUE, "", "ledger-0 " P " " X " metrics-7f4c " N " " Z },
		/* The youngest first. */
		{ 8, FALSE, "LEDGER", "ledger-0" },
		{ 8, FALSE, "0", NULL },
		{ 8, FALSE, "storefront", Z " " N },
		{ 8, TRUE, "storefront", N " " Z },
		{ 0, FALSE, "payments node-1", X " ledger-0" },
		{ 0, FALSE, "  checkout:2.4.2   p9qk7 ", P },
		{ 0, FALSE, "Pending", Z },
		/* What LIKE would take for more. */
		{ 0, FALSE, "%", "" },
		{ 0, FALSE, "_", "" },
		{ 0, FALSE, "\\", "" },
		{ 0, FALSE, "'; DROP TABLE d_pod; --", "" },
	};
	g_autoptr(scratch) folder = scratch_make();
	g_autofree char *path = new_shop(folder);

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct scan *s = scanned(path, rows[i].sorted, rows[i].inverted, rows[i].filter);
		g_autofree char *names = names_of(path, s);

		g_test_message("%d %s", rows[i].sorted, rows[i].filter);
		if (rows[i].names)
			g_assert_cmpstr(names, ==, rows[i].names);
		g_assert_cmpint(s->total, ==, 6);
		s->job.free(&s->job);
	}
}

static void every_column_can_be_sorted_by(void)
{
	g_autoptr(scratch) folder = scratch_make();
	g_autofree char *path = new_shop(folder);

	for (int i = 0; i < view_columns(pane_pods.view); i++)
		for (int inverted = 0; inverted < 2; inverted++) {
			struct scan *s = scanned(path, i, inverted, "");

			g_assert_cmpuint(s->ids->len, ==, 6);
			s->job.free(&s->job);
		}
}

static void coverage_says_how_much_of_it_is_known(void)
{
	static const struct {
		const char *namespace, *state, *reason;
		enum coverage_state found;
		gint64 namespaces;
		gboolean running;
	} rows[] = {
		{ NULL, NULL, NULL, COVERAGE_NONE, 0, FALSE },
		{ "", "complete", NULL, COVERAGE_COMPLETE, 0, FALSE },
		{ "", "partial", "stopped", COVERAGE_PARTIAL, 0, FALSE },
		{ "", "denied", "denied", COVERAGE_DENIED, 0, FALSE },
		{ "", "failed", "500", COVERAGE_PARTIAL, 0, FALSE },
		{ "", NULL, NULL, COVERAGE_RUNNING, 0, TRUE },
		{ "payments", "complete", NULL, COVERAGE_PARTIAL, 1, FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(scratch) folder = scratch_make();
		g_autofree char *path = scratch_path(folder, "c.kase");
		struct recorder *r;
		struct scan *s;

		pods_case_new(path, "shop");
		r = pods_record(path);
		if (rows[i].namespace)
			pods_list(r, fixture_shop, rows[i].namespace, rows[i].state,
				  rows[i].reason);
		g_assert_true(recorder_stop(r, NULL));
		s = scanned(path, 0, FALSE, "");
		g_test_message("%s %s", rows[i].namespace, rows[i].state);
		g_assert_cmpint(s->coverage.state, ==, rows[i].found);
		g_assert_cmpint(s->coverage.namespaces, ==, rows[i].namespaces);
		g_assert_cmpint(s->coverage.namespaces_of, ==, -1);
		g_assert_cmpint(s->coverage.running, ==, rows[i].running);
		g_assert_cmpstr(s->coverage.reason, ==, rows[i].reason);
		s->job.free(&s->job);
	}
}

static void what_two_clusters_are_known_by_is_told_together(void)
{
	static const struct {
		const char *one, *other, *reason;
		enum coverage_state found;
	} rows[] = {
		{ "complete", "complete", NULL, COVERAGE_COMPLETE },
		{ "complete", "denied", "b: not allowed", COVERAGE_PARTIAL },
		{ "denied", "complete", "a: not allowed", COVERAGE_PARTIAL },
		{ "denied", "denied", "not allowed", COVERAGE_DENIED },
		{ "complete", NULL, "not all of it is known of b", COVERAGE_PARTIAL },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(scratch) folder = scratch_make();
		g_autofree char *path = scratch_path(folder, "c.kase");
		const char *why[] = { "complete", NULL };
		struct recorder *r;
		struct scan *s;

		pods_case_new(path, "shop");
		r = pods_record(path);
		fixture_cluster = "a";
		pods_list(r, fixture_shop, "", rows[i].one,
			  g_strv_contains(why, rows[i].one) ? NULL : "not allowed");
		fixture_cluster = "b";
		pods_list(r, NULL, "", rows[i].other,
			  g_strcmp0(rows[i].other, "denied") ? NULL : "not allowed");
		fixture_cluster = "prod-eu-1";
		g_assert_true(recorder_stop(r, NULL));
		s = scanned(path, 0, FALSE, "");
		g_test_message("%s %s", rows[i].one, rows[i].other);
		g_assert_cmpint(s->coverage.state, ==, rows[i].found);
		g_assert_cmpint(s->coverage.running, ==, rows[i].other == NULL);
		g_assert_cmpstr(s->coverage.reason ? s->coverage.reason : "", ==,
				rows[i].reason ? rows[i].reason : "");
		s->job.free(&s->job);
	}
}

static void a_worker_gives_its_answer_back_in_mains_thread(void)
{
	g_autoptr(scratch) folder = scratch_make();
	g_autofree char *path = new_shop(folder);
	struct worker *w = worker_new("test", path, CASEFILE_READ);
	struct answer answer = { 0 };
	struct scan *s = scan_new(pane_pods.view, NULL, 0, FALSE, "web");

	s->found = found;
	s->user = &answer;
	worker_post(w, &s->job);
	g_assert_true(loop_until(&answer.came));
	g_assert_null(answer.error);
	g_assert_cmpstr(answer.names, ==, "2");
	g_free(answer.names);
	g_free(answer.reason);
	worker_free(w);
}

static void a_worker_says_that_a_case_cannot_be_opened(void)
{
	g_autoptr(scratch) folder = scratch_make();
	g_autofree char *path = scratch_path(folder, "nosuch.kase");
	struct worker *w = worker_new("test", path, CASEFILE_READ);
	struct answer answer = { 0 };
	struct scan *s = scan_new(pane_pods.view, NULL, 0, FALSE, "");

	s->found = found;
	s->user = &answer;
	worker_post(w, &s->job);
	g_assert_true(loop_until(&answer.came));
	g_assert_nonnull(strstr(answer.error, "there is no such case"));
	g_free(answer.error);
	g_free(answer.names);
	worker_free(w);
}

static void a_worker_that_is_freed_gives_nothing_back(void)
{
	g_autoptr(scratch) folder = scratch_make();
	g_autofree char *path = new_shop(folder);
	struct worker *w = worker_new("test", path, CASEFILE_READ);
	struct answer answer = { 0 };

	for (int i = 0; i < 20; i++) {
		struct scan *s = scan_new(pane_pods.view, NULL, 0, FALSE, "");

		s->found = found;
		s->user = &answer;
		worker_post(w, &s->job);
	}
	worker_free(w);
	while (g_main_context_iteration(NULL, FALSE))
		;
	g_assert_false(answer.came);
}

struct endless {
	struct job job;
	int say; /* takes a byte once it is at work */
};

static gboolean read_without_end(struct job *job, struct casefile *c, GError **error)
{
	static const char endless[] = "WITH RECURSIVE r(i) AS (VALUES (1) UNION ALL SELECT i + 1"
				      " FROM r) SELECT count(*) FROM r";
	g_autoptr(query) q = casefile_query(c, endless, NULL);

	g_assert_nonnull(q);
	g_assert_cmpint(write(((struct endless *)job)->say, "x", 1), ==, 1);
	g_assert_false(query_step(q, error));
	return FALSE;
}

static void forget_job(struct job *job)
{
}

static void a_worker_is_freed_though_what_it_reads_has_no_end(void)
{
	g_autoptr(scratch) folder = scratch_make();
	g_autofree char *path = new_shop(folder);
	struct worker *w = worker_new("test", path, CASEFILE_READ);
	struct endless endless = { .job = { .work = read_without_end, .free = forget_job } };
	int pipes[2];
	char said;

	g_assert_cmpint(pipe(pipes), ==, 0);
	endless.say = pipes[1];
	worker_post(w, &endless.job);
	g_assert_cmpint(read(pipes[0], &said, 1), ==, 1);
	alarm(300); /* for who would wait for ever */
	worker_free(w);
	alarm(0);
	close(pipes[0]);
	close(pipes[1]);
}

/* One that works until it may end. */
struct held {
	struct job job;
	int begun, may_end; /* written, read */
	gboolean worked, given_back;
};

static gboolean work_held(struct job *job, struct casefile *c, GError **error)
{
	struct held *h = (struct held *)job;
	char may;

	h->worked = TRUE;
	g_assert_cmpint(write(h->begun, "x", 1), ==, 1);
	g_assert_cmpint(read(h->may_end, &may, 1), ==, 1);
	return TRUE;
}

static void held_is_back(struct job *job, const GError *error)
{
	g_assert_no_error(error);
	((struct held *)job)->given_back = TRUE;
}

static void what_nobody_waits_for_any_more_is_given_back_without_work(void)
{
	g_autoptr(scratch) folder = scratch_make();
	g_autofree char *path = new_shop(folder);
	struct worker *w = worker_new("test", path, CASEFILE_READ);
	const struct job job = { .work = work_held, .done = held_is_back, .free = forget_job };
	int begun[2], may_end[2];
	char said;

	g_assert_cmpint(pipe(begun), ==, 0);
	g_assert_cmpint(pipe(may_end), ==, 0);
	struct held first = { .job = job, .begun = begun[1], .may_end = may_end[0] };
	struct held second = first;

	worker_post(w, &first.job);
	g_assert_cmpint(read(begun[0], &said, 1), ==, 1);
	worker_post(w, &second.job);
	worker_drop(&second.job);
	/* As many as would let both end. */
	g_assert_cmpint(write(may_end[1], "xx", 2), ==, 2);
	g_assert_true(loop_until(&second.given_back));
	g_assert_true(first.worked && first.given_back);
	g_assert_false(second.worked);
	worker_free(w);
	for (int i = 0; i < 2; i++) {
		close(begun[i]);
		close(may_end[i]);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name) g_test_add_func("/view/" #name, name)
	ADD(images_lose_registry_path_and_most_of_a_digest);
	ADD(rows_are_sorted_and_filtered_as_asked);
	ADD(every_column_can_be_sorted_by);
	ADD(coverage_says_how_much_of_it_is_known);
	ADD(what_two_clusters_are_known_by_is_told_together);
	ADD(a_worker_gives_its_answer_back_in_mains_thread);
	ADD(a_worker_says_that_a_case_cannot_be_opened);
	ADD(a_worker_that_is_freed_gives_nothing_back);
	ADD(what_nobody_waits_for_any_more_is_given_back_without_work);
	ADD(a_worker_is_freed_though_what_it_reads_has_no_end);
	return g_test_run();
}
