/* SPDX-License-Identifier: MIT */
/* The daemon's API over its Unix socket, for minshengctl and the demo: one request at a time. */
#ifndef SERVE_CONTROL_H
#define SERVE_CONTROL_H

#include <stdbool.h>

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
/* GET path as a stream: data is called with each piece as it comes, and returns false to end it;
 * alive is asked at least once a second, and returns false to end it. last: the Last-Event-ID, or
 * NULL. *status is that of the answer, whatever follows. ERR_OK: the caller ended it; ERR_CLOSED:
 * the other side did, or nobody listens; ERR_TIMEOUT: nothing came for longer than any heartbeat
 * takes; else as control_get. */
struct control_sink {
	bool (*data)(void *ctx, struct bytes piece);
	bool (*alive)(void *ctx);
	void *ctx;
};
enum err control_stream(struct control *c, const char *path, const char *last,
			const struct control_sink *sink, int *status);
const char *control_reason(const struct control *c);

#endif
