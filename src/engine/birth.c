#include <string.h>

#include <kase/digest.h>

#include "inside.h"

/*
 * Which cluster this is, before anything else is asked.  Two questions go out together: the
 * version, and the namespace kube-system, whose UID is the cluster's.  Once both are answered, the
 * cluster gets its name in the case; then the answers are recorded, and tasks may run.
 *
 * A name is chosen by what the case holds, and other processes may be choosing theirs: so it is
 * done by who has the turn (recorder_turn_take), from before the case is read until the name is
 * committed.
 */

enum question { QUESTION_VERSION, QUESTION_KUBE_SYSTEM, QUESTIONS };

struct birth_answer {
	char *url, *words; /* words: of the error, or NULL */
	GBytes *body;
	gboolean answered, ok;
	gint64 as_of;
	struct http_head *head;
};

struct birth {
	struct engine *engine;
	struct fetch *fetches[QUESTIONS];
	struct birth_answer answers[QUESTIONS];
	GSource *turn; /* waits for it */
	guint turns;   /* asked for so far */
};

/* Outlives an engine that is freed before the name is committed: then the turn ends with the
 * recorder. */
struct naming {
	struct engine *engine; /* NULL: freed */
};

static const char *const questions[QUESTIONS] = {
	[QUESTION_VERSION] = "/version",
	[QUESTION_KUBE_SYSTEM] = "/api/v1/namespaces/kube-system",
};

#define ANSWER_MAX_BYTES (1 << 20)
#define REBIRTH_MS       10000
#define TURN_MS          20  /* another process' commit */
#define TURN_TRIES       500 /* it does not go on */

void birth_free(struct engine *e)
{
	struct birth *b = e->birth;

	if (!b)
		return;
	engine_timer_stop(&b->turn);
	for (int i = 0; i < QUESTIONS; i++) {
		fetch_cancel(b->fetches[i]);
		g_free(b->answers[i].url);
		g_free(b->answers[i].words);
		head_free(b->answers[i].head);
		g_clear_pointer(&b->answers[i].body, g_bytes_unref);
	}
	g_clear_pointer(&e->birth, g_free);
}

/* --- names ----------------------------------------------------------------------------------- */

char *birth_name(const char *configured)
{
	const char *slash = configured ? strrchr(configured, '/') : NULL;
	char *name = g_strdup(slash ? slash + 1 : configured);

	if (name)
		g_strcanon(name, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-", '-');
	if (name && *name)
		return name;
	g_free(name);
	return g_strdup("cluster");
}

static gboolean is_same(const struct cJSON *entry, const char *uid, const char *server,
			const char *ca)
{
	const char *known = json_string(entry, "uid");

	if (uid && known)
		return !strcmp(uid, known);
	return !g_strcmp0(json_string(entry, "server"), server) &&
	       !g_strcmp0(json_string(entry, "ca"), ca);
}

const struct cJSON *birth_known(GPtrArray *entries, const char *uid, const char *server,
				const char *ca)
{
	for (guint i = entries->len; i-- > 0;)
		if (is_same(entries->pdata[i], uid, server, ca))
			return entries->pdata[i];
	return NULL;
}

static gboolean is_taken(GPtrArray *entries, const char *name)
{
	for (guint i = 0; i < entries->len; i++)
		if (!g_strcmp0(json_string(entries->pdata[i], "cluster"), name))
			return TRUE;
	return FALSE;
}

char *birth_unique(GPtrArray *entries, const char *wanted)
{
	char *name = g_strdup(wanted);

	for (guint n = 2; is_taken(entries, name); n++) {
		g_free(name);
		name = g_strdup_printf("%s-%u", wanted, n);
	}
	return name;
}

/* --- what the case knows already ------------------------------------------------------------- */

static void entry_free(void *data)
{
	json_free(data);
}

/* NULL where they cannot be read: an empty case would give this cluster another one's name.  Caller
 * owns. */
static GPtrArray *entries_of(struct engine *e, GError **error)
{
	g_autoptr(GPtrArray) entries = g_ptr_array_new_with_free_func(entry_free);
	g_autoptr(GError) wrong = NULL;
	g_autoptr(query)
		q = casefile_query(e->file,
				   "SELECT e.entry FROM d_named n JOIN entry e ON e.seq = n.seq"
				   " AND e.entry ->> 'kind' = n.kind"
				   " WHERE n.kind = 'cluster' ORDER BY n.seq",
				   &wrong);

	while (q && query_step(q, &wrong)) {
		gsize size;
		const char *bytes = query_bytes(q, 0, &size);
		struct cJSON *entry = json_parse(bytes, (gssize)size, NULL);

		if (entry)
			g_ptr_array_add(entries, entry);
	}
	if (!wrong)
		return g_steal_pointer(&entries);
	g_propagate_prefixed_error(error, g_steal_pointer(&wrong),
				   "the clusters that this case holds: ");
	return NULL;
}

static gboolean has_another(GPtrArray *entries, const char *name)
{
	for (guint i = 0; i < entries->len; i++)
		if (g_strcmp0(json_string(entries->pdata[i], "cluster"), name))
			return TRUE;
	return FALSE;
}

/* --- the answers ----------------------------------------------------------------------------- */

/* A server that denies something says to whom: User "ana" cannot get … */
static char *user_in(const char *message)
{
	const char *begin = message ? strstr(message, "User \"") : NULL;
	const char *end = begin ? strstr(begin, "\" cannot ") : NULL;

	return end ? g_strndup(begin + strlen("User \""), end - begin - strlen("User \"")) : NULL;
}

static struct cJSON *tree_of(const struct birth_answer *a)
{
	return a->body ? json_parse(g_bytes_get_data(a->body, NULL),
				    (gssize)g_bytes_get_size(a->body), NULL)
		       : NULL;
}

static void learn(struct engine *e)
{
	g_autoptr(json_tree) version = tree_of(&e->birth->answers[QUESTION_VERSION]);
	g_autoptr(json_tree) space = tree_of(&e->birth->answers[QUESTION_KUBE_SYSTEM]);
	const struct kube_access *access = http_access(e->http);

	if (e->birth->answers[QUESTION_VERSION].ok)
		e->cluster.version = g_strdup(json_string(version, "gitVersion"));
	if (e->birth->answers[QUESTION_KUBE_SYSTEM].ok)
		e->cluster.uid = g_strdup(json_string(space, "metadata.uid"));
	else
		e->cluster.user = user_in(json_string(space, "message"));
	if (!e->cluster.user)
		e->cluster.user = g_strdup(access->as);
}

static struct cJSON *cluster_entry(struct engine *e, const char *name, const char *ca)
{
	const struct kube_access *access = http_access(e->http);
	struct cJSON *entry = json_new_object();
	g_autofree char *summary = g_strdup_printf("%s at %s, %s", name, access->server,
						   e->cluster.version ? e->cluster.version
								      : "version not told");

	json_set_string(entry, "kind", "cluster");
	json_set_string(entry, "subject", "cluster");
	json_set_string(entry, "summary", summary);
	json_set_string(entry, "cluster", name);
	if (e->cluster.uid)
		json_set_string(entry, "uid", e->cluster.uid);
	else
		json_set_null(entry, "uid");
	json_set_string(entry, "server", access->server);
	json_set_string(entry, "ca", ca);
	json_set_string(entry, "version", e->cluster.version);
	json_set_string(entry, "known_by", e->cluster.uid ? "kube-system" : "ca");
	json_set_string(entry, "user", e->cluster.user);
	json_set_string(entry, "kubeconfig_user", access->user);
	json_set_string(entry, "context", access->context);
	return entry;
}

static gboolean named(void *data)
{
	g_autofree struct naming *naming = data;

	if (!naming->engine)
		return G_SOURCE_REMOVE;
	naming->engine->naming = NULL;
	recorder_turn_give(naming->engine->recorder);
	return G_SOURCE_REMOVE;
}

void naming_forget(struct engine *e)
{
	if (e->naming)
		e->naming->engine = NULL;
	e->naming = NULL;
}

static void enter_cluster(struct engine *e, GPtrArray *entries)
{
	const struct kube_access *access = http_access(e->http);
	g_autofree char *wanted = birth_name(access->cluster);
	char ca[DIGEST_CHARS] = "";
	const struct cJSON *known;

	if (access->ca)
		digest_of(g_bytes_get_data(access->ca, NULL), g_bytes_get_size(access->ca), ca);
	known = birth_known(entries, e->cluster.uid, access->server, *ca ? ca : NULL);
	e->cluster.name = known ? g_strdup(json_string(known, "cluster"))
				: birth_unique(entries, wanted);
	if (has_another(entries, e->cluster.name))
		e->cluster.prefix = e->cluster.name;
	ticket_unref(recorder_enter(e->recorder, cluster_entry(e, e->cluster.name, *ca ? ca : NULL),
				    NULL, NULL));
	e->naming = g_new0(struct naming, 1);
	e->naming->engine = e;
	recorder_flush(e->recorder, e->context, named, e->naming, g_free);
}

static void record_answer(struct engine *e, enum question question)
{
	struct birth_answer *a = &e->birth->answers[question];
	const struct kube_resource *namespaces = kube_resource_find("namespaces");
	gboolean object = question == QUESTION_KUBE_SYSTEM && a->ok;
	g_autofree char *written = object ? subject_of(e, namespaces, NULL, "kube-system")
					  : g_strdup("cluster");
	struct cJSON *about;

	if (!a->body || !a->head)
		return;
	about = about_new(e, class_cluster_state, object ? "object" : "version", written,
			  object ? "namespace kube-system, whose UID is the cluster's"
				 : "the server's version");
	if (!a->ok)
		json_set_string(about, "type", "status");
	if (object)
		about_object(about, namespaces, a->as_of);
	about_request(about, a->url, NULL);
	record_whole(e, about, NULL, a->body,
		     outcome_new(a->ok                    ? "complete"
				 : a->head->status == 403 ? "denied"
							  : "failed",
				 a->head, a->ok ? NULL : a->words));
}

static gboolean begin_again(void *data)
{
	struct engine *e = data;

	engine_timer_stop(&e->rebirth);
	birth_begin(e);
	return G_SOURCE_REMOVE;
}

/* Captures end; a follower asks anew after a while. */
static void give_up(struct engine *e, const char *line)
{
	birth_free(e);
	capture_fail_all(e, line);
	if (!e->follow)
		return;
	trouble_set(e, e, TRUE, REBIRTH_MS, line);
	if (!e->rebirth)
		e->rebirth = engine_timer(e, REBIRTH_MS, begin_again, e);
}

static void nobody_answered(struct engine *e)
{
	const struct birth_answer *a = &e->birth->answers[QUESTION_KUBE_SYSTEM];
	gboolean strange = !a->words || (a->head && a->head->status == 404);
	g_autofree char *line = !strange ? g_strdup(a->words)
					 : g_strdup_printf("what answers at %s is no Kubernetes "
							   "API server; look at the server in "
							   "the kubeconfig",
							   http_access(e->http)->server);

	give_up(e, line);
}

/* Denied and not there are answers, too: they tell that a cluster was asked, only not which.  But
 * any web server has a 404: an API server says it in a Status. */
static gboolean is_cluster(const struct birth_answer *kube_system)
{
	g_autoptr(json_tree) tree = tree_of(kube_system);

	if (kube_system->ok)
		return json_string(tree, "metadata.uid") != NULL;
	if (!kube_system->head)
		return FALSE;
	return kube_system->head->status == 403 ||
	       (kube_system->head->status == 404 &&
		!g_strcmp0(json_string(tree, "kind"), "Status"));
}

static gboolean give_name(void *data)
{
	struct engine *e = data;
	g_autoptr(GPtrArray) entries = NULL;
	g_autoptr(GError) error = NULL;

	engine_timer_stop(&e->birth->turn);
	if (!recorder_turn_take(e->recorder)) {
		if (++e->birth->turns < TURN_TRIES)
			e->birth->turn = engine_timer(e, TURN_MS, give_name, e);
		else
			give_up(e, "another process of this case gives its cluster a name, and "
				   "does not get on; end it, or try again");
		return G_SOURCE_REMOVE;
	}
	entries = entries_of(e, &error);
	if (!entries) {
		recorder_turn_give(e->recorder);
		give_up(e, error ? error->message : "the case cannot be read");
		return G_SOURCE_REMOVE;
	}
	learn(e);
	enter_cluster(e, entries);
	for (int i = 0; i < QUESTIONS; i++)
		record_answer(e, i);
	birth_free(e);
	waiting_end(e);
	captures_begin(e);
	tasks_pump(e);
	return G_SOURCE_REMOVE;
}

static void judge(struct engine *e)
{
	struct birth *b = e->birth;

	for (int i = 0; i < QUESTIONS; i++)
		if (!b->answers[i].answered)
			return;
	if (!is_cluster(&b->answers[QUESTION_KUBE_SYSTEM])) {
		nobody_answered(e);
		return;
	}
	give_name(e);
}

static void answered(struct engine *e, enum question question, const struct answer *a)
{
	struct birth_answer *mine = &e->birth->answers[question];

	e->birth->fetches[question] = NULL;
	mine->answered = TRUE;
	mine->ok = !a->error;
	mine->url = g_strdup(a->url);
	mine->words = a->error ? g_strdup(a->error->message) : NULL;
	mine->body = a->body ? g_bytes_ref(a->body) : NULL;
	mine->as_of = a->as_of;
	mine->head = head_copy(a->head);
	judge(e);
}

static void version_answered(void *user, const struct answer *a)
{
	answered(user, QUESTION_VERSION, a);
}

static void kube_system_answered(void *user, const struct answer *a)
{
	answered(user, QUESTION_KUBE_SYSTEM, a);
}

void birth_begin(struct engine *e)
{
	static void (*const done[QUESTIONS])(void *user, const struct answer *a) = {
		[QUESTION_VERSION] = version_answered,
		[QUESTION_KUBE_SYSTEM] = kube_system_answered,
	};

	if (e->cluster.name || e->birth || e->rebirth)
		return;
	e->birth = g_new0(struct birth, 1);
	e->birth->engine = e;
	for (int i = 0; i < QUESTIONS; i++) {
		struct fetch_call call = {
			.path = questions[i],
			.max_bytes = ANSWER_MAX_BYTES,
			.patience_s = e->follow ? RETRY_FOR_EVER : RETRY_CAPTURE_S,
			.done = done[i],
			.user = e,
		};

		e->birth->fetches[i] = fetch_start(e, &call);
	}
}
