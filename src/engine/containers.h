/*
 * containers - which instances of a pod's containers have logs, as the pod's status tells.  Pure.
 *
 * An instance is a container id as the status has it ("containerd://…").  `current` is the one that
 * the container's log is of, `previous` the one that previous=true gives (lastState).  In back-off
 * both are the same.
 *
 * Source: docs/kubernetes.md, "Logs"; Kubernetes' pkg/kubelet/kubelet_pods.go
 * (validateContainerLogStatus).
 */
#pragma once

#include <kase/json.h>

struct container {
	char *name;
	char *current, *previous; /* instances, or NULL */
	gint64 restarts;
	gboolean running;
};

/* Init, app and ephemeral containers that the status tells of, in that order.  Array of struct
 * container *, owned by it. */
GPtrArray *containers_of(const struct cJSON *pod);
const struct container *container_find(GPtrArray *containers, const char *name); /* or NULL */

/* The instance that a request would be answered from; NULL where there is none. */
const char *container_instance(const struct container *c, gboolean previous);
/* TRUE where this log is there to be asked for, and is not the same as the previous one. */
gboolean container_has_log(const struct container *c, gboolean previous);
