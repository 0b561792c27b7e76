/*
 * screen-fixture - the console without a terminal, on a case that a test makes, at a moment that does not move.
 *
 * Programs with it are linked with -Wl,--wrap=stamp_now: what is recorded is recorded at screen_clock.
 */
#pragma once

#include "canvas.h"
#include "screen.h"
#include "scratch.h"

#define SCREEN_CLOCK G_GINT64_CONSTANT(1795508000000000000) /* 2026-11-24T08:13:20Z */
extern gint64 screen_clock; /* SCREEN_CLOCK, until a test moves it */

struct screen_fixture {
	scratch *folder;
	char *path;
	struct screen *screen;
	struct canvas canvas;
	gboolean live;
	char *followed;                  /* whose logs were asked for last; NULL: of none */
	guint follows;                   /* how often */
	struct engine_progress progress; /* what the engine says, where it is live */
};

/* A case of this title (or NULL), without pods; record into it, then open it. */
void screen_fixture_init(struct screen_fixture *f, const char *title);
void screen_fixture_open(struct screen_fixture *f, gboolean plain, int lines, int columns);
void screen_fixture_clear(struct screen_fixture *f);
typedef struct screen_fixture screen_fixture;
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(screen_fixture, screen_fixture_clear)

/* Draw at this size. */
void screen_fixture_resize(struct screen_fixture *f, int lines, int columns);
/* Press keys, each after the answer to the one before was drawn. */
void screen_fixture_keys(struct screen_fixture *f, const char *keys);
void screen_fixture_key(struct screen_fixture *f, gunichar key);
/* What is shown, with dots for what differs each time: numbers of entries, and the head's hash.  Caller owns. */
char *screen_fixture_text(struct screen_fixture *f);
/* Wait until it shows this; fails where it never does. */
void screen_fixture_until(struct screen_fixture *f, const char *text);
gboolean screen_fixture_shows(struct screen_fixture *f, const char *text);
/* The role of the first cell of the first such text; fails where it is not shown. */
enum role screen_fixture_role(struct screen_fixture *f, const char *text);
