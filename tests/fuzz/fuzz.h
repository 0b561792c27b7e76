/*
 * fuzz - what each fuzz entry defines: one run over any bytes, which must end without a fault
 * and with what it asserts holding.
 *
 * Source: llvm.org, "libFuzzer".
 */
#pragma once

#include <glib.h>

int LLVMFuzzerTestOneInput(const guint8 *data, size_t size);
