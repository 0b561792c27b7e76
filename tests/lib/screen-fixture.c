#include "screen-fixture.h"

#include <kase/stamp.h>

#include <string.h>

#include "loop.h"
#include "pods-fixture.h"

gint64 screen_clock = SCREEN_CLOCK;

gint64 __wrap_stamp_now(void);
gint64 __wrap_stamp_now(void)
{
	return screen_clock;
}

static void progress(void *user, struct engine_progress *out)
{
	*out = ((struct screen_fixture *)user)->progress;
}

static void halt(void *unused)
{
}

static void follow(void *user, const char *subject)
{
	struct screen_fixture *f = user;

	g_free(f->followed);
	f->followed = g_strdup(subject);
	f->follows++;
}

void screen_fixture_init(struct screen_fixture *f, const char *title)
{
	*f = (struct screen_fixture){ .folder = scratch_make() };
	screen_clock = SCREEN_CLOCK;
	f->path = scratch_path(f->folder, "c.kase");
	pods_case_new(f->path, title);
}

void screen_fixture_open(struct screen_fixture *f, gboolean plain, int lines, int columns)
{
	g_autoptr(GError) error = NULL;
	struct screen_plan plan = {
		.path = f->path,
		.live = f->live,
		.engine = f,
		.progress = progress,
		.halt = halt,
		.follow = follow,
	};

	f->screen = screen_new(&plan, &error);
	g_assert_no_error(error);
	canvas_init(&f->canvas, plain);
	screen_fixture_resize(f, lines, columns);
}

void screen_fixture_clear(struct screen_fixture *f)
{
	screen_free(f->screen);
	canvas_clear(&f->canvas);
	scratch_remove(f->folder);
	g_free(f->path);
	g_free(f->followed);
}

/* Offline, what is asked of a worker is there when this line is not. */
static gboolean settled(void *user)
{
	struct screen_fixture *f = user;

	screen_fixture_resize(f, f->canvas.lines, f->canvas.columns);
	return !screen_fixture_shows(f, "reading the case");
}

void screen_fixture_resize(struct screen_fixture *f, int lines, int columns)
{
	canvas_begin(&f->canvas, lines, columns);
	screen_draw(f->screen, &f->canvas);
}

void screen_fixture_key(struct screen_fixture *f, gunichar key)
{
	g_assert_true(loop_until_true(settled, f));
	screen_key(f->screen, key);
	g_assert_true(loop_until_true(settled, f));
}

void screen_fixture_keys(struct screen_fixture *f, const char *keys)
{
	g_assert_true(loop_until_true(settled, f));
	for (; *keys; keys = g_utf8_next_char(keys))
		screen_fixture_key(f, g_utf8_get_char(keys));
}

static char *without(const char *text, const char *pattern, const char *with)
{
	g_autoptr(GRegex) regex = g_regex_new(pattern, 0, 0, NULL);

	return g_regex_replace(regex, text, -1, 0, with, 0, NULL);
}

/* Hashes of entries are others each time; dots in their place, as many. */
static gboolean dots(const GMatchInfo *match, GString *out, gpointer unused)
{
	g_autofree char *found = g_match_info_fetch(match, 0);

	for (gsize i = strlen(found); i; i--)
		g_string_append_c(out, '.');
	return FALSE;
}

static char *without_hashes(const char *text)
{
	g_autoptr(GRegex) regex = g_regex_new("(?<= )[0-9a-f]{7,63}(?=…|\\.\\.)|\\b[0-9a-f]{64}\\b",
					      0, 0, NULL);

	return g_regex_replace_eval(regex, text, -1, 0, 0, dots, NULL, NULL);
}

char *screen_fixture_text(struct screen_fixture *f)
{
	g_autofree char *printed = canvas_print(&f->canvas);
	g_autofree char *text = without_hashes(printed);
	g_autofree char *no_hash = without(text, "(#[0-9]+) [0-9a-f]{6}", "\\1 ......");
	g_autofree char *no_head = without(no_hash, "#[0-9]{2}", "#..");

	return without(no_head, "e[0-9]@", "e.@");
}

gboolean screen_fixture_shows(struct screen_fixture *f, const char *text)
{
	g_autofree char *shown = canvas_print(&f->canvas);

	return strstr(shown, text) != NULL;
}

struct wanted {
	struct screen_fixture *f;
	const char *text;
};

static gboolean shown(void *user)
{
	struct wanted *w = user;

	return settled(w->f) && screen_fixture_shows(w->f, w->text);
}

void screen_fixture_until(struct screen_fixture *f, const char *text)
{
	struct wanted w = { f, text };

	g_test_message("waiting for %s", text);
	if (!loop_until_true(shown, &w)) {
		g_autofree char *screen = canvas_print(&f->canvas);

		g_error("\"%s\" is not on the screen:\n%s", text, screen);
	}
}

static gboolean stands_at(const struct canvas *c, int line, int column, const char *text)
{
	for (; *text; text = g_utf8_next_char(text)) {
		const struct canvas_cell *cell = canvas_at(c, line, column++);

		if (!cell || cell->text[0] != g_utf8_get_char(text))
			return FALSE;
	}
	return TRUE;
}

enum role screen_fixture_role(struct screen_fixture *f, const char *text)
{
	for (int line = 0; line < f->canvas.lines; line++)
		for (int column = 0; column < f->canvas.columns; column++)
			if (stands_at(&f->canvas, line, column, text))
				return canvas_at(&f->canvas, line, column)->role;
	g_test_message("not shown: %s", text);
	g_assert_not_reached();
}
