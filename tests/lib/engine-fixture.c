#include "engine-fixture.h"

#include <glib/gstdio.h>

#include <kase/project.h>

#define PATIENCE_S 90

static const struct case_person person = {
	.name = "ana@bastion", .host = "bastion", .version = "0", .command = "capture"
};

/* --- life ------------------------------------------------------------------------------------ */

static void make_case(struct engine_fixture *f)
{
	static const struct case_plan plan = { .title = "engine" };
	g_autoptr(GError) error = NULL;

	f->context = g_main_context_new();
	f->told = g_ptr_array_new_with_free_func(g_free);
	f->folder = g_dir_make_tmp("kase-engine-XXXXXX", &error);
	g_assert_no_error(error);
	f->path = g_build_filename(f->folder, "c.kase", NULL);
	casefile_create(f->path, &plan, &person, &project_projector, &error);
	g_assert_no_error(error);
	f->recorder = recorder_start(f->path, &person, &project_projector, &error);
	g_assert_no_error(error);
}

static void tell(void *user, const char *line)
{
	struct engine_fixture *f = user;

	g_test_message("%s", line);
	g_ptr_array_add(f->told, g_strdup(line));
}

void engine_fixture_engine(struct engine_fixture *f, const char *const *namespaces)
{
	struct engine_plan plan = { .path = f->path,
				    .kubeconfig = f->kubeconfig,
				    .namespaces = namespaces,
				    .recorder = f->recorder,
				    .tell = tell,
				    .tell_user = f };
	g_autoptr(GError) error = NULL;

	engine_free(f->engine);
	f->engine = engine_new(f->context, &plan, &error);
	g_assert_no_error(error);
}

void engine_fixture_init(struct engine_fixture *f, const struct drill_fault *faults, gsize count)
{
	engine_fixture_init_drill(f,
				  &(struct drill_plan){ .faults = faults, .fault_count = count });
}

void engine_fixture_init_drill(struct engine_fixture *f, const struct drill_plan *plan)
{
	g_autoptr(GError) error = NULL;

	*f = (struct engine_fixture){ 0 };
	make_case(f);
	f->server = drill_start(plan, &error);
	g_assert_no_error(error);
	f->kubeconfig = g_build_filename(f->folder, "kubeconfig", NULL);
	drill_write_kubeconfig(f->server, f->kubeconfig, &error);
	g_assert_no_error(error);
	engine_fixture_engine(f, NULL);
}

void engine_fixture_init_real(struct engine_fixture *f, const char *kubeconfig,
			      const char *const *namespaces)
{
	*f = (struct engine_fixture){ 0 };
	make_case(f);
	f->kubeconfig = g_strdup(kubeconfig);
	engine_fixture_engine(f, namespaces);
}

static void remove_folder(const char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);

		g_unlink(path);
	}
	g_rmdir(folder);
}

void engine_fixture_clear(struct engine_fixture *f)
{
	g_autoptr(GError) error = NULL;

	engine_free(f->engine);
	if (f->recorder)
		recorder_stop(f->recorder, &error);
	g_assert_no_error(error);
	drill_stop(f->server);
	remove_folder(f->folder);
	while (g_main_context_iteration(f->context, FALSE))
		;
	g_main_context_unref(f->context);
	g_free(f->folder);
	g_free(f->path);
	g_free(f->kubeconfig);
	g_free(f->line);
	g_ptr_array_unref(f->told);
}

/* --- work ------------------------------------------------------------------------------------ */

static gboolean wake(void *data)
{
	(void)data;
	return G_SOURCE_CONTINUE;
}

/* Whatever hangs wakes up, and is seen to hang. */
static void iterate(struct engine_fixture *f, gint64 deadline_us)
{
	GSource *tick = g_timeout_source_new(100);

	g_source_set_callback(tick, wake, NULL, NULL);
	g_source_attach(tick, f->context);
	g_main_context_iteration(f->context, TRUE);
	g_source_destroy(tick);
	g_source_unref(tick);
	if (g_get_monotonic_time() > deadline_us) {
		struct engine_progress p;

		engine_progress(f->engine, &p);
		g_assert_cmpstr(p.doing, ==, p.trouble); /* what it hangs at */
		g_assert_not_reached();
	}
}

static void captured(void *user, enum engine_verdict verdict, const char *line)
{
	struct engine_fixture *f = user;

	f->done = TRUE;
	f->verdict = verdict;
	g_free(f->line);
	f->line = g_strdup(line);
}

void engine_fixture_begin(struct engine_fixture *f, const char *const *subjects)
{
	f->done = FALSE;
	engine_capture(f->engine, subjects, captured, f);
}

void engine_fixture_end(struct engine_fixture *f)
{
	gint64 deadline = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC;

	while (!f->done)
		iterate(f, deadline);
}

void engine_fixture_capture(struct engine_fixture *f, const char *const *subjects)
{
	engine_fixture_begin(f, subjects);
	engine_fixture_end(f);
}

void engine_fixture_told(struct engine_fixture *f, guint lines)
{
	gint64 deadline = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC;

	while (f->told->len < lines)
		iterate(f, deadline);
}

static gboolean flushed(void *data)
{
	*(gboolean *)data = TRUE;
	return G_SOURCE_REMOVE;
}

static void flush(struct engine_fixture *f, gint64 deadline)
{
	gboolean done = FALSE;

	recorder_flush(f->recorder, f->context, flushed, &done, NULL);
	while (!done)
		iterate(f, deadline);
}

void engine_fixture_until(struct engine_fixture *f, const char *sql)
{
	gint64 deadline = g_get_monotonic_time() + PATIENCE_S * G_USEC_PER_SEC;

	for (;;) {
		g_autofree char *value = NULL;

		flush(f, deadline);
		value = engine_fixture_ask(f, sql);
		if (*value && g_strcmp0(value, "0"))
			return;
		iterate(f, deadline);
	}
}

char *engine_fixture_ask(struct engine_fixture *f, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(casefile) c = casefile_open(f->path, CASEFILE_READ_LIVE, &error);
	g_autoptr(query) q = c ? casefile_query(c, sql, &error) : NULL;
	GString *out = g_string_new(NULL);

	while (q && query_step(q, &error))
		g_string_append_printf(out, "%s%s", out->len ? "\n" : "",
				       query_text(q, 0) ? query_text(q, 0) : "");
	g_assert_no_error(error);
	return g_string_free(out, FALSE);
}

void engine_fixture_verify(struct engine_fixture *f)
{
	struct verify_report report = { 0 };
	g_autoptr(GError) error = NULL;

	casefile_verify(f->path, &project_projector, NULL, NULL, NULL, &report, &error);
	g_assert_no_error(error);
	for (guint i = 0; i < report.findings->len; i++)
		g_test_message("%s", (char *)report.findings->pdata[i]);
	g_assert_cmpuint(report.findings->len, ==, 0);
	verify_report_clear(&report);
}
