#include "kube-identity.h"

#include "../../src/kube/exec.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* --- what a plugin prints --------------------------------------------------------------------- */

static const struct {
	const char *name, *script, *bearer, *certificate;
	const char *error; /* after the plugin's name */
} printed_rows[] = {
	{ "a token", TOKEN("t1"), .bearer = "t1" },
	{ "a certificate", STATUS(CERT("C") ", " KEY("K")), .certificate = "C" },
	{ "both", STATUS("\"token\": \"t\", " CERT("C") ", " KEY("K")), .bearer = "t",
	  .certificate = "C" },
	{ "words on stderr are no fault", "echo log in >&2\n" TOKEN("t"), .bearer = "t" },
	{ "nothing at all", "true", .error = "printed nothing" },
	{ "no JSON", "echo hunter2", .error = "printed 8 bytes that are no JSON" },
	{ "half of it", "printf '{\"status\": {\"token\": \"hunter2'",
	  .error = "printed 29 bytes that are no JSON" },
	{ "a warning before it", "echo 'warning: old'\n" TOKEN("hunter2"),
	  .error = "printed more than JSON: warning: old" },
	{ "a warning with a token",
	  "echo 'got eyJhbGciOiJSUzI1NiIsImtpZCI6Ing5In0'\n" TOKEN("hunter2"),
	  .error = "printed more than JSON: got ***" },
	{ "another kind", "echo '{\"kind\": \"Pod\", \"apiVersion\": \"" V1 "\"}'",
	  .error = "printed JSON that is no ExecCredential" },
	{ "another version",
	  "echo '{\"kind\": \"ExecCredential\", \"apiVersion\": \"" V1 "beta1\"}'",
	  .error = "answered in apiVersion " V1 "beta1, but the kubeconfig says " V1 },
	{ "no version", "echo '{\"kind\": \"ExecCredential\"}'",
	  .error = "answered in apiVersion \"\", but the kubeconfig says " V1 },
	{ "no status", BEGIN "\"spec\": {}}'", .error = "printed no status" },
	{ "an empty status", STATUS(""), .error = "printed neither a token nor a certificate" },
	{ "a certificate alone", STATUS(CERT("C")),
	  .error = "printed only one of certificate and key" },
	{ "a key alone", STATUS("\"token\": \"hunter2\", " KEY("K")),
	  .error = "printed only one of certificate and key" },
	{ "a certificate in base64", STATUS("\"clientCertificateData\": \"LS0tLS1C\", " KEY("K")),
	  .error = "printed a status.clientCertificateData that is no PEM" },
	{ "a token of two lines", TOKEN("hunter2\\nX: y"),
	  .error = "printed a token with a line break or another control character" },
	{ "a token that is a number", STATUS("\"token\": 1"),
	  .error = "printed a status.token that is no string" },
	{ "an end that is no time", STATUS("\"token\": \"t\", \"expirationTimestamp\": \"soon\""),
	  .error = "printed an expirationTimestamp that is no time" },
	{ "an exit code, and why", "echo first >&2\necho 'no session' >&2\nexit 3",
	  .error = "ended with code 3: no session; run it in a shell to see more" },
	{ "an exit code without a word", "exit 1",
	  .error = "ended with code 1; run it in a shell to see more" },
	{ "an exit code after a good answer", TOKEN("hunter2") "\nexit 1",
	  .error = "ended with code 1; run it in a shell to see more" },
	{ "escape sequences", "printf '\\033]0;x\\007\\n' >&2\nexit 1",
	  .error = "ended with code 1: ␛]0;x␇; run it in a shell to see more" },
	{ "a token on stderr",
	  "echo 'bad eyJhbGciOiJSUzI1NiIsImtpZCI6Ing5In0.eyJhdWQiOiJhYmNkZWYifQ99' "
	  ">&2\nexit 1",
	  .error = "ended with code 1: bad ***.***; run it in a shell to see more" },
	{ "a long complaint",
	  "head -c 200000 /dev/zero | tr '\\0' x >&2\necho >&2\necho end >&2\n"
	  "exit 1",
	  .error = "ended with code 1: end; run it in a shell to see more" },
	{ "a signal", "kill -TERM $$", .error = "was killed by signal 15" },
	{ "too much", "head -c 1100000 /dev/zero",
	  .error = "printed more than 1048576 bytes, which is no credential" },
	{ "without end", "exec cat /dev/zero",
	  .error = "printed more than 1048576 bytes, which is no credential" },
};

static void a_plugin_is_believed_or_its_fault_is_told(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(printed_rows); i++) {
		g_autoptr(kube_access) a = NULL;
		g_autoptr(credential) c = NULL;
		g_autofree char *message = NULL, *expected = NULL;
		GBytes *certificate;

		g_test_message("%s", printed_rows[i].name);
		begin();
		a = plugin_access(printed_rows[i].script);
		c = credential_new(context, a);
		message = prepared(c);
		if (printed_rows[i].error) {
			expected = g_strdup_printf("user \"ana\": credential plugin %s %s",
						   a->exec->command, printed_rows[i].error);
			g_assert_cmpstr(message, ==, expected);
			g_assert_null(strstr(message, "hunter2"));
			g_assert_null(strstr(message, "eyJ"));
			continue;
		}
		g_assert_cmpstr(message, ==, NULL);
		g_assert_cmpstr(credential_bearer(c), ==, printed_rows[i].bearer);
		certificate = credential_certificate(c);
		g_assert_cmpint(certificate != NULL, ==, printed_rows[i].certificate != NULL);
		g_assert_cmpint(credential_key(c) != NULL, ==, printed_rows[i].certificate != NULL);
		if (certificate)
			g_assert_nonnull(strstr(g_bytes_get_data(certificate, NULL), "\nC\n"));
	}
}

static void a_plugin_that_cannot_be_run_is_told(void)
{
	static const struct {
		const char *command, *mode, *hint;
		const char *path; /* the variable PATH */
		const char *error;
	} rows[] = {
		{ "@D/none", "Never", "get it\033[31m here", NULL,
		  "user \"ana\": credential plugin @D/none is not there; get it␛[31m here" },
		{ "kase-no-such", "Never", NULL, NULL,
		  "user \"ana\": credential plugin kase-no-such is not in any absolute folder of "
		  "PATH; "
		  "install it" },
		{ "plugin", "Never", NULL, "@D/here", NULL },
		{ "plugin", "Never", NULL, ".::here",
		  "user \"ana\": credential plugin plugin is not in any absolute folder of PATH; "
		  "install it" },
		{ "@D/here/plugin", "Always", NULL, NULL,
		  "user \"ana\": credential plugin @D/here/plugin wants a terminal "
		  "(interactiveMode: "
		  "Always), and kase cannot lend it one; use a token file or another plugin" },
		{ "@D/here/plugin", "IfAvailable", NULL, NULL, NULL },
	};
	g_autofree char *before = g_strdup(g_getenv("PATH"));
	g_autofree char *where = g_get_current_dir();

	begin();
	folder_script(folder, "here/plugin",
		      "echo '{\"kind\": \"ExecCredential\", \"apiVersion\": \"" V1 "\", "
		      "\"status\": {\"token\": \"t\"}}'");
	g_assert_cmpint(g_chdir(folder), ==, 0);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(kube_access) a = plugin_access(NULL);
		g_autoptr(credential) c = NULL;
		g_autofree char *message = NULL;
		g_autofree char *expected = rows[i].error ? folder_expand(folder, rows[i].error)
							  : NULL;
		g_autofree char *path = folder_expand(folder, rows[i].path ? rows[i].path : before);

		g_free(a->exec->command);
		a->exec->command = folder_expand(folder, rows[i].command);
		g_free(a->exec->interactive_mode);
		a->exec->interactive_mode = g_strdup(rows[i].mode);
		a->exec->install_hint = g_strdup(rows[i].hint);
		c = credential_new(context, a);
		g_setenv("PATH", path, TRUE);
		message = prepared(c);
		g_setenv("PATH", before, TRUE);
		g_assert_cmpstr(message, ==, expected);
	}
	g_assert_cmpint(g_chdir(where), ==, 0);
}

static void a_plugin_that_does_not_end_is_stopped_with_its_children(void)
{
	g_autoptr(kube_access) a = NULL;
	g_autoptr(credential) c = NULL;
	g_autofree char *child = NULL;
	struct answer answer = { 0 };

	begin();
	a = plugin_access("echo 'open https://login.example' >&2\nsleep 1000 &\n"
			  "echo $! > @D/pipe\nwait");
	c = credential_new(context, a);
	plugin_timeout_ms = 100;
	child = said(c, &answer);
	plugin_timeout_ms = 60 * 1000;
	wait_for(&answer, 1);
	g_assert_nonnull(
		strstr(answer.error->message,
		       "did not end within 0 s: open https://login.example; log in with it in a "
		       "shell, then try again"));
	while (!is_gone(child))
		g_thread_yield();
	g_clear_error(&answer.error);
}

static void what_a_plugin_leaves_running_is_not_waited_for(void)
{
	g_autoptr(kube_access) a = NULL;
	g_autoptr(credential) c = NULL;
	g_autofree char *pid = NULL;

	begin();
	a = plugin_access("sleep 1000 &\necho $! > @D/pid\n" TOKEN("t"));
	c = credential_new(context, a);
	prepare_well(c);
	pid = contents("pid");
	g_assert_cmpint(kill(atoi(pid), SIGKILL), ==, 0); /* it was there still */
	g_assert_cmpstr(credential_bearer(c), ==, "t");
}

/* --- what a plugin is told -------------------------------------------------------------------- */

static void a_plugin_is_told_what_the_protocol_says(void)
{
	static const struct {
		gboolean told;
		const char *config, *info;
	} rows[] = {
		{ FALSE, NULL,
		  "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1
		  "\",\"spec\":{\"interactive\":false}}" },
		{ TRUE, "{\"audience\":\"x\"}",
		  "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1
		  "\",\"spec\":{\"cluster\":{\"server\":\"https://"
		  "one:6443\",\"tls-server-name\":\"two\","
		  "\"insecure-skip-tls-verify\":false,\"certificate-authority-data\":\"Q0E=\","
		  "\"proxy-url\":\"socks5://p:1080\",\"disable-compression\":true,"
		  "\"config\":{\"audience\":\"x\"}},\"interactive\":false}}" },
		{ TRUE, NULL,
		  "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1
		  "\",\"spec\":{\"cluster\":{\"server\":\"https://"
		  "one:6443\",\"tls-server-name\":\"two\","
		  "\"insecure-skip-tls-verify\":false,\"certificate-authority-data\":\"Q0E=\","
		  "\"proxy-url\":\"socks5://p:1080\",\"disable-compression\":true,"
		  "\"config\":null},\"interactive\":false}}" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(kube_access) a = NULL;
		g_autoptr(credential) c = NULL;
		g_autofree char *info = NULL;

		begin();
		a = plugin_access("printf %s \"$KUBERNETES_EXEC_INFO\" > @D/info\n" TOKEN("t"));
		a->tls_server_name = g_strdup("two");
		a->proxy_url = g_strdup("socks5://p:1080");
		a->no_compression = TRUE;
		a->ca = g_bytes_new_static("CA", 2);
		a->exec->provide_cluster_info = rows[i].told;
		a->exec->config = g_strdup(rows[i].config);
		c = credential_new(context, a);
		prepare_well(c);
		info = contents("info");
		g_assert_cmpstr(info, ==, rows[i].info);
	}
}

static void a_plugin_has_our_environment_and_its_own_and_no_input(void)
{
	g_autoptr(kube_access) a = NULL;
	g_autoptr(credential) c = NULL;
	g_autofree char *seen = NULL;

	begin();
	a = plugin_access("[ \"$(ps -o sid= -p $$)\" -eq $$ ] && session=own\n"
			  "printf '%s|' \"$KASE_TEST_OURS\" \"$KASE_TEST_BOTH\" \"$KASE_TEST_ITS\" "
			  "\"$(wc -c)\" $session \"$@\" > @D/seen\n" TOKEN("t"));
	g_setenv("KASE_TEST_OURS", "ours", TRUE);
	g_setenv("KASE_TEST_BOTH", "ours", TRUE);
	a->exec->environment = g_strsplit("KASE_TEST_BOTH=its KASE_TEST_ITS=a=b", " ", -1);
	a->exec->args = g_strsplit("get token", " ", -1);
	c = credential_new(context, a);
	prepare_well(c);
	seen = contents("seen");
	g_assert_cmpstr(seen, ==, "ours|its|a=b|0|own|get|token|");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/plugin/" #test, test)
	ADD(a_plugin_is_believed_or_its_fault_is_told);
	ADD(a_plugin_that_cannot_be_run_is_told);
	ADD(a_plugin_that_does_not_end_is_stopped_with_its_children);
	ADD(what_a_plugin_leaves_running_is_not_waited_for);
	ADD(a_plugin_is_told_what_the_protocol_says);
	ADD(a_plugin_has_our_environment_and_its_own_and_no_input);
#undef ADD
	return identity_run();
}
