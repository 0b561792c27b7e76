#include "command.h"
#include "person.h"
#include "show.h"
#include "work.h"

#include <stdio.h>

#include <glib/gstdio.h>

#include <kase/drill.h>
#include <kase/project.h>
#include <kase/text.h>

#define HURRY_MAX 1000

/* A private folder with the kubeconfig of the simulated cluster, and the case where none was named. */
struct ground {
	struct drill_server *server;
	char *folder, *kubeconfig, *path;
};

static void ground_clear(struct ground *g)
{
	drill_stop(g->server);
	if (g->kubeconfig)
		g_unlink(g->kubeconfig);
	if (g->folder)
		g_rmdir(g->folder); /* stays where the case lies in it */
	g_free(g->kubeconfig);
	g_free(g->folder);
	g_free(g->path);
}
typedef struct ground ground;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ground, ground_clear)

static gboolean read_hurry(const char *text, guint *hurry, GError **error)
{
	guint64 value = 1;

	if (text && !g_ascii_string_to_unsigned(text, 10, 1, HURRY_MAX, &value, NULL)) {
		g_set_error(error, COMMAND_ERROR, COMMAND_ERROR_USAGE,
			    "`%s` is not how fast a drill can run: a number from 1 to %d", text,
			    HURRY_MAX);
		return FALSE;
	}
	*hurry = value;
	return TRUE;
}

static gboolean ground_init(struct ground *g, const char *path, guint hurry,
			    const struct case_person *who, GError **error)
{
	struct case_plan plan = { .title = "drill", .drill = TRUE };
	struct drill_plan as_it_was = { .in_time = TRUE, .hurry = hurry };

	g->folder = g_dir_make_tmp("kase-drill-XXXXXX", error);
	if (!g->folder)
		return FALSE;
	g->path = path ? g_strdup(path) : g_build_filename(g->folder, "drill.kase", NULL);
	g->server = drill_start(&as_it_was, error);
	if (!g->server)
		return FALSE;
	g->kubeconfig = g_build_filename(g->folder, "kubeconfig", NULL);
	if (!drill_write_kubeconfig(g->server, g->kubeconfig, error))
		return FALSE;
	plan.kubeconfig = g->kubeconfig;
	return casefile_create(g->path, &plan, who, &project_projector, error);
}

static enum outcome record(const struct ground *g, const struct case_person *who, GError **error)
{
	static const char *const subjects[] = { "cluster", NULL };
	struct work_plan plan = {
		.path = g->path,
		.person = who,
		.kubeconfig = g->kubeconfig,
		.subjects = subjects,
	};

	return work_run(&plan, error);
}

static enum outcome show(const struct ground *g, const struct case_person *who, GError **error)
{
	struct show_plan plan = { .path = g->path, .person = who, .kubeconfig = g->kubeconfig };

	return show_run(&plan, error);
}

enum outcome drill_run(struct call *call, GError **error)
{
	g_auto(person) me = { 0 };
	g_auto(ground) g = { 0 };
	enum outcome outcome;
	guint hurry;

	if (!read_hurry(call->options.hurry, &hurry, error))
		return OUTCOME_USAGE;
	if (!person_init_trainee(&me, call, error) ||
	    !ground_init(&g, call->arguments[0], hurry, &me.who, error))
		return OUTCOME_NOT_DONE;
	if (call->options.record_only)
		outcome = record(&g, &me.who, error);
	else
		outcome = show(&g, &me.who, error);
	g_autofree char *safe = text_safe(g.path, -1);
	printf("the drill's case: %s\n", safe);
	return outcome;
}
