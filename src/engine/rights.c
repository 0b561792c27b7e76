#include "rights.h"

#include <string.h>

#define VERB_LOGS "get logs"

static void append_command(GString *out, const struct kube_resource *r, const char *namespace,
			   const char *name, const char *verb)
{
	g_autofree char *resource = kube_resource_name(r);

	if (!strcmp(verb, VERB_LOGS))
		g_string_append_printf(
			out, "kubectl logs %s --all-containers --prefix --timestamps", name);
	else
		g_string_append_printf(out, "kubectl get %s%s%s -o yaml", resource, name ? " " : "",
				       name ? name : "");
	if (!r->namespaced)
		return;
	if (namespace)
		g_string_append_printf(out, " -n %s", namespace);
	else
		g_string_append(out, " -A");
}

static void append_role(GString *out, const struct kube_resource *r, const char *namespace,
			const char *name, const char *verb)
{
	gboolean logs = !strcmp(verb, VERB_LOGS);
	gboolean one = r->namespaced && namespace;

	g_string_append_printf(out, "%s%s%s with {apiGroups: [\"%s\"], resources: [%s%s]",
			       one ? "a Role" : "a ClusterRole", one ? " in " : "",
			       one ? namespace : "", r->group, r->resource, logs ? "/log" : "");
	if (name)
		g_string_append_printf(out, ", resourceNames: [%s]", name);
	g_string_append_printf(out, ", verbs: [%s]}", logs ? "get" : verb);
}

char *rights_that_close(const struct kube_resource *r, const char *namespace, const char *name,
			const char *verb)
{
	GString *out = g_string_new("to close it: kase import what a colleague gets with `");

	append_command(out, r, namespace, name, verb);
	g_string_append(out, r->metadata_only ? "` (values are withheld), or " : "`, or ");
	append_role(out, r, namespace, name, verb);
	return g_string_free(out, FALSE);
}
