/*
 * subject - what facts are about, and how it is written: [CLUSTER:]KIND[.GROUP]/[NS/]NAME.
 *
 *	pod/payments/checkout-7d9f-x2x4		node/node-1
 *	deployment.apps/payments/checkout	prod-eu-1:pod/payments/ledger-0
 *
 * A collection is written with the resource for its kind and a star for its name: all pods are
 * `pods/` followed by `*`, those of one namespace `pods/payments/` followed by `*`.
 *
 * Kinds are written in lower case, names as they are.  Reading also takes what kubectl users
 * type (po, deploy, sts, ds, rs, cj, svc, sa, ns, no, ev, …) and a kind of a built-in group without its group.
 * Names never hold a slash, kinds and namespaces never a colon, so what is written can always be read back, even
 * where a cluster's name holds both.  Any thread.
 */
#pragma once

#include <glib.h>

#define SUBJECT_ERROR (subject_error_quark())
enum subject_error { SUBJECT_ERROR_SYNTAX };
GQuark subject_error_quark(void);

struct subject {
	char *cluster;   /* NULL where none is written */
	char *group;     /* "" for the core group */
	char *kind;      /* as written, lower case: "pod", or "pods" for a collection */
	char *namespace; /* NULL where none is written */
	char *name;      /* "*" for a collection */
};

/* The caller owns the result.  The error's message says what is wrong and how it is written. */
struct subject *subject_parse(const char *text, GError **error);
void subject_free(struct subject *s); /* accepts NULL */
typedef struct subject subject;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(subject, subject_free)

/* Write one from its parts; `cluster`, `group` and `namespace` may be NULL or "".  `kind` may be in any
 * case ("ReplicaSet").  A core object has no group part.  Caller owns. */
char *subject_format(const char *cluster, const char *group, const char *kind,
		     const char *namespace, const char *name);

/* The same in SQL, without a cluster: of d_subject, by the name of s. */
#define SUBJECT_SQL                                                       \
	"lower(s.kind) || iif(s.group_ = '', '', '.' || s.group_) || '/'" \
	" || iif(s.namespace = '', '', s.namespace || '/') || s.name"

/* The group in an apiVersion ("apps/v1" → "apps"); "" for the core's, and for NULL.  Caller owns. */
char *group_of_api_version(const char *api_version);
