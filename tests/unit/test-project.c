/* Objects: which version is the current one, and what is gone.  Pods stand for all kinds. */
#include <kase/project.h>
#include <stdio.h>
#include <string.h>

#include "derived.h"

#define PODS "'cluster':'prod','group':'','version':'v1','object':'Pod','resource':'pods'"

static gint64 begin_listing(struct derived *d, const char *namespace, int as_of)
{
	return derived_enter(d, "{'kind':'listing'," PODS ",'namespace':'%s','as_of':%d}",
			     namespace, as_of);
}

static void end_listing(struct derived *d, gint64 listing, const char *state)
{
	derived_enter(d, "{'kind':'listed','listing':%d,'rv':'900','state':'%s'}", (int)listing,
		      state);
}

static gint64 open_page(struct derived *d, gint64 listing, int as_of)
{
	return derived_enter(d,
			     "{'kind':'evidence','type':'list'," PODS
			     ",'subject':'pods/*','listing':%d,"
			     "'as_of':%d}",
			     (int)listing, as_of);
}

/* A pod as "NAMESPACE/NAME UID VERSION PHASE", as many as there are, with commas between. */
static char *items_of(const char *pods)
{
	g_auto(GStrv) each = g_strsplit(pods, ", ", -1);
	GString *out = g_string_new(NULL);

	for (char **pod = each; *pod && **pod; pod++) {
		char namespace[40], name[40], uid[40], version[40], phase[40];

		g_assert_cmpint(sscanf(*pod, "%39[^/]/%39s %39s %39s %39s", namespace, name, uid,
				       version, phase),
				==, 5);
		g_string_append_printf(
			out,
			"%s{'metadata':{'name':'%s','namespace':'%s','uid':'%s',"
			"'resourceVersion':'%s','creationTimestamp':'2026-11-24T08:00:00Z'},"
			"'status':{'phase':'%s'}}",
			pod == each ? "" : ",", name, namespace, uid, version, phase);
	}
	return g_string_free(out, FALSE);
}

static void list_page(struct derived *d, gint64 listing, int as_of, const char *pods)
{
	g_autofree char *items = items_of(pods);
	gint64 page = open_page(d, listing, as_of);

	derived_text(d, page,
		     "{'kind':'PodList','apiVersion':'v1','metadata':{'resourceVersion':'900'},"
		     "'items':[%s]}",
		     items);
	derived_close(d, page, "complete");
}

static void list_pods(struct derived *d, const char *namespace, int as_of, const char *pods,
		      const char *state)
{
	gint64 listing = begin_listing(d, namespace, as_of);

	list_page(d, listing, as_of, pods);
	end_listing(d, listing, state);
}

static gint64 open_watch(struct derived *d)
{
	return derived_enter(d, "{'kind':'evidence','type':'watch'," PODS ",'subject':'pods/*'}");
}

static void change(struct derived *d, gint64 watch, const char *type, const char *pod)
{
	g_autofree char *item = items_of(pod);

	derived_text(d, watch, "{'type':'%s','object':%s}\n", type, item);
}

/* The seq of the newest entry, for as_of. */
static int head(struct derived *d)
{
	return (int)derived_enter(d, "{'kind':'note'}");
}

#define ALIVE "SELECT name, uid, phase FROM pods WHERE gone IS NULL ORDER BY name, uid"
#define GONE  "SELECT name, uid, gone FROM pods WHERE gone IS NOT NULL ORDER BY name, uid"

static void a_listing_makes_a_row_a_pod(void)
{
	g_autoptr(derived) d = derived_new();

	list_pods(d, "", head(d), "web/a u1 10 Running, web/b u2 11 Pending", "complete");
	assert_rows(d, ALIVE, "a|u1|Running\nb|u2|Pending");
	assert_rows(d,
		    "SELECT cluster, namespace, created, created_ns, seen, gone FROM pods WHERE "
		    "name = 'a'",
		    "prod|web|2026-11-24T08:00:00.000000000Z|1795507200000000000|"
		    "2026-11-24T08:13:23.000000000Z|∅");
	assert_rows(
		d,
		"SELECT subject, uid, resource_version, at, locator FROM versions ORDER BY subject",
		"pod/web/a|u1|10|2026-11-24T08:13:23.000000000Z|e3@82+149\n"
		"pod/web/b|u2|11|2026-11-24T08:13:23.000000000Z|e3@232+149");
}

static void the_locator_of_a_version_holds_its_object(void)
{
	g_autoptr(derived) d = derived_new();
	g_autofree char *items = items_of("web/a u1 10 Running, web/b u2 11 Pending");
	g_autofree char *quoted = derived_quoted(items);
	g_autofree char *page = g_strdup_printf("{\"items\": [%s]}", quoted);
	g_autofree char *places = NULL;
	int offset, length;

	derived_bytes(d, open_page(d, 0, 0), page, strlen(page));
	places = derived_rows(d, "SELECT offset, length FROM d_version WHERE id = 2");
	g_assert_cmpint(sscanf(places, "%d|%d", &offset, &length), ==, 2);
	g_assert_true(g_str_has_prefix(page + offset, "{\"metadata\":{\"name\":\"b\""));
	g_assert_cmpstr(page + offset + length, ==, "]}");
}

static void an_unchanged_object_adds_no_version(void)
{
	g_autoptr(derived) d = derived_new();

	list_pods(d, "", head(d), "web/a u1 10 Running", "complete");
	list_pods(d, "", head(d), "web/a u1 10 Running", "complete");
	assert_rows(d, "SELECT count(*) FROM versions", "1");
	assert_rows(d, "SELECT seen > at FROM pods, versions", "1");
	list_pods(d, "", head(d), "web/a u1 12 Failed", "complete");
	assert_rows(d, "SELECT resource_version FROM versions", "10\n12");
	assert_rows(d, ALIVE, "a|u1|Failed");
	assert_rows(d, "SELECT resource_version, version FROM d_object", "12|2");
}

static void what_was_so_earlier_replaces_nothing(void)
{
	g_autoptr(derived) d = derived_new();
	int early = head(d), late = head(d);

	list_pods(d, "", late, "web/a u1 12 Failed", "complete");
	list_pods(d, "", early, "web/a u1 10 Running", "partial");
	assert_rows(d, ALIVE, "a|u1|Failed");
	assert_rows(d, "SELECT resource_version FROM versions ORDER BY at", "12\n10");
	list_pods(d, "", late, "web/a u1 13 Running", "complete"); /* as late: order of arrival */
	assert_rows(d, ALIVE, "a|u1|Running");
}

static void a_name_used_again_is_another_pod(void)
{
	g_autoptr(derived) d = derived_new();

	list_pods(d, "", head(d), "web/a u1 10 Running", "complete");
	list_pods(d, "", head(d), "web/a u2 20 Running", "complete");
	assert_rows(d, "SELECT name, uid, gone IS NULL FROM pods ORDER BY uid", "a|u1|0\na|u2|1");
}

static void absence_from_a_complete_listing_is_gone(void)
{
	static const struct {
		const char *namespace, *state, *gone;
	} rows[] = {
		{ "", "complete",
		  "a|u1|2026-11-24T08:13:28.000000000Z\nc|u3|2026-11-24T08:13:28.000000000Z" },
		{ "web", "complete", "a|u1|2026-11-24T08:13:28.000000000Z" },
		{ "shop", "complete", "c|u3|2026-11-24T08:13:28.000000000Z" },
		{ "", "partial", "" },
		{ "", "denied", "" },
		{ "", "failed", "" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(derived) d = derived_new();

		g_test_message("%s in '%s'", rows[i].state, rows[i].namespace);
		list_pods(d, "", head(d),
			  "web/a u1 10 Running, web/b u2 11 Running, shop/c u3 12 Running",
			  "complete");
		list_pods(d, rows[i].namespace, head(d), "web/b u2 11 Running", rows[i].state);
		assert_rows(d, GONE, rows[i].gone);
	}
}

/* It is there, whatever its state is. */
static void an_object_that_is_not_understood_is_a_gap_and_not_gone(void)
{
	g_autoptr(derived) d = derived_new();
	g_autofree char *open = g_strnfill(JSON_MAX_DEPTH, '['),
			*close = g_strnfill(JSON_MAX_DEPTH, ']');
	gint64 listing, page;
	int as_of;

	list_pods(d, "", head(d), "web/a u1 10 Running, web/b u2 11 Running, web/c u3 12 Running",
		  "complete");
	as_of = head(d);
	listing = begin_listing(d, "", as_of);
	page = open_page(d, listing, as_of);
	derived_text(d, page,
		     "{'items':[{'metadata':{'name':'a','namespace':'web','uid':'u1',"
		     "'resourceVersion':'20'},'spec':%s%s},"
		     "{'metadata':{'name':'b','namespace':'web','uid':'u2',"
		     "'resourceVersion':'21'},'status':{'phase':'Failed'}}]}",
		     open, close);
	derived_close(d, page, "complete");
	end_listing(d, listing, "complete");
	assert_rows(d, ALIVE, "a|u1|Running\nb|u2|Failed");
	assert_rows(d, "SELECT name FROM pods WHERE gone IS NOT NULL", "c");
	assert_rows(d, "SELECT reason FROM gaps", "not-understood");
}

static void a_listing_ends_the_life_of_nothing_newer(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 listing = begin_listing(d, "", head(d)), watch;

	list_page(d, listing, 1, "web/a u1 10 Running");
	watch = open_watch(d);
	change(d, watch, "ADDED", "web/b u2 11 Running"); /* was made while pages came */
	end_listing(d, listing, "complete");
	assert_rows(d, ALIVE, "a|u1|Running\nb|u2|Running");
}

static void two_listings_asked_for_at_once_end_no_life_of_each_other(void)
{
	g_autoptr(derived) d = derived_new();
	int as_of = head(d);
	gint64 all = begin_listing(d, "", as_of), web = begin_listing(d, "web", as_of);

	list_page(d, web, as_of, "web/a u1 10 Running");
	list_page(d, all, as_of, "web/a u1 10 Running, db/b u2 11 Running");
	end_listing(d, web, "complete");
	assert_rows(d, ALIVE, "a|u1|Running\nb|u2|Running");
	end_listing(d, all, "complete");
	assert_rows(d, ALIVE, "a|u1|Running\nb|u2|Running");
}

static void a_listing_with_a_selector_covers_nothing(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 listing;

	list_pods(d, "", head(d), "web/a u1 10 Running", "complete");
	listing = derived_enter(
		d, "{'kind':'listing'," PODS ",'namespace':'','as_of':%d,'selector':'app=b'}",
		head(d));
	end_listing(d, listing, "complete");
	assert_rows(d, ALIVE, "a|u1|Running");
	assert_rows(d, "SELECT rows FROM coverage", "1");
}

static void a_watch_changes_ends_and_revives(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 watch;

	list_pods(d, "", head(d), "web/a u1 10 Running", "complete");
	watch = open_watch(d);
	change(d, watch, "MODIFIED", "web/a u1 11 Failed");
	assert_rows(d, ALIVE, "a|u1|Failed");
	change(d, watch, "DELETED", "web/a u1 12 Succeeded");
	assert_rows(d, GONE, "a|u1|2026-11-24T08:13:26.000000000Z");
	assert_rows(d, "SELECT phase FROM pods", "Succeeded");
	assert_rows(d, "SELECT resource_version FROM versions", "10\n11\n12");
	change(d, watch, "ADDED", "web/a u1 13 Running"); /* it meets a selector again */
	assert_rows(d, ALIVE, "a|u1|Running");
}

static void bookmarks_and_errors_are_no_objects(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 watch = open_watch(d);

	derived_text(
		d, watch,
		"{'type':'BOOKMARK','object':{'kind':'Pod','metadata':{'resourceVersion':'77'}}}\n"
		"{'type':'ERROR','object':{'kind':'Status','code':410}}\n");
	assert_rows(d, "SELECT count(*) FROM objects", "0");
	assert_rows(d, "SELECT count(*) FROM gaps", "0");
}

static void a_change_cut_by_a_chunk_is_put_together(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 watch = open_watch(d);
	g_autofree char *item = items_of("web/a u1 10 Running");

	derived_text(d, watch, "{'type':'ADDED','object':%.20s", item);
	derived_text(d, watch, "%s}\n{'type':'ADDED',", item + 20);
	assert_rows(d, ALIVE, "a|u1|Running");
	assert_rows(d, "SELECT offset FROM d_version", "25");
	derived_close(d, watch, "cut");
	assert_rows(d, "SELECT count(*) FROM gaps", "0");
}

static void older_evidence_does_not_bring_back_what_is_gone(void)
{
	g_autoptr(derived) d = derived_new();
	int first = head(d), between = head(d), last = head(d);

	list_pods(d, "", first, "web/a u1 10 Running", "complete");
	list_pods(d, "", last, "", "complete");
	list_pods(d, "", between, "web/a u1 10 Running", "complete");
	assert_rows(d, ALIVE, "");
	list_pods(d, "", head(d), "web/a u1 10 Running", "complete");
	assert_rows(d, ALIVE, "a|u1|Running");
}

static void a_deletion_stands_against_a_listing_asked_for_before_it(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 watch = open_watch(d);
	int as_of;

	change(d, watch, "ADDED", "web/a u1 10 Running");
	as_of = head(d);
	change(d, watch, "DELETED", "web/a u1 11 Running");
	list_pods(d, "", as_of, "web/a u1 10 Running", "complete");
	assert_rows(d, ALIVE, "");
}

static void a_page_larger_than_a_chunk_is_held_until_it_is_whole(void)
{
	static const struct {
		const char *state, *alive;
	} rows[] = { { "complete", "a|u1|Running" }, { "cut", "" } };

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(derived) d = derived_new();
		g_autofree char *item = items_of("web/a u1 10 Running");
		gint64 page = open_page(d, 0, 0);

		derived_text(d, page, "{'items':[%.30s", item);
		derived_text(d, page, "%s]}", item + 30);
		assert_rows(d, ALIVE, "");
		derived_close(d, page, rows[i].state);
		assert_rows(d, ALIVE, rows[i].alive);
	}
}

static void what_cannot_be_understood_is_a_gap(void)
{
	static const struct {
		const char *type, *bytes, *detail;
	} rows[] = {
		{ "list", "{'items':[", "e1@0: JSON ends early, at byte 10" },
		{ "list", "<html>", "e1@0: no object begins at byte 0 of JSON" },
		{ "list", "{'items':[{'metadata':{}}]}", "e1@10: no object with kind and name" },
		{ "object", "{'metadata':{'name':'a'}", "e1@0: JSON ends early, at byte 24" },
		{ "watch", "tea\n", "e1@0: a line that is no change" },
		{ "watch", "{'type':'ADDED'}\n", "e1@0: a change without an object" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(derived) d = derived_new();
		gint64 evidence = derived_enter(
			d, "{'kind':'evidence','type':'%s'," PODS ",'subject':'pods/*'}",
			rows[i].type);

		derived_text(d, evidence, "%s", rows[i].bytes);
		derived_close(d, evidence, "complete");
		assert_rows(d, "SELECT scope, reason FROM gaps", "pods/*|not-understood");
		assert_rows(d, "SELECT detail FROM gaps", rows[i].detail);
	}
}

static void an_answer_of_failure_is_no_object(void)
{
	static const char *const types[] = { "list", "object" };

	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		g_autoptr(derived) d = derived_new();
		gint64 evidence = derived_enter(d, "{'kind':'evidence','type':'%s'," PODS "}",
						types[i]);

		derived_text(d, evidence,
			     "{'kind':'Status','apiVersion':'v1','metadata':{},'status':'Failure',"
			     "'reason':'Forbidden','code':403}\n");
		derived_close(d, evidence, "denied");
		assert_rows(d, "SELECT count(*) FROM objects", "0");
		assert_rows(d, "SELECT count(*) FROM gaps", "0");
	}
}

static void an_object_may_have_a_member_called_items(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 object = derived_enter(
		d, "{'kind':'evidence','type':'object','group':'shop.io','object':'Cart'}");

	derived_text(d, object, "{'metadata':{'name':'a'},'items':{'tea':1}}");
	assert_rows(d, "SELECT kind, name FROM objects", "Cart|a");
}

static void listings_and_coverage_say_how_much_is_held(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 listing = begin_listing(d, "", 0);

	assert_rows(d, "SELECT state, rows, first_at, last_at FROM listing",
		    "running|0|2026-11-24T08:13:21.000000000Z|2026-11-24T08:13:21.000000000Z");
	list_page(d, listing, 0, "web/a u1 10 Running, web/b u2 11 Running");
	list_page(d, listing, 0, "web/c u3 12 Running");
	assert_rows(d, "SELECT count(*) FROM coverage", "0");
	end_listing(d, listing, "complete");
	assert_rows(d,
		    "SELECT id, cluster, resource, scope, as_of, first_at, last_at, rv, state, "
		    "rows FROM listing",
		    "1|prod|pods||0|2026-11-24T08:13:22.000000000Z|2026-11-24T08:13:24.000000000Z|"
		    "900|complete|3");
	derived_enter(d,
		      "{'kind':'listed','listing':%d,'state':'denied','reason':'list pods: 403'}",
		      (int)begin_listing(d, "shop", 5));
	assert_rows(d, "SELECT * FROM coverage",
		    "prod|pods||complete|3|0|\nprod|pods|shop|denied|0|5|list pods: 403");
	list_pods(d, "shop", 3, "", "complete"); /* asked for before the one that was denied */
	assert_rows(d, "SELECT state FROM coverage WHERE namespace = 'shop'", "denied");
	list_pods(d, "shop", 9, "", "complete");
	assert_rows(d, "SELECT state, reason FROM coverage WHERE namespace = 'shop'", "complete|");
}

static void a_gap_has_no_column_that_is_null(void)
{
	g_autoptr(derived) d = derived_new();

	derived_enter(
		d, "{'kind':'gap','scope':'pods in shop','reason':'denied','detail':'list: 403'}");
	derived_enter(d, "{'kind':'gap'}");
	assert_rows(d, "SELECT at, scope, reason, detail FROM gaps",
		    "2026-11-24T08:13:21.000000000Z|pods in shop|denied|list: 403\n"
		    "2026-11-24T08:13:22.000000000Z|||");
}

static void subjects_name_their_cluster_where_there_are_several(void)
{
	g_autoptr(derived) d = derived_new();

	derived_enter(
		d, "{'kind':'cluster','cluster':'prod','uid':'c1','server':'https://a','known_by':"
		   "'kube-system','user':'ana'}");
	list_pods(d, "", head(d), "web/a u1 10 Running", "complete");
	assert_rows(d, "SELECT subject, cluster FROM versions", "pod/web/a|prod");
	derived_enter(
		d, "{'kind':'cluster','cluster':'test','uid':null,'server':'https://b','ca':'ab',"
		   "'known_by':'ca'}");
	derived_enter(
		d,
		"{'kind':'cluster','cluster':'prod','uid':null,'server':'https://a','user':'ben'}");
	assert_rows(d, "SELECT subject, cluster FROM versions", "prod:pod/web/a|prod");
	assert_rows(d, "SELECT name, uid, ca, known_by, user FROM clusters",
		    "prod|c1|||ben\ntest|∅|ab|ca|");
}

static void metadata_alone_is_an_object_of_its_kind(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 page = derived_enter(
		d, "{'kind':'evidence','type':'list','cluster':'prod','group':'','object':"
		   "'Secret','as_of':1}");

	derived_text(d, page,
		     "{'kind':'PartialObjectMetadataList','items':[{'kind':'PartialObjectMetadata',"
		     "'apiVersion':'meta.k8s.io/"
		     "v1','metadata':{'name':'db','namespace':'pay','uid':'s1',"
		     "'resourceVersion':'5'}}]}");
	assert_rows(d, "SELECT \"group\", kind, namespace, name, uid, created FROM objects",
		    "|Secret|pay|db|s1|∅");
}

static void metadata_alone_empties_no_row(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 object;

	list_pods(d, "", head(d), "web/a u1 10 Running", "complete");
	object = derived_enter(d, "{'kind':'evidence','type':'object'," PODS ",'as_of':%d}",
			       head(d));
	derived_text(d, object,
		     "{'kind':'PartialObjectMetadata','metadata':{'name':'a','namespace':'web',"
		     "'uid':'u1','resourceVersion':'11'}}");
	assert_rows(d, ALIVE, "a|u1|Running");
}

/* Every row that a story makes.  Caller owns. */
static char *rows_of_a_story(void)
{
	g_autoptr(derived) d = derived_new();
	gint64 watch = open_watch(d);

	list_pods(d, "", head(d), "web/a u1 10 Running, web/b u2 11 Running", "complete");
	change(d, watch, "MODIFIED", "web/a u1 12 Failed");
	list_pods(d, "web", head(d), "web/a u1 12 Failed", "complete");
	return derived_dump(d);
}

static void the_same_records_make_the_same_rows(void)
{
	g_autofree char *one = rows_of_a_story();
	g_autofree char *other = rows_of_a_story();

	g_assert_nonnull(strstr(one, "Failed"));
	g_assert_cmpstr(one, ==, other);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(void);
	} tests[] = {
#define TEST(name) { "/project/" #name, name }
		TEST(a_listing_makes_a_row_a_pod),
		TEST(the_locator_of_a_version_holds_its_object),
		TEST(an_unchanged_object_adds_no_version),
		TEST(what_was_so_earlier_replaces_nothing),
		TEST(a_name_used_again_is_another_pod),
		TEST(absence_from_a_complete_listing_is_gone),
		TEST(an_object_that_is_not_understood_is_a_gap_and_not_gone),
		TEST(a_listing_ends_the_life_of_nothing_newer),
		TEST(two_listings_asked_for_at_once_end_no_life_of_each_other),
		TEST(a_listing_with_a_selector_covers_nothing),
		TEST(a_watch_changes_ends_and_revives),
		TEST(bookmarks_and_errors_are_no_objects),
		TEST(a_change_cut_by_a_chunk_is_put_together),
		TEST(older_evidence_does_not_bring_back_what_is_gone),
		TEST(a_deletion_stands_against_a_listing_asked_for_before_it),
		TEST(a_page_larger_than_a_chunk_is_held_until_it_is_whole),
		TEST(what_cannot_be_understood_is_a_gap),
		TEST(an_answer_of_failure_is_no_object),
		TEST(an_object_may_have_a_member_called_items),
		TEST(listings_and_coverage_say_how_much_is_held),
		TEST(a_gap_has_no_column_that_is_null),
		TEST(subjects_name_their_cluster_where_there_are_several),
		TEST(metadata_alone_is_an_object_of_its_kind),
		TEST(metadata_alone_empties_no_row),
		TEST(the_same_records_make_the_same_rows),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].run);
	return g_test_run();
}
