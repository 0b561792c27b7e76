/*
 * A case, a simulated cluster and an engine between them.
 */
#pragma once

#include <kase/drill.h>
#include <kase/engine.h>

struct engine_fixture {
	char *folder, *path, *kubeconfig;
	struct drill_server *server; /* or NULL: a real cluster's kubeconfig was given */
	struct recorder *recorder;
	struct engine *engine;
	GMainContext *context;
	enum engine_verdict verdict; /* of the last capture */
	char *line;
	gboolean done;
	GPtrArray *told; /* of char *: lines that the engine told */
};

void engine_fixture_init(struct engine_fixture *f, const struct drill_fault *faults, gsize count);
void engine_fixture_init_drill(struct engine_fixture *f, const struct drill_plan *plan);
/* Against a real cluster. */
void engine_fixture_init_real(struct engine_fixture *f, const char *kubeconfig,
			      const char *const *namespaces);
/* Start the engine anew, in the same case. */
void engine_fixture_engine(struct engine_fixture *f, const char *const *namespaces);
void engine_fixture_clear(struct engine_fixture *f);

void engine_fixture_capture(struct engine_fixture *f, const char *const *subjects);
/* The same in two steps. */
void engine_fixture_begin(struct engine_fixture *f, const char *const *subjects);
void engine_fixture_end(struct engine_fixture *f);
/* Let it work until it has told `lines`. */
void engine_fixture_told(struct engine_fixture *f, guint lines);
/* Let it work until `sql` gives a value other than 0 and NULL; all is committed first.  Fails after a minute. */
void engine_fixture_until(struct engine_fixture *f, const char *sql);
/* The first column of all rows, joined by newlines.  Caller owns. */
char *engine_fixture_ask(struct engine_fixture *f, const char *sql);
/* verify finds nothing. */
void engine_fixture_verify(struct engine_fixture *f);
