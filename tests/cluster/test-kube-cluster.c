/* The client against the real cluster that KASE_TEST_KUBECONFIG names, held against what kubectl says of it. */
#include <kase/kube.h>

#include <string.h>

#include "../lib/loop.h"

static char *config_of(const char *name)
{
	const char *admin = g_getenv("KASE_TEST_KUBECONFIG");
	g_autofree char *folder = admin ? g_path_get_dirname(admin) : NULL;
	char *path = folder ? g_build_filename(folder, name, NULL) : NULL;

	if (path && g_file_test(path, G_FILE_TEST_EXISTS))
		return path;
	g_free(path);
	g_test_skip("no cluster: KASE_TEST_KUBECONFIG names none");
	return NULL;
}

/* NULL: skipped. */
static struct http *open_as(const char *name)
{
	g_autofree char *path = config_of(name);
	g_autoptr(GError) error = NULL;
	g_autoptr(kubeconfig) k = path ? kubeconfig_load(path, &error) : NULL;
	struct kube_access *access = k ? kubeconfig_access(k, NULL, &error) : NULL;
	struct http *h = access ? http_new(NULL, access, "kase/test", &error) : NULL;

	g_assert_no_error(error);
	return h;
}

/* What kubectl prints, as admin.  Caller owns. */
static char *kubectl(const char *const *args)
{
	g_autofree char *config = config_of("admin.conf");
	g_autoptr(GPtrArray) argv = g_ptr_array_new();
	g_autoptr(GError) error = NULL;
	char *out = NULL;
	int status;

	g_ptr_array_add(argv, "kubectl");
	g_ptr_array_add(argv, "--kubeconfig");
	g_ptr_array_add(argv, config);
	for (; *args; args++)
		g_ptr_array_add(argv, (char *)*args);
	g_ptr_array_add(argv, NULL);
	g_spawn_sync(NULL, (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &out, NULL,
		     &status, &error);
	g_assert_no_error(error);
	g_assert_true(g_spawn_check_wait_status(status, NULL));
	return out;
}
#define KUBECTL(...) kubectl((const char *const[]){ __VA_ARGS__, NULL })

/* --- lists --------------------------------------------------------------------------------------- */

struct listing {
	GHashTable *seen; /* "uid resourceVersion" */
	guint pages, withheld;
	gsize items;
	char *log_pod, *log_container; /* in payments */
	char *version;
	gboolean done;
	GError *error;
};

static void take_object(struct listing *l, const struct cJSON *o)
{
	const char *name = json_string(o, "metadata.name");

	g_hash_table_add(l->seen, g_strconcat(json_string(o, "metadata.uid"), " ",
					      json_string(o, "metadata.resourceVersion"), NULL));
	if (l->log_pod || !name || !g_str_has_prefix(name, "checkout-") ||
	    g_strcmp0(json_string(o, "status.phase"), "Running") != 0)
		return;
	l->log_pod = g_strdup(name);
	l->log_container = g_strdup(json_string(json_first(json_at(o, "spec.containers")), "name"));
}

static void take_list(struct listing *l, const char *data, gssize size)
{
	g_autoptr(json_tree) list = json_parse(data, size, NULL);

	g_assert_nonnull(list);
	for (const struct cJSON *o = json_first(json_get(list, "items")); o; o = json_next(o))
		take_object(l, o);
}

static void on_page(void *user, const struct kube_page *page)
{
	struct listing *l = user;

	g_assert_cmpuint(page->n, ==, l->pages++);
	l->items += page->items;
	l->withheld += page->withheld;
	take_list(l, g_bytes_get_data(page->body, NULL), (gssize)g_bytes_get_size(page->body));
}

static void on_end(void *user, const struct kube_list_end *end)
{
	struct listing *l = user;

	l->done = TRUE;
	l->version = g_strdup(end->resource_version);
	l->error = end->error ? g_error_copy(end->error) : NULL;
}

/* `namespace` NULL: all, of kinds of which there are never thousands. */
static void list(struct listing *l, struct http *h, const struct kube_resource *resource,
		 const char *namespace, guint rows)
{
	struct kube_list_call call = {
		.resource = resource,
		.namespace = namespace,
		.page_rows = rows,
		.page = on_page,
		.done = on_end,
		.user = l,
	};

	*l = (struct listing){ .seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
							     NULL) };
	kube_list_start(h, &call);
	g_assert_true(loop_until(&l->done));
}

static void listing_clear(struct listing *l)
{
	g_hash_table_unref(l->seen);
	g_free(l->log_pod);
	g_free(l->log_container);
	g_free(l->version);
	g_clear_error(&l->error);
}

/* At the same resourceVersion, so that what happens meanwhile makes no difference. */
static void pages_together_are_the_list(void)
{
	static const struct {
		const char *resource, *namespace;
	} rows[] = {
		{ "pods", "payments" },
		{ "events", "payments" },
		{ "clusterroles", NULL },
		{ "configmaps", "kube-system" },
	};
	g_autoptr(http) h = open_as("admin.conf");

	for (gsize i = 0; h && i < G_N_ELEMENTS(rows); i++) {
		struct listing ours, theirs = { .seen = g_hash_table_new_full(
							g_str_hash, g_str_equal, g_free, NULL) };
		const struct kube_resource *r = kube_resource_find(rows[i].resource);
		g_autofree char *path = kube_path(r, rows[i].namespace, NULL), *query = NULL,
				*raw = NULL;
		GHashTableIter at;
		char *one;

		g_test_message("%s", rows[i].resource);
		list(&ours, h, r, rows[i].namespace, 5);
		g_assert_no_error(ours.error);
		g_assert_cmpuint(ours.pages, ==, MAX(1, (ours.items + 4) / 5));
		query = g_strdup_printf("%s?resourceVersion=%s&resourceVersionMatch=Exact", path,
					ours.version);
		raw = KUBECTL("get", "--raw", query);
		take_list(&theirs, raw, -1);
		g_assert_cmpuint(g_hash_table_size(ours.seen), ==, ours.items);
		g_assert_cmpuint(ours.items, ==, g_hash_table_size(theirs.seen));
		g_hash_table_iter_init(&at, theirs.seen);
		while (g_hash_table_iter_next(&at, (void **)&one, NULL))
			g_assert_true(g_hash_table_contains(ours.seen, one));
		listing_clear(&ours);
		listing_clear(&theirs);
	}
}

static void no_value_of_a_secret_leaves_the_server(void)
{
	g_autoptr(http) h = open_as("admin.conf");
	struct listing l;

	if (!h)
		return;
	list(&l, h, kube_resource_find("secrets"), NULL, 0);
	g_assert_no_error(l.error);
	g_assert_cmpuint(l.items, >, 0);
	g_assert_cmpuint(l.withheld, >, 0); /* what kubectl had written down of them */
	listing_clear(&l);
}

static void who_may_not_is_told_so(void)
{
	g_autoptr(http) h = open_as("analyst.conf");
	struct listing l;

	if (!h)
		return;
	list(&l, h, kube_resource_find("secrets"), NULL, 0);
	g_assert_error(l.error, KUBE_ERROR, KUBE_ERROR_DENIED);
	g_assert_nonnull(strstr(l.error->message, "secrets"));
	g_assert_cmpuint(l.pages, ==, 0);
	listing_clear(&l);
}

/* --- the rest ------------------------------------------------------------------------------------ */

/* Nodes renew theirs every ten seconds. */
static const struct kube_resource leases = { .group = "coordination.k8s.io",
					     .version = "v1",
					     .resource = "leases",
					     .kind = "Lease",
					     .namespaced = TRUE };

struct watching {
	gboolean begun, done;
};

static void on_begun(void *user, const char *url, const struct http_head *head)
{
	struct watching *w = user;

	g_assert_cmpint(head->status, ==, 200);
	w->begun = TRUE;
}

static void on_segment(void *user, GBytes *lines, guint events, guint withheld)
{
	struct watching *w = user;
	gsize size;
	const char *data = g_bytes_get_data(lines, &size);

	g_assert_true(w->begun);
	g_assert_cmpuint(events, >, 0);
	g_assert_true(data[size - 1] == '\n');
	g_assert_true(g_str_has_prefix(data, "{\"type\":\"MODIFIED\""));
	w->done = TRUE;
}

static void on_watch_end(void *user, enum kube_watch_state state, const GError *error,
			 gint64 retry_s)
{
	g_assert_no_error(error);
}

static void a_watch_goes_on_from_its_list(void)
{
	g_autoptr(http) h = open_as("admin.conf");
	struct listing l;
	struct watching w = { 0 };
	struct kube_watch *watch;

	if (!h)
		return;
	list(&l, h, &leases, "kube-node-lease", 0);
	g_assert_no_error(l.error);
	watch = kube_watch_start(h, &(struct kube_watch_call){ .resource = &leases,
							       .namespace = "kube-node-lease",
							       .resource_version = l.version,
							       .begun = on_begun,
							       .segment = on_segment,
							       .ended = on_watch_end,
							       .user = &w });
	g_assert_true(loop_until(&w.done));
	kube_watch_stop(watch);
	listing_clear(&l);
}

struct reading {
	GString *text;
	int status;
	gboolean done;
	GError *error;
};

static void on_log(void *user, const struct http_head *head, const char *bytes, gsize size)
{
	struct reading *r = user;

	g_string_append_len(r->text, bytes, (gssize)size);
}

static void on_log_end(void *user, const char *url, const struct http_head *head, GBytes *body,
		       const GError *error)
{
	struct reading *r = user;

	r->done = TRUE;
	r->status = head ? head->status : 0;
	r->error = error ? g_error_copy(error) : NULL;
}

static void read_log(struct http *h, const struct listing *l, gboolean previous, struct reading *r)
{
	*r = (struct reading){ .text = g_string_new(NULL) };
	kube_log_start(h, &(struct kube_log_call){ .namespace = "payments",
						   .pod = l->log_pod,
						   .container = l->log_container,
						   .previous = previous,
						   .data = on_log,
						   .done = on_log_end,
						   .user = r });
	g_assert_true(loop_until(&r->done));
}

static void a_log_is_what_kubectl_reads(void)
{
	g_autoptr(http) h = open_as("admin.conf");
	struct listing l;
	struct reading now, before;
	g_autofree char *theirs = NULL;

	if (!h)
		return;
	list(&l, h, kube_resource_find("pods"), "payments", 0);
	g_assert_nonnull(l.log_pod);
	read_log(h, &l, FALSE, &now);
	g_assert_no_error(now.error);
	g_assert_cmpuint(now.text->len, >, 0);
	theirs = KUBECTL("logs", "--timestamps", "-n", "payments", l.log_pod, "-c",
			 l.log_container);
	g_assert_true(g_str_has_prefix(theirs, now.text->str));
	/* It never crashed: there is none before it, and that is said. */
	read_log(h, &l, TRUE, &before);
	g_assert_error(before.error, KUBE_ERROR, KUBE_ERROR_REFUSED);
	g_assert_cmpint(before.status, ==, 400);
	g_assert_cmpuint(before.text->len, ==, 0);
	g_string_free(now.text, TRUE);
	g_string_free(before.text, TRUE);
	g_clear_error(&before.error);
	listing_clear(&l);
}

struct discovering {
	gboolean done;
	struct kube_discovery *found;
};

static void on_found(void *user, struct kube_discovery *found, const struct http_head *head,
		     const GError *error)
{
	struct discovering *d = user;

	g_assert_no_error(error);
	d->found = found;
	d->done = TRUE;
}

static void discovery_finds_what_kubectl_finds(void)
{
	g_autoptr(http) h = open_as("admin.conf");
	g_autofree char *theirs = h ? KUBECTL("api-resources", "--verbs=list,get", "-o", "name")
				    : NULL;
	g_auto(GStrv) names = theirs ? g_strsplit(g_strstrip(theirs), "\n", -1) : NULL;
	struct discovering d = { 0 };

	if (!h)
		return;
	kube_discover(h, on_found, &d);
	g_assert_true(loop_until(&d.done));
	g_assert_cmpuint(d.found->resources->len, ==, g_strv_length(names));
	for (guint i = 0; i < d.found->resources->len; i++) {
		g_autofree char *name = kube_resource_name(d.found->resources->pdata[i]);

		g_assert_true(g_strv_contains((const char *const *)names, name));
	}
	kube_discovery_free(d.found);
}

#define ADD(name) g_test_add_func("/kube-cluster/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(pages_together_are_the_list);
	ADD(no_value_of_a_secret_leaves_the_server);
	ADD(who_may_not_is_told_so);
	ADD(a_watch_goes_on_from_its_list);
	ADD(a_log_is_what_kubectl_reads);
	ADD(discovery_finds_what_kubectl_finds);
	return g_test_run();
}
