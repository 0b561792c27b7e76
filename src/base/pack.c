#include <kase/pack.h>

#include <zstd.h>

#define LEVEL 1 /* 2.7 MB of a list pack to 38 KB; higher levels cost time and gain little */

// clang-format off
G_DEFINE_QUARK(kase-pack-error, pack_error)
// clang-format on

static void free_packer(gpointer context)
{
	ZSTD_freeCCtx(context);
}

static void free_opener(gpointer context)
{
	ZSTD_freeDCtx(context);
}

/* A context is large and slow to make: each thread keeps its own. */
static ZSTD_CCtx *packer(void)
{
	static GPrivate kept = G_PRIVATE_INIT(free_packer);
	ZSTD_CCtx *context = g_private_get(&kept);

	if (context)
		return context;
	context = ZSTD_createCCtx();
	ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	g_private_set(&kept, context);
	return context;
}

static ZSTD_DCtx *opener(void)
{
	static GPrivate kept = G_PRIVATE_INIT(free_opener);
	ZSTD_DCtx *context = g_private_get(&kept);

	if (!context) {
		context = ZSTD_createDCtx();
		g_private_set(&kept, context);
	}
	return context;
}

GBytes *pack(const void *data, gsize size)
{
	gsize bound = ZSTD_compressBound(size);
	char *frame = g_malloc(bound);
	gsize packed = ZSTD_compress2(packer(), frame, bound, data, size);

	/*
	 * With room for the worst case only a bug, or no memory for the context, is left to fail.
	 */
	g_assert(!ZSTD_isError(packed));
	return g_bytes_new_take(g_realloc(frame, packed), packed);
}

static GBytes *corrupt(GError **error, const char *what)
{
	g_set_error(error, PACK_ERROR, PACK_ERROR_CORRUPT, "packed bytes are damaged: %s", what);
	return NULL;
}

GBytes *pack_open(const void *data, gsize size, gsize plain_bytes, GError **error)
{
	guint64 told = ZSTD_getFrameContentSize(data, size);
	g_autofree char *plain = NULL;
	gsize got;

	if (told == ZSTD_CONTENTSIZE_ERROR)
		return corrupt(error, "no zstd frame");
	if (told != plain_bytes)
		return corrupt(error, "the frame has another size than was recorded");
	if (ZSTD_findFrameCompressedSize(data, size) != size)
		return corrupt(error, "they are not one whole frame");
	plain = g_try_malloc(MAX(plain_bytes, 1));
	if (!plain)
		return corrupt(error, "the size is more than memory holds");
	got = ZSTD_decompressDCtx(opener(), plain, plain_bytes, data, size);
	if (ZSTD_isError(got))
		return corrupt(error, ZSTD_getErrorName(got));
	if (got != plain_bytes)
		return corrupt(error, "the frame ends early");
	return g_bytes_new_take(g_steal_pointer(&plain), plain_bytes);
}
