/*
 * engine - fetches and follows: asks the cluster, and posts what comes to the recorder.
 *
 * Nothing is given back to whoever asked but how far it is: what was found stands in the case.
 * Belongs to the thread of its GMainContext, save engine_progress, which any thread may call.
 * `engine_host` is an engine in a thread of its own, for the console.
 */
#pragma once

#include <kase/case.h>

#define ENGINE_ERROR (engine_error_quark())
enum engine_error {
	/* what was asked for is no subject, or a kind that is not known here */
	ENGINE_ERROR_SUBJECT,
	ENGINE_ERROR_FILE,    /* a file that cannot be read */
	ENGINE_ERROR_CONTENTS /* a file that is not understood, or whose values cannot be withheld */
};
GQuark engine_error_quark(void);

struct engine_plan {
	const char *path;              /* the case */
	const char *kubeconfig;        /* NULL: as the case remembers, else the usual places */
	const char *context;           /* NULL: as the case remembers, else the current one */
	const char *const *namespaces; /* told by the analyst, NULL at the end; or NULL */
	struct recorder *recorder;     /* outlives the engine */
	/* One line, not made safe, in the engine's thread: it waits, and for what; it goes on; a
	 * clock is off.  Or NULL. */
	void (*tell)(void *user, const char *line);
	void *tell_user;
	gboolean takes_lead; /* from a process without a screen; a host does always */
};

struct engine;
/* Reads the kubeconfig; asks nothing yet. */
struct engine *engine_new(GMainContext *context, const struct engine_plan *plan, GError **error);
void engine_free(struct engine *e); /* accepts NULL; what is under way is cut */
typedef struct engine engine;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(engine, engine_free)

enum engine_verdict {
	ENGINE_DONE,      /* all that was asked for is held */
	ENGINE_DONE_GAPS, /* what could be held is held; the rest are gaps */
	ENGINE_NOT_DONE,  /* nothing could be asked: no cluster, no credential, not this subject */
};

/*
 * Take subjects ("cluster", "pod/payments/ledger-0", "deployment/payments/checkout", …) into the
 * case, the most volatile first.  `done` is called once, after all of it is committed; `line` says
 * in one line what was not done and why, or is NULL.
 */
void engine_capture(struct engine *e, const char *const *subjects,
		    void (*done)(void *user, enum engine_verdict verdict, const char *line),
		    void *user);

/*
 * List and watch the inventory's kinds (only those whose resource stands in `resources`, where that
 * is not NULL), and follow the logs of the pods that the case holds as captured subjects, until
 * engine_free.  Of several processes on the same case one does so (recorder_lead): one that takes
 * the lead has it from one that does not, and hands it back when it ends; else a second one takes
 * over when the first one ends.
 */
void engine_follow(struct engine *e, const char *const *resources);

/*
 * Follow the logs of a pod ("pod/NAMESPACE/NAME") that the case knows and that lives: an entry `followed` says so, and whoever follows
 * the case (engine_follow) takes it from there.  Nothing happens where its logs are followed already, or the case knows no such pod.
 * FALSE where it is not known yet which cluster this is.
 */
gboolean engine_follow_logs(struct engine *e, const char *subject);

/* How far it is, and what is wrong now. */
struct engine_progress {
	guint64 requests, bytes; /* asked, received (plain) since the start */
	/* of the listings under way; expected 0 where the server does not tell */
	guint64 rows, rows_expected;
	guint tasks_done, tasks; /* steps of the captures under way */
	guint gaps;
	gboolean live;       /* the last request or watch worked */
	gboolean aside;      /* another process follows the case: nothing of it is fetched here */
	gint64 last_seen_ns; /* when a byte came last; STAMP_NONE: never */
	gint64 retry_s;      /* when it tries again; -1 where nothing waits */
	char doing[80];      /* "pods", "logs of payments/ledger-0"; "" when idle */
	char trouble[200];   /* one line for the user, made safe; "" where all is well */
};
void engine_progress(struct engine *e, struct engine_progress *out);

/* Stop what lasts: the listing or capture under way ends as partial, and says so in the case. */
void engine_halt(struct engine *e);

/* --- an engine in its own thread -------------------------------------------------------------- */

struct engine_host;
/* Starts the thread and engine_follow with `resources` there.  The plan's strings are copied. */
struct engine_host *engine_host_start(const struct engine_plan *plan, const char *const *resources,
				      GError **error);
void engine_host_stop(struct engine_host *h); /* accepts NULL; waits for the thread */
void engine_host_progress(struct engine_host *h, struct engine_progress *out); /* any thread */
void engine_host_follow_logs(struct engine_host *h, const char *subject);      /* any thread */
void engine_host_halt(struct engine_host *h);                                  /* any thread */

/* --- brought by a person ---------------------------------------------------------------------- */

/*
 * Take what kubectl wrote, from a file, a pipe or, for "-", stdin: YAML or JSON of objects and
 * Lists, one after another, or a log (told by its content).  Values of Secrets and ConfigMaps are
 * withheld.  For a log, `subject` ("pod/NS/NAME") and `container` say whose it is; NULL where not
 * known.
 *
 * FALSE and one line where nothing of it was kept: ENGINE_ERROR_FILE where it cannot be read;
 * ENGINE_ERROR_CONTENTS where it is not understood, or might hold values that cannot be withheld,
 * which the case then holds as a gap.
 */
gboolean engine_import(struct recorder *r, const char *path, const char *brought_by,
		       const char *subject, const char *container, GError **error);
