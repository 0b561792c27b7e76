/* Files that a person brought, and what is withheld of them. */
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <kase/engine.h>
#include <kase/project.h>

#include "../../src/engine/withhold.h"

#define SECRET_YAML                                                                               \
	"apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\n  namespace: payments\n  uid: s1\n" \
	"  annotations:\n    note: kept\n    kubectl.kubernetes.io/last-applied-configuration: "  \
	"|\n"                                                                                     \
	"      {\"stringData\":{\"password\":\"hunter2\"}}\ndata:\n  password: aHVudGVyMg==\n"
#define POD_YAML \
	"apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  namespace: payments\n  uid: p1\n"
#define SECRET_JSON                                                                 \
	"{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"db\"," \
	"\"annotations\":"                                                          \
	"{\"kubectl.kubernetes.io/last-applied-configuration\":\"{hunter2}\"}},"    \
	"\"data\":{\"password\":\"aHVudGVyMg==\"},\"stringData\":{\"token\":\"hunter2\"}}"
#define POD_JSON                                                                          \
	"{\"apiVersion\": \"v1\",\n \"kind\": \"Pod\", \"metadata\": {\"name\": \"a\"}, " \
	"\"data\": {\"x\": 1.50}}"

#define KIND_SECRET "\"kind\":\"Secret\""
#define HUNTER      "\"data\":{\"a\":\"hunter2\"}"
#define GONE        "\"data\":{\"a\":\"withheld:7 bytes\"}"
#define TABLE       "{\"kind\":\"Table\",\"rows\":[{\"cells\":[\"hunter2\"]}]}"
#define LIST(items) "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[" items "]}"

/* --- bytes ------------------------------------------------------------------------------------ */

static const struct {
	const char *before, *after; /* NULL: as before */
} withheld[] = {
	{ POD_JSON, NULL },
	{ "{\"kind\":\"List\",  \"items\": [" POD_JSON " , " SECRET_JSON "\n]  }\n",
	  "{\"kind\":\"List\",  \"items\": [" POD_JSON " , "
	  "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"db\","
	  "\"annotations\":"
	  "{\"kubectl.kubernetes.io/last-applied-configuration\":\"withheld:9 bytes\"}},"
	  "\"data\":{\"password\":\"withheld:12 bytes\"},\"stringData\":{\"token\":\"withheld:7 "
	  "bytes\"}}\n]  }\n" },
	/* kind behind the values, twice, in other spellings */
	{ "{" HUNTER "," KIND_SECRET "}", "{" GONE "," KIND_SECRET "}" },
	{ "{" KIND_SECRET "," HUNTER ",\"kind\":\"Pod\"}",
	  "{" KIND_SECRET "," GONE ",\"kind\":\"Pod\"}" },
	{ "{\"kind\":\"Pod\"," HUNTER "," KIND_SECRET "}",
	  "{\"kind\":\"Pod\"," GONE "," KIND_SECRET "}" },
	{ "{" KIND_SECRET "," HUNTER "," HUNTER "}", "{" KIND_SECRET "," GONE "," GONE "}" },
	{ "{\"kind\":\"\\u0053ecret\"," HUNTER "}", "{\"kind\":\"\\u0053ecret\"," GONE "}" },
	{ "{\"k\\u0069nd\":\"Secret\",\"d\\u0061ta\":{\"a\":\"hunter2\"}}",
	  "{\"k\\u0069nd\":\"Secret\",\"d\\u0061ta\":{\"a\":\"withheld:7 bytes\"}}" },
	{ "{\"Kind\":\"secret\",\"Data\":{\"a\":\"hunter2\"}}",
	  "{\"Kind\":\"secret\",\"Data\":{\"a\":\"withheld:7 bytes\"}}" },
	/* items of the API's own lists do not say their kind */
	{ "{\"kind\":\"SecretList\",\"items\":[{" HUNTER "}]}",
	  "{\"kind\":\"SecretList\",\"items\":[{" GONE "}]}" },
	{ "{\"items\":[{" HUNTER "}],\"kind\":\"ConfigMapList\"}",
	  "{\"items\":[{" GONE "}],\"kind\":\"ConfigMapList\"}" },
	{ LIST("{" HUNTER "},{\"kind\":\"ControllerRevision\"," HUNTER "}"),
	  LIST("{" GONE "},{\"kind\":\"ControllerRevision\"," HUNTER "}") },
	{ "{\"kind\":\"ControllerRevisionList\",\"items\":[{" HUNTER "}]}", NULL },
	/* wherever they stand */
	{ LIST(LIST("{" KIND_SECRET "," HUNTER "}")), LIST(LIST("{" KIND_SECRET "," GONE "}")) },
	{ "{\"type\":\"ADDED\",\"object\":{" KIND_SECRET "," HUNTER "}}",
	  "{\"type\":\"ADDED\",\"object\":{" KIND_SECRET "," GONE "}}" },
	{ "{\"kind\":\"Template\",\"objects\":[{" KIND_SECRET "," HUNTER "}]}",
	  "{\"kind\":\"Template\",\"objects\":[{" KIND_SECRET "," GONE "}]}" },
	{ "{" KIND_SECRET ",\"data\":{\"a\":{" KIND_SECRET "," HUNTER "}}}",
	  "{" KIND_SECRET ",\"data\":{\"a\":\"withheld:40 bytes\"}}" },
	/* as a text in another object */
	{ "{\"kind\":\"Addon\",\"a\":\"{\\\"kind\\\":\\\"Secret\\\",\\\"data\\\":{\\\"a\\\":1}}\"}",
	  "{\"kind\":\"Addon\",\"a\":\"withheld:40 bytes\"}" },
	{ "{\"a\":\"{\\\"kind\\\":\\\"Table\\\",\\\"rows\\\":[1]}\"}",
	  "{\"a\":\"withheld:33 bytes\"}" },
	{ "{\"a\":\"kind: Table of rows: 12 of 13 rows\"}", NULL },
	{ "{\"kind\":\"Addon\",\"a\":\"kind: Secret\\ndata:\\n  a: aHVudGVyMg==\"}",
	  "{\"kind\":\"Addon\",\"a\":\"withheld:38 bytes\"}" },
	{ "{\"a\":\"{\\\"kind\\\":\\\"S\\\\u0065cret\\\",\\\"d\\\\u0061ta\\\":{\\\"a\\\":1}}\"}",
	  "{\"a\":\"withheld:52 bytes\"}" },
	{ "{\"a\":\"\\\\\\\"kind\\\\\\\":\\\\\\\"S\\\\\\\\u0065cret\\\\\\\", data:{a:1}\"}",
	  "{\"a\":\"withheld:47 bytes\"}" },
	{ "{\"a\":\"{\\\"kind\\\":\\\"S\\\\u0065\\\\u003cret\\\",\\\"data\\\":{\\\"a\\\":1}}\"}",
	  NULL },
	{ "{\"kind\":\"Event\",\"message\":\"Secret data is missing: kind: Secret\"}", NULL },
	/* annotations in which tools keep it */
	{ "{\"metadata\":{\"annotations\":{\"objectset.rio.cattle.io/"
	  "applied\":\"H4s\",\"n\":\"ok\","
	  "\"mine\":\"{1}\"}}," KIND_SECRET "}",
	  "{\"metadata\":{\"annotations\":{\"objectset.rio.cattle.io/applied\":\"withheld:3 "
	  "bytes\","
	  "\"n\":\"ok\",\"mine\":\"withheld:3 bytes\"}}," KIND_SECRET "}" },
	{ "{\"kind\":\"PartialObjectMetadata\",\"metadata\":{\"annotations\":{\"a\":\"{hunter2}\"}}"
	  "}",
	  "{\"kind\":\"PartialObjectMetadata\",\"metadata\":{\"annotations\":{\"a\":\"withheld:9 "
	  "bytes\"}}}" },
	{ "{\"kind\":\"Pod\",\"metadata\":{\"annotations\":{\"a\":\"{}\"}}}", NULL },
	/* values in forms that they do not have */
	{ "{" KIND_SECRET ",\"data\":null}", NULL },
	{ "{" KIND_SECRET ",\"data\":\"hunter2\"}",
	  "{" KIND_SECRET ",\"data\":\"withheld:7 bytes\"}" },
	{ "{" KIND_SECRET ",\"binaryData\":{\"a\":{\"odd\":1}}}",
	  "{" KIND_SECRET ",\"binaryData\":{\"a\":\"withheld:9 bytes\"}}" },
	{ "{" KIND_SECRET ",\"metadata\":[\"hunter2\"]}",
	  "{" KIND_SECRET ",\"metadata\":\"withheld:11 bytes\"}" },
};

static void values_are_withheld_and_all_other_bytes_stay(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(withheld); i++) {
		const char *before = withheld[i].before;
		struct withhold_text text = { .data = before, .size = strlen(before) };
		g_autoptr(GArray) cuts = g_array_new(FALSE, FALSE, sizeof(struct json_slice));
		g_autoptr(GError) error = NULL;
		g_autofree char *after = NULL;
		gsize size;

		g_test_message("%s", before);
		g_assert_cmpuint(withhold_value(&text, 0, cuts, NULL, &error), >, 0);
		g_assert_no_error(error);
		after = withhold_apply(before, text.size, cuts, &size);
		g_assert_cmpstr(after, ==, withheld[i].after ? withheld[i].after : before);
	}
}

static void what_is_unsure_or_no_json_is_refused(void)
{
	static const struct {
		const char *text;
		enum withhold_error code;
	} rows[] = {
		{ "{\"kind\":\"Table\",\"columnDefinitions\":[],\"rows\":[{\"cells\":[\"hunter2\"],"
		  "\"object\":{" KIND_SECRET "}}]}",
		  WITHHOLD_ERROR_UNSURE },
		{ LIST("{\"kind\":\"Table\",\"rows\":[]}"), WITHHOLD_ERROR_UNSURE },
		{ "{\"columnDefinitions\":null,\"rows\":null}", WITHHOLD_ERROR_UNSURE },
		{ "{" KIND_SECRET, WITHHOLD_ERROR_SYNTAX },
		{ "{" KIND_SECRET ",}", WITHHOLD_ERROR_SYNTAX },
		{ "{\"a\":\"b\nc\"}", WITHHOLD_ERROR_SYNTAX },
		{ "", WITHHOLD_ERROR_SYNTAX },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct withhold_text text = { .data = rows[i].text, .size = strlen(rows[i].text) };
		g_autoptr(GArray) cuts = g_array_new(FALSE, FALSE, sizeof(struct json_slice));
		g_autoptr(GError) error = NULL;

		g_test_message("%s", rows[i].text);
		g_assert_cmpuint(withhold_value(&text, 0, cuts, NULL, &error), ==, 0);
		g_assert_error(error, WITHHOLD_ERROR, (int)rows[i].code);
	}
}

/* --- into a case ------------------------------------------------------------------------------ */

struct fixture {
	char *folder, *path;
	struct recorder *recorder;
};

static const struct case_person person = {
	.name = "ana@bastion", .host = "bastion", .version = "0", .command = "import"
};

static void fixture_init(struct fixture *f)
{
	static const struct case_plan plan = { .title = "import" };
	g_autoptr(GError) error = NULL;

	f->folder = g_dir_make_tmp("kase-import-XXXXXX", &error);
	f->path = g_build_filename(f->folder, "c.kase", NULL);
	casefile_create(f->path, &plan, &person, &project_projector, &error);
	g_assert_no_error(error);
	f->recorder = recorder_start(f->path, &person, &project_projector, &error);
	g_assert_no_error(error);
}

static void fixture_clear(struct fixture *f)
{
	g_unlink(f->path);
	g_rmdir(f->folder);
	g_free(f->path);
	g_free(f->folder);
}

static gboolean bring(struct fixture *f, const char *text, gssize size, GError **error)
{
	g_autofree char *file = g_build_filename(f->folder, "brought", NULL);
	gboolean ok;

	g_assert_true(g_file_set_contents(file, text, size, NULL));
	ok = engine_import(f->recorder, file, "ben", NULL, NULL, error);
	g_unlink(file);
	return ok;
}

/* End the recorder, and read one value of the case. */
static char *ask(struct fixture *f, const char *sql)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(casefile) c = NULL;
	g_autoptr(query) q = NULL;
	gboolean row;

	if (f->recorder)
		recorder_stop(g_steal_pointer(&f->recorder), &error);
	g_assert_no_error(error);
	c = casefile_open(f->path, CASEFILE_READ, &error);
	g_assert_no_error(error);
	q = casefile_query(c, sql, &error);
	g_assert_no_error(error);
	row = query_step(q, &error);
	g_assert_no_error(error);
	return row ? g_strdup(query_text(q, 0)) : NULL;
}

static GBytes *held_bytes(struct fixture *f)
{
	g_autofree char *id = ask(f, "SELECT max(id) FROM evidence WHERE kind = 'file'");
	g_autoptr(casefile) c = casefile_open(f->path, CASEFILE_READ, NULL);

	return id ? casefile_bytes(c, g_ascii_strtoll(id, NULL, 10), 0, 0, NULL) : NULL;
}

static void what_kubectl_wrote_is_known_by_its_content(void)
{
	static const struct {
		const char *text, *format, *withheld;
		gboolean rewritten;
	} rows[] = {
		{ POD_YAML, "yaml", NULL, FALSE },
		{ "# of last night\n---\n" POD_YAML, "yaml", NULL, FALSE },
		{ SECRET_YAML "---\n" POD_YAML, "yaml", "2", TRUE },
		{ POD_JSON, "json", NULL, FALSE },
		{ SECRET_JSON, "json", "3", FALSE },
		{ "2026-01-02T03:04:05.000000000Z started\n", "log", NULL, FALSE },
		{ "[pod/a/app] 2026-01-02T03:04:05.000000000Z started\n", "log", NULL, FALSE },
		{ "plain words\nof an application", "log", NULL, FALSE },
		{ "key: value\nkind: of\n", "log", NULL, FALSE },
		{ "\xef\xbb\xbf" SECRET_JSON, "json", "3", FALSE },
		{ "\xef\xbb\xbf" SECRET_YAML, "yaml", "2", TRUE },
		{ POD_JSON "\n" SECRET_JSON POD_JSON "\n", "json", "3", FALSE },
		{ LIST(LIST(POD_JSON "," SECRET_JSON)), "json", "3", FALSE },
		{ "# kind: Secret\n# data:\n#   a: hunter2\n" POD_YAML, "yaml", NULL, TRUE },
		{ "{apiVersion: v1, kind: Secret, metadata: {name: a}, data: {b: hunter2}}", "yaml",
		  "1", TRUE },
		{ POD_YAML "spec: {x: &a {kind: Secret, data: {b: hunter2}}, y: *a}\n", "yaml", "2",
		  TRUE },
		{ "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\",\"requestObject\":{"
		  "\"kind\":\"Secret\",\"data\":{\"a\":\"hunter2\"}}}\n"
		  "{\"kind\":\"Event\",\"apiVersion\":\"audit.k8s.io/v1\"}\n",
		  "log", "1", FALSE },
		{ "caf\xe9\n", "log", NULL, FALSE },
		{ "\033[1mbold\001\n", "log", NULL, FALSE },
		{ "got [" SECRET_JSON "]\nplain\n", "log", "3", FALSE },
		{ "2026-01-02T03:04:05Z {\"object\":" SECRET_JSON "}\nplain\n", "log", "3", FALSE },
		{ "{\"level\":\"info\",\"msg\":\"up\"}\n{\"level\":\"warn\",\"kind\":\"Secret\"}\n",
		  "log", NULL, FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fixture f;
		g_autoptr(GError) error = NULL;
		g_autofree char *told = NULL, *wanted = NULL;

		fixture_init(&f);
		g_test_message("%s", rows[i].text);
		bring(&f, rows[i].text, -1, &error);
		g_assert_no_error(error);
		told = ask(&f, "SELECT (e.entry ->> 'format') || '|' || coalesce(e.entry ->> "
			       "'withheld', '') || '|' ||"
			       " coalesce(e.entry ->> 'rewritten', '') FROM entry e JOIN evidence "
			       "v ON v.id = e.seq"
			       " WHERE v.kind = 'file'");
		wanted = g_strjoin("|", rows[i].format, rows[i].withheld ? rows[i].withheld : "",
				   rows[i].rewritten ? "1" : "", NULL);
		g_assert_cmpstr(told, ==, wanted);
		fixture_clear(&f);
	}
}

static void assert_no_value(GBytes *held)
{
	static const char *const values[] = { "hunter2", "aHVudGVyMg" };

	for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
		g_assert_null(memmem(g_bytes_get_data(held, NULL), g_bytes_get_size(held),
				     values[i], strlen(values[i])));
}

static char *in_utf16(const char *text, gsize *size)
{
	g_autofree char *marked = g_strconcat("\xef\xbb\xbf", text, NULL);

	return g_convert(marked, -1, "UTF-16LE", "UTF-8", NULL, size, NULL);
}

static void no_value_of_a_secret_comes_into_the_case(void)
{
	static const char *const texts[] = {
		SECRET_YAML "---\n" POD_YAML,
		SECRET_JSON,
		LIST(SECRET_JSON),
		POD_JSON LIST(LIST(SECRET_JSON)) POD_JSON,
		"started\n2026-01-02T03:04:05Z got " SECRET_JSON "\n",
	};

	for (gsize i = 0; i < 2 * G_N_ELEMENTS(texts); i++) {
		const char *text = texts[i / 2];
		gsize size = strlen(text);
		g_autofree char *wide = i % 2 ? in_utf16(text, &size) : NULL;
		struct fixture f;
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) held = NULL;

		fixture_init(&f);
		bring(&f, wide ? wide : text, (gssize)size, &error);
		g_assert_no_error(error);
		held = held_bytes(&f);
		assert_no_value(held);
		g_assert_nonnull(memmem(g_bytes_get_data(held, NULL), g_bytes_get_size(held),
					"withheld:12 bytes", 17));
		fixture_clear(&f);
	}
}

static const struct {
	const char *text;
	gssize size;
	const char *reason;
} not_kept[] = {
	/* no whole document */
	{ "apiVersion: v1\nkind: Secret\n\tdata: [\n  password: aHVudGVyMg==\n", -1,
	  "not-understood" },
	{ "{\n\"kind\": \"ConfigMap\", \"apiVersion\": \"v1\", \"data\": {\"a\": "
	  "\"hunter2\"",
	  -1, "not-understood" },
	{ LIST(POD_JSON) "\n}", -1, "not-understood" },
	{ "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[" POD_JSON, -1, "not-understood" },
	{ "$ kubectl get secret q -o yaml\napiVersion: v1\nkind: Secret\ndata:\n  k: "
	  "aHVudGVyMg==\n",
	  -1, "not-understood" },
	/* what readers read differently */
	{ POD_YAML "kind: Secret\n", -1, "not-understood" },
	{ "x: &a {kind: Secret}\n<<: *a\nmetadata: {name: a}\napiVersion: v1\nkind: Pod\n"
	  "data: {b: hunter2}\n",
	  -1, "not-understood" },
	{ "kind: !!binary U2VjcmV0\napiVersion: v1\nmetadata: {name: a}\ndata: {b: "
	  "hunter2}\n",
	  -1, "not-understood" },
	/* no objects */
	{ "\177ELF\0\1\2", 7, "not-understood" },
	{ "", 0, "not-understood" },
	{ "BZh91AY&SY\x8f\x02\xb4\x01\xf5", -1, "not-understood" },
	{ "[{\"kind\":\"\\u0053ecret\",\"data\":{\"a\":\"hunter2\"}}]\n", -1, "not-understood" },
	{ "apiVersion: v1\nkind: Secret\ndata:\n  k: aHVu\0dGVyMg==\n", 52, "not-understood" },
	{ "k\0i\0n\0d\0:\0 \0S\0e\0c\0r\0e\0t\0\n\0d\0a\0t\0a\0:\0", 36, "not-understood" },
	{ "\xff\xfe\0\xd8", 4, "not-understood" },
	/* a Table, whose cells may be anything */
	{ "{\"kind\":\"Table\",\"apiVersion\":\"meta.k8s.io/v1\",\"metadata\":{},"
	  "\"columnDefinitions\":[],\"rows\":[{\"cells\":[\"hunter2\"]}]}",
	  -1, "refused" },
	{ LIST(POD_JSON ",{\"kind\":\"Table\",\"rows\":[]}"), -1, "refused" },
	{ "started\nI1124 " TABLE "\n", -1, "refused" },
	{ "started\nI1124 [1," TABLE "]\n", -1, "refused" },
	{ "[\n" TABLE "\n]\n", -1, "refused" },
	{ "started\n{x} " TABLE "\n", -1, "refused" },
	{ "started\nkind: Table\nrows:\n- cells: [hunter2]\n", -1, "refused" },
	/* a Secret among other text */
	{ "started\nkind: Secret\nwords\ndata:\n  k: aHVudGVyMg==\n", -1, "refused" },
	{ "msg=\"{\\\"kind\\\":\\\"Secret\\\",\\\"data\\\":{\\\"k\\\":\\\"aHVudGVyMg==\\\"}"
	  "}\" x\n",
	  -1, "refused" },
	{ "&Secret{ObjectMeta:{db},Data:map[string][]byte{k:[104 117 110]}}\n", -1, "refused" },
	{ "{\n  \"apiVersion\": \"v1\",\n  \"data\": {\n    \"a\": \"hunter2\",\n", -1, "refused" },
	{ "{\"apiVersion\":\"v1\",\"data\":{\"a\":\"hunter2\"},\"kind\":\"Sec", -1,
	  "not-understood" },
	{ "apiVersion: v1\ndata:\n  a: hunter2\n", -1, "refused" },
	{ "apiVersion: v1\nitems:\n- apiVersion: v1\n  data:\n    a: hunter2\n", -1, "refused" },
	{ "\"kind\": \"Secr\\u0065t\"\napiVersion: v1\nmetadata: {name: c}\nstringData: "
	  "{a: hunter2}\n",
	  -1, "refused" },
	{ "\"\\x6bind\": Secret\napiVersion: v1\nstringData: {a: hunter2}\n", -1, "refused" },
	{ "? kind\n: Secret\n? apiVersion\n: v1\nstringData: {a: hunter2}\n", -1, "refused" },
	{ "Name: c\nData\n====\nk:\n----\nhunter2\n", -1, "refused" },
	{ "x {\"kind\":\"S\\u0065cret\",\"d\\u0061ta\":{\"a\":\"hunter2\"}} y\n", -1, "refused" },
	/* one whose last member alone is JSON to the line's end */
	{ "diff\n+  kind: Secret\n+  stringData: {\"a\": \"hunter2\"}\n", -1, "refused" },
	{ "$ kubectl\n{\n  \"kind\": \"Secret\",\n  \"data\": {\"a\": \"hunter2\"}\n}\n", -1,
	  "refused" },
	{ "$ kubectl\n{\n  \"data\": {\"a\": \"hunter2\"},\n  \"kind\": \"Secret\", "
	  "\"metadata\": {\"name\": \"x\"}\n}\n",
	  -1, "refused" },
	{ "took\npatching kind: Secret with {\"data\":{\"a\":\"hunter2\"}}\n", -1, "refused" },
};

/* Nothing of it is kept, and the case says so. */
static void check_not_kept(const char *text, gssize size, const char *reason)
{
	struct fixture f;
	g_autoptr(GError) error = NULL;
	g_autofree char *files = NULL, *gap = NULL, *wanted = NULL, *leaks = NULL;

	fixture_init(&f);
	g_assert_false(bring(&f, text, size, &error));
	g_assert_error(error, ENGINE_ERROR, ENGINE_ERROR_CONTENTS);
	g_assert_null(strchr(error->message, '\n'));
	files = ask(&f, "SELECT count(*) FROM evidence WHERE kind = 'file'");
	g_assert_cmpstr(files, ==, "0");
	gap = ask(&f, "SELECT group_concat(scope || ' ' || reason) FROM gaps");
	wanted = g_strconcat("file/brought ", reason, NULL);
	g_assert_cmpstr(gap, ==, wanted);
	leaks = ask(&f, "SELECT count(*) FROM entry WHERE instr(entry, 'hunter2')");
	g_assert_cmpstr(leaks, ==, "0");
	fixture_clear(&f);
}

static void what_is_not_understood_or_unsure_leaves_a_gap(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(not_kept); i++) {
		g_test_message("%s", not_kept[i].text);
		check_not_kept(not_kept[i].text, not_kept[i].size, not_kept[i].reason);
	}
}

/* More of them than a search of words has room for. */
static void a_kind_behind_too_many_anchors_is_refused(void)
{
	enum { ANCHORS = 100000 };
	struct fixture f;
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) text = g_string_new("started\nkind: ");

	for (int i = 0; i < ANCHORS; i++)
		g_string_append(text, "&a ");
	g_string_append(text, "Secret\ndata:\n  a: hunter2\n");
	fixture_init(&f);
	g_assert_false(bring(&f, text->str, (gssize)text->len, &error));
	g_assert_error(error, ENGINE_ERROR, ENGINE_ERROR_CONTENTS);
	fixture_clear(&f);
}

static void what_cannot_be_read_leaves_no_trace(void)
{
	struct fixture f;
	g_autofree char *missing = NULL, *n = NULL;
	const char *paths[3];

	fixture_init(&f);
	missing = g_build_filename(f.folder, "missing", NULL);
	paths[0] = missing;
	paths[1] = f.folder;
	paths[2] = "/dev/zero";
	for (gsize i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_false(engine_import(f.recorder, paths[i], "ben", NULL, NULL, &error));
		g_assert_error(error, ENGINE_ERROR, ENGINE_ERROR_FILE);
		g_assert_true(g_str_has_prefix(error->message, paths[i]));
	}
	n = ask(&f, "SELECT (SELECT count(*) FROM gaps) || (SELECT count(*) FROM evidence)");
	g_assert_cmpstr(n, ==, "00");
	fixture_clear(&f);
}

static void *write_to_pipe(void *data)
{
	FILE *pipe = fopen(data, "w");

	fputs(SECRET_JSON, pipe);
	fclose(pipe);
	return NULL;
}

static void a_pipe_is_read_to_its_end(void)
{
	struct fixture f;
	g_autofree char *path = NULL, *objects = NULL;
	g_autoptr(GError) error = NULL;
	GThread *writer;

	fixture_init(&f);
	path = g_build_filename(f.folder, "pipe", NULL);
	g_assert_cmpint(mkfifo(path, 0600), ==, 0);
	writer = g_thread_new("writer", write_to_pipe, path);
	g_assert_true(engine_import(f.recorder, path, "ben", NULL, NULL, &error));
	g_assert_no_error(error);
	g_thread_join(writer);
	objects = ask(&f, "SELECT kind || ' ' || name FROM objects");
	g_assert_cmpstr(objects, ==, "Secret db");
	g_unlink(path);
	fixture_clear(&f);
}

static void a_long_log_is_kept_whole(void)
{
	struct fixture f;
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GBytes) held = NULL;

	for (int i = 0; i < 60000; i++)
		g_string_append_printf(
			text,
			"2026-01-02T03:04:05.%09dZ line %d of many, without anything to say\n", i,
			i);
	g_string_append(text, "and an end without one");
	fixture_init(&f);
	bring(&f, text->str, (gssize)text->len, &error);
	g_assert_no_error(error);
	held = held_bytes(&f);
	g_assert_cmpmem(g_bytes_get_data(held, NULL), g_bytes_get_size(held), text->str, text->len);
	fixture_clear(&f);
}

#define LINE \
	"2026-01-02T03:04:05.%09dZ a line of many, which has nothing to say but is long enough\n"

/* Larger than what is kept in memory while it is looked through. */
static void a_secret_at_the_end_of_a_large_log_is_found(void)
{
	enum { LINES = 400000 };
	struct fixture f;
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *n = NULL;

	for (int i = 0; i < LINES; i++)
		g_string_append_printf(text, LINE, i);
	g_string_append(text, "kind: Secret\ndata:\n  k: aHVudGVyMg==\n");
	fixture_init(&f);
	g_assert_false(bring(&f, text->str, (gssize)text->len, &error));
	g_assert_error(error, ENGINE_ERROR, ENGINE_ERROR_CONTENTS);
	n = ask(&f,
		"SELECT count(*) || (SELECT reason FROM gaps) FROM evidence WHERE kind = 'file'");
	g_assert_cmpstr(n, ==, "0refused");
	fixture_clear(&f);
}

static void a_large_list_is_imported_without_its_values(void)
{
	enum { PODS = 80 };
	struct fixture f;
	g_autoptr(GError) error = NULL;
	g_autofree char *note = g_strnfill(900000, 'x'), *n = NULL;
	g_autoptr(GString) text = g_string_new("{\"apiVersion\":\"v1\",\"items\":[" SECRET_JSON);
	g_autoptr(GBytes) held = NULL;

	for (int i = 0; i < PODS; i++)
		g_string_append_printf(
			text,
			",{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":"
			"\"p%d\"},\"note\":\"%s\"}",
			i, note);
	g_string_append(text, "," SECRET_JSON "],\"kind\":\"List\"}\n");
	fixture_init(&f);
	bring(&f, text->str, (gssize)text->len, &error);
	g_assert_no_error(error);
	n = ask(&f, "SELECT (SELECT count(*) FROM pods) || ' ' || count(*) FROM objects");
	g_assert_cmpstr(n, ==, "80 81");
	held = held_bytes(&f);
	g_assert_cmpuint(g_bytes_get_size(held), >, 64 << 20);
	assert_no_value(held);
	fixture_clear(&f);
}

static void it_is_brought_by_its_person(void)
{
	struct fixture f;
	g_autoptr(GError) error = NULL;
	g_autofree char *told = NULL, *object = NULL;

	fixture_init(&f);
	bring(&f, POD_YAML, -1, &error);
	g_assert_no_error(error);
	told = ask(&f, "SELECT (e.entry ->> 'brought_by') || '|' || (e.entry ->> 'name') || '|' || "
		       "v.source || '|' || v.class"
		       " || '|' || v.subject || '|' || v.person FROM entry e JOIN evidence v ON "
		       "v.id = e.seq"
		       " WHERE v.kind = 'file'");
	g_assert_cmpstr(told, ==, "ben|brought|import|cluster-state|pod/payments/a|ben");
	object = ask(&f,
		     "SELECT kind || ' ' || namespace || '/' || name || ' ' || uid FROM objects");
	g_assert_cmpstr(object, ==, "Pod payments/a p1");
	fixture_clear(&f);
}

#define ADD(name) g_test_add_func("/engine-import/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(values_are_withheld_and_all_other_bytes_stay);
	ADD(what_is_unsure_or_no_json_is_refused);
	ADD(what_kubectl_wrote_is_known_by_its_content);
	ADD(no_value_of_a_secret_comes_into_the_case);
	ADD(what_is_not_understood_or_unsure_leaves_a_gap);
	ADD(a_kind_behind_too_many_anchors_is_refused);
	ADD(what_cannot_be_read_leaves_no_trace);
	ADD(a_pipe_is_read_to_its_end);
	ADD(a_long_log_is_kept_whole);
	ADD(a_secret_at_the_end_of_a_large_log_is_found);
	ADD(a_large_list_is_imported_without_its_values);
	ADD(it_is_brought_by_its_person);
	return g_test_run();
}
