#include "command.h"

#include <stdio.h>

#include <kase/describe.h>
#include <kase/subject.h>
#include <kase/text.h>

static void print(const GPtrArray *lines)
{
	for (guint i = 0; i < lines->len; i++) {
		const struct describe_line *line = lines->pdata[i];
		g_autofree char *safe = text_safe(line->text, -1);

		puts(safe);
	}
}

static GPtrArray *read_lines(struct casefile *c, gint64 id, GError **error)
{
	struct describe_state state;
	g_autoptr(json_tree) object = NULL;
	g_autoptr(json_tree) events = NULL;
	GPtrArray *lines = NULL;

	if (describe_state_find(c, id, 0, &state, error))
		object = describe_state_read(c, &state, error);
	if (object)
		events = describe_events(c, id, error);
	if (events)
		lines = describe_object(object, state.kind, events);
	describe_state_clear(&state);
	return lines;
}

static gint64 find(struct casefile *c, const char *written, GError **error)
{
	g_autoptr(GError) trouble = NULL;
	gint64 id = describe_subject(c, written, &trouble);

	if (g_error_matches(trouble, CASE_ERROR, CASE_ERROR_NOT_FOUND))
		g_set_error(error, CASE_ERROR, CASE_ERROR_NOT_FOUND,
			    "%s; kase sql CASE 'SELECT kind, namespace, name FROM objects' lists "
			    "what it knows",
			    trouble->message);
	else if (trouble)
		g_propagate_error(error, g_steal_pointer(&trouble));
	return id;
}

enum outcome describe_run(struct call *call, GError **error)
{
	g_autoptr(subject) parsed = subject_parse(call->arguments[1], error);
	g_autoptr(casefile) c = NULL;
	g_autoptr(GPtrArray) lines = NULL;
	gint64 id;

	if (!parsed) {
		g_prefix_error(error, "describe: ");
		return OUTCOME_USAGE;
	}
	c = casefile_open(call->arguments[0], CASEFILE_READ, error);
	id = c ? find(c, call->arguments[1], error) : 0;
	lines = id ? read_lines(c, id, error) : NULL;
	if (lines)
		print(lines);
	return lines ? OUTCOME_DONE : OUTCOME_NOT_DONE;
}
