#include "kube-identity.h"

#include "../../src/kube/exec.h"

#include <kase/stamp.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

char *folder;
GMainContext *context;
static gint64 now_ns;

static gint64 fake_now(void)
{
	return now_ns;
}

static void set_now(const char *moment)
{
	g_assert_true(stamp_parse(moment, -1, &now_ns));
}

void pass_s(gint64 seconds)
{
	now_ns += seconds * STAMP_SECOND;
}

/* --- asking ----------------------------------------------------------------------------------- */

void on_done(void *user, const GError *error)
{
	struct answer *a = user;

	a->times++;
	g_clear_error(&a->error);
	if (error)
		a->error = g_error_copy(error);
}

void wait_for(const struct answer *a, guint times)
{
	while (a->times < times)
		g_main_context_iteration(context, TRUE);
}

/* A plugin that can never be run is the kubeconfig's fault: nobody need ask for it again. */
static int code_of(const char *message)
{
	static const char *const never[] = { " is not there", " is not in any", " cannot be run",
					     " wants a terminal" };

	for (gsize i = 0; i < G_N_ELEMENTS(never); i++)
		if (strstr(message, never[i]))
			return KUBE_ERROR_CONFIG;
	return KUBE_ERROR_CREDENTIAL;
}

/* Prepare, and return the error's message or NULL.  Caller owns. */
char *prepared(struct credential *c)
{
	struct answer a = { 0 };
	char *message;

	credential_prepare(c, on_done, &a);
	g_assert_cmpuint(a.times, ==, 0); /* never from inside the call */
	wait_for(&a, 1);
	if (a.error)
		g_assert_error(a.error, KUBE_ERROR, code_of(a.error->message));
	message = a.error ? g_strdup(a.error->message) : NULL;
	g_clear_error(&a.error);
	return message;
}

void prepare_well(struct credential *c)
{
	g_autofree char *message = prepared(c);

	g_assert_cmpstr(message, ==, NULL);
}

guint runs(void)
{
	g_autofree char *path = g_build_filename(folder, "runs", NULL);
	g_autofree char *text = NULL;
	guint count = 0;

	if (!g_file_get_contents(path, &text, NULL, NULL))
		return 0;
	for (const char *at = text; *at; at++)
		count += *at == '\n';
	return count;
}

char *contents(const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	char *text = NULL;

	g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
	return text;
}

/* --- identities ------------------------------------------------------------------------------- */

struct kube_access *plain_access(void)
{
	struct kube_access *a = g_new0(struct kube_access, 1);

	a->user = g_strdup("ana");
	a->server = g_strdup("https://one:6443");
	return a;
}

struct kube_access *plugin_access(const char *script)
{
	struct kube_access *a = plain_access();

	if (script)
		folder_script(folder, "plugin", script);
	a->exec = g_new0(struct kube_exec, 1);
	a->exec->api_version = g_strdup(V1);
	a->exec->command = g_build_filename(folder, "plugin", NULL);
	a->exec->interactive_mode = g_strdup("Never");
	return a;
}

void begin(void)
{
	folder_empty(folder);
	set_now("2026-01-02T03:00:00Z");
}

/* --- plugins that stay ------------------------------------------------------------------------ */

/* Dead and not yet reaped is gone: who reaps orphans is not ours to say. */
gboolean is_gone(const char *pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", atoi(pid));
	g_autofree char *text = NULL;

	return !g_file_get_contents(path, &text, NULL, NULL) || strstr(text, ") Z");
}

/* What the script writes to @D/pipe; it has come that far then.  Caller owns. */
char *said(struct credential *c, struct answer *a)
{
	g_autofree char *pipe = g_build_filename(folder, "pipe", NULL);
	char *text = NULL;

	g_assert_cmpint(mkfifo(pipe, 0600), ==, 0);
	credential_prepare(c, on_done, a);
	g_assert_true(g_file_get_contents(pipe, &text, NULL, NULL));
	return text;
}

/* --- a whole program of tests ----------------------------------------------------------------- */

int identity_run(void)
{
	int failed;

	folder = folder_new();
	context = g_main_context_new();
	plugin_now = fake_now;
	failed = g_test_run();
	g_main_context_unref(context);
	folder_remove(folder);
	return failed;
}
