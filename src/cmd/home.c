/* The console without a case: what was opened lately, and clusters; and what becomes of what is chosen there. */
#include "command.h"
#include "offer.h"
#include "recent.h"

#include <string.h>
#include <sys/stat.h>

#include <kase/console.h>
#include <kase/kube.h>
#include <kase/stamp.h>

/* What is shown, and the strings that it is made of. */
struct gathered {
	GArray *places;     /* of struct console_place */
	GPtrArray *strings; /* of char * */
	GPtrArray *targets; /* of char *: a path, or a context's name */
	char *trouble;      /* why there are no contexts; NULL: there are */
};

static void gathered_init(struct gathered *g)
{
	g->places = g_array_new(FALSE, TRUE, sizeof(struct console_place));
	g->strings = g_ptr_array_new_with_free_func(g_free);
	g->targets = g_ptr_array_new_with_free_func(g_free);
	g->trouble = NULL;
}

static void gathered_clear(struct gathered *g)
{
	g_array_unref(g->places);
	g_ptr_array_unref(g->strings);
	g_ptr_array_unref(g->targets);
	g_free(g->trouble);
}

static const char *keep(struct gathered *g, char *text)
{
	if (text)
		g_ptr_array_add(g->strings, text);
	return text;
}

static void add(struct gathered *g, const struct console_place *place, const char *target)
{
	g_array_append_vals(g->places, place, 1);
	g_ptr_array_add(g->targets, g_strdup(target));
}

/* --- cases --------------------------------------------------------------------------------------- */

/* One with a -wal and nobody who has it open would be copied to be read: its name is enough. */
static gboolean is_quickly_read(const char *path)
{
	g_autofree char *wal = g_strconcat(path, "-wal", NULL),
			*shm = g_strconcat(path, "-shm", NULL);

	return !g_file_test(wal, G_FILE_TEST_EXISTS) || g_file_test(shm, G_FILE_TEST_EXISTS);
}

static void look_inside(struct gathered *g, const char *path, struct console_place *place)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(casefile) c = casefile_open(path, CASEFILE_READ, &error);

	if (!c) {
		place->note = keep(g, g_strdup(error->message));
		place->trouble = TRUE;
		return;
	}
	place->what = keep(g, g_strdup(casefile_fact(c, "title")));
	place->where = casefile_is_drill(c) ? "simulated"
					    : keep(g, g_strdup(casefile_fact(c, "context")));
}

static void add_case(struct gathered *g, const struct recent *r)
{
	struct console_place place = { .kind = CONSOLE_CASE, .at = r->at };
	g_autofree char *name = g_path_get_basename(r->path);
	g_autofree char *folder = g_path_get_dirname(r->path);
	struct stat about;

	if (g_str_has_suffix(name, ".kase"))
		name[strlen(name) - strlen(".kase")] = '\0';
	place.name = keep(g, g_strdup(name));
	if (stat(r->path, &about) == 0) {
		g_autofree char *size = g_format_size((guint64)about.st_size);

		place.note = keep(g, g_strdup_printf("%s in %s", size, folder));
	}
	if (is_quickly_read(r->path))
		look_inside(g, r->path, &place);
	add(g, &place, r->path);
}

/* --- contexts ------------------------------------------------------------------------------------ */

static void look_at_access(struct gathered *g, const struct kubeconfig *k, const char *context,
			   struct console_place *place)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(kube_access) access = kubeconfig_access(k, context, &error);
	g_autofree char *plugin = NULL;

	if (!access) {
		place->note = keep(g, g_strdup(error->message));
		place->trouble = TRUE;
		return;
	}
	place->what = keep(g, g_strdup(access->server));
	place->where = keep(g, g_strdup_printf("as %s", access->user ? access->user : "?"));
	if (g_strcmp0(kubeconfig_current(k), context) == 0)
		place->note = "current context";
	if (!access->exec || !access->exec->command)
		return;
	plugin = g_find_program_in_path(access->exec->command);
	if (!plugin) {
		place->note = keep(g, g_strdup_printf("credential plugin not found: %s",
						      access->exec->command));
		place->trouble = TRUE;
	}
}

static void add_contexts(struct gathered *g, const char *file)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(kubeconfig) k = kubeconfig_load(file, &error);

	if (!k)
		g->trouble = g_strdup(error->message);
	for (const char *const *c = k ? kubeconfig_contexts(k) : NULL; c && *c; c++) {
		struct console_place place = { .kind = CONSOLE_CONTEXT, .at = STAMP_NONE };

		place.name = keep(g, g_strdup(*c));
		look_at_access(g, k, *c, &place);
		add(g, &place, *c);
	}
}

/* --- what else may be begun ---------------------------------------------------------------------- */

static const struct beginning {
	const char *command, *name, *what, *without; /* a kubeconfig */
} beginnings[] = {
	{ "new", "a new case", "its cluster is the current context's",
	  "without a cluster: for what is imported" },
	{ "drill", "a drill", "practise on a simulated cluster",
	  "practise on a simulated cluster" },
};

static void add_beginnings(struct gathered *g)
{
	for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++) {
		const struct beginning *b = &beginnings[i];
		struct console_place place = {
			.kind = CONSOLE_BEGIN,
			.name = b->name,
			.note = g->trouble ? b->without : b->what,
			.at = STAMP_NONE,
		};

		add(g, &place, b->command);
	}
}

static void gather(struct gathered *g, const char *file)
{
	g_autoptr(GPtrArray) cases = recent_list();

	gathered_init(g);
	for (guint i = 0; i < cases->len; i++)
		add_case(g, cases->pdata[i]);
	add_contexts(g, file);
	add_beginnings(g);
}

/* --- what is chosen ------------------------------------------------------------------------------ */

/* A command as it would be typed, with those of home's options that it takes.  What went wrong is to be said at home. */
static char *run(const struct call *home, const char *name, const char *path, const char *context)
{
	const struct command *command = command_find(name);
	g_autoptr(GError) error = NULL;
	struct call call = { 0 };
	char **words = g_new0(char *, 2);

	words[0] = g_strdup(path);
	if (call_parse(&call, command, words, &error)) {
		call.options.person = g_strdup(home->options.person);
		call.options.kubeconfig = g_strdup(home->options.kubeconfig);
		call.options.context = g_strdup(context);
		call.options.offline = home->options.offline;
		command->run(&call, &error);
	}
	call_clear(&call);
	return error ? g_strdup(error->message) : NULL;
}

/* `context`: NULL for the current one. */
static char *make_and_open(const struct call *home, const char *context)
{
	g_autofree char *path = offer_name(context);
	char *line = path ? run(home, "new", path, context) : g_strdup("no case was made");

	return line || !path ? line : run(home, "open", path, NULL);
}

static char *follow_choice(const struct call *home, const struct gathered *g, int chosen)
{
	const char *target = g->targets->pdata[chosen];

	switch (g_array_index(g->places, struct console_place, chosen).kind) {
	case CONSOLE_CASE:
		return run(home, "open", target, NULL);
	case CONSOLE_CONTEXT:
		return make_and_open(home, target);
	case CONSOLE_BEGIN:
		break;
	}
	return g_str_equal(target, "new") ? make_and_open(home, NULL)
					  : run(home, target, NULL, NULL);
}

enum outcome home_run(struct call *call, GError **error)
{
	g_autofree char *line = NULL;
	int chosen = 0;

	while (chosen >= 0) {
		struct gathered g;
		struct console_places places;
		gboolean shown;

		gather(&g, call->options.kubeconfig);
		places = (struct console_places){
			(const struct console_place *)(gpointer)g.places->data,
			g.places->len,
			line ? line : g.trouble,
		};
		shown = console_choose(&places, &chosen, error);
		g_clear_pointer(&line, g_free);
		if (shown && chosen >= 0)
			line = follow_choice(call, &g, chosen);
		gathered_clear(&g);
		if (!shown)
			return OUTCOME_NOT_DONE;
	}
	return OUTCOME_DONE;
}
