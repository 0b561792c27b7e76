#include "parts.h"

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <microhttpd.h>

#define NAME_MAX_BYTES 256

static gnutls_session_t session_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);

	return info ? info->tls_session : NULL;
}

static char *common_name(const gnutls_datum_t *der)
{
	char name[NAME_MAX_BYTES] = "";
	size_t size = sizeof name;
	gnutls_x509_crt_t certificate;

	if (gnutls_x509_crt_init(&certificate) < 0)
		return NULL;
	if (gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER) < 0 ||
	    gnutls_x509_crt_get_dn_by_oid(certificate, GNUTLS_OID_X520_COMMON_NAME, 0, 0, name,
					  &size) < 0)
		*name = '\0';
	gnutls_x509_crt_deinit(certificate);
	return g_strdup(name);
}

char *tls_certificate(struct MHD_Connection *connection, gboolean *trusted)
{
	gnutls_session_t session = session_of(connection);
	unsigned count = 0, status = 0;
	const gnutls_datum_t *chain = session ? gnutls_certificate_get_peers(session, &count)
					      : NULL;

	*trusted = FALSE;
	if (!chain || !count)
		return NULL;
	*trusted = gnutls_certificate_verify_peers2(session, &status) == 0 && !status;
	return common_name(&chain[0]);
}

char *tls_server_name(struct MHD_Connection *connection)
{
	gnutls_session_t session = session_of(connection);
	char name[NAME_MAX_BYTES];
	size_t size = sizeof name;
	unsigned type;

	if (!session || gnutls_server_name_get(session, name, &size, &type, 0) < 0 ||
	    type != GNUTLS_NAME_DNS)
		return NULL;
	return g_strndup(name, size);
}
