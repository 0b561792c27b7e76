#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <kase/yaml.h>

#include "inside.h"
#include "logbytes.h"
#include "withhold.h"

/*
 * A file that a person brought.  Its first bytes say what it may be; a document must then parse whole, with an apiVersion and a
 * kind.  What looks like a document but is none is not kept where it names a Secret or a ConfigMap: nobody could tell
 * where the values stand in it.
 */

#define DOCUMENT_MAX_BYTES (64 << 20)
#define HEAD_BYTES         (64 << 10)
#define ROOM_AGAIN_US      2000

struct brought {
	struct recorder *recorder;
	const char *path, *brought_by, *subject, *container;
	char *name; /* of the file, without its folder */
	int fd;
	guint64 size;
};

/* --- entries --------------------------------------------------------------------------------- */

static void about_pod(struct cJSON *about, const struct brought *b)
{
	g_autoptr(subject) s = b->subject ? subject_parse(b->subject, NULL) : NULL;

	if (!s || strcmp(s->kind, "pod"))
		return;
	json_set_string(about, "namespace", s->namespace);
	json_set_string(about, "pod", s->name);
	json_set_string(about, "container", b->container);
}

static struct cJSON *about_file(const struct brought *b, const char *class, const char *format,
				const char *written)
{
	struct cJSON *about = json_new_object();
	g_autofree char *summary = g_strdup_printf("%s, brought by %s, not fetched by kase",
						   b->name, b->brought_by);
	g_autofree char *file = g_strconcat("file/", b->name, NULL);

	json_set_string(about, "class", class);
	json_set_string(about, "type", "file");
	json_set_string(about, "source", "import");
	json_set_string(about, "subject", b->subject ? b->subject : written ? written : file);
	json_set_string(about, "summary", summary);
	json_set_string(about, "brought_by", b->brought_by);
	json_set_string(about, "name", b->name);
	json_set_string(about, "format", format);
	return about;
}

static void wait_for_room(struct recorder *r)
{
	while (!recorder_room(r))
		g_usleep(ROOM_AGAIN_US);
}

static void record_file(const struct brought *b, struct cJSON *about, GBytes *bytes)
{
	struct evidence *e;

	wait_for_room(b->recorder);
	e = evidence_open(b->recorder, about, NULL);
	if (g_bytes_get_size(bytes))
		evidence_add(e, bytes);
	evidence_close(e, outcome_new("complete", NULL, NULL));
}

/* --- documents ------------------------------------------------------------------------------- */

static gboolean is_document(const struct cJSON *tree)
{
	return json_string(tree, "kind") && json_string(tree, "apiVersion");
}

static char *subject_of_document(const struct cJSON *tree)
{
	const char *version = json_string(tree, "apiVersion"),
		   *name = json_string(tree, "metadata.name");
	const char *slash = strchr(version, '/');
	g_autofree char *group = g_strndup(version, slash ? (gsize)(slash - version) : 0);

	if (!name)
		return NULL;
	return subject_format(NULL, group, json_string(tree, "kind"),
			      json_string(tree, "metadata.namespace"), name);
}

struct documents {
	const char *format;
	GBytes *bytes; /* without values */
	char *subject; /* of the only one, or NULL */
	guint withheld;
	gboolean rewritten;
};

static void documents_clear(struct documents *d)
{
	g_clear_pointer(&d->bytes, g_bytes_unref);
	g_free(d->subject);
}

static gboolean read_json(GBytes *bytes, struct documents *d)
{
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);
	g_autoptr(json_tree) tree = json_parse(data, (gssize)size, NULL);

	if (!is_document(tree))
		return FALSE;
	d->format = "json";
	d->subject = subject_of_document(tree);
	d->bytes = withhold_json(bytes, &d->withheld, NULL);
	return d->bytes != NULL;
}

static GBytes *print_documents(GPtrArray *trees)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < trees->len; i++) {
		g_autofree char *text = yaml_print(trees->pdata[i]);

		g_string_append_printf(out, "%s%s", i ? "---\n" : "", text);
	}
	return g_string_free_to_bytes(out);
}

/* YAML is written anew where it held values: their places in the bytes cannot be told. */
static gboolean read_yaml(GBytes *bytes, struct documents *d)
{
	gsize size;
	const char *data = g_bytes_get_data(bytes, &size);
	g_autoptr(GPtrArray) trees = yaml_parse(data, size, NULL);

	if (!trees || !trees->len)
		return FALSE;
	for (guint i = 0; i < trees->len; i++)
		if (!is_document(trees->pdata[i]))
			return FALSE;
	d->format = "yaml";
	d->subject = trees->len == 1 ? subject_of_document(trees->pdata[0]) : NULL;
	for (guint i = 0; i < trees->len; i++)
		d->withheld += withhold_tree(trees->pdata[i], NULL);
	d->rewritten = d->withheld > 0;
	d->bytes = d->rewritten ? print_documents(trees) : g_bytes_ref(bytes);
	return TRUE;
}

static void record_documents(const struct brought *b, const struct documents *d)
{
	struct cJSON *about = about_file(b, class_cluster_state, d->format, d->subject);

	if (d->withheld)
		json_set_int(about, "withheld", d->withheld);
	if (d->rewritten)
		json_set_bool(about, "rewritten", TRUE);
	record_file(b, about, d->bytes);
}

/* --- what it may be -------------------------------------------------------------------------- */

static const char *const document_beginnings[] = {
	"{", "---", "apiVersion:", "kind:", "items:", "metadata:", "#"
};

/* Logs may be JSON, too: then their first line is whole. */
static gboolean is_json_line(const char *head)
{
	const char *end = strchr(head, '\n');
	g_autoptr(json_tree) line = end ? json_parse(head, end - head, NULL) : NULL;

	return line && !is_document(line);
}

static gboolean looks_like_document(const char *head)
{
	while (g_ascii_isspace(*head))
		head++;
	if (*head == '{' && is_json_line(head))
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(document_beginnings); i++)
		if (g_str_has_prefix(head, document_beginnings[i]))
			return TRUE;
	return FALSE;
}

static gboolean may_hold_values(const char *text, gsize size)
{
	g_autoptr(GRegex) kinds = g_regex_new("kind[\"']?\\s*:\\s*[\"']?(Secret|ConfigMap)",
					      G_REGEX_RAW, 0, NULL);

	return g_regex_match_full(kinds, text, (gssize)size, 0, 0, NULL, NULL);
}

/* A log may name a kind; a Secret has values beside it. */
static gboolean has_values_beside(const char *text, gsize size)
{
	g_autoptr(GRegex) values = g_regex_new(
		"(^|[^A-Za-z])(data|stringData|binaryData)[\"']?\\s*:", G_REGEX_RAW, 0, NULL);

	return g_regex_match_full(values, text, (gssize)size, 0, 0, NULL, NULL);
}

static gboolean is_text(const char *head, gsize size)
{
	return !memchr(head, '\0', size);
}

/* --- reading --------------------------------------------------------------------------------- */

static gboolean refuse(const struct brought *b, GError **error, const char *what)
{
	g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_SUBJECT, "%s: %s", b->path, what);
	return FALSE;
}

/* Up to `size` bytes from the start; fewer at the end of the file.  Caller owns. */
static char *read_start(const struct brought *b, gsize size, gsize *got, GError **error)
{
	char *buffer = g_malloc(size + 1);
	gssize n = 0;

	for (*got = 0; *got < size; *got += (gsize)n) {
		n = pread(b->fd, buffer + *got, size - *got, (off_t)*got);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			break;
	}
	buffer[*got] = '\0';
	if (n >= 0)
		return buffer;
	refuse(b, error, g_strerror(errno));
	g_free(buffer);
	return NULL;
}

static void add_copy(struct evidence *e, const char *bytes, gsize size)
{
	g_autoptr(GBytes) copy = g_bytes_new(bytes, size);

	evidence_add(e, copy);
}

/* Bytes in pieces that end with a line, however many there are. */
static gboolean record_stream(const struct brought *b, struct cJSON *about, GError **error)
{
	struct evidence *e = evidence_open(b->recorder, about, NULL);
	g_autofree char *buffer = g_malloc(2 * LOGBYTES_PIECE_MAX);
	gsize held = 0;
	gssize n;

	while ((n = read(b->fd, buffer + held, LOGBYTES_PIECE_MAX)) > 0 ||
	       (n < 0 && errno == EINTR)) {
		gsize piece;

		held += (gsize)MAX(n, 0);
		piece = logbytes_whole(buffer, held);
		if (!piece && held < LOGBYTES_PIECE_MAX)
			continue;
		piece = piece ? piece : held;
		wait_for_room(b->recorder);
		add_copy(e, buffer, piece);
		memmove(buffer, buffer + piece, held - piece);
		held -= piece;
	}
	if (held)
		add_copy(e, buffer, held);
	evidence_close(
		e, outcome_new(n < 0 ? "cut" : "complete", NULL, n < 0 ? g_strerror(errno) : NULL));
	return n < 0 ? refuse(b, error, g_strerror(errno)) : TRUE;
}

static gboolean take_text(const struct brought *b, gboolean text, GError **error)
{
	struct cJSON *about = about_file(b, class_workload_logs, text ? "log" : "unknown", NULL);

	about_pod(about, b);
	if (!record_stream(b, about, error))
		return FALSE;
	return text ? TRUE
		    : refuse(b, error,
			     "neither YAML, JSON nor a log; it is in the case as it is, but "
			     "nothing is shown of it");
}

/* TRUE where `done` says how it went: it is a document, or may not be kept. */
static gboolean take_document(const struct brought *b, gboolean *done, GError **error)
{
	struct documents d = { 0 };
	gsize size;
	g_autofree char *data = read_start(b, MIN(b->size, DOCUMENT_MAX_BYTES), &size, error);
	g_autoptr(GBytes) bytes = NULL;
	gboolean whole = data && b->size <= DOCUMENT_MAX_BYTES, taken = FALSE;

	*done = FALSE;
	if (!data)
		return TRUE;
	bytes = g_bytes_new_static(data, size);
	if (whole && (read_json(bytes, &d) || read_yaml(bytes, &d))) {
		g_autoptr(GBytes) kept = g_bytes_new(g_bytes_get_data(d.bytes, NULL),
						     g_bytes_get_size(d.bytes));

		g_bytes_unref(g_steal_pointer(&d.bytes));
		d.bytes = g_steal_pointer(&kept);
		record_documents(b, &d);
		*done = taken = TRUE;
	} else if (may_hold_values(data, size)) {
		refuse(b, error,
		       whole ? "looks like a Secret or ConfigMap, but is no whole YAML or JSON; "
			       "not kept, since its values "
			       "cannot be withheld"
			     : "larger than 64 MiB and may hold Secrets or ConfigMaps; split it");
		taken = TRUE;
	}
	documents_clear(&d);
	return taken;
}

/* What is taken as text is kept as it is: so it must not be a Secret in other clothes (behind a byte order mark or a line of a
 * shell, or in UTF-16, whose letters of ASCII have a NUL beside them). */
static gboolean hides_values(const struct brought *b, GError **error)
{
	gsize size, kept = 0;
	g_autofree char *data = read_start(b, MIN(b->size, DOCUMENT_MAX_BYTES), &size, error);

	if (!data)
		return TRUE;
	for (gsize i = 0; i < size; i++)
		if (data[i])
			data[kept++] = data[i];
	if (!may_hold_values(data, kept) || !has_values_beside(data, kept))
		return FALSE;
	refuse(b, error,
	       "names a Secret or ConfigMap, and is no plain YAML or JSON; not kept, since its "
	       "values "
	       "cannot be withheld; save it as UTF-8 without other text round it");
	return TRUE;
}

static gboolean take(const struct brought *b, GError **error)
{
	gsize size;
	g_autofree char *head = read_start(b, HEAD_BYTES, &size, error);
	gboolean done;

	if (!head)
		return FALSE;
	if (is_text(head, size) && looks_like_document(head) && take_document(b, &done, error))
		return done;
	return !hides_values(b, error) && take_text(b, is_text(head, size), error);
}

gboolean engine_import(struct recorder *r, const char *path, const char *brought_by,
		       const char *written, const char *container, GError **error)
{
	struct brought b = { .recorder = r,
			     .path = path,
			     .brought_by = brought_by,
			     .subject = written,
			     .container = container,
			     .fd = open(path, O_RDONLY | O_CLOEXEC) };
	struct stat st;
	gboolean ok;

	if (b.fd < 0)
		return refuse(&b, error, g_strerror(errno));
	if (fstat(b.fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(b.fd);
		return refuse(&b, error, "no file; kase import takes files that kubectl wrote");
	}
	b.size = (guint64)st.st_size;
	b.name = g_path_get_basename(path);
	ok = take(&b, error);
	g_free(b.name);
	close(b.fd);
	return ok;
}
