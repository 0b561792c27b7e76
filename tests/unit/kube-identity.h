/*
 * kube-identity - identities for tests of credentials and their plugins, with a clock that only
 * the tests move.
 */
#pragma once

#include "../../src/kube/credential.h"
#include "kube-folder.h"

/* What a plugin's script says.  BEGIN also counts the run. */
#define V1 "client.authentication.k8s.io/v1"
#define BEGIN \
	"echo run >> @D/runs\necho '{\"kind\": \"ExecCredential\", \"apiVersion\": \"" V1 "\", "
#define STATUS(fields)    BEGIN "\"status\": {" fields "}}'"
#define TOKEN(text)       STATUS("\"token\": \"" text "\"")
#define PEM(label, heart) "-----BEGIN " label "-----\\n" heart "\\n-----END " label "-----\\n"
#define CERT(heart)       "\"clientCertificateData\": \"" PEM("CERTIFICATE", heart) "\""
#define KEY(heart)        "\"clientKeyData\": \"" PEM("PRIVATE KEY", heart) "\""

extern char *folder;
extern GMainContext *context;

/* Run the tests that were added, with a folder, a context and the clock in place. */
int identity_run(void);

/* An empty folder; it is 2026-01-02T03:00:00Z. */
void begin(void);
void pass_s(gint64 seconds);

/* User ana without any proof; with a plugin, @D/plugin, whose script is written where it is not
 * NULL. */
struct kube_access *plain_access(void);
struct kube_access *plugin_access(const char *script);

struct answer {
	guint times;
	GError *error; /* of the last time */
};
/* A callback for credential_prepare, whose user is a struct answer. */
void on_done(void *user, const GError *error);
void wait_for(const struct answer *a, guint times);

/* Prepare, and return the error's message or NULL.  Caller owns. */
char *prepared(struct credential *c);
void prepare_well(struct credential *c);

/* How often plugins ran since begin. */
guint runs(void);
/* A file's text.  Caller owns. */
char *contents(const char *name);

/* Prepare with a plugin that writes to @D/pipe, and return what it wrote: it has come that far
 * then.  Caller owns. */
char *said(struct credential *c, struct answer *a);
/* Is that process dead? */
gboolean is_gone(const char *pid);
