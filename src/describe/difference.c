/*
 * What differs between two texts of YAML, by lines.
 *
 * The shortest way from one to the other (E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986).  It costs memory by
 * the square of how much differs: where that is more than DIFFERS_MAX lines, all between what both begin and end with is told as
 * replaced.
 */
#include "tell.h"

#include <string.h>

#include <kase/yaml.h>

#define DIFFERS_MAX 1500
#define CONTEXT     3 /* lines told before and after what differs */

enum step { SAME, TAKEN, ADDED };

/* --- what is compared ---------------------------------------------------------------------------- */

/* Members of metadata that change with every write. */
static const char *const noise[] = { "managedFields", "resourceVersion" };

static gboolean is_noise(const char *key)
{
	for (gsize i = 0; i < G_N_ELEMENTS(noise); i++)
		if (g_str_equal(noise[i], key))
			return TRUE;
	return FALSE;
}

static struct cJSON *quiet_metadata(const struct cJSON *metadata)
{
	struct cJSON *out = json_new_object();

	for (const struct cJSON *n = json_first(metadata); n; n = json_next(n))
		if (!is_noise(json_key(n)))
			json_append_take(out, json_key(n), json_copy(n));
	return out;
}

/* An object in a List does not say its kind, one that a watch brought does: that is no change. */
static gboolean is_of_its_list(const char *key, const struct cJSON *other)
{
	return (g_str_equal(key, "kind") || g_str_equal(key, "apiVersion")) &&
	       !json_get(other, key);
}

/* Its lines without the noise. */
static GStrv lines_of(const struct cJSON *object, const struct cJSON *other)
{
	g_autoptr(json_tree) quiet = json_new_object();
	g_autofree char *yaml = NULL;

	for (const struct cJSON *n = json_type(object) == JSON_OBJECT ? json_first(object) : NULL;
	     n; n = json_next(n)) {
		gboolean is_metadata = g_str_equal(json_key(n), "metadata") &&
				       json_type(n) == JSON_OBJECT;

		if (!is_of_its_list(json_key(n), other))
			json_append_take(quiet, json_key(n),
					 is_metadata ? quiet_metadata(n) : json_copy(n));
	}
	yaml = json_first(quiet) ? yaml_print(quiet) : g_strdup("");
	return g_strsplit(g_strchomp(yaml), "\n", *yaml ? -1 : 0);
}

/* --- the shortest way ---------------------------------------------------------------------------- */

struct comparing {
	GStrv a, b;
	int n, m;     /* lines between what both begin and end with */
	int same;     /* that both begin with */
	GArray *rows; /* of int: for each number of differences how far each diagonal came */
};

static gboolean are_same(const struct comparing *c, int x, int y)
{
	return g_str_equal(c->a[c->same + x], c->b[c->same + y]);
}

/* How far the diagonals -d to d came with d differences: rows[d * d + d + k]. */
static int *reached(const struct comparing *c, int d, int k)
{
	return &g_array_index(c->rows, int, d *d + d + k);
}

/* One more difference comes from the diagonal above (a line added) or the one below (a line taken). */
static gboolean comes_from_above(const struct comparing *c, int d, int k)
{
	return k == -d || (k != d && *reached(c, d - 1, k - 1) < *reached(c, d - 1, k + 1));
}

static int begin_of(const struct comparing *c, int d, int k)
{
	if (d == 0)
		return 0;
	return comes_from_above(c, d, k) ? *reached(c, d - 1, k + 1)
					 : *reached(c, d - 1, k - 1) + 1;
}

/* How many differences there are; -1 for too many. */
static int search(struct comparing *c)
{
	for (int d = 0; d <= MIN(c->n + c->m, DIFFERS_MAX); d++) {
		g_array_set_size(c->rows, (guint)((d + 1) * (d + 1)));
		for (int k = -d; k <= d; k += 2) {
			int x = begin_of(c, d, k);

			while (x < c->n && x - k < c->m && are_same(c, x, x - k))
				x++;
			*reached(c, d, k) = x;
			if (x >= c->n && x - k >= c->m)
				return d;
		}
	}
	return -1;
}

static void push(GByteArray *steps, enum step step, int times)
{
	guint8 byte = (guint8)step;

	while (times-- > 0)
		g_byte_array_append(steps, &byte, 1);
}

static void reverse(GByteArray *steps)
{
	for (guint i = 0; i < steps->len / 2; i++) {
		guint8 step = steps->data[i];

		steps->data[i] = steps->data[steps->len - 1 - i];
		steps->data[steps->len - 1 - i] = step;
	}
}

/* From its end back to its beginning. */
static void append_way(const struct comparing *c, int d, GByteArray *steps)
{
	g_autoptr(GByteArray) way = g_byte_array_new();
	int x = c->n, k = c->n - c->m;

	for (; d > 0; d--) {
		int begin = begin_of(c, d, k);
		gboolean added = comes_from_above(c, d, k);

		push(way, SAME, x - begin);
		push(way, added ? ADDED : TAKEN, 1);
		x = added ? begin : begin - 1;
		k += added ? 1 : -1;
	}
	push(way, SAME, x);
	reverse(way);
	g_byte_array_append(steps, way->data, way->len);
}

static GByteArray *compare(GStrv a, GStrv b)
{
	struct comparing c = { a, b, (int)g_strv_length(a), (int)g_strv_length(b), 0, NULL };
	GByteArray *steps = g_byte_array_new();
	int after = 0, differ;

	for (; c.n && c.m && g_str_equal(a[c.same], b[c.same]); c.n--, c.m--)
		c.same++;
	for (; c.n && c.m && are_same(&c, c.n - 1, c.m - 1); c.n--, c.m--)
		after++;
	c.rows = g_array_new(FALSE, TRUE, sizeof(int));
	push(steps, SAME, c.same);
	differ = search(&c);
	if (differ >= 0) {
		append_way(&c, differ, steps);
	} else {
		push(steps, TAKEN, c.n);
		push(steps, ADDED, c.m);
	}
	push(steps, SAME, after);
	g_array_unref(c.rows);
	return steps;
}

/* --- told ---------------------------------------------------------------------------------------- */

static gsize indent_of(const char *line)
{
	return strspn(line, " -");
}

/* The keys above a line: "spec › containers". */
static char *way_to(GStrv lines, int at)
{
	g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(g_free);
	gsize indent = indent_of(lines[at]);
	GString *out = g_string_new(NULL);

	for (; at >= 0 && indent; at--) {
		gsize here = indent_of(lines[at]);

		if (here >= indent)
			continue;
		g_ptr_array_add(keys, g_strndup(lines[at] + here, strcspn(lines[at] + here, ":")));
		indent = here;
	}
	for (guint i = keys->len; i > 0; i--)
		g_string_append_printf(out, "%s%s", out->len ? " › " : "",
				       (char *)keys->pdata[i - 1]);
	return g_string_free(out, FALSE);
}

static void tell_fold(struct telling *t, int lines, const char *way)
{
	g_autofree char *text = g_strdup_printf("… %d %s the same%s%s", lines,
						lines == 1 ? "line" : "lines",
						way && *way ? ", then in " : "", way ? way : "");

	if (lines)
		tell_item(t, DESCRIBE_FOLDED, text);
}

static void tell_step(struct telling *t, enum step step, const char *line)
{
	static const struct {
		const char *sign;
		enum describe_mark mark;
	} steps[] = {
		[SAME] = { "  ", DESCRIBE_PLAIN },
		[TAKEN] = { "- ", DESCRIBE_TAKEN },
		[ADDED] = { "+ ", DESCRIBE_ADDED },
	};
	g_autofree char *text = g_strconcat(steps[step].sign, line, NULL);

	tell_item(t, steps[step].mark, text);
}

static enum step step_at(const GByteArray *steps, guint at)
{
	return steps->data ? (enum step)steps->data[at] : SAME;
}

/* Whether a line that is the same stands near one that is not. */
static gboolean is_near(const GByteArray *steps, guint at)
{
	guint from = at > CONTEXT ? at - CONTEXT : 0;

	for (guint i = from; i < MIN(at + CONTEXT + 1, steps->len); i++)
		if (step_at(steps, i) != SAME)
			return TRUE;
	return FALSE;
}

static void tell_steps(struct telling *t, GStrv a, GStrv b, const GByteArray *steps)
{
	int x = 0, y = 0, folded = 0;

	for (guint i = 0; i < steps->len; i++) {
		gboolean near = is_near(steps, i);
		enum step step = step_at(steps, i);
		gboolean taken = step == TAKEN;
		g_autofree char *way = near && folded ? way_to(taken ? a : b, taken ? x : y) : NULL;

		if (near)
			tell_fold(t, folded, way);
		folded = near ? 0 : folded + 1;
		if (near)
			tell_step(t, step, taken ? a[x] : b[y]);
		x += step != ADDED;
		y += step != TAKEN;
	}
	tell_fold(t, folded, NULL);
}

static void tell_noise(struct telling *t, const struct cJSON *before, const struct cJSON *after)
{
	for (gsize i = 0; i < G_N_ELEMENTS(noise); i++) {
		const struct cJSON *old = json_get(json_get(before, "metadata"), noise[i]);
		const struct cJSON *new = json_get(json_get(after, "metadata"), noise[i]);
		g_autofree char *old_text = value_text(old), *new_text = value_text(new);
		gboolean is_short = json_type(old) == JSON_STRING && json_type(new) == JSON_STRING;
		g_autofree char *text = NULL;

		if (g_strcmp0(old_text, new_text) == 0)
			continue;
		if (is_short)
			text = g_strdup_printf("… %s %s, now %s", noise[i], old_text, new_text);
		else
			text = g_strdup_printf("… %s differ: y shows them", noise[i]);
		tell_item(t, DESCRIBE_FOLDED, text);
	}
}

static gboolean differs(const GByteArray *steps)
{
	for (guint i = 0; i < steps->len; i++)
		if (steps->data[i] != SAME)
			return TRUE;
	return FALSE;
}

GPtrArray *describe_difference(const struct cJSON *before, const struct cJSON *after)
{
	struct telling t = { .lines = describe_lines_new() };
	g_auto(GStrv) a = lines_of(before, after);
	g_auto(GStrv) b = lines_of(after, before);
	g_autoptr(GByteArray) steps = compare(a, b);

	tell_noise(&t, before, after);
	if (!differs(steps))
		tell_item(&t, DESCRIBE_PLAIN, "nothing else differs");
	else
		tell_steps(&t, a, b, steps);
	return t.lines;
}
