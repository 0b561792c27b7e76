/*
 * What projecting costs: 20,000 pods in 41 pages, and a million lines of a log, beside what cannot be avoided: making
 * trees of the same bytes, and inserting as many plain rows.  CPU seconds of one core, SQLite and its commits included.
 *
 *	tests/bench/bench-project [PODS [LINES]]
 */
#include <kase/project.h>
#include <kase/stamp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "private.h"

#define PAGE_ROWS 500
#define LINE_PAGE 36000 /* lines in a chunk of 4 MiB */

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* --- what is projected ------------------------------------------------------------------------- */

/* Managed fields are the larger half of a pod. */
static void append_managed(GString *out)
{
	g_string_append(
		out, ",\"managedFields\":[{\"manager\":\"kube-controller-manager\",\"operation\":"
		     "\"Update\","
		     "\"apiVersion\":\"v1\",\"time\":\"2026-11-24T08:19:34Z\",\"fieldsType\":"
		     "\"FieldsV1\","
		     "\"fieldsV1\":{\"f:metadata\":{\"f:generateName\":{},\"f:labels\":{\".\":{},"
		     "\"f:app\":{},"
		     "\"f:pod-template-hash\":{}},\"f:ownerReferences\":{\".\":{}}},\"f:spec\":{");
	for (int i = 0; i < 60; i++)
		g_string_append_printf(out, "%s\"f:someSpecification%d\":{\".\":{},\"f:n\":{}}",
				       i ? "," : "", i);
	g_string_append(out, "}}}]");
}

static void append_pod(GString *out, int n, int version)
{
	g_string_append_printf(out,
			       "{\"metadata\":{\"name\":\"filler-684fb9bb9f-%05d\","
			       "\"generateName\":\"filler-684fb9bb9f-\",\"namespace\":"
			       "\"filler-%d\",\"uid\":\"4306857f-f6c9-4ed0-9ad9-%012d\","
			       "\"resourceVersion\":\"%d\",\"generation\":1,"
			       "\"creationTimestamp\":\"2026-11-24T08:19:34Z\",\"labels\":{\"app\":"
			       "\"filler\",\"pod-template-hash\":"
			       "\"684fb9bb9f\"},\"ownerReferences\":[{\"apiVersion\":\"apps/"
			       "v1\",\"kind\":\"ReplicaSet\",\"name\":"
			       "\"filler-684fb9bb9f\",\"uid\":\"bd0aca74-9e40-4a04-9a46-"
			       "d5cb4bc0d5a4\",\"controller\":true,"
			       "\"blockOwnerDeletion\":true}]",
			       n, n % 20, n, version + n);
	append_managed(out);
	g_string_append_printf(
		out,
		"},\"spec\":{\"volumes\":[{\"name\":\"kube-api-access-x\",\"projected\":{"
		"\"sources\":[{\"serviceAccountToken\":{"
		"\"expirationSeconds\":3607,\"path\":\"token\"}},{\"configMap\":{\"name\":\"kube-"
		"root-ca.crt\",\"items\":[{"
		"\"key\":\"ca.crt\",\"path\":\"ca.crt\"}]}}],\"defaultMode\":420}}],\"containers\":"
		"[{\"name\":\"app\",\"image\":"
		"\"registry.test/"
		"filler:1\",\"env\":[{\"name\":\"A\",\"value\":\"1\"},{\"name\":\"B\",\"value\":"
		"\"2\"}],"
		"\"resources\":{\"limits\":{\"cpu\":\"1\",\"memory\":\"128Mi\"}},\"volumeMounts\":["
		"{\"name\":\"kube-api-access-x\","
		"\"readOnly\":true,\"mountPath\":\"/var/run/secrets/kubernetes.io/"
		"serviceaccount\"}],\"imagePullPolicy\":"
		"\"IfNotPresent\"},{\"name\":\"proxy\",\"image\":\"registry.test/"
		"proxy:2\",\"resources\":{}}],\"restartPolicy\":"
		"\"Always\",\"serviceAccountName\":\"filler\",\"nodeName\":\"node-%d\","
		"\"tolerations\":[{\"key\":"
		"\"node.kubernetes.io/"
		"not-ready\",\"operator\":\"Exists\",\"effect\":\"NoExecute\","
		"\"tolerationSeconds\":300}]},"
		"\"status\":{\"phase\":\"Running\",\"conditions\":[{\"type\":\"Initialized\","
		"\"status\":\"True\","
		"\"lastTransitionTime\":\"2026-11-24T08:19:34Z\"},{\"type\":\"Ready\",\"status\":"
		"\"True\",\"lastTransitionTime\":"
		"\"2026-11-24T08:19:36Z\"}],\"hostIP\":\"10.0.0.1\",\"podIP\":\"198.18.%d.%d\","
		"\"startTime\":"
		"\"2026-11-24T08:19:34Z\",\"containerStatuses\":[{\"name\":\"app\",\"state\":{"
		"\"running\":{\"startedAt\":"
		"\"2026-11-24T08:19:35Z\"}},\"lastState\":{},\"ready\":true,\"restartCount\":0,"
		"\"image\":"
		"\"registry.test/"
		"filler:1\",\"imageID\":\"sha256:"
		"1d7c7ee126c21d4a0051ed64f4a8d6b3b4585c473302267eaea16782b0855947\","
		"\"containerID\":\"containerd://"
		"%064d\",\"started\":true},{\"name\":\"proxy\",\"state\":{\"running\":{"
		"\"startedAt\":"
		"\"2026-11-24T08:19:35Z\"}},\"lastState\":{},\"ready\":true,\"restartCount\":0,"
		"\"image\":\"registry.test/proxy:2\","
		"\"imageID\":\"sha256:"
		"2d7c7ee126c21d4a0051ed64f4a8d6b3b4585c473302267eaea16782b0855947\","
		"\"containerID\":"
		"\"containerd://%064d\",\"started\":true}],\"qosClass\":\"Burstable\"}}",
		n % 200, n / 250 % 250, n % 250, 2 * n, 2 * n + 1);
}

static GPtrArray *make_pages(int pods, int version)
{
	GPtrArray *pages = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

	for (int n = 0; n < pods; n += PAGE_ROWS) {
		GString *page = g_string_new(
			"{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{},\"items\":[");

		for (int i = n; i < MIN(n + PAGE_ROWS, pods); i++) {
			if (i > n)
				g_string_append_c(page, ',');
			append_pod(page, i, version);
		}
		g_string_append(page, "]}\n");
		g_ptr_array_add(pages, g_string_free_to_bytes(page));
	}
	return pages;
}

static GPtrArray *make_logs(int lines)
{
	GPtrArray *chunks = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

	for (int n = 0; n < lines; n += LINE_PAGE) {
		GString *text = g_string_new(NULL);

		for (int i = n; i < MIN(n + LINE_PAGE, lines); i++) {
			char at[STAMP_CHARS];

			g_string_append_printf(
				text,
				"%s level=info msg=\"request served\" id=%08d path=/api/v1/pay "
				"status=200 took=12ms peer=198.18.1.7\n",
				stamp_format(1795508000000000000 + i * 1234567LL, at), i);
		}
		g_ptr_array_add(chunks, g_string_free_to_bytes(text));
	}
	return chunks;
}

static gsize bytes_of(GPtrArray *parts)
{
	gsize sum = 0;

	for (guint i = 0; i < parts->len; i++)
		sum += g_bytes_get_size(parts->pdata[i]);
	return sum;
}

/* --- a case's tables, without its records -------------------------------------------------------- */

struct bench {
	char *path;
	sqlite3 *db;
	struct projection p;
	gint64 seq;
};

static void stop(const GError *error)
{
	if (!error)
		return;
	fprintf(stderr, "bench-project: %s\n", error->message);
	exit(1);
}

static void bench_open(struct bench *b)
{
	g_autoptr(GError) error = NULL;
	int file = g_file_open_tmp("bench-project-XXXXXX", &b->path, &error);

	stop(error);
	close(file);
	sqlite3_open(b->path, &b->db);
	sql_exec(b->db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", &error);
	stop(error);
	projection_init(&b->p, b->db, &project_projector);
	schema_make_derived(b->db, &project_projector, &error);
	stop(error);
}

static void bench_close(struct bench *b)
{
	projection_clear(&b->p);
	sqlite3_close(b->db);
	unlink(b->path);
	g_free(b->path);
}

static gint64 enter(struct bench *b, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gint64 enter(struct bench *b, const char *format, ...)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	struct cJSON *entry;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	entry = json_parse(text, -1, &error);
	stop(error);
	apply_entry(&b->p, ++b->seq, &entry, &error);
	stop(error);
	json_free(entry);
	return b->seq;
}

static void add_chunk(struct bench *b, gint64 evidence, guint64 offset, GBytes *bytes)
{
	g_autoptr(GError) error = NULL;
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);

	sql_exec(b->db, "BEGIN IMMEDIATE", &error);
	stop(error);
	apply_chunk(&b->p, evidence, stamp_now(), b->seq, offset, data, size, &error);
	stop(error);
	sql_exec(b->db, "COMMIT", &error);
	stop(error);
}

static double list_pods(struct bench *b, GPtrArray *pages)
{
	double begin = cpu_s();
	gint64 listing = enter(b,
			       "{\"kind\":\"listing\",\"cluster\":\"prod\",\"group\":\"\","
			       "\"object\":\"Pod\",\"resource\":"
			       "\"pods\",\"namespace\":\"\",\"as_of\":%d}",
			       (int)b->seq);

	for (guint i = 0; i < pages->len; i++)
		add_chunk(b,
			  enter(b,
				"{\"kind\":\"evidence\",\"type\":\"list\",\"cluster\":\"prod\","
				"\"group\":\"\",\"object\":"
				"\"Pod\",\"listing\":%d,\"as_of\":%d}",
				(int)listing, (int)listing - 1),
			  0, pages->pdata[i]);
	enter(b, "{\"kind\":\"listed\",\"listing\":%d,\"state\":\"complete\"}", (int)listing);
	return cpu_s() - begin;
}

static double read_log(struct bench *b, GPtrArray *chunks)
{
	double begin = cpu_s();
	gint64 log = enter(
		b, "{\"kind\":\"evidence\",\"type\":\"log\",\"cluster\":\"prod\",\"namespace\":"
		   "\"pay\",\"pod\":"
		   "\"a\",\"uid\":\"u\",\"container\":\"app\",\"instance\":\"containerd://1\"}");
	guint64 offset = 0;

	for (guint i = 0; i < chunks->len; i++) {
		add_chunk(b, log, offset, chunks->pdata[i]);
		offset += g_bytes_get_size(chunks->pdata[i]);
	}
	return cpu_s() - begin;
}

/* --- what cannot be avoided ------------------------------------------------------------------------ */

static double parse_pods(GPtrArray *pages)
{
	double begin = cpu_s();

	for (guint i = 0; i < pages->len; i++) {
		gsize size;
		const char *data = g_bytes_get_data(pages->pdata[i], &size);

		json_free(json_parse(data, size, NULL));
	}
	return cpu_s() - begin;
}

/* As many rows of the same form, with the same index, and nothing asked or thought. */
static double insert_lines(struct bench *b, GPtrArray *chunks)
{
	double begin = cpu_s();
	gint64 n = 0;
	sqlite3_stmt *insert;

	sqlite3_exec(b->db,
		     "CREATE TABLE plain (id INTEGER PRIMARY KEY, instance, at, hash, nth, seq, "
		     "text, evidence,"
		     " offset, length); CREATE UNIQUE INDEX plain_place ON plain (instance, at, "
		     "hash, nth)",
		     NULL, NULL, NULL);
	sqlite3_prepare_v2(
		b->db,
		"INSERT INTO plain VALUES (NULL, 1, ?1, ?1 * 2654435761, 1, ?1, ?2, 1, ?1, 120)",
		-1, &insert, NULL);
	for (guint i = 0; i < chunks->len; i++) {
		gsize size;
		const char *at = g_bytes_get_data(chunks->pdata[i], &size), *end = at + size,
			   *newline;

		sqlite3_exec(b->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
		for (; (newline = memchr(at, '\n', end - at)); at = newline + 1) {
			sqlite3_bind_int64(insert, 1, 1795508000000000000 + ++n);
			sqlite3_bind_text(insert, 2, at, newline - at, SQLITE_STATIC);
			sqlite3_step(insert);
			sqlite3_reset(insert);
		}
		sqlite3_exec(b->db, "COMMIT", NULL, NULL, NULL);
	}
	sqlite3_finalize(insert);
	return cpu_s() - begin;
}

static void say(const char *what, double took, const char *beside, double least)
{
	printf("%-28s %6.2f s   %s %.2f s, ratio %.2f\n", what, took, beside, least, took / least);
}

static void bench_pods(int pods)
{
	g_autoptr(GPtrArray) pages = make_pages(pods, 1000), changed = make_pages(pods, 9000000);
	double parse = parse_pods(pages);
	struct bench b = { 0 };

	printf("%d pods, %u pages, %.1f MB\n", pods, pages->len, bytes_of(pages) / 1e6);
	bench_open(&b);
	say("first listing", list_pods(&b, pages), "parsing alone", parse);
	say("listing without a change", list_pods(&b, pages), "parsing alone", parse);
	say("listing with every change", list_pods(&b, changed), "parsing alone", parse);
	bench_close(&b);
}

static void bench_lines(int lines)
{
	g_autoptr(GPtrArray) chunks = make_logs(lines);
	struct bench b = { 0 };
	double plain;

	printf("%d lines, %.1f MB\n", lines, bytes_of(chunks) / 1e6);
	bench_open(&b);
	plain = insert_lines(&b, chunks);
	say("first capture", read_log(&b, chunks), "plain inserts", plain);
	say("second capture, same lines", read_log(&b, chunks), "plain inserts", plain);
	bench_close(&b);
}

int main(int argc, char **argv)
{
	bench_pods(argc > 1 ? atoi(argv[1]) : 20215);
	bench_lines(argc > 2 ? atoi(argv[2]) : 1000000);
	return 0;
}
