/* Objects out of a case. */
#include <kase/describe.h>

#include <kase/stamp.h>
#include <kase/subject.h>
#include <kase/yaml.h>

#include "tell.h"

#define LIST_HEAD_BYTES 4096 /* of a List, at most; what stands before its items */

/* --- states -------------------------------------------------------------------------------------- */

#define STATE                                                                               \
	"SELECT v.id, v.subject, v.at, v.evidence, v.offset, v.length, v.resource_version," \
	" s.kind, s.namespace, s.name, s.uid"                                               \
	" FROM d_version v JOIN d_subject s ON s.id = v.subject WHERE v.id = "
static const char current[] = STATE "(SELECT version FROM d_object WHERE subject = ?1)";
static const char earlier[] = STATE "?1";

void describe_state_clear(struct describe_state *state)
{
	g_free(state->resource_version);
	g_free(state->kind);
	g_free(state->namespace);
	g_free(state->name);
	g_free(state->uid);
	*state = (struct describe_state){ 0 };
}

gboolean describe_state_find(struct casefile *c, gint64 subject_id, gint64 version,
			     struct describe_state *out, GError **error)
{
	g_autoptr(query) q = casefile_query(c, version ? earlier : current, error);
	g_autoptr(GError) trouble = NULL;

	*out = (struct describe_state){ 0 };
	if (!q)
		return FALSE;
	query_bind_int(q, 1, version ? version : subject_id);
	if (!query_step(q, &trouble)) {
		if (!trouble)
			g_set_error(&trouble, CASE_ERROR, CASE_ERROR_NOT_FOUND,
				    "the case holds no document of this; its row was made by what "
				    "is known of it elsewhere");
		g_propagate_error(error, g_steal_pointer(&trouble));
		return FALSE;
	}
	*out = (struct describe_state){
		.id = query_int(q, 0),
		.subject = query_int(q, 1),
		.at = query_int(q, 2),
		.evidence = query_int(q, 3),
		.offset = query_int(q, 4),
		.length = query_int(q, 5),
		.resource_version = g_strdup(query_text(q, 6)),
		.kind = g_strdup(query_text(q, 7)),
		.namespace = g_strdup(query_text(q, 8)),
		.name = g_strdup(query_text(q, 9)),
		.uid = g_strdup(query_text(q, 10)),
	};
	return TRUE;
}

static gboolean is_it(const struct cJSON *object, const struct describe_state *state)
{
	const char *namespace = json_string(object, "metadata.namespace") ?: "";
	const char *uid = json_string(object, "metadata.uid") ?: "";

	return g_strcmp0(namespace, state->namespace) == 0 && g_strcmp0(uid, state->uid) == 0 &&
	       g_strcmp0(json_string(object, "metadata.name"), state->name) == 0;
}

/* The object, in a document of YAML: itself, or an item of its List.  Caller owns. */
static struct cJSON *find_in_yaml(const char *data, gsize size, const struct describe_state *state,
				  GError **error)
{
	g_autoptr(GPtrArray) documents = yaml_parse(data, size, error);
	const struct cJSON *object;

	if (!documents)
		return NULL;
	for (guint i = 0; i < documents->len; i++) {
		object = documents->pdata[i];
		if (is_it(object, state))
			return json_copy(object);
		for (object = json_first(json_get(object, "items")); object;
		     object = json_next(object))
			if (is_it(object, state))
				return json_copy(object);
	}
	g_set_error(error, CASE_ERROR, CASE_ERROR_NOT_FOUND,
		    "what was brought holds no object of this name");
	return NULL;
}

struct cJSON *describe_state_read(struct casefile *c, const struct describe_state *state,
				  GError **error)
{
	g_autoptr(GBytes) bytes = casefile_bytes(c, state->evidence, (guint64)state->offset,
						 (gsize)state->length, error);
	struct cJSON *object;
	const char *data;
	gsize size;

	if (!bytes)
		return NULL;
	data = g_bytes_get_data(bytes, &size);
	object = json_parse(data, (gssize)size, NULL);
	/* What people bring is mostly YAML. */
	return object ? object : find_in_yaml(data, size, state, error);
}

/* What its List says, whose own members come before its items. */
static char *version_of_list(struct casefile *c, const struct describe_state *state)
{
	gsize size = (gsize)MIN(state->offset, LIST_HEAD_BYTES);
	g_autoptr(GBytes) head = size ? casefile_bytes(c, state->evidence, 0, size, NULL) : NULL;
	const char *data = head ? g_bytes_get_data(head, &size) : NULL;
	struct json_slice value;

	if (!data || !json_scan_member(data, size, "apiVersion", &value))
		return NULL;
	return json_slice_string(data, value);
}

struct cJSON *describe_state_read_named(struct casefile *c, const struct describe_state *state,
					GError **error)
{
	g_autoptr(json_tree) object = describe_state_read(c, state, error);
	g_autofree char *version = NULL;
	struct cJSON *named;

	if (!object || json_get(object, "kind") || json_get(object, "apiVersion"))
		return g_steal_pointer(&object);
	version = version_of_list(c, state);
	if (!version)
		return g_steal_pointer(&object);
	named = json_new_object();
	json_set_string(named, "apiVersion", version);
	json_set_string(named, "kind", state->kind);
	for (const struct cJSON *n = json_first(object); n; n = json_next(n))
		json_append_take(named, json_key(n), json_copy(n));
	return named;
}

static gint64 one_number(struct casefile *c, const char *sql, gint64 parameter, GError **error)
{
	g_autoptr(query) q = casefile_query(c, sql, error);

	if (!q)
		return 0;
	query_bind_int(q, 1, parameter);
	return query_step(q, error) ? query_int(q, 0) : 0;
}

gint64 describe_version_before(struct casefile *c, gint64 version, GError **error)
{
	return one_number(c,
			  "SELECT b.id FROM d_version v JOIN d_version b ON b.subject = v.subject"
			  " WHERE v.id = ?1 AND (b.at, b.id) < (v.at, v.id)"
			  " ORDER BY b.at DESC, b.id DESC LIMIT 1",
			  version, error);
}

/* --- events -------------------------------------------------------------------------------------- */

/*
 * Of a name that is used again, each life has its own: none of its events was last seen before it was made.  Events are far fewer
 * than subjects: CROSS JOIN keeps SQLite from going through all of these.
 */
#define EVENTS                                                                    \
	" FROM d_subject s CROSS JOIN d_event e CROSS JOIN d_subject es"          \
	" JOIN d_object o ON o.subject = e.subject"                               \
	" LEFT JOIN d_object p ON p.subject = s.id"                               \
	" WHERE s.id = ?1 AND es.id = e.subject AND es.cluster = s.cluster"       \
	" AND e.regarding = " SUBJECT_SQL                                         \
	" AND (p.created IS NULL OR e.last_at IS NULL OR e.last_at >= p.created)" \
	" AND (p.gone IS NULL OR e.first_at IS NULL OR e.first_at <= p.gone)"

gint64 describe_newest_event(struct casefile *c, gint64 subject_id)
{
	return one_number(c, "SELECT max(o.version)" EVENTS, subject_id, NULL);
}

static void set_moment(struct cJSON *o, const char *key, struct query *q, int column)
{
	char stamp[STAMP_CHARS];

	if (!query_is_null(q, column))
		json_set_string(o, key, stamp_format_seconds(query_int(q, column), stamp));
}

struct cJSON *describe_events(struct casefile *c, gint64 subject_id, GError **error)
{
	g_autoptr(query) q = casefile_query(c,
					    "SELECT e.type, e.reason, e.count, e.first_at,"
					    " e.last_at, e.source, e.message" EVENTS
					    " ORDER BY e.last_at, e.first_at, e.subject",
					    error);
	struct cJSON *out;

	if (!q)
		return NULL;
	out = json_new_array();
	query_bind_int(q, 1, subject_id);
	while (query_step(q, error)) {
		struct cJSON *o = json_new_object();

		json_set_string(o, "type", query_text(q, 0));
		json_set_string(o, "reason", query_text(q, 1));
		json_set_int(o, "count", query_int(q, 2));
		set_moment(o, "first", q, 3);
		set_moment(o, "last", q, 4);
		json_set_string(o, "source", query_text(q, 5));
		json_set_string(o, "message", query_text(q, 6));
		json_add_take(out, o);
	}
	return out;
}

/* --- names --------------------------------------------------------------------------------------- */

#define FIND                                                                    \
	"SELECT s.id FROM d_subject s LEFT JOIN d_object o ON o.subject = s.id" \
	" WHERE s.name = ?1 AND s.namespace = ?2 AND lower(s.kind) = ?3"        \
	" AND s.group_ = ?4 AND (?5 IS NULL OR s.cluster = ?5)"                 \
	" ORDER BY o.subject IS NULL, o.gone IS NOT NULL, o.seen DESC LIMIT 1"

gint64 describe_subject(struct casefile *c, const char *text, GError **error)
{
	g_autoptr(subject) parsed = subject_parse(text, error);
	g_autoptr(query) q = parsed ? casefile_query(c, FIND, error) : NULL;
	g_autoptr(GError) trouble = NULL;

	if (!q)
		return 0;
	query_bind_text(q, 1, parsed->name);
	query_bind_text(q, 2, parsed->namespace ? parsed->namespace : "");
	query_bind_text(q, 3, parsed->kind);
	query_bind_text(q, 4, parsed->group);
	query_bind_text(q, 5, parsed->cluster);
	if (query_step(q, &trouble))
		return query_int(q, 0);
	if (!trouble)
		g_set_error(&trouble, CASE_ERROR, CASE_ERROR_NOT_FOUND, "the case knows no %s",
			    text);
	g_propagate_error(error, g_steal_pointer(&trouble));
	return 0;
}
