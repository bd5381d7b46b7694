/* SPDX-License-Identifier: MIT */
/* The HTTP API and the control socket, on the main loop: answers from snapshots, commands passed
 * on to the pipeline, live event streams. Main thread. */
#ifndef DAEMON_API_H
#define DAEMON_API_H

#include "daemon/daemon.h"

/* Listens as the configuration says and serves from the next turn of the loop on. d->loop, store,
 * clock, pipeline and client must be there; addresses really bound are in d->bound afterwards.
 * ERR_BUSY: another daemon answers at the control socket. */
enum err api_start(struct daemon *d, struct api **out);
/* Ends all streams and connections, and the job that may run. Before pipeline_client_free.
 * Accepts NULL. */
void api_stop(struct api *a);

#endif
