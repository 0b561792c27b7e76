/*
 * items - the objects in a page of a List, one tree at a time.  Pure.
 */
#pragma once

#include <kase/json.h>

void items_each(GBytes *page, void (*each)(void *user, const struct cJSON *item), void *user);
