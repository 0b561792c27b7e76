/*
 * Which kinds a server has.  Two requests where it aggregates its answer (from 1.26 on, and by
 * default from 1.27); else one more for each group and version.
 */
#include <kase/kube.h>

#include <string.h>

#define ANSWER_BYTES (32 << 20)

static const char aggregated[] =
	"application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
	"application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,"
	"application/json";

struct discovering {
	struct http *http;
	void (*done)(void *user, struct kube_discovery *found, const struct http_head *head,
		     const GError *error);
	void *user;
	struct kube_discovery *found;
	GHashTable *seen;    /* "resource.group": the preferred version comes first */
	GPtrArray *versions; /* of char *, paths that are still to be asked for one by one */
	guint at;
	guint refs; /* of transfers that have it as their user */
};

static void resource_free(void *data)
{
	struct kube_resource *r = data;

	g_free((char *)r->group);
	g_free((char *)r->version);
	g_free((char *)r->resource);
	g_free((char *)r->kind);
	g_free(r);
}

void kube_discovery_free(struct kube_discovery *d)
{
	if (!d)
		return;
	g_ptr_array_unref(d->resources);
	g_ptr_array_unref(d->stale);
	g_clear_pointer(&d->core, g_bytes_unref);
	g_clear_pointer(&d->groups, g_bytes_unref);
	g_free(d);
}

/* The last transfer has gone: all was told, or its http was freed. */
static void discovering_unref(void *data)
{
	struct discovering *d = data;

	if (--d->refs)
		return;
	kube_discovery_free(d->found);
	g_hash_table_unref(d->seen);
	g_ptr_array_unref(d->versions);
	g_free(d);
}

static gboolean has_verb(const struct cJSON *verbs, const char *verb)
{
	for (const struct cJSON *v = json_first(verbs); v; v = json_next(v))
		if (g_strcmp0(json_text(v), verb) == 0)
			return TRUE;
	return FALSE;
}

static void add_resource(struct discovering *d, const char *group, const char *version,
			 const char *resource, const char *kind, gboolean namespaced,
			 const struct cJSON *verbs)
{
	struct kube_resource *r;
	char *key;

	if (!resource || !kind || !version || strchr(resource, '/') || !has_verb(verbs, "list") ||
	    !has_verb(verbs, "get"))
		return;
	key = g_strconcat(resource, ".", group, NULL);
	if (!g_hash_table_add(d->seen, key))
		return;
	r = g_new0(struct kube_resource, 1);
	r->group = g_strdup(group);
	r->version = g_strdup(version);
	r->resource = g_strdup(resource);
	r->kind = g_strdup(kind);
	r->namespaced = namespaced;
	r->metadata_only = !*group && (g_str_equal(resource, "secrets") ||
				       g_str_equal(resource, "configmaps"));
	g_ptr_array_add(d->found->resources, r);
}

/* --- the aggregated form ---------------------------------------------------------------------- */

static void take_version(struct discovering *d, const char *group, const struct cJSON *version)
{
	if (g_strcmp0(json_string(version, "freshness"), "Stale") == 0)
		g_ptr_array_add(d->found->stale,
				g_strconcat(group, "/", json_string(version, "version"), NULL));
	for (const struct cJSON *r = json_first(json_get(version, "resources")); r;
	     r = json_next(r))
		add_resource(d, group, json_string(version, "version"), json_string(r, "resource"),
			     json_string(r, "responseKind.kind"),
			     g_strcmp0(json_string(r, "scope"), "Namespaced") == 0,
			     json_get(r, "verbs"));
}

static void take_groups(struct discovering *d, const struct cJSON *list)
{
	for (const struct cJSON *g = json_first(json_get(list, "items")); g; g = json_next(g))
		for (const struct cJSON *v = json_first(json_get(g, "versions")); v;
		     v = json_next(v))
			take_version(d, json_string(g, "metadata.name") ?: "", v);
}

/* --- the plain form --------------------------------------------------------------------------- */

static void want_version(struct discovering *d, const char *prefix, const char *group_version)
{
	if (group_version)
		g_ptr_array_add(d->versions, g_strconcat(prefix, group_version, NULL));
}

static void want_plain(struct discovering *d, const struct cJSON *answer)
{
	for (const struct cJSON *v = json_first(json_get(answer, "versions")); v; v = json_next(v))
		want_version(d, "/api/", json_text(v));
	for (const struct cJSON *g = json_first(json_get(answer, "groups")); g; g = json_next(g)) {
		want_version(d, "/apis/", json_string(g, "preferredVersion.groupVersion"));
		for (const struct cJSON *v = json_first(json_get(g, "versions")); v;
		     v = json_next(v))
			if (g_strcmp0(json_string(v, "groupVersion"),
				      json_string(g, "preferredVersion.groupVersion")) != 0)
				want_version(d, "/apis/", json_string(v, "groupVersion"));
	}
}

static void take_resource_list(struct discovering *d, const struct cJSON *list)
{
	const char *group_version = json_string(list, "groupVersion");
	const char *slash = group_version ? strchr(group_version, '/') : NULL;
	g_autofree char *group = slash ? g_strndup(group_version, (gsize)(slash - group_version))
				       : g_strdup("");

	for (const struct cJSON *r = json_first(json_get(list, "resources")); r; r = json_next(r))
		add_resource(d, group, slash ? slash + 1 : group_version, json_string(r, "name"),
			     json_string(r, "kind"), json_bool(r, "namespaced", FALSE),
			     json_get(r, "verbs"));
}

/* --- asking ----------------------------------------------------------------------------------- */

static void ask(struct discovering *d, const char *path, const char *accept,
		void (*done)(void *user, const struct http_head *head, GBytes *body,
			     const GError *error))
{
	struct http_call call = {
		.path = path,
		.accept = accept,
		.max_bytes = ANSWER_BYTES,
		.done = done,
		.user = d,
		.user_free = discovering_unref,
	};

	d->refs++;
	http_get(d->http, &call);
}

static void end(struct discovering *d, const struct http_head *head, const GError *error)
{
	d->done(d->user, error ? NULL : g_steal_pointer(&d->found), head, error);
}

static void ask_next_version(struct discovering *d, const struct http_head *head);

/* "a.b/v2" of "/apis/a.b/v2", "/v1" of "/api/v1": as the aggregated form has it.  Caller owns. */
static char *group_version_of(const char *path)
{
	return g_strdup(g_str_has_prefix(path, "/apis/") ? path + strlen("/apis/")
							 : path + strlen("/api"));
}

static void on_version(void *user, const struct http_head *head, GBytes *body, const GError *error)
{
	struct discovering *d = user;
	g_autoptr(json_tree) list = error ? NULL
					  : json_parse(g_bytes_get_data(body, NULL),
						       (gssize)g_bytes_get_size(body), NULL);

	/* One server behind the API that does not answer, or not what it was asked, must not hide
	 * the others. */
	if (g_strcmp0(json_string(list, "kind"), "APIResourceList") == 0)
		take_resource_list(d, list);
	else
		g_ptr_array_add(d->found->stale, group_version_of(d->versions->pdata[d->at - 1]));
	ask_next_version(d, head);
}

static void ask_next_version(struct discovering *d, const struct http_head *head)
{
	if (d->at == d->versions->len)
		end(d, head, NULL);
	else
		ask(d, d->versions->pdata[d->at++], NULL, on_version);
}

static const struct {
	const char *kind;
	void (*take)(struct discovering *d, const struct cJSON *answer);
} forms[] = {
	{ "APIGroupDiscoveryList", take_groups },
	{ "APIVersions", want_plain },
	{ "APIGroupList", want_plain },
};

static gboolean take_answer(struct discovering *d, GBytes *body, GError **error)
{
	g_autoptr(GError) wrong = NULL;
	g_autoptr(json_tree) answer = json_parse(g_bytes_get_data(body, NULL),
						 (gssize)g_bytes_get_size(body), &wrong);
	const char *kind = json_string(answer, "kind");

	for (gsize i = 0; i < G_N_ELEMENTS(forms); i++)
		if (g_strcmp0(kind, forms[i].kind) == 0) {
			forms[i].take(d, answer);
			return TRUE;
		}
	g_set_error(error, KUBE_ERROR, KUBE_ERROR_GARBLED,
		    "what the server says it has cannot be understood: %s; what stands between?",
		    wrong ? wrong->message : "it is no list of API groups");
	return FALSE;
}

static void on_groups(void *user, const struct http_head *head, GBytes *body, const GError *error)
{
	struct discovering *d = user;
	g_autoptr(GError) wrong = NULL;

	if (!error && take_answer(d, body, &wrong)) {
		d->found->groups = g_bytes_ref(body);
		ask_next_version(d, head);
		return;
	}
	end(d, head, error ? error : wrong);
}

static void on_core(void *user, const struct http_head *head, GBytes *body, const GError *error)
{
	struct discovering *d = user;
	g_autoptr(GError) wrong = NULL;

	if (!error && take_answer(d, body, &wrong)) {
		d->found->core = g_bytes_ref(body);
		ask(d, "/apis", aggregated, on_groups);
		return;
	}
	end(d, head, error ? error : wrong);
}

void kube_discover(struct http *h,
		   void (*done)(void *user, struct kube_discovery *found,
				const struct http_head *head, const GError *error),
		   void *user)
{
	struct discovering *d = g_new0(struct discovering, 1);

	d->http = h;
	d->done = done;
	d->user = user;
	d->found = g_new0(struct kube_discovery, 1);
	d->found->resources = g_ptr_array_new_with_free_func(resource_free);
	d->found->stale = g_ptr_array_new_with_free_func(g_free);
	d->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	d->versions = g_ptr_array_new_with_free_func(g_free);
	ask(d, "/api", aggregated, on_core);
}
