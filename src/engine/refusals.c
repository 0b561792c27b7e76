#include "refusals.h"

#include <string.h>

/* The first row whose status and words are the answer's holds; 0 and NULL are any.
 * Source: docs/kubernetes.md, "Logs", errors. */
static const struct {
	int status;
	const char *words;
	struct refusal refusal;
} rows[] = {
	{ 204, NULL, { "not-started", FALSE } },
	{ 400, "is waiting to start", { "not-started", FALSE } },
	{ 400, "trying and failing to pull image", { "not-started", FALSE } },
	{ 400, "previous terminated container", { "lost", TRUE } },
	{ 400, "is not available", { "lost", TRUE } },
	{ 400, "is terminated", { "lost", TRUE } },
	{ 403, NULL, { "denied", TRUE } },
	{ 404, "the server could not find the requested resource", { "lost", TRUE } },
	{ 404, NULL, { "gone", TRUE } },
	{ 0, "i/o timeout", { "unreachable", TRUE } },
	{ 0, "connection refused", { "unreachable", TRUE } },
	{ 0, "no route to host", { "unreachable", TRUE } },
	{ 0, "x509:", { "unreachable", TRUE } },
	{ 0, "No agent available", { "unreachable", TRUE } },
	{ 0, "proxy error from", { "unreachable", TRUE } },
};

struct refusal refusal_of(int status, const char *message)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		if (rows[i].status && rows[i].status != status)
			continue;
		if (!rows[i].words || (message && strstr(message, rows[i].words)))
			return rows[i].refusal;
	}
	return (struct refusal){ "failed", TRUE };
}
