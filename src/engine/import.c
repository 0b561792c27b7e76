#include <string.h>

#include <kase/text.h>

#include "brought.h"
#include "contents.h"
#include "inside.h"
#include "logbytes.h"

/*
 * What a person brought is copied (brought), looked through to its end (contents), and only then
 * recorded, without the values: what was once posted stays in the case.
 */

struct import {
	struct recorder *recorder;
	GMainContext *context; /* in which the recorder says that it has room */
	const char *brought_by, *written, *container;
	char *name; /* of the file, without its folder, made safe */
	struct brought file;
};

/* --- room in the recorder -------------------------------------------------------------------- */

static gboolean room_came(void *data)
{
	return G_SOURCE_REMOVE;
}

static void wait_for_room(const struct import *i)
{
	while (!recorder_room(i->recorder))
		g_main_context_iteration(i->context, TRUE);
}

/* --- entries --------------------------------------------------------------------------------- */

static void about_pod(struct cJSON *about, const struct import *i)
{
	g_autoptr(subject) s = i->written ? subject_parse(i->written, NULL) : NULL;

	if (!s || strcmp(s->kind, "pod"))
		return;
	json_set_string(about, "cluster", s->cluster);
	json_set_string(about, "namespace", s->namespace);
	json_set_string(about, "pod", s->name);
	json_set_string(about, "container", i->container);
}

static char *scope_of(const struct import *i)
{
	return g_strconcat("file/", i->name, NULL);
}

static struct cJSON *about_file(const struct import *i, const struct contents *c)
{
	struct cJSON *about = json_new_object();
	gboolean is_log = !strcmp(c->format, "log");
	g_autofree char *summary = g_strdup_printf("%s, brought by %s, not fetched by kase",
						   i->name, i->brought_by);
	g_autofree char *file = scope_of(i);

	json_set_string(about, "class", is_log ? class_workload_logs : class_cluster_state);
	json_set_string(about, "type", "file");
	json_set_string(about, "source", "import");
	json_set_string(about, "subject", i->written ? i->written : c->subject ? c->subject : file);
	json_set_string(about, "summary", summary);
	json_set_string(about, "brought_by", i->brought_by);
	json_set_string(about, "name", i->name);
	json_set_string(about, "format", c->format);
	json_set_string(about, "encoding", i->file.encoding);
	if (c->withheld)
		json_set_int(about, "withheld", c->withheld);
	if (c->anew)
		json_set_bool(about, "rewritten", TRUE);
	if (is_log)
		about_pod(about, i);
	return about;
}

static void enter_gap(const struct import *i, const GError *why)
{
	struct cJSON *entry = json_new_object();
	gboolean unsure = g_error_matches(why, WITHHOLD_ERROR, WITHHOLD_ERROR_UNSURE);
	const char *reason = unsure ? "refused" : "not-understood";
	g_autofree char *scope = scope_of(i);
	g_autofree char *summary = g_strdup_printf("%s: %s", scope, reason);
	g_autofree char *detail = g_strdup_printf("brought by %s, nothing of it kept: %s",
						  i->brought_by, why->message);

	json_set_string(entry, "kind", "gap");
	json_set_string(entry, "subject", scope);
	json_set_string(entry, "summary", summary);
	json_set_string(entry, "scope", scope);
	json_set_string(entry, "reason", reason);
	json_set_string(entry, "detail", detail);
	ticket_unref(recorder_enter(i->recorder, entry, NULL, NULL));
}

/* --- bytes ----------------------------------------------------------------------------------- */

/* Bytes on their way into evidence, in pieces; those of a log end with a line where they can. */
struct pouring {
	const struct import *import;
	struct evidence *evidence;
	GByteArray *held;
	gboolean lines;
};

static void pour_piece(struct pouring *p)
{
	const char *bytes = (const char *)p->held->data;
	gsize whole = p->lines ? logbytes_whole(bytes, p->held->len) : 0;
	gsize piece = whole ? whole : p->held->len;
	g_autoptr(GBytes) copy = g_bytes_new(bytes, piece);

	wait_for_room(p->import);
	evidence_add(p->evidence, copy);
	g_byte_array_remove_range(p->held, 0, (guint)piece);
}

static void pour(struct pouring *p, const char *bytes, gsize size)
{
	while (size) {
		gsize part = MIN(size, LOGBYTES_PIECE_MAX - p->held->len);

		g_byte_array_append(p->held, (const guint8 *)bytes, (guint)part);
		bytes += part;
		size -= part;
		if (p->held->len == LOGBYTES_PIECE_MAX)
			pour_piece(p);
	}
}

static void pour_span(struct pouring *p, gsize begin, gsize end)
{
	const struct brought *file = &p->import->file;

	for (gsize at = begin; at < end; at += LOGBYTES_PIECE_MAX) {
		pour(p, file->data + at, MIN(end - at, LOGBYTES_PIECE_MAX));
		brought_passed(file, at);
	}
}

static void pour_file(struct pouring *p, const GArray *cuts)
{
	const struct brought *file = &p->import->file;
	gsize at = 0;

	for (guint i = 0; i < cuts->len; i++) {
		struct json_slice c = g_array_index(cuts, struct json_slice, i);
		g_autofree char *words = withhold_words(file->data, c);

		pour_span(p, at, c.offset);
		pour(p, words, strlen(words));
		at = c.offset + c.length;
	}
	pour_span(p, at, file->size);
}

static void record(const struct import *i, const struct contents *c)
{
	struct pouring p = {
		.import = i,
		.evidence = evidence_open(i->recorder, about_file(i, c), NULL),
		.held = g_byte_array_new(),
		.lines = !strcmp(c->format, "log"),
	};

	if (c->anew)
		pour(&p, c->anew, c->anew_bytes);
	else
		pour_file(&p, c->cuts);
	while (p.held->len)
		pour_piece(&p);
	evidence_close(p.evidence, outcome_new("complete", NULL, NULL));
	g_byte_array_unref(p.held);
}

/* --- the way in ------------------------------------------------------------------------------ */

static void pages_passed(void *user, gsize offset)
{
	brought_passed(user, offset);
}

static gboolean look_through(struct import *i, struct contents *c, GError **error)
{
	struct withhold_text text = {
		.data = i->file.data, .size = i->file.size, .passed = pages_passed, .user = &i->file
	};

	if (i->file.size || i->written)
		return contents_read(c, &text, error);
	g_set_error_literal(error, WITHHOLD_ERROR, WITHHOLD_ERROR_SYNTAX, "it is empty");
	return FALSE;
}

/* Nothing of it is kept. */
static gboolean refuse(const struct import *i, const GError *why, GError **error)
{
	enter_gap(i, why);
	g_set_error(error, ENGINE_ERROR, ENGINE_ERROR_CONTENTS, "nothing of it is kept: %s",
		    why->message);
	return FALSE;
}

static gboolean take(struct import *i, GError **error)
{
	struct contents c = { 0 };
	g_autoptr(GError) wrong = NULL;
	gboolean taken = look_through(i, &c, &wrong);

	if (taken)
		record(i, &c);
	else
		refuse(i, wrong, error);
	contents_clear(&c);
	return taken;
}

static gboolean read_and_take(struct import *i, const char *path, GError **error)
{
	GError *wrong = NULL;

	if (brought_read(&i->file, path, &wrong))
		return take(i, error);
	if (g_error_matches(wrong, ENGINE_ERROR, ENGINE_ERROR_CONTENTS))
		refuse(i, wrong, error);
	else
		g_propagate_error(error, g_steal_pointer(&wrong));
	g_clear_error(&wrong);
	return FALSE;
}

static char *name_of(const char *path)
{
	g_autofree char *base = g_path_get_basename(path);

	return strcmp(path, "-") ? text_utf8(base, strlen(base)) : g_strdup("stdin");
}

gboolean engine_import(struct recorder *r, const char *path, const char *brought_by,
		       const char *written, const char *container, GError **error)
{
	struct import i = {
		.recorder = r, .brought_by = brought_by, .written = written, .container = container
	};
	gboolean ok;

	i.name = name_of(path);
	i.context = g_main_context_new();
	recorder_on_room(r, i.context, room_came, NULL);
	ok = read_and_take(&i, path, error);
	if (!ok)
		g_prefix_error(error, "%s: ", strcmp(path, "-") ? path : i.name);
	recorder_on_room(r, NULL, NULL, NULL);
	g_main_context_unref(i.context);
	g_free(i.name);
	brought_clear(&i.file);
	return ok;
}
