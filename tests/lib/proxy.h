/*
 * proxy - an HTTP (CONNECT) or SOCKS5 proxy on loopback that notes what was asked of it.
 *
 * Whatever host it is asked for, it connects to 127.0.0.1, so that names which only it can resolve
 * work.  Connections end when one of their sides does.
 */
#pragma once

#include <glib.h>

enum proxy_kind { PROXY_HTTP, PROXY_SOCKS5 };

struct proxy;
struct proxy *proxy_start(enum proxy_kind kind);
void proxy_stop(struct proxy *p); /* accepts NULL */
typedef struct proxy proxy;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(proxy, proxy_stop)

/* "http://127.0.0.1:PORT" or "socks5://127.0.0.1:PORT" */
const char *proxy_url(const struct proxy *p);
/* "HOST:PORT" of each connection asked for, oldest first, NULL at the end.  Caller owns. */
char **proxy_targets(struct proxy *p);
