/* SPDX-License-Identifier: MIT */
/* The daemon's API over its Unix socket, for minshengctl and the demo: one request at a time. */
#ifndef DAEMON_CONTROL_H
#define DAEMON_CONTROL_H

#include "base/buf.h"
#include "base/err.h"

struct control;

enum err control_open(const char *socket_path, struct control **out);
void control_close(struct control *c); /* accepts NULL */

/* Sends GET path, or POST path with a JSON body; appends the body of the answer to out, whatever
 * its status. ERR_CLOSED: nobody listens there; ERR_DENIED: the socket is not for this user;
 * ERR_TIMEOUT after timeout_ms; ERR_IO. control_reason then says what is wrong, in English. */
enum err control_get(struct control *c, const char *path, int64_t timeout_ms, int *status,
		     struct buf *out);
enum err control_post(struct control *c, const char *path, struct bytes json, int64_t timeout_ms,
		      int *status, struct buf *out);
const char *control_reason(const struct control *c);

#endif
