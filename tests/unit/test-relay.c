#include <kase/relay.h>

#include <sys/resource.h>

/* --- one thread ------------------------------------------------------------------------------ */

static void messages_come_out_in_order(void)
{
	g_autoptr(relay) r = relay_new(10, NULL);

	g_assert_null(relay_take(r, 0));
	g_assert_true(relay_post(r, "a", 3));
	g_assert_true(relay_post(r, "b", 4));
	g_assert_cmpuint(relay_waiting(r), ==, 7);
	g_assert_cmpuint(relay_room(r), ==, 3);
	g_assert_cmpstr(relay_take(r, 0), ==, "a");
	g_assert_cmpstr(relay_take(r, -1), ==, "b");
	g_assert_null(relay_take(r, 1));
	g_assert_cmpuint(relay_room(r), ==, 10);
}

static void a_full_relay_says_so_and_takes_all_the_same(void)
{
	g_autoptr(relay) r = relay_new(10, NULL);

	g_assert_true(relay_post(r, "a", 10));
	g_assert_cmpuint(relay_room(r), ==, 0);
	g_assert_true(relay_post(r, "b", 5));
	g_assert_cmpuint(relay_waiting(r), ==, 15);
	g_assert_cmpuint(relay_room(r), ==, 0);
	relay_take(r, 0);
	g_assert_cmpuint(relay_room(r), ==, 5);
}

static int freed;

static void count_freed(void *message)
{
	freed++;
	g_free(message);
}

static void what_was_not_taken_is_freed_once(void)
{
	struct relay *r = relay_new(10, count_freed);

	freed = 0;
	relay_post(r, g_strdup("a"), 1);
	relay_post(r, g_strdup("b"), 1);
	relay_post(r, g_strdup("c"), 1);
	g_free(relay_take(r, 0));
	relay_close(r);
	g_assert_true(relay_closed(r));
	g_assert_false(relay_post(r, g_strdup("late"), 1));
	g_assert_cmpint(freed, ==, 1);
	g_free(relay_take(r, -1));
	g_assert_cmpint(freed, ==, 1);
	relay_free(r);
	g_assert_cmpint(freed, ==, 2);
	relay_free(NULL);
}

static void a_closed_relay_gives_what_is_left(void)
{
	g_autoptr(relay) r = relay_new(10, NULL);

	relay_post(r, "a", 1);
	relay_close(r);
	g_assert_cmpstr(relay_take(r, -1), ==, "a");
	g_assert_null(relay_take(r, -1));
}

static gboolean count_call(void *data)
{
	++*(int *)data;
	return G_SOURCE_CONTINUE; /* once all the same */
}

static void drain(GMainContext *context)
{
	while (g_main_context_iteration(context, FALSE))
		;
}

static void room_is_called_once_when_a_full_relay_is_half_empty(void)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	g_autoptr(relay) r = relay_new(4, NULL);
	int calls = 0;

	relay_on_room(r, context, count_call, &calls);
	for (int i = 0; i < 3; i++)
		relay_post(r, "a", 1);
	while (relay_take(r, 0))
		;
	drain(context);
	g_assert_cmpint(calls, ==, 0); /* it never was full */
	for (int i = 0; i < 6; i++)
		relay_post(r, "a", 1);
	for (int i = 0; i < 3; i++)
		relay_take(r, 0);
	drain(context);
	g_assert_cmpint(calls, ==, 0); /* 3 of 4 wait */
	relay_take(r, 0);
	g_assert_cmpint(calls, ==, 0); /* not from inside the call */
	while (relay_take(r, 0))
		;
	drain(context);
	drain(context);
	g_assert_cmpint(calls, ==, 1);
	relay_post(r, "a", 100);
	relay_take(r, 0);
	drain(context);
	g_assert_cmpint(calls, ==, 2);
	relay_post(r, "a", 100);
	relay_take(r, 0);
	relay_on_room(r, context, NULL, NULL); /* what is due is dropped */
	drain(context);
	g_assert_cmpint(calls, ==, 2);
}

static void a_call_runs_once_in_its_context(void)
{
	g_autoptr(GMainContext) context = g_main_context_new();
	int calls = 0;

	relay_call(context, count_call, &calls);
	g_assert_cmpint(calls, ==, 0);
	drain(context);
	drain(context);
	g_assert_cmpint(calls, ==, 1);
}

static void drop_call(void *data)
{
	*(int *)data += 100;
}

static void a_call_whose_context_ends_is_dropped(void)
{
	GMainContext *context = g_main_context_new();
	int ran = 0, dropped = 0;

	relay_call_or_drop(context, count_call, &ran, drop_call);
	drain(context);
	relay_call_or_drop(context, count_call, &dropped, drop_call);
	g_main_context_unref(context);
	g_assert_cmpint(ran, ==, 1);
	g_assert_cmpint(dropped, ==, 100);
}

/* --- several threads: under ThreadSanitizer a missing mark is a race here -------------------- */

#define POSTERS       4
#define MESSAGES_EACH 2000

struct parcel_of_test {
	int poster, number;
	char text[24];
};

struct poster {
	struct relay *relay;
	int number;
};

static void *post_many(void *user)
{
	struct poster *p = user;

	for (int i = 0; i < MESSAGES_EACH; i++) {
		struct parcel_of_test *m = g_new0(struct parcel_of_test, 1);

		m->poster = p->number;
		m->number = i;
		g_snprintf(m->text, sizeof(m->text), "%d of %d", i, p->number);
		relay_post(p->relay, m, sizeof(*m));
	}
	return p;
}

static void check_message(const struct parcel_of_test *m, int next[static POSTERS])
{
	g_autofree char *expected = g_strdup_printf("%d of %d", m->number, m->poster);

	g_assert_cmpstr(m->text, ==, expected);
	g_assert_cmpint(m->number, ==, next[m->poster]++);
}

static void each_posters_messages_come_whole_and_in_order(void)
{
	g_autoptr(relay) r = relay_new(1000, g_free);
	struct poster posters[POSTERS];
	struct relay_thread *threads[POSTERS];
	int next[POSTERS] = { 0 };

	for (int i = 0; i < POSTERS; i++) {
		posters[i] = (struct poster){ r, i };
		threads[i] = relay_thread_new("poster", post_many, &posters[i]);
	}
	for (int i = 0; i < POSTERS * MESSAGES_EACH; i++) {
		g_autofree struct parcel_of_test *m = relay_take(r, -1);

		check_message(m, next);
	}
	for (int i = 0; i < POSTERS; i++)
		g_assert_true(relay_thread_join(threads[i]) == &posters[i]);
	g_assert_null(relay_take(r, 0));
	g_assert_cmpuint(relay_waiting(r), ==, 0);
}

static void *take_all(void *user)
{
	int *taken = g_new0(int, 1);

	for (void *m = relay_take(user, -1); m; m = relay_take(user, -1)) {
		++*taken;
		g_free(m);
	}
	return taken;
}

static void every_taker_is_woken_by_the_close(void)
{
	g_autoptr(relay) r = relay_new(1000, g_free);
	struct relay_thread *takers[3];
	struct poster poster = { r, 0 };
	int taken = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(takers); i++)
		takers[i] = relay_thread_new("taker", take_all, r);
	post_many(&poster);
	relay_close(r);
	for (gsize i = 0; i < G_N_ELEMENTS(takers); i++) {
		g_autofree int *one = relay_thread_join(takers[i]);

		taken += *one;
	}
	g_assert_cmpint(taken, ==, MESSAGES_EACH);
}

struct counter {
	struct relay_lock lock;
	int count;
};

static void *count_up(void *user)
{
	struct counter *c = user;

	for (int i = 0; i < 10000; i++) {
		relay_lock_take(&c->lock);
		c->count++;
		relay_lock_leave(&c->lock);
	}
	return NULL;
}

static void a_lock_lets_one_in_at_a_time(void)
{
	struct counter c = { .count = 0 };
	struct relay_thread *threads[3];

	relay_lock_init(&c.lock);
	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = relay_thread_new("counter", count_up, &c);
	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
		relay_thread_join(threads[i]);
	g_assert_cmpint(c.count, ==, 30000);
	relay_lock_clear(&c.lock);
}

struct echo {
	GMainLoop *here;
	GMainContext *there;
	char *question, *answer;
};

static gboolean end_loop(void *user)
{
	struct echo *e = user;

	g_main_loop_quit(e->here);
	return G_SOURCE_REMOVE;
}

static gboolean answer(void *user)
{
	struct echo *e = user;

	e->answer = g_strdup_printf("%s!", e->question);
	relay_call(NULL, end_loop, e);
	return G_SOURCE_REMOVE;
}

static void *serve_one(void *user)
{
	struct echo *e = user;

	while (!e->answer)
		g_main_context_iteration(e->there, TRUE);
	return NULL;
}

static void calls_hand_over_there_and_back(void)
{
	struct echo e = { g_main_loop_new(NULL, FALSE), g_main_context_new(), NULL, NULL };
	struct relay_thread *t = relay_thread_new("there", serve_one, &e);

	e.question = g_strdup("who");
	relay_call(e.there, answer, &e);
	g_main_loop_run(e.here);
	g_assert_cmpstr(e.answer, ==, "who!");
	relay_thread_join(t);
	g_free(e.question);
	g_free(e.answer);
	g_main_context_unref(e.there);
	g_main_loop_unref(e.here);
}

#define ROW(name)                     \
	{                             \
		"/relay/" #name, name \
	}

static void *niceness(void *data)
{
	*(int *)data = getpriority(PRIO_PROCESS, 0);
	return NULL;
}

static void threads_give_way_to_the_one_that_made_them_once_asked_to(void)
{
	int own = getpriority(PRIO_PROCESS, 0), before, after;

	relay_thread_join(relay_thread_new("before", niceness, &before));
	relay_threads_give_way();
	relay_thread_join(relay_thread_new("after", niceness, &after));
	g_assert_cmpint(before, ==, own);
	g_assert_cmpint(after, ==, MIN(own + 10, 19));
	g_assert_cmpint(getpriority(PRIO_PROCESS, 0), ==, own);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*test)(void);
	} tests[] = {
		ROW(messages_come_out_in_order),
		ROW(a_full_relay_says_so_and_takes_all_the_same),
		ROW(what_was_not_taken_is_freed_once),
		ROW(a_closed_relay_gives_what_is_left),
		ROW(room_is_called_once_when_a_full_relay_is_half_empty),
		ROW(a_call_runs_once_in_its_context),
		ROW(a_call_whose_context_ends_is_dropped),
		ROW(each_posters_messages_come_whole_and_in_order),
		ROW(every_taker_is_woken_by_the_close),
		ROW(a_lock_lets_one_in_at_a_time),
		ROW(calls_hand_over_there_and_back),
		ROW(threads_give_way_to_the_one_that_made_them_once_asked_to),
	};

	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add_func(tests[i].path, tests[i].test);
	return g_test_run();
}
