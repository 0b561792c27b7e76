/*
 * panes - every pane, each in a file of its own.  panes.c has them in order.
 */
#pragma once

struct pane_kind;

extern const struct pane_kind pane_bytes;
extern const struct pane_kind pane_describe;
extern const struct pane_kind pane_diff;
extern const struct pane_kind pane_entry;
extern const struct pane_kind pane_events;
extern const struct pane_kind pane_evidence;
extern const struct pane_kind pane_gap;
extern const struct pane_kind pane_gaps;
extern const struct pane_kind pane_help;
extern const struct pane_kind pane_jobs;
extern const struct pane_kind pane_line;
extern const struct pane_kind pane_logs;
extern const struct pane_kind pane_previous;
extern const struct pane_kind pane_ledger;
extern const struct pane_kind pane_pods;
extern const struct pane_kind pane_versions;
extern const struct pane_kind pane_yaml;
