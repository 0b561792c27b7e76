/*
 * refusals - what it means that the API server or the kubelet gave no log.  Pure.
 */
#pragma once

#include <glib.h>

struct refusal {
	const char *reason;
	gboolean gap; /* FALSE: there never was anything to be had */
};

/* `message` is that of the Status, or NULL. */
struct refusal refusal_of(int status, const char *message);
