/* SPDX-License-Identifier: MIT */
/* Which addresses a message to the outside must not go to, unless the operator says so: a name that
 * somebody else controls may lead into one's own network. */
#ifndef DAEMON_NOTIFY_GUARD_H
#define DAEMON_NOTIFY_GUARD_H

#include <stdbool.h>
#include <sys/socket.h>

/* Loopback, private, link-local, shared, multicast and reserved addresses, IPv4 addresses inside
 * IPv6 ones included; anything that is neither IPv4 nor IPv6. */
bool notify_guard_private(const struct sockaddr *address);

#endif
