/*
 * duration - how long, as people type it: 90s, 15m, 12h, 2d.
 */
#pragma once

#include "command.h"

#define DURATION_MAX_DAYS 366

/* Seconds, at least 1.  FALSE and COMMAND_ERROR_USAGE where the text is no duration, or a longer one than
 * DURATION_MAX_DAYS. */
gboolean duration_parse(const char *text, gint64 *seconds, GError **error);
