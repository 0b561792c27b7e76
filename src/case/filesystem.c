#include "private.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/vfs.h>

/* SQLite puts -journal, -wal and -shm behind the name, and takes a whole path of 512 bytes. */
enum { NAME_BYTES_MAX = NAME_MAX - 8, PATH_BYTES_MAX = 511 - 8 };

/* Types as in statfs(2) and linux/magic.h.  FUSE is here since sshfs and the like are FUSE, and
 * nothing tells them apart from local ones. */
static const struct {
	guint64 type;
	const char *name;
} network[] = {
	{ 0x6969, "NFS" },        { 0xff534d42, "CIFS" },    { 0xfe534d42, "SMB2" },
	{ 0x517b, "SMB" },        { 0x01021997, "9P" },      { 0x65735546, "FUSE" },
	{ 0x00c36400, "Ceph" },   { 0x5346414f, "OpenAFS" }, { 0x6b414653, "kAFS" },
	{ 0x73757245, "Coda" },   { 0x01161970, "GFS2" },    { 0x7461636f, "OCFS2" },
	{ 0x0bd00bd0, "Lustre" }, { 0x564c, "NCP" },         { 0xaad7aaea, "PanFS" },
	{ 0x47504653, "GPFS" },   { 0xbacbacbc, "VMHGFS" },  { 0x786f4256, "VBOXSF" },
	{ 0xbeefdead, "SNFS" },   { 0x013111a8, "iBRIX" },
};

const char *filesystem_network_name(guint64 type)
{
	for (gsize i = 0; i < G_N_ELEMENTS(network); i++)
		if (network[i].type == (type & 0xffffffff))
			return network[i].name;
	return NULL;
}

gboolean filesystem_check_name(const char *path, GError **error)
{
	g_autofree char *whole = g_canonicalize_filename(path, NULL);
	g_autofree char *name = g_path_get_basename(whole);
	gsize room = strlen(name) > NAME_BYTES_MAX ? NAME_BYTES_MAX : PATH_BYTES_MAX;

	if (strlen(name) <= NAME_BYTES_MAX && strlen(whole) <= PATH_BYTES_MAX)
		return TRUE;
	g_set_error(error, CASE_ERROR, CASE_ERROR_INPUT,
		    "%.40s…: the %s is too long: it may have %u bytes; choose a shorter one",
		    room == NAME_BYTES_MAX ? name : whole,
		    room == NAME_BYTES_MAX ? "name" : "whole path", (guint)room);
	return FALSE;
}

gboolean filesystem_check(const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);
	const char *name;
	struct statfs fs;

	if (statfs(path, &fs) < 0 && statfs(folder, &fs) < 0) {
		g_set_error(error, CASE_ERROR,
			    errno == ENOENT ? CASE_ERROR_NOT_FOUND : CASE_ERROR_READ_ONLY,
			    "%s: the folder cannot be used: %s", path, g_strerror(errno));
		return FALSE;
	}
	name = filesystem_network_name((guint64)fs.f_type);
	if (!name)
		return TRUE;
	g_set_error(error, CASE_ERROR, CASE_ERROR_NETWORK,
		    "%s: lies on a network file system (%s), where a case can be damaged; "
		    "put it on a local disk",
		    path, name);
	return FALSE;
}

gboolean filesystem_is_full(int why)
{
	return why == ENOSPC || why == EDQUOT || why == EFBIG;
}
