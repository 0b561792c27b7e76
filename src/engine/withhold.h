/*
 * withhold - values of Secrets and ConfigMaps taken out of documents that a person brought.  Pure.
 *
 * Each value of data, stringData and binaryData, and the annotation last-applied-configuration, which holds them too,
 * becomes "withheld:N bytes".  Keys stay.
 */
#pragma once

#include <kase/json.h>

/* In one object, or all of a List, where `kind` is that of the items if they do not say it (may be NULL).  How many values. */
guint withhold_tree(struct cJSON *tree, const char *kind);

/*
 * In the bytes of one JSON document: only the objects concerned are written anew, all other bytes stay.  Returns a
 * reference to `document` where there is nothing to withhold; NULL where it is no JSON.  Caller owns.
 */
GBytes *withhold_json(GBytes *document, guint *withheld, GError **error);
