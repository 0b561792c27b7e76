#include "inside.h"
#include "rights.h"

const char class_cluster_state[] = "cluster-state";
const char class_workload_logs[] = "workload-logs";

/* --- evidence -------------------------------------------------------------------------------- */

struct cJSON *about_new(struct engine *e, const char *class, const char *type, const char *written,
			const char *summary)
{
	struct cJSON *about = json_new_object();

	json_set_string(about, "class", class);
	json_set_string(about, "type", type);
	json_set_string(about, "source", "kubernetes");
	json_set_string(about, "subject", written);
	json_set_string(about, "summary", summary);
	json_set_string(about, "cluster", e->cluster.name);
	return about;
}

void about_object(struct cJSON *about, const struct kube_resource *r, gint64 as_of)
{
	g_autofree char *resource = kube_resource_name(r);

	json_set_string(about, "resource", resource);
	json_set_string(about, "group", r->group);
	json_set_string(about, "version", r->version);
	json_set_string(about, "object", r->kind);
	json_set_int(about, "as_of", as_of);
}

void about_request(struct cJSON *about, const char *url, const char *accept)
{
	g_autofree char *request = g_strconcat("GET ", url, NULL);

	json_set_string(about, "request", request);
	json_set_string(about, "accept", accept ? accept : "application/json");
}

struct cJSON *outcome_new(const char *state, const struct http_head *head, const char *reason)
{
	struct cJSON *outcome = json_new_object();

	json_set_string(outcome, "state", state);
	json_set_string(outcome, "reason", reason);
	if (!head)
		return outcome;
	json_set_int(outcome, "status", head->status);
	json_set_string(outcome, "server_date", head->date);
	json_set_string(outcome, "audit_id", head->audit_id);
	json_set_string(outcome, "coding", head->coding);
	json_set_string(outcome, "warning", head->warning);
	return outcome;
}

void record_whole(struct engine *e, struct cJSON *about, struct ticket *listing, GBytes *body,
		  struct cJSON *outcome)
{
	struct evidence *evidence = evidence_open(e->recorder, about, listing);

	if (body && g_bytes_get_size(body))
		evidence_add(evidence, body);
	evidence_close(evidence, outcome);
}

void record_refusal(struct engine *e, const struct answer *a, const char *written,
		    const char *accept)
{
	g_autofree char *summary = NULL;
	struct cJSON *about;

	if (!a->head || !a->error || !a->body || !g_bytes_get_size(a->body))
		return;
	summary = g_strdup_printf(a->head->status < 300 ? "an answer (%d) for %s, not understood"
							: "the server's refusal (%d) of %s",
				  a->head->status, written);
	about = about_new(e, class_cluster_state, "status", written, summary);
	about_request(about, a->url, accept);
	record_whole(e, about, NULL, a->body,
		     outcome_new(a->head->status == 403 ? "denied" : "failed", a->head,
				 retry_reason(a->error)));
}

struct http_head *head_copy(const struct http_head *head)
{
	struct http_head *copy = head ? g_memdup2(head, sizeof(*head)) : NULL;

	if (!copy)
		return NULL;
	copy->date = g_strdup(head->date);
	copy->audit_id = g_strdup(head->audit_id);
	copy->content_type = g_strdup(head->content_type);
	copy->coding = g_strdup(head->coding);
	copy->warning = g_strdup(head->warning);
	return copy;
}

void head_free(struct http_head *head)
{
	if (!head)
		return;
	g_free((char *)head->date);
	g_free((char *)head->audit_id);
	g_free((char *)head->content_type);
	g_free((char *)head->coding);
	g_free((char *)head->warning);
	g_free(head);
}

/* --- entries --------------------------------------------------------------------------------- */

void record_entry(struct engine *e, const char *kind, const char *written, const char *summary,
		  struct cJSON *more)
{
	struct cJSON *entry = more ? more : json_new_object();

	json_set_string(entry, "kind", kind);
	json_set_string(entry, "subject", written);
	json_set_string(entry, "summary", summary);
	json_set_string(entry, "cluster", e->cluster.name);
	ticket_unref(recorder_enter(e->recorder, entry, NULL, NULL));
}

void record_gap(struct engine *e, struct capture *c, const struct gap *gap)
{
	struct cJSON *entry = json_new_object();
	g_autofree char *summary = g_strdup_printf("%s: %s", gap->scope, gap->reason);
	char stamp[STAMP_CHARS];

	json_set_string(entry, "scope", gap->scope);
	json_set_string(entry, "reason", gap->reason);
	json_set_string(entry, "detail", gap->detail);
	json_set_string(entry, "namespace", gap->namespace);
	json_set_string(entry, "verb", gap->verb);
	json_set_string(entry, "resource", gap->resource);
	if (gap->from_ns)
		json_set_string(entry, "from", stamp_format(gap->from_ns, stamp));
	if (gap->to_ns)
		json_set_string(entry, "to", stamp_format(gap->to_ns, stamp));
	record_entry(e, "gap", gap->subject, summary, entry);
	progress_gap(e);
	if (c)
		c->gaps++;
}

/* "list secrets in all namespaces", "get secrets/ledger-db in payments", "get nodes/node-1" */
static char *scope_of(const struct kube_resource *r, const char *resource, const char *verb,
		      const char *namespace, const char *name)
{
	g_autofree char *what = name ? g_strdup_printf("%s/%s", resource, name)
				     : g_strdup(resource);

	if (!r->namespaced)
		return g_strdup_printf("%s %s", verb, what);
	return namespace ? g_strdup_printf("%s %s in %s", verb, what, namespace)
			 : g_strdup_printf("%s %s in all namespaces", verb, what);
}

/* The server's own, where it refused; else what was wrong with its answer. */
static char *words_of(const struct answer *a)
{
	return a->head && a->head->status >= 300 ? kube_status_message(a->head, a->body)
						 : g_strdup(a->error->message);
}

void record_refused_gap(struct engine *e, struct capture *c, const struct kube_resource *r,
			const char *verb, const char *namespace, const char *name,
			const struct answer *a)
{
	g_autofree char *resource = kube_resource_name(r);
	g_autofree char *scope = scope_of(r, resource, verb, namespace, name);
	g_autofree char *words = words_of(a);
	gboolean denied = g_error_matches(a->error, KUBE_ERROR, KUBE_ERROR_DENIED);
	g_autofree char *close = denied ? rights_that_close(r, namespace, name, verb) : NULL;
	g_autofree char *detail = close ? g_strdup_printf("%s; %s", words, close) : g_strdup(words);
	struct gap gap = {
		.scope = scope,
		.reason = retry_reason(a->error),
		.detail = detail,
		.namespace = namespace,
		.verb = verb,
		.resource = resource,
	};

	record_gap(e, c, &gap);
}

/* --- subjects -------------------------------------------------------------------------------- */

char *subject_of(struct engine *e, const struct kube_resource *r, const char *namespace,
		 const char *name)
{
	return subject_format(e->cluster.prefix, r->group, r->kind,
			      r->namespaced ? namespace : NULL, name);
}

char *subject_of_all(struct engine *e, const struct kube_resource *r, const char *namespace)
{
	return subject_format(e->cluster.prefix, r->group, r->resource,
			      r->namespaced ? namespace : NULL, "*");
}
