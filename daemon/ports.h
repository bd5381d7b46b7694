/* SPDX-License-Identifier: MIT */
/* ports.json in the runtime folder: where the daemon really listens, and its public key. */
#ifndef DAEMON_PORTS_H
#define DAEMON_PORTS_H

#include "daemon/daemon.h"

/* {"pid", "version", "ingest", "enrol", "query", "feed", "http", "control", "server_key"} */
enum err ports_write(const struct daemon *d);
/* Somebody may find it while nobody listens any more: it goes with the daemon. */
void ports_remove(const struct daemon *d);

#endif
