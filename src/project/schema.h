/*
 * schema - the derived tables and the views, as tables of rows: SQL and documentation are made from them.
 */
#pragma once

#include <glib.h>

struct table_column {
	const char *name;
	const char *type; /* as CREATE TABLE has it, constraints of its own with it */
	const char *about;
};

struct table {
	const char *name;
	const char *about;
	struct table_column columns[20];
	const char *key;        /* constraint over several columns, or NULL */
	gboolean without_rowid; /* kept by its key alone */
	const char *indexes[2]; /* whole statements */
};

struct view_column {
	const char *name;
	const char *source; /* an expression over `from`; for a time, an integer of nanoseconds */
	gboolean time;      /* RFC 3339 text, with NAME_ns beside it */
	const char *about;
};

struct view {
	const char *name;
	const char *about;
	const char *from;
	struct view_column columns[20];
};

extern const struct table project_tables[];
extern const gsize project_tables_count;
extern const struct view project_views[];
extern const gsize project_views_count;

/* CREATE statements.  Caller owns. */
char *table_sql(const struct table *t);
char *view_sql(const struct view *v);

/* All of them, indexes too, in order, NULL at the end: filled before main begins. */
extern const char *project_schema[];
