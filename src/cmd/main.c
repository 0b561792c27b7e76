#include "command.h"

#include <locale.h>
#include <signal.h>

int main(int argc, char **argv)
{
	setlocale(LC_CTYPE, "");
	g_set_prgname("kase");
	/* A reader that went away (kase sql | head) is an error of write, and a peer that did, one of its connection. */
	signal(SIGPIPE, SIG_IGN);
	return command_main(g_strdupv(argv + (argc > 0)));
}
