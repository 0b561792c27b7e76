#include "parts.h"

#include <string.h>

static void set_details(struct cJSON *object, const struct status *s)
{
	struct cJSON *details = json_new_object();

	json_set_string(details, "name", s->name);
	json_set_string(details, "group", s->group && *s->group ? s->group : NULL);
	json_set_string(details, "kind", s->kind);
	if (s->cause) {
		struct cJSON *causes = json_new_array(), *cause = json_new_object();

		json_set_string(cause, "reason", s->cause);
		json_set_string(cause, "message", s->cause_message);
		json_set_string(cause, "field", s->field);
		json_add_take(causes, cause);
		json_set_take(details, "causes", causes);
	}
	if (s->retry_after_s)
		json_set_int(details, "retryAfterSeconds", s->retry_after_s);
	json_set_take(object, "details", details);
}

/* Members in the order in which a real server writes them.  Caller owns. */
static struct cJSON *status_tree(const struct status *s)
{
	struct cJSON *object = json_new_object(), *metadata = json_new_object();

	json_set_string(metadata, "continue", s->continue_token);
	json_set_string(object, "kind", "Status");
	json_set_string(object, "apiVersion", "v1");
	json_set_take(object, "metadata", metadata);
	json_set_string(object, "status", "Failure");
	json_set_string(object, "message", s->message);
	json_set_string(object, "reason", s->reason);
	if (s->details || s->name || s->kind || s->cause || s->retry_after_s)
		set_details(object, s);
	json_set_int(object, "code", s->code);
	return object;
}

GBytes *status_body(const struct status *s)
{
	g_autoptr(json_tree) object = status_tree(s);
	g_autofree char *text = json_print(object);
	char *line = g_strconcat(text, "\n", NULL);

	return g_bytes_new_take(line, strlen(line));
}

struct answer *answer_status(const struct status *s)
{
	struct answer *a = answer_body(s->code, "application/json", status_body(s));

	a->retry_after_s = s->retry_after_s;
	return a;
}

struct answer *answer_bad_request(const char *message)
{
	return answer_status(
		&(struct status){ .code = 400, .reason = "BadRequest", .message = message });
}

struct answer *answer_not_found(const struct listing *l, const char *name)
{
	g_autofree char *resource = *l->group ? g_strdup_printf("%s.%s", l->resource, l->group)
					      : g_strdup(l->resource);
	g_autofree char *message = g_strdup_printf("%s \"%s\" not found", resource, name);

	return answer_status(&(struct status){ .code = 404,
					       .reason = "NotFound",
					       .message = message,
					       .name = name,
					       .group = l->group,
					       .kind = l->resource });
}

struct answer *answer_no_resource(void)
{
	return answer_status(
		&(struct status){ .code = 404,
				  .reason = "NotFound",
				  .message = "the server could not find the requested resource",
				  .details = TRUE });
}

static const struct status faults[] = {
	{ .code = 400,
	  .reason = "BadRequest",
	  .message = "the server rejected our request for an unknown reason" },
	{ .code = 401, .reason = "Unauthorized", .message = "Unauthorized" },
	{ .code = 403,
	  .reason = "Forbidden",
	  .message = "forbidden: User \"trainee\" may not do this",
	  .details = TRUE },
	{ .code = 404,
	  .reason = "NotFound",
	  .message = "the server could not find the requested resource",
	  .details = TRUE },
	{ .code = 410, .reason = "Expired", .message = "too old resource version" },
	{ .code = 500,
	  .reason = "InternalError",
	  .message = "Internal error occurred: etcdserver: request timed out" },
	{ .code = 503,
	  .reason = "ServiceUnavailable",
	  .message = "the server is currently unable to handle the request" },
	{ .code = 504,
	  .reason = "Timeout",
	  .message = "Timeout: request did not complete within the allotted timeout",
	  .details = TRUE },
};

struct answer *answer_fault(int code, gint64 retry_after_s)
{
	struct status s = { .code = code, .reason = "Unknown", .message = "unknown" };
	struct answer *a;

	/* Fairness and the limit of requests in flight answer without a Status. */
	if (code == 429) {
		a = answer_text(429, "Too many requests, please try again later.\n");
		a->retry_after_s = retry_after_s;
		return a;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(faults); i++)
		if (faults[i].code == code)
			s = faults[i];
	s.retry_after_s = retry_after_s;
	return answer_status(&s);
}

void status_append_event(GString *out, const struct status *s)
{
	g_autoptr(json_tree) object = status_tree(s);
	g_autofree char *text = json_print(object);

	g_string_append_printf(out, "{\"type\":\"ERROR\",\"object\":%s}\n", text);
}
