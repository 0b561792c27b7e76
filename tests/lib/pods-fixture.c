#include "pods-fixture.h"

#include <kase/project.h>
#include <kase/stamp.h>

#include <string.h>

#define SECONDS(h, m) ((h)*3600 + (m)*60 + 30)

const struct fixture_pod fixture_shop[] = {
	{ "payments", "checkout-7d9f6c5b8-p9qk7", NULL, 2, 2, 0,
	  "registry.shop.example/checkout:2.4.2", "checkout", "node-2", SECONDS(0, 12), NULL },
	{ "payments", "checkout-7d9f6c5b8-x2x4m", NULL, 2, 2, 0,
	  "registry.shop.example/checkout:2.4.2", "checkout", "node-1", SECONDS(0, 12), NULL },
	{ "payments", "ledger-0", NULL, 0, 1, 8,
	  "registry.shop.example/ledger@sha256:"
	  "3f9a1c0000000000000000000000000000000000000000000000000000000000",
	  "ledger", "node-1", SECONDS(3, 10), NULL },
	{ "payments", "metrics-7f4c", NULL, 1, 1, 0, "docker.io/tools:1", "default", "node-2",
	  SECONDS(0, 5), NULL },
	{ "storefront", "web-69c4b7f9d5-nzdmw", NULL, 1, 1, 0, "registry.shop.example/web:1", "web",
	  "node-2", SECONDS(3, 10), NULL },
	{ "storefront", "web-69c4b7f9d5-zz8lq", "Pending", 0, 1, 0, "registry.shop.example/web:1",
	  "web", "", SECONDS(0, 1), NULL },
	{ 0 },
};

#define RLO "\xe2\x80\xae"
const struct fixture_pod fixture_hostile[] = {
	{ "payments", "\033]0;owned\007\033[2J", "\033[31mRun", 1, 1, 0,
	  "img:\033]52;c;cHduZWQ=\007", "sa" RLO "nimda", "n\303\266de-\xe5\xae\xbd\xe5\xad\x97",
	  SECONDS(0, 2),
	  "line\nbreak \033]52;c;cHduZWQ=\007 \033]0;owned\007 \033Pq\033\\ "
	  "\033]8;;http://x\007 " RLO "txt e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81 end" },
	{ "payments", "wide-\xe6\x9d\xb1\xe4\xba\xac-e\xcc\x81", NULL, 1, 1, 0, "img:1", "sa",
	  "node-1", SECONDS(0, 3), NULL },
	{ 0 },
};

const char *fixture_cluster = "prod-eu-1";

static const struct case_person person = {
	.name = "ana@bastion",
	.login = "ana",
	.host = "bastion",
	.uid = 1000,
	.version = "0.1.0",
	.command = "test",
};

void pods_case_new(const char *path, const char *title)
{
	g_autoptr(GError) error = NULL;
	struct case_plan plan = { .title = title, .context = "prod-eu-1" };

	casefile_create(path, &plan, &person, &project_projector, &error);
	g_assert_no_error(error);
}

struct recorder *pods_record(const char *path)
{
	g_autoptr(GError) error = NULL;
	struct recorder *r = recorder_start(path, &person, &project_projector, &error);

	g_assert_no_error(error);
	pods_flush(r);
	return r;
}

static gboolean set_flag(void *data)
{
	*(gboolean *)data = TRUE;
	return G_SOURCE_REMOVE;
}

void pods_flush(struct recorder *r)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	gboolean flushed = FALSE;

	recorder_flush(r, context, set_flag, &flushed, NULL);
	while (!flushed)
		g_main_context_iteration(context, TRUE);
}

/* --- documents ----------------------------------------------------------------------------------- */

static struct cJSON *metadata_of(const struct fixture_pod *p, int version)
{
	struct cJSON *metadata = json_new_object(), *notes = json_new_object();
	g_autofree char *uid = g_strdup_printf("uid-%s-%s", p->namespace, p->name);
	g_autofree char *rv = g_strdup_printf("%d", version);
	char stamp[STAMP_CHARS];

	json_set_string(metadata, "name", p->name);
	json_set_string(metadata, "namespace", p->namespace);
	json_set_string(metadata, "uid", uid);
	json_set_string(metadata, "resourceVersion", rv);
	json_set_string(metadata, "creationTimestamp",
			stamp_format_seconds(stamp_now() - p->age_s * STAMP_SECOND, stamp));
	json_set_string(notes, "note", p->note);
	json_set_take(metadata, "annotations", notes);
	return metadata;
}

static struct cJSON *spec_of(const struct fixture_pod *p)
{
	struct cJSON *spec = json_new_object(), *containers = json_new_array();

	for (int i = 0; i < MAX(p->containers, 1); i++) {
		struct cJSON *container = json_new_object();

		json_set_string(container, "name", i ? "proxy" : "app");
		json_set_string(container, "image", i ? "registry.shop.example/proxy:3" : p->image);
		json_add_take(containers, container);
	}
	json_set_take(spec, "containers", containers);
	json_set_string(spec, "serviceAccountName", p->account);
	json_set_string(spec, "nodeName", p->node);
	return spec;
}

static struct cJSON *status_of(const struct fixture_pod *p)
{
	struct cJSON *status = json_new_object(), *containers = json_new_array();

	json_set_string(status, "phase", p->phase ? p->phase : "Running");
	for (int i = 0; i < MAX(p->containers, 1); i++) {
		struct cJSON *container = json_new_object(), *state = json_new_object();

		json_set_string(container, "name", i ? "proxy" : "app");
		json_set_bool(container, "ready", i < p->ready);
		if (i < p->ready)
			json_set_take(state, "running", json_new_object());
		json_set_take(container, "state", state);
		json_set_int(container, "restartCount", i ? 0 : p->restarts);
		json_add_take(containers, container);
	}
	json_set_take(status, "containerStatuses", containers);
	return status;
}

static struct cJSON *pod_of(const struct fixture_pod *p, int version)
{
	struct cJSON *pod = json_new_object();

	json_set_take(pod, "metadata", metadata_of(p, version));
	json_set_take(pod, "spec", spec_of(p));
	json_set_take(pod, "status", status_of(p));
	return pod;
}

/* --- records ------------------------------------------------------------------------------------- */

static const struct fixture_kind pod_kind = { "pods", "Pod" };

static struct cJSON *about(const char *kind, gint64 as_of, const struct fixture_kind *of)
{
	g_autofree char *subject = g_strdup_printf("%s/*", of->resource);
	struct cJSON *o = json_new_object();

	json_set_string(o, "kind", kind);
	json_set_string(o, "cluster", fixture_cluster);
	json_set_string(o, "group", "");
	json_set_string(o, "version", "v1");
	json_set_string(o, "object", of->kind);
	json_set_string(o, "resource", of->resource);
	json_set_string(o, "subject", subject);
	json_set_string(o, "summary", of->resource);
	json_set_int(o, "as_of", as_of);
	return o;
}

static void enter_cluster(struct recorder *r)
{
	struct cJSON *o = json_new_object();

	json_set_string(o, "kind", "cluster");
	json_set_string(o, "cluster", fixture_cluster);
	json_set_string(o, "uid", fixture_cluster);
	json_set_string(o, "server", "https://10.2.0.1:6443");
	json_set_string(o, "ca", "ab");
	json_set_string(o, "version", "v1.34.4");
	json_set_string(o, "known_by", "kube-system");
	json_set_string(o, "user", "ana");
	json_set_string(o, "summary", "prod-eu-1");
	ticket_unref(recorder_enter(r, o, NULL, NULL));
}

/* Keep these bytes, batch by batch, so that entries have the same numbers each time. */
static void keep(struct recorder *r, struct cJSON *page, struct ticket *listing, GBytes *bytes)
{
	struct cJSON *outcome = json_new_object();
	struct evidence *e;

	pods_flush(r);
	e = evidence_open(r, page, listing);
	pods_flush(r);
	evidence_add(e, bytes);
	pods_flush(r);
	json_set_string(outcome, "state", "complete");
	evidence_close(e, outcome);
	pods_flush(r);
}

static void add_bytes(struct recorder *r, struct ticket *listing, gint64 as_of, GBytes *bytes,
		      const struct fixture_kind *of)
{
	struct cJSON *page = about("evidence", as_of, of);

	json_set_string(page, "class", "cluster state");
	json_set_string(page, "type", "list");
	json_set_string(page, "source", "test");
	keep(r, page, listing, bytes);
}

static void add_page(struct recorder *r, struct ticket *listing, gint64 as_of, struct cJSON *items)
{
	struct cJSON *list = json_new_object();
	g_autoptr(GBytes) bytes = NULL;
	char *text;

	json_set_string(list, "kind", "PodList");
	json_set_string(list, "apiVersion", "v1");
	json_set_take(list, "items", items);
	text = json_print(list);
	bytes = g_bytes_new_take(text, strlen(text));
	json_free(list);
	add_bytes(r, listing, as_of, bytes, &pod_kind);
}

static struct ticket *begin(struct recorder *r, const char *namespace, gint64 as_of,
			    const struct fixture_kind *of)
{
	struct cJSON *listing = about("listing", as_of, of);

	json_set_string(listing, "namespace", namespace);
	return recorder_enter(r, listing, NULL, NULL);
}

static void end(struct recorder *r, struct ticket *listing, const char *state, const char *reason)
{
	struct cJSON *listed = json_new_object();

	json_set_string(listed, "kind", "listed");
	json_set_string(listed, "rv", "900");
	json_set_string(listed, "state", state);
	json_set_string(listed, "reason", reason);
	json_set_string(listed, "summary", "pods listed");
	ticket_unref(recorder_enter(r, listed, "listing", listing));
}

void pods_list(struct recorder *r, const struct fixture_pod *pods, const char *namespace,
	       const char *state, const char *reason)
{
	struct cJSON *items = json_new_array();
	g_autoptr(ticket) listing = NULL;
	gint64 as_of = recorder_head(r);
	/* A document that is listed again has changed. */
	int version = 100 + (int)as_of;

	enter_cluster(r);
	pods_flush(r);
	listing = begin(r, namespace, as_of, &pod_kind);
	pods_flush(r);
	for (int i = 0; pods && pods[i].name; i++)
		json_add_take(items, pod_of(&pods[i], version));
	if (json_count(items))
		add_page(r, listing, as_of, items);
	else
		json_free(items);
	pods_flush(r);
	if (state)
		end(r, listing, state, reason);
	pods_flush(r);
}

void pods_list_kind(struct recorder *r, const struct fixture_kind *kind, const char *text,
		    const char *state, const char *reason)
{
	g_autoptr(GBytes) bytes = g_bytes_new(text, text ? strlen(text) : 0);
	gint64 as_of = recorder_head(r);
	g_autoptr(ticket) listing = NULL;

	enter_cluster(r);
	pods_flush(r);
	listing = begin(r, "", as_of, kind);
	pods_flush(r);
	if (text)
		add_bytes(r, listing, as_of, bytes, kind);
	if (state)
		end(r, listing, state, reason);
	pods_flush(r);
}

void pods_list_text(struct recorder *r, const char *text)
{
	pods_list_kind(r, &pod_kind, text, "complete", NULL);
}

void pods_log(struct recorder *r, const struct fixture_log *of, const char *text)
{
	g_autofree char *subject = g_strdup_printf("pod/%s/%s", of->namespace, of->pod);
	g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
	struct cJSON *o = json_new_object();

	json_set_string(o, "kind", "evidence");
	json_set_string(o, "class", "workload logs");
	json_set_string(o, "type", "log");
	json_set_string(o, "source", "test");
	json_set_string(o, "cluster", fixture_cluster);
	json_set_string(o, "subject", subject);
	json_set_string(o, "summary", "a log");
	json_set_string(o, "namespace", of->namespace);
	json_set_string(o, "pod", of->pod);
	json_set_string(o, "uid", of->uid);
	json_set_string(o, "container", of->container);
	json_set_string(o, "instance", of->instance);
	keep(r, o, NULL, bytes);
}

void pods_gap(struct recorder *r, const char *scope, const char *reason, const char *detail)
{
	struct cJSON *gap = json_new_object();

	json_set_string(gap, "kind", "gap");
	json_set_string(gap, "subject", scope);
	json_set_string(gap, "scope", scope);
	json_set_string(gap, "reason", reason);
	json_set_string(gap, "detail", detail);
	json_set_string(gap, "summary", detail);
	ticket_unref(recorder_enter(r, gap, NULL, NULL));
	pods_flush(r);
}

static struct cJSON *many_of(int from, int to)
{
	struct cJSON *items = json_new_array();

	for (int i = from; i < to; i++) {
		g_autofree char *namespace = g_strdup_printf("team-%02d", i * 7 % 50);
		g_autofree char *name = g_strdup_printf("service-%d-%06x", i % 300, i * 7919);
		g_autofree char *image = g_strdup_printf("registry.shop.example/svc-%d:1.%d",
							 i % 300, i % 9);
		g_autofree char *node = g_strdup_printf("node-%d", i % 40);
		struct fixture_pod pod = { namespace, name,      NULL, 1,          1,   i % 3,
					   image,     "default", node, i % 100000, NULL };

		json_add_take(items, pod_of(&pod, 1));
	}
	return items;
}

void pods_list_many(struct recorder *r, int n)
{
	gint64 as_of = recorder_head(r);
	g_autoptr(ticket) listing = NULL;

	enter_cluster(r);
	listing = begin(r, "", as_of, &pod_kind);
	for (int i = 0; i < n; i += 500) {
		while (recorder_room(r) == 0)
			pods_flush(r);
		add_page(r, listing, as_of, many_of(i, MIN(i + 500, n)));
	}
	end(r, listing, "complete", NULL);
	pods_flush(r);
}
