/*
 * A seal: the head, signed with a person's SSH key.
 *
 * What is signed is one line, `kase UUID #SEQ HASH` and a newline; the namespace of the signature
 * is "kase".  Anyone checks it with OpenSSH alone:
 *
 *	ssh-keygen -Y check-novalidate -n kase -s NAME.kase.sig < NAME.kase.head
 *
 * Source: ssh-keygen(1), PROTOCOL.sshsig.
 */
#include "private.h"

#include <kase/text.h>

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIGNATURE_MAX_BYTES 65536

static char *statement(const char *id, gint64 seq, const char *hash)
{
	return g_strdup_printf("kase %s #%" G_GINT64_FORMAT " %s\n", id, seq, hash);
}

/* What a program said, as part of one line. */
static char *in_one_line(const char *said)
{
	g_autofree char *line = g_strstrip(g_strdup(said ?: ""));

	return g_strdelimit(text_utf8(line, strlen(line)), "\r\n", ';');
}

/* A file to read `text` from.  Not a pipe: ssh-keygen may end before it reads, and a pipe that nobody
 * reads is a SIGPIPE. */
static int input_of(const char *text, GError **error)
{
	gsize size = strlen(text);
	int fd = memfd_create("kase-seal", MFD_CLOEXEC);

	if (fd >= 0 && write(fd, text, size) == (gssize)size && lseek(fd, 0, SEEK_SET) == 0)
		return fd;
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno),
		    "what is signed cannot be handed to ssh-keygen: %s", g_strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* No terminal is asked for a passphrase: whoever has one has an agent. */
static GSubprocess *start_keygen(const char *const *argv, const char *input, GError **error)
{
	g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new(
		G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
	int fd = input_of(input, error);

	if (fd < 0)
		return NULL;
	g_subprocess_launcher_take_stdin_fd(launcher, fd);
	g_subprocess_launcher_setenv(launcher, "SSH_ASKPASS", "/bin/false", TRUE);
	g_subprocess_launcher_setenv(launcher, "SSH_ASKPASS_REQUIRE", "force", TRUE);
	g_subprocess_launcher_setenv(launcher, "LC_ALL", "C", TRUE);
	return g_subprocess_launcher_spawnv(launcher, argv, error);
}

static gboolean run_keygen(const char *const *argv, const char *input, char **output,
			   GError **error)
{
	g_autoptr(GSubprocess) child = start_keygen(argv, input, error);
	g_autofree char *said = NULL, *line = NULL;

	if (!child || !g_subprocess_communicate_utf8(child, NULL, NULL, output, &said, error))
		return FALSE;
	if (g_subprocess_get_successful(child))
		return TRUE;
	line = in_one_line(said);
	g_set_error(error, CASE_ERROR, CASE_ERROR_INPUT, "ssh-keygen: %s", line);
	return FALSE;
}

static gboolean sign(const char *key, const char *text, char **signature, GError **error)
{
	const char *const argv[] = {
		"ssh-keygen", "-Y", "sign", "-q", "-n", "kase", "-f", key, NULL
	};
	g_autoptr(GError) failed = NULL;

	if (run_keygen(argv, text, signature, &failed) && *signature &&
	    g_str_has_prefix(*signature, "-----BEGIN SSH SIGNATURE-----"))
		return TRUE;
	g_set_error(error, CASE_ERROR, CASE_ERROR_INPUT,
		    "%s: cannot sign (a key with a passphrase must be in ssh-agent: ssh-add): %s",
		    key, failed ? failed->message : "ssh-keygen gave no signature");
	return FALSE;
}

/* An earlier seal of the same case may be replaced beside it, since it stands in the case. */
static gboolean may_write_beside(const char *path, const char *suffix, const char *starts,
				 GError **error)
{
	g_autofree char *beside = g_strconcat(path, suffix, NULL);
	g_autofree char *there = NULL;

	if (!g_file_test(beside, G_FILE_TEST_EXISTS | G_FILE_TEST_IS_SYMLINK) ||
	    (g_file_test(beside, G_FILE_TEST_IS_REGULAR) &&
	     g_file_get_contents(beside, &there, NULL, NULL) && g_str_has_prefix(there, starts)))
		return TRUE;
	g_set_error(error, CASE_ERROR, CASE_ERROR_EXISTS,
		    "%s: is there already, and no seal of this case; move it away, then seal",
		    beside);
	return FALSE;
}

/* Anyone may check a seal: it holds hashes, and nothing of the case. */
static gboolean write_beside(const char *path, const char *suffix, const char *text, GError **error)
{
	g_autofree char *beside = g_strconcat(path, suffix, NULL);
	g_autoptr(GError) failed = NULL;

	if (g_file_set_contents_full(beside, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0644,
				     &failed))
		return TRUE;
	g_set_error(error, CASE_ERROR, CASE_ERROR_READ_ONLY,
		    "%s: cannot be written, but the seal is in the case's ledger: %s", beside,
		    failed->message);
	return FALSE;
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

/* Sign what is committed by now; `text` and `signature` are the caller's. */
static gboolean seal_head(struct recorder *r, const char *path, const char *key, char **text,
			  char **signature, GError **error)
{
	g_autoptr(casefile) c = casefile_open(path, CASEFILE_READ_LIVE, error);
	g_autofree char *starts = NULL;
	char hash[DIGEST_CHARS] = "";
	gint64 seq;

	if (!c)
		return FALSE;
	starts = g_strdup_printf("kase %s #", casefile_fact(c, "id") ?: "");
	if (!may_write_beside(path, ".head", starts, error) ||
	    !may_write_beside(path, ".sig", "-----BEGIN SSH SIGNATURE-----", error))
		return FALSE;
	seq = casefile_head(c, hash);
	if (!seq) { /* a signature of what was not read would stand in the case for good */
		g_set_error(error, CASE_ERROR, CASE_ERROR_CORRUPT,
			    "%s: its newest entry cannot be read, so nothing is signed; run kase "
			    "verify on it",
			    path);
		return FALSE;
	}
	*text = statement(casefile_fact(c, "id") ?: "", seq, hash);
	if (!sign(key, *text, signature, error))
		return FALSE;
	ticket_unref(recorder_enter(r, seal_entry(seq, hash, *text, *signature), NULL, NULL));
	return TRUE;
}

/* Who signs a head vouches for all before it. */
static gboolean is_whole(const char *path, const struct projector *projector, GError **error)
{
	struct verify_report report = { 0 };
	gboolean whole = casefile_verify(path, projector, NULL, NULL, NULL, &report, error);

	if (whole && report.findings->len) {
		whole = FALSE;
		g_set_error(error, CASE_ERROR, CASE_ERROR_CORRUPT,
			    "%s: is not whole, so it is not sealed; kase verify says what is wrong",
			    path);
	}
	verify_report_clear(&report);
	return whole;
}

gboolean casefile_seal(const char *path, const char *key, const struct case_person *person,
		       const struct projector *projector, GError **error)
{
	g_autofree char *text = NULL, *signature = NULL;
	struct recorder *r;
	gboolean ok;

	if (!is_whole(path, projector, error))
		return FALSE;
	r = recorder_start(path, person, projector, error);
	ok = r && seal_head(r, path, key, &text, &signature, error);

	return recorder_stop(r, ok ? error : NULL) && ok &&
	       write_beside(path, ".head", text, error) &&
	       write_beside(path, ".sig", signature, error);
}

/* --- checking --------------------------------------------------------------------------------- */

/* `key` takes what ssh-keygen says of the key. */
static gboolean signature_holds(const char *text, const char *signature, char **key, GError **error)
{
	g_autofree char *file = NULL, *output = NULL;
	const char *says;
	gboolean ok;
	int fd;

	if (strlen(signature) > SIGNATURE_MAX_BYTES) {
		g_set_error(error, CASE_ERROR, CASE_ERROR_INPUT, "it is too long for a signature");
		return FALSE;
	}
	fd = g_file_open_tmp("kase-XXXXXX.sig", &file, error);
	if (fd < 0)
		return FALSE;
	g_close(fd, NULL);
	ok = g_file_set_contents(file, signature, -1, error) &&
	     run_keygen((const char *[]){ "ssh-keygen", "-Y", "check-novalidate", "-n", "kase",
					  "-s", file, NULL },
			text, &output, error);
	g_unlink(file);
	says = ok && output ? strstr(output, "with ") : NULL;
	*key = says ? in_one_line(says) : g_strdup("");
	return ok;
}

/* Who it was stands in the entry; only the key proves it, to whoever knows whose it is. */
static void name_seal(const struct cJSON *entry, const char *key, struct verify_report *report)
{
	g_autofree char *line = g_strdup_printf(
		"%s, %.19sZ, up to #%" G_GINT64_FORMAT ", %s", json_string(entry, "person") ?: "?",
		json_string(entry, "at") ?: "?", json_int(entry, "head_seq", 0), key);

	g_free(report->sealed);
	report->sealed = text_safe(line, -1);
}

/* That there is no ssh-keygen here says nothing of the seal. */
static void name_unchecked(const struct cJSON *entry, const GError *why,
			   struct verify_report *report)
{
	g_autofree char *line = g_strdup_printf("not checked: %s", why->message);

	name_seal(entry, line, report);
}

static void check_seal(struct query *q, struct verify_report *report)
{
	g_autoptr(json_tree) entry = sql_entry(q, 1, NULL);
	const char *signature = json_string(entry, "signature") ?: "";
	g_autofree char *text = statement(query_text(q, 2) ?: "", json_int(entry, "head_seq", 0),
					  json_string(entry, "head") ?: "");
	g_autofree char *key = NULL;
	g_autoptr(GError) failed = NULL;

	if (g_strcmp0(query_text(q, 3), json_string(entry, "head")) != 0 ||
	    g_strcmp0(text, json_string(entry, "signed")) != 0)
		report_finding(report,
			       "the seal of entry #%" G_GINT64_FORMAT " is not for this chain",
			       query_int(q, 0));
	else if (signature_holds(text, signature, &key, &failed))
		name_seal(entry, key, report);
	else if (failed->domain == CASE_ERROR)
		report_finding(report, "the seal of entry #%" G_GINT64_FORMAT " does not hold: %s",
			       query_int(q, 0), failed->message);
	else
		name_unchecked(entry, failed, report);
}

void verify_seals(sqlite3 *db, struct verify_report *report)
{
	static const char sql[] =
		"SELECT s.seq, s.entry, (SELECT entry ->> 'id' FROM entry WHERE seq = 1),"
		" (SELECT hash FROM entry AS h WHERE h.seq = s.entry ->> 'head_seq')"
		" FROM entry AS s WHERE s.entry ->> 'kind' = 'sealed' ORDER BY s.seq";
	g_autoptr(query) q = sql_prepare(db, sql, NULL);

	while (q && query_step(q, NULL))
		check_seal(q, report);
}
