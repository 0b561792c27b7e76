#include "parts.h"

#include <microhttpd.h>

#define JOURNAL_MAX 100000

struct record {
	char *line;
	GPtrArray *headers; /* of char *: name, value, name, … */
	char *certificate, *server_name;
};

struct journal {
	struct relay_lock lock;
	GPtrArray *records;
};

static void record_free(void *data)
{
	struct record *r = data;

	g_free(r->line);
	g_ptr_array_unref(r->headers);
	g_free(r->certificate);
	g_free(r->server_name);
	g_free(r);
}

struct journal *journal_new(void)
{
	struct journal *j = g_new0(struct journal, 1);

	relay_lock_init(&j->lock);
	j->records = g_ptr_array_new_with_free_func(record_free);
	return j;
}

void journal_free(struct journal *j)
{
	if (!j)
		return;
	g_ptr_array_unref(j->records);
	relay_lock_clear(&j->lock);
	g_free(j);
}

static enum MHD_Result keep_header(void *user, enum MHD_ValueKind kind, const char *name,
				   const char *value)
{
	GPtrArray *headers = user;

	g_ptr_array_add(headers, g_strdup(name));
	g_ptr_array_add(headers, g_strdup(value ? value : ""));
	return MHD_YES;
}

void journal_add(struct journal *j, struct visit *v, const char *method)
{
	struct record *r = g_new0(struct record, 1);
	gboolean trusted;

	r->line = g_strdup_printf("%s %s", method, v->uri);
	r->headers = g_ptr_array_new_with_free_func(g_free);
	r->certificate = tls_certificate(v->connection, &trusted);
	r->server_name = tls_server_name(v->connection);
	MHD_get_connection_values(v->connection, MHD_HEADER_KIND, keep_header, r->headers);
	relay_lock_take(&j->lock);
	if (j->records->len < JOURNAL_MAX)
		g_ptr_array_add(j->records, g_steal_pointer(&r));
	relay_lock_leave(&j->lock);
	g_clear_pointer(&r, record_free);
}

char **journal_lines(struct journal *j)
{
	g_autoptr(GStrvBuilder) lines = g_strv_builder_new();

	relay_lock_take(&j->lock);
	for (guint i = 0; i < j->records->len; i++)
		g_strv_builder_add(lines, ((struct record *)j->records->pdata[i])->line);
	relay_lock_leave(&j->lock);
	return g_strv_builder_end(lines);
}

static char *find_header(const struct record *r, const char *name)
{
	GString *all = NULL;

	for (guint i = 0; i < r->headers->len; i += 2) {
		if (g_ascii_strcasecmp(r->headers->pdata[i], name) != 0)
			continue;
		if (all)
			g_string_append_printf(all, ", %s", (char *)r->headers->pdata[i + 1]);
		else
			all = g_string_new(r->headers->pdata[i + 1]);
	}
	return all ? g_string_free(all, FALSE) : NULL;
}

static char *find_certificate(const struct record *r, const char *unused)
{
	return g_strdup(r->certificate);
}

static char *find_server_name(const struct record *r, const char *unused)
{
	return g_strdup(r->server_name);
}

static char *of_record(struct journal *j, guint n,
		       char *(*find)(const struct record *, const char *), const char *name)
{
	char *found;

	relay_lock_take(&j->lock);
	found = n < j->records->len ? find(j->records->pdata[n], name) : NULL;
	relay_lock_leave(&j->lock);
	return found;
}

char *journal_header(struct journal *j, guint n, const char *name)
{
	return of_record(j, n, find_header, name);
}

char *journal_certificate(struct journal *j, guint n)
{
	return of_record(j, n, find_certificate, NULL);
}

char *journal_server_name(struct journal *j, guint n)
{
	return of_record(j, n, find_server_name, NULL);
}
