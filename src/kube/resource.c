#include <kase/kube.h>

#include <string.h>

#define RESOURCE(g, v, r, k, ...)                                               \
	{                                                                       \
		.group = g, .version = v, .resource = r, .kind = k, __VA_ARGS__ \
	}
#define NAMESPACED .namespaced = TRUE
#define METADATA   .namespaced = TRUE, .metadata_only = TRUE

/* The most volatile first: events expire, pods and jobs are cleaned up, the rest waits. */
const struct kube_resource kube_inventory[] = {
	RESOURCE("", "v1", "pods", "Pod", NAMESPACED),
	RESOURCE("", "v1", "events", "Event", NAMESPACED),
	RESOURCE("batch", "v1", "jobs", "Job", NAMESPACED),
	RESOURCE("apps", "v1", "replicasets", "ReplicaSet", NAMESPACED),
	RESOURCE("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", NAMESPACED),
	RESOURCE("apps", "v1", "deployments", "Deployment", NAMESPACED),
	RESOURCE("apps", "v1", "statefulsets", "StatefulSet", NAMESPACED),
	RESOURCE("apps", "v1", "daemonsets", "DaemonSet", NAMESPACED),
	RESOURCE("", "v1", "replicationcontrollers", "ReplicationController", NAMESPACED),
	RESOURCE("batch", "v1", "cronjobs", "CronJob", NAMESPACED),
	RESOURCE("", "v1", "nodes", "Node"),
	RESOURCE("", "v1", "namespaces", "Namespace"),
	RESOURCE("", "v1", "serviceaccounts", "ServiceAccount", NAMESPACED),
	RESOURCE("rbac.authorization.k8s.io", "v1", "roles", "Role", NAMESPACED),
	RESOURCE("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", NAMESPACED),
	RESOURCE("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole"),
	RESOURCE("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding"),
	RESOURCE("", "v1", "services", "Service", NAMESPACED),
	RESOURCE("networking.k8s.io", "v1", "ingresses", "Ingress", NAMESPACED),
	RESOURCE("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", NAMESPACED),
	RESOURCE("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", NAMESPACED),
	RESOURCE("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler",
		 NAMESPACED),
	RESOURCE("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", NAMESPACED),
	RESOURCE("", "v1", "persistentvolumes", "PersistentVolume"),
	RESOURCE("", "v1", "resourcequotas", "ResourceQuota", NAMESPACED),
	RESOURCE("", "v1", "limitranges", "LimitRange", NAMESPACED),
	RESOURCE("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations",
		 "ValidatingWebhookConfiguration"),
	RESOURCE("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations",
		 "MutatingWebhookConfiguration"),
	RESOURCE("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies",
		 "ValidatingAdmissionPolicy"),
	RESOURCE("admissionregistration.k8s.io", "v1", "validatingadmissionpolicybindings",
		 "ValidatingAdmissionPolicyBinding"),
	RESOURCE("apiextensions.k8s.io", "v1", "customresourcedefinitions",
		 "CustomResourceDefinition"),
	RESOURCE("", "v1", "secrets", "Secret", METADATA),
	RESOURCE("", "v1", "configmaps", "ConfigMap", METADATA),
};
const gsize kube_inventory_count = G_N_ELEMENTS(kube_inventory);

/* `word`, or `word` and the group. */
static gboolean is_word(const char *name, const char *word, const char *group)
{
	gsize length = strlen(word);

	if (g_ascii_strncasecmp(name, word, length) != 0)
		return FALSE;
	return !name[length] ||
	       (name[length] == '.' && *group && g_ascii_strcasecmp(name + length + 1, group) == 0);
}

static gboolean is_called(const struct kube_resource *r, const char *name)
{
	return is_word(name, r->resource, r->group) || is_word(name, r->kind, r->group);
}

const struct kube_resource *kube_resource_find(const char *name)
{
	for (gsize i = 0; i < kube_inventory_count; i++)
		if (is_called(&kube_inventory[i], name))
			return &kube_inventory[i];
	return NULL;
}

char *kube_resource_name(const struct kube_resource *r)
{
	return *r->group ? g_strconcat(r->resource, ".", r->group, NULL) : g_strdup(r->resource);
}

static void append_segment(GString *path, const char *segment)
{
	g_string_append_c(path, '/');
	g_string_append_uri_escaped(path, segment, ":", FALSE);
}

char *kube_path(const struct kube_resource *r, const char *namespace, const char *name)
{
	GString *path = g_string_new(*r->group ? "/apis" : "/api");

	if (*r->group)
		append_segment(path, r->group);
	append_segment(path, r->version);
	if (r->namespaced && namespace && *namespace) {
		g_string_append(path, "/namespaces");
		append_segment(path, namespace);
	}
	append_segment(path, r->resource);
	if (name)
		append_segment(path, name);
	return g_string_free(path, FALSE);
}

/* Of kinds whose values are not to leave the server. */
const char *kube_accept(const struct kube_resource *r, gboolean list)
{
	if (!r->metadata_only)
		return NULL;
	return list ? "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
		    : "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1";
}
