/* Each kind's document, and the row that it makes. */
#include <kase/project.h>
#include <string.h>

#include "derived.h"

#define META "'metadata':{'name':'n','namespace':'pay','uid':'u','resourceVersion':'1'}"

static void object_of(struct derived *d, const char *group, const char *kind, int as_of,
		      const char *document)
{
	gint64 evidence = derived_enter(
		d,
		"{'kind':'evidence','type':'object','cluster':'prod','group':'%s',"
		"'object':'%s','as_of':%d}",
		group, kind, as_of);

	derived_text(d, evidence, "%s", document);
	derived_close(d, evidence, "complete");
}

struct row {
	const char *group, *kind, *document, *sql, *row;
};

#define POD      "SELECT node, service_account, phase, ready, restarts, images, image_ids, ip FROM pods"
#define WORKLOAD "SELECT kind, replicas, ready_replicas, images FROM workloads"
#define JOB      "SELECT kind, active, succeeded, failed, schedule, suspended FROM jobs"
#define NODE     "SELECT ready, unschedulable, kubelet, os_image, runtime, internal_ip FROM nodes"
#define EVENT \
	"SELECT type, reason, regarding, count, first_at, last_at, source, message FROM events"
#define OWNER "SELECT owner_kind, owner_name FROM pods"

#define STATUS           "SELECT status FROM d_pod"
#define OF(status)       "{" META ",'status':{" status "}}"
#define RUNS             "'state':{'running':{}}"
#define WAITS(reason)    "'state':{'waiting':{'reason':'" reason "'}}"
#define ENDED(how)       "'state':{'terminated':{" how "}}"
#define CONTAINERS(list) ",'containerStatuses':[" list "]"
#define INIT(spec, list)                            \
	"{" META ",'spec':{'initContainers':[" spec \
	"]},'status':{'phase':'Pending','initContainerStatuses':[" list "]}}"
#define CONDITION(type, status, reason) \
	",'conditions':[{'type':'" type "','status':'" status "','reason':'" reason "'}]"
#define DELETED(status)                                                                           \
	"{'metadata':{'name':'n','uid':'u','deletionTimestamp':'2026-11-24T08:13:20Z'},'status':" \
	"{" status "}}"

static const struct row rows[] = {
	{ "", "Pod", "{" META "}", POD, "|||0/0|0|||" },
	{ "", "Pod",
	  "{" META ",'spec':{'nodeName':'node-1','serviceAccountName':'checkout','containers':[{'"
	  "name':'app',"
	  "'image':'r/checkout:1'},{'name':'proxy','image':'r/"
	  "proxy:2'}]},'status':{'phase':'Running','podIP':"
	  "'10.0.0.7','containerStatuses':[{'name':'app','ready':true,'restartCount':2,'imageID':'"
	  "sha256:aa',"
	  "'state':{'running':{}}},{'name':'proxy','ready':false,'restartCount':1,'imageID':'"
	  "sha256:bb','state':"
	  "{'waiting':{}}}]}}",
	  POD,
	  "node-1|checkout|Running|1/2|3|r/checkout:1 r/proxy:2|sha256:aa sha256:bb|10.0.0.7" },
	/* A sidecar counts, another init container does not. */
	{ "", "Pod",
	  "{" META
	  ",'spec':{'initContainers':[{'name':'mesh','restartPolicy':'Always'},{'name':'migrate'}],"
	  "'containers':[{'name':'app','image':'r/"
	  "a'}]},'status':{'initContainerStatuses':[{'name':'mesh','ready':"
	  "true,'started':true,'restartCount':4},{'name':'migrate','ready':true,'restartCount':7}],"
	  "'containerStatuses':[{'name':'app','ready':true,'restartCount':0,'imageID':'','state':{'"
	  "running':{}}}]}}",
	  POD, "|||2/2|4|r/a||" },
	/* What was ready when it ended is not. */
	{ "", "Pod",
	  "{" META ",'spec':{'containers':[{'name':'app','image':'r/"
	  "a'}]},'status':{'containerStatuses':[{'name':"
	  "'app','ready':true,'state':{'terminated':{'exitCode':0}}}]}}",
	  POD, "|||0/1|0|r/a||" },
	{ "", "Pod", "{" META ",'spec':{'containers':null},'status':{'containerStatuses':null}}",
	  POD, "|||0/0|0|||" },
	{ "", "Pod",
	  "{'metadata':{'name':'n','uid':'u','ownerReferences':[{'kind':'ConfigMap','name':'x'},{'"
	  "kind':"
	  "'ReplicaSet','apiVersion':'apps/v1','name':'web-7','uid':'o','controller':true}]}}",
	  OWNER, "ReplicaSet|web-7" },
	{ "", "Pod",
	  "{'metadata':{'name':'n','uid':'u','ownerReferences':[{'kind':'ConfigMap','name':'x'}]}}",
	  OWNER, "|" },
	{ "", "Pod", OF("'phase':'Running'"), STATUS, "Running" },
	{ "", "Pod", OF("'phase':'Failed','reason':'Evicted'"), STATUS, "Evicted" },
	{ "", "Pod", OF("'phase':'Pending'" CONDITION("PodScheduled", "False", "SchedulingGated")),
	  STATUS, "SchedulingGated" },
	{ "", "Pod", OF("'phase':'Pending'" CONDITION("PodScheduled", "False", "Unschedulable")),
	  STATUS, "Pending" },
	{ "", "Pod", OF("'phase':'Running'" CONTAINERS("{" WAITS("CrashLoopBackOff") "}")), STATUS,
	  "CrashLoopBackOff" },
	{ "", "Pod",
	  OF("'phase':'Running'" CONTAINERS("{" WAITS("ImagePullBackOff") "},{" RUNS
									  ",'ready':true}")),
	  STATUS, "ImagePullBackOff" },
	{ "", "Pod", OF("'phase':'Pending'" CONTAINERS("{" WAITS("ContainerCreating") "}")), STATUS,
	  "ContainerCreating" },
	/* The first of two that have something to say. */
	{ "", "Pod",
	  OF("'phase':'Running'" CONTAINERS(
		  "{" ENDED("'reason':'OOMKilled'") "},{" WAITS("CrashLoopBackOff") "}")),
	  STATUS, "OOMKilled" },
	{ "", "Pod", OF("'phase':'Failed'" CONTAINERS("{" ENDED("'exitCode':3") "}")), STATUS,
	  "ExitCode:3" },
	{ "", "Pod", OF("'phase':'Failed'" CONTAINERS("{" ENDED("'signal':9,'exitCode':137") "}")),
	  STATUS, "Signal:9" },
	{ "", "Pod", OF("'phase':'Succeeded'" CONTAINERS("{" ENDED("'reason':'Completed'") "}")),
	  STATUS, "Completed" },
	{ "", "Pod",
	  OF("'phase':'Running'" CONTAINERS("{" ENDED("'reason':'Completed'") "},{" RUNS
									      ",'ready':true}")
		     CONDITION("Ready", "True", "")),
	  STATUS, "Running" },
	{ "", "Pod",
	  OF("'phase':'Running'" CONTAINERS("{" ENDED("'reason':'Completed'") "},{" RUNS
									      ",'ready':true}")),
	  STATUS, "NotReady" },
	{ "", "Pod", INIT("{'name':'a'}", "{'name':'a'," RUNS "}"), STATUS, "Init:0/1" },
	{ "", "Pod",
	  INIT("{'name':'a'},{'name':'b'}",
	       "{'name':'a'," ENDED("'exitCode':0") "},{'name':'b'," WAITS("PodInitializing") "}"),
	  STATUS, "Init:1/2" },
	{ "", "Pod", INIT("{'name':'a'}", "{'name':'a'," WAITS("CrashLoopBackOff") "}"), STATUS,
	  "Init:CrashLoopBackOff" },
	{ "", "Pod",
	  INIT("{'name':'a'}", "{'name':'a'," ENDED("'exitCode':2,'reason':'Error'") "}"), STATUS,
	  "Init:Error" },
	{ "", "Pod", INIT("{'name':'a'}", "{'name':'a'," ENDED("'exitCode':2") "}"), STATUS,
	  "Init:ExitCode:2" },
	{ "", "Pod", INIT("{'name':'a'}", "{'name':'a'," ENDED("'exitCode':137,'signal':9") "}"),
	  STATUS, "Init:Signal:9" },
	/* A sidecar that has started holds nothing up. */
	{ "", "Pod",
	  INIT("{'name':'a','restartPolicy':'Always'},{'name':'b'}",
	       "{'name':'a','started':true," RUNS "},{'name':'b'," RUNS "}"),
	  STATUS, "Init:1/2" },
	{ "", "Pod",
	  INIT("{'name':'a','restartPolicy':'Always'}", "{'name':'a','started':true," RUNS "}"),
	  STATUS, "Pending" },
	{ "", "Pod", DELETED("'phase':'Running'"), STATUS, "Terminating" },
	{ "", "Pod", DELETED("'phase':'Running'" CONTAINERS("{" WAITS("CrashLoopBackOff") "}")),
	  STATUS, "Terminating" },
	{ "", "Pod", DELETED("'phase':'Running','reason':'NodeLost'"), STATUS, "Unknown" },
	{ "", "Pod",
	  DELETED("'phase':'Succeeded'" CONTAINERS("{" ENDED("'reason':'Completed'") "}")), STATUS,
	  "Completed" },
	{ "", "Pod", OF("'phase':[1],'containerStatuses':{'a':1}"), STATUS, "" },
	{ "apps", "Deployment",
	  "{" META
	  ",'spec':{'replicas':3,'template':{'spec':{'containers':[{'image':'a'},{'image':'b'}]}}},"
	  "'status':{'readyReplicas':2}}",
	  WORKLOAD, "Deployment|3|2|a b" },
	{ "apps", "StatefulSet", "{" META ",'spec':{'replicas':1}}", WORKLOAD, "StatefulSet|1|0|" },
	{ "apps", "ReplicaSet", "{" META ",'spec':{'replicas':0}}", WORKLOAD, "ReplicaSet|0|0|" },
	{ "", "ReplicationController", "{" META ",'spec':{'replicas':2}}", WORKLOAD,
	  "ReplicationController|2|0|" },
	{ "apps", "DaemonSet",
	  "{" META ",'spec':{'template':{'spec':{'containers':[{'image':'a'}]}}},'status':{"
	  "'desiredNumberScheduled':5,'numberReady':4}}",
	  WORKLOAD, "DaemonSet|5|4|a" },
	{ "batch", "Job",
	  "{" META ",'spec':{'suspend':false},'status':{'active':1,'succeeded':2,'failed':3}}", JOB,
	  "Job|1|2|3||0" },
	{ "batch", "CronJob",
	  "{" META ",'spec':{'schedule':'*/5 * * * "
	  "*','suspend':true},'status':{'active':[{'name':'a'},{'name':'b'}]}}",
	  JOB, "CronJob|2|0|0|*/5 * * * *|1" },
	{ "", "Node",
	  "{" META ",'spec':{'unschedulable':true},'status':{'conditions':[{'type':'DiskPressure','"
	  "status':'False'},"
	  "{'type':'Ready','status':'Unknown'}],'addresses':[{'type':'Hostname','address':'h'},{'"
	  "type':'InternalIP',"
	  "'address':'10.0.0.1'},{'type':'InternalIP','address':'fd00::1'}],'nodeInfo':{'"
	  "kubeletVersion':'v1.34.1',"
	  "'osImage':'Debian 12','containerRuntimeVersion':'containerd://1.7'}}}",
	  NODE, "Unknown|1|v1.34.1|Debian 12|containerd://1.7|10.0.0.1" },
	{ "", "Node", "{" META "}", NODE, "|0||||" },
	{ "", "Event",
	  "{" META
	  ",'type':'Warning','reason':'BackOff','message':'back-off','count':7,'firstTimestamp':"
	  "'2026-11-24T08:00:00Z','lastTimestamp':'2026-11-24T08:05:00Z','eventTime':null,'source':"
	  "{'component':"
	  "'kubelet','host':'node-1'},'reportingComponent':'kubelet','involvedObject':{'kind':'Pod'"
	  ",'namespace':'pay',"
	  "'name':'ledger-0','apiVersion':'v1'}}",
	  EVENT,
	  "Warning|BackOff|pod/pay/ledger-0|7|2026-11-24T08:00:00.000000000Z|"
	  "2026-11-24T08:05:00.000000000Z|kubelet|back-off" },
	{ "", "Event",
	  "{" META ",'eventTime':'2026-11-24T08:00:00.656505Z','firstTimestamp':null,'"
	  "lastTimestamp':null,'source':{},"
	  "'reportingComponent':'default-scheduler','involvedObject':{'kind':'ReplicaSet','"
	  "namespace':'pay','name':'w',"
	  "'apiVersion':'apps/v1'}}",
	  EVENT,
	  "||replicaset.apps/pay/w|1|2026-11-24T08:00:00.656505000Z|2026-11-24T08:00:00.656505000Z|"
	  "default-scheduler|" },
	{ "", "Event",
	  "{" META ",'count':2,'series':{'count':9,'lastObservedTime':'2026-11-24T09:00:00.000001Z'"
	  "},'eventTime':"
	  "'2026-11-24T08:00:00Z','involvedObject':{'kind':'Node','name':'node-1'}}",
	  EVENT,
	  "||node/node-1|9|2026-11-24T08:00:00.000000000Z|2026-11-24T09:00:00.000001000Z||" },
	{ "events.k8s.io", "Event",
	  "{" META ",'type':'Normal','reason':'Pulled','note':'image','deprecatedCount':3,'"
	  "deprecatedFirstTimestamp':"
	  "'2026-11-24T08:00:00Z','deprecatedLastTimestamp':'2026-11-24T08:01:00Z','"
	  "deprecatedSource':{'component':"
	  "'kubelet'},'reportingController':'x','regarding':{'kind':'Pod','namespace':'pay','name':"
	  "'p'}}",
	  EVENT,
	  "Normal|Pulled|pod/pay/"
	  "p|3|2026-11-24T08:00:00.000000000Z|2026-11-24T08:01:00.000000000Z|kubelet|"
	  "image" },
	{ "", "Event", "{'metadata':{'name':'n','creationTimestamp':'2026-11-24T08:00:00Z'}}",
	  EVENT, "|||1|2026-11-24T08:00:00.000000000Z|2026-11-24T08:00:00.000000000Z||" },
	/* The same kind of another group is another kind. */
	{ "example.com", "Pod", "{" META "}",
	  "SELECT count(*), (SELECT count(*) FROM objects) FROM pods", "0|1" },
	/* What is of another type than it should be is as if it were not there. */
	{ "", "Pod", "{" META ",'spec':[1],'status':{'phase':7,'containerStatuses':'x'}}", POD,
	  "|||0/0|0|||" },
};

static void each_document_makes_its_row(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(derived) d = derived_new();

		g_test_message("%s: %s", rows[i].kind, rows[i].document);
		object_of(d, rows[i].group, rows[i].kind, 0, rows[i].document);
		assert_rows(d, rows[i].sql, rows[i].row);
		assert_rows(d, "SELECT count(*) FROM gaps", "0");
	}
}

static void no_value_of_a_secret_comes_into_a_row(void)
{
	g_autoptr(derived) d = derived_new();
	g_autofree char *dump = NULL;

	object_of(d, "", "Secret", 0,
		  "{" META ",'data':{'password':'aHVudGVyMg=='},'stringData':{'p':'hunter2'}}");
	dump = derived_dump(d);
	g_assert_nonnull(strstr(dump, "Secret"));
	g_assert_null(strstr(dump, "aHVudGVyMg"));
	g_assert_null(strstr(dump, "hunter2"));
}

/* --- containers and their instances ---------------------------------------------------------------- */

/* A pod with a container "db" as its status has it. */
static void pod_status(struct derived *d, int as_of, int version, const char *status)
{
	g_autofree char *document = g_strdup_printf(
		"{'metadata':{'name':'ledger-0','namespace':'pay','uid':'u','resourceVersion':'%d'}"
		",'spec':{"
		"'initContainers':[{'name':'init','image':'i'}],'containers':[{'name':'db','image':"
		"'a'}]},"
		"'status':{'containerStatuses':[{'name':'db','imageID':'sha256:a',%s}]}}",
		version, status);

	object_of(d, "", "Pod", as_of, document);
}

#define RUNNING(id) \
	"'containerID':'" id "','state':{'running':{'startedAt':'2026-11-24T08:00:00Z'}}"
#define LAST(id)                                        \
	"'lastState':{'terminated':{'containerID':'" id \
	"','exitCode':2,'reason':'Error','startedAt':"  \
	"'2026-11-24T07:00:00Z','finishedAt':'2026-11-24T07:30:00Z'}}"
#define WAITING   "'state':{'waiting':{'reason':'CrashLoopBackOff'}}"
#define INSTANCES "SELECT instance, restart, previous FROM d_instance ORDER BY instance"

static void containers_are_those_of_the_current_version(void)
{
	g_autoptr(derived) d = derived_new();

	pod_status(d, 0, 1, "'restartCount':0," RUNNING("c1"));
	pod_status(d, 0, 2, "'restartCount':0," RUNNING("c1"));
	assert_rows(d, "SELECT n, name, type, image, image_id FROM d_container",
		    "0|init|init|i|\n1|db|app|a|sha256:a");
}

static void an_instance_is_previous_once_another_one_runs(void)
{
	g_autoptr(derived) d = derived_new();

	pod_status(d, 1, 1, "'restartCount':0," RUNNING("c1"));
	assert_rows(d, INSTANCES, "c1|0|0");
	pod_status(d, 1, 2, "'restartCount':1," RUNNING("c2") "," LAST("c1"));
	assert_rows(d, INSTANCES, "c1|0|1\nc2|1|0");
	pod_status(d, 1, 3,
		   "'restartCount':3," RUNNING("c4") "," LAST("c3")); /* c2 is named no more */
	assert_rows(d, INSTANCES, "c1|0|1\nc2|1|1\nc3|2|1\nc4|3|0");
	assert_rows(
		d,
		"SELECT started, finished, exit_code, reason FROM d_instance WHERE instance = 'c3'",
		"1795503600000000000|1795505400000000000|2|Error");
}

static void in_back_off_the_one_instance_is_previous(void)
{
	g_autoptr(derived) d = derived_new();

	pod_status(d, 1, 1, "'restartCount':4,'containerID':'c1'," WAITING "," LAST("c1"));
	assert_rows(d, INSTANCES, "c1|4|1");
	assert_rows(d, "SELECT exit_code FROM d_instance", "2");
}

static void an_older_status_names_instances_too(void)
{
	g_autoptr(derived) d = derived_new();

	pod_status(d, 9, 9, "'restartCount':2," RUNNING("c3"));
	pod_status(d, 1, 2, "'restartCount':1," RUNNING("c2") "," LAST("c1"));
	assert_rows(d, INSTANCES, "c1|0|1\nc2|1|1\nc3|2|0");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/project/kinds/" #name, name }
		TEST(each_document_makes_its_row),
		TEST(no_value_of_a_secret_comes_into_a_row),
		TEST(containers_are_those_of_the_current_version),
		TEST(an_instance_is_previous_once_another_one_runs),
		TEST(in_back_off_the_one_instance_is_previous),
		TEST(an_older_status_names_instances_too),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
