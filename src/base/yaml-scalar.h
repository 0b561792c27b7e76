/*
 * yaml-scalar - what a scalar without quotes means.  Pure.
 */
#pragma once

#include <kase/json.h>

/* A null, a truth, a number, else a string.  Caller owns. */
struct cJSON *yaml_plain_scalar(const char *text);
