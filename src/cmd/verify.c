#include "command.h"
#include "progress.h"

#include <stdio.h>
#include <string.h>

#include <kase/digest.h>
#include <kase/project.h>
#include <kase/text.h>

static void show_progress(void *data G_GNUC_UNUSED, guint64 done, guint64 total)
{
	g_autofree char *line = NULL;

	if (!progress_cells())
		return;
	line = g_strdup_printf("verify: %d %%",
			       total ? (int)((double)done * 100 / (double)total) : 0);
	progress_show(line);
}

static void print_verdict(const struct verify_report *r)
{
	g_autofree char *sealed = r->sealed ? text_safe(r->sealed, -1) : NULL;

	if (r->findings->len)
		printf("not whole: %u finding%s%s\n", r->findings->len,
		       r->findings->len == 1 ? "" : "s",
		       r->findings->len == VERIFY_MAX_FINDINGS ? " or more" : "");
	else if (sealed)
		printf("chain whole, sealed by %s\n", sealed);
	else
		puts("chain whole, not sealed");
}

static void print_report(const struct verify_report *r)
{
	g_autofree char *entries = progress_count((guint64)r->entries),
			*chunks = progress_count((guint64)r->chunks);
	g_autofree char *bytes = progress_bytes(r->bytes);

	for (guint i = 0; i < r->findings->len; i++) {
		g_autofree char *safe = text_safe(r->findings->pdata[i], -1);

		puts(safe);
	}
	print_verdict(r);
	printf("%s entries, %s chunks, %s of evidence", entries, chunks, bytes);
	if (r->evidence_open)
		printf(", %" G_GINT64_FORMAT " still open", r->evidence_open);
	putchar('\n');
	if (*r->head)
		printf("head #%" G_GINT64_FORMAT " %s\n", r->head_seq, r->head);
	if (!r->derived_compared && r->findings->len)
		puts("derived tables not compared: what they are made of is not whole");
	else if (!r->derived_compared)
		printf("derived tables not compared: version %d made them, and this is %d\n",
		       r->derived_version, PROJECT_VERSION);
}

static gboolean head_fits(const char *head, GError **error)
{
	if (!head || (strlen(head) == DIGEST_CHARS - 1 &&
		      strspn(head, "0123456789abcdef") == DIGEST_CHARS - 1))
		return TRUE;
	g_set_error(error, COMMAND_ERROR, COMMAND_ERROR_USAGE,
		    "verify: --head takes a whole head, 64 hexadecimal digits in lower case");
	return FALSE;
}

/* A head that is not there is a finding, whether or not the check put it among them. */
static void note_missing_head(struct verify_report *r, const char *head)
{
	if (!head || r->head_found)
		return;
	for (guint i = 0; i < r->findings->len; i++)
		if (strstr(r->findings->pdata[i], head))
			return;
	g_ptr_array_add(r->findings, g_strdup_printf("head %s is not in the chain: its tail was "
						     "cut off, or this is another case",
						     head));
}

static enum outcome outcome_of(const struct verify_report *r)
{
	if (r->findings->len)
		return OUTCOME_FOUND;
	return r->derived_compared ? OUTCOME_DONE : OUTCOME_OTHER_VERSION;
}

enum outcome verify_run(struct call *call, GError **error)
{
	const char *head = call->options.head;
	struct verify_report report = { 0 };
	enum outcome outcome = OUTCOME_NOT_DONE;

	if (!head_fits(head, error))
		return OUTCOME_USAGE;
	if (casefile_verify(call->arguments[0], &project_projector, head, show_progress, NULL,
			    &report, error)) {
		progress_end();
		note_missing_head(&report, head);
		print_report(&report);
		outcome = outcome_of(&report);
	}
	progress_end();
	verify_report_clear(&report);
	return outcome;
}
