/* SPDX-License-Identifier: MIT */
/* The sockets that the daemon listens on: CURVE, ZAP and bounds on every one, messages with the
 * key that CURVE authenticated. Each socket belongs to one thread. */
#ifndef DAEMON_BUS_H
#define DAEMON_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "daemon/daemon.h"
#include "proto/curve.h"

/* How ZeroMQ names a peer of a ROUTER socket. Says nothing about who it is: never a key of state
 * that matters, never shown. */
struct bus_peer {
	uint8_t len;
	uint8_t id[31];
};

/* A message and who sent it. Zero-initialised is empty. */
struct bus_message {
	struct bus_peer peer;
	uint8_t key[CURVE_KEY_LEN]; /* of the sender, authenticated */
	struct bytes payload;	    /* points into frame */
	int64_t taken_us;	    /* monotonic */
	bool full;		    /* frame is initialised */
	_Alignas(8) unsigned char frame[64];
};
void bus_message_free(struct bus_message *m); /* empties it; accepts an empty one */

/* One listening socket. */
struct bus_socket;
enum bus_kind { BUS_ROUTER, BUS_PUBLISHER };
struct bus_listen {
	enum bus_kind kind;
	const char *domain;   /* of ZAP */
	const char *endpoint; /* tcp://ADDRESS:PORT */
	size_t message_bytes; /* a larger message ends its connection */
	int queue;	      /* messages kept for a peer before it is told to wait */
};
/* bound: the endpoint with its real port. */
enum err bus_listen(struct daemon *d, const struct bus_listen *options, char bound[128],
		    struct bus_socket **out);
/* Takes no more connections and messages; sending goes on. */
void bus_unbind(struct bus_socket *s);
void bus_close(struct bus_socket *s); /* accepts NULL; what was sent has 0.5 s to leave */

/* The next whole message. ERR_AGAIN: none waits. Messages without a sender or with frames too
 * many are dropped and counted. */
enum err bus_take(struct bus_socket *s, struct bus_message *out);
/* Never waits. ERR_FULL: the peer does not read; ERR_CLOSED: it is gone. Both are counted. */
enum err bus_send(struct bus_socket *s, const struct bus_peer *peer, struct bytes message);
/* Never waits, never fails for a slow subscriber: ZeroMQ drops for that one alone. */
enum err bus_publish(struct bus_socket *s, struct bytes topic, struct bytes message);

/* Waits until one of the sockets has a message, a descriptor is readable, or the time passes.
 * ready[i] says which socket; ready[count + i] which descriptor. ERR_CLOSED: the context ends. */
#define BUS_WAIT_MAX 4
enum err bus_wait(struct bus_socket *const *sockets, size_t count, const int *fds, size_t fd_count,
		  int64_t timeout_ms, bool *ready);

#endif
