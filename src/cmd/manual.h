/*
 * manual - what the tables of commands and options say, for people, for man, and for bash.
 */
#pragma once

#include "command.h"

#include <stdio.h>

/* How kase is used, and the list of its commands. */
void manual_print_usage(FILE *out);
/* All about one command, on stdout.  Always done. */
enum outcome manual_print_command(const struct command *command);
/* The man page's source, and a completion for bash.  Caller owns. */
char *manual_page(void);
char *manual_completion(void);
