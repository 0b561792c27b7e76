/*
 * home - the console without a case: cases that were opened lately and the contexts of the kubeconfig, to choose one of.
 */
#pragma once

#include <kase/console.h>

#include "pane.h"

extern const struct pane_kind pane_home;
