#include "private.h"

/* Nanoseconds to RFC 3339 with nine digits, in SQL. */
#define RFC3339(ns)                                                                               \
	"strftime('%Y-%m-%dT%H:%M:%S', " ns " / 1000000000, 'unixepoch') || printf('.%09dZ', " ns \
	" % 1000000000)"

static const char *const derived[] = {
	"CREATE TABLE d_version_of(projector INTEGER NOT NULL) STRICT",
	"CREATE TABLE d_evidence(id INTEGER PRIMARY KEY, class TEXT, type TEXT, source TEXT, "
	"cluster TEXT,"
	" subject TEXT, uid TEXT, at INTEGER, server_date INTEGER, request TEXT, status INTEGER, "
	"sha256 TEXT,"
	" size INTEGER, person TEXT, visit INTEGER, state TEXT NOT NULL) STRICT",
	"CREATE INDEX d_evidence_open ON d_evidence(id) WHERE state = 'open'",
	"CREATE INDEX d_evidence_subject ON d_evidence(subject)",
	"CREATE VIEW evidence AS SELECT id, class, type AS kind, source, subject, cluster, "
	"uid, " RFC3339("at") " AS at, at AS at_ns, " RFC3339(
		"server_date") " AS server_date, server_date AS server_date_ns,"
			       " request, status, sha256, size, person, state"
			       " FROM d_evidence",
	"CREATE VIEW ledger AS SELECT seq, entry ->> 'at' AS at,"
	" CAST(strftime('%s', substr(entry ->> 'at', 1, 19)) AS INTEGER) * 1000000000"
	" + CAST(substr(entry ->> 'at', 21, 9) AS INTEGER) AS at_ns,"
	" entry ->> 'person' AS person, entry ->> 'kind' AS kind, entry ->> 'subject' AS subject,"
	" entry ->> 'cluster' AS cluster, entry ->> 'uid' AS uid, entry ->> 'summary' AS summary, "
	"prev, hash"
	" FROM entry",
	NULL,
};

gboolean schema_make_derived(sqlite3 *db, const struct projector *projector, GError **error)
{
	g_autofree char *version = g_strdup_printf("INSERT INTO d_version_of VALUES (%d)",
						   projector ? projector->version : 0);

	return sql_exec_each(db, derived, error) && sql_exec(db, version, error) &&
	       (!projector || sql_exec_each(db, projector->schema, error));
}

gboolean schema_drop_derived(sqlite3 *db, GError **error)
{
	static const char find[] = "SELECT type, name FROM sqlite_schema WHERE type = 'view'"
				   " OR (type = 'table' AND name LIKE 'd\\_%' ESCAPE '\\'"
				   " AND sql IS NOT NULL) ORDER BY type DESC";
	g_autoptr(GString) drops = g_string_new(NULL);
	g_autoptr(GError) failed = NULL;
	g_autoptr(query) q = sql_prepare(db, find, error);

	if (!q)
		return FALSE;
	/* Names come from the file, which may be anybody's: %w leaves them no way out of their quotes. */
	while (query_step(q, &failed)) {
		char *drop = sqlite3_mprintf("DROP %s \"%w\";", query_text(q, 0), query_text(q, 1));

		g_string_append(drops, drop);
		sqlite3_free(drop);
	}
	if (failed) {
		g_propagate_error(error, g_steal_pointer(&failed));
		return FALSE;
	}
	query_reset(q);
	return sql_exec(db, drops->str, error);
}

static gboolean are_declared(GHashTable *declared, const char *const *statements)
{
	for (; *statements; statements++)
		if (!g_hash_table_contains(declared, *statements))
			return FALSE;
	return TRUE;
}

gboolean schema_is_whole(sqlite3 *db, const struct projector *projector)
{
	g_autoptr(GHashTable)
		declared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(query) q = sql_prepare(db, "SELECT sql FROM sqlite_schema", NULL);

	while (q && query_step(q, NULL))
		g_hash_table_add(declared, g_strdup(query_text(q, 0) ?: ""));
	return are_declared(declared, derived) &&
	       (!projector || are_declared(declared, projector->schema));
}

int schema_derived_version(sqlite3 *db)
{
	return (int)sql_int(db, "SELECT projector FROM d_version_of");
}
