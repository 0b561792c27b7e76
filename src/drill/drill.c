#include "parts.h"

#include <string.h>

static void copy_plan(struct drill_plan *to, const struct drill_plan *from)
{
	*to = *from;
	to->recording = g_strdup(from->recording);
	to->faults = NULL; /* struct faults holds them */
	to->token = g_strdup(from->token);
	to->path_prefix = g_strdup(from->path_prefix);
	to->denied = (const char *const *)g_strdupv((char **)from->denied);
	to->user = g_strdup(from->user);
}

static void clear_plan(struct drill_plan *plan)
{
	g_free((char *)plan->recording);
	g_free((char *)plan->token);
	g_free((char *)plan->path_prefix);
	g_strfreev((char **)plan->denied);
	g_free((char *)plan->user);
}

struct drill_server *drill_start(const struct drill_plan *plan, GError **error)
{
	g_autoptr(drill_server) s = g_new0(struct drill_server, 1);

	copy_plan(&s->plan, plan);
	relay_lock_init(&s->lock);
	s->stop_fd = -1;
	s->port = plan->port;
	s->token = g_strdup(plan->token);
	s->flow_schema = g_uuid_string_random();
	s->priority_level = g_uuid_string_random();
	s->journal = journal_new();
	s->faults = faults_new(plan);
	s->started_us = g_get_real_time();
	s->started_monotonic_us = g_get_monotonic_time();
	s->recording = recording_load(s, error);
	if (!s->recording || !keys_make(&s->keys, plan->certificate, error) ||
	    !server_open(s, error))
		return NULL;
	s->url = g_strdup_printf("https://%s:%u%s", plan->ipv6 ? "[::1]" : "127.0.0.1", s->port,
				 plan->path_prefix ? plan->path_prefix : "");
	return g_steal_pointer(&s);
}

void drill_stop(struct drill_server *s)
{
	if (!s)
		return;
	server_close(s);
	recording_free(s->recording);
	keys_clear(&s->keys);
	journal_free(s->journal);
	faults_free(s->faults);
	relay_lock_clear(&s->lock);
	clear_plan(&s->plan);
	g_free(s->token);
	g_free(s->flow_schema);
	g_free(s->priority_level);
	g_free(s->url);
	g_free(s);
}

void drill_leave(struct drill_server *s)
{
	server_close(s);
}

gboolean drill_return(struct drill_server *s, GError **error)
{
	return s->daemon || server_open(s, error);
}

void drill_set_token(struct drill_server *s, const char *token)
{
	relay_lock_take(&s->lock);
	g_free(s->token);
	s->token = g_strdup(token);
	relay_lock_leave(&s->lock);
}

/* --- what it is ------------------------------------------------------------------------------- */

const char *drill_url(const struct drill_server *s)
{
	return s->url;
}

guint drill_port(const struct drill_server *s)
{
	return s->port;
}

const char *drill_ca_pem(const struct drill_server *s)
{
	return s->keys.ca_pem;
}

const char *drill_client_certificate_pem(const struct drill_server *s)
{
	return s->keys.client_pem;
}

const char *drill_client_key_pem(const struct drill_server *s)
{
	return s->keys.client_key_pem;
}

static void add_base64(GString *out, const char *key, const char *pem)
{
	g_autofree char *text = g_base64_encode((const guchar *)pem, strlen(pem));

	g_string_append_printf(out, "    %s: %s\n", key, text);
}

gboolean drill_write_kubeconfig(const struct drill_server *s, const char *path, GError **error)
{
	g_autoptr(GString) out = g_string_new(
		"apiVersion: v1\nkind: Config\ncurrent-context: drill\nclusters:\n"
		"- name: drill\n  cluster:\n");

	g_string_append_printf(out, "    server: %s\n", s->url);
	add_base64(out, "certificate-authority-data", s->keys.ca_pem);
	g_string_append(
		out, "contexts:\n- name: drill\n  context:\n    cluster: drill\n    user: trainee\n"
		     "users:\n- name: trainee\n");
	if (s->plan.token || s->plan.client_certificate)
		g_string_append(out, "  user:\n");
	else
		g_string_append(out, "  user: {}\n");
	if (s->plan.token)
		g_string_append_printf(out, "    token: \"%s\"\n", s->plan.token);
	if (s->plan.client_certificate) {
		add_base64(out, "client-certificate-data", s->keys.client_pem);
		add_base64(out, "client-key-data", s->keys.client_key_pem);
	}
	return g_file_set_contents_full(path, out->str, out->len, G_FILE_SET_CONTENTS_CONSISTENT,
					0600, error);
}

/* --- what was asked --------------------------------------------------------------------------- */

char **drill_requests(struct drill_server *s)
{
	return journal_lines(s->journal);
}

char *drill_request_header(struct drill_server *s, guint n, const char *name)
{
	return journal_header(s->journal, n, name);
}

char *drill_request_certificate(struct drill_server *s, guint n)
{
	return journal_certificate(s->journal, n);
}

char *drill_request_server_name(struct drill_server *s, guint n)
{
	return journal_server_name(s->journal, n);
}
