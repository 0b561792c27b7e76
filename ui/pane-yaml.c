#include "pane.h"
#include "panes.h"

#include <kase/json.h>
#include <kase/yaml.h>

/* The state that is the current one, and the one that was of a version. */
#define STATE                                                                                    \
	"SELECT v.id, v.evidence, v.offset, v.length, v.resource_version, s.namespace, s.name, " \
	"s.uid"                                                                                  \
	" FROM d_version v JOIN d_subject s ON s.id = v.subject WHERE v.id = "
static const char current[] = STATE "(SELECT version FROM d_object WHERE subject = ?1)";
static const char earlier[] = STATE "?1";

static gboolean is_it(const struct cJSON *object, struct query *q)
{
	const char *namespace = json_string(object, "metadata.namespace") ?: "";
	const char *uid = json_string(object, "metadata.uid") ?: "";

	return g_strcmp0(namespace, query_text(q, 5)) == 0 &&
	       g_strcmp0(uid, query_text(q, 7)) == 0 &&
	       g_strcmp0(json_string(object, "metadata.name"), query_text(q, 6)) == 0;
}

/* The object that the row is of, in a document of YAML: itself, or an item of its List.  Caller owns. */
static struct cJSON *find_in_yaml(const char *data, gsize size, struct query *q, GError **error)
{
	g_autoptr(GPtrArray) documents = yaml_parse(data, size, error);
	const struct cJSON *object;

	if (!documents)
		return NULL;
	for (guint i = 0; i < documents->len; i++) {
		object = documents->pdata[i];
		if (is_it(object, q))
			return json_copy(object);
		for (object = json_first(json_get(object, "items")); object;
		     object = json_next(object))
			if (is_it(object, q))
				return json_copy(object);
	}
	g_set_error(error, CASE_ERROR, CASE_ERROR_NOT_FOUND,
		    "what was brought holds no object of this name");
	return NULL;
}

static gboolean read_version(struct document *d, struct casefile *c, struct query *q,
			     GError **error)
{
	gsize length = (gsize)query_int(q, 3);
	g_autoptr(GBytes)
		bytes = casefile_bytes(c, query_int(q, 1), (guint64)query_int(q, 2), length, error);
	g_autoptr(json_tree) tree = NULL;
	g_autofree char *yaml = NULL;
	const char *data;
	gsize size;

	if (!bytes)
		return FALSE;
	data = g_bytes_get_data(bytes, &size);
	tree = json_parse(data, (gssize)size, NULL);
	if (!tree) /* what people bring is mostly YAML */
		tree = find_in_yaml(data, size, q, error);
	if (!tree)
		return FALSE;
	yaml = yaml_print(tree);
	d->lines = document_lines(yaml);
	d->version = query_int(q, 0);
	d->about = g_strdup_printf(
		"version %s, e%" G_GINT64_FORMAT "@%" G_GINT64_FORMAT "+%" G_GINT64_FORMAT,
		query_text(q, 4), query_int(q, 1), query_int(q, 2), query_int(q, 3));
	return TRUE;
}

static gboolean read_yaml(struct document *d, struct casefile *c, GError **error)
{
	gint64 version = d->item.ids[ITEM_VERSION];
	g_autoptr(query) q = casefile_query(c, version ? earlier : current, error);

	if (!q)
		return FALSE;
	query_bind_int(q, 1, version ? version : d->item.ids[ITEM_SUBJECT]);
	if (!query_step(q, error)) {
		if (!error || !*error)
			g_set_error(error, CASE_ERROR, CASE_ERROR_NOT_FOUND,
				    "the case holds no document of this; its row was made by what "
				    "is known of it elsewhere");
		return FALSE;
	}
	return query_int(q, 0) == d->version || read_version(d, c, q, error);
}

const struct pane_kind pane_yaml = {
	.name = "yaml",
	.help = "an object as it was recorded",
	.title = "YAML",
	.shape = &reader_shape,
	.read = read_yaml,
	.takes = PANE_TAKES_SUBJECT,
	.ring = TRUE,
	.needs = TRUE,
	.opens = { { COMMAND_EVIDENCE, "evidence" }, { COMMAND_VERSIONS, "versions" } },
};
