#include <string.h>

#include "inside.h"
#include "owners.h"
#include "tail.h"

/*
 * Whose logs are followed.  Entries `captured` and `followed`, by whichever process, name pods and
 * workloads; pods of a workload are those whose owner, as the case holds it, is the workload or
 * what it makes.  So the way is the usual one, from the record: nothing is asked of the cluster
 * here.
 */

#define LOOK_MS 1000 /* at most so often, however fast the case grows */

struct suspect_workload {
	char *namespace, *kind, *name;
};

struct suspects {
	struct engine *engine;
	struct live_watch *live;
	GSource *timer;
	gint64 head; /* of the case when it was read last */
	void (*lives)(void *user, const char *namespace);
	void *user;
	GHashTable *pods;      /* uid (char *) → struct tail_pod * */
	GHashTable *workloads; /* of struct suspect_workload *: each once, however often captured */
};

/* Pods of these are owned by what they make, which is named after them. */
static const struct {
	const char *kind, *makes;
} makers[] = {
	{ "Deployment", "ReplicaSet" },
	{ "Rollout", "ReplicaSet" },
	{ "CronJob", "Job" },
};

static void workload_free(void *data)
{
	struct suspect_workload *w = data;

	g_free(w->namespace);
	g_free(w->kind);
	g_free(w->name);
	g_free(w);
}

static guint workload_hash(const void *data)
{
	const struct suspect_workload *w = data;

	return g_str_hash(w->namespace) ^ 31 * g_str_hash(w->kind) ^ 37 * g_str_hash(w->name);
}

static gboolean workload_equal(const void *a, const void *b)
{
	const struct suspect_workload *v = a, *w = b;

	return !strcmp(v->name, w->name) && !strcmp(v->kind, w->kind) &&
	       !strcmp(v->namespace, w->namespace);
}

static void pod_free(void *data)
{
	tail_pod_free(data);
}

/* --- what the case holds --------------------------------------------------------------------- */

static void add_pod(struct suspects *s, const char *namespace, const char *name, const char *uid)
{
	if (!namespace || !name || !uid || g_hash_table_contains(s->pods, uid))
		return;
	g_hash_table_insert(s->pods, g_strdup(uid), tail_pod_new(s->engine, namespace, name, uid));
}

static void add_workload(struct suspects *s, const char *namespace, const char *kind,
			 const char *name)
{
	struct suspect_workload *w = g_new0(struct suspect_workload, 1);

	w->namespace = g_strdup(namespace);
	w->kind = g_strdup(kind);
	w->name = g_strdup(name);
	g_hash_table_add(s->workloads, w);
}

static void add_entry(struct suspects *s, const struct cJSON *entry)
{
	const char *kind = json_string(entry, "object"),
		   *namespace = json_string(entry, "namespace"), *name = json_string(entry, "name");

	if (!kind || !namespace || !name ||
	    g_strcmp0(json_string(entry, "cluster"), s->engine->cluster.name))
		return;
	if (!g_strcmp0(json_string(entry, "kind"), "captured"))
		s->lives(s->user, namespace);
	if (!strcmp(kind, "Pod"))
		add_pod(s, namespace, name, json_string(entry, "uid"));
	else
		add_workload(s, namespace, kind, name);
}

/* Each entry after `seq`. */
static gboolean read_captured(struct suspects *s, gint64 seq, GError **error)
{
	g_autoptr(GError) wrong = NULL;
	g_autoptr(query) q = casefile_query(
		s->engine->file,
		"SELECT e.entry FROM d_named n JOIN entry e ON e.seq = n.seq"
		" WHERE n.kind IN ('captured', 'followed') AND n.seq > ? ORDER BY n.seq",
		error);

	if (!q)
		return FALSE;
	query_bind_int(q, 1, seq);
	while (query_step(q, &wrong)) {
		gsize size;
		const char *bytes = query_bytes(q, 0, &size);
		g_autoptr(json_tree) entry = json_parse(bytes, (gssize)size, NULL);

		if (entry)
			add_entry(s, entry);
	}
	if (!wrong)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&wrong));
	return FALSE;
}

static const char *made_by(const char *kind)
{
	for (gsize i = 0; i < G_N_ELEMENTS(makers); i++)
		if (!strcmp(makers[i].kind, kind))
			return makers[i].makes;
	return kind;
}

static void add_pods_of(struct suspects *s, const struct suspect_workload *w)
{
	const char *owner_kind = made_by(w->kind);
	gboolean direct = !strcmp(owner_kind, w->kind);
	g_autoptr(query) q = casefile_query(
		s->engine->file,
		"SELECT name, uid, owner_name FROM pods WHERE cluster = ? AND namespace = ?"
		" AND owner_kind = ? AND gone IS NULL",
		NULL);

	if (!q)
		return;
	query_bind_text(q, 1, s->engine->cluster.name);
	query_bind_text(q, 2, w->namespace);
	query_bind_text(q, 3, owner_kind);
	while (query_step(q, NULL)) {
		const char *owner = query_text(q, 2);

		if (owner &&
		    (direct ? !strcmp(owner, w->name) : owner_is_named_after(owner, w->name)))
			add_pod(s, w->namespace, query_text(q, 0), query_text(q, 1));
	}
}

static gboolean read_case(void *data)
{
	struct suspects *s = data;
	gint64 head = recorder_head(s->engine->recorder);
	g_autoptr(GError) error = NULL;
	GHashTableIter all;
	void *workload;

	engine_timer_stop(&s->timer);
	/* The entry that names the cluster makes the case grow. */
	if (!s->engine->cluster.name || head == s->head)
		return G_SOURCE_REMOVE;
	if (!read_captured(s, s->head, &error)) {
		g_debug("%s: %s", s->engine->path, error->message);
		return G_SOURCE_REMOVE; /* it is read when the case grows next */
	}
	s->head = head;
	g_hash_table_iter_init(&all, s->workloads);
	while (g_hash_table_iter_next(&all, &workload, NULL))
		add_pods_of(s, workload);
	return G_SOURCE_REMOVE;
}

static void look(struct suspects *s, gint64 ms)
{
	if (!s->timer)
		s->timer = engine_timer(s->engine, ms, read_case, s);
}

static gboolean grown(void *data)
{
	look(data, LOOK_MS);
	return G_SOURCE_CONTINUE;
}

/* --- life ------------------------------------------------------------------------------------ */

struct suspects *suspects_new(struct engine *e, void (*lives)(void *user, const char *namespace),
			      void *user)
{
	struct suspects *s = g_new0(struct suspects, 1);

	s->engine = e;
	s->lives = lives;
	s->user = user;
	s->pods = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, pod_free);
	s->workloads = g_hash_table_new_full(workload_hash, workload_equal, workload_free, NULL);
	s->live = live_watch_new(e->path, e->context, grown, s, NULL);
	look(s, 0);
	return s;
}

guint suspects_workloads(const struct suspects *s)
{
	return g_hash_table_size(s->workloads);
}

void suspects_free(struct suspects *s)
{
	if (!s)
		return;
	live_watch_free(s->live);
	engine_timer_stop(&s->timer);
	g_hash_table_unref(s->pods);
	g_hash_table_unref(s->workloads);
	g_free(s);
}
