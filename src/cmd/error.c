#include "command.h"

#include <stdarg.h>
#include <stdio.h>

#include <kase/text.h>

G_DEFINE_QUARK(kase_command_error, command_error)

void say(const char *format, ...)
{
	g_autofree char *line = NULL, *safe = NULL;
	va_list args;

	va_start(args, format);
	line = g_strdup_vprintf(format, args);
	va_end(args);
	safe = text_safe(line, -1);
	fprintf(stderr, "kase: %s\n", safe);
}
