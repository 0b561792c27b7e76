#include "rights.h"

#include <string.h>

#define VERB_LOGS "get logs"

/* Names come from the server, and people paste these commands.  What a shell would not take as it
 * stands is quoted; a name that looks like an option stands behind a `--`. */
static void append_word(GString *out, const char *word)
{
	static const char plain[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._:/-";
	g_autofree char *quoted = g_shell_quote(word);

	g_string_append(out, *word && !word[strspn(word, plain)] ? word : quoted);
}

static void append_command(GString *out, const struct kube_resource *r, const char *namespace,
			   const char *name, const char *verb)
{
	g_autofree char *resource = kube_resource_name(r);
	gboolean logs = !strcmp(verb, VERB_LOGS), late = name && *name == '-';

	g_string_append(out, logs ? "kubectl logs" : "kubectl get ");
	if (!logs)
		append_word(out, resource);
	if (name && !late) {
		g_string_append_c(out, ' ');
		append_word(out, name);
	}
	g_string_append(out, logs ? " --all-containers --prefix --timestamps" : " -o yaml");
	if (r->namespaced)
		g_string_append(out, namespace ? " -n " : " -A");
	if (r->namespaced && namespace)
		append_word(out, namespace);
	if (!late)
		return;
	g_string_append(out, " -- ");
	append_word(out, name);
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
