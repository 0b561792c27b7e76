#include "log-facts.h"

#include <kase/stamp.h>

/* A log that a person brought is of the pod of that name: its uid and cluster are not known. */
#define SUBJECTS                                                                         \
	"(SELECT s.id FROM d_subject x JOIN d_subject s ON s.cluster IN (x.cluster, '')" \
	" AND s.group_ = x.group_ AND s.kind = x.kind AND s.namespace = x.namespace"     \
	" AND s.name = x.name AND s.uid IN (x.uid, '') WHERE x.id = ?1)"
#define LOOSE "FROM d_line l WHERE l.instance = i.id AND l.at IS NULL"
#define TIMED \
	"(SELECT l.at FROM d_line l WHERE l.instance = i.id AND l.at IS NOT NULL ORDER BY l.at "

static const char containers_sql[] =
	"SELECT c.name, c.type, coalesce((SELECT sum(g.lines) FROM d_log g WHERE g.container = "
	"c.name"
	" AND g.subject IN " SUBJECTS
	"), 0) FROM (SELECT name, type, n FROM d_container WHERE subject"
	" = ?1 UNION ALL SELECT DISTINCT i.container, '', 1000000 FROM d_instance i WHERE "
	"i.subject IN " SUBJECTS
	" AND i.container NOT IN (SELECT name FROM d_container WHERE subject = ?1)) c"
	" ORDER BY c.n, c.name";

static const char instances_sql[] =
	"SELECT i.id, i.container, i.previous, coalesce(i.restart, -1), i.started, i.finished,"
	" coalesce(i.exit_code, -1), coalesce(i.reason, ''), " TIMED "LIMIT 1), " TIMED
	"DESC LIMIT 1), coalesce((SELECT min(l.id) " LOOSE
	"), 0), coalesce((SELECT max(l.id) " LOOSE
	"), 0) FROM d_instance i WHERE i.subject IN " SUBJECTS
	" ORDER BY i.container, i.restart, i.id";

static const char pod_sql[] = "SELECT iif(namespace = '', '', namespace || '/') || name,"
			      " kind = 'Pod' AND group_ = '' FROM d_subject WHERE id = ?1";

int log_key_compare(const struct log_key *a, const struct log_key *b)
{
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

static void container_free(void *data)
{
	struct log_container *c = data;

	g_free(c->name);
	g_free(c->type);
	g_free(c);
}

static void instance_free(void *data)
{
	struct log_instance *i = data;

	g_free(i->reason);
	g_free(i);
}

static gint64 moment(struct query *q, int column)
{
	return query_is_null(q, column) ? STAMP_NONE : query_int(q, column);
}

static void add_container(struct log_facts *f, struct query *q)
{
	struct log_container *c = g_new0(struct log_container, 1);

	c->name = g_strdup(query_text(q, 0));
	c->type = g_strdup(query_text(q, 1));
	c->lines = query_int(q, 2);
	f->lines += c->lines;
	g_ptr_array_add(f->containers, c);
}

static int container_named(const struct log_facts *f, const char *name)
{
	for (guint i = 0; i < f->containers->len; i++)
		if (!g_strcmp0(((struct log_container *)f->containers->pdata[i])->name, name))
			return (int)i;
	return -1;
}

static void add_instance(struct log_facts *f, struct query *q)
{
	struct log_instance *i = g_new0(struct log_instance, 1);

	*i = (struct log_instance){
		.id = query_int(q, 0),
		.container = container_named(f, query_text(q, 1)),
		.previous = query_int(q, 2) != 0,
		.restart = query_int(q, 3),
		.started = moment(q, 4),
		.finished = moment(q, 5),
		.exit_code = query_int(q, 6),
		.reason = g_strdup(query_text(q, 7)),
		.first_at = moment(q, 8),
		.last_at = moment(q, 9),
		.first_loose = query_int(q, 10),
		.last_loose = query_int(q, 11),
	};
	g_ptr_array_add(f->instances, i);
}

static gboolean read_each(struct log_facts *f, struct casefile *c, gint64 subject, const char *sql,
			  void (*add)(struct log_facts *f, struct query *q), GError **error)
{
	g_autoptr(GError) trouble = NULL;
	g_autoptr(query) q = casefile_query(c, sql, error);

	if (!q)
		return FALSE;
	query_bind_int(q, 1, subject);
	while (query_step(q, &trouble))
		add(f, q);
	if (!trouble)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&trouble));
	return FALSE;
}

/* An empty log is something else than none. */
static gboolean was_asked(struct casefile *c, const char *pod)
{
	g_autofree char *written = g_strconcat("pod/", pod, NULL);
	g_autoptr(query)
		q = casefile_query(c,
				   "SELECT 1 FROM d_evidence WHERE type = 'log' AND subject = ?1"
				   " LIMIT 1",
				   NULL);

	if (!q)
		return FALSE;
	query_bind_text(q, 1, written);
	return query_step(q, NULL);
}

static char *pod_name(struct casefile *c, gint64 subject, gboolean *is_pod)
{
	g_autoptr(query) q = casefile_query(c, pod_sql, NULL);

	if (!q)
		return NULL;
	query_bind_int(q, 1, subject);
	if (!query_step(q, NULL))
		return NULL;
	*is_pod = query_int(q, 1) != 0;
	return g_strdup(query_text(q, 0));
}

static int by_key(gconstpointer a, gconstpointer b)
{
	const struct log_note *const *one = a, *const *other = b;

	return log_key_compare(&(*one)->key, &(*other)->key);
}

/* Before each line of their moment, in the order in which they were told. */
static void order_notes(struct log_facts *f)
{
	for (guint i = 0; i < f->notes->len; i++)
		((struct log_note *)f->notes->pdata[i])->key.id = (gint64)i - f->notes->len;
	g_ptr_array_sort(f->notes, by_key);
	for (guint i = 0; i < f->notes->len; i++)
		((struct log_note *)f->notes->pdata[i])->key.id = (gint64)i - f->notes->len;
}

struct log_facts *log_facts_read(struct casefile *c, gint64 subject, GError **error)
{
	struct log_facts *f = g_atomic_rc_box_new0(struct log_facts);
	g_autofree char *pod = pod_name(c, subject, &f->is_pod);

	f->containers = g_ptr_array_new_with_free_func(container_free);
	f->instances = g_ptr_array_new_with_free_func(instance_free);
	f->notes = g_ptr_array_new_with_free_func(log_note_free);
	if (!read_each(f, c, subject, containers_sql, add_container, error) ||
	    !read_each(f, c, subject, instances_sql, add_instance, error) ||
	    (pod && !log_notes_of_gaps(f, c, pod, error))) {
		log_facts_unref(f);
		return NULL;
	}
	f->asked = pod && f->lines == 0 && was_asked(c, pod);
	log_notes_of_instances(f);
	order_notes(f);
	return f;
}

struct log_facts *log_facts_ref(struct log_facts *f)
{
	return g_atomic_rc_box_acquire(f);
}

static void clear(void *data)
{
	struct log_facts *f = data;

	g_ptr_array_unref(f->containers);
	g_ptr_array_unref(f->instances);
	g_ptr_array_unref(f->notes);
}

void log_facts_unref(struct log_facts *f)
{
	if (f)
		g_atomic_rc_box_release_full(f, clear);
}
