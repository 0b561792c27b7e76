/* Files that a person brought, and what is withheld of them. */
#include <glib/gstdio.h>
#include <string.h>

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

/* --- bytes ------------------------------------------------------------------------------------ */

static void values_are_withheld_and_all_other_bytes_stay(void)
{
	static const struct {
		const char *before, *after;
		guint withheld;
	} rows[] = {
		{ POD_JSON, POD_JSON, 0 },
		{ "{\"kind\":\"List\",  \"items\": [" POD_JSON " , " SECRET_JSON "\n]  }\n",
		  "{\"kind\":\"List\",  \"items\": [" POD_JSON " , "
		  "{\"apiVersion\":\"v1\",\"kind\":\"Secret\",\"metadata\":{\"name\":\"db\","
		  "\"annotations\":"
		  "{\"kubectl.kubernetes.io/last-applied-configuration\":\"withheld:9 bytes\"}},"
		  "\"data\":{\"password\":\"withheld:12 "
		  "bytes\"},\"stringData\":{\"token\":\"withheld:7 bytes\"}}"
		  "\n]  }\n",
		  3 },
		/* items of the API's own lists do not say their kind */
		{ "{\"kind\":\"SecretList\",\"items\":[{\"data\":{\"a\":\"b\"}}]}",
		  "{\"kind\":\"SecretList\",\"items\":[{\"data\":{\"a\":\"withheld:1 bytes\"}}]}",
		  1 },
		{ "{\"kind\":\"ConfigMapList\",\"items\":[{\"data\":{\"a\":\"b\"}}]}",
		  "{\"kind\":\"ConfigMapList\",\"items\":[{\"data\":{\"a\":\"withheld:1 "
		  "bytes\"}}]}",
		  1 },
		{ "{\"kind\":\"List\",\"items\":[{\"kind\":\"List\",\"items\":[{\"kind\":"
		  "\"Secret\","
		  "\"data\":{\"a\":\"b\"}}]}]}",
		  "{\"kind\":\"List\",\"items\":[{\"kind\":\"List\",\"items\":[{\"kind\":"
		  "\"Secret\","
		  "\"data\":{\"a\":\"withheld:1 bytes\"}}]}]}",
		  1 },
		{ "{\"kind\":\"Secret\",\"data\":null}", "{\"kind\":\"Secret\",\"data\":null}", 0 },
		{ "{\"kind\":\"Secret\",\"binaryData\":{\"a\":{\"odd\":1}}}",
		  "{\"kind\":\"Secret\",\"binaryData\":{\"a\":\"withheld:9 bytes\"}}", 1 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GBytes)
			before = g_bytes_new_static(rows[i].before, strlen(rows[i].before)),
			after = NULL;
		g_autoptr(GError) error = NULL;
		g_autofree char *text = NULL;
		guint withheld;

		after = withhold_json(before, &withheld, &error);
		g_assert_no_error(error);
		text = g_strndup(g_bytes_get_data(after, NULL), g_bytes_get_size(after));
		g_assert_cmpstr(text, ==, rows[i].after);
		g_assert_cmpuint(withheld, ==, rows[i].withheld);
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

static void no_value_of_a_secret_comes_into_the_case(void)
{
	static const char *const texts[] = {
		SECRET_YAML "---\n" POD_YAML, SECRET_JSON,
		"{\"kind\":\"List\",\"apiVersion\":\"v1\",\"items\":[" SECRET_JSON "]}"
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct fixture f;
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) held = NULL;
		g_autofree char *text = NULL;

		fixture_init(&f);
		bring(&f, texts[i], -1, &error);
		g_assert_no_error(error);
		held = held_bytes(&f);
		text = g_strndup(g_bytes_get_data(held, NULL), g_bytes_get_size(held));
		g_assert_null(strstr(text, "hunter2"));
		g_assert_null(strstr(text, "aHVudGVyMg"));
		g_assert_nonnull(strstr(text, "withheld:12 bytes"));
		fixture_clear(&f);
	}
}

static void what_may_hold_values_and_is_not_understood_is_not_kept(void)
{
	static const char *const texts[] = {
		"apiVersion: v1\nkind: Secret\n\tdata: [\n  password: aHVudGVyMg==\n",
		"{\n\"kind\": \"ConfigMap\", \"data\": {\"a\": \"hunter2\"",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct fixture f;
		g_autoptr(GError) error = NULL;
		g_autofree char *n = NULL;

		fixture_init(&f);
		g_assert_false(bring(&f, texts[i], -1, &error));
		g_assert_error(error, ENGINE_ERROR, ENGINE_ERROR_SUBJECT);
		g_assert_null(strchr(error->message, '\n'));
		n = ask(&f, "SELECT count(*) FROM evidence WHERE kind = 'file'");
		g_assert_cmpstr(n, ==, "0");
		fixture_clear(&f);
	}
}

static void a_secret_in_other_clothes_is_not_kept(void)
{
	static const char utf16[] = "k\0i\0n\0d\0:\0 \0S\0e\0c\0r\0e\0t\0\n\0d\0a\0t\0a\0:\0";
	static const struct {
		const char *text;
		gssize size;
	} rows[] = {
		{ "\xef\xbb\xbf"
		  "apiVersion: v1\nkind: Secret\ndata:\n  k: aHVudGVyMg==\n",
		  -1 },
		{ "\xef\xbb\xbf"
		  "{\"kind\": \"Secret\", \"data\": {\"k\": \"aHVudGVyMg==\"}}",
		  -1 },
		{ "$ kubectl get secret q -o yaml\napiVersion: v1\nkind: Secret\ndata:\n  k: "
		  "aHVudGVyMg==\n",
		  -1 },
		{ "apiVersion: v1\nkind: Secret\ndata:\n  k: aHVu\0dGVyMg==\n", 52 },
		{ utf16, sizeof utf16 - 1 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct fixture f;
		g_autoptr(GError) error = NULL;
		g_autofree char *n = NULL;

		fixture_init(&f);
		g_assert_false(bring(&f, rows[i].text, rows[i].size, &error));
		g_assert_error(error, ENGINE_ERROR, ENGINE_ERROR_SUBJECT);
		n = ask(&f, "SELECT count(*) FROM evidence WHERE kind = 'file'");
		g_assert_cmpstr(n, ==, "0");
		fixture_clear(&f);
	}
}

static void what_is_not_understood_is_evidence_all_the_same(void)
{
	struct fixture f;
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) held = NULL;

	fixture_init(&f);
	g_assert_false(bring(&f, "\177ELF\0\1\2", 7, &error));
	g_assert_error(error, ENGINE_ERROR, ENGINE_ERROR_SUBJECT);
	held = held_bytes(&f);
	g_assert_cmpmem(g_bytes_get_data(held, NULL), g_bytes_get_size(held), "\177ELF\0\1\2", 7);
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
	g_assert_cmpstr(told, ==, "ben|brought|import|cluster-state|pod/payments/a|ana@bastion");
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
	ADD(what_kubectl_wrote_is_known_by_its_content);
	ADD(no_value_of_a_secret_comes_into_the_case);
	ADD(what_may_hold_values_and_is_not_understood_is_not_kept);
	ADD(a_secret_in_other_clothes_is_not_kept);
	ADD(what_is_not_understood_is_evidence_all_the_same);
	ADD(a_long_log_is_kept_whole);
	ADD(it_is_brought_by_its_person);
	return g_test_run();
}
