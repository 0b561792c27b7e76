/*
 * Credential plugins: shared, run for all who wait, and remembered.
 *
 * A plugin is idle, running, or about to tell why it could not be started.
 *
 * 1. plugin_ask moves it from idle to running or, where there is nothing to run, to telling (an
 *    idle source).
 * 2. The end of the program (child.c) makes an output or an error of what it printed, moves it to
 *    idle, and answers all who asked.
 * 3. Each asker carries the number of the run it waits for, so that one who asks again from
 *    within a callback waits for the next.
 */
#include "child.h"
#include "exec.h"
#include "secret.h"

#include <kase/stamp.h>
#include <kase/text.h>

#include <string.h>

gint64 (*plugin_now)(void) = stamp_now;
guint plugin_timeout_ms = 60 * 1000;

struct asker {
	void (*done)(void *user, const GError *error);
	void *user;
	guint run;
};

struct plugin {
	guint references;
	char *key; /* in the thread's table */
	GMainContext *context;
	char *title, *command, *hint, *api_version, *info;
	gboolean interactive;
	char **args, **environment;
	struct plugin_output *output;
	gboolean refused;    /* the last output was, and none came since */
	GArray *askers;      /* of struct asker, by run */
	guint run_number;    /* of the last run begun */
	struct child *child; /* NULL: none is running */
	GSource *telling;    /* of a run that could not be started */
	GError *unstarted;   /* why */
};

/* --- the thread's plugins --------------------------------------------------------------------- */

static GPrivate table = G_PRIVATE_INIT((GDestroyNotify)g_hash_table_unref);

static GHashTable *plugins(void)
{
	GHashTable *t = g_private_get(&table);

	if (!t) {
		t = g_hash_table_new(g_str_hash, g_str_equal);
		g_private_set(&table, t);
	}
	return t;
}

static void mix(GChecksum *sum, const char *text)
{
	if (text)
		g_checksum_update(sum, (const guchar *)text, strlen(text) + 1);
}

static void mix_all(GChecksum *sum, char *const *texts)
{
	for (gsize i = 0; texts && texts[i]; i++)
		mix(sum, texts[i]);
	mix(sum, "");
}

/* Two users with one key would run the same program for the same cluster and get the same. */
static char *plugin_key(GMainContext *context, const struct kube_access *access)
{
	const struct kube_exec *x = access->exec;
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_autofree char *info = exec_info(access, TRUE);

	g_checksum_update(sum, (const guchar *)&context, sizeof context);
	mix(sum, info);
	mix(sum, x->provide_cluster_info ? "told" : "not told");
	mix(sum, x->interactive_mode);
	mix(sum, x->command);
	mix_all(sum, x->args);
	mix_all(sum, x->environment);
	return g_strdup(g_checksum_get_string(sum));
}

static struct plugin *plugin_new(GMainContext *context, const struct kube_access *access)
{
	const struct kube_exec *x = access->exec;
	struct plugin *p = g_new0(struct plugin, 1);

	p->context = context ? g_main_context_ref(context) : NULL;
	p->title = text_safe(x->command, -1);
	p->command = g_strdup(x->command);
	p->hint = x->install_hint ? text_safe(x->install_hint, -1) : NULL;
	p->api_version = g_strdup(x->api_version);
	p->info = exec_info(access, x->provide_cluster_info);
	p->interactive = g_strcmp0(x->interactive_mode, "Always") == 0;
	p->args = g_strdupv(x->args);
	p->environment = g_strdupv(x->environment);
	p->askers = g_array_new(FALSE, FALSE, sizeof(struct asker));
	return p;
}

struct plugin *plugin_take(GMainContext *context, const struct kube_access *access)
{
	g_autofree char *key = plugin_key(context, access);
	struct plugin *p = g_hash_table_lookup(plugins(), key);

	if (!p) {
		p = plugin_new(context, access);
		p->key = g_steal_pointer(&key);
		g_hash_table_insert(plugins(), p->key, p);
	}
	p->references++;
	return p;
}

/* --- errors ----------------------------------------------------------------------------------- */

static GError *plugin_error(const struct plugin *p, enum kube_error code, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
static GError *plugin_error(const struct plugin *p, enum kube_error code, const char *format, ...)
{
	g_autofree char *what = NULL;
	va_list arguments;

	va_start(arguments, format);
	what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	return g_error_new(KUBE_ERROR, (int)code, "credential plugin %s %s", p->title, what);
}

/* --- one run ---------------------------------------------------------------------------------- */

/* Answer those who wait for the run that ended.  They may ask again, cancel each other and let go
 * of the plugin. */
static void answer(struct plugin *p, const GError *error)
{
	guint run = p->run_number;

	p->references++;
	while (p->askers->len && g_array_index(p->askers, struct asker, 0).run == run) {
		struct asker a = g_array_index(p->askers, struct asker, 0);

		g_array_remove_index(p->askers, 0);
		a.done(a.user, error);
	}
	plugin_unref(p);
}

static void take_result(struct plugin *p, const char *out, gsize size, GError **error)
{
	struct plugin_output *o = exec_parse(out, size, p->api_version, error);

	if (!o)
		return;
	o->obtained_ns = plugin_now();
	o->renewed = p->refused;
	plugin_output_unref(p->output);
	p->output = o;
	p->refused = FALSE;
}

static void on_done(void *user, const char *out, gsize size, const GError *failure)
{
	struct plugin *p = user;
	g_autoptr(GError) error = failure ? g_error_copy(failure) : NULL;

	p->child = NULL;
	if (!error)
		take_result(p, out, size, &error);
	g_prefix_error(&error, "credential plugin %s ", p->title);
	answer(p, error);
}

/* --- starting one ----------------------------------------------------------------------------- */

/* Only absolute folders of PATH: what lies where kase was started is nobody's plugin.  Caller
 * owns. */
static char *find_program(const char *command)
{
	g_auto(GStrv) folders = g_strsplit(g_getenv("PATH") ? g_getenv("PATH") : "",
					   G_SEARCHPATH_SEPARATOR_S, -1);

	if (strchr(command, '/'))
		return g_file_test(command, G_FILE_TEST_EXISTS) ? g_strdup(command) : NULL;
	for (gsize i = 0; folders[i]; i++) {
		g_autofree char *path = g_build_filename(folders[i], command, NULL);

		if (g_path_is_absolute(folders[i]) && !g_file_test(path, G_FILE_TEST_IS_DIR) &&
		    g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
			return g_steal_pointer(&path);
	}
	return NULL;
}

static GError *missing_error(const struct plugin *p)
{
	return plugin_error(p, KUBE_ERROR_CONFIG, "%s; %s",
			    strchr(p->command, '/') ? "is not there"
						    : "is not in any absolute folder of PATH",
			    p->hint ? p->hint : "install it");
}

/* Ours, then what the kubeconfig sets, then what the protocol sets. */
static char **environment(const struct plugin *p)
{
	char **all = g_get_environ();

	for (gsize i = 0; p->environment && p->environment[i]; i++) {
		const char *value = strchr(p->environment[i], '=') + 1;
		g_autofree char *name = g_strndup(p->environment[i], value - 1 - p->environment[i]);

		all = g_environ_setenv(all, name, value, TRUE);
	}
	return g_environ_setenv(all, "KUBERNETES_EXEC_INFO", p->info, TRUE);
}

static GError *run(struct plugin *p, const char *program)
{
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	char **variables = environment(p);

	g_ptr_array_add(argv, (char *)program);
	for (gsize i = 0; p->args && p->args[i]; i++)
		g_ptr_array_add(argv, p->args[i]);
	g_ptr_array_add(argv, NULL);
	p->child = child_start(p->context, (const char *const *)argv->pdata, variables,
			       plugin_timeout_ms, PLUGIN_MAX_BYTES, on_done, p, &error);
	secret_freev(variables);
	return p->child ? NULL
			: plugin_error(p, KUBE_ERROR_CONFIG, "cannot be run: %s", error->message);
}

static GError *try_run(struct plugin *p)
{
	g_autofree char *program = find_program(p->command);

	if (p->interactive)
		return plugin_error(p, KUBE_ERROR_CONFIG,
				    "wants a terminal (interactiveMode: Always), and kase cannot "
				    "lend it one; use a token file or another plugin");
	return program ? run(p, program) : missing_error(p);
}

static void tell_no_more(struct plugin *p)
{
	if (p->telling)
		g_source_destroy(p->telling);
	g_clear_pointer(&p->telling, g_source_unref);
}

static gboolean on_tell(void *user)
{
	struct plugin *p = user;
	g_autoptr(GError) error = g_steal_pointer(&p->unstarted);

	tell_no_more(p);
	answer(p, error);
	return G_SOURCE_REMOVE;
}

static void plugin_start(struct plugin *p)
{
	p->run_number++;
	p->unstarted = try_run(p);
	if (!p->unstarted)
		return;
	p->telling = g_idle_source_new();
	g_source_set_priority(p->telling, G_PRIORITY_DEFAULT); /* busy sockets must not starve it */
	g_source_set_callback(p->telling, on_tell, p, NULL);
	g_source_attach(p->telling, p->context);
}

/* --- what others call ------------------------------------------------------------------------- */

void plugin_ask(struct plugin *p, void (*done)(void *user, const GError *error), void *user)
{
	struct asker a = { .done = done, .user = user };

	if (!p->child && !p->telling)
		plugin_start(p);
	a.run = p->run_number;
	g_array_append_val(p->askers, a);
}

void plugin_cancel(struct plugin *p, void *user)
{
	for (guint i = p->askers->len; i-- > 0;)
		if (g_array_index(p->askers, struct asker, i).user == user)
			g_array_remove_index(p->askers, i);
}

static gboolean just_came(const struct plugin_output *o)
{
	gint64 age = plugin_now() - o->obtained_ns;

	return age >= 0 && age < PLUGIN_ALLOWANCE_NS;
}

struct plugin_output *plugin_output(const struct plugin *p)
{
	struct plugin_output *o = p->output;

	if (!o || (plugin_now() >= o->expires_ns - PLUGIN_ALLOWANCE_NS && !just_came(o)))
		return NULL;
	return o;
}

void plugin_refuse(struct plugin *p, const struct plugin_output *o)
{
	if (!o || o != p->output || (o->renewed && just_came(o)))
		return;
	g_clear_pointer(&p->output, plugin_output_unref);
	p->refused = TRUE;
}

static void plugin_free(struct plugin *p)
{
	child_abandon(p->child);
	tell_no_more(p);
	g_clear_error(&p->unstarted);
	plugin_output_unref(p->output);
	g_array_unref(p->askers);
	g_clear_pointer(&p->context, g_main_context_unref);
	g_free(p->title);
	g_free(p->command);
	g_free(p->hint);
	g_free(p->api_version);
	secret_free(p->info);
	secret_freev(p->args);
	secret_freev(p->environment);
	g_free(p->key);
	g_free(p);
}

void plugin_unref(struct plugin *p)
{
	if (!p || --p->references)
		return;
	g_hash_table_remove(plugins(), p->key);
	plugin_free(p);
}
