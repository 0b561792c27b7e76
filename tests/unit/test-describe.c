#include <kase/describe.h>

#include <string.h>

/* --- a pod, as text ------------------------------------------------------------------------------ */

static GPtrArray *described(const char *json, const char *kind, const char *events)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_tree) object = json_parse(json, -1, &error);
	g_autoptr(json_tree) list = events ? json_parse(events, -1, &error) : NULL;

	g_assert_no_error(error);
	return describe_object(object, kind, list);
}

static char *joined(const GPtrArray *lines)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(out, "%s\n",
				       ((const struct describe_line *)lines->pdata[i])->text);
	return g_string_free(out, FALSE);
}

/* White space within a line counts as one space: columns are looked at on screens. */
static gboolean holds(const GPtrArray *lines, const char *text, enum describe_mark mark)
{
	g_autoptr(GRegex) spaces = g_regex_new(" +", 0, 0, NULL);

	for (guint i = 0; i < lines->len; i++) {
		const struct describe_line *line = lines->pdata[i];
		g_autofree char *short_ = g_regex_replace(spaces, line->text, -1, 0, " ", 0, NULL);

		if (g_str_equal(g_strchug(short_), text) && line->mark == mark)
			return TRUE;
	}
	return FALSE;
}

#define CONTAINER(members)                                                                     \
	"{\"spec\": {\"containers\": [{\"name\": \"app\", \"image\": \"i@sha256:a\", " members \
	"}]}}"
#define STATUS(members)                                                         \
	"{\"spec\": {\"containers\": [{\"name\": \"app\", \"image\": \"i\"}]}," \
	" \"status\": {\"containerStatuses\": [{\"name\": \"app\", " members "}]}}"
#define VOLUME(members) "{\"spec\": {\"volumes\": [{\"name\": \"v\", " members "}]}}"
#define ENVIRONMENT(members)                                                                  \
	CONTAINER("\"resources\": {\"limits\": {\"cpu\": \"1500m\", \"memory\": \"128Mi\"}}," \
		  " \"env\": [{\"name\": \"A\", " members "}]")

struct row {
	const char *json, *text;
	enum describe_mark mark;
};

static void assert_rows(const struct row *rows, gsize n)
{
	for (gsize i = 0; i < n; i++) {
		g_autoptr(GPtrArray) lines = described(rows[i].json, "Pod", NULL);
		g_autofree char *all = joined(lines);

		g_test_message("%s of %s in:\n%s", rows[i].text, rows[i].json, all);
		g_assert_true(holds(lines, rows[i].text, rows[i].mark));
	}
}

static void a_pod_is_told_with_kubectls_labels(void)
{
	static const struct row rows[] = {
		{ "{\"metadata\": {\"name\": \"ledger-0\"}}", "Name: ledger-0", 0 },
		{ "{\"metadata\": {\"namespace\": \"payments\"}}", "Namespace: payments", 0 },
		{ "{\"spec\": {\"priority\": 0}}", "Priority: 0", 0 },
		{ "{\"spec\": {\"priorityClassName\": \"high\"}}", "Priority Class Name: high", 0 },
		{ "{\"spec\": {\"nodeName\": \"n1\"}, \"status\": {\"hostIP\": \"192.0.2.1\"}}",
		  "Node: n1/192.0.2.1", 0 },
		{ "{}", "Node: ! not scheduled", DESCRIBE_NOTE },
		{ "{\"status\": {\"startTime\": \"2026-11-24T06:18:22Z\"}}",
		  "Start Time: 2026-11-24T06:18:22Z", 0 },
		{ "{\"metadata\": {\"labels\": {\"b\": \"2\", \"a\": \"1\"}}}", "Labels: a=1", 0 },
		{ "{\"metadata\": {\"labels\": {\"b\": \"2\", \"a\": \"1\"}}}", "b=2", 0 },
		{ "{\"metadata\": {\"annotations\": {\"a\": \"1\"}}}", "Annotations: a: 1", 0 },
		{ "{\"metadata\": {\"annotations\": {\"a\": \"1\\n2\"}}}", "2", 0 },
		{ "{\"status\": {\"phase\": \"Running\"}}", "Status: Running", 0 },
		{ "{\"status\": {\"phase\": \"Failed\"}}", "Status: ! Failed", DESCRIBE_NOTE },
		{ "{\"status\": {\"reason\": \"Evicted\"}}", "Reason: ! Evicted", DESCRIBE_NOTE },
		{ "{\"metadata\": {\"deletionTimestamp\": \"2026-11-24T06:18:22Z\","
		  " \"deletionGracePeriodSeconds\": 30}, \"status\": {\"phase\": \"Running\"}}",
		  "Termination Grace Period: 30s", 0 },
		{ "{\"metadata\": {\"deletionTimestamp\": \"2026-11-24T06:18:22Z\"},"
		  " \"status\": {\"phase\": \"Succeeded\"}}",
		  "Status: Succeeded", 0 },
		{ "{\"status\": {\"podIPs\": [{\"ip\": \"198.18.0.1\"}]}}", "IP: 198.18.0.1", 0 },
		{ "{\"metadata\": {\"ownerReferences\": [{\"kind\": \"Job\", \"name\": \"j\"},"
		  " {\"kind\": \"ReplicaSet\", \"name\": \"r\", \"controller\": true}]}}",
		  "Controlled By: ReplicaSet/r", 0 },
		{ "{}", "Controlled By: ! no workload", DESCRIBE_NOTE },
		{ "{\"status\": {\"conditions\": [{\"type\": \"Ready\", \"status\": \"False\","
		  " \"lastTransitionTime\": \"2026-11-24T06:18:22Z\", \"reason\": \"No\","
		  " \"message\": \"why\"}]}}",
		  "Ready: False since 2026-11-24T06:18:22Z No: why", 0 },
		{ "{\"spec\": {\"readinessGates\": [{\"conditionType\": \"g\"}]}}", "g: ?", 0 },
		{ "{\"spec\": {\"resources\": {\"limits\": {\"memory\": \"1Gi\"}}}}", "memory: 1Gi",
		  0 },
		{ "{\"status\": {\"qosClass\": \"Burstable\"}}", "QoS Class: Burstable", 0 },
		{ "{\"spec\": {\"nodeSelector\": {\"disk\": \"ssd\"}}}", "Node-Selectors: disk=ssd",
		  0 },
		{ "{\"spec\": {\"tolerations\": [{\"operator\": \"Exists\"}]}}",
		  "Tolerations: op=Exists", 0 },
		{ "{\"spec\": {\"tolerations\": [{\"key\": \"k\", \"value\": \"v\","
		  " \"effect\": \"NoSchedule\"}]}}",
		  "Tolerations: k=v:NoSchedule", 0 },
		{ "{\"spec\": {\"tolerations\": [{\"key\": \"k\", \"operator\": \"Exists\","
		  " \"effect\": \"NoExecute\", \"tolerationSeconds\": 300}]}}",
		  "Tolerations: k:NoExecute op=Exists for 300s", 0 },
		{ "{\"spec\": {\"topologySpreadConstraints\": [{\"topologyKey\": \"zone\","
		  " \"whenUnsatisfiable\": \"DoNotSchedule\", \"maxSkew\": 1, \"labelSelector\":"
		  " {\"matchLabels\": {\"app\": \"x\"}, \"matchExpressions\": [{\"key\": \"t\","
		  " \"operator\": \"In\", \"values\": [\"a\", \"b\"]}]}}]}}",
		  "Topology Spread Constraints: zone:DoNotSchedule when max skew 1 is exceeded "
		  "for selector app=x,t in (a,b)",
		  0 },
	};

	assert_rows(rows, G_N_ELEMENTS(rows));
}

static void a_container_is_told_with_its_status(void)
{
	static const struct row rows[] = {
		{ CONTAINER("\"a\": 1"), "Image: i@sha256:a", 0 },
		{ STATUS("\"a\": 1"), "Image: ! i (no digest)", DESCRIBE_NOTE },
		{ STATUS("\"containerID\": \"containerd://a\""), "Container ID: containerd://a",
		  0 },
		{ STATUS("\"imageID\": \"sha256:b\""), "Image ID: sha256:b", 0 },
		{ STATUS("\"restartCount\": 8"), "Restart Count: 8", 0 },
		{ STATUS("\"ready\": true"), "Ready: True", 0 },
		{ STATUS("\"state\": {}"), "State: Waiting", 0 },
		{ STATUS("\"state\": {\"running\": {\"startedAt\": \"2026-11-24T06:18:22Z\"}}"),
		  "Started: 2026-11-24T06:18:22Z", 0 },
		{ STATUS("\"state\": {\"waiting\": {\"reason\": \"CrashLoopBackOff\"}}"),
		  "Reason: ! CrashLoopBackOff", DESCRIBE_NOTE },
		{ STATUS("\"lastState\": {\"terminated\": {\"exitCode\": 2}}"),
		  "Last State: Terminated", 0 },
		{ STATUS("\"lastState\": {\"terminated\": {\"exitCode\": 2}}"), "Exit Code: ! 2",
		  DESCRIBE_NOTE },
		{ STATUS("\"lastState\": {\"terminated\": {\"exitCode\": 0}}"), "Exit Code: 0", 0 },
		{ STATUS("\"lastState\": {\"terminated\": {\"exitCode\": 0, \"signal\": 9}}"),
		  "Signal: 9", 0 },
		{ STATUS("\"state\": {\"terminated\": {\"exitCode\": 0,"
			 " \"finishedAt\": \"2026-11-24T06:18:22Z\"}}"),
		  "Finished: 2026-11-24T06:18:22Z", 0 },
		{ CONTAINER("\"ports\": [{\"containerPort\": 80, \"protocol\": \"TCP\"}]"),
		  "Port: 80/TCP", 0 },
		{ CONTAINER("\"ports\": [{\"containerPort\": 80, \"protocol\": \"TCP\"}]"),
		  "Host Port: 0/TCP", 0 },
		{ CONTAINER("\"ports\": [{\"containerPort\": 80, \"name\": \"web\"},"
			    " {\"containerPort\": 53, \"protocol\": \"UDP\"}]"),
		  "Ports: 80/TCP (web), 53/UDP", 0 },
		{ CONTAINER("\"ports\": [{\"containerPort\": 80, \"hostPort\": 8080}]"),
		  "Host Port: ! 8080/TCP", DESCRIBE_NOTE },
		{ CONTAINER("\"command\": [\"sh\", \"-c\", \"a\\nb\"]"), "b", 0 },
		{ CONTAINER("\"args\": [\"--x\"]"), "--x", 0 },
		{ CONTAINER("\"resources\": {\"limits\": {\"cpu\": \"500m\"}}"), "cpu: 500m", 0 },
		{ CONTAINER("\"livenessProbe\": {\"httpGet\": {\"path\": \"/live\", \"port\":"
			    " \"web\", \"scheme\": \"HTTP\"}, \"periodSeconds\": 10,"
			    " \"timeoutSeconds\": 1, \"successThreshold\": 1,"
			    " \"failureThreshold\": 3}"),
		  "Liveness: http-get http://:web/live delay=0s timeout=1s period=10s #success=1 "
		  "#failure=3",
		  0 },
		{ CONTAINER("\"readinessProbe\": {\"exec\": {\"command\": [\"cat\", \"/x\"]}}"),
		  "Readiness: exec [cat /x] delay=0s timeout=0s period=0s #success=0 #failure=0",
		  0 },
		{ CONTAINER("\"startupProbe\": {\"tcpSocket\": {\"port\": 5432}}"),
		  "Startup: tcp-socket :5432 delay=0s timeout=0s period=0s #success=0 #failure=0",
		  0 },
		{ CONTAINER("\"startupProbe\": {\"grpc\": {\"port\": 9, \"service\": \"s\"}}"),
		  "Startup: grpc <pod>:9 s delay=0s timeout=0s period=0s #success=0 #failure=0",
		  0 },
		{ CONTAINER("\"volumeMounts\": [{\"mountPath\": \"/b\", \"name\": \"v\"}]"),
		  "/b from v (rw)", 0 },
		{ CONTAINER("\"volumeMounts\": [{\"mountPath\": \"/b\", \"name\": \"v\","
			    " \"readOnly\": true, \"subPath\": \"s\"}]"),
		  "/b from v (ro,path=\"s\")", 0 },
		{ CONTAINER("\"volumeDevices\": [{\"devicePath\": \"/dev/x\", \"name\": \"v\"}]"),
		  "/dev/x from v", 0 },
		{ "{\"spec\": {\"ephemeralContainers\": [{\"name\": \"debug\","
		  " \"targetContainerName\": \"app\"}]}}",
		  "Target Container: app", 0 },
	};

	assert_rows(rows, G_N_ELEMENTS(rows));
}

static void variables_say_where_they_come_from(void)
{
	static const struct row rows[] = {
		{ ENVIRONMENT("\"value\": \"x\""), "A: x", 0 },
		{ ENVIRONMENT("\"value\": \"x\\ny\""), "y", 0 },
		{ ENVIRONMENT(
			  "\"valueFrom\": {\"secretKeyRef\": {\"key\": \"k\", \"name\": \"s\"}}"),
		  "A: <set to the key 'k' in secret 's'> Optional: false", 0 },
		{ ENVIRONMENT(
			  "\"valueFrom\": {\"configMapKeyRef\": {\"key\": \"k\", \"name\": \"c\","
			  " \"optional\": true}}"),
		  "A: <set to the key 'k' of config map 'c'> Optional: true", 0 },
		{ "{\"metadata\": {\"labels\": {\"a.b/c\": \"x\"}}, \"spec\": {\"containers\": [{"
		  "\"name\": \"app\", \"env\": [{\"name\": \"A\", \"valueFrom\": {\"fieldRef\": {"
		  "\"apiVersion\": \"v1\", \"fieldPath\": \"metadata.labels['a.b/c']\"}}}]}]}}",
		  "A: x (v1:metadata.labels['a.b/c'])", 0 },
		{ "{\"spec\": {\"nodeName\": \"n1\", \"containers\": [{\"name\": \"app\", \"env\": "
		  "[{"
		  "\"name\": \"A\", \"valueFrom\": {\"fieldRef\": {\"apiVersion\": \"v1\","
		  " \"fieldPath\": \"spec.nodeName\"}}}]}]}}",
		  "A: n1 (v1:spec.nodeName)", 0 },
		{ ENVIRONMENT(
			  "\"valueFrom\": {\"resourceFieldRef\": {\"resource\": \"limits.cpu\"}}"),
		  "A: 2 (limits.cpu)", 0 },
		{ ENVIRONMENT("\"valueFrom\": {\"resourceFieldRef\": {\"resource\":"
			      " \"limits.memory\", \"divisor\": \"1Mi\"}}"),
		  "A: 128 (limits.memory)", 0 },
		{ ENVIRONMENT("\"valueFrom\": {\"resourceFieldRef\": {\"resource\":"
			      " \"limits.cpu\", \"divisor\": \"1m\"}}"),
		  "A: 1500 (limits.cpu)", 0 },
		{ ENVIRONMENT("\"valueFrom\": {\"resourceFieldRef\": {\"resource\":"
			      " \"requests.cpu\"}}"),
		  "A: 0 (requests.cpu)", 0 },
		{ CONTAINER("\"env\": [{\"name\": \"A\", \"valueFrom\": {\"resourceFieldRef\":"
			    " {\"resource\": \"limits.cpu\"}}}]"),
		  "A: node allocatable (limits.cpu)", 0 },
		{ CONTAINER(
			  "\"envFrom\": [{\"secretRef\": {\"name\": \"s\"}, \"prefix\": \"P_\"}]"),
		  "s: Secret with prefix 'P_' Optional: false", 0 },
		{ CONTAINER("\"envFrom\": [{\"configMapRef\": {\"name\": \"c\"}}]"),
		  "c: ConfigMap Optional: false", 0 },
	};

	assert_rows(rows, G_N_ELEMENTS(rows));
}

static void volumes_are_told_by_their_type(void)
{
	static const struct row rows[] = {
		{ VOLUME("\"hostPath\": {\"path\": \"/\", \"type\": \"Directory\"}"), "Path: ‼ /",
		  DESCRIBE_DANGER },
		{ VOLUME("\"hostPath\": {\"path\": \"/\", \"type\": \"Directory\"}"),
		  "HostPathType: Directory", 0 },
		{ VOLUME("\"emptyDir\": {\"medium\": \"Memory\", \"sizeLimit\": \"1Gi\"}"),
		  "SizeLimit: 1Gi", 0 },
		{ VOLUME("\"emptyDir\": {}"), "Type: EmptyDir", 0 },
		{ VOLUME("\"secret\": {\"secretName\": \"s\"}"), "SecretName: s", 0 },
		{ VOLUME("\"secret\": {\"secretName\": \"s\"}"), "Optional: false", 0 },
		{ VOLUME("\"secret\": {\"secretName\": \"s\", \"defaultMode\": 420}"),
		  "DefaultMode: 0644", 0 },
		{ VOLUME("\"configMap\": {\"name\": \"c\", \"optional\": true}"), "Optional: true",
		  0 },
		{ VOLUME("\"projected\": {\"sources\": [{\"secret\": {\"name\": \"s\"}}]}"),
		  "SecretName: s", 0 },
		{ VOLUME("\"projected\": {\"sources\": [{\"configMap\": {\"name\": \"c\"}}]}"),
		  "ConfigMapName: c", 0 },
		{ VOLUME("\"projected\": {\"sources\": [{\"downwardAPI\": {\"items\": []}}]}"),
		  "DownwardAPI: true", 0 },
		{ VOLUME("\"projected\": {\"sources\": [{\"serviceAccountToken\":"
			 " {\"audience\": \"sts.amazonaws.com\", \"expirationSeconds\": 86400}}]}"),
		  "TokenExpirationSeconds: ! 86400", DESCRIBE_NOTE },
		{ VOLUME("\"projected\": {\"sources\": [{\"serviceAccountToken\":"
			 " {\"audience\": \"sts.amazonaws.com\", \"expirationSeconds\": 86400}}]}"),
		  "TokenAudience: ! sts.amazonaws.com", DESCRIBE_NOTE },
		{ VOLUME("\"downwardAPI\": {\"items\": [{\"path\": \"p\", \"fieldRef\":"
			 " {\"fieldPath\": \"metadata.name\"}}]}"),
		  "metadata.name -> p", 0 },
		{ VOLUME("\"persistentVolumeClaim\": {\"claimName\": \"c\"}"), "ClaimName: c", 0 },
		{ VOLUME("\"persistentVolumeClaim\": {\"claimName\": \"c\"}"), "ReadOnly: false",
		  0 },
		{ VOLUME("\"csi\": {\"driver\": \"d\", \"volumeAttributes\": {\"a\": \"b\"}}"),
		  "VolumeAttributes: a=b", 0 },
		{ VOLUME("\"nfs\": {\"server\": \"s\", \"path\": \"/p\"}"), "Server: s", 0 },
		{ VOLUME("\"image\": {\"reference\": \"r\"}"), "Reference: r", 0 },
		{ VOLUME("\"iscsi\": {\"targetPortal\": \"t\", \"lun\": 3}"), "Lun: 3", 0 },
		{ VOLUME("\"rbd\": {\"monitors\": [\"a\", \"b\"]}"), "Monitors: a, b", 0 },
		{ VOLUME("\"ephemeral\": {\"volumeClaimTemplate\": {\"spec\": {"
			 "\"accessModes\": [\"ReadWriteOnce\"]}}}"),
		  "Access Modes: ReadWriteOnce", 0 },
		{ VOLUME("\"later\": {\"what\": \"x\"}"), "Later: what=x", 0 },
	};

	assert_rows(rows, G_N_ELEMENTS(rows));
}

static void what_reaches_out_of_its_container_stands_out(void)
{
	static const struct row rows[] = {
		{ "{\"spec\": {\"hostNetwork\": true}}", "Host Network: ‼ true", DESCRIBE_DANGER },
		{ "{\"spec\": {\"hostNetwork\": false}}", "Host Network: false", 0 },
		{ "{\"spec\": {\"hostPID\": true}}", "Host PID: ‼ true", DESCRIBE_DANGER },
		{ "{\"spec\": {\"hostIPC\": true}}", "Host IPC: ‼ true", DESCRIBE_DANGER },
		{ "{\"spec\": {\"shareProcessNamespace\": true}}", "Shared Processes: ! true",
		  DESCRIBE_NOTE },
		{ "{\"spec\": {\"automountServiceAccountToken\": true}}", "Automount Token: ! true",
		  DESCRIBE_NOTE },
		{ "{\"spec\": {\"automountServiceAccountToken\": false}}", "Automount Token: false",
		  0 },
		{ "{\"spec\": {\"securityContext\": {\"runAsUser\": 0}}}", "Run As User: ‼ 0",
		  DESCRIBE_DANGER },
		{ "{\"spec\": {\"securityContext\": {\"seccompProfile\": {\"type\":"
		  " \"RuntimeDefault\"}}}}",
		  "SeccompProfile: RuntimeDefault", 0 },
		{ CONTAINER("\"securityContext\": {\"privileged\": true}"), "Privileged: ‼ true",
		  DESCRIBE_DANGER },
		{ CONTAINER("\"securityContext\": {\"privileged\": false}"), "Privileged: false",
		  0 },
		{ CONTAINER("\"securityContext\": {\"capabilities\": {\"add\": [\"SYS_ADMIN\","
			    " \"NET_RAW\"]}}"),
		  "Capabilities Added: ‼ SYS_ADMIN, NET_RAW", DESCRIBE_DANGER },
		{ CONTAINER("\"securityContext\": {\"capabilities\": {\"drop\": [\"ALL\"]}}"),
		  "Capabilities Dropped: ALL", 0 },
		{ CONTAINER("\"securityContext\": {\"runAsUser\": 1000}"), "Run As User: 1000", 0 },
		{ CONTAINER("\"securityContext\": {\"seccompProfile\": {\"type\":"
			    " \"Unconfined\"}}"),
		  "SeccompProfile: ‼ Unconfined", DESCRIBE_DANGER },
		{ CONTAINER("\"securityContext\": {\"procMount\": \"Unmasked\"}"),
		  "Proc Mount: ‼ Unmasked", DESCRIBE_DANGER },
		{ CONTAINER("\"securityContext\": {\"ofLater\": 7}"), "OfLater: 7", 0 },
		{ "{\"spec\": {\"volumes\": [{\"name\": \"v\", \"hostPath\": {\"path\": "
		  "\"/etc\"}}],"
		  " \"containers\": [{\"name\": \"app\", \"volumeMounts\": [{\"name\": \"v\","
		  " \"mountPath\": \"/h\"}]}]}}",
		  "‼ /h from v (rw)", DESCRIBE_DANGER },
	};

	assert_rows(rows, G_N_ELEMENTS(rows));
}

/* The cell at which `text` begins in the line that holds `with`. */
static glong cell_of(const GPtrArray *lines, const char *with, const char *text)
{
	for (guint i = 0; i < lines->len; i++) {
		const char *line = ((const struct describe_line *)lines->pdata[i])->text;

		if (strstr(line, with))
			return g_utf8_pointer_to_offset(line, strstr(line, text));
	}
	g_assert_not_reached();
}

static void events_stand_in_columns(void)
{
	static const char events[] =
		"[{\"type\": \"Normal\", \"reason\": \"Pulled\", \"count\": 1, \"first\": \"t1\","
		"  \"last\": \"t1\", \"source\": \"kubelet\", \"message\": \"pulled\"},"
		" {\"type\": \"Warning\", \"reason\": \"BackOff\", \"count\": 7, \"first\": \"t1\","
		"  \"last\": \"t2\", \"source\": \"kubelet\", \"message\": \"back-off\"}]";
	g_autoptr(GPtrArray) lines = described("{}", "Pod", events);
	g_autoptr(GPtrArray) none = described("{}", "Pod", "[]");

	g_assert_true(holds(lines, "Events:", DESCRIBE_HEAD));
	g_assert_true(holds(lines, "Normal Pulled t1 kubelet pulled", DESCRIBE_PLAIN));
	g_assert_true(holds(lines, "! Warning BackOff t2 kubelet back-off (7 times since t1)",
			    DESCRIBE_NOTE));
	g_assert_cmpint(cell_of(lines, "Pulled", "kubelet"), ==,
			cell_of(lines, "BackOff", "kubelet"));
	g_assert_true(holds(none, "Events: none held", DESCRIBE_PLAIN));
}

static void what_is_no_pod_is_told_by_what_all_have(void)
{
	static const char node[] = "{\"kind\": \"Node\", \"metadata\": {\"name\": \"n1\"},"
				   " \"status\": {\"conditions\": [{\"type\": \"Ready\","
				   " \"status\": \"True\"}]}}";
	g_autoptr(GPtrArray) lines = described(node, "Node", NULL);

	g_assert_true(holds(lines, "Name: n1", DESCRIBE_PLAIN));
	g_assert_true(holds(lines, "Kind: Node", DESCRIBE_PLAIN));
	g_assert_true(holds(lines, "Ready: True since ?", DESCRIBE_PLAIN));
}

/* Members of every wrong type, where a pod has others. */
static void a_malformed_pod_is_told_as_far_as_it_goes(void)
{
	static const char *const rows[] = {
		"7",
		"[]",
		"{\"metadata\": 7, \"spec\": [], \"status\": \"x\"}",
		"{\"metadata\": {\"name\": {}, \"labels\": [1], \"annotations\": 7,"
		" \"ownerReferences\": {\"a\": 1}}}",
		"{\"spec\": {\"containers\": {\"a\": 1}, \"volumes\": [7, \"x\", {}],"
		" \"tolerations\": [7], \"topologySpreadConstraints\": [{}],"
		" \"securityContext\": {\"seccompProfile\": 7, \"sysctls\": [7],"
		" \"capabilities\": 7}}}",
		CONTAINER("\"env\": [7, {}, {\"valueFrom\": {\"resourceFieldRef\": {}}},"
			  " {\"valueFrom\": {\"fieldRef\": {}}}], \"envFrom\": [7, {}],"
			  " \"ports\": [7], \"volumeMounts\": [7, {}], \"command\": \"sh\","
			  " \"resources\": {\"limits\": 7}, \"livenessProbe\": 7"),
		STATUS("\"state\": {\"terminated\": {\"startedAt\": 7, \"exitCode\": \"x\"}},"
		       " \"lastState\": 7"),
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GPtrArray) lines = described(rows[i], "Pod", "[7, {}]");

		for (guint n = 0; n < lines->len; n++)
			g_assert_null(strchr(((const struct describe_line *)lines->pdata[n])->text,
					     '\n'));
		g_assert_true(holds(lines, "Events:", DESCRIBE_HEAD));
	}
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/describe/" #name, name }
		TEST(a_pod_is_told_with_kubectls_labels),
		TEST(a_container_is_told_with_its_status),
		TEST(variables_say_where_they_come_from),
		TEST(volumes_are_told_by_their_type),
		TEST(what_reaches_out_of_its_container_stands_out),
		TEST(events_stand_in_columns),
		TEST(what_is_no_pod_is_told_by_what_all_have),
		TEST(a_malformed_pod_is_told_as_far_as_it_goes),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
