#include <string.h>

#include "inside.h"

/* The uid of the pod that lives; NULL where the case knows none.  Caller owns. */
static char *uid_of(struct engine *e, const struct subject *s)
{
	g_autoptr(query)
		q = casefile_query(e->file,
				   "SELECT uid FROM pods WHERE cluster = ? AND namespace = ?"
				   " AND name = ? AND gone IS NULL ORDER BY seen DESC",
				   NULL);

	if (!q)
		return NULL;
	query_bind_text(q, 1, e->cluster.name);
	query_bind_text(q, 2, s->namespace);
	query_bind_text(q, 3, s->name);
	return query_step(q, NULL) ? g_strdup(query_text(q, 0)) : NULL;
}

static gboolean is_followed(struct engine *e, const char *written, const char *uid)
{
	g_autoptr(query)
		q = casefile_query(e->file,
				   "SELECT 1 FROM d_named n JOIN entry e ON e.seq = n.seq"
				   " WHERE n.kind IN ('captured', 'followed')"
				   " AND e.entry ->> 'subject' = ? AND e.entry ->> 'uid' = ?",
				   NULL);

	if (!q)
		return FALSE;
	query_bind_text(q, 1, written);
	query_bind_text(q, 2, uid);
	return query_step(q, NULL);
}

static void enter(struct engine *e, const struct subject *s, const char *written, const char *uid)
{
	struct cJSON *entry = json_new_object();
	g_autofree char *summary = g_strdup_printf("logs of %s/%s", s->namespace, s->name);

	json_set_string(entry, "uid", uid);
	json_set_string(entry, "group", "");
	json_set_string(entry, "object", "Pod");
	json_set_string(entry, "namespace", s->namespace);
	json_set_string(entry, "name", s->name);
	record_entry(e, "followed", written, summary, entry);
}

gboolean engine_follow_logs(struct engine *e, const char *text)
{
	g_autoptr(subject) s = subject_parse(text, NULL);
	g_autofree char *uid = NULL, *written = NULL;

	if (!e->cluster.name || !e->file)
		return FALSE;
	if (!s || strcmp(s->kind, "pod") || !s->namespace)
		return TRUE;
	uid = uid_of(e, s);
	written = subject_of(e, kinds_built_in("", "Pod"), s->namespace, s->name);
	if (uid && !is_followed(e, written, uid))
		enter(e, s, written, uid);
	return TRUE;
}
