#include <kase/kube.h>

#include <string.h>

#include "kube-described.h"
#include "kube-folder.h"

static char *folder;

struct access_row {
	const char *name;
	const char *cluster, *user, *context; /* their fields */
	const char *says, *error;             /* one of them */
	enum kube_error code;
};

#define V1         "client.authentication.k8s.io/v1"
#define EXEC(more) "exec: {apiVersion: " V1 ", interactiveMode: Never, command: aws" more "}"

static const struct access_row cluster_rows[] = {
	{ "server alone", .says = "" },
	{ "slashes at the end go, a path stays", "server: 'https://r.example/k8s/clusters/c-1//'",
	  .says = "server=https://r.example/k8s/clusters/c-1" },
	{ "an IPv6 address", "server: 'https://[fd00::1]:6443'",
	  .says = "server=https://[fd00::1]:6443" },
	{ "plain http is a way", "server: 'http://127.0.0.1:8001'",
	  .says = "server=http://127.0.0.1:8001" },
	{ "no server", "insecure-skip-tls-verify: true", .error = "cluster \"c\": has no server" },
	{ "no scheme", "server: 'one:6443'",
	  .error = "cluster \"c\": server has no scheme; write https://HOST:PORT" },
	{ "another scheme", "server: 'ftp://one'",
	  .error = "cluster \"c\": server must be one of https, http" },
	{ "no host", "server: 'https:///x'",
	  .error = "cluster \"c\": server is no URL with a host" },
	{ "a line break", "server: \"https://one\\nx\"",
	  .error = "cluster \"c\": server is no URL with a host" },
	{ "a user in the URL", "server: 'https://ana:secret@one'",
	  .error = "cluster \"c\": server holds a query or a user; write the URL without" },
	{ "a number for a server", "server: 6443",
	  .error = "cluster \"c\": server is no string; put it in quotes" },
	{ "a CA beside the file", "server: 'https://one:6443', certificate-authority: ca.pem",
	  .says = "ca=CA1" },
	{ "a CA by its whole path",
	  "server: 'https://one:6443', certificate-authority: '@D/ca.pem'", .says = "ca=CA1" },
	{ "CA data is folded, and wins over the path",
	  "server: 'https://one:6443', certificate-authority: none.pem, "
	  "certificate-authority-data: \"@CA64\"",
	  .says = "ca=CA1" },
	{ "empty CA data is none", "server: 'https://one:6443', certificate-authority-data: ''",
	  .says = "" },
	{ "a CA that is not there", "server: 'https://one:6443', certificate-authority: none.pem",
	  .error = "cluster \"c\": certificate-authority @D/none.pem: No such file or directory" },
	{ "CA data that is no base64",
	  "server: 'https://one:6443', certificate-authority-data: 'a-b='",
	  .error = "cluster \"c\": certificate-authority-data is no base64" },
	{ "CA data without padding",
	  "server: 'https://one:6443', certificate-authority-data: 'YWJj ZA'",
	  .error = "cluster \"c\": certificate-authority-data is no base64" },
	{ "CA data that is no PEM",
	  "server: 'https://one:6443', certificate-authority-data: 'YWJj'",
	  .error = "cluster \"c\": certificate-authority-data holds no CERTIFICATE in PEM" },
	{ "insecure", "server: 'https://one:6443', insecure-skip-tls-verify: true",
	  .says = "insecure=yes" },
	{ "insecure in the words of YAML 1.1",
	  "server: 'https://one:6443', insecure-skip-tls-verify: yes", .says = "insecure=yes" },
	{ "no in the words of YAML 1.1",
	  "server: 'https://one:6443', insecure-skip-tls-verify: off", .says = "" },
	{ "no truth at all", "server: 'https://one:6443', insecure-skip-tls-verify: perhaps",
	  .error =
		  "cluster \"c\": insecure-skip-tls-verify is neither true nor false; write one of "
		  "them, without quotes" },
	{ "insecure with a CA",
	  "server: 'https://one:6443', insecure-skip-tls-verify: true, certificate-authority: "
	  "ca.pem",
	  .error = "cluster \"c\": insecure-skip-tls-verify is set, and so is a "
		   "certificate-authority; remove one" },
	{ "another name to verify", "server: 'https://one:6443', tls-server-name: two.example",
	  .says = "tls=two.example" },
	{ "a name that is none", "server: 'https://one:6443', tls-server-name: 'two/x'",
	  .error = "cluster \"c\": tls-server-name is no host name" },
	{ "a proxy", "server: 'https://one:6443', proxy-url: 'socks5://u:secret@p:1080'",
	  .says = "proxy=socks5://u:secret@p:1080" },
	{ "a proxy of another kind", "server: 'https://one:6443', proxy-url: 'socks4://u:secret@p'",
	  .error = "cluster \"c\": proxy-url must be one of http, https, socks5, socks5h" },
	{ "no compression", "server: 'https://one:6443', disable-compression: true",
	  .says = "plain=yes" },
	{ "a namespace", .context = ", namespace: payments", .says = "namespace=payments" },
	{ "an empty namespace", .context = ", namespace: ''", .says = "" },
};

static const struct access_row user_rows[] = {
	{ "nobody", .user = "", .says = "" },
	{ "a token", .user = "token: hunter2", .says = "token=hunter2" },
	{ "a token that YAML reads as a number", .user = "token: 0123456",
	  .error = "user \"u\": token is no string; put it in quotes" },
	{ "a token with a line break", .user = "token: \"hunter2\\n\"",
	  .error =
		  "user \"u\": the token holds a line break or another control character; write it "
		  "in one line",
	  .code = KUBE_ERROR_CREDENTIAL },
	{ "a token file beside the file", .user = "token: hunter2, tokenFile: t",
	  .says = "token=hunter2 file=@D/t" },
	{ "a password", .user = "username: ana, password: hunter2",
	  .says = "username=ana password=hunter2" },
	{ "a password without a user", .user = "password: hunter2",
	  .error = "user \"u\": has a password without a username" },
	{ "a password and a token", .user = "username: ana, password: hunter2, token: x",
	  .error = "user \"u\": has a token and a username or password; remove one" },
	{ "a certificate from files", .user = "client-certificate: cert.pem, client-key: key.pem",
	  .says = "cert=CERT1 key=KEY1" },
	{ "a certificate from data goes with a token",
	  .user = "client-certificate: cert.pem, client-key: none, client-key-data: \"@KEY64\", "
		  "token: x",
	  .says = "cert=CERT1 key=KEY1 token=x" },
	{ "a certificate without a key", .user = "client-certificate: cert.pem",
	  .error = "user \"u\": has only one of client-certificate and client-key; add the other" },
	{ "a key without a certificate", .user = "client-key: key.pem",
	  .error = "user \"u\": has only one of client-certificate and client-key; add the other" },
	{ "a certificate for a key", .user = "client-certificate: cert.pem, client-key: cert.pem",
	  .error = "user \"u\": client-key holds no PRIVATE KEY in PEM" },
	{ "an encrypted key", .user = "client-certificate: cert.pem, client-key: locked.pem",
	  .error = "user \"u\": client-key is encrypted, and kubeconfigs have no place for its "
		   "passphrase; decrypt it with openssl pkey" },
	{ "an encrypted key of the old form",
	  .user = "client-certificate: cert.pem, client-key: old.pem",
	  .error = "user \"u\": client-key is encrypted, and *" },
	{ "impersonation",
	  .user = "as: ana, as-uid: '7', as-groups: [a, b], as-user-extra: {scopes: [x, y], none: "
		  "null}",
	  .says = "as=ana uid=7 groups=a,b scopes=x scopes=y" },
	{ "groups without a user", .user = "as-groups: [a]",
	  .error = "user \"u\": as-uid, as-groups and as-user-extra need \"as\"; name the user" },
	{ "a uid without a user", .user = "as-uid: x", .error = "user \"u\": as-uid, *" },
	{ "extra without a user", .user = "as-user-extra: {a: [b]}",
	  .error = "user \"u\": as-uid, *" },
	{ "extra that is no list", .user = "as: ana, as-user-extra: {a: b}",
	  .error = "user \"u\": a is no list" },
	{ "extra that is no map", .user = "as: ana, as-user-extra: [a]",
	  .error = "user \"u\": as-user-extra is no map" },
	{ "a header smuggled in", .user = "as: \"ana\\r\\nImpersonate-Group: system:masters\"",
	  .error = "user \"u\": an impersonated name holds a line break or another control "
		   "character" },
	{ "a header smuggled in by a group", .user = "as: ana, as-groups: [\"a\\nb\"]",
	  .error = "user \"u\": an impersonated name holds *" },
	{ "a header smuggled in by extra", .user = "as: ana, as-user-extra: {a: [\"a\\nb\"]}",
	  .error = "user \"u\": an impersonated name holds *" },
	{ "an ID token", .user = "auth-provider: {name: oidc, config: {id-token: a.b.c}}",
	  .says = "id=a.b.c" },
	{ "no ID token yet", .user = "auth-provider: {name: oidc, config: {refresh-token: secret}}",
	  .error = "user \"u\": auth-provider oidc has no id-token; run kubectl once",
	  .code = KUBE_ERROR_CREDENTIAL },
	{ "the old Google way", .user = "auth-provider: {name: gcp}",
	  .error = "user \"u\": auth-provider gcp is gone since Kubernetes 1.26; install "
		   "gke-gcloud-auth-plugin and run gcloud container clusters get-credentials",
	  .code = KUBE_ERROR_CREDENTIAL },
	{ "the old Azure way", .user = "auth-provider: {name: azure}",
	  .error = "user \"u\": auth-provider azure is gone since Kubernetes 1.26; install "
		   "kubelogin "
		   "and run kubelogin convert-kubeconfig",
	  .code = KUBE_ERROR_CREDENTIAL },
	{ "a way nobody knows", .user = "auth-provider: {name: magic}",
	  .error = "user \"u\": auth-provider \"magic\" is not known; use an exec plugin",
	  .code = KUBE_ERROR_CREDENTIAL },
	{ "an auth-provider is not asked where a token is",
	  .user = "token: x, auth-provider: {name: gcp}", .says = "token=x" },
	{ "an auth-provider beside a plugin", .user = "auth-provider: {name: oidc}, " EXEC(""),
	  .error = "user \"u\": has an exec plugin and an auth-provider; remove one" },
};

static const struct access_row exec_rows[] = {
	{ "a plugin in PATH", .user = EXEC(""), .says = "exec=aws version=v1 mode=Never" },
	{ "all of a plugin",
	  "server: 'https://one:6443', extensions: [{name: other, extension: 1}, "
	  "{name: client.authentication.k8s.io/exec, extension: {audience: x}}]",
	  .user = EXEC(", args: [get, token], env: [{name: A, value: b=c}, {name: B}], "
		       "installHint: brew, provideClusterInfo: true"),
	  .says = "exec=aws version=v1 args=get,token env=A=b=c,B= hint=brew mode=Never told=yes "
		  "config={\"audience\":\"x\"}" },
	{ "a command beside the file",
	  .user = "exec: {apiVersion: " V1 ", command: bin/aws, interactiveMode: Never}",
	  .says = "exec=@D/bin/aws version=v1 mode=Never" },
	{ "a command by its whole path",
	  .user = "exec: {apiVersion: " V1 ", command: /usr/bin/aws, interactiveMode: Always}",
	  .says = "exec=/usr/bin/aws version=v1 mode=Always" },
	{ "v1beta1 asks where it can", .user = "exec: {apiVersion: " V1 "beta1, command: aws}",
	  .says = "exec=aws version=v1beta1 mode=IfAvailable" },
	{ "v1 must say whether it asks", .user = "exec: {apiVersion: " V1 ", command: aws}",
	  .error = "user \"u\": exec.interactiveMode must be Never, IfAvailable or Always" },
	{ "another mode",
	  .user = "exec: {apiVersion: " V1 ", command: aws, interactiveMode: Maybe}",
	  .error = "user \"u\": exec.interactiveMode must be Never, IfAvailable or Always" },
	{ "no command", .user = "exec: {apiVersion: " V1 "}",
	  .error = "user \"u\": exec has no command" },
	{ "a version that is gone", .user = "exec: {apiVersion: " V1 "alpha1, command: aws}",
	  .error = "user \"u\": exec.apiVersion is neither client.authentication.k8s.io/v1 nor "
		   "…/v1beta1; renew the entry with your provider's tool" },
	{ "no version", .user = "exec: {command: aws}",
	  .error = "user \"u\": exec.apiVersion is *" },
	{ "a variable without a name", .user = EXEC(", env: [{value: x}]"),
	  .error = "user \"u\": exec.env holds a variable without a proper name" },
	{ "a variable with half a value in its name", .user = EXEC(", env: [{name: 'a=b'}]"),
	  .error = "user \"u\": exec.env holds a variable without a proper name" },
	{ "arguments that are no list", .user = EXEC(", args: get-token"),
	  .error = "user \"u\": args is no list" },
	{ "an argument that is no string", .user = EXEC(", args: [1]"),
	  .error = "user \"u\": args holds what is no string; put it in quotes" },
};

static void write_pems(void)
{
	static const struct {
		const char *name, *text;
	} files[] = {
		{ "ca.pem", CA_PEM },
		{ "cert.pem", CERT_PEM },
		{ "key.pem", "words before\r\n" KEY_PEM },
		{ "locked.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nx\n"
				"-----END ENCRYPTED PRIVATE KEY-----\n" },
		{ "old.pem", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nx\n"
			     "-----END RSA PRIVATE KEY-----\n" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
		g_free(folder_write(folder, files[i].name, files[i].text));
}

static struct kube_access *access_of(const struct access_row *row, GError **error)
{
	g_autofree char *text = g_strdup_printf(
		"clusters: [{name: c, cluster: {%s}}]\nusers: [{name: u, user: {%s}}]\n"
		"contexts: [{name: x, context: {cluster: c, user: u%s}}]\ncurrent-context: x\n",
		row->cluster ? row->cluster : "server: 'https://one:6443'",
		row->user ? row->user : "", row->context ? row->context : "");
	g_autofree char *path = folder_write(folder, "config", text);
	g_autoptr(kubeconfig) k = kubeconfig_load(path, error);

	g_assert_no_error(*error);
	return kubeconfig_access(k, NULL, error);
}

static void check_access(const struct access_row *row)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(kube_access) a = access_of(row, &error);
	g_autofree char *says = a ? access_described(a) : NULL;
	g_autofree char *expected = row->says ? folder_expand(folder, row->says) : NULL;

	if (row->error) {
		g_autofree char *line = g_strconcat("@D/config: ", row->error, NULL);

		g_assert_null(a);
		check_error(folder, error, line);
		g_assert_cmpint(error->code, ==, row->code);
		g_assert_null(strstr(error->message, "hunter2"));
		g_assert_null(strstr(error->message, "secret@"));
		return;
	}
	g_assert_no_error(error);
	g_assert_cmpstr(says, ==, expected);
}

static void check_rows(const struct access_row *rows, gsize count)
{
	folder_empty(folder);
	write_pems();
	for (gsize i = 0; i < count; i++) {
		g_test_message("%s", rows[i].name);
		check_access(&rows[i]);
	}
}

static void a_cluster_says_where_and_whom_to_trust(void)
{
	check_rows(cluster_rows, G_N_ELEMENTS(cluster_rows));
}

static void a_user_says_what_it_proves_itself_with(void)
{
	check_rows(user_rows, G_N_ELEMENTS(user_rows));
}

static void a_plugin_is_described_whole_or_refused(void)
{
	check_rows(exec_rows, G_N_ELEMENTS(exec_rows));
}

int main(int argc, char **argv)
{
	int failed;

	g_test_init(&argc, &argv, NULL);
	folder = folder_new();
#define ADD(test) g_test_add_func("/access/" #test, test)
	ADD(a_cluster_says_where_and_whom_to_trust);
	ADD(a_user_says_what_it_proves_itself_with);
	ADD(a_plugin_is_described_whole_or_refused);
#undef ADD
	failed = g_test_run();
	folder_remove(folder);
	return failed;
}
