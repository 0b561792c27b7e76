#include "command.h"
#include "person.h"

#include <string.h>

#include <kase/engine.h>
#include <kase/project.h>
#include <kase/subject.h>

static gboolean usage(const char *what, GError **error)
{
	g_set_error(error, COMMAND_ERROR, COMMAND_ERROR_USAGE, "import: %s", what);
	return FALSE;
}

/* One pod, as it is written in full.  Caller owns; NULL where it is none. */
static char *pod_of(const char *written, GError **error)
{
	g_autoptr(subject) s = subject_parse(written, error);

	if (!s) {
		g_prefix_error(error, "import: --subject: ");
		return NULL;
	}
	if (!strcmp(s->kind, "pod") && !*s->group && s->namespace)
		return subject_format(s->cluster, s->group, s->kind, s->namespace, s->name);
	usage("--subject is the pod whose log it is: pod/NS/NAME", error);
	return NULL;
}

/* A log's owner holds for all files, so one file alone can be meant. */
static gboolean fits(struct call *call, GError **error)
{
	struct options *o = &call->options;
	char *pod;

	if (!o->subject)
		return !o->container ||
		       usage("--container says nothing without the pod: --subject pod/NS/NAME",
			     error);
	pod = pod_of(o->subject, error);
	if (!pod)
		return FALSE;
	g_free(o->subject);
	o->subject = pod;
	return TRUE;
}

/* What was not taken is said; the worst of it is how the command ends. */
static enum outcome import_files(struct call *call, struct recorder *recorder,
				 const char *brought_by)
{
	enum outcome worst = OUTCOME_DONE;

	for (char **path = call->arguments + 1; *path; path++) {
		g_autoptr(GError) trouble = NULL;
		enum outcome outcome;

		if (engine_import(recorder, *path, brought_by, call->options.subject,
				  call->options.container, &trouble))
			continue;
		say("%s", trouble->message);
		outcome = g_error_matches(trouble, ENGINE_ERROR, ENGINE_ERROR_CONTENTS)
				  ? OUTCOME_GAPS
				  : OUTCOME_NOT_DONE;
		worst = MAX(worst, outcome);
	}
	return worst;
}

/* Gaps in what came in during one visit; its details say where they are, eN@OFFSET. */
static const char gaps_sql[] =
	"SELECT count(*) FROM entry e JOIN gaps g ON g.detail GLOB '*e' || e.seq || '@*'"
	" WHERE e.seq > ?1 AND e.entry ->> 'kind' = 'evidence' AND e.entry ->> 'visit' = ?1";

/* 0 where the case cannot be read now. */
static gint64 count_gaps(const char *path, gint64 visit)
{
	g_autoptr(casefile) c = casefile_open(path, CASEFILE_READ, NULL);
	g_autoptr(query) q = c ? casefile_query(c, gaps_sql, NULL) : NULL;

	if (q)
		query_bind_int(q, 1, visit);
	return q && query_step(q, NULL) ? query_int(q, 0) : 0;
}

/* A file may be taken, and something in it not be understood. */
static enum outcome outcome_of(const char *path, enum outcome worst, gint64 visit)
{
	if (worst != OUTCOME_DONE || !count_gaps(path, visit))
		return worst;
	say("import: not all that they hold is understood; the case's gaps say what is not");
	return OUTCOME_GAPS;
}

enum outcome import_run(struct call *call, GError **error)
{
	g_auto(person) me = { 0 };
	struct recorder *recorder;
	enum outcome worst;
	gint64 visit;

	if (!fits(call, error))
		return OUTCOME_USAGE;
	if (!person_init(&me, call, PERSON_ASK_NOBODY, error))
		return OUTCOME_NOT_DONE;
	recorder = recorder_start(call->arguments[0], &me.who, &project_projector, error);
	if (!recorder)
		return OUTCOME_NOT_DONE;
	visit = recorder_visit(recorder);
	worst = import_files(call, recorder, call->options.by ? call->options.by : me.name);
	if (!recorder_stop(recorder, error))
		return OUTCOME_NOT_DONE;
	return outcome_of(call->arguments[0], worst, visit);
}
