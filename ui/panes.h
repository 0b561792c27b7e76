/*
 * panes - every pane, each in a file of its own.  panes.c has them in order.
 */
#pragma once

struct pane_kind;

extern const struct pane_kind pane_help;
extern const struct pane_kind pane_pods;
extern const struct pane_kind pane_yaml;
