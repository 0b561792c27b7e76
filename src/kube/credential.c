/*
 * Where a credential comes from, and when it is asked for anew.
 *
 * 1. Token files are read at prepare, again after 50 s, and after a refusal.  What was read last
 *    stays where reading fails later; before the first success the kubeconfig's own token does,
 *    where it has one.
 * 2. Plugins are asked where nothing else is there; see exec.c for when they run.
 * 3. Everything else is as the kubeconfig says for the life of the credential.
 *
 * A waiter is answered by its own idle source, or by the plugin; it is in `waiters` until then.
 *
 * Source: kubernetes.io, "Authentication"; RFC 7519 for the expiry of an ID token; RFC 9110,
 * 5.6.2 for what may stand in a header's name.
 */
#include "credential.h"
#include "exec.h"
#include "secret.h"

#include <kase/stamp.h>
#include <kase/text.h>

#include <string.h>

#define TOKEN_MAX_BYTES   (64 * 1024)
#define TOKEN_FILE_FOR_NS (50 * STAMP_SECOND)

struct waiter {
	struct credential *credential;
	void (*done)(void *user, const GError *error);
	void *user;
	GSource *idle; /* NULL: the plugin answers */
	GError *error;
};

struct credential {
	GMainContext *context;
	const struct kube_access *access;
	struct plugin *plugin; /* NULL: none is run */
	struct plugin_output *output;
	char *file_token;    /* as last read */
	gint64 file_read_ns; /* when that was */
	char *basic;
	GPtrArray *headers;
	GPtrArray *waiters;
};

/* --- impersonation ---------------------------------------------------------------------------- */

/* The server undoes percent-encoding in the key, and lowers its letters. */
static void append_header_key(GString *out, const char *key)
{
	for (const guchar *at = (const guchar *)key; *at; at++)
		if (g_ascii_isalnum(*at) || strchr("!#$&'*+-.^_`|~", *at))
			g_string_append_c(out, *at);
		else
			g_string_append_printf(out, "%%%02X", *at);
}

static void add_header(GPtrArray *headers, const char *name, const char *value)
{
	if (value)
		g_ptr_array_add(headers, g_strdup_printf("%s: %s", name, value));
}

static GPtrArray *impersonation(const struct kube_access *a)
{
	GPtrArray *headers = g_ptr_array_new_with_free_func(g_free);

	add_header(headers, "Impersonate-User", a->as);
	add_header(headers, "Impersonate-Uid", a->as_uid);
	for (gsize i = 0; a->as_groups && a->as_groups[i]; i++)
		add_header(headers, "Impersonate-Group", a->as_groups[i]);
	for (guint i = 0; a->as_extra && i + 1 < a->as_extra->len; i += 2) {
		g_autoptr(GString) name = g_string_new("Impersonate-Extra-");

		append_header_key(name, a->as_extra->pdata[i]);
		add_header(headers, name->str, a->as_extra->pdata[i + 1]);
	}
	g_ptr_array_add(headers, NULL);
	return headers;
}

/* --- life ------------------------------------------------------------------------------------- */

static gboolean runs_plugin(const struct kube_access *a)
{
	return a->exec && !a->token && !a->token_file && !a->username && !a->client_certificate;
}

static void waiter_free(void *data)
{
	struct waiter *w = data;

	if (w->idle) {
		g_source_destroy(w->idle);
		g_source_unref(w->idle);
	} else if (w->credential->plugin) {
		plugin_cancel(w->credential->plugin, w);
	}
	g_clear_error(&w->error);
	g_free(w);
}

struct credential *credential_new(GMainContext *context, const struct kube_access *access)
{
	struct credential *c = g_new0(struct credential, 1);

	c->context = context ? g_main_context_ref(context) : NULL;
	c->access = access;
	c->headers = impersonation(access);
	c->waiters = g_ptr_array_new_with_free_func(waiter_free);
	if (runs_plugin(access))
		c->plugin = plugin_take(context, access);
	if (access->username)
		c->basic = g_strdup_printf("%s:%s", access->username,
					   access->password ? access->password : "");
	return c;
}

void credential_free(struct credential *c)
{
	if (!c)
		return;
	g_ptr_array_unref(c->waiters);
	plugin_output_unref(c->output);
	plugin_unref(c->plugin);
	g_ptr_array_unref(c->headers);
	secret_free(c->file_token);
	secret_free(c->basic);
	g_clear_pointer(&c->context, g_main_context_unref);
	g_free(c);
}

/* --- errors ----------------------------------------------------------------------------------- */

/* Always FALSE. */
static gboolean fail(const struct credential *c, GError **error, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
static gboolean fail(const struct credential *c, GError **error, const char *format, ...)
{
	g_autofree char *what = NULL, *line = NULL, *safe = NULL;
	va_list arguments;

	va_start(arguments, format);
	what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	line = g_strdup_printf("user \"%s\": %s", c->access->user ? c->access->user : "", what);
	safe = text_safe(line, -1);
	g_set_error_literal(error, KUBE_ERROR, KUBE_ERROR_CREDENTIAL, safe);
	return FALSE;
}

/* --- token files ------------------------------------------------------------------------------ */

/* Caller owns; wiped with secret_free. */
static char *read_token(const struct credential *c, GError **error)
{
	const char *path = c->access->token_file;
	g_autoptr(GError) wrong = NULL;
	g_autoptr(GBytes) bytes = secret_read(path, TOKEN_MAX_BYTES, &wrong);
	gsize size = 0;
	const char *text = bytes ? g_bytes_get_data(bytes, &size) : NULL;

	if (!bytes) {
		fail(c, error, "tokenFile %s: %s", path, wrong->message);
		return NULL;
	}
	for (; size && g_ascii_isspace(*text); text++)
		size--;
	while (size && g_ascii_isspace(text[size - 1]))
		size--;
	if (size && secret_fits_header(text, size))
		return g_strndup(text, size);
	fail(c, error, size ? "tokenFile %s holds more than one line" : "tokenFile %s is empty",
	     path);
	return NULL;
}

static gboolean file_is_fresh(const struct credential *c)
{
	gint64 age = plugin_now() - c->file_read_ns;

	return c->file_token && age >= 0 && age < TOKEN_FILE_FOR_NS;
}

static gboolean refresh_file(struct credential *c, GError **error)
{
	g_autoptr(GError) wrong = NULL;
	char *token;

	if (file_is_fresh(c))
		return TRUE;
	token = read_token(c, &wrong);
	if (token) {
		secret_free(c->file_token);
		c->file_token = token;
		c->file_read_ns = plugin_now();
		return TRUE;
	}
	if (c->file_token || c->access->token)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&wrong));
	return FALSE;
}

/* --- ID tokens -------------------------------------------------------------------------------- */

/* The bytes of `length` characters of base64url without padding.  Caller owns. */
static GBytes *base64url(const char *text, gsize length)
{
	g_autoptr(secret_text) standard = g_strdup_printf("%.*s%.*s", (int)length, text,
							  (int)((4 - length % 4) % 4), "===");

	g_strdelimit(standard, "-", '+');
	g_strdelimit(standard, "_", '/');
	return secret_base64(standard);
}

/* When a JWT says that it expires, in seconds since 1970; 0 where it does not. */
static gint64 jwt_expiry_s(const char *token)
{
	const char *first = strchr(token, '.');
	const char *second = first ? strchr(first + 1, '.') : NULL;
	g_autoptr(GBytes) bytes = second ? base64url(first + 1, second - first - 1) : NULL;
	const char *text = NULL;
	struct cJSON *claims;
	gint64 expiry;
	gsize size = 0;

	if (bytes)
		text = g_bytes_get_data(bytes, &size);
	claims = text ? json_parse(text, size, NULL) : NULL;
	expiry = json_int(claims, "exp", 0);
	secret_tree_free(claims);
	return expiry;
}

static gboolean check_id_token(const struct credential *c, GError **error)
{
	const char *token = c->access->id_token;

	if (!secret_fits_header(token, strlen(token)))
		return fail(c, error, "the oidc id-token holds a line break");
	if (jwt_expiry_s(token) <= plugin_now() / STAMP_SECOND)
		return fail(c, error,
			    "the oidc id-token has expired, and kase cannot renew it; run kubectl "
			    "once, then start again");
	return TRUE;
}

/* --- prepare ---------------------------------------------------------------------------------- */

/* FALSE where the plugin has none that can be used. */
static gboolean take_output(struct credential *c)
{
	struct plugin_output *new = plugin_output(c->plugin);

	if (!new || new == c->output)
		return new != NULL;
	plugin_output_unref(c->output);
	c->output = plugin_output_ref(new);
	return TRUE;
}

static void waiter_answer(struct waiter *w, const GError *error)
{
	void (*done)(void *, const GError *) = w->done;
	void *user = w->user;
	g_autoptr(GError) kept = error ? g_error_copy(error) : NULL;

	g_ptr_array_remove_fast(w->credential->waiters, w);
	done(user, kept);
}

static gboolean on_idle(void *data)
{
	struct waiter *w = data;

	waiter_answer(w, w->error);
	return G_SOURCE_REMOVE;
}

static void on_plugin(void *data, const GError *error)
{
	struct waiter *w = data;
	g_autoptr(GError) wrong = NULL;

	if (error) {
		fail(w->credential, &wrong, "%s", error->message);
		wrong->code = error->code; /* there is nothing to run: no use to ask it again */
	} else if (!take_output(w->credential)) {
		/* It was refused while others were answered. */
		plugin_ask(w->credential->plugin, on_plugin, w);
		return;
	}
	waiter_answer(w, wrong);
}

static gboolean refresh(struct credential *c, GError **error)
{
	if (c->access->token_file)
		return refresh_file(c, error);
	if (c->access->id_token)
		return check_id_token(c, error);
	return TRUE;
}

void credential_prepare(struct credential *c, void (*done)(void *user, const GError *error),
			void *user)
{
	struct waiter *w = g_new0(struct waiter, 1);

	*w = (struct waiter){ .credential = c, .done = done, .user = user };
	g_ptr_array_add(c->waiters, w);
	if (c->plugin && !take_output(c)) {
		plugin_ask(c->plugin, on_plugin, w);
		return;
	}
	refresh(c, &w->error);
	w->idle = g_idle_source_new();
	g_source_set_priority(w->idle, G_PRIORITY_DEFAULT); /* busy sockets must not starve it */
	g_source_set_callback(w->idle, on_idle, w, NULL);
	g_source_attach(w->idle, c->context);
}

void credential_cancel(struct credential *c, void *user)
{
	for (guint i = c->waiters->len; i-- > 0;) {
		struct waiter *w = c->waiters->pdata[i];

		if (w->user == user)
			g_ptr_array_remove_index_fast(c->waiters, i);
	}
}

/* --- what it is ------------------------------------------------------------------------------- */

const char *credential_bearer(const struct credential *c)
{
	if (c->output)
		return c->output->token;
	if (c->file_token)
		return c->file_token;
	return c->access->token ? c->access->token : c->access->id_token;
}

GBytes *credential_certificate(const struct credential *c)
{
	return c->output ? c->output->certificate : c->access->client_certificate;
}

GBytes *credential_key(const struct credential *c)
{
	return c->output ? c->output->key : c->access->client_key;
}

const char *credential_basic(const struct credential *c)
{
	return c->basic;
}

const char *const *credential_headers(const struct credential *c)
{
	return (const char *const *)c->headers->pdata;
}

/* A file that says the same again would be refused again. */
static gboolean refuse_file(struct credential *c)
{
	g_autoptr(secret_text) before = g_steal_pointer(&c->file_token);

	return refresh_file(c, NULL) && g_strcmp0(before, credential_bearer(c)) != 0;
}

gboolean credential_refused(struct credential *c)
{
	if (c->access->token_file)
		return refuse_file(c);
	if (!c->plugin)
		return FALSE;
	plugin_refuse(c->plugin, c->output);
	return TRUE;
}
