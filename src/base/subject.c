#include <kase/subject.h>

#include <string.h>

#include <kase/text.h>

#define SUBJECT_MAX_BYTES 1024

/* Kinds that Kubernetes brings along, each as people write it. */
struct kind {
	const char *singular, *plural, *group;
	const char *brief; /* kubectl's, or NULL */
};

static const struct kind kinds[] = {
	{ "pod", "pods", "", "po" },
	{ "namespace", "namespaces", "", "ns" },
	{ "node", "nodes", "", "no" },
	{ "service", "services", "", "svc" },
	{ "serviceaccount", "serviceaccounts", "", "sa" },
	{ "secret", "secrets", "", NULL },
	{ "configmap", "configmaps", "", "cm" },
	{ "event", "events", "", "ev" },
	{ "endpoints", "endpoints", "", "ep" },
	{ "persistentvolume", "persistentvolumes", "", "pv" },
	{ "persistentvolumeclaim", "persistentvolumeclaims", "", "pvc" },
	{ "replicationcontroller", "replicationcontrollers", "", "rc" },
	{ "resourcequota", "resourcequotas", "", "quota" },
	{ "limitrange", "limitranges", "", "limits" },
	{ "deployment", "deployments", "apps", "deploy" },
	{ "replicaset", "replicasets", "apps", "rs" },
	{ "statefulset", "statefulsets", "apps", "sts" },
	{ "daemonset", "daemonsets", "apps", "ds" },
	{ "controllerrevision", "controllerrevisions", "apps", NULL },
	{ "job", "jobs", "batch", NULL },
	{ "cronjob", "cronjobs", "batch", "cj" },
	{ "horizontalpodautoscaler", "horizontalpodautoscalers", "autoscaling", "hpa" },
	{ "poddisruptionbudget", "poddisruptionbudgets", "policy", "pdb" },
	{ "networkpolicy", "networkpolicies", "networking.k8s.io", "netpol" },
	{ "ingress", "ingresses", "networking.k8s.io", "ing" },
	{ "ingressclass", "ingressclasses", "networking.k8s.io", NULL },
	{ "endpointslice", "endpointslices", "discovery.k8s.io", NULL },
	{ "role", "roles", "rbac.authorization.k8s.io", NULL },
	{ "rolebinding", "rolebindings", "rbac.authorization.k8s.io", NULL },
	{ "clusterrole", "clusterroles", "rbac.authorization.k8s.io", NULL },
	{ "clusterrolebinding", "clusterrolebindings", "rbac.authorization.k8s.io", NULL },
	{ "storageclass", "storageclasses", "storage.k8s.io", "sc" },
	{ "volumeattachment", "volumeattachments", "storage.k8s.io", NULL },
	{ "csidriver", "csidrivers", "storage.k8s.io", NULL },
	{ "csinode", "csinodes", "storage.k8s.io", NULL },
	{ "priorityclass", "priorityclasses", "scheduling.k8s.io", "pc" },
	{ "lease", "leases", "coordination.k8s.io", NULL },
	{ "runtimeclass", "runtimeclasses", "node.k8s.io", NULL },
	{ "certificatesigningrequest", "certificatesigningrequests", "certificates.k8s.io", "csr" },
	{ "customresourcedefinition", "customresourcedefinitions", "apiextensions.k8s.io", "crd" },
	{ "apiservice", "apiservices", "apiregistration.k8s.io", NULL },
	{ "mutatingwebhookconfiguration", "mutatingwebhookconfigurations",
	  "admissionregistration.k8s.io", NULL },
	{ "validatingwebhookconfiguration", "validatingwebhookconfigurations",
	  "admissionregistration.k8s.io", NULL },
	{ "validatingadmissionpolicy", "validatingadmissionpolicies",
	  "admissionregistration.k8s.io", NULL },
	{ "validatingadmissionpolicybinding", "validatingadmissionpolicybindings",
	  "admissionregistration.k8s.io", NULL },
};

// clang-format off
G_DEFINE_QUARK(kase-subject-error, subject_error)
// clang-format on

/* --- reading ------------------------------------------------------------------------------- */

static gboolean refuse(const char *text, const char *what, GError **error)
{
	g_autofree char *shown = g_strndup(text, 80);
	g_autofree char *safe = text_safe(shown, -1);

	g_set_error(error, SUBJECT_ERROR, SUBJECT_ERROR_SYNTAX,
		    "%s in '%s': a subject is written KIND/NAME or KIND/NAMESPACE/NAME, such as "
		    "pod/payments/checkout-1",
		    what, safe);
	return FALSE;
}

static gboolean has_only(const char *text, const char *also)
{
	for (; *text; text++)
		if (!g_ascii_isalnum(*text) && !strchr(also, *text))
			return FALSE;
	return TRUE;
}

/*
 * A name is one segment of a path: so Kubernetes says, which lets RBAC names hold nearly anything
 * else.
 */
static gboolean is_name(const char *text)
{
	return *text && strcmp(text, ".") && strcmp(text, "..") && !strpbrk(text, "/% \t") &&
	       text_is_safe(text, -1);
}

static const struct kind *find_kind(const char *written, const char *group)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const struct kind *k = &kinds[i];

		if (group && strcmp(group, k->group))
			continue;
		if (!strcmp(written, k->singular) || !strcmp(written, k->plural) ||
		    !g_strcmp0(written, k->brief))
			return k;
	}
	return NULL;
}

/* Give the kind its full spelling and its group, where Kubernetes brings it along. */
static void settle_kind(struct subject *s, const char *written, const char *group)
{
	const struct kind *k = find_kind(written, group);

	if (k) {
		s->kind = g_strdup(strcmp(s->name, "*") ? k->singular : k->plural);
		s->group = g_strdup(k->group);
	} else {
		s->kind = g_strdup(written);
		s->group = g_strdup(group ? group : "");
	}
}

/*
 * Neither kind nor namespace holds a colon, and a name holds no slash: so the colon after the
 * cluster is the last one with a slash after it.
 */
static const char *after_cluster(const char *text)
{
	const char *slash = strrchr(text, '/');
	const char *colon = slash ? g_strrstr_len(text, slash - text, ":") : NULL;

	return colon ? colon + 1 : text;
}

static gboolean read_parts(struct subject *s, const char *text, GError **error)
{
	const char *rest = after_cluster(text);
	g_auto(GStrv) parts = g_strsplit(rest, "/", -1);
	guint count = g_strv_length(parts);
	g_autofree char *kind = NULL;
	char *dot;

	if (count < 2 || count > 3)
		return refuse(text, count < 2 ? "no name" : "too many slashes", error);
	if (rest > text)
		s->cluster = g_strndup(text, rest - text - 1);
	if (s->cluster && (!*s->cluster || !text_is_safe(s->cluster, -1)))
		return refuse(text, "no cluster before the colon", error);
	kind = g_ascii_strdown(parts[0], -1);
	if (!g_ascii_isalpha(*kind) || !has_only(kind, ".-"))
		return refuse(text, "no kind", error);
	if (count == 3 && (!*parts[1] || !has_only(parts[1], "-.")))
		return refuse(text, "no namespace", error);
	if (!is_name(parts[count - 1]))
		return refuse(text, "no name", error);
	s->namespace = count == 3 ? g_strdup(parts[1]) : NULL;
	s->name = g_strdup(parts[count - 1]);
	dot = strchr(kind, '.');
	if (dot && !dot[1])
		return refuse(text, "no group after the dot", error);
	if (dot)
		*dot = '\0';
	settle_kind(s, kind, dot ? dot + 1 : NULL);
	return TRUE;
}

struct subject *subject_parse(const char *text, GError **error)
{
	g_autoptr(subject) s = g_new0(struct subject, 1);

	if (strlen(text) > SUBJECT_MAX_BYTES) {
		refuse(text, "too many characters", error);
		return NULL;
	}
	return read_parts(s, text, error) ? g_steal_pointer(&s) : NULL;
}

void subject_free(struct subject *s)
{
	if (!s)
		return;
	g_free(s->cluster);
	g_free(s->group);
	g_free(s->kind);
	g_free(s->namespace);
	g_free(s->name);
	g_free(s);
}

/* --- writing ------------------------------------------------------------------------------- */

char *subject_format(const char *cluster, const char *group, const char *kind,
		     const char *namespace, const char *name)
{
	GString *out = g_string_new(NULL);
	g_autofree char *lower = g_ascii_strdown(kind, -1);

	if (cluster && *cluster)
		g_string_append_printf(out, "%s:", cluster);
	g_string_append(out, lower);
	if (group && *group)
		g_string_append_printf(out, ".%s", group);
	if (namespace && *namespace)
		g_string_append_printf(out, "/%s", namespace);
	g_string_append_printf(out, "/%s", name);
	return g_string_free(out, FALSE);
}

char *group_of_api_version(const char *api_version)
{
	const char *slash = api_version ? strchr(api_version, '/') : NULL;

	return slash ? g_strndup(api_version, slash - api_version) : g_strdup("");
}
