/*
 * prompt - the line that is typed: edited at its end, with the ones before it under ↑ and ↓.  Knows nothing of what it is for.
 */
#pragma once

#include <glib.h>

#include "keys.h"

enum prompt_use { PROMPT_FIND, PROMPT_COMMAND, PROMPT_USES };

struct prompt {
	gboolean open;
	enum prompt_use use;
	GString *text;
	/* Of each use the lines before this, the oldest first; `at` is how many back one is, `draft` what was typed before. */
	GPtrArray *before[PROMPT_USES];
	guint at;
	char *draft;
};

/* What a key did to it. */
enum prompt_answer {
	PROMPT_SAME,
	PROMPT_CHANGED,
	PROMPT_COMPLETE, /* Tab */
	PROMPT_DONE,     /* Enter, Esc: it is closed, its text is there until it is opened next */
	PROMPT_DROPPED,
};

void prompt_init(struct prompt *p);
void prompt_clear(struct prompt *p);
void prompt_open(struct prompt *p, enum prompt_use use, const char *text);
enum prompt_answer prompt_key(struct prompt *p, gunichar key);
void prompt_set(struct prompt *p, const char *text);
/* As one line: between what controls part, a space. */
void prompt_paste(struct prompt *p, const char *text);
const char *prompt_sign(const struct prompt *p); /* "/" or ":" */
