#include <kase/kube.h>

#include <string.h>

#include "kube-described.h"
#include "kube-folder.h"

#define CONTEXT(name) "{name: " name ", context: {cluster: c, user: u}}"
#define CLUSTER       "clusters: [{name: c, cluster: {server: 'https://one:6443'}}]\n"

static char *folder;

/* --- which files, and how they become one ----------------------------------------------------- */

struct load_row {
	const char *name;
	const char *files[3];   /* their texts: @D/0, @D/1, @D/2 */
	const char *path;       /* given by hand */
	const char *kubeconfig; /* the variable; NULL: unset */
	const char *contexts, *current, *server, *error;
};

static const struct load_row load_rows[] = {
	{ .name = "a path given by hand is the only file",
	  .files = { "contexts: [" CONTEXT("a") "]", "contexts: [" CONTEXT("b") "]" },
	  .path = "@D/0",
	  .kubeconfig = "@D/1",
	  .contexts = "a" },
	{ .name = "a path given by hand must be there",
	  .path = "@D/none",
	  .error = "@D/none: cannot read the kubeconfig: No such file or directory" },
	{ .name = "several given at once are merged as those of KUBECONFIG",
	  .files = { "contexts: [" CONTEXT("a") "]", "contexts: [" CONTEXT("b") "]",
		     "contexts: [" CONTEXT("c") "]" },
	  .path = "@D/0:@D/none:@D/1",
	  .kubeconfig = "@D/2",
	  .contexts = "a,b" },
	{ .name = "of several given at once one must be there",
	  .path = "@D/none:@D/neither",
	  .error = "@D/none:@D/neither: none of these kubeconfigs is there" },
	{ .name = "files of KUBECONFIG are merged in order",
	  .files = { "contexts: [" CONTEXT("a") "," CONTEXT("b") "]",
		     "contexts: [" CONTEXT("c") "]" },
	  .kubeconfig = "@D/0:@D/1",
	  .contexts = "a,b,c" },
	{ .name = "empty, repeated and missing files are passed over",
	  .files = { "contexts: [" CONTEXT("a") "]" },
	  .kubeconfig = ":@D/none::@D/0:@D/0:",
	  .contexts = "a" },
	{ .name = "the first file to define a name has it as a whole",
	  .files = { "clusters: [{name: c, cluster: {server: 'https://one'}}]",
		     "clusters: [{name: c, cluster: {server: 'https://two', tls-server-name: "
		     "two}}]\n"
		     "contexts: [{name: a, context: {cluster: c}}]\ncurrent-context: a" },
	  .kubeconfig = "@D/0:@D/1",
	  .contexts = "a",
	  .current = "a",
	  .server = "https://one " },
	{ .name = "the first entry of a name in a file counts",
	  .files = { "clusters: [{name: c, cluster: {server: 'https://one'}},"
		     "{name: c, cluster: {server: 'https://two'}}]\n"
		     "contexts: [{name: a, context: {cluster: c}}]\ncurrent-context: a" },
	  .kubeconfig = "@D/0",
	  .contexts = "a",
	  .current = "a",
	  .server = "https://one " },
	{ .name = "the first current context that is not empty counts",
	  .files = { "current-context: ''", "current-context: b\ncontexts: [" CONTEXT("b") "]",
		     "current-context: c" },
	  .kubeconfig = "@D/0:@D/1:@D/2",
	  .contexts = "b",
	  .current = "b" },
	{ .name = "without KUBECONFIG it is the file at home",
	  .files = { "contexts: [" CONTEXT("a") "]" },
	  .contexts = "home" },
	{ .name = "an empty KUBECONFIG is none", .kubeconfig = "", .contexts = "home" },
	{ .name = "KUBECONFIG without any file ends here",
	  .kubeconfig = "@D/none",
	  .error = "@D/none: no kubeconfig there; name one with --kubeconfig or in KUBECONFIG" },
	{ .name = "JSON is YAML",
	  .files = { "{\"kind\": \"Config\", \"apiVersion\": \"v1\", \"contexts\": "
		     "[{\"name\": \"a\"}], \"current-context\": \"a\"}" },
	  .path = "@D/0",
	  .contexts = "a",
	  .current = "a" },
	{ .name = "empty lists, null and unknown fields are legal",
	  .files = { "users: null\nclusters: []\npreferences: {colors: true}\nmore: [1, 2]\n"
		     "extensions: null\ncurrent-context: null" },
	  .path = "@D/0",
	  .contexts = "" },
	{ .name = "an empty file is legal", .files = { "" }, .path = "@D/0", .contexts = "" },
	{ .name = "entries without a name are passed over",
	  .files = { "contexts: [{context: {}}, {name: ''}, {name: a}]" },
	  .path = "@D/0",
	  .contexts = "a" },
	{ .name = "only the first document counts",
	  .files = { "contexts: [{name: a}]\n---\ncontexts: [{name: b}]\n" },
	  .path = "@D/0",
	  .contexts = "a" },
	{ .name = "a file that is no YAML is named",
	  .files = { "contexts: [" CONTEXT("a") "]", "contexts: [" },
	  .kubeconfig = "@D/0:@D/1",
	  .error = "@D/1: no YAML: *" },
	{ .name = "another document is no kubeconfig",
	  .files = { "kind: Pod\napiVersion: v1" },
	  .path = "@D/0",
	  .error = "@D/0: no kubeconfig: its \"kind\" is not Config" },
	{ .name = "another version is no kubeconfig",
	  .files = { "apiVersion: v2" },
	  .path = "@D/0",
	  .error = "@D/0: no kubeconfig: its \"apiVersion\" is not v1" },
	{ .name = "text is no kubeconfig",
	  .files = { "hello" },
	  .path = "@D/0",
	  .error = "@D/0: no kubeconfig: a map is expected at its top" },
	{ .name = "a list must be one",
	  .files = { "users: {u: 1}" },
	  .path = "@D/0",
	  .error = "@D/0: \"users\" is no list" },
	{ .name = "an element must be a map",
	  .files = { "users: [{name: a}, b]" },
	  .path = "@D/0",
	  .error = "@D/0: users[1] is no map" },
	{ .name = "a name must be a string",
	  .files = { "contexts: [{name: 1}]" },
	  .path = "@D/0",
	  .error = "@D/0: contexts[0].name is no string; put it in quotes" },
	{ .name = "an entry must be a map",
	  .files = { "clusters: [{name: prod, cluster: 'https://one'}]" },
	  .path = "@D/0",
	  .error = "@D/0: cluster \"prod\": \"cluster\" is no map" },
	{ .name = "the current context must be a string",
	  .files = { "current-context: 7" },
	  .path = "@D/0",
	  .error = "@D/0: \"current-context\" is no string; put it in quotes" },
};

static void lay_out(const struct load_row *row)
{
	folder_empty(folder);
	g_free(folder_write(folder, "home/.kube/config", "contexts: [{name: home}]"));
	for (gsize i = 0; i < G_N_ELEMENTS(row->files) && row->files[i]; i++) {
		g_autofree char *name = g_strdup_printf("%" G_GSIZE_FORMAT, i);

		g_free(folder_write(folder, name, row->files[i]));
	}
	folder_variable(folder, "KUBECONFIG", row->kubeconfig);
}

static void check_server(const struct kubeconfig *k, const char *expected)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(kube_access) a = kubeconfig_access(k, NULL, &error);
	g_autofree char *got = NULL;

	g_assert_no_error(error);
	got = g_strdup_printf("%s %s", a->server, a->tls_server_name ? a->tls_server_name : "");
	g_assert_cmpstr(got, ==, expected);
}

static void files_are_found_and_merged(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(load_rows); i++) {
		const struct load_row *row = &load_rows[i];
		g_autoptr(GError) error = NULL;
		g_autoptr(kubeconfig) k = NULL;
		g_autofree char *path = row->path ? folder_expand(folder, row->path) : NULL;
		g_autofree char *names = NULL;

		g_test_message("%s", row->name);
		lay_out(row);
		k = kubeconfig_load(path, &error);
		if (row->error) {
			g_assert_null(k);
			check_error(folder, error, row->error);
			continue;
		}
		g_assert_no_error(error);
		names = g_strjoinv(",", (char **)kubeconfig_contexts(k));
		g_assert_cmpstr(names, ==, row->contexts);
		g_assert_cmpstr(kubeconfig_current(k), ==, row->current);
		if (row->server)
			check_server(k, row->server);
	}
}

/* --- contexts --------------------------------------------------------------------------------- */

static void contexts_that_lead_nowhere_are_told(void)
{
	static const struct {
		const char *text, *context, *error; /* NULL: it leads somewhere */
	} rows[] = {
		{ CLUSTER "contexts: [{name: a, context: {cluster: c}}]", "a", NULL },
		{ CLUSTER "contexts: [{name: a, context: {cluster: c, user: ''}}]", "a", NULL },
		{ CLUSTER "contexts: [{name: a, context: {cluster: c}}, {name: b}]", NULL,
		  "current-context \"\": no such context; choose one with --context: a, b" },
		{ CLUSTER "contexts: [{name: a, context: {cluster: c}}]\ncurrent-context: gone",
		  NULL, "context \"gone\": no such context; choose one with --context: a" },
		{ CLUSTER "contexts: [{name: a, context: {cluster: c}}]", "x\033[31m",
		  "context \"x␛[31m\": no such context; choose one with --context: a" },
		{ CLUSTER, NULL,
		  "current-context \"\": there is no context at all; name another file with "
		  "--kubeconfig" },
		{ CLUSTER "contexts: [{name: a, context: {cluster: d}}]", "a",
		  "context \"a\": its cluster \"d\" is not defined in @D/config" },
		{ CLUSTER "contexts: [{name: a, context: {cluster: c, user: v}}]", "a",
		  "context \"a\": its user \"v\" is not defined in @D/config" },
		{ CLUSTER "contexts: [{name: a}]", "a", "context \"a\": names no cluster" },
		{ CLUSTER "contexts: [{name: a, context: {cluster: c, namespace: 1}}]", "a",
		  "context \"a\": namespace is no string; put it in quotes" },
	};

	folder_empty(folder);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *path = folder_write(folder, "config", rows[i].text);
		g_autoptr(kubeconfig) k = kubeconfig_load(path, &error);
		g_autoptr(kube_access) a = NULL;
		g_autofree char *line = g_strconcat("@D/config: ", rows[i].error, NULL);

		g_assert_no_error(error);
		a = kubeconfig_access(k, rows[i].context, &error);
		if (rows[i].error)
			check_error(folder, error, line);
		else
			g_assert_no_error(error);
		g_assert_cmpint(a != NULL, ==, rows[i].error == NULL);
	}
}

static void relative_paths_start_at_the_file_that_holds_them(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(kubeconfig) k = NULL;
	g_autoptr(kube_access) a = NULL;
	g_autofree char *says = NULL, *expected = NULL;

	folder_empty(folder);
	g_free(folder_write(folder, "one/config",
			    "clusters: [{name: c, cluster: {server: 'https://one:6443', "
			    "certificate-authority: pki/ca.pem}}]\n"
			    "contexts: [{name: a, context: {cluster: c, user: u}}]"));
	g_free(folder_write(folder, "one/pki/ca.pem", CA_PEM));
	g_free(folder_write(folder, "two/config",
			    "users: [{name: u, user: {tokenFile: ../token}}]"));
	folder_variable(folder, "KUBECONFIG", "@D/one/config:@D/two/config");
	k = kubeconfig_load(NULL, &error);
	g_assert_no_error(error);
	a = kubeconfig_access(k, "a", &error);
	g_assert_no_error(error);
	says = access_described(a);
	expected = folder_expand(folder, "ca=CA1 file=@D/token");
	g_assert_cmpstr(says, ==, expected);
}

/* --- in the cluster --------------------------------------------------------------------------- */

static void a_pod_is_who_its_service_account_is(void)
{
	static const struct {
		const char *host, *port, *token, *namespace, *ca, *says, *error;
	} rows[] = {
		{ "10.96.0.1", "443", "t", "payments\n", CA_PEM,
		  .says = "server=https://10.96.0.1:443 namespace=payments ca=CA1 "
			  "file=@D/sa/token" },
		{ "fd00::1", "6443", "t", NULL, NULL,
		  .says = "server=https://[fd00::1]:6443 file=@D/sa/token" },
		{ "10.96.0.1", NULL, "t", NULL, .error = "@D/none: no kubeconfig there; *" },
		{ NULL, "443", "t", NULL, .error = "@D/none: no kubeconfig there; *" },
		{ "10.96.0.1", "443", NULL, NULL, .error = "@D/none: no kubeconfig there; *" },
	};

	folder_variable(folder, "KUBECONFIG", "@D/none");
	folder_variable(folder, "KASE_SERVICEACCOUNT_DIR", "@D/sa");
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const char *files[] = { "sa/token",        rows[i].token, "sa/namespace",
					rows[i].namespace, "sa/ca.crt",   rows[i].ca };
		g_autoptr(GError) error = NULL;
		g_autoptr(kubeconfig) k = NULL;
		g_autoptr(kube_access) a = NULL;
		g_autofree char *says = NULL, *expected = NULL;

		folder_empty(folder);
		for (gsize f = 0; f < G_N_ELEMENTS(files); f += 2)
			if (files[f + 1])
				g_free(folder_write(folder, files[f], files[f + 1]));
		folder_variable(folder, "KUBERNETES_SERVICE_HOST", rows[i].host);
		folder_variable(folder, "KUBERNETES_SERVICE_PORT", rows[i].port);
		k = kubeconfig_load(NULL, &error);
		if (rows[i].error) {
			check_error(folder, error, rows[i].error);
			continue;
		}
		g_assert_no_error(error);
		g_assert_cmpstr(kubeconfig_contexts(k)[0], ==, "in-cluster");
		g_assert_cmpstr(kubeconfig_current(k), ==, "in-cluster");
		a = kubeconfig_access(k, NULL, &error);
		g_assert_no_error(error);
		says = access_described(a);
		expected = folder_expand(folder, rows[i].says);
		g_assert_cmpstr(says, ==, expected);
	}
	folder_variable(folder, "KUBERNETES_SERVICE_HOST", NULL);
}

static void a_kubeconfig_goes_before_the_service_account(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(kubeconfig) k = NULL;

	folder_empty(folder);
	g_free(folder_write(folder, "sa/token", "t"));
	g_free(folder_write(folder, "config", "contexts: [{name: a}]"));
	folder_variable(folder, "KUBERNETES_SERVICE_HOST", "10.96.0.1");
	folder_variable(folder, "KUBERNETES_SERVICE_PORT", "443");
	folder_variable(folder, "KUBECONFIG", "@D/config");
	k = kubeconfig_load(NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(kubeconfig_contexts(k)[0], ==, "a");
	folder_variable(folder, "KUBERNETES_SERVICE_HOST", NULL);
}

int main(int argc, char **argv)
{
	int failed;

	g_test_init(&argc, &argv, NULL);
	folder = folder_new();
	folder_variable(folder, "HOME", "@D/home");
	folder_variable(folder, "KUBERNETES_SERVICE_HOST", NULL);
#define ADD(test) g_test_add_func("/kubeconfig/" #test, test)
	ADD(files_are_found_and_merged);
	ADD(contexts_that_lead_nowhere_are_told);
	ADD(relative_paths_start_at_the_file_that_holds_them);
	ADD(a_pod_is_who_its_service_account_is);
	ADD(a_kubeconfig_goes_before_the_service_account);
#undef ADD
	failed = g_test_run();
	folder_remove(folder);
	return failed;
}
