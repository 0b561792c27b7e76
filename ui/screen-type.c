#include "screen-inside.h"

static void find(struct screen *s, enum pane_find how)
{
	struct pane *pane = screen_top(s);

	pane->kind->shape->find(pane, s->prompt.text->str, how);
}

static void hint(struct screen *s, char *text)
{
	g_free(s->hint);
	s->hint = text;
}

/* An answer to what was typed before is nobody's. */
static void forget_completing(struct screen *s)
{
	if (s->completing)
		s->completing->user = NULL;
	s->completing = NULL;
}

void screen_begin_find(struct screen *s)
{
	const struct shape *shape = screen_top(s)->kind->shape;

	hint(s, NULL);
	prompt_open(&s->prompt, PROMPT_FIND, shape->found ? shape->found(screen_top(s)) : "");
}

void screen_begin_command(struct screen *s)
{
	prompt_open(&s->prompt, PROMPT_COMMAND, "");
	hint(s, typed_hint(""));
}

void screen_begin_time(struct screen *s)
{
	prompt_open(&s->prompt, PROMPT_COMMAND, "at ");
	hint(s, typed_hint("at "));
}

/* --- commands ------------------------------------------------------------------------------------ */

/* A pane that needs something is given what one is on, where nothing is named. */
static void open_typed(struct screen *s, const struct typed *typed)
{
	struct pane *pane = screen_top(s);
	const struct shape *shape = pane->kind->shape;
	struct item item = { 0 };
	g_autofree char *trouble = NULL;
	gboolean there = TRUE;

	if (screen_is_home(s))
		return;
	if (*typed->argument)
		there = typed_item(typed->pane, typed->argument, screen_case(s), &item, &trouble);
	else if (typed->pane->needs)
		there = shape->item && shape->item(pane, &item) && item_has(&item, ITEM_SUBJECT);
	if (there)
		screen_open(s, typed->pane, &item);
	else
		screen_say(s, "%s", trouble ? trouble : "");
	if (!there && !trouble)
		screen_say(s, ":%s takes a subject: :%s pod/NAMESPACE/NAME", typed->pane->name,
			   typed->pane->name);
	item_clear(&item);
}

/* The row of this name; where that does not work here, one of the same command that does: back is quit in the first pane. */
static const struct key_row *row_named(const char *name, guint place)
{
	const struct key_row *first = NULL;

	for (gsize i = 0; i < key_rows_count && !first; i++)
		if (g_strcmp0(key_rows[i].name, name) == 0)
			first = &key_rows[i];
	for (gsize i = 0; i < key_rows_count; i++)
		if (key_rows[i].command == first->command && key_works(&key_rows[i], place))
			return &key_rows[i];
	return first;
}

static void run_command(struct screen *s, const struct typed *typed)
{
	const struct key_row *row = row_named(typed->command, screen_place(s));
	struct pane *pane = screen_top(s);

	if (!*typed->argument || !key_works(row, screen_place(s)))
		screen_run(s, row);
	else if (pane->kind->shape->run_typed)
		pane->kind->shape->run_typed(pane, row->command, typed->argument);
}

static void run_typed(struct screen *s)
{
	g_autofree char *trouble = NULL;
	struct typed typed = { 0 };

	if (!typed_read(s->prompt.text->str, &typed, &trouble))
		screen_say(s, "%s", trouble);
	else if (typed.pane)
		open_typed(s, &typed);
	else
		run_command(s, &typed);
}

static void completed(struct completion *it)
{
	struct screen *s = it->user;

	if (!s)
		return; /* something else is typed by now */
	s->completing = NULL;
	prompt_set(&s->prompt, it->completed);
	hint(s, *it->candidates ? g_strdup(it->candidates) : typed_hint(it->completed));
	screen_changed(s, "rows");
}

static void complete(struct screen *s)
{
	forget_completing(s);
	if (!s->path)
		return; /* names are in the hint, and there are no subjects */
	s->completing = completion_new(s->prompt.text->str);
	s->completing->found = completed;
	s->completing->user = s;
	worker_post(screen_documents(s), &s->completing->job);
}

static void type_command(struct screen *s, enum prompt_answer answer)
{
	forget_completing(s);
	if (answer == PROMPT_COMPLETE)
		complete(s);
	else if (answer == PROMPT_CHANGED)
		hint(s, typed_hint(s->prompt.text->str));
	else if (answer == PROMPT_DONE && s->prompt.text->len)
		run_typed(s);
}

/* --- both ---------------------------------------------------------------------------------------- */

static void type_find(struct screen *s, enum prompt_answer answer)
{
	static const enum pane_find how[] = {
		[PROMPT_CHANGED] = PANE_FIND_TYPED,
		[PROMPT_DONE] = PANE_FIND_DONE,
		[PROMPT_DROPPED] = PANE_FIND_DROPPED,
	};

	if (answer == PROMPT_CHANGED || answer == PROMPT_DONE || answer == PROMPT_DROPPED)
		find(s, how[answer]);
}

void screen_type(struct screen *s, gunichar key)
{
	enum prompt_answer answer = prompt_key(&s->prompt, key);

	if (s->prompt.use == PROMPT_COMMAND)
		type_command(s, answer);
	else
		type_find(s, answer);
}

void screen_type_pasted(struct screen *s, const char *text)
{
	prompt_paste(&s->prompt, text);
	if (s->prompt.use == PROMPT_COMMAND)
		type_command(s, PROMPT_CHANGED);
	else
		find(s, PANE_FIND_TYPED);
}

void screen_type_clear(struct screen *s)
{
	forget_completing(s);
	hint(s, NULL);
	prompt_clear(&s->prompt);
}
