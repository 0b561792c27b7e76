#include "clipboard.h"

#include <kase/text.h>

#include <string.h>

void clipping_init(struct clipping *c)
{
	*c = (struct clipping){ .text = g_string_new(NULL) };
}

void clipping_clear(struct clipping *c)
{
	if (c->text)
		g_string_free(c->text, TRUE);
	*c = (struct clipping){ 0 };
}

static void append_row(GString *out, const char *const *fields, gsize n)
{
	for (gsize i = 0; i < n; i++) {
		const char *field = fields[i] ? fields[i] : "?";

		if (i)
			g_string_append_c(out, '\t');
		/* Of what is longer than all that is taken, the rest is cut anyway. */
		text_append_safe(out, field, (gssize)strnlen(field, CLIPBOARD_BYTES + 1));
	}
}

static void cut(GString *text)
{
	const char *end = g_utf8_find_prev_char(text->str, text->str + CLIPBOARD_BYTES + 1);

	g_string_truncate(text, (gsize)(end - text->str));
}

gboolean clipping_add(struct clipping *c, const char *const *fields, gsize n)
{
	gsize before = c->text->len;

	if (c->full)
		return FALSE;
	if (c->rows)
		g_string_append_c(c->text, '\n');
	append_row(c->text, fields, n);
	c->full = c->text->len > CLIPBOARD_BYTES;
	if (c->full && c->rows)
		g_string_truncate(c->text, before);
	else if (c->full)
		cut(c->text);
	c->rows += !c->full || !c->rows;
	return !c->full;
}

void clipboard_append(GString *out, const char *text)
{
	g_autofree char *encoded = g_base64_encode((const guchar *)text, strlen(text));

	g_string_append_printf(out, "\033]52;c;%s\033\\", encoded);
}
