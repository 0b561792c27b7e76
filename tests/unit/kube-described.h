/*
 * kube-described - what a kubeconfig said, in one line that a test can compare.
 */
#pragma once

#include <kase/kube.h>

/* All fields that are not what nearly every row has.  Caller owns. */
char *access_described(const struct kube_access *a);
/* `expected` is expanded in `folder`, and may end in a star. */
void check_error(const char *folder, const GError *error, const char *expected);
