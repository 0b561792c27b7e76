/*
 * yaml - YAML as Kubernetes writes and reads it, to and from JSON trees.  Any thread.
 *
 * Source: YAML 1.2 core schema, with sigs.k8s.io/yaml's habits (YAML 1.1 booleans as written
 * by people: yes, no, on, off stay strings, as client-go reads them into string fields).
 */
#pragma once

#include <kase/json.h>

#define YAML_ERROR (yaml_error_quark())
enum yaml_error {
	YAML_ERROR_SYNTAX,    /* the message has line and column, from 1 */
	YAML_ERROR_TOO_LARGE, /* nested too deep, or aliases that grow without bound */
	YAML_ERROR_AMBIGUOUS  /* yaml_parse_plain: it means different things to different readers */
};
GQuark yaml_error_quark(void);

/*
 * Read every document of a stream (JSON is YAML, too).  The caller owns the array of
 * struct cJSON *, which frees its elements; empty documents are left out.
 */
GPtrArray *yaml_parse(const char *data, gsize size, GError **error);
/* The same, refusing what one reader takes so and another otherwise, and kubectl never writes: a
 * key that stands twice in a mapping, merge keys (<<), tags but those of JSON's types. */
GPtrArray *yaml_parse_plain(const char *data, gsize size, GError **error);

/* Write a tree as kubectl's -o yaml does, byte for byte but where that would not read back the same: keys sorted,
 * two spaces, strings quoted where they must be, blocks (|) for strings of several lines, long ones folded.  Ends
 * with a newline.  Bidirectional marks stay: show it by text_safe.  Caller owns. */
char *yaml_print(const struct cJSON *node);
