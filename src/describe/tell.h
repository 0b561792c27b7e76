/*
 * tell - a description while it is made: lines with labels, and tables that say which label tells which member.
 */
#pragma once

#include <kase/describe.h>

struct telling {
	GPtrArray *lines; /* of struct describe_line * */
	int level;
	const struct cJSON *object; /* all of it */
	const char *kind;
	const struct cJSON *container; /* the one that is told, or NULL */
};

struct tell_row;
typedef void tell_function(struct telling *t, const struct tell_row *row, const struct cJSON *node);

/* A label, and the member that it tells; without one, nothing is told unless there is an `otherwise`. */
struct tell_row {
	const char *label;
	const char *path;    /* as json_at; NULL: the whole node */
	tell_function *tell; /* NULL: tell_value */
	/* In place of it, for a list: the label is a head, and this tells each element below it. */
	tell_function *each;
	const char *otherwise;
	/* Where its value is this ("*": any), it stands out. */
	const char *alarm;
	enum describe_mark mark;
};
#define ROW(l, p, ...)                             \
	{                                          \
		.label = l, .path = p, __VA_ARGS__ \
	}
void tell_rows(struct telling *t, const struct cJSON *node, const struct tell_row *rows, gsize n);
#define TELL_ROWS(t, node, rows) tell_rows(t, node, rows, G_N_ELEMENTS(rows))

/* --- one line, or one for each line of the value ------------------------------------------------- */

void tell_head(struct telling *t, const char *label);
void tell_line(struct telling *t, enum describe_mark mark, const char *label, const char *value);
void tell_format(struct telling *t, enum describe_mark mark, const char *label, const char *format,
		 ...) G_GNUC_PRINTF(4, 5);
/* A line of a list: no label. */
void tell_item(struct telling *t, enum describe_mark mark, const char *text);

/* --- functions of rows --------------------------------------------------------------------------- */

tell_function tell_value;   /* as it stands; of a list, its elements with commas */
tell_function tell_moment;  /* RFC 3339, whole seconds, UTC */
tell_function tell_truth;   /* True or False, as kubectl writes conditions */
tell_function tell_seconds; /* "30s" */
tell_function tell_map;     /* key=value, a line each, in order of keys */
tell_function tell_element; /* of a list: a line */
tell_function tell_nothing; /* what other rows tell the parts of */
tell_function tell_names;   /* names of objects, with commas */

/* Each member that is not the path of one of these rows, under its own name. */
void tell_rest(struct telling *t, const struct cJSON *node, const struct tell_row *rows, gsize n);

/* --- values -------------------------------------------------------------------------------------- */

/* As it is told; NULL where there is none.  Caller owns. */
char *value_text(const struct cJSON *node);
/* A moment as it is told: in whole seconds where it has no others.  Caller owns. */
char *value_moment(const char *text);
/* Members in order of their keys, lent; caller owns the array. */
GPtrArray *value_members(const struct cJSON *object);
/* a=b,c in (d,e), as selectors are typed.  Caller owns. */
char *value_selector(const struct cJSON *selector);
/* A quantity in units of another, rounded up ("128Mi" in "1Mi" is 128); -1 where one of them is none. */
gint64 value_quantity(const char *quantity, const char *divisor);

/* --- parts --------------------------------------------------------------------------------------- */

tell_function tell_resources;  /* amounts by name */
tell_function tell_containers; /* spec.containers, …: container.c */
tell_function tell_variable;   /* of a container's env, and of its envFrom: environment.c */
tell_function tell_bundle;
tell_function tell_mounts;
tell_function tell_volume;   /* volume.c */
tell_function tell_security; /* a pod's or container's securityContext: security.c */
tell_function tell_host;     /* what a pod shares with its host, and its token */
void tell_pod(struct telling *t);
void tell_any(struct telling *t); /* what every object has */
void tell_events(struct telling *t, const struct cJSON *events);
