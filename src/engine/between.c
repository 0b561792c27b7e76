#include "inside.h"

#include <kase/case.h>
#include <string.h>

/*
 * What nobody followed: the time between an earlier watch that the case holds of a scope, by
 * whichever process, and its first list now.
 *
 * A hand-over has every scope begin anew within seconds, so what they miss is gathered, and is one
 * gap for all.
 */

#define GATHER_MS 3000

struct between {
	struct engine *engine;
	GString *subjects;
	gint64 from_ns, to_ns;
	GSource *timer;
};

static void say(struct between *b)
{
	g_autofree char *scope = g_strdup_printf("versions of %s", b->subjects->str);
	struct gap gap = {
		.scope = scope,
		.reason = "not-followed",
		.detail = "nobody followed between these two: changes that were undone or replaced "
			  "since are lost; all that is there now was listed",
		.verb = "watch",
		.from_ns = b->from_ns,
		.to_ns = b->to_ns,
	};

	engine_timer_stop(&b->timer);
	if (b->subjects->len)
		record_gap(b->engine, NULL, &gap);
	g_string_truncate(b->subjects, 0);
}

static gboolean gathered(void *data)
{
	say(data);
	return G_SOURCE_REMOVE;
}

/* The subject as it stood before the case held a second cluster. */
static const char *unprefixed(const struct between *b, const char *written)
{
	const char *prefix = b->engine->cluster.prefix;
	gsize n = prefix ? strlen(prefix) : 0;

	return prefix && g_str_has_prefix(written, prefix) && written[n] == ':' ? written + n + 1
										: written;
}

/*
 * When the newest watch of the subject ended: at the last entry of its own visit until it was
 * closed, for one whose process was killed is closed by another visit, much later.  Looked for from
 * the newest entry back, since a storm writes many and each scope asks.  STAMP_NONE where there was
 * none.
 */
static gint64 end_of(const struct between *b, const char *written)
{
	static const char sql[] =
		"WITH w AS MATERIALIZED (SELECT id, visit FROM d_evidence WHERE subject IN (?1, ?2)"
		"  AND cluster = ?3 AND type = 'watch' ORDER BY id DESC LIMIT 1)"
		" SELECT entry ->> 'at' FROM entry WHERE seq >= (SELECT id FROM w)"
		" AND entry ->> 'visit' = (SELECT visit FROM w) AND seq <= ifnull("
		"  (SELECT seq FROM entry WHERE seq > (SELECT id FROM w) AND entry ->> 'kind' = "
		"'closed'"
		"   AND entry ->> 'evidence' = (SELECT id FROM w) ORDER BY seq DESC LIMIT 1), ?4)"
		" ORDER BY seq DESC LIMIT 1";
	g_autoptr(GError) error = NULL;
	g_autoptr(query) q = casefile_query(b->engine->file, sql, &error);
	gint64 ns = STAMP_NONE;

	if (q) {
		query_bind_text(q, 1, written);
		query_bind_text(q, 2, unprefixed(b, written));
		query_bind_text(q, 3, b->engine->cluster.name);
		query_bind_int(q, 4, G_MAXINT64);
	}
	if (q && query_step(q, &error) && query_text(q, 0) &&
	    stamp_parse(query_text(q, 0), -1, &ns))
		return ns;
	if (error)
		g_debug("%s: %s", b->engine->path, error->message);
	return STAMP_NONE;
}

void between_add(struct between *b, const char *written)
{
	gint64 from = end_of(b, written);

	if (from == STAMP_NONE)
		return;
	if (!b->subjects->len || from < b->from_ns)
		b->from_ns = from;
	g_string_append_printf(b->subjects, "%s%s", b->subjects->len ? ", " : "", written);
	b->to_ns = stamp_now();
	if (!b->timer)
		b->timer = engine_timer(b->engine, GATHER_MS, gathered, b);
}

struct between *between_new(struct engine *e)
{
	struct between *b = g_new0(struct between, 1);

	b->engine = e;
	b->subjects = g_string_new(NULL);
	return b;
}

void between_free(struct between *b)
{
	if (!b)
		return;
	say(b);
	g_string_free(b->subjects, TRUE);
	g_free(b);
}
