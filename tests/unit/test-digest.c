#include <kase/digest.h>

#include <string.h>

static void known_digests_come_out(void)
{
	/* From FIPS 180-4's examples. */
	static const struct {
		const char *text, *digest;
	} rows[] = {
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(digest) d = digest_new();
		char out[DIGEST_CHARS];

		g_assert_cmpstr(digest_of(rows[i].text, strlen(rows[i].text), out), ==,
				rows[i].digest);
		for (const char *p = rows[i].text; *p; p++)
			digest_add(d, p, 1);
		g_assert_cmpstr(digest_peek(d, out), ==, rows[i].digest);
	}
}

static void a_digest_can_be_looked_at_and_go_on(void)
{
	g_autoptr(digest) d = digest_new();
	char first[DIGEST_CHARS], again[DIGEST_CHARS], whole[DIGEST_CHARS];

	digest_add(d, "a", 1);
	digest_peek(d, first);
	g_assert_cmpstr(digest_peek(d, again), ==, first);
	digest_add(d, "bc", 2);
	digest_add(d, NULL, 0);
	g_assert_cmpstr(digest_peek(d, again), ==, digest_of("abc", 3, whole));
	digest_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/digest/known_digests_come_out", known_digests_come_out);
	g_test_add_func("/digest/a_digest_can_be_looked_at_and_go_on",
			a_digest_can_be_looked_at_and_go_on);
	return g_test_run();
}
