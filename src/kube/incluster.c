/*
 * The service account of the pod that kase runs in.
 *
 * Source: kubernetes.io, "Accessing the Kubernetes API from a Pod".
 */
#include "kubeconfig.h"
#include "secret.h"

#include <string.h>

#define FOLDER       "/var/run/secrets/kubernetes.io/serviceaccount"
#define CA_MAX_BYTES (4 * 1024 * 1024)

/* Tests, which are no pods, name another folder in KASE_SERVICEACCOUNT_DIR. */
static char *path_of(const char *name)
{
	const char *folder = g_getenv("KASE_SERVICEACCOUNT_DIR");

	return g_build_filename(folder && *folder ? folder : FOLDER, name, NULL);
}

static const char *environment(const char *name)
{
	const char *value = g_getenv(name);

	return value ? value : "";
}

gboolean incluster_possible(void)
{
	g_autofree char *token = path_of("token");

	return *environment("KUBERNETES_SERVICE_HOST") && *environment("KUBERNETES_SERVICE_PORT") &&
	       g_file_test(token, G_FILE_TEST_IS_REGULAR);
}

static char *server_url(void)
{
	const char *host = environment("KUBERNETES_SERVICE_HOST");
	const char *port = environment("KUBERNETES_SERVICE_PORT");

	return g_strdup_printf(strchr(host, ':') ? "https://[%s]:%s" : "https://%s:%s", host, port);
}

static char *own_namespace(void)
{
	g_autofree char *path = path_of("namespace");
	g_autofree char *text = NULL;

	if (!g_file_get_contents(path, &text, NULL, NULL) || !*g_strstrip(text))
		return g_strdup("default");
	return g_steal_pointer(&text);
}

/* Without ca.crt the system's roots decide, as they do for kubectl. */
static gboolean read_ca(struct kube_access *a, GError **error)
{
	g_autofree char *path = path_of("ca.crt");
	g_autoptr(GError) wrong = NULL;

	a->ca = secret_read(path, CA_MAX_BYTES, &wrong);
	if (a->ca || g_error_matches(wrong, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return TRUE;
	g_set_error(error, KUBE_ERROR, KUBE_ERROR_CONFIG, "%s: cannot read the cluster's CA: %s",
		    path, wrong->message);
	return FALSE;
}

struct kube_access *incluster_access(GError **error)
{
	g_autoptr(kube_access) a = g_new0(struct kube_access, 1);

	a->context = g_strdup(INCLUSTER_NAME);
	a->cluster = g_strdup(INCLUSTER_NAME);
	a->user = g_strdup("serviceaccount");
	a->namespace = own_namespace();
	a->server = server_url();
	a->token_file = path_of("token");
	return read_ca(a, error) ? g_steal_pointer(&a) : NULL;
}
