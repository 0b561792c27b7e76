/*
 * What the files of the engine share.  Everything here belongs to the engine's thread, save where
 * it says otherwise.
 *
 * The way of a request: a capture or a follower adds tasks; tasks.c runs a few at a time; each asks
 * through fetch.c, listing.c or logs.c, which try again as retry.c says; what comes goes through
 * record.c to the recorder.
 *
 * Who owns whom: an engine owns its captures and its follower; a capture owns its plans and
 * outlives its tasks; so a task may hold a bare pointer to either.  A task ends by task_end,
 * exactly once, or is cut.
 */
#pragma once

#include <kase/engine.h>
#include <kase/kube.h>
#include <kase/relay.h>
#include <kase/stamp.h>
#include <kase/subject.h>

struct capture;
struct task;
struct follow;

/* --- the cluster, as the case knows it ------------------------------------------------------- */

struct cluster {
	char *name; /* unique in the case; NULL until the first answers came */
	/* of subjects: the name, where the case holds several clusters; else NULL */
	const char *prefix;
	char *uid;  /* of namespace kube-system, or NULL */
	char *user; /* as the cluster names the analyst, or NULL where it did not say */
	char *version;
};

/* --- engine ---------------------------------------------------------------------------------- */

struct trouble {
	const void *owner; /* who will try again; NULL where all is well */
	gboolean whole;    /* the server's or our own: an answer to anybody ends it */
	gint64 until_us;   /* monotonic; -1 where nobody tries again by himself */
};

struct wait {
	gint64 since_us, since_ns; /* of the first failure; 0: nobody waits */
	gint64 heard_ns;           /* the last byte before it; STAMP_NONE: none */
	const char *reason;
	char *words;
	gboolean gone, said;
	GSource *timer;
};

struct clock_seen {
	gint64 entered_ns; /* as the case holds it; 0 at the start */
	gint64 doubt_ns;   /* an offset seen once, to be confirmed by the next answer */
};

struct engine {
	GMainContext *context;
	struct recorder *recorder;
	gboolean takes_lead; /* from a process without a screen */
	char *path;
	struct casefile *file; /* what this case holds already */
	char **told;           /* namespaces that the analyst named, or NULL */
	struct http *http;
	struct cluster cluster;
	struct birth *birth; /* while it goes on */

	GQueue queue;       /* of struct task *, the next one first */
	GPtrArray *running; /* of struct task * */
	int listings;       /* under way */
	guint64 order;      /* of the newest task */
	gsize gathered;     /* bytes of logs in memory */

	GPtrArray *captures; /* of struct capture * */
	struct follow *follow;
	struct spaces *spaces;
	struct kinds *kinds;

	GSource *pump;         /* runs tasks, soon */
	GSource *head_start;   /* the first task runs alone until this; NULL before and after */
	gboolean at_full;      /* the first task has had its answer, or its head start is over */
	GSource *rebirth;      /* asks again which cluster this is */
	GPtrArray *waiting;    /* of struct room_waiter *: for room in the recorder */
	struct naming *naming; /* until the cluster's name is committed */

	struct clock_seen clock;
	struct trouble trouble;
	struct wait wait;
	void (*tell)(void *user, const char *line);
	void *tell_user;
	gint64 gone_since_us;   /* when nobody got an answer any more; 0: they do */
	struct relay_lock lock; /* of `shown` and `retry_at_us` */
	struct engine_progress shown;
	gint64 retry_at_us;
};

/* A one-shot timer of the engine's thread.  The caller destroys and drops it: engine_timer_stop. */
GSource *engine_timer(struct engine *e, gint64 ms, GSourceFunc function, void *data);
void engine_timer_stop(GSource **timer); /* takes NULL in it */

/* TRUE where the recorder takes more.  Else `resume(data)` is called once when its queue has been
 * worked down. */
gboolean room_or_wait(struct engine *e, void (*resume)(void *data), void *data);
void room_forget(struct engine *e, const void *data);

/* --- birth: which cluster this is ------------------------------------------------------------ */

/* Ask, if it has not been asked yet.  Tasks run once it is known. */
void birth_begin(struct engine *e);
void birth_free(struct engine *e);
void naming_forget(struct engine *e); /* the engine ends */
/* The name that a kubeconfig gives to a cluster, fit to be a subject's prefix.  Caller owns. */
char *birth_name(const char *configured);
/* Of cluster entries (struct cJSON *) in a case, that which is this one; NULL where none is. */
const struct cJSON *birth_known(GPtrArray *entries, const char *uid, const char *server,
				const char *ca);
/* `wanted`, or with a number at its end where another cluster has that name.  Caller owns. */
char *birth_unique(GPtrArray *entries, const char *wanted);

/* --- progress -------------------------------------------------------------------------------- */

/* An answer came: `head` may be NULL (bytes of a stream). */
void progress_heard(struct engine *e, const struct http_head *head);
/* A listing begins (1) or has ended (-1): rows are counted over all that are under way together. */
void progress_listings(struct engine *e, int more);
void progress_rows(struct engine *e, gint64 rows, gint64 expected);
void progress_tasks(struct engine *e, int done, int more);
void progress_doing(struct engine *e, const char *doing);
void progress_aside(struct engine *e, gboolean aside);
void progress_gap(struct engine *e);
/* `owner` tries again after `ms` (-1: not by itself).  `whole`: it is the server's or our trouble,
 * not only his. */
void trouble_set(struct engine *e, const void *owner, gboolean whole, gint64 ms, const char *line);
/* The same for a failed request. */
void trouble_of(struct engine *e, const void *owner, const GError *error, gint64 ms);
void trouble_end(struct engine *e, const void *owner);
/* Somebody tries again; `gone`: the server answers nobody.  `reason` is static. */
void waiting_begin(struct engine *e, gboolean gone, const char *reason, const char *words);
void waiting_end(struct engine *e);   /* it goes on */
void waiting_clear(struct engine *e); /* the engine ends */
/* A server's clock was entered that is another one than before. */
void clock_told(struct engine *e);
/* What an answer says of the server's clock: TRUE where an entry is due, for `*offset_ns`. */
gboolean clock_differs(struct clock_seen *c, gint64 offset_ns);

/* --- trying again ---------------------------------------------------------------------------- */

#define RETRY_FOR_EVER  -1
#define RETRY_CAPTURE_S 120

struct retry {
	gint64 patience_s; /* RETRY_FOR_EVER, or how long in all */
	gint64 since_us;   /* of the first failure; 0: none yet */
	guint n;
};
/* How many milliseconds to wait before asking again; -1: give up.  Says so in the progress, for
 * `owner`. */
gint64 retry_next(struct engine *e, struct retry *r, const void *owner, const GError *error,
		  const struct http_head *head);
/* The pure part: what the table says.  `fresh`: the credential can become another one by itself. */
gint64 retry_wait_ms(const struct retry *r, int code, gboolean fresh, gint64 now_us,
		     gint64 retry_after_s);
/* Nobody else gets an answer either. */
gboolean retry_is_whole(const GError *error);
/* The word that a gap has for a failure. */
const char *retry_reason(const GError *error);

/* --- recording ------------------------------------------------------------------------------- */

extern const char class_cluster_state[], class_workload_logs[];

/* What opens a piece of evidence.  `subject` and `summary` are copied. */
struct cJSON *about_new(struct engine *e, const char *class, const char *type, const char *subject,
			const char *summary);
/* The members that tell the kind of what it holds, as the projector reads them. */
void about_object(struct cJSON *about, const struct kube_resource *r, gint64 as_of);
void about_request(struct cJSON *about, const char *url, const char *accept);
/* How it ended.  `head` and `reason` may be NULL. */
struct cJSON *outcome_new(const char *state, const struct http_head *head, const char *reason);
/* Open, add and close in one go.  Both trees are given away; `listing` may be NULL. */
void record_whole(struct engine *e, struct cJSON *about, struct ticket *listing, GBytes *body,
		  struct cJSON *outcome);

struct answer {
	const char *url;
	const struct http_head *head; /* NULL where there was none */
	GBytes *body;                 /* or NULL */
	const GError *error;          /* NULL: a whole 2xx */
	gint64 as_of;                 /* head of the case just before it was asked */
};
/* The words of a server that did not give what was asked for: evidence, too. */
void record_refusal(struct engine *e, const struct answer *a, const char *subject,
		    const char *accept);

/* A copy that lasts; NULL for NULL. */
struct http_head *head_copy(const struct http_head *head);
void head_free(struct http_head *head); /* accepts NULL */

struct gap {
	const char *scope, *reason, *detail;               /* none of them NULL */
	const char *subject, *namespace, *verb, *resource; /* or NULL */
	gint64 from_ns, to_ns;                             /* 0 where it has none */
};
/* `c`, whose verdict it lowers, may be NULL. */
void record_gap(struct engine *e, struct capture *c, const struct gap *gap);
/* An entry that is no gap: something that is good to know. */
void record_entry(struct engine *e, const char *kind, const char *subject, const char *summary,
		  struct cJSON *more);
/* A gap for `verb` on a resource, in the server's words; with the command and the role that would
 * close it where it was denied. */
void record_refused_gap(struct engine *e, struct capture *c, const struct kube_resource *r,
			const char *verb, const char *namespace, const char *name,
			const struct answer *a);

/* As the cluster's subject is written in this case.  Caller owns. */
char *subject_of(struct engine *e, const struct kube_resource *r, const char *namespace,
		 const char *name);
char *subject_of_all(struct engine *e, const struct kube_resource *r, const char *namespace);

/* --- tasks ----------------------------------------------------------------------------------- */

/* The lower the sooner: what is lost first comes first. */
enum task_priority {
	PRIORITY_FIRST,
	PRIORITY_POD,
	PRIORITY_LOGS,
	PRIORITY_EVENTS,
	PRIORITY_OBJECT,
	PRIORITY_LIST, /* and its place in the inventory */
};

struct task_class {
	void (*run)(struct task *t);
	/* stop what is under way and note that it is partial; NULL: nothing to do */
	void (*cut)(struct task *t);
	void (*free)(struct task *t);
};

struct task {
	const struct task_class *class;
	struct engine *engine;
	struct capture *capture; /* or NULL: a follower's */
	int priority;
	guint64 order;
	char doing[80];
};

void task_add(struct engine *e, struct task *t); /* given away */
void task_end(struct task *t);                   /* frees it */
/* Cut those of `c`, or a follower's where it is NULL, and drop those that wait. */
void tasks_cut(struct engine *e, struct capture *c);
void tasks_pump(struct engine *e);
/* The first answer came: from now on many tasks run at once. */
void tasks_go_full(struct engine *e);

/* --- one GET --------------------------------------------------------------------------------- */

struct fetch;
struct fetch_call {
	const char *path, *accept;
	gsize max_bytes;
	gint64 patience_s;                                /* as in struct retry */
	void (*done)(void *user, const struct answer *a); /* exactly once */
	void *user;
};
struct fetch *fetch_start(struct engine *e, const struct fetch_call *call);
void fetch_cancel(struct fetch *f); /* accepts NULL; no callback any more */

/* --- one object ------------------------------------------------------------------------------ */

struct object_plan {
	const struct kube_resource *resource;
	const char *namespace, *name;
	int priority;
	gboolean always; /* even where this capture asked for it already */
	/* `object` is lent; NULL where it could not be had, and then `a` says why. */
	void (*found)(void *user, const struct cJSON *object, const struct answer *a);
	void *user;
};
/* Once in a capture: FALSE where it was asked already, and `found` is not called then. */
gboolean object_ask(struct engine *e, struct capture *c, const struct object_plan *plan);
/* Record an object that came; its tree, or NULL where it was not understood.  Caller owns. */
struct cJSON *object_record(struct engine *e, struct capture *c, const struct kube_resource *r,
			    const char *namespace, const char *name, const struct answer *a);

/* --- listings -------------------------------------------------------------------------------- */

enum listing_state {
	LISTING_COMPLETE,
	LISTING_NOT_SERVED,
	LISTING_DENIED,
	LISTING_FAILED,
	LISTING_CUT
};

struct listing_plan {
	const struct kube_resource *resource;
	const char *namespace; /* NULL: all; each for itself where that is denied */
	const char *field_selector,
		*label_selector; /* with one of them it says nothing of what is gone */
	int priority;
	enum listing_state
		told; /* how it ended before: ending so again is no news.  COMPLETE: always */
	void (*page)(void *user, GBytes *body); /* may be NULL */
	/* For each namespace, or once with NULL for all.  May be NULL. */
	void (*ended)(void *user, const struct listing_plan *plan, enum listing_state state,
		      const char *rv);
	void *user;
};
void listing_add(struct engine *e, struct capture *c, const struct listing_plan *plan);
/* In the inventory's order, but namespaces early: others may wait for their names. */
int listing_priority(const struct kube_resource *r);

/* --- namespaces ------------------------------------------------------------------------------ */

/* List `plan` in each namespace, once their names are known.  A follower's (`c` is NULL) lasts:
 * each namespace that becomes known later has it listed, too. */
void spaces_spread(struct engine *e, struct capture *c, const struct listing_plan *plan);
gboolean spaces_are(const struct kube_resource *r);   /* it is that of namespaces */
void spaces_page(struct engine *e, GBytes *page);     /* of the list of namespaces */
void spaces_watched(struct engine *e, GBytes *lines); /* of the watch of them */
void spaces_asked(struct engine *e);                  /* they are being listed */
void spaces_listed(struct engine *e);
void spaces_forget(struct engine *e, struct capture *c);
void spaces_again(struct engine *e);                      /* ask anew at the next need */
void spaces_add(struct engine *e, const char *namespace); /* one that a subject is in */
void spaces_free(struct engine *e);
/* The pure part of a watch: names of those that came (char *).  Caller owns. */
GPtrArray *spaces_added(const char *lines, gsize size);
/* The pure part: names, each once, in order of the sources; NULL at the end of each.  Caller
 * owns. */
char **spaces_choose(char *const *listed, char *const *told, const char *of_context,
		     char *const *of_subjects);

/* --- kinds ----------------------------------------------------------------------------------- */

/* The resource of a kind or its plural (any case); `group` NULL: whichever has it.  Asks the server
 * where the inventory does not hold it.  `found` is called once, perhaps at once; with `error` where
 * the server could not be asked, and then a gap of `c` says so. */
void kinds_find(struct engine *e, struct capture *c, const char *group, const char *kind,
		void (*found)(void *user, const struct kube_resource *r, const GError *error),
		void *user);
void kinds_forget(struct engine *e, struct capture *c);
void kinds_free(struct engine *e);
/* Where the inventory holds it; else, and for a `kind` that is NULL, NULL. */
const struct kube_resource *kinds_built_in(const char *group, const char *kind);

/* --- captures -------------------------------------------------------------------------------- */

struct capture {
	struct engine *engine;
	void (*done)(void *user, enum engine_verdict verdict, const char *line);
	void *user;
	guint left;        /* what must end before it is done */
	guint taken, gaps; /* subjects that are there; gaps */
	gboolean halted, ending;
	char *line;       /* what was not done, or NULL */
	GHashTable *once; /* of char *: paths asked */
	GPtrArray *plans; /* freed with it */
	char **subjects;
	gboolean begun;
	struct flush *flush; /* while it ends */
};
/* The cluster is known: those that waited for that begin. */
void captures_begin(struct engine *e);
void capture_hold(struct capture *c); /* accepts NULL, as does capture_release */
void capture_release(struct capture *c);
gboolean capture_once(struct capture *c, const char *key);
/* `plan` lives as long as the capture. */
void *capture_own(struct capture *c, void *plan, GDestroyNotify free_plan);
/* A subject could not be taken.  Takes `line`. */
void capture_missed(struct capture *c, char *line);
void capture_fail_all(struct engine *e, const char *line);
void capture_free(struct capture *c);
/* An entry `captured`, which followers read. */
void capture_enter(struct capture *c, const struct kube_resource *r, const struct cJSON *object);

/* What one subject means, as it was written. */
void subject_take(struct capture *c, const char *text);

/* The plans: begin to take one that is there. */
void pod_take(struct capture *c, const struct cJSON *pod);
void workload_take(struct capture *c, const struct kube_resource *r, const struct cJSON *object);
void node_take(struct capture *c, const struct kube_resource *r, const struct cJSON *object);
void other_take(struct capture *c, const struct kube_resource *r, const struct cJSON *object);
/* Events of one object, and of one that had its name before. */
void events_take(struct capture *c, const char *namespace, const char *kind, const char *name);
/* Owners up to the root. */
void owners_take(struct capture *c, const struct cJSON *object);
/* Bindings that name a service account, and the roles that they name. */
void rights_take(struct capture *c, const char *namespace, const char *account);

/* --- logs ------------------------------------------------------------------------------------ */

/* All logs of a pod, as it stood in `pod`. */
void logs_add(struct engine *e, struct capture *c, const struct cJSON *pod);

/* --- following ------------------------------------------------------------------------------- */

void follow_free(struct engine *e);
/* For tests: how long after the first denial a scope is asked for again. */
extern gint64 follow_denied_ms;
/* The pure part: how long to wait before listing anew after so many 410s in a row. */
gint64 follow_gone_ms(guint expiries);

/* --- lead: which process follows ------------------------------------------------------------- */

struct lead;
/* `changed(user, leads)` whenever this process comes to lead, or has to give the lead up: then it
 * ends what it follows before it returns.  Not called from lead_new or lead_free. */
struct lead *lead_new(struct engine *e, void (*changed)(void *user, gboolean leads), void *user);
void lead_free(struct lead *l); /* accepts NULL */

/* What nobody followed before: one gap for the scopes that begin to be watched together. */
struct between;
struct between *between_new(struct engine *e);
void between_add(struct between *b, const char *written); /* as subject_of_all writes it */
void between_free(struct between *b); /* says what is not said yet; accepts NULL */

/* Whose logs are followed: the pods that the case holds as captured, and those of captured
 * workloads. */
struct suspects;
/* `lives` is called for the namespace of each, as it becomes known; perhaps often for one. */
struct suspects *suspects_new(struct engine *e, void (*lives)(void *user, const char *namespace),
			      void *user);
void suspects_free(struct suspects *s);             /* accepts NULL */
guint suspects_workloads(const struct suspects *s); /* for tests: how many are known */
