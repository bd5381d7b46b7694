/* SPDX-License-Identifier: MIT */
/* The query socket's thread: snapshots, replays of alerts, a reporter's own figures. Reads the
 * store, never the pipeline's memory. */
#ifndef DAEMON_QUERIES_H
#define DAEMON_QUERIES_H

#include "daemon/daemon.h"

/* Binds and serves. d->store, zmq, zap and keys must be there; d->bound.query says where. The
 * store must hold a catalogue. */
enum err queries_start(struct daemon *d, struct queries **out);
void queries_stop(struct queries *q); /* accepts NULL */

#endif
