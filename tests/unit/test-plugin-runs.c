#include "kube-identity.h"

#include <string.h>

/* --- when a plugin runs ----------------------------------------------------------------------- */

static void one_run_serves_all_who_ask_for_the_same(void)
{
	g_autoptr(kube_access) a = NULL, b = NULL, other = NULL;
	g_autoptr(credential) c = NULL, d = NULL, e = NULL;
	struct answer answers[4] = { 0 };

	begin();
	a = plugin_access(TOKEN("t"));
	b = plugin_access(NULL);
	other = plugin_access(NULL);
	other->exec->args = g_strsplit("x", " ", -1);
	c = credential_new(context, a);
	d = credential_new(context, b);
	e = credential_new(context, other);
	credential_prepare(c, on_done, &answers[0]);
	credential_prepare(c, on_done, &answers[1]);
	credential_prepare(d, on_done, &answers[2]);
	for (gsize i = 0; i < 3; i++)
		wait_for(&answers[i], 1);
	g_assert_cmpuint(runs(), ==, 1);
	g_assert_cmpstr(credential_bearer(d), ==, "t");
	credential_prepare(e, on_done, &answers[3]);
	wait_for(&answers[3], 1);
	g_assert_cmpuint(runs(), ==, 2);
	for (gsize i = 0; i < G_N_ELEMENTS(answers); i++)
		g_assert_cmpuint(answers[i].times, ==, 1);
}

static void an_answer_is_kept_until_ten_seconds_before_its_end(void)
{
	static const struct {
		const char *expiry;
		gint64 pass_s;
		guint runs;
	} rows[] = {
		{ NULL, 1000000, 1 },
		{ ", \"expirationTimestamp\": null", 1000000, 1 },
		{ ", \"expirationTimestamp\": \"2026-01-02T03:05:00Z\"", 289, 1 },
		{ ", \"expirationTimestamp\": \"2026-01-02T03:05:00Z\"", 290, 2 },
		{ ", \"expirationTimestamp\": \"2026-01-02T04:05:00+01:00\"", 290, 2 },
		/* Our clock may be ahead: the server decides, and a plugin is not run for each
		 * request. */
		{ ", \"expirationTimestamp\": \"2026-01-02T02:00:00Z\"", 9, 1 },
		{ ", \"expirationTimestamp\": \"2026-01-02T02:00:00Z\"", 10, 2 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *script = g_strdup_printf(BEGIN
							  "\"status\": {\"token\": \"t\"%s}}'",
							  rows[i].expiry ? rows[i].expiry : "");
		g_autoptr(kube_access) a = NULL;
		g_autoptr(credential) c = NULL;

		begin();
		a = plugin_access(script);
		c = credential_new(context, a);
		prepare_well(c);
		g_assert_cmpuint(runs(), ==, 1);
		pass_s(rows[i].pass_s);
		prepare_well(c);
		g_assert_cmpuint(runs(), ==, rows[i].runs);
	}
}

static void a_refused_answer_is_renewed_once(void)
{
	g_autoptr(kube_access) a = NULL, b = NULL;
	g_autoptr(credential) c = NULL, d = NULL;

	begin();
	a = plugin_access(
		"echo run >> @D/runs\nprintf '{\"kind\": \"ExecCredential\", \"apiVersion\": "
		"\"" V1 "\", \"status\": {\"token\": \"t%d\"}}' $(wc -l < @D/runs)");
	b = plugin_access(NULL);
	c = credential_new(context, a);
	d = credential_new(context, b);
	prepare_well(c);
	prepare_well(d);
	g_assert_cmpstr(credential_bearer(c), ==, "t1");
	g_assert_true(credential_refused(c));
	prepare_well(c);
	g_assert_cmpstr(credential_bearer(c), ==, "t2");
	/* Late answers to the first token, and to the second, cost no third run. */
	g_assert_true(credential_refused(d));
	g_assert_true(credential_refused(c));
	prepare_well(d);
	prepare_well(c);
	g_assert_cmpstr(credential_bearer(d), ==, "t2");
	g_assert_cmpuint(runs(), ==, 2);
	pass_s(10);
	g_assert_true(credential_refused(c));
	prepare_well(c);
	g_assert_cmpstr(credential_bearer(c), ==, "t3");
}

static void a_failed_plugin_is_run_again_when_asked_again(void)
{
	g_autoptr(kube_access) a = NULL;
	g_autoptr(credential) c = NULL;
	g_autofree char *message = NULL;

	begin();
	a = plugin_access("exit 1");
	c = credential_new(context, a);
	message = prepared(c);
	g_assert_nonnull(message);
	folder_script(folder, "plugin", TOKEN("t"));
	prepare_well(c);
	g_assert_cmpstr(credential_bearer(c), ==, "t");
}

static void other_proofs_keep_a_plugin_from_being_run(void)
{
	static const char *const proofs[] = { "token", "file", "basic", "certificate" };

	for (gsize i = 0; i < G_N_ELEMENTS(proofs); i++) {
		g_autoptr(kube_access) a = NULL;
		g_autoptr(credential) c = NULL;

		begin();
		a = plugin_access(TOKEN("from the plugin"));
		if (i == 0)
			a->token = g_strdup("t");
		if (i == 1)
			a->token_file = folder_write(folder, "token", "t");
		if (i == 2)
			a->username = g_strdup("ana");
		if (i == 3)
			a->client_certificate = g_bytes_new_static("C", 1);
		c = credential_new(context, a);
		prepare_well(c);
		g_assert_cmpuint(runs(), ==, 0);
		g_assert_cmpstr(credential_bearer(c), ==, i < 2 ? "t" : NULL);
		g_assert_cmpstr(credential_basic(c), ==, i == 2 ? "ana:" : NULL);
		g_assert_true(credential_certificate(c) == a->client_certificate);
	}
}

/* --- letting go ------------------------------------------------------------------------------- */

static void who_cancels_hears_nothing(void)
{
	static const char *const scripts[] = { NULL, TOKEN("t") };

	for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
		g_autoptr(kube_access) a = NULL;
		g_autoptr(credential) c = NULL;
		struct answer cancelled = { 0 }, kept = { 0 };

		begin();
		a = scripts[i] ? plugin_access(scripts[i]) : plain_access();
		c = credential_new(context, a);
		credential_prepare(c, on_done, &cancelled);
		credential_prepare(c, on_done, &kept);
		credential_prepare(c, on_done, &cancelled);
		credential_cancel(c, &cancelled);
		wait_for(&kept, 1);
		g_assert_cmpuint(cancelled.times, ==, 0);
	}
}

static void the_last_to_go_stops_a_plugin(void)
{
	g_autoptr(kube_access) a = NULL;
	g_autofree char *pid = NULL;
	struct credential *c;
	struct answer never = { 0 };

	begin();
	a = plugin_access("echo $$ > @D/pipe\nexec sleep 1000");
	c = credential_new(context, a);
	pid = said(c, &never);
	g_assert_false(is_gone(pid));
	credential_free(c);
	while (!is_gone(pid))
		g_thread_yield();
	while (g_main_context_iteration(context, FALSE))
		;
	g_assert_cmpuint(never.times, ==, 0);
}

struct chain {
	struct credential *c;
	struct answer *second;
};

static void free_and_go_on(void *user, const GError *error)
{
	struct chain *chain = user;

	g_clear_pointer(&chain->c, credential_free);
	on_done(chain->second, error);
}

static void a_credential_may_be_freed_in_its_own_callback(void)
{
	static const char *const scripts[] = { NULL, TOKEN("t"), "exit 1" };

	for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
		g_autoptr(kube_access) a = NULL;
		struct answer second = { 0 }, unheard = { 0 };
		struct chain chain = { .second = &second };

		begin();
		a = scripts[i] ? plugin_access(scripts[i]) : plain_access();
		chain.c = credential_new(context, a);
		credential_prepare(chain.c, free_and_go_on, &chain);
		credential_prepare(chain.c, on_done, &unheard);
		wait_for(&second, 1);
		while (g_main_context_iteration(context, FALSE))
			;
		g_assert_cmpuint(second.times, ==, 1);
		g_assert_cmpuint(unheard.times, ==, 0);
		g_clear_error(&second.error);
	}
}

static void ask_again(void *user, const GError *error)
{
	struct chain *chain = user;

	g_assert_true(credential_refused(chain->c));
	credential_prepare(chain->c, on_done, chain->second);
}

static void who_asks_again_in_a_callback_waits_for_the_next_run(void)
{
	g_autoptr(kube_access) a = NULL;
	g_autoptr(credential) c = NULL;
	struct answer second = { 0 }, beside = { 0 };
	struct chain chain = { .second = &second };

	begin();
	a = plugin_access(TOKEN("t"));
	chain.c = c = credential_new(context, a);
	credential_prepare(c, ask_again, &chain);
	credential_prepare(c, on_done, &beside);
	wait_for(&second, 1);
	wait_for(&beside, 1);
	g_assert_cmpuint(runs(), ==, 2);
	g_assert_no_error(second.error);
	g_assert_no_error(beside.error);
	g_assert_cmpstr(credential_bearer(c), ==, "t");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/plugin-runs/" #test, test)
	ADD(one_run_serves_all_who_ask_for_the_same);
	ADD(an_answer_is_kept_until_ten_seconds_before_its_end);
	ADD(a_refused_answer_is_renewed_once);
	ADD(a_failed_plugin_is_run_again_when_asked_again);
	ADD(other_proofs_keep_a_plugin_from_being_run);
	ADD(who_cancels_hears_nothing);
	ADD(the_last_to_go_stops_a_plugin);
	ADD(a_credential_may_be_freed_in_its_own_callback);
	ADD(who_asks_again_in_a_callback_waits_for_the_next_run);
#undef ADD
	return identity_run();
}
