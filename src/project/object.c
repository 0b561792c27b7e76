/*
 * Objects: versions, and which version is the current one.
 *
 *  1. A version is known by its subject and resourceVersion, which is never compared but for being the same.
 *  2. What was so after a later entry of the ledger (as_of) replaces what was so after an earlier one, and
 *     what is equally late goes by order of arrival.
 *  3. An object that is as it was costs one statement and no tree: most of every listing after the first.
 */
#include "config.h"

#include "rows.h"

#include <kase/subject.h>
#include <kase/stamp.h>

/* What an object says about itself; "" for what it does not say.  Its own strings. */
struct identity {
	char *namespace, *name, *uid, *version;
};

static void identity_clear(struct identity *id)
{
	g_free(id->namespace);
	g_free(id->name);
	g_free(id->uid);
	g_free(id->version);
}

static char *scan_text(const char *data, gsize size, const char *path)
{
	char *text = json_scan_string(data, size, path);

	return text ? text : g_strdup("");
}

static struct identity identity_scan(const char *data, gsize size)
{
	return (struct identity){
		.namespace = scan_text(data, size, "metadata.namespace"),
		.name = scan_text(data, size, "metadata.name"),
		.uid = scan_text(data, size, "metadata.uid"),
		.version = scan_text(data, size, "metadata.resourceVersion"),
	};
}

static char *tree_text(const struct cJSON *tree, const char *path)
{
	const char *text = json_string(tree, path);

	return g_strdup(text ? text : "");
}

static struct identity identity_read(const struct cJSON *tree)
{
	return (struct identity){
		.namespace = tree_text(tree, "metadata.namespace"),
		.name = tree_text(tree, "metadata.name"),
		.uid = tree_text(tree, "metadata.uid"),
		.version = tree_text(tree, "metadata.resourceVersion"),
	};
}

/* --- an object that is as it was ------------------------------------------------------------------- */

#define TOUCH                                                                \
	"UPDATE d_object SET seen = max(seen, ?7), as_of = ?8, listing = "   \
	"nullif(max(coalesce(listing, 0), coalesce(?9, 0)), 0), gone = NULL" \
	" WHERE subject = (" SUBJECT_ID ") AND resource_version = ?10 AND as_of <= ?8 RETURNING 1"

static void bind_listing(struct query *q, int parameter, const struct source *s)
{
	if (s->listing)
		query_bind_int(q, parameter, s->listing);
	else
		query_bind_null(q, parameter);
}

/* TRUE where its current state is this one, and was noted to be so still. */
static gboolean touch(const struct source *s, const struct subject_key *key,
		      const struct identity *id, GError **error)
{
	struct query *q;
	gint64 one;

	if (!*id->version)
		return FALSE;
	q = projection_query(s->p, TOUCH, error);
	if (!q)
		return FALSE;
	bind_subject(q, key);
	query_bind_int(q, 7, s->at);
	query_bind_int(q, 8, s->as_of);
	bind_listing(q, 9, s);
	query_bind_text(q, 10, id->version);
	return query_value(q, &one, error);
}

/* --- an object that is new or has changed ---------------------------------------------------------- */

/* One object on its way into the tables. */
struct arrival {
	const struct source *source;
	const struct identity *identity;
	struct place place;
	gboolean deleted;
	struct object object;
	gint64 version; /* d_version.id */
};

static gboolean find_version(struct arrival *a, GError **error)
{
	struct query *q = projection_query(
		a->source->p, "SELECT id FROM d_version WHERE subject = ? AND resource_version = ?",
		error);

	if (!q)
		return FALSE;
	query_bind_int(q, 1, a->object.subject);
	query_bind_text(q, 2, a->identity->version);
	return query_value(q, &a->version, error);
}

/* A document without a resourceVersion (made by hand, and imported) has one row, for the last one that came. */
static gboolean add_version(struct arrival *a, GError **error)
{
	GError *failed = NULL;
	struct query *q = projection_query(
		a->source->p,
		"INSERT INTO d_version (subject, resource_version, at, evidence, offset, length)"
		" VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (subject, resource_version) DO UPDATE SET "
		"at = excluded.at,"
		" evidence = excluded.evidence, offset = excluded.offset, length = excluded.length"
		" WHERE resource_version = '' RETURNING id",
		error);

	if (!q)
		return FALSE;
	query_bind_int(q, 1, a->object.subject);
	query_bind_text(q, 2, a->identity->version);
	query_bind_int(q, 3, a->source->at);
	query_bind_int(q, 4, a->source->evidence);
	query_bind_int(q, 5, a->place.offset);
	query_bind_int(q, 6, a->place.length);
	if (query_value(q, &a->version, &failed) || (!failed && find_version(a, &failed)))
		return TRUE;
	if (failed)
		g_propagate_error(error, failed);
	return FALSE;
}

static const struct cJSON *controller_of(const struct cJSON *document)
{
	const struct cJSON *owners = json_at(document, "metadata.ownerReferences");

	for (const struct cJSON *n = json_first(owners); n; n = json_next(n))
		if (json_bool(n, "controller", FALSE))
			return n;
	return NULL;
}

#define BECOME_CURRENT                                                                             \
	"INSERT INTO d_object (subject, resource_version, version, listing, as_of, owner_kind, "   \
	"owner_group,"                                                                             \
	" owner_name, owner_uid, created, deleted, seen, gone) VALUES (?, ?, ?, ?, ?, ?, ?, ?, "   \
	"?, ?, ?, ?, ?)"                                                                           \
	" ON CONFLICT (subject) DO UPDATE SET resource_version = excluded.resource_version,"       \
	" version = excluded.version, listing = nullif(max(coalesce(listing, 0), "                 \
	"coalesce(excluded.listing, 0)), 0), as_of = "                                             \
	"excluded.as_of,"                                                                          \
	" owner_kind = excluded.owner_kind, owner_group = excluded.owner_group, owner_name = "     \
	"excluded.owner_name,"                                                                     \
	" owner_uid = excluded.owner_uid, created = excluded.created, deleted = excluded.deleted," \
	" seen = max(seen, excluded.seen), gone = excluded.gone WHERE excluded.as_of >= as_of "    \
	"RETURNING 1"

/* `object.current` says whether it did. */
static gboolean become_current(struct arrival *a, GError **error)
{
	const struct cJSON *document = a->object.document, *owner = controller_of(document);
	g_autofree char *owner_group = group_of_api_version(json_string(owner, "apiVersion"));
	struct query *q = projection_query(a->source->p, BECOME_CURRENT, error);
	GError *failed = NULL;
	gint64 one;

	if (!q)
		return FALSE;
	query_bind_int(q, 1, a->object.subject);
	query_bind_text(q, 2, a->identity->version);
	query_bind_int(q, 3, a->version);
	bind_listing(q, 4, a->source);
	query_bind_int(q, 5, a->source->as_of);
	bind_text(q, 6, json_string(owner, "kind"));
	query_bind_text(q, 7, owner_group);
	bind_text(q, 8, json_string(owner, "name"));
	bind_text(q, 9, json_string(owner, "uid"));
	bind_time(q, 10, stamp_of(json_string(document, "metadata.creationTimestamp")));
	bind_time(q, 11, stamp_of(json_string(document, "metadata.deletionTimestamp")));
	query_bind_int(q, 12, a->source->at);
	bind_time(q, 13, a->deleted ? a->source->at : STAMP_NONE);
	a->object.current = query_value(q, &one, &failed);
	if (failed)
		g_propagate_error(error, failed);
	return !failed;
}

/* Metadata alone would empty the rows that a whole object has filled. */
static gboolean is_metadata(const struct cJSON *document)
{
	return !g_strcmp0(json_string(document, "kind"), "PartialObjectMetadata");
}

static gboolean arrive(struct arrival *a, const struct subject_key *key, GError **error)
{
	const struct kind *kind = kind_find(key->group, key->kind);

	if (!subject_id(a->source->p, key, &a->object.subject, &a->object.fresh, error))
		return FALSE;
	if (!add_version(a, error) || !become_current(a, error))
		return FALSE;
	return !kind || is_metadata(a->object.document) || kind_write(kind, &a->object, error);
}

/* --- the way in ------------------------------------------------------------------------------------ */

static struct subject_key key_of(const struct source *s, const struct identity *id)
{
	return (struct subject_key){
		.cluster = s->cluster,
		.group = s->group,
		.kind = s->kind,
		.namespace = id->namespace,
		.name = id->name,
		.uid = id->uid,
	};
}

static gboolean add_known(const struct source *s, const struct identity *id,
			  const struct cJSON *tree, struct place place, gboolean deleted,
			  GError **error)
{
	struct subject_key key = key_of(s, id);
	struct arrival a = {
		.source = s,
		.identity = id,
		.place = place,
		.deleted = deleted,
		.object = { .p = s->p, .document = tree },
	};

	return arrive(&a, &key, error);
}

/* Items of a List say no kind, those of metadata a wrong one: the evidence's word goes before theirs. */
static gboolean add_tree(const struct source *s, const struct identity *id,
			 const struct cJSON *tree, struct place place, gboolean deleted,
			 GError **error)
{
	g_autofree char *group = group_of_api_version(json_string(tree, "apiVersion"));
	struct source own = *s;

	if (!own.kind) {
		own.kind = json_string(tree, "kind");
		own.group = group;
	}
	if (!own.kind || !*id->name)
		return gap_not_understood(s, place.offset, "no object with kind and name", error);
	return add_known(&own, id, tree, place, deleted, error);
}

gboolean object_add_tree(const struct source *s, const struct cJSON *tree, struct place place,
			 GError **error)
{
	struct identity id = identity_read(tree);
	gboolean done = add_tree(s, &id, tree, place, FALSE, error);

	identity_clear(&id);
	return done;
}

/*
 * Who set which field is a third of a pod's bytes and more, and no row holds it: a tree is made of the rest.  Most of
 * what projecting costs is the making of trees.
 */
static struct cJSON *parse_lean(const char *data, gsize size, GError **error)
{
	struct json_slice managed;
	g_autoptr(GString) lean = NULL;
	struct cJSON *tree;

	if (!json_scan_member(data, size, "metadata.managedFields", &managed))
		return json_parse(data, size, error);
	lean = g_string_sized_new(size);
	g_string_append_len(lean, data, managed.offset);
	g_string_append(lean, "null");
	g_string_append_len(lean, data + managed.offset + managed.length,
			    size - managed.offset - managed.length);
	tree = json_parse(lean->str, lean->len, NULL);
	return tree ? tree : json_parse(data, size, error); /* which says where it goes wrong */
}

#define KEEP                                                                                \
	"UPDATE d_object SET seen = max(seen, ?7), listing = max(coalesce(listing, 0), ?9)" \
	" WHERE subject = (" SUBJECT_ID ") AND as_of <= ?8"

/* It is listed, so it is not gone, though its state is not understood. */
static gboolean keep(const struct source *s, const struct identity *id, GError **error)
{
	struct subject_key key = key_of(s, id);
	struct query *q = projection_query(s->p, KEEP, error);

	if (!q)
		return FALSE;
	bind_subject(q, &key);
	query_bind_int(q, 7, s->at);
	query_bind_int(q, 8, s->as_of);
	query_bind_int(q, 9, s->listing);
	return query_run(q, error);
}

static gboolean not_understood(const struct source *s, const struct identity *id,
			       struct place place, const char *why, GError **error)
{
	return (!s->listing || !s->kind || keep(s, id, error)) &&
	       gap_not_understood(s, place.offset, why, error);
}

static gboolean parse_and_add(const struct source *s, const struct identity *id, const char *data,
			      struct place place, gboolean deleted, GError **error)
{
	g_autoptr(GError) wrong = NULL;
	struct cJSON *tree;
	gboolean done;

	json_scratch_begin();
	tree = parse_lean(data, place.length, &wrong);
	done = tree ? add_tree(s, id, tree, place, deleted, error)
		    : not_understood(s, id, place, wrong->message, error);
	json_scratch_end();
	return done;
}

gboolean object_add(const struct source *s, const char *data, struct place place, gboolean deleted,
		    GError **error)
{
	struct identity id = identity_scan(data, place.length);
	struct subject_key key = key_of(s, &id);
	GError *failed = NULL;
	gboolean done = s->kind && !deleted && touch(s, &key, &id, &failed);

	if (!done && !failed)
		done = parse_and_add(s, &id, data, place, deleted, &failed);
	identity_clear(&id);
	if (failed)
		g_propagate_error(error, failed);
	return done;
}
