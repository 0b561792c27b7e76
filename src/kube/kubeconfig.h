/*
 * kubeconfig - the inside of struct kubeconfig, for the files that read one.
 *
 * Entries lend from the trees of their files: a tree stays as it was read until the kubeconfig is
 * freed.
 */
#pragma once

#include <kase/kube.h>

#define KUBECONFIG_MAX_BYTES (8 * 1024 * 1024)

struct kubeconfig_file {
	char *path;           /* as it was named, for messages */
	char *folder;         /* absolute; relative paths in it start here */
	GPtrArray *documents; /* of struct cJSON *; only the first counts */
};

enum kubeconfig_list {
	KUBECONFIG_CLUSTERS,
	KUBECONFIG_USERS,
	KUBECONFIG_CONTEXTS,
	KUBECONFIG_LISTS
};

struct kubeconfig_entry {
	const struct kubeconfig_file *file;
	const char *noun; /* "cluster", "user", "context" */
	const char *name;
	const struct cJSON *body; /* NULL where it is empty */
};

struct kubeconfig {
	GPtrArray *files;
	GHashTable *entries[KUBECONFIG_LISTS]; /* name → struct kubeconfig_entry * */
	GPtrArray *names; /* of the contexts, in order; lent strings, NULL at the end */
	const char *current;
	gboolean in_cluster; /* no files: the service account of our own pod */
};

/* Without any file. */
struct kubeconfig *kubeconfig_new(void);
/* Add what `bytes`, read from `path`, define and no file before did.  Only complete files are
 * added. */
gboolean kubeconfig_add(struct kubeconfig *k, const char *path, GBytes *bytes, GError **error);
/* NULL where it is not there. */
const struct kubeconfig_entry *kubeconfig_find(const struct kubeconfig *k,
					       enum kubeconfig_list list, const char *name);
/* Their paths with commas between.  Caller owns. */
char *kubeconfig_paths(const struct kubeconfig *k);

/* --- fields of an entry ----------------------------------------------------------------------- */

/* Set "FILE: NOUN "NAME": …", made safe to be seen.  Always FALSE. */
gboolean entry_fail(const struct kubeconfig_entry *e, GError **error, enum kube_error code,
		    const char *format, ...) G_GNUC_PRINTF(4, 5);

/*
 * The member `key` of `node`, an object of the entry.  Each is FALSE, and sets `error`, where it
 * is of another type; what is absent, null or empty is NULL (FALSE).  The caller owns what is
 * given out.
 */
gboolean entry_string(const struct kubeconfig_entry *e, const struct cJSON *node, const char *key,
		      char **out, GError **error);
gboolean entry_bool(const struct kubeconfig_entry *e, const struct cJSON *node, const char *key,
		    gboolean *out, GError **error);
gboolean entry_strings(const struct kubeconfig_entry *e, const struct cJSON *node, const char *key,
		       char ***out, GError **error);
/* PEM from the base64 in `key`-data, else from the file named by `key`.  It must hold `label`
 * ("CERTIFICATE"). */
gboolean entry_pem(const struct kubeconfig_entry *e, const char *key, const char *label,
		   GBytes **out, GError **error);

/* One text field of a struct, for tables. */
struct entry_field {
	const char *key;
	gsize offset; /* of a char * */
};
gboolean entry_fields(const struct kubeconfig_entry *e, const struct cJSON *node,
		      const struct entry_field *fields, gsize count, void *out, GError **error);

/* --- parts of a context ----------------------------------------------------------------------- */

/* Fill in what the entry of a user says. */
gboolean access_read_user(struct kube_access *a, const struct kubeconfig_entry *user,
			  GError **error);
void kube_exec_free(struct kube_exec *x); /* accepts NULL; wipes */

/* Does a pod's service account stand ready for us? */
gboolean incluster_possible(void);
struct kube_access *incluster_access(GError **error);
#define INCLUSTER_NAME "in-cluster"
