/* SPDX-License-Identifier: MIT */
/* One CURVE connection to the daemon: a DEALER that sends and receives single-frame messages and
 * never blocks. The one file of the collectors with zmq.h. A connection that does not answer is
 * thrown away and made anew by its owner: a send that succeeds says nothing about arrival. */
#ifndef COLLECTORS_LINK_H
#define COLLECTORS_LINK_H

#include <stdint.h>

#include "base/buf.h"
#include "proto/curve.h"

struct link_context;
struct link;

enum err link_context_new(struct link_context **out);
void link_context_free(struct link_context *c); /* accepts NULL; after all its links */

/* Starts to connect; the address is such as "tcp://10.0.0.1:7788". ERR_INVALID: no address. */
enum err link_open(struct link_context *c, const char *address, const char *server_key,
		   const struct curve_pair *pair, struct link **out);
void link_close(struct link *l); /* accepts NULL */

/* ERR_AGAIN: no connection yet, or its queue is full. */
enum err link_send(struct link *l, struct bytes message);
/* Replaces message. ERR_AGAIN: nothing there. */
enum err link_receive(struct link *l, struct buf *message);

struct link_events {
	bool readable;
	bool writable; /* told only where it was asked for */
	bool woken;    /* the other descriptor is readable */
};
/* Waits for the link (may be NULL) and for a descriptor (-1: none). */
enum err link_poll(struct link *l, bool want_write, int fd, int64_t timeout_ms,
		   struct link_events *out);

#endif
