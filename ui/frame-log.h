/*
 * frame-log - one line a frame, for benchmarks: what KASE_FRAME_LOG names.
 *
 *	CAUSED_US WRITTEN_US CAUSE ROWS KEYS
 *
 * by the monotonic clock: when the key or notice came, and when its frame had been written.  KEYS is how many keys there
 * were until then that it answers.
 */
#pragma once

#include <glib.h>

struct frame_log;
/* NULL where KASE_FRAME_LOG is not set, or cannot be written. */
struct frame_log *frame_log_open(void);
void frame_log_add(struct frame_log *f, gint64 caused_us, const char *cause, gint64 rows,
		   guint keys);
void frame_log_close(struct frame_log *f); /* accepts NULL */
