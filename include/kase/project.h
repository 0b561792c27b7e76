/*
 * project - what the bytes in a case mean: one table from kind of evidence to the derived tables it feeds and
 * the function that makes their rows.
 *
 * Pure: documents in, rows out; no clock, no network, no screen.  To add a kind, add a row to the table in
 * src/project/kinds.c; to add a view, a row in src/project/views.c; and raise PROJECT_VERSION.
 */
#pragma once

#include <kase/case.h>

#define PROJECT_VERSION 1

/* For recorder_start, casefile_create and casefile_verify. */
extern const struct projector project_projector;

/*
 * Entries that the projector reads, beside `evidence` and `closed`, which src/case reads itself:
 *
 *	cluster	{"cluster": name in the case, "uid": of namespace kube-system or null, "server", "ca": SHA-256, "version",
 *		 "known_by": "kube-system" or "ca", "user": as the cluster names the analyst}
 *	listing	{"cluster", "resource": "pods" or "deployments.apps", "group", "version", "object": "Pod", "namespace": "" for
 *		 all, "as_of"}: a listing begins
 *	listed	{"listing": its seq, "rv", "state": complete, partial, denied, failed, "reason"}: it ended
 *	gap	{"scope", "reason": denied, expired, rotated, lost, not-understood, unreachable, …, "detail"}
 *
 * Evidence that it reads, by "type":
 *	list	a page of a List: "cluster", "group", "version", "object" (kind of the items), "listing", "as_of"
 *	object	one object: the same without "listing"
 *	watch	lines of watch events: the same
 *	log	a container's log with timestamps: "cluster", "namespace", "pod", "uid", "container", "instance"
 *	file	brought by a person: "brought_by", "name", "format": yaml, json, log
 */
