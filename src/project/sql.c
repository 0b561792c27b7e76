#include "config.h"

#include "rows.h"

#include <kase/stamp.h>

void bind_text(struct query *q, int parameter, const char *text)
{
	query_bind_text(q, parameter, text ? text : "");
}

void bind_time(struct query *q, int parameter, gint64 ns)
{
	if (ns == STAMP_NONE)
		query_bind_null(q, parameter);
	else
		query_bind_int(q, parameter, ns);
}

gboolean query_value(struct query *q, gint64 *value, GError **error)
{
	gboolean found = query_step(q, error);

	if (found)
		*value = query_int(q, 0);
	query_reset(q);
	return found;
}
