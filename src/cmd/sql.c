#include "command.h"
#include "rows.h"

#include <stdio.h>
#include <unistd.h>

static enum outcome print(struct call *call, const char *sql, enum rows_form form, GError **error)
{
	g_autoptr(casefile) c = casefile_open(call->arguments[0], CASEFILE_READ, error);
	g_autoptr(query) q = NULL;

	if (!c)
		return OUTCOME_NOT_DONE;
	q = casefile_query(c, sql, error);
	if (!q)
		return g_error_matches(*error, CASE_ERROR, CASE_ERROR_SQL) ? OUTCOME_USAGE
									   : OUTCOME_NOT_DONE;
	if (rows_print(q, form, isatty(STDOUT_FILENO) != 0, stdout, error))
		return OUTCOME_DONE;
	return g_error_matches(*error, COMMAND_ERROR, COMMAND_ERROR_USAGE) ? OUTCOME_USAGE
									   : OUTCOME_NOT_DONE;
}

enum outcome sql_run(struct call *call, GError **error)
{
	enum rows_form form = call->options.json  ? ROWS_JSON
			      : call->options.csv ? ROWS_CSV
						  : ROWS_TABLE;

	if (!call->options.json || !call->options.csv)
		return print(call, call->arguments[1], form, error);
	g_set_error(error, COMMAND_ERROR, COMMAND_ERROR_USAGE, "sql: --json or --csv, not both");
	return OUTCOME_USAGE;
}

enum outcome ledger_run(struct call *call, GError **error)
{
	if (call->options.json)
		return print(call, "SELECT * FROM ledger ORDER BY seq", ROWS_JSON, error);
	return print(call,
		     "SELECT seq, at, person, kind, subject, summary FROM ledger ORDER BY seq",
		     ROWS_TABLE, error);
}
