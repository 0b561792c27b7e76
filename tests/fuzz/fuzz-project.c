#include "fuzz.h"

#include <kase/project.h>
#include <string.h>

#include "derived.h"

static const char *const abouts[] = {
	"'type':'list','cluster':'c','group':'','object':'Pod','as_of':1",
	"'type':'list','cluster':'c'",
	"'type':'object','cluster':'c','group':'','object':'Event','as_of':1",
	"'type':'object','cluster':'c','group':'apps','object':'Deployment'",
	"'type':'watch','cluster':'c','group':'','object':'Pod'",
	"'type':'log','cluster':'c','namespace':'n','pod':'p','uid':'u','container':'a'",
	"'type':'file','name':'f','format':'yaml'",
	"'type':'file','name':'f','format':'json'",
	"'type':'file','name':'f','format':'log'",
};

/* The first byte says of which type the bytes are, and where they are cut into two chunks. */
static char *rows_of(guint8 first, const char *data, gsize size)
{
	g_autoptr(derived) d = derived_new();
	gsize cut = size ? (first / G_N_ELEMENTS(abouts)) % size : 0;
	gint64 evidence = derived_enter(d, "{'kind':'evidence','subject':'s',%s}",
					abouts[first % G_N_ELEMENTS(abouts)]);

	if (cut)
		derived_bytes(d, evidence, data, cut);
	if (size)
		derived_bytes(d, evidence, data + cut, size - cut);
	derived_close(d, evidence, "complete");
	return derived_dump(d);
}

/* Any bytes can be projected, and make the same rows each time. */
int LLVMFuzzerTestOneInput(const guint8 *data, size_t size)
{
	g_autofree char *one = NULL;
	g_autofree char *other = NULL;

	if (size == 0)
		return 0;
	one = rows_of(data[0], (const char *)data + 1, size - 1);
	other = rows_of(data[0], (const char *)data + 1, size - 1);
	g_assert_cmpstr(one, ==, other);
	return 0;
}
