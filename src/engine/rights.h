/*
 * rights - what would close a gap that a missing right left: kubectl's command for a colleague who
 * may, and the smallest role for us.  Pure.
 */
#pragma once

#include <kase/kube.h>

/* `namespace` and `name` may be NULL.  `verb`: list, watch or get; "get logs" for the logs of pod
 * `name`.  Caller owns. */
char *rights_that_close(const struct kube_resource *r, const char *namespace, const char *name,
			const char *verb);
