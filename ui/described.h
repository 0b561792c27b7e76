/*
 * described - documents whose lines <kase/describe.h> makes: each with the role of what it stands out for.  A worker's thread.
 */
#pragma once

#include <kase/describe.h>

#include "document.h"

/* Set lines and roles of the document. */
void described_set(struct document *d, const GPtrArray *lines);
/* "version 102, e12@34567+5400".  Caller owns. */
char *described_about(const struct describe_state *state);
