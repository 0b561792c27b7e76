/* A recording that runs in time, by a small one made here. */
#include <kase/drill.h>
#include <kase/json.h>
#include <kase/stamp.h>

#include "../lib/fetch.h"
#include "../lib/scratch.h"

#include <curl/curl.h>
#include <glib/gstdio.h>
#include <string.h>

#define PODS       "/api/v1/pods"
#define GUEST      "/api/v1/namespaces/shop/pods/guest"
#define LOG        "/api/v1/namespaces/shop/pods/teller/log"
#define FIRST      100 /* resourceVersion of the list */
#define LINES      600
#define LINE_MS    100
#define HOUR_MS    (60 * 60 * 1000)
#define AT_ONCE    3600000 /* an hour in a millisecond */
#define LOG_LINES  5
#define BEGAN      "2020-01-01T00:00:00.250000000Z"
#define HOUR_AGO   "2019-12-31T23:00:00Z"
#define LATER      "2020-01-01T00:01:40Z"
#define LATER_FINE "2020-01-01T00:01:40.125000Z"

/* --- the recording ---------------------------------------------------------------------------- */

static char *write_file(const char *folder, const char *name, const char *text)
{
	g_autofree char *path = g_build_filename(folder, name, NULL),
			*parent = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	return g_steal_pointer(&path);
}

/* Without kind: as in a list.  `instance`: how often its container was restarted. */
static char *pod_text(const char *name, guint version, guint instance)
{
	g_autofree char *last = instance ? g_strdup_printf(
						   "\"lastState\":{\"terminated\":{\"containerID\":"
						   "\"containerd://%012u\"}},",
						   instance - 1)
					 : g_strdup("");

	return g_strdup_printf(
		"\"metadata\":{\"name\":\"%s\",\"namespace\":\"shop\",\"uid\":\"uid-of-%s\","
		"\"resourceVersion\":\"%u\",\"creationTimestamp\":\"" HOUR_AGO
		"\",\"annotations\":{\"later\":\"" LATER "\",\"fine\":\"" LATER_FINE
		"\",\"none\":\"2020-13-01T00:00:00Z 2020-01-01T00:00:00+01:00 T\"}},"
		"\"spec\":{\"nodeName\":\"node-1\",\"containers\":[{\"name\":\"app\"}]},"
		"\"status\":{\"phase\":\"Running\",\"containerStatuses\":[{\"name\":\"app\","
		"\"restartCount\":%u,%s"
		"\"state\":{\"running\":{}},\"containerID\":\"containerd://%012u\"}]}",
		name, name, version, instance, last, instance);
}

static void write_list(const char *folder, const char *const *names)
{
	g_autoptr(GString) out = g_string_new(NULL);

	g_string_printf(out,
			"{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"metadata\":{"
			"\"resourceVersion\":\"%u\"},\"items\":[",
			FIRST);
	for (guint i = 0; names[i]; i++) {
		g_autofree char *pod = pod_text(names[i], FIRST, 0);

		g_string_append_printf(out, "%s{%s}", i ? "," : "", pod);
	}
	g_string_append(out, "]}\n");
	g_free(write_file(folder, "incident/lists/core_v1_pods.json", out->str));
}

static void add_line(GString *lines, const char *type, const char *pod)
{
	g_string_append_printf(
		lines, "{\"type\":\"%s\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",%s}}\n",
		type, pod);
}

/* One line an instance's log: which one it is. */
static void write_log(const char *folder, guint instance)
{
	g_autofree char *name = g_strdup_printf("incident/logs/shop/teller/app.%012u.log",
						instance),
			*text = g_strdup_printf(HOUR_AGO " instance %u\n", instance);

	g_free(write_file(folder, name, text));
}

/* What is the same in all of them: a folder with pods, of which `names` are there in the
 * beginning. */
static scratch *begin(const char *const *names)
{
	scratch *folder = scratch_make();

	g_free(write_file(folder, "incident/began", BEGAN "\n"));
	g_free(write_file(
		folder, "resources/core_v1.json",
		"{\"kind\":\"APIResourceList\",\"groupVersion\":\"v1\",\"resources\":[{\"name\":"
		"\"pods\","
		"\"namespaced\":true,\"kind\":\"Pod\",\"verbs\":[\"get\",\"list\",\"watch\"]}]}"));
	write_list(folder, names);
	return folder;
}

static void finish(const char *folder, const GString *lines, const GString *ms)
{
	g_free(write_file(folder, "incident/watch/core_v1_pods.lines", lines->str));
	g_free(write_file(folder, "incident/watch/core_v1_pods.ms", ms->str));
}

/*
 * Changes that go on for a minute: line n, of version FIRST + n, brings the guest, restarts the
 * teller's container as its nth instance, or takes the guest away.  So whatever is answered
 * tells by its version what should be in it, whenever it was asked for.
 */
static scratch *restless(void)
{
	scratch *folder = begin((const char *[]){ "baker", "teller", NULL });
	g_autoptr(GString) lines = g_string_new(NULL), ms = g_string_new(NULL);
	guint instance = 0;

	write_log(folder, 0);
	for (guint n = 1; n <= LINES; n++) {
		static const char *const types[] = { "DELETED", "ADDED", "MODIFIED" };
		gboolean restart = n % 3 == 2;
		g_autofree char *pod = NULL;

		instance += restart;
		pod = pod_text(restart ? "teller" : "guest", FIRST + n, restart ? instance : 0);
		add_line(lines, types[n % 3], pod);
		g_string_append_printf(ms, "%u\n", n * LINE_MS);
		if (restart)
			write_log(folder, instance);
	}
	finish(folder, lines, ms);
	return folder;
}

/* One hour in which nothing happens; then the guest comes, the baker goes, and the teller's
 * container is restarted. */
static scratch *sudden(void)
{
	static const struct {
		const char *type, *name;
		guint instance;
	} events[] = { { "ADDED", "guest", 0 },
		       { "DELETED", "baker", 0 },
		       { "MODIFIED", "teller", 1 } };
	scratch *folder = begin((const char *[]){ "baker", "teller", NULL });
	g_autoptr(GString) lines = g_string_new(NULL), ms = g_string_new(NULL);

	write_log(folder, 0);
	write_log(folder, 1);
	for (guint n = 0; n < G_N_ELEMENTS(events); n++) {
		g_autofree char *pod = pod_text(events[n].name, FIRST + 1 + n, events[n].instance);

		add_line(lines, events[n].type, pod);
		g_string_append_printf(ms, "%u\n", HOUR_MS);
	}
	finish(folder, lines, ms);
	return folder;
}

/* --- asking ----------------------------------------------------------------------------------- */

static struct drill_server *start(const char *folder, guint hurry)
{
	g_autoptr(GError) error = NULL;
	struct drill_server *s = drill_start(
		&(struct drill_plan){ .recording = folder, .in_time = TRUE, .hurry = hurry },
		&error);

	g_assert_no_error(error);
	return s;
}

static struct reply *get_lines(const struct drill_server *s, const char *path, guint lines)
{
	g_autofree char *url = g_strconcat(drill_url(s), path, NULL);

	return fetch(&(struct fetch){ .url = url, .ca_pem = drill_ca_pem(s), .max_lines = lines });
}

static struct reply *get(const struct drill_server *s, const char *path)
{
	return get_lines(s, path, 0);
}

static struct cJSON *get_tree(const struct drill_server *s, const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(reply) r = get(s, path);
	struct cJSON *tree = json_parse(r->body->str, r->body->len, &error);

	g_assert_no_error(error);
	g_assert_cmpint(r->status, ==, 200);
	return tree;
}

/* Text at `path` of the only line that is left of a watch from `version`.  Caller owns. */
static char *next_of_watch(const struct drill_server *s, gint64 version, const char *at)
{
	g_autofree char *path = g_strdup_printf(PODS "?watch=1&resourceVersion=%" G_GINT64_FORMAT,
						version);
	g_autoptr(reply) r = get_lines(s, path, 1);
	g_autoptr(json_tree) line = json_parse(r->body->str, strcspn(r->body->str, "\n"), NULL);

	return g_strdup(json_string(line, at));
}

/* Wait until all of the sudden one has happened. */
static void pass_all(const struct drill_server *s)
{
	g_autofree char *last = next_of_watch(s, FIRST + 2, "type");

	g_assert_cmpstr(last, ==, "MODIFIED");
}

static gint64 version_of(const struct cJSON *list)
{
	return g_ascii_strtoll(json_string(list, "metadata.resourceVersion"), NULL, 10);
}

/* The names in lists, joined by spaces.  Caller owns. */
static void add_names(GString *names, const struct cJSON *list)
{
	for (const struct cJSON *i = json_first(json_get(list, "items")); i; i = json_next(i))
		g_string_append_printf(names, "%s%s", names->len ? " " : "",
				       json_string(i, "metadata.name"));
}

/* Which are there at that version of the restless one. */
static const char *names_at(gint64 version)
{
	return (version - FIRST) % 3 ? "baker guest teller" : "baker teller";
}

static gint64 restarts_at(gint64 version)
{
	return (version - FIRST + 1) / 3;
}

/* --- tests ------------------------------------------------------------------------------------ */

static void a_list_shows_what_is_there_by_then(void)
{
	g_autoptr(scratch) folder = restless();
	g_autoptr(drill_server) s = start(folder, 1);

	for (guint i = 0; i < 6; i++) {
		g_autoptr(json_tree) list = get_tree(s, PODS);
		g_autoptr(GString) names = g_string_new(NULL);
		gint64 version = version_of(list);
		g_autofree char *next = next_of_watch(s, version,
						      "object.metadata.resourceVersion");
		const struct cJSON *teller = json_find(json_get(list, "items"), "metadata.name",
						       "teller");

		add_names(names, list);
		g_assert_cmpstr(names->str, ==, names_at(version));
		g_assert_cmpint(json_int(json_first(json_at(teller, "status.containerStatuses")),
					 "restartCount", -1),
				==, restarts_at(version));
		g_assert_null(json_get(teller, "kind"));
		g_assert_cmpint(g_ascii_strtoll(next, NULL, 10), ==, version + 1);
	}
}

static void all_pages_are_of_the_moment_of_the_first(void)
{
	g_autoptr(scratch) folder = restless();
	g_autoptr(drill_server) s = start(folder, 1);

	for (guint i = 0; i < 3; i++) {
		g_autoptr(json_tree) first = get_tree(s, PODS "?limit=1"), rest = NULL;
		g_autofree char *path = g_strdup_printf(PODS "?limit=9&continue=%s",
							json_string(first, "metadata.continue"));
		g_autofree char *changed = next_of_watch(s, version_of(first), "type");
		g_autoptr(GString) names = g_string_new(NULL);

		g_assert_nonnull(changed);
		rest = get_tree(s, path);
		add_names(names, first);
		add_names(names, rest);
		g_assert_cmpint(version_of(rest), ==, version_of(first));
		g_assert_cmpstr(names->str, ==, names_at(version_of(first)));
	}
}

static void a_watch_from_the_beginning_brings_what_has_passed_and_what_comes(void)
{
	g_autoptr(scratch) folder = restless();
	g_autoptr(drill_server) s = start(folder, 10);
	g_autofree char *tenth = next_of_watch(s, FIRST + 9, "object.metadata.resourceVersion");
	g_autoptr(reply) r = get_lines(s, PODS "?watch=1&resourceVersion=100", 20);
	g_auto(GStrv) lines = g_strsplit(r->body->str, "\n", -1);

	g_assert_cmpstr(tenth, ==, "110");
	for (guint i = 0; i < 20; i++) {
		g_autoptr(json_tree) line = json_parse(lines[i], -1, NULL);

		g_assert_cmpint(
			g_ascii_strtoll(json_string(line, "object.metadata.resourceVersion"), NULL,
					10),
			==, FIRST + 1 + i);
	}
}

static void a_bookmark_tells_the_version_of_its_moment(void)
{
	g_autoptr(scratch) folder = restless();
	g_autoptr(drill_server) s = start(folder, 10);
	g_autoptr(reply) r = get(s, "/api/v1/namespaces/elsewhere/pods?watch=1&resourceVersion=100&"
				    "allowWatchBookmarks=true&timeoutSeconds=1");
	g_auto(GStrv) lines = g_strsplit(r->body->str, "\n", -1);
	g_autoptr(json_tree) line = json_parse(lines[0], -1, NULL);

	g_assert_cmpstr(json_string(line, "type"), ==, "BOOKMARK");
	g_assert_cmpint(
		g_ascii_strtoll(json_string(line, "object.metadata.resourceVersion"), NULL, 10), >,
		FIRST + 10);
}

static void a_watch_from_before_the_recording_is_gone(void)
{
	g_autoptr(scratch) folder = restless();
	g_autoptr(drill_server) s = start(folder, 1);
	g_autoptr(reply) r = get(s, PODS "?watch=1&resourceVersion=99");

	g_assert_nonnull(strstr(r->body->str, "\"code\":410"));
}

static gint64 told(const struct cJSON *object, const char *path)
{
	gint64 ns = 0;

	g_assert_true(stamp_parse(json_string(object, path), -1, &ns));
	return ns;
}

/* The second that has begun would be a large part of it. */
static void a_hurried_story_starts_at_its_beginning(void)
{
	const gint64 fine_after_ns = 99875 * (STAMP_SECOND / 1000), a_digit_ns = 1000;
	const guint hurry = 1000;
	g_autoptr(scratch) folder = sudden();

	for (guint i = 0; i < 4; i++) {
		gint64 before = stamp_now();
		g_autoptr(drill_server) s = start(folder, hurry);
		g_autoptr(json_tree) pod = get_tree(s, "/api/v1/namespaces/shop/pods/teller");
		gint64 began = told(pod, "metadata.annotations.fine") - fine_after_ns / hurry;

		g_assert_cmpint(began + 2 * a_digit_ns, >=, before);
		g_assert_cmpint(began, <=, stamp_now());
	}
}

static void what_is_not_there_yet_or_no_more_is_not_found(void)
{
	static const struct {
		guint hurry;
		const char *name;
		long status;
	} rows[] = {
		{ 1, "guest", 404 },       { 1, "guest/log", 404 },   { 1, "baker", 200 },
		{ AT_ONCE, "guest", 200 }, { AT_ONCE, "baker", 404 }, { AT_ONCE, "baker/log", 404 },
	};
	g_autoptr(scratch) folder = sudden();

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(drill_server) s = start(folder, rows[i].hurry);
		g_autofree char *path = g_strdup_printf("/api/v1/namespaces/shop/pods/%s",
							rows[i].name);
		g_autoptr(reply) r = NULL;

		if (rows[i].hurry > 1)
			pass_all(s);
		r = get(s, path);
		g_test_message("%s at %u", rows[i].name, rows[i].hurry);
		g_assert_cmpint(r->status, ==, rows[i].status);
	}
}

static void a_container_has_the_log_of_the_instance_that_its_pod_tells_of(void)
{
	static const struct {
		guint hurry;
		const char *query, *says;
		long status;
	} rows[] = {
		{ 1, "", "instance 0\n", 200 },
		{ 1, "?previous=true", "previous terminated container", 400 },
		{ AT_ONCE, "?tailLines=1", "instance 1\n", 200 },
		{ AT_ONCE, "?previous=true", "instance 0\n", 200 },
		{ AT_ONCE, "?previous=true&follow=true", "instance 0\n", 200 },
	};
	g_autoptr(scratch) folder = sudden();

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(drill_server) s = start(folder, rows[i].hurry);
		g_autofree char *path = g_strconcat(LOG, rows[i].query, NULL);
		g_autoptr(reply) r = NULL;

		if (rows[i].hurry > 1)
			pass_all(s);
		r = get(s, path);
		g_test_message("%s at %u", rows[i].query, rows[i].hurry);
		g_assert_cmpint(r->status, ==, rows[i].status);
		g_assert_nonnull(strstr(r->body->str, rows[i].says));
	}
}

static void a_restart_ends_what_follows_the_log(void)
{
	g_autoptr(scratch) folder = restless();
	g_autoptr(drill_server) s = start(folder, 1);
	g_autoptr(reply) r = get(s, LOG "?follow=true");
	g_auto(GStrv) lines = g_strsplit(r->body->str, "\n", -1);

	g_assert_cmpint(r->code, ==, CURLE_OK);
	g_assert_cmpuint(g_strv_length(lines), ==, 2);
	g_assert_true(g_str_has_prefix(lines[0], "instance "));
}

/* A log whose lines lie before and behind the end of what was recorded of pods. */
static scratch *talkative(void)
{
	scratch *folder = sudden();
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < LOG_LINES; i++)
		g_string_append_printf(text, "2020-01-01T00:%02u:00.5Z line %u\n", i * 14, i);
	g_free(write_file(folder, "incident/logs/shop/teller/app.000000000001.log", text->str));
	return folder;
}

static void a_followed_log_goes_on_at_its_pace_and_then_over_and_over(void)
{
	g_autoptr(scratch) folder = talkative();
	g_autoptr(drill_server) s = start(folder, 36000);
	g_autoptr(reply) r = NULL;
	g_auto(GStrv) lines = NULL;
	gint64 last = G_MININT64, at;

	pass_all(s);
	r = get_lines(s, LOG "?follow=true&timestamps=true", 3 * LOG_LINES);
	lines = g_strsplit(r->body->str, "\n", -1);
	for (guint i = 0; i < 3 * LOG_LINES; i++) {
		g_autofree char *says = g_strdup_printf(" line %u", i % LOG_LINES);

		g_assert_true(g_str_has_suffix(lines[i], says));
		g_assert_true(stamp_parse(lines[i], strcspn(lines[i], " "), &at));
		g_assert_cmpint(at, >=, last);
		last = at;
	}
}

static void lines_whose_time_has_not_come_are_not_in_a_log(void)
{
	g_autoptr(scratch) folder = talkative();
	g_autoptr(drill_server) s = NULL;
	g_autofree char *path = write_file(folder, "incident/logs/shop/teller/app.000000000000.log",
					   HOUR_AGO " old\n2020-01-01T00:00:00Z begun\n"
						    "2020-01-01T01:00:00Z to come\n");
	g_autoptr(reply) r = NULL;

	s = start(folder, 1);
	r = get(s, LOG);
	g_assert_nonnull(path);
	g_assert_cmpstr(r->body->str, ==, "old\nbegun\n");
}

static void moments_are_moved_to_where_the_drill_begins(void)
{
	static const guint hurries[] = { 1, 10 };
	g_autoptr(scratch) folder = sudden();
	gint64 began;

	g_assert_true(stamp_parse(BEGAN, -1, &began));
	for (gsize i = 0; i < G_N_ELEMENTS(hurries); i++) {
		gint64 before = stamp_now() - STAMP_SECOND, hour_ago, later, fine;
		g_autoptr(drill_server) s = start(folder, hurries[i]);
		g_autoptr(json_tree) pod = get_tree(s, "/api/v1/namespaces/shop/pods/teller");
		gint64 after = stamp_now();
		const struct cJSON *notes = json_at(pod, "metadata.annotations");

		hour_ago = told(pod, "metadata.creationTimestamp") + 3600 * STAMP_SECOND;
		later = told(notes, "later");
		fine = told(notes, "fine");
		g_assert_cmpint(hour_ago, >=, before - STAMP_SECOND);
		g_assert_cmpint(hour_ago, <=, after);
		g_assert_cmpint(later - hour_ago, >=, 100 / hurries[i] * STAMP_SECOND);
		g_assert_cmpint(later - hour_ago, <=,
				(100 / hurries[i] + (hurries[i] > 1)) * STAMP_SECOND);
		g_assert_cmpint(fine - later, >=, 0);
		g_assert_cmpint(fine - later, <, STAMP_SECOND);
		g_assert_cmpuint(strlen(json_string(notes, "fine")), ==, strlen(LATER_FINE));
		g_assert_cmpstr(json_string(notes, "none"), ==,
				"2020-13-01T00:00:00Z 2020-01-01T00:00:00+01:00 T");
	}
}

static void a_recording_without_a_beginning_does_not_run_in_time(void)
{
	static const struct {
		const char *began, *says;
	} rows[] = { { NULL, "incident/began is missing" },
		     { "yesterday\n", "incident/began is no moment" } };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(scratch) folder = sudden();
		g_autofree char *path = g_build_filename(folder, "incident/began", NULL);
		g_autoptr(GError) error = NULL;

		g_assert_cmpint(g_remove(path), ==, 0);
		if (rows[i].began)
			g_assert_true(g_file_set_contents(path, rows[i].began, -1, NULL));
		g_assert_null(drill_start(
			&(struct drill_plan){ .recording = folder, .in_time = TRUE }, &error));
		g_assert_true(g_error_matches(error, DRILL_ERROR, DRILL_ERROR_RECORDING));
		g_assert_nonnull(strstr(error->message, rows[i].says));
	}
}

#define ADD(name) g_test_add_func("/drill-time/" #name, name)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD(a_list_shows_what_is_there_by_then);
	ADD(all_pages_are_of_the_moment_of_the_first);
	ADD(a_watch_from_the_beginning_brings_what_has_passed_and_what_comes);
	ADD(a_bookmark_tells_the_version_of_its_moment);
	ADD(a_watch_from_before_the_recording_is_gone);
	ADD(a_hurried_story_starts_at_its_beginning);
	ADD(what_is_not_there_yet_or_no_more_is_not_found);
	ADD(a_container_has_the_log_of_the_instance_that_its_pod_tells_of);
	ADD(a_restart_ends_what_follows_the_log);
	ADD(a_followed_log_goes_on_at_its_pace_and_then_over_and_over);
	ADD(lines_whose_time_has_not_come_are_not_in_a_log);
	ADD(moments_are_moved_to_where_the_drill_begins);
	ADD(a_recording_without_a_beginning_does_not_run_in_time);
	return g_test_run();
}
