/*
 * What the statements of this program may do to a case.
 *
 * A case may be anybody's file: what it declares runs as part of our statements, and names in it
 * become part of some.  SQLite asks here for each thing that a statement would do, when it is
 * prepared.  Nothing but what stands in these tables is done.
 */
#include "private.h"

#include <string.h>

/* --- reading ---------------------------------------------------------------------------------- */

/* Only what reads.  ATTACH would make files; SQLite calls it a reading statement. */
static int allow_reading(void *data, int action, const char *a, const char *b, const char *c,
			 const char *d)
{
	static const char *const pragmas[] = {
		"table_info",   "table_list",     "index_list",      "index_info",  "table_xinfo",
		"user_version", "application_id", "integrity_check", "quick_check", NULL
	};

	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_READ:
	case SQLITE_FUNCTION:
	case SQLITE_RECURSIVE:
	case SQLITE_TRANSACTION:
		return SQLITE_OK;
	case SQLITE_UPDATE: /* so a table-valued function declares itself */
		return g_strcmp0(a, "sqlite_master") == 0 ? SQLITE_OK : SQLITE_DENY;
	case SQLITE_PRAGMA:
		return g_strv_contains(pragmas, a) ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

void guard_reading(sqlite3 *db)
{
	sqlite3_set_authorizer(db, allow_reading, NULL);
}

/* --- writing ---------------------------------------------------------------------------------- */

enum {
	DERIVED = 1, /* tables whose name begins with d_ */
	RECORDS = 2,
	SCHEMA = 4, /* SQLite's own table of what is declared */
	PRAGMAS = 8,
	BUT_RECORDS = 16,
	ANYTHING = 32,
};

/* `at`: which of the two names that SQLite gives says what it is done to. */
static const struct rule {
	int action, at, to;
} rules[] = {
	{ SQLITE_SELECT, 0, ANYTHING },
	{ SQLITE_READ, 0, ANYTHING },
	{ SQLITE_FUNCTION, 0, ANYTHING },
	{ SQLITE_RECURSIVE, 0, ANYTHING },
	{ SQLITE_TRANSACTION, 0, ANYTHING },
	{ SQLITE_SAVEPOINT, 0, ANYTHING },
	{ SQLITE_PRAGMA, 0, PRAGMAS },
	{ SQLITE_INSERT, 0, DERIVED | RECORDS | SCHEMA },
	{ SQLITE_UPDATE, 0, DERIVED | SCHEMA },
	{ SQLITE_DELETE, 0, BUT_RECORDS }, /* asked of a view, too, when it is dropped */
	{ SQLITE_CREATE_TABLE, 0, DERIVED },
	{ SQLITE_CREATE_VTABLE, 0, DERIVED },
	{ SQLITE_CREATE_INDEX, 1, DERIVED },
	{ SQLITE_REINDEX, 0, ANYTHING }, /* so an index is filled when it is made */
	{ SQLITE_CREATE_VIEW, 0, ANYTHING },
	{ SQLITE_DROP_TABLE, 0, DERIVED },
	{ SQLITE_DROP_VTABLE, 0, DERIVED },
	{ SQLITE_DROP_INDEX, 1, DERIVED },
	{ SQLITE_DROP_VIEW, 0, ANYTHING },
};

static gboolean is_one_of(const char *name, int kinds)
{
	static const char *const records[] = { "entry", "chunk", NULL };
	static const char *const schema[] = { "sqlite_master", "sqlite_schema", NULL };
	static const char *const pragmas[] = { "user_version", "data_version", NULL };

	if (kinds & ANYTHING)
		return TRUE;
	return name && ((kinds & DERIVED && g_str_has_prefix(name, "d_")) ||
			(kinds & RECORDS && g_strv_contains(records, name)) ||
			(kinds & BUT_RECORDS && !g_strv_contains(records, name)) ||
			(kinds & SCHEMA && g_strv_contains(schema, name)) ||
			(kinds & PRAGMAS && g_strv_contains(pragmas, name)));
}

static gboolean changes_rows(int action)
{
	return action == SQLITE_INSERT || action == SQLITE_UPDATE || action == SQLITE_DELETE;
}

/* `inside` is the trigger or view that would do it: ours do nothing but refuse and read. */
static int allow_writing(void *data, int action, const char *a, const char *b, const char *database,
			 const char *inside)
{
	if (inside && changes_rows(action))
		return SQLITE_DENY;
	for (gsize i = 0; i < G_N_ELEMENTS(rules); i++)
		if (rules[i].action == action && is_one_of(rules[i].at ? b : a, rules[i].to))
			return SQLITE_OK;
	return SQLITE_DENY;
}

void guard_writing(sqlite3 *db)
{
	sqlite3_set_authorizer(db, allow_writing, NULL);
}
