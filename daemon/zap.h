/* SPDX-License-Identifier: MIT */
/* Who may connect: the one ZeroMQ context and, in a thread of its own, its ZAP handler, which
 * judges every CURVE handshake by a table of keys. It also drains the monitors of the listening
 * sockets, because an unread monitor stops ZeroMQ's I/O threads. */
#ifndef DAEMON_ZAP_H
#define DAEMON_ZAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "daemon/metrics.h"
#include "proto/curve.h"

struct zap;

/* Domains of the listening sockets. Known keys may enter all; anybody may enter the enrolment. */
#define ZAP_DOMAIN_INGEST "ingest"
#define ZAP_DOMAIN_QUERY "query"
#define ZAP_DOMAIN_FEED "feed"
#define ZAP_DOMAIN_ENROL "enrol"

enum zap_verdict {
	ZAP_ACCEPT,
	ZAP_LATER,   /* not decided yet: the peer tries again by itself */
	ZAP_UNKNOWN, /* rejected */
	ZAP_REVOKED  /* rejected */
};

struct zap_key {
	uint8_t key[CURVE_KEY_LEN];
	enum zap_verdict verdict; /* ACCEPT, LATER or REVOKED */
};

/* Makes the context and starts the thread: before any socket is bound. Until the first
 * zap_set_keys every known-key domain answers "later". */
enum err zap_start(struct metrics *metrics, struct zap **out);
/* All sockets of the context must be closed. Ends the thread and the context. Accepts NULL. */
void zap_stop(struct zap *z);
void *zap_context(const struct zap *z);

/* Replaces the table at once. keys: from malloc, any order; *keys belongs to the handler from
 * then on. Any thread. Live connections stay: rights are checked on every message as well. */
void zap_set_keys(struct zap *z, struct zap_key **keys, size_t count);
/* Any thread. */
enum zap_verdict zap_judge(struct zap *z, const uint8_t key[CURVE_KEY_LEN]);

/* Tells the handler to drain the events of a listening socket; before it is bound. */
enum err zap_monitor(struct zap *z, void *socket, const char *name);
/* Connects to the socket of a domain with a key that nobody knows: ERR_OK where it is let in or
 * kept out as the domain demands, ERR_DENIED where the socket does the opposite, ERR_TIMEOUT where
 * it does neither in 5 s. */
enum err zap_prove(struct zap *z, const char *domain, const char *endpoint,
		   const char *server_public);

#endif
