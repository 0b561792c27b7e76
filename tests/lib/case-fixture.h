/*
 * case-fixture - a folder of its own with a case in it, for tests of src/case: with a projector
 * that keeps each word of the evidence in a row, so that derived tables are there to be checked.
 */
#pragma once

#include <kase/case.h>

struct fixture {
	char *folder, *path;
};

extern const struct projector fixture_projector; /* d_word */
extern const struct projector
	fixture_projector_later; /* the same, as version 2: words in capitals */
extern const struct case_person fixture_person;

void fixture_set_up(struct fixture *f, const void *data);
void fixture_tear_down(struct fixture *f, const void *data); /* removes the folder and all in it */

struct recorder *fixture_record(const struct fixture *f);
/* Record a piece of evidence of these bytes, opened and closed. */
void fixture_add(struct recorder *r, const char *bytes);
/* Evidence that stays open. */
struct evidence *fixture_open(struct recorder *r);
void fixture_flush(struct recorder *r); /* returns when all posted is committed */

/* One value, by a connection of its own. */
char *fixture_value(const struct fixture *f, const char *sql);
/* Run any statement on the file as somebody with sqlite3 would; triggers are taken away and put
 * back. */
void fixture_tamper(const struct fixture *f, const char *sql);
/* The same, with the triggers left where they are. */
void fixture_change(const struct fixture *f, const char *sql);
char *fixture_sha256(const char *path);
/* verify; returns how many findings, and the first in `first` where not NULL (caller owns). */
guint fixture_verify(const struct fixture *f, const char *head, char **first);
