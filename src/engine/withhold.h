/*
 * withhold - where values of Secrets and ConfigMaps stand in what a person brought.  Pure.
 *
 * One rule, wherever an object stands (in a List, in another List, in a custom resource, in a line
 * of a log):
 *
 *  1. An object of kind Secret or ConfigMap, in any spelling of any of its members called kind,
 *     loses each value of each data, stringData and binaryData, and each annotation that
 *     kube_annotation_tells.  Keys stay.
 *  2. So do an item of a SecretList or ConfigMapList, whatever it says itself; an item of a List
 *     that says no kind; and PartialObjectMetadata, which may be either's.
 *  3. A text that holds such an object is withheld whole.
 *  4. What it cannot be sure of it refuses: a Table, whose cells may be anything.
 *
 * Each value becomes "withheld:N bytes"; no other byte changes.
 */
#pragma once

#include <kase/json.h>

#define WITHHOLD_ERROR (withhold_error_quark())
enum withhold_error {
	WITHHOLD_ERROR_SYNTAX, /* no JSON */
	WITHHOLD_ERROR_UNSURE, /* JSON whose values cannot be told */
};
GQuark withhold_error_quark(void);

/* What is looked through.  `passed` (or NULL) is told now and then up to where that was done, so
 * that pages may be given back. */
struct withhold_text {
	const char *data;
	gsize size;
	void (*passed)(void *user, gsize offset);
	void *user;
};

/* What an object says about itself; a length of 0 where it does not. */
struct withhold_top {
	struct json_slice kind, version, metadata, items;
};

/*
 * In one JSON value, with the white space before it, from byte `at` on: its end, or 0 and `error`.
 * The values found are added to `cuts` (of struct json_slice), in order, none in another.  `top`
 * may be NULL.
 */
gsize withhold_value(const struct withhold_text *text, gsize at, GArray *cuts,
		     struct withhold_top *top, GError **error);

/*
 * In a log: the same in each line that ends with a JSON object, a timestamp or other words before
 * it.  Objects that stand elsewhere (over several lines, before such a value, in quotes, as kubectl
 * describe prints them) are refused: what names a kind, and what begins the values, within 2 MiB of
 * each other; a Secret has at most 1 MiB.  So are Tables, wherever they stand.
 */
gboolean withhold_log(const struct withhold_text *text, GArray *cuts, GError **error);

/* What stands for a value, with quotes.  Caller owns. */
char *withhold_words(const char *data, struct json_slice value);

/* The bytes with the values replaced.  Caller owns. */
char *withhold_apply(const char *data, gsize size, const GArray *cuts, gsize *length);

/* --- in text that is no JSON ------------------------------------------------------------------ */

/* Does it name what is withheld and the members that hold it (a kind and its values, a Table and
 * its rows), with letters spelled \uXXXX, too?  Or did kubectl describe print a ConfigMap? */
gboolean withhold_names_both(const char *text, gsize size);
