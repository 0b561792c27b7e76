/*
 * A seal: the head, signed with a person's SSH key.
 *
 * What is signed is one line, `kase UUID #SEQ HASH` and a newline; the namespace of the signature is "kase".  Anyone checks
 * it with OpenSSH alone:
 *
 *	ssh-keygen -Y check-novalidate -n kase -s NAME.kase.sig < NAME.kase.head
 *
 * Source: ssh-keygen(1), PROTOCOL.sshsig.
 */
#include "private.h"

#include <kase/stamp.h>

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#define SIGNATURE_MAX_BYTES 65536

static char *statement(const char *id, gint64 seq, const char *hash)
{
	return g_strdup_printf("kase %s #%" G_GINT64_FORMAT " %s\n", id, seq, hash);
}

static gboolean run_keygen(const char *const *argv, const char *input, char **output,
			   GError **error)
{
	g_autoptr(GSubprocess) child = g_subprocess_newv(argv,
							 G_SUBPROCESS_FLAGS_STDIN_PIPE |
								 G_SUBPROCESS_FLAGS_STDOUT_PIPE |
								 G_SUBPROCESS_FLAGS_STDERR_PIPE,
							 error);
	g_autofree char *said = NULL;

	if (!child || !g_subprocess_communicate_utf8(child, input, NULL, output, &said, error))
		return FALSE;
	if (g_subprocess_get_successful(child))
		return TRUE;
	g_set_error(error, CASE_ERROR, CASE_ERROR_INPUT, "ssh-keygen: %s",
		    g_strchomp(said ? said : (char[]){ "" }));
	return FALSE;
}

static gboolean sign(const char *key, const char *text, char **signature, GError **error)
{
	const char *const argv[] = {
		"ssh-keygen", "-Y", "sign", "-q", "-n", "kase", "-f", key, NULL
	};

	if (run_keygen(argv, text, signature, error) && *signature &&
	    g_str_has_prefix(*signature, "-----BEGIN SSH SIGNATURE-----"))
		return TRUE;
	if (error && !*error)
		g_set_error(error, CASE_ERROR, CASE_ERROR_INPUT, "ssh-keygen gave no signature");
	g_prefix_error(error, "%s: cannot sign: ", key);
	return FALSE;
}

static gboolean write_beside(const char *path, const char *suffix, const char *text, GError **error)
{
	g_autofree char *beside = g_strconcat(path, suffix, NULL);

	return g_file_set_contents_full(beside, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644,
					error);
}

static struct cJSON *seal_entry(gint64 seq, const char *hash, const char *text,
				const char *signature)
{
	struct cJSON *entry = json_new_object();
	g_autofree char *summary = g_strdup_printf("sealed up to #%" G_GINT64_FORMAT, seq);

	json_set_string(entry, "kind", "sealed");
	json_set_string(entry, "summary", summary);
	json_set_int(entry, "head_seq", seq);
	json_set_string(entry, "head", hash);
	json_set_string(entry, "signed", text);
	json_set_string(entry, "signature", signature);
	return entry;
}

gboolean casefile_seal(const char *path, const char *key, const struct case_person *person,
		       const struct projector *projector, GError **error)
{
	g_autoptr(casefile) c = NULL;
	g_autofree char *text = NULL, *signature = NULL;
	char hash[DIGEST_CHARS] = "";
	struct recorder *r = recorder_start(path, person, projector, error);
	gint64 seq;
	gboolean ok;

	if (!r)
		return FALSE;
	c = casefile_open(path, CASEFILE_READ_LIVE, error);
	ok = c != NULL;
	if (ok) {
		seq = casefile_head(c, hash);
		text = statement(casefile_fact(c, "id"), seq, hash);
		ok = sign(key, text, &signature, error);
	}
	if (ok)
		ticket_unref(recorder_enter(r, seal_entry(seq, hash, text, signature), NULL, NULL));
	g_clear_pointer(&c, casefile_close);
	return recorder_stop(r, ok ? error : NULL) && ok &&
	       write_beside(path, ".head", text, error) &&
	       write_beside(path, ".sig", signature, error);
}

/* --- checking ------------------------------------------------------------------------------------- */

static gboolean signature_holds(const char *text, const char *signature, GError **error)
{
	g_autofree char *file = NULL, *output = NULL;
	int fd = g_file_open_tmp("kase-XXXXXX.sig", &file, error);
	const char *argv[] = { "ssh-keygen", "-Y", "check-novalidate", "-n", "kase", "-s",
			       file,         NULL };
	gboolean ok;

	if (fd < 0)
		return FALSE;
	g_close(fd, NULL);
	ok = strlen(signature) <= SIGNATURE_MAX_BYTES &&
	     g_file_set_contents(file, signature, -1, error) &&
	     run_keygen(argv, text, &output, error);
	g_unlink(file);
	return ok;
}

static void check_seal(sqlite3 *db, struct query *q, struct verify_report *report)
{
	g_autoptr(json_tree) entry = sql_entry(q, 1, NULL);
	g_autofree char *text = statement(query_text(q, 2) ?: "", json_int(entry, "head_seq", 0),
					  json_string(entry, "head") ?: "");
	g_autoptr(GError) failed = NULL;

	if (g_strcmp0(query_text(q, 3), json_string(entry, "head")) != 0 ||
	    g_strcmp0(text, json_string(entry, "signed")) != 0) {
		report_finding(report,
			       "the seal of entry #%" G_GINT64_FORMAT " is not for this chain",
			       query_int(q, 0));
		return;
	}
	if (!signature_holds(text, json_string(entry, "signature") ?: "", &failed)) {
		report_finding(report, "the seal of entry #%" G_GINT64_FORMAT " does not hold: %s",
			       query_int(q, 0), failed->message);
		return;
	}
	g_free(report->sealed);
	report->sealed = g_strdup_printf("%s, %.20s, up to #%" G_GINT64_FORMAT,
					 json_string(entry, "person"), json_string(entry, "at"),
					 json_int(entry, "head_seq", 0));
}

void verify_seals(sqlite3 *db, struct verify_report *report)
{
	static const char sql[] =
		"SELECT s.seq, s.entry, (SELECT entry ->> 'id' FROM entry WHERE seq = 1),"
		" (SELECT hash FROM entry AS h WHERE h.seq = s.entry ->> 'head_seq')"
		" FROM entry AS s WHERE s.entry ->> 'kind' = 'sealed' ORDER BY s.seq";
	g_autoptr(query) q = sql_prepare(db, sql, NULL);

	while (q && query_step(q, NULL))
		check_seal(db, q, report);
}
