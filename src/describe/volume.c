/*
 * Volumes: a row a type.  Members that have no row of their own are told under their own names, so that those of a
 * later Kubernetes are, too.
 */
#include "tell.h"

/* --- projected ----------------------------------------------------------------------------------- */

static void tell_key(struct telling *t, const struct tell_row *row, const struct cJSON *n)
{
	const char *from = json_string(n, "fieldRef.fieldPath") ?:
				   json_string(n, "resourceFieldRef.resource") ?:
				   json_string(n, "key");
	g_autofree char *text = g_strdup_printf("%s -> %s", from ?: "?",
						json_string(n, "path") ?: "?");

	tell_item(t, DESCRIBE_PLAIN, text);
}

/* As chmod takes it; JSON has no octal numbers. */
static void tell_mode(struct telling *t, const struct tell_row *row, const struct cJSON *node)
{
	tell_format(t, DESCRIBE_PLAIN, row->label, "%04o", (unsigned)json_number(node) & 07777u);
}

/* For whom a token is meant: a cloud's, where it is not the API server's. */
static const struct tell_row token[] = {
	ROW("TokenExpirationSeconds", "expirationSeconds", .alarm = "*", .mark = DESCRIBE_NOTE),
	ROW("TokenAudience", "audience", .alarm = "*", .mark = DESCRIBE_NOTE),
	ROW("TokenPath", "path"),
};
static const struct tell_row projected_secret[] = {
	ROW("SecretName", "name"),
	ROW("Optional", "optional", .otherwise = "false"),
	ROW("Items", "items", .each = tell_key),
};
static const struct tell_row projected_config[] = {
	ROW("ConfigMapName", "name"),
	ROW("Optional", "optional", .otherwise = "false"),
	ROW("Items", "items", .each = tell_key),
};
static const struct tell_row projected_pod[] = {
	ROW("DownwardAPI", "none", .otherwise = "true"),
	ROW("Items", "items", .each = tell_key),
};
static const struct projection {
	const char *member;
	const struct tell_row *rows;
	gsize n;
} projections[] = {
	{ "secret", projected_secret, G_N_ELEMENTS(projected_secret) },
	{ "configMap", projected_config, G_N_ELEMENTS(projected_config) },
	{ "downwardAPI", projected_pod, G_N_ELEMENTS(projected_pod) },
	{ "serviceAccountToken", token, G_N_ELEMENTS(token) },
};

static void tell_projection(struct telling *t, const struct cJSON *source)
{
	for (gsize i = 0; i < G_N_ELEMENTS(projections); i++) {
		const struct cJSON *node = json_get(source, projections[i].member);

		if (!node)
			continue;
		tell_rows(t, node, projections[i].rows, projections[i].n);
		return;
	}
	tell_rest(t, source, NULL, 0);
}

static void tell_projections(struct telling *t, const struct tell_row *row,
			     const struct cJSON *list)
{
	for (const struct cJSON *n = json_first(list); n; n = json_next(n))
		tell_projection(t, n);
}

/* --- what else has names of its own --------------------------------------------------------------- */

static const struct tell_row host_path[] = {
	ROW("Path", "path", .alarm = "*", .mark = DESCRIBE_DANGER),
	ROW("HostPathType", "type"),
};
static const struct tell_row empty_dir[] = {
	ROW("Medium", "medium"),
	ROW("SizeLimit", "sizeLimit"),
};
static const struct tell_row secret[] = {
	ROW("SecretName", "secretName"),
	ROW("Optional", "optional", .otherwise = "false"),
	ROW("Items", "items", .each = tell_key),
	ROW("DefaultMode", "defaultMode", .tell = tell_mode),
};
static const struct tell_row config_map[] = {
	ROW("Name", "name"),
	ROW("Optional", "optional", .otherwise = "false"),
	ROW("Items", "items", .each = tell_key),
	ROW("DefaultMode", "defaultMode", .tell = tell_mode),
};
static const struct tell_row projected[] = {
	ROW("Sources", "sources", .tell = tell_projections),
	ROW("DefaultMode", "defaultMode", .tell = tell_mode),
};
static const struct tell_row downward[] = {
	ROW("Items", "items", .each = tell_key),
	ROW("DefaultMode", "defaultMode", .tell = tell_mode),
};
static const struct tell_row claim[] = {
	ROW("ClaimName", "claimName"),
	ROW("ReadOnly", "readOnly", .otherwise = "false"),
};
/* What claims of a template are asked for. */
static const struct tell_row ephemeral[] = {
	ROW("StorageClass", "volumeClaimTemplate.spec.storageClassName"),
	ROW("Volume", "volumeClaimTemplate.spec.volumeName"),
	ROW("Labels", "volumeClaimTemplate.metadata.labels", .tell = tell_map),
	ROW("Annotations", "volumeClaimTemplate.metadata.annotations", .tell = tell_map),
	ROW("Access Modes", "volumeClaimTemplate.spec.accessModes"),
	ROW("VolumeMode", "volumeClaimTemplate.spec.volumeMode"),
	ROW("Requests", "volumeClaimTemplate.spec.resources.requests", .tell = tell_map),
	ROW("DataSource", "volumeClaimTemplate.spec.dataSource", .tell = tell_map),
	ROW("", "volumeClaimTemplate", .tell = tell_nothing),
};
static const struct tell_row csi[] = {
	ROW("Driver", "driver"),
	ROW("FSType", "fsType"),
	ROW("ReadOnly", "readOnly", .otherwise = "false"),
	ROW("VolumeAttributes", "volumeAttributes", .tell = tell_map),
	ROW("NodePublishSecret", "nodePublishSecretRef", .tell = tell_map),
};
static const struct tell_row image[] = {
	ROW("Reference", "reference"),
	ROW("PullPolicy", "pullPolicy"),
};
static const struct tell_row network[] = {
	ROW("Server", "server"),
	ROW("Path", "path"),
	ROW("ReadOnly", "readOnly", .otherwise = "false"),
};
static const struct tell_row disk[] = {
	ROW("ReadOnly", "readOnly", .otherwise = "false"),
};

#define ROWS(rows) rows, G_N_ELEMENTS(rows)
static const struct type {
	const char *member, *name;
	const struct tell_row *rows;
	gsize n;
} types[] = {
	{ "hostPath", "HostPath", ROWS(host_path) },
	{ "emptyDir", "EmptyDir", ROWS(empty_dir) },
	{ "secret", "Secret", ROWS(secret) },
	{ "configMap", "ConfigMap", ROWS(config_map) },
	{ "projected", "Projected", ROWS(projected) },
	{ "downwardAPI", "DownwardAPI", ROWS(downward) },
	{ "persistentVolumeClaim", "PersistentVolumeClaim", ROWS(claim) },
	{ "ephemeral", "EphemeralVolume", ROWS(ephemeral) },
	{ "csi", "CSI", ROWS(csi) },
	{ "image", "Image", ROWS(image) },
	{ "nfs", "NFS", ROWS(network) },
	{ "glusterfs", "Glusterfs", ROWS(disk) },
	{ "cephfs", "CephFS", ROWS(disk) },
	{ "rbd", "RBD", ROWS(disk) },
	{ "iscsi", "ISCSI", ROWS(disk) },
	{ "fc", "FC", ROWS(disk) },
	{ "cinder", "Cinder", ROWS(disk) },
	{ "azureFile", "AzureFile", ROWS(disk) },
	{ "azureDisk", "AzureDisk", ROWS(disk) },
	{ "awsElasticBlockStore", "AWSElasticBlockStore", ROWS(disk) },
	{ "gcePersistentDisk", "GCEPersistentDisk", ROWS(disk) },
	{ "vsphereVolume", "vSphereVolume", ROWS(disk) },
	{ "flexVolume", "FlexVolume", ROWS(disk) },
};

static void tell_source(struct telling *t, const struct cJSON *volume)
{
	static const struct tell_row named[] = { ROW("", "name") };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		const struct cJSON *node = json_get(volume, types[i].member);

		if (!node)
			continue;
		tell_line(t, DESCRIBE_PLAIN, "Type", types[i].name);
		tell_rows(t, node, types[i].rows, types[i].n);
		tell_rest(t, node, types[i].rows, types[i].n);
		return;
	}
	tell_rest(t, volume, named, G_N_ELEMENTS(named));
}

void tell_volume(struct telling *t, const struct tell_row *row, const struct cJSON *volume)
{
	tell_head(t, json_string(volume, "name") ?: "?");
	t->level++;
	tell_source(t, volume);
	t->level--;
}
