/*
 * source - the end of a GSource that its owner holds a reference to.
 */
#pragma once

#include <glib.h>

/* Takes NULL in it. */
static inline void source_drop(GSource **source)
{
	if (!*source)
		return;
	g_source_destroy(*source);
	g_clear_pointer(source, g_source_unref);
}
