/*
 * project - what the bytes in a case mean: one table from type of evidence to the derived tables it feeds and
 * the function that makes their rows.
 *
 * Pure: documents in, rows out; no clock, no network, no screen.  To add a kind, add a row to the table in
 * src/project/kinds.c; to add a table or a view, a row in tables.c or views.c, from which
 * docs/case-file-views.md is written; and raise PROJECT_VERSION.
 */
#pragma once

#include <kase/case.h>

#define PROJECT_VERSION 4

/* For recorder_start, casefile_create and casefile_verify. */
extern const struct projector project_projector;

/*
 * Entries that the projector reads, beside `evidence` and `closed`, which src/case reads itself:
 *
 *	cluster	{"cluster": name in the case, "uid": of namespace kube-system or null, "server", "ca": SHA-256, "version",
 *		 "known_by": "kube-system" or "ca", "user": as the cluster names the analyst}
 *	listing	{"cluster", "resource": "pods" or "deployments.apps", "group", "version", "object": "Pod", "namespace": "" for
 *		 all, "as_of", "selector": of labels or fields, where it does not ask for all}: a listing begins
 *	listed	{"listing": its seq, "rv", "state": complete, partial, denied, failed, "reason"}: it ended
 *	gap	{"scope", "reason": denied, expired, rotated, lost, not-understood, unreachable, …, "detail"}
 *
 * A listing that has to begin again (410 in its middle) is ended as partial, and begins as another one: what the
 * pages before it held and the new ones do not is gone.  One with a selector covers nothing and ends no object's life.
 *
 * Evidence that it reads, by "type":
 *	list	a page of a List: "cluster", "group", "version", "object" (kind of the items), "listing", "as_of"
 *	object	one object: the same without "listing"
 *	watch	lines of watch events: the same
 *	log	a container's log with timestamps: "cluster", "namespace", "pod", "uid", "container", "instance" (container
 *		id as the pod's status spells it, or "")
 *	file	brought by a person: "brought_by", "name", "format": yaml, json, log; a log's with the members of a log,
 *		or with "subject" and "container", where they are known.  What says no cluster is of the case's only one, or of
 *		the only one in which its UID is known
 *
 * A page is projected as soon as it is whole, with its chunk where it fits one; objects of a JSON file likewise.  What needs the
 * evidence's end (larger documents, YAML, a last line without newline) is projected when it is closed as complete, and else never.
 */
