#include "config.h"

#include <kase/subject.h>

#include "schema.h"

/* The name of a cluster stands before a subject only in a case that knows several. */
#define PREFIX "iif(s.cluster <> '' AND (SELECT count(*) FROM d_cluster) > 1, s.cluster || ':', '')"
/* As subject_format writes it. */
#define WRITTEN PREFIX " || " SUBJECT_SQL

#define FROM_KIND(table) \
	table " k JOIN d_object o ON o.subject = k.subject JOIN d_subject s ON s.id = k.subject"

#define CLUSTER                                                   \
	{                                                         \
		"cluster", "s.cluster", FALSE, "name in the case" \
	}
#define NAMESPACE                                                       \
	{                                                               \
		"namespace", "s.namespace", FALSE, "metadata.namespace" \
	}
#define NAME                                             \
	{                                                \
		"name", "s.name", FALSE, "metadata.name" \
	}
#define UID                                           \
	{                                             \
		"uid", "s.uid", FALSE, "metadata.uid" \
	}
#define KIND                                                       \
	{                                                          \
		"kind", "s.kind", FALSE, "as Kubernetes writes it" \
	}
/* clang-format off */
#define OWNER                                                                                              \
	{ "owner_kind", "o.owner_kind", FALSE, "of the ownerReference with controller true; else empty" }, \
	{ "owner_name", "o.owner_name", FALSE, "the same" }
#define LIFE                                                                                          \
	{ "created", "o.created", TRUE, "metadata.creationTimestamp" },                               \
	{ "seen", "o.seen", TRUE, "when it was last seen to be there" },                              \
	{ "gone", "o.gone", TRUE, "when it was first known to be gone; NULL while it lives" }
/* clang-format on */

const struct view project_views[] = {
	{
		.name = "clusters",
		.about = "one row a cluster of the case",
		.from = "d_cluster c",
		.columns = {
			{ "name", "c.name", FALSE, "in the case" },
			{ "uid", "c.uid", FALSE, "of its namespace kube-system; NULL where that may not be read" },
			{ "server", "c.server", FALSE, "URL" },
			{ "ca", "c.ca", FALSE, "SHA-256 of its certificate authority" },
			{ "version", "c.version", FALSE, "gitVersion of its API server" },
			{ "known_by", "c.known_by", FALSE, "kube-system or ca" },
			{ "user", "c.user", FALSE, "as the cluster names the analyst" },
		},
	},
	{
		.name = "pods",
		.about = "one row a pod: a name that is used again has another uid and so another row",
		.from = FROM_KIND("d_pod"),
		.columns = {
			CLUSTER,
			NAMESPACE,
			NAME,
			UID,
			OWNER,
			{ "node", "k.node", FALSE, "spec.nodeName; empty while it is not scheduled" },
			{ "service_account", "k.service_account", FALSE, "spec.serviceAccountName" },
			{ "phase", "k.phase", FALSE, "status.phase" },
			{ "ready", "k.ready", FALSE, "containers and sidecars that are ready, of all: 1/2" },
			{ "restarts", "k.restarts", FALSE, "sum of restartCount of containers and sidecars" },
			{ "images", "k.images", FALSE, "spec.containers[].image in order, separated by spaces" },
			{ "image_ids", "k.image_ids", FALSE,
			  "status.containerStatuses[].imageID in order, separated by spaces" },
			{ "ip", "k.ip", FALSE, "status.podIP" },
			LIFE,
		},
	},
	{
		.name = "workloads",
		.about = "one row a Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController",
		.from = FROM_KIND("d_workload"),
		.columns = {
			CLUSTER,
			NAMESPACE,
			KIND,
			NAME,
			UID,
			{ "replicas", "k.replicas", FALSE,
			  "spec.replicas; of a DaemonSet status.desiredNumberScheduled" },
			{ "ready_replicas", "k.ready_replicas", FALSE,
			  "status.readyReplicas; of a DaemonSet status.numberReady" },
			{ "images", "k.images", FALSE,
			  "spec.template.spec.containers[].image in order, separated by spaces" },
			LIFE,
		},
	},
	{
		.name = "jobs",
		.about = "one row a Job or CronJob",
		.from = FROM_KIND("d_job"),
		.columns = {
			CLUSTER,
			NAMESPACE,
			NAME,
			UID,
			KIND,
			OWNER,
			{ "active", "k.active", FALSE,
			  "status.active; of a CronJob how many Jobs stand in status.active" },
			{ "succeeded", "k.succeeded", FALSE, "status.succeeded" },
			{ "failed", "k.failed", FALSE, "status.failed" },
			{ "schedule", "k.schedule", FALSE, "spec.schedule of a CronJob" },
			{ "suspended", "k.suspended", FALSE, "spec.suspend: 0 or 1" },
			LIFE,
		},
	},
	{
		.name = "nodes",
		.about = "one row a node",
		.from = FROM_KIND("d_node"),
		.columns = {
			CLUSTER,
			NAME,
			UID,
			{ "ready", "k.ready", FALSE, "status of its condition Ready: True, False, Unknown" },
			{ "unschedulable", "k.unschedulable", FALSE, "spec.unschedulable: 0 or 1" },
			{ "kubelet", "k.kubelet", FALSE, "status.nodeInfo.kubeletVersion" },
			{ "os_image", "k.os_image", FALSE, "status.nodeInfo.osImage" },
			{ "runtime", "k.runtime", FALSE, "status.nodeInfo.containerRuntimeVersion" },
			{ "internal_ip", "k.internal_ip", FALSE, "the first InternalIP of status.addresses" },
			LIFE,
		},
	},
	{
		.name = "events",
		.about = "one row an event, of either API group",
		.from = FROM_KIND("d_event"),
		.columns = {
			CLUSTER,
			NAMESPACE,
			NAME,
			UID,
			{ "type", "k.type", FALSE, "Normal or Warning" },
			{ "reason", "k.reason", FALSE, "" },
			{ "regarding", PREFIX " || k.regarding", FALSE,
			  "involvedObject or regarding, written as a subject: pod/payments/ledger-0" },
			{ "count", "k.count", FALSE, "series.count, else count, else 1" },
			{ "first_at", "k.first_at", TRUE, "firstTimestamp, else eventTime, else created" },
			{ "last_at", "k.last_at", TRUE,
			  "series.lastObservedTime, else lastTimestamp, else eventTime, else first_at" },
			{ "source", "k.source", FALSE, "source.component, else reportingComponent" },
			{ "message", "k.message", FALSE, "message or note" },
			LIFE,
		},
	},
	{
		.name = "objects",
		.about = "one row an object of any kind, those that have a view of their own too",
		.from = "d_object o JOIN d_subject s ON s.id = o.subject",
		.columns = {
			CLUSTER,
			{ "group", "s.group_", FALSE, "API group; empty for the core group" },
			KIND,
			NAMESPACE,
			NAME,
			UID,
			LIFE,
		},
	},
	{
		.name = "versions",
		.about = "one row a state of an object that was received",
		.from = "d_version v JOIN d_subject s ON s.id = v.subject",
		.columns = {
			{ "subject", WRITTEN, FALSE, "pod/payments/ledger-0" },
			CLUSTER,
			UID,
			{ "resource_version", "v.resource_version", FALSE, "metadata.resourceVersion" },
			{ "at", "v.at", TRUE, "when it was first received" },
			{ "locator", "'e' || v.evidence || '@' || v.offset || '+' || v.length", FALSE,
			  "where its bytes are: evidence, offset, length: e12@34567+5400" },
		},
	},
	{
		.name = "listing",
		.about = "one row a question for all objects of a kind in a scope",
		.from = "d_listing l",
		.columns = {
			{ "id", "l.id", FALSE, "seq of the ledger's entry that began it" },
			{ "cluster", "l.cluster", FALSE, "name in the case" },
			{ "resource", "l.resource", FALSE, "pods, deployments.apps" },
			{ "scope", "l.namespace", FALSE, "namespace; empty for all" },
			{ "as_of", "l.as_of", FALSE, "head of the ledger just before its first request" },
			{ "first_at", "l.first_at", TRUE, "when its first page came; before that, when it began" },
			{ "last_at", "l.last_at", TRUE, "when its last page came; without one, when it ended" },
			{ "rv", "l.rv", FALSE, "resourceVersion of the list" },
			{ "state", "l.state", FALSE, "running, complete, partial, denied, failed" },
			{ "rows", "l.rows", FALSE, "objects in its pages" },
		},
	},
	{
		.name = "coverage",
		.about = "one row a kind and scope that was asked for: how much of it the case holds",
		.from = "d_coverage c",
		.columns = {
			{ "cluster", "c.cluster", FALSE, "name in the case" },
			{ "resource", "c.resource", FALSE, "pods, deployments.apps" },
			{ "namespace", "c.namespace", FALSE, "empty for all" },
			{ "state", "c.state", FALSE, "complete, partial, denied, failed" },
			{ "rows", "c.rows", FALSE, "objects in the listing's pages" },
			{ "as_of", "c.as_of", FALSE, "of the listing" },
			{ "reason", "c.reason", FALSE, "why it is not complete" },
		},
	},
	{
		.name = "lines",
		.about = "one row a line of a log, however often it was fetched",
		.from = "d_line l JOIN d_instance i ON i.id = l.instance JOIN d_subject s ON s.id = i.subject",
		.columns = {
			{ "at", "l.at", TRUE, "by the node's clock; NULL where no timestamp came before it" },
			{ "subject", WRITTEN, FALSE, "pod/payments/ledger-0" },
			CLUSTER,
			UID,
			{ "container", "i.container", FALSE, "its name" },
			{ "instance", "i.instance", FALSE, "container id; empty where it is not known" },
			{ "stream", "NULL", FALSE, "NULL: the API mixes stdout and stderr without a mark" },
			{ "previous", "i.previous", FALSE,
			  "1 where lastState names the instance, or an older status did and a newer one another" },
			{ "seq", "l.seq", FALSE, "order of arrival in its container, from 1" },
			{ "text", "l.text", FALSE, "without timestamp and newline, made valid UTF-8" },
		},
	},
	{
		.name = "gaps",
		.about = "one row a thing that could not be seen, or not be understood; no column is NULL",
		.from = "d_gap g",
		.columns = {
			{ "at", "g.at", TRUE, "when this was found" },
			{ "scope", "g.scope", FALSE, "of what: a subject or a collection" },
			{ "reason", "g.reason", FALSE,
			  "denied, expired, rotated, lost, not-understood, unreachable, …" },
			{ "detail", "g.detail", FALSE, "" },
		},
	},
};
const gsize project_views_count = G_N_ELEMENTS(project_views);
