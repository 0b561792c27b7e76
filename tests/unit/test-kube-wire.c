/*
 * What a kubeconfig means, seen from the other end: a row for each rule of how files are found and
 * merged (1.1), of clusters (1.2), users (1.3) and contexts (1.4), plugins (1.5), pods (1.6) and
 * impersonation (1.7).
 */
#include "kube-wire.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

#define FILES     5
#define VARIABLES 4
#define SIGHTS    6

#define EXEC_API "client.authentication.k8s.io/v1"
#define SERVER   "server: '@URL', certificate-authority-data: '@CA64'"
#define CONFIG(cluster, user)                                                   \
	"clusters: [{name: c, cluster: {" cluster "}}]\n"                       \
	"users: [{name: u, user: {" user "}}]\n"                                \
	"contexts: [{name: x, context: {cluster: c, user: u, namespace: n}}]\n" \
	"current-context: x\n"
#define USER(user)       .files = { { "config", CONFIG(SERVER, user) } }, .load = "@D/config"
#define CLUSTER(cluster) .files = { { "config", CONFIG(cluster, "token: t") } }, .load = "@D/config"
#define PLUGIN(more) \
	"exec: {apiVersion: " EXEC_API ", interactiveMode: Never, command: ./plugin" more "}"
/* A plugin whose output is the JSON of `status`. */
#define SAYS(status)                                        \
	"#!/bin/sh\nprintf %s '{\"apiVersion\":\"" EXEC_API \
	"\",\"kind\":\"ExecCredential\",\"status\":{" status "}}'\n"

struct row {
	const char *rule;
	struct {
		const char *name, *text;
	} files[FILES];
	const char *variables[VARIABLES]; /* "NAME=value" */
	const char *load;                 /* NULL: what the environment says */
	const char *context;
	const char *prefix; /* the server's */
	gboolean ipv6;
	const char *error; /* a glob of its message; NULL: the request succeeds */
	/* What the server sees of the request: "Header: value", "!Header" for one that must not come,
	 * "line …", "certificate NAME", "sni NAME"; what a proxy does: "proxy HOST:PORT". */
	const char *sees[SIGHTS];
};

static const struct row file_rows[] = {
	{ "an explicit path is the only file",
	  .files = { { "a", CONFIG(SERVER, "token: a") }, { "b", CONFIG(SERVER, "token: b") } },
	  .variables = { "KUBECONFIG=@D/b" }, .load = "@D/a",
	  .sees = { "Authorization: Bearer a" } },
	{ "an explicit path must be there", .load = "@D/none", .error = "*@D/none*" },
	{ "KUBECONFIG is a list; empty, double and missing entries are skipped",
	  .files = { { "a", CONFIG(SERVER, "token: a") } },
	  .variables = { "KUBECONFIG=:@D/none::@D/a:@D/a:" },
	  .sees = { "Authorization: Bearer a" } },
	{ "a file that cannot be parsed is named",
	  .files = { { "a", CONFIG(SERVER, "token: a") }, { "b", "clusters: [" } },
	  .variables = { "KUBECONFIG=@D/a:@D/b" }, .error = "*@D/b*" },
	{ "else it is the one in the home",
	  .files = { { ".kube/config", CONFIG(SERVER, "token: home") } },
	  .variables = { "HOME=@D" }, .sees = { "Authorization: Bearer home" } },
	{ "else there is none", .variables = { "HOME=@D" }, .error = "*no *" },
	{ "entries are not merged field by field: the first file wins as a whole",
	  .files = { { "a", CONFIG(SERVER, "token: a") },
		     { "b", CONFIG(SERVER, "token: b, as: eve") } },
	  .variables = { "KUBECONFIG=@D/a:@D/b" },
	  .sees = { "Authorization: Bearer a", "!Impersonate-User" } },
	{ "lists of several files join",
	  .files = { { "a", "clusters: [{name: c, cluster: {" SERVER "}}]\n" },
		     { "b", "users: [{name: u, user: {token: b}}]\n" },
		     { "c", "contexts: [{name: x, context: {cluster: c, user: u}}]\n" },
		     { "d", "current-context: x\n" } },
	  .variables = { "KUBECONFIG=@D/a:@D/b:@D/c:@D/d" },
	  .sees = { "Authorization: Bearer b" } },
	{ "the first current-context that is not empty counts",
	  .files = { { "a", "current-context: ''\n" },
		     { "b", CONFIG(SERVER, "token: b") },
		     { "c", "current-context: none\n" } },
	  .variables = { "KUBECONFIG=@D/a:@D/b:@D/c" }, .sees = { "Authorization: Bearer b" } },
	{ "of one name twice in a file the first counts",
	  .files = { { "a", CONFIG(SERVER, "token: a}}, {name: u, user: {token: b") } },
	  .load = "@D/a", .sees = { "Authorization: Bearer a" } },
	{ "paths begin at the file that holds the entry",
	  .files = { { "deep/a", CONFIG("server: '@URL', certificate-authority: pki/ca.pem",
					"tokenFile: pki/token, client-certificate: pki/cert.pem, "
					"client-key: pki/key.pem") },
		     { "deep/pki/ca.pem", "@CA" },
		     { "deep/pki/token", "filed\n" },
		     { "deep/pki/cert.pem", "@CERT" },
		     { "deep/pki/key.pem", "@KEY" } },
	  .load = "@D/deep/a", .sees = { "Authorization: Bearer filed", "certificate trainee" } },
	{ "a plugin with a slash begins there, too",
	  .files = { { "deep/a", CONFIG(SERVER, PLUGIN("")) },
		     { "deep/plugin", SAYS("\"token\":\"ran\"") } },
	  .load = "@D/deep/a", .sees = { "Authorization: Bearer ran" } },
	{ "a plugin without a slash is looked for in PATH",
	  .files = { { "a",
		       CONFIG(SERVER, "exec: {apiVersion: " EXEC_API
				      ", interactiveMode: Never, command: kase-test-plugin}") },
		     { "bin/kase-test-plugin", SAYS("\"token\":\"found\"") } },
	  .variables = { "PATH=@D/bin:/usr/bin:/bin" }, .load = "@D/a",
	  .sees = { "Authorization: Bearer found" } },
	{ "JSON is YAML, and unknown fields are passed over",
	  .files = { { "a",
		       "{\"kind\":\"Config\",\"apiVersion\":\"v1\",\"preferences\":{},\"new\":[1],"
		       "\"clusters\":[{\"name\":\"c\",\"cluster\":{\"server\":\"@URL\","
		       "\"certificate-authority-data\":\"@CA64\",\"later\":true}}],"
		       "\"users\":[{\"name\":\"u\",\"user\":{\"token\":\"j\"}}],"
		       "\"contexts\":[{\"name\":\"x\",\"context\":{\"cluster\":\"c\",\"user\":"
		       "\"u\"}}],"
		       "\"current-context\":\"x\"}" } },
	  .load = "@D/a", .sees = { "Authorization: Bearer j" } },
	{ "empty documents and null lists are no fault",
	  .files = { { "a", "" },
		     { "b", "users: null\ncontexts: []\nclusters:\n" },
		     { "c", CONFIG(SERVER, "token: c") } },
	  .variables = { "KUBECONFIG=@D/a:@D/b:@D/c" }, .sees = { "Authorization: Bearer c" } },
};

static const struct row cluster_rows[] = {
	{ "a path in the URL stands before every path",
	  CLUSTER("server: '@URL', certificate-authority-data: '@CA64'"),
	  .prefix = "/k8s/clusters/c-1",
	  .sees = { "line GET /k8s/clusters/c-1/api/v1/pods?limit=1", "Host: 127.0.0.1:@PORT" } },
	{ "a slash at the end of the URL is none",
	  CLUSTER("server: '@URL/', certificate-authority-data: '@CA64'"),
	  .sees = { "line GET /api/v1/pods?limit=1" } },
	{ "an IPv6 address stands in brackets, and is verified", CLUSTER(SERVER), .ipv6 = TRUE,
	  .sees = { "Host: [::1]:@PORT" } },
	{ "CA data wins over the path",
	  CLUSTER("server: '@URL', certificate-authority: none.pem, certificate-authority-data: "
		  "'@CA64'"),
	  .sees = { "Authorization: Bearer t" } },
	{ "one of several CAs in a bundle is enough",
	  .files = { { "config",
		       CONFIG("server: '@URL', certificate-authority: ca.pem", "token: t") },
		     { "ca.pem", "text before\n@OTHERCA\n@CA" } },
	  .load = "@D/config", .sees = { "Authorization: Bearer t" } },
	{ "another CA does not do",
	  CLUSTER("server: '@URL', certificate-authority-data: '@OTHERCA64'"),
	  .error = "*certificate*" },
	{ "without a CA the system's decide", CLUSTER("server: '@URL'"), .error = "*certificate*" },
	{ "insecure does without", CLUSTER("server: '@URL', insecure-skip-tls-verify: true"),
	  .sees = { "Authorization: Bearer t" } },
	{ "insecure and a CA exclude each other",
	  CLUSTER(SERVER ", insecure-skip-tls-verify: true"),
	  .error = "*insecure-skip-tls-verify*" },
	{ "tls-server-name is asked for and verified, the Host stays",
	  CLUSTER(SERVER ", tls-server-name: drill.kase.test"),
	  .sees = { "sni drill.kase.test", "Host: 127.0.0.1:@PORT" } },
	{ "tls-server-name must be in the certificate",
	  CLUSTER(SERVER ", tls-server-name: other.kase.test"), .error = "*certificate*" },
	{ "an address is no SNI", CLUSTER(SERVER), .sees = { "sni -" } },
	{ "a proxy connects", CLUSTER(SERVER ", proxy-url: '@PROXY'"),
	  .sees = { "proxy 127.0.0.1:@PORT" } },
	{ "a SOCKS proxy resolves the name",
	  CLUSTER("server: 'https://drill.kase.test:@PORT', certificate-authority-data: '@CA64', "
		  "proxy-url: "
		  "'@SOCKS'"),
	  .sees = { "proxy drill.kase.test:@PORT" } },
	{ "the environment names a proxy", CLUSTER(SERVER), .variables = { "HTTPS_PROXY=@PROXY" },
	  .sees = { "proxy 127.0.0.1:@PORT" } },
	{ "and whom not to use it for", CLUSTER(SERVER),
	  .variables = { "HTTPS_PROXY=@PROXY", "NO_PROXY=localhost,127.0.0.0/8" },
	  .sees = { "proxy -" } },
	{ "proxy-url goes before the environment", CLUSTER(SERVER ", proxy-url: '@SOCKS'"),
	  .variables = { "HTTPS_PROXY=http://127.0.0.1:1", "NO_PROXY=*" },
	  .sees = { "proxy 127.0.0.1:@PORT" } },
	{ "gzip is asked for", CLUSTER(SERVER), .sees = { "Accept-Encoding: gzip" } },
	{ "disable-compression asks for none", CLUSTER(SERVER ", disable-compression: true"),
	  .sees = { "!Accept-Encoding" } },
	{ "we say who we are", CLUSTER(SERVER), .sees = { "User-Agent: kase/test (linux/amd64)" } },
};

static const struct row user_rows[] = {
	{ "a certificate from data, key in PKCS#8",
	  USER("client-certificate-data: '@CERT64', client-key-data: '@KEY64'"),
	  .sees = { "certificate trainee", "!Authorization" } },
	{ "a key in SEC1", USER("client-certificate-data: '@CERT64', client-key-data: '@SEC164'"),
	  .sees = { "certificate trainee" } },
	{ "a key in PKCS#1",
	  USER("client-certificate-data: '@RSACERT64', client-key-data: '@RSAKEY64'"),
	  .sees = { "certificate stranger" } },
	{ "data wins over the paths",
	  USER("client-certificate: none, client-certificate-data: '@CERT64', client-key: none, "
	       "client-key-data: '@KEY64'"),
	  .sees = { "certificate trainee" } },
	{ "certificate and token go together",
	  USER("client-certificate-data: '@CERT64', client-key-data: '@KEY64', token: t"),
	  .sees = { "certificate trainee", "Authorization: Bearer t" } },
	{ "a token", USER("token: t"), .sees = { "Authorization: Bearer t", "certificate -" } },
	{ "a token file is trimmed, and wins once it was read",
	  .files = { { "config", CONFIG(SERVER, "token: t, tokenFile: token") },
		     { "token", " \tfiled\n\n" } },
	  .load = "@D/config", .sees = { "Authorization: Bearer filed" } },
	{ "a token stands in for a file that is not there", USER("token: t, tokenFile: none"),
	  .sees = { "Authorization: Bearer t" } },
	{ "an empty token file is an error",
	  .files = { { "config", CONFIG(SERVER, "tokenFile: token") }, { "token", "\n" } },
	  .load = "@D/config", .error = "*@D/token is empty*" },
	{ "a token file that is not there is an error", USER("tokenFile: none"),
	  .error = "*@D/none*" },
	{ "a password", USER("username: ana, password: hunter2"),
	  .sees = { "Authorization: Basic YW5hOmh1bnRlcjI=" } },
	{ "an ID token that is good", /* {"exp":4102444800} */
	  USER("auth-provider: {name: oidc, config: {id-token: e30.eyJleHAiOjQxMDI0NDQ4MDB9.s}}"),
	  .sees = { "Authorization: Bearer e30.eyJleHAiOjQxMDI0NDQ4MDB9.s" } },
	{ "an ID token that has expired", /* {"exp":946684800} */
	  USER("auth-provider: {name: oidc, config: {id-token: e30.eyJleHAiOjk0NjY4NDgwMH0.s}}"),
	  .error = "*run kubectl once*" },
	{ "the old Google way is gone", USER("auth-provider: {name: gcp}"),
	  .error = "*gke-gcloud-auth-plugin*" },
	{ "the old Azure way is gone", USER("auth-provider: {name: azure}"),
	  .error = "*kubelogin*" },
	{ "nobody", USER(""), .sees = { "!Authorization", "certificate -" } },
};

static const struct row context_rows[] = {
	{ "a context is chosen by name",
	  .files = { { "config", CONFIG(SERVER, "token: t}}, {name: v, user: {token: v") "" },
		     { "more", "contexts: [{name: y, context: {cluster: c, user: v}}]\n" } },
	  .variables = { "KUBECONFIG=@D/config:@D/more" }, .context = "y",
	  .sees = { "Authorization: Bearer v" } },
	{ "a context that is not there", USER("token: t"), .context = "nowhere",
	  .error = "*nowhere*" },
	{ "a current-context that leads nowhere",
	  .files = { { "config", "current-context: gone\ncontexts: []\n" } }, .load = "@D/config",
	  .error = "*gone*" },
	{ "a context may have no user",
	  .files = { { "config",
		       "clusters: [{name: c, cluster: {" SERVER "}}]\n"
		       "contexts: [{name: x, context: {cluster: c}}]\ncurrent-context: x\n" } },
	  .load = "@D/config", .sees = { "!Authorization" } },
	{ "a context names a cluster that is not there",
	  .files = { { "config",
		       "contexts: [{name: x, context: {cluster: c}}]\ncurrent-context: x\n" } },
	  .load = "@D/config", .error = "*\"c\"*" },
};

#define PLUGIN_ROW(script, more)                                                       \
	.files = { { "config", CONFIG(SERVER, PLUGIN(more)) }, { "plugin", script } }, \
	.load = "@D/config"

static const struct row plugin_rows[] = {
	{ "a plugin's token", PLUGIN_ROW(SAYS("\"token\":\"p\""), ""),
	  .sees = { "Authorization: Bearer p" } },
	{ "a plugin's certificate",
	  .files = { { "config", CONFIG(SERVER, PLUGIN("")) },
		     { "plugin", "#!/bin/sh\nfold() { sed 's/$/\\\\n/' \"$0-$1\" | tr -d '\\n'; }\n"
				 "printf '{\"apiVersion\":\"" EXEC_API
				 "\",\"kind\":\"ExecCredential\",\"status\":"
				 "{\"clientCertificateData\":\"%s\",\"clientKeyData\":\"%s\"}}' "
				 "\"$(fold cert)\" \"$(fold key)\"\n" },
		     { "plugin-cert", "@CERT" },
		     { "plugin-key", "@KEY" } },
	  .load = "@D/config", .sees = { "certificate trainee", "!Authorization" } },
	{ "its arguments and variables",
	  PLUGIN_ROW("#!/bin/sh\necho '{\"apiVersion\":\"" EXEC_API
		     "\",\"kind\":\"ExecCredential\",\"status\":"
		     "{\"token\":\"'$1-$A-${INHERITED}'\"}}'\n",
		     ", args: [one], env: [{name: A, value: two}]"),
	  .variables = { "INHERITED=three" }, .sees = { "Authorization: Bearer one-two-three" } },
	{ "it is told of the cluster where it asks",
	  .files = { { "config",
		       CONFIG(SERVER
			      ", extensions: [{name: client.authentication.k8s.io/exec, extension: "
			      "{audience: told}}]",
			      PLUGIN(", provideClusterInfo: true")) },
		     { "plugin", "#!/bin/sh\naudience=$(echo \"$KUBERNETES_EXEC_INFO\" | sed "
				 "'s/.*\"audience\":\"\\([a-z]*\\)\".*/\\1/')\n"
				 "echo '{\"apiVersion\":\"" EXEC_API
				 "\",\"kind\":\"ExecCredential\",\"status\":"
				 "{\"token\":\"'$audience'\"}}'\n" } },
	  .load = "@D/config", .sees = { "Authorization: Bearer told" } },
	{ "a token keeps it from being run",
	  .files = { { "config", CONFIG(SERVER, "token: t, " PLUGIN("")) },
		     { "plugin", SAYS("\"token\":\"ran\"") } },
	  .load = "@D/config", .sees = { "Authorization: Bearer t" } },
	{ "a certificate does",
	  .files = { { "config",
		       CONFIG(SERVER, "client-certificate-data: '@CERT64', client-key-data: "
				      "'@KEY64', " PLUGIN("")) },
		     { "plugin", SAYS("\"token\":\"ran\"") } },
	  .load = "@D/config", .sees = { "certificate trainee", "!Authorization" } },
	{ "a password does",
	  .files = { { "config", CONFIG(SERVER, "username: a, password: b, " PLUGIN("")) },
		     { "plugin", SAYS("\"token\":\"ran\"") } },
	  .load = "@D/config", .sees = { "Authorization: Basic YTpi" } },
	{ "it fails with its code and its last words",
	  PLUGIN_ROW("#!/bin/sh\necho 'log in first' >&2\nexit 7\n", ""),
	  .error = "*7*log in first*" },
	{ "it is not there: its hint is shown, made safe",
	  .files = { { "config", CONFIG(SERVER, PLUGIN(", installHint: \"get \\e[31mit\"")) } },
	  .load = "@D/config", .error = "*get \xe2\x90\x9b?31mit*" },
	{ "another version than was asked for",
	  PLUGIN_ROW("#!/bin/sh\necho '{\"apiVersion\":\"" EXEC_API
		     "beta1\",\"kind\":\"ExecCredential\","
		     "\"status\":{\"token\":\"t\"}}'\n",
		     ""),
	  .error = "*v1beta1*" },
	{ "no status",
	  PLUGIN_ROW("#!/bin/sh\necho '{\"apiVersion\":\"" EXEC_API
		     "\",\"kind\":\"ExecCredential\"}'\n",
		     ""),
	  .error = "*status*" },
	{ "a certificate without its key",
	  PLUGIN_ROW(SAYS("\"clientCertificateData\":\"-----BEGIN CERTIFICATE-----\\nx\\n-----END "
			  "CERTIFICATE-----\\n\""),
		     ""),
	  .error = "*only one of certificate and key*" },
	{ "what is no JSON", PLUGIN_ROW("#!/bin/sh\necho hello\n", ""), .error = "*JSON*" },
};

#define IN_POD                                                                \
	"KUBERNETES_SERVICE_HOST=127.0.0.1", "KUBERNETES_SERVICE_PORT=@PORT", \
		"KASE_SERVICEACCOUNT_DIR=@D/sa", "HOME=@D"
#define POD_FILES                                        \
	{ "sa/ca.crt", "@CA" }, { "sa/token", "pod\n" }, \
	{                                                \
		"sa/namespace", "n"                      \
	}

static const struct row pod_rows[] = {
	{ "in a pod its service account is used", .files = { POD_FILES }, .variables = { IN_POD },
	  .sees = { "Authorization: Bearer pod", "Host: 127.0.0.1:@PORT" } },
	{ "a kubeconfig goes before it",
	  .files = { POD_FILES, { ".kube/config", CONFIG(SERVER, "token: t") } },
	  .variables = { IN_POD }, .sees = { "Authorization: Bearer t" } },
	{ "an IPv6 address is put in brackets", .files = { POD_FILES }, .ipv6 = TRUE,
	  .variables = { "KUBERNETES_SERVICE_HOST=::1", "KUBERNETES_SERVICE_PORT=@PORT",
			 "KASE_SERVICEACCOUNT_DIR=@D/sa", "HOME=@D" },
	  .sees = { "Host: [::1]:@PORT" } },
};

static const struct row impersonation_rows[] = {
	{ "nobody is impersonated unasked", USER("token: t"),
	  .sees = { "!Impersonate-User", "!Impersonate-Group", "!Impersonate-Uid" } },
	{ "a user, a uid, groups and more",
	  USER("token: t, as: eve, as-uid: '7', as-groups: [a, b], as-user-extra: {scopes: [x, "
	       "y]}"),
	  .sees = { "Impersonate-User: eve", "Impersonate-Uid: 7", "Impersonate-Group: a, b",
		    "Impersonate-Extra-scopes: x, y", "Authorization: Bearer t" } },
	{ "what may not stand in a header's name is encoded",
	  USER("as: eve, as-user-extra: {authentication.kubernetes.io/pod-name: [p], '50%': [q]}"),
	  .sees = { "Impersonate-Extra-authentication.kubernetes.io%2Fpod-name: p",
		    "Impersonate-Extra-50%25: q" } },
	{ "groups need a user", USER("as-groups: [a]"), .error = "*\"as\"*" },
};

/* --- a row's way ------------------------------------------------------------------------------ */

static const char *const cleared[] = { "KUBECONFIG",
				       "HOME",
				       "KUBERNETES_SERVICE_HOST",
				       "KUBERNETES_SERVICE_PORT",
				       "KASE_SERVICEACCOUNT_DIR",
				       "HTTPS_PROXY",
				       "https_proxy",
				       "HTTP_PROXY",
				       "http_proxy",
				       "ALL_PROXY",
				       "all_proxy",
				       "NO_PROXY",
				       "no_proxy",
				       "INHERITED" };

/* No thread that reads the environment runs now: the server answers nobody yet. */
static void set_environment(const struct wire *w, const struct row *r)
{
	for (gsize i = 0; i < G_N_ELEMENTS(cleared); i++)
		unsetenv(cleared[i]);
	setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
	for (gsize i = 0; i < VARIABLES && r->variables[i]; i++) {
		g_autofree char *text = wire_expand(w, r->variables[i]);
		char *equals = strchr(text, '=');

		*equals = '\0';
		setenv(text, equals + 1, 1);
	}
}

static char *or_dash(char *text)
{
	return text ? text : g_strdup("-");
}

/* What the first request, or a proxy, showed under that word.  Caller owns. */
static char *sight(const struct wire *w, const char *word)
{
	if (g_str_equal(word, "line")) {
		g_auto(GStrv) lines = drill_requests(w->server);

		return g_strdup(lines[0]);
	}
	if (g_str_equal(word, "proxy")) {
		g_auto(GStrv) connects = proxy_targets(w->http_proxy);
		g_auto(GStrv) socks = proxy_targets(w->socks_proxy);

		return or_dash(g_strdup(connects[0] ? connects[0] : socks[0]));
	}
	if (g_str_equal(word, "certificate"))
		return or_dash(drill_request_certificate(w->server, 0));
	if (g_str_equal(word, "sni"))
		return or_dash(drill_request_server_name(w->server, 0));
	return NULL;
}

static void check_sight(const struct wire *w, const char *expected)
{
	g_autofree char *text = wire_expand(w, expected);
	char *colon = strstr(text, ": "), *space = strchr(text, ' ');
	g_autofree char *seen = NULL;

	if (*text == '!') {
		seen = drill_request_header(w->server, 0, text + 1);
		g_assert_null(seen);
		return;
	}
	*(colon ? colon : space) = '\0';
	seen = colon ? drill_request_header(w->server, 0, text) : sight(w, text);
	g_assert_cmpstr(seen, ==, colon ? colon + 2 : space + 1);
}

static void check_failure(const struct wire *w, const struct row *r, const GError *error)
{
	g_autofree char *glob = wire_expand(w, r->error);

	g_assert_nonnull(error);
	g_test_message("  %s", error->message);
	g_assert_true(error->domain == KUBE_ERROR);
	g_assert_null(strchr(error->message, '\n'));
	g_assert_null(strchr(error->message, '\033'));
	g_assert_true(g_pattern_match_simple(glob, error->message));
}

static gboolean has_ipv6(void)
{
	g_autoptr(GInetAddress) loopback = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV6);
	g_autoptr(GSocketAddress) address = g_inet_socket_address_new(loopback, 0);
	g_autoptr(GSocket) probe = g_socket_new(G_SOCKET_FAMILY_IPV6, G_SOCKET_TYPE_STREAM,
						G_SOCKET_PROTOCOL_TCP, NULL);

	return probe && g_socket_bind(probe, address, FALSE, NULL);
}

static void check_row(const struct row *r)
{
	g_autoptr(wire)
		w = wire_new(&(struct drill_plan){ .path_prefix = r->prefix, .ipv6 = r->ipv6 });
	g_autoptr(GError) error = NULL;
	g_autoptr(http) h = NULL;
	g_autoptr(outcome) o = NULL;

	g_test_message("%s", r->rule);
	for (gsize i = 0; i < FILES && r->files[i].name; i++)
		wire_write(w, r->files[i].name, r->files[i].text);
	set_environment(w, r);
	h = wire_open(w, r->load, r->context, &error);
	o = h ? wire_get(h, "/api/v1/pods?limit=1") : NULL;
	if (r->error) {
		check_failure(w, r, error ? error : o->error);
		return;
	}
	g_assert_no_error(error);
	g_assert_no_error(o->error);
	g_assert_cmpint(o->status, ==, 200);
	for (gsize i = 0; i < SIGHTS && r->sees[i]; i++)
		check_sight(w, r->sees[i]);
}

/* --- tests ------------------------------------------------------------------------------------ */

struct table {
	const char *name;
	const struct row *rows;
	gsize count;
};
#define TABLE(name, rows)                                    \
	{                                                    \
		"/kube-wire/" name, rows, G_N_ELEMENTS(rows) \
	}

static const struct table tables[] = {
	TABLE("files_are_found_and_merged", file_rows),
	TABLE("clusters_are_reached", cluster_rows),
	TABLE("users_show_their_proof", user_rows),
	TABLE("contexts_are_chosen", context_rows),
	TABLE("plugins_are_run", plugin_rows),
	TABLE("pods_use_their_account", pod_rows),
	TABLE("others_are_impersonated", impersonation_rows),
};

static void check_table(const void *data)
{
	const struct table *t = data;

	for (gsize i = 0; i < t->count; i++)
		if (!t->rows[i].ipv6 || has_ipv6())
			check_row(&t->rows[i]);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tables); i++)
		g_test_add_data_func(tables[i].name, &tables[i], check_table);
	return g_test_run();
}
