/*
 * version - which kase this is.
 */
#pragma once

#define KASE_VERSION "0.1.0"
