/*
 * rows - what a query returned, printed: a table for people, JSON, or CSV.
 *
 * What a case holds is hostile text.  A table shows it made visible; JSON writes what a terminal could act on as
 * \uXXXX, so that the value is whole and the screen safe; CSV is made visible only where it goes to a terminal.
 *
 * Source: RFC 8259; RFC 4180.
 */
#pragma once

#include <stdio.h>

#include <kase/case.h>

enum rows_form { ROWS_TABLE, ROWS_JSON, ROWS_CSV };

/* Step `q` to its end, and print its rows as they come (a table waits for the first ROWS_SAMPLE, whose widths it
 * takes).  `terminal`: `out` is one.  FALSE where the query failed on the way, or in JSON where two columns have one name. */
#define ROWS_SAMPLE 500
gboolean rows_print(struct query *q, enum rows_form form, gboolean terminal, FILE *out,
		    GError **error);

/* Append a JSON string of any bytes: what is no UTF-8 becomes U+FFFD. */
void rows_append_json(GString *out, const char *bytes, gsize size);
