#include "fuzz.h"

#include <string.h>

#include <kase/yaml.h>

#include "../../src/engine/contents.h"

#define PLANTED "cGxhbnRlZCB2YWx1ZQ"
#define SECRET  "\"kind\":\"Secret\",\"data\":{\"k\":\"" PLANTED "\"}"
#define HEAD    "\"apiVersion\":\"v1\",\"metadata\":{\"name\":\"a\"}"

/* Bytes from anywhere stand before a Secret, and may turn what it stands in inside out. */
static const struct {
	const char *before, *after;
} places[] = {
	{ "", "" },
	{ "", "{" HEAD "," SECRET "}" },
	{ "", "\n{" HEAD "," SECRET "}\n" },
	{ "{\"x\":", "," HEAD "," SECRET "}" },
	{ "{" SECRET ",", "," HEAD "}" },
	{ "{" HEAD "," SECRET ",\"x\":\"", "\"}" },
	{ "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[", ",{" HEAD "," SECRET "}]}" },
	{ "{\"apiVersion\":\"v1\",\"items\":[{" HEAD "," SECRET "},", "],\"kind\":\"List\"}" },
	{ "{\"apiVersion\":\"v1\",\"kind\":\"SecretList\",\"items\":[{\"data\":{\"k\":\"" PLANTED
	  "\"}},",
	  "]}" },
	{ "",
	  "\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: a}\ndata:\n  k: " PLANTED "\n" },
	{ "apiVersion: v1\nkind: Secret\ndata:\n  k: " PLANTED "\n", "" },
	{ "apiVersion: v1\nmetadata:\n  name: a\nx: ",
	  "\nkind: Secret\ndata:\n  k: " PLANTED "\n" },
	{ "2026-01-02T03:04:05Z ", " {" SECRET "}\n" },
	{ "x\n", " {\"kind\":\"Table\",\"rows\":[{\"cells\":[\"" PLANTED "\"]}]}\n" },
	{ "[", ",{\"kind\":\"Table\",\"rows\":[{\"cells\":[\"" PLANTED "\"]}]}]" },
	{ "x\n", " {\"kind\":\"S\\u0065cret\",\"data\":{\"k\":\"" PLANTED "\"}}\n" },
	{ "{\"x\":\"",
	  "\",\"y\":\"{\\\"kind\\\":\\\"S\\\\u0065cret\\\",\\\"data\\\":{\\\"k\\\":\\\"" PLANTED
	  "\\\"}}\"}\n" },
	{ "x\n  kind: Secret\n", "\n  data: {\"k\": \"" PLANTED "\"}\n" },
	{ "x\n{\"data\": {\"k\": \"" PLANTED "\"},\n",
	  "\n\"kind\": \"Secret\", \"metadata\": {\"name\": \"a\"}\n}\n" },
};

static void check(const struct contents *c, const struct withhold_text *text)
{
	gsize size = c->anew_bytes;
	g_autofree char *kept = c->anew ? NULL
					: withhold_apply(text->data, text->size, c->cuts, &size);

	g_assert_null(memmem(c->anew ? c->anew : kept, size, PLANTED, strlen(PLANTED)));
}

/* Whatever stands beside it, its value is not in what is kept. */
int LLVMFuzzerTestOneInput(const guint8 *bytes, size_t size)
{
	if (size && memmem(bytes, size, "cGxh", 4))
		return 0; /* it brings the value along itself */
	for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
		g_autoptr(GString) whole = g_string_new(places[i].before);
		g_autofree char *exact = NULL; /* a read past its end is seen */
		struct withhold_text text;
		struct contents c;

		g_string_append_len(whole, (const char *)bytes, (gssize)size);
		g_string_append(whole, places[i].after);
		exact = g_memdup2(whole->str, whole->len);
		text = (struct withhold_text){ .data = exact ? exact : "", .size = whole->len };
		if (contents_read(&c, &text, NULL))
			check(&c, &text);
		contents_clear(&c);
	}
	return 0;
}
