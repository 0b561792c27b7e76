/*
 * owners - how objects point at each other: owners, selectors, bindings.  Pure.
 */
#pragma once

#include <kase/json.h>

/* An ownerReference with controller true.  Strings are lent by the object, save `group`. */
struct owner {
	char *group;
	const char *kind, *name, *uid;
};
/* FALSE where the object has no controller.  owner_clear in any case. */
gboolean owner_of(const struct cJSON *object, struct owner *out);
void owner_clear(struct owner *o);
/* Does the name say that `maker` made it?  "checkout-7d9f" is named after "checkout", and
 * "checkout-canary-7d9f" is not: what is added to a name has no dash. */
gboolean owner_is_named_after(const char *name, const char *maker);

/* A LabelSelector, or a plain map of labels, as a query wants it; NULL where it selects everything.
 * Caller owns. */
char *selector_text(const struct cJSON *selector);

/* TRUE where a RoleBinding or ClusterRoleBinding gives rights to this service account: by its name,
 * as a user, or by one of the groups that every service account is in. */
gboolean binding_names(const struct cJSON *binding, const char *namespace, const char *account);
