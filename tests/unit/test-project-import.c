/* Files of kubectl's that a person brought. */
#include <kase/project.h>
#include <string.h>

#include "derived.h"

static void import(struct derived *d, const char *format, const char *more, const char *text)
{
	gint64 file = derived_enter(
		d,
		"{'kind':'evidence','type':'file','cluster':'prod','subject':'file/brought',"
		"'name':'brought','format':'%s'%s}",
		format, more);

	derived_bytes(d, file, text, strlen(text));
	derived_close(d, file, "complete");
}

#define OBJECTS "SELECT \"group\", kind, namespace, name, uid FROM objects ORDER BY kind, name"

#define POD_YAML                                                                           \
	"apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: web\n  uid: u1\n  " \
	"resourceVersion: \"10\"\n"                                                        \
	"status:\n  phase: Running\n"
#define DEPLOYMENT_YAML                                                                          \
	"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: b\n  namespace: web\n  uid: " \
	"u2\nspec:\n  "                                                                          \
	"replicas: 2\n"

#define POD_JSON  "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}}"
#define POD_JSON2 "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"b\"}}"

static void each_form_that_kubectl_writes_is_read(void)
{
	static const struct {
		const char *format, *text, *objects;
	} rows[] = {
		{ "yaml", POD_YAML, "|Pod|web|a|u1" },
		{ "yaml", "---\n" POD_YAML "---\n" DEPLOYMENT_YAML "---\n",
		  "apps|Deployment|web|b|u2\n|Pod|web|a|u1" },
		{ "yaml",
		  "# two of them\n--- # one\n" POD_YAML "--- \n# other\n" DEPLOYMENT_YAML "...\n",
		  "apps|Deployment|web|b|u2\n|Pod|web|a|u1" },
		{ "yaml",
		  "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata:\n    name: "
		  "a\n- apiVersion: "
		  "apps/v1\n  kind: Deployment\n  metadata:\n    name: b\nkind: List\n",
		  "apps|Deployment||b|\n|Pod||a|" },
		{ "yaml",
		  "apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata:\n    name: b\n",
		  "apps|Deployment||b|" },
		{ "yaml", "apiVersion: v1\nkind: List\nitems: []\n", "" },
		{ "json",
		  "{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\",\"uid\":"
		  "\"u1\"}}\n",
		  "|Pod||a|u1" },
		{ "json",
		  "{\"apiVersion\":\"v1\",\"items\":[{\"apiVersion\":\"apps/"
		  "v1\",\"kind\":\"Deployment\",\"metadata\":"
		  "{\"name\":\"b\"}},{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{"
		  "\"name\":\"a\"}}],\"kind\":"
		  "\"List\"}",
		  "apps|Deployment||b|\n|Pod||a|" },
		{ "json",
		  "{\"kind\":\"DeploymentList\",\"apiVersion\":\"apps/"
		  "v1\",\"items\":[{\"metadata\":{\"name\":\"b\"}}]}",
		  "apps|Deployment||b|" },
		{ "json", "{\"kind\":\"List\",\"items\":null}", "" },
		{ "json", POD_JSON "\n" POD_JSON2, "|Pod||a|\n|Pod||b|" },
		{ "json",
		  "{\"kind\":\"List\",\"items\":[{\"kind\":\"List\",\"items\":[" POD_JSON "]},"
		  "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[{\"metadata\":{"
		  "\"name\":\"b\"}}]}]}",
		  "|Pod||a|\n|Pod||b|" },
		{ "yaml",
		  "kind: List\nitems:\n- kind: List\n  items:\n  - kind: Pod\n    metadata:\n      "
		  "name: a\n",
		  "|Pod||a|" },
		/* called a list, and none */
		{ "json",
		  "{\"kind\":\"AllowList\",\"apiVersion\":\"x.io/v1\",\"metadata\":{\"name\":"
		  "\"a\"}}",
		  "x.io|AllowList||a|" },
		{ "yaml", "kind: AllowList\napiVersion: x.io/v1\nmetadata:\n  name: a\n",
		  "x.io|AllowList||a|" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(derived) d = derived_new();

		g_test_message("%s", rows[i].text);
		import(d, rows[i].format, "", rows[i].text);
		assert_rows(d, OBJECTS, rows[i].objects);
		assert_rows(d, "SELECT count(*) FROM gaps", "0");
	}
}

static void an_imported_object_has_the_row_of_its_kind(void)
{
	g_autoptr(derived) d = derived_new();

	import(d, "yaml", "", POD_YAML);
	assert_rows(d, "SELECT cluster, namespace, name, uid, phase FROM pods",
		    "prod|web|a|u1|Running");
}

static void a_locator_of_yaml_holds_the_whole_document(void)
{
	g_autoptr(derived) d = derived_new();
	g_autofree char *expected = g_strdup_printf("e1@0+%zu\ne1@%zu+%zu", strlen(POD_YAML),
						    strlen(POD_YAML),
						    strlen("---\n" DEPLOYMENT_YAML));

	import(d, "yaml", "", POD_YAML "---\n" DEPLOYMENT_YAML);
	assert_rows(d, "SELECT locator FROM versions", expected);
}

static void what_is_wrong_with_one_document_leaves_the_others(void)
{
	g_autoptr(derived) d = derived_new();
	g_autofree char *places = g_strdup_printf("e1@0:\ne1@%zu:", strlen("a: [\n---\n" POD_YAML));

	import(d, "yaml", "", "a: [\n---\n" POD_YAML "---\njust a text\n");
	assert_rows(d, OBJECTS, "|Pod|web|a|u1");
	assert_rows(d, "SELECT DISTINCT scope, reason FROM gaps", "file/brought|not-understood");
	assert_rows(d, "SELECT substr(detail, 1, instr(detail, ':')) FROM gaps", places);
}

static void what_is_no_json_is_a_gap(void)
{
	g_autoptr(derived) d = derived_new();

	import(d, "json", "", "{\"kind\":\"Pod\"");
	assert_rows(d, "SELECT reason FROM gaps", "not-understood");
}

/* Larger than what is waited for, in chunks that end anywhere. */
static void items_of_a_large_list_are_read_as_they_come(void)
{
	enum { ITEMS = 2000, CHUNK = 100000 };
	g_autoptr(derived) d = derived_new();
	g_autoptr(GString) list = g_string_new("{\"apiVersion\":\"v1\",\"items\":[");
	gint64 file;

	for (int i = 0; i < ITEMS; i++)
		g_string_append_printf(list,
				       "%s\n  {\"kind\":\"Pod\",\"metadata\":{\"name\":\"p%d\","
				       "\"annotations\":{\"note\":\"%0300d\"}}}",
				       i ? "," : "", i, i);
	g_string_append(list, "],\"kind\":\"List\",\"metadata\":{\"n\":1}}\n" POD_JSON);
	file = derived_enter(d,
			     "{'kind':'evidence','type':'file','name':'brought','format':'json'}");
	for (gsize at = 0; at < list->len; at += CHUNK) {
		derived_bytes(d, file, list->str + at, MIN(CHUNK, list->len - at));
		if (at / CHUNK == 4)
			assert_rows(d, "SELECT count(*) > 1000 AND count(*) < 2000 FROM objects",
				    "1");
	}
	derived_close(d, file, "complete");
	assert_rows(d, "SELECT count(*), count(DISTINCT name) FROM objects", "2001|2001");
	assert_rows(d, "SELECT count(*) FROM gaps", "0");
}

static void what_a_large_list_lacks_is_a_gap(void)
{
	g_autoptr(derived) d = derived_new();
	g_autofree char *note = g_strnfill(300000, 'x');
	g_autofree char *text = g_strdup_printf("{\"kind\":\"List\",\"items\":[" POD_JSON
						",{\"kind\":\"Pod\",\"note\":\"%s\"",
						note);

	import(d, "json", "", text);
	assert_rows(d, OBJECTS, "|Pod||a|");
	assert_rows(d, "SELECT reason FROM gaps", "not-understood");
}

#define CLUSTER_ENTRY(name) "{'kind':'cluster','cluster':'" name "','uid':'" name "'}"

static void bring_pod(struct derived *d)
{
	gint64 file = derived_enter(d,
				    "{'kind':'evidence','type':'file','name':'a','format':'yaml'}");

	derived_text(d, file, POD_YAML);
	derived_close(d, file, "complete");
}

static void fetch_pod(struct derived *d, const char *cluster)
{
	gint64 object = derived_enter(
		d,
		"{'kind':'evidence','type':'object','cluster':'%s','group':'',"
		"'object':'Pod','as_of':2}",
		cluster);

	derived_text(
		d, object,
		"{'metadata':{'name':'a','namespace':'web','uid':'u1','resourceVersion':'12'}}");
}

static void what_was_brought_is_of_the_cluster_that_the_case_knows(void)
{
	static const struct {
		const char *
			steps; /* c, e: a cluster is met; f, g: the pod is fetched from it; i: it is brought */
		const char *pods;
	} rows[] = {
		{ "i", "|a" },     { "ci", "c|a" },   { "ic", "c|a" },
		{ "cfi", "c|a" },  { "cif", "c|a" },  { "icf", "c|a" },
		{ "cei", "|a" },   { "cefi", "c|a" }, { "cegi", "e|a" },
		{ "ceig", "e|a" }, { "cice", "c|a" }, { "cefgi", "|a\nc|a\ne|a" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(derived) d = derived_new();

		g_test_message("%s", rows[i].steps);
		for (const char *step = rows[i].steps; *step; step++) {
			if (*step == 'i')
				bring_pod(d);
			else if (*step == 'c' || *step == 'e')
				derived_enter(d, *step == 'c' ? CLUSTER_ENTRY("c")
							      : CLUSTER_ENTRY("e"));
			else
				fetch_pod(d, *step == 'f' ? "c" : "e");
		}
		assert_rows(d, "SELECT cluster, name FROM objects ORDER BY cluster", rows[i].pods);
	}
}

static void a_brought_log_is_of_the_only_cluster(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 file;

	derived_enter(d, CLUSTER_ENTRY("c"));
	file = derived_enter(d, "{'kind':'evidence','type':'file','name':'b','format':'log',"
				"'subject':'pod/web/a','namespace':'web','pod':'a'}");
	derived_text(d, file, "2026-11-24T08:00:01Z hello");
	derived_close(d, file, "complete");
	assert_rows(d, "SELECT cluster, name FROM d_subject", "c|a");
}

static void an_import_replaces_nothing_that_was_fetched(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 object;

	import(d, "yaml", "", POD_YAML);
	assert_rows(d, "SELECT phase FROM pods", "Running");
	object = derived_enter(
		d, "{'kind':'evidence','type':'object','cluster':'prod','group':'','object':'Pod',"
		   "'as_of':2}");
	derived_text(d, object,
		     "{'metadata':{'name':'a','namespace':'web','uid':'u1','resourceVersion':'12'},"
		     "'status':{'phase':'Failed'}}");
	import(d, "yaml", "", POD_YAML);
	assert_rows(d, "SELECT phase FROM pods", "Failed");
	assert_rows(d, "SELECT resource_version FROM versions", "10\n12");
}

static void a_document_without_version_stands_as_it_came_last(void)
{
	g_autoptr(derived) d = derived_new();

	import(d, "yaml", "", DEPLOYMENT_YAML);
	import(d, "yaml", "",
	       "kind: Deployment\napiVersion: apps/v1\nmetadata:\n  name: b\n  namespace: web\n"
	       "  uid: u2\nspec:\n  replicas: 5\n");
	assert_rows(d, "SELECT replicas, v.evidence FROM workloads, d_version v", "5|3");
}

static void an_imported_log_belongs_to_the_pod_that_is_named(void)
{
	static const struct {
		const char *more, *line;
	} rows[] = {
		{ ",'namespace':'web','pod':'a','uid':'u1','container':'app'", "pod/web/a|u1|app" },
		{ ",'subject':'pod/web/a','container':'app'", "pod/web/a||app" },
		{ "", "file/brought||" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(derived) d = derived_new();
		gint64 file = derived_enter(
			d, "{'kind':'evidence','type':'file','name':'brought','format':'log'%s}",
			rows[i].more);

		derived_text(d, file, "2026-11-24T08:00:01Z hello");
		derived_close(d, file, "complete");
		assert_rows(d, "SELECT subject, uid, container FROM lines", rows[i].line);
		assert_rows(d, "SELECT at, text FROM lines",
			    "2026-11-24T08:00:01.000000000Z|hello");
	}
}

static void a_format_that_is_not_known_is_evidence_alone(void)
{
	g_autoptr(derived) d = derived_new();

	import(d, "pcap", "", "\x0a\x0d");
	assert_rows(d, OBJECTS, "");
	assert_rows(d, "SELECT count(*) FROM gaps", "0");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/project/import/" #name, name }
		TEST(each_form_that_kubectl_writes_is_read),
		TEST(an_imported_object_has_the_row_of_its_kind),
		TEST(a_locator_of_yaml_holds_the_whole_document),
		TEST(what_is_wrong_with_one_document_leaves_the_others),
		TEST(what_is_no_json_is_a_gap),
		TEST(items_of_a_large_list_are_read_as_they_come),
		TEST(what_a_large_list_lacks_is_a_gap),
		TEST(what_was_brought_is_of_the_cluster_that_the_case_knows),
		TEST(a_brought_log_is_of_the_only_cluster),
		TEST(an_import_replaces_nothing_that_was_fetched),
		TEST(a_document_without_version_stands_as_it_came_last),
		TEST(an_imported_log_belongs_to_the_pod_that_is_named),
		TEST(a_format_that_is_not_known_is_evidence_alone),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
