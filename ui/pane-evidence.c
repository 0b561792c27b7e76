#include "pane.h"
#include "panes.h"

#include <kase/subject.h>

static const struct view_tint ends[] = {
	{ "complete", ROLE_TEXT },
	{ "open", ROLE_GOOD },
	{ NULL, ROLE_DECIDE },
};

static const struct view view = {
	.noun = "pieces of evidence",
	.from = "d_evidence e",
	.id = "e.id",
	.order = "e.id DESC",
	.empty = "no evidence: nothing has been fetched for this",
	.of = { [ITEM_SUBJECT] = "e.id IN (SELECT v.evidence FROM d_version v WHERE v.subject = ?1 UNION"
				 " SELECT d.id FROM d_evidence d WHERE d.subject = " VIEW_WRITTEN
				 " AND coalesce(d.cluster, '') IN ('', " VIEW_CLUSTER "))",
		[ITEM_EVIDENCE] = "e.id = ?1" },
	.about = { [ITEM_EVIDENCE] = "e.id", [ITEM_ENTRY] = "e.id" },
	.name = "'e' || e.id",
	.columns = {
		{ "ID", "'e' || e.id", "-e.id", VIEW_WORD, 5, 9, 9, .searched = TRUE, .by_time = TRUE },
		{ "AT", "e.at", "-e.at", VIEW_MOMENT, 4, 10, 8, .by_time = TRUE },
		{ "STATE", "e.state", NULL, VIEW_WORD, 8, 9, 7, .searched = TRUE, .tints = ends },
		{ "HTTP", "coalesce(e.status, '')", "e.status", VIEW_NUMBER, 4, 4, 4, .searched = FALSE },
		{ "BYTES", "e.size", NULL, VIEW_NUMBER, 7, 11, 6, .searched = FALSE },
		{ "SHA-256", "e.sha256", NULL, VIEW_WORD, 8, 65, 5, .searched = TRUE },
		{ "OF", "coalesce(e.subject, '')", NULL, VIEW_NAME, 12, 50, 3, .searched = TRUE },
		{ "BY", "e.person", NULL, VIEW_NAME, 6, 24, 1, .searched = TRUE },
		{ "REQUEST", "coalesce(e.request, e.source)", NULL, VIEW_NAME, 24, 120, 9,
		  .searched = TRUE },
	},
};

const struct pane_kind pane_evidence = {
	.name = "evidence",
	.help = "what was fetched, all of it or for one subject: request, hash, bytes",
	.title = "Evidence",
	.title_all = "Evidence, all of it",
	.shape = &table_shape,
	.view = &view,
	.takes = PANE_TAKES_SUBJECT,
	.ring = TRUE,
	.opens = { { COMMAND_OPEN, "bytes" } },
};
