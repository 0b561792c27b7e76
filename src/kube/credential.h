/*
 * credential - what one identity sends with each request, kept valid.
 *
 * Belongs to the thread of its context.  Pointers that it lends hold until the next
 * credential_prepare or credential_refused of the same credential.
 *
 * Of several proofs: a client certificate goes with any other; a token, a token file or a
 * password keep a plugin from being run, and so does a client certificate.
 */
#pragma once

#include <kase/kube.h>

struct credential;

/* `access` is borrowed, and outlives it. */
struct credential *credential_new(GMainContext *context, const struct kube_access *access);
void credential_free(struct credential *c); /* accepts NULL; no callback any more */
typedef struct credential credential;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(credential, credential_free)

/* Ready now or after a plugin ran: `done` is called exactly once, later, from the context (never
 * from inside this call).  `error` NULL: ready.  No secret is in its message. */
void credential_prepare(struct credential *c, void (*done)(void *user, const GError *error),
			void *user);
void credential_cancel(struct credential *c, void *user); /* no callback for that user any more */

/* Valid after prepare; NULL where there is none.  Lent. */
const char *credential_bearer(const struct credential *c);  /* token */
GBytes *credential_certificate(const struct credential *c); /* PEM */
GBytes *credential_key(const struct credential *c);
const char *credential_basic(const struct credential *c); /* "user:password" */
/* Headers of impersonation, "Name: value" each, NULL at the end.  Lent, the same for its whole
 * life. */
const char *const *credential_headers(const struct credential *c);

/* The server said 401 to a request sent with what prepare gave: forget cached token and plugin
 * output.  TRUE where trying once more makes sense. */
gboolean credential_refused(struct credential *c);
