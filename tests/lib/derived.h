/*
 * derived - derived tables in memory, made by the projector from records that a test writes down: src/case's own
 * machine, without a file, a thread or a clock.
 *
 * JSON is written with ' for " in it.  Each entry comes a second after the one before, from DERIVED_AT on, and
 * a chunk when the entry before it came.
 */
#pragma once

#include <kase/case.h>

#define DERIVED_AT G_GINT64_CONSTANT(1795508000000000000) /* 2026-11-24T08:13:20Z */

struct derived;

struct derived *derived_new(void);
void derived_free(struct derived *d);
typedef struct derived derived;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(derived, derived_free)

/* Enter one, and return its seq: the id of evidence or of a listing. */
gint64 derived_enter(struct derived *d, const char *format, ...) G_GNUC_PRINTF(2, 3);
/* Bytes of evidence; `text` with ' for ", `bytes` as they are. */
void derived_text(struct derived *d, gint64 evidence, const char *format, ...) G_GNUC_PRINTF(3, 4);
void derived_bytes(struct derived *d, gint64 evidence, const char *data, gsize size);
void derived_close(struct derived *d, gint64 evidence, const char *state);
/* As if the process that had it open were dead: its state is lost before it is closed as cut. */
void derived_lose(struct derived *d, gint64 evidence);

/* What a statement gives: columns with |, rows with newlines between, NULL as ∅.  Caller owns. */
char *derived_rows(struct derived *d, const char *sql);
/* Every row of every derived table, rowids too.  Caller owns. */
char *derived_dump(struct derived *d);
/* The text with " for '.  Caller owns. */
char *derived_quoted(const char *text);

#define assert_rows(d, sql, expected)                                      \
	do {                                                               \
		g_autofree char *rows_of_statement = derived_rows(d, sql); \
		g_assert_cmpstr(rows_of_statement, ==, expected);          \
	} while (0)
