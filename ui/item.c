#include "item.h"

void item_copy(struct item *to, const struct item *from)
{
	*to = from ? *from : (struct item){ 0 };
	to->space = g_strdup(to->space);
	to->name = g_strdup(to->name);
}

void item_clear(struct item *item)
{
	g_free(item->space);
	g_free(item->name);
	*item = (struct item){ 0 };
}

gboolean item_has(const struct item *item, enum item_part part)
{
	return part == ITEM_SPACE ? item->space != NULL : item->ids[part] != 0;
}

gboolean item_has_any(const struct item *item)
{
	for (int i = 0; i < ITEM_PARTS; i++)
		if (item_has(item, (enum item_part)i))
			return TRUE;
	return FALSE;
}
