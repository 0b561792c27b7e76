/*
 * access - who asks, and what is denied: in the words and with the codes of a real server, which
 * knows three ways of saying no: 401 to credentials that are wrong, 403 to whoever shows none,
 * 403 to who may not.
 */
#include "parts.h"

#include <microhttpd.h>

#include <string.h>

#define ANONYMOUS "system:anonymous"

static struct answer *unauthorized(void)
{
	return answer_status(&(struct status){
		.code = 401, .reason = "Unauthorized", .message = "Unauthorized" });
}

/* --- who -------------------------------------------------------------------------------------- */

static const char *bearer(const struct visit *v)
{
	const char *header = visit_header(v, "Authorization");

	return header && g_str_has_prefix(header, "Bearer ") ? header + strlen("Bearer ") : NULL;
}

/* NULL where what was shown is wrong; "" where nothing was. */
static const char *identify(const struct visit *v)
{
	const struct drill_plan *plan = &v->server->plan;
	const char *name = plan->user ? plan->user : "trainee";
	const char *shown = bearer(v);
	gboolean trusted;
	g_autofree char *certificate = tls_certificate(v->connection, &trusted);
	g_autofree char *token = server_token(v->server);

	if (!plan->token && !plan->client_certificate)
		return name;
	if (plan->client_certificate && certificate)
		return trusted ? name : NULL;
	if (shown)
		return g_strcmp0(token, shown) == 0 ? name : NULL;
	return visit_header(v, "Authorization") ? NULL : "";
}

static enum MHD_Result is_impersonation(void *user, enum MHD_ValueKind kind, const char *name,
					const char *value)
{
	gboolean *found = user;

	*found = *found || g_ascii_strncasecmp(name, "Impersonate-", strlen("Impersonate-")) == 0;
	return MHD_YES;
}

static struct answer *impersonate(struct visit *v)
{
	const char *name = visit_header(v, "Impersonate-User");
	gboolean any = FALSE;
	g_autofree char *message = NULL;

	if (name) {
		g_free(v->user);
		v->user = g_strdup(name);
		return NULL;
	}
	MHD_get_connection_values(v->connection, MHD_HEADER_KIND, is_impersonation, &any);
	if (!any)
		return NULL;
	message = g_strdup_printf("Internal Server Error: \"%s\": requested impersonation without "
				  "impersonating a user\n",
				  v->path);
	return answer_text(500, message);
}

struct answer *access_check(struct visit *v)
{
	const char *name = identify(v);

	if (!name)
		return unauthorized();
	v->user = g_strdup(*name ? name : ANONYMOUS);
	return impersonate(v);
}

/* --- what ------------------------------------------------------------------------------------- */

static char *resource_name(const struct visit *v)
{
	const struct listing *l = v->listing;

	return g_strconcat(l->resource, v->subresource ? "/" : "",
			   v->subresource ? v->subresource : "", *l->group ? "." : "", l->group,
			   NULL);
}

/* A namespace lies in itself. */
static const char *namespace_of(const struct visit *v)
{
	return g_str_equal(v->listing->resource, "namespaces") ? v->name : v->namespace;
}

static gboolean rule_matches(const char *rule, const struct visit *v)
{
	g_auto(GStrv) words = g_strsplit(rule, " ", 3);
	g_autofree char *resource = resource_name(v);
	const char *namespace = namespace_of(v);
	guint n = g_strv_length(words);

	if (n < 2 || !g_pattern_match_simple(words[0], v->verb) ||
	    !g_pattern_match_simple(words[1], resource))
		return FALSE;
	if (n < 3)
		return TRUE;
	if (g_str_equal(words[2], "*"))
		return !namespace;
	return namespace && g_pattern_match_simple(words[2], namespace);
}

static gboolean is_denied(const struct visit *v)
{
	const char *const *rules = v->server->plan.denied;

	if (g_str_equal(v->user, ANONYMOUS))
		return TRUE;
	for (guint i = 0; rules && rules[i]; i++)
		if (rule_matches(rules[i], v))
			return TRUE;
	return FALSE;
}

/* `pods "web" is forbidden: User "ben" cannot get resource "pods/log" in API group "" in the
 * namespace "shop"` */
static char *denial(const struct visit *v)
{
	const struct listing *l = v->listing;
	const char *namespace = namespace_of(v);
	GString *m = g_string_new(l->resource);

	if (*l->group)
		g_string_append_printf(m, ".%s", l->group);
	if (v->name)
		g_string_append_printf(m, " \"%s\"", v->name);
	g_string_append_printf(
		m, " is forbidden: User \"%s\" cannot %s resource \"%s%s%s\" in API group \"%s\" ",
		v->user, v->verb, l->resource, v->subresource ? "/" : "",
		v->subresource ? v->subresource : "", l->group);
	if (namespace)
		g_string_append_printf(m, "in the namespace \"%s\"", namespace);
	else
		g_string_append(m, "at the cluster scope");
	return g_string_free(m, FALSE);
}

static struct answer *path_denied(const struct visit *v)
{
	g_autofree char *message = g_strdup_printf("forbidden: User \"%s\" cannot get path \"%s\"",
						   v->user, v->path);

	return answer_status(&(struct status){
		.code = 403, .reason = "Forbidden", .message = message, .details = TRUE });
}

struct answer *access_denied(struct visit *v)
{
	g_autofree char *message = NULL;

	if (!v->listing)
		return g_str_equal(v->user, ANONYMOUS) ? path_denied(v) : NULL;
	if (!is_denied(v))
		return NULL;
	message = denial(v);
	return answer_status(&(struct status){ .code = 403,
					       .reason = "Forbidden",
					       .message = message,
					       .name = v->name,
					       .group = v->listing->group,
					       .kind = v->listing->resource });
}
