#include "bookmarks.h"

static int compare(struct bookmark one, struct bookmark other)
{
	if (one.at != other.at)
		return one.at < other.at ? -1 : 1;
	return (one.id > other.id) - (one.id < other.id);
}

void bookmarks_clear(struct bookmarks *b)
{
	g_clear_pointer(&b->places, g_array_unref);
}

guint bookmarks_count(const struct bookmarks *b)
{
	return b->places ? b->places->len : 0;
}

struct bookmark bookmarks_nth(const struct bookmarks *b, guint n)
{
	return g_array_index(b->places, struct bookmark, n);
}

/* How many stand before it. */
static guint before(const struct bookmarks *b, struct bookmark place)
{
	guint n = 0;

	while (n < bookmarks_count(b) && compare(bookmarks_nth(b, n), place) < 0)
		n++;
	return n;
}

gboolean bookmarks_has(const struct bookmarks *b, struct bookmark place)
{
	guint n = before(b, place);

	return n < bookmarks_count(b) && compare(bookmarks_nth(b, n), place) == 0;
}

gboolean bookmarks_toggle(struct bookmarks *b, struct bookmark place)
{
	gboolean had = bookmarks_has(b, place);
	guint n = before(b, place);

	if (!b->places)
		b->places = g_array_new(FALSE, FALSE, sizeof place);
	if (had)
		g_array_remove_index(b->places, n);
	else
		g_array_insert_val(b->places, n, place);
	return !had;
}

struct bookmark bookmarks_beside(const struct bookmarks *b, struct bookmark from, int by)
{
	guint n = before(b, from), count = bookmarks_count(b);

	if (by < 0)
		return bookmarks_nth(b, (n + count - 1) % count);
	return bookmarks_nth(b, (n + bookmarks_has(b, from)) % count);
}

char *bookmarks_told(const struct bookmarks *b)
{
	guint n = bookmarks_count(b);

	if (n == 0)
		return g_strdup("no bookmark is left here");
	return g_strdup_printf("%u bookmark%s here; u and U go to %s", n, n == 1 ? "" : "s",
			       n == 1 ? "it" : "them");
}
