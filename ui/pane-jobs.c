/* What is being fetched, and what has been: listings in pages, watches and logs that are followed. */
#include "pane.h"
#include "panes.h"

/* What a killed process was listing says nothing more, until somebody asks for the same. */
#define STATE                                                                                     \
	"iif(l.state = 'running' AND EXISTS (SELECT 1 FROM d_listing n WHERE n.id > l.id"         \
	"  AND n.cluster = l.cluster AND n.resource = l.resource"                                 \
	"  AND n.namespace = l.namespace AND n.selector = l.selector AND n.state <> 'running'), " \
	"'cut', l.state)"

/* Of what is followed no row says how much of it came: its chunks do. */
#define JOBS                                                                                    \
	"(SELECT id, 'list' what, resource of_, namespace, " STATE                              \
	" state, iif(pages = 0, '', pages ||"                                                   \
	"  iif(pages = 1, ' page, ', ' pages, ') || rows || iif(rows = 1, ' object',"           \
	"  ' objects')) came, rows amount, first_at, iif(" STATE " = 'running', NULL, last_at)" \
	"  ended, iif(" STATE " = 'cut', 'what asked for it ended first', reason) reason,"      \
	"  NULL evidence FROM d_listing l"                                                      \
	" UNION ALL SELECT e.id, e.type, coalesce(e.subject, ''), '', 'following',"             \
	"  (SELECT coalesce(sum(c.size), 0) FROM chunk c WHERE c.evidence = e.id) || ' bytes'," \
	"  0, e.at, NULL, '', e.id FROM d_evidence e WHERE e.state = 'open'"                    \
	"  AND e.type IN ('watch', 'log')) j"
#define URGENCY                                                                      \
	"CASE j.state WHEN 'running' THEN 0 WHEN 'following' THEN 1 WHEN 'complete'" \
	" THEN 3 ELSE 2 END"

static const struct view_tint states[] = {
	{ "running", ROLE_GOOD },
	{ "following", ROLE_GOOD },
	{ "complete", ROLE_TEXT },
	{ NULL, ROLE_DECIDE },
};

static const struct view view = {
	.noun = "jobs",
	.from = JOBS,
	.id = "j.id",
	.order = "j.id DESC",
	.empty = "no jobs: nothing has been asked for yet; kase capture CASE cluster lists all that matters",
	.about = { [ITEM_EVIDENCE] = "j.evidence", [ITEM_ENTRY] = "j.id" },
	.name = "j.what || ' ' || j.of_",
	.columns = {
		{ "STATE", "j.state", URGENCY, VIEW_WORD, 9, 9, 9, .searched = TRUE, .tints = states },
		{ "", "j.what", NULL, VIEW_WORD, 5, 5, 7, .searched = TRUE },
		{ "OF", "j.of_", NULL, VIEW_NAME, 16, 60, 8, .searched = TRUE },
		{ "NAMESPACE", "j.namespace", NULL, VIEW_NAME, 9, 20, 3, .searched = TRUE },
		{ "CAME", "j.came", "j.amount", VIEW_WORD, 20, 30, 8, .searched = FALSE },
		{ "BEGAN", "j.first_at", "-j.first_at", VIEW_MOMENT, 5, 10, 6, .by_time = TRUE },
		{ "ENDED", "j.ended", "-j.ended", VIEW_MOMENT, 5, 10, 5, .searched = FALSE },
		{ "WHY", "j.reason", NULL, VIEW_WORD, 8, 120, 4, .searched = TRUE },
	},
};

const struct pane_kind pane_jobs = {
	.name = "jobs",
	.help = "what is being fetched, how far it is, and what ended early",
	.title = "Jobs",
	.shape = &table_shape,
	.view = &view,
	.opens = { { COMMAND_OPEN, "entry" } },
};
