#include "prompt.h"

#include <string.h>

#define CHARACTERS_MAX 256
#define BEFORE_MAX     50

void prompt_init(struct prompt *p)
{
	*p = (struct prompt){ .text = g_string_new(NULL) };
	for (int i = 0; i < PROMPT_USES; i++)
		p->before[i] = g_ptr_array_new_with_free_func(g_free);
}

void prompt_clear(struct prompt *p)
{
	if (!p->text)
		return;
	g_string_free(p->text, TRUE);
	for (int i = 0; i < PROMPT_USES; i++)
		g_ptr_array_unref(p->before[i]);
	g_free(p->draft);
	*p = (struct prompt){ 0 };
}

const char *prompt_sign(const struct prompt *p)
{
	return p->use == PROMPT_COMMAND ? ":" : "/";
}

void prompt_set(struct prompt *p, const char *text)
{
	g_string_assign(p->text, text);
}

void prompt_open(struct prompt *p, enum prompt_use use, const char *text)
{
	p->open = TRUE;
	p->use = use;
	p->at = 0;
	prompt_set(p, text);
}

/* What is typed is never lost: what is dropped comes back with ↑, too. */
static void keep(struct prompt *p)
{
	GPtrArray *before = p->before[p->use];

	p->open = FALSE;
	if (!p->text->len ||
	    (before->len && g_str_equal(before->pdata[before->len - 1], p->text->str)))
		return;
	if (before->len == BEFORE_MAX)
		g_ptr_array_remove_index(before, 0);
	g_ptr_array_add(before, g_strdup(p->text->str));
}

/* --- editing ------------------------------------------------------------------------------------- */

static void erase_one(GString *text)
{
	const char *last = g_utf8_find_prev_char(text->str, text->str + text->len);

	if (last)
		g_string_truncate(text, (gsize)(last - text->str));
}

static void erase_word(GString *text)
{
	while (text->len && text->str[text->len - 1] == ' ')
		g_string_truncate(text, text->len - 1);
	while (text->len && text->str[text->len - 1] != ' ')
		erase_one(text);
}

static gboolean go_back(struct prompt *p, int by)
{
	const GPtrArray *before = p->before[p->use];
	guint at = p->at + (guint)by;

	if (at > before->len) /* also below 0 */
		return FALSE;
	if (p->at == 0) {
		g_free(p->draft);
		p->draft = g_strdup(p->text->str);
	}
	p->at = at;
	prompt_set(p, at ? before->pdata[before->len - at] : p->draft);
	return TRUE;
}

static gboolean append(struct prompt *p, gunichar c)
{
	if (g_utf8_strlen(p->text->str, -1) >= CHARACTERS_MAX)
		return FALSE;
	g_string_append_unichar(p->text, c);
	return TRUE;
}

/* TRUE where the text is another now. */
static gboolean edit(struct prompt *p, gunichar key)
{
	if (key == KEY_ERASE || key == '\b')
		erase_one(p->text);
	else if (key == KEY_CTRL('w'))
		erase_word(p->text);
	else if (key == KEY_CTRL('u') || key == KEY_CTRL('c'))
		g_string_truncate(p->text, 0);
	else if (key == KEYCODE_UP || key == KEYCODE_DOWN)
		return go_back(p, key == KEYCODE_UP ? 1 : -1);
	else
		return key >= ' ' && key < KEYCODE_UP && append(p, key);
	return TRUE;
}

enum prompt_answer prompt_key(struct prompt *p, gunichar key)
{
	if (key == '\t')
		return PROMPT_COMPLETE;
	if (key != KEY_ESC && key != KEY_RETURN && key != '\n')
		return edit(p, key) ? PROMPT_CHANGED : PROMPT_SAME;
	keep(p);
	return key == KEY_ESC ? PROMPT_DROPPED : PROMPT_DONE;
}

void prompt_paste(struct prompt *p, const char *text)
{
	gboolean parted = FALSE;

	for (; *text; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);

		if (g_unichar_iscntrl(c)) {
			parted = p->text->len > 0;
			continue;
		}
		if ((parted && !append(p, ' ')) || !append(p, c))
			return;
		parted = FALSE;
	}
}
