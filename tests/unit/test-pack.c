#include <kase/pack.h>

#include <string.h>

/* A page's worth of bytes that repeat as JSON does. */
static GBytes *plain_bytes(gsize size)
{
	char *bytes = g_malloc(MAX(size, 1));

	for (gsize i = 0; i < size; i++)
		bytes[i] = "{\"kind\":\"Pod\",\"n\":"[i % 18] + (i % 1009 == 0);
	return g_bytes_new_take(bytes, size);
}

static void what_is_packed_comes_back(void)
{
	static const gsize sizes[] = { 0, 1, 1000, 128 * 1024 + 1, 4 * 1024 * 1024 };

	for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
		g_autoptr(GBytes) plain = plain_bytes(sizes[i]);
		g_autoptr(GBytes) packed = pack(g_bytes_get_data(plain, NULL), sizes[i]);
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) opened = pack_open(g_bytes_get_data(packed, NULL),
						     g_bytes_get_size(packed), sizes[i], &error);

		g_assert_no_error(error);
		g_assert_true(g_bytes_equal(plain, opened));
	}
}

static void the_same_bytes_pack_alike(void)
{
	g_autoptr(GBytes) plain = plain_bytes(100000);
	g_autoptr(GBytes) one = pack(g_bytes_get_data(plain, NULL), 100000);
	g_autoptr(GBytes) other = pack(g_bytes_get_data(plain, NULL), 100000);

	g_assert_true(g_bytes_equal(one, other));
	g_assert_cmpuint(g_bytes_get_size(one), <, 10000);
}

static void expect_corrupt(const void *data, gsize size, gsize plain)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(pack_open(data, size, plain, &error));
	g_assert_error(error, PACK_ERROR, PACK_ERROR_CORRUPT);
}

static void a_damaged_frame_is_refused(void)
{
	g_autoptr(GBytes) plain = plain_bytes(1000);
	g_autoptr(GBytes) packed = pack(g_bytes_get_data(plain, NULL), 1000);
	gsize size;
	const guint8 *frame = g_bytes_get_data(packed, &size);

	for (gsize i = 0; i < size; i++) {
		g_autofree guint8 *copy = g_memdup2(frame, size);

		expect_corrupt(frame, i, 1000);
		copy[i] ^= 0x41;
		/*
		 * Two bits of the head are reserved or unused: there a change may go unseen, the
		 * plain bytes do not change.
		 */
		if (i > 4)
			expect_corrupt(copy, size, 1000);
	}
}

static void a_frame_of_another_size_is_refused(void)
{
	g_autoptr(GBytes) plain = plain_bytes(1000);
	g_autoptr(GBytes) packed = pack(g_bytes_get_data(plain, NULL), 1000);
	gsize size;
	const char *frame = g_bytes_get_data(packed, &size);
	g_autofree char *twice = g_malloc(2 * size);

	memcpy(twice, frame, size);
	memcpy(twice + size, frame, size);
	expect_corrupt(frame, size, 999);
	expect_corrupt(frame, size, 1001);
	expect_corrupt(frame, size, G_MAXSIZE);
	expect_corrupt(twice, 2 * size, 1000);
	expect_corrupt(twice, 2 * size, 2000);
	expect_corrupt("", 0, 0);
	expect_corrupt("no frame at all", 15, 15);
}

static void *pack_many(void *unused)
{
	for (int i = 0; i < 20; i++)
		what_is_packed_comes_back();
	return NULL;
}

static void threads_pack_side_by_side(void)
{
	GThread *threads[4];

	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
		threads[i] = g_thread_new("pack", pack_many, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(threads); i++)
		g_thread_join(threads[i]);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pack/what_is_packed_comes_back", what_is_packed_comes_back);
	g_test_add_func("/pack/the_same_bytes_pack_alike", the_same_bytes_pack_alike);
	g_test_add_func("/pack/a_damaged_frame_is_refused", a_damaged_frame_is_refused);
	g_test_add_func("/pack/a_frame_of_another_size_is_refused",
			a_frame_of_another_size_is_refused);
	g_test_add_func("/pack/threads_pack_side_by_side", threads_pack_side_by_side);
	return g_test_run();
}
