/*
 * Memory of trees that live for a moment.
 *
 * A tree of a pod is some five hundred small pieces, and to give each back costs as much as to read the pod.  Between
 * json_scratch_begin and json_scratch_end this thread's pieces come one after another out of blocks, and all go at once.
 *
 * 1  cJSON's memory functions are set once, before main, and never changed.
 * 2  `inside` says whether this thread is between begin and end.  Outside, memory is malloc's.
 * 3  What malloc gave may be freed inside: it lies in no block.
 */
#include <kase/json.h>

#include <stdlib.h>

#include <cjson/cJSON.h>

#define BLOCK_BYTES ((gsize)256 << 10)
#define KEPT_BLOCKS 2 /* for the next time; one object seldom needs more */
#define ALIGNMENT   16

struct block {
	struct block *before;
	gsize size;
	_Alignas(ALIGNMENT) char bytes[];
};

struct scratch {
	gboolean inside;
	struct block *last, *spare;
	gsize used; /* of `last` */
};

static _Thread_local struct scratch scratch;

static void drop_blocks(struct block *b)
{
	while (b) {
		struct block *before = b->before;

		free(b);
		b = before;
	}
}

static void forget(void *data)
{
	struct scratch *gone = data;

	drop_blocks(gone->spare);
}

/* Gives back what a thread keeps when that ends. */
static GPrivate keeper = G_PRIVATE_INIT(forget);

static gboolean in_blocks(const char *piece)
{
	for (const struct block *b = scratch.last; b; b = b->before)
		if (piece >= b->bytes && piece < b->bytes + b->size)
			return TRUE;
	return FALSE;
}

static gboolean add_block(gsize least)
{
	struct block *b = scratch.spare;

	if (b && b->size >= least) {
		scratch.spare = b->before;
	} else {
		gsize size = MAX(least, BLOCK_BYTES);

		b = malloc(sizeof(*b) + size);
		if (!b)
			return FALSE;
		b->size = size;
	}
	g_private_set(&keeper, &scratch);
	b->before = scratch.last;
	scratch.last = b;
	scratch.used = 0;
	return TRUE;
}

static void *take(size_t size)
{
	gsize whole = (size + ALIGNMENT - 1) & ~(gsize)(ALIGNMENT - 1);
	char *piece;

	if (!scratch.inside)
		return malloc(size);
	if ((!scratch.last || scratch.last->size - scratch.used < whole) && !add_block(whole))
		return NULL;
	piece = scratch.last->bytes + scratch.used;
	scratch.used += whole;
	return piece;
}

static void give_back(void *piece)
{
	if (!scratch.inside || !in_blocks(piece))
		free(piece);
}

static void __attribute__((constructor)) set_memory(void)
{
	cJSON_InitHooks(&(cJSON_Hooks){ .malloc_fn = take, .free_fn = give_back });
}

void json_scratch_begin(void)
{
	g_assert(!scratch.inside);
	scratch.inside = TRUE;
}

void json_scratch_end(void)
{
	guint kept = 0;

	g_assert(scratch.inside);
	scratch.inside = FALSE;
	drop_blocks(g_steal_pointer(&scratch.spare));
	for (struct block *b = g_steal_pointer(&scratch.last), *before; b; b = before) {
		before = b->before;
		if (kept == KEPT_BLOCKS || b->size > BLOCK_BYTES) {
			free(b);
			continue;
		}
		b->before = scratch.spare;
		scratch.spare = b;
		kept++;
	}
}
