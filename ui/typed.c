#include "typed.h"

#include <kase/console.h>
#include <kase/describe.h>
#include <kase/subject.h>

#include <string.h>

#define CANDIDATES_MAX 24

static const struct {
	const char *name, *means;
} aliases[] = {
	{ "q", "back" },
	{ "q!", "leave" },
	{ "h", "help" },
};

/* A pane that has no data of its own is opened by a command. */
static gboolean can_be_typed(const struct pane_kind *pane)
{
	return (pane->view || pane->read || pane->shape->own) && !pane->hidden;
}

/* The one of this whole name; NULL where there is none, and for NULL. */
static const struct pane_kind *pane_typed(const char *name)
{
	const struct pane_kind *pane = name ? pane_kind_named(name) : NULL;

	return pane && can_be_typed(pane) ? pane : NULL;
}

static gboolean is_row_before(const char *name, gsize row)
{
	for (gsize i = 0; i < row; i++)
		if (g_strcmp0(key_rows[i].name, name) == 0)
			return TRUE;
	return FALSE;
}

/* --- names --------------------------------------------------------------------------------------- */

/* All names that begin with `start`, each once.  Lent strings; caller owns the array. */
static GPtrArray *names(const char *start)
{
	GPtrArray *out = g_ptr_array_new();

	for (const struct pane_kind *const *k = pane_kinds; *k; k++)
		if (can_be_typed(*k) && g_str_has_prefix((*k)->name, start))
			g_ptr_array_add(out, (gpointer)(*k)->name);
	for (gsize i = 0; i < key_rows_count; i++) {
		const char *name = key_rows[i].name;

		if (name && g_str_has_prefix(name, start) && !is_row_before(name, i) &&
		    !pane_typed(name))
			g_ptr_array_add(out, (gpointer)name);
	}
	return out;
}

static const char *name_of_alias(const char *word)
{
	const struct pane_kind *pane = pane_kind_named(word);

	if (pane && !pane->hidden)
		return pane->name;
	for (gsize i = 0; i < G_N_ELEMENTS(aliases); i++)
		if (g_str_equal(aliases[i].name, word))
			return aliases[i].means;
	return NULL;
}

static char *joined(const GPtrArray *words)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < words->len; i++)
		g_string_append_printf(out, "%s%s", i ? "  " : "", (char *)words->pdata[i]);
	return g_string_free(out, FALSE);
}

/* The whole name of a word: itself, what it is short for, or the one that begins so.  Lent; NULL and a line else. */
static const char *name_of(const char *word, char **trouble)
{
	g_autoptr(GPtrArray) begin = names(word);
	const char *alias = name_of_alias(word);
	g_autofree char *some = NULL;

	if (alias)
		return alias;
	if (begin->len && (begin->len == 1 || g_str_equal(begin->pdata[0], word)))
		return begin->pdata[0];
	for (guint i = 0; i < begin->len; i++)
		if (g_str_equal(begin->pdata[i], word))
			return begin->pdata[i];
	some = joined(begin);
	*trouble = begin->len ? g_strdup_printf(":%s may be one of: %s", word, some)
			      : g_strdup_printf(":%s is no command; : and Tab show all, ? what "
						"keys do",
						word);
	return NULL;
}

/* --- lines --------------------------------------------------------------------------------------- */

/* Its first word; `argument` is what stands after it, within the line.  Caller owns. */
static char *first_word(const char *line, const char **argument)
{
	gsize length;

	line += strspn(line, " ");
	length = strcspn(line, " ");
	*argument = line + length + strspn(line + length, " ");
	return g_strndup(line, length);
}

static const char *const taken[] = {
	[PANE_TAKES_NOTHING] = "",
	[PANE_TAKES_SPACE] = "NAMESPACE",
	[PANE_TAKES_SUBJECT] = "SUBJECT",
};

gboolean typed_read(const char *line, struct typed *out, char **trouble)
{
	g_autofree char *word = first_word(line, &out->argument);
	const char *name = *word ? name_of(word, trouble) : NULL;

	*trouble = !*word ? g_strdup("nothing was typed after the colon") : *trouble;
	out->pane = pane_typed(name);
	out->command = out->pane ? NULL : name;
	if (!name)
		return FALSE;
	if (*out->argument &&
	    (out->pane ? out->pane->takes == PANE_TAKES_NOTHING : !key_takes(name))) {
		*trouble = g_strdup_printf(":%s takes nothing after it", name);
		return FALSE;
	}
	return TRUE;
}

static const char *help_of(const char *name)
{
	const struct pane_kind *pane = pane_typed(name);

	if (pane)
		return pane->help;
	for (gsize i = 0; i < key_rows_count; i++)
		if (g_strcmp0(key_rows[i].name, name) == 0)
			return key_rows[i].help;
	return "";
}

char *typed_hint(const char *line)
{
	const char *argument;
	g_autofree char *word = first_word(line, &argument), *trouble = NULL;
	g_autoptr(GPtrArray) begin = names(word);
	const char *name = *word ? name_of(word, &trouble) : NULL;
	const struct pane_kind *pane = pane_typed(name);

	if (*argument)
		return g_strdup("");
	if (!name)
		return joined(begin);
	if (!pane || pane->takes == PANE_TAKES_NOTHING)
		return g_strdup(help_of(name));
	return g_strdup_printf(pane->needs ? "%s  %s" : "[%s]  %s", taken[pane->takes],
			       help_of(name));
}

/* A pane's name, or what is short for it, with what may follow.  Caller owns. */
static char *written(const char *name, const struct pane_kind *pane)
{
	const char *takes = taken[pane->takes];

	return g_strdup_printf(!*takes ? ":%s" : pane->needs ? ":%s %s" : ":%s [%s]", name, takes);
}

char *typed_help(void)
{
	GString *out = g_string_new("\nWhat can be typed\n\n");

	for (const struct pane_kind *const *k = pane_kinds; *k; k++) {
		g_autofree char *line = written((*k)->name, *k);

		if (can_be_typed(*k))
			g_string_append_printf(out, "  %-20s %s\n", line, (*k)->help);
	}
	g_string_append(out,
			"  and the name of every key's command; Tab completes, ↑ brings back\n");
	return g_string_free(out, FALSE);
}

static void tell_panes(void (*tell)(void *user, const char *typed, const char *help), void *user)
{
	for (const struct pane_kind *const *k = pane_kinds; *k; k++) {
		g_autofree char *name = written((*k)->name, *k);
		g_autofree char *alias = (*k)->alias ? written((*k)->alias, *k) : NULL;
		g_autofree char *both = g_strjoin(alias ? ", " : "", name, alias, NULL);

		if (can_be_typed(*k))
			tell(user, both, (*k)->help);
	}
}

void console_commands(void (*tell)(void *user, const char *typed, const char *help), void *user)
{
	tell_panes(tell, user);
	for (gsize i = 0; i < key_rows_count; i++) {
		const struct key_row *row = &key_rows[i];
		const char *takes = key_takes(row->name);
		g_autofree char *line = g_strdup_printf(takes ? ":%s %s" : ":%s", row->name, takes);

		if (row->name && !is_row_before(row->name, i) && !pane_typed(row->name))
			tell(user, line, row->help);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(aliases); i++) {
		g_autofree char *name = g_strconcat(":", aliases[i].name, NULL);
		g_autofree char *help = g_strconcat("short for :", aliases[i].means, NULL);

		tell(user, name, help);
	}
}

/* --- arguments ----------------------------------------------------------------------------------- */

static gboolean find_subject(struct casefile *c, const char *text, struct item *item,
			     char **trouble)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(subject) parsed = subject_parse(text, &error);

	if (parsed && c)
		item->ids[ITEM_SUBJECT] = describe_subject(c, text, &error);
	if (!item->ids[ITEM_SUBJECT]) {
		*trouble = g_strdup_printf(parsed ? "%s; Tab completes what it knows" : "%s",
					   error ? error->message : "the case cannot be read now");
		return FALSE;
	}
	item->name = parsed->namespace ? g_strdup_printf("%s/%s", parsed->namespace, parsed->name)
				       : g_strdup(parsed->name);
	return TRUE;
}

static gboolean find_space(struct casefile *c, const char *text, struct item *item, char **trouble)
{
	g_autoptr(query) q = c ? casefile_query(c,
						"SELECT 1 FROM d_subject WHERE namespace = ?1"
						" OR (kind = 'Namespace' AND name = ?1) LIMIT 1",
						NULL)
			       : NULL;

	if (q)
		query_bind_text(q, 1, text);
	if (!q || !query_step(q, NULL)) {
		*trouble = g_strdup_printf(
			"the case knows no namespace %s; Tab completes those that it knows, "
			"kase open -n %s asks the cluster for it",
			text, text);
		return FALSE;
	}
	item->space = g_strdup(text);
	item->name = g_strdup(text);
	return TRUE;
}

gboolean typed_item(const struct pane_kind *pane, const char *argument, struct casefile *c,
		    struct item *item, char **trouble)
{
	g_autofree char *text = g_strstrip(g_strdup(argument));

	if (pane->takes == PANE_TAKES_SPACE)
		return find_space(c, text, item, trouble);
	return find_subject(c, text, item, trouble);
}

/* --- completing ---------------------------------------------------------------------------------- */

static const char spaces[] =
	"SELECT DISTINCT namespace FROM d_subject WHERE substr(namespace, 1, ?2) = ?1"
	" AND namespace <> '' ORDER BY 1 LIMIT ?3";
/* Up to the next slash: a kind, then a namespace, then a name. */
static const char subjects[] =
	"WITH written(t) AS (SELECT " SUBJECT_SQL " FROM d_subject s)"
	"SELECT DISTINCT substr(t, 1, ?2 + iif(instr(substr(t, ?2 + 1), '/'),"
	" instr(substr(t, ?2 + 1), '/'), length(t))) FROM written"
	" WHERE substr(t, 1, ?2) = ?1 ORDER BY 1 LIMIT ?3";

static GPtrArray *arguments(struct casefile *c, const char *sql, const char *start)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(query) q = casefile_query(c, sql, NULL);

	if (!q)
		return out;
	query_bind_text(q, 1, start);
	query_bind_int(q, 2, g_utf8_strlen(start, -1));
	query_bind_int(q, 3, CANDIDATES_MAX);
	while (query_step(q, NULL))
		g_ptr_array_add(out, g_strdup(query_text(q, 0)));
	return out;
}

/* What all of them begin with.  Caller owns. */
static char *shared(const GPtrArray *words)
{
	const char *first = words->pdata[0];
	gsize length = strlen(first);

	for (guint i = 1; i < words->len; i++) {
		const char *word = words->pdata[i];
		gsize same = 0;

		while (same < length && word[same] == first[same])
			same++;
		length = same;
	}
	/* Of a character that only begins alike, nothing. */
	while (length && (first[length] & 0xc0) == 0x80)
		length--;
	return g_strndup(first, length);
}

static GPtrArray *candidates(const char *line, struct casefile *c, const char **start)
{
	static const char *const sql[] = {
		[PANE_TAKES_SPACE] = spaces,
		[PANE_TAKES_SUBJECT] = subjects,
	};
	const char *argument;
	g_autofree char *word = first_word(line, &argument), *trouble = NULL;
	const char *name = *word ? name_of(word, &trouble) : NULL;
	const struct pane_kind *pane = pane_typed(name);

	if (!strchr(line + strspn(line, " "), ' ')) {
		*start = line + strspn(line, " ");
		return names(*start);
	}
	*start = argument;
	if (!pane || pane->takes == PANE_TAKES_NOTHING)
		return g_ptr_array_new();
	return arguments(c, sql[pane->takes], argument);
}

static gboolean completion_work(struct job *job, struct casefile *c, GError **error)
{
	struct completion *it = (struct completion *)job;
	const char *start;
	g_autoptr(GPtrArray) found = candidates(it->line, c, &start);
	g_autofree char *same = found->len ? shared(found) : g_strdup(start);
	gboolean ends = found->len == 1 && !g_str_has_suffix(same, "/") &&
			!strchr(it->line + strspn(it->line, " "), ' ');

	it->completed = g_strdup_printf("%.*s%s%s", (int)(start - it->line), it->line, same,
					ends ? " " : "");
	it->candidates = found->len > 1
				 ? joined(found)
				 : g_strdup(found->len ? "" : "nothing that is known begins so");
	return TRUE;
}

static void completion_done(struct job *job, const GError *error)
{
	struct completion *it = (struct completion *)job;

	if (!error)
		it->found(it);
}

static void completion_free(struct job *job)
{
	struct completion *it = (struct completion *)job;

	g_free(it->line);
	g_free(it->completed);
	g_free(it->candidates);
	g_free(it);
}

struct completion *completion_new(const char *line)
{
	struct completion *it = g_new0(struct completion, 1);

	it->job = (struct job){ .work = completion_work,
				.done = completion_done,
				.free = completion_free };
	it->line = g_strdup(line);
	return it;
}
